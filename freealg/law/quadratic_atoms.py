"""Atoms, with symbols, of laws whose G is rational or A + B prod sqrt(z - e_i): the poles of G off its branch points.

At a zero z_0 of the denominator, alpha and beta being the residues of A and B, the mass is alpha + s |beta| sqrt(prod (z_0 - e_i)), s the sign of
beta times that of the product of roots. Where one root of the equation is regular the square root is |alpha|: the mass is 2 Max(0, alpha), or none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy
from sympy import Abs, Dummy, Expr, Integer, Max, Mul, Pow, Rational

from freealg.errors import NoClosedForm
from freealg.exact.even_quartic import surd
from freealg.exact.quadratic import zeros_of
from freealg.exact.radicals import factors_of
from freealg.exact.signs import sign_under
from freealg.forms import CauchyTransform, z
from freealg.forms.atomic import gathered
from freealg.law.express import express

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["atoms_of_quadratic"]

_HALF = Rational(1, 2)
Masses = tuple[tuple[Expr, Expr], ...]


def atoms_of_quadratic(law: Law) -> Masses:
    """(location, mass) pairs, masses Max(0, ...) where they depend on the parameters; `NoClosedForm` where a sign is open."""
    transform = express(law, CauchyTransform).expr
    roots = [power for power in transform.atoms(Pow) if power.base.has(z) and not power.exp.is_Integer]
    if transform.has(sympy.I) or any(root.exp != _HALF or (z - root.base).has(z) for root in roots):
        raise NoClosedForm("G is no rational function with roots sqrt(z - e)")
    joint = Dummy("root")
    images = {root: joint if k == 0 else Integer(1) for k, root in enumerate(roots)}
    whole = transform.xreplace(images)
    if not whole.is_rational_function(z, joint):
        raise NoClosedForm("G is no rational function of z and of roots sqrt(z - e)")
    top, bottom = sympy.fraction(sympy.together(whole))
    found = []
    for factor, power in factors_of(bottom)[1]:
        for place in zeros_of(factor, z) if factor.has(z) and power > 0 else ():
            slope = bottom.diff(z).subs(z, place)
            if slope.expand() == 0:
                raise NoClosedForm("G may have a multiple pole")
            alpha, beta = (sympy.cancel(sympy.Poly(top, joint).coeff_monomial(part).subs(z, place) / slope) for part in (1, joint))
            found.append((place, _mass(law, place, alpha, beta, [z - root.base for root in roots])))
    return gathered((place, mass) for place, mass in found if mass != 0)


def _mass(law: Law, place: Expr, alpha: Expr, beta: Expr, edges: list[Expr]) -> Expr:
    if not edges:
        return sympy.factor(alpha)
    square = sympy.cancel((beta**2 * Mul(*(place - edge for edge in edges))).expand())
    if square == 0:
        return sympy.factor(alpha)
    sign = sign_under((beta * _side(place, edges)).expand(), law.positive_parameters())
    if sign is None:
        raise NoClosedForm(f"whether {law} has an atom at {place} is open")
    if sympy.cancel(square - alpha**2) == 0:
        return Max(0, sympy.factor(2 * alpha)) if sign == 1 else Integer(0)
    outer, root = surd(square)
    return (alpha + sign * Abs(outer) * root).expand(deep=False)


def _side(place: Expr, edges: list[Expr]) -> Expr:
    """An expression with the sign of prod sqrt(z - e_i) at a real point off the support: right of two edges or left; of four, in the gap or not."""
    centre = sympy.Add(*edges) / len(edges)
    if len(edges) == 2:
        return (place - centre).expand()
    if len(edges) == 4 and sympy.Add(*((edge - centre) ** 3 for edge in edges)).expand() == 0:
        return ((place - centre) ** 2 - sympy.Add(*((edge - centre) ** 2 for edge in edges)) / 4).expand()
    raise NoClosedForm("the branch points of G are neither two nor four about a centre")
