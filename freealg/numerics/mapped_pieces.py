"""Stretches of the support on which the law is analytic in a parameter t: maps t -> x that take ends, hard edges and tails apart, and pieces on them.

u is x itself, or log x for laws on (0, oo), whose mass may lie below the smallest double; weights and masses never need x as a number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, final

import mpmath
import numpy as np
from numpy.typing import NDArray

from freealg.exact.context import cached_property
from freealg.numerics.adaptive import antiderivative, fit_together, joined
from freealg.numerics.chebyshev import Piecewise

__all__ = ["EdgeMap", "EndTailMap", "FarMap", "LineMap", "Map", "Piece"]

Array = NDArray[Any]
_FLOOR = 1e-19
_SOLVES = 60


class Map(Protocol):
    """A monotone map from t to u and x; `limit` is the x that the last t stands for where it cuts off a tail, else nan."""

    @property
    def logarithmic(self) -> bool:
        """Whether u is log x."""

    @property
    def limit(self) -> float:
        """The x at a cut tail, else nan."""

    def u(self, t: Array) -> Array:
        """x, or log x."""

    def x(self, t: Array) -> Array:
        """The point itself; it may underflow to 0."""

    def slope(self, t: Array) -> Array:
        """du/dt, with its sign."""

    def digits(self, t: Any) -> tuple[Any, Any]:
        """u and du/dt in mpmath."""

    def parameter(self, x: Array) -> Array:
        """t at x."""


def _x(u: Array, logarithmic: bool) -> Array:
    return np.exp(u) if logarithmic else u


def _u(x: Array, logarithmic: bool) -> Array:
    with np.errstate(divide="ignore"):
        return np.log(x) if logarithmic else x


@final
@dataclass(frozen=True)
class LineMap:
    """u = t"""

    logarithmic: bool
    limit = float("nan")

    def u(self, t: Array) -> Array:
        return t

    def x(self, t: Array) -> Array:
        return _x(t, self.logarithmic)

    def slope(self, t: Array) -> Array:
        return np.ones_like(t)

    def digits(self, t: Any) -> tuple[Any, Any]:
        return t, mpmath.mpf(1)

    def parameter(self, x: Array) -> Array:
        return _u(x, self.logarithmic)


@final
@dataclass(frozen=True)
class EdgeMap:
    """x = edge + side * unit * t^q, with the edge as a double-double; unit is the edge itself for logarithmic pieces."""

    logarithmic: bool
    edge: tuple[float, float]
    side: int
    q: int
    limit = float("nan")

    @property
    def unit(self) -> float:
        """What t^q is measured in."""
        return self.edge[0] if self.logarithmic else 1.0

    def x(self, t: Array) -> Array:
        return self.edge[0] + (self.edge[1] + self.side * self.unit * t**self.q)

    def u(self, t: Array) -> Array:
        with np.errstate(divide="ignore"):  # an edge below the smallest double
            return np.log(self.edge[0]) + np.log1p(self.side * t**self.q) if self.logarithmic else self.x(t)

    def slope(self, t: Array) -> Array:
        rate = self.side * self.q * t ** (self.q - 1)
        return rate / (1 + self.side * t**self.q) if self.logarithmic else rate

    def digits(self, t: Any) -> tuple[Any, Any]:
        edge, power, rate = mpmath.mpf(self.edge[0]) + self.edge[1], self.side * t**self.q, self.side * self.q * t ** (self.q - 1)
        return (mpmath.log(edge) + mpmath.log1p(power), rate / (1 + power)) if self.logarithmic else (edge + power, rate)

    def parameter(self, x: Array) -> Array:
        distance = np.maximum(self.side * ((x - self.edge[0]) - self.edge[1]) / self.unit, 0.0)
        return np.sqrt(distance) if self.q == 2 else distance ** (1.0 / self.q)


@final
@dataclass(frozen=True)
class EndTailMap:
    """u = end + side * size * exp(1 - exp(t)): an end at which the law is not a power series, approached faster than any power."""

    logarithmic: bool
    end: float
    side: int
    size: float

    @property
    def limit(self) -> float:
        return float(_x(np.array(self.end), self.logarithmic))

    def u(self, t: Array) -> Array:
        return self.end + self.side * self.size * np.exp(-np.expm1(t))

    def x(self, t: Array) -> Array:
        return _x(self.u(t), self.logarithmic)

    def slope(self, t: Array) -> Array:
        return -self.side * self.size * np.exp(t - np.expm1(t))

    def digits(self, t: Any) -> tuple[Any, Any]:
        gap = self.side * self.size * mpmath.exp(-mpmath.expm1(t))
        return self.end + gap, -gap * mpmath.exp(t)

    def parameter(self, x: Array) -> Array:
        gap = self.side * (_u(x, self.logarithmic) - self.end) / self.size
        with np.errstate(divide="ignore"):
            return np.log1p(-np.log(np.clip(gap, 0.0, 1.0)))


@final
@dataclass(frozen=True)
class FarMap:
    """u = start + side * size * (exp(t) - 1): tails of x to infinity, and of log x to minus infinity."""

    logarithmic: bool
    start: float
    side: int
    size: float

    @property
    def limit(self) -> float:
        return 0.0 if self.logarithmic and self.side < 0 else self.side * float("inf")

    def u(self, t: Array) -> Array:
        return self.start + self.side * self.size * np.expm1(t)

    def x(self, t: Array) -> Array:
        return _x(self.u(t), self.logarithmic)

    def slope(self, t: Array) -> Array:
        return self.side * self.size * np.exp(t)

    def digits(self, t: Any) -> tuple[Any, Any]:
        return self.start + self.side * self.size * mpmath.expm1(t), self.side * self.size * mpmath.exp(t)

    def parameter(self, x: Array) -> Array:
        found: Array = np.log1p(np.maximum(self.side * (_u(x, self.logarithmic) - self.start) / self.size, 0.0))
        return found


@final
@dataclass(frozen=True, eq=False)
class Piece:
    """t in [first, last] on `map`; `branch` gives v there, and the density is -Im v/pi (over x for logarithmic pieces).

    Beyond t = `trusted` the branch is good for masses only; up to t = `reach`, beyond `last` where no mass counts any more, it has relative accuracy.
    """

    map: Map
    first: float
    last: float
    branch: Callable[[Array], Array]
    trusted: float = float("inf")
    reach: float = float("-inf")

    @cached_property
    def span(self) -> tuple[float, float]:
        """(lower x, upper x)."""
        ends = np.append(self.map.x(np.array([self.first, self.last])), self.map.limit)
        return float(np.nanmin(ends)), float(np.nanmax(ends))

    @cached_property
    def rising(self) -> bool:
        """Whether x grows with t."""
        middle = np.array([0.5 * (self.first + self.last)])
        return bool(self.map.slope(middle)[0] > 0)

    def density(self, x: Array) -> Array:
        """The density at points of the span."""
        t = self.map.parameter(x)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            value = np.maximum(-self.branch(np.clip(t, self.first, self.last)).imag, 0.0) / np.pi
            return value / x if self.map.logarithmic else value

    def doubtful(self, x: Array) -> Array:
        """Where the density is not known to relative accuracy, at points of the span."""
        found: Array = (self.map.parameter(x) > self.trusted) & ((x != 0) | (not self.map.logarithmic))
        return found

    def at(self, x: Array) -> Array:
        """v at points of the span."""
        return self.branch(np.clip(self.map.parameter(x), self.first, self.last))

    def weight(self, t: Array) -> Array:
        """d mass/dt, not negative."""
        with np.errstate(divide="ignore", invalid="ignore"):
            found = np.maximum(-self.branch(t).imag, 0.0) * np.abs(self.map.slope(t)) / np.pi
        return np.where(np.isfinite(found), found, 0.0)

    @cached_property
    def _weights(self) -> Piecewise:
        spans = self._parts()
        return joined(fit_together(self.weight, spans, least=1e-3 * (self.last - self.first) / len(spans), floor=_FLOOR))

    def _parts(self) -> list[tuple[float, float]]:
        inner = getattr(self.branch, "breaks", None)
        ends = np.array([self.first, self.last]) if inner is None else inner
        return list(zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True))

    @cached_property
    def _integral(self) -> tuple[Piecewise, Array]:
        return antiderivative(self._weights)

    def negligible(self, a: float, b: float, size: Any) -> bool:
        """Whether the mass between two values of t is below `size`, by a few values of the density."""
        return bool(self.weight(np.linspace(a, b, 7)).max() * (b - a) < size)

    @property
    def panels(self) -> Array:
        """The breaks in t between which the mass is one polynomial each."""
        return self._weights.breaks

    @cached_property
    def total(self) -> float:
        """The mass of the piece."""
        return float(self._integral[1][-1])

    def below(self, x: Array) -> Array:
        """The mass of the piece below x."""
        t = np.clip(self.map.parameter(x), self.first, self.last)
        mass = self._integral[0](t)
        return mass if self.rising else self.total - mass

    def quantile(self, mass: Array) -> Array:
        """x with `below(x)` = mass."""
        return self.map.x(self._solve(mass if self.rising else self.total - mass))

    def _solve(self, mass: Array) -> Array:
        """t with the integral up to t equal to `mass`: Newton's method kept inside a bracket."""
        integral, levels = self._integral
        breaks = self._weights.breaks
        k = np.clip(np.searchsorted(levels, mass, side="left") - 1, 0, len(breaks) - 2)
        low, high = breaks[k].copy(), breaks[k + 1].copy()
        width = levels[k + 1] - levels[k]
        share = np.where(width > 0, (mass - levels[k]) / np.where(width > 0, width, 1.0), 0.5)
        t = low + (high - low) * np.clip(share, 0.0, 1.0)
        active = np.arange(len(t))
        for _ in range(_SOLVES):
            here = t[active]
            gap = integral(here) - mass[active]
            low[active], high[active] = np.where(gap <= 0, here, low[active]), np.where(gap > 0, here, high[active])
            with np.errstate(divide="ignore", invalid="ignore"):
                new = here - gap / self._weights(here).real
            inside = (new > low[active]) & (new < high[active])
            t[active] = new = np.where(inside, new, 0.5 * (low[active] + high[active]))
            active = active[np.abs(new - here) > 2e-15 * np.maximum(np.abs(new), 1e-3)]
            if not len(active):
                break
        return t

    def inner(self, t: Array) -> Array:
        """x(t), kept off the ends."""
        low, high = self.span
        return np.clip(self.map.x(t), np.nextafter(low, np.inf), np.nextafter(high, -np.inf))

    def log_density(self, t: Array) -> Array:
        """log of the density, which x would not tell beside an edge; 0 where there is none."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            density = -self.branch(t).imag / np.pi
        found = np.log(np.where(density > 0, density, 1.0))
        return found - self.map.u(t) if self.map.logarithmic else found

    def rate(self, t: Array) -> Array:
        """d mass/dt"""
        found: Array = self._weights(t).real
        return found

    def located(self, points: Array) -> Array:
        """t at those of the points x that lie inside the span."""
        low, high = self.span
        found: Array = self.map.parameter(points[(points > low) & (points < high)])
        return found[(found > self.first) & (found < self.last)]
