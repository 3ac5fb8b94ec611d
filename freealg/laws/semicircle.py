"""The semicircle law."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from sympy import Expr

from freealg.exact.coerce import exact
from freealg.exact.radicals import bounded_sqrt
from freealg.forms import AtomicPart, RTransform, g
from freealg.law.law import Law
from freealg.laws.conditions import set_exact

__all__ = ["Semicircle"]


@final
@dataclass(frozen=True, repr=False, init=False)
class Semicircle(Law):
    """R(g) = mean + variance*g; support mean ± 2 sqrt(variance), the free analogue of the Gaussian law.

    Raises `InvalidInput` when variance <= 0. Source: Wigner (1955); Voiculescu (1985).

    >>> Semicircle(variance=2).moments(6)
    [0, 2, 0, 8, 0, 40]
    """

    mean_: Expr
    variance_: Expr

    def __init__(self, mean: Any = 0, variance: Any = 1) -> None:
        set_exact(self, {"mean_": mean, "variance_": variance}, variance="> 0")

    def state_r_transform(self) -> RTransform:
        """stated"""
        return RTransform(self.mean_ + self.variance_ * g)

    def state_atomic_part(self) -> AtomicPart:
        """stated: no atoms"""
        return AtomicPart(())

    def positive_parameters(self) -> list[Expr]:
        return [self.variance_]

    def known_intervals(self) -> list[tuple[Expr, Expr]]:
        return [(self.mean_ - 2 * bounded_sqrt(self.variance_), self.mean_ + 2 * bounded_sqrt(self.variance_))]

    def infinitely_divisible(self) -> bool:
        return True

    def boxplus_power(self, t: Any) -> Law:
        """The semicircle of t times the mean and the variance."""
        t = exact(t, "the free additive power t")
        return Semicircle(self.mean_ * t, self.variance_ * t)

    def affine(self, a: Any, b: Any) -> Law:
        """The semicircle of mean a*mean + b and variance a^2*variance."""
        a, b = exact(a, "the factor"), exact(b, "the shift")
        return super().affine(a, b) if a == 0 else Semicircle(a * self.mean_ + b, a**2 * self.variance_)
