"""Equilibrium laws of one-matrix models with an even polynomial potential, in the phase with one interval."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import Any, final

import flint
import sympy
from sympy import Dummy, Expr, Integer, Poly, Symbol, sqrt

from freealg.errors import InvalidInput, NoClosedForm, shown
from freealg.exact.closed_forms import equation_in
from freealg.exact.coerce import exact, fmpq_of
from freealg.exact.curve import Curve
from freealg.exact.germs import curve_germ
from freealg.exact.radicals import bounded_sqrt
from freealg.exact.signs import sign_under
from freealg.forms import AtomicPart, CauchyEquation, CauchyTransform, Density, x, z
from freealg.law.conversions import finished_curve
from freealg.law.law import Law
from freealg.law.spectral import algebraic_number
from freealg.numerics.real_algebraic import real_algebraics

__all__ = ["Equilibrium"]

_QUARTIC = 4


@final
@dataclass(frozen=True, repr=False, init=False)
class Equilibrium(Law):
    """G = (V'(z) - M(z) sqrt(z^2 - 4 w))/2: the limit of matrices with density exp(-N Tr V(M)), V even, support [-2 sqrt(w), 2 sqrt(w)].

    w > 0 solves sum over j of binomial(2j - 1, j) t_2j w^j = 1 with V' = sum t_2j x^(2j - 1), and M is the polynomial part of
    V'/sqrt(z^2 - 4 w). The law minimises E[V(X)] - E[log|X - Y|], X and Y independent. The potential is a polynomial in the symbol `variable` (x by
    default), convex, or quartic with t_2 + 2 t_4 w >= 0; beyond that the support has several intervals and `InvalidInput` is raised. With symbols
    only degree 4 is closed. Source: Brézin, Itzykson, Parisi and Zuber (1978).

    >>> t = Symbol("x")
    >>> Equilibrium(t**2/2).moments(4), Equilibrium(t**4/4).support_intervals()
    ([0, 1, 0, 2], [(-2*3**(3/4)/3, 2*3**(3/4)/3)])
    """

    potential: Expr

    def __init__(self, potential: Any, variable: Symbol | None = None) -> None:
        value = exact(potential, "the potential")
        own = Symbol("x") if variable is None else variable
        object.__setattr__(self, "potential", value.xreplace({own: x}).expand())
        self._check()

    def _check(self) -> None:
        if not self.potential.is_polynomial(x):
            raise InvalidInput(f"the potential {self._written} must be a polynomial in its variable, Equilibrium(potential, variable)")
        powers = [power for (power,) in Poly(self.potential, x).monoms()]
        if max(powers) < 2 or any(power % 2 for power in powers):
            raise InvalidInput(f"the potential {self._written} must be an even polynomial of degree 2 or more; shift the law instead")
        if self.free_symbols and max(powers) > _QUARTIC:
            raise InvalidInput(f"the potential {self._written} has symbols, and above degree 4 its edges are closed for numbers only; bind them")
        if not self.free_symbols:
            self._check_one_interval()

    def _check_one_interval(self) -> None:
        """V'' >= 0 on the real line, or M(0) >= 0 and a positive leading coefficient for a quartic: then M >= 0 everywhere."""
        terms = self.terms
        if not all(t.is_real for t in terms.values()) or not terms[max(terms)] > 0:
            raise InvalidInput(f"the potential {self._written} must be real and grow at infinity; it leads with {shown(terms[max(terms)])}")
        if max(terms) == _QUARTIC:
            lowest = terms.get(2, Integer(0)) + 2 * terms[4] * self.width
            if not lowest >= 0:
                wells = f"has two wells with a gap: t_2 + 2 t_4 w = {shown(lowest)} < 0"
                raise InvalidInput(f"the potential {self._written} {wells}; raise t_2 to at least -2 sqrt(t_4)")
        elif not _is_nonnegative(self.potential.diff(x, 2)):
            raise InvalidInput(f"the potential {self._written} is not convex, so that one interval is not sure; above degree 4 give a convex one")

    @property
    def _written(self) -> str:
        return shown(self.potential.xreplace({x: Symbol("x")}))

    @property
    def terms(self) -> dict[int, Expr]:
        """{2j: t_2j}, V' = sum of t_2j x^(2j - 1)."""
        return {power + 1: c for (power,), c in Poly(self.potential.diff(x), x).terms()}

    @property
    def width(self) -> Expr:
        """w, a quarter of the square of the edge."""
        found = self.memo.get("width")
        if found is None:
            found = self.memo["width"] = self._find_width()
        return found

    def _find_width(self) -> Expr:
        terms = self.terms
        if max(terms) <= _QUARTIC:
            second, fourth = terms.get(2, Integer(0)), terms.get(4, Integer(0))
            return 1 / second if fourth == 0 else (sqrt(second**2 + 12 * fourth) - second) / (6 * fourth)
        if not all(t.is_Rational for t in terms.values()):
            raise NoClosedForm(f"the edges for the potential {self._written} are roots of a polynomial without rational coefficients")
        rows = [flint.fmpq(-1)] + [fmpq_of(terms.get(2 * j, Integer(0)) * comb(2 * j - 1, j)) for j in range(1, max(terms) // 2 + 1)]
        roots = [root for factor, _ in flint.fmpq_poly(rows).numer().factor()[1] for root in real_algebraics(factor) if root > 0]
        if len(roots) != 1:
            raise InvalidInput(f"the edges for the potential {self._written} have {len(roots)} positive solutions, so one interval is not sure")
        return algebraic_number(roots[0])

    def _multiplier(self, at: Symbol) -> Expr:
        """M, the polynomial part of V'(z)/sqrt(z^2 - 4 w)."""
        w = self.width
        return sympy.Add(*(t * comb(2 * i, i) * w**i * at ** (k - 2 - 2 * i) for k, t in self.terms.items() for i in range(k // 2)))

    def state_cauchy_equation(self) -> CauchyEquation:
        """(2 G - V'(z))^2 = M(z)^2 (z^2 - 4 w)"""
        G = Dummy("G")
        slope = self.potential.diff(x).xreplace({x: z})
        raw, ring = equation_in((2 * G - slope) ** 2 - self._multiplier(z) ** 2 * (z**2 - 4 * self.width), G, z)
        return finished_curve(self, raw, ring, lambda: curve_germ(Curve(ring, raw)))

    def state_cauchy_transform(self) -> CauchyTransform:
        """stated"""
        (low, high), slope = self.known_intervals()[0], self.potential.diff(x).xreplace({x: z})
        return CauchyTransform((slope - self._multiplier(z) * sqrt(z - low) * sqrt(z - high)) / 2)

    def state_density(self) -> Density:
        """stated"""
        low, high = self.known_intervals()[0]
        value = self._multiplier(x) * sqrt((x - low) * (high - x)) / (2 * sympy.pi)
        return Density(sympy.Piecewise((value, (x > low) & (x < high)), (0, True)))

    def state_atomic_part(self) -> AtomicPart:
        """stated: no atoms"""
        return AtomicPart(())

    def known_intervals(self) -> list[tuple[Expr, Expr]]:
        edge = 2 * bounded_sqrt(self.width)
        return [(-edge, edge)]

    def known_sign(self) -> int:
        return 0

    def positive_parameters(self) -> list[Expr]:
        return [self.terms[max(self.terms)]]

    def bound_variables(self) -> set[Symbol]:
        return {x}


def _is_nonnegative(expr: Expr) -> bool:
    """Whether a polynomial with rational coefficients is >= 0 on the real line: no real root of odd multiplicity."""
    poly = Poly(expr, x)
    if not all(c.is_Rational for c in poly.coeffs()):
        return all(c.is_nonnegative for c in poly.coeffs())
    return sign_under(poly.LC(), []) == 1 and all(factor.count_roots() == 0 for factor, power in poly.sqf_list()[1] if power % 2)
