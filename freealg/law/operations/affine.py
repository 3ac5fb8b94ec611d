"""Affine images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

from sympy import Abs, Basic, Expr, I, Integer, Tuple

from freealg.errors import InvalidInput, NoClosedForm, shown
from freealg.exact.coerce import exact
from freealg.exact.curve_operations import mobius
from freealg.exact.fields import Ring
from freealg.exact.series import Sequence
from freealg.exact.signs import sign_under
from freealg.forms import AtomicPart, Atoms, CauchyEquation, CauchyTransform, Density, FreeCumulants, RTransform, STransform, g, x, z
from freealg.forms.atomic import gathered
from freealg.law.conversions import finished_curve
from freealg.law.latex import factor_latex, grouped_latex
from freealg.law.law import Law
from freealg.law.operations.operation import UnaryOperation
from freealg.law.scale import Hull
from freealg.numerics.moved import MovedLaw
from freealg.numerics.relation_nodes import AffineNode
from freealg.numerics.relations import Relation
from freealg.show.text import expression_latex

__all__ = ["Affine", "affine"]


@final
@dataclass(frozen=True, repr=False)
class Affine(UnaryOperation):
    """The law of a X + b."""

    a: Expr
    b: Expr
    method: ClassVar[str] = "affine"
    loose_latex: ClassVar[bool] = True

    def latex(self) -> str:
        """a mu + b."""
        shift = expression_latex(self.b)
        tail = "" if self.b == 0 else f" - {shift[1:].lstrip()}" if shift.startswith("-") else f" + {shift}"
        factor = "-" if self.a == -1 else factor_latex(self.a) + r"\cdot " if self.a != 1 else ""
        return factor + grouped_latex(self.operand) + tail

    def lane_atoms(self, term: Atoms) -> Atoms:
        """x -> a x + b"""
        return Atoms(self._moved(term.masses))

    def lane_r_transform(self, term: RTransform) -> RTransform:
        """R(g) -> a R(a g) + b"""
        self._refuse_complex_germ(term.expr)
        return RTransform(self.a * term.expr.xreplace({g: self.a * g}) + self.b)

    def lane_s_transform(self, term: STransform) -> STransform:
        """S(m) -> S(m)/a"""
        if self.b != 0:
            raise NoClosedForm("a shift has no rule for S-transforms")
        return STransform(term.expr / self.a)

    def lane_cauchy_transform(self, term: CauchyTransform) -> CauchyTransform:
        """G(z) -> G((z - b)/a)/a"""
        self._refuse_complex_germ(term.expr)
        return CauchyTransform(term.expr.xreplace({z: (z - self.b) / self.a}) / self.a)

    def lane_density(self, term: Density) -> Density:
        """rho(y) = rho((y - b)/a)/|a|"""
        self.defer_density_to_short_equation()
        return Density(term.expr.xreplace({x: (x - self.b) / self.a}) / Abs(self.a))

    def lane_free_cumulants(self, term: FreeCumulants) -> FreeCumulants:
        """kappa_n -> a^n kappa_n, and b is added to the first"""
        self._refuse_complex_germ(Tuple(*term.sequence.ring.generators))
        ring = term.sequence.ring.join(Ring.of(self.a, self.b))
        a, b = ring.convert(self.a), ring.convert(self.b)
        scaled = term.sequence.over(ring)
        return FreeCumulants(Sequence(ring, lambda n: [a**k * x + b * int(k == 1) for k, x in enumerate(scaled.first(n), 1)]))

    def lane_cauchy_equation(self, term: CauchyEquation) -> CauchyEquation:
        """P((z - b)/a, a G) = 0"""
        return finished_curve(self, *mobius(term.curve, self.a, self.b, Integer(0), Integer(1)))

    def lane_atomic_part(self, term: AtomicPart) -> AtomicPart:
        """x -> a x + b"""
        return AtomicPart(self._moved(term.masses))

    def lane_hull(self, part: Hull) -> Hull:
        """x -> a x + b"""
        low, high = sorted(float(self.a) * x + float(self.b) for x in part)
        return low, high

    def lane_relation(self, part: Relation) -> Relation:
        """the operand's relation at (z - b)/a and a g"""
        return AffineNode(part, self.a, self.b)

    def lane_engine(self, part: Any) -> Any:
        """the operand's engine, its answers moved"""
        return MovedLaw(part, self.a, self.b)

    def infinitely_divisible(self) -> bool:
        return self.operand.infinitely_divisible()

    def known_intervals(self) -> list[tuple[Expr, Expr]] | None:
        """Moved from the operand's with symbols, where the sign of the factor is known."""
        sign = sign_under(self.a, self.positive_parameters()) if self.free_symbols else None
        if sign is None:
            return None
        from freealg.law.support import support_intervals

        known = support_intervals(self.operand)
        return [(self.a * low + self.b, self.a * high + self.b) for low, high in (ends[::sign] for ends in known[::sign])]

    def known_edges(self) -> dict[Expr, tuple[Expr, Expr]] | None:
        """(alpha, c) at e becomes (alpha, c/|a|^(alpha + 1)) at a e + b."""
        if self.known_intervals() is None:
            return None
        from freealg.law.symbolic_edges import moved_edges

        return moved_edges(self.operand, lambda x: self.a * x + self.b, lambda x: Abs(self.a))

    def known_sign(self) -> int | None:
        sign = self.operand.known_sign()
        if self.b == 0 and self.a.is_number and sign is not None:
            return sign if self.a > 0 else -sign
        return None

    def _moved(self, masses: Any) -> Any:
        return gathered((self.a * x + self.b, p) for x, p in masses)

    def _refuse_complex_germ(self, expr: Basic) -> None:
        if expr.has(I) and not self.a.is_positive:
            raise NoClosedForm("a negative factor conjugates a complex germ; freealg.Cauchy does it by itself")


def affine(law: Law, a: Any, b: Any) -> Law:
    """The law of a X + b; nested images are joined."""
    a, b = exact(a, "the factor"), exact(b, "the shift")
    for name, value in (("factor", a), ("shift", b)):
        if value.is_real is False or (value.is_number and not value.is_real):
            raise InvalidInput(f"the {name} of an affine image of {law} must be real, not {shown(value)}; a law lives on the real line")
    if a == 0:
        raise InvalidInput(f"0 times {law} is the point mass at {shown(b)}; write freealg.Discrete({{{shown(b)}: 1}})")
    if isinstance(law, Affine):
        return affine(law.operand, (a * law.a).expand(), (a * law.b + b).expand())
    return law if a == 1 and b == 0 else Affine(law, a, b)
