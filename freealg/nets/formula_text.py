"""Formulas of activations as text, "tanh(2*x) + x^3": numbers, x or h, pi, parameters, + - * / ^, known functions. Nothing is evaluated as code."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import final

import sympy as sp
from sympy import Expr, Rational

from freealg.errors import InvalidInput, shown
from freealg.nets.catalogue import FAMILIES, is_call_of_a_family
from freealg.nets.pieces import X

__all__ = ["is_formula", "read_formula"]

_LONGEST, _HIGHEST, _DEEPEST = 200, 200, 40
_TOKEN = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+|[A-Za-z]\w*|\*\*|[-+*/^(),])")
_VARIABLES = ("x", "X", "h")
_FUNCTIONS: dict[str, Callable[..., Expr]] = {
    "sqrt": sp.sqrt, "log": sp.log, "max": sp.Max, "min": sp.Min, "sinh": sp.sinh, "cosh": sp.cosh, "erfc": sp.erfc, "atan": sp.atan, "abs": sp.Abs,
}  # fmt: skip


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
    return _Reader(text).whole()


@final
class _Reader:
    """Recursive descent over the tokens."""

    def __init__(self, text: str) -> None:
        if len(text) > _LONGEST:
            raise InvalidInput(f"the formula of an activation has at most {_LONGEST} characters, not {len(text)}; give it as a SymPy expression")
        self.text, self.tokens, self.place, self.depth = text, self._split(text), 0, 0

    def _split(self, text: str) -> list[str]:
        tokens, start = [], 0
        while text[start:].strip():
            found = _TOKEN.match(text, start)
            if found is None:
                raise InvalidInput(f'"{text}" is no formula of an activation: {shown(text[start:].strip()[:1])} is not known there')
            tokens.append(found.group(1))
            start = found.end()
        return tokens

    def whole(self) -> Expr:
        """The formula, with nothing left."""
        value = self._sum()
        if self.place < len(self.tokens):
            raise self._wrong()
        if not value.has(X):
            raise InvalidInput(f'"{self.text}" is no formula of an activation: it has no x; a constant is given as a number')
        return value

    def _wrong(self) -> InvalidInput:
        here = self.tokens[self.place] if self.place < len(self.tokens) else "its end"
        return InvalidInput(f'"{self.text}" is no formula of an activation: {here} was not expected; write it like "x*exp(-x^2/2)"')

    def _take(self, *wanted: str) -> str | None:
        if self.place < len(self.tokens) and self.tokens[self.place] in wanted:
            self.place += 1
            return self.tokens[self.place - 1]
        return None

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise self._wrong()

    def _sum(self) -> Expr:
        value = self._product()
        while sign := self._take("+", "-"):
            term = self._product()
            value = value + term if sign == "+" else value - term
        return value

    def _product(self) -> Expr:
        value = self._signed()
        while sign := self._take("*", "/"):
            factor = self._signed()
            if sign == "/" and factor == 0:
                raise InvalidInput(f'"{self.text}" divides by zero')
            value = value * factor if sign == "*" else value / factor
        return value

    def _signed(self) -> Expr:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise InvalidInput(f"a formula of an activation is nested {_DEEPEST} deep at most; give it as a SymPy expression")
        sign = self._take("-", "+")
        value = (-self._signed() if sign == "-" else self._signed()) if sign else self._power()
        self.depth -= 1
        return value

    def _power(self) -> Expr:
        base = self._atom()
        if not self._take("^", "**"):
            return base
        exponent = self._signed()
        if not (exponent.is_Rational and abs(exponent) <= _HIGHEST and exponent.q <= _HIGHEST):
            raise InvalidInput(f'"{self.text}": an exponent is a rational number up to {_HIGHEST}, not {shown(exponent)}; exp(...) takes any')
        if base == 0 and exponent < 0:
            raise InvalidInput(f'"{self.text}" divides by zero')
        return base**exponent

    def _atom(self) -> Expr:
        if self._take("("):
            value = self._sum()
            self._need(")")
            return value
        if self.place >= len(self.tokens) or not (self.tokens[self.place][0].isalnum() or self.tokens[self.place][0] == "."):
            raise self._wrong()
        token = self.tokens[self.place]
        self.place += 1
        if not token[0].isalpha():
            return Rational(Fraction(token))
        if self._take("("):
            return self._called(token)
        if token.lower() in FAMILIES or token.lower() in _FUNCTIONS:
            raise InvalidInput(f'"{self.text}": {token} is a function, and its argument is missing; write {token}(x)')
        return X if token in _VARIABLES else sp.pi if token == "pi" else sp.Symbol(token)

    def _called(self, name: str) -> Expr:
        arguments = [self._sum()]
        while self._take(","):
            arguments.append(self._sum())
        self._need(")")
        key = name.lower()
        if key in _FUNCTIONS and (len(arguments) == 1 or key in ("max", "min")):
            return _FUNCTIONS[key](*arguments)
        if key in FAMILIES and len(arguments) == 1:
            return FAMILIES[key].member(key, ()).xreplace({X: arguments[0]})
        known = ", ".join(sorted({*_FUNCTIONS, *(family for family, entry in FAMILIES.items() if all(d is not None for _, d in entry.parameters))}))
        raise InvalidInput(f'"{self.text}": there is no function {name} of {len(arguments)} arguments in formulas; known: {known}')
