"""Free additive powers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

from sympy import Expr, Integer, Max

from freealg.errors import InvalidInput, NoClosedForm, shown
from freealg.exact.coerce import exact
from freealg.exact.curve_operations import free_power
from freealg.exact.fields import Ring
from freealg.exact.signs import real_sign
from freealg.forms import AtomicPart, CauchyEquation, CauchyTransform, FreeCumulants, RTransform, z
from freealg.forms.atomic import gathered
from freealg.law.conversions import finished_curve
from freealg.law.existence import is_freely_divisible, require_existence
from freealg.law.express import possible
from freealg.law.latex import grouped_latex
from freealg.law.law import Law
from freealg.law.operations.operation import UnaryOperation
from freealg.law.scale import Hull, scale_of
from freealg.numerics.relation_nodes import FreePowerNode
from freealg.numerics.relations import Relation
from freealg.show.text import expression_latex

__all__ = ["FreePower", "boxplus_power"]


@final
@dataclass(frozen=True, repr=False)
class FreePower(UnaryOperation):
    """R -> t R; mu [+] ... [+] mu (t times) when t is an integer."""

    t: Expr
    method: ClassVar[str] = "boxplus_power"
    loose_latex: ClassVar[bool] = True

    def latex(self) -> str:
        """The sign and the power as an exponent."""
        return f"{grouped_latex(self.operand)}^{{\\boxplus {expression_latex(self.t)}}}"

    def lane_r_transform(self, term: RTransform) -> RTransform:
        """R -> t R"""
        return RTransform(self.t * term.expr)

    def lane_free_cumulants(self, term: FreeCumulants) -> FreeCumulants:
        """kappa_n -> t kappa_n"""
        ring = term.sequence.ring.join(Ring.of(self.t))
        t = ring.convert(self.t)
        return FreeCumulants(term.sequence.scaled(lambda n, _: t, ring))

    def lane_cauchy_equation(self, term: CauchyEquation) -> CauchyEquation:
        """P((z - (1 - t)/G)/t, G) = 0"""
        return finished_curve(self, *free_power(term.curve, self.t))

    def lane_atomic_part(self, term: AtomicPart) -> AtomicPart:
        """an atom at a goes to t a with mass t mu{a} - (t - 1)"""
        if self.t.is_number and self.t < 1:
            raise NoClosedForm("a power below 1 may have atoms that its operand has lost")
        return AtomicPart(gathered((self.t * a, Max(Integer(0), self.t * p - self.t + 1)) for a, p in term.masses))

    def lane_hull(self, part: Hull) -> Hull:
        """t times the hull for t >= 1; for t < 1, where the law is a conditional expectation, around the mean"""
        t = float(self.t)
        if t >= 1:
            return t * part[0], t * part[1]
        mean, _ = scale_of(self.operand)
        reach = max(abs(end - mean) for end in part)
        return t * mean - reach, t * mean + reach

    def lane_relation(self, part: Relation) -> Relation:
        """the operand's relation at (z - (1 - t)/g)/t and g"""
        return FreePowerNode(part, (self.t, 1 - self.t, Integer(1)))

    def infinitely_divisible(self) -> bool:
        return self.operand.infinitely_divisible()

    def refutation(self) -> str | None:
        """A critical point of the subordination function t w + (1 - t)/G(w) where a power t < 1 would allow none."""
        from freealg.numerics.subordination_zero import critical_point

        transform = possible(self.operand, CauchyTransform)
        if transform is None or self.free_symbols or self.operand.why_no_moments() is not None:
            return None
        mean, deviation = scale_of(self.operand)
        ends = [float(end) for interval in self.operand.support_intervals() for end in interval if end.is_finite]
        found = critical_point(transform.expr, z, self.t, [mean, *ends], 4 * deviation)
        if found is None:
            return None
        w, branch_point = found
        return (
            "the inverse of w -> t w + (1 - t)/G(w), from which its G is made, has a branch point in the upper half plane at "
            f"{branch_point:.6g} (w = {w:.6g})"
        )

    def positive_parameters(self) -> list[Expr]:
        return [*self.operand.positive_parameters(), self.t if self.operand.infinitely_divisible() else self.t - 1]

    def known_sign(self) -> int | None:
        sign = self.operand.known_sign()
        return sign if sign in (1, -1) else None


def boxplus_power(law: Law, t: Any) -> Law:
    """mu^([+] t); t >= 1 always exists, t < 1 where that is proved.

    Raises `NotALaw` with the proof where it is no law, and `Undecided` where neither proof is found.
    """
    t = exact(t, "the free additive power t")
    if t.is_number and real_sign(t, "the free additive power t") <= 0:
        raise InvalidInput(f"the free additive power of {law} needs t > 0, not {shown(t)}; use freealg.boxminus to take a law away")
    if t == 1:
        return law
    if isinstance(law, FreePower):
        return boxplus_power(law.operand, law.t * t)
    power = FreePower(law, t)
    if t.is_number and t < 1 and not is_freely_divisible(law):
        require_existence(power, f"{law} to the free additive power {shown(t)}", "powers t >= 1 always exist")
    return power
