"""The uniform law."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from sympy import Expr, Integer, Piecewise, Symbol, coth, log

from freealg.errors import InvalidInput, shown
from freealg.exact.coerce import exact
from freealg.exact.fields import Ring
from freealg.exact.recurrence import Recurrence, stated_recurrence
from freealg.exact.series import Sequence
from freealg.exact.signs import real_sign
from freealg.forms import AtomicPart, CauchyTransform, Density, Moments, RTransform, g, x, z
from freealg.law.law import Law
from freealg.laws.conditions import set_exact

__all__ = ["Uniform"]


@final
@dataclass(frozen=True, repr=False, init=False)
class Uniform(Law):
    """G(z) = log((z - a)/(z - b))/(b - a); R(g) = (a + b)/2 + w coth(w g) - 1/g with w = (b - a)/2. It is not algebraic.

    Raises `InvalidInput` when a >= b.

    >>> Uniform(-1, 1).free_cumulants(4)
    [0, 1/3, 0, -1/45]
    """

    a: Expr
    b: Expr

    def __init__(self, a: Any = 0, b: Any = 1) -> None:
        set_exact(self, {"a": a, "b": b})
        if (self.b - self.a).is_number and real_sign(self.b - self.a, "b - a") <= 0:
            raise InvalidInput(f"Uniform needs a < b, not a = {shown(self.a)}, b = {shown(self.b)}; swap the ends")

    def state_moments(self) -> Moments:
        """m_n = (b^(n+1) - a^(n+1))/((n+1)(b - a)) = (a^n + a^(n-1) b + ... + b^n)/(n+1)"""
        ring = Ring.of(self.a, self.b)
        a, b = ring.convert(self.a), ring.convert(self.b)

        def moment(k: int) -> Any:
            return sum((a**i * b ** (k - i) for i in range(k + 1)), ring.scalar(0)) / (k + 1)

        return Moments(Sequence(ring, lambda n: [moment(k) for k in range(1, n + 1)]))

    def moment_formula(self, k: Symbol) -> Expr:
        return (self.b ** (k + 1) - self.a ** (k + 1)) / ((k + 1) * (self.b - self.a))

    def known_recurrence(self) -> Recurrence:
        """(n + 1) m_n = (a + b) n m_(n-1) - a b (n - 1) m_(n-2)"""
        total, product = self.a + self.b, self.a * self.b
        if total == 0:
            return stated_recurrence([[Integer(1), Integer(1)], [-product, product]], 2, "by parts in the density")
        return stated_recurrence([[Integer(1), Integer(1)], [Integer(0), -total], [-product, product]], 1, "by parts in the density")

    def state_r_transform(self) -> RTransform:
        """stated"""
        w = (self.b - self.a) / 2
        return RTransform((self.a + self.b) / 2 + w * coth(w * g) - 1 / g)

    def state_cauchy_transform(self) -> CauchyTransform:
        """stated"""
        return CauchyTransform((log(z - self.a) - log(z - self.b)) / (self.b - self.a))

    def state_density(self) -> Density:
        """stated"""
        return Density(Piecewise((1 / (self.b - self.a), (x > self.a) & (x < self.b)), (0, True)))

    def state_atomic_part(self) -> AtomicPart:
        """stated: no atoms"""
        return AtomicPart(())

    def known_edges(self) -> dict[Expr, tuple[Expr, Expr]]:
        """A jump of 1/(b - a) at either end."""
        return dict.fromkeys((self.a, self.b), (Integer(0), 1 / (self.b - self.a)))

    def known_intervals(self) -> list[tuple[Expr, Expr]]:
        return [(self.a, self.b)]

    def known_sign(self) -> int | None:
        if self.a.is_nonnegative:
            return 1
        if self.b.is_nonpositive:
            return -1
        return 0 if self.a.is_negative and self.b.is_positive else None

    def affine(self, a: Any, b: Any) -> Law:
        """The uniform law on the image of the interval."""
        a, b = exact(a, "the factor"), exact(b, "the shift")
        ends = (a * self.a + b, a * self.b + b)
        if a.is_positive:
            return Uniform(*ends)
        return Uniform(*ends[::-1]) if a.is_negative else super().affine(a, b)


