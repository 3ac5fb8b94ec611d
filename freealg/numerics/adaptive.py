"""Chebyshev series on adaptively halved intervals, those of one level sampled together: for functions that cost much a call and little a point."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from freealg.errors import Undecided
from freealg.numerics.chebyshev import Piecewise, chebyshev_nodes, series_from_values

__all__ = ["Fit", "antiderivative", "fit_together", "joined"]

Array = NDArray[Any]
_COUNT = 32
_NOISE = 4e-15
_LOOSE = 1e-10
_MOST = 1000


class Fit(NamedTuple):
    """One interval with its series; `resolved` is False where halving stopped before the series converged."""

    low: float
    high: float
    series: Array
    resolved: bool


def fit_together(
    function: Callable[[Array], Array],
    spans: list[tuple[float, float]],
    *,
    least: float,
    floor: float = 0.0,
    noise: float = _NOISE,
    most: int = _MOST,
) -> list[Fit]:
    """Series of `function` on each span, halved until the last coefficients are at the level of `noise` (or below `floor`), the length is
    below `least`, or no value is finite.

    >>> fits = fit_together(lambda t: np.abs(t), [(-1.0, 2.0)], least=0.05)
    >>> sorted((fit.low, fit.high) for fit in fits if not fit.resolved)
    [(-0.015625, 0.03125)]
    """
    todo, done = list(spans), []
    nodes = 0.5 * (chebyshev_nodes(_COUNT) + 1)
    while todo:
        points = np.concatenate([a + (b - a) * nodes for a, b in todo])
        values = function(points).reshape(len(todo), _COUNT)
        again = []
        for (a, b), row in zip(todo, values, strict=True):
            series = series_from_values(row)
            good = _resolved(series, row, (floor, noise), (b - a) / least)
            if good or b - a < least or not np.isfinite(row).any():
                done.append(Fit(a, b, _chopped(series), good))
            else:
                middle = 0.5 * (a + b)
                again += [(a, middle), (middle, b)]
        if len(done) + len(again) > most:
            raise Undecided(
                f"the law is not resolved by {most} Chebyshev series between {spans[0][0]:.6g} and {spans[-1][1]:.6g}; ask for values with dps=30"
            )
        todo = again
    return sorted(done)


def _resolved(series: Array, row: Array, levels: tuple[float, float], room: float) -> bool:
    """Whether the tail is at noise level, or small and no longer falling, which is the noise of the values themselves."""
    floor, noise = levels
    size = np.abs(row).max()
    if not np.isfinite(size):
        return False
    tail, before = np.abs(series[-4:]).max(), np.abs(series[-12:-4]).max()
    if tail <= floor:
        return True
    uneven = noise <= _NOISE and room > 64.0 and np.abs(row).min() < 0.05 * size
    return bool(tail <= (1e-3 if uneven else 1.0) * noise * size or (tail <= _LOOSE * size and tail >= 0.2 * before and not uneven))


def _chopped(series: Array) -> Array:
    keep = np.nonzero(np.abs(series) > 1e-17 * np.abs(series).max())[0]
    return series[: keep[-1] + 1] if len(keep) else series[:1]


def joined(fits: list[Fit]) -> Piecewise:
    """Neighbouring fits as one piecewise series."""
    return Piecewise(np.array([fits[0].low, *(fit.high for fit in fits)]), tuple(fit.series for fit in fits))


def antiderivative(pieces: Piecewise) -> tuple[Piecewise, Array]:
    """The integral from the first break on, and its values at all breaks."""
    levels, out = [0.0], []
    for k, series in enumerate(pieces.series):
        half = 0.5 * (pieces.breaks[k + 1] - pieces.breaks[k])
        whole = np.polynomial.chebyshev.chebint(series.real) * half
        whole[0] += levels[-1] - np.polynomial.chebyshev.chebval(-1.0, whole)
        levels.append(float(np.sum(whole)))
        out.append(whole)
    return Piecewise(pieces.breaks, tuple(out)), np.array(levels)
