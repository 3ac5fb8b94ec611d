"""Formulas of activations as text, "tanh(2*x) + x^3": numbers, x or h, pi, parameters, + - * / ^, known functions. Nothing is evaluated as code."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any, final

import sympy as sp
from lark import Lark, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedToken
from sympy import Expr, Rational

from freealg.errors import InvalidInput, shown
from freealg.nets.catalogue import FAMILIES, is_call_of_a_family
from freealg.nets.pieces import X

__all__ = ["is_formula", "read_formula"]

_GRAMMAR = r"""
?start: sum
?sum: product | sum "+" product -> add | sum "-" product -> subtract
?product: signed | product _TIMES signed -> multiply | product "/" signed -> divide
?signed: power | "-" signed -> negative | "+" signed
?power: atom | atom _POWER signed -> power
?atom: NUMBER -> number | NAME -> name | NAME "(" sum ("," sum)* ")" -> call | "(" sum ")"

_TIMES: /\*/
_POWER: /\*\*|\^/
NUMBER: /[0-9]+(\.[0-9]*)?|\.[0-9]+/
NAME: /[A-Za-z][A-Za-z0-9_]*/
%ignore /\s+/
"""
_LONGEST, _HIGHEST, _DEEPEST = 200, 200, 40
_VARIABLES = ("x", "X", "h")
_FUNCTIONS: dict[str, Callable[..., Expr]] = {
    "sqrt": sp.sqrt, "log": sp.log, "max": sp.Max, "min": sp.Min, "sinh": sp.sinh, "cosh": sp.cosh, "erfc": sp.erfc, "atan": sp.atan, "abs": sp.Abs,
}  # fmt: skip


class _Refused(Exception):
    """Why a part of a formula has no meaning."""


def is_formula(text: str) -> bool:
    """Whether the text is more than a name, or a name with its parameters.

    >>> [is_formula(text) for text in ("relu", "leaky_relu(1/10)", "x^3", "tanh(x)", "x^3 - 3*x")]
    [False, False, False, True, True]
    """
    return any(sign in text for sign in "(+*/-") and not is_call_of_a_family(text, _VARIABLES)


def read_formula(text: str) -> Expr:
    """The SymPy expression in Symbol("x").

    >>> read_formula("x^3 - 3*x"), read_formula("erf(sqrt(pi)*h/2)"), read_formula("max(x, a*x)")
    (x**3 - 3*x, erf(sqrt(pi)*x/2), Max(x, a*x))
    """
    if len(text) > _LONGEST:
        raise InvalidInput(f"the formula of an activation has at most {_LONGEST} characters, not {len(text)}; give it as a SymPy expression")
    if _depth(text) > _DEEPEST:
        raise InvalidInput(f"a formula of an activation is nested {_DEEPEST} deep at most; give it as a SymPy expression")
    try:
        value: Any = _reader().parse(text)
    except UnexpectedCharacters as error:
        raise InvalidInput(f'"{text}" is no formula of an activation: {shown(text[error.pos_in_stream or 0])} is not known there') from None
    except UnexpectedToken as error:
        here = "its end" if error.token.type == "$END" else str(error.token)
        raise InvalidInput(f'"{text}" is no formula of an activation: {here} was not expected; write it like "x*exp(-x^2/2)"') from None
    except _Refused as error:
        raise InvalidInput(f'"{text}" {error}') from None
    if not isinstance(value, Expr) or not value.has(X):
        raise InvalidInput(f'"{text}" is no formula of an activation: it has no x; a constant is given as a number')
    return value


def _depth(text: str) -> int:
    """How deep its brackets are nested."""
    depth = deepest = 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        deepest = max(deepest, depth)
    return deepest


@lru_cache(maxsize=1)
def _reader() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", transformer=_Meaning())


@final
@v_args(inline=True)
class _Meaning(Transformer):  # type: ignore[type-arg]
    """What the rules of the grammar stand for, in SymPy."""

    def add(self, a: Expr, b: Expr) -> Expr:
        return a + b

    def subtract(self, a: Expr, b: Expr) -> Expr:
        return a - b

    def multiply(self, a: Expr, b: Expr) -> Expr:
        return a * b

    def divide(self, a: Expr, b: Expr) -> Expr:
        if b == 0:
            raise _Refused("divides by zero")
        return a / b

    def negative(self, a: Expr) -> Expr:
        return -a

    def power(self, base: Expr, exponent: Expr) -> Expr:
        if not (exponent.is_Rational and abs(exponent) <= _HIGHEST and exponent.q <= _HIGHEST):
            raise _Refused(f"has an exponent that is no rational number up to {_HIGHEST}: {shown(exponent)}; exp(...) takes any")
        if base == 0 and exponent < 0:
            raise _Refused("divides by zero")
        return base**exponent

    def number(self, token: Any) -> Expr:
        return Rational(Fraction(str(token)))

    def name(self, token: Any) -> Expr:
        name = str(token)
        if name.lower() in FAMILIES or name.lower() in _FUNCTIONS:
            raise _Refused(f"has the function {name} without its argument; write {name}(x)")
        return X if name in _VARIABLES else sp.pi if name == "pi" else sp.Symbol(name)

    def call(self, token: Any, *arguments: Expr) -> Expr:
        key = str(token).lower()
        if key in _FUNCTIONS and (len(arguments) == 1 or key in ("max", "min")):
            return _FUNCTIONS[key](*arguments)
        if key in FAMILIES and len(arguments) == 1:
            return FAMILIES[key].member(key, ()).xreplace({X: arguments[0]})
        known = ", ".join(sorted({*_FUNCTIONS, *(family for family, entry in FAMILIES.items() if all(d is not None for _, d in entry.parameters))}))
        raise _Refused(f"has a function {token} of {len(arguments)} arguments, which formulas do not know; known: {known}")
