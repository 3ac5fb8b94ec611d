"""P-recursive recurrences of moments, as values: p_0(n) m_n + p_1(n) m_{n-step} + ... + p_r(n) m_{n-r step} = 0."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TypeVar, final

import flint
import sympy
from sympy import Expr, Integer, Symbol

from freealg.errors import InvalidInput
from freealg.exact.unroll import Unroller

__all__ = ["Recurrence", "stated_recurrence"]

_T = TypeVar("_T")
_LINE = 200  # characters of LaTeX


@final
@dataclass(frozen=True, repr=False)
class Recurrence:
    """sum_i p_i(n) m_{n - i step} = 0 for all n >= `first` that `step` divides; all other moments are 0, and m_k = 0 for k < 0.

    `rows[i]` holds the coefficients of p_i, lowest power of n first: integers, or polynomials in the parameters with integer coefficients. `start` is
    m_0, m_step, ... as far as p_0(n) = 0 or n < `first` keeps the recurrence from giving them. `status` says how the recurrence was proved.

    >>> catalan = Recurrence(((Integer(1), Integer(1)), (Integer(2), Integer(-4))), 1, 1, (Integer(1),), "given")
    >>> catalan.moments(6)
    [1, 2, 5, 14, 42, 132]
    >>> print(catalan)
    (n + 1)*m[n] - 2*(2*n - 1)*m[n - 1] = 0 for n >= 1
    m[0] = 1
    given
    """

    rows: tuple[tuple[Expr, ...], ...]
    step: int
    first: int
    start: tuple[Expr, ...]
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
        return tuple(sympy.Poly.from_list(list(reversed(row)), n) for row in self.rows)

    def moments(self, count: int) -> list[Expr]:
        """[m_1, ..., m_count]."""
        unroller = self._unroller()
        scaled = islice(unroller.scaled(), count // self.step + 1)
        return _spread([unroller.to_sympy(k, u) for k, u in enumerate(scaled)], count, self.step, Integer(0))

    def elements(self, count: int) -> list[flint.fmpq]:
        """[m_1, ..., m_count] as FLINT rationals; for a recurrence without parameters."""
        unroller = self._unroller()
        scaled = islice(unroller.scaled(), count // self.step + 1)
        return _spread([unroller.to_fmpq(k, u) for k, u in enumerate(scaled)], count, self.step, flint.fmpq(0))

    def moment(self, k: int) -> Expr:
        """m_k alone, k >= 0; no more than `order` earlier values are in memory at a time."""
        if k < 0:
            raise InvalidInput(f"the index of a moment must be >= 0, not {k}")
        return Integer(0) if k % self.step else self._unroller().value(k // self.step)

    def latex(self) -> str:
        """The recurrence and its start values as LaTeX, without dollar signs."""
        n = Symbol("n")
        terms = [_wrapped(sympy.latex(p), p) + f"m_{{{sympy.latex(n - i)}}}" for p, i in self._terms()]
        values = ",\\ ".join(f"m_{{{k * self.step}}} = {sympy.latex(m)}" for k, m in enumerate(self.start))
        tail = f" = 0 \\quad (n \\ge {self.first})"
        whole = f"{' + '.join(terms).replace('+ - ', '- ').replace('+ -', '- ')}{tail}"
        if len(whole) <= _LINE:
            return f"{whole},\\qquad {values}"
        signed = [terms[0], *(f"{{}} - {t[1:].lstrip()}" if t.startswith("-") else f"{{}} + {t}" for t in terms[1:])]
        rows = r" \\ & ".join([*signed[:-1], f"{signed[-1]}{tail},", values])
        return rf"\begin{{aligned}} & {rows} \end{{aligned}}"

    def _repr_latex_(self) -> str:
        return f"${self.latex()}$"

    def __str__(self) -> str:
        n = Symbol("n")
        terms = [_bracketed(p) + f"m[{n - i}]" for p, i in self._terms()]
        values = ", ".join(f"m[{k * self.step}] = {m}" for k, m in enumerate(self.start))
        rest = "" if self.step == 1 else f" divisible by {self.step}; the other moments are 0"
        return f"{' + '.join(terms).replace('+ -', '- ')} = 0 for n >= {self.first}{rest}\n{values}\n{self.status}"

    __repr__ = __str__

    def _terms(self) -> list[tuple[Expr, int]]:
        return [(sympy.factor(p.as_expr()), i * self.step) for i, p in enumerate(self.coefficients) if not p.is_zero]

    def _unroller(self) -> Unroller:
        return Unroller(self.rows, self.step, self.start)


def stated_recurrence(rows: list[list[Expr]], step: int, status: str) -> Recurrence:
    """A recurrence with m_0 = 1 from coefficients that may have denominators, lowest power of n first.

    >>> print(stated_recurrence([[Integer(1)], [Integer(1) / 2, -Integer(1) / 2]], 2, "by parts"))
    2*m[n] + (1 - n)*m[n - 2] = 0 for n >= 2 divisible by 2; the other moments are 0
    m[0] = 1
    by parts
    """
    common = sympy.lcm_list([sympy.fraction(sympy.together(c))[1] for row in rows for c in row])
    cleared = tuple(tuple(sympy.cancel(c * common).expand() for c in row) for row in rows)
    return Recurrence(cleared, step, step, (Integer(1),), status)


def _spread(values: list[_T], count: int, step: int, zero: _T) -> list[_T]:
    """[m_1, ..., m_count] from m_0, m_step, ...."""
    result = [zero] * count
    result[step - 1 :: step] = values[1:]
    return result


def _bracketed(poly: Expr) -> str:
    if abs(poly) == 1:
        return "" if poly == 1 else "-"
    return f"({poly})*" if poly.is_Add else f"{poly}*"


def _wrapped(text: str, poly: Expr) -> str:
    if abs(poly) == 1:
        return "" if poly == 1 else "-"
    return f"\\left({text}\\right) " if poly.is_Add else f"{text} "
