"""The density engine of an algebraic law, its exact answers turned into SymPy."""

from __future__ import annotations

from typing import Any, final

import flint
import sympy
from sympy import CRootOf, Expr, Float, Integer, Rational, oo

from freealg.errors import NoClosedForm, Undecided
from freealg.exact.coerce import fmpq_of, rational_from_fmpq
from freealg.exact.curve import Curve
from freealg.exact.radicals import real_roots_in_radicals
from freealg.law.edge_constants import exact_constant
from freealg.numerics.algebraic import AlgebraicDensity
from freealg.numerics.plane_curve import PlaneCurve
from freealg.numerics.real_algebraic import Infinite, RealAlgebraic, real_algebraics

__all__ = ["AlgebraicSpectrum", "algebraic_number", "algebraic_to_sympy", "value_outside"]

_DIGITS = 30
_VARIABLE = sympy.Dummy("x")


@final
class AlgebraicSpectrum:
    """Numeric answers of a law with an algebraic equation; `exact` is False when its constants were rounded to 80 digits first."""

    def __init__(self, curve: PlaneCurve, exact: bool) -> None:
        self.density = AlgebraicDensity(curve)
        self.exact = exact

    def pdf_ball(self, x: Any, dps: int) -> flint.arb:
        """A ball with the density at x."""
        self._require_exact()
        return self.density.pdf_ball(x, dps)

    def cauchy_ball(self, z: Any, dps: int) -> flint.acb:
        """A ball with G(z)."""
        self._require_exact()
        return self.density.cauchy_ball(z, dps)

    def _require_exact(self) -> None:
        if not self.exact:
            raise Undecided("certified balls need algebraic parameters, and a transcendental one was rounded; ask with dps=30 for digits")

    def __getattr__(self, name: str) -> Any:
        if name in {"pdf", "pdf_mp", "cdf", "cdf_mp", "icdf", "cauchy", "cauchy_mp", "expect", "entropy"}:
            return getattr(self.density, name)
        raise AttributeError(name)

    def intervals(self) -> list[tuple[Expr, Expr]]:
        """The support of the absolutely continuous part."""
        return [(self._show(a), self._show(b)) for a, b in self.density.support()]

    def atoms(self) -> list[tuple[Expr, Expr]]:
        """(location, mass) pairs."""
        return [(self._show(atom.location), self._show(atom.mass)) for atom in self.density.atoms()]

    def edge_exponents(self) -> dict[Expr, tuple[Expr, Expr]]:
        """{edge: (exponent, coefficient)}; coefficients in closed form where `exact_constant` has one, else Floats of 30 digits."""
        found: dict[Expr, tuple[Expr, Expr]] = {}
        ends = {end for interval in self.density.support() for end in interval}
        points = self.density.singular_points()
        for point in [*(p for p in points if p.place in ends), *(p for p in points if p.place not in ends)]:
            leading = point.expansion.visible()
            shown = self._show(point.place)
            if leading is not None and shown not in found and (point.place in ends or point.exponent[0] != 0):
                constant = exact_constant(self.density.curve, point.expansion, shown, algebraic_number) if self.exact else None
                found[shown] = (Rational(*point.exponent), _float(leading[1]) if constant is None else constant)
        return found

    def edge_powers(self) -> dict[Expr, float]:
        """{edge: exponent}, without the constants."""
        return {self._show(place): power[0] / power[1] for place, power, _ in self.density.edge_exponents()}

    def singular_points(self) -> list[Expr]:
        """The points of the support at which the density is not analytic, increasing."""
        ends = [end for interval in self.density.support() for end in interval]
        places = {place for place in [*ends, *(point.place for point in self.density.singular_points())] if type(place) is not Infinite}
        return [self._show(place) for place in sorted(places)]

    def _show(self, place: Any) -> Expr:
        if type(place) is Infinite:
            return place.sign * oo
        return algebraic_to_sympy(place) if self.exact or place.rational == 0 else _float(place.refine(160))


def _float(ball: Any) -> Float:
    return Float(ball.mid().str(_DIGITS + 5, radius=False) if hasattr(ball, "mid") else str(ball), _DIGITS)


def algebraic_to_sympy(number: RealAlgebraic) -> Expr:
    """A rational, radicals where the minimal polynomial is quadratic in a power of x - h, or else a `CRootOf`.

    >>> algebraic_to_sympy(RealAlgebraic((-2, 0, 1), 1))
    sqrt(2)
    """
    if number.rational is not None:
        return rational_from_fmpq(number.rational)
    roots = real_roots_in_radicals(number.factor)
    if roots is not None:
        return roots[number.index]
    return CRootOf(sympy.Poly([Integer(c) for c in reversed(number.factor)], _VARIABLE), number.index)


def value_outside(law: Any, curve: Curve, x: Expr) -> Expr:
    """G(x) exactly at a rational x off the support: the root of P(x, G) that the certified value singles out.

    It is rational, in radicals, or an algebraic integer (`CRootOf`) divided by an integer. Raises `NoClosedForm` where the value singles out no root.

    >>> import freealg as fa
    >>> from freealg.forms import CauchyEquation
    >>> from freealg.law.express import express
    >>> law = fa.boxplus(fa.Semicircle(variance=Rational(1, 4)), fa.Rademacher())
    >>> value_outside(law, express(law, CauchyEquation).curve, Integer(0))
    0
    """
    if not x.is_Rational:
        raise NoClosedForm(f"G is wanted at {x}, and its value is found at rational points only")
    point = fmpq_of(x)
    row = flint.fmpq_poly([flint.fmpq_poly(list(coefficients))(point) for coefficients in curve.integer_rows()])
    numbers = [root for factor, _ in row.numer().factor()[1] for root in real_algebraics(factor)]
    ball = law.cauchy(x, certified=True, dps=_DIGITS).real
    near = [number for number in numbers if number.refine(512).overlaps(ball)]
    if len(near) != 1:
        raise NoClosedForm(f"{len(near)} roots of the equation of {law} at {x} are within {ball.rad()} of G({x})")
    return algebraic_number(near[0])


def algebraic_number(number: RealAlgebraic) -> Expr:
    """The number, a `CRootOf` written as an algebraic integer over the leading coefficient of its polynomial."""
    value = algebraic_to_sympy(number)
    if not value.has(CRootOf):
        return value
    degree, lead = len(number.factor) - 1, abs(number.factor[-1])
    monic = [Integer(c * lead ** (degree - 1 - k) * (1 if number.factor[-1] > 0 else -1)) for k, c in enumerate(number.factor[:-1])]
    return CRootOf(sympy.Poly([Integer(1), *reversed(monic)], _VARIABLE), number.index) / lead
