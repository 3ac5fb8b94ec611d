"""What `expect` accepts for f: functions of arrays or of numbers, and SymPy's, whose jumps and kinks are found from their form."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any

import numpy as np
import sympy
from sympy import Expr, Symbol

from freealg.errors import InvalidInput, shown

__all__ = ["function_on_arrays", "points_of", "symbolic_function"]

_MOST_DEGREE = 40
_BROKEN = (sympy.Abs, sympy.sign, sympy.Heaviside)


def symbolic_function(f: Any) -> tuple[Expr, Symbol] | None:
    """(f(t), t) where f is SymPy's: a function, a `Lambda`, or an expression of one symbol.

    >>> t = Symbol("t")
    >>> symbolic_function(sympy.Abs(t - 1))
    (Abs(t - 1), t)
    """
    if isinstance(f, Expr) and len(f.free_symbols) == 1 and not isinstance(f, sympy.Lambda):
        (own,) = f.free_symbols
        t = Symbol(own.name, real=True)
        return f.xreplace({own: t}), t
    if isinstance(f, sympy.FunctionClass | sympy.Lambda) or (callable(f) and getattr(f, "__module__", "").startswith("sympy.")):
        t = Symbol("t", real=True)
        return f(t), t
    return None


def function_on_arrays(f: Any) -> Callable[[np.ndarray[Any, Any]], Any]:
    """`f` as a function from arrays to arrays of floats: one of NumPy arrays or of numbers, or SymPy's (`sympy.log`, a `Lambda`, an expression).

    >>> import math
    >>> [function_on_arrays(f)(np.array([1.0, 4.0])).tolist() for f in (math.sqrt, sympy.sqrt, lambda x: 2)]
    [[1.0, 2.0], [1.0, 2.0], [2.0, 2.0]]
    """
    symbolic = symbolic_function(f)
    if symbolic is None and not callable(f):
        raise InvalidInput(f"expect takes a function of x, or a SymPy expression of one symbol, not {shown(f)}; moments are there as law.moments(n)")
    function = f if symbolic is None else sympy.lambdify(symbolic[1], symbolic[0], "numpy")

    @wraps(f if callable(f) else function)
    def values(points: np.ndarray[Any, Any]) -> Any:
        with nullcontext() if symbolic is None else np.errstate(all="ignore"):  # all branches of a Piecewise are evaluated everywhere
            found = _real_values(function, points)
        if found is None:
            raise InvalidInput(f"the function {shown(f)} must give a real number at each x, as it does not at {points[0]:.6g}; give a function of x")
        return found

    return values


def _real_values(function: Callable[[Any], Any], points: np.ndarray[Any, Any]) -> Any:
    """The values at an array; point by point where the function is one of numbers. None where they are no real numbers."""
    try:
        given = np.asarray(function(points))
    except (TypeError, ValueError, AttributeError):
        given = np.asarray([function(point) for point in points.tolist()])
    if given.dtype.kind not in "biuf" or given.shape not in ((), points.shape):
        return None
    return np.broadcast_to(given.astype(float), points.shape)


def points_of(f: Any, points: Any = None) -> list[float]:
    """The `points` given, and for SymPy's f the real zeros of what its Abs, sign, Heaviside, Max, Min and Piecewise compare, if polynomial.

    >>> t = Symbol("t")
    >>> points_of(sympy.Max(t**2, t + 2) + sympy.Piecewise((1, t < 5), (0, True)))
    [-1.0, 2.0, 5.0]
    """
    given = np.asarray([] if points is None else points)
    if given.dtype.kind not in "biuf" or not np.all(np.isfinite(given)):
        raise InvalidInput(f"points must be finite real numbers at which f has a jump or a kink, not {shown(points)}")
    found = {float(x) for x in given.ravel()}
    symbolic = symbolic_function(f)
    if symbolic is not None:
        for part in _compared(symbolic[0]):
            found.update(_zeros(part, symbolic[1]))
    return sorted(found)


def _compared(expr: Expr) -> list[Expr]:
    """Expressions at whose zeros `expr` may have a jump or a kink."""
    out = [part.args[0] for part in expr.atoms(*_BROKEN)]
    for part in expr.atoms(sympy.Max, sympy.Min):
        out += [a - b for k, a in enumerate(part.args) for b in part.args[:k]]
    return out + [part.lhs - part.rhs for part in expr.atoms(sympy.core.relational.Relational)]


def _zeros(expr: Expr, t: Symbol) -> list[float]:
    """Real zeros in doubles; none where they are not those of a polynomial of moderate degree, which quadrature then finds by itself."""
    try:
        polynomial = sympy.Poly(sympy.fraction(sympy.together(expr))[0], t)
        coefficients = [complex(c) for c in polynomial.all_coeffs()]
    except (sympy.PolynomialError, TypeError):
        return []
    if not 1 <= polynomial.degree() <= _MOST_DEGREE:
        return []
    if polynomial.domain.is_QQ or polynomial.domain.is_ZZ:
        return [float(root) for root in sympy.real_roots(polynomial, multiple=False) for root in root[:1]]
    roots = np.roots(coefficients)
    return [float(root.real) for root in roots if abs(root.imag) <= 1e-7 * (1 + abs(root))]
