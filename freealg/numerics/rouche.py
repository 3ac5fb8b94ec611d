"""Discs that hold exactly m roots of F(s, v) for every s near a point: Rouche's theorem on Taylor coefficients.

Write F(s0 + t, v0 + u) = sum a_ij t^i u^j. If |a_0m| r^m > sum over (i, j) != (0, m) of |a_ij| rho^i r^j, then for every |t| <= rho
exactly m roots lie in |u| < r and none on the circle. For m = 1 this is what moves a root along a path without ever changing
sheet. Everything is vectorised over a leading axis; the upper bounds `mag` include all rounding errors. What overflows or is no number
gives no disc, so callers silence NumPy's warnings.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Discs", "inner_radius", "inverses", "power_table", "safe_discs", "start_radius"]

Array = NDArray[Any]
_SAFE = 1 - 1e-9
_EVERYWHERE = 1e280
_HALVINGS = np.array([0.7, 0.45, 0.28, 0.15, 0.07, 0.02, 0.004])
_GROW = np.concatenate([[0.0], 0.98 * 1.13 ** np.arange(13)])


class Discs(NamedTuple):
    """For all |t| <= rho exactly m roots in |u| < r; rho = 0 where no disc was found."""

    rho: Array
    r: Array


def power_table(base: Array, size: int) -> Array:
    """base^k for k < size along a new last axis."""
    out = np.empty((*base.shape, size), dtype=base.dtype)
    out[..., 0] = 1
    out[..., 1:] = base[..., None]
    return np.multiply.accumulate(out, axis=-1, out=out)


def safe_discs(mag: Array, low: Array, m: int = 1, largest: float = np.inf) -> Discs:
    """The pair (rho, r) with the largest rho found; `mag[p, i, j]` >= |a_ij|, `low[p]` <= |a_0m| at point p; radii r up to `largest`.

    >>> mag = np.array([[[0.0, 1.0, 1.0], [1.0, 0.0, 0.0]]])       # u + u^2 + t
    >>> rho, r = safe_discs(mag, np.array([1.0]))
    >>> 0.2 < float(rho[0]) < 0.25                                  # the truth is 1/4, where the two roots meet
    True
    """
    count, rows, columns = mag.shape
    r = np.minimum(start_radius(mag, low, m), largest)[:, None] * _HALVINGS
    power = power_table(r, columns)
    weight = power @ mag.swapaxes(1, 2)
    slack = ((low + mag[:, 0, m])[:, None] * power[..., m] * _SAFE - weight[..., 0]) * _SAFE
    if rows > 1:
        weight = weight[..., 1:]
        guess = ((slack[..., None] / ((rows - 1) * weight)) ** inverses(rows)).min(axis=-1)
        used = (weight * power_table(guess, rows)[..., 1:]) @ _grown(rows)
        fits = guess * _GROW[(used <= slack[..., None] * _SAFE).sum(axis=-1)]
    else:
        fits = np.full(slack.shape, _EVERYWHERE)
    fits = np.where((slack > 0) & np.isfinite(fits), fits, 0.0)
    best = np.arange(count), fits.argmax(axis=1)
    return Discs(fits[best] * _SAFE, r[best])


@lru_cache(maxsize=64)
def inverses(size: int) -> Array:
    """1/k for 0 < k < size."""
    found: Array = 1.0 / np.arange(1, size)
    return found


@lru_cache(maxsize=64)
def _grown(rows: int) -> Array:
    """_GROW^i for the growing factors, 0 < i < rows."""
    found: Array = _GROW[1:] ** np.arange(1, rows)[:, None]
    return found


def start_radius(mag: Array, low: Array, m: int) -> Array:
    """A radius just below the next root: min over j > m of (|a_0m| / |a_0j|)^(1/(j - m)); without such terms that of `_balanced`.

    >>> float(start_radius(np.array([[[0.0, 1.0, 4.0]]]), np.array([1.0]), 1)[0])
    0.25
    """
    columns = mag.shape[2]
    bound = ((low[:, None] / mag[:, 0, m + 1 :]) ** inverses(columns - m)).min(axis=1, initial=np.inf)
    open_ended = ~np.isfinite(bound)
    if open_ended.any():
        bound[open_ended] = _balanced(mag[open_ended], low[open_ended], m)
    return bound


def _balanced(mag: Array, low: Array, m: int) -> Array:
    """Where the other roots are at infinity for t = 0: the radius at which a_i0 t^i and a_ij t^i u^j, j > m, weigh the same; else a large one."""
    powers = 1.0 / np.arange(m + 1, mag.shape[2])
    ratio = (mag[:, 1:, :1] / mag[:, 1:, m + 1 :]) ** powers
    bound = np.where((ratio > 0) & np.isfinite(ratio), ratio, np.inf).min(axis=(1, 2), initial=np.inf)
    return np.where(np.isfinite(bound), bound, 16.0 * (1.0 + ((mag[:, :, 0] / low[:, None]) ** (1.0 / m)).max(axis=1)))


def inner_radius(mag: Array, low: Array, m: int = 1) -> Array:
    """A small r with exactly m roots in |u| <= r at t = 0 (so the true root is that near); infinity where none is found.

    >>> float(inner_radius(np.array([[[1e-10, 1.0, 1.0]]]), np.array([1.0]))[0]) < 3e-10
    True
    """
    columns = mag.shape[2]
    bottom = mag[:, 0]
    first = 2 * bottom[:, 0] / low if m == 1 else ((2 * m * bottom[:, :m] / low[:, None]) ** (1.0 / (m - np.arange(m)))).max(axis=1)
    terms = bottom * power_table(first, columns)
    wanted = low * first**m * _SAFE
    terms[:, m] = 0.0
    exact = (first == 0) & (low > 0)
    return np.where(exact | (wanted > terms.sum(axis=1)) & np.isfinite(first), first, np.inf)
