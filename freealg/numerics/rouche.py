"""Discs that hold exactly m roots of F(s, v) for every s near a point: Rouche's theorem on Taylor coefficients.

Write F(s0 + t, v0 + u) = sum a_ij t^i u^j. If |a_0m| r^m > sum over (i, j) != (0, m) of |a_ij| rho^i r^j, then for every |t| <= rho
exactly m roots lie in |u| < r and none on the circle. For m = 1 this is what moves a root along a path without ever changing
sheet. Everything is vectorised over a leading axis; the upper bounds `mag` include all rounding errors.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Discs", "inner_radius", "safe_discs", "start_radius"]

Array = NDArray[Any]
_SAFE = 1 - 1e-9
_EVERYWHERE = 1e280
_HALVINGS = np.array([0.7, 0.45, 0.28, 0.15, 0.07, 0.02, 0.004])
_GROW = np.array([0.98, 1.4, 2.0, 2.8, 4.0])


class Discs(NamedTuple):
    """For all |t| <= rho exactly m roots in |u| < r; rho = 0 where no disc was found."""

    rho: Array
    r: Array


def _powers(base: Array, count: int) -> Array:
    out = np.ones((*base.shape, count))
    if count > 1:
        np.cumprod(np.broadcast_to(base[..., None], (*base.shape, count - 1)), axis=-1, out=out[..., 1:])
    return out


def safe_discs(mag: Array, low: Array, m: int = 1, largest: float = np.inf) -> Discs:
    """The pair (rho, r) with the largest rho found; `mag[p, i, j]` >= |a_ij|, `low[p]` <= |a_0m| at point p; radii r up to `largest`.

    >>> mag = np.array([[[0.0, 1.0, 1.0], [1.0, 0.0, 0.0]]])       # u + u^2 + t
    >>> rho, r = safe_discs(mag, np.array([1.0]))
    >>> 0.2 < float(rho[0]) < 0.25                                  # the truth is 1/4, where the two roots meet
    True
    """
    count, rows, columns = mag.shape
    with np.errstate(all="ignore"):
        r = np.minimum(start_radius(mag, low, m), largest)[:, None] * _HALVINGS
        power = _powers(r, columns)
        weight = power @ mag.swapaxes(1, 2)
        slack = ((low + mag[:, 0, m])[:, None] * power[..., m] * _SAFE - weight[..., 0]) * _SAFE
        weight = weight[..., 1:]
        order = 1.0 / np.arange(1, rows)
        guess = np.min((slack[..., None] / ((rows - 1) * weight)) ** order, axis=-1) if rows > 1 else np.where(slack > 0, _EVERYWHERE, 0.0)
        trial = guess[..., None] * _GROW
        used = (_powers(trial, rows)[..., 1:] @ weight[..., None])[..., 0]
        fits = np.where(used <= slack[..., None] * _SAFE, trial, 0.0).max(axis=-1)
        fits = np.where((slack > 0) & np.isfinite(fits), fits, 0.0)
    best = np.argmax(fits, axis=1)
    rows_index = np.arange(count)
    return Discs(fits[rows_index, best] * _SAFE, r[rows_index, best])


def start_radius(mag: Array, low: Array, m: int) -> Array:
    """A radius just below the next root: min over j > m of (|a_0m| / |a_0j|)^(1/(j - m)); without such terms a large one.

    >>> float(start_radius(np.array([[[0.0, 1.0, 4.0]]]), np.array([1.0]), 1)[0])
    0.25
    """
    columns = mag.shape[2]
    free = 16.0 * (1.0 + np.max((mag[:, :, 0] / low[:, None]) ** (1.0 / m), axis=1))
    if columns == m + 1:
        return free
    with np.errstate(all="ignore"):
        ratio = low[:, None] / mag[:, 0, m + 1 :]
    bound = np.min(ratio ** (1.0 / np.arange(1, columns - m)), axis=1)
    return np.where(np.isfinite(bound), bound, free)


def inner_radius(mag: Array, low: Array, m: int = 1) -> Array:
    """A small r with exactly m roots in |u| <= r at t = 0 (so the true root is that near); infinity where none is found.

    >>> float(inner_radius(np.array([[[1e-10, 1.0, 1.0]]]), np.array([1.0]))[0]) < 3e-10
    True
    """
    columns = mag.shape[2]
    others = [j for j in range(columns) if j != m]
    with np.errstate(all="ignore"):
        first = np.max((2 * m * mag[:, 0, :m] / low[:, None]) ** (1.0 / (m - np.arange(m))), axis=1)
        power = _powers(first, columns)
        holds = low * power[:, m] * _SAFE > np.einsum("pj,pj->p", mag[:, 0, others], power[:, others])
    return np.where(holds & np.isfinite(first), first, np.inf)
