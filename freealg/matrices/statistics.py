"""Statistics of a sampled spectrum: moments, Cauchy transform, empirical cdf and its distance from a law."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from freealg.errors import InvalidInput
from freealg.matrices.ensembles import Matrix
from freealg.matrices.haar import square_size

__all__ = ["Spectrum", "cauchy_transform", "eigenvalue_error", "eigenvalues", "empirical_cdf", "ks_distance", "moments", "spectrum_of"]

Spectrum = NDArray[np.float64]


def spectrum_of(values: ArrayLike) -> Spectrum:
    """A vector of finite real eigenvalues, in increasing order; anything else is refused.

    >>> spectrum_of([3, 1]).tolist()
    [1.0, 3.0]
    """
    array = np.asarray(values)
    if array.ndim != 1 or not array.size or np.iscomplexobj(array) or not np.isfinite(array).all():
        raise InvalidInput(f"a spectrum is a non-empty vector of finite real eigenvalues, not an array of shape {array.shape} and type {array.dtype}")
    return np.sort(array.astype(np.float64))


def eigenvalues(matrix: Matrix) -> Spectrum:
    """The eigenvalues of a Hermitian matrix in increasing order; a matrix off Hermitian by more than 1e-10 of its largest entry is refused.

    For a product of two matrices take `eigenvalues(free_product(X, Y))`.

    >>> eigenvalues(np.array([[0.0, 1.0], [1.0, 0.0]])).round(12).tolist()
    [-1.0, 1.0]
    """
    array = np.asarray(matrix)
    square_size("eigenvalues", array)
    if not np.isfinite(array).all():
        raise InvalidInput("eigenvalues: the matrix has entries that are not finite; look for NaN and infinities")
    gap = float(np.abs(array - array.conj().T).max())
    if gap > 1e-10 * float(np.abs(array).max()):
        raise InvalidInput(f"eigenvalues: the matrix is off Hermitian by {gap:.3g}; symmetrise it, or take free_product(X, Y) for a product")
    return np.linalg.eigvalsh(array)


def moments(values: ArrayLike, count: int) -> NDArray[np.float64]:
    """(1/N) sum lambda^j, j = 1 ... count.

    >>> moments([1, 2, 3], 2).round(6).tolist()
    [2.0, 4.666667]
    """
    spectrum = spectrum_of(values)
    return np.array([np.mean(spectrum**j) for j in range(1, count + 1)])


def cauchy_transform(values: ArrayLike, points: ArrayLike) -> Any:
    """G_N(z) = (1/N) sum 1/(z - lambda) at points off the real axis; scalar in, scalar out.

    >>> complex(cauchy_transform([-1, 1], 1j))
    -0.5j
    """
    z = np.asarray(points, dtype=np.complex128)
    if (z.imag == 0).any():
        raise InvalidInput(f"the empirical Cauchy transform was asked at {z}: take points off the real axis")
    return np.mean(1.0 / (z[..., None] - spectrum_of(values)), axis=-1)[()]


def empirical_cdf(values: ArrayLike, x: ArrayLike) -> Any:
    """F_N(x) = #(lambda <= x)/N, right-continuous; scalar in, scalar out.

    >>> float(empirical_cdf([0, 0, 1, 2], 0)), float(empirical_cdf([0, 0, 1, 2], -1e-9))
    (0.5, 0.0)
    """
    spectrum = spectrum_of(values)
    return (np.searchsorted(spectrum, np.asarray(x, dtype=np.float64), side="right") / spectrum.size)[()]


def eigenvalue_error(values: ArrayLike) -> float:
    """16 N eps max|lambda|: how far a computed eigenvalue may sit from the exact one (the backward error of the solver, with a margin)."""
    spectrum = spectrum_of(values)
    return float(16 * spectrum.size * np.finfo(np.float64).eps * np.abs(spectrum).max())


def ks_distance(values: ArrayLike, cdf: Callable[[NDArray[np.float64]], ArrayLike], tolerance: float | None = None) -> float:
    """sup |F_N - F| over the line, for F right-continuous, atoms and ties included.

    Both one-sided limits are compared: F_N(x) with F(x), and F_N(x-) with F(x-); between two eigenvalues F_N is constant and F monotone, so no
    other point matters. An eigenvalue within `tolerance` of an atom counts as on it (a zero computed as 1e-17 is a zero): the distance is the
    least over eigenvalues moved by at most `tolerance`, by default `eigenvalue_error(values)`. With `tolerance=0` nothing is moved.

    >>> step = lambda x: np.where(np.asarray(x) >= 0, 0.5, 0.0) + np.where(np.asarray(x) >= 1, 0.5, 0.0)
    >>> ks_distance([0, 0, 1, 1], step), ks_distance([-1e-17, 1e-17, 1, 1], step), ks_distance([-1e-17, 1e-17, 1, 1], step, tolerance=0)
    (0.0, 0.0, 0.25)
    """
    spectrum = spectrum_of(values)
    slack = eigenvalue_error(spectrum) if tolerance is None else tolerance
    steps = np.arange(spectrum.size + 1) / spectrum.size
    at = np.asarray(cdf(spectrum + slack), dtype=np.float64)
    before = np.asarray(cdf(np.nextafter(spectrum - slack, -np.inf)), dtype=np.float64)
    return float(max(0.0, np.max(steps[1:] - at), np.max(before - steps[:-1])))
