"""K(m) = (1 + m)/(m S(m)) for hyperexponential S: log K is a sum of logarithms and a rational function, so log K' is rational.

log K(m) = log scale - log m + sum e_k log(1 - m/a_k) + h(m), with h rational and h(0) = 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import sympy
from sympy import Expr, Integer, Mul, Poly, Symbol

from freealg.errors import NoClosedForm
from freealg.exact.context import cached_property
from freealg.exact.radicals import without_roots_below

__all__ = ["PowerProduct", "ZeroEnd", "power_product"]

_DIGITS = 50
_EXPANDED = 12


@final
@dataclass(frozen=True)
class ZeroEnd:
    """What K does where the branch stands at z = 0: m = place + v with K ~ -coefficient v^order, or K ~ exp(-essential/v)."""

    place: Expr
    order: Expr
    coefficient: Expr
    essential: Expr

    @property
    def atom(self) -> Expr:
        """The mass at 0."""
        return 1 + self.place


@final
@dataclass(frozen=True)
class PowerProduct:
    """`factors` are the pairs (a_k, e_k) of K itself, that of 1 + m included; all numbers."""

    variable: Symbol
    scale: Expr
    factors: tuple[tuple[Expr, Expr], ...]
    rational: Expr

    def value(self, m: Expr) -> Expr:
        """K(m), exact."""
        powers = (_tidy(1 - m / a) ** e for a, e in self.factors)
        found = self.scale / m * Mul(*powers)
        if all(e.is_Integer and abs(e) <= _EXPANDED for _, e in self.factors):
            found = without_roots_below(found.expand())
        return found * sympy.exp(sympy.simplify(self.rational.subs(self.variable, m)))

    @cached_property
    def slope(self) -> Expr:
        """d log K/dm"""
        m = self.variable
        return sum((e / (m - a) for a, e in self.factors), -1 / m) + sympy.diff(self.rational, m)

    @cached_property
    def critical(self) -> tuple[Expr, ...]:
        """All zeros of d log K/dm, exact where the numerator has degree at most 2, else Floats of 50 digits."""
        numerator = sympy.fraction(sympy.cancel(sympy.together(self.slope)))[0]
        poly = Poly(numerator, self.variable)
        if poly.degree() <= 0:
            return ()
        if poly.degree() <= 2:
            return tuple(sympy.roots(poly))
        return tuple(root for root in poly.nroots(n=_DIGITS, maxsteps=500))

    @cached_property
    def end(self) -> ZeroEnd:
        """The end of the branch at z = 0-: the zero of K that m meets first on its way down from 0."""
        m = self.variable
        orders = {a: e for a, e in self.factors if a.is_real and -1 <= a < 0 and e > 0}
        poles = [a for a in _poles(self.rational, m) if a.is_real and -1 <= a < 0]
        places = sorted({*orders, *poles}, key=float)
        if not places:
            raise NoClosedForm(f"K = (1 + m)/(m S(m)) = {self.value(m)} has no zero in [-1, 0), so S is no S-transform of a law on [0, oo)")
        place = places[-1]
        if place in poles:
            strength = -sympy.limit(self.rational * (m - place), m, place, "+")
            return ZeroEnd(place, orders.get(place, Integer(0)), Integer(0), strength)
        others = Mul(*(_tidy(1 - place / a) ** e for a, e in self.factors if a != place))
        order = orders[place]
        size = self.scale * others * sympy.exp(self.rational.subs(m, place)) / (-place) ** (order + 1)
        return ZeroEnd(place, order, size, Integer(0))

    @cached_property
    def at_infinity(self) -> tuple[Expr, Expr] | None:
        """(x, kappa) with K(m) = x (1 + kappa/m + ...) as m -> oo; None when K(oo) is 0 or infinite."""
        m = self.variable
        if sympy.simplify(sum(e for _, e in self.factors) - 1) != 0:
            return None
        constant = sympy.limit(self.rational, m, sympy.oo)
        if not constant.is_finite:
            return None
        kappa = -sum(e * a for a, e in self.factors) + sympy.limit((self.rational - constant) * m, m, sympy.oo)
        place = self.scale * Mul(*((-1 / a) ** e for a, e in self.factors)) * sympy.exp(constant)
        return sympy.powsimp(place), sympy.simplify(kappa)


def _tidy(value: Expr) -> Expr:
    return without_roots_below(value) if value.is_algebraic else value


def _poles(rational: Expr, m: Symbol) -> tuple[Expr, ...]:
    below = sympy.fraction(sympy.cancel(rational))[1]
    return tuple(sympy.roots(Poly(below, m))) if below.has(m) else ()


def power_product(s: Expr, m: Symbol) -> PowerProduct | None:
    """K of the S-transform `s` of a law with positive finite mean; None when s is not hyperexponential with real singularities.

    Complex singularities are taken with integer exponents only.

    >>> x = Symbol("m")
    >>> found = power_product((1 + x) ** -3, x)
    >>> found.factors, found.critical, found.value(found.critical[0])
    (((-1, 4),), (1/3,), 256/27)
    """
    orders: dict[Expr, Expr] = {Integer(-1): Integer(1)}
    rational: Expr = Integer(0)
    for factor in Mul.make_args(sympy.powsimp(s, deep=True)):
        base, exponent = (sympy.E, factor.exp) if factor.is_Pow and factor.base == sympy.E else factor.as_base_exp()
        if isinstance(factor, sympy.exp):
            base, exponent = sympy.E, factor.args[0]
        if not factor.has(m):
            continue
        if base == sympy.E and exponent.is_rational_function(m):
            rational -= exponent - exponent.subs(m, 0)
        elif not exponent.has(m) and base.is_rational_function(m):
            if not _collect(base, -exponent, m, orders):
                return None
        else:
            return None
    start = s.subs(m, 0)
    if not (start.is_number and start.is_finite and start > 0) or s.free_symbols - {m}:
        return None
    factors = tuple((a, e) for a, e in orders.items() if e != 0)
    if any(not a.is_real and not e.is_Integer for a, e in factors):
        return None
    return PowerProduct(m, 1 / start, factors, sympy.cancel(rational))


def _collect(base: Expr, exponent: Expr, m: Symbol, orders: dict[Expr, Expr]) -> bool:
    """Add the roots of a rational base to the power `exponent`; False where a root is 0."""
    above, below = sympy.fraction(sympy.cancel(base))
    for part, sign in ((above, 1), (below, -1)):
        if not part.has(m):
            continue
        for root, count in _roots(Poly(part, m)).items():
            if root == 0:
                return False
            orders[root] = sympy.simplify(orders.get(root, Integer(0)) + sign * count * exponent)
    return True


def _roots(poly: Poly) -> dict[Expr, int]:
    found: dict[Expr, int] = {}
    for factor, count in poly.factor_list()[1]:
        exact = sympy.roots(factor) if factor.degree() <= 2 else dict.fromkeys(factor.nroots(n=_DIGITS, maxsteps=500), 1)
        for root, times in exact.items():
            found[root] = found.get(root, 0) + count * times
    return found
