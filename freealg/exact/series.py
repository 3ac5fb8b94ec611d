"""Truncated power series with coefficients in a `Ring`, and the moment-cumulant relation C(w M(w)) = M(w) on them.

A series is a list of ring elements [a_0, a_1, ...]. Here C(g) = 1 + sum kappa_n g^n and M(w) = 1 + sum m_n w^n.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import final

import flint

from freealg.exact.context import exclusive, series_cap
from freealg.exact.fields import Element, Ring

__all__ = ["Sequence", "cumulants_from_moments", "divide", "moments_from_cumulants", "multiply", "power"]

Series = list[Element]


@final
class Sequence:
    """A sequence a_1, a_2, ... of elements of one ring, computed on demand and remembered.

    >>> from sympy import Symbol
    >>> ring = Ring.of(Symbol("r"))
    >>> powers = Sequence(ring, lambda n: [ring.convert(Symbol("r"))**k for k in range(1, n + 1)])
    >>> [ring.to_sympy(a) for a in powers.first(3)]
    [r, r**2, r**3]
    """

    def __init__(self, ring: Ring, compute: Callable[[int], Series]) -> None:
        self.ring = ring
        self._compute = compute
        self._known: Series = []

    def first(self, count: int) -> Series:
        """[a_1, ..., a_count]."""
        known = self._known
        if count > len(known):
            with exclusive():
                known = self._known = list(self._compute(count))
        return known[:count]

    def over(self, ring: Ring) -> Sequence:
        """The same sequence in a larger ring."""
        if ring is self.ring:
            return self
        return Sequence(ring, lambda n: [ring.lift(a, self.ring) for a in self.first(n)])

    def scaled(self, factor: Callable[[int, Ring], Element], ring: Ring) -> Sequence:
        """The sequence factor(n) * a_n in `ring`, which must contain this sequence's."""
        wide = self.over(ring)
        return Sequence(ring, lambda n: [factor(k, ring) * a for k, a in enumerate(wide.first(n), 1)])


def multiply(a: Series, b: Series, length: int, zero: Element) -> Series:
    """The first `length` coefficients of the product."""
    result = [zero] * length
    for i, x in enumerate(a[:length]):
        if x != 0:
            for j, y in enumerate(b[: length - i]):
                if y != 0:
                    result[i + j] = result[i + j] + x * y
    return result


def divide(a: Series, b: Series, length: int, inverse: Element) -> Series:
    """The first `length` coefficients of a/b, where inverse = 1/b_0."""
    tail = [(j, y) for j, y in enumerate(b[:length]) if j and y != 0]
    result: Series = []
    for k in range(length):
        value = a[k] if k < len(a) else inverse * 0
        for j, y in tail:
            if j > k:
                break
            value = value - y * result[k - j]
        result.append(value * inverse)
    return result


def power(a: Series, exponent: Element, length: int, leading: Element, inverse: Element) -> Series:
    """a**exponent for any exponent (an element or a rational), where leading = a_0**exponent and inverse = 1/a_0.

    From a y' = exponent a' y: k a_0 y_k = sum_j (exponent j - (k - j)) a_j y_{k-j}.
    """
    tail = [(j, x) for j, x in enumerate(a[:length]) if j and x != 0]
    result = [leading]
    for k in range(1, length):
        total = leading * 0
        for j, x in tail:
            if j > k:
                break
            total = total + (exponent * j - (k - j)) * x * result[k - j]
        result.append(total * inverse / k)
    return result


def moments_from_cumulants(cumulants: Series) -> Series:
    """[m_1, ..., m_n] from [kappa_1, ..., kappa_n].

    >>> from flint import fmpq
    >>> moments_from_cumulants([fmpq(1)] * 5)
    [1, 2, 5, 14, 42]
    """
    if cumulants and isinstance(cumulants[0], flint.fmpq):
        return _numeric_moments(cumulants)
    table = _PowerTable()
    for n in range(1, len(cumulants) + 1):
        table.append(table.weighted_sum(cumulants, n, n))
    return table.moments


def cumulants_from_moments(moments: Series) -> Series:
    """[kappa_1, ..., kappa_n] from [m_1, ..., m_n].

    >>> from flint import fmpq
    >>> cumulants_from_moments([fmpq(m) for m in (0, 1, 0, 2, 0, 5)])
    [0, 1, 0, 0, 0, 0]
    """
    if moments and isinstance(moments[0], flint.fmpq):
        return _numeric_cumulants(moments)
    table = _PowerTable()
    cumulants: Series = []
    for n, moment in enumerate(moments, 1):
        rest = table.weighted_sum(cumulants, n, n - 1)
        cumulants.append(moment if rest is None else moment - rest)
        table.append(moment)
    return cumulants


@final
class _PowerTable:
    """Coefficients of M(w)^s, grown one moment at a time: m_n = sum_s kappa_s [w^(n-s)] M(w)^s."""

    def __init__(self) -> None:
        self.moments: Series = []
        self._rows: list[Series] = []  # _rows[s - 1][j] = [w^j] M^s, known for s + j <= len(moments) + 1

    def weighted_sum(self, cumulants: Series, n: int, most: int) -> Element:
        """The sum over s = 1 ... most; None when it is empty."""
        total = None
        for s in range(1, most + 1):
            if cumulants[s - 1] != 0:
                coefficient = self._coefficient(s, n - s)
                if coefficient is not None:
                    term = cumulants[s - 1] if n == s else cumulants[s - 1] * coefficient
                    total = term if total is None else total + term
        if total is None and most == n:
            return cumulants[n - 1] * 0
        return total

    def append(self, moment: Element) -> None:
        self.moments.append(moment)

    def _coefficient(self, s: int, j: int) -> Element:
        if j == 0:
            return 1
        if s == 1:
            return self.moments[j - 1]
        while len(self._rows) < s:
            self._rows.append([])
        row = self._rows[s - 1]
        while len(row) < j:
            i = len(row) + 1
            value = self.moments[i - 1] + self._coefficient(s - 1, i)
            for a in range(1, i):
                value = value + self.moments[a - 1] * self._coefficient(s - 1, i - a)
            row.append(value)
        return row[j - 1]


def _numeric_moments(cumulants: Series) -> Series:
    length = len(cumulants) + 2
    with series_cap(length):
        c = flint.fmpq_series([1, *cumulants], prec=length)
        g = flint.fmpq_series([0, 1], prec=length)
        inverse = (g / c).reversion()
        return _coefficients(inverse, length)[2:]


def _numeric_cumulants(moments: Series) -> Series:
    length = len(moments) + 2
    with series_cap(length):
        g = flint.fmpq_series([0, 1, *moments], prec=length)
        w = g.reversion()  # w = g / C(g)
        c = flint.fmpq_series([0, 1], prec=length) / w
        return _coefficients(c, length - 1)[1:]


def _coefficients(series: flint.fmpq_series, length: int) -> Series:
    return [series[i] for i in range(length)]
