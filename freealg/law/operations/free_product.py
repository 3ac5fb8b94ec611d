"""Free multiplicative convolution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, ClassVar, final

from sympy import Expr, Integer, Max, Mul

from freealg.errors import NoClosedForm, NotALaw
from freealg.exact.boxed import product_cumulants
from freealg.exact.curve_operations import multiplicative
from freealg.exact.s_series import rational_cumulants
from freealg.exact.series import Sequence
from freealg.exact.signs import sign_under
from freealg.forms import AtomicPart, Atoms, CauchyEquation, FreeCumulants, STransform
from freealg.forms.atomic import gathered
from freealg.law.express import possible
from freealg.law.latex import infix_latex
from freealg.law.law import Law
from freealg.law.operations.operation import Operation, function_text, joined_equation, require_laws
from freealg.law.scale import Hull
from freealg.law.support import sign_of

__all__ = ["FreeProduct", "boxtimes"]


@final
@dataclass(frozen=True, repr=False)
class FreeProduct(Operation):
    """The law of X^(1/2) Y X^(1/2) for free X >= 0 and Y: S-transforms multiply."""

    operands: tuple[Law, ...]
    loose_latex: ClassVar[bool] = True

    def operation_text(self, show: Any) -> str:
        return function_text("boxtimes", show, self.operands)

    def latex(self) -> str:
        """mu boxtimes nu."""
        return infix_latex(r"\boxtimes", self.operands)

    def lane_s_transform(self, *factors: STransform) -> STransform:
        """S-transforms multiply"""
        return STransform(Mul(*(factor.expr for factor in factors)))

    def lane_free_cumulants(self, *factors: FreeCumulants) -> FreeCumulants:
        """kappa_n(ab) = sum over noncrossing pi of kappa_pi(a) kappa_K(pi)(b), K the Kreweras complement"""
        rational = rational_cumulants([(factor.sequence, 1) for factor in factors])
        if rational is not None:
            return FreeCumulants(Sequence(factors[0].sequence.ring, rational))
        ring = reduce(lambda a, b: a.join(b), (factor.sequence.ring for factor in factors))
        lifted = [factor.sequence.over(ring) for factor in factors]
        return FreeCumulants(Sequence(ring, lambda n: reduce(product_cumulants, (s.first(n) for s in lifted))))

    def lane_cauchy_equation(self, *factors: CauchyEquation) -> CauchyEquation:
        """eliminate y between the equations in m = z G - 1: z = y_1 y_2 m/(1 + m)"""
        return joined_equation(self, factors, multiplicative)

    def lane_atomic_part(self, *factors: AtomicPart) -> AtomicPart:
        """an atom at ab has mass mu{a} + nu{b} - 1, the one at 0 the larger of the two masses at 0 (Belinschi)"""
        positive = self.positive_parameters()
        if any(a.free_symbols and sign_under(a, positive) not in (1, -1) for factor in factors for a, _ in factor.masses):
            raise NoClosedForm("whether an atom with a symbolic location stands at 0 is open")
        return AtomicPart(reduce(_product_atoms, (factor.masses for factor in factors)))

    def special_engine(self) -> Any:
        """That of the other factors scaled, where some are point masses."""
        rest, places = _without_point_masses(self.operands)
        return boxtimes(*rest).affine(Mul(*places), 0).engine if places else None

    def lane_hull(self, *parts: Hull) -> Hull:
        """the extreme products of ends"""
        return reduce(_product_hull, parts)

    def replaced(self, mapping: Mapping[Expr, Expr]) -> Law:
        """The product of the replaced laws, checked again: at most one may reach both sides of 0."""
        return boxtimes(*(operand.replaced(mapping) for operand in self.operands))

    def known_sign(self) -> int | None:
        signs = [operand.known_sign() for operand in self.operands]
        if None in signs:
            return None
        return reduce(lambda a, b: (a or 0) * (b or 0), signs)


def _without_point_masses(laws: tuple[Law, ...]) -> tuple[list[Law], list[Expr]]:
    """The laws that are no point mass, or one that is where all are; and the places of the others."""
    known = sorted(((law, _point(law)) for law in laws), key=lambda pair: pair[1] is not None)
    kept = max(1, sum(place is None for _, place in known))
    return [law for law, _ in known[:kept]], [place for _, place in known[kept:] if place is not None]


def _point(law: Law) -> Expr | None:
    form = possible(law, Atoms, conversions=False)
    return form.masses[0][0] if form is not None and len(form.masses) == 1 else None


def _product_hull(first: Hull, second: Hull) -> Hull:
    ends = [0.0 if 0.0 in (a, b) else a * b for a in first for b in second]
    return min(ends), max(ends)


def _product_atoms(first: Any, second: Any) -> Any:
    at_zero = [Max(Integer(0), *(p for a, p in masses if a == 0)) for masses in (first, second)]
    products = [(a * b, Max(Integer(0), p + q - 1)) for a, p in first for b, q in second if a != 0 and b != 0]
    return gathered([(Integer(0), Max(*at_zero)), *products])


def boxtimes(*laws: Law) -> Law:
    """S = S_1 ... S_k: the free multiplicative convolution, the law of X^(1/2) Y X^(1/2) for free X >= 0 and Y.

    At most one factor may reach both sides of 0; two raise `NotALaw`. The point mass at 0 times any law is the point mass at 0.
    Source: Voiculescu, "Multiplication of certain non-commuting random variables" (1987).

    >>> import freealg as fa
    >>> fa.boxtimes(fa.MarchenkoPastur(), fa.MarchenkoPastur()).moments(5)
    [1, 3, 12, 55, 273]
    """
    flat: list[Law] = []
    for law in require_laws("boxtimes", laws):
        flat += law.operands if isinstance(law, FreeProduct) else [law]
    if len(flat) == 1:
        return flat[0]
    mixed = [law for law in flat if sign_of(law) == 0]
    if len(mixed) > 1:
        raise NotALaw(
            f"boxtimes of {mixed[0]} and {mixed[1]} is no law: both reach below and above zero, and X^(1/2) Y X^(1/2) needs one factor of "
            "constant sign; square one of them, or ask for words in elements with (X @ Y).moments(n)"
        )
    zero = next((law for law in flat if _point(law) == 0), None)
    return FreeProduct(tuple(flat)) if zero is None else zero
