"""Polynomials in x by their factors: products of powers, absolute values resolved on an interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, final

import sympy
from sympy import Abs, Expr, Mul, Rational, sqrt

from freealg.forms import x
from freealg.law.real_interval import RealInterval

__all__ = ["Powers", "Resolved", "factors", "square_root", "times"]

Powers = Mapping[Expr, Any]  # {factor: exponent}


def factors(polynomial: Expr) -> dict[Expr, Any]:
    """The rational content (its exponent is 1) and the irreducible factors."""
    content, found = sympy.factor_list(polynomial, x)
    return {content: 1, **dict(found)}


def times(one: Powers, two: Powers, exponent: Any) -> dict[Expr, Any]:
    """one * two**exponent."""
    return {base: one.get(base, 0) + exponent * two.get(base, 0) for base in {**one, **two}}


def square_root(square: Powers) -> tuple[dict[Expr, Any], dict[Expr, Any]]:
    """(outer, inner) with |square| = outer^2 |inner|."""
    rational, radical = sqrt(abs(Mul(*(base for base in square if not base.free_symbols)))).as_coeff_Mul()
    parts = {base: power for base, power in square.items() if base.free_symbols}
    outer = {base: power // 2 for base, power in parts.items() if power > 1}
    return {rational: 1, **outer}, {radical**2: 1, **{base: 1 for base, power in parts.items() if power % 2}}


@final
class Resolved:
    """Products of powers of polynomials on an open interval, their absolute values resolved where no factor changes its sign."""

    def __init__(self, interval: RealInterval) -> None:
        self.interval = interval

    def absolute(self, powers: Powers) -> Expr:
        """prod |factor|^exponent."""
        return Mul(*(self._size(base) ** power for base, power in powers.items()))

    def sign(self, powers: Powers) -> Expr:
        """The sign of prod factor^exponent, for whole exponents."""
        signs = {base: self._sign(base) for base, power in powers.items() if power % 2}
        return Mul(*(sympy.sign(base) if sign is None else sign for base, sign in signs.items()))

    def ratio(self, above: Powers, below: Powers, exponent: Rational) -> Expr:
        """prod factor^exponent over `above`, divided by prod |factor|^exponent over `below` to the power `exponent`."""
        shared = {base: power for base, power in above.items() if base in below}
        alone = Mul(*(base**power for base, power in above.items() if base not in below))
        return alone * self.sign(shared) * self.absolute(times(shared, below, -exponent))

    def _size(self, factor: Expr) -> Expr:
        sign = self._sign(factor)
        return Abs(factor) if sign is None else (sign * factor).expand()

    def _sign(self, factor: Expr) -> int | None:
        """1 or -1, or None where the factor has a zero inside."""
        return self.interval.sign(factor) if factor.free_symbols else 1 if factor >= 0 else -1
