"""The S-transform as a series, its products, quotients and powers.

S(m) = (1+m)/m * chi(m), chi the reversion of psi(w) = sum m_n w^n; and m S(m) is the reversion of g R(g) = sum kappa_n g^n, which over Q is FLINT's
(`rational_cumulants`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flint
from sympy import Expr, Pow

from freealg.errors import UndefinedMoments
from freealg.exact.context import series_cap
from freealg.exact.fields import Element, Ring
from freealg.exact.series import Sequence, Series, divide, power

__all__ = ["power_moments", "quotient_moments", "rational_cumulants", "rational_power_cumulants"]

Factor = tuple[Sequence, int]


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


def rational_cumulants(factors: list[Factor]) -> Callable[[int], Series] | None:
    """The free cumulants of the law with S = product of S_i^(e_i), e_i integers, from those of the factors; None unless rational, with means not 0.

    >>> mp = Sequence(Ring.of(), lambda n: [flint.fmpq(1)] * n)
    >>> compute = rational_cumulants([(mp, 2)])
    >>> compute(5) if compute else None
    [1, 2, 5, 14, 42]
    """
    if any(sequence.ring.context is not None or sequence.first(1)[0] == 0 for sequence, _ in factors):
        return None

    def compute(count: int) -> Series:
        with series_cap(count + 2):
            total = flint.fmpq_series([1], prec=count)
            for sequence, exponent in factors:
                s = _s_of(sequence.first(count))
                for _ in range(abs(exponent)):
                    total = total * s if exponent > 0 else total / s
            return _cumulants_of(total, count)

    return compute


def rational_power_cumulants(cumulants: Sequence, t: Expr) -> tuple[Ring, Callable[[int], Series]] | None:
    """The free cumulants of the law with S**t, t rational: with the mean taken out all are rational, so that its power t comes in at the end."""
    if cumulants.ring.context is not None or not t.is_Rational or cumulants.first(1)[0] == 0:
        return None
    first = cumulants.first(1)[0]
    lead = Pow(cumulants.ring.to_sympy(first), t)
    ring = Ring.of(lead)
    exponent: Any = flint.fmpq(int(t.p), int(t.q))
    unit = ring.convert(lead)

    def compute(count: int) -> Series:
        with series_cap(count + 2):
            s = _s_of([kappa / first**n for n, kappa in enumerate(cumulants.first(count), 1)])
            found = _cumulants_of((s.log() * exponent).exp(), count)
        return [ring.reduce(ring.scalar(kappa) * unit**n) for n, kappa in enumerate(found, 1)]

    return ring, compute


def _s_of(cumulants: Series) -> flint.fmpq_series:
    reverted = flint.fmpq_series([0, *cumulants], prec=len(cumulants) + 1).reversion()
    return flint.fmpq_series([reverted[n] for n in range(1, len(cumulants) + 1)], prec=len(cumulants))


def _cumulants_of(s: flint.fmpq_series, count: int) -> Series:
    reverted = flint.fmpq_series([0, *(s[n] for n in range(count))], prec=count + 1).reversion()
    return [reverted[n] for n in range(1, count + 1)]
