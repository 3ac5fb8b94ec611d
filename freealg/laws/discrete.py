"""Laws with finitely many atoms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, final

from sympy import Add, Expr, Integer, Rational

from freealg.errors import InvalidInput, shown
from freealg.exact.coerce import exact
from freealg.exact.signs import real_sign, sign_under
from freealg.forms import Atoms
from freealg.forms.atomic import gathered
from freealg.law.latex import factor_latex
from freealg.law.law import Law
from freealg.show.text import expression_latex

__all__ = ["Discrete", "Projection", "Rademacher"]


@final
@dataclass(frozen=True, repr=False, init=False)
class Discrete(Law):
    """sum of mass * delta_location with exact masses summing to 1.

    Raises `InvalidInput` on a negative mass or a sum that is not 1.

    >>> Discrete({-1: Rational(1, 2), 1: Rational(1, 2)}).moments(4)
    [0, 1, 0, 1]
    """

    masses: tuple[tuple[Expr, Expr], ...]
    loose_latex: ClassVar[bool] = True

    def __init__(self, masses: Mapping[Any, Any] | tuple[tuple[Any, Any], ...]) -> None:
        if not isinstance(masses, Mapping | tuple) or not masses or not all(isinstance(pair, tuple) and len(pair) == 2 for pair in _pairs(masses)):
            raise InvalidInput(f"Discrete takes a dictionary {{location: mass}}, not {shown(masses)}; write Discrete({{0: 0.5, 1: 0.5}})")
        exactly = [(exact(a, "a location of Discrete"), exact(p, "a mass of Discrete")) for a, p in _pairs(masses)]
        total = Add(*(p for _, p in exactly)).expand()
        if total != 1 and (total - 1).simplify() != 0:
            raise InvalidInput(f"the masses of Discrete must sum to 1, not {shown(total)}; divide them by their sum, and give 1/3 as Rational(1, 3)")
        for a, p in exactly:
            if p.is_number and real_sign(p, "a mass of Discrete") < 0:
                raise InvalidInput(f"the mass of Discrete at {shown(a)} must be >= 0, not {shown(p)}; masses are probabilities")
            if not a.is_real and (a.is_number or a.is_real is False):
                raise InvalidInput(f"the locations of Discrete must be real, not {shown(a)}; a law lives on the real line")
        ordered = sorted(gathered(exactly), key=lambda pair: pair[0].sort_key())
        if all(a.is_Rational for a, _ in ordered):
            ordered.sort(key=lambda pair: pair[0])
        object.__setattr__(self, "masses", tuple(ordered))

    def state_atoms(self) -> Atoms:
        """stated"""
        return Atoms(self.masses)

    def known_intervals(self) -> list[tuple[Expr, Expr]]:
        return []

    def positive_parameters(self) -> list[Expr]:
        return [mass for _, mass in self.masses]

    def known_sign(self) -> int | None:
        signs = {sign_under(a, self.positive_parameters()) for a, _ in self.masses}
        if signs <= {0, 1}:
            return 1
        if signs <= {0, -1}:
            return -1
        if any(a.is_positive and p.is_positive for a, p in self.masses) and any(a.is_negative and p.is_positive for a, p in self.masses):
            return 0
        return None

    def infinitely_divisible(self) -> bool:
        return len(self.masses) == 1

    def affine(self, a: Any, b: Any) -> Law:
        """The atoms moved by x -> a x + b."""
        a, b = exact(a, "the factor"), exact(b, "the shift")
        return Discrete(gathered((a * x + b, p) for x, p in self.masses))

    def latex(self) -> str:
        """p delta_a + ..."""
        return " + ".join(rf"{factor_latex(mass)}\delta_{{{expression_latex(place)}}}" for place, mass in self.masses)

    def __repr__(self) -> str:
        return "Discrete({" + ", ".join(f"{a}: {p}" for a, p in self.masses) + "})"


def _pairs(masses: Any) -> Any:
    return masses.items() if isinstance(masses, Mapping) else masses


def Projection(p: Any) -> Discrete:
    """(1 - p) delta_0 + p delta_1, a free projection of trace p; 0 <= p <= 1.

    >>> from sympy import symbols
    >>> Projection(symbols("p")).free_cumulants(3)
    [p, -p**2 + p, 2*p**3 - 3*p**2 + p]
    """
    p = exact(p, "Projection: p")
    if p.is_number and (p.is_real is False or real_sign(p, "p") < 0 or real_sign(1 - p, "1 - p") < 0):
        raise InvalidInput(f"Projection needs its trace p in [0, 1], not {shown(p)}; change p")
    return Discrete({Integer(0): 1 - p, Integer(1): p})


def Rademacher() -> Discrete:
    """(delta_-1 + delta_1)/2.

    >>> Rademacher().moments(4)
    [0, 1, 0, 1]
    """
    return Discrete({-1: Rational(1, 2), 1: Rational(1, 2)})
