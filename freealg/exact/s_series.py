"""The S-transform as a series, and its powers: S(m) = (1+m)/m * chi(m), chi the reversion of psi(w) = sum m_n w^n."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Expr, Pow

from freealg.errors import UndefinedMoments
from freealg.exact.fields import Element, Ring
from freealg.exact.series import Sequence, Series, divide, power

__all__ = ["power_moments", "quotient_moments"]


def power_moments(moments: Sequence, t: Expr) -> tuple[Ring, Callable[[int], Series]]:
    """The moments of the law with S**t, from those of the law with S.

    [m^n] chi = [w^(n-1)] (psi/w)^-n / n; then F = (1+m)/S**t and m_n = [m^(n-1)] F^n / n.
    """
    first = moments.ring.to_sympy(moments.first(1)[0])
    if first == 0:
        raise UndefinedMoments("a law of mean 0 has no S-transform, so it has no free multiplicative power")
    ring = moments.ring.join(Ring.of(t, Pow(first, t), Pow(first, -t), 1 / first, first))
    exponent, mean, inverse = ring.convert(t), ring.convert(first), ring.convert(1 / first)
    lead, lead_inverse = ring.convert(Pow(first, t)), ring.convert(Pow(first, -t))
    one = ring.scalar(1)

    def compute(count: int) -> Series:
        psi = moments.over(ring).first(count)
        chi = _reversion(psi, ring, inverse)
        s = [a + b for a, b in zip(chi, [ring.scalar(0), *chi], strict=False)]
        s_power = power(s, exponent, count, lead_inverse, mean)
        f = divide([one, one], s_power, count, lead)
        return [power(f, ring.scalar(n), n, lead**n, lead_inverse)[n - 1] / n for n in range(1, count + 1)]

    return ring, compute


def quotient_moments(whole: Sequence, part: Sequence) -> tuple[Ring, Callable[[int], Series]]:
    """The moments of the law with S = S_whole/S_part.

    With chi_i the reversions of psi_i, F = (1+m)/S = (1+m) chi_part/chi_whole and m_n = [m^(n-1)] F^n / n.
    """
    ring = whole.ring.join(part.ring)
    firsts = [ring.to_sympy(sequence.over(ring).first(1)[0]) for sequence in (whole, part)]
    if 0 in firsts:
        raise UndefinedMoments("a law of mean 0 has no S-transform, so it has no part in a free quotient")
    ring = ring.join(Ring.of(*firsts, *(1 / first for first in firsts)))
    mean, other = (ring.convert(first) for first in firsts)
    mean_inverse, other_inverse = (ring.convert(1 / first) for first in firsts)
    zero = ring.scalar(0)

    def compute(count: int) -> Series:
        above = _reversion(part.over(ring).first(count), ring, other_inverse)
        below = _reversion(whole.over(ring).first(count), ring, mean_inverse)
        ratio = divide(above, below, count, mean)
        f = [a + b for a, b in zip(ratio, [zero, *ratio], strict=False)]
        lead, lead_inverse = mean * other_inverse, other * mean_inverse
        return [power(f, ring.scalar(n), n, lead**n, lead_inverse)[n - 1] / n for n in range(1, count + 1)]

    return ring, compute


def _reversion(psi: Series, ring: Ring, inverse: Element) -> Series:
    """[m^n] chi = [w^(n-1)] (psi/w)^-n / n, n = 1, 2, ..."""
    return [power(psi, ring.scalar(-n), n, inverse**n, inverse)[n - 1] / n for n in range(1, len(psi) + 1)]
