"""One spelling for the same formulas in doubles over arrays and in mpmath numbers."""

from __future__ import annotations

from typing import Any, Protocol, final

import mpmath
import numpy as np

from freealg.numerics.formula import Formula, number_at

__all__ = ["DIGITS", "DOUBLES", "Arithmetic"]


_ROUNDING = 1e-14


class Arithmetic(Protocol):
    """Functions whose branch or type matters; sums, products and quotients are written as they are."""

    def number(self, expr: Any) -> Any:
        """A SymPy number."""

    def value(self, formula: Formula, x: Any) -> Any:
        """A formula at x."""

    def exp(self, x: Any) -> Any:
        """exp(x)"""

    def log_below(self, x: Any) -> Any:
        """The logarithm on the lower half plane, continued across the real axis from there: cut along the positive imaginary axis."""

    def log_above(self, x: Any) -> Any:
        """The logarithm on the upper half plane, continued across the real axis from there: cut along the negative imaginary axis."""

    def wrapped(self, x: Any) -> Any:
        """x modulo 2 pi i, with |Im| <= pi."""

    def magnitude(self, x: Any) -> Any:
        """|x|"""

    def lifted(self, x: Any) -> Any:
        """x with a negative imaginary part at rounding level taken off: a real point is approached from above."""


@final
class Doubles:
    """Complex arrays."""

    def number(self, expr: Any) -> Any:
        return complex(expr) if not expr.is_real else float(expr)

    def value(self, formula: Formula, x: Any) -> Any:
        return formula(x)

    def exp(self, x: Any) -> Any:
        return np.exp(x)

    def log_below(self, x: Any) -> Any:
        return np.log(1j * np.asarray(x)) - 0.5j * np.pi

    def log_above(self, x: Any) -> Any:
        return np.log(-1j * np.asarray(x)) + 0.5j * np.pi

    def wrapped(self, x: Any) -> Any:
        return x - 2j * np.pi * np.round(x.imag / (2 * np.pi))

    def magnitude(self, x: Any) -> Any:
        return np.abs(x)

    def lifted(self, x: Any) -> Any:
        x = np.asarray(x, dtype=complex)
        below = (x.imag <= 0) & (x.imag >= -_ROUNDING * np.abs(x))
        return np.where(below, x.real + 0j, x) if below.any() else x


@final
class Digits:
    """mpmath numbers at the working precision; the caller holds the door of `exact.context`."""

    def number(self, expr: Any) -> Any:
        return number_at(expr)

    def value(self, formula: Formula, x: Any) -> Any:
        return formula.at(x)

    def exp(self, x: Any) -> Any:
        return mpmath.exp(x)

    def log_below(self, x: Any) -> Any:
        return mpmath.log(mpmath.mpc(0, 1) * x) - mpmath.mpc(0, 1) * mpmath.pi / 2

    def log_above(self, x: Any) -> Any:
        return mpmath.log(mpmath.mpc(0, -1) * x) + mpmath.mpc(0, 1) * mpmath.pi / 2

    def wrapped(self, x: Any) -> Any:
        x = mpmath.mpc(x)
        return x - mpmath.mpc(0, 2) * mpmath.pi * mpmath.nint(x.imag / (2 * mpmath.pi))

    def magnitude(self, x: Any) -> Any:
        return abs(x)

    def lifted(self, x: Any) -> Any:
        x = mpmath.mpc(x)
        return mpmath.mpc(x.real, 0) if 0 >= x.imag >= -abs(x) * mpmath.mpf(10) ** (4 - mpmath.mp.dps) else x


DOUBLES: Arithmetic = Doubles()
DIGITS: Arithmetic = Digits()
