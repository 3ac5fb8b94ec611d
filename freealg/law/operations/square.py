"""The square of a variable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

import mpmath
from sympy import Dummy, I, Piecewise, sqrt

from freealg.errors import NoClosedForm
from freealg.exact.context import mp_precision
from freealg.exact.curve import Curve
from freealg.exact.curve_operations import squared
from freealg.exact.elimination import irreducible_factors, without_roots
from freealg.exact.fields import Poly, Ring
from freealg.exact.series import Sequence
from freealg.forms import AtomicPart, Atoms, CauchyEquation, CauchyTransform, Density, Moments, x, z
from freealg.forms.atomic import gathered
from freealg.law.conversions import finished_curve, trimmed
from freealg.law.latex import grouped_latex
from freealg.law.law import Law
from freealg.law.operations.operation import UnaryOperation
from freealg.numerics.formula import number_at
from freealg.numerics.squared import SquaredLaw

__all__ = ["Square"]

_DIGITS, _MANY = 40, 100
_G = Dummy("G")


@final
@dataclass(frozen=True, repr=False)
class Square(UnaryOperation):
    """The law of X^2."""

    method: ClassVar[str] = "square"
    loose_latex: ClassVar[bool] = True

    def latex(self) -> str:
        """mu^2."""
        return f"{grouped_latex(self.operand)}^{{2}}"

    def lane_atoms(self, term: Atoms) -> Atoms:
        """x -> x^2"""
        return Atoms(gathered((a**2, p) for a, p in term.masses))

    def lane_atomic_part(self, term: AtomicPart) -> AtomicPart:
        """x -> x^2"""
        return AtomicPart(gathered((a**2, p) for a, p in term.masses))

    def lane_moments(self, term: Moments) -> Moments:
        """m_n(X^2) = m_2n(X)"""
        if self.why_no_moments() is not None:
            raise NoClosedForm("the germ of a law without moments belongs to the upper half plane, and X^2 takes G on the lower one too")
        base, power = self.operand, 2
        while isinstance(base, Square):
            base, power = base.operand, 2 * power
        return Moments(Sequence(term.sequence.ring, lambda n: _every(base, power, n, term.sequence)))

    def lane_cauchy_transform(self, term: CauchyTransform) -> CauchyTransform:
        """G(z) = (G(sqrt z) - G(-sqrt z))/(2 sqrt z)"""
        self.defer_transform_to_atoms()
        if term.expr.has(I):
            raise NoClosedForm("the closed form of G holds on the upper half plane only")
        root = sqrt(z)
        return CauchyTransform((term.expr.xreplace({z: root}) - term.expr.xreplace({z: -root})) / (2 * root))

    def lane_density(self, term: Density) -> Density:
        """rho(y) = (rho(sqrt y) + rho(-sqrt y))/(2 sqrt y)"""
        self.defer_density_to_short_equation()
        root = sqrt(x)
        both = term.expr.xreplace({x: root}) + term.expr.xreplace({x: -root})
        return Density(Piecewise((both / (2 * root), x > 0), (0, True)))

    def lane_cauchy_equation(self, term: CauchyEquation) -> CauchyEquation:
        """eliminate between G(x) and G(-x), x^2 = z"""
        raw, ring = squared(term.curve)
        if self.why_no_moments() is None:
            return finished_curve(self, raw, ring)
        return CauchyEquation.with_germ(self._factor_of_values(raw, ring), None)

    def _factor_of_values(self, raw: Poly, ring: Ring) -> Curve:
        """The factor that vanishes at a value of G; the others are proved wrong by not vanishing there."""
        candidates = [trimmed(curve) for curve in irreducible_factors(without_roots(raw, ring), ring)]
        if len(candidates) > 1:
            self.require_numbers("the choice among the factors of the equation")
            with mp_precision(_DIGITS) as mp:
                z_, G_ = mp.mpc(0, 1), self.special_engine().cauchy_mp(1j, _DIGITS)
                small = mp.mpf(10) ** (10 - _DIGITS)
                candidates = [curve for curve in candidates if abs(_value(curve, z_, G_)) < small]
        if len(candidates) != 1:
            raise NoClosedForm(f"the equation of {self} has {len(candidates)} factors that vanish at G(i)")
        return candidates[0]

    def lane_engine(self, part: Any) -> Any:
        """the operand's engine, its answers squared"""
        return SquaredLaw(part)

    def special_engine(self) -> Any:
        """That of the lane, where there are no moments to select the branch by."""
        from freealg.law.engine import engine_of

        return self.lane_engine(engine_of(self.operand)) if self.why_no_moments() is not None else None

    def known_sign(self) -> int | None:
        return 1


def _every(base: Law, power: int, count: int, half: Sequence) -> list[Any]:
    """m_power, m_2 power, ... of `base`, by the routes to many moments where there are some; `half` are those of half the power."""
    routes = base.moment_routes() if power * count > _MANY else None
    if routes is None or routes.germ.ring is not half.ring:
        return half.first(2 * count)[1::2]
    return routes(power * count)[power - 1 :: power]


def _value(curve: Curve, z_: Any, G_: Any) -> Any:
    """P(z, G) at mpmath numbers."""
    terms = curve.to_sympy(_G, z).terms()
    return sum((number_at(c) * G_**i * z_**j for (i, j), c in terms), mpmath.mpf(0))
