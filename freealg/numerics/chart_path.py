"""The physical branch along one chart F(s, v) = 0, s >= 0: certified discs that cover the way, and the roots within them.

The discs are those of `tracking`: each holds one root, the branch, for all s near its own. They are tracked from s = 0 to the farthest place
asked for and kept; in between the root is found by Newton's method in doubles and one more step in balls.
"""

from __future__ import annotations

from typing import Any, NamedTuple, final

import flint
import numpy as np
from numpy.typing import NDArray

from freealg.errors import Undecided, shown
from freealg.exact.context import ball_precision
from freealg.numerics.branch import as_state, refine_root
from freealg.numerics.rouche import power_table
from freealg.numerics.taylor import DoubleTaylor, ball_table, taylor_of
from freealg.numerics.tracking import BallState, newton_on_rows, track, track_ball

__all__ = ["ChartPath"]

Array = NDArray[Any]
_BITS = 192
_TABLE_BITS = 300
_RECENTRED = 40
_STEPS = 6
_COVERED, _BEYOND = 0.95, 1.1
_LEFT = 0.02
_SETTLED = 1e-4
_SHARP = 2.0**-40
_NEWTON = 4


class _Table(NamedTuple):
    """F(centre + s, base + u) in doubles."""

    centre: float
    base: flint.acb
    taylor: DoubleTaylor


class _Discs(NamedTuple):
    """Discs |u - v - kappa t| < r that hold one root, the branch, for |t| <= rho, t = s' - s; u as in their table."""

    s: Array
    v: Array
    kappa: Array
    r: Array
    rho: Array


class _Located(NamedTuple):
    """Per target: the table (-1: not found), the root u in doubles, the slope, and a radius within which there is no other root."""

    table: Array
    u: Array
    kappa: Array
    r: Array


def _root_near(taylor: DoubleTaylor, s: Array, v: Array) -> tuple[Array, Array]:
    """Newton's method for F(s, .) from v, all at once in doubles: the values and the sizes of the last steps."""
    s, v = taylor.scaled(s + 0j, v)
    found, step = newton_on_rows(power_table(s, len(taylor.table)) @ taylor.table, v, _STEPS)
    return (found * 2.0**taylor.q, step * 2.0**taylor.q) if taylor.q else (found, step)


