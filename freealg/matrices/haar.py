"""Haar matrices and what they make free: conjugation, projections, compressions, free products."""

from __future__ import annotations

import math

import numpy as np

from freealg.errors import InvalidInput
from freealg.matrices.ensembles import Matrix, draw, require_size
from freealg.matrices.randomness import DEFAULT_BUDGET, Seed, ensure_memory, generator, item_bytes, round_half_up, sample_bytes

__all__ = ["compression", "corner", "free_product", "haar", "haar_frame", "positive_root", "projection", "psd_sqrt", "rotate"]


def haar(n: int, rng: Seed = None, *, field: str = "real", budget: int = DEFAULT_BUDGET) -> Matrix:
    """Haar measure on O(n) ("real") or U(n) ("complex"): Q of a Gaussian QR with the phases of diag(R) put back (Mezzadri 2007).

    >>> Q = haar(5, 0)
    >>> bool(np.allclose(Q @ Q.T, np.eye(5)))
    True
    """
    return haar_frame(n, n, rng, field=field, budget=budget)


def haar_frame(n: int, k: int, rng: Seed = None, *, field: str = "real", budget: int = DEFAULT_BUDGET) -> Matrix:
    """The first k columns of a Haar matrix, n x k, at the price of a thin QR.

    >>> V = haar_frame(6, 2, 0)
    >>> V.shape, bool(np.allclose(V.T @ V, np.eye(2)))
    ((6, 2), True)
    """
    require_size("a Haar frame", n)
    if not 0 <= k <= n:
        raise InvalidInput(f"a Haar frame of {k} columns in dimension {n}: the number of columns must be between 0 and {n}")
    ensure_memory(f"a {field} Haar frame of size {n} x {k}", item_bytes(field) * 4 * n * max(k, 1), budget)
    frame, upper = np.linalg.qr(draw((n, k), generator(rng), field, "gaussian"))
    phases = upper.diagonal().copy()
    return frame * (phases / np.abs(phases))


def rotate(matrix: Matrix, rng: Seed = None, *, field: str = "real", budget: int = DEFAULT_BUDGET) -> Matrix:
    """Q A Q* with Q Haar: the same spectrum in general position, asymptotically free from everything independent of Q.

    >>> A = rotate(np.diag([0.0, 1.0, 2.0]), 0)
    >>> np.linalg.eigvalsh(A).round(12).tolist()
    [0.0, 1.0, 2.0]
    """
    n = square_size("rotate", matrix)
    ensure_memory(f"the {field} rotation of a matrix of size {n}", sample_bytes(n, 6, field), budget)
    frame = haar(n, rng, field=field, budget=budget)
    return hermitian_part(frame @ matrix @ frame.conj().T)


def projection(n: int, p: float, rng: Seed = None, *, field: str = "real", budget: int = DEFAULT_BUDGET) -> Matrix:
    """V V* with V a Haar frame of round(p n) columns: a projection of that rank in general position, law Projection(p).

    >>> P = projection(10, 0.3, 0)
    >>> bool(np.allclose(P @ P, P)), round(float(np.trace(P)))
    (True, 3)
    """
    frame = haar_frame(n, round_half_up(fraction("projection", "p", p) * n), rng, field=field, budget=budget)
    return hermitian_part(frame @ frame.conj().T)


def corner(matrix: Matrix, t: float) -> Matrix:
    """The upper left corner of size round(t n): the free compression of an already rotation-invariant matrix.

    >>> corner(np.eye(4), 0.5).shape
    (2, 2)
    """
    size = corner_size("corner", square_size("corner", matrix), t)
    return np.array(matrix[:size, :size])


def compression(matrix: Matrix, t: float, rng: Seed = None, *, field: str = "real", budget: int = DEFAULT_BUDGET) -> Matrix:
    """V* A V with V a Haar frame of round(t n) columns: the corner of the rotated matrix, law `mu.compress(t)`.

    >>> bool(np.allclose(compression(np.eye(4), 0.5, 0), np.eye(2)))
    True
    """
    n = square_size("compression", matrix)
    frame = haar_frame(n, corner_size("compression", n, t), rng, field=field, budget=budget)
    return hermitian_part(frame.conj().T @ matrix @ frame)


def psd_sqrt(matrix: Matrix) -> Matrix:
    """A^(1/2) of a positive semidefinite A; eigenvalues down to -1e-10 times the largest are rounding and count as 0.

    >>> psd_sqrt(np.diag([4.0, 9.0])).round(12).tolist()
    [[2.0, 0.0], [0.0, 3.0]]
    """
    square_size("psd_sqrt", matrix)
    values, vectors = np.linalg.eigh(matrix)
    if values[0] < -1e-10 * max(abs(values[-1]), abs(values[0])):
        raise InvalidInput(f"psd_sqrt: the smallest eigenvalue {values[0]:.6g} is negative; put the non-negative matrix first in the product")
    return hermitian_part(_root(values, vectors))


def positive_root(matrix: Matrix) -> Matrix:
    """A_+^(1/2) of a Hermitian A: eigenvalues below 0 count as 0.

    >>> positive_root(np.diag([4.0, -9.0])).round(12).tolist()
    [[2.0, 0.0], [0.0, 0.0]]
    """
    return _root(*np.linalg.eigh(matrix))


def _root(values: Matrix, vectors: Matrix) -> Matrix:
    return np.asarray((vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.conj().T)


def free_product(left: Matrix, right: Matrix) -> Matrix:
    """X^(1/2) Y X^(1/2) for X >= 0: the Hermitian matrix whose law is the free multiplicative convolution when X and Y are free.

    >>> free_product(np.diag([4.0, 9.0]), np.array([[0.0, 1.0], [1.0, 0.0]])).round(12).tolist()
    [[0.0, 6.0], [6.0, 0.0]]
    """
    root = psd_sqrt(left)
    return hermitian_part(root @ right @ root)


def hermitian_part(matrix: Matrix) -> Matrix:
    """(A + A*)/2: takes off what rounding left."""
    return (matrix + matrix.conj().T) / 2


def square_size(what: str, matrix: Matrix) -> int:
    """The size of a square matrix; another shape is refused."""
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not matrix.shape[0]:
        raise InvalidInput(f"{what} takes a square matrix, not an array of shape {matrix.shape}")
    return int(matrix.shape[0])


def fraction(what: str, name: str, value: float) -> float:
    """A number in [0, 1]; anything else is refused."""
    if not (math.isfinite(value) and 0 <= value <= 1):
        raise InvalidInput(f"{what} has {name} = {value}: it must be between 0 and 1")
    return value


def corner_size(what: str, n: int, t: float) -> int:
    """round(t n), at least one row."""
    size = round_half_up(fraction(what, "t", t) * n)
    if size < 1:
        raise InvalidInput(f"{what} of a matrix of size {n} at t = {t} has no rows: take n >= {math.ceil(0.5 / t) if t else 'any, but t > 0'}")
    return size
