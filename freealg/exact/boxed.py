"""Free cumulants of a product of free variables, without any division, so that factors of mean zero are as good as others.

With m_n = tau((ab)^n), h_j = tau(b (ab)^j), k_j = tau(a (ba)^j), the block of the first letter gives
m_n = sum_s kappa_s(a) [x^(n-s)] h^s,  h_j = sum_s kappa_s(b) [x^(j-s+1)] k^(s-1) m,  k_j = sum_s kappa_s(a) [x^(j-s+1)] h^(s-1) m.
"""

from __future__ import annotations

from freealg.exact.fields import Element
from freealg.exact.series import Series, cumulants_from_moments

__all__ = ["product_cumulants", "product_moments"]


def product_cumulants(a: Series, b: Series) -> Series:
    """[kappa_1(ab), ..., kappa_n(ab)] from those of a and of b."""
    return cumulants_from_moments(product_moments(a, b))


def product_moments(a: Series, b: Series) -> Series:
    """[m_1, ..., m_n] of ab, a and b free, from their free cumulants.

    >>> from flint import fmpq
    >>> product_moments([fmpq(1)] * 4, [fmpq(1)] * 4)
    [1, 3, 12, 55]
    """
    count = len(a)
    one = a[0] * 0 + 1
    m: Series = [one]
    h: Series = []
    k: Series = []
    h_powers, k_powers = _Powers(h, one), _Powers(k, one)
    for n in range(count):
        h.append(_with_tail(b, k_powers, m, n))
        k.append(_with_tail(a, h_powers, m, n))
        total = one * 0
        for s in range(1, n + 2):
            if a[s - 1] != 0:
                total = total + a[s - 1] * h_powers.coefficient(s, n + 1 - s)
        m.append(total)
    return m[1:]


def _with_tail(cumulants: Series, powers: _Powers, m: Series, j: int) -> Element:
    """sum_s kappa_s [x^(j-s+1)] (series^(s-1) m)."""
    total = m[0] * 0
    for s in range(1, j + 2):
        if cumulants[s - 1] != 0:
            for i in range(j - s + 2):
                total = total + cumulants[s - 1] * powers.coefficient(s - 1, i) * m[j - s + 1 - i]
    return total


class _Powers:
    """[x^j] series^s for a series that grows."""

    def __init__(self, series: Series, one: Element) -> None:
        self.series, self.one = series, one
        self.rows: dict[tuple[int, int], Element] = {}

    def coefficient(self, s: int, j: int) -> Element:
        """[x^j] series^s."""
        if s == 0:
            return self.one if j == 0 else self.one * 0
        if s == 1:
            return self.series[j]
        value = self.rows.get((s, j))
        if value is None:
            value = self.one * 0
            for i in range(j + 1):
                value = value + self.series[i] * self.coefficient(s - 1, j - i)
            self.rows[(s, j)] = value
        return value
