"""Free infinite divisibility read off a rational R-transform."""

from __future__ import annotations

import sympy
from sympy import Expr, Poly, Symbol

__all__ = ["is_free_levy"]


def is_free_levy(expr: Expr, g: Symbol) -> bool:
    """Whether R(g) = a + b g + sum of c_i/(p_i - g) with real a, b >= 0, c_i > 0, p_i real and not 0; a may have an imaginary part <= 0.

    Exactly then a rational R maps the lower half plane into its closure without a pole there, so that it belongs to a freely infinitely divisible law
    (Bercovici and Voiculescu 1993). False where R is not rational in g or its coefficients are not rational numbers and the form does not settle it.

    >>> g = Symbol("g")
    >>> [is_free_levy(r, g) for r in (1/(1 - g) + 2*g, -g, 1/(1 + g), -1/(1 + g), g**2, -sympy.I + g)]
    [True, False, False, True, False, True]
    """
    if not expr.is_rational_function(g) or expr.free_symbols - {g}:
        return False
    constant, rest = expr.expand().as_independent(g, as_Add=True)
    if constant.is_real is not True:
        if not sympy.im(constant).is_negative:
            return False
        return rest == 0 or _is_real_levy(rest, g)
    return _is_real_levy(expr, g)


def _is_real_levy(expr: Expr, g: Symbol) -> bool:
    top, bottom = (Poly(part, g) for part in sympy.fraction(sympy.cancel(sympy.together(expr))))
    if bottom.degree() == 0:
        slope = top.as_expr().coeff(g, 1) / bottom.as_expr()
        return top.degree() <= 1 and bool(top.is_zero or slope.is_nonnegative) and bool(slope.is_real)
    if not all(c.is_Rational for c in [*top.coeffs(), *bottom.coeffs()]):
        return False
    quotient, rest = sympy.div(top, bottom)
    if quotient.degree() > 1 or quotient.coeff_monomial(g) < 0 or bottom.eval(0) == 0:
        return False
    return bottom.is_sqf and bottom.count_roots() == bottom.degree() and _all_residues_negative(rest, bottom)


def _all_residues_negative(rest: Poly, bottom: Poly) -> bool:
    """rest(p) bottom'(p) < 0 at every root p; it is 0 at none, because rest/bottom is in lowest terms and bottom is squarefree."""
    product = rest * bottom.diff()
    for (low, high), _ in bottom.intervals():
        while product.count_roots(low, high):
            low, high = bottom.refine_root(low, high)
        if product.eval((low + high) / 2) > 0:
            return False
    return True
