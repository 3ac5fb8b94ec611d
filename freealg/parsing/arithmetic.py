"""Arithmetic on exact numbers and symbols whose cost is bounded before anything is computed."""

from __future__ import annotations

from fractions import Fraction
from math import comb

from sympy import Add, Expr, Mul, Pow, Rational

__all__ = ["TooLargeError", "add", "divide", "multiply", "number", "power", "square_root"]

_MOST_BITS = 10_000
_MOST_DIGITS = 1_000
_MOST_EXPONENT = 1_000
_MOST_ROOT = 100
_MOST_TERMS = 10_000
_MOST_UNDER_ROOT = 10**18


class TooLargeError(Exception):
    """A bound of the arithmetic of expressions is passed; the text says which."""


def number(text: str) -> Expr:
    """The exact value of a literal, 0.1 as 1/10.

    >>> number("12"), number("0.125"), number("1e-3")
    (12, 1/8, 1/1000)
    """
    mantissa, _, exponent = text.lower().partition("e")
    if len(mantissa) > _MOST_DIGITS or len(exponent) > 5 or abs(int(exponent or 0)) > _MOST_DIGITS:
        raise TooLargeError(f"a number of more than {_MOST_DIGITS} digits")
    value = Fraction(text)
    return Rational(value.numerator, value.denominator)


def add(a: Expr, b: Expr) -> Expr:
    """a + b."""
    return _bounded(a + b)


def multiply(a: Expr, b: Expr) -> Expr:
    """a b."""
    return _bounded(a * b)


def divide(a: Expr, b: Expr) -> Expr:
    """a/b."""
    if b.is_zero:
        raise TooLargeError("a division by zero")
    return _bounded(a / b)


def square_root(a: Expr) -> Expr:
    """sqrt(a)."""
    return power(a, Rational(1, 2))


def power(base: Expr, exponent: Expr) -> Expr:
    """base**exponent; the size is predicted first, so 9**9**9 is refused at once.

    >>> power(Rational(2, 3), Rational(-2))
    9/4
    """
    if base.is_zero and not exponent.is_nonnegative:
        raise TooLargeError("a division by zero")
    if not exponent.is_Rational:
        if exponent.is_number:
            raise TooLargeError("an exponent that is neither rational nor a symbol")
        if any(not inner.exp.is_Rational for inner in exponent.atoms(Pow)):
            raise TooLargeError("an exponent inside an exponent")
        return _bounded(Pow(base, exponent))
    if base.is_Rational:
        _check_rational_power(base, exponent)
    return _bounded(Pow(base, exponent))


def _check_rational_power(base: Rational, exponent: Rational) -> None:
    if exponent.q > 1 and max(abs(base.p), base.q) > _MOST_UNDER_ROOT:
        raise TooLargeError("a root of a number of more than 18 digits")
    if abs(exponent) * _bits(base) > _MOST_BITS:
        raise TooLargeError(f"a number of more than {_MOST_BITS} bits")


def _bounded(expr: Expr) -> Expr:
    if any(_bits(part) > _MOST_BITS for part in expr.atoms(Rational)):
        raise TooLargeError(f"a number of more than {_MOST_BITS} bits")
    exponents = [part.exp for part in expr.atoms(Pow) if part.exp.is_Rational]
    if any(exponent.q > _MOST_ROOT for exponent in exponents):
        raise TooLargeError(f"a root of order above {_MOST_ROOT}")
    if any(abs(exponent) > _MOST_EXPONENT for exponent in exponents):
        raise TooLargeError(f"an exponent above {_MOST_EXPONENT}")
    if _terms(expr) > _MOST_TERMS:
        raise TooLargeError(f"an expression of more than {_MOST_TERMS} terms when it is multiplied out")
    return expr


def _bits(value: Rational) -> int:
    return int(max(abs(value.p).bit_length(), value.q.bit_length())) if value not in (0, 1, -1) else 0


def _terms(expr: Expr) -> int:
    """How many terms the expression has when it is multiplied out, from above."""
    if isinstance(expr, Add):
        return sum(_terms(part) for part in expr.args)
    if isinstance(expr, Mul):
        product = 1
        for part in expr.args:
            product = min(product * _terms(part), _MOST_TERMS + 1)
        return product
    if isinstance(expr, Pow) and expr.exp.is_Rational:
        inside, times = _terms(expr.base), abs(int(expr.exp)) + 1
        return 1 if inside == 1 else min(comb(times + inside - 1, inside - 1), _MOST_TERMS + 1)
    return 1
