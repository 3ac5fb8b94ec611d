"""Integrals against a law given by parts: Gauss rules on the panels of each, doubled; panels halved where a function is not smooth on them.

A part is a stretch of the law with a parameter t: its panels, the rate d mass/dt on them, and x(t).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, Protocol, final

import numpy as np
from numpy.typing import NDArray

from freealg.errors import InvalidInput, shown
from freealg.numerics.chebyshev import gauss_legendre

__all__ = ["Integrand", "Part", "settled"]

Array = NDArray[Any]
_COUNTS = (24, 48, 96)
_LOCAL = 20
_SHARE = 0.01
_LEVELS = 130
_MOST = 2000
_FEW = 1e-15
_INFINITE = 1e300
_INSIDE = 1e-13
_ROUNDING = 1e-15


class Part(Protocol):
    """A stretch of a law."""

    @property
    def panels(self) -> Array:
        """The breaks in t."""

    def rate(self, t: Array) -> Array:
        """d mass/dt >= 0"""

    def inner(self, t: Array) -> Array:
        """x(t), kept off the ends."""

    def located(self, points: Array) -> Array:
        """t at those of the points x that lie inside."""


@final
@dataclass(frozen=True)
class Integrand:
    """values(part, t), called `name` in messages; `points` are the x at which it is known not to be smooth, `condition` is what it must satisfy.

    `in_t` where it is worked out from t; from x = x(t) it has no more values than x.
    """

    values: Callable[[Any, Array], Array]
    name: Any
    points: Sequence[float] = ()
    in_t: bool = False
    condition: str = "it must be integrable, with finitely many jumps and kinks (points=[...] names them)"


class _Panels(NamedTuple):
    """Intervals of t of one part, with the sums of f and |f| over each, and what a jump between an end and the nearest node could hide."""

    low: Array
    high: Array
    value: Array
    size: Array
    hidden: Array


def settled(
    parts: Sequence[Any], integrand: Integrand, fixed: Sequence[tuple[Array, Array]] = (), tolerance: float = 1e-13
) -> float | complex:
    """The integral over all parts on top of sum w f over the pairs of `fixed`, to `tolerance` of it for |f|.

    Gauss points are doubled until two sums agree; otherwise panels are halved where two sums differ, down to neighbouring doubles.
    Raises `InvalidInput` when what is left is not small.
    """
    start = sum((w @ f for f, w in fixed), 0.0), float(sum((w @ np.abs(f) for f, w in fixed), 0.0))
    cuts = [_cuts(part, integrand.points) for part in parts]
    last = None
    for count in _COUNTS:
        sums = [_sums(part, integrand, (at[:-1], at[1:]), count) for part, at in zip(parts, cuts, strict=True)]
        value = start[0] + sum(found.value.sum() for found in sums)
        size, hidden = start[1] + float(sum(found.size.sum() for found in sums)), float(sum(found.hidden.sum() for found in sums))
        if last is not None and abs(value - last) + hidden <= tolerance * size:
            return _plain(value)
        last = value
    halved = [_halved(part, integrand, at, _SHARE * tolerance * size) for part, at in zip(parts, cuts, strict=True)]
    value, left = start[0] + sum(found for found, _ in halved), float(sum(rest for _, rest in halved))
    if not left <= tolerance * size:
        raise InvalidInput(f"the integral of {shown(integrand.name)} did not settle ({shown(_plain(last))}); {integrand.condition}")
    return _plain(value)


def _plain(value: Any) -> float | complex:
    return complex(value) if np.iscomplexobj(value) else float(value)


def _cuts(part: Part, points: Sequence[float]) -> Array:
    inside = part.located(np.asarray(points, dtype=float)) if len(points) else np.zeros(0)
    return np.unique(np.concatenate([part.panels, inside]))


@lru_cache(maxsize=16)
def _rule(count: int) -> tuple[Array, Array, Array]:
    """Gauss nodes on [0, 1], their weights, and the weights of the value at 0 of the polynomial through the nodes; that at 1 has them reversed."""
    nodes, weights = gauss_legendre(count)
    gaps = nodes[:, None] - nodes[None, :] + np.eye(count)
    return nodes, weights, np.prod(np.where(np.eye(count, dtype=bool), 1.0, -nodes[None, :] / gaps), axis=1)


def _sums(part: Part, integrand: Integrand, ends: tuple[Array, Array], count: int) -> _Panels:
    nodes, weights, ahead = _rule(count)
    low, high = ends
    span = (high - low)[:, None]
    t = low[:, None] + span * nodes
    rate = part.rate(t.ravel()).reshape(t.shape)
    found = np.where(rate != 0, integrand.values(part, t.ravel()).reshape(t.shape), 0.0)
    terms = span * weights * rate * found
    with np.errstate(all="ignore"):
        inside = _INSIDE * (high - low)
        near = [(low + inside, found @ ahead, rate[:, 0]), (high - inside, found @ ahead[::-1], rate[:, -1])]
        hidden = nodes[0] * (high - low) * sum(_gap(part, integrand, end, value) * weight for end, value, weight in near)
    return _Panels(low, high, terms.sum(axis=1), np.abs(terms).sum(axis=1), hidden)


def _gap(part: Part, integrand: Integrand, end: Array, expected: Array) -> Array:
    """How far f just inside the end of each panel is from what it looks like from the nodes; 0 at infinity."""
    finite = np.abs(part.inner(end)) < _INFINITE
    out = np.zeros(len(end))
    if finite.any():
        out[finite] = np.abs(integrand.values(part, end[finite]) - expected[finite])
    return out


def _halved(part: Part, integrand: Integrand, cuts: Array, goal: float) -> tuple[Any, float]:
    """The integral over one part, and a bound for what was given up: panels on which doubles do not resolve x any more."""
    open_ = _sums(part, integrand, (cuts[:-1], cuts[1:]), _LOCAL)
    total, left = 0.0, 0.0
    for level in range(_LEVELS):
        middle = 0.5 * (open_.low + open_.high)
        first, second = (_sums(part, integrand, ends, _LOCAL) for ends in ((open_.low, middle), (middle, open_.high)))
        with np.errstate(invalid="ignore"):
            gap = np.abs(first.value + second.value - open_.value)
        good = gap + first.hidden + second.hidden <= goal + _ROUNDING * open_.size
        last = level == _LEVELS - 1 or np.count_nonzero(~good) > _MOST
        lost = ~good & (last | _unresolved(part, integrand, open_))
        total = total + np.sum((first.value + second.value)[good | lost])
        left += float(np.sum((gap + open_.size)[lost]))
        again = ~good & ~lost
        if not again.any():
            break
        open_ = _Panels(*(np.concatenate([x[again], y[again]]) for x, y in zip(first, second, strict=True)))
    return total, left


def _unresolved(part: Part, integrand: Integrand, panels: _Panels) -> Array:
    """Where a panel is a few doubles wide in t or in x: f has no more values there than that."""
    low, high = panels.low, panels.high
    narrow: Array = high - low <= _FEW * np.abs(high)
    if integrand.in_t:
        return narrow
    with np.errstate(all="ignore"):
        x, y = part.inner(low), part.inner(high)
        found: Array = narrow | (np.abs(y - x) <= _FEW * np.maximum(np.abs(x), np.abs(y)))
    return found
