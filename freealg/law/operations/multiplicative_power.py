"""Free multiplicative powers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

from sympy import Expr, Integer, Max, Pow

from freealg.errors import InvalidInput, NoClosedForm, NotALaw, UndefinedMoments, shown
from freealg.exact.coerce import exact
from freealg.exact.curve_operations import multiplicative_power
from freealg.exact.s_series import power_moments, rational_power_cumulants
from freealg.exact.series import Sequence, cumulants_from_moments
from freealg.exact.signs import real_sign, sign_under
from freealg.forms import AtomicPart, CauchyEquation, FreeCumulants, Moments, STransform
from freealg.forms.atomic import gathered
from freealg.law.conversions import finished_curve
from freealg.law.existence import require_existence
from freealg.law.express import express
from freealg.law.latex import grouped_latex
from freealg.law.law import Law
from freealg.law.operations.operation import UnaryOperation
from freealg.law.scale import Hull, scale_of
from freealg.law.support import sign_of
from freealg.show.text import expression_latex

__all__ = ["MultiplicativePower", "boxtimes_power"]

_HIGH = 8


@final
@dataclass(frozen=True, repr=False)
class MultiplicativePower(UnaryOperation):
    """S -> S**t; mu [x] ... [x] mu (t times) when t is an integer."""

    t: Expr
    method: ClassVar[str] = "boxtimes_power"
    loose_latex: ClassVar[bool] = True

    def latex(self) -> str:
        """The sign and the power as an exponent."""
        return f"{grouped_latex(self.operand)}^{{\\boxtimes {expression_latex(self.t)}}}"

    def lane_s_transform(self, factor: STransform) -> STransform:
        """S -> S**t"""
        return STransform(Pow(factor.expr, self.t))

    def lane_free_cumulants(self, factor: FreeCumulants) -> FreeCumulants:
        """the series of S to the power t"""
        rational = rational_power_cumulants(factor.sequence, self.t)
        if rational is not None:
            return FreeCumulants(Sequence(*rational))
        moments = express(self.operand, Moments).sequence
        ring, compute = power_moments(moments, self.t)
        return FreeCumulants(Sequence(ring, lambda n: cumulants_from_moments(compute(n))))

    def lane_cauchy_equation(self, factor: CauchyEquation) -> CauchyEquation:
        """z^b = y^a (m/(1 + m))^(a - b) with y = K(m), t = a/b"""
        if not self.t.is_Rational:
            raise NoClosedForm(f"the power {shown(self.t)} is not a rational number, so there is no polynomial equation")
        return finished_curve(self, *multiplicative_power(factor.curve, self.t))

    def lane_atomic_part(self, factor: AtomicPart) -> AtomicPart:
        """the atom at 0 keeps its mass, one at a goes to a^t with mass t mu{a} - (t - 1)"""
        if self.t.is_number and self.t < 1:
            raise NoClosedForm("a power below 1 may have atoms that its operand has lost")
        positive = self.operand.positive_parameters()
        if any(a.free_symbols and sign_under(a, positive) != 1 for a, _ in factor.masses):
            raise NoClosedForm("whether an atom with a symbolic location stands at 0 is open")
        zero = [(a, p) for a, p in factor.masses if a == 0]
        return AtomicPart(gathered(zero + [(Pow(a, self.t), Max(Integer(0), self.t * p - self.t + 1)) for a, p in factor.masses if a != 0]))

    def lane_hull(self, part: Hull) -> Hull:
        """the ends to the power t for t >= 1, a bound from the mean for t < 1"""
        t = float(self.t)
        if t >= 1:
            return max(part[0], 0.0) ** t, part[1] ** t
        mean, _ = scale_of(self.operand)
        return 0.0, mean**t * max(1.0, part[1] / mean)

    def transform_first(self) -> bool:
        """Above some power the equation is of a degree that takes minutes; the relation to the operand is one line whatever the power."""
        return bool(self.t.is_number and self.t > _HIGH) or super().transform_first()

    def special_engine(self) -> Any:
        """That of the product of the powers for a high power of a product, whose factors keep their digits beside 0; None else."""
        from freealg.law.engine import engine_of
        from freealg.law.operations.free_product import FreeProduct, boxtimes

        if type(self.operand) is not FreeProduct or not self.transform_first() or any(part.known_sign() != 1 for part in self.operand.operands):
            return None
        return engine_of(boxtimes(*(boxtimes_power(part, self.t) for part in self.operand.operands)))

    def positive_parameters(self) -> list[Expr]:
        return [*self.operand.positive_parameters(), self.t if self.operand.multiplicatively_divisible() else self.t - 1]

    def known_sign(self) -> int | None:
        return 1


def boxtimes_power(law: Law, t: Any) -> Law:
    """mu^([x] t) of a law on [0, oo); t >= 1 always exists, t < 1 where that is proved."""
    t = exact(t, "the free multiplicative power t")
    if t.is_number and real_sign(t, "the free multiplicative power t") <= 0:
        raise InvalidInput(f"the free multiplicative power of {law} needs t > 0, not {shown(t)}; the law of 1/X is law.inverse()")
    if t == 1:
        return law
    if sign_of(law) in (0, -1):
        raise NotALaw(f"{law} reaches below zero, and free multiplicative powers are for laws on [0, oo); take law.square() or a shift first")
    reason = law.why_no_moments()
    if reason is None and not law.free_symbols and law.mean() == 0:
        raise UndefinedMoments(f"{law} has mean 0 and no S-transform; free cumulants exist, and boxplus_power needs no S-transform")
    if isinstance(law, MultiplicativePower):
        return boxtimes_power(law.operand, law.t * t)
    power = MultiplicativePower(law, t)
    if t.is_number and t < 1 and not law.multiplicatively_divisible():
        require_existence(power, f"{law} to the free multiplicative power {shown(t)}", "powers t >= 1 always exist")
    return power