@final
class ChartPath:
    """The branch v(s) of F(s, v) = sum_j rows[j](s) v^j = 0 with v(0) = `limit`, a simple root.

    Far from the origin of the chart its coefficients cancel; where doubles stop, the table is expanded anew, in balls, at the last
    certified point, and the rest of the way is tracked in that table.

    >>> path = ChartPath([flint.acb_poly([-1]), flint.acb_poly([0, -1]), flint.acb_poly([1])], flint.acb(1))      # v^2 - s v - 1
    >>> [round(float(v.real), 12) for v in path.roots(np.array([0.75, 1.5]))]
    [1.443000468165, 2.0]
    """

    def __init__(self, rows: list[flint.acb_poly], limit: flint.acb) -> None:
        self.rows = rows
        with ball_precision(_BITS):
            self._short = [flint.acb_poly([c * 1 for c in row.coeffs()]) for row in rows]
        self.begin = BallState(flint.acb(0), limit.mid(), 0j, 0.0, 0.0, 0.0)
        self.tables: list[_Table] = []
        self.known: list[_Discs] = []
        self._expand(0.0, self.begin)

    def _expand(self, centre: float, state: BallState) -> None:
        """A table around (centre, g) of a certified state, which is 0 at s = u = 0 up to `_TABLE_BITS`."""
        with ball_precision(_TABLE_BITS):
            taylor = taylor_of(ball_table(self.rows, flint.acb(centre), state.g))
        tables = [*self.tables, _Table(centre, state.g, taylor)]
        known = [*self.known, _Discs(*(np.array([x]) for x in (centre, 0j, state.kappa, state.r, state.rho)))]
        self.tables, self.known = tables, known  # together: an interruption must not part them

    def roots(self, goals: Array) -> list[flint.acb]:
        """v at the targets s > 0, to about 120 bits."""
        found = self._located(goals)
        with ball_precision(_BITS):
            places = [flint.acb(s) for s in goals.tolist()]
            starts = [self.tables[i].base + flint.acb(u) for i, u in zip(found.table, found.u.tolist(), strict=True)]
            return [self._polished(s, v, r) for s, v, r in zip(places, starts, found.r.tolist(), strict=True)]

    def states(self, goals: Array) -> list[BallState]:
        """The certified states at the targets."""
        found = self._located(goals)
        with ball_precision(_TABLE_BITS):
            centres = [(self.tables[i].base + flint.acb(u)).mid() for i, u in zip(found.table, found.u.tolist(), strict=True)]
        rest = zip(goals.tolist(), centres, found.kappa.tolist(), found.r.tolist(), strict=True)
        return [BallState(flint.acb(s), g, kappa, r, r, 0.0) for s, g, kappa, r in rest]

    def _polished(self, s: flint.acb, v: flint.acb, r: float) -> flint.acb:
        """The root within r of v, by Newton's method: d steps^2/r bounds what is left where no other of the d roots is nearer than r."""
        polynomial = flint.acb_poly([row(s) for row in self._short])
        slope = polynomial.derivative()
        guess = v
        for _ in range(_NEWTON):
            step = polynomial(guess) / slope(guess)
            guess = (guess - step).mid()
            if abs(complex(step)) <= _SHARP * r and abs(complex(guess - v)) <= r:
                return guess
        return refine_root(self.rows, BallState(s, v.mid(), 0j, r, r, 0.0), s, _BITS).mid()

    def _located(self, goals: Array) -> _Located:
        """Each target within a certified disc: the known ones, else those tracked there, else in balls."""
        count = len(goals)
        out = _Located(np.full(count, -1), np.zeros(count, complex), np.zeros(count, complex), np.zeros(count))
        self._cover(goals, out)
        for turn in range(_RECENTRED):
            pending = goals[out.table < 0]
            if not len(pending):
                return out
            stopped = self._advance(pending if turn else np.unique([pending.min(), _BEYOND * pending.max()]))
            self._cover(goals, out)
            if stopped and (out.table < 0).any():
                self._recentre(max(stopped, key=lambda state: state.s.real.mid()))
            elif turn:
                break
        for goal in goals[out.table < 0].tolist():
            state = track_ball(self.rows, self.begin, flint.acb(goal))
            if state is None:
                raise Undecided(f"the branch could not be followed to {shown(goals)} along the support")
            self._expand(goal, state)
        self._cover(goals, out)
        if (out.table < 0).any():
            raise Undecided(f"the branch at {shown(goals[out.table < 0])} along the support could not be told from others in doubles")
        return out

    def _cover(self, goals: Array, out: _Located) -> None:
        """The targets within the reach of a known disc: Newton's method finds the root in it."""
        for index, (table, known) in enumerate(zip(self.tables, self.known, strict=True)):
            gaps = goals - known.s[:, None]
            with np.errstate(all="ignore"):
                share = np.where(known.r[:, None] > 0, np.abs(gaps) / known.rho[:, None], np.inf)
                share = np.where(np.isnan(share), np.inf, share)
                nearest = share.argmin(axis=0)
                mine = np.nonzero((share[nearest, np.arange(len(goals))] <= _COVERED) & (out.table < 0))[0]
                if not len(mine):
                    continue
                parent = nearest[mine]
                kappa, r = known.kappa[parent], known.r[parent]
                middle = known.v[parent] + kappa * gaps[parent, mine]
                u, step = _root_near(table.taylor, goals[mine] - table.centre, middle)
                left = r - np.abs(u - middle)
                good = (left > _LEFT * r) & (step <= _SETTLED * left)
            mine = mine[good]
            out.table[mine], out.u[mine], out.kappa[mine], out.r[mine] = index, u[good], kappa[good], left[good]

    def _advance(self, goals: Array) -> list[BallState]:
        """Track to targets in the table with the nearest known place; the last states of those that stopped on the way."""
        gaps = np.array([np.abs(known.s[:, None] - goals).min(axis=0) for known in self.known])
        choice = len(gaps) - 1 - np.argmin(gaps[::-1], axis=0)  # of equals the newest: a table is made where the last one stopped
        stopped = []
        for index in np.unique(choice):
            mine = goals[choice == index]
            (centre, base, taylor), known = self.tables[index], self.known[index]
            nearest = np.argmin(np.abs(known.s[:, None] - mine), axis=0)
            trail: list[Any] = []
            found = track(taylor, known.s[nearest] - centre, known.v[nearest], (mine - centre).astype(complex), trail=trail, cover=True)
            met = [_Discs(front.s.real + centre, front.g, front.kappa, front.r, front.rho) for front in trail]
            self.known[index] = _Discs(*(np.concatenate(column) for column in zip(known, *met, strict=True)))
            for k in np.nonzero(~found.reached & (found.rho > 0) & (found.inner <= found.r))[0]:
                state = as_state(found, int(k))
                with ball_precision(_TABLE_BITS):
                    stopped.append(state._replace(s=state.s + centre, g=(state.g + base).mid()))
        return stopped

    def _recentre(self, state: BallState) -> None:
        """A new table around a certified state."""
        centre = float(state.s.real)
        root = refine_root(self.rows, state, flint.acb(centre), _TABLE_BITS).mid()
        self._expand(centre, BallState(flint.acb(centre), root, 0j, 0.0, 0.0, 0.0))
