"""Certified path tracking: one root followed along straight segments, each step a disc that holds no other root.

State at a point s: a centre g and a slope kappa such that for every |t| <= rho the disc of radius r around g + kappa t holds exactly
one root of F(s + t, .), and an inner radius with the root at t = 0 already within it. A step is accepted only if the new inner
disc lies in the moved old disc; so the root is the continuation of the one started from, whatever was predicted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import flint
import numpy as np
from numpy.typing import NDArray

from freealg.exact.context import ball_precision
from freealg.numerics.rouche import inner_radius, power_table, safe_discs
from freealg.numerics.taylor import DoubleTaylor, Expansion, as_doubles, ball_table, levelled, normalised, scale_exponents, sheared

__all__ = ["BallState", "Tracked", "newton_on_rows", "track", "track_ball"]

Array = NDArray[Any]
_STRIDE, _REACH = 0.9, 0.95
_SHARP = 1e-3
_MAX_STEPS = 4000
_MAX_BITS = 8192
_RANGE = 300.0
_SETTLE, _PASS = 3, 1


class Tracked(NamedTuple):
    """Per target: whether it was reached, the last point, the centre there, and the discs (see the module)."""

    reached: Array
    s: Array
    g: Array
    kappa: Array
    inner: Array
    r: Array
    rho: Array


class BallState(NamedTuple):
    """One certified point: exact centre s and g (zero-radius balls), the slope and the discs as doubles."""

    s: flint.acb
    g: flint.acb
    kappa: complex
    inner: float
    r: float
    rho: float


def newton_on_rows(rows: Array, u: Array, steps: int) -> tuple[Array, Array]:
    """Newton's method from u[p] for the polynomials sum_j rows[p, j] u^j, all at once: the values and the sizes of the last steps."""
    columns = rows.shape[1]
    pair = np.zeros((len(u), 2, columns), dtype=complex)
    pair[:, 0] = rows
    np.multiply(rows[:, 1:], np.arange(1, columns), out=pair[:, 1, :-1])
    step = u
    for _ in range(steps):
        value = (pair @ power_table(u, columns)[..., None])[..., 0]
        step = value[:, 0] / value[:, 1]
        u = u - step
    return u, np.abs(step)


def _root_ahead(a: Array, t: Array, steps: int) -> Array:
    """The root u near 0 of sum a_ij t^i u^j (a guess only)."""
    row = (power_table(t, a.shape[1])[:, None, :] @ a)[:, 0]
    return newton_on_rows(row, -row[:, 0] / row[:, 1], steps)[0]


class _Front(NamedTuple):
    """The moving points of a `track`: their sheared expansions in units 2^p of t and 2^q of u, and their discs."""

    s: Array
    g: Array
    kappa: Array
    a: Array
    p: Array
    q: Array
    inner: Array
    r: Array
    rho: Array

    def pick(self, keep: Array) -> _Front:
        return _Front(*(field[keep] for field in self))

    def where(self, good: Array, other: _Front) -> _Front:
        """self at the good points, the other elsewhere."""
        if good.all():
            return self
        merged = [np.where(good.reshape(-1, *([1] * (new.ndim - 1))), new, old) for new, old in zip(self, other, strict=True)]
        return _Front(*merged)


def _front(s: Array, g: Array, expansion: Expansion, units: tuple[int, int] = (0, 0), *, plain: bool = False) -> _Front:
    """The front at (s, g) from an expansion in `units` 2^p of t and 2^q of u; `plain` leaves them as they are."""
    none = np.zeros(len(s), dtype=np.int32)
    scaled, p, q = (expansion, none, none) if plain else normalised(expansion)
    p, q = p + units[0], q + units[1]
    slope, moved = sheared(scaled)
    moved = levelled(moved)
    mag, low = moved.mag, moved.low()
    rho, r = safe_discs(mag, low)
    inner = inner_radius(mag, low)
    if plain and units == (0, 0):
        return _Front(s, g, slope, moved.a, p, q, inner, r, rho)
    return _Front(s, g, slope * np.ldexp(1.0, q - p), moved.a, p, q, np.ldexp(inner, q), np.ldexp(r, q), np.ldexp(rho, p))


def track(
    taylor: DoubleTaylor, s: Array, g: Array, targets: Array, floor: Array | float = 0.0, *, trail: list[Any] | None = None, cover: bool = False
) -> Tracked:
    """Follow the roots g[p] of F(s[p], .) to targets[p], all at once, in doubles; unreached ones are left for `track_ball`.

    A path is given up when its discs live for |t| < floor only; with `cover` it ends where the target is within reach of the last disc.
    What is certified on the way goes into `trail`, with its s, g, kappa, r, rho.

    >>> taylor = DoubleTaylor(np.array([[1.0, 0.0, 1.0], [0.0, -1.0, 0.0]]))               # G^2 - z G + 1
    >>> z = np.array([4j]); g = (z - np.sqrt(z - 2) * np.sqrt(z + 2)) / 2
    >>> out = track(taylor, z, g, np.array([1.0 + 0j]))
    >>> bool(out.reached[0]), complex(np.round(out.g[0], 12))
    (True, (0.5-0.866025403784j))
    """
    count = len(targets)
    state = Tracked(np.zeros(count, bool), s.astype(complex), g.astype(complex), *(np.zeros(count, t) for t in (complex, float, float, float)))
    live = np.arange(count)
    shrink = np.ones(count)
    least = np.broadcast_to(floor, (count,))
    with np.errstate(all="ignore"):
        front = _front_at(taylor, state.s.copy(), state.g.copy())
        if not _tame(front, taylor):
            front = _front_at(taylor, front.s, front.g, plain=False)
        for _ in range(_MAX_STEPS):
            if trail is not None:
                trail.append(front.pick(front.inner <= front.r))
            met = np.abs(targets[live] - front.s) <= _REACH * front.rho if cover else front.s == targets[live]
            arrived = met & (front.inner <= front.r) & (front.rho > 0)
            keep = ~arrived & (front.rho * shrink > np.maximum(1e-13 * np.abs(front.s), least[live])) & (shrink > 1e-3) & (front.rho > 0)
            if not keep.all():
                state.reached[live] = arrived
                _record(state, live[~keep], front.pick(~keep))
                live, shrink, front = live[keep], shrink[keep], front.pick(keep)
            if not len(live):
                break
            front, shrink = _step(taylor, front, targets[live], shrink)
        _record(state, live, front)
    return state


