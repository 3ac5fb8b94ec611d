"""Real roots in radicals of polynomials that are quadratic or linear in a power of x - h."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from math import gcd

import sympy
from sympy import Dummy, Expr, Integer, Poly, Rational, sqrt, sqrtdenest

__all__ = ["real_roots_in_radicals"]


def real_roots_in_radicals(coefficients: Sequence[int]) -> list[Expr] | None:
    """The real roots, increasing, of an irreducible polynomial with these coefficients (constant term first); None without such a form.

    With h the mean of all the roots it must be a polynomial of degree at most 2 in (x - h)^k.

    >>> real_roots_in_radicals([-1, 0, -11, 0, 1])
    [-sqrt(11/2 + 5*sqrt(5)/2), sqrt(11/2 + 5*sqrt(5)/2)]
    >>> real_roots_in_radicals([-1, 1, 0, 1]) is None
    True
    """
    degree = len(coefficients) - 1
    centre = Rational(-coefficients[-2], degree * coefficients[-1])
    x = Dummy("x")
    poly = Poly([Integer(c) for c in reversed(coefficients)], x).compose(Poly(x + centre, x))
    power = reduce(gcd, (monomial[0] for monomial in poly.monoms()))
    if degree > 2 * power:
        return None
    found = [centre + root for value in _quadratic([poly.coeff_monomial(x**k) for k in range(0, degree + 1, power)]) for root in _roots(value, power)]
    return sorted(found, key=lambda root: sympy.N(root, 60))


def _quadratic(coefficients: list[Expr]) -> list[Expr]:
    """The real roots of c + b y (+ a y^2)."""
    if len(coefficients) == 2:
        return [-coefficients[0] / coefficients[1]]
    c, b, a = coefficients
    radicand = b**2 - 4 * a * c
    return [] if radicand < 0 else [(-b + sign * sqrt(radicand)) / (2 * a) for sign in (-1, 1)]


def _roots(value: Expr, power: int) -> list[Expr]:
    """The real roots of x^power = value, value != 0."""
    size = sympy.root(abs(value), power) if power != 2 else sqrtdenest(sqrt(abs(value.expand())))
    if power % 2:
        return [size if value > 0 else -size]
    return [-size, size] if value > 0 else []
