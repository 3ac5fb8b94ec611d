"""The constant in front of the density at an edge, in closed form where the edge is a number that allows one.

At an edge e the leading w of G - g_0 ~ w T^(p/q), T = |x - e|, solves the edge polynomial of the Newton polygon at (e, g_0), which is exact over
Q(e) where g_0 lies in it; where it has two terms, w^n = r is in Q(e) and w = |r|^(1/n) exp(i theta) with theta told by the certified value. For a
quadratic equation the density is sqrt(-D)/(2 pi |a|), D the discriminant and a the leading coefficient, so its constant is
sqrt(|D'(e)|)/(2 pi |a(e)|).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import flint
from sympy import Expr, Integer, Poly, Rational, Symbol, pi, radsimp, root, sin, sqrt, sqrtdenest

from freealg.exact.context import ball_precision
from freealg.exact.real_field import RealField
from freealg.numerics.local import LocalExpansion
from freealg.numerics.plane_curve import PlaneCurve
from freealg.numerics.real_algebraic import Infinite, RealAlgebraic, real_algebraics

__all__ = ["exact_constant"]

_SURD, _MOST = 3, 5  # coefficients of the minimal polynomial of an edge
_BITS = 512
_CLOSE = 1e-9
Rows = list[list[flint.fmpq_poly]]


def exact_constant(curve: PlaneCurve, expansion: LocalExpansion, edge: Expr, show: Callable[[RealAlgebraic], Expr]) -> Expr | None:
    """The coefficient of |x - edge|^exponent in the density, or None where these two rules do not give it; `show` writes an algebraic number."""
    visible = expansion.visible()
    if visible is None or isinstance(expansion.place, Infinite) or len(expansion.place.factor) > _MOST:
        return None
    exponent, value = visible
    found = _by_the_discriminant(curve, expansion.place, edge) or _by_the_polygon(curve, expansion, exponent, show)
    return found if found is not None and abs(float(found) / float(value) - 1) < _CLOSE else None


def _by_the_polygon(curve: PlaneCurve, expansion: LocalExpansion, exponent: Fraction, show: Callable[[RealAlgebraic], Expr]) -> Expr | None:
    place: RealAlgebraic = expansion.place  # type: ignore[assignment]
    field = RealField(place.polynomial)
    rows = _at_edge(curve, expansion, field)
    if rows is None:
        return None
    weight = {(i, j): i + j * exponent for j, row in enumerate(rows) for i, c in enumerate(row) if not c.is_zero()}
    least = min(weight.values())
    terms = {j: rows[j][i] for (i, j), value in weight.items() if value == least}
    if len(terms) != 2:
        return None
    low, high = sorted(terms)
    ratio, n = field.times(-terms[low], field.inverse(terms[high])), high - low
    with ball_precision(_BITS):
        negative = field.value(ratio, place.refine(_BITS)) < 0
    size = _root(_shown(field, -ratio if negative else ratio, place, show), n)
    w = complex(expansion.limit if expansion.visible_order() == expansion.order else dict(expansion.terms)[expansion.visible_order()])
    turns = [Rational(2 * m + (1 if negative else 0), n) for m in range(n)]
    candidates: list[Expr] = [-size * sin(pi * turn) / pi for turn in turns]
    return min(candidates, key=lambda c: abs(float(c) + w.imag / float(pi)))


def _shown(field: RealField, value: flint.fmpq_poly, place: RealAlgebraic, show: Callable[[RealAlgebraic], Expr]) -> Expr:
    """An element of Q(e) as a number of its own."""
    numbers = real_algebraics(field.minimal_polynomial(value))
    with ball_precision(_BITS):
        ball = field.value(value, place.refine(_BITS))
        return show(next(number for number in numbers if number.refine(_BITS).overlaps(ball)))


def _at_edge(curve: PlaneCurve, expansion: LocalExpansion, field: RealField) -> Rows | None:
    """The rows of P(e + side T, g_0 + v) in T, with g_0 the value of G at the edge (0 where G is infinite or there is none before w)."""
    before = [k for k, _ in expansion.terms if k < expansion.visible_order()]
    rows = []
    for row in curve.rows:
        values = [flint.fmpq_poly(curve.taylor(row, i)) % field.modulus for i in range(row.degree() + 1)]
        rows.append([value * expansion.side**i for i, value in enumerate(values)])
    if not before:
        return rows
    base = _value_at_edge(field, [row[0] if row else flint.fmpq_poly([0]) for row in rows], expansion) if before == [0] else None
    return None if base is None else field.shifted(rows, base)


def _value_at_edge(field: RealField, at: list[flint.fmpq_poly], expansion: LocalExpansion) -> flint.fmpq_poly | None:
    """g_0 where it is in Q(e): a rational root of P(e, G) beside its ball, or the only repeated root."""
    while at and at[-1].is_zero():
        at.pop()
    if field.degree > 1:
        return field.repeated_root(at)
    value = expansion.terms[0][1]
    for factor, _ in flint.fmpq_poly([c[0] for c in at]).numer().factor()[1]:
        if factor.degree() == 1:
            candidate = flint.fmpq(-factor[0], factor[1])
            if value.overlaps(flint.acb(flint.arb(candidate))):
                return flint.fmpq_poly([candidate])
    return None


def _by_the_discriminant(curve: PlaneCurve, place: RealAlgebraic, edge: Expr) -> Expr | None:
    if curve.degree != 2 or len(place.factor) != _SURD:
        return None
    x = Symbol("x")
    slope, leading = (Poly([Integer(int(c)) for c in reversed(p.coeffs())], x) for p in (curve.discriminant.derivative(), curve.rows[-1]))
    top, bottom = radsimp(slope.eval(edge).expand()), radsimp(leading.eval(edge).expand())
    if top == 0 or bottom == 0:
        return None
    return _root(abs(top), 2) * radsimp(1 / abs(bottom)) / (2 * pi)


def _root(value: Expr, n: int) -> Expr:
    """value^(1/n), the rational content of the value taken out first."""
    content, rest = value.as_content_primitive()
    return root(content, n) * (sqrtdenest(sqrt(rest)) if n == 2 else root(rest, n))
