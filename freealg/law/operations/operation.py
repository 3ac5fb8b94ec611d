"""The base of operation nodes: a law made from other laws."""

from __future__ import annotations

from typing import Any

from freealg.errors import FreeAlgError, InvalidInput, NoClosedForm
from freealg.forms import CauchyEquation
from freealg.law.express import possible
from freealg.law.law import Law

__all__ = ["Operation", "require_laws"]


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


def require_laws(name: str, laws: tuple[Any, ...]) -> tuple[Law, ...]:
    """The arguments as laws; anything else is refused by name."""
    if not laws:
        raise InvalidInput(f"{name} needs at least one law")
    for law in laws:
        if not isinstance(law, Law):
            raise InvalidInput(f"{name} takes laws, not {type(law).__name__} {law!r}; a law is made by freealg.Semicircle(), freealg.parse(...), ...")
    return laws
