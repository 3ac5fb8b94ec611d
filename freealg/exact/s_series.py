"""The S-transform as a series, and its powers: S(m) = (1+m)/m * chi(m), chi the reversion of psi(w) = sum m_n w^n."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Expr, Pow

from freealg.errors import UndefinedMoments
from freealg.exact.fields import Ring
from freealg.exact.series import Sequence, Series, divide, power

__all__ = ["power_moments"]


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
        chi = [power(psi, ring.scalar(-n), n, inverse**n, inverse)[n - 1] / n for n in range(1, count + 1)]
        s = [a + b for a, b in zip(chi, [ring.scalar(0), *chi], strict=False)]
        s_power = power(s, exponent, count, lead_inverse, mean)
        f = divide([one, one], s_power, count, lead)
        return [power(f, ring.scalar(n), n, lead**n, lead_inverse)[n - 1] / n for n in range(1, count + 1)]

    return ring, compute


