"""Free compression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

from sympy import Expr, Integer, Max

from freealg.errors import InvalidInput, shown
from freealg.exact.coerce import exact
from freealg.exact.curve_operations import free_compression
from freealg.exact.fields import Ring
from freealg.exact.signs import real_sign
from freealg.forms import AtomicPart, CauchyEquation, FreeCumulants, RTransform, STransform, g, m
from freealg.forms.atomic import gathered
from freealg.law.conversions import finished_curve
from freealg.law.law import Law
from freealg.law.operations.operation import UnaryOperation
from freealg.law.scale import Hull
from freealg.numerics.relation_nodes import FreePowerNode
from freealg.numerics.relations import Relation
from freealg.show.text import expression_latex

__all__ = ["Compression", "compress"]


@final
@dataclass(frozen=True, repr=False)
class Compression(UnaryOperation):
    """kappa_n -> t^(n-1) kappa_n: the corner p X p of a free projection of trace t (Nica and Speicher 1996)."""

    t: Expr
    method: ClassVar[str] = "compress"

    def latex(self) -> str:
        """compress with t below."""
        return rf"\mathrm{{compress}}_{{{expression_latex(self.t)}}}\left({self.operand.latex()}\right)"

    def lane_r_transform(self, term: RTransform) -> RTransform:
        """R(g) -> R(t g)"""
        return RTransform(term.expr.xreplace({g: self.t * g}))

    def lane_s_transform(self, term: STransform) -> STransform:
        """S(m) -> S(t m)"""
        return STransform(term.expr.xreplace({m: self.t * m}))

    def lane_free_cumulants(self, term: FreeCumulants) -> FreeCumulants:
        """kappa_n -> t^(n-1) kappa_n"""
        ring = term.sequence.ring.join(Ring.of(self.t))
        t = ring.convert(self.t)
        return FreeCumulants(term.sequence.scaled(lambda n, _: t ** (n - 1), ring))

    def lane_cauchy_equation(self, term: CauchyEquation) -> CauchyEquation:
        """P(z - 1/G + 1/(t G), t G) = 0"""
        return finished_curve(self, *free_compression(term.curve, self.t))

    def lane_atomic_part(self, term: AtomicPart) -> AtomicPart:
        """an atom at a keeps its place with mass (mu{a} - (1 - t))/t"""
        return AtomicPart(gathered((a, Max(Integer(0), (p - 1 + self.t) / self.t)) for a, p in term.masses))

    def lane_hull(self, part: Hull) -> Hull:
        """the operand's"""
        return part

    def lane_relation(self, part: Relation) -> Relation:
        """the operand's relation at z + (1/t - 1)/g and t g"""
        return FreePowerNode(part, (Integer(1), 1 - 1 / self.t, self.t))

    def infinitely_divisible(self) -> bool:
        return self.operand.infinitely_divisible()

    def positive_parameters(self) -> list[Expr]:
        return [*self.operand.positive_parameters(), self.t, 1 - self.t]

    def known_sign(self) -> int | None:
        sign = self.operand.known_sign()
        return sign if sign in (1, -1) else None


def compress(law: Law, t: Any) -> Law:
    """The free compression by a projection of trace t, 0 < t <= 1."""
    t = exact(t, "the trace t of the compression")
    if t.is_number and (real_sign(t, "the trace t") <= 0 or real_sign(1 - t, "1 - t") < 0):
        raise InvalidInput(f"{law} can be compressed by a projection of trace 0 < t <= 1, not {shown(t)}; t > 1 is boxplus_power(t) rescaled")
    return law if t == 1 else Compression(law, t)
