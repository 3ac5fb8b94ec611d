"""Lagrange inversion: m_n = [g^n] C(g)^(n+1) / (n+1) and m_n = [m^(n-1)] F(m)^n / n with F(m) = (1+m)/S(m).

A hyperexponential F (F'/F rational: products of any powers of polynomials, times exponentials of rational functions) has powers that obey a
linear recurrence with few terms: B y' = a A y for y = F^a, F'/F = A/B. So every moment costs O(n) ring operations, whatever the exponents are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import sympy
from sympy import Expr, Symbol

from freealg.exact.fields import Element, Ring, rational_in
from freealg.exact.series import Sequence

__all__ = ["Hyperexponential", "logarithmic_derivative", "moments_by_r_side", "moments_by_s_side"]


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
        slope = logarithmic_derivative(expr, x)
        parts = None if slope is None else rational_in(slope, x)
        if parts is None:
            return None
        plain, numerator, denominator = parts
        start = _value_at_zero(expr, x)
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
        rows = [(j, c) for j, c in enumerate(self.denominator) if j and c != 0]
        sources = [(j, c * exponent) for j, c in enumerate(self.numerator) if c != 0]
        result = [self.ring.scalar(1)]
        for k in range(length - 1):
            total = self.ring.scalar(0)
            for j, c in sources:
                if j <= k:
                    total = total + c * result[k - j]
            for j, c in rows:
                if j <= k:
                    total = total - c * result[k + 1 - j] * (k + 1 - j)
            result.append(total / (k + 1))
        return result

    def power_coefficient(self, exponent: int, index: int) -> Element:
        """[x^index] F(x)**exponent."""
        return self.coefficients(exponent, index + 1)[index] * self.start**exponent


def _value_at_zero(expr: Expr, x: Symbol) -> Expr:
    """expr at x = 0, where numerator and denominator may both vanish as they are written."""
    parts = rational_in(expr, x)
    if parts is None:
        return expr.subs(x, 0)
    ring, numerator, denominator = parts
    return ring.poly_to_sympy(numerator[0]) / ring.poly_to_sympy(denominator[0])


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
