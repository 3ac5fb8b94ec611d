"""P-recursive recurrences p_0(n) m_n + p_1(n) m_{n-step} + ... + p_r(n) m_{n-r step} = 0 and their unrolling over scaled integers."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, final

import flint
import sympy
from sympy import Expr, Integer, Symbol

from freealg.errors import InvalidInput
from freealg.exact.coerce import rational_from_fmpq
from freealg.exact.fields import Ring
from freealg.exact.scaled import Reducer, scaled_start

__all__ = ["Recurrence"]


@final
@dataclass(frozen=True)
class Recurrence:
    """sum_i p_i(n) m_{n - i step} = 0 for all n >= `first` divisible by `step`, with m_0, m_step, ... = `start`, and m_k = 0 for every other k.

    `rows[i]` holds the coefficients of p_i, lowest power of n first. `scale` is a c with c^k m_{k step} a polynomial in the parameters with integer
    coefficients (an integer when there are none); unrolling divides exactly at each step and says so when it cannot. `status` says how the recurrence was
    proved.

    >>> motzkin_like = Recurrence(((Integer(1), Integer(1)), (Integer(2), Integer(-4))), 1, 1, (Integer(1),), Integer(1), "given")
    >>> motzkin_like.moments(6)
    [1, 2, 5, 14, 42, 132]
    >>> print(motzkin_like)
    (n + 1)*m[n] - 2*(2*n - 1)*m[n - 1] = 0 for n >= 1
    m[0] = 1
    given
    """

    rows: tuple[tuple[Expr, ...], ...]
    step: int
    first: int
    start: tuple[Expr, ...]
    scale: Expr
    status: str

    @property
    def order(self) -> int:
        """The largest shift of n."""
        return self.step * (len(self.rows) - 1)

    @property
    def degree(self) -> int:
        """The largest power of n."""
        return max(len(row) for row in self.rows) - 1

    @property
    def coefficients(self) -> tuple[sympy.Poly, ...]:
        """(p_0, ..., p_r) as polynomials in the symbol n."""
        n = Symbol("n")
        return tuple(sympy.Poly.from_list(list(reversed(row)) or [0], n) for row in self.rows)

    def moments(self, count: int) -> list[Expr]:
        """[m_1, ..., m_count]."""
        wanted = count // self.step + 1
        unroller = _Unroller(self)
        values = list(islice(unroller.sympy_values(), 1, wanted))
        if self.step == 1:
            return values
        spread: list[Expr] = [Integer(0)] * count
        spread[self.step - 1 :: self.step] = values
        return spread

    def moment(self, k: int) -> Expr:
        """m_k alone; keeps no more than `order` earlier values in memory."""
        if k < 0:
            raise InvalidInput(f"the index of a moment must be >= 0, not {k}")
        if k % self.step:
            return Integer(0)
        unroller = _Unroller(self)
        return unroller.finish(k // self.step, unroller.scaled_value(k // self.step))

    def elements(self, count: int) -> list[flint.fmpq]:
        """[m_1, ..., m_count] as FLINT rationals; without parameters only."""
        unroller = _Unroller(self)
        values = [unroller.fmpq(k, u) for k, u in enumerate(islice(unroller.scaled(), count // self.step + 1))]
        result = [flint.fmpq(0)] * count
        result[self.step - 1 :: self.step] = values[1:]
        return result

    def __str__(self) -> str:
        n = Symbol("n")
        parts = [(sympy.factor(p.as_expr()), i * self.step) for i, p in enumerate(self.coefficients)]
        text = " + ".join(f"{_bracketed(p)}*m[{n - i}]" for p, i in parts if p != 0).replace("+ -", "- ")
        values = ", ".join(f"m[{k * self.step}] = {m}" for k, m in enumerate(self.start))
        zeros = "" if self.step == 1 else f", {self.step} divides n; all other moments are 0"
        return f"{text} = 0 for n >= {self.first}{zeros}\n{values}\n{self.status}"

    def _repr_latex_(self) -> str:
        n = Symbol("n")
        parts = [(sympy.factor(p.as_expr()), i * self.step) for i, p in enumerate(self.coefficients)]
        terms = [f"\\left({sympy.latex(p)}\\right) m_{{{sympy.latex(n - i)}}}" for p, i in parts if p != 0]
        values = ",\\ ".join(f"m_{{{k * self.step}}} = {sympy.latex(m)}" for k, m in enumerate(self.start))
        return f"${' + '.join(terms)} = 0 \\quad (n \\ge {self.first}),\\qquad {values}$"

    def latex(self) -> str:
        """The recurrence and its start values as LaTeX, without the dollar signs."""
        return self._repr_latex_().strip("$")


def _bracketed(poly: Expr) -> str:
    return f"({poly})" if poly.is_Add else str(poly)


@final
class _Unroller:
    """The values u_k = scale^k m_{k step} one after the other, integers or integer polynomials."""

    def __init__(self, recurrence: Recurrence) -> None:
        self.step, self.begin = recurrence.step, len(recurrence.start)
        entries = [c for row in recurrence.rows for c in row]
        self.ring = Ring.of(recurrence.scale, *entries, *recurrence.start)
        self.scale = _integral(self.ring, recurrence.scale)
        self.start = scaled_start(self.ring, recurrence.start, self.scale)
        powers = [self.scale**i for i in range(len(recurrence.rows))]
        self.rows = [
            (i, [_integral(self.ring, c) * power for c in reversed(row)]) for i, (row, power) in enumerate(zip(recurrence.rows, powers, strict=True)) if i and row
        ]
        self.lead = [_integral(self.ring, c) for c in reversed(recurrence.rows[0])]
        self.order = len(recurrence.rows) - 1
        self.reducer = Reducer(self.ring, self.scale)

    def scaled(self) -> Iterator[Any]:
        """u_0, u_1, ..., without end."""
        window: deque[Any] = deque(maxlen=self.order)
        for u in self.start:
            window.appendleft(u)
            yield u
        k = self.begin
        while len(window) < self.order:
            window.append(self.start[0] * 0)
        while True:
            u = self._next(k * self.step, window)
            window.appendleft(u)
            yield u
            k += 1

    def scaled_value(self, k: int) -> Any:
        """u_k."""
        return next(islice(self.scaled(), k, None))

    def _next(self, n: int, window: deque[Any]) -> Any:
        total = 0
        for i, row in self.rows:
            value = 0
            for c in row:
                value = value * n + c
            total = total - value * window[i - 1]
        lead = 0
        for c in self.lead:
            lead = lead * n + c
        quotient, remainder = divmod(total, lead)
        if remainder != 0:
            raise InvalidInput(f"the recurrence has no integral solution at n = {n} with the scale {self.scale}; give a scale that clears more denominators")
        return quotient

    def sympy_values(self) -> Iterator[Expr]:
        """m_0, m_step, ... as SymPy expressions."""
        for k, u in enumerate(self.scaled()):
            yield self.finish(k, u)

    def finish(self, k: int, u: Any) -> Expr:
        """u / scale^k as a SymPy expression."""
        return self.reducer.to_sympy(k, u)

    def fmpq(self, k: int, u: Any) -> flint.fmpq:
        return flint.fmpq(u, self.scale**k)
