"""Free additive deconvolution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

from sympy import Expr, Integer

from freealg.errors import NoClosedForm
from freealg.exact.curve_operations import subtractive
from freealg.exact.series import Sequence
from freealg.forms import Atoms, CauchyEquation, FreeCumulants, RTransform
from freealg.law.conversions import finished_curve
from freealg.law.existence import is_freely_divisible, require_existence
from freealg.law.law import Law
from freealg.law.operations.deconvolution import Deconvolution, Terms, cancelled
from freealg.law.operations.free_power import FreePower
from freealg.law.operations.free_sum import FreeSum, boxplus
from freealg.law.operations.operation import require_laws

__all__ = ["FreeDifference", "boxminus"]


@final
@dataclass(frozen=True, repr=False)
class FreeDifference(Deconvolution):
    """The law rho with rho [+] part = whole: R-transforms and free cumulants are subtracted."""

    function: ClassVar[str] = "boxminus"
    sign: ClassVar[str] = r"\boxminus"

    def lane_atoms(self) -> Atoms:
        """mu [-] mu is the point mass at 0"""
        if self.whole != self.part:
            raise NoClosedForm("a difference of two laws may have atoms that neither has")
        return Atoms(((Integer(0), Integer(1)),))

    def lane_r_transform(self, whole: RTransform, part: RTransform) -> RTransform:
        """R-transforms are subtracted"""
        return RTransform(whole.expr - part.expr)

    def lane_free_cumulants(self, whole: FreeCumulants, part: FreeCumulants) -> FreeCumulants:
        """free cumulants are subtracted"""
        ring = whole.sequence.ring.join(part.sequence.ring)
        pair = [term.sequence.over(ring) for term in (whole, part)]
        return FreeCumulants(Sequence(ring, lambda n: [a - b for a, b in zip(*(sequence.first(n) for sequence in pair), strict=True)]))

    def lane_cauchy_equation(self, whole: CauchyEquation, part: CauchyEquation) -> CauchyEquation:
        """eliminate y between the equations: z = y_1 - y_2 + 1/G"""
        return finished_curve(self, *subtractive(whole.curve, part.curve))

    def replaced(self, mapping: Mapping[Expr, Expr]) -> Law:
        """The difference of the replaced laws, checked again: it may not exist."""
        return boxminus(self.whole.replaced(mapping), self.part.replaced(mapping))


def boxminus(whole: Law, part: Law) -> Law:
    """R = R_whole - R_part: the law rho with rho [+] part = whole, where there is one.

    Raises `NotALaw` with the proof (a negative Hankel determinant, or a branch point of G in the upper half plane) where there is none, and
    `Undecided` where neither that nor a proof of existence is found. With symbols the difference is formal and is checked when they are bound.

    >>> import freealg as fa
    >>> fa.boxminus(fa.boxplus(fa.Semicircle(), fa.MarchenkoPastur()), fa.Semicircle())
    MarchenkoPastur()
    >>> fa.boxminus(fa.Semicircle(variance=3), fa.Semicircle()).support_intervals()
    [(-2*sqrt(2), 2*sqrt(2))]
    """
    require_laws("boxminus", (whole, part))
    left, right = cancelled(_terms(whole), _terms(part), is_freely_divisible)
    if not right:
        return _sum(left) if left else FreeDifference(whole, whole)
    rest = FreeDifference(_sum(left), _sum(right)) if left else FreeDifference(whole, part)
    require_existence(rest, f"{whole} [-] {part}", "freealg.boxplus adds, and mu.boxplus_power(t) with t >= 1 always exists")
    return rest


def _terms(law: Law) -> Terms:
    """R_law as a sum of multiples of other R-transforms."""
    if isinstance(law, FreeSum):
        return [term for operand in law.operands for term in _terms(operand)]
    return [(law.operand, law.t)] if isinstance(law, FreePower) else [(law, Integer(1))]


def _sum(terms: Terms) -> Law:
    return boxplus(*(law.boxplus_power(power) for law, power in terms))
