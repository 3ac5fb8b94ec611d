"""What numeric queries accept for x: floats and arrays of them, exact numbers, and exact numbers where precision is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flint
import mpmath
import numpy as np
import sympy
from sympy import Expr

from freealg.errors import InvalidInput, shown
from freealg.exact.coerce import exact, fmpq_of, fmpq_of_ball, whole_number
from freealg.exact.context import ball_precision, exclusive
from freealg.numerics.real_algebraic import RealAlgebraic, real_algebraics

__all__ = ["at_precision", "digits_of", "exact_point", "nearest", "over_array", "point_of"]

_BITS = 2000
_FARTHEST = 100_000
_KINDS = {float: "biuf", complex: "biufc"}


def over_array(x: Any, function: Callable[[np.ndarray[Any, Any]], Any], kind: type) -> Any:
    """function on the flattened array; scalar in, scalar out. NaN is refused, and infinities where `kind` is complex."""
    values = _as_array(x, kind)
    if np.any(np.isnan(values)) or (kind is complex and not np.all(np.isfinite(values))):
        raise InvalidInput(f"the argument must be {'a number' if kind is float else 'finite'}, and {shown(x)} has a NaN or an infinity; leave it out")
    flat = values.reshape(-1).view()
    flat.flags.writeable = False  # it may be the caller's own memory: one copy less, which at 100,000 points costs as much as a closed density
    with exclusive():
        result = np.asarray(function(flat))
    if np.may_share_memory(result, flat):
        result = result.copy()
    return result.reshape(values.shape) if values.ndim else result.ravel()[0].item()


def _as_array(x: Any, kind: type) -> np.ndarray[Any, Any]:
    try:
        if isinstance(x, Expr) and not (x.is_number and x.is_commutative):
            raise TypeError
        given = np.asarray(kind(x)) if isinstance(x, Expr) else np.asarray(x)
        if given.dtype.kind == "O":
            given = np.asarray([_number(value, kind) for value in given.ravel()], dtype=kind).reshape(given.shape)
    except (TypeError, ValueError, OverflowError):
        given = np.empty(0, dtype=str)
    if given.dtype.kind not in _KINDS[kind] or isinstance(x, np.ma.MaskedArray):
        wanted = "a real number or an array of real numbers" if kind is float else "a number or an array of numbers"
        raise InvalidInput(f"the argument must be {wanted} within the range of floats, not {shown(x)}; exact numbers of any size go with dps=30")
    return given.astype(kind, copy=False)


def _number(value: Any, kind: type) -> Any:
    if isinstance(value, str | bytes):
        raise TypeError
    return kind(value)


def digits_of(dps: Any, most: int = 10_000) -> int | None:
    """The number of digits asked for, from 1 to `most`; None where none was.

    >>> digits_of(30), digits_of(None)
    (30, None)
    """
    if dps is None:
        return None
    digits = whole_number(dps)
    if digits is None or not 1 <= digits <= most:
        raise InvalidInput(f"dps must be a whole number of digits from 1 to {most}, not {shown(dps)}; leave it out for double precision")
    return digits


def nearest(point: Any, digits: int) -> Any:
    """The middle of a narrow real ball as an `fmpq`; points of any other kind as they are. A ball too wide for `digits` is refused."""
    if not isinstance(point, flint.arb):
        return point
    if not point.is_exact() and point.rel_accuracy_bits() < 3.33 * digits + 64:
        raise InvalidInput(f"{shown(point)} is known to too few digits for dps = {digits}; give an exact number, a narrower ball, or certified=True")
    return fmpq_of_ball(point)


def point_of(x: Any) -> Expr:
    """x as an exact real or complex SymPy number."""
    value = exact(complex(x).real if isinstance(x, complex | np.complexfloating) and complex(x).imag == 0 else x, "the argument")
    if not value.is_number:
        raise InvalidInput(f"the argument must be a number, not {shown(x)}; bind its symbols first")
    return value


def at_precision(x: Any, function: Callable[[Any], Any], complex_too: bool = False) -> Any:
    """function at x as `fmpq` or `RealAlgebraic` (an `acb` for complex x), elementwise on arrays and lists."""
    if isinstance(x, np.ndarray):
        x = np.asarray(x) if x.ndim else x.item()
    if isinstance(x, list | tuple | np.ndarray):
        listed = [at_precision(v, function, complex_too) for v in x]
        return np.array(listed, dtype=object).reshape(x.shape) if isinstance(x, np.ndarray) else listed
    if isinstance(x, flint.arb | flint.acb):
        if not x.is_finite() or (isinstance(x, flint.acb) and not complex_too):
            raise InvalidInput(f"the argument must be {'finite' if complex_too else 'finite and real'}, not {shown(x)}; give a narrow ball")
        with exclusive():
            return function(x)
    with exclusive():
        return function(exact_point(x, complex_too))


def exact_point(x: Any, complex_too: bool = False) -> Any:
    """x as `fmpq`, `RealAlgebraic`, a ball of 600 digits where it is transcendental, or an `acb` where it is complex."""
    if isinstance(x, complex | np.complexfloating):
        value = exact(x.real, "the argument") + sympy.I * exact(x.imag, "the argument")
    elif isinstance(x, mpmath.mpc):
        value = sympy.Rational(*_mpf_ratio(x.real)) + sympy.I * sympy.Rational(*_mpf_ratio(x.imag))
    elif isinstance(x, mpmath.mpf):
        value = sympy.Rational(*_mpf_ratio(x))
    else:
        value = point_of(x)
    real, imaginary = value.as_real_imag()
    if imaginary != 0:
        if not complex_too:
            raise InvalidInput(f"the argument must be real, not {shown(x)}; a law lives on the real line")
        with ball_precision(_BITS):
            return flint.acb(_ball(real), _ball(imaginary))
    if real.is_Rational:
        return fmpq_of(real)
    if real.is_algebraic:
        return _algebraic(real)
    with ball_precision(_BITS):
        return _ball(real)


def _mpf_ratio(x: Any) -> tuple[int, int]:
    if not mpmath.isfinite(x):
        raise InvalidInput(f"the argument must be finite, not {shown(x)}; give a finite number")
    sign, mantissa, exponent, _ = x._mpf_
    if abs(exponent) > _FARTHEST:
        raise InvalidInput(f"the argument {shown(x)} is out of range; numbers from 2**-{_FARTHEST} to 2**{_FARTHEST} are read")
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
