"""The pieces of one arc of positive density: series at its edges, geometric maps at other ends, Chebyshev panels between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any, NamedTuple, final

import mpmath
import numpy as np
from numpy.polynomial.chebyshev import chebder, chebval, poly2cheb
from numpy.typing import NDArray
from sympy import Expr

from freealg.errors import Undecided
from freealg.exact.context import cached_property, mp_precision
from freealg.numerics.adaptive import Fit, fit_together, joined
from freealg.numerics.chebyshev import Piecewise
from freealg.numerics.end_series import EndSeries, end_series, inverted
from freealg.numerics.mapped_pieces import EdgeMap, EndTailMap, FarMap, LineMap, Map, Piece
from freealg.numerics.sheet import Edge, Sheet

__all__ = ["Break", "Germ", "pieces_of"]

Array = NDArray[Any]
_SHARE = 0.45
_MATCH = 1e-5
_DIGITS = 36
_LEAST = 2.0**-14
_NEGLIGIBLE = 1e-19
_SMALLEST = -745.0
_FAR = 46.0
_DEEP = 6.5
_SHORT = 0.02
_ROUGH = 1e-13
_CLEAR = 1e-6
_STRETCH = 16
_THIN = 60
_REAL = 1e-9


class Germ(NamedTuple):
    """x as a function near a break: `sample(h)` gives x - x_0 (relative to x_0 when u is log x) at v = centre + h.

    Where `inverted` is not 0, at v = 1/h^inverted; `radius` is one to begin with.
    """

    sample: Callable[[Array], Array]
    centre: complex = 0j
    radius: float = 0.5
    inverted: int = 0


@final
@dataclass(frozen=True, eq=False)
class Break:
    """A point of the axis at which the density may begin, end or not be analytic.

    `u` is in doubles, `finer` in mpmath; `edge` is its critical point where it is one; then its closed form, if known, and its germ if it is no edge.
    """

    u: float
    edge: Edge | None = None
    exact: Expr | None = None
    germ: Germ | None = None
    finer: Any = None

    def exactly(self) -> Any:
        """u at mpmath's precision, as far as it is known."""
        known = self.u if self.finer is None else self.finer
        return mpmath.re(mpmath.mpmathify(known if self.edge is None else self.edge.u))

    def position(self, logarithmic: bool) -> tuple[float, float]:
        """x as a double-double."""
        with mp_precision(_DIGITS):
            u = self.exactly()
            x = mpmath.exp(u) if logarithmic else u
            high = float(x)
            return high, float(x - high)


@final
@dataclass(frozen=True, eq=False)
class _Damped:
    """exp(rate (u(t) - start)) times a piecewise series in t."""

    map: FarMap
    rate: float
    series: Piecewise

    def __call__(self, t: Array) -> Array:
        return np.exp(self.rate * (self.map.u(t) - self.map.start)) * self.series(t)

    @cached_property
    def breaks(self) -> Array:
        return self.series.breaks


@final
@dataclass(frozen=True, eq=False)
class _Thin:
    """Real and imaginary part as separate series."""

    real: Piecewise
    imaginary: Piecewise

    def __call__(self, t: Array) -> Array:
        return self.real(t) + 1j * self.imaginary(t)

    @property
    def breaks(self) -> Array:
        return self.imaginary.breaks


@final
@dataclass(frozen=True, eq=False)
class _Extended:
    """A series on an `EndTailMap` up to t = last, then v_last (T/T_last)^rate with T the distance from the end."""

    series: Piecewise
    last: float
    rate: complex

    def __call__(self, t: Array) -> Array:
        inside = np.minimum(t, self.last)
        return self.series(inside) * np.exp(self.rate * (np.expm1(inside) - np.expm1(t)))

    @property
    def breaks(self) -> Array:
        return np.append(self.series.breaks, np.linspace(self.last, _DEEP, 4)[1:]) if self.last < _DEEP else self.series.breaks


def pieces_of(sheet: Sheet, left: Break | None, right: Break | None, size: float) -> list[Piece]:
    """The pieces between two breaks; None stands for an infinite end of u. `size` is the scale of u."""
    low_cut = left.u if left is not None else (right.u if right is not None else 0.0) - size
    high_cut = right.u if right is not None else (left.u if left is not None else 0.0) + size
    out = []
    for end, side in ((left, 1), (right, -1)):
        if end is None:
            piece = _far_piece(sheet, FarMap(sheet.logarithmic, low_cut if side > 0 else high_cut, -side, size))
        else:
            piece, cut = _end_piece(sheet, end, side, _SHARE * (high_cut - low_cut))
            low_cut, high_cut = (cut, high_cut) if side > 0 else (low_cut, cut)
        out.append(piece)
    out.insert(1, _line_piece(sheet, low_cut, high_cut))
    return [piece for piece in out if piece is not None]


def _line_piece(sheet: Sheet, low: float, high: float) -> Piece:
    fits = fit_together(sheet.values, [(low, high)], least=_LEAST * (high - low))
    return Piece(LineMap(sheet.logarithmic), low, high, joined(_bridged(fits)))


