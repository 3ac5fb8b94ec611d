"""Fixed points of the length map q -> sigma_w^2 E f(sqrt(q) z)^2 + sigma_b^2, all of them, with their stability."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import final

import numpy as np
import sympy as sp
from sympy import Expr

from freealg.errors import InvalidInput, NoClosedForm, Undecided
from freealg.exact.coerce import exact
from freealg.nets.activations import Activation
from freealg.nets.doubles import growth, length_moments

__all__ = ["FixedPoint", "Q", "fixed_points", "linear_lengths", "slope_at_zero"]

_STRIDE, _LADDER, _NOISE, _ROUNDING, _MOST_STEPS = 8, (60, 240), 12, 1e-12, 200

Q = sp.Dummy("q", positive=True)
"""The length in closed forms of the length map."""


@final
@dataclass(frozen=True)
class FixedPoint:
    """q with map(q) = q, the derivative of the map there, and whether iteration returns to it."""

    q: Expr
    slope: Expr
    stable: bool


@lru_cache(maxsize=128)
def linear_lengths(activation: Activation) -> tuple[Expr, Expr] | None:
    """(A, B) if E f(sqrt(q) z)^2 = A + B q exactly (linear, ReLU family, abs), else None.

    >>> from freealg.nets.activations import activation
    >>> linear_lengths(activation("leaky_relu(1/10)")), linear_lengths(activation("tanh"))
    ((0, 101/200), None)
    """
    try:
        found = activation.second_moment(Q)
    except NoClosedForm:
        return None
    if not found.is_polynomial(Q) or sp.degree(found, Q) > 1:
        return None
    return found.coeff(Q, 0), found.coeff(Q, 1)


def fixed_points(activation: Activation, sigma_w2: Expr, sigma_b2: Expr, dps: int) -> tuple[FixedPoint, ...]:
    """All fixed points q >= 0 in increasing order; raises where every q is one.

    >>> from freealg.nets.activations import activation
    >>> fixed_points(activation("relu"), sp.Rational(3, 2), sp.Rational(1, 10), 30)
    (FixedPoint(q=2/5, slope=3/4, stable=True),)
    """
    linear = linear_lengths(activation)
    if linear is not None:
        return tuple(_of_a_line(sigma_b2 + sigma_w2 * linear[0], sigma_w2 * linear[1]))
    if sigma_w2.free_symbols | sigma_b2.free_symbols:
        raise NoClosedForm(f"the fixed point of the length map of {activation} has no closed form; give numbers for sigma_w2 and sigma_b2")
    known = int(min(dps, activation.form.digits))
    level = int(min(20 * -(-known // 20) + 20, activation.form.digits))
    others = [FixedPoint(_short(p.q, known), _short(p.slope, known), p.stable) for p in _others(activation, sigma_w2, sigma_b2, level)]
    return (*_at_zero(activation, sigma_w2, sigma_b2), *others)


def _short(value: Expr, dps: int) -> Expr:
    return sp.Float(value, dps) if value.has(sp.Float) else value


@lru_cache(maxsize=256)
def _others(activation: Activation, sigma_w2: Expr, sigma_b2: Expr, dps: int) -> tuple[FixedPoint, ...]:
    """The fixed points q > 0 at one of few precisions, so that callers who want a few digits more share the work."""
    return tuple(_polished(activation, (sigma_w2, sigma_b2), q, dps) for q in _crossings(activation, sigma_w2, sigma_b2))


def _of_a_line(shift: Expr, slope: Expr) -> list[FixedPoint]:
    """q = shift + slope q."""
    gap = sp.expand(1 - slope)
    if gap == 0 and sp.expand(shift) == 0:
        raise InvalidInput(
            "every q >= 0 is a fixed point of this length map, so q* is not determined; chi, a, b and the correlation map do not depend on it"
        )
    if gap == 0:
        return []
    q = sp.cancel(shift / gap) if shift.free_symbols | gap.free_symbols else shift / gap
    return [] if q.is_negative else [FixedPoint(q, slope, slope.is_number is False or bool(abs(slope) < 1))]


def slope_at_zero(activation: Activation, slope: int) -> Expr:
    """The limit of E f^2 (slope 0) or E f'^2 (slope 1) as q -> 0: half from each side of 0."""
    left, right = activation.form.sides(slope)
    return (left**2 + right**2) / 2


