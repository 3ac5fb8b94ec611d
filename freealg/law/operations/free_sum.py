"""Free additive convolution."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Any, ClassVar, final

from sympy import Add, Expr, I, Integer, Max

from freealg.errors import NoClosedForm
from freealg.exact.curve_operations import additive
from freealg.exact.series import Sequence
from freealg.forms import AtomicPart, Atoms, CauchyEquation, CauchyTransform, Density, FreeCumulants, RTransform, g, x, z
from freealg.forms.atomic import gathered
from freealg.law.closed_density import density_above_the_axis
from freealg.law.express import express, possible
from freealg.law.latex import infix_latex
from freealg.law.law import Law
from freealg.law.operations.operation import Operation, function_text, joined_equation, require_laws
from freealg.law.scale import Hull

__all__ = ["FreeSum", "boxplus"]


@final
@dataclass(frozen=True, repr=False)
class FreeSum(Operation):
    """The law of X_1 + ... + X_k for free X_i: R-transforms and free cumulants add."""

    operands: tuple[Law, ...]
    loose_latex: ClassVar[bool] = True

    def operation_text(self, show: Any) -> str:
        return function_text("boxplus", show, self.operands)

    def latex(self) -> str:
        """mu boxplus nu."""
        return infix_latex(r"\boxplus", self.operands)

    def lane_r_transform(self, *terms: RTransform) -> RTransform:
        """R-transforms add"""
        return RTransform(Add(*(term.expr for term in terms)))

    def lane_free_cumulants(self, *terms: FreeCumulants) -> FreeCumulants:
        """free cumulants add"""
        ring = reduce(lambda a, b: a.join(b), (term.sequence.ring for term in terms))
        lifted = [term.sequence.over(ring) for term in terms]
        return FreeCumulants(Sequence(ring, lambda n: [sum(row, ring.scalar(0)) for row in zip(*(s.first(n) for s in lifted), strict=True)]))

    def lane_cauchy_equation(self, *terms: CauchyEquation) -> CauchyEquation:
        """eliminate y between the equations: z = y_1 + y_2 - 1/G"""
        return joined_equation(self, terms, additive)

    def lane_cauchy_transform(self) -> CauchyTransform:
        """G(z) = G_1(z - c) where every other R-transform is a constant, c their sum"""
        others, shift = self._without_constants()
        transform = express(boxplus(*others), CauchyTransform).expr if others else 1 / z
        return CauchyTransform(transform.xreplace({z: z - shift}))

    def lane_density(self) -> Density:
        """the shift by c of the closed G, or of the closed density where c is real"""
        others, shift = self._without_constants()
        if not shift.has(I):
            return Density(express(boxplus(*others), Density).expr.xreplace({x: x - shift}))
        return Density(density_above_the_axis(self.lane_cauchy_transform().expr))

    def _without_constants(self) -> tuple[list[Law], Expr]:
        """The summands whose R-transform is no constant, and the sum of those that are: c = a for a point mass, a - i b for a Cauchy law."""
        known = [(law, _constant(law)) for law in self.operands]
        constants = [value for _, value in known if value is not None]
        if not constants:
            raise NoClosedForm("no R-transform is a constant")
        return [law for law, value in known if value is None], Add(*constants)

    def special_engine(self) -> Any:
        """With point masses alone beside it the engine of the rest, moved; with Cauchy laws G(z) = G_1(z - c), where there is no equation."""
        from freealg.law.atomic_law import AtomicLaw
        from freealg.law.engine import engine_of
        from freealg.law.spectral import AlgebraicSpectrum
        from freealg.numerics.cauchy_sum import CauchySum

        try:
            others, shift = self._without_constants()
        except NoClosedForm:
            return None
        if not others:
            return None
        rest, (place, height) = boxplus(*others), shift.as_real_imag()
        if height == 0:
            return engine_of(rest.affine(1, place))
        engine = engine_of(rest)
        if isinstance(engine, AlgebraicSpectrum | AtomicLaw) or rest.why_no_moments() is not None:
            return None
        return CauchySum(engine, place, -height, str(self))

    def lane_atomic_part(self, *terms: AtomicPart) -> AtomicPart:
        """an atom at a + b has mass mu{a} + nu{b} - 1 (Bercovici and Voiculescu)"""
        return AtomicPart(reduce(_sum_atoms, (term.masses for term in terms)))

    def lane_hull(self, *parts: Hull) -> Hull:
        """the ends add"""
        return sum(low for low, _ in parts), sum(high for _, high in parts)

    def infinitely_divisible(self) -> bool:
        return all(operand.infinitely_divisible() for operand in self.operands)

    def known_sign(self) -> int | None:
        signs = {operand.known_sign() for operand in self.operands}
        return signs.pop() if len(signs) == 1 and signs <= {1, -1} else None


def _constant(law: Law) -> Expr | None:
    """R where it is a constant."""
    atoms = possible(law, Atoms, conversions=False)
    if atoms is not None:
        return atoms.masses[0][0] if len(atoms.masses) == 1 else None
    form = possible(law, RTransform, conversions=False)
    return None if form is None or form.expr.has(g) else form.expr


def _sum_atoms(first: Any, second: Any) -> Any:
    return gathered((a + b, Max(Integer(0), p + q - 1)) for a, p in first for b, q in second)


def boxplus(*laws: Law) -> Law:
    """R = R_1 + ... + R_k: the free additive convolution, the law of a sum of free variables.

    Raises `InvalidInput` for anything that is not a law. Source: Voiculescu, "Addition of certain non-commuting random variables" (1986).

    >>> import freealg as fa
    >>> fa.boxplus(fa.Semicircle(), fa.Rademacher()).moments(6)
    [0, 2, 0, 7, 0, 30]
    """
    flat: list[Law] = []
    for law in require_laws("boxplus", laws):
        flat += law.operands if isinstance(law, FreeSum) else [law]
    return flat[0] if len(flat) == 1 else FreeSum(tuple(flat))
