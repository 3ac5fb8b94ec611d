"""Half arcs: the law near one end of an arc in its own variable s, where mass and integrals are analytic too.

On a half arc x = origin + side s^q (side / s^q at infinity) the measure is s^e D(s) ds with D analytic and e an integer >= 0, so the
mass within s of the end is s^(e+1) C(s), C analytic.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from freealg.exact.context import cached_property
from freealg.numerics.charts import Arc, EndChart
from freealg.numerics.chebyshev import Piecewise, chebyshev_nodes, fit_pieces, gauss_legendre, series_from_values
from freealg.numerics.panels import Panel, real_order, root

__all__ = ["Half", "halves_of"]

Array = NDArray[Any]
_TABLE = 1024
_NEWTON = 4


@final
@dataclass(frozen=True, eq=False)
class Half:
    """The measure s^power * factor(s) ds on 0 <= s <= top at one end `chart` of an arc; `factor` is D above, `split` = x(top).

    `real` is Re G as a function of T = s^q and s^lowest its leading power where that is negative.
    """

    chart: EndChart
    split: float
    top: float
    power: int
    factor: Piecewise
    real: Callable[[Array], Array]
    lowest: int

    @property
    def rightward(self) -> bool:
        """Whether x grows with s."""
        return (self.chart.side > 0) != self.chart.infinite

    @property
    def span(self) -> tuple[float, float]:
        """(low, high) in x."""
        end = self.chart.side * np.inf if self.chart.infinite else self.chart.origin[0]
        return (end, self.split) if self.rightward else (self.split, end)

    def place(self, s: Array) -> Array:
        """x(s)."""
        with np.errstate(divide="ignore"):
            if self.chart.infinite:
                return self.chart.side / s**self.chart.q
            high, low = self.chart.origin
            return high + (low + self.chart.side * s**self.chart.q)

    def parameter(self, x: Array) -> Array:
        """s(x), clamped to [0, top]."""
        high, low = self.chart.origin
        gap = self.chart.side / x if self.chart.infinite else self.chart.side * ((x - high) - low)
        return np.minimum(root(np.maximum(gap, 0.0), self.chart.q), self.top)

    def transform(self, s: Array) -> Array:
        """G(x(s) + i0) at s > 0."""
        found: Array = self.real(s**self.chart.q) - 1j * np.pi / self.chart.q * self.factor(s) * s**self.chart.k
        return found

    def rate(self, s: Array) -> Array:
        """d mass / d s."""
        value: Array = self.factor(s)
        return value * s**self.power if self.power else value

    @cached_property
    def _first(self) -> Piecewise:
        """C(s) = integral of D(s u) u^power over 0 <= u <= 1, on the first piece."""
        u, weight = gauss_legendre(40 + self.power)
        weight = weight * u**self.power

        def mean(s: Array) -> Array:
            found: Array = self.factor((s[:, None] * u).ravel()).reshape(len(s), len(u)) @ weight
            return found

        return fit_pieces(mean, 0.0, float(self.factor.breaks[1]))

    @cached_property
    def _later(self) -> Piecewise | None:
        """The mass on the pieces after the first."""
        breaks = self.factor.breaks
        if len(breaks) == 2:
            return None
        start = float(breaks[1] ** (self.power + 1) * self._first(breaks[1:2])[0])
        series = []
        for a, b in pairwise(breaks[1:]):
            count = 44 + self.power
            rate = series_from_values(self.rate(a + 0.5 * (b - a) * (chebyshev_nodes(count) + 1)))
            total = np.polynomial.chebyshev.chebint(rate * (0.5 * (b - a)), lbnd=-1)
            total[0] += start
            start = float(total.sum())
            series.append(total)
        return Piecewise(breaks[1:], tuple(series))

    def mass(self, s: Array) -> Array:
        """The mass within s of the end; relative accuracy at the end."""
        edge = self.factor.breaks[1]
        near = np.minimum(s, edge)
        first: Array = self._first(near) * near ** (self.power + 1)
        if self._later is None:
            return first
        return np.where(s <= edge, first, self._later(np.maximum(s, edge)))

    @cached_property
    def total(self) -> float:
        """The mass of the half arc."""
        return float(self.mass(np.array([self.top]))[0])

    @cached_property
    def _inverse(self) -> tuple[Array, Array]:
        breaks = self.factor.breaks
        count = max(_TABLE // (len(breaks) - 1), 32)
        s = np.concatenate([np.linspace(a, b, count, endpoint=False) for a, b in pairwise(breaks)])
        s = np.append(s, self.top)
        y = np.maximum.accumulate(self.mass(s) ** (1.0 / (self.power + 1)))
        return y, s

    def solve(self, mass: Array) -> Array:
        """s with that mass within it, by Newton from a table of mass^(1/(power + 1)), which is smooth at 0."""
        y, table = self._inverse
        s = np.interp(mass ** (1.0 / (self.power + 1)), y, table)
        for _ in range(_NEWTON):
            rate = self.rate(s)
            with np.errstate(divide="ignore", invalid="ignore"):
                step = np.where(rate > 0, (self.mass(s) - mass) / rate, 0.0)
            s = np.clip(s - np.where(np.isfinite(step), step, 0.0), 0.0, self.top)
            if np.abs(step).max(initial=0.0) <= 1e-15 * self.top:
                break
        return s

    def inner(self, s: Array) -> Array:
        """x(s), kept off the ends."""
        low, high = self.span
        return np.clip(self.place(s), np.nextafter(low, np.inf), np.nextafter(high, -np.inf))

    def log_density(self, s: Array) -> Array:
        """log of the density, which x would not tell beside an edge; 0 where there is none."""
        density = self.factor(s) / self.chart.q
        return np.log(np.where(density > 0, density, 1.0)) + self.chart.k * np.log(s)

    @property
    def panels(self) -> Array:
        """The breaks in s."""
        return self.factor.breaks

    def located(self, points: Array) -> Array:
        """s at those of the points x that lie inside the span."""
        low, high = self.span
        return self.parameter(points[(points > low) & (points < high)])

    def rule_on(self, breaks: Array, count: int) -> tuple[Array, Array]:
        """Nodes s and weights of Gauss-Legendre quadrature against the measure, `count` points on each of the given pieces of s."""
        u, weight = gauss_legendre(count)
        s = np.concatenate([a + (b - a) * u for a, b in pairwise(breaks)])
        w = np.concatenate([(b - a) * weight for a, b in pairwise(breaks)])
        return s, w * self.rate(s)


def _half(chart: EndChart, density: Callable[[Array], Array], real: Callable[[Array], Array], split: float) -> Half:
    """From the density and Re G as functions of T, up to x = split."""
    q, k = chart.q, chart.k
    power = k - q - 1 if chart.infinite else k + q - 1
    high, low = chart.origin
    reach = chart.side / split if chart.infinite else chart.side * ((split - high) - low)

    def factor(s: Array) -> Array:
        return q * density(s**q) / s**k

    top = float(reach ** (1.0 / q))
    return Half(chart, split, top, power, fit_pieces(factor, 0.0, top), real, real_order(chart))


def halves_of(arc: Arc, panels: list[Panel]) -> list[Half]:
    """The half arcs of one arc from left to right, from its panels."""
    none = np.zeros(0)
    if arc.left.infinite or arc.right.infinite:
        (panel,) = panels
        chart, split = (arc.left, panel.high) if arc.left.infinite else (arc.right, panel.low)
        return [_half(chart, lambda t: panel.at_distance(t, none), lambda t: panel.real_at(t, none), split)]
    first, second = panels[0], panels[-1]
    middle = 0.5 * (arc.left.origin[0] + arc.right.origin[0])
    if len(panels) == 2:
        left = _half(arc.left, lambda t: first.at_distance(t, none), lambda t: first.real_at(t, none), middle)
        return [left, _half(arc.right, lambda t: second.at_distance(t, none), lambda t: second.real_at(t, none), middle)]
    length = arc.length
    left = _half(arc.left, lambda t: first.at_distance(t, length - t), lambda t: first.real_at(t, length - t), middle)
    right = _half(arc.right, lambda t: first.at_distance(length - t, t), lambda t: first.real_at(length - t, t), middle)
    return [left, right]
