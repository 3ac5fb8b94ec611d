"""The Kesten–McKay law."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from sympy import Expr, Max, sqrt

from freealg.exact.radicals import bounded_sqrt
from freealg.forms import AtomicPart, RTransform, g
from freealg.forms.atomic import gathered
from freealg.law.law import Law
from freealg.laws.conditions import set_exact

__all__ = ["KestenMcKay"]


@final
@dataclass(frozen=True, repr=False, init=False)
class KestenMcKay(Law):
    """R(g) = degree (sqrt(1 + 4 g^2) - 1)/(2 g): Rademacher to the free power `degree`, the spectrum of random regular graphs of that degree.

    Edges ± 2 sqrt(degree - 1); atoms of mass (1 - degree/2)_+ at ± degree. Raises `InvalidInput` when degree < 1.
    Source: Kesten (1959), McKay (1981).

    >>> KestenMcKay(3).moments(6)
    [0, 3, 0, 15, 0, 87]
    """

    degree: Expr

    def __init__(self, degree: Any) -> None:
        set_exact(self, {"degree": degree}, degree=">= 1")

    def state_r_transform(self) -> RTransform:
        """stated"""
        return RTransform(self.degree * (sqrt(1 + 4 * g**2) - 1) / (2 * g))

    def state_atomic_part(self) -> AtomicPart:
        """the free power of the two atoms"""
        mass = Max(0, 1 - self.degree / 2)
        return AtomicPart(gathered([(-self.degree, mass), (self.degree, mass)]))

    def positive_parameters(self) -> list[Expr]:
        return [self.degree - 1]

    def known_intervals(self) -> list[tuple[Expr, Expr]]:
        edge = 2 * bounded_sqrt(self.degree - 1)
        return [] if edge == 0 else [(-edge, edge)]
