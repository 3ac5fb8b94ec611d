"""Closed forms read off a curve that is at most quadratic in the unknown: R, S and G, each with the branch that its germ selects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy
from sympy import Add, Expr, Integer, Mul, Pow, Rational, Symbol, sqrt

from freealg.errors import NoClosedForm
from freealg.exact.curve import Curve, context_over, strip, substitute
from freealg.exact.even_quartic import EvenQuartic, surd
from freealg.exact.expansion import expansion
from freealg.exact.factoring import factored
from freealg.exact.fields import Poly, Ring
from freealg.exact.radicals import real_roots_in_radicals
from freealg.exact.series import Sequence

__all__ = ["cauchy_root", "centre_and_width", "coefficients_in", "moments_of_s", "quadratic_roots", "r_root", "s_root", "zeros_of"]

_TERMS = 12
_G, _Z = 0, 1


def r_root(curve: Curve, cumulants: Sequence, g: Symbol) -> Expr:
    """R(g) = y - 1/g where P(y, g) = 0 and R = kappa_1 + kappa_2 g + ...."""
    context = context_over(curve.ring)
    G = context.gen(_G)
    moved = strip(substitute(curve.poly, {_Z: (context.gen(_Z) * G + 1, G)}), G)
    candidates = _solutions(moved, _Z, curve.ring, {_G: g}, "R-transform")
    return _matching(candidates, lambda expr, n: expansion(expr, g, n), cumulants, "R-transform")


def s_root(curve: Curve, moments: Sequence, m: Symbol) -> Expr:
    """S(m) where z = (1+m)/(m S), G = m S lies on the curve and S belongs to the moments."""
    context = context_over(curve.ring)
    s, x = context.gen(_G), context.gen(_Z)  # the unknown S takes the place of G, and m that of z
    moved = substitute(curve.poly.compose(*_swapped(context), ctx=context), {_G: (x + 1, x * s), _Z: (x * s, s**0)})
    candidates = _solutions(strip(moved, s, x, x + 1), _G, curve.ring, {_Z: m}, "S-transform")
    return _matching(candidates, lambda expr, n: moments_of_s(expr, m, n), moments, "S-transform")


def cauchy_root(curve: Curve, moments: Sequence, z: Symbol) -> Expr:
    """G(z) on the whole upper half plane: (-b + c prod sqrt(z - e_i))/(2a), the e_i real branch points."""
    candidates = _solutions(curve.poly, _G, curve.ring, {_Z: z}, "Cauchy transform")
    found = _matching(candidates, lambda expr, n: _at_infinity(expr, z, n), moments, "Cauchy transform")
    roots = [power for power in found.atoms(Pow) if power.exp == Rational(1, 2) and power.base.has(z)]
    return found.xreplace({root: Mul(*(sqrt(z - zero) for zero in zeros_of(root.base, z))) for root in roots})


def _swapped(context: Any) -> list[Poly]:
    """The images that exchange the first two variables: G stands second, z first."""
    return [context.gen(1), context.gen(0), *(context.gen(i) for i in range(2, context.nvars()))]


def moments_of_s(expr: Expr, m: Symbol, count: int) -> tuple[Ring, list[Any]]:
    """m_1, ..., m_count of the law with S(m) = expr: m_n = [m^(n-1)] ((1 + m)/S)^n / n."""
    from freealg.exact.series import power

    ring, terms = expansion((1 + m) / expr, m, count)
    if ring.is_zero(terms[0]):
        raise NoClosedForm("this root is infinite at m = 0")
    wide = ring.inverting(ring.over_common_denominator(terms[0])[0])
    lifted = [wide.lift(t, ring) for t in terms]
    numerator, denominator = wide.over_common_denominator(lifted[0])
    inverse = wide.embed(denominator) * wide.inverse_of_poly(numerator)
    rows = [power(lifted, wide.scalar(k), k, lifted[0] ** k, inverse)[k - 1] / k for k in range(1, count + 1)]
    return wide, rows


def _at_infinity(expr: Expr, z: Symbol, count: int) -> tuple[Ring, list[Any]]:
    """m_1, m_2, ... of a candidate G, the roots sqrt((z - e_1) ... (z - e_n)) read as z**(n/2) sqrt((1 - e_1/z) ... (1 - e_n/z))."""
    w = Symbol("w", positive=True)
    roots = [p for p in expr.atoms(Pow) if p.exp.is_Rational and p.exp.q == 2 and p.base.has(z)]
    images = {root: _root_at_infinity(root, z, w) for root in roots}
    moved = expr.xreplace(images).subs(z, 1 / w)
    ring, terms = expansion(moved, w, count + 1, 1)
    if not ring.is_zero(terms[0] - 1):
        raise NoClosedForm("this root is not 1/z at infinity")
    return ring, terms[1:]


def _root_at_infinity(root: Expr, z: Symbol, w: Symbol) -> Expr:
    degree = sympy.degree(root.base, z)
    return Pow(w, -degree * root.exp) * Pow((w**degree * root.base.subs(z, 1 / w)).expand(), root.exp)


def _matching(candidates: list[Expr], series: Callable[[Expr, int], tuple[Ring, list[Any]]], wanted: Sequence, title: str) -> Expr:
    """The candidate whose coefficients are the wanted ones, to the first order at which the others differ and beyond."""
    count = 4
    alive = candidates
    while True:
        alive = [expr for expr in alive if _agrees(expr, series, wanted, count)]
        if not alive:
            raise NoClosedForm(f"no root of the equation has the germ of the {title}")
        if len(alive) == 1:
            return alive[0]
        count *= 2
        if count > 8 * _TERMS:
            raise NoClosedForm(f"the roots agree to order {count}: the {title} is not decided")


def _agrees(expr: Expr, series: Callable[[Expr, int], tuple[Ring, list[Any]]], wanted: Sequence, count: int) -> bool:
    try:
        ring, found = series(expr, count)
    except NoClosedForm:
        return False
    both = ring.join(wanted.ring)
    pairs = zip(found, wanted.first(count), strict=True)
    differences = (both.lift(a, ring) - both.lift(b, wanted.ring) for a, b in pairs)
    return all(both.is_zero(d) for d in differences)


def _solutions(poly: Poly, unknown: int, ring: Ring, names: dict[int, Symbol], title: str) -> list[Expr]:
    """The roots in variable number `unknown` of a polynomial of degree 1 or 2 in it."""
    degree = int(poly.degrees()[unknown])
    if degree > 2:
        raise NoClosedForm(f"the {title} satisfies an equation of degree {degree}; closed forms are given up to degree 2")
    if degree < 1:
        raise NoClosedForm(f"the {title} is not determined by the equation, as that of the point mass at 0, which has no S-transform")
    context = poly.context()
    y = context.gen(unknown)
    c = substitute(poly, {unknown: (y * 0, y**0)})
    slope = poly.derivative(unknown)
    b = substitute(slope, {unknown: (y * 0, y**0)})
    if degree == 1:
        return [_ratio(_to_sympy(-c, ring, names), _to_sympy(b, ring, names))]
    a = slope.derivative(unknown) / 2
    return _quadratic((a, b, c), lambda p: _to_sympy(p, ring, names), next(iter(names.values())), next(iter(names)))


def _quadratic(coefficients: tuple[Poly, Poly, Poly], show: Callable[[Poly], Expr], x: Symbol, place: int) -> list[Expr]:
    a, b, c = coefficients
    outer, roots = _square_root(b * b - 4 * a * c, show, x, place)
    top, bottom = -b, 2 * a
    common = top.gcd(outer).gcd(bottom)
    top, outer, bottom = top / common, outer / common, bottom / common
    radical = show(outer) * roots
    return [_ratio(show(top) + sign * radical, show(bottom)) for sign in (Integer(1), Integer(-1))]


def _ratio(top: Expr, bottom: Expr) -> Expr:
    """top/bottom, both signs turned where the denominator starts with a minus."""
    return (-top).expand() / (-bottom).expand() if bottom.could_extract_minus_sign() else top / bottom


def _square_root(discriminant: Poly, show: Callable[[Poly], Expr], x: Symbol, place: int) -> tuple[Poly, Expr]:
    """sqrt(discriminant) = outer * roots: outer a polynomial, roots a product of sqrt(x - e), or of sqrt(factor) where x = 0 is the base point."""
    content, factors = factored(discriminant)
    odd = [k for k, (factor, power) in enumerate(factors) if power % 2 and int(factor.degrees()[place]) > 0]
    if content < 0 and odd:  # no factor i: the sign goes under a root
        content, factors[odd[-1]] = -content, (-factors[odd[-1]][0], factors[odd[-1]][1])
    outer = discriminant**0
    roots: Expr = sqrt(Integer(int(content)))
    for factor, power in factors:
        outer = outer * factor ** (power // 2)
        if power % 2:
            roots = roots * _root_of_factor(factor, show, x, place)
    number, rest = roots.as_coeff_Mul()
    return (outer * int(number), rest) if number.is_Integer else (outer, roots)


def _root_of_factor(factor: Poly, show: Callable[[Poly], Expr], x: Symbol, place: int) -> Expr:
    degree = int(factor.degrees()[place])
    if x.name != "z" or degree == 0:
        return _root_near_0(factor, show, x, place)
    coefficients = coefficients_in(factor, place)
    outer, inner = square_root(coefficients[-1])
    monic = Add(*(sympy.factor(show(c) / show(coefficients[-1])) * x**k for k, c in enumerate(coefficients)))
    return Mul(show(outer), sqrt(show(inner)), sqrt(monic))


def _root_near_0(factor: Poly, show: Callable[[Poly], Expr], x: Symbol, place: int) -> Expr:
    """sqrt(factor); where factor = c^2 at 0 it is c sqrt(factor/c^2), whose germ at 0 is c whatever the sign of that."""
    y = factor.context().gen(place)
    outer, inner = square_root(substitute(factor, {place: (y * 0, y**0)}))
    if not inner.is_one() or outer.is_one():
        return sqrt(show(factor))
    coefficients = sympy.Poly(show(factor), x).all_coeffs()[::-1]
    return show(outer) * sqrt(Add(*(sympy.factor(c / show(outer) ** 2) * x**k for k, c in enumerate(coefficients))))


def square_root(poly: Poly) -> tuple[Poly, Poly]:
    """(outer, inner) with poly = outer^2 inner and inner without square factors, up to large squares of integers."""
    if poly.is_zero():
        return poly, poly**0
    content, factors = factored(poly)
    square, rest = sqrt(Integer(int(content))).as_coeff_Mul()
    outer, inner = poly**0 * int(square), poly**0 * int(rest**2)
    for part, power in factors:
        outer, inner = outer * part ** (power // 2), inner * part ** (power % 2)
    return outer, inner


def quadratic_roots(factor: Poly, show: Callable[[Poly], Expr], place: int) -> list[Expr]:
    """The zeros in variable number `place` of an irreducible factor of degree 1 or 2, the smaller first where that is meaningful.

    Of a higher degree where all of them are real numbers in radicals (a polynomial in a power of x - h), or the degree is 4 and they are square roots
    in the parameters; else `NoClosedForm`.
    """
    if int(factor.degrees()[place]) == 2:
        centre, width = centre_and_width(factor, show, place)
        return [Add(centre, -width).expand(), Add(centre, width).expand()]
    return _zeros([show(c) for c in coefficients_in(factor, place)])


def coefficients_in(poly: Poly, place: int) -> list[Poly]:
    """The coefficients of the powers of variable number `place`, the constant term first."""
    context = poly.context()
    rows: list[dict[tuple[int, ...], Any]] = [{} for _ in range(int(poly.degrees()[place]) + 1)]
    for monomial, coefficient in poly.to_dict().items():
        rows[monomial[place]][(*monomial[:place], 0, *monomial[place + 1 :])] = coefficient
    return [context.from_dict(row) for row in rows]


def zeros_of(expr: Expr, x: Symbol) -> list[Expr]:
    """The zeros in x of an irreducible polynomial all of whose zeros are real."""
    return _zeros(sympy.Poly(expr, x).all_coeffs()[::-1])


def _zeros(coefficients: list[Expr]) -> list[Expr]:
    """The zeros, all of them real, of an irreducible polynomial with these coefficients, constant term first."""
    degree = len(coefficients) - 1
    if degree == 1:
        return [-coefficients[0] / coefficients[1]]
    numbers = all(c.is_Rational for c in coefficients)
    if numbers:
        scale = sympy.ilcm(*(c.q for c in coefficients))
        found = real_roots_in_radicals([int(c * scale) for c in coefficients])
        if found is not None and len(found) == degree:
            return found
    if degree == 2 and not numbers:
        c, b, a = coefficients
        centre, width = sympy.cancel(-b / (2 * a)), Mul(*surd(sympy.factor(b**2 / a**2 / 4 - c / a)))
        return [(centre - width).expand(deep=False), (centre + width).expand(deep=False)]
    if degree == 4 and not numbers:
        return EvenQuartic.of(coefficients).zeros()
    raise NoClosedForm(f"a branch point satisfies an irreducible equation of degree {degree}")


def centre_and_width(factor: Poly, show: Callable[[Poly], Expr], place: int) -> tuple[Expr, Expr]:
    """The zeros of a quadratic factor are centre ± width; the radicand stays factored."""
    y = factor.context().gen(place)
    at0 = {place: (y * 0, y**0)}
    slope = factor.derivative(place)
    c, b, a = substitute(factor, at0), substitute(slope, at0), slope.derivative(place) / 2
    content, factors = factored(b * b - 4 * a * c)
    square, rest = sqrt(Integer(int(content))).as_coeff_Mul()
    outer, inner = a**0 * int(square), rest**2
    for part, power in factors:
        outer = outer * part ** (power // 2)
        inner = inner * show(part) ** (power % 2)
    return _reduced(-b, 2 * a, show), _reduced(outer, 2 * a, show) * sqrt(inner)


def _reduced(top: Poly, bottom: Poly, show: Callable[[Poly], Expr]) -> Expr:
    common = top.gcd(bottom)
    return _ratio(show(top / common), show(bottom / common))


def _to_sympy(poly: Poly, ring: Ring, names: dict[int, Symbol]) -> Expr:
    groups: dict[tuple[int, ...], dict[Any, Any]] = {}
    for monomial, coefficient in poly.to_dict().items():
        groups.setdefault(tuple(monomial[place] for place in names), {})[monomial[2:]] = coefficient
    terms = []
    for powers, part in groups.items():
        coefficient = ring.poly_to_sympy(ring.base_context.from_dict(part))
        terms.append(Mul(coefficient, *(Pow(x, k) for x, k in zip(names.values(), powers, strict=True))))
    return Add(*terms)
