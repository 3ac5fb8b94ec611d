"""The support, exactly: which gaps between real critical points carry density, and what happens at the points between them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import final

import flint
import numpy as np

from freealg.errors import NotALaw, Undecided
from freealg.exact.context import ball_precision, cached_property
from freealg.numerics.branch import PhysicalBranch, as_state, refine_root
from freealg.numerics.local import LocalExpansion, Place, Sampler, expand, expand_simple
from freealg.numerics.real_algebraic import Infinite, RealAlgebraic
from freealg.numerics.tracking import BallState, track

__all__ = ["Gap", "Singularity", "Spectrum"]

_MAX_BITS = 16384


@final
@dataclass(frozen=True)
class Gap:
    """An open interval without critical points: the density is analytic and positive on it, or zero on it.

    `state` is the certified physical branch at one rational point of the interval.
    """

    left: Place
    right: Place
    state: BallState
    positive: bool


@final
@dataclass(frozen=True)
class Singularity:
    """A point of the support where the density is not analytic: density ~ coefficient * |x - place|^exponent on the given side."""

    place: Place
    side: int
    expansion: LocalExpansion

    @property
    def exponent(self) -> tuple[int, int]:
        """The exponent as (numerator, denominator)."""
        found = self.expansion.visible()
        if found is None:
            raise Undecided(f"the density beside {self.place} has no visible leading term")
        return found[0].numerator, found[0].denominator


def _point_between(left: Place, right: Place, radius: int) -> flint.acb:
    """An exact dyadic point strictly between two places, a double whenever there is one."""
    if isinstance(left, Infinite) and isinstance(right, Infinite):
        return flint.acb(0)
    if isinstance(left, Infinite):
        return flint.acb(float(right) - 0.5 * radius)
    if isinstance(right, Infinite):
        return flint.acb(float(left) + 0.5 * radius)
    middle = 0.5 * (float(left) + float(right))
    if left < middle < right:
        return flint.acb(middle)
    bits = 128
    while bits < _MAX_BITS:
        with ball_precision(bits):
            a, b = left.refine(bits), right.refine(bits)
            centre = ((a + b) / 2).mid()
            if a < centre < b:
                return flint.acb(centre)
        bits *= 2
    raise Undecided(f"{left} and {right} agree to {_MAX_BITS} bits")


def _is_real(state: BallState) -> bool:
    """The conjugate of the root lies in the disc that holds one root only."""
    return 2 * abs(float(state.g.imag)) * (1 + 1e-12) + state.inner <= state.r


def _carries_density(branch: PhysicalBranch, state: BallState) -> bool:
    """Whether Im G < 0 at a certified real point; Im G > 0 proves that the germ is not that of a probability measure."""
    bits = 53
    while bits <= _MAX_BITS:
        height, spread = float(state.g.imag.mid()), state.inner
        if bits > 53:
            value = refine_root(branch.curve.ball_rows, state, state.s, bits)
            height, spread = (-1.0 if value.imag < 0 else 1.0 if value.imag > 0 else 0.0), 0.5
        if height < -spread:
            return True
        if height > spread:
            raise NotALaw(f"Im G = {complex(state.g).imag:.6g} > 0 at x = {float(state.s.real):.6g} + i0: the germ belongs to no probability measure")
        if _is_real(state):
            return False
        bits *= 2
    raise Undecided(f"whether the branch is real at x = {float(state.s.real):.6g} is not settled at {_MAX_BITS} bits")


@final
class Spectrum:
    """The real line cut at the critical points, with the physical branch on every piece.

    Intervals that meet in a point where the density vanishes or is infinite (a cusp) are one interval: the support is closed.
    """

    def __init__(self, branch: PhysicalBranch) -> None:
        self.branch = branch
        self.places: tuple[Place, ...] = (Infinite(-1), *branch.critical.real, Infinite(1))

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """One `Gap` between each two neighbours of `places`."""
        points = [_point_between(a, b, self.branch.critical.radius) for a, b in pairwise(self.places)]
        found = self.branch.follow(np.array([complex(p) for p in points]))
        gaps = []
        for k, (left, right) in enumerate(pairwise(self.places)):
            exact = points[k].real == float(points[k].real)
            state = as_state(found, k) if found.reached[k] and exact else self.branch.state_at(points[k])
            gaps.append(Gap(left, right, state, _carries_density(self.branch, state)))
        return tuple(gaps)

    def crossed(self, index: int) -> bool:
        """Whether the physical root is simple at a real critical point, by number (so nothing happens to the law at it)."""
        if index not in self._crossed:
            self._cross([index])
        return self._crossed[index]

    @cached_property
    def _crossed(self) -> dict[int, bool]:
        return {}

    def _cross(self, indices: list[int]) -> None:
        """Follow the branch across real critical points by certified discs, all at once."""
        pairs = {k: (self.gaps[k], self.gaps[k + 1]) for k in indices if self.gaps[k].positive == self.gaps[k + 1].positive}
        self._crossed.update(dict.fromkeys(indices, False))
        if pairs:
            s, g = (np.array([complex(getattr(a.state, name)) for a, _ in pairs.values()]) for name in ("s", "g"))
            goal = np.array([complex(b.state.s) for _, b in pairs.values()])
            found = track(self.branch.taylor, s, g, goal, 1e-5 * np.abs(goal - s), cover=True)
            self._crossed.update(zip(pairs, map(bool, found.reached), strict=True))

    @cached_property
    def intervals(self) -> tuple[tuple[Place, Place], ...]:
        """The closed intervals of the absolutely continuous part, increasing."""
        out: list[tuple[Place, Place]] = []
        joined = False
        for gap in self.gaps:
            if gap.positive and joined:
                out[-1] = (out[-1][0], gap.right)
            elif gap.positive:
                out.append((gap.left, gap.right))
            joined = gap.positive
        return tuple(out)

    @cached_property
    def _samplers(self) -> dict[Place, Sampler]:
        return {}

    def sampler(self, place: Place) -> Sampler:
        """Certified samples of the branch near one place, shared by both sides."""
        if place not in self._samplers:
            near = self.gaps[max(self.places.index(place) - 1, 0)].state if isinstance(place, RealAlgebraic) else None
            self._samplers[place] = Sampler(self.branch, place, near)
        return self._samplers[place]

    def expansion(self, place: Place, side: int, bits: int = 0) -> LocalExpansion:
        """The Puiseux expansion of the physical branch on one side of a place (+1: larger x; at an infinite place the only side)."""
        if (place, side, bits) not in self._expansions:
            k = self.places.index(place)
            gap = self.gaps[k - (1 if side < 0 else 0)] if isinstance(place, RealAlgebraic) else self.gaps[0 if place.sign < 0 else -1]
            turning = isinstance(place, RealAlgebraic) and self.gaps[k - 1].positive != self.gaps[k].positive
            self._expansions[place, side, bits] = expand(self.sampler(place), side, gap.positive, bits, turning)
        return self._expansions[place, side, bits]

    @cached_property
    def _expansions(self) -> dict[tuple[Place, int, int], LocalExpansion]:
        return {}

    def cut_expansion(self, x: float, side: int, bits: int = 0) -> LocalExpansion:
        """The same at a double x inside the support that is no break: q = 1, the density is analytic there."""
        top, bottom = x.as_integer_ratio()
        place = RealAlgebraic((-top, bottom), 0)
        gap = next(g for g in self.gaps if isinstance(g.right, Infinite) or g.right >= x)
        if x not in self._cut_states:
            self._cut_states[x] = self.branch.state_at(flint.acb(x), gap.state)
        return expand_simple(self.branch, place, side, self._cut_states[x], bits)

    @cached_property
    def _cut_states(self) -> dict[float, BallState]:
        return {}

    @cached_property
    def breaks(self) -> dict[tuple[Place, int], LocalExpansion]:
        """Expansions at both ends of every arc of positive density: edges, and the interior points the root is not simple at."""
        out: dict[tuple[Place, int], LocalExpansion] = {}
        self._cross([k for k, (a, b) in enumerate(pairwise(self.gaps)) if a.positive and b.positive])
        for k, gap in enumerate(self.gaps):
            if gap.positive:
                for place, side, index in ((gap.left, 1, k - 1), (gap.right, -1, k)):
                    if isinstance(place, Infinite):
                        out[place, place.sign] = self.expansion(place, place.sign)
                    elif not self.crossed(index):
                        out[place, side] = self.expansion(place, side)
        return out

    @cached_property
    def singularities(self) -> tuple[Singularity, ...]:
        """Edges and interior points of non-analytic density, increasing; interior ones appear once a side."""
        ends = {place for interval in self.intervals for place in interval}
        found = [Singularity(place, side, e) for (place, side), e in self.breaks.items() if place in ends or e.q > 1 or e.order < 0]
        return tuple(found)
