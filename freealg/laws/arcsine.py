"""The arcsine law."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from sympy import Expr, sqrt

from freealg.forms import AtomicPart, CauchyTransform, RTransform, g, z
from freealg.law.law import Law
from freealg.laws.conditions import set_exact

__all__ = ["Arcsine"]


@final
@dataclass(frozen=True, repr=False, init=False)
class Arcsine(Law):
    """G(z) = 1/sqrt(z^2 - radius^2); density 1/(pi sqrt(radius^2 - x^2)). Rademacher [+] Rademacher is Arcsine(2).

    Raises `InvalidInput` when radius <= 0.

    >>> Arcsine().free_cumulants(6)
    [0, 2, 0, -2, 0, 4]
    """

    radius: Expr

    def __init__(self, radius: Any = 2) -> None:
        set_exact(self, {"radius": radius}, radius="> 0")

    def state_r_transform(self) -> RTransform:
        """stated"""
        return RTransform((sqrt(1 + self.radius**2 * g**2) - 1) / g)

    def state_cauchy_transform(self) -> CauchyTransform:
        """stated"""
        return CauchyTransform(1 / (sqrt(z - self.radius) * sqrt(z + self.radius)))

    def state_atomic_part(self) -> AtomicPart:
        """stated: no atoms"""
        return AtomicPart(())

    def positive_parameters(self) -> list[Expr]:
        return [self.radius]

    def known_intervals(self) -> list[tuple[Expr, Expr]]:
        return [(-self.radius, self.radius)]
