"""G on the closed upper half plane in doubles, vectorised: a good first value, Newton's method on the curve, and a check.

First values: far from the support Gauss quadrature of the density; near it the Chebyshev series of G itself, continued off the axis.
Both are accurate where they are used, so Newton's method hardly moves them; where it moves by more than a small part of the
distance to the next root (or does not settle) the point is followed from infinity by certified discs instead.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from freealg.numerics.branch import PhysicalBranch
from freealg.numerics.chebyshev import Piecewise, fit_pieces
from freealg.numerics.distribution import Distribution
from freealg.numerics.halves import Half
from freealg.numerics.taylor import double_table

__all__ = ["UpperHalf"]

Array = NDArray[Any]
_GAUSS = 64
_NEAR = 1.15
_BLOCK = 4096
_SETTLED = 1e-3
_EPS = 2.0**-53


@final
class _Continuation:
    """s^low times a Chebyshev series of s^-low G on one half arc, for complex s near [0, top]."""

    def __init__(self, half: Half) -> None:
        self.half = half
        self.low = half.lowest

        def scaled(s: Array) -> Array:
            return half.transform(s) * s**-self.low

        self.series: Piecewise = fit_pieces(scaled, 0.0, half.top, relative=False)

    def parameter(self, z: Array) -> Array:
        """The principal s with z = x(s), real z being z + i0."""
        chart = self.half.chart
        t = chart.side / z if chart.infinite else chart.side * ((z - chart.origin[0]) - chart.origin[1])
        if chart.infinite != (chart.side < 0):
            t = np.where(t.imag == 0, t.real - 0j, t)
        return t if chart.q == 1 else t ** (1.0 / chart.q)

    def __call__(self, s: Array, k: int) -> Array:
        value = self.series.on_piece(s, k)
        return value * s**self.low if self.low else value


@final
class UpperHalf:
    """Cauchy transform of an algebraic law at arrays of points."""

    def __init__(self, branch: PhysicalBranch, law: Distribution) -> None:
        self.branch, self.law = branch, law
        self.table = double_table(branch.curve.coeffs, branch.curve.z_degree)

    @cached_property
    def _continuations(self) -> list[_Continuation]:
        return [_Continuation(half) for half in self.law.halves]

    @cached_property
    def _rule(self) -> tuple[Array, Array]:
        rules = [half.rule(_GAUSS) for half in self.law.halves]
        points = [(np.array([p.high]), np.array([p.total])) for p in self.law.points]
        nodes, weights = zip(*rules, *points, strict=True)
        return np.concatenate(nodes), np.concatenate(weights)

    def __call__(self, z: Array) -> Array:
        """G(z) for Im z >= 0 (real: z + i0)."""
        out = np.empty(len(z), dtype=complex)
        for start in range(0, len(z), _BLOCK):
            out[start : start + _BLOCK] = self._block(z[start : start + _BLOCK])
        return out

    def _block(self, z: Array) -> Array:
        with np.errstate(all="ignore"):
            value, sure = self._polish(z, self._first(z))
        lost = np.nonzero(~sure)[0]
        if len(lost):
            found = self.branch.follow(z[lost])
            value[lost] = np.where(found.reached, found.g, np.nan)
        return value

    def _first(self, z: Array) -> Array:
        """Quadrature for points outside all ellipses of parameter `_NEAR`, else the nearest series."""
        guess = np.zeros(len(z), dtype=complex)
        best = np.full(len(z), _NEAR)
        for part in self._continuations:
            s = part.parameter(z)
            piece, stretch = part.series.nearest(s)
            closer = np.nonzero(stretch < best)[0]
            best[closer] = stretch[closer]
            for k in np.unique(piece[closer]):
                chosen = closer[piece[closer] == k]
                guess[chosen] = part(s[chosen], int(k))
        far = np.nonzero(best >= _NEAR)[0]
        if len(far):
            nodes, weights = self._rule
            guess[far] = (1.0 / (z[far][:, None] - nodes)) @ weights
        return guess

    def _polish(self, z: Array, guess: Array) -> tuple[Array, Array]:
        """Three Newton steps, and whether they stayed well inside the disc of one root.

        Where the residual of the first value is rounding noise (near an edge), that value is the better one and is kept.
        """
        rows = np.polynomial.polynomial.polyval(z, self.table)
        g, first, bend, noise = guess, np.zeros(len(z)), np.zeros(len(z)), np.zeros(len(z))
        for turn in range(3):
            value, slope, second = rows[-1], np.zeros_like(g), np.zeros_like(g)
            for c in rows[-2::-1]:
                second = second * g + slope
                slope = slope * g + value
                value = value * g + c
            step = value / slope
            g = g - step
            if turn == 0:
                first, bend = np.abs(step), np.abs(2 * second / slope)
                noise = self._noise(z, guess) / np.abs(slope)
        sure = (first * bend < _SETTLED) & (first <= 1e-5 * np.abs(g) + noise) & (np.abs(step) <= 1e-11 * np.abs(g) + noise)
        return np.where(first <= noise, guess, g), sure

    def _noise(self, z: Array, g: Array) -> Array:
        """The rounding error to expect in P(z, g)."""
        sizes = np.polynomial.polynomial.polyval(np.abs(z), np.abs(self.table))
        total = sizes[-1]
        for c in sizes[-2::-1]:
            total = total * np.abs(g) + c
        found: Array = 4 * _EPS * total
        return found
