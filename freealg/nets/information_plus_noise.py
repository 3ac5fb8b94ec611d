"""Information plus noise: a rectangular matrix whose Gram matrix has a known law, plus an independent Gaussian one (Dozier and Silverstein 2007)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from sympy import Expr, Integer, Max

from freealg.errors import InvalidInput
from freealg.exact.curve import context_over, strip, substitute
from freealg.exact.fields import Element, Ring
from freealg.exact.series import Sequence, divide, multiply
from freealg.forms import AtomicPart, CauchyEquation, Moments
from freealg.forms.atomic import gathered
from freealg.law.conversions import finished_curve
from freealg.law.law import Law
from freealg.law.operations.operation import Operation, require_laws
from freealg.law.support import sign_of
from freealg.laws.conditions import set_exact

__all__ = ["InformationPlusNoise"]


@final
@dataclass(frozen=True, repr=False, init=False)
class InformationPlusNoise(Operation):
    """G(z) = q G_S(q (q z - s (1 - c))), q = 1 - s c G(z): the law of (S + N)(S + N)^T/m, S and N of n rows and m columns, c = n/m.

    `operand` is the law of S S^T/m on [0, oo), N has independent entries of mean 0 and variance s = `variance`, c = `ratio`. Raises `InvalidInput`
    when ratio <= 0, variance <= 0 or the operand reaches below 0. Source: Dozier and Silverstein (2007).

    >>> import freealg as fa
    >>> InformationPlusNoise(fa.MarchenkoPastur(), variance=2).moments(3) == fa.MarchenkoPastur(variance=3).moments(3)
    True
    """

    operand: Law
    ratio: Expr
    variance_: Expr

    def __init__(self, operand: Law, ratio: Any = 1, variance: Any = 1) -> None:
        (law,) = require_laws("InformationPlusNoise", (operand,))
        if sign_of(law) in (0, -1):
            raise InvalidInput(f"InformationPlusNoise needs the law of a Gram matrix S S^T/m, on [0, oo); {law} reaches below 0")
        object.__setattr__(self, "operand", law)
        set_exact(self, {"ratio": ratio, "variance_": variance}, ratio="> 0", variance="> 0")

    @property
    def operands(self) -> tuple[Law, ...]:
        return (self.operand,)

    def lane_moments(self, term: Moments) -> Moments:
        """g = sum nu_k x^k/(q^k r^(k+1)), G = x g, x = 1/z, q = 1 - s c x g, r = q - s (1 - c) x"""
        ring = term.sequence.ring.join(Ring.of(self.ratio, self.variance_))
        pulls = ring.convert(self.variance_ * self.ratio), ring.convert(self.variance_ * (1 - self.ratio))
        known = term.sequence.over(ring)
        return Moments(Sequence(ring, lambda count: _moments(known.first(count), *pulls, ring.scalar(1))))

    def lane_cauchy_equation(self, term: CauchyEquation) -> CauchyEquation:
        """P_S(q (q z - s (1 - c)), G/q) = 0, q = 1 - s c G"""
        ring = Ring.make(term.curve.ring.join(Ring.of(self.ratio, self.variance_)).bases)
        context = context_over(ring)
        poly, G, z = term.curve.over(ring).poly, context.gen(0), context.gen(1)
        (a, below_a), (b, below_b) = (
            tuple(part.project_to_context(context) for part in ring.fraction(pull))
            for pull in ((self.variance_ * self.ratio), (self.variance_ * (1 - self.ratio)).expand())
        )
        q = below_a - a * G  # below_a times the q above
        images = {0: (G * below_a, q), 1: (q * (q * z * below_b - b * below_a), below_a**2 * below_b)}
        return finished_curve(self, strip(substitute(poly, images), G, z), ring)

    def lane_atomic_part(self) -> AtomicPart:
        """the noise dissolves all atoms but the one that the rank m forces"""
        return AtomicPart(gathered([(Integer(0), Max(0, 1 - 1 / self.ratio))]))

    def prefers_call(self) -> bool:
        return True

    def positive_parameters(self) -> list[Expr]:
        return [*self.operand.positive_parameters(), self.ratio, self.variance_]

    def known_sign(self) -> int | None:
        return 1


def _moments(nu: list[Element], a: Element, b: Element, one: Element) -> list[Element]:
    """m_1, ..., m_n with a = s c and b = s (1 - c); every round of the fixed point settles one more."""
    zero, g = one - one, [one]
    for length in range(2, len(nu) + 2):
        q = [one, *(-a * term for term in g)]
        r = [one, q[1] - b, *q[2:]]
        unit = [one, *[zero] * (length - 1)]
        last = divide(unit, r, length, one)
        step = [zero, *divide(last, q, length, one)[: length - 1]]
        power, g = last, last
        for moment in nu[: length - 1]:
            power = multiply(power, step, length, zero)
            g = [x + moment * y for x, y in zip(g, power, strict=True)]
    return g[1:]
