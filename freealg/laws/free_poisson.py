"""The free Poisson law."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from sympy import Expr, Integer, Max

from freealg.exact.coerce import exact
from freealg.exact.radicals import bounded_sqrt
from freealg.forms import AtomicPart, RTransform, STransform, g, m
from freealg.law.law import Law
from freealg.laws.conditions import set_exact

__all__ = ["FreePoisson"]


@final
@dataclass(frozen=True, repr=False, init=False)
class FreePoisson(Law):
    """kappa_n = rate * jump**n, R(g) = rate*jump/(1 - jump*g); equal to MarchenkoPastur(ratio=1/rate, variance=rate*jump) for jump > 0.

    Edges jump*(1 ± sqrt(rate))^2, atom (1 - rate)_+ at 0. Raises `InvalidInput` when rate <= 0 or jump = 0. Source: Voiculescu (1987).

    >>> from sympy import Rational
    >>> FreePoisson(rate=Rational(3, 2), jump=2).free_cumulants(4)
    [3, 6, 12, 24]
    """

    rate: Expr
    jump: Expr

    def __init__(self, rate: Any = 1, jump: Any = 1) -> None:
        set_exact(self, {"rate": rate, "jump": jump}, rate="> 0", jump="!= 0")

    def state_r_transform(self) -> RTransform:
        """stated"""
        return RTransform(self.rate * self.jump / (1 - self.jump * g))

    def state_s_transform(self) -> STransform:
        """stated"""
        return STransform(1 / (self.jump * (self.rate + m)))

    def state_atomic_part(self) -> AtomicPart:
        """no jump happens with probability 1 - rate"""
        mass = Max(Integer(0), 1 - self.rate)
        return AtomicPart(((Integer(0), mass),) if mass != 0 else ())

    def known_intervals(self) -> list[tuple[Expr, Expr]]:
        """jump (1 ± sqrt(rate))^2, a symbol of unknown sign being taken positive: jump = -a lies below 0."""
        ends = (self.jump * (1 - bounded_sqrt(self.rate)) ** 2, self.jump * (1 + bounded_sqrt(self.rate)) ** 2)
        negative = self.jump.is_negative or (not self.jump.is_positive and self.jump.could_extract_minus_sign())
        return [ends[::-1] if negative else ends]

    def positive_parameters(self) -> list[Expr]:
        return [self.rate]

    def known_sign(self) -> int | None:
        if self.jump.is_number:
            return 1 if self.jump > 0 else -1
        return 1 if self.jump.is_positive else None

    def infinitely_divisible(self) -> bool:
        return True

    def boxplus_power(self, t: Any) -> Law:
        """The free Poisson law of t times the rate."""
        return FreePoisson(self.rate * exact(t, "the free additive power t"), self.jump)
