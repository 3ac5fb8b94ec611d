"""The sign of an expression in parameters of which some bounds are known."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import sympy
from sympy import Dummy, Expr

from freealg.errors import InvalidInput, NoClosedForm, shown
from freealg.exact.context import exclusive
from freealg.exact.fields import Ring

__all__ = ["real_sign", "sign_under"]

_DIGITS, _CLEAR = 40, 20


def sign_under(expr: Expr, positive: Sequence[Expr] = ()) -> int | None:
    """1, -1 or 0 when the sign of `expr` follows from all of `positive` being > 0, up to zeros of squares; None when it does not follow this way.

    A parameter x with x > 0, x > 1 or 0 < x < 1 among what is known is written u, 1 + u or 1/(1 + u) with u > 0; the sign is then read off the
    coefficients, factor by factor. Parameters are real, so even powers of those of unknown sign help.

    >>> from sympy import symbols
    >>> p, L = symbols("p L")
    >>> sign_under(L * (1 - p) - 1 + p, [p, 1 - p, L - 1])
    1
    >>> sign_under(L * (1 - p) - 1, [p, 1 - p, L - 1]) is None
    True
    """
    if not expr.free_symbols:
        return _sign_of_number(expr)
    images = _images(expr, positive)
    if images is None:
        return None
    moved = expr.xreplace(images)
    if not moved.is_rational_function(*moved.free_symbols):
        return None
    numerator, denominator = sympy.fraction(sympy.together(moved))
    above, below = _sign_of_product(numerator), _sign_of_product(denominator)
    return None if above is None or below is None else above * below


def real_sign(value: Expr, what: str) -> int:
    """1, 0 or -1, the sign of a real constant; raises `InvalidInput` naming `what` when it is not real or cannot be told from 0.

    >>> real_sign(sympy.sqrt(2) - sympy.pi, "x")
    -1
    """
    with exclusive():
        if value.is_real is not False:
            for sign, known in ((0, value.is_zero), (1, value.is_positive), (-1, value.is_negative)):
                if known:
                    return sign
        number = sympy.N(value, _DIGITS)
        if number.is_Float and abs(number) > sympy.Float(10) ** -_CLEAR:  # a real value of a function that SymPy knows no more of, such as erfinv
            return 1 if number > 0 else -1
    if value.is_real:
        raise InvalidInput(f"the sign of {what} is open: {shown(value)} cannot be told from 0 here; simplify it, or give a decimal")
    raise InvalidInput(f"{what} must be a real number, not {shown(value)}; a law has real parameters")


def _images(expr: Expr, positive: Sequence[Expr]) -> dict[Expr, Expr] | None:
    """Each generator of `expr` through one that is only known to be positive; None when nothing is known about one."""
    images: dict[Expr, Expr] = {}
    known = {part for value in positive for part in (value.expand(), value.expand().primitive()[1])}
    try:
        bases = Ring.of(expr).bases
    except NoClosedForm:  # cases, or a function of a kind that is no generator
        return None
    for base, root in bases:
        u = Dummy("u", positive=True)
        if base.is_number and base.is_positive:
            continue
        if (base - 1).expand() in known:
            image = 1 + u
        elif base not in known and not base.is_positive and base.func is not sympy.exp:
            if root > 1 or not base.is_Symbol:
                return None
            image = Dummy("r", real=True)
        else:
            image = 1 / (1 + u) if (1 - base).expand() in known else u
        images[base] = image**root
    return images


def _sign_of_product(poly: Expr) -> int | None:
    variables = sorted(poly.free_symbols, key=str)
    if not variables:
        return _sign_of_number(poly)
    content, factors = sympy.factor_list(poly, *variables)
    signs = [_sign_of_number(content)]
    signs += [_common_sign(sympy.Poly(factor, *variables)) for factor, power in factors if power % 2]
    return None if None in signs else prod(sign for sign in signs if sign is not None)


def _common_sign(poly: sympy.Poly) -> int | None:
    """The sign of all terms, where it is the same; a variable of unknown sign stands in even powers only, and not in every term."""
    signs = {_sign_of_number(coefficient) for coefficient in poly.coeffs()}
    odd = any(power % 2 for monomial in poly.monoms() for power, x in zip(monomial, poly.gens, strict=True) if not x.is_positive)
    return signs.pop() if len(signs) == 1 and not odd else None


def _sign_of_number(value: Expr) -> int | None:
    """The sign of a real constant, None where SymPy cannot settle it."""
    sign = sympy.sign(value)
    return int(sign) if sign.is_Integer else None
