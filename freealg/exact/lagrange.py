"""Lagrange inversion: m_n = [g^n] C(g)^(n+1) / (n+1) and m_n = [m^(n-1)] F(m)^n / n with F(m) = (1+m)/S(m).

A hyperexponential F (F'/F rational: products of any powers of polynomials, times exponentials of rational functions) has powers that obey a
linear recurrence with few terms: B y' = a A y for y = F^a, F'/F = A/B. So every moment costs O(n) ring operations, whatever the exponents are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, final

import flint
import sympy
from sympy import Expr, Symbol

from freealg.exact.fields import Element, Poly, Ring, univariate
from freealg.exact.generators import collect
from freealg.exact.series import Sequence

__all__ = ["Hyperexponential", "exponential_of", "logarithmic_derivative", "moments_by_r_side", "moments_by_s_side", "rational_in"]

_HIGH = 64


def logarithmic_derivative(expr: Expr, x: Symbol) -> Expr | None:
    """F'/F when that is rational in x; None otherwise.

    >>> x, t = sympy.symbols("x t")
    >>> logarithmic_derivative((1 + x)**t * sympy.exp(2*x), x)
    t/(x + 1) + 2
    """
    if not expr.has(x):
        return sympy.S.Zero
    if expr.is_Mul:
        parts = [logarithmic_derivative(factor, x) for factor in expr.args]
        return None if any(part is None for part in parts) else sympy.Add(*parts)
    if expr.is_rational_function(x):
        return sympy.diff(expr, x) / expr
    base, exponent = expr.as_base_exp()
    if not exponent.has(x):
        inner = None if base == expr else logarithmic_derivative(base, x)
        return None if inner is None else exponent * inner
    if not base.has(x) and exponent.is_rational_function(x):
        return sympy.log(base) * sympy.diff(exponent, x)
    return None


def exponential_of(expr: Expr, x: Symbol) -> tuple[Expr, Expr] | None:
    """(a, c) with expr = a exp(c x), c real and not 0; None otherwise.

    >>> x = sympy.Symbol("x")
    >>> exponential_of(3 * sympy.exp(1 + 2*x), x)
    (3*E, 2)
    """
    if not expr.has(sympy.exp):
        return None
    slope = logarithmic_derivative(expr, x)
    c = None if slope is None else sympy.cancel(slope)
    if c is None or c.has(x) or c == 0 or c.is_real is False:
        return None
    return expr.subs(x, 0), c


@final
@dataclass(frozen=True)
class Hyperexponential:
    """F with F(0) = `start` and F'/F = A/B, where A and B are lists of ring elements and B(0) = 1."""

    ring: Ring
    start: Element
    numerator: tuple[Element, ...]
    denominator: tuple[Element, ...]

    @classmethod
    def of(cls, expr: Expr, x: Symbol) -> Hyperexponential | None:
        """The hyperexponential form of `expr` around x = 0; None when it has none, or is 0 or singular there."""
        whole = None if _is_high_power(expr, x) else rational_in(expr, x)
        if whole is not None:
            plain, top, bottom = whole
            if top[0].is_zero() or bottom[0].is_zero():
                return None
            numerator, denominator = _slope_of_ratio(top, bottom)
            start = plain.poly_to_sympy(top[0]) / plain.poly_to_sympy(bottom[0])
        else:
            slope = logarithmic_derivative(expr, x)
            parts = None if slope is None else rational_in(slope, x)
            if parts is None:
                return None
            plain, numerator, denominator = parts
            start = expr.subs(x, 0)
        if start == 0 or start.has(sympy.zoo, sympy.nan, sympy.oo) or denominator[0].is_zero():
            return None
        ring = plain.inverting(denominator[0])
        inverse = ring.inverse_of_poly(ring.lift_poly(denominator[0], plain))
        a, b = ([ring.embed(ring.lift_poly(c, plain)) * inverse for c in side] for side in (numerator, denominator))
        final_ring = ring.join(Ring.of(start))
        return cls(
            final_ring,
            final_ring.convert(start),
            tuple(final_ring.lift(c, ring) for c in a),
            tuple(final_ring.lift(c, ring) for c in b),
        )

    def coefficients(self, exponent: int, length: int) -> list[Element]:
        """The first `length` coefficients of F(x)**exponent / F(0)**exponent."""
        one, lifted = self._sides
        if one is None:
            return _powers(self.numerator, self.denominator, exponent, length, self.ring.scalar(1))
        return [lifted(value) for value in _powers(one[0], one[1], exponent, length, flint.fmpq_poly([1]))]

    def power_coefficient(self, exponent: int, index: int) -> Element:
        """[x^index] F(x)**exponent."""
        one, lifted = self._sides
        if one is None:
            return self.coefficients(exponent, index + 1)[index] * self.start**exponent
        return lifted(_powers(one[0], one[1], exponent, index + 1, flint.fmpq_poly([1]))[index]) * self.start**exponent

    @cached_property
    def _sides(self) -> tuple[Any, Any]:
        """A and B as polynomials of one variable, at which FLINT is much faster, where the ring has one generator only; and the way back."""
        ring = self.ring
        if len(ring.bases) != 1 or ring.denominators or ring.relations:
            return None, None
        sides = tuple(tuple(univariate(c) for c in side) for side in (self.numerator, self.denominator))
        return sides, lambda value: ring.context.from_dict({(k,): c for k, c in enumerate(value.coeffs()) if c != 0})


