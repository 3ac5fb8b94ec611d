"""What a caller may hand over as an exact number, and what leaves FLINT as a SymPy number."""

from __future__ import annotations

import numbers
from decimal import Decimal
from fractions import Fraction
from typing import Any

import flint
import numpy as np
import sympy
from sympy import Expr, Float, Integer, Rational

from freealg.errors import InvalidInput

__all__ = ["exact", "fmpq_of", "rational_from_fmpq"]

_COPRIME_FROM_DIGITS = 40


def exact(value: Any, what: str = "parameter") -> Expr:
    """The SymPy expression of `value`; a float is read as its shortest decimal (0.1 is 1/10).

    Strings are refused: `freealg.parse` is the door for text. NaN and infinities are refused.

    >>> exact(0.1), exact(3)
    (1/10, 3)
    """
    if isinstance(value, Expr):
        return _exact_expression(value, what)
    if isinstance(value, bool | np.bool_ | str | bytes) or value is None:
        raise InvalidInput(f"{what} must be a number or a SymPy expression, not {value!r}; text is read by freealg.parse")
    if isinstance(value, flint.fmpq | flint.fmpz):
        return rational_from_fmpq(flint.fmpq(value))
    if isinstance(value, numbers.Integral):
        return Integer(int(value))
    if isinstance(value, Fraction):
        return Rational(value.numerator, value.denominator)
    if isinstance(value, Decimal | float | np.floating):
        return _exact_decimal(str(value), what)
    raise InvalidInput(f"{what} must be a number or a SymPy expression, not {type(value).__name__} {value!r}")


def _exact_decimal(text: str, what: str) -> Expr:
    try:
        fraction = Fraction(text)
    except ValueError:
        raise InvalidInput(f"{what} must be finite, not {text}; give a finite number") from None
    return Rational(fraction.numerator, fraction.denominator)


def _exact_expression(value: Expr, what: str) -> Expr:
    if value.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
        raise InvalidInput(f"{what} must be finite, not {value}; give a finite number or a symbol")
    floats = value.atoms(Float)
    if floats:
        value = value.xreplace({number: _exact_decimal(str(number), what) for number in floats})
    return value


def fmpq_of(value: Expr) -> flint.fmpq:
    """The FLINT rational of a SymPy rational number."""
    return flint.fmpq(int(value.p), int(value.q))


def rational_from_fmpq(value: flint.fmpq) -> Rational:
    """The SymPy rational of a FLINT one; already in lowest terms, so long numbers skip SymPy's own gcd."""
    p, q = int(value.p), int(value.q)
    if q == 1:
        return Integer(p)
    if q.bit_length() < _COPRIME_FROM_DIGITS:
        return Rational(p, q)
    return Rational.from_coprime_ints(p, q)
