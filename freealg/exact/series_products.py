"""Coefficients in closed form: [x^n] of a product of powers of short polynomials and an exponential, with n a symbol.

[x^n] (1 + c x)^E = binomial(E, n) c^n; several factors give a finite sum; (1 + c x)^E exp(T x/(1 + p x)) gives a Laguerre polynomial when p = 0
or p = c. Everything is a formal power series at x = 0, so powers of products split without a question of branches.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import gcd
from typing import final

import sympy
from sympy import Add, Eq, Expr, Integer, KroneckerDelta, Mod, Mul, Piecewise, Pow, Rational, Sum, Symbol, assoc_laguerre, binomial, factorial, floor

from freealg.errors import NoClosedForm

__all__ = ["PowerProduct", "coefficient_closed_form", "integer_power", "power_product"]

Terms = tuple[tuple[int, Expr], ...]
_MOST_SUMS = 2
_HALF = Rational(1, 2)


@final
@dataclass(frozen=True)
class PowerProduct:
    """constant * x^shift * prod (1 + sum_i c_i x^(w_i))^e * exp(rate x/(1 + pole x)); `factors` holds (((w_1, c_1), ...), e)."""

    x: Symbol
    constant: Expr
    shift: int
    factors: tuple[tuple[Terms, Expr], ...]
    rate: Expr
    pole: Expr

    def power(self, exponent: Expr) -> PowerProduct:
        """The product to an integer power."""
        if self.shift and not exponent.is_Integer:
            raise NoClosedForm(f"a power {self.x}**({self.shift * exponent}) appears")
        factors = tuple((terms, e * exponent) for terms, e in self.factors)
        return replace(
            self, constant=integer_power(self.constant, exponent), shift=self.shift * exponent, factors=factors, rate=self.rate * exponent
        )

    def coefficient(self, n: Expr) -> Expr:
        """[x^n], right for every integer n >= 0.

        >>> x, n = sympy.symbols("x n")
        >>> power_product((1 - 4*x)**Rational(-1, 2), x).coefficient(n)
        binomial(2*n, n)
        """
        index = n - self.shift
        value = sympy.powsimp(self.constant * self._unit_coefficient(index), combine="exp")
        return Piecewise((value, index >= 0), (Integer(0), True)) if self.shift > 0 and not value.has(KroneckerDelta) else value

    def _unit_coefficient(self, n: Expr) -> Expr:
        if self.rate == 0:
            return self._finite_sum(n) if self.factors else KroneckerDelta(n, 0)
        if len(self.factors) <= 1 and (self.factors or self.pole != 0):
            terms, exponent = self.factors[0] if self.factors else (((1, self.pole),), Integer(0))
            if len(terms) == 1 and terms[0][0] == 1 and self.pole in (0, terms[0][1]):
                return _laguerre(exponent, terms[0][1], self.rate, self.pole, n)
        if self.pole != 0:
            raise NoClosedForm(f"exp({self.rate}*{self.x}/(1 + {self.pole}*{self.x})) stands beside other factors than powers of its denominator")
        return self._finite_sum(n)

    def _finite_sum(self, n: Expr) -> Expr:
        """The sum over all powers of the single terms that together make x^n."""
        pieces = [(weight, c) for terms, _ in self.factors for weight, c in terms] + ([(1, self.rate)] if self.rate != 0 else [])
        common = gcd(*(weight for weight, _ in pieces))
        index = n / common
        weights = [weight // common for weight, _ in pieces]
        place = min((i for i, w in enumerate(weights) if w == 1), key=lambda i: abs(pieces[i][1]) != 1, default=None)
        if place is None or len(pieces) > 1 + _MOST_SUMS:
            powers = ", ".join(map(str, weights))
            raise NoClosedForm(f"the coefficient of {self.x}**n is no single or double sum: the powers of {self.x} in it are {powers}")
        dummies = _fresh_symbols(n, self, len(pieces) - 1)
        others = weights[:place] + weights[place + 1 :]
        left = index - Add(*(weight * symbol for symbol, weight in zip(dummies, others, strict=True)))
        value = self._term([*dummies[:place], left, *dummies[place:]])
        # a box, not a simplex: the terms outside are 0, and SymPy adds up a box term by term where it goes wrong on bounds that depend on an index
        limits = [(symbol, 0, index if weight == 1 else floor(index / weight)) for symbol, weight in zip(dummies, others, strict=True)]
        total = Sum(value, *limits) if limits else value
        return total if common == 1 else Piecewise((total, Eq(Mod(n, common), 0)), (Integer(0), True))

    def _term(self, indices: list[Expr]) -> Expr:
        result: Expr = Integer(1)
        place = 0
        for terms, exponent in self.factors:
            part = indices[place : place + len(terms)]
            result = result * _power_term(terms, exponent, part)
            if exponent == -1 and len(indices) > 2:
                result = result * binomial(Add(*part), Add(*part))  # 0 outside the simplex, 1 inside
            place += len(terms)
        return result * integer_power(self.rate, indices[-1]) / factorial(indices[-1]) if self.rate != 0 else result


def power_product(expr: Expr, x: Symbol) -> PowerProduct:
    """`expr` as a `PowerProduct`; `NoClosedForm` names the factor that does not fit.

    >>> x, s = sympy.symbols("x s")
    >>> power_product((1 + x)**(s + 1)*sympy.exp(2*x)/3, x).factors
    ((((1, 1),), s + 1),)
    """
    if expr.is_Add:
        expr = sympy.cancel(sympy.together(expr))
    if expr.is_Add and not expr.is_rational_function(x):
        raise NoClosedForm(f"{expr} is no product of powers in {x}")
    constant: Expr = Integer(1)
    shift: Expr = Integer(0)
    powers: dict[Terms, Expr] = {}
    exponential: Expr = Integer(0)
    for factor in Mul.make_args(expr):
        base, exponent = factor.as_base_exp()
        if not factor.has(x):
            constant = constant * factor
        elif exponent.has(x):
            if base.has(x):
                raise NoClosedForm(f"{factor} has {x} in the base and in the exponent")
            exponential = exponential + exponent * sympy.log(base)
        else:
            lead, order, parts = _polynomial_powers(base, x)
            constant, shift = constant * Pow(lead, exponent), shift + order * exponent
            for terms, power in parts:
                powers[terms] = powers.get(terms, Integer(0)) + power * exponent
    value, rate, pole = _exponent_parts(exponential, x)
    if not shift.is_Integer:
        raise NoClosedForm(f"{expr} starts with {x}**({shift})")
    return PowerProduct(x, constant * sympy.exp(value), int(shift), tuple((t, sympy.expand(e)) for t, e in powers.items() if e != 0), rate, pole)


def coefficient_closed_form(expr: Expr, x: Symbol, n: Expr) -> Expr:
    """[x^n] expr, a sum of power products, right for every integer n >= 0.

    >>> x, n = sympy.symbols("x n")
    >>> coefficient_closed_form((5 - 9*x)/((1 - 2*x)*(1 - x)), x, n)
    2**n + 4
    """
    parted = sympy.apart(sympy.together(expr), x) if expr.is_rational_function(x) else sympy.expand_mul(expr)
    total: Expr = Integer(0)
    for term in Add.make_args(parted):
        total = total + power_product(term, x).coefficient(n)
    return total


def integer_power(expr: Expr, exponent: Expr) -> Expr:
    """expr**exponent for an integer exponent (a symbol, perhaps): (a b^c)^k is a^k b^(c k).

    >>> a, b, k = sympy.symbols("a b k")
    >>> integer_power(a*b**2, k)
    a**k*b**(2*k)
    """
    result: Expr = Integer(1)
    for factor in Mul.make_args(expr):
        base, inner = factor.as_base_exp()
        result = result * Pow(base, sympy.expand(inner * exponent))
    return result


def _polynomial_powers(base: Expr, x: Symbol) -> tuple[Expr, Expr, list[tuple[Terms, Expr]]]:
    """(value, order, [(terms, exponent), ...]) with base = value x^order prod (1 + terms)^exponent."""
    if not base.is_rational_function(x):
        if not (base.is_Add or base.is_Mul or base.is_Pow):
            raise NoClosedForm(f"{base.func.__name__} of {x} is no product of powers")
        inner = power_product(base, x)
        if inner.rate != 0:
            raise NoClosedForm(f"{base} is a power of an exponential")
        return inner.constant, Integer(inner.shift), list(inner.factors)
    lead: Expr = Integer(1)
    order: Expr = Integer(0)
    powers: list[tuple[Terms, Expr]] = []
    for side, sign in zip(sympy.fraction(sympy.cancel(base)), (1, -1), strict=True):
        for factor, multiplicity in _short_factors(side, x):
            value, terms = _normalised(factor, x)
            lead = lead * value ** (sign * multiplicity)
            if not factor.has(x):
                continue
            if not terms:
                order = order + sign * multiplicity
            else:
                powers.append((terms, Integer(sign * multiplicity)))
    return lead, order, powers


def _short_factors(poly: Expr, x: Symbol) -> list[tuple[Expr, int]]:
    """The irreducible factors, or the polynomial itself where that has fewer terms: 1 - x^2 rather than (1 - x)(1 + x)."""
    content, factors = sympy.factor_list(poly, x)
    split = sum(len(sympy.Poly(factor, x).terms()) - 1 for factor, _ in factors)
    whole = sympy.Poly(poly, x)
    if whole.nth(0) != 0 and len(whole.terms()) - 1 < split:
        return [(poly, 1)]
    return [(content, 1), *factors]


def _normalised(factor: Expr, x: Symbol) -> tuple[Expr, Terms]:
    """(v, terms) with factor = v (1 + terms); (v, ()) for v x."""
    coefficients = {degree: c for (degree,), c in sympy.Poly(factor, x).terms()}
    value = coefficients.pop(0, None)
    if value is None:
        return coefficients[1], ()
    if len(coefficients) > 2:
        raise NoClosedForm(f"the factor {factor} has {len(coefficients) + 1} terms in {x}; closed forms are known up to three")
    return value, tuple((degree, sympy.factor(c / value)) for degree, c in sorted(coefficients.items()))


def _exponent_parts(exponent: Expr, x: Symbol) -> tuple[Expr, Expr, Expr]:
    """(h_0, rate, pole) with exponent = h_0 + rate x/(1 + pole x)."""
    numerator, denominator = (sympy.Poly(side, x) for side in sympy.fraction(sympy.cancel(sympy.together(exponent))))
    if numerator.degree() > 1 or denominator.degree() > 1 or denominator.eval(0) == 0:
        raise NoClosedForm(f"exp({exponent}) is the exponential of no linear or Moebius function of {x}")
    p, q, r, s = numerator.nth(0), numerator.nth(1), denominator.nth(0), denominator.nth(1)
    return sympy.cancel(p / r), sympy.cancel((q * r - p * s) / r**2), sympy.cancel(s / r)


def _laguerre(exponent: Expr, c: Expr, rate: Expr, pole: Expr, n: Expr) -> Expr:
    if pole == 0:  # (1 + y)^a exp(-t y) = sum L_n^(a - n)(t) y^n
        return integer_power(c, n) * assoc_laguerre(n, sympy.expand(exponent - n), -rate / c)
    return integer_power(-c, n) * assoc_laguerre(n, -exponent - 1, rate / c)  # (1 - y)^(-a - 1) exp(-t y/(1 - y)) = sum L_n^(a)(t) y^n


def _power_term(terms: Terms, exponent: Expr, indices: list[Expr]) -> Expr:
    """The term of (1 + c_1 x^(w_1) + c_2 x^(w_2))^E with these powers of its terms.

    A negative E is turned round, binomial(E, j) = (-1)^j binomial(j - E - 1, j), and binomial(-1/2, j) = (-1/4)^j binomial(2 j, j).
    """
    total = Add(*indices)
    if exponent == -_HALF:
        factor, result = Rational(-1, 4), binomial(2 * total, total)
    elif exponent == -1:
        factor, result = Integer(-1), Integer(1)
    elif exponent.could_extract_minus_sign():
        factor, result = Integer(-1), binomial(sympy.expand(total - exponent - 1), total)
    else:
        factor, result = Integer(1), binomial(exponent, total)
    if len(indices) == 2:
        result = result * binomial(total, indices[1])
    for (_, c), j in zip(terms, indices, strict=True):
        result = result * integer_power(c * factor, j)
    return result


def _fresh_symbols(n: Expr, product: PowerProduct, count: int) -> list[Symbol]:
    """Summation indices whose names nothing else has."""
    used = {str(s) for part in (n, product.constant, product.rate, *(e for _, e in product.factors)) for s in part.free_symbols}
    used |= {str(s) for terms, _ in product.factors for _, c in terms for s in c.free_symbols}
    names = (name for name in ("j", "i", "l", "j_1", "j_2", "j_3", "j_4") if name not in used)
    return [Symbol(next(names), integer=True, nonnegative=True) for _ in range(count)]
