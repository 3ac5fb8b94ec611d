"""The base of operation nodes: a law made from other laws."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from sympy import Expr

from freealg.errors import FreeAlgError, InvalidInput, NoClosedForm, shown
from freealg.exact.curve import Curve
from freealg.exact.fields import Poly, Ring
from freealg.forms import Atoms, CauchyEquation
from freealg.law.conversions import finished_curve
from freealg.law.express import possible
from freealg.law.law import Law
from freealg.law.presentation import parameter_text

__all__ = ["Operation", "UnaryOperation", "function_text", "joined_equation", "require_laws"]


class Operation(Law):
    """A law whose `operands` are laws; its lanes take the operands' forms."""

    def defer_density_to_short_equation(self) -> None:
        """Raise `NoClosedForm` where the law's own equation gives its density: degree 2 in G, or 3 with numbers for all parameters."""
        try:
            equation = possible(self, CauchyEquation)
        except FreeAlgError:  # no affordable equation, or a choice in it that needs numbers
            return
        if equation is not None and equation.curve.degree_G <= (2 if self.free_symbols else 3):
            raise NoClosedForm(f"the equation of degree {equation.curve.degree_G} gives the density")

    def defer_transform_to_atoms(self) -> None:
        """Raise `NoClosedForm` where the law is purely atomic: the sum over its own atoms is shorter than what an operand's G becomes."""
        if possible(self, Atoms, conversions=False) is not None:
            raise NoClosedForm("the atoms give the Cauchy transform")


@dataclass(frozen=True, repr=False)
class UnaryOperation(Operation):
    """An operation on one law: what `operand.method(...)` makes, the other fields being the arguments."""

    operand: Law

    method: ClassVar[str]

    @property
    def operands(self) -> tuple[Law, ...]:
        """The one operand."""
        return (self.operand,)

    @property
    def arguments(self) -> tuple[Expr, ...]:
        """The fields behind the operand."""
        return tuple(getattr(self, field.name) for field in fields(self)[1:])

    def operation_text(self, show: Callable[[Any], str]) -> str:
        """mu.compress(1/2)."""
        return f"{show(self.operand)}.{self.method}({', '.join(map(parameter_text, self.arguments))})"

    def replaced(self, mapping: Mapping[Expr, Expr]) -> Law:
        """The same of the replaced law, checked again: it may not exist."""
        made: Law = getattr(self.operand.replaced(mapping), self.method)(*(value.xreplace(dict(mapping)) for value in self.arguments))
        return made


def joined_equation(law: Any, terms: Sequence[CauchyEquation], join: Callable[[Curve, Curve], tuple[Poly, Ring]]) -> CauchyEquation:
    """The operands' equations eliminated one after the other, each result reduced at once to the factor of its own moments."""
    equation = terms[0]
    for count, term in enumerate(terms[1:], 2):
        partial = law if count == len(terms) else type(law)(law.operands[:count])
        equation = finished_curve(partial, *join(equation.curve, term.curve))
    return equation


def function_text(name: str, show: Callable[[Any], str], laws: Iterable[Law]) -> str:
    """boxplus(mu, nu)."""
    return f"{name}({', '.join(show(law) for law in laws)})"


def require_laws(name: str, laws: tuple[Any, ...]) -> tuple[Law, ...]:
    """The arguments as laws; anything else is refused by name."""
    if not laws:
        raise InvalidInput(f"{name} needs at least one law; write {name}(law, law, ...)")
    for law in laws:
        if not isinstance(law, Law):
            kind = type(law).__name__
            raise InvalidInput(f"{name} takes laws, not {kind} {shown(law)}; a law is made by freealg.Semicircle(), freealg.parse(text), ...")
    return laws
