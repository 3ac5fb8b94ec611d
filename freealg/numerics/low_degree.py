"""The density of a law of degree 2 or 3 in closed form on the real axis, where that is well conditioned.

On the support the physical root is one of the only two that are not real, so the density is |Im|/pi of that pair. With the discriminant
D < 0 of P = a G^3 + b G^2 + c G + d in G,

    |Im G| = (3/2) sqrt(-D)/(A^2 + A B + B^2),   A B = b^2 - 3 a c,   A^3, B^3 = (E ± sqrt(-27 a^2 D))/2,   E = 2 b^3 - 9 a b c + 27 a^2 d,

in which nothing cancels but in E and A B themselves, and where the leading coefficient vanishes it is the quadratic's sqrt(-D)/(2 |a|).
D is evaluated from its roots, the real ones as double-doubles, so that its relative error is at rounding level up to the edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

import flint
import numpy as np
from numpy.typing import NDArray

from freealg.exact.context import ball_precision
from freealg.numerics.local import Place
from freealg.numerics.plane_curve import PlaneCurve
from freealg.numerics.real_algebraic import Infinite, RealAlgebraic, real_algebraics

__all__ = ["ClosedDensity", "closed_density"]

Array = NDArray[Any]
_CONDITION = 40.0  # the bound of the growth of a rounding error that is accepted (a tenth of it is seen); beyond it the panels take over
_PROBES = 96


@final
@dataclass(frozen=True)
class _Factored:
    """|p(x)| from the roots of p: (hi, lo, multiplicity) of the real ones, (re, im, multiplicity) of the pairs."""

    leading: float
    real: tuple[tuple[float, float, int], ...]
    pairs: tuple[tuple[float, float, int], ...]

    def __call__(self, x: Array) -> Array | float:
        out: Array | None = None
        for high, low, count in self.real:
            gap = x - high
            if low:
                gap -= low
            out = _times(out, gap, count)
        for re, im, count in self.pairs:
            square = x - re
            square *= square
            square += im * im
            out = _times(out, square, count)
        if out is None:
            return abs(self.leading)
        out *= self.leading
        return np.abs(out, out=out)

    def condition(self, x: Array) -> Array:
        """The growth of the rounding errors in the places of the pairs."""
        return sum((2 * count * abs(re) / np.hypot(x - re, im) for re, im, count in self.pairs), np.zeros(len(x)))


def _factored(polynomial: flint.fmpz_poly, scale: flint.arb) -> _Factored:
    """A polynomial over Z divided by `scale`, factored over the reals."""
    real: list[tuple[float, float, int]] = []
    pairs: list[tuple[float, float, int]] = []
    for factor, count in polynomial.factor()[1] if polynomial.degree() > 0 else []:
        real += [(*root.double_double(), int(count)) for root in real_algebraics(factor)]
        with ball_precision(80):
            found: Any = factor.complex_roots()
            pairs += [(float(root.real), float(root.imag), int(count)) for root, _ in found if root.imag > 0]
    return _Factored(float(flint.arb(polynomial.leading_coefficient()) / scale), tuple(real), tuple(pairs))


def _times(product: Array | None, factor: Array, count: int) -> Array:
    """product * factor^count; both may be overwritten."""
    power = factor if count == 1 else factor**count
    if product is None:
        return power
    product *= power
    return product


def _horner(row: Array, x: Array) -> Array | float:
    """sum row[i] x^i; a number for a constant."""
    if len(row) == 1:
        return float(row[0])
    out = x * row[-1]
    out += row[-2]
    for coefficient in row[-3::-1]:
        out *= x
        out += coefficient
    return out


@final
class ClosedDensity:
    """The closed form on intervals of the support; `nan` at points it does not settle (edges where the density is infinite)."""

    def __init__(self, curve: PlaneCurve) -> None:
        with ball_precision(128):
            size = flint.arb(max(abs(c) for row in curve.coeffs for c in row))
            self.rows = [_doubles(row, size) for row in curve.rows]
            self.discriminant = _factored(curve.discriminant, size ** (2 * curve.degree - 2))
            self.leading = _factored(curve.rows[-1], size)
            if curve.degree == 3:
                product, middle = _resolvent(curve)
                self.product, self.half_middle = _doubles(product, size**2), _doubles(middle, 2 * size**3)
        self.degree = curve.degree

    def __call__(self, x: Array) -> Array:
        """The density at points of the support."""
        with np.errstate(all="ignore"):
            height = np.sqrt(self.discriminant(x))
            found: Array = height / ((2 * np.pi) * self.leading(x)) if self.degree == 2 else (1.5 / np.pi) * height / self._spread(x, height)
            return found

    def _spread(self, x: Array, height: Array) -> Array:
        """A^2 + A B + B^2."""
        middle = _horner(self.half_middle, x)
        first = np.copysign((0.5 * np.sqrt(27.0) * np.abs(_horner(self.rows[-1], x))) * height, middle)
        first += middle
        first = np.cbrt(first, out=first)
        second = _horner(self.product, x) / first
        spread: Array = first + second
        spread *= first
        second *= second
        spread += second
        return spread

    def condition(self, x: Array) -> float:
        """The largest growth of a rounding error at points of the support, by the error bounds of the sums that can cancel."""
        with np.errstate(all="ignore"):
            worst = self.discriminant.condition(x) + self.leading.condition(x)
            if self.degree == 3:
                worst = worst + self._cancellation(x)
        return float(np.max(np.where(np.isfinite(worst), worst, np.inf)))

    def _cancellation(self, x: Array) -> Array:
        height = np.sqrt(self.discriminant(x))
        product, middle = _horner(self.product, x), 2 * _horner(self.half_middle, x)
        sum_of_product, sum_of_middle = (_horner(np.abs(row), np.abs(x)) for row in (self.product, 2 * self.half_middle))
        cube = np.abs(middle) + np.sqrt(27.0) * np.abs(_horner(self.rows[-1], x)) * height
        first = np.cbrt(0.5 * cube)
        second = np.abs(product) / first
        error_first = first * sum_of_middle / (3 * cube)
        error_second = sum_of_product / first + second * error_first / first
        spread = first * first + np.sign(product) * first * second + second * second
        found: Array = ((2 * first + second) * error_first + (first + 2 * second) * error_second) / spread
        return found

    def hardest(self, low: float, high: float) -> Array:
        """Points of an interval among which the worst conditioned ones are: crowded at the ends, and beside the zeros of a, b, c, d."""
        width = high - low
        near = width * 10.0 ** -np.arange(2.0, 13.0)
        zeros = np.concatenate([np.roots(row[::-1]) for row in self.rows if len(row) > 1 and row[-1]] or [np.empty(0)])
        inner = low + width * 0.5 * (1 - np.cos(np.pi * (np.arange(_PROBES) + 0.5) / _PROBES))
        return np.concatenate([inner, low + near, high - near, [z for z in zeros.real if low < z < high]])


def _doubles(polynomial: flint.fmpz_poly, scale: flint.arb) -> Array:
    """The coefficients of a polynomial divided by `scale`, from the constant term up."""
    return np.array([float(c / scale) for c in flint.arb_poly(polynomial).coeffs()] or [0.0])


def _resolvent(curve: PlaneCurve) -> tuple[flint.fmpz_poly, flint.fmpz_poly]:
    """A B and E of a cubic."""
    d, c, b, a = curve.rows
    return b * b - 3 * a * c, 2 * b**3 - 9 * a * b * c + 27 * a * a * d


def closed_density(curve: PlaneCurve, intervals: list[tuple[Place, Place]]) -> ClosedDensity | None:
    """The closed form, or None: for other degrees, unbounded supports, and where an error of rounding would grow beyond `_CONDITION`.

    >>> semicircle = PlaneCurve(((1,), (0, -1), (1,)), lambda n: [0] * n)
    >>> ends = real_algebraics(flint.fmpz_poly([-2, 1])), real_algebraics(flint.fmpz_poly([2, 1]))
    >>> float(closed_density(semicircle, [(ends[1][0], ends[0][0])])(np.array([0.0]))[0]) == 1 / np.pi
    True
    """
    if curve.degree not in (2, 3) or not intervals or any(isinstance(end, Infinite) for interval in intervals for end in interval):
        return None
    found = ClosedDensity(curve)
    for low, high in intervals:
        if _triple_point_inside(curve, low, high) or found.condition(found.hardest(float(low), float(high))) > _CONDITION:
            return None
    return found


def _triple_point_inside(curve: PlaneCurve, low: Place, high: Place) -> bool:
    """Whether A = B = 0 (or a = 0, for degree 2) somewhere between the ends: a cusp, or a pole of the physical branch."""
    if curve.degree == 2:
        common = curve.rows[-1]
    else:
        product, middle = _resolvent(curve)
        common = product.gcd(middle)
    roots: list[RealAlgebraic] = [root for factor, _ in (common.factor()[1] if common.degree() > 0 else []) for root in real_algebraics(factor)]
    return any(low < root < high for root in roots)
