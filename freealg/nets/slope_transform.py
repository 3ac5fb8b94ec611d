"""M(y) = E t/(y - t) of t = f'(sqrt(q) h)^2, h standard Gaussian, at complex y, for an f that is analytic on the whole line.

Trapezoidal sums with the residues of the poles t(h) = y beside the axis: a simple pole at h_0 with residue r makes the sum of step d differ from the
integral by -pi r (cot(pi h_0/d) + i sign Im h_0), so a few hundred nodes give rounding accuracy however near y is to the support.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple, final

import numpy as np
import sympy
from numpy.typing import NDArray
from sympy import Expr, Symbol

from freealg.nets.formula import ERROR_FUNCTIONS
from freealg.numerics.faddeeva import faddeeva

__all__ = ["SlopeTransform", "Transformed", "without_cancellation"]

Array = NDArray[Any]
_REACH, _STEP = 9.5, 1 / 64
_SCAN = np.linspace(-_REACH, _REACH, 4001)
_BESIDE = 8.0
_SETTLED = 1e-8
_NEWTON, _HALVINGS = 8, 40
_OFFSETS, _CHUNK = 8, 256


class Transformed(NamedTuple):
    """M(y) and 1 + M(y), each to its own accuracy."""

    m: Array
    one_plus: Array


class _Piece(NamedTuple):
    """h in [low, high] on which t is monotone; `extreme` is an end where t' = 0, nan if none, `side` 1 where the piece lies right of it."""

    low: float
    high: float
    rising: bool
    extremes: tuple[tuple[float, int], ...]


def _erf(z: Array) -> Array:
    """erf at reals, and at complex points by the Faddeeva function: 1 - exp(-z^2) w(i z) for Re z >= 0, odd."""
    if not np.iscomplexobj(z):
        return np.asarray(ERROR_FUNCTIONS["erf"](z))
    point = np.where(z.real < 0, -z, z)
    value = 1 - np.exp(-point * point) * faddeeva(1j * point)
    return np.where(z.real < 0, -value, value)


def _erfc(z: Array) -> Array:
    """erfc, with its relative accuracy for large Re z."""
    if not np.iscomplexobj(z):
        return np.asarray(ERROR_FUNCTIONS["erfc"](z))
    right = np.where(z.real < 0, -z, z)
    tail = np.exp(-right * right) * faddeeva(1j * right)
    return np.where(z.real < 0, 2 - tail, tail)


_NUMPY = [{"erf": _erf, "erfc": _erfc}, "numpy"]


def without_cancellation(slope: Expr) -> Expr:
    """f' with 1 ± tanh u and 1 + erf u written as 2/(1 + exp(-+2u)) and erfc(-u), so that a saturated f keeps its small slope.

    >>> x = Symbol("x")
    >>> without_cancellation(1 - sympy.tanh(x)**2)
    4/((1 + exp(-2*x))*(exp(2*x) + 1))
    """
    slope = slope.expand().replace(sympy.erf, lambda u: sympy.erfc(-u) - 1).expand() if slope.has(sympy.erf) else slope
    for function in slope.atoms(sympy.tanh):
        u, t = function.args[0], sympy.Dummy("t")
        content, factors = sympy.factor_list(slope.xreplace({function: t}), t)
        rules = {t - 1: -2 / (1 + sympy.exp(2 * u)), t + 1: 2 / (1 + sympy.exp(-2 * u))}
        slope = content * sympy.Mul(*(rules.get(factor, factor.xreplace({t: function})) ** power for factor, power in factors))
    return slope


