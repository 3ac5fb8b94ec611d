"""Parameters at which a given point becomes a branch point of G: where an edge passes it, two edges meet, or a gap closes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import sympy
from sympy import Expr, Symbol

from freealg.errors import InvalidInput, NoClosedForm, shown
from freealg.exact.coerce import exact
from freealg.exact.curve import Curve, leading, strip, substitute
from freealg.exact.elimination import resultant
from freealg.exact.factoring import factored
from freealg.exact.quadratic import centre_and_width, quadratic_roots
from freealg.forms import CauchyEquation
from freealg.law.express import express

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["critical_factors", "critical_values"]

_G, _Z = 0, 1


def critical_factors(law: Law, parameter: Any, point: Any = 0) -> list[sympy.Poly]:
    """The irreducible factors, as polynomials in `parameter`, of the discriminant in G of the law's equation at z = `point`.

    >>> import freealg as fa
    >>> s = Symbol("s")
    >>> critical_factors(fa.boxplus(fa.Semicircle(variance=s), fa.Rademacher()), s)
    [Poly(s, s, domain='ZZ'), Poly(s - 1, s, domain='ZZ')]
    """
    curve, symbol = _curve_with(law, parameter)
    place = 2 + curve.ring.generators.index(symbol)
    return [curve.show_parameters(factor).as_poly(symbol) for factor in _factors(curve, point, place)]


def critical_values(law: Law, parameter: Any, point: Any = 0) -> list[Expr]:
    """The values of `parameter`, in closed form, at which `point` is a branch point of the equation; candidates on all sheets.

    Factors of degree above 2 in the parameter have no closed form here and raise `NoClosedForm`; `critical_factors` lists them.

    >>> import freealg as fa
    >>> s = Symbol("s")
    >>> critical_values(fa.boxplus(fa.Semicircle(variance=s), fa.Rademacher()), s)
    [0, 1]
    """
    curve, symbol = _curve_with(law, parameter)
    place = 2 + curve.ring.generators.index(symbol)
    values: list[Expr] = []
    for factor in _factors(curve, point, place):
        if int(factor.degrees()[place]) > 2:
            equation = f"{curve.show_parameters(factor)} = 0"
            raise NoClosedForm(f"{symbol} satisfies {equation}, of degree above 2; see critical_factors(law, {symbol}, {point})")
        values += _roots(factor, curve.show_parameters, place)
    return values


def _roots(factor: Any, show: Callable[[Any], Expr], place: int) -> list[Expr]:
    """The roots of a factor of degree 1 or 2 in the parameter, the radical kept in one piece."""
    if int(factor.degrees()[place]) == 1:
        return [sympy.together(root) for root in quadratic_roots(factor, show, place)]
    centre, width = centre_and_width(factor, show, place)
    return [sympy.together(centre.expand() - width), sympy.together(centre.expand() + width)]


def _curve_with(law: Law, parameter: Any) -> tuple[Curve, Symbol]:
    curve = express(law, CauchyEquation).curve
    name = getattr(parameter, "name", parameter)
    for generator in curve.ring.generators:
        if generator.is_Symbol and generator.name == name:
            return curve, generator
    known = ", ".join(map(str, curve.ring.generators)) or "none"
    raise InvalidInput(f"{parameter} is no parameter of the equation of {law}; its parameters are: {known}")


def _factors(curve: Curve, point: Any, place: int) -> list[Any]:
    """The factors that involve the parameter of the discriminant in G of P(point, G)."""
    value = exact(point, "the point")
    if not value.is_Rational:
        raise InvalidInput(f"the point must be a rational number, not {shown(point)}; write it as an int or a Fraction")
    one = curve.poly.context().constant(1)
    at_point = strip(substitute(curve.poly, {_Z: (one * int(value.p), one * int(value.q))}))
    meeting, _ = divmod(resultant(at_point, at_point.derivative("G"), _G), leading(at_point, _G))
    found = [factor for factor, _ in factored(meeting)[1] if int(factor.degrees()[place]) > 0]
    return sorted(found, key=lambda factor: (int(factor.degrees()[place]), str(factor)))
