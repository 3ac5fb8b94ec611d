"""Fuss–Catalan and free Bessel laws: S-transforms that are powers of linear factors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from sympy import Expr, Integer, Max, Pow

from freealg.errors import InvalidInput
from freealg.exact.coerce import exact
from freealg.forms import AtomicPart, STransform, m
from freealg.forms.atomic import gathered
from freealg.law.law import Law
from freealg.laws.conditions import set_exact

__all__ = ["FreeBessel", "FussCatalan"]

_HIGH = 12


@final
@dataclass(frozen=True, repr=False, init=False)
class FussCatalan(Law):
    """S(m) = (1 + m)^(-order): MarchenkoPastur() to the power [x] order; m_n = binomial((order+1)n, n)/(order n + 1).

    Support [0, (s+1)^(s+1)/s^s], density of order x^(-s/(s+1)) at 0, s = order. Raises `InvalidInput` when order <= 0. Source: Banica, Belinschi,
    Capitaine and Collins (2011).

    >>> FussCatalan(2).moments(5)
    [1, 3, 12, 55, 273]
    """

    order: Expr

    def __init__(self, order: Any) -> None:
        set_exact(self, {"order": order}, order="> 0")

    def state_s_transform(self) -> STransform:
        """stated"""
        return STransform(Pow(1 + m, -self.order))

    def state_atomic_part(self) -> AtomicPart:
        """stated: no atoms"""
        return AtomicPart(())

    def known_intervals(self) -> list[tuple[Expr, Expr]]:
        return [(Integer(0), (self.order + 1) ** (self.order + 1) / self.order**self.order)]

    def positive_parameters(self) -> list[Expr]:
        return [self.order]

    def known_sign(self) -> int:
        return 1

    def transform_first(self) -> bool:
        return bool(self.order.is_number and self.order > _HIGH)

    def multiplicatively_divisible(self) -> bool:
        return True

    def boxtimes_power(self, t: Any) -> Law:
        """The Fuss–Catalan law of t times the order."""
        return FussCatalan(self.order * exact(t, "the free multiplicative power t"))


@final
@dataclass(frozen=True, repr=False, init=False)
class FreeBessel(Law):
    """S(m) = 1/((rate + m)(1 + m)^(order-1)): FreePoisson() to the power [x] (order - 1), times FreePoisson(rate).

    It is a law for order >= 1 and rate > 0, and for order > 0 and rate <= 1; atom (1 - rate)_+ at 0.
    Source: Banica, Belinschi, Capitaine and Collins (2011).

    >>> FreeBessel(2, 1).moments(4)
    [1, 3, 12, 55]
    """

    order: Expr
    rate: Expr

    def __init__(self, order: Any, rate: Any) -> None:
        set_exact(self, {"order": order, "rate": rate}, order="> 0", rate="> 0")
        if self.order.is_number and self.rate.is_number and self.order < 1 and self.rate > 1:
            raise InvalidInput(f"FreeBessel needs order >= 1 or rate <= 1, not order = {self.order} and rate = {self.rate}; move one of them to 1")

    def state_s_transform(self) -> STransform:
        """stated"""
        return STransform(1 / ((self.rate + m) * Pow(1 + m, self.order - 1)))

    def state_atomic_part(self) -> AtomicPart:
        """the atom of the free Poisson factor"""
        return AtomicPart(gathered([(Integer(0), Max(0, 1 - self.rate))]))

    def positive_parameters(self) -> list[Expr]:
        return [self.rate, self.order - 1]

    def known_sign(self) -> int:
        return 1

    def transform_first(self) -> bool:
        return bool(self.order.is_number and self.order > _HIGH)

    def multiplicatively_divisible(self) -> bool:
        return bool(self.rate.is_number and self.rate >= 1 and self.order.is_number and self.order >= 1)
