"""Evaluation of a SymPy expression of one variable, in doubles over arrays or in mpmath at its working precision; no code is generated.

`Formula` turns the expression into a list of steps, equal subexpressions once. exp(u^2) erfc(u) is recognised and evaluated as one function, so that
Gaussian transforms do not overflow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, final

import mpmath
import numpy as np
import sympy
from numpy.typing import NDArray
from sympy import Expr, Function, Symbol

from freealg.errors import NoClosedForm
from freealg.exact.context import cached_property, mp_precision
from freealg.numerics.faddeeva import erfc_digits, erfcx_digits, faddeeva

__all__ = ["Formula", "is_single_valued", "number_at"]

Array = NDArray[Any]
Step = tuple[str, Any]
_DIGITS = 20
_ENTIRE = frozenset({"exp", "sinh", "cosh", "tanh", "coth", "sin", "cos", "tan", "cot", "erf", "erfc", "erfcx", "complement"})


class erfcx(Function):  # noqa: N801 - a SymPy function is named as it prints
    """exp(u^2) erfc(u)."""

    def fdiff(self, argindex: int = 1) -> Expr:
        """2 u erfcx(u) - 2/sqrt(pi)"""
        u = self.args[0]
        return 2 * u * self - 2 / sympy.sqrt(sympy.pi)


class complement(Function):  # noqa: N801
    """erfc(u), which SymPy does not rewrite."""

    def fdiff(self, argindex: int = 1) -> Expr:
        """-2 exp(-u^2)/sqrt(pi)"""
        return -2 * sympy.exp(-(self.args[0] ** 2)) / sympy.sqrt(sympy.pi)


_ARRAY: dict[str, Callable[[Array], Array]] = {
    "exp": np.exp,
    "log": np.log,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "coth": lambda u: 1 / np.tanh(u),
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "cot": lambda u: 1 / np.tan(u),
    "erfcx": lambda u: faddeeva(1j * u),
    "complement": lambda u: np.exp(-u * u) * faddeeva(1j * u),
}

_MP: dict[str, Callable[[Any], Any]] = {
    "erfcx": erfcx_digits,
    "complement": erfc_digits,
}


def _mp_function(name: str) -> Callable[[Any], Any]:
    if name in _MP:
        return _MP[name]
    found = getattr(mpmath, name, None) or getattr(mpmath, name.lower(), None)
    if found is None:
        raise NoClosedForm(f"{name} has no numeric evaluator here; rewrite the transform in elementary functions, erfc or LambertW")
    return found


def _array_function(name: str) -> Callable[[Array], Array]:
    known = _ARRAY.get(name)
    if known is not None:
        return known
    slow = _mp_function(name)

    def elementwise(u: Array) -> Array:
        with mp_precision(_DIGITS):
            return np.array([complex(slow(mpmath.mpmathify(complex(v)))) for v in np.ravel(u)]).reshape(np.shape(u))

    return elementwise


def number_at(expr: Expr) -> Any:
    """A SymPy number as mpf or mpc at mpmath's working precision."""
    if expr.is_Rational:
        return mpmath.mpf(int(expr.p)) / int(expr.q)
    value = sympy.N(expr, mpmath.mp.dps + 10)
    real, imaginary = value.as_real_imag()
    parts = [mpmath.mpf(part._mpf_) if part.is_Float else mpmath.mpf(int(part.p)) / int(part.q) for part in (real, imaginary)]
    return mpmath.mpc(*parts) if imaginary != 0 else +parts[0]


def _scaled(expr: Expr) -> Expr:
    """The expression with exp(u^2) erfc(u) written as erfcx(u); SymPy turns erfc(-u) into 2 - erfc(u), which is turned back."""
    held = expr.replace(sympy.erfc, complement)
    held = held.replace(lambda part: part.is_Add and part.args[0] == 2 and len(part.args) == 2, _reflected)
    found: Expr = held.replace(lambda part: part.is_Mul and part.has(complement), _joined)
    return found


def _reflected(part: Expr) -> Expr:
    tail = -(part - 2)
    return complement(-tail.args[0]) if isinstance(tail, complement) else part


def _joined(product: Expr) -> Expr:
    for tail in (factor for factor in product.args if isinstance(factor, complement)):
        for factor in product.args:
            if isinstance(factor, sympy.exp) and (factor.args[0] - tail.args[0] ** 2).expand() == 0:
                return product / (tail * factor) * erfcx(tail.args[0])
    return product


