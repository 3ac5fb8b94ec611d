"""Diagonal matrices with a prescribed spectrum: given eigenvalues, quantiles of a law, or atoms."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from freealg.errors import InvalidInput
from freealg.matrices.ensembles import Matrix, require_size
from freealg.matrices.randomness import DEFAULT_BUDGET, Seed, ensure_memory, generator, sample_bytes

__all__ = ["atom_spectrum", "diagonal", "quantile_spectrum"]


def diagonal(values: ArrayLike, *, budget: int = DEFAULT_BUDGET) -> Matrix:
    """diag(values), the deterministic matrix with these real eigenvalues.

    >>> diagonal([1, 2]).tolist()
    [[1.0, 0.0], [0.0, 2.0]]
    """
    spectrum = np.asarray(values, dtype=np.float64)
    if spectrum.ndim != 1 or not np.isfinite(spectrum).all():
        raise InvalidInput(f"diagonal takes a vector of finite real eigenvalues, not an array of shape {spectrum.shape}")
    require_size("diagonal", spectrum.size)
    ensure_memory(f"a diagonal matrix of size {spectrum.size}", sample_bytes(spectrum.size), budget)
    return np.diag(spectrum)


def quantile_spectrum(n: int, quantile: Callable[[NDArray[np.float64]], ArrayLike], rng: Seed = None, *, dither: bool = False) -> NDArray[np.float64]:
    """Q((i + u)/n), i = 0 ... n-1, of a quantile function Q: u = 1/2, or one u uniform in (0, 1) with `dither=True`.

    The empirical cdf is within 1/(2n) of the law's (1/n with dither). The dithered spectrum has the law's moments exactly in mean, whatever
    the law: E (1/n) sum f(Q((i + u)/n)) = E f, so that tests over several trials see no discretisation bias.

    >>> quantile_spectrum(4, lambda q: 2 * q - 1).tolist()
    [-0.75, -0.25, 0.25, 0.75]
    """
    require_size("quantile_spectrum", n)
    shift = float(generator(rng).uniform()) if dither else 0.5
    levels = np.clip((np.arange(n) + shift) / n, np.finfo(float).tiny, np.nextafter(1.0, 0.0))
    return np.asarray(quantile(levels), dtype=np.float64)


def atom_spectrum(n: int, atoms: Mapping[float, float]) -> NDArray[np.float64]:
    """n eigenvalues with the given masses by largest remainders: each atom has floor(mass n) of them or one more.

    Exact when every mass times n is an integer. Masses must be >= 0 and sum to 1 within 1e-9.

    >>> atom_spectrum(4, {-1.0: 0.5, 0.0: 0.25, 3.0: 0.25}).tolist()
    [-1.0, -1.0, 0.0, 3.0]
    """
    require_size("atom_spectrum", n)
    locations = np.array([float(x) for x in atoms])
    masses = np.array([float(mass) for mass in atoms.values()])
    if not atoms or masses.min() < 0 or abs(masses.sum() - 1) > 1e-9:
        raise InvalidInput(f"atom_spectrum: the masses {masses.tolist()} must be >= 0 and sum to 1, not to {masses.sum():.12g}")
    quota = masses * n
    counts = np.floor(quota + 1e-9).astype(int)
    by_remainder = np.argsort(counts - quota, kind="stable")
    counts[by_remainder[: n - counts.sum()]] += 1
    return np.sort(np.repeat(locations, counts))
