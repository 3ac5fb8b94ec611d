"""E f(sqrt(q) z)^2, its derivative in q and E f'(sqrt(q) z)^2 in doubles, for whole arrays of q at once.

Gauss-Legendre on panels graded towards 0 (for saturating functions at large q) and cut, for each q, at the kinks b/sqrt(q).
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from freealg.nets.activations import Activation

__all__ = ["LengthMoments", "length_moments", "slope_moments", "stable_lengths"]

_EDGES = np.array([0.0, 0.003, 0.01, 0.03, 0.1, 0.3, *np.arange(1.0, 10.0), 12.0, 16.0, 24.0, 38.0])
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_CHUNK = 2048
_SCAN = np.logspace(-10, 10, 641)
_LEVEL = 1e-12
"""|map(q)/q - 1| below this is rounding, not growth."""


class LengthMoments(NamedTuple):
    """E f^2 and d/dq E f^2 at each q."""

    value: Any
    slope: Any


def length_moments(activation: Activation, q: Any) -> LengthMoments:
    """(E f(sqrt(q) z)^2, d/dq of it) for an array of q > 0; inf where doubles overflow.

    >>> import numpy as np
    >>> from freealg.nets.activations import activation
    >>> moments = length_moments(activation("relu"), np.array([1.0, 4.0]))
    >>> moments.value.round(12).tolist(), moments.slope.round(12).tolist()
    ([0.5, 2.0], [0.5, 0.5])
    """
    flat = np.atleast_1d(np.asarray(q, dtype=float))
    parts = [_length_chunk(activation, part) for part in np.array_split(flat, len(flat) // _CHUNK + 1)]
    return LengthMoments(*(np.concatenate([part[i] for part in parts]) for i in range(2)))


def slope_moments(activation: Activation, q: Any) -> Any:
    """E f'(sqrt(q) z)^2 for an array of q > 0."""
    flat = np.atleast_1d(np.asarray(q, dtype=float))
    return np.concatenate([_slope_chunk(activation, part) for part in np.array_split(flat, len(flat) // _CHUNK + 1)])


def _length_chunk(activation: Activation, q: Any) -> tuple[Any, Any]:
    z, weights = _rule(activation, q)
    with np.errstate(all="ignore"):
        squares = np.nan_to_num(activation(np.sqrt(q)[:, None] * z), nan=np.inf) ** 2 * weights
        squares[weights == 0] = 0.0
        value, slope = squares.sum(axis=1), (squares * (z * z - 1)).sum(axis=1) / (2 * q)
    return np.where(np.isfinite(value), value, np.inf), slope


def _slope_chunk(activation: Activation, q: Any) -> Any:
    z, weights = _rule(activation, q)
    with np.errstate(all="ignore"):
        return (activation.derivative(np.sqrt(q)[:, None] * z) ** 2 * weights).sum(axis=1)


def _rule(activation: Activation, q: Any) -> tuple[Any, Any]:
    """Nodes and weights of the standard normal for each q, no panel across a kink."""
    kinks = np.array(activation.form.breaks)
    fixed = np.broadcast_to(np.concatenate([-_EDGES[:0:-1], _EDGES]), (len(q), 2 * len(_EDGES) - 1))
    moving = np.clip(kinks[None, :] / np.sqrt(q)[:, None], -_EDGES[-1], _EDGES[-1])
    edges = np.sort(np.concatenate([fixed, moving], axis=1), axis=1)
    panels = [((a + b) / 2, (b - a) / 2) for a, b in pairwise(edges.T)]
    z = np.concatenate([middle[:, None] + half[:, None] * _NODES for middle, half in panels], axis=1)
    weights = np.concatenate([half[:, None] * _WEIGHTS for _, half in panels], axis=1)
    return z, weights * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)


def growth(activation: Activation, sigma_w2: Any, sigma_b2: Any) -> tuple[Any, Any]:
    """(grid of q, (sigma_w2 E f^2 + sigma_b2)/q - 1 on it for each network, rounding set to 0)."""
    return _SCAN, _excess(length_moments(activation, _SCAN).value, sigma_w2, sigma_b2)


def _excess(value: Any, sigma_w2: Any, sigma_b2: Any) -> Any:
    excess = (np.multiply.outer(np.asarray(sigma_w2), value) + np.asarray(sigma_b2)[..., None]) / _SCAN - 1
    return np.where(np.abs(excess) < _LEVEL, 0.0, excess)


def stable_lengths(activation: Activation, sigma_w2: Any, sigma_b2: Any) -> Any:
    """The fixed point that iteration from q = 1 reaches, for each network of two equally long arrays; 0 or inf if it runs off.

    >>> import numpy as np
    >>> from freealg.nets.activations import activation
    >>> stable_lengths(activation("relu"), np.array([1.5, 1.0, 3.0]), np.array([0.1, 0.0, 0.1])).round(12).tolist()
    [0.4, 0.0, inf]
    """
    table = length_moments(activation, _SCAN)
    parts = max(1, len(sigma_w2) // _CHUNK)
    pieces = zip(np.array_split(sigma_w2, parts), np.array_split(sigma_b2, parts), strict=True)
    return np.concatenate([_stable_chunk(activation, table, w, b) for w, b in pieces])


def _stable_chunk(activation: Activation, table: LengthMoments, sigma_w2: Any, sigma_b2: Any) -> Any:
    excess, last = _excess(table.value, sigma_w2, sigma_b2), len(_SCAN)
    start = int(np.searchsorted(_SCAN, 1.0))
    above = np.where(excess[:, start:] <= 0, np.arange(start, last), last).min(axis=1)
    below = np.where(excess[:, : start + 1] > 0, np.arange(start + 1), -1).max(axis=1) + 1
    place = np.where(excess[:, start] > 0, above, below)
    inside = (place > 0) & (place < last)
    out = np.where(place == 0, 0.0, np.inf)
    out[inside] = _root(activation, table, (sigma_w2[inside], sigma_b2[inside]), place[inside])
    return out


def _root(activation: Activation, table: LengthMoments, network: tuple[Any, Any], place: Any) -> Any:
    """The root between grid points place - 1 and place: bisection on the cubic Hermite interpolant, then Newton on the map itself."""
    sigma_w2, sigma_b2 = network
    left, width = np.log(_SCAN[place - 1]), np.log(_SCAN[1] / _SCAN[0])
    y0, y1 = table.value[place - 1], table.value[place]
    d0, d1 = (table.slope[i] * _SCAN[i] * width for i in (place - 1, place))
    low, high = np.zeros(len(place)), np.ones(len(place))
    for _ in range(40):
        t = (low + high) / 2
        value = y0 + t * (d0 + t * (3 * (y1 - y0) - 2 * d0 - d1 + t * (2 * (y0 - y1) + d0 + d1)))
        up = sigma_w2 * value + sigma_b2 > np.exp(left + t * width)
        low, high = np.where(up, t, low), np.where(up, high, t)
    q = np.exp(left + low * width)
    for _ in range(2):
        moments = length_moments(activation, q)
        step = (sigma_w2 * moments.value + sigma_b2 - q) / (sigma_w2 * moments.slope - 1)
        q = np.where(np.abs(step) < 0.1 * q, q - step, q)
    return q
