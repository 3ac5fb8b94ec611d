"""G on the closed upper half plane in doubles, vectorised: from the density, then Newton's method on the curve as polish and check.

Far from the support G is a Gauss quadrature of the density; near it the Chebyshev series of G itself, continued off the axis: both
good to 1e-12, so there is no branch to choose. Newton's method takes them to rounding level, except where the curve is too
ill-conditioned for doubles and the first value is the better one; where the two disagree the certified route answers.
"""

from __future__ import annotations

from typing import Any, final

import flint
import numpy as np
from numpy.typing import NDArray

from freealg.errors import InvalidInput
from freealg.exact.context import cached_property
from freealg.numerics.certified import CertifiedLaw
from freealg.numerics.chebyshev import Piecewise, fit_pieces
from freealg.numerics.distribution import Distribution
from freealg.numerics.halves import Half
from freealg.numerics.taylor import double_table

__all__ = ["UpperHalf"]

Array = NDArray[Any]
_GAUSS = 96
_NEAR = 1.18
_BLOCK = 4096
_AGREE = 1e-8
_SHARP = 1e-12
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
        if chart.q == 1:
            return t
        below = chart.infinite != (chart.side < 0)
        angle = np.where(t.imag == 0, np.where(t.real < 0, -np.pi if below else np.pi, 0.0), np.angle(t))
        found: Array = np.abs(t) ** (1.0 / chart.q) * np.exp(1j * angle / chart.q)
        return found

    def __call__(self, s: Array, k: int) -> Array:
        value = self.series.on_piece(s, k)
        return value * s**self.low if self.low else value


@final
class UpperHalf:
    """Cauchy transform of an algebraic law at arrays of points."""

    def __init__(self, certified: CertifiedLaw, law: Distribution) -> None:
        self.certified, self.law = certified, law
        curve = certified.branch.curve
        self.table = double_table(curve.coeffs, curve.z_degree)

    @cached_property
    def _continuations(self) -> list[_Continuation]:
        return [_Continuation(half) for half in self.law.halves]

    @cached_property
    def _rule(self) -> tuple[Array, Array]:
        on_s = [(part.half, *part.half.rule_on(part.series.breaks, _GAUSS)) for part in self._continuations]
        rules = [(half.inner(s), weights) for half, s, weights in on_s]
        nodes, weights = zip(*rules, strict=True) if rules else ((np.zeros(0),), (np.zeros(0),))
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
        for k in np.nonzero(~sure)[0]:
            value[k] = self._certified_value(complex(z[k]))
        return value

    def _certified_value(self, z: complex) -> complex:
        """One point in ball arithmetic; nan where G is infinite."""
        try:
            return complex(self.certified.cauchy(flint.acb(z), 18))
        except InvalidInput:
            return complex(np.nan, np.nan)

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
            for point in self.law.points:
                guess[far] += point.total / ((z[far] - point.high) - point.low)
        return guess

    def _polish(self, z: Array, guess: Array) -> tuple[Array, Array]:
        """Two Newton steps where doubles can follow the curve, and whether they agree with the first value."""
        rows = np.polynomial.polynomial.polyval(z, self.table)
        g, first, noise = guess, np.zeros(len(z)), np.zeros(len(z))
        for turn in range(2):
            value, slope = rows[-1], np.zeros_like(g)
            for c in rows[-2::-1]:
                slope = slope * g + value
                value = value * g + c
            step = value / slope
            g = g - step
            if turn == 0:
                first, noise = np.abs(step), self._noise(z, guess) / np.abs(slope)
        size = np.abs(guess)
        return np.where(noise <= _SHARP * size, g, guess), first <= _AGREE * size + noise

    def _noise(self, z: Array, g: Array) -> Array:
        """The rounding error to expect in P(z, g)."""
        sizes = np.polynomial.polynomial.polyval(np.abs(z), np.abs(self.table))
        total = sizes[-1]
        for c in sizes[-2::-1]:
            total = total * np.abs(g) + c
        found: Array = 16 * _EPS * total
        return found
