"""Exact points as mpmath numbers, and values to a stated number of digits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flint
import mpmath
import sympy
from sympy import Expr

from freealg.errors import Undecided
from freealg.exact.context import ball_precision, mp_precision
from freealg.numerics.real_algebraic import RealAlgebraic

__all__ = ["as_mp", "density_digits", "from_arb", "guarded", "mp_number", "relative"]

_GUARD = 12
_LADDER = (0, 30, 100, 300, 900)
_PATIENCE = 100
_ASKED = 4


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


def mp_number(value: Expr, dps: int) -> Any:
    """A SymPy number as an mpf, with guard digits."""
    with mp_precision(dps + _GUARD):
        return mpmath.mpf(int(value.p)) / int(value.q) if value.is_Rational else mpmath.mpf(str(sympy.N(value, dps + _GUARD)))


def relative(compute: Callable[[int], Any], dps: int) -> Any:
    """A value >= 0 to `dps` significant digits, compute(d) being right to d digits after the point at a working precision above d.

    >>> mpmath.nstr(relative(lambda d: mpmath.mpf(1e-12) / 7 + mpmath.mpf(10) ** (-d - 1), 6), 6)
    '1.42857e-13'
    """

    def computed(digits: int) -> Any:
        with mp_precision(digits + _GUARD):
            return compute(digits)

    value, asked = computed(dps), dps
    for _ in range(_ASKED):
        needed = dps + max(0, -int(mpmath.floor(mpmath.log10(abs(value))))) if value else 2 * asked
        if needed <= asked:
            break
        value, asked = computed(needed), needed
    with mp_precision(dps):
        return +max(value, mpmath.mpf(0))


def density_digits(transform: Callable[[], Any], dps: int) -> Any:
    """-Im G/pi to `dps` digits for transform() = G at the working precision, which grows until Im G stands clear of the rounding of |G|.

    >>> import mpmath
    >>> mpmath.nstr(density_digits(lambda: mpmath.mpc(1, -mpmath.exp(-100)), 15) * mpmath.exp(100), 12)
    '0.318309886184'
    """
    for extra in _LADDER:
        with mp_precision(dps + _GUARD + extra):
            try:
                value = transform()
            except Undecided:
                if extra >= _PATIENCE:
                    raise
                continue
            floor = abs(value) * mpmath.mpf(10) ** (-extra - _GUARD // 2)
            if -value.imag > floor:
                value = -value.imag / mpmath.pi
                break
    else:
        raise Undecided(
            f"the density is 0 or below 1e-{_LADDER[-1]} of |G| here, which {_LADDER[-1] + dps} digits do not tell apart; ask for the cdf"
        )
    with mp_precision(dps):
        return +value
