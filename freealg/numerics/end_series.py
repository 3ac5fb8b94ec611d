"""The branch beside an edge as a power series: v = v_c + sum b_k s^k with s^q = T, T >= 0 the distance from the edge.

u is an analytic function of v at the edge, with a zero of du/dv there; its Taylor coefficients come from values on a circle round v_c (a discrete
Fourier transform), and the series in s is its reversion. Coefficients of negative index that do not vanish show a circle that is too wide.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

__all__ = ["EndSeries", "end_series", "inverted", "reverted", "taylor_on_circle"]

Array = NDArray[Any]
_COUNT = 64
_KEPT = 30
_NOISE = 1e-13
_FLAT = 1e-9


@final
@dataclass(frozen=True, eq=False)
class EndSeries:
    """v = centre + sum_{k >= 1} b[k-1] s^k for 0 <= s <= reach, or that sum to the power -`inverted` where it is not 0; s^q = T."""

    q: int
    centre: complex
    b: Array
    reach: float
    inverted: int = 0

    def offset(self, s: Array) -> Array:
        """v - centre (the sum itself when `inverted`), with its relative accuracy at s = 0."""
        total = np.full(np.shape(s), self.b[-1], dtype=complex)
        for b in self.b[-2::-1]:
            total = total * s + b
        return total * s

    def __call__(self, s: Array) -> Array:
        """v at s; where it is infinite, with its imaginary part: finite at an atom."""
        if not self.inverted:
            return self.centre + self.offset(s)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = self.offset(s) ** -self.inverted
        top = -(self.b[1] / self.b[0] ** 2).imag if self.q == self.inverted == 1 else -np.inf
        return np.where(s == 0, complex(np.inf, top), value)


def inverted(series: EndSeries, power: int) -> EndSeries:
    """The series as that of v^(-1/power); that of 1/v in the distance itself begins with 1 over the mass of an atom, which is real."""
    b = series.b.copy()
    if series.q == power == 1:
        b[0] = b[0].real
    return EndSeries(series.q, 0j, b, series.reach, power)


def taylor_on_circle(sample: Callable[[Array], Array], radius: float) -> Array | None:
    """[c_0, c_1 r, c_2 r^2, ...] of a function analytic for |h| <= r; None when it is not, as far as 64 values show.

    >>> taylor_on_circle(lambda h: 1 / (1 - h), 0.1)[:3].real.round(12)
    array([1.  , 0.1 , 0.01])
    """
    values = sample(radius * np.exp(2j * np.pi * np.arange(_COUNT) / _COUNT))
    if not np.all(np.isfinite(values)):
        return None
    found: Array = np.fft.fft(values) / _COUNT
    size = np.abs(found[1:_KEPT]).max()
    if np.abs(found[_KEPT:]).max() > _NOISE * size:
        return None
    return found[:_KEPT]


def _power(series: Array, exponent: float) -> Array:
    """(1 + a_1 t + ...)^exponent, by the differential equation."""
    out = np.zeros_like(series)
    out[0] = 1.0
    for n in range(1, len(series)):
        k = np.arange(1, n + 1)
        out[n] = np.sum((exponent * k - (n - k)) * series[k] * out[n - k]) / n
    return out


def reverted(series: Array, order: int) -> Array:
    """[b_1, b_2, ...] with h = sum b_k y^k where y = h (1 + a_1 h + ...)^(1/order), by Lagrange: b_n = [h^(n-1)] (1 + a_1 h + ...)^(-n/order) / n.

    >>> reverted(np.array([1.0, 2.0, 1.0, 0.0]), 1).real[:2]
    array([ 1., -2.])
    """
    return np.array([_power(series, -n / order)[n - 1] / n for n in range(1, len(series) + 1)])


def end_series(sample: Callable[[Array], Array], centre: complex, radius: float, side: float) -> list[EndSeries]:
    """The q branches at an edge: sample(h) = (x - edge) at v = centre + h, side * (x - edge) = s^q >= 0.

    Empty when no circle of `radius`, or a smaller one, works.
    """
    for _ in range(24):
        taylor = taylor_on_circle(sample, radius)
        if taylor is not None:
            break
        radius *= 0.6
    else:
        return []
    size = np.abs(taylor).max()
    q = next(k for k in range(1, _KEPT) if abs(taylor[k]) > _FLAT * size)
    beta = reverted(taylor[q:] / taylor[q], q)
    turn = (side / taylor[q] + 0j) ** (1.0 / q)
    found = []
    for k in range(q):
        with np.errstate(over="ignore", invalid="ignore"):
            b = radius * beta * (turn * np.exp(2j * np.pi * k / q)) ** np.arange(1, len(beta) + 1)
        if np.all(np.isfinite(b)):
            found.append(EndSeries(q, centre, b, _reach(b)))
    return found


def _reach(b: Array) -> float:
    """Up to where the last coefficients are below rounding level."""
    tail = [(1e-16 * abs(b[0]) / abs(b[k])) ** (1.0 / k) for k in range(len(b) // 2, len(b)) if b[k] != 0]
    return min(tail) if tail else 1.0
