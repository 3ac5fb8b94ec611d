"""A function known only by calling it: quadrature to the digits the callable itself carries.

A callable that computes in mpmath numbers to the precision it is given gets its one-dimensional means to any `dps`; one that
computes in doubles gets 11 digits, and so do two-dimensional means (a Hermite series whose remainder Parseval bounds).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import Any, NoReturn, final

import mpmath
import numpy as np
import sympy as sp
from sympy import Expr

from freealg.errors import InvalidInput, NoClosedForm
from freealg.exact.context import mp_precision
from freealg.nets.formula import Integrand
from freealg.nets.hermite import gauss_grid, hermite_squares
from freealg.nets.pieces import X
from freealg.nets.quadrature import adaptive_mean, to_mpf

__all__ = ["BlackBox", "Lambda", "black_box"]

DIGITS = 11
"""What a double-precision route promises."""

_REFUSALS = (TypeError, AttributeError, ValueError)


@final
@dataclass(frozen=True)
class BlackBox:
    """f known by calls; `slope` its derivative if given; `kinks` where it is not smooth, if known; `precise` if mpmath-capable."""

    function: Callable[[Any], Any]
    slope: Callable[[Any], Any] | None = None
    kinks: tuple[Expr, ...] = ()
    precise: bool = False

    @property
    def breaks(self) -> tuple[float, ...]:
        """The stated kinks, as doubles."""
        return tuple(float(kink) for kink in self.kinks)

    @property
    def digits(self) -> float:
        """How many digits a one-dimensional mean can have."""
        return inf if self.precise else DIGITS

    @property
    def pair_digits(self) -> float:
        """How many digits a correlation can have."""
        return DIGITS

    def jumps(self) -> dict[Expr, Expr]:
        """None is looked for: a callable is taken to be continuous."""
        return {}

    def moment(self, integrand: Integrand, variance: Expr, dps: int) -> Expr:
        """E f^power f'^slope weight for x ~ N(0, variance), as a Float of `dps` digits (11 for a callable in doubles)."""
        self._numbers(variance, "a Gaussian mean", integrand.slope)
        if self.precise:
            return self._precise_moment(integrand, variance, dps)
        points, weights = gauss_grid(self, float(variance))
        factor = np.broadcast_to(np.asarray(sp.lambdify(X, integrand.weight, "numpy")(points), dtype=float), points.shape)
        slopes = self.slopes(points) ** int(integrand.slope) if integrand.slope != 0 else 1.0
        return sp.Float(float(np.sum(weights * self.values(points) ** integrand.power * slopes * factor)), min(dps, DIGITS))

    def _precise_moment(self, integrand: Integrand, variance: Expr, dps: int) -> Expr:
        weight = sp.lambdify(X, integrand.weight, "mpmath")
        power, slope = integrand.power, int(integrand.slope)

        def value(x: Any) -> Any:
            return self.function(x) ** power * (self._precise_slope(x, dps) ** slope if slope else 1) * weight(x)

        with mp_precision(dps + 15):
            return sp.Float(adaptive_mean(value, [to_mpf(kink) for kink in self.kinks], to_mpf(sp.sqrt(variance)), dps), dps)

    def _precise_slope(self, x: Any, dps: int) -> Any:
        if self.slope is not None:
            return self.slope(x)
        with mp_precision(3 * dps + 30) as mp:
            step = mp.mpf(10) ** (-dps - 5)
            return (self.function(x + step) - self.function(x - step)) / (2 * step)

    def pair(self, slope: int, c: Expr, variance: Expr, dps: int) -> Expr:
        """E f(u1) f(u2) = sum f_n^2 c^n, and its derivative over the variance for E f'(u1) f'(u2); a Float of at most 11 digits."""
        self._numbers(variance, "a correlation", sp.S.Zero)
        self._numbers(c, "a correlation", sp.S.Zero)
        if abs(c) == 1:
            rule = self.slopes if slope else self.values
            points, weights = gauss_grid(self, float(variance))
            return sp.Float(float(np.sum(weights * rule(points) * rule(int(c) * points))), DIGITS)
        squares, rest = hermite_squares(self, float(variance))
        order = np.arange(len(squares))
        rho = float(c)
        terms = squares * order * rho ** np.maximum(order - 1, 0) / float(variance) if slope else squares * rho**order
        missing = (rest * len(squares) if slope else rest) * abs(rho) ** len(squares)
        total = float(np.sum(terms))
        digits = DIGITS if missing == 0 else min(DIGITS, int(-np.log10(missing / max(abs(total), 1e-300) + 1e-300)))
        if digits < 3:
            raise InvalidInput(
                f"the correlation {c} is too close to 1 for the Hermite series of a callable; give the activation as a SymPy expression"
            )
        return sp.Float(total, min(dps, digits))

    def affine(self, scale: Expr, shift: Expr) -> BlackBox:
        """scale * f + shift."""
        slope = None if self.slope is None else _Affine(self.slope, scale, sp.S.Zero)
        return BlackBox(_Affine(self.function, scale, shift), slope, self.kinks, self.precise)

    def sides(self, slope: int) -> tuple[Expr, Expr]:
        """The values just left and right of 0, from doubles."""
        rule = self.slopes if slope else self.values
        left, right = rule(np.array([-1e-9, 1e-9]))
        return sp.Float(left, 8), sp.Float(right, 8)

    def branches_at_zero(self) -> NoReturn:
        """Always refused: a black box has no branches to expand."""
        raise NoClosedForm("a Python callable has no Taylor series; give the activation as an expression")

    def expression(self) -> NoReturn:
        """Always refused: a black box has no formula."""
        raise NoClosedForm("a Python callable has no SymPy expression; give the activation as an expression to get formulas")

    def values(self, x: Any) -> Any:
        """f at doubles."""
        return _called(self.function, x)

    def slopes(self, x: Any) -> Any:
        """f' at doubles: as given, or five-point differences on the smoothest of three stencils, which never straddle a kink."""
        if self.slope is not None:
            return _called(self.slope, x)
        points = np.asarray(x, dtype=float)
        step = 1e-3
        table = np.array([np.asarray(self.values(points + i * step)) for i in range(-4, 5)])
        rough, slopes = [], []
        for start, stencil in _STENCILS.items():
            window = table[4 + start : 9 + start]
            rough.append(np.abs(np.tensordot(np.array([1.0, -4.0, 6.0, -4.0, 1.0]), window, axes=1)))
            slopes.append(np.tensordot(stencil, window, axes=1) / (12 * step))
        best = np.argmin(np.array(rough), axis=0)
        return np.take_along_axis(np.array(slopes), best[None], axis=0)[0]

    def _numbers(self, value: Expr, what: str, power: Expr) -> None:
        if value.free_symbols or power.free_symbols:
            raise NoClosedForm(f"{what} of a Python callable is a number and needs numbers; give the activation as a SymPy expression for formulas")


