"""Compound free Poisson laws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, final

from sympy import Expr, Integer, Max

from freealg.exact.curve_operations import compounded
from freealg.exact.fields import Ring
from freealg.forms import AtomicPart, CauchyEquation, CauchyTransform, FreeCumulants, Moments, RTransform, g, z
from freealg.forms.atomic import gathered
from freealg.law.conversions import finished_curve
from freealg.law.law import Law
from freealg.law.operations.operation import Operation, require_laws
from freealg.laws.conditions import set_exact
from freealg.numerics.relation_nodes import CompoundPoissonLeaf, CompoundPoissonNode, CompoundPoissonProductNode
from freealg.numerics.relations import Relation, TransformLeaf

__all__ = ["CompoundFreePoisson"]


@final
@dataclass(frozen=True, repr=False, init=False)
class CompoundFreePoisson(Operation):
    """kappa_n = rate * m_n(law), R(g) = rate (G(1/g)/g - 1)/g: jumps distributed as `law`, arriving at `rate`.

    Raises `InvalidInput` when rate <= 0. Source: Speicher (1998).

    >>> import freealg as fa
    >>> from sympy import symbols
    >>> CompoundFreePoisson(symbols("r"), fa.Semicircle()).moments(4)
    [0, r, 0, 2*r**2 + 2*r]
    """

    rate: Expr
    law: Law

    def __init__(self, rate: Any, law: Law) -> None:
        set_exact(self, {"rate": rate}, rate="> 0")
        object.__setattr__(self, "law", require_laws("CompoundFreePoisson", (law,))[0])

    @property
    def operands(self) -> tuple[Law, ...]:
        return (self.law,)

    def state_free_cumulants(self) -> FreeCumulants:
        """kappa_n = rate * m_n(law)"""
        from freealg.law.express import express

        moments = express(self.law, Moments).sequence
        ring = moments.ring.join(Ring.of(self.rate))
        rate = ring.convert(self.rate)
        return FreeCumulants(moments.scaled(lambda n, _: rate, ring))

    def lane_r_transform(self, *_: Any) -> RTransform:
        """R(g) = rate (G(1/g)/g - 1)/g with the jumps' G"""
        from freealg.errors import NoClosedForm
        from freealg.law.express import express

        transform = express(self.law, CauchyTransform).expr
        if not transform.is_rational_function(z):
            raise NoClosedForm("the jumps' Cauchy transform is not rational")
        return RTransform((self.rate * (transform.xreplace({z: 1 / g}) / g - 1) / g).cancel())

    def lane_cauchy_equation(self, term: CauchyEquation) -> CauchyEquation:
        """z = R(G) + 1/G with the jumps' equation at 1/G"""
        return finished_curve(self, *compounded(term.curve, self.rate))

    def lane_relation(self, part: Relation) -> Relation:
        """the jumps' relation at 1/g"""
        return CompoundPoissonNode(part, self.rate)

    def lane_transform_relation(self, jumps: TransformLeaf) -> Relation:
        """z = R(g) + 1/g with the jumps' G in closed form"""
        return CompoundPoissonLeaf(jumps, self.rate)

    def lane_hull(self, part: tuple[float, float]) -> tuple[float, float]:
        """The law is that of C X C* with C C* of the Marchenko–Pastur kind, whose norm is (1 + sqrt(rate))^2"""
        norm = (1.0 + float(self.rate) ** 0.5) ** 2
        return norm * min(part[0], 0.0), norm * max(part[1], 0.0)

    def lane_multiplicative_relation(self, part: Callable[[Expr], Relation], place: Expr) -> Relation:
        """M(z) = rate M_jumps(z/(1 + M(z))): from R(g) = rate M_jumps(1/g)/g"""
        return CompoundPoissonProductNode(part(place / self.rate), self.rate, place)

    def lane_atomic_part(self, term: AtomicPart) -> AtomicPart:
        """no jump other than 0 happens with probability (1 - rate (1 - law{0}))_+"""
        zero = sum((p for a, p in term.masses if a == 0), Integer(0))
        return AtomicPart(gathered([(Integer(0), Max(0, 1 - self.rate * (1 - zero)))]))

    def positive_parameters(self) -> list[Expr]:
        return [*self.law.positive_parameters(), self.rate]

    def known_sign(self) -> int | None:
        sign = self.law.known_sign()
        return sign if sign in (1, -1) else None

    def infinitely_divisible(self) -> bool:
        return True
