"""Points of the curve of a smooth Jacobian to any number of digits: integrals by balls, Newton's method from a point found in doubles.

With m = M(y) of D^2, log z = L log y + (L - 1) log(m/(1 + m)) + L log sigma_w^2, and L log(1 + m) more for Gaussian weights. An edge is a zero of
d log z/dy on the real axis; beside it x - e ~ e F''(Im y)^2/2, so that the density is ~ |M'| sqrt(2 |e - x|/(e |F''|))/(pi e).
"""

from __future__ import annotations

from math import log2, log10
from typing import Any, NamedTuple, final

from flint import acb, arb
from sympy import Expr, Symbol

from freealg.errors import Undecided
from freealg.exact.context import ball_precision
from freealg.nets.balls import Ball, ball_function, ball_number
from freealg.nets.pieces import X
from freealg.nets.quadrature import log2_size, reach, to_ball

__all__ = ["SmoothDigits"]

_GUARD, _STEPS = 40, 12
_BITS = log2(10)


class _Logarithm(NamedTuple):
    """F = log z at y, its derivatives, m and M'."""

    value: Any
    slope: Any
    bend: Any
    m: Any
    dm: Any


@final
class SmoothDigits:
    """`squared` is t = f'(sqrt(q) h)^2 in `variable`, `depth` = L, `scale` = sigma_w^2; `NoBallsError` for functions without ball arithmetic."""

    def __init__(self, squared: Expr, variable: Symbol, depth: Expr, scale: Expr, gaussian: bool) -> None:
        self.squared, self.depth, self.scale, self.gaussian = squared.xreplace({variable: X}), depth, scale, gaussian
        ball_function(self.squared)

    def density(self, x: Any, start: complex, dps: int) -> arb:
        """-Im m/(pi x) at the solution y near `start`, where F = log x; x in mpmath. Beside an edge F' is small, and digits are lost."""
        inner = dps + 2 * max(0, -int(log10(abs(start.imag) / abs(start))))
        with ball_precision(self._bits(inner)):
            place = to_ball(x)
            at = self._solved(place.log(), acb(start), inner, (0.1 * abs(start.imag), dps))
            return -at.m.imag / (arb.pi() * place)

    def transform(self, point: Any, m: complex, dps: int) -> acb:
        """G(z) = (1 + m)/z off the support, from m in doubles; z in mpmath."""
        with ball_precision(self._bits(dps)):
            z = acb(to_ball(point.real), to_ball(point.imag))
            real = z.imag == 0
            target = abs(z).log() if real else z.log()
            at = self._solved(target, self._y_of(z, acb(m)), dps, (1e-3 * abs(complex(z)) + 1e-3, dps))
            return (1 + at.m) / z

    def edge(self, start: float, dps: int) -> tuple[arb, arb]:
        """(e, c) with density ~ c sqrt(|x - e|), from the real y of the edge in doubles."""
        with ball_precision(self._bits(dps)):
            y = acb(start)
            for _ in range(_STEPS):
                at = self._logarithm(y, dps)
                step = at.slope / at.bend
                y = acb((y - step).mid())
                if _size(step) < _size(y) * 2.0 ** (_GUARD // 2 - self._bits(dps)):
                    break
            at = self._logarithm(y, dps)
            place = at.value.real.exp()
            return place, abs(at.dm) * (2 / (place * abs(at.bend))).sqrt() / (arb.pi() * place)

    def _bits(self, dps: int) -> int:
        return int(_BITS * dps) + _GUARD

    def _solved(self, target: Any, y: acb, dps: int, within: tuple[float, int]) -> _Logarithm:
        """Newton's method for F(y) = target to `digits` of the distance `near`, beyond which it has left its start: `Undecided`."""
        first, (near, digits) = y, within
        for _ in range(_STEPS):
            at = self._logarithm(y, dps)
            step = (at.value - target) / at.slope
            y = acb((y - step).mid())
            if not _size(y - first) <= near:
                raise Undecided("the point is too near to an edge for its digits; ask in doubles, or a little farther inside")
            if _size(step) < near * 10.0**-digits:
                return self._logarithm(y, dps)
        raise Undecided(f"{digits} digits were not reached; ask for fewer")

    def _y_of(self, z: acb, m: acb) -> acb:
        """The y with this m and z: y^L = z sigma_w^(-2L) ((1 + m)/m)^(L-1), and (1 + m)^(-L) for Gaussian weights, the arguments kept apart."""
        L, scale = ball_number(self.depth), ball_number(self.scale)
        if z.imag == 0:
            size = ((1 + m) / m).real
            power = abs(z).log() + (L - 1) * abs(size).log() - (L * abs(1 + m).log() if self.gaussian else 0)
            return acb((power / L).exp() / scale * (1 if z.real > 0 else -1))
        power = z.log() - (L - 1) * (m / (1 + m)).log() - (L * (1 + m).log() if self.gaussian else 0)
        return (power / L).exp() / scale

    def _logarithm(self, y: acb, dps: int) -> _Logarithm:
        L, log_scale = ball_number(self.depth), ball_number(self.scale).log()
        (one, two, three), real = self._integrals(y, dps), y.imag == 0
        m, dm, ddm = one, -two, 2 * three
        ratio, rest = m / (1 + m), 1 + m
        logs = [abs(part).log() if real else part.log() for part in (y, ratio, rest)]
        value = L * (logs[0] + log_scale) + (L - 1) * logs[1]
        slope, bend = L / y + (L - 1) * dm / (m * rest), -L / y**2 + (L - 1) * (ddm / (m * rest) - dm**2 * (1 / m**2 - 1 / rest**2))
        if self.gaussian:
            value, slope, bend = value + L * logs[2], slope + L * dm / rest, bend + L * (ddm / rest - dm**2 / rest**2)
        return _Logarithm(value, slope, bend, m, dm)

    def _integrals(self, y: acb, dps: int) -> list[Any]:
        """E t/(y - t)^k, k = 1, 2, 3."""
        bits, t = self._bits(dps), ball_function(self.squared)
        total = []
        for k in (1, 2, 3):

            def integrand(h: Any, analytic: bool, k: int = k) -> Any:
                value = t(h, analytic)
                return value / (y - value) ** k * (-h * h / 2).exp()

            total.append(_over_the_line(integrand, bits) / (2 * arb.pi()).sqrt())
        return [part.real + 0 if y.imag == 0 else part for part in total]


def _size(value: acb) -> float:
    return float(abs(value).mid())


def _over_the_line(integrand: Ball, bits: int) -> Any:
    right = reach(lambda h: log2_size(integrand(acb(h), False)), 0.0, bits)
    left = -reach(lambda h: log2_size(integrand(acb(-h), False)), 0.0, bits)
    small = arb(2) ** (-bits)
    found = acb.integral(integrand, acb(left), acb(right), abs_tol=small, rel_tol=small)
    if not found.is_finite():
        raise Undecided("an integral of f'^2 was not resolved by balls; ask in doubles")
    return found
