"""The square of a variable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from sympy import I, Piecewise, sqrt

from freealg.errors import NoClosedForm
from freealg.exact.curve_operations import squared
from freealg.exact.series import Sequence
from freealg.forms import AtomicPart, Atoms, CauchyEquation, CauchyTransform, Density, Moments, x, z
from freealg.forms.atomic import gathered
from freealg.law.conversions import finished_curve, germ_of
from freealg.law.law import Law
from freealg.law.operations.operation import Operation, method_text

__all__ = ["Square"]


@final
@dataclass(frozen=True, repr=False)
class Square(Operation):
    """The law of X^2."""

    operand: Law

    @property
    def operands(self) -> tuple[Law, ...]:
        return (self.operand,)

    def operation_text(self, show: Any) -> str:
        return method_text(self.operand, "square", show)

    def lane_atoms(self, term: Atoms) -> Atoms:
        """x -> x^2"""
        return Atoms(gathered((a**2, p) for a, p in term.masses))

    def lane_atomic_part(self, term: AtomicPart) -> AtomicPart:
        """x -> x^2"""
        return AtomicPart(gathered((a**2, p) for a, p in term.masses))

    def lane_density(self) -> Density:
        """(rho(sqrt x) + rho(-sqrt x))/(2 sqrt x) for x > 0, where rho is stated"""
        stated = getattr(self.operand, "state_density", None)
        if stated is None:
            raise NoClosedForm(f"{self.operand} does not state its density", ())
        rho, root = stated().expr, sqrt(x)
        return Density(Piecewise(((rho.xreplace({x: root}) + rho.xreplace({x: -root})) / (2 * root), x > 0), (0, True)))

    def lane_moments(self, term: Moments) -> Moments:
        """m_n(X^2) = m_2n(X)"""
        sequence = term.sequence
        return Moments(Sequence(sequence.ring, lambda n: sequence.first(2 * n)[1::2]))

    def lane_cauchy_transform(self, term: CauchyTransform) -> CauchyTransform:
        """G(z) = (G(sqrt z) - G(-sqrt z))/(2 sqrt z)"""
        if term.expr.has(I):
            raise NoClosedForm("the closed form of G holds on the upper half plane only")
        root = sqrt(z)
        return CauchyTransform((term.expr.xreplace({z: root}) - term.expr.xreplace({z: -root})) / (2 * root))

    def lane_cauchy_equation(self, term: CauchyEquation) -> CauchyEquation:
        """eliminate between G(x) and G(-x), x^2 = z"""
        return finished_curve(self, *squared(term.curve), germ_of(self))

    def known_sign(self) -> int | None:
        return 1
