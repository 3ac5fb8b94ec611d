"""The germ G = 1/z + m_1/z^2 + ... of a curve at infinity, continued by Newton's method in w = 1/z."""

from __future__ import annotations

from math import comb
from typing import Any

from sympy import Expr

from freealg.errors import InvalidInput
from freealg.exact.curve import Curve
from freealg.exact.fields import Element, Ring
from freealg.exact.series import Sequence, divide, multiply

__all__ = ["curve_germ", "expansion_at"]

Series = list[Element]
_MOST_START = 64


def curve_germ(curve: Curve, start: list[Any] | None = None) -> Sequence:
    """m_1, m_2, ... of the branch of P(z, G) = 0 that begins with the moments `start` (SymPy, possibly none).

    Raises `InvalidInput` when no branch behaves like 1/z with these moments, or when several do and more moments are needed to tell.
    """
    known = list(start or [])
    ring = Ring.of(*known).join(curve.ring)
    given = [ring.convert(value) for value in known]
    lifted = {key: ring.reduce(ring.embed(ring.lift_poly(c, curve.ring))) for key, c in curve.coefficient_table().items()}
    table = {key: c for key, c in lifted.items() if not ring.is_zero(c)}
    top = max(i - j for i, j in table)
    newton = _Newton(ring, {(top - i + j, j): c for (i, j), c in table.items()})
    first, ring = newton.started(given)
    return Sequence(ring, lambda n: newton.moments(first, n))


def expansion_at(curve: Curve, x: Expr, value: Expr) -> Sequence:
    """g_1, g_2, ... with G(x + w) = value + g_1 w + g_2 w^2 + ..., `value` a simple root of P(x, G) = 0, by the same method at a finite point.

    >>> from freealg.exact.curve import context_over
    >>> from sympy import Integer, Rational
    >>> G, z = context_over(Ring.of()).gens()
    >>> expansion_at(Curve(Ring.of(), 2*G**2 - 5*z*G + 2), Integer(1), Rational(1, 2)).first(2)
    [-5/6, 50/27]
    """
    ring = Ring.of(x, value).join(curve.ring)
    at, offset = ring.convert(x), ring.convert(value - 1)
    table: dict[tuple[int, int], Element] = {}
    for (i, j), c in curve.coefficient_table().items():
        lifted = ring.embed(ring.lift_poly(c, curve.ring))
        for e in range(i + 1):
            for k in range(j + 1):
                term = lifted * at ** (i - e) * offset ** (j - k) * (comb(i, e) * comb(j, k))
                table[e, k] = table.get((e, k), ring.scalar(0)) + term
    newton = _Newton(ring, {key: ring.reduce(c) for key, c in table.items()})
    first, wide = newton.started([])
    return Sequence(wide, lambda n: [wide.reduce(c) for c in newton.moments(first, n)])


class _Newton:
    """F(w, y) = w^top P(1/w, w y) = sum of table[e, j] w^e y^j, with y = z G = 1 + m_1 w + ...; the number of right terms doubles a step.

    In y, and not in G, a branch is told from the others as early as it can be (z^3 G^4 - z G + 1 has one simple root y = 1).
    """

    def __init__(self, ring: Ring, table: dict[tuple[int, int], Element]) -> None:
        self.ring, self.table = ring, table
        self.width = max(e for e, _ in table)
        self.zero, self.one = ring.scalar(0), ring.scalar(1)

    def started(self, given: Series) -> tuple[Series, Ring]:
        """Enough moments for Newton to take over, and the ring that holds all further ones."""
        germ = [self.one, *given]
        value, slope = self._evaluate(germ, len(germ) + 2 * self.width + 8)
        valuation = next((k for k, c in enumerate(slope) if not self.ring.is_zero(c)), None)
        residual = next((k for k, c in enumerate(value) if not self.ring.is_zero(c)), None)
        told = 0 if valuation is None or valuation >= len(germ) else valuation
        # a branch within w^n of the germ, n its length, makes the value O(w^n) at least, O(w^(n + valuation)) where the slope is not 0
        if residual is not None and residual < len(germ) + told:
            raise InvalidInput(
                "no branch of the curve behaves like 1/z at infinity with the given moments, so it is the equation of no such law; "
                "check the equation, and which variable is G"
            )
        if valuation is None or valuation >= len(germ):
            raise InvalidInput(
                f"the curve has several branches with G = 1/z + ... that agree with the {len(given)} moments given; give more with `moments=`"
            )
        lead = self.ring.over_common_denominator(slope[valuation])[0]
        ring = self.ring.inverting(lead)
        if ring is not self.ring:
            germ = [ring.lift(c, self.ring) for c in germ]
            slope_lead = ring.lift(slope[valuation], self.ring)
            self.table = {key: ring.lift(c, self.ring) for key, c in self.table.items()}
            self.ring, self.zero, self.one = ring, ring.scalar(0), ring.scalar(1)
        else:
            slope_lead = slope[valuation]
        numerator, denominator = ring.over_common_denominator(slope_lead)
        self.valuation, self.inverse = valuation, ring.embed(denominator) * ring.inverse_of_poly(numerator)
        return germ, ring

    def moments(self, germ: Series, count: int) -> Series:
        """The first `count` moments, doubling the number of correct terms a step."""
        while len(germ) < count + 1:
            gain = max(1, len(germ) - self.valuation)
            target = min(len(germ) + gain, count + 1)
            length = target + self.valuation
            value, slope = self._evaluate(germ + [self.zero] * (target - len(germ)), length)
            correction = divide(value[self.valuation :], slope[self.valuation :], target, self.inverse)
            padded = germ + [self.zero] * (target - len(germ))
            germ = [a - b for a, b in zip(padded, correction, strict=True)]
        return germ[1 : count + 1]

    def _evaluate(self, germ: Series, length: int) -> tuple[Series, Series]:
        top = max(j for _, j in self.table)
        value, slope = [self.zero] * length, [self.zero] * length
        power, before = [self.one], None
        for j in range(top + 1):
            for (e, k), c in self.table.items():
                if k == j:
                    _accumulate(value, power, c, e)
                    if before is not None:
                        _accumulate(slope, before, c * j, e)
            before, power = power, multiply(power, germ, length, self.zero)
        return value, slope


def _accumulate(total: Series, series: Series, factor: Element, shift: int) -> None:
    for k, c in enumerate(series[: max(0, len(total) - shift)]):
        if c != 0:
            total[k + shift] = total[k + shift] + factor * c