@final
class SlopeTransform:
    """`squared` is t as an expression in `variable`, `ends` its infimum and supremum on the line, `step` the distance of the nodes."""

    def __init__(self, squared: Expr, variable: Symbol, ends: tuple[float, float] = (0.0, 1.0), step: float = _STEP) -> None:
        (self.least, self.most), self.step = ends, step
        self.t, self.slope, self.curvature = (sympy.lambdify(variable, sympy.diff(squared, variable, k), _NUMPY) for k in range(3))
        with np.errstate(all="ignore"):
            self._prepare(step)

    def _prepare(self, step: float) -> None:
        self.nodes = np.arange(-int(_REACH / step) * _OFFSETS, int(_REACH / step) * _OFFSETS + 1) * (step / _OFFSETS)
        self.weights = np.exp(-(self.nodes**2) / 2) / np.sqrt(2 * np.pi) * step
        self.values = np.abs(self.t(self.nodes) * np.ones_like(self.nodes))
        self._pieces = self._monotone()

    def inverse_means(self) -> tuple[float, float]:
        """E 1/t by the coarse and by the fine sum; they agree where it is finite."""
        with np.errstate(divide="ignore"):
            terms = self.weights / self.values
        return float(np.sum(terms[::_OFFSETS])), float(np.sum(terms)) / _OFFSETS

    def starts(self, size: Array) -> list[Array]:
        """For each monotone piece the real h with t(h) = |y|, clipped to its ends: what `at` begins with."""
        return [self._preimage(piece, size) for piece in self._pieces]

    def at(self, y: Array, starts: list[Array] | None = None) -> Transformed:
        """M and 1 + M on the closed upper half plane, for y off the support or beside it with Im y > 0."""
        begin = self.starts(np.abs(y)) if starts is None else starts
        parts = [self._chunk(y[k : k + _CHUNK], [h[k : k + _CHUNK] for h in begin]) for k in range(0, max(len(y), 1), _CHUNK)]
        return Transformed(*(np.concatenate([part[k] for part in parts]) for k in range(2)))

    def _chunk(self, y: Array, starts: list[Array]) -> Transformed:
        with np.errstate(all="ignore"):
            poles = [self._pole(piece, y, start) for piece, start in zip(self._pieces, starts, strict=True)]
            offset = self._offsets(poles, len(y))
            m, rest = np.zeros(len(y), dtype=complex), np.zeros(len(y), dtype=complex)
            for k in np.unique(offset):
                chosen = np.nonzero(offset == k)[0]
                values, weights = self.values[k::_OFFSETS], self.weights[k::_OFFSETS]
                gap = 1 / (y[chosen, None] - values)
                m[chosen], rest[chosen] = gap @ (values * weights), y[chosen] * (gap @ weights)
            beside = self._residues(y, poles, offset * (self.step / _OFFSETS))
        return Transformed(m + beside, rest + beside)

    def _offsets(self, poles: list[Array], count: int) -> Array:
        """Which of the shifted grids keeps its nodes farthest from the poles beside the axis."""
        clear = np.full((_OFFSETS, count), 0.5)
        for pole in poles:
            place = (pole.real / self.step - np.arange(_OFFSETS)[:, None] / _OFFSETS) % 1.0
            distance = np.abs(np.minimum(place, 1 - place) + 1j * pole.imag / self.step)
            clear = np.minimum(clear, np.where(np.isfinite(distance), distance, 0.5))
        found: Array = np.argmax(clear, axis=0)
        return found

    def _residues(self, y: Array, poles: list[Array], shift: Array) -> Array:
        total = np.zeros(len(y), dtype=complex)
        for piece, h in zip(self._pieces, poles, strict=True):
            slope = self.slope(h)
            settled = np.abs((self.t(h) - y) / slope) < _SETTLED
            near = settled & (np.abs(h.imag) < _BESIDE * self.step) & (np.abs(h.real) < 2 * _REACH)
            residue = -y * np.exp(-h * h / 2) / np.sqrt(2 * np.pi) / slope
            turn = np.where(h.imag != 0, np.sign(h.imag), self._side(piece))
            added = residue * np.pi * (1 / np.tan(np.pi * (h - shift) / self.step) + 1j * turn)
            total += np.where(near & np.isfinite(added), added, 0)
        return total

    def _side(self, piece: _Piece) -> float:
        """The sign of Im h_0 for y just above the axis."""
        return 1.0 if piece.rising else -1.0

    def _pole(self, piece: _Piece, y: Array, start: Array) -> Array:
        """h_0 with t(h_0) = y that belongs to a monotone piece, by Newton's method from the better of two starts."""
        slope = self.slope(start)
        h = start + 1j * np.where(slope == 0, 0.0, y.imag / slope)
        h = np.where(np.isfinite(h), h, start)
        for place, side in piece.extremes:
            quadratic = place + side * np.sqrt(2 * (y - self.t(place)) / self.curvature(place) + 0j)
            h = np.where(np.abs(self.t(quadratic) - y) < np.abs(self.t(h) - y), quadratic, h)
        for _ in range(_NEWTON):
            new = h - (self.t(h) - y) / self.slope(h)
            h = np.where(np.isfinite(new) & (np.abs(new - h) < 1), new, h)
        return h

    def _preimage(self, piece: _Piece, y: Array) -> Array:
        low, high = np.full(len(y), piece.low), np.full(len(y), piece.high)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            above = (self.t(middle) > y) == piece.rising
            low, high = np.where(above, low, middle), np.where(above, middle, high)
        return (low + high) / 2

    def _monotone(self) -> list[_Piece]:
        """The line cut where t' changes sign."""
        with np.errstate(all="ignore"):
            slopes = np.nan_to_num(self.slope(_SCAN) * np.ones_like(_SCAN))
        kept = np.nonzero(slopes)[0]
        turns = [self._turn(float(_SCAN[i]), float(_SCAN[j])) for i, j in pairwise(kept) if slopes[i] * slopes[j] < 0]
        ends = [-_REACH, *turns, _REACH]
        return [
            _Piece(low, high, bool(self.t(np.array(high)) > self.t(np.array(low))), self._extremes(low, high, turns))
            for low, high in pairwise(ends)
        ]

    def _extremes(self, low: float, high: float, turns: list[float]) -> tuple[tuple[float, int], ...]:
        return tuple((place, side) for place, side in ((low, 1), (high, -1)) if place in turns)

    def _turn(self, a: float, b: float) -> float:
        sign = np.sign(self.slope(np.array(a)))
        for _ in range(_HALVINGS):
            middle = (a + b) / 2
            value = np.sign(self.slope(np.array(middle)))
            if value == 0:
                return middle
            a, b = (middle, b) if value == sign else (a, middle)
        return (a + b) / 2
