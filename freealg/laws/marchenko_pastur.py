"""The Marchenko–Pastur law."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from sympy import Expr, Integer, Max

from freealg.exact.coerce import exact
from freealg.exact.radicals import bounded_sqrt
from freealg.forms import AtomicPart, RTransform, STransform, g, m
from freealg.law.law import Law
from freealg.laws.conditions import set_exact
from freealg.laws.free_poisson import FreePoisson

__all__ = ["MarchenkoPastur"]


@final
@dataclass(frozen=True, repr=False, init=False)
class MarchenkoPastur(Law):
    """R(g) = variance/(1 - ratio*variance*g): the limit law of X X^T/m for X n x m with entries of variance `variance`, ratio = n/m.

    Edges variance*(1 ± sqrt(ratio))^2, atom (1 - 1/ratio)_+ at 0, mean `variance`. Raises `InvalidInput` when ratio <= 0 or variance <= 0.
    Source: Marchenko and Pastur (1967).

    >>> MarchenkoPastur(ratio=3).atoms()
    {0: 2/3}
    """

    ratio: Expr
    variance_: Expr

    def __init__(self, ratio: Any = 1, variance: Any = 1) -> None:
        set_exact(self, {"ratio": ratio, "variance_": variance}, ratio="> 0", variance="> 0")

    def state_r_transform(self) -> RTransform:
        """stated"""
        return RTransform(self.variance_ / (1 - self.ratio * self.variance_ * g))

    def state_s_transform(self) -> STransform:
        """stated"""
        return STransform(1 / (self.variance_ * (1 + self.ratio * m)))

    def state_atomic_part(self) -> AtomicPart:
        """the null space has dimension n - m"""
        mass = Max(Integer(0), 1 - 1 / self.ratio)
        return AtomicPart(((Integer(0), mass),) if mass != 0 else ())

    def known_intervals(self) -> list[tuple[Expr, Expr]]:
        return [(self.variance_ * (1 - bounded_sqrt(self.ratio)) ** 2, self.variance_ * (1 + bounded_sqrt(self.ratio)) ** 2)]

    def positive_parameters(self) -> list[Expr]:
        return [self.ratio, self.variance_]

    def known_sign(self) -> int:
        return 1

    def infinitely_divisible(self) -> bool:
        return True

    def multiplicatively_divisible(self) -> bool:
        return bool(self.ratio.is_number and self.ratio <= 1)

    def boxplus_power(self, t: Any) -> Law:
        """The free Poisson law of t times the rate."""
        t = exact(t, "the free additive power t")
        return self if t == 1 else FreePoisson(t / self.ratio, self.variance_ * self.ratio)
