"""Random matrices with independent entries: Wigner, Wishart, Ginibre and products.

Every sampler is `f(n, rng, ...)`, draws from `rng` alone (a seed or a Generator), returns float64 or complex128, and says
its normalisation in the first line. An entry law is a name or a callable `(rng, shape) -> array` of mean 0 and E|x|^2 = 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from freealg.errors import InvalidInput, shown
from freealg.matrices.randomness import DEFAULT_BUDGET, Seed, ensure_memory, generator, item_bytes, round_half_up, sample_bytes

__all__ = ["ENTRY_LAWS", "Matrix", "ginibre", "ginibre_product", "wigner", "wishart"]

Matrix = NDArray[Any]
Draw = Callable[[Generator, tuple[int, int]], Matrix]

ENTRY_LAWS: dict[str, Draw] = {
    "gaussian": lambda rng, shape: rng.standard_normal(shape),
    "rademacher": lambda rng, shape: 2.0 * rng.integers(0, 2, shape) - 1.0,
    "uniform": lambda rng, shape: rng.uniform(-math.sqrt(3), math.sqrt(3), shape),
    "laplace": lambda rng, shape: rng.laplace(0.0, math.sqrt(0.5), shape),
    "exponential": lambda rng, shape: rng.standard_exponential(shape) - 1.0,
}
"""Real entry laws of mean 0 and variance 1; over "complex" the real and the imaginary part are drawn independently, each over sqrt(2)."""


def wigner(
    n: int, rng: Seed = None, *, variance: float = 1.0, field: str = "real", entries: str | Draw = "gaussian", budget: int = DEFAULT_BUDGET
) -> Matrix:
    """(A + A*)/sqrt(2) with iid E|A_ij|^2 = variance/n: GOE or GUE for gaussian entries; the spectrum tends to the semicircle of that variance.

    Off the diagonal E|X_ij|^2 = variance/n; on it E X_ii^2 = 2 variance/n for real and variance/n for complex entries. For entries
    other than gaussian the upper triangle (diagonal included, real part of it when complex) is iid of variance variance/n.

    >>> X = wigner(4, 0)
    >>> X.shape, bool((X == X.T).all())
    ((4, 4), True)
    """
    require_size("wigner", n)
    require_positive("wigner", "variance", variance, allow_zero=True)
    ensure_memory(f"a {field} Wigner matrix of size {n}", sample_bytes(n, 3, field), budget)
    square = draw((n, n), generator(rng), field, entries)
    if entries == "gaussian":
        return (square + square.conj().T) * math.sqrt(variance / (2 * n))
    upper = np.triu(square, 1)
    diagonal = square.diagonal().real * (math.sqrt(2) if field == "complex" else 1.0)
    return (upper + upper.conj().T + np.diag(diagonal)) * math.sqrt(variance / n)


def wishart(
    n: int, rng: Seed = None, *, ratio: float = 1.0, variance: float = 1.0, field: str = "real", budget: int = DEFAULT_BUDGET
) -> Matrix:
    """X X*/m with X n x m Gaussian, E|X_ij|^2 = variance, m = round(n/ratio): the spectrum tends to MarchenkoPastur(ratio, variance).

    >>> W = wishart(4, 0, ratio=2)
    >>> W.shape, int(np.linalg.matrix_rank(W))
    ((4, 4), 2)
    """
    require_size("wishart", n)
    require_positive("wishart", "ratio", ratio)
    require_positive("wishart", "variance", variance, allow_zero=True)
    columns = round_half_up(n / ratio)
    if columns < 1:
        raise InvalidInput(f"wishart(n={n}, ratio={ratio}) would have m = round(n/ratio) = {columns} columns: take n >= {math.ceil(ratio / 2)}")
    ensure_memory(f"a {field} Wishart matrix of size {n} x {columns}", item_bytes(field) * n * (3 * columns + 2 * n), budget)
    tall = draw((n, columns), generator(rng), field, "gaussian")
    return (tall @ tall.conj().T) * (variance / columns)


def ginibre(
    n: int, rng: Seed = None, *, columns: int | None = None, variance: float = 1.0, field: str = "real", budget: int = DEFAULT_BUDGET
) -> Matrix:
    """X n x m (m = n unless `columns` is given), iid Gaussian, E|X_ij|^2 = variance/m: X X* tends to MarchenkoPastur(ratio=n/m, variance).

    >>> ginibre(3, 0, columns=5).shape
    (3, 5)
    """
    width = n if columns is None else columns
    require_size("ginibre", min(n, width))
    require_positive("ginibre", "variance", variance, allow_zero=True)
    ensure_memory(f"a {field} Ginibre matrix of size {n} x {width}", item_bytes(field) * 3 * n * width, budget)
    return draw((n, width), generator(rng), field, "gaussian") * math.sqrt(variance / width)


def ginibre_product(
    n: int, rng: Seed = None, *, depth: int, variance: float = 1.0, field: str = "real", budget: int = DEFAULT_BUDGET
) -> Matrix:
    """J = X_depth ... X_1 of square Ginibre matrices, each of entry variance variance/n: J J* tends to variance^depth times FussCatalan(depth).

    >>> J = ginibre_product(6, 0, depth=3)
    >>> J.shape
    (6, 6)
    """
    if depth < 1:
        raise InvalidInput(f"ginibre_product has depth {depth}: it must be >= 1")
    ensure_memory(f"a {field} product of Ginibre matrices of size {n}", sample_bytes(n, 5, field), budget)
    stream = generator(rng)
    product = ginibre(n, stream, variance=variance, field=field, budget=budget)
    for _ in range(depth - 1):
        product = ginibre(n, stream, variance=variance, field=field, budget=budget) @ product
    return product


def draw(shape: tuple[int, int], rng: Generator, field: str, entries: str | Draw) -> Matrix:
    """iid entries of mean 0 and E|x|^2 = 1; a callable is asked once, with the generator and the shape."""
    item_bytes(field)
    if callable(entries):
        return asked_entries(entries(rng, shape), shape, field)
    if entries not in ENTRY_LAWS:
        known = ", ".join(ENTRY_LAWS)
        raise InvalidInput(f"entry law {shown(entries)} is unknown: take one of {known}, or a callable (rng, shape) -> standardised array")
    law = ENTRY_LAWS[entries]
    if field == "real":
        return law(rng, shape)
    return (law(rng, shape) + 1j * law(rng, shape)) / math.sqrt(2)


def asked_entries(drawn: Matrix, shape: tuple[int, int], field: str) -> Matrix:
    """What a callable entry law gave, checked for shape and field."""
    array = np.asarray(drawn)
    if array.shape != shape:
        raise InvalidInput(f"the entry law returned shape {array.shape}: it must be {shape}")
    if field == "real" and np.iscomplexobj(array):
        raise InvalidInput('the entry law returned complex numbers for field="real": take field="complex"')
    return array.astype(np.complex128 if field == "complex" else np.float64)


def require_size(what: str, n: int) -> None:
    """Refuse a matrix without rows."""
    if n < 1:
        raise InvalidInput(f"{what} has size {n}: it must be >= 1")


def require_positive(what: str, name: str, value: float, *, allow_zero: bool = False) -> None:
    """Refuse a parameter that is not finite and positive (or zero where that makes sense)."""
    if not math.isfinite(value) or value < 0 or (value == 0 and not allow_zero):
        raise InvalidInput(f"{what} has {name} = {value}: it must be finite and {'>= 0' if allow_zero else '> 0'}")
