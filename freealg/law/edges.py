"""The two edges, in closed form, of a law on [0, oo) whose S-transform is a product of powers.

K(m) = (1 + m)/(m S(m)) inverts M. It is a product of powers of polynomials and an exponential, so K'/K = A/B is rational: K is 0 or infinite
at the roots of B and nowhere else, and M has a branch point where A = 0. As x falls from infinity M rises from 0, and as x rises from -infinity M
falls from 0.

Upper edge: B has no root m > 0, so K falls on (0, m_+), m_+ the only positive root of A, and the edge is K(m_+). Where A is linear and K(infinity)
finite, the root may be negative: then M has a pole, an atom, at K(infinity), and passes through infinity on its way to the edge K(m_+).

Lower edge: down from m = 0, K reaches 0 at its first zero m_0 = mu{0} - 1. Unless that is simple, M has a branch point at x = 0 and the edge is 0. If
it is simple, K is positive behind it and can only turn: the edge is K(m_-), m_- the only negative root of A.

Beside an edge e = K(m_e) with A(m_e) = 0, e - x ~ K''(m_e) (Im m)^2/2 and the density Im m/(pi x) is ~ sqrt(2 |B/A'|/e^3)/pi sqrt(e - x). At a zero
of order k, K ~ -C (m - m_0)^k and the density is ~ sin(pi/k) C^(-1/k)/pi x^(1/k - 1); at an essential one, K ~ exp(-t/(m - m_0)), t/(x log(x)^2).

There are no gaps: at both ends of a gap M would be a root of A or infinite, and each of these gives one positive value of K.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import sympy
from sympy import Dummy, Expr, Function, Integer, Max, Piecewise, Poly, Rational, pi, sin, sqrt

from freealg.errors import NoClosedForm
from freealg.exact.edge_forms import LOGARITHMIC
from freealg.exact.signs import sign_under
from freealg.exact.slopes import RationalSlope, quadratic_root
from freealg.forms import STransform, m
from freealg.law.express import express

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["closed_atoms", "closed_edge_exponents", "closed_interval"]

_SHOWN = sympy.Symbol("m")


def closed_interval(law: Law) -> tuple[Expr, Expr]:
    """(a, b), the ends of the support of the absolutely continuous part; `NoClosedForm` where their choice is not proved.

    Bounds on the parameters are taken strictly: with symbols the answer is for a depth or a power above 1.

    >>> import freealg as fa
    >>> closed_interval(fa.nets.Jacobian("linear", depth=sympy.Symbol("L")))
    (0, (L + 1)**(L + 1)/L**L)
    """
    edges, back = _read(law)
    return edges.lower().xreplace(back), edges.upper().xreplace(back)


def closed_edge_exponents(law: Law) -> dict[Expr, tuple[Expr, Expr]]:
    """{edge: (exponent, coefficient)} of the same two edges, for parameters in general position; `NoClosedForm` where they are not proved.

    >>> import freealg as fa
    >>> closed_edge_exponents(fa.nets.Jacobian("linear", depth=sympy.Symbol("L")))[0]
    (-L/(L + 1), sin(pi/(L + 1))/pi)
    """
    edges, back = _read(law)
    if len(law.support_intervals()) != 1:
        raise NoClosedForm(f"the support of {law} is not one interval")
    low, high = law.support_intervals()[0]
    found = {low: edges.lower_edge(low), high: _soft(high, edges.upper_bend())}
    return {place: (exponent.xreplace(back), constant.xreplace(back)) for place, (exponent, constant) in found.items()}


def closed_atoms(law: Law) -> tuple[tuple[Expr, Expr], ...]:
    """(location, mass) pairs of the same laws: 1 + m_0 at 0, and at a finite K(infinity) the 1/m term c of K/K(infinity) where that is positive.

    >>> import freealg as fa
    >>> closed_atoms(fa.nets.universal_jacobian("bernoulli", sympy.Symbol("t")))
    ((exp(t), Max(0, 1 - t)),)
    """
    edges, back = _read(law)
    found = ((place.xreplace(back), mass.xreplace(back)) for place, mass in edges.atoms())
    return tuple((place, mass) for place, mass in found if mass != 0)


def _split(base: Expr, power: Expr) -> Expr:
    """base**power for positive factors of the base, each to its own power."""
    found = sympy.powsimp(sympy.powdenest(sympy.expand_power_base(base**power, force=True), force=True))
    return found.replace(lambda e: e.is_Pow, lambda e: e.base ** sympy.factor(sympy.expand(e.exp)))


def _soft(edge: Expr, bend: Expr) -> tuple[Expr, Expr]:
    return Rational(1, 2), sqrt(2 * bend) / (pi * edge ** Rational(3, 2))


def _read(law: Law) -> tuple[_Edges, dict[Expr, Expr]]:
    """K with its functions of the parameters as symbols, and the way back."""
    expr, positive = express(law, STransform).expr, law.positive_parameters()
    opaque = {value: Dummy() for part in (expr, *positive) for value in part.atoms(Function) if not value.has(m)}
    edges = _Edges(expr.xreplace(opaque), [value.xreplace(opaque) for value in positive])
    if law.known_sign() != 1 and not edges.positive_law():
        raise NoClosedForm(f"{law} is not known to live on [0, oo)")
    return edges, {dummy: value for value, dummy in opaque.items()}


@final
class _Edges:
    """K with the signs of its coefficients, and the choice among its critical points."""

    def __init__(self, s_transform: Expr, positive: list[Expr]) -> None:
        self.positive = positive
        self.inverse = RationalSlope.of((1 + m) / (m * s_transform), m, self.sign)
        self.top, self.bottom = self._slope()

    def sign(self, expr: Expr) -> int | None:
        """The sign of an expression in the parameters."""
        return sign_under(expr, self.positive)

    def _slope(self) -> tuple[Poly, Poly]:
        """A and B, the coefficients of B non-negative."""
        top, bottom = self.inverse.slope
        signs = {self.sign(coefficient) for coefficient in bottom.coeffs()}
        if signs not in ({1}, {-1}):
            raise NoClosedForm("K may have a pole or a zero at some m > 0")
        if top.degree() > 2:
            raise NoClosedForm(f"the critical points of K satisfy an equation of degree {top.degree()}; closed forms are given up to degree 2")
        return (top, bottom) if signs == {1} else (-top, -bottom)

    def positive_law(self) -> bool:
        """Whether K falls from 0 at its first zero to -infinity at m = 0, so that M is analytic on (-oo, 0): A < 0 at a zero and at 0 is enough."""
        if self.sign(self.inverse.constant) != 1 or self.sign(self.top.eval(0)) != -1 or self.top.degree() > 2:
            return False
        zeros = [Integer(-1)] if self._essential() is not None else [zero for group in self._zeros() for zero in group]
        convex = self.top.degree() < 2 or self.sign(self.top.LC()) == 1
        return convex and any(self.sign(self.top.eval(zero)) == -1 for zero in zeros)

    def upper(self) -> Expr:
        """K at m_+."""
        return self.inverse.at(*self._upper_point())

    def upper_bend(self) -> Expr:
        """|B/A'| at m_+; both are positive where m_+ is."""
        bend = self._bend(*self._upper_point())
        return bend if self.top.degree() == 2 or self.sign(bend) == 1 else sympy.Abs(bend)

    def _bend(self, point: Expr, root: Expr | None) -> Expr:
        """B/A'."""
        found = self.bottom.eval(point) / self.top.diff().eval(point)
        return sympy.factor(sympy.cancel(found)) if root is None else sympy.radsimp(sympy.simplify(found))

    def _upper_point(self) -> tuple[Expr, Expr | None]:
        """The positive root of A; A(0) < 0 since K ~ mean/m."""
        rises = self.sign(self.top.LC()) == 1
        if (self.top.degree() == 2 and rises and self.bottom.degree() <= 3) or (self.top.degree() == 1 and (rises or self._root_is_outside())):
            return quadratic_root(self.top, 1)
        raise NoClosedForm("which critical point of K belongs to the upper edge is open")

    def _root_is_outside(self) -> bool:
        """Whether K is regular at infinity, all roots of B lie in [-1, 0] and A(-1) < 0: so the only root of A is outside [-1, 0]."""
        if self.bottom.degree() < 3:
            return False
        behind = Poly(self.bottom.as_expr().subs(m, -1 - m), m)
        signs = {self.sign(coefficient) for coefficient in behind.coeffs()}
        return signs in ({1}, {-1}) and self.sign(self.top.eval(-1)) == -1

    def atoms(self) -> list[tuple[Expr, Expr]]:
        """At 0, and at K(infinity); of an open choice among zeros the largest counts."""
        zeros = [Integer(-1)] if self._essential() is not None else [zero for group in self._zeros() for zero in group]
        at_zero = (Integer(0), Max(*(sympy.factor(1 + zero) for zero in zeros)))
        if self.bottom.degree() < self.top.degree() + 2:
            return [at_zero]
        if self.top.degree() != 1 or not self._root_is_outside():
            raise NoClosedForm("whether M has a pole is open")
        return [at_zero, (self.inverse.at_infinity(), Max(0, sympy.factor(-self.top.LC() / self.bottom.LC())))]

    def lower(self) -> Expr:
        """0 where the first zero of K is multiple or essential, K at the negative root of A where it is simple."""
        if self._essential() is not None:
            return Integer(0)
        simple, multiple = self._zeros()
        if not simple or self._first(multiple, simple):
            return Integer(0)
        soft = self.inverse.at(*self._lower_point())
        if not multiple or self._first(simple, multiple):
            return soft
        ahead = sympy.fraction(sympy.together(Max(*simple) - Max(*multiple)))[0]
        return Piecewise((soft, ahead > 0), (Integer(0), True))

    def _lower_point(self) -> tuple[Expr, Expr | None]:
        if self.top.degree() != 2 or self.sign(self.top.LC()) != 1 or self.bottom.degree() > 3:
            raise NoClosedForm("K has no single negative critical point behind its simple zero")
        return quadratic_root(self.top, -1)

    def lower_edge(self, low: Expr) -> tuple[Expr, Expr]:
        """Exponent and constant at the lower edge, which is `low`: by the zero of K met first, or in cases where that is open."""
        strength = self._essential()
        if strength is not None:
            return LOGARITHMIC, strength
        simple, multiple = self._zeros()
        if simple and (not multiple or self._first(simple, multiple)):
            return _soft(low, -self._bend(*self._lower_point()))
        place = next((zero for zero in multiple if self._first([zero], [other for other in multiple if other != zero])), None)
        if place is None:
            raise NoClosedForm("which zero of K is met first is open")
        order, size = self._beside(place)
        hard = sympy.factor(1 / order - 1), sin(pi / order) / pi * _split(size, -1 / order)
        if not simple or self._first(multiple, simple):
            return hard
        soft = _soft(low.args[0].expr, -self._bend(*self._lower_point()))
        exponent, constant = (Piecewise((a, low.args[0].cond), (b, True)) for a, b in zip(soft, hard, strict=True))
        return exponent, constant

    def _essential(self) -> Expr | None:
        """t where K = exp(-t/(1 + m) + ...) at m = -1, nearer to 0 than its other zeros; None where the exponential is regular."""
        below = sympy.fraction(sympy.together(self.inverse.inner))[1]
        if not below.has(m):
            return None
        strength = sympy.cancel(-self.inverse.inner * (1 + m)).subs(m, -1)
        others = [factor for factor, power in self.inverse.powers.items() if factor not in (m, m + 1) and self.sign(power) != -1]
        if sympy.cancel(below / (m + 1)).has(m) or others or self.sign(strength) != 1:
            raise NoClosedForm("the exponential in K is singular")
        return strength

    def _beside(self, place: Expr) -> tuple[Expr, Expr]:
        """k and C of K ~ -C (m - place)^k; between its first zero and 0 all factors but m are positive."""
        order, size = Integer(0), -self.inverse.constant * sympy.exp(self.inverse.inner.subs(m, place))
        for factor, power in self.inverse.powers.items():
            value = sympy.cancel(factor.subs(m, place))
            if value == 0:
                order, value = power, sympy.diff(factor, m)
            size = size * value**power
        return order, size

    def _first(self, some: list[Expr], others: list[Expr]) -> bool:
        """Whether one of some zeros is provably nearer to 0 than all the others."""
        return any(all(self.sign(here - there) == 1 for there in others) for here in some)

    def _zeros(self) -> tuple[list[Expr], list[Expr]]:
        """The negative zeros of K: the simple ones and those of an exponent above 1."""
        if sympy.fraction(sympy.together(self.inverse.inner))[1].has(m):
            raise NoClosedForm("the exponential in K is singular")
        found: dict[bool, list[Expr]] = {True: [], False: []}
        for factor, power in self.inverse.powers.items():
            if factor == m or self.sign(power) == -1:
                continue
            if sympy.degree(factor, m) > 1:
                raise NoClosedForm(f"K has the factor {factor.xreplace({m: _SHOWN})}, which is not linear")
            if power != 1 and self.sign(power - 1) != 1:
                raise NoClosedForm(f"whether the exponent {power} is above 1 is open")
            found[power == 1].append(sympy.cancel(-factor.subs(m, 0) / sympy.diff(factor, m)))
        return found[True], found[False]
