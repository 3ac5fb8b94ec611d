"""The constant in front of the density at an edge, in closed form where the edge is a number that allows one.

At a rational edge e the leading w of G - g_0 ~ w T^(p/q), T = |x - e|, solves the edge polynomial of the Newton polygon at (e, g_0), which is
exact; where it has two terms, w^n = r is rational and w = |r|^(1/n) exp(i theta) with theta told by the certified value. For a quadratic equation
the density is sqrt(-D)/(2 pi |a|), D the discriminant and a the leading coefficient, so its constant is sqrt(|D'(e)|)/(2 pi |a(e)|).
"""

from __future__ import annotations

from fractions import Fraction

import flint
from sympy import Expr, Integer, Poly, Rational, Symbol, pi, radsimp, root, sin, sqrt, sqrtdenest

from freealg.exact.coerce import rational_from_fmpq
from freealg.numerics.local import LocalExpansion
from freealg.numerics.plane_curve import PlaneCurve
from freealg.numerics.real_algebraic import Infinite, RealAlgebraic

__all__ = ["exact_constant"]

_SURD = 3  # coefficients of a quadratic minimal polynomial
_CLOSE = 1e-9
Rows = list[flint.fmpq_poly]


def exact_constant(curve: PlaneCurve, expansion: LocalExpansion, edge: Expr) -> Expr | None:
    """The coefficient of |x - edge|^exponent in the density, or None where these two rules do not give it."""
    visible = expansion.visible()
    if visible is None or isinstance(expansion.place, Infinite):
        return None
    exponent, value = visible
    e = expansion.place.rational
    found = _by_the_discriminant(curve, expansion.place, edge) if e is None else _by_the_polygon(curve, expansion, exponent, e)
    return found if found is not None and abs(float(found) / float(value) - 1) < _CLOSE else None


def _by_the_polygon(curve: PlaneCurve, expansion: LocalExpansion, exponent: Fraction, place: flint.fmpq) -> Expr | None:
    rows = _at_edge(curve, expansion, place)
    if rows is None:
        return None
    weight = {(i, j): i + j * exponent for j, row in enumerate(rows) for i, c in enumerate(row.coeffs()) if c != 0}
    least = min(weight.values())
    terms = {j: rows[j].coeffs()[i] for (i, j), value in weight.items() if value == least}
    if len(terms) != 2:
        return None
    low, high = sorted(terms)
    ratio, n = -terms[low] / terms[high], high - low
    w = complex(expansion.limit if expansion.visible_order() == expansion.order else dict(expansion.terms)[expansion.visible_order()])
    turns = [Rational(2 * m + (1 if ratio < 0 else 0), n) for m in range(n)]
    size = root(abs(rational_from_fmpq(ratio)), n)
    candidates: list[Expr] = [-size * sin(pi * turn) / pi for turn in turns]
    return min(candidates, key=lambda c: abs(float(c) + w.imag / float(pi)))


def _at_edge(curve: PlaneCurve, expansion: LocalExpansion, place: flint.fmpq) -> Rows | None:
    """The rows of P(e + side T, g_0 + v) in T, with g_0 the real value of G at the edge (0 where G is infinite or there is none before w)."""
    before = [(k, c) for k, c in expansion.terms if k < expansion.visible_order()]
    step = flint.fmpq_poly([place, flint.fmpq(expansion.side)])
    rows = [flint.fmpq_poly(row)(step) for row in curve.rows]
    if not before:
        return rows
    base = _rational_value(curve, place, before[0][1]) if [k for k, _ in before] == [0] else None
    return None if base is None else _shifted(rows, base)


def _rational_value(curve: PlaneCurve, place: flint.fmpq, value: flint.acb) -> flint.fmpq | None:
    """The rational root of P(e, G) in the ball of the value."""
    at = flint.fmpq_poly([flint.fmpq_poly(row)(place) for row in curve.rows])
    for factor, _ in at.numer().factor()[1]:
        if factor.degree() == 1:
            candidate = flint.fmpq(-factor[0], factor[1])
            if abs(float(flint.arb(candidate)) - float(value.real)) <= _CLOSE * (1 + abs(float(value.real))):
                return candidate
    return None


def _shifted(rows: Rows, base: flint.fmpq) -> Rows:
    """The rows of P(., base + v), by Horner's scheme."""
    out: Rows = []
    for row in reversed(rows):
        moved = [flint.fmpq_poly([0]), *out]
        out = [a + base * b for a, b in zip(moved, [*out, flint.fmpq_poly([0])], strict=True)] if out else []
        out = [out[0] + row, *out[1:]] if out else [row]
    return out


def _by_the_discriminant(curve: PlaneCurve, place: RealAlgebraic, edge: Expr) -> Expr | None:
    if curve.degree != 2 or len(place.factor) != _SURD:
        return None
    x = Symbol("x")
    slope, leading = (Poly([Integer(int(c)) for c in reversed(p.coeffs())], x) for p in (curve.discriminant.derivative(), curve.rows[-1]))
    top, bottom = radsimp(slope.eval(edge).expand()), radsimp(leading.eval(edge).expand())
    if top == 0 or bottom == 0:
        return None
    return sqrtdenest(sqrt(abs(top))) * radsimp(1 / abs(bottom)) / (2 * pi)
