"""The physical branch along arcs of positive density, in variables where it is analytic up to both ends.

At an end or a cut with T = side * (x - a) (T = side/x at infinity) and ramification q the variable is s = T^(1/q): the density is s^k D(s) with
D analytic and D(0) != 0. Values come from the resolved chart F(s, v) = 0 of `local`, whose root is simple at s = 0, so they have
full relative accuracy up to the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, final

import flint
import numpy as np
from numpy.typing import NDArray

from freealg.errors import Undecided, shown
from freealg.exact.context import ball_precision
from freealg.numerics.branch import as_state, chart_rows, refine_root
from freealg.numerics.local import LocalExpansion
from freealg.numerics.real_algebraic import Infinite
from freealg.numerics.support import Spectrum
from freealg.numerics.taylor import DoubleTaylor, ball_expansion
from freealg.numerics.tracking import BallState, track, track_ball

__all__ = ["Arc", "EndChart", "arcs"]

Array = NDArray[Any]
_BITS = 192
_CLOSE = 0.01
_STRETCH = 100.0
_RECENTRED = 40
_TABLE_BITS = 300
_STEPS = 6
_COVERED = 0.8
_LEFT = 0.1
_SETTLED = 1e-4


class _Known(NamedTuple):
    """Certified states in the coordinates of one table: places, values, slopes and the radii r and rho of their discs (`tracking`)."""

    s: Array
    v: Array
    kappa: Array
    r: Array
    rho: Array


def _root_near(table: Array, s: Array, v: Array) -> tuple[Array, Array]:
    """Newton's method for F(s, .) from v, all at once in doubles: the values and the sizes of the last steps."""
    row = np.zeros((len(s), table.shape[1]), dtype=complex)
    for line in table[::-1]:
        row = row * s[:, None] + line
    step = np.full(len(s), np.inf)
    for _ in range(_STEPS):
        value, slope = row[:, -1], np.zeros(len(s), dtype=complex)
        for j in range(row.shape[1] - 2, -1, -1):
            slope = slope * v + value
            value = value * v + row[:, j]
        step = value / slope
        v = v - step
    return v, np.abs(step)


