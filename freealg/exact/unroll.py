"""Unrolling a P-recursive recurrence over scaled integers: u_k = D_k m_{k step}, each from the ones before by one exact division.

With parameters the u_k are polynomials with integer coefficients. An inexact division cannot pass unnoticed, so a scale that was only guessed is safe.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import islice
from math import lcm
from typing import Any, final

import flint
from sympy import Expr, Integer, Rational

from freealg.errors import InvalidInput
from freealg.exact.fields import Ring
from freealg.exact.scaling import Scale, reduced_rational

__all__ = ["Unroller"]

Rows = tuple[tuple[Expr, ...], ...]


@final
class Unroller:
    """sum_i rows[i](n) m_{n - i step} = 0 from n = step * len(start) on, m_k = 0 for k < 0; u_k = D_k m_{k step}, D_k = prod b^ceil(e k) over the scale.

    >>> catalan = Unroller(((Integer(1), Integer(1)), (Integer(2), Integer(-4))), 1, (Integer(1),), ())
    >>> list(islice(catalan.scaled(), 6))
    [1, 1, 2, 5, 14, 42]
    """

    def __init__(self, rows: Rows, step: int, start: tuple[Expr, ...], scale: Scale) -> None:
        entries = [*start, *(c for row in rows for c in row), *(base for base, _ in scale)]
        ring = Ring.of() if all(e.is_Rational for e in entries) else Ring.of(*entries)
        self.step, self.order = step, len(rows) - 1
        self.scale = [(_integral(ring, base), exponent) for base, exponent in scale]
        self.ring = ring if ring.context is None else ring.inverting(*(base for base, _ in self.scale))
        self.start = [_scaled(ring, m, self._factor(0, k)) for k, m in enumerate(start)]
        self.lead = _polynomial(ring, rows[0], 1)
        self.period = lcm(1, *(int(exponent.q) for _, exponent in self.scale))
        shifts = [(i, row) for i, row in enumerate(rows) if i and any(c != 0 for c in row)]
        self.rows = [[(i, _polynomial(ring, row, self._factor(k - i, k))) for i, row in shifts] for k in range(self.period)]

    def _factor(self, i: int, k: int) -> Any:
        """D_k / D_i, which depends on k - i and on k modulo the period."""
        result: Any = 1
        for base, exponent in self.scale:
            result = result * base ** (_power(exponent, k) - _power(exponent, i))
        return result

    def scaled(self) -> Iterator[Any]:
        """u_0, u_1, ..., without end; only the last `order` values are kept."""
        window: deque[Any] = deque(maxlen=self.order)
        for u in self.start:
            window.appendleft(u)
            yield u
        while len(window) < self.order:
            window.append(self.start[0] * 0)
        n = self.step * len(self.start)
        while True:
            u = self._next(n, window)
            window.appendleft(u)
            yield u
            n += self.step

    def value(self, k: int) -> Expr:
        """m_{k step} alone."""
        return self.to_sympy(k, next(islice(self.scaled(), k, None)))

    def to_sympy(self, k: int, u: Any) -> Expr:
        """u / D_k."""
        powers = [(base, _power(exponent, k)) for base, exponent in self.scale]
        if self.ring.context is None:
            return reduced_rational(u, powers)
        value = self.ring.embed(u)
        for base, power in powers:
            value = value * self.ring.inverse_of_poly(base) ** power
        return self.ring.to_sympy(value)

    def to_fmpq(self, k: int, u: Any) -> flint.fmpq:
        """u / D_k as a FLINT rational; without parameters only."""
        return flint.fmpq(u, self._factor(0, k))

    def _next(self, n: int, window: deque[Any]) -> Any:
        total: Any = 0
        for i, row in self.rows[n // self.step % self.period]:
            total = total - _at(row, n) * window[i - 1]
        quotient, remainder = divmod(total, _at(self.lead, n))
        if remainder != 0:
            raise InvalidInput(f"the scale does not clear the denominator of m_{n}; give the recurrence a larger one")
        return quotient


def _power(exponent: Rational, k: int) -> int:
    return -int(-int(exponent.p) * k // int(exponent.q))


def _at(row: list[Any], n: int) -> Any:
    """The polynomial with the coefficients `row`, highest first, at n."""
    value = row[0]
    for c in row[1:]:
        value = value * n + c
    return value


def _polynomial(ring: Ring, row: tuple[Expr, ...], factor: Any) -> list[Any]:
    top = max(k for k, c in enumerate(row) if c != 0)
    return [_integral(ring, c) * factor for c in reversed(row[: top + 1])]


def _integral(ring: Ring, value: Expr) -> Any:
    """The value as an int, or as a polynomial with integer coefficients."""
    if ring.context is None:
        if not value.is_Integer:
            raise InvalidInput(f"the coefficients of a recurrence must be integers, not {value}; multiply it by their common denominator")
        return int(value)
    numerator, denominator = ring.fraction(value)
    if not denominator.is_one():
        raise InvalidInput(f"the coefficients of a recurrence must be polynomials in the parameters, not {value}; clear the denominators")
    return numerator


def _scaled(ring: Ring, value: Expr, factor: Any) -> Any:
    if ring.context is None:
        quotient, remainder = divmod(flint.fmpz(int(value.p)) * factor, int(value.q))
    else:
        numerator, denominator = ring.fraction(value)
        quotient, remainder = divmod(numerator * factor, denominator)
    if remainder != 0:
        raise InvalidInput(f"the scale does not clear the denominator of the start value {value}; give a larger one")
    return quotient
