"""The Faddeeva function w(z) = exp(-z^2) erfc(-i z) in doubles, vectorised: trapezoidal and midpoint sums with the residue of the nearest pole.

Source: Al Azah and Chandler-Wilde, "Computation of the complex error function using modified trapezoidal rules", SIAM J. Numer. Anal. 59 (2021). The
imaginary and the real part keep their own accuracy near the real axis, where Re w(x) = exp(-x^2) is far below |w|.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flint
import mpmath
import numpy as np
from numpy.typing import NDArray

from freealg.errors import Undecided
from freealg.exact.context import ball_precision
from freealg.numerics.digits import from_arb

__all__ = ["erfc_digits", "erfcx_digits", "faddeeva"]

Array = NDArray[Any]
_TERMS = 12
_STEP = float(np.sqrt(np.pi / _TERMS))
_MIDPOINTS = ((np.arange(_TERMS) + 0.5) * _STEP) ** 2
_POINTS = (np.arange(1, _TERMS) * _STEP) ** 2
_GUARD = 10
_MOST_BITS = 1 << 20


def faddeeva(z: Array) -> Array:
    """w(z) at an array of complex numbers, relative error about 1e-15 for Im z >= 0; below the axis by w(z) = 2 exp(-z^2) - w(-z).

    >>> w = faddeeva(np.array([0j, 1j]))
    >>> float(round(w[0].real, 15)), float(round(w[1].real, 12))
    (1.0, 0.427583576156)
    """
    z = np.asarray(z, dtype=complex)
    below = z.imag < 0
    with np.errstate(all="ignore"):
        value = _upper(np.where(below, -z, z))
        if below.any():
            value = np.where(below, 2 * np.exp(-z * z) - value, value)
    return value


def _upper(z: Array) -> Array:
    """Im z >= 0; the left quadrant by w(-conj z) = conj w(z)."""
    left = z.real < 0
    x, y = np.abs(z.real), z.imag
    point = x + 1j * y
    share = (x / _STEP) % 1.0
    plain = y >= np.maximum(x, np.pi / _STEP)
    middle = plain | (np.abs(share - 0.5) > 0.25)
    square = point * point
    value = np.empty(point.shape, dtype=complex)
    value[middle] = _sum(square[middle], _MIDPOINTS) * point[middle]
    rest = ~middle
    value[rest] = _sum(square[rest], _POINTS) * point[rest] + 1j * _STEP / (np.pi * point[rest])
    near = ~plain
    value[near] += _residue(point[near], np.where(middle[near], 1.0, -1.0))
    return np.where(left, value.conj(), value)


def _sum(square: Array, nodes: Array) -> Array:
    """(2 i h/pi) sum exp(-t^2)/(z^2 - t^2)"""
    total = np.zeros(square.shape, dtype=complex)
    for t in nodes[::-1]:
        total += np.exp(-t) / (square - t)
    return (2j * _STEP / np.pi) * total


def _residue(z: Array, sign: Array) -> Array:
    """2 exp(-z^2)/(1 ± exp(-2 pi i z/h)), without overflow"""
    turn = np.exp(2j * np.pi * z / _STEP)
    return 2 * np.exp(-z * z) * turn / (turn + sign)


def erfc_digits(u: Any) -> Any:
    """erfc(u) at mpmath's working precision.

    >>> mpmath.nstr(erfc_digits(mpmath.mpf(30)), 12)
    '2.56465620376e-393'
    """
    return _by_balls(u, flint.acb.erfc)


def erfcx_digits(u: Any) -> Any:
    """exp(u^2) erfc(u) at mpmath's working precision; the square of a large u costs digits, which are added.

    >>> mpmath.nstr(erfcx_digits(mpmath.mpf(10) ** 9) * 10**9, 12)
    '0.564189583548'
    """
    return _by_balls(u, lambda ball: (ball * ball).exp() * ball.erfc())


def _by_balls(u: Any, function: Callable[[flint.acb], flint.acb]) -> Any:
    """function(u), the precision of balls doubled until the value has as many bits as mpmath works with; the caller holds mpmath's door."""
    wanted = mpmath.mp.prec + _GUARD
    bits = wanted + 2 * max(0, int(mpmath.mag(u)) if u else 0)
    while bits <= _MOST_BITS:
        with ball_precision(bits):
            value = function(flint.acb(u))
            if value.rel_accuracy_bits() >= wanted:
                real, imaginary = from_arb(value.real), from_arb(value.imag)
                return +real if imaginary == 0 else mpmath.mpc(+real, +imaginary)
        bits *= 2
    raise Undecided(f"the error function at {mpmath.nstr(u, 6)} needs more than {_MOST_BITS} bits; ask nearer to the bulk of the law")
