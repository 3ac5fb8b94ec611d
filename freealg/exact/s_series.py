"""The S-transform as a series, its products, quotients and powers.

S(m) = (1+m)/m * chi(m), chi the reversion of psi(w) = sum m_n w^n; and m S(m) is the reversion of g R(g) = sum kappa_n g^n, which over Q is FLINT's
(`rational_cumulants`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import flint
from sympy import Expr, Pow

from freealg.errors import UndefinedMoments
from freealg.exact.context import series_cap
from freealg.exact.fields import Element, Ring
from freealg.exact.series import Sequence, Series, divide, multiply, power

__all__ = ["power_moments", "product_moments", "quotient_moments", "rational_cumulants", "rational_power_cumulants"]

Factor = tuple[Sequence, int]


def power_moments(moments: Sequence, t: Expr) -> tuple[Ring, Callable[[int], Series]]:
    """The moments of the law with S**t, from those of the law with S."""
    first = _mean(moments)
    ring = moments.ring.join(Ring.of(t, Pow(first, t), Pow(first, -t), 1 / first, first))
    exponent, mean, inverse = ring.convert(t), ring.convert(first), ring.convert(1 / first)
    lead, lead_inverse = ring.convert(Pow(first, t)), ring.convert(Pow(first, -t))

    def compute(count: int) -> Series:
        s = _s_series(moments.over(ring).first(count), inverse)
        return _moments_of(power(s, exponent, count, lead_inverse, mean), lead, lead_inverse)

    return ring, compute


def product_moments(moments: list[Sequence], scales: list[Expr]) -> tuple[Ring, Callable[[int], Series]]:
    """The moments of the law with S(m) = prod of S_i(scale_i m), from those of the laws with S_i."""
    means = [_mean(sequence) for sequence in moments]
    ring = reduce(Ring.join, (sequence.ring for sequence in moments)).join(Ring.of(*scales, *means, *(1 / mean for mean in means)))
    inverses = [ring.convert(1 / mean) for mean in means]
    lead, lead_inverse = (reduce(lambda a, b: a * b, values) for values in ([ring.convert(mean) for mean in means], inverses))
    factors = [ring.convert(scale) for scale in scales]

    def compute(count: int) -> Series:
        parts = [_s_series(sequence.over(ring).first(count), inverse) for sequence, inverse in zip(moments, inverses, strict=True)]
        scaled = [[c * factor**k for k, c in enumerate(part)] for part, factor in zip(parts, factors, strict=True)]
        return _moments_of(reduce(lambda a, b: multiply(a, b, count, ring.scalar(0)), scaled), lead, lead_inverse)

    return ring, compute


def quotient_moments(whole: Sequence, part: Sequence) -> tuple[Ring, Callable[[int], Series]]:
    """The moments of the law with S = S_whole/S_part."""
    means = [_mean(whole), _mean(part)]
    ring = whole.ring.join(part.ring).join(Ring.of(*means, *(1 / mean for mean in means)))
    (mean, other), (mean_inverse, other_inverse) = [ring.convert(m) for m in means], [ring.convert(1 / m) for m in means]

    def compute(count: int) -> Series:
        above, below = _s_series(whole.over(ring).first(count), mean_inverse), _s_series(part.over(ring).first(count), other_inverse)
        return _moments_of(divide(above, below, count, other), mean * other_inverse, other * mean_inverse)

    return ring, compute


def _mean(moments: Sequence) -> Expr:
    first = moments.ring.to_sympy(moments.first(1)[0])
    if first == 0:
        raise UndefinedMoments("a law of mean 0 has no S-transform, so it has no free power, product or quotient by S-transforms")
    return first


def _s_series(psi: Series, inverse: Element) -> Series:
    """S from the moments, inverse = 1/m_1: [m^n] chi = [w^(n-1)] (psi/w)^-n / n."""
    zero, one = inverse * 0, inverse * 0 + 1
    chi = [power(psi, one * -n, n, inverse**n, inverse)[n - 1] / n for n in range(1, len(psi) + 1)]
    return [a + b for a, b in zip(chi, [zero, *chi], strict=False)]


def _moments_of(s: Series, lead: Element, lead_inverse: Element) -> Series:
    """m_n = [m^(n-1)] F^n / n with F = (1+m)/S, lead = F(0) = 1/S(0)."""
    one = lead * 0 + 1
    f = divide([one, one], s, len(s), lead)
    return [power(f, one * n, n, lead**n, lead_inverse)[n - 1] / n for n in range(1, len(s) + 1)]


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
