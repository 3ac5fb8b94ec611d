"""Real roots in radicals: of polynomials of degree at most 2 in a power of x - h, and of cubics whose root generates a pure cubic field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from math import gcd, isqrt

import sympy
from sympy import Add, Dummy, Expr, Integer, Poly, Pow, Rational, radsimp, sqrt, sqrtdenest

from freealg.errors import BudgetExceeded, shown

__all__ = ["bounded_sqrt", "factors_of", "real_root_of_pure_cubic", "real_roots_in_radicals", "root_of_square", "without_roots_below"]

_MOST_BITS = 4_000


def real_roots_in_radicals(coefficients: Sequence[int]) -> list[Expr] | None:
    """The real roots, increasing, of an irreducible polynomial with these coefficients (constant term first); None without such a form.

    With h the mean of all the roots it must be a polynomial of degree at most 2 in (x - h)^k, or a cubic with discriminant -3 times a square.

    >>> real_roots_in_radicals([-1, 0, -11, 0, 1])
    [-sqrt(2)*sqrt(11 + 5*sqrt(5))/2, sqrt(2)*sqrt(11 + 5*sqrt(5))/2]
    >>> real_roots_in_radicals([-1, 1, 0, 1]) is None
    True
    """
    degree = len(coefficients) - 1
    centre = Rational(-coefficients[-2], degree * coefficients[-1])
    x = Dummy("x")
    poly = Poly([Integer(c) for c in reversed(coefficients)], x).compose(Poly(x + centre, x))
    power = reduce(gcd, (monomial[0] for monomial in poly.monoms()))
    if degree > 2 * power:
        root = real_root_of_pure_cubic([Integer(c) for c in coefficients], lambda x: int(sympy.sign(x))) if degree == 3 else None
        return None if root is None else [root]
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


def real_root_of_pure_cubic(coefficients: Sequence[Expr], sign: Callable[[Expr], int | None]) -> Expr | None:
    """The only real root of d + c x + b x^2 + a x^3 (constant term first) where Cardano's radicand is a square; None where it is not.

    The discriminant is then -3 times a square and the root is h + u^(1/3) + v^(1/3), u and v rational in the coefficients. `sign` tells the sign of
    an expression, None when it is open.

    >>> real_root_of_pure_cubic([Integer(-1), Integer(57), Integer(-3), Integer(1)], lambda expr: int(sympy.sign(expr)))
    -3*2**(2/3) + 1 + 3*2**(1/3)
    """
    d, c, b, a = coefficients
    linear = (3 * a * c - b**2) / (3 * a**2)
    half = -(2 * b**3 - 9 * a * b * c + 27 * a**2 * d) / (54 * a**3)
    root = root_of_square(half**2 + linear**3 / 27)
    if root is None:
        return None
    return Add(sympy.cancel(-b / (3 * a)), *(_real_cube_root(half + side * root, sign) for side in (1, -1)))


def factors_of(expr: Expr) -> tuple[Expr, list[tuple[Expr, int]]]:
    """(content, [(irreducible factor, power), ...]) of a rational function, powers below 0 in the denominator."""
    above, below = sympy.fraction(sympy.cancel(expr))
    found: list[tuple[Expr, int]] = []
    content: Expr = Integer(1)
    for part, side in ((above, 1), (below, -1)):
        number, factors = (part, []) if part.is_number else sympy.factor_list(part)
        content *= number**side
        found += [(factor, side * power) for factor, power in factors]
    return content, found


def bounded_sqrt(value: Expr) -> Expr:
    """sqrt(value); `BudgetExceeded` where it is a long rational and no square, since SymPy would set out to factor it.

    >>> bounded_sqrt(Integer(12)), bounded_sqrt(Integer(10) ** 6000) == Integer(10) ** 3000
    (2*sqrt(3), True)
    """
    if not value.is_Rational or value.is_negative or max(value.p.bit_length(), value.q.bit_length()) <= _MOST_BITS:
        return sqrt(value)
    roots = isqrt(value.p), isqrt(value.q)
    if (roots[0] ** 2, roots[1] ** 2) != (value.p, value.q):
        raise BudgetExceeded(
            f"the square root of {shown(value)} takes the factors of a number of more than {_MOST_BITS} bits; round it, or rescale the law"
        )
    return Rational(*roots)


def root_of_square(expr: Expr) -> Expr | None:
    content, factors = factors_of(expr)
    outer = sqrt(content)
    if not outer.is_Rational or any(power % 2 for _, power in factors):
        return None
    return sympy.Mul(outer, *(factor ** (power // 2) for factor, power in factors))


def _real_cube_root(expr: Expr, sign: Callable[[Expr], int | None]) -> Expr:
    """The real cube root, cubes taken out of it."""
    content, factors = factors_of(expr)
    outer: Expr = Integer(1)
    inner = sympy.cbrt(abs(content))
    for factor, power in factors:
        outer *= factor ** (power // 3)
        known = sign(factor) or sympy.sign(factor)
        outer *= known ** (power % 3)
        inner *= (known * factor if known in (1, -1) else sympy.Abs(factor)) ** Rational(power % 3, 3)
    return sympy.sign(content) * outer * inner


def without_roots_below(value: Expr) -> Expr:
    """The number with a rational denominator; as it is where roots stand in roots, for which `radsimp` may take for ever.

    >>> without_roots_below(1 / (1 + sqrt(2))), without_roots_below(1 / sqrt(1 + sqrt(2)))
    (-1 + sqrt(2), 1/sqrt(1 + sqrt(2)))
    """
    nested = any(root.base.atoms(Pow) for root in value.atoms(Pow) if not root.exp.is_Integer)
    return value if nested else radsimp(value)