def _bridged(fits: list[Fit]) -> list[Fit]:
    """The fits with a cubic where the branch was lost between two places without density, as where an inner unknown is infinite."""
    out: list[Fit] = []
    for lost, run in groupby(fits, key=lambda fit: not np.isfinite(fit.series).all()):
        parts = list(run)
        after = next((fit for fit in fits if fit.low == parts[-1].high), None)
        out += _bridge(out[-1], parts, after) if lost and out and after is not None else parts
    return out


def _bridge(before: Fit, lost: list[Fit], after: Fit) -> list[Fit]:
    low, high = before.high, after.low
    ends = ((before, 1.0), (after, -1.0))
    value, slope = (np.array([chebval(end, chebder(fit.series, order)) for fit, end in ends]) for order in (0, 1))
    if np.any(np.abs(value.imag) > _REAL * np.abs(value)):
        return lost
    slope = slope.real * [(high - low) / (fit.high - fit.low) for fit, _ in ends]
    return [Fit(low, high, _cubic(value.real, slope) + 0j, True)]


def _cubic(value: Array, slope: Array) -> Array:
    """The Chebyshev series on [-1, 1] with these values and slopes at the ends."""
    mean, rise = value.mean(), 0.5 * (value[1] - value[0])
    bend, twist = 0.25 * (slope[1] - slope[0]), 0.5 * (slope.mean() - rise)
    found: Array = poly2cheb([mean - bend, rise - twist, bend, twist])
    return found


# -- ends -------------------------------------------------------------------------------------------------------------------


def _end_piece(sheet: Sheet, end: Break, side: int, room: float) -> tuple[Piece | None, float]:
    """The piece at an end and the u up to which it reaches; None for a point at which the branch turns out to be analytic."""
    series = _series(sheet, end, side, room)
    if series is not None:
        edge_map = EdgeMap(sheet.logarithmic, end.position(sheet.logarithmic), side, series.q)
        last = min(series.reach, _distance(room, side, sheet.logarithmic) ** (1.0 / series.q))
        return Piece(edge_map, 0.0, last, series), float(edge_map.u(np.array([last]))[0])
    if _analytic_at(sheet, end.u, side, room):
        return None, end.u
    return _tail_piece(sheet, EndTailMap(sheet.logarithmic, end.u, side, room)), end.u + side * room


def _tail_piece(sheet: Sheet, chart: EndTailMap) -> Piece:
    """The panels towards an end that is no power series; from where values are lost to rounding on by the power of the distance seen last."""
    grid = np.linspace(0.0, _DEEP, 27)
    values = sheet.values(chart.u(grid))
    floor = 1e-15 * (1.0 if sheet.logarithmic else abs(chart.end))
    enough = (-values.imag * np.abs(chart.slope(grid)) > _NEGLIGIBLE) & (np.abs(chart.u(grid) - chart.end) > floor)
    ends = grid[: max(2, _prefix(enough)) + 1].tolist()
    fits = fit_together(lambda t: sheet.values(chart.u(t)), list(pairwise(ends)), least=_SHORT)
    settled = [fit.resolved for fit in fits]
    kept = fits[: len(fits) if all(settled) else settled.index(False)]
    if not kept:
        raise Undecided(f"the branch beside {chart.end:.10g} is not resolved; ask for single values with dps=30")
    last, series = kept[-1].high, joined(kept)
    before = max(0.5 * last, last - 0.25)
    found = series(np.array([before, last]))
    rate = complex(np.log(found[1] / found[0]) / (np.expm1(before) - np.expm1(last)))
    return Piece(chart, 0.0, max(_DEEP, last), _Extended(series, last, rate), last)


def _prefix(wanted: Array) -> int:
    """The index of the last entry before the first False."""
    return len(wanted) - 1 if wanted.all() else int(np.argmin(wanted)) - 1


def _distance(room: float, side: int, logarithmic: bool) -> float:
    with np.errstate(over="ignore"):
        return float(side * np.expm1(side * room)) if logarithmic else room


def _series(sheet: Sheet, end: Break, side: int, room: float) -> EndSeries | None:
    """The series of the physical branch at a critical point, chosen by comparison with the branch followed from infinity."""
    germ = end.germ if end.edge is None else _edge_germ(sheet, end.edge)
    if germ is None:
        return None
    candidates = end_series(germ.sample, germ.centre, germ.radius, float(side))
    if germ.inverted:
        candidates = [inverted(candidate, germ.inverted) for candidate in candidates]
    for candidate in candidates:
        last = min(candidate.reach, _distance(room, side, sheet.logarithmic) ** (1.0 / candidate.q))
        edge_map = EdgeMap(sheet.logarithmic, end.position(sheet.logarithmic), side, candidate.q)
        t = np.array([0.7 * last, last])
        expected, found = sheet.values(edge_map.u(t)), candidate(t)
        scale = np.abs(found) if candidate.inverted else np.abs(candidate.offset(t))
        if np.all(np.abs(found - expected) <= _MATCH * scale):
            return candidate
    return None