@final
class _Path:
    """Certified states along one chart: inside the disc of a known state by Newton's method, else tracked from the nearest one.

    Far from the origin of the chart its coefficients cancel; where doubles stop, the table is expanded anew, in balls, at the last
    certified point, and the rest of the way is tracked in that table.
    """

    def __init__(self, rows: list[flint.acb_poly], v: flint.acb) -> None:
        self.rows = rows
        self.begin = BallState(flint.acb(0), v.mid(), 0j, 0.0, 0.0, 0.0)
        self.tables: list[tuple[float, flint.acb, DoubleTaylor]] = []
        self.known: list[_Known] = []
        self._expand(0.0, v.mid())

    def _expand(self, centre: float, base: flint.acb) -> None:
        """A table of F(centre + s, base + u), which is 0 at s = u = 0 up to `_TABLE_BITS`."""
        with ball_precision(_TABLE_BITS):
            expanded, _ = ball_expansion(self.rows, flint.acb(centre), base)
        table = np.array([[complex(x) for x in line] for line in expanded])
        tables = [*self.tables, (centre, base, DoubleTaylor(table if table.imag.any() else table.real.copy()))]
        none = np.zeros(1)
        known = [*self.known, _Known(np.array([centre]), none + 0j, none + 0j, none, none)]
        self.tables, self.known = tables, known  # together: an interruption must not part them

    def states(self, goals: Array) -> list[BallState]:
        """The certified states at the targets."""
        out: list[BallState | None] = [None] * len(goals)
        self._cover(goals, out)
        pending = np.array([k for k in range(len(goals)) if out[k] is None], dtype=int)
        for turn in range(_RECENTRED if len(pending) else 0):
            stopped = self._advance(goals, pending, out)
            pending = np.array([k for k in pending if out[k] is None], dtype=int)
            if not len(pending) or not stopped or turn == _RECENTRED - 1:
                break
            self._recentre(max(stopped, key=lambda state: state.s.real.mid()))
        for k in pending:
            out[k] = track_ball(self.rows, self.begin, flint.acb(float(goals[k])))
        if any(state is None for state in out):
            raise Undecided(f"the branch could not be followed to {shown(goals)} along the support")
        return [state for state in out if state is not None]

    def _cover(self, goals: Array, out: list[BallState | None]) -> None:
        """The targets within the reach of a known disc, which holds one root only: Newton's method finds it, a smaller disc about it is the state."""
        for (centre, base, taylor), known in zip(self.tables, self.known, strict=True):
            gaps = goals - known.s[:, None]
            with np.errstate(all="ignore"):
                share = np.abs(gaps) / known.rho[:, None]
                nearest = np.argmin(np.where(np.isfinite(share), share, np.inf), axis=0)
                mine = np.array([k for k in np.nonzero(share[nearest, np.arange(len(goals))] <= _COVERED)[0] if out[k] is None], dtype=int)
                if not len(mine):
                    continue
                parent = nearest[mine]
                middle = known.v[parent] + known.kappa[parent] * gaps[parent, mine]
                v, step = _root_near(taylor.table, goals[mine] - centre, middle)
                left = known.r[parent] - np.abs(v - middle)
                good = (left > _LEFT * known.r[parent]) & (step <= _SETTLED * left)
            for k in np.nonzero(good)[0]:
                with ball_precision(_TABLE_BITS):
                    g = (flint.acb(complex(v[k])) + base).mid()
                out[mine[k]] = BallState(flint.acb(float(goals[mine[k]])), g, complex(known.kappa[parent[k]]), float(left[k]), float(left[k]), 0.0)

    def _advance(self, goals: Array, pending: Array, out: list[BallState | None]) -> list[BallState]:
        """Track the pending targets in the table with the nearest known state; the last states of those that stopped on the way."""
        gaps = np.array([np.abs(known.s[:, None] - goals[pending]).min(axis=0) for known in self.known])
        choice = len(gaps) - 1 - np.argmin(gaps[::-1], axis=0)  # of equals the newest: a table is made where the last one stopped
        stopped = []
        for index in np.unique(choice):
            mine = pending[choice == index]
            (centre, base, taylor), known = self.tables[index], self.known[index]
            nearest = np.argmin(np.abs(known.s[:, None] - goals[mine]), axis=0)
            trail: list[Any] = []
            found = track(taylor, known.s[nearest] - centre, known.v[nearest], (goals[mine] - centre).astype(complex), trail=trail)
            ok = found.reached
            met = [_Known(front.s.real + centre, front.g, front.kappa, front.r, front.rho) for front in trail]
            self.known[index] = _Known(*(np.concatenate(column) for column in zip(known, *met, strict=True)))
            for k, target in enumerate(mine):
                state = as_state(found, k)
                with ball_precision(_TABLE_BITS):
                    state = state._replace(s=flint.acb(float(goals[target])) if ok[k] else state.s + centre, g=(state.g + base).mid())
                if ok[k]:
                    out[target] = state
                elif state.rho > 0 and state.inner <= state.r:
                    stopped.append(state)
        return stopped

    def _recentre(self, state: BallState) -> None:
        """A new table around a certified state."""
        centre = float(state.s.real)
        self._expand(centre, refine_root(self.rows, state, flint.acb(centre), _TABLE_BITS).mid())


def _newton(rows: list[flint.acb_poly], state: BallState) -> flint.acb:
    """The root of the state's disc to about 150 bits, from a start in doubles."""
    polynomial = flint.acb_poly([row(state.s).mid() for row in rows])
    slope = polynomial.derivative()
    value = state.g
    for _ in range(3):
        value = (value - polynomial(value) / slope(value)).mid()
    if not float((value - state.g).abs_upper()) <= state.r:
        return refine_root(rows, state, state.s, _BITS).mid()
    return value


@final
class EndChart:
    """G near one end of an arc, as a function of s >= 0."""

    def __init__(self, expansion: LocalExpansion) -> None:
        self.expansion = expansion
        self.q, self.k = expansion.q, expansion.visible_order()
        self.infinite = isinstance(expansion.place, Infinite)
        self.side = expansion.side
        self.origin = (0.0, 0.0) if isinstance(expansion.place, Infinite) else expansion.place.double_double()
        self.rows = chart_rows(expansion.table)
        self.path = _Path(self.rows, expansion.limit)

    def sample(self, s: Array) -> tuple[Array, Array]:
        """(density / s^k, Re G) at s > 0."""
        density, real = np.empty(len(s)), np.empty(len(s))
        with ball_precision(_BITS):
            for i, state in enumerate(self.path.states(s)):
                terms = (*self.expansion.terms, (self.expansion.order, _newton(self.rows, state)))
                at = flint.arb(float(s[i]))
                density[i] = float(sum((c.imag * at ** (k - self.k) for k, c in terms), flint.arb(0)) / -flint.arb.pi())
                real[i] = float(sum((c.real * at**k for k, c in terms), flint.arb(0)))
        return density, real

    def density_balls(self, s: list[flint.arb], bits: int) -> list[flint.arb]:
        """density / s^k at the middles of the balls s > 0, as balls of about `bits` bits."""
        s = [at.mid() for at in s]
        states = self.path.states(np.array([float(at) for at in s]))
        out = []
        for at, state in zip(s, states, strict=True):
            v = refine_root(self.rows, state, flint.acb(at), bits)
            with ball_precision(bits + 32):
                terms = (*self.expansion.terms, (self.expansion.order, v))
                out.append(sum((c.imag * at ** (k - self.k) for k, c in terms), flint.arb(0)) / -flint.arb.pi())
        return out