def _at_zero(activation: Activation, sigma_w2: Expr, sigma_b2: Expr) -> list[FixedPoint]:
    """[the fixed point 0] if there is no bias and f(0) = 0."""
    if sigma_b2 != 0 or slope_at_zero(activation, 0) != 0:
        return []
    slope = sigma_w2 * slope_at_zero(activation, 1)
    if slope == 1:
        excess = growth(activation, np.array([float(sigma_w2)]), np.array([0.0]))[1][0]
        nonzero = excess[excess != 0]
        return [FixedPoint(sp.S.Zero, slope, bool(len(nonzero)) and bool(nonzero[0] < 0))]
    return [FixedPoint(sp.S.Zero, slope, bool(slope < 1))]


@lru_cache(maxsize=256)
def _crossings(activation: Activation, sigma_w2: Expr, sigma_b2: Expr) -> tuple[tuple[float, float], ...]:
    """Where map(q)/q - 1 changes sign on a fine logarithmic grid, narrowed in doubles as far as these tell the sign."""
    w, b = float(sigma_w2), float(sigma_b2)
    grid, rows = growth(activation, np.array([w]), np.array([b]))
    excess = rows[0]
    if b > 0 and _has_closed_lengths(activation):  # without a bias the points left open lie beside the fixed point 0
        for i in np.nonzero(excess == 0)[0][::_STRIDE]:
            excess[i] = _sign_in_digits(activation, (sigma_w2, sigma_b2), exact(float(grid[i])))
    found = []
    for i, j in pairwise(np.nonzero(excess)[0]):
        if excess[i] * excess[j] < 0:
            found.append(_narrowed(activation, (w, b), float(grid[i]), float(grid[j])))
    return tuple(found)


@lru_cache(maxsize=128)
def _has_closed_lengths(activation: Activation) -> bool:
    try:
        activation.second_moment(Q)
    except NoClosedForm:
        return False
    return True


def _sign_in_digits(activation: Activation, network: tuple[Expr, Expr], q: Expr) -> int:
    """The sign of map(q) - q where doubles do not tell it; 0 where hundreds of digits do not either."""
    for work in _LADDER:
        gap = _gap(activation, network, q, work)
        if abs(gap) > q * sp.Float(10, work) ** (_NOISE - work):
            return int(sp.sign(gap))
    return 0


def _gap(activation: Activation, network: tuple[Expr, Expr], q: Expr, work: int) -> Expr:
    """map(q) - q."""
    return sp.N(network[0] * activation.second_moment(q, work) + network[1] - q, work)


def _narrowed(activation: Activation, network: tuple[float, float], low: float, high: float) -> tuple[float, float]:
    def gap(q: float) -> float:
        return float(network[0] * length_moments(activation, [q]).value[0] + network[1] - q)

    rising = gap(low) > 0
    for _ in range(50):
        middle = (low * high) ** 0.5
        value = gap(middle)
        if abs(value) <= _ROUNDING * middle or high - low <= 1e-14 * high:
            break
        low, high = (middle, high) if (value > 0) == rising else (low, middle)
    return low, high


def _polished(activation: Activation, network: tuple[Expr, Expr], bracket: tuple[float, float], dps: int) -> FixedPoint:
    """Newton steps q - gap/(map'(q) - 1), halved intervals where these leave the bracket; as many more digits as map' - 1 takes away."""
    w, _ = network
    low, high = (exact(end) for end in bracket)
    work = dps + 10
    rising = _sign_in_digits(activation, network, low) > 0
    q = sp.N(sp.sqrt(low * high), work)
    for _ in range(_MOST_STEPS):
        point = exact(q)
        slope = sp.N(w * activation.length_slope(point, work) - 1, work)
        lost = max(0, -int(sp.floor(sp.log(abs(slope), 10)))) if slope else work
        if work < dps + 10 + lost and _has_closed_lengths(activation):
            work = dps + 10 + lost
            continue
        gap = _gap(activation, network, point, work)
        low, high = (point, high) if (gap > 0) == rising else (low, point)
        step = gap / slope
        if abs(step) <= abs(q) * sp.Float(10, work) ** (-(2 * dps) // 3):
            q = sp.Float(point - step, work)
            return FixedPoint(sp.Float(q, dps), sp.Float(1 + slope, work), bool(-2 < slope < 0))
        q = sp.N(point - step if low < point - step < high else sp.sqrt(low * high), work)
    raise Undecided(f"the fixed point of the length map of {activation} between {bracket[0]:.6g} and {bracket[1]:.6g} is not found to {dps} digits")