_STENCILS = {
    -2: np.array([1.0, -8.0, 0.0, 8.0, -1.0]),
    -4: np.array([3.0, -16.0, 36.0, -48.0, 25.0]),
    0: np.array([-25.0, 48.0, -36.0, 16.0, -3.0]),
}
"""First differences (times 12 h) on the points start ... start + 4; the symmetric one is tried first."""


@final
@dataclass(frozen=True)
class _Affine:
    """x -> scale * inner(x) + shift, picklable whenever `inner` is."""

    inner: Callable[[Any], Any]
    scale: Expr
    shift: Expr

    def __call__(self, x: Any) -> Any:
        inner = self.inner(x)
        if isinstance(inner, mpmath.mpf):
            return to_mpf(self.scale) * inner + to_mpf(self.shift)
        return float(self.scale) * inner + float(self.shift)


@final
@dataclass(frozen=True)
class Lambda:
    """A SymPy expression in x as an mpmath callable, picklable."""

    expr: Expr

    def __call__(self, x: Any) -> Any:
        return _compiled(self.expr)(x)


@lru_cache(maxsize=64)
def _compiled(expr: Expr) -> Callable[[Any], Any]:
    return sp.lambdify(X, expr, "mpmath")


def black_box(function: Callable[[Any], Any], slope: Callable[[Any], Any] | None, kinks: tuple[Expr, ...]) -> BlackBox:
    """A callable with its precision found out by asking."""
    return BlackBox(function, slope, kinks, _is_precise(function) and (slope is None or _is_precise(slope)))


def _is_precise(function: Callable[[Any], Any]) -> bool:
    """Differences over 1e-25 and 1e-9 agree only if the callable really computes in mpmath numbers."""
    with mp_precision(60) as mp:
        for point in ("0.7390851332", "-1.3178945", "0.1130217"):
            x, fine, coarse = mp.mpf(point), mp.mpf("1e-25"), mp.mpf("1e-9")
            try:
                small = (function(x + fine) - function(x - fine)) / (2 * fine)
                large = (function(x + coarse) - function(x - coarse)) / (2 * coarse)
            except _REFUSALS:
                return False
            if not isinstance(function(x), mp.mpf | int) or abs(small - large) > mp.mpf("1e-6") * (1 + abs(large)):
                return False
    return True


def _called(function: Callable[[Any], Any], x: Any) -> Any:
    """The callable on an array at once if it can, else point by point."""
    points = np.asarray(x, dtype=float)
    try:
        out = np.asarray(function(points), dtype=float)
    except _REFUSALS:
        out = np.vectorize(lambda point: float(function(point)), otypes=[float])(points)
    out = np.broadcast_to(out, points.shape)
    return out if points.shape else float(out)
