"""Unrolling a P-recursive recurrence over scaled integers: u_k = D_k m_{k step}, each from the ones before by one exact division.

With parameters the u_k are polynomials with integer coefficients. The scale D_k comes from the start values; when a division is not exact, it is
widened by the denominator that is left, and the unrolling goes on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Any, final

import flint
from sympy import Expr

from freealg.errors import InvalidInput
from freealg.exact.fields import Ring
from freealg.exact.scaling import Scale, reduced_rational

__all__ = ["Unroller"]

Rows = tuple[tuple[Expr, ...], ...]


@final
class Unroller:
    """sum_i rows[i](n) m_{n - i step} = 0 from n = step * len(start) on, m_k = 0 for k < 0.

    >>> from sympy import Integer
    >>> catalan = Unroller(((Integer(1), Integer(1)), (Integer(2), Integer(-4))), 1, (Integer(1),))
    >>> list(islice(catalan.scaled(), 6))
    [1, 1, 2, 5, 14, 42]
    """

    def __init__(self, rows: Rows, step: int, start: tuple[Expr, ...]) -> None:
        entries = [*start, *(c for row in rows for c in row)]
        self.plain = Ring.of() if all(e.is_Rational for e in entries) else Ring.of(*entries)
        self.step, self.order, self.start = step, len(rows) - 1, start
        polynomials = [[_integral(self.plain, c) for c in reversed(row)] for row in rows]
        self.lead = polynomials[0]
        self.shifts = [(i, row) for i, row in enumerate(polynomials) if i and any(c != 0 for c in row)]
        self._use(Scale.of(self.plain, list(start)))

    def scaled(self) -> Iterator[Any]:
        """u_0, u_1, ..., without end, each in the scale of its moment; only the last `order` values are kept."""
        window: deque[Any] = deque(maxlen=self.order)
        for k, m in enumerate(self.start):
            window.appendleft(_scaled(self.plain, m, self.scale.factor(0, k)))
            yield window[0] if self.order else _scaled(self.plain, m, self.scale.factor(0, k))
        while len(window) < self.order:
            window.append(0)
        k = len(self.start)
        while True:
            u = self._next(k, window)
            window.appendleft(u)
            yield u
            k += 1

    def value(self, k: int) -> Expr:
        """m_{k step} alone."""
        return self.to_sympy(k, next(islice(self.scaled(), k, None)))

    def to_sympy(self, k: int, u: Any) -> Expr:
        """u / D_k, right after u was yielded."""
        powers = self.scale.powers(k)
        if self.plain.context is None:
            return reduced_rational(u, powers)
        value = self.ring.embed(u)
        for base, power in powers:
            value = value * self.ring.inverse_of_poly(base) ** power
        return self.ring.to_sympy(value)

    def to_fmpq(self, k: int, u: Any) -> flint.fmpq:
        """u / D_k as a FLINT rational, right after u was yielded; without parameters only."""
        return flint.fmpq(u, self.scale.factor(0, k))

    def _use(self, scale: Scale) -> None:
        self.scale, self.period = scale, scale.period
        self.ring = self.plain if self.plain.context is None else self.plain.inverting(*(base for base, _ in scale.pairs))
        self.rows = [[(i, [c * scale.factor(k - i, k) for c in row]) for i, row in self.shifts] for k in range(self.period)]

    def _next(self, k: int, window: deque[Any]) -> Any:
        while True:
            n = k * self.step
            total: Any = 0
            for i, row in self.rows[k % self.period]:
                total = total - _at(row, n) * window[i - 1]
            lead = _at(self.lead, n)
            if lead == 0:
                raise InvalidInput(f"the leading polynomial of the recurrence vanishes at n = {n}; give start values up to m_{n}")
            quotient, remainder = divmod(total, lead)
            if remainder == 0:
                return quotient
            self._widen(k, window, lead // total.gcd(lead))

    def _widen(self, k: int, window: deque[Any], denominator: Any) -> None:
        old = self.scale
        self._use(old.widened(k, denominator))
        for i in range(1, min(k, self.order) + 1):
            window[i - 1] = window[i - 1] * (self.scale.factor(0, k - i) // old.factor(0, k - i))


def _at(row: list[Any], n: int) -> Any:
    """The polynomial with the coefficients `row`, highest first, at n."""
    value = row[0]
    for c in row[1:]:
        value = value * n + c
    return value


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
    """value * factor, which is integral."""
    if ring.context is None:
        return flint.fmpz(int(value.p)) * factor // int(value.q)
    numerator, denominator = ring.fraction(value)
    return numerator * factor // denominator
