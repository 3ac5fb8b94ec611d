"""What a caller may hand over as an exact number, and what leaves FLINT as a SymPy number."""

from __future__ import annotations

import numbers
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import flint
import numpy as np
import sympy
from sympy import Expr, Float, Integer, MatrixExpr, Pow, Rational, Symbol

from freealg.errors import InvalidInput, shown

__all__ = ["bindings", "exact", "fmpq_of", "fmpq_of_ball", "rational_from_fmpq", "whole", "whole_number"]

_COPRIME_FROM_DIGITS = 40
_MOST_BITS, _MOST_EXPONENT = 400_000, 100_000


def bindings(owner: Any, values: Mapping[Any, Any]) -> dict[Symbol, Expr]:
    """{symbol of `owner`: exact value} for {name, or a symbol of that name: value}; a name that it does not have raises `InvalidInput`."""
    own: dict[str, list[Symbol]] = {}
    for symbol in owner.free_symbols:
        own.setdefault(symbol.name, []).append(symbol)
    found: dict[Symbol, Expr] = {}
    for key, value in values.items():
        name = key if type(key) is str else getattr(key, "name", None)
        if name not in own:
            raise InvalidInput(f"{owner} has no parameter named {shown(name)}; its parameters are: {', '.join(sorted(own)) or 'none'}")
        found.update(dict.fromkeys(own[name], exact(value, f"the value of {name}")))
    return found


def exact(value: Any, what: str = "parameter") -> Expr:
    """The SymPy expression of `value`; a float is read as its shortest decimal (0.1 is 1/10).

    Strings are refused: `freealg.parse` is the door for text. NaN, infinities and numbers of more than 400,000 bits are refused.

    >>> exact(0.1), exact(3)
    (1/10, 3)
    """
    if isinstance(value, Expr):
        return _exact_expression(value, what)
    if isinstance(value, bool | np.bool_ | str | bytes) or value is None:
        raise InvalidInput(f"{what} must be a number or a SymPy expression, not {shown(value)}; text is read by freealg.parse")
    if isinstance(value, flint.fmpq | flint.fmpz):
        return rational_from_fmpq(flint.fmpq(value))
    if isinstance(value, numbers.Integral):
        whole = int(value)
        _require_size(whole.bit_length(), what)
        return Integer(whole)
    if isinstance(value, Fraction):
        _require_size(max(value.numerator.bit_length(), value.denominator.bit_length()), what)
        return Rational(value.numerator, value.denominator)
    if isinstance(value, Decimal | float | np.floating):
        return _exact_decimal(value, what)
    raise InvalidInput(
        f"{what} must be a number or a SymPy expression, not {type(value).__name__} {shown(value)}; "
        "exact numbers are int, Fraction, Decimal, SymPy's, and floats by their shortest decimal"
    )


def whole_number(value: Any) -> int | None:
    """The integer that `value` is, be it Python's, NumPy's or SymPy's; None for anything else, truth values among it.

    >>> whole_number(Integer(3)), whole_number(True), whole_number(3.0)
    (3, None, None)
    """
    return int(value) if isinstance(value, numbers.Integral) and not isinstance(value, bool) else None


def whole(value: Any, what: str, least: int = 0, most: int = 10_000) -> int:
    """`value` as an int from `least` to `most`.

    >>> whole(3, "the order")
    3
    """
    number = whole_number(value)
    if number is None or not least <= number <= most:
        raise InvalidInput(f"{what} must be a whole number from {least} to {most}, not {shown(value)}; pass an int")
    return number


def _exact_decimal(value: Any, what: str) -> Expr:
    if isinstance(value, Decimal) and value.is_finite():
        _require_size(4 * (abs(value.adjusted()) + len(value.as_tuple().digits)), what)
    try:
        fraction = Fraction(str(value))
    except ValueError:
        raise InvalidInput(f"{what} must be finite, not {shown(value)}; give a finite number") from None
    return Rational(fraction.numerator, fraction.denominator)


def _exact_expression(value: Expr, what: str) -> Expr:
    if value.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
        raise InvalidInput(f"{what} must be finite, not {shown(value)}; give a finite number or a symbol")
    if not value.is_commutative or value.has(MatrixExpr, sympy.AccumBounds, sympy.Order):
        raise InvalidInput(f"{what} must be a number or an expression in symbols, not {shown(value)}; no matrix, no range")
    if value.has(sympy.Integral, sympy.Derivative, sympy.Limit):
        raise InvalidInput(f"{what} must be evaluated, not {shown(value)}; call its doit() or evalf() first")
    for part in value.atoms(Pow, sympy.exp):
        _check_power(part, what)
    floats = value.atoms(Float)
    if floats:
        value = value.xreplace({number: _exact_float(number, what) for number in floats})
    return value


def _exact_float(value: Float, what: str) -> Expr:
    _, _, exponent, bits = value._mpf_
    _require_size(abs(exponent) + bits, what)
    return _exact_decimal(value, what)


def _check_power(power: Expr, what: str) -> None:
    """Refuse what SymPy was told not to evaluate and we should: 9**9**9 has 370 million digits."""
    base, exponent = power.as_base_exp()
    if exponent.is_Rational:
        if max(abs(exponent.p), exponent.q) > _MOST_EXPONENT:
            raise InvalidInput(f"{what} has the power {shown(power)}; exponents p/q are read up to p, q = {_MOST_EXPONENT}")
        bits = max(int(abs(base.p)).bit_length(), int(base.q).bit_length()) if base.is_Rational else 1
        _require_size(bits * abs(exponent.p) // exponent.q, what)
    elif exponent.is_integer and exponent.is_number:
        raise InvalidInput(f"{what} has a power that was left unevaluated: {shown(power)}; write its exponent as a number")


def _require_size(bits: int, what: str) -> None:
    if bits > _MOST_BITS:
        raise InvalidInput(f"{what} is out of range: at most {_MOST_BITS} bits are read, and it has {shown(bits)}; rescale it, or use a symbol")


def fmpq_of(value: Expr) -> flint.fmpq:
    """The FLINT rational of a SymPy rational number."""
    return flint.fmpq(int(value.p), int(value.q))


def fmpq_of_ball(ball: flint.arb) -> flint.fmpq:
    """The middle of a ball, exactly."""
    mantissa, exponent = ball.mid().man_exp()
    return flint.fmpq(mantissa) * flint.fmpq(2) ** int(exponent)


def rational_from_fmpq(value: flint.fmpq) -> Rational:
    """The SymPy rational of a FLINT one; already in lowest terms, so long numbers skip SymPy's own gcd."""
    p, q = int(value.p), int(value.q)
    if q == 1:
        return Integer(p)
    if q.bit_length() < _COPRIME_FROM_DIGITS:
        return Rational(p, q)
    return Rational.from_coprime_ints(p, q)
