"""The base of operation nodes: a law made from other laws."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sympy import Expr

from freealg.errors import FreeAlgError, InvalidInput, NoClosedForm, shown
from freealg.forms import CauchyEquation
from freealg.law.express import possible
from freealg.law.law import Law
from freealg.law.presentation import parameter_text

__all__ = ["Operation", "function_text", "method_text", "require_laws"]


class Operation(Law):
    """A law whose `operands` are laws; its lanes take the operands' forms."""

    def substitution_germ(self) -> Any:
        """The formal moments that select this law's branch; None when there are none."""
        from freealg.law.conversions import germ_of

        return germ_of(self)

    def defer_density_to_short_equation(self) -> None:
        """Raise `NoClosedForm` where the law's own equation gives its density: degree 2 in G, or 3 with numbers for all parameters."""
        try:
            equation = possible(self, CauchyEquation)
        except FreeAlgError:  # no affordable equation, or a choice in it that needs numbers
            return
        if equation is not None and equation.curve.degree_G <= (2 if self.free_symbols else 3):
            raise NoClosedForm(f"the equation of degree {equation.curve.degree_G} gives the density")


def function_text(name: str, show: Callable[[Any], str], laws: Iterable[Law]) -> str:
    """boxplus(mu, nu)."""
    return f"{name}({', '.join(show(law) for law in laws)})"


def method_text(law: Law, name: str, show: Callable[[Any], str], *values: Expr) -> str:
    """mu.compress(1/2)."""
    return f"{show(law)}.{name}({', '.join(parameter_text(value) for value in values)})"


def require_laws(name: str, laws: tuple[Any, ...]) -> tuple[Law, ...]:
    """The arguments as laws; anything else is refused by name."""
    if not laws:
        raise InvalidInput(f"{name} needs at least one law")
    for law in laws:
        if not isinstance(law, Law):
            kind = type(law).__name__
            raise InvalidInput(f"{name} takes laws, not {kind} {shown(law)}; a law is made by freealg.Semicircle(), freealg.parse(text), ...")
    return laws
