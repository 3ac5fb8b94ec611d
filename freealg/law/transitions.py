"""Parameter values at which the number of bulks changes: where two branch points of the law's equation meet."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cmp_to_key
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

import flint
import sympy
from sympy import Expr, Rational, Symbol

from freealg.errors import FreeAlgError, InvalidInput, NoClosedForm, NotALaw, shown
from freealg.exact.coerce import fmpq_of_ball, rational_from_fmpq
from freealg.exact.curve import Curve, leading
from freealg.exact.elimination import resultant
from freealg.exact.factoring import factored
from freealg.exact.fields import Poly
from freealg.exact.quadratic import quadratic_roots
from freealg.exact.radicals import real_root_of_pure_cubic
from freealg.exact.signs import sign_under
from freealg.forms import CauchyEquation
from freealg.law.express import express
from freealg.law.spectral import algebraic_to_sympy
from freealg.numerics.real_algebraic import RealAlgebraic, real_algebraics

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["critical_values", "locus"]

_G, _Z = 0, 1
_CLOSE = Rational(1, 16)
_MOST_BITS = 4096
_SAMPLES = (Rational(2, 7), Rational(4, 5), Rational(13, 9), Rational(5), Rational(-3, 2))


def critical_values(law: Law, symbol: Any) -> list[Expr]:
    """The values of `symbol` at which two branch points meet, so that the number of support intervals may change.

    When no other symbol is left, only those at which it does change, increasing: it is counted on both sides and, where they agree, at the value
    itself. With other symbols, the candidates of degree at most 2 in `symbol`; one of higher degree raises `NoClosedForm` with its equation.

    >>> import freealg as fa
    >>> s, phi = sympy.symbols("s phi")
    >>> critical_values(fa.boxplus(fa.Semicircle(variance=s), fa.Rademacher()), s)
    [1]
    >>> critical_values(fa.boxtimes(fa.MarchenkoPastur(ratio=phi), fa.Discrete({1: Rational(1, 2), 8: Rational(1, 2)})), phi)
    [98/125]
    """
    own = _own_symbol(law, symbol)
    curve = express(law, CauchyEquation).curve
    bases = [base for base, _ in curve.ring.bases]
    if any(base.has(own) and base != own for base in bases):
        raise NoClosedForm(f"the equation of {law} is not polynomial in {own}, so its critical values have no closed form; give another parameter")
    if own not in bases:
        return []
    place = 2 + bases.index(own)
    factors = [factor for factor in locus(curve) if int(factor.degrees()[place]) > 0]
    root = curve.ring.bases[place - 2][1]
    if len(law.free_symbols) > 1:
        return _symbolic(law, own, [_solved(law, curve, factor, place, own) for factor in factors], root)
    if len(bases) > 1 or root > 1:
        raise NoClosedForm(f"the equation of {law} has the irrational constants {', '.join(map(str, curve.ring.generators))}; make them rational")
    return _counted(law, own, [_integer_poly(factor, place) for factor in factors])


def _own_symbol(law: Law, symbol: Any) -> Symbol:
    name = symbol if type(symbol) is str else getattr(symbol, "name", None)
    for own in law.free_symbols:
        if own.name == name:
            return own
    known = ", ".join(sorted(s.name for s in law.free_symbols)) or "none"
    raise InvalidInput(f"{law} has no parameter named {shown(name)}; its parameters are: {known}")


def locus(curve: Curve) -> list[Poly]:
    """The irreducible polynomials in the parameters one of which vanishes where two roots in z of disc_G(P) lc_G(P) meet or one goes to infinity.

    That is the discriminant in z of its squarefree part, taken factor by factor: disc f_i, Res(f_i, f_j), leading coefficients and contents.
    """
    found: dict[str, Poly] = {}
    branch_points = _branch_points(curve.poly)
    moving = [factor for factor in branch_points if int(factor.degrees()[_Z]) > 0]
    parts = [factor for factor in branch_points if int(factor.degrees()[_Z]) == 0]
    for factor in moving:
        parts.append(leading(factor, _Z))
        if int(factor.degrees()[_Z]) > 1:
            parts.append(resultant(factor, factor.derivative("z"), _Z))
    parts += [resultant(a, b, _Z) for a, b in combinations(moving, 2)]
    for part in parts:
        for factor, _ in factored(part)[1]:
            found.setdefault(str(factor), factor)
    return list(found.values())


def _branch_points(poly: Poly) -> list[Poly]:
    """The irreducible factors of the discriminant and of the leading coefficient in G."""
    whole = leading(poly, _G)
    if int(poly.degrees()[_G]) > 1:
        whole = resultant(poly, poly.derivative("G"), _G)  # the leading coefficient divides it
    return [factor for factor, _ in factored(whole)[1]]


# -- one parameter ----------------------------------------------------------------------------------------------------------


def _integer_poly(factor: Poly, place: int) -> flint.fmpz_poly:
    coefficients = [0] * (int(factor.degrees()[place]) + 1)
    for monomial, coefficient in factor.to_dict().items():
        coefficients[monomial[place]] = int(coefficient)
    return flint.fmpz_poly(coefficients)


def _counted(law: Law, symbol: Symbol, polys: list[flint.fmpz_poly]) -> list[Expr]:
    """The real roots at which the number of bulks changes."""
    found = [root for poly in polys for root in real_algebraics(poly)]
    roots = sorted(found, key=cmp_to_key(RealAlgebraic.sign_against))
    return [value for root, value in zip(roots, map(algebraic_to_sympy, roots), strict=True) if _changes(law, symbol, root, roots, value)]


def _changes(law: Law, symbol: Symbol, root: RealAlgebraic, roots: list[RealAlgebraic], value: Expr) -> bool:
    left, right = (_bulks(law, symbol, point) for point in _beside(root, roots))
    if left is None or right is None or left != right:
        return left is not None and right is not None
    if len(root.factor) > 3:
        return False
    here = _bulks(law, symbol, value)
    return here is not None and here != left


def _beside(root: RealAlgebraic, roots: list[RealAlgebraic]) -> Iterator[Expr]:
    """A rational point on either side, nearer to the root than every other root and than 1/16 of its size."""
    k = roots.index(root)
    bits = 64
    while bits <= _MOST_BITS:
        near = [_middle(other, bits) for other in roots[max(k - 1, 0) : k + 2]]
        here = _middle(root, bits)
        gaps = [abs(other - here) for other in near if other != here]
        step = min([gap / 2 for gap in gaps] + [_CLOSE * max(abs(here), _CLOSE)])
        if step > Rational(1, 2 ** (bits // 2)):
            yield _simple(here - step, step / 2)
            yield _simple(here + step, step / 2)
            return
        bits *= 2


def _simple(centre: Rational, radius: Rational) -> Rational:
    """A rational of small denominator within `radius` of `centre`."""
    denominator = 1
    while abs(found := centre.limit_denominator(denominator) - centre) > radius:
        denominator *= 2
    return centre + found


def _middle(root: RealAlgebraic, bits: int) -> Rational:
    return rational_from_fmpq(fmpq_of_ball(root.refine(bits)))


def _bulks(law: Law, symbol: Symbol, value: Expr) -> int | None:
    """The number of support intervals; None where the law does not exist."""
    try:
        return len(law.subs({symbol: value}).support_intervals())
    except (InvalidInput, NotALaw):
        return None


# -- several parameters -----------------------------------------------------------------------------------------------------


def _solved(law: Law, curve: Curve, factor: Poly, place: int, symbol: Symbol) -> list[Expr]:
    degree, show = int(factor.degrees()[place]), curve.show_parameters
    if degree == 3:
        cubic = sympy.Poly(show(factor), curve.ring.generators[place - 2]).all_coeffs()[::-1]
        root = real_root_of_pure_cubic(cubic, lambda expr: sign_under(expr, law.positive_parameters()))
        if root is not None:
            return [root]
    if degree > 2:
        raise NoClosedForm(f"the critical values of {symbol} satisfy {show(factor)} = 0, of degree above 2; give numbers for the other parameters")
    return [sympy.together(value) for value in quadratic_roots(factor, show, place)]


def _symbolic(law: Law, symbol: Symbol, groups: list[list[Expr]], root: int) -> list[Expr]:
    """The candidates that are real and admissible at some sampled values of the other symbols."""
    others = sorted(law.free_symbols - {symbol}, key=str)
    points = [dict(zip(others, values, strict=True)) for values in product(_SAMPLES, repeat=len(others))]
    values = dict.fromkeys(value**root for group in groups for value in group)
    return [value for value in values if any(_admits(law, symbol, value, point) for point in points)]


def _admits(law: Law, symbol: Symbol, value: Expr, point: dict[Symbol, Expr]) -> bool:
    """Whether the law exists at these values of the other symbols with `symbol` = `value`."""
    here = value.xreplace(point)
    if here.is_finite is False or not here.is_real:
        return False
    try:
        law.subs({**point, symbol: here})
    except FreeAlgError:
        return False
    return True