def _front_at(taylor: DoubleTaylor, s: Array, g: Array, plain: bool = True) -> _Front:
    return _front(s, g, taylor.at(s, g), (taylor.p, taylor.q), plain=plain)


def _record(state: Tracked, live: Array, front: _Front) -> None:
    for name in ("s", "g", "kappa", "inner", "r", "rho"):
        getattr(state, name)[live] = getattr(front, name)


def _tame(front: _Front, taylor: DoubleTaylor) -> bool:
    """Whether doubles hold the powers of the discs' radii in the units of the table, and so the next expansion as it is."""
    rows, columns = front.a.shape[1:]
    rho, r = np.log2(front.rho) - taylor.p, np.log2(front.r) - taylor.q
    size = rows * np.abs(rho) + columns * np.abs(r) + np.abs(np.log2(np.abs(front.a[:, 0, 1])))
    return bool((size < _RANGE).all())


def _step(taylor: DoubleTaylor, front: _Front, goal: Array, shrink: Array) -> tuple[_Front, Array]:
    """One trial step for each point: accepted where the new inner disc lies in the moved disc, else the stride is shortened."""
    delta = goal - front.s
    fraction = _STRIDE * front.rho * shrink / np.abs(delta)
    arrives = fraction >= 1
    s = np.where(arrives, goal, front.s + fraction * delta)
    t = s - front.s
    along = front.kappa * t
    centre = front.g + along
    u = _root_ahead(front.a, t * np.ldexp(1.0, -front.p), _SETTLE if arrives.any() else _PASS)
    g = centre + np.ldexp(1.0, front.q) * u
    trial = _front_at(taylor, s, g, _tame(front, taylor))
    rounding = 1e-15 * (np.abs(front.g) + np.abs(along))
    good = (np.abs(g - centre) * (1 + 1e-12) + rounding + trial.inner <= front.r) & (trial.inner <= 0.5 * trial.r)
    return trial.where(good, front), np.where(good, 1.0, shrink * 0.4)


def _ball_front(rows: Sequence[flint.acb_poly], s: flint.acb, g: flint.acb) -> tuple[list[list[flint.acb]], BallState]:
    table = ball_table(rows, s, g)
    p, q = scale_exponents(s, g, max(len(table), len(rows)))
    two = flint.arb(2)
    expansion = as_doubles([[x * two ** (p * i + q * j) for j, x in enumerate(line)] for i, line in enumerate(table)] if p or q else table)
    with np.errstate(all="ignore"):
        found = _front(np.zeros(1), np.zeros(1), expansion, (p, q))
    return table, BallState(s, g, complex(found.kappa[0]), *(float(value[0]) for value in (found.inner, found.r, found.rho)))


def _polished(table: list[list[flint.acb]], t: flint.acb, kappa: complex) -> flint.acb:
    """The root u near kappa t of sum a_ij t^i u^j: Newton in (midpoint) balls, a guess only."""
    row = flint.acb_poly([flint.acb_poly([line[j] for line in table])(t).mid() for j in range(len(table[0]))])
    slope = row.derivative()
    u = (t * kappa).mid()
    for _ in range(6):
        u = (u - row(u) / slope(u)).mid()
    return u


def track_ball(
    rows: Sequence[flint.acb_poly], start: BallState, target: flint.acb, bits: int = 96, most: int = _MAX_STEPS
) -> BallState | None:
    """The same for one path in ball arithmetic; the precision is doubled when a step fails.

    None when `most` steps at one precision, or `_MAX_BITS`, do not suffice.
    """
    with ball_precision(bits):
        table, state = _ball_front(rows, start.s, start.g)
        shrink = 1.0
        for _ in range(most):
            delta = target - state.s
            distance = float(delta.abs_upper())
            if distance == 0.0 and state.rho > 0 and state.inner <= state.r:
                return state
            fraction = _STRIDE * state.rho * shrink / distance if distance else 0.0
            s = target if fraction >= 1 else (state.s + delta * fraction).mid()
            t = s - state.s
            next_table, trial = _ball_front(rows, s, (state.g + _polished(table, t, state.kappa)).mid())
            inside = float((trial.g - state.g - t * state.kappa).abs_upper()) * (1 + 1e-12) + trial.inner <= state.r
            moves = 0 < 0.5 * fraction * distance <= float(t.abs_upper()) <= state.rho or fraction >= 1
            if inside and moves and (trial.inner <= _SHARP * trial.r or 2 * bits > _MAX_BITS):
                table, state, shrink = next_table, trial, 1.0
            elif shrink > 1e-3:
                shrink *= 0.4
            else:
                return track_ball(rows, state, target, 2 * bits, most) if 2 * bits <= _MAX_BITS else None
    return None
