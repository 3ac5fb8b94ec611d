"""Exact points as mpmath numbers, and values to a stated number of digits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flint
import mpmath

from freealg.exact.context import ball_precision, mp_precision
from freealg.numerics.real_algebraic import RealAlgebraic

__all__ = ["as_mp", "from_arb", "guarded"]

_GUARD = 12


def from_arb(value: flint.arb) -> Any:
    """The midpoint of a ball, exactly."""
    mantissa, exponent = value.mid().man_exp()
    return mpmath.ldexp(mpmath.mpf(int(mantissa)), int(exponent))


def as_mp(x: Any) -> Any:
    """A rational, `RealAlgebraic`, ball (its midpoint), complex or real number at mpmath's working precision.

    >>> with mp_precision(20):
    ...     print(as_mp(flint.fmpq(1, 3)))
    0.33333333333333333333
    """
    if isinstance(x, flint.fmpq):
        return mpmath.mpf(int(x.p)) / int(x.q)
    if isinstance(x, RealAlgebraic):
        bits = mpmath.mp.prec + 20
        with ball_precision(bits):
            return from_arb(x.refine(bits))
    if isinstance(x, flint.arb):
        return from_arb(x)
    if isinstance(x, flint.acb):
        return mpmath.mpc(from_arb(x.real), from_arb(x.imag))
    return mpmath.mpmathify(x)


def guarded(compute: Callable[[], Any], dps: int, extra: int = 0) -> Any:
    """compute() with guard digits, rounded to `dps`."""
    with mp_precision(dps + _GUARD + extra):
        value = compute()
    with mp_precision(dps):
        return +value
