"""The density in doubles: on each panel a weight that carries the singularities, times a Chebyshev proxy of what is analytic.

Distances to the ends are taken from double-double edges, so the relative error stays at rounding level up to the edge itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from freealg.exact.context import cached_property
from freealg.numerics.charts import Arc, EndChart
from freealg.numerics.chebyshev import Piecewise, fit_pieces, nested_values, series_from_values

__all__ = ["Panel", "build_panels", "half_power", "real_order", "root"]

Array = NDArray[Any]
_WHOLE = 48


def root(t: Array, q: int) -> Array:
    """t^(1/q) for t >= 0."""
    if q == 1:
        return t
    if q == 2:
        return np.sqrt(t)
    return np.cbrt(t) if q == 3 else t ** (1.0 / q)


def half_power(t: Array, k: int) -> Array | float:
    """t^(k/2) for k >= -1."""
    if k == 0:
        return 1.0
    if k == -1:
        return 1.0 / np.sqrt(t)
    whole = t ** (k // 2) if k // 2 else 1.0
    return whole * np.sqrt(t) if k % 2 else whole


@final
@dataclass(frozen=True, eq=False)
class Panel:
    """density = t^weight * (distance to `far`)^(far_weight/2) * proxy(t), t = T^(1/q), T = side (x - origin) or side/x at infinity.

    With `halved`, the weight is T^(weight/2) with t = T. `real_source` gives Re G as a function of t, of order t^real_order at 0 and
    of order `far_real_order` at the far end.
    """

    low: float
    high: float
    origin: tuple[float, float]
    side: int
    infinite: bool
    q: int
    weight: int
    halved: bool
    far: tuple[float, float]
    far_weight: int
    proxy: Piecewise
    real_source: Callable[[Array], Array]
    real_order: int
    far_real_order: int

    @cached_property
    def real(self) -> Piecewise:
        """Re G without its poles at the ends; fitted when first asked for."""
        low, high, top = self.real_order, self.far_real_order, float(self.proxy.breaks[-1])

        def source(t: Array) -> Array:
            return self.real_source(t) * t**-low * ((top - t) ** -high if high else 1.0)

        return fit_pieces(source, 0.0, top, relative=False)

    def distance(self, x: Array) -> Array:
        """T >= 0 at points x (negative just outside the arc)."""
        if self.infinite:
            return self.side / x
        gap = x - self.origin[0]
        if self.origin[1]:
            gap -= self.origin[1]
        return gap if self.side > 0 else -gap

    def density(self, x: Array) -> Array:
        """The density at points of [low, high]."""
        gap = self.distance(x)
        return self.at_distance(gap, self._far_distance(x))

    def _far_distance(self, x: Array) -> Array:
        if not (self.far_weight or self.far_real_order):
            return x
        rest = self.side * (self.far[0] - x)
        if self.far[1]:
            rest += self.side * self.far[1]
        return rest

    def at_distance(self, gap: Array, rest: Array) -> Array:
        """The density at the distance `gap` from the origin and `rest` from the far end."""
        outside = gap < 0
        gap = np.maximum(gap, 0.0)
        if self.far_weight:
            outside |= rest < 0
            rest = np.maximum(rest, 0.0)
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            value = self._weighted(gap, rest)
        if outside.any():
            value[outside] = 0.0
        return value

    def _weighted(self, gap: Array, rest: Array) -> Array:
        if not self.halved:
            t = root(gap, self.q)
            value: Array = self.proxy(t) * (t**self.weight if self.weight else 1.0)
            return value * half_power(rest, self.far_weight)
        value = self.proxy(gap)
        if self.weight == self.far_weight == 1:
            return value * np.sqrt(gap * rest)
        return value * half_power(gap, self.weight) * half_power(rest, self.far_weight)

    def real_at(self, gap: Array, rest: Array) -> Array:
        """Re G at the distance `gap` from the origin and `rest` from the far end."""
        t = root(gap, self.q)
        with np.errstate(divide="ignore"):
            value: Array = self.real(t) * (t**self.real_order if self.real_order else 1.0)
            return value * rest**self.far_real_order if self.far_real_order else value


Sampled = tuple[Array, Callable[[], Array]]


def _paired(sample: Callable[[Array], Sampled]) -> tuple[Callable[[Array], Array], Callable[[Array], Array]]:
    """The two components of a sampled pair, each set of nodes sampled once and the second one made when asked for."""
    seen: dict[bytes, Sampled] = {}

    def both(t: Array) -> Sampled:
        key = t.tobytes()
        if key not in seen:
            seen[key] = sample(t)
        return seen[key]

    return lambda t: both(t)[0], lambda t: both(t)[1]()


def _sampled(chart: EndChart, s: Array) -> Sampled:
    density, roots = chart.sample(s)
    return density, lambda: chart.real_parts(s, roots)


def _across(arc: Arc) -> Callable[[Array], Sampled]:
    """(density without its end weights, Re G) as functions of T = x - a over a whole plain arc."""
    length, left, right = arc.length, arc.left, arc.right

    def sample(t: Array) -> Sampled:
        near = t < 0.5 * length
        begun, real_begun = _sampled(left, root(t[near], left.q))
        ended, real_ended = _sampled(right, root(length - t[~near], right.q))
        density = np.empty(len(t))
        density[near] = begun / half_power(length - t[near], _halves(right))
        density[~near] = ended / half_power(t[~near], _halves(left))

        def real() -> Array:
            out = np.empty(len(t))
            out[near], out[~near] = real_begun(), real_ended()
            return out

        return density, real

    return sample


def _whole(arc: Arc) -> Panel | None:
    """One series in x for the whole arc, if `_WHOLE` coefficients resolve it."""
    if not (arc.plain_left and arc.plain_right):
        return None
    length, left, right = arc.length, arc.left, arc.right
    density, real = _paired(_across(arc))
    for values in nested_values(density, 0.0, length, _WHOLE):
        series = series_from_values(values)
        tail = np.abs(series[-3:]).max()
        if tail < 1e-15 * np.abs(values).min():
            proxy = Piecewise(np.array([0.0, length]), (_chop(series),))
            ends, weights = (left.origin[0], right.origin[0]), (_halves(left), _halves(right))
            poles = _order_in_distance(left), _order_in_distance(right)
            return Panel(*ends, left.origin, 1, False, 1, weights[0], True, right.origin, weights[1], proxy, real, *poles)
        if tail > 1e-5 * np.abs(values).max():
            return None
    return None


def _chop(series: Array) -> Array:
    keep = np.nonzero(np.abs(series) > 1e-17 * np.abs(series).max())[0]
    return series[: keep[-1] + 1]


def _halves(chart: EndChart) -> int:
    """The weight of an end as a power of T^(1/2)."""
    return chart.k if chart.q == 2 else 2 * chart.k


def _half(chart: EndChart, plain: bool, reach: float, bounds: tuple[float, float]) -> Panel:
    """The panel of one end up to T = reach, in T when the end is plain, else in s = T^(1/q)."""
    q = 1 if plain else chart.q
    density, real = _paired(lambda t: _sampled(chart, root(t, chart.q) if plain else t))
    weight = _halves(chart) if plain else chart.k
    low = _order_in_distance(chart) if plain else real_order(chart)
    proxy = fit_pieces(density, 0.0, reach ** (1.0 / q))
    return Panel(*bounds, chart.origin, chart.side, chart.infinite, q, weight, plain, (0.0, 0.0), 0, proxy, real, low, 0)


def real_order(chart: EndChart) -> int:
    """The lowest power of s in Re G, capped at 0: hard ends need it taken out."""
    expansion = chart.expansion
    return min(0, expansion.order, *(k for k, _ in expansion.terms))


def _order_in_distance(chart: EndChart) -> int:
    """The same in powers of T at a plain end: for q = 2 the odd powers of s are imaginary."""
    return real_order(chart) if chart.q == 1 else -1 if real_order(chart) <= -2 else 0


def build_panels(arc: Arc) -> list[Panel]:
    """One panel for the arc, or one for each half."""
    if arc.left.infinite:
        return [_half(arc.left, False, -1.0 / arc.right.origin[0], (-np.inf, arc.right.origin[0]))]
    if arc.right.infinite:
        return [_half(arc.right, False, 1.0 / arc.left.origin[0], (arc.left.origin[0], np.inf))]
    whole = _whole(arc)
    if whole is not None:
        return [whole]
    middle = 0.5 * (arc.left.origin[0] + arc.right.origin[0])
    reach = 0.5 * arc.length * (1 + 1e-12)
    left = _half(arc.left, arc.plain_left, reach, (arc.left.origin[0], middle))
    return [left, _half(arc.right, arc.plain_right, reach, (middle, arc.right.origin[0]))]