def is_single_valued(expr: Expr, variable: Symbol) -> bool:
    """Whether the expression is meromorphic in the variable at sight: no roots, logarithms or other many-valued functions of it.

    >>> from sympy import coth, sqrt
    >>> x = Symbol("x")
    >>> is_single_valued(coth(x) - 1/x, x), is_single_valued(sqrt(1 + x), x)
    (True, False)
    """
    if not expr.has(variable):
        return True
    if expr == variable:
        return True
    if expr.is_Pow:
        return bool(expr.exp.is_Integer) and is_single_valued(expr.base, variable)
    if expr.is_Add or expr.is_Mul or getattr(expr.func, "__name__", "") in _ENTIRE:
        return all(is_single_valued(part, variable) for part in expr.args)
    return False


@final
class Formula:
    """expr as a function of `variable`.

    >>> x = Symbol("x")
    >>> Formula(sympy.exp(x) / x, x)(np.array([1.0 + 0j])).real.round(6)
    array([2.718282])
    >>> with mp_precision(20):
    ...     print(mpmath.nstr(Formula(1 / x, x).at(mpmath.mpf(3)), 10))
    0.3333333333
    """

    def __init__(self, expr: Expr, variable: Symbol) -> None:
        if expr.free_symbols - {variable}:
            raise NoClosedForm(f"{expr} has symbols other than {variable}; bind them first")
        self.expr, self.variable = _scaled(expr), variable
        self._digits: dict[tuple[int, int], Any] = {}
        self._index: dict[Expr, int] = {}
        self._steps: list[Step] = []
        self._add(self.expr)

    def _add(self, expr: Expr) -> int:
        found = self._index.get(expr)
        if found is None:
            step = self._step(expr)
            found = self._index[expr] = len(self._steps)
            self._steps.append(step)
        return found

    def _step(self, expr: Expr) -> Step:
        if expr == self.variable:
            return ("variable", None)
        if expr.is_number:
            return ("number", expr)
        if expr.is_Pow and expr.exp.is_Integer:
            return ("power", (self._add(expr.base), int(expr.exp)))
        if expr.is_Pow and expr.base == sympy.E:
            return ("exp", [self._add(expr.exp)])
        kind = "sum" if expr.is_Add else "product" if expr.is_Mul else "general power" if expr.is_Pow else expr.func.__name__
        return (kind, [self._add(part) for part in expr.args])

    @cached_property
    def derivative(self) -> Formula:
        """The derivative with respect to the variable."""
        return Formula(sympy.diff(self.expr, self.variable), self.variable)

    @cached_property
    def _constants(self) -> dict[int, complex]:
        with mp_precision(_DIGITS):
            return {k: complex(number_at(value)) for k, (kind, value) in enumerate(self._steps) if kind == "number"}

    def __call__(self, x: Array) -> Array:
        """The values at a complex array."""
        found: list[Any] = []
        for k, (kind, data) in enumerate(self._steps):
            if kind == "variable":
                found.append(x)
            elif kind == "number":
                found.append(self._constants[k])
            elif kind == "power":
                found.append(found[data[0]] ** data[1])
            elif kind in _COMBINED:
                found.append(_COMBINED[kind]([found[i] for i in data]))
            else:
                found.append(_array_function(kind)(found[data[0]]))
        return np.broadcast_to(np.asarray(found[-1], dtype=complex), np.shape(x))

    def _number(self, step: int, expr: Expr) -> Any:
        """A constant at the working precision, worked out once for each precision."""
        key = (step, mpmath.mp.prec)
        if key not in self._digits:
            self._digits[key] = number_at(expr)
        return self._digits[key]

    def at(self, x: Any) -> Any:
        """The value at an mpmath number, at the working precision."""
        found: list[Any] = []
        for k, (kind, data) in enumerate(self._steps):
            if kind == "variable":
                found.append(x)
            elif kind == "number":
                found.append(self._number(k, data))
            elif kind == "power":
                found.append(found[data[0]] ** data[1])
            elif kind in _COMBINED:
                found.append(_COMBINED[kind]([found[i] for i in data]))
            else:
                found.append(_mp_function(kind)(found[data[0]]))
        return found[-1]


def _product(values: list[Any]) -> Any:
    total = values[0]
    for value in values[1:]:
        total = total * value
    return total


_COMBINED: dict[str, Callable[[list[Any]], Any]] = {
    "sum": lambda values: sum(values[1:], values[0]),
    "product": _product,
    "general power": lambda values: values[0] ** values[1],
}
