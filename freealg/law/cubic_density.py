"""The density of a law whose equation is of degree 3 in G, by Cardano's formula on the real axis.

On the support two roots of a G^3 + b G^2 + c G + d are conjugate, and with D < 0 the discriminant in G

    density = 3 sqrt(-D)/(2 pi (C^2 + E + E^2/C^2)),   C^3 = (|F| + sqrt(-27 a^2 D))/2,   E = b^2 - 3 a c,   F = 2 b^3 - 9 a b c + 27 a^2 d.

C^3 is a sum of positive terms, so that no branch is chosen, and nothing is divided by a, which may vanish inside the support. What F and
sqrt(-27 a^2 D) have in common is taken out of C^3: it carries the exponents at cusps and hard edges.
"""

from __future__ import annotations

from sympy import Abs, Expr, Poly, Rational, cbrt, pi, sqrt

from freealg.forms import x
from freealg.law.real_interval import RealInterval
from freealg.law.resolved import Powers, Resolved, factors, square_root, times

__all__ = ["cubic_density"]


def cubic_density(equation: Poly, interval: RealInterval) -> Expr:
    """The density on an interval of the support; `equation` is a polynomial in G, its coefficients polynomials in x.

    >>> import sympy
    >>> G, t = sympy.symbols("G t")
    >>> cubic_density(Poly(G**3 * x**2 - G * x + 1, G), RealInterval(sympy.S.Zero, Rational(27, 4))).subs(x, t)
    3*sqrt(27 - 4*t)/(2*pi*t**(2/3)*(9*t**(2/3)/(3*sqrt(3)*sqrt(27 - 4*t)/2 + 27/2)**(2/3) + 3*t**(1/3) + (3*sqrt(3)*sqrt(27 - 4*t)/2 + 27/2)**(2/3)))
    """
    a, b, c, d = (equation.coeff_monomial(equation.gens[0] ** k) for k in (3, 2, 1, 0))
    parts = [part.expand() for part in (a, b**2 - 3 * a * c, 2 * b**3 - 9 * a * b * c + 27 * a**2 * d, -equation.discriminant())]
    if all(Poly(part, x).domain.is_QQ or Poly(part, x).domain.is_ZZ for part in parts):
        return _factored(Resolved(interval), *(factors(part) for part in parts))
    leading, product, middle, height = parts
    return _density(sqrt(height), cbrt((Abs(middle) + sqrt(27) * Abs(leading) * sqrt(height)) / 2), product)


def _density(height: Expr, root: Expr, product: Expr) -> Expr:
    return 3 * height / (2 * pi * (root**2 + product + product**2 / root**2))


def _factored(resolved: Resolved, leading: Powers, product: Powers, middle: Powers, height: Powers) -> Expr:
    """The formula with each polynomial given by its factors; C^3 is divided by what its two terms have in common, and E by two thirds of that."""
    outer, inner = square_root(height)
    second = times(leading, outer, 1)
    common = {base: min(power, second[base]) for base, power in middle.items() if base in second and base.free_symbols}
    left, right = (resolved.absolute(times(powers, common, -1)) for powers in (middle, second))
    under = resolved.absolute(inner)
    rest = resolved.ratio(product, common, Rational(2, 3))
    before = resolved.absolute(times(outer, common, -Rational(2, 3)))
    return before * _density(sqrt(under), cbrt((left + right * sqrt(27) * sqrt(under)) / 2), rest)
