"""SymPy expressions as functions of FLINT balls, with the analyticity flag that rigorous integration asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, final

import sympy as sp
from flint import acb, arb
from sympy import Expr

from freealg.exact.coerce import fmpq_of
from freealg.nets.pieces import X

__all__ = ["Ball", "NoBallsError", "ball_function", "ball_number"]

Ball = Callable[[Any, bool], Any]
"""f(z, analytic) -> acb; with `analytic` the answer is not finite unless f is analytic on the ball z."""


@final
class NoBallsError(Exception):
    """An expression holds a function that has no ball arithmetic here."""


def _arctan(z: Any, analytic: bool) -> Any:
    """The principal arctangent by logarithms, whose cuts FLINT can see."""
    turned = z * acb(0, 1)
    return ((1 + turned).log(analytic) - (1 - turned).log(analytic)) / acb(0, 2)


def _arcsinh(z: Any, analytic: bool) -> Any:
    return (z + (1 + z * z).sqrt(analytic)).log(analytic)


_FUNCTIONS: dict[Any, Ball] = {
    sp.exp: lambda z, _: z.exp(),
    sp.log: lambda z, analytic: z.log(analytic),
    sp.sin: lambda z, _: z.sin(),
    sp.cos: lambda z, _: z.cos(),
    sp.tan: lambda z, _: z.tan(),
    sp.sinh: lambda z, _: z.sinh(),
    sp.cosh: lambda z, _: z.cosh(),
    sp.tanh: lambda z, _: z.tanh(),
    sp.coth: lambda z, _: z.coth(),
    sp.sech: lambda z, _: z.sech(),
    sp.csch: lambda z, _: z.csch(),
    sp.erf: lambda z, _: z.erf(),
    sp.erfc: lambda z, _: z.erfc(),
    sp.erfi: lambda z, _: z.erfi(),
    sp.atan: _arctan,
    sp.asinh: _arcsinh,
}

_CONSTANTS: dict[Any, Callable[[], Any]] = {
    sp.pi: lambda: acb(arb.pi()),
    sp.E: lambda: acb(1).exp(),
    sp.EulerGamma: lambda: acb(arb.const_euler()),
    sp.I: lambda: acb(0, 1),
}


def ball_function(expr: Expr) -> Ball:
    """The expression in `X` as a ball function at FLINT's current precision; `NoBallsError` names what is missing.

    >>> from freealg.exact.context import ball_precision
    >>> with ball_precision(100):
    ...     print(ball_function(sp.tanh(X) ** 2)(acb(1), False).real.str(20, radius=False))
    0.58002565838597393061
    """
    if X not in expr.free_symbols:
        number = _constant(expr)
        return lambda z, analytic: number
    return _composed(expr) if expr != X else lambda z, analytic: z


def _composed(expr: Expr) -> Ball:
    """The function of a node from those of its arguments."""
    if expr.func is sp.Pow:
        return _power(expr.base, expr.exp)
    parts = [ball_function(arg) for arg in expr.args]
    if expr.func is sp.Add:
        return lambda z, analytic: sum((part(z, analytic) for part in parts[1:]), parts[0](z, analytic))
    if expr.func is sp.Mul:
        return lambda z, analytic: _product([part(z, analytic) for part in parts])
    if expr.func not in _FUNCTIONS:
        raise NoBallsError(f"{expr.func} has no ball arithmetic")
    rule, inner = _FUNCTIONS[expr.func], parts[0]
    return lambda z, analytic: rule(inner(z, analytic), analytic)


def ball_number(expr: Expr) -> Any:
    """A real constant as an `arb` at FLINT's current precision."""
    return _constant(expr).real


def _product(factors: list[Any]) -> Any:
    value = factors[0]
    for factor in factors[1:]:
        value = value * factor
    return value


def _power(base: Expr, exponent: Expr) -> Ball:
    inner = ball_function(base)
    if exponent.is_Integer:
        power = int(exponent)
        return lambda z, analytic: inner(z, analytic) ** power
    outer = ball_function(exponent)
    if exponent.is_Rational and exponent.q == 2:
        odd = int(exponent.p)
        return lambda z, analytic: inner(z, analytic).sqrt(analytic) ** odd
    return lambda z, analytic: (inner(z, analytic).log(analytic) * outer(z, analytic)).exp()


def _constant(expr: Expr) -> Any:
    if expr.is_Rational:
        return acb(arb(fmpq_of(expr)))
    if expr.is_Float:
        return _constant(sp.Rational(expr))
    if expr in _CONSTANTS:
        return _CONSTANTS[expr]()
    return _composed(expr)(acb(0), False)