@final
@dataclass(frozen=True, eq=False)
class Arc:
    """An interval of positive analytic density; `left` has side +1 (x grows with s) unless infinite, `right` side -1.

    `plain` tells whether (x - a)^(k/2) (b - x)^(k'/2) times an analytic function of x is the density, with both ends included:
    ends with q <= 2 at which the density stops, or cuts.
    """

    left: EndChart
    right: EndChart
    plain_left: bool
    plain_right: bool

    @property
    def length(self) -> float:
        """b - a from the double-double ends (finite arcs)."""
        (a, da), (b, db) = self.left.origin, self.right.origin
        return (b - a) + (db - da)


def _plain(spectrum: Spectrum, expansion: LocalExpansion) -> bool:
    place = expansion.place
    if isinstance(place, Infinite) or expansion.q > 2:
        return False
    if expansion.q == 1:
        return True
    return any(place in interval for interval in spectrum.intervals)


def arcs(spectrum: Spectrum) -> list[Arc]:
    """The arcs of positive density from left to right, cut where `_cuts` says."""
    out: list[Arc] = []
    breaks = spectrum.breaks
    opened: LocalExpansion | None = None
    for gap in spectrum.gaps:
        if not gap.positive:
            continue
        opened = breaks.get((gap.left, -1 if isinstance(gap.left, Infinite) else 1)) or opened
        ends = breaks.get((gap.right, 1 if isinstance(gap.right, Infinite) else -1))
        if ends is None or opened is None:
            continue
        expansions = [opened]
        for cut in _cuts(spectrum, opened, ends):
            expansions += [spectrum.cut_expansion(cut, -1), spectrum.cut_expansion(cut, 1)]
        expansions.append(ends)
        charts = [(EndChart(e), _plain(spectrum, e)) for e in expansions]
        out += [Arc(a, b, plain_a, plain_b) for (a, plain_a), (b, plain_b) in zip(charts[::2], charts[1::2], strict=True)]
    return out


def _cuts(spectrum: Spectrum, begins: LocalExpansion, ends: LocalExpansion) -> list[float]:
    """Cuts inside an arc: above each complex critical point that is much nearer to the axis than to the ends, where the density
    can vary as fast as near an edge; and, for an unbounded arc, at twice the radius of the critical points."""
    radius = 2.0 * spectrum.branch.critical.radius
    low, high = (float(e.place) for e in (begins, ends))
    cuts = ([-radius] if low == -np.inf else []) + ([radius] if high == np.inf else [])
    low, high = max(low, -radius), min(high, radius)
    near = sorted((z.imag, z.real) for z in (complex(p) for p in spectrum.branch.critical.all_points) if z.imag > 0)
    for height, x in near:
        room = min(x - low, high - x, *(abs(x - c) for c in cuts), radius)
        if height < _CLOSE * room and x not in cuts:
            cuts.append(x)
    return sorted([*cuts, *_graded(spectrum, low, high, cuts)])


def _graded(spectrum: Spectrum, low: float, high: float, cuts: list[float]) -> list[float]:
    """Cuts at growing distances from an end that has another critical point by its side and a long arc before it."""
    ends = sorted([low, *cuts, high])
    points = np.array([complex(p) for p in spectrum.branch.critical.all_points])
    found = []
    for end, room in ((low, ends[1] - low), (high, ends[-2] - high)):
        gaps = np.abs(points - end)
        gap = _STRETCH * min(gaps[gaps > 1e-12 * abs(room)], default=abs(room))
        while _STRETCH * gap < abs(room):
            found.append(end + np.copysign(gap, room))
            gap *= _STRETCH
    return found