def rational_in(expr: Expr, x: Symbol) -> tuple[Ring, list[Poly], list[Poly]] | None:
    """`expr` as a rational function of x: the ring of its parameters and the coefficients of numerator and denominator, lowest first.

    None when x stands inside a root or a function.
    """
    found: dict[Expr, int] = {x: 1}
    collect(expr, found)
    wide = Ring.make(found.items())
    if any(root != 1 if base == x else base.has(x) for base, root in wide.bases):
        return None
    small = Ring.make(pair for pair in wide.bases if pair[0] != x)
    place = wide.generators.index(x)
    numerator, denominator = wide.fraction(expr)
    return small, _by_powers(numerator, place, small), _by_powers(denominator, place, small)


def _by_powers(poly: Poly, place: int, ring: Ring) -> list[Poly]:
    groups: dict[int, dict[Any, Any]] = {}
    for monomial, coefficient in poly.to_dict().items():
        groups.setdefault(monomial[place], {})[monomial[:place] + monomial[place + 1 :]] = coefficient
    return [ring.base_context.from_dict(groups.get(k, {})) for k in range(max(groups, default=0) + 1)]


def _powers(numerator: tuple[Any, ...], denominator: tuple[Any, ...], exponent: int, length: int, one: Any) -> list[Any]:
    """From B y' = exponent A y, y(0) = 1, B(0) = 1."""
    rows = [(j, c) for j, c in enumerate(denominator) if j and c != 0]
    sources = [(j, c * exponent) for j, c in enumerate(numerator) if c != 0]
    result = [one]
    for k in range(length - 1):
        total = one * 0
        for j, c in sources:
            if j <= k:
                total = total + c * result[k - j]
        for j, c in rows:
            if j <= k:
                total = total - c * result[k + 1 - j] * (k + 1 - j)
        result.append(total / (k + 1))
    return result


def _is_high_power(expr: Expr, x: Symbol) -> bool:
    """Whether a factor is a power too high to be multiplied out, though its slope is short."""
    exponents = (factor.as_base_exp()[1] for factor in sympy.Mul.make_args(expr) if factor.has(x))
    return any(exponent.is_Integer and abs(exponent) > _HIGH for exponent in exponents)


def _slope_of_ratio(top: list[Poly], bottom: list[Poly]) -> tuple[list[Poly], list[Poly]]:
    """F'/F = (N' D - N D')/(N D) for F = N/D, coefficients lowest first."""
    zero = top[0] * 0
    numerator, denominator = ([zero] * (len(top) + len(bottom) - 1) for _ in range(2))
    for i, a in enumerate(top):
        for j, b in enumerate(bottom):
            product = a * b
            denominator[i + j] = denominator[i + j] + product
            if i != j:
                numerator[i + j - 1] = numerator[i + j - 1] + product * (i - j)
    return numerator, denominator


def moments_by_r_side(r_transform: Expr, g: Symbol) -> Sequence | None:
    """m_1, m_2, ... from a closed R(g) with 1 + g R(g) hyperexponential; None otherwise.

    >>> from sympy import symbols
    >>> g, phi = symbols("g phi")
    >>> moments = moments_by_r_side(1/(1 - phi*g), g)
    >>> [moments.ring.to_sympy(m) for m in moments.first(3)]
    [1, phi + 1, phi**2 + 3*phi + 1]
    """
    c = Hyperexponential.of(1 + g * r_transform, g)
    if c is None:
        return None
    return Sequence(c.ring, lambda n: [c.power_coefficient(k + 1, k) / (k + 1) for k in range(1, n + 1)])


def moments_by_s_side(s_transform: Expr, m: Symbol) -> Sequence | None:
    """m_1, m_2, ... from a closed S(m) with (1 + m)/S(m) hyperexponential; None otherwise.

    >>> from sympy import symbols
    >>> m, s = symbols("m s")
    >>> moments = moments_by_s_side((1 + m)**(-s), m)
    >>> [sympy.factor(moments.ring.to_sympy(a)) for a in moments.first(3)]
    [1, s + 1, (s + 1)*(3*s + 2)/2]
    """
    f = Hyperexponential.of((1 + m) / s_transform, m)
    if f is None:
        return None
    return Sequence(f.ring, lambda n: [f.power_coefficient(k, k - 1) / k for k in range(1, n + 1)])
