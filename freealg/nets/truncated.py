"""Moments E y^j 1_(low, high) of a centred Gaussian between two ends, in error functions and exponentials."""

from __future__ import annotations

from functools import lru_cache

import sympy as sp
from sympy import Expr

__all__ = ["centred_moments"]


@lru_cache(maxsize=512)
def centred_moments(power: int, v: Expr, ends: tuple[Expr, Expr], tilted: bool) -> list[Expr]:
    """[I_0, ..., I_n] with I_j = v (j-1) I_(j-2) - v [y^(j-1) p(y)] over the ends, p the density of N(0, v).

    `tilted` asks for one-sided probabilities as erfc, for use with a large factor in front.

    >>> v = sp.Symbol("v", positive=True)
    >>> centred_moments(2, v, (sp.S.Zero, sp.oo), False)
    [1/2, sqrt(2)*sqrt(v)/(2*sqrt(pi)), v/2]
    """
    low, high = ends
    moments = [_tail(ends, v) if tilted else _below(high, v) - _below(low, v), _bell(low, 0, v) - _bell(high, 0, v)]
    for j in range(2, power + 1):
        moments.append(v * (j - 1) * moments[j - 2] + _bell(low, j - 1, v) - _bell(high, j - 1, v))
    return moments[: power + 1]


def _tail(ends: tuple[Expr, Expr], v: Expr) -> Expr:
    """P(low < y < high), a one-sided one by erfc: 1 - erf would cancel against exp(2q) beyond any working precision."""
    low, high = ends
    if low is -sp.oo and high.is_finite is not False:
        return sp.erfc(-high / sp.sqrt(2 * v)) / 2
    if high is sp.oo and low.is_finite is not False:
        return sp.erfc(low / sp.sqrt(2 * v)) / 2
    return _below(high, v) - _below(low, v)


def _below(end: Expr, v: Expr) -> Expr:
    """P(y < end) - 1/2."""
    if end.is_infinite:
        return sp.S.Half if end is sp.oo else -sp.S.Half
    return sp.erf(end / sp.sqrt(2 * v)) / 2


def _bell(end: Expr, power: int, v: Expr) -> Expr:
    """v y^power p(y) at the end."""
    if end.is_infinite:
        return sp.S.Zero
    return end**power * sp.sqrt(v) * sp.exp(sp.expand(-(end**2) / (2 * v))) / sp.sqrt(2 * sp.pi)
