"""Products c f_1(x)^a_1 ... f_k(x)^a_k exp(h(x)) with linear and other polynomial factors: their logarithmic derivative and their values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, final

import sympy
from sympy import Dummy, Expr, Integer, Mul, Poly, Pow, Symbol

from freealg.errors import BudgetExceeded, NoClosedForm, shown
from freealg.exact.context import cached_property
from freealg.exact.radicals import bounded_sqrt

__all__ = ["RationalSlope", "quadratic_root", "without_root_below"]

Sign = Callable[[Expr], int | None]
_MOST_BITS, _MOST_FACTORS = 1_000_000, 2_000
_NO_PRODUCT = "it is not a product of powers of polynomials and an exponential"


@final
@dataclass(frozen=True)
class RationalSlope:
    """constant * prod factor**power * exp(inner) in the variable x; `sign` tells the sign of an expression in the parameters, None when it is open.

    Factors are irreducible and, x aside, positive at 0, so that principal powers are the germ at 0 of a product that is positive there.

    >>> x, s = sympy.symbols("x s")
    >>> product = RationalSlope.of((1 + x)**s / (2 + 2*x), x, lambda expr: 1 if expr.is_positive else None)
    >>> product.powers, product.constant
    ({x + 1: s - 1}, 1/2)
    """

    x: Symbol
    sign: Sign
    constant: Expr
    powers: dict[Expr, Expr]
    inner: Expr

    @classmethod
    def of(cls, expr: Expr, x: Symbol, sign: Sign) -> RationalSlope:
        """Read `expr`; `NoClosedForm` when it is no such product."""
        found = cls(x, sign, Integer(1), {}, Integer(0))._times(expr, Integer(1))
        kept = {factor: power for factor, exponent in found.powers.items() if (power := exponent.expand()) != 0}
        return cls(x, sign, found.constant, kept, found.inner.expand())

    def _but(self, **changes: Any) -> RationalSlope:
        return RationalSlope(**{"x": self.x, "sign": self.sign, "constant": self.constant, "powers": self.powers, "inner": self.inner} | changes)

    def _times(self, expr: Expr, power: Expr) -> RationalSlope:
        """self * expr**power."""
        if not expr.has(self.x):
            return self._but(constant=self.constant * Pow(expr, power))
        if expr.is_Mul:
            found = self
            for part in expr.args:
                found = found._times(part, power)
            return found
        base, exponent = expr.as_base_exp()
        if exponent.has(self.x):
            if base != sympy.E or not exponent.is_rational_function(self.x):
                raise NoClosedForm(_NO_PRODUCT)
            return self._but(inner=self.inner + power * exponent)
        return self._times_rational(expr, power) if base == expr else self._times(base, power * exponent)

    def _times_rational(self, expr: Expr, power: Expr) -> RationalSlope:
        if not expr.is_rational_function(self.x):
            raise NoClosedForm(_NO_PRODUCT)
        constant, powers = self.constant, dict(self.powers)
        for part, side in zip(sympy.fraction(sympy.together(expr)), (1, -1), strict=True):
            content, factors = sympy.factor_list(part, self.x)
            constant = constant * Pow(content, side * power)
            for factor, times in factors:
                flip = self._sign_at_0(factor)
                base = (flip * factor).expand()
                constant = constant * Pow(flip, side * times * power)
                powers[base] = powers.get(base, Integer(0)) + side * times * power
        return self._but(constant=constant, powers=powers)

    def _sign_at_0(self, factor: Expr) -> int:
        value = factor.subs(self.x, 0)
        sign = 1 if value == 0 else self.sign(value)
        if sign not in (1, -1):
            raise NoClosedForm(f"the sign of {value} is open")
        return sign

    @cached_property
    def slope(self) -> tuple[Poly, Poly]:
        """(A, B) in lowest terms with f'/f = A/B."""
        terms = [power * sympy.diff(factor, self.x) / factor for factor, power in self.powers.items()]
        total = sympy.Add(*terms, sympy.diff(self.inner, self.x))
        top, bottom = sympy.fraction(sympy.cancel(sympy.together(total)))
        return Poly(top, self.x), Poly(bottom, self.x)

    def at(self, point: Expr, root: Expr | None = None) -> Expr:
        """The value at `point`, rational in the parameters and in the square root `root`; `NoClosedForm` where a sign is open."""
        values = [(factor.subs(self.x, point), power) for factor, power in self.powers.items()]
        if root is None:
            result = self._gathered([*values, *self._parts(self.constant, Integer(1))])
        elif all(power.is_Integer for _, power in values) and sum(abs(power) for _, power in values) <= _MOST_FACTORS:
            result = self.constant * without_root_below(sympy.Mul(*(Pow(value, power) for value, power in values)), root)
        else:
            result = self.constant * sympy.Mul(*(Pow(sympy.cancel(value), power) for value, power in values))
        return result * sympy.exp(sympy.simplify(self.inner.subs(self.x, point)))

    def at_infinity(self) -> Expr:
        """The limit as x -> infinity of a product that has one: as many factors above as below, and an exponential that is finite."""
        leads = Mul(*(Pow(Poly(factor, self.x).LC(), power) for factor, power in self.powers.items()))
        return self.constant * leads * sympy.exp(sympy.limit(self.inner, self.x, sympy.oo))

    def _parts(self, expr: Expr, power: Expr) -> list[tuple[Expr, Expr]]:
        """expr**power as bases and exponents, powers of positive bases joined."""
        if expr.is_Mul:
            return [pair for part in expr.args for pair in self._parts(part, power)]
        base, exponent = expr.as_base_exp()
        inside = base != expr and (power.is_Integer or self.sign(base) == 1)
        return self._parts(base, power * exponent) if inside else [(expr, power)]

    def _gathered(self, values: list[tuple[Expr, Expr]]) -> Expr:
        """prod value**power, the values factored and the exponents of each factor added up, so that those of unknown sign may cancel."""
        exponents: dict[Expr, Expr] = {}
        for value, power in values:
            for part, side in zip(sympy.fraction(sympy.cancel(value)), (1, -1), strict=True):
                content, factors = _content_and_factors(part)
                for base, times in ((abs(content), 1), (sympy.sign(content), 1), *factors):
                    flip = self.sign(base) == -1 and base != -1
                    for piece in (-base, Integer(-1)) if flip else (base,):
                        exponents[piece] = exponents.get(piece, Integer(0)) + side * times * power
        kept = {base: power for base, exponent in exponents.items() if (power := sympy.expand(exponent)) != 0}
        if any(not power.is_Integer and self.sign(base) != 1 for base, power in kept.items()):
            raise NoClosedForm(f"a value at {values} has a factor of unknown sign under a power")
        return sympy.Mul(*(_bounded_power(base, power) for base, power in kept.items()))


