"""What numeric queries accept for x: floats and arrays of them, exact numbers, and exact numbers where precision is asked for."""

from __future__ import annotations

import numbers
from collections.abc import Callable
from typing import Any

import flint
import numpy as np
import sympy
from sympy import Expr

from freealg.errors import InvalidInput
from freealg.exact.coerce import exact, fmpq_of
from freealg.exact.context import ball_precision
from freealg.numerics.real_algebraic import RealAlgebraic, real_algebraics

__all__ = ["at_precision", "digits_of", "over_array", "point_of"]

_BITS = 2000


def over_array(x: Any, function: Callable[[np.ndarray[Any, Any]], Any], kind: type) -> Any:
    """function on the flattened array; scalar in, scalar out."""
    values = _as_array(x, kind)
    if not np.all(np.isfinite(values) | (np.isinf(values) if kind is float else False)):
        raise InvalidInput(f"the argument has a NaN: {x!r}")
    result = np.asarray(function(np.atleast_1d(values).ravel()))
    return result.reshape(values.shape) if values.ndim else result.ravel()[0].item()


def _as_array(x: Any, kind: type) -> np.ndarray[Any, Any]:
    try:
        if isinstance(x, str | bytes):
            raise TypeError
        if isinstance(x, Expr):
            return np.asarray(kind(x))
        return np.asarray(x if not isinstance(x, list | tuple) else [kind(v) for v in x], dtype=kind)
    except (TypeError, ValueError):
        raise InvalidInput(f"the argument must be a number or an array of numbers, not {x!r}") from None


def point_of(x: Any) -> Expr:
    """x as an exact real or complex SymPy number."""
    value = exact(complex(x).real if isinstance(x, complex | np.complexfloating) and complex(x).imag == 0 else x, "the argument")
    if not value.is_number:
        raise InvalidInput(f"the argument must be a number, not {x!r}; bind its symbols first")
    return value


def digits_of(dps: Any) -> int:
    """`dps` as a whole number of digits >= 1."""
    if isinstance(dps, bool) or not isinstance(dps, numbers.Integral) or dps < 1:
        raise InvalidInput(f"dps must be a whole number of digits >= 1, not {dps!r}")
    return int(dps)


def at_precision(x: Any, function: Callable[[Any], Any], complex_too: bool = False) -> Any:
    """function at x as `fmpq` or `RealAlgebraic` (an `acb` for complex x), elementwise on arrays and lists."""
    if isinstance(x, list | tuple | np.ndarray) and not (isinstance(x, np.ndarray) and x.ndim == 0):
        listed = [at_precision(v, function, complex_too) for v in x]
        return np.array(listed, dtype=object) if isinstance(x, np.ndarray) else listed
    if isinstance(x, flint.arb | flint.acb):
        return function(x)
    return function(_exact_point(x, complex_too))


def _exact_point(x: Any, complex_too: bool) -> Any:
    if isinstance(x, complex | np.complexfloating):
        value = exact(x.real, "the argument") + sympy.I * exact(x.imag, "the argument")
    elif hasattr(x, "_mpc_") and not isinstance(x, Expr):
        value = sympy.Rational(*_mpf_ratio(x.real)) + sympy.I * sympy.Rational(*_mpf_ratio(x.imag))
    elif hasattr(x, "_mpf_"):
        value = sympy.Rational(*_mpf_ratio(x))
    else:
        value = point_of(x)
    real, imaginary = value.as_real_imag()
    if imaginary != 0:
        if not complex_too:
            raise InvalidInput(f"the argument must be real, not {x!r}")
        with ball_precision(_BITS):
            return flint.acb(_ball(real), _ball(imaginary))
    if real.is_Rational:
        return fmpq_of(real)
    if real.is_algebraic:
        return _algebraic(real)
    with ball_precision(_BITS):
        return _ball(real)


def _mpf_ratio(x: Any) -> tuple[int, int]:
    sign, mantissa, exponent, _ = x._mpf_
    if not mantissa and exponent:
        raise InvalidInput(f"the argument must be finite, not {x}")
    value = -int(mantissa) if sign else int(mantissa)
    return (value * 2**exponent, 1) if exponent >= 0 else (value, 2**-exponent)


def _ball(value: Expr) -> flint.arb:
    return flint.arb(fmpq_of(value)) if value.is_Rational else flint.arb(str(sympy.N(value, 600)))


def _algebraic(value: Expr) -> RealAlgebraic:
    x = sympy.Dummy("x")
    polynomial = sympy.minimal_polynomial(value, x, polys=True)
    factor = flint.fmpz_poly([int(c) for c in reversed(polynomial.all_coeffs())])
    with ball_precision(400):
        target = flint.arb(str(sympy.N(value, 100)))
        roots = real_algebraics(factor)
        return min(roots, key=lambda root: float(abs(root.refine(300) - target).mid()))
