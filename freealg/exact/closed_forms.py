"""From a closed form in one variable, radicals allowed, to the polynomial equation it satisfies."""

from __future__ import annotations

from functools import reduce
from typing import Any

from sympy import Expr, Pow, Rational, Symbol

from freealg.errors import InvalidInput, NoClosedForm
from freealg.exact.curve import Ratio, context_over, strip
from freealg.exact.elimination import power, resultant
from freealg.exact.expansion import constants_of
from freealg.exact.fields import Poly, Ring
from freealg.exact.generators import split_power

__all__ = ["equation_in", "equation_of_cauchy_transform", "equation_of_r_transform", "equation_of_s_transform"]


def equation_of_r_transform(expr: Expr, g: Symbol) -> tuple[Poly, Ring]:
    """P(z, G) with R(G) + 1/G = z for R = `expr` in g, before its spurious factors are dropped."""
    return _equation(expr, g, lambda G, z, one: ((G, one), (z * G - one, G)))


def equation_of_s_transform(expr: Expr, m: Symbol) -> tuple[Poly, Ring]:
    """P(z, G) with z m S(m) = 1 + m at m = z G - 1 for S = `expr` in m, before its spurious factors are dropped."""
    return _equation(expr, m, lambda G, z, one: ((z * G - one, one), (G, z * G - one)))


def equation_of_cauchy_transform(expr: Expr, z: Symbol) -> tuple[Poly, Ring]:
    """P(z, G) with G = `expr` in z, before its spurious factors are dropped."""
    return _equation(expr, z, lambda G, Z, one: ((Z, one), (G, one)))


def equation_in(expr: Expr, G: Symbol, z: Symbol) -> tuple[Poly, Ring]:
    """The numerator of a rational expression in G and z, as a polynomial in Z[G, z, generators]."""
    wide = Ring.of(expr, G, z)
    if any(base.has(G, z) for base, root in wide.bases if root != 1 or base not in (G, z)):
        raise InvalidInput(f"{expr} must be rational in {G} and {z}; square its radicals away")
    ring = Ring.make(pair for pair in wide.bases if pair[0] not in (G, z))
    context = context_over(ring)
    places = {G: 0, z: 1} | {base: 2 + k for k, (base, _) in enumerate(ring.bases)}
    images = [context.gen(places[base]) for base, _ in wide.bases]
    return wide.fraction(expr)[0].compose(*images, ctx=context), ring


def _equation(expr: Expr, x: Symbol, chart: Any) -> tuple[Poly, Ring]:
    """The numerator of expr(argument) - value, its radicals eliminated; chart gives (argument, value) as ratios in (G, z)."""
    radicals = _radicals(expr, x)
    ring = Ring.of(*constants_of(expr, x))
    context = context_over(Ring.make(ring.bases), *(f"t{i}" for i in range(len(radicals))))
    shift = len(radicals)
    G, z, one = context.gen(shift), context.gen(shift + 1), context.constant(1)
    argument, value = chart(G, z, one)
    known: dict[Expr, Ratio] = {x: argument}
    relations = []
    for i, (base, root) in enumerate(radicals):
        numerator, denominator = _ratio(base, x, ring, known, context)
        relations.append(context.gen(i) ** root * denominator - numerator)
        known[Pow(base, Rational(1, root))] = (context.gen(i), one)
    numerator, denominator = _ratio(expr, x, ring, known, context)
    poly = numerator * value[1] - value[0] * denominator
    for i in reversed(range(len(radicals))):
        if int(poly.degrees()[i]) > 0:
            poly = resultant(poly, relations[i], i)
    target = context_over(Ring.make(ring.bases))
    return strip(poly.project_to_context(target), target.gen(0)), Ring.make(ring.bases)


def _radicals(expr: Expr, x: Symbol) -> list[tuple[Expr, int]]:
    """The (base, root) pairs of the radicals in x, inner ones first; refuses what is not algebraic in x."""
    found: dict[tuple[Expr, int], None] = {}

    def visit(node: Expr) -> None:
        if not node.has(x) or node == x:
            return
        if node.is_Add or node.is_Mul:
            for part in node.args:
                visit(part)
            return
        base, exponent = split_power(node)
        if not node.is_Pow or not exponent.is_Rational or base == node:
            shown = node.xreplace({x: Symbol(x.name)})
            raise NoClosedForm(f"{shown} is not algebraic in {x.name}, so there is no polynomial equation; ask for moments, transforms or numbers")
        visit(base)
        if not exponent.is_Integer:
            found[(base, int(exponent.q))] = None

    visit(expr)
    return list(found)


def _ratio(expr: Expr, x: Symbol, ring: Ring, known: dict[Expr, Ratio], context: Any) -> Ratio:
    if expr in known:
        return known[expr]
    if not expr.has(x):
        numerator, denominator = ring.fraction(expr)
        return numerator.project_to_context(context), denominator.project_to_context(context)
    if expr.is_Add:
        return reduce(_add, [_ratio(part, x, ring, known, context) for part in expr.args])
    if expr.is_Mul:
        parts = [_ratio(part, x, ring, known, context) for part in expr.args]
        return reduce(lambda a, b: (a[0] * b[0], a[1] * b[1]), parts)
    base, exponent = split_power(expr)
    root = known[Pow(base, Rational(1, exponent.q))] if exponent.q > 1 else _ratio(base, x, ring, known, context)
    top, bottom = root if exponent > 0 else root[::-1]
    return power(top, abs(int(exponent.p))), power(bottom, abs(int(exponent.p)))


def _add(a: Ratio, b: Ratio) -> Ratio:
    common = a[1].gcd(b[1])
    return a[0] * (b[1] / common) + b[0] * (a[1] / common), a[1] * (b[1] / common)