def _bounded_power(base: Expr, power: Expr) -> Expr:
    """base**power; `BudgetExceeded` before a number of millions of digits is written out."""
    if base.is_Rational and power.is_Rational and abs(power) * (max(abs(base.p), base.q) - 1).bit_length() > _MOST_BITS:
        raise BudgetExceeded(f"a number to the power {shown(power)} has more than {_MOST_BITS} bits; ask for a smaller depth or power")
    return Pow(base, power)


def _content_and_factors(expr: Expr) -> tuple[Expr, list[tuple[Expr, int]]]:
    if expr.is_number:
        return expr, []
    if not expr.is_polynomial(*expr.free_symbols):
        return Integer(1), [(expr, 1)]
    content, factors = sympy.factor_list(expr)
    return content, factors


def without_root_below(expr: Expr, root: Expr) -> Expr:
    """u + v*root for a rational function of a square root."""
    r = Dummy("r")
    top, bottom = (Poly(part, r) for part in sympy.fraction(sympy.together(expr.xreplace({root: r}))))
    relation = Poly(r**2 - root**2, r)
    conjugate = Poly(bottom.as_expr().subs(r, -r), r)
    below = (bottom * conjugate).rem(relation).as_expr()
    above = (top * conjugate).rem(relation)
    return sympy.Add(*(sympy.factor(sympy.cancel(above.coeff_monomial(r**k) / below)) * root**k for k in (0, 1)))


def quadratic_root(poly: Poly, sign: int) -> tuple[Expr, Expr | None]:
    """The root of a polynomial of degree 1, or (-b/2 + sign sqrt(b^2/4 - ac))/a with its square root (None where that is rational)."""
    coefficients = poly.primitive()[1].all_coeffs()
    if len(coefficients) == 2:
        return -coefficients[1] / coefficients[0], None
    a, b, c = coefficients
    radical = bounded_sqrt(sympy.factor(b**2 - 4 * a * c)) / 2
    roots = [part for part in sympy.Mul.make_args(radical) if part.is_Pow and part.exp.is_Rational]
    return (-b / 2 + sign * radical) / a, sympy.Mul(*roots) if roots else None
