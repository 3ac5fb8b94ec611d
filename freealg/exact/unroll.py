"""Unrolling a P-recursive recurrence over scaled integers: u_k = scale^k m_{k step}, each from the ones before by one exact division.

With parameters the u_k are polynomials with integer coefficients. An inexact division cannot pass unnoticed, so a scale that was only guessed is safe.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Any, final

import flint
from sympy import Expr, Integer, Rational

from freealg.errors import InvalidInput
from freealg.exact.fields import Ring

__all__ = ["Unroller", "reduced_rational"]

Rows = tuple[tuple[Expr, ...], ...]
_WORD = 2**61


@final
class Unroller:
    """sum_i rows[i](n) m_{n - i step} = 0 from n = step * len(start) on, m_k = 0 for k < 0.

    >>> catalan = Unroller(((Integer(1), Integer(1)), (Integer(2), Integer(-4))), 1, (Integer(1),), Integer(1))
    >>> list(islice(catalan.scaled(), 6))
    [1, 1, 2, 5, 14, 42]
    """

    def __init__(self, rows: Rows, step: int, start: tuple[Expr, ...], scale: Expr) -> None:
        entries = [scale, *start, *(c for row in rows for c in row)]
        ring = Ring.of() if all(e.is_Rational for e in entries) else Ring.of(*entries)
        self.step, self.order = step, len(rows) - 1
        self.scale = _integral(ring, scale)
        self.ring = ring if ring.context is None else ring.inverting(self.scale)
        self.start = [_scaled(ring, m, self.scale**k) for k, m in enumerate(start)]
        self.lead = _polynomial(ring, rows[0], 1)
        self.rows = [(i, _polynomial(ring, row, self.scale**i)) for i, row in enumerate(rows) if i and any(c != 0 for c in row)]
        self._primes = [(int(p), int(e)) for p, e in flint.fmpz(self.scale).factor()] if ring.context is None else []

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
        """u / scale^k."""
        if self.ring.context is None:
            return reduced_rational(u, k, self._primes)
        return self.ring.to_sympy(self.ring.embed(u) * self.ring.inverse_of_poly(self.scale) ** k)

    def to_fmpq(self, k: int, u: Any) -> flint.fmpq:
        """u / scale^k as a FLINT rational; without parameters only."""
        return flint.fmpq(u, self.scale**k)

    def _next(self, n: int, window: deque[Any]) -> Any:
        total: Any = 0
        for i, row in self.rows:
            total = total - _at(row, n) * window[i - 1]
        quotient, remainder = divmod(total, _at(self.lead, n))
        if remainder != 0:
            raise InvalidInput(f"m_{n} times {self.scale}^{n // self.step} is no integer; give the recurrence a scale that clears more denominators")
        return quotient


def reduced_rational(u: flint.fmpz, k: int, primes: list[tuple[int, int]]) -> Rational:
    """u / prod p^(e k) in lowest terms, with no gcd of long numbers: only the known primes can cancel.

    >>> reduced_rational(flint.fmpz(12), 2, [(2, 1), (5, 1)])
    3/25
    """
    if u == 0:
        return Integer(0)
    denominator = flint.fmpz(1)
    for p, e in primes:
        left = e * k
        while left:
            chunk = min(left, max(1, 61 // p.bit_length()))
            power = flint.fmpz(p) ** chunk
            removed = int(power.gcd(u % power))
            u = u // removed
            exponent = flint.fmpz(removed).bit_length() - 1 if p == 2 else _logarithm(removed, p)
            left -= exponent
            if exponent < chunk:
                break
        denominator *= flint.fmpz(p) ** left
    return Integer(int(u)) if denominator == 1 else Rational.from_coprime_ints(int(u), int(denominator))


def _logarithm(power: int, base: int) -> int:
    count = 0
    while power > 1:
        power //= base
        count += 1
    return count


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
        raise InvalidInput(f"the scale does not clear the denominator of the start value {value}")
    return quotient
