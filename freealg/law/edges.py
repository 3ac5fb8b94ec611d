"""Edges in closed form of a law on [0, oo), from the critical points of K(m) = (1 + m)/(m S(m)), the inverse of M.

S is a product of powers of polynomials and an exponential, so that K is one too and K'/K = A/B is rational: K is 0 or infinite at the roots of B and
nowhere else, and M' is infinite where A = 0. M decreases from the upper edge b to infinity, and falls from 0 as x comes from -infinity.

Upper edge: B has no root m > 0, so K decreases on (0, m_+) with m_+ the least positive root of A, and b = K(m_+): M is real analytic above K(m_+) and
has a branch point there. Where A is linear and K(infinity) finite, the root may be negative; then M has a pole, an atom, at K(infinity), and passes
through infinity on its way to K(m_+).

Lower edge: going down from m = 0, K reaches 0 at its first zero m_0 = mu{0} - 1. Unless K ~ (m - m_0)^1 there, M has a branch point at x = 0 and the
edge is 0 (hard). If the zero is simple, K is positive behind it and can only turn: the edge is K(m_-), m_- the only negative root of A.

There are no gaps: a gap would need two more real branch points with M in the roots of A or infinite, and each of those gives one positive value of K.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, final

import sympy
from sympy import Expr, Integer, Max, Piecewise, Poly, Pow, sqrt

from freealg.errors import NoClosedForm
from freealg.forms import STransform, m
from freealg.law.express import express
from freealg.law.signs import sign_under

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["closed_interval"]


def closed_interval(law: Law) -> tuple[Expr, Expr]:
    """(a, b), the ends of the support of the absolutely continuous part, in closed form; `NoClosedForm` where their choice is not proved.

    >>> import freealg as fa
    >>> closed_interval(fa.nets.Jacobian("linear", depth=sympy.Symbol("L")))
    (0, L**(-L)*(L + 1)**(L + 1))
    """
    if law.known_sign() != 1:
        raise NoClosedForm(f"{law} is not known to live on [0, oo)")
    inverse = _Inverse.of(express(law, STransform).expr, tuple(law.positive_parameters()))
    return inverse.lower_edge(), inverse.upper_edge()


@final
@dataclass(frozen=True)
class _Inverse:
    """K = constant * prod factor**exponent * exp(inner); factors irreducible in m and positive at 0 (m itself aside)."""

    constant: Expr
    powers: dict[Expr, Expr]
    inner: Expr
    positive: tuple[Expr, ...]

    @classmethod
    def of(cls, s_transform: Expr, positive: tuple[Expr, ...]) -> _Inverse:
        """K for this S."""
        found = cls(Integer(1), {}, Integer(0), positive)
        for expr, power in ((1 + m, Integer(1)), (m, Integer(-1)), (s_transform, Integer(-1))):
            found = found._times(expr, power)
        kept = {factor: power for factor, exponent in found.powers.items() if (power := exponent.expand()) != 0}
        return cls(found.constant, kept, found.inner.expand(), positive)

    def _times(self, expr: Expr, power: Expr) -> _Inverse:
        """K times expr**power."""
        if expr.is_Mul:
            found = self
            for part in expr.args:
                found = found._times(part, power)
            return found
        base, exponent = expr.as_base_exp()
        if exponent.has(m):
            if base != sympy.E or not exponent.is_rational_function(m):
                raise NoClosedForm("S is not a product of powers of polynomials and an exponential")
            return _Inverse(self.constant, self.powers, self.inner + power * exponent, self.positive)
        if base != expr:
            return self._times(base, power * exponent)
        if not expr.has(m):
            return _Inverse(self.constant * Pow(expr, power), self.powers, self.inner, self.positive)
        return self._times_rational(expr, power)

    def _times_rational(self, expr: Expr, power: Expr) -> _Inverse:
        if not expr.is_rational_function(m):
            raise NoClosedForm("S is not a product of powers of polynomials and an exponential")
        constant, powers = self.constant, dict(self.powers)
        for part, sign in zip(sympy.fraction(sympy.together(expr)), (1, -1), strict=True):
            content, factors = sympy.factor_list(part, m)
            constant = constant * Pow(content, sign * power)
            for factor, times in factors:
                start = factor.subs(m, 0)
                if start != 0 and self.sign(start) not in (1, -1):
                    raise NoClosedForm(f"the sign of {start} is open")
                flip = -1 if start != 0 and self.sign(start) == -1 else 1
                constant = constant * Pow(flip, sign * times * power)
                base = (flip * factor).expand()
                powers[base] = powers.get(base, Integer(0)) + sign * times * power
        return _Inverse(constant, powers, self.inner, self.positive)

    def sign(self, expr: Expr) -> int | None:
        """The sign of an expression in the parameters."""
        return sign_under(expr, self.positive)

    @cached_property
    def slope(self) -> tuple[Poly, Poly]:
        """(A, B) with K'/K = A/B in lowest terms, m (1, 2, ...) dividing B with positive coefficients above, else `NoClosedForm`."""
        terms = [power * sympy.diff(factor, m) / factor for factor, power in self.powers.items()]
        top, bottom = sympy.fraction(sympy.cancel(sympy.together(sympy.Add(*terms, sympy.diff(self.inner, m)))))
        numerator, denominator = Poly(top, m), Poly(bottom, m)
        signs = {self.sign(coefficient) for coefficient in denominator.coeffs()}
        if signs not in ({1}, {-1}):
            raise NoClosedForm("K may have a pole or a zero at some m > 0")
        if numerator.degree() > 2:
            raise NoClosedForm(f"the critical points of K satisfy an equation of degree {numerator.degree()}; closed forms are given up to degree 2")
        return (numerator, denominator) if signs == {1} else (-numerator, -denominator)

    # -- the two ends -------------------------------------------------------------------------------------------------------

    def upper_edge(self) -> Expr:
        """K at the least positive root of A."""
        numerator, denominator = self.slope
        if numerator.degree() == 2 and self.sign(numerator.LC()) == 1 and denominator.degree() < 4:
            return self._at(_root(numerator, 1))
        if numerator.degree() == 1:
            root = _root(numerator, 1)
            if self.sign(numerator.LC()) == 1 or self._passes_infinity(numerator, denominator):
                return self._at(root)
        raise NoClosedForm("which critical point of K belongs to the upper edge is open")

    def _passes_infinity(self, numerator: Poly, denominator: Poly) -> bool:
        """Whether K is regular at infinity, its zeros and poles lie in [-1, 0] and A(-1) < 0, so that the only root of A lies outside [-1, 0]."""
        if denominator.degree() < 3 or self.inner.has(m):
            return False
        behind = Poly(denominator.as_expr().subs(m, -1 - m), m)
        signs = {self.sign(coefficient) for coefficient in behind.coeffs()}
        return signs in ({1}, {-1}) and self.sign(numerator.eval(-1)) == -1

    def lower_edge(self) -> Expr:
        """0 where the first zero of K is not simple, K at the negative root of A where it is."""
        simple, multiple = self._zeros()
        if not simple or any(all(self.sign(there - here) == 1 for here in simple) for there in multiple):
            return Integer(0)
        soft = self._soft_edge()
        if any(all(self.sign(here - there) == 1 for there in multiple) for here in simple):
            return soft
        difference = sympy.fraction(sympy.together(Max(*simple) - Max(*multiple)))[0] if len(simple) == len(multiple) == 1 else Max(*simple) - Max(*multiple)
        return Piecewise((soft, difference > 0), (Integer(0), True))

    def _zeros(self) -> tuple[list[Expr], list[Expr]]:
        """The negative zeros of K: those of exponent 1, and those of exponent above 1 or of infinite order."""
        simple: list[Expr] = []
        multiple: list[Expr] = []
        for factor, power in self.powers.items():
            if factor == m:
                continue
            if sympy.degree(factor, m) > 1:
                raise NoClosedForm(f"K has the factor {factor.xreplace({m: sympy.Symbol('m')})} of degree {sympy.degree(factor, m)}")
            root = sympy.together(-factor.subs(m, 0) / sympy.diff(factor, m))
            kind = self._order(factor, power)
            if kind is not None:
                (simple if kind == 1 else multiple).append(root)
        return simple, multiple

    def _order(self, factor: Expr, power: Expr) -> int | None:
        """1 for a simple zero, 2 for one of higher or infinite order, None for a pole."""
        if sympy.fraction(sympy.together(self.inner))[1].has(m):
            raise NoClosedForm("the exponential of K is singular")
        if power == 1:
            return 1
        sign, beyond = self.sign(power), self.sign(power - 1)
        if sign == -1:
            return None
        if beyond != 1:
            raise NoClosedForm(f"whether the exponent {power} is above 1 is open")
        return 2

    def _soft_edge(self) -> Expr:
        numerator, denominator = self.slope
        if numerator.degree() != 2 or self.sign(numerator.LC()) != 1 or denominator.degree() > 3:
            raise NoClosedForm("K has no single negative critical point behind its simple zero")
        return self._at(_root(numerator, -1))

    def _at(self, point: Expr) -> Expr:
        """K at a point, powers of rational numbers of parameters split into powers of their factors."""
        exponents: dict[Expr, Expr] = {}
        for factor, power in self.powers.items():
            value = sympy.together(factor.subs(m, point))
            parts = [(value, 1)] if value.has(sqrt(2).func) and _irrational(value) else _split(value)
            for base, times in parts:
                exponents[base] = exponents.get(base, Integer(0)) + times * power
        product = sympy.Mul(*(Pow(base, sympy.expand(power)) for base, power in exponents.items()))
        result = self.constant * product * sympy.exp(self.inner.subs(m, point))
        return sympy.radsimp(result).expand() if result.is_algebraic_expr() and _irrational(result) else result


def _root(poly: Poly, sign: int) -> Expr:
    """The root of a polynomial of degree 1, or the one of a quadratic with positive leading coefficient that has this sign."""
    coefficients = poly.all_coeffs()
    if len(coefficients) == 2:
        return -coefficients[1] / coefficients[0]
    a, b, c = coefficients
    return (-b + sign * sqrt(sympy.factor(b**2 - 4 * a * c))) / (2 * a)
