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

from freealg.errors import Undecided
from freealg.exact.context import ball_precision
from freealg.numerics.branch import as_state, chart_doubles, chart_rows, refine_root
from freealg.numerics.local import LocalExpansion
from freealg.numerics.real_algebraic import Infinite
from freealg.numerics.support import Spectrum
from freealg.numerics.taylor import DoubleTaylor
from freealg.numerics.tracking import BallState, track, track_ball

__all__ = ["Arc", "EndChart", "arcs"]

Array = NDArray[Any]
_BITS = 192
_CLOSE = 0.01


@final
class _Path:
    """Certified states along one chart; each new target is tracked from the nearest state known."""

    def __init__(self, taylor: DoubleTaylor, rows: list[flint.acb_poly], s: float, v: flint.acb) -> None:
        self.taylor, self.rows = taylor, rows
        self.known_s, self.known_v = np.array([s]), np.array([complex(v)])
        self.begin = BallState(flint.acb(s), v.mid(), 0j, 0.0, 0.0, 0.0)

    def states(self, goals: Array) -> list[BallState]:
        """The states at the targets; those unreached in doubles are followed in ball arithmetic."""
        nearest = np.argmin(np.abs(self.known_s[:, None] - goals), axis=0)
        found = track(self.taylor, self.known_s[nearest], self.known_v[nearest], goals.astype(complex))
        self.known_s = np.append(self.known_s, found.s.real[found.reached])
        self.known_v = np.append(self.known_v, found.g[found.reached])
        out = []
        for k, reached in enumerate(found.reached):
            state = as_state(found, k) if reached else track_ball(self.rows, self.begin, flint.acb(float(goals[k])))
            if state is None:
                raise Undecided(f"the branch could not be followed to {float(goals[k])!r} along the support")
            out.append(state)
        return out


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
        self.path = _Path(DoubleTaylor(chart_doubles(expansion.table)), self.rows, 0.0, expansion.limit)

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
        """density / s^k at s > 0, as balls of about `bits` bits."""
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
    return sorted(cuts)
