"""The primes under a root, found only where finding them is known to be quick."""

from __future__ import annotations

import sympy
from sympy import Integer, Rational

from freealg.errors import BudgetExceeded, shown

__all__ = ["primes_of"]

_QUICK_BITS = 110
_TRIALS = 2**15


def primes_of(number: Rational) -> list[Integer]:
    """The primes of numerator and denominator, with -1 first for a negative number.

    Raises `BudgetExceeded` for a number whose factorisation may take hours.

    >>> primes_of(Rational(-12, 7))
    [-1, 2, 3, 7]
    """
    primes = [Integer(p) for p in dict.fromkeys((*_factors(abs(int(number.p))), *_factors(int(number.q))))]
    return primes if number > 0 else [Integer(-1), *primes]


def _factors(number: int) -> list[int]:
    quick = number.bit_length() <= _QUICK_BITS
    found = [int(p) for p in (sympy.factorint(number) if quick else sympy.factorint(number, limit=_TRIALS))]
    hard = [p for p in found if p.bit_length() > _QUICK_BITS]
    if hard:
        raise BudgetExceeded(
            f"a root of {shown(number)} needs its prime factors, and {shown(hard[0])} has none below {_TRIALS}; write a symbol in its place"
        )
    return found
