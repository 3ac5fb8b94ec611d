"""G of laws with an equation of degree 2 to 4 and numbers for all parameters: its roots in radicals, and which of them it is, proved.

The physical root has Im G < 0 for Im z > 0, and Im sqrt(z) G < 0 for a law on [0, oo), since sqrt(z) G(z) at z = s^2 is the Cauchy transform of the
symmetric law of +-sqrt(X) at s. Where the number of roots with that property is constant on the upper half plane (`exact.real_count`) and is 1 at
one point, the property selects the root everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import flint
import sympy
from sympy import Expr, Integer, Piecewise, Rational, Symbol, cbrt, sqrt

from freealg.errors import NoClosedForm
from freealg.exact.context import ball_precision
from freealg.exact.curve import Curve
from freealg.exact.real_count import never_real
from freealg.forms import CauchyEquation
from freealg.law.express import express
from freealg.law.support import sign_of

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["piecewise_cauchy_transform"]

Case = tuple[Expr | None, list[Expr]]
_OMEGA = (Integer(1), -Rational(1, 2) + sqrt(3) * sympy.I / 2, -Rational(1, 2) - sqrt(3) * sympy.I / 2)


def piecewise_cauchy_transform(law: Law, z: Symbol) -> Expr:
    """The Piecewise over the roots of P(z, .), right for every Im z > 0 and nan elsewhere.

    Raises `NoClosedForm` where the degree is not 3 or 4, where symbols are left, or where neither property singles out one root.

    >>> import freealg as fa
    >>> z = Symbol("z")
    >>> G = piecewise_cauchy_transform(fa.FussCatalan(2), z)
    >>> abs(complex(G.subs(z, 1 + sympy.I)) - fa.FussCatalan(2).cauchy(1 + 1j)) < 1e-14
    True
    """
    curve = express(law, CauchyEquation).curve
    if curve.degree_G not in _FORMULAS or law.free_symbols or curve.ring.bases:
        raise NoClosedForm(f"roots in radicals are given for degrees 2 to 4 with numbers for all parameters, and this is degree {curve.degree_G}")
    rooted = _property(law, curve)
    G = Symbol("G")
    coefficients = [c.as_expr() for c in sympy.Poly(curve.to_sympy(G, z).as_expr(), G).all_coeffs()]
    cases = _FORMULAS[curve.degree_G](*coefficients)
    chosen = [(_selected(roots, z, rooted), True if zero is None else sympy.Eq(zero, 0)) for zero, roots in cases]
    whole = chosen[0][0] if len(chosen) == 1 else Piecewise(*chosen, evaluate=False)
    return Piecewise((whole, sympy.Gt(sympy.im(z, evaluate=False), 0, evaluate=False)), evaluate=False)


def _selected(roots: list[Expr], z: Symbol, rooted: bool) -> Expr:
    factor = sqrt(z) if rooted else Integer(1)
    pieces = [(root, sympy.Lt(sympy.im(factor * root, evaluate=False), 0, evaluate=False)) for root in roots]
    return Piecewise(*pieces, evaluate=False)


def _property(law: Law, curve: Curve) -> bool:
    """Whether Im sqrt(z) G < 0 is what selects the root, and not Im G < 0."""
    for rooted in (False, True):
        if rooted and sign_of(law) != 1:
            continue
        if never_real(curve, rooted) and _count_at_a_point(curve, rooted) == 1:
            return rooted
    raise NoClosedForm(
        f"no property of G is proved to select one of the {curve.degree_G} roots of the equation on all of the upper half plane; "
        "law.cauchy(z, dps=...) and law.cauchy(z, certified=True) give values"
    )


def _count_at_a_point(curve: Curve, rooted: bool) -> int | None:
    """How many roots G at one z have Im T < 0; None when a sign is not certain."""
    with ball_precision(128):
        z = flint.acb(flint.arb(3) / 7, flint.arb(11) / 5)
        row = flint.acb_poly([flint.acb_poly(list(coefficients))(z) for coefficients in curve.integer_rows()])
        heights = [(root * z.sqrt() if rooted else root).imag for root in row.roots(tol=1e-20)]
    if any(height.contains(0) for height in heights):
        return None
    return sum(1 for height in heights if height < 0)


def _resolvents(d0: Expr, d1: Expr) -> list[Case]:
    """C with C^3 = (d1 +- sqrt(d1^2 - 4 d0^3))/2, written so that nothing cancels, and apart where d1 = 0."""
    if d1 == 0:
        return [(None, [cbrt(sqrt(-(d0**3)))])]
    plain = cbrt(d1 * (1 + sqrt(sympy.factor(1 - 4 * d0**3 / d1**2))) / 2)
    return [(None, [plain])] if not d1.free_symbols else [(d1, [cbrt(sqrt(-(d0**3)))]), (None, [plain])]


def _quadratic(a: Expr, b: Expr, c: Expr) -> list[Case]:
    root = sqrt(sympy.factor(b**2 - 4 * a * c))
    return [(None, [(-b + root) / (2 * a), (-b - root) / (2 * a)])]


def _cubic(a: Expr, b: Expr, c: Expr, d: Expr) -> list[Case]:
    """-(b + w C + d0/(w C))/(3 a) for the three cube roots w of 1."""
    d0, d1 = (b**2 - 3 * a * c).expand(), (2 * b**3 - 9 * a * b * c + 27 * a**2 * d).expand()
    return [(zero, [-(b + w * root + d0 / (w * root)) / (3 * a) for w in _OMEGA]) for zero, [root] in _resolvents(d0, d1)]


def _quartic(a: Expr, b: Expr, c: Expr, d: Expr, e: Expr) -> list[Case]:
    """Ferrari's formula with y = G + b/(4 a): y^4 + p y^2 + q y + r, and the formula of the biquadratic equation where q = 0."""
    p, q = sympy.cancel((8 * a * c - 3 * b**2) / (8 * a**2)), sympy.cancel((b**3 - 4 * a * b * c + 8 * a**2 * d) / (8 * a**3))
    r = sympy.cancel((-3 * b**4 + 256 * a**3 * e - 64 * a**2 * b * d + 16 * a * b**2 * c) / (256 * a**4))
    middle = -b / (4 * a)
    inner = sqrt(sympy.factor(p**2 - 4 * r))
    even = [middle + sign * sqrt((-p + turn * inner) / 2) for sign in (1, -1) for turn in (1, -1)]
    if q == 0:
        return [(None, even)]
    d0 = (c**2 - 3 * b * d + 12 * a * e).expand()
    d1 = (2 * c**3 - 9 * b * c * d + 27 * b**2 * e + 27 * a * d**2 - 72 * a * c * e).expand()
    cases: list[Case] = [(sympy.fraction(q)[0], even)] if q.free_symbols else []
    for zero, [root] in _resolvents(d0, d1):
        square = -p / 6 + (root + d0 / root) / (12 * a)
        half = sqrt(square)
        found = []
        for sign in (-1, 1):
            rest = sqrt(-4 * square - 2 * p - sign * q / half)
            found += [middle + sign * half + rest / 2, middle + sign * half - rest / 2]
        cases.append((zero, found))
    return cases


_FORMULAS: dict[int, Callable[..., list[Case]]] = {2: _quadratic, 3: _cubic, 4: _quartic}
