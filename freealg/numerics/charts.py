"""The physical branch along arcs of positive density, in variables where it is analytic up to both ends.

At an end or a cut with T = side * (x - a) (T = side/x at infinity) and ramification q the variable is s = T^(1/q): the density is s^k D(s) with
D analytic and D(0) != 0. Values come from the resolved chart F(s, v) = 0 of `local`, whose root is simple at s = 0, so they have
full relative accuracy up to the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

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
_STRETCH = 30.0
_RECENTRED = 40
_TABLE_BITS = 300


@final
class _Path:
    """Certified states along one chart, each new target tracked from the nearest state known.

    Far from the origin of the chart its coefficients cancel; where doubles stop, the table is expanded anew, in balls, at the last
    certified point, and the rest of the way is tracked in that table.
    """

    def __init__(self, rows: list[flint.acb_poly], v: flint.acb) -> None:
        self.rows = rows
        self.begin = BallState(flint.acb(0), v.mid(), 0j, 0.0, 0.0, 0.0)
        self.tables: list[tuple[float, flint.acb, DoubleTaylor]] = []
        self.known: list[tuple[Array, Array]] = []
        self._expand(0.0, v.mid())

    def _expand(self, centre: float, base: flint.acb) -> None:
        """A table of F(centre + s, base + u), which is 0 at s = u = 0 up to `_TABLE_BITS`."""
        with ball_precision(_TABLE_BITS):
            expanded, _ = ball_expansion(self.rows, flint.acb(centre), base)
        table = np.array([[complex(x) for x in line] for line in expanded])
        tables = [*self.tables, (centre, base, DoubleTaylor(table if table.imag.any() else table.real.copy()))]
        known = [*self.known, (np.array([centre]), np.zeros(1, dtype=complex))]
        self.tables, self.known = tables, known  # together: an interruption must not part them

    def states(self, goals: Array) -> list[BallState]:
        """The certified states at the targets."""
        out: list[BallState | None] = [None] * len(goals)
        pending = np.arange(len(goals))
        for turn in range(_RECENTRED):
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

    def _advance(self, goals: Array, pending: Array, out: list[BallState | None]) -> list[BallState]:
        """Track the pending targets in the table with the nearest known state; the last states of those that stopped on the way."""
        gaps = np.array([np.abs(s[:, None] - goals[pending]).min(axis=0) for s, _ in self.known])
        choice = np.argmin(gaps, axis=0)
        stopped = []
        for index in np.unique(choice):
            mine = pending[choice == index]
            (centre, base, taylor), (known_s, known_v) = self.tables[index], self.known[index]
            nearest = np.argmin(np.abs(known_s[:, None] - goals[mine]), axis=0)
            found = track(taylor, known_s[nearest] - centre, known_v[nearest], (goals[mine] - centre).astype(complex))
            ok = found.reached
            self.known[index] = (np.append(known_s, goals[mine][ok]), np.append(known_v, found.g[ok]))
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
    """The root of the state's disc to about 150 bits (from a certified start; two steps of Newton's method from 1e-12)."""
    polynomial = flint.acb_poly([row(state.s).mid() for row in rows])
    slope = polynomial.derivative()
    value = state.g
    for _ in range(4):
        value = (value - polynomial(value) / slope(value)).mid()
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
