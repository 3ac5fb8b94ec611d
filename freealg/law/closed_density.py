"""Closed densities: from the square roots of a quadratic equation, and in radicals on the real axis of one of degree 3 or 4."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import sympy
from sympy import Dummy, Expr, Integer, Or, Piecewise, Pow, Rational, pi, sqrt

from freealg.errors import NoClosedForm
from freealg.forms import CauchyEquation, CauchyTransform, x, z
from freealg.law.conversions import cauchy_transform_from_curve
from freealg.law.cubic_density import cubic_density
from freealg.law.express import express
from freealg.law.quadratic_edges import density_of_quadratic
from freealg.law.quartic_density import quartic_density
from freealg.law.real_interval import RealInterval
from freealg.law.support import support_intervals

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["density_above_the_axis", "density_on_support"]


def density_on_support(law: Law) -> Expr:
    """-Im G(x + i0)/pi as a Piecewise over the support intervals."""
    curve = express(law, CauchyEquation).curve
    if curve.degree_G == 1:
        return Integer(0)
    if curve.degree_G == 2:
        try:
            return _quadratic(law)
        except NoClosedForm:
            return _on_intervals(law, lambda between: density_of_quadratic(law, curve, x))
    if curve.degree_G <= 4 and not law.free_symbols:
        G, variable = Dummy("G"), Dummy("z")
        equation = sympy.Poly(curve.to_sympy(G, variable).as_expr().xreplace({variable: x}), G)
        return _in_radicals(law, equation)
    raise NoClosedForm(
        f"the density of {law} satisfies an equation of degree {curve.degree_G} in G; closed forms are given up to degree 2, and up to "
        "degree 4 with numbers for all parameters; law.pdf(x, dps=...) gives it to any number of digits"
    )


def _in_radicals(law: Law, equation: sympy.Poly) -> Expr:
    """By Cardano's and Ferrari's formulas."""
    if equation.degree() == 3:
        return _on_intervals(law, lambda between: cubic_density(equation, between))
    pieces = [piece for between in _intervals(law) for piece in quartic_density(equation, between, lambda point: law.pdf(point, dps=30))]
    return Piecewise(*((formula, part.condition()) for formula, part in pieces), (0, True))


def _quadratic(law: Law) -> Expr:
    """G = A + B prod sqrt(z - e_i): with n edges above x the product is i^n times a positive number, so the density is -B sin(n pi/2) |...|/pi."""
    transform = express(law, CauchyTransform).expr
    bases = _radicands(transform)
    if any((z - base).has(z) for base in bases):  # a lane has put the map of an image under the roots
        transform = cauchy_transform_from_curve(law).expr
        bases = _radicands(transform)
    if not bases:
        return _rational(transform.xreplace({z: x}))
    edges = [z - base for base in bases]
    if any(edge.has(z) for edge in edges):
        raise NoClosedForm("the branch points of G are not simple")
    slope = _slope(transform, bases)
    intervals = support_intervals(law)
    if len(intervals) == 1 and len(edges) == 2:
        low, high = intervals[0]
        return Piecewise((-slope * sqrt((x - low) * (high - x)) / pi, RealInterval(low, high).condition()), (0, True))
    if any(edge.free_symbols for edge in edges):
        raise NoClosedForm("the order of the edges depends on the parameters; bind them with .subs")
    pieces = []
    for low, high in intervals:
        middle = (low + high) / 2
        above = [edge for edge in edges if edge > middle]
        factors = [(edge - x) if edge in above else (x - edge) for edge in edges]
        value = -slope * sympy.sin(len(above) * pi / 2) * sqrt(sympy.Mul(*factors)) / pi
        pieces.append((value, RealInterval(low, high).condition()))
    return Piecewise(*pieces, (0, True))


def _rational(transform: Expr) -> Expr:
    """-Im (a + i b)/(c + i d)/pi = (a d - b c)/((c^2 + d^2) pi), for G without roots: Cauchy laws with atoms added."""
    top, bottom = sympy.fraction(sympy.together(transform))
    (a, b), (c, d) = (_real_and_imaginary(part) for part in (top, bottom))
    return sympy.factor(sympy.cancel((a * d - b * c) / (c**2 + d**2))) / pi


def density_above_the_axis(transform: Expr) -> Expr:
    """-Im G(x)/pi for a G that is analytic on the real axis, its symbols being real.

    >>> from sympy import I, symbols
    >>> c, t = symbols("c t")
    >>> density_above_the_axis(1 / (z + I * c)).xreplace({x: t})
    c/(pi*(c**2 + t**2))
    """
    if transform.is_rational_function(z):
        return _rational(transform.xreplace({z: x}))
    real = {symbol: Dummy(symbol.name, real=True) for symbol in transform.free_symbols - {z}}
    given = transform.xreplace({**real, z: x})
    part = sympy.im(given)
    if part.replace(lambda e: isinstance(e, sympy.im | sympy.re | sympy.arg), lambda _: Dummy(real=True)).has(sympy.I):
        raise NoClosedForm("the imaginary part of G is not written in real terms")
    return (-part / pi).xreplace({dummy: symbol for symbol, dummy in real.items()})


def _real_and_imaginary(polynomial: Expr) -> tuple[Expr, Expr]:
    """The parts of a polynomial in x whose other symbols are real."""
    expanded = polynomial.expand()
    imaginary = expanded.coeff(sympy.I, 1)
    return expanded.coeff(sympy.I, 0), imaginary


def _radicands(transform: Expr) -> list[Expr]:
    """The bases of the square roots in z."""
    found = {p.base for p in transform.atoms(Pow) if abs(p.exp) == Rational(1, 2) and p.base.has(z)}
    return sorted(found, key=lambda base: base.sort_key())


def _slope(transform: Expr, bases: list[Expr]) -> Expr:
    """B(x), the factor of the product of all the roots sqrt(base); 1/sqrt(base) is read as sqrt(base)/base."""
    t = Dummy("t")
    half = Rational(1, 2)
    images: dict[Expr, Expr] = {}
    for k, base in enumerate(bases):
        root = t if k == 0 else Integer(1)
        images |= {Pow(base, half): root, Pow(base, -half): root / base}
    return sympy.diff(transform.xreplace(images), t).xreplace({z: x})


def _on_intervals(law: Law, formula: Callable[[RealInterval], Expr]) -> Expr:
    """The formula on each interval of the support, 0 elsewhere."""
    intervals = _intervals(law)
    values = [formula(between) for between in intervals]
    if len(set(values)) == 1:  # said once, and the condition left as it stands: SymPy would multiply it out
        where = Or(*(between.condition() for between in intervals), evaluate=False)
        return Piecewise((values[0], where), (Integer(0), True), evaluate=False)
    return Piecewise(*((value, between.condition()) for value, between in zip(values, intervals, strict=True)), (0, True))


def _intervals(law: Law) -> list[RealInterval]:
    return [RealInterval(low, high) for low, high in support_intervals(law)]