def _edge_germ(sheet: Sheet, edge: Edge) -> Germ:
    """x near an edge; m = 0 and m = -1 are singular places for products, while G = 0 need not be one for sums."""
    centre = complex(edge.v)
    room = max(abs(centre), 1 / sheet.size) if sheet.place is None else min(abs(centre), abs(centre + float(sheet.place)))
    return Germ(sheet.sampler(edge), centre, 0.5 * room)


def _analytic_at(sheet: Sheet, u: float, side: int, room: float) -> bool:
    """Whether the branch is a Chebyshev series up to u itself, within less than the last halving."""
    fits = fit_together(sheet.values, [(min(u, u + side * room), max(u, u + side * room))], least=room / 20)
    return all(fit.resolved for fit in fits)


# -- tails ------------------------------------------------------------------------------------------------------------------


def _weights(sheet: Sheet, chart: Map, t: Array) -> Array:
    with np.errstate(all="ignore"):
        found = -sheet.values(chart.u(t)).imag * np.abs(chart.slope(t))
    return np.where(np.isfinite(found), found, 0.0)


def _wanted(sheet: Sheet, chart: FarMap, grid: Array) -> tuple[Array, Array]:
    """The weights on a grid, and where they count; sampled in stretches, since beyond the last that counts points cost most."""
    weight = np.zeros(len(grid))
    for k in range(0, len(grid), _STRETCH):
        part = slice(k, k + _STRETCH)
        weight[part] = _weights(sheet, chart, grid[part])
        wanted = weight > _NEGLIGIBLE
        if sheet.logarithmic:
            wanted |= (weight > 0) & (chart.u(grid) > _SMALLEST)
        if not wanted[part].all():
            break
    return weight, wanted


def _far_piece(sheet: Sheet, chart: FarMap) -> Piece | None:
    grid = np.linspace(0.0, _FAR, 185)
    weight, wanted = _wanted(sheet, chart, grid)
    reach = _prefix(wanted)
    if reach < 1:
        return None
    last = float(grid[reach + 1]) if reach + 1 < len(grid) and weight[reach + 1] > 0 else float(grid[reach])
    if not sheet.logarithmic:
        try:
            return _thin_piece(sheet, chart, last)
        except Undecided:
            return _rough_piece(sheet, chart, grid[: reach + 2])
    if chart.side > 0:
        return _rough_piece(sheet, chart, grid[: reach + 2])
    rate = _rate(sheet, float(chart.u(np.array([last]))[0]))

    def scaled(t: Array) -> Array:
        u = chart.u(t)
        return sheet.values(u) * np.exp(-rate * (u - chart.start))

    spans = _units(last)
    fits = fit_together(scaled, spans, least=_LEAST * (spans[0][1] - spans[0][0]))
    return Piece(chart, 0.0, last, _Damped(chart, rate, joined(fits)), last)


def _thin_piece(sheet: Sheet, chart: FarMap, last: float) -> Piece:
    """A tail along x, where Im G falls far below |G|: real and imaginary part each to their own accuracy."""
    spans = _units(last)
    least = _LEAST * (spans[0][1] - spans[0][0])
    real = fit_together(lambda t: sheet.values(chart.u(t)).real, spans, least=least, floor=1e-16 * sheet.small, most=_THIN)
    imaginary = fit_together(lambda t: sheet.thin_values(chart.u(t)).imag, spans, least=least, floor=_NEGLIGIBLE * sheet.small, most=_THIN)
    return Piece(chart, 0.0, last, _Thin(joined(real), joined(imaginary)), last)


def _rough_piece(sheet: Sheet, chart: FarMap, grid: Array) -> Piece:
    """A tail of a law whose Im G carries the rounding of |G|: followed as long as it stands clear of that."""
    last, trusted = (_clear_up_to(sheet, chart, grid, level) for level in (_ROUGH, _CLEAR))
    fits = fit_together(lambda t: sheet.values(chart.u(t)), _units(last), least=_LEAST * last)
    return Piece(chart, 0.0, last, joined(fits), trusted)


def _clear_up_to(sheet: Sheet, chart: FarMap, grid: Array, level: float) -> float:
    """The last t, on a grid refined once, up to which -Im v > level |v|."""
    for _ in range(2):
        values = sheet.values(chart.u(grid))
        k = max(1, _prefix(-values.imag > level * np.abs(values)))
        last, grid = float(grid[k]), np.linspace(grid[k - 1], grid[min(k + 1, len(grid) - 1)], 33)
    return last


def _units(last: float) -> list[tuple[float, float]]:
    count = max(1, int(last))
    return [(k * last / count, (k + 1) * last / count) for k in range(count)]


def _rate(sheet: Sheet, u: float) -> float:
    """d log v/du at a point of the tail, the power of x with which v vanishes."""
    step = max(1.0, 0.5 * abs(u))
    values = sheet.values(np.array([u, u + step]))
    found = float(np.log(np.abs(values[1] / values[0]))) / step
    return found if np.isfinite(found) else 0.0
