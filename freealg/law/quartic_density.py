"""The density of a law whose equation is of degree 4 in G, by Ferrari's factors on the real axis.

With t = 4 a G + b the equation a G^4 + b G^3 + c G^2 + d G + e becomes t^4 + p t^2 + q t + r. Of the three ways to write it as a product of two
quadratics, the one that keeps conjugate roots together belongs to the largest root w = (Y - 2 p)/3 of the resolvent cubic, and then

    density = sqrt(2 p + w ± 2 sqrt((w + p)^2 - 4 r))/(8 pi |a|),   Y^3 - 3 U Y - V = 0,   U = p^2 + 12 r,   V = 2 p^3 - 72 p r + 27 q^2.

One pair of conjugate roots (D < 0) takes the sign +. Of two pairs (D > 0) the sign says which is meant; it can change only where q or D vanish, and
is settled in each part between those points by one value of the density.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import mpmath
import sympy
from sympy import Expr, Integer, Mul, Poly, Rational, atan2, cbrt, cos, pi, sqrt

from freealg.errors import NoClosedForm
from freealg.exact.context import mp_precision
from freealg.forms import x
from freealg.law.real_interval import RealInterval
from freealg.law.resolved import Powers, Resolved, factors, square_root, times

__all__ = ["quartic_density"]

_DIGITS = 30


def quartic_density(equation: Poly, interval: RealInterval, density: Callable[[Expr], Any]) -> Iterator[tuple[Expr, RealInterval]]:
    """(formula, part) on an interval of the support; `density` gives the density at a rational point to 30 digits."""
    a, b, c, d, e = (equation.coeff_monomial(equation.gens[0] ** k) for k in (4, 3, 2, 1, 0))
    p, q = 8 * a * c - 3 * b**2, b**3 - 4 * a * b * c + 8 * a**2 * d
    r = 256 * a**3 * e - 3 * b**4 - 64 * a**2 * b * d + 16 * a * b**2 * c
    parts = [part.expand() for part in (a, 2 * p, 8 * q, r)]
    if not all(Poly(part, x).domain.is_QQ or Poly(part, x).domain.is_ZZ for part in parts):
        raise NoClosedForm("closed densities of degree 4 are given for equations with rational coefficients")
    discriminant = factors(equation.discriminant())
    places = {factor for powers in (discriminant, factors(parts[2])) for factor in powers if factor.free_symbols}
    last: tuple[Expr, RealInterval] | None = None
    for part in interval.split(places):
        formula = _chosen(part, density, parts, discriminant)
        if last is not None and last[0] == formula:
            last = (formula, RealInterval(last[1].low, part.high, last[1].closed))
            continue
        if last is not None:
            yield last
        last = (formula, part)
    if last is not None:
        yield last


def _chosen(part: RealInterval, density: Callable[[Expr], Any], coefficients: list[Expr], discriminant: Powers) -> Expr:
    """The formula on a part without zeros of q and of the discriminant; the sign of the inner root is that which gives the density inside."""
    resolved, point = Resolved(part), part.inner_point()
    signs = (1,) if resolved.sign(discriminant) < 0 else (1, -1)
    candidates = [_formula(resolved, coefficients, sign, len(signs) == 1) for sign in signs]
    with mp_precision(_DIGITS + 10):
        wanted = mpmath.mpf(density(point))
        found = [mpmath.mpmathify(sympy.N(candidate.subs(x, point), _DIGITS + 10)) for candidate in candidates]
        allowed = abs(wanted) * mpmath.mpf(10) ** (8 - _DIGITS)
    near = [formula for formula, value in zip(candidates, found, strict=True) if abs(value - wanted) < allowed]
    if len(near) != 1:
        raise NoClosedForm(f"the two pairs of conjugate roots of the equation at {float(point):.6g} cannot be told apart; ask for pdf(x, dps=...)")
    return near[0]


def _formula(resolved: Resolved, coefficients: list[Expr], sign: int, one_pair: bool) -> Expr:
    leading = factors(coefficients[0])
    scale, (p, q, r) = _scaled(coefficients[1:])
    u, v = (p**2 + 12 * r).expand(), (2 * p**3 - 72 * p * r + 27 * q**2).expand()
    w = ((_single_root if one_pair else _largest_root)(resolved, u, v) - 2 * p) / 3
    before = resolved.absolute(times(scale, leading, -1))
    return before * sqrt(2 * p + w + 2 * sign * sqrt((w + p) ** 2 - 4 * r)) / (8 * pi)


def _single_root(resolved: Resolved, u: Expr, v: Expr) -> Expr:
    """The only real root of Y^3 - 3 u Y - v; with K^3 = (|v| + sqrt(v^2 - 4 u^3))/2 it is K + u/K up to its sign, and |v|/(K^2 - u + u^2/K^2)."""
    outer, inner = square_root(factors((v**2 - 4 * u**3).expand()))
    core = cbrt((resolved.absolute(factors(v)) + resolved.absolute(outer) * sqrt(resolved.absolute(inner))) / 2)
    return v / (core**2 - u + u**2 / core**2)


def _largest_root(resolved: Resolved, u: Expr, v: Expr) -> Expr:
    """The largest of three real roots of Y^3 - 3 u Y - v, u > 0: 2 sqrt(u) cos(angle/3), the angle being that of v + i sqrt(4 u^3 - v^2)."""
    outer, inner = square_root(factors((4 * u**3 - v**2).expand()))
    real = factors(v)
    common = {base: min(power, outer[base]) for base, power in real.items() if base in outer}
    height = resolved.absolute(times(outer, common, -1)) * sqrt(resolved.absolute(inner))
    angle = atan2(height, resolved.ratio(real, common, Integer(1)))  # not acos: SymPy 1.14 takes acos of some numbers beside 1 for 0
    return 2 * resolved.absolute(times({}, factors(u), Rational(1, 2))) * cos(angle / 3)


def _scaled(coefficients: list[Expr]) -> tuple[Powers, list[Expr]]:
    """(f, [p/f^2, q/f^3, r/f^4]) for the largest polynomial f with which all three are polynomials."""
    known = [(factors(part), weight) for part, weight in zip(coefficients, (2, 3, 4), strict=True) if part != 0]
    shared = set.intersection(*({base for base in powers if base.free_symbols} for powers, _ in known)) if known else set()
    scale = {base: min(powers[base] // weight for powers, weight in known) for base in shared}
    whole = _content(known)
    divisor = Mul(whole, *(base**power for base, power in scale.items()))
    return {whole: 1, **scale}, [sympy.cancel(part / divisor**weight).expand() for part, weight in zip(coefficients, (2, 3, 4), strict=True)]


def _content(known: Sequence[tuple[Powers, int]]) -> Expr:
    """The largest n with n^2, n^3 and n^4 in the contents, up to its primes above 1000."""
    contents = [(Mul(*(base for base in powers if not base.free_symbols)), weight) for powers, weight in known]
    exponents = [(sympy.factorrat(abs(content), limit=1000), weight) for content, weight in contents]
    primes = {prime for found, _ in exponents for prime in found if prime < 1000}
    return Mul(*(Rational(prime) ** min(found.get(prime, 0) // weight for found, weight in exponents) for prime in primes)) or Integer(1)
