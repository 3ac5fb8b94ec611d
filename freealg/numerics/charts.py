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

from freealg.exact.context import ball_precision
from freealg.numerics.branch import chart_rows, refine_root
from freealg.numerics.chart_path import ChartPath
from freealg.numerics.local import LocalExpansion
from freealg.numerics.real_algebraic import Infinite
from freealg.numerics.support import Spectrum

__all__ = ["Arc", "EndChart", "arcs"]

Array = NDArray[Any]
_BITS = 192
_CLOSE = 0.01
_STRETCH = 100.0


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
        self.path = ChartPath(self.rows, expansion.limit)

    def sample(self, s: Array) -> tuple[Array, list[flint.acb]]:
        """density / s^k at s > 0, and the values of v there for `real_parts`."""
        roots = self.path.roots(s)
        leading = [(k, c.imag) for k, c in self.expansion.terms if not c.imag.contains(0)]
        if not leading:
            power = self.expansion.order - self.k
            return np.array([float(v.imag) for v in roots]) * (s**power if power else 1.0) / -np.pi, roots
        density = np.empty(len(s))
        with ball_precision(_BITS):
            for i, v in enumerate(roots):
                at = flint.arb(float(s[i]))
                total = sum((c * at ** (k - self.k) for k, c in (*leading, (self.expansion.order, v.imag))), flint.arb(0))
                density[i] = float(total / -flint.arb.pi())
        return density, roots

    def real_parts(self, s: Array, roots: list[flint.acb]) -> Array:
        """Re G at s > 0 from the values of v."""
        real = np.empty(len(s))
        with ball_precision(_BITS):
            for i, v in enumerate(roots):
                at = flint.arb(float(s[i]))
                real[i] = float(sum((c.real * at**k for k, c in (*self.expansion.terms, (self.expansion.order, v))), flint.arb(0)))
        return real

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
