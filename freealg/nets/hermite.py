"""Gaussian means in doubles on a grid that resolves the function, and its Hermite series sum f_n^2 c^n of correlations.

A form here is anything hashable with `values` and `slopes` at doubles and the known kinks as `breaks`."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from math import inf, log2
from typing import Any

import numpy as np

from freealg.nets.quadrature import reach

__all__ = ["gauss_grid", "hermite_squares"]

_TERMS = 600


@lru_cache(maxsize=64)
def gauss_grid(form: Any, variance: float) -> tuple[Any, Any]:
    """Points and weights for N(0, variance): Gauss-Legendre panels bisected until f^2 + f'^2 is resolved."""
    scale = variance**0.5
    nodes, weights = np.polynomial.legendre.leggauss(20)

    def size(z: float) -> float:
        there = abs(float(form.values(scale * z)))
        return (2 * log2(there) if 0 < there < inf else -inf if there == 0 else inf) - z * z * 0.7213475204444817

    right, left = reach(size, 0.0, 115), -reach(lambda z: size(-z), 0.0, 115)

    def panel(a: float, b: float) -> float:
        z = (a + b) / 2 + (b - a) / 2 * nodes
        squares = form.values(scale * z) ** 2 + form.slopes(scale * z) ** 2
        return float((b - a) / 2 * np.sum(weights * squares * np.exp(-z * z / 2)))

    cuts = sorted({left, right, *(kink / scale for kink in form.breaks if left < kink / scale < right), *np.linspace(left, right, 61)})
    todo, done = list(pairwise(cuts)), []
    while todo:
        a, b = todo.pop()
        middle = (a + b) / 2
        whole, halves = panel(a, b), panel(a, middle) + panel(middle, b)
        if abs(whole - halves) <= 1e-14 * (1 + abs(halves)) or b - a < 1e-13:
            done.append((a, b))
        else:
            todo += [(a, middle), (middle, b)]
    z = np.concatenate([(a + b) / 2 + (b - a) / 2 * nodes for a, b in done])
    w = np.concatenate([(b - a) / 2 * weights for a, b in done])
    return scale * z, w * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)


@lru_cache(maxsize=64)
def hermite_squares(form: Any, variance: float) -> tuple[Any, float]:
    """([f_0^2, f_1^2, ...], what Parseval says is missing) of f(sqrt(variance) z)."""
    points, weights = gauss_grid(form, variance)
    z, values = points / variance**0.5, form.values(points) * weights
    before, now = np.zeros_like(z), np.ones_like(z)
    squares = []
    for n in range(_TERMS):
        squares.append(float(np.sum(values * now)) ** 2)
        before, now = now, (z * now - n**0.5 * before) / (n + 1) ** 0.5
    total = float(np.sum(values * form.values(points)))
    return np.array(squares), max(total - sum(squares), 0.0)
