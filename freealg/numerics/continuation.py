"""The physical branch of a relation at many points at once, continued from infinity by Euler steps and Newton's method.

A step is taken when Newton's method contracts at once: its first correction must be small beside the step and its second at most a tenth of the
first, which keeps the predicted value well inside the basin of one root. Steps that fail are shortened, so the cost adapts to each point.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, final

import mpmath
import numpy as np
from numpy.typing import NDArray

from freealg.errors import Undecided
from freealg.exact.context import mp_precision
from freealg.numerics.arithmetic import DIGITS, DOUBLES
from freealg.numerics.relations import Linear, Relation, State

__all__ = ["Inverse", "Points", "Reciprocal", "Rules", "polished_digits", "reach", "reach_digits", "sharpened"]

Array = NDArray[Any]
_CONTRACTION = 0.1
_TARGET = 0.04
_SHARE = 0.3
_NOISE = 3e-9
_ROUNDS = 200
_STEPS = 400
_LEAST = 1e-22
_FIRST = 0.05
_MARGIN = 2
_STILL = 0.8
_SHORTEST = 1e-8
_LONG = 3.0
_SMALL = 0.05
_MOST_ADDED = 300


class Points(NamedTuple):
    """Pairs (u, v) on the branch with their inner unknowns; `found` is False where the continuation was lost."""

    u: Array
    v: Array
    state: State
    found: Array

    def take(self, index: Any) -> Points:
        """Some of the points."""
        return Points(self.u[index], self.v[index], [x[index] for x in self.state], self.found[index])


class Rules(NamedTuple):
    """What a step must satisfy.

    `keep` admits points (half planes); the first correction is at most `share` of the step; |v| counts as `floor` at least. A point that
    takes more than `rounds` steps is given up.

    With `place` (multiplicative relations) v and m = v + place are moved by factors and measured by the smaller of the two, which is exact where
    either is a power of exp(u).
    """

    keep: Callable[[Points], Array] | None = None
    share: float = _SHARE
    floor: float = 0.0
    place: float | None = None
    rounds: int = _ROUNDS

    def moved(self, v: Array, dv: Array) -> Array:
        """v + dv to first order: 1/v is moved where v is G, since it is nearly linear far out."""
        if self.place is None:
            part = dv / v
            return np.where(np.abs(part) < 0.5, v / (1 - part), v + dv)
        m = v + self.place
        small = np.abs(m) < np.abs(v)
        return np.where(small, m * np.exp(dv / np.where(small, m, 1.0)) - self.place, v * np.exp(dv / v))

    def scale(self, v: Array) -> Array:
        """What a change of v is measured by."""
        size = np.abs(v)
        return np.maximum(size, self.floor) if self.place is None else np.minimum(size, np.abs(v + self.place))

    def modest(self, ahead: Array, old: Array, new: Array) -> Array | bool:
        """Whether a step may be trusted for its length: v or m changes by a few times itself, or is small at both ends, and nearly a power."""
        if self.place is None:
            return True
        power = (np.abs(old + self.place) < np.abs(old)) == (np.abs(new + self.place) < np.abs(new))
        found: Array = (ahead <= _LONG) | (power & (self.scale(new) < _SMALL * abs(self.place)))
        return found


_ORDINARY = Rules()


@final
@dataclass(frozen=True)
class Inverse:
    """The same relation with the parts of u and v exchanged: u as a function of v."""

    relation: Relation

    @property
    def kinds(self) -> tuple[str, ...]:
        return self.relation.kinds

    def linear(self, u: Any, v: Any, state: State, math: Any) -> Linear:
        line = self.relation.linear(v, u, state, math)
        return Linear(line.b, line.a, line.r, lambda du, dv: line.back(dv, du))

    def inside(self, u: Any, v: Any, state: State) -> Any:
        return self.relation.inside(v, u, state)

    def start(self, v: Any, math: Any) -> tuple[Any, State]:
        raise Undecided("an inverse relation is only continued from points that are known")


@final
@dataclass(frozen=True)
class Reciprocal:
    """The same relation with u as a function of -log v, in whose plane straight lines go round the point 1/v = 0."""

    relation: Relation

    @property
    def kinds(self) -> tuple[str, ...]:
        return self.relation.kinds

    def linear(self, u: Any, v: Any, state: State, math: Any) -> Linear:
        value = math.exp(-u)
        line = self.relation.linear(v, value, state, math)
        return Linear(-line.b * value, line.a, line.r, lambda du, dv: line.back(dv, -value * du))

    def inside(self, u: Any, v: Any, state: State) -> Any:
        return self.relation.inside(v, np.exp(-u), state)

    def start(self, v: Any, math: Any) -> tuple[Any, State]:
        raise Undecided("a reciprocal relation is only continued from points that are known")


def _extent(kind: str, value: Any) -> Any:
    """What a change of an inner unknown is measured by."""
    return 1.0 if kind == "log" else np.abs(value) if kind == "plain" else np.minimum(np.abs(value), np.abs(value - 1))


def _size(moves: list[Array], at: list[Array], kinds: tuple[str, ...], rules: Rules) -> Array:
    """The largest relative (for logarithms: absolute) change of v and the inner unknowns."""
    total = np.abs(moves[0]) / rules.scale(at[0])
    for move, value, kind in zip(moves[1:], at[1:], kinds, strict=True):
        total = np.maximum(total, np.abs(move) / _extent(kind, value))
    return np.where(np.isfinite(total), total, np.inf)


def _newton(relation: Relation, points: Points, rules: Rules) -> tuple[Points, Array]:
    """One Newton step in v at fixed u, with its size."""
    u, v, state, found = points
    line = relation.linear(u, v, state, DOUBLES)
    dv = line.r / line.b
    moves = line.back(np.zeros_like(u), dv)
    size = _size([dv, *moves], [v, *state], relation.kinds, rules)
    return _settled(relation, Points(u, rules.moved(v, dv), [x + dx for x, dx in zip(state, moves, strict=True)], found)), size


def _settled(relation: Relation, points: Points) -> Points:
    """The points with the unknowns that follow from others made to agree, where the relation can."""
    rule = getattr(relation, "settled", None)
    if rule is None:
        return points
    v, state = rule(points.u, points.v, points.state, DOUBLES)
    return Points(points.u, v, state, points.found)


def _attempt(relation: Relation, points: Points, du: Array, rules: Rules) -> tuple[Points, Array]:
    """Euler step and two Newton steps: the new points, and their contraction rates."""
    line = relation.linear(points.u, points.v, points.state, DOUBLES)
    dv = (line.r - line.a * du) / line.b
    moves = line.back(du, dv)
    ahead = _size([dv, *moves], [points.v, *points.state], relation.kinds, rules)
    guess = Points(points.u + du, rules.moved(points.v, dv), [x + dx for x, dx in zip(points.state, moves, strict=True)], points.found)
    there = _settled(relation, guess)
    turn = _size([there.v - guess.v, *(x - y for x, y in zip(there.state, guess.state, strict=True))], [there.v, *there.state], relation.kinds, rules)
    there, first = _newton(relation, there, rules)
    there, second = _newton(relation, there, rules)
    rate = np.where(first <= _NOISE, 0.0, second / np.maximum(first, 1e-300))
    good = (rate <= _CONTRACTION) & (np.maximum(first, turn) <= rules.share * ahead + _NOISE) & np.isfinite(second)
    good &= rules.modest(ahead, points.v, there.v)
    if rules.keep is not None:
        good = good & rules.keep(there)
    return there._replace(found=good), rate


def reach(relation: Relation, begin: Points, targets: Array, rules: Rules = _ORDINARY) -> Points:
    """The branch at `targets`, each from its own point of `begin` along a straight line in u."""
    count = len(targets)
    now = Points(begin.u.astype(complex), begin.v.astype(complex), [x.astype(complex) for x in begin.state], np.zeros(count, dtype=bool))
    share = np.full(count, 0.5)
    open_ = np.ones(count, dtype=bool)
    near = _LEAST * np.abs(targets - now.u)
    with np.errstate(all="ignore"):
        for _ in range(rules.rounds):
            if not open_.any():
                break
            _round(relation, now, (targets, share, open_), rules)
            open_ &= np.abs(targets - now.u) > near
        _polish(relation, now, rules)
    return now


def _round(relation: Relation, now: Points, control: tuple[Array, Array, Array], rules: Rules) -> None:
    """One step for every open point, in place."""
    targets, share, open_ = control
    index = np.nonzero(open_)[0]
    here = now.take(index)
    part = share[index]
    whole = part >= 1.0
    du = np.where(whole, 1.0, part) * (targets[index] - here.u)
    there, rate = _attempt(relation, here, du, rules)
    good = there.found
    taken = index[good]
    now.u[taken], now.v[taken] = np.where(whole, targets[index], there.u)[good], there.v[good]
    for own, new in zip(now.state, there.state, strict=True):
        own[taken] = new[good]
    stretch = np.clip(np.sqrt(_TARGET / np.maximum(rate, 1e-12)), 0.5, 2.0)
    fresh = np.where(good, part * stretch, 0.35 * np.minimum(part, 1.0))
    share[index] = np.where(fresh > 0.85, 1.0, fresh)
    done = good & whole
    now.found[index[done]] = True
    open_[index[done | (share[index] < _LEAST)]] = False


def _polish(relation: Relation, now: Points, rules: Rules) -> None:
    """Newton steps until rounding level, in place; a step that grows is not taken."""
    index = np.nonzero(now.found)[0]
    last = np.full(len(now.u), np.inf)
    for _ in range(4):
        if not len(index):
            return
        here = now.take(index)
        there, size = _newton(relation, here, rules)
        better = size < 0.5 * last[index]
        taken = index[better]
        now.v[taken] = there.v[better]
        for own, new in zip(now.state, there.state, strict=True):
            own[taken] = new[better]
        last[taken] = size[better]
        index = index[better & (size > 2e-16)]


def sharpened(relation: Relation, points: Points, rules: Rules) -> Points:
    """Two more Newton steps: an imaginary part far below the real one then has its own relative accuracy, where the relation gives it."""
    with np.errstate(all="ignore"):
        for _ in range(2):
            points, _ = _newton(relation, points, rules)
    return points


# -- any precision ----------------------------------------------------------------------------------------------------------


def _extent_digits(kind: str, value: Any) -> Any:
    return 1 if kind == "log" else abs(value) if kind == "plain" else min(abs(value), abs(value - 1))


def _newton_digits(relation: Relation, u: Any, v: Any, state: State) -> tuple[Any, State, Any]:
    line = relation.linear(u, v, state, DIGITS)
    dv = line.r / line.b
    moves = line.back(mpmath.mpf(0), dv)
    kinds = ("plain", *relation.kinds)
    sizes = [abs(move) / _extent_digits(kind, value) for move, value, kind in zip([dv, *moves], [v, *state], kinds, strict=True)]
    v, state = v + dv, [x + dx for x, dx in zip(state, moves, strict=True)]
    rule = getattr(relation, "settled", None)
    return *(rule(u, v, state, DIGITS) if rule else (v, state)), max(sizes)


def polished_digits(relation: Relation, u: Any, v: Any, state: State) -> tuple[Any, State] | None:
    """Newton's method to mpmath's working precision; None when the start was not well inside one basin.

    Where the relation cancels, corrections stop falling above that precision, and as many digits are added as are missing.
    """
    digits = mpmath.mp.dps
    last = mpmath.mpf(_FIRST) / _CONTRACTION
    added = 0
    for _ in range(60):
        try:
            with mp_precision(digits + added):
                v, state, size = _newton_digits(relation, u, v, state)
        except ZeroDivisionError:
            return None
        if size <= mpmath.mpf(10) ** (3 - digits):
            return v, state
        if size > _CONTRACTION * last:
            missing = int(mpmath.log10(size)) + digits + _MARGIN
            if missing > _STILL * (digits + added) or added > _MOST_ADDED:
                return None
            added += missing
        last = size
    return None


def reach_digits(relation: Relation, begin: tuple[Any, Any, State], target: Any, near: bool = False) -> tuple[Any, State]:
    """The branch at one point to mpmath's working precision, from a point where it is known; with twice the digits where that many lose it.

    `near` means that the target is one step away, from a point that needed more digits itself.
    """
    digits = mpmath.mp.dps
    for working in (2 * digits,) if near else (digits, 2 * digits):
        with mp_precision(working):
            found = _reached_digits(relation, begin, target, mpmath.mpf(1 if near else "0.5"))
        if found is not None:
            return found
    raise Undecided(f"the branch could not be continued to {mpmath.nstr(target, 10)} at {2 * digits} digits: a branch point is too near")


def _reached_digits(relation: Relation, begin: tuple[Any, Any, State], target: Any, share: Any) -> tuple[Any, State] | None:
    u, v, state = begin
    rule = getattr(relation, "settled", None)
    for _ in range(_STEPS):
        du = (target - u) * share if share < 1 else target - u
        line = relation.linear(u, v, state, DIGITS)
        dv = (line.r - line.a * du) / line.b
        ahead = v / (1 - dv / v) if abs(dv) < abs(v) / 2 else v + dv  # 1/v is moved, which is nearly linear far out and at poles
        guess = ahead, [x + dx for x, dx in zip(state, line.back(du, dv), strict=True)]
        if rule is not None:
            guess = rule(u + du, *guess, DIGITS)
        found = polished_digits(relation, u + du, *guess)
        if found is None:
            share = share * mpmath.mpf("0.35")
            if share < _SHORTEST:
                return None
            continue
        u, (v, state) = u + du, found
        if share >= 1:
            return v, state
        share = min(mpmath.mpf(1), share * mpmath.mpf("1.5"))
    return None
