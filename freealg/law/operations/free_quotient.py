"""Free multiplicative deconvolution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

from sympy import Expr, Integer

from freealg.errors import NoClosedForm, NotALaw, UndefinedMoments
from freealg.exact.curve_operations import divisive
from freealg.exact.s_series import quotient_moments, rational_cumulants
from freealg.exact.series import Sequence, cumulants_from_moments
from freealg.forms import Atoms, CauchyEquation, FreeCumulants, Moments, STransform
from freealg.law.conversions import finished_curve
from freealg.law.existence import require_existence
from freealg.law.express import express
from freealg.law.law import Law
from freealg.law.operations.deconvolution import Deconvolution, Terms, cancelled
from freealg.law.operations.free_product import FreeProduct, boxtimes
from freealg.law.operations.multiplicative_power import MultiplicativePower
from freealg.law.operations.operation import require_laws
from freealg.law.support import sign_of

__all__ = ["FreeQuotient", "boxdivide"]


@final
@dataclass(frozen=True, repr=False)
class FreeQuotient(Deconvolution):
    """The law rho with rho [x] part = whole: S-transforms are divided."""

    function: ClassVar[str] = "boxdivide"
    sign: ClassVar[str] = r"\mathbin{/_{\boxtimes}}"

    def lane_atoms(self) -> Atoms:
        """mu [/] mu is the point mass at 1"""
        if self.whole != self.part:
            raise NoClosedForm("a quotient of two laws may have atoms that neither has")
        return Atoms(((Integer(1), Integer(1)),))

    def lane_s_transform(self, whole: STransform, part: STransform) -> STransform:
        """S-transforms are divided"""
        return STransform(whole.expr / part.expr)

    def lane_free_cumulants(self) -> FreeCumulants:
        """the quotient of the series of S"""
        whole, part = (express(operand, FreeCumulants).sequence for operand in self.operands)
        rational = rational_cumulants([(whole, 1), (part, -1)])
        if rational is not None:
            return FreeCumulants(Sequence(whole.ring, rational))
        ring, compute = quotient_moments(*(express(operand, Moments).sequence for operand in self.operands))
        return FreeCumulants(Sequence(ring, lambda n: cumulants_from_moments(compute(n))))

    def lane_cauchy_equation(self, whole: CauchyEquation, part: CauchyEquation) -> CauchyEquation:
        """eliminate y between the equations in m = z G - 1: z = (y_1/y_2) (1 + m)/m"""
        return finished_curve(self, *divisive(whole.curve, part.curve))

    def replaced(self, mapping: Mapping[Expr, Expr]) -> Law:
        """The quotient of the replaced laws, checked again: it may not exist."""
        return boxdivide(self.whole.replaced(mapping), self.part.replaced(mapping))


def boxdivide(whole: Law, part: Law) -> Law:
    """S = S_whole/S_part: the law rho with rho [x] part = whole, where there is one.

    `part` lives on one side of 0, or else rho does; both means are finite and not 0. Raises `NotALaw` with the proof where there is no such law,
    `Undecided` where neither a proof of that nor one of existence is found, `UndefinedMoments` for a mean 0. With symbols the quotient is formal
    until they are bound.

    >>> import freealg as fa
    >>> fa.boxdivide(fa.FussCatalan(2), fa.MarchenkoPastur()).moments(5)
    [1, 2, 5, 14, 42]
    """
    require_laws("boxdivide", (whole, part))
    _require_means(whole, part)
    left, right = cancelled(_factors(whole), _factors(part), lambda law: law.multiplicatively_divisible())
    if not right:
        return _product(left) if left else FreeQuotient(whole, whole)
    rest = FreeQuotient(_product(left), _product(right)) if left else FreeQuotient(whole, part)
    title = f"{whole} [/] {part}"
    require_existence(rest, title, "freealg.boxtimes multiplies, and mu.boxtimes_power(t) with t >= 1 always exists")
    if not rest.free_symbols and sign_of(part) == 0 and sign_of(rest) == 0:
        raise NotALaw(f"{title} is no law: it and {part} would both reach below and above zero, and one factor of a free product has constant sign")
    return rest


def _require_means(whole: Law, part: Law) -> None:
    for law in (whole, part):
        law.require_moments()
        if not law.free_symbols and law.mean() == 0:
            raise UndefinedMoments(f"{law} has mean 0 and no S-transform, so it has no part in a free quotient; freealg.boxminus takes sums apart")


def _factors(law: Law) -> Terms:
    """S_law as a product of powers of other S-transforms."""
    if isinstance(law, FreeProduct):
        return [factor for operand in law.operands for factor in _factors(operand)]
    return [(law.operand, law.t)] if isinstance(law, MultiplicativePower) else [(law, Integer(1))]


def _product(factors: Terms) -> Law:
    return boxtimes(*(law if power == 1 else law.boxtimes_power(power) for law, power in factors))
