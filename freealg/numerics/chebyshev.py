"""Chebyshev series on pieces: fitted until the coefficients reach rounding level, evaluated in blocks that stay in cache."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from freealg.exact.context import cached_property

__all__ = ["Piecewise", "chebyshev_nodes", "evaluate_series", "fit_pieces", "gauss_legendre", "nested_values", "series_from_values", "series_on"]

Array = NDArray[Any]
_BLOCK = 8192
_MOST_ROWS = 16
_STEP = 8
_NOISE = 5e-16
_PLATEAU = 1e-12
_RELATIVE_DEPTH = 10
_MAX_DEPTH = 48
_MOST_PIECES = 160
_COUNT = 48
_HOPELESS = 3e-5


@lru_cache(maxsize=16)
def _cosines(count: int) -> tuple[Array, Array]:
    odd = 2 * np.arange(count) + 1
    return _cosine(odd, count), _cosine(np.outer(np.arange(count), odd), count) * (2.0 / count)


def _cosine(m: Array, count: int) -> Array:
    """cos(pi m/(2 count)) for integers m, to the last bit or two: the angle is reduced exactly, in integers."""
    m = m % (4 * count)
    m = np.minimum(m, 4 * count - m)
    sign = np.where(m > count, -1.0, 1.0)
    m = np.where(m > count, 2 * count - m, m)
    step = np.pi / (2 * count)
    found: Array = sign * np.where(2 * m <= count, np.cos(m * step), np.sin((count - m) * step))
    return found


def chebyshev_nodes(count: int) -> Array:
    """cos((k + 1/2) pi/count), k = 0..count-1, in (-1, 1), decreasing."""
    return _cosines(count)[0]


def series_from_values(values: Array) -> Array:
    """Coefficients of the interpolant through values (real or complex) at `chebyshev_nodes(len(values))`.

    >>> abs(series_from_values(chebyshev_nodes(4) ** 2) - [0.5, 0, 0.5, 0]).max() < 1e-15
    np.True_
    """
    coefficients: Array = _cosines(len(values))[1] @ values
    coefficients[0] *= 0.5
    return coefficients


@lru_cache(maxsize=32)
def gauss_legendre(count: int) -> tuple[Array, Array]:
    """Nodes and weights on [0, 1]."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return 0.5 * (nodes + 1), 0.5 * weights


def _regroup(coefficients: Array) -> Array:
    """d[j, i] with sum_n c_n T_n = sum_j T_j(T_8(u)) sum_i d[j, i] T_i(u), i < 8."""
    count = -(-len(coefficients) // _STEP)
    work = np.zeros(count * _STEP, dtype=coefficients.dtype)
    work[: len(coefficients)] = coefficients
    grouped = np.zeros((count, _STEP), dtype=work.dtype)
    for j in range(count - 1, 0, -1):
        top = work[_STEP * j : _STEP * (j + 1)]
        grouped[j, 0], grouped[j, 1:] = top[0], 2 * top[1:]
        work[_STEP * j - _STEP + 1 : _STEP * j] -= top[:0:-1]
    grouped[0] = work[:_STEP]
    return grouped


_HELD = threading.local()


def _work(rows: int, count: int, dtype: Any) -> Array:
    """Rows to compute in. Large ones are kept, one set a thread: given back after every block they would be fetched from the system anew."""
    if count < _BLOCK or rows > _MOST_ROWS:
        return np.empty((rows, count), dtype=dtype)
    held: dict[Any, Array] = _HELD.__dict__
    if dtype not in held:
        held[dtype] = np.empty((_MOST_ROWS, _BLOCK), dtype=dtype)
    return held[dtype][:rows]


def _evaluate_block(grouped: Array, u: Array) -> Array:
    work = _work(_STEP + 1 + len(grouped), len(u), np.result_type(grouped, u))
    basis, inner = work[: _STEP + 1], work[_STEP + 1 :]
    basis[0] = 1.0
    basis[1] = u
    twice = u + u
    for k in range(2, _STEP + 1):
        np.multiply(twice, basis[k - 1], out=basis[k])
        basis[k] -= basis[k - 2]
    np.matmul(grouped, basis[:_STEP], out=inner)
    y = basis[_STEP]
    np.add(y, y, out=basis[0])
    twice = basis[0]
    last, before = inner[-1], basis[1]
    before[:] = 0.0
    for j in range(len(inner) - 2, -1, -1):  # Clenshaw: b_j = d_j + 2 y b_(j+1) - b_(j+2), the last step with y for 2 y
        inner[j] -= before
        np.multiply(twice if j else y, last, out=before)
        inner[j] += before
        last, before = inner[j], last
    return last.copy()


def evaluate_series(grouped: Array, u: Array) -> Array:
    """The regrouped series at u in [-1, 1]: 16 + 3 n/8 vector operations and one small matrix product instead of 3 n."""
    if len(u) <= _BLOCK:
        return _evaluate_block(grouped, u)
    out = np.empty(len(u), dtype=np.result_type(grouped, u))
    for start in range(0, len(u), _BLOCK):
        out[start : start + _BLOCK] = _evaluate_block(grouped, u[start : start + _BLOCK])
    return out


@final
@dataclass(frozen=True, eq=False)
class Piecewise:
    """Chebyshev series on consecutive intervals of t: breaks[k] <= t <= breaks[k + 1] uses series[k]."""

    breaks: Array
    series: tuple[Array, ...]

    @cached_property
    def _grouped(self) -> tuple[Array, ...]:
        return tuple(_regroup(c) for c in self.series)

    def __call__(self, t: Array) -> Array:
        """Values at t (one-dimensional), clamped to the outer pieces."""
        if len(self.series) == 1:
            return evaluate_series(self._grouped[0], self._local(t, 0))
        index = np.searchsorted(self.breaks[1:-1], t)
        out = np.empty(len(t), dtype=self.series[0].dtype)
        for k in np.unique(index) if len(t) > 2 * len(self.series) else set(index.tolist()):
            chosen = np.nonzero(index == k)[0]
            out[chosen] = evaluate_series(self._grouped[k], self._local(t[chosen], int(k)))
        return out

    def on_piece(self, t: Array, k: int) -> Array:
        """The series of piece k at real or complex t, continued outside the piece."""
        return evaluate_series(self._grouped[k], self._local(t, k))

    def nearest(self, t: Array) -> tuple[Array, Array]:
        """The piece whose Bernstein ellipse through complex t is thinnest, among the three about Re t, and |u + sqrt(u^2 - 1)| there."""
        index = np.searchsorted(self.breaks[1:-1], t.real)
        best, thinnest = index, np.full(len(t), np.inf)
        for shift in (0, -1, 1) if len(self.series) > 1 else (0,):
            k = np.clip(index + shift, 0, len(self.series) - 1)
            left, right = self.breaks[k], self.breaks[k + 1]
            u = (2 * t - left - right) / (right - left)
            stretch = np.abs(u + np.sqrt(u - 1) * np.sqrt(u + 1))
            best, thinnest = np.where(stretch < thinnest, k, best), np.minimum(stretch, thinnest)
        return best, thinnest

    def _local(self, t: Array, k: int) -> Array:
        left, right = self.breaks[k], self.breaks[k + 1]
        return (t - left) * (2.0 / (right - left)) - 1.0


def fit_pieces(function: Callable[[Array], Array], left: float, right: float, *, relative: bool = True) -> Piecewise:
    """A `Piecewise` of a function smooth on [left, right], halved until every piece is at rounding level.

    With `relative`, pieces are also halved while the function varies more than tenfold on them, so the error is relative.

    >>> wave = fit_pieces(lambda t: 1 / (1.01 - t), 0.0, 1.0)
    >>> bool(abs(wave(np.array([0.3, 0.999])) * (1.01 - np.array([0.3, 0.999])) - 1).max() < 1e-13)
    True
    """
    todo: list[tuple[float, float, int]] = [(left, right, 0)]
    done: list[tuple[float, float, Array]] = []
    while todo:
        a, b, depth = todo.pop()
        series = _fit_one(function, (a, b), depth, relative)
        if series is None and len(todo) + len(done) < _MOST_PIECES:
            middle = 0.5 * (a + b)
            todo += [(middle, b, depth + 1), (a, middle, depth + 1)]
        else:
            done.append((a, b, series_on(function, a, b, _COUNT) if series is None else series))
    done.sort(key=lambda piece: piece[0])
    return Piecewise(np.array([done[0][0], *(b for _, b, _ in done)]), tuple(series for *_, series in done))


def series_on(function: Callable[[Array], Array], a: float, b: float, count: int) -> Array:
    """The interpolant with `count` coefficients on [a, b]."""
    return series_from_values(function(a + 0.5 * (b - a) * (chebyshev_nodes(count) + 1)))


def nested_values(function: Callable[[Array], Array], a: float, b: float, count: int) -> Iterator[Array]:
    """The values at count/3 nodes on [a, b], then those at all `count`, of which the former are a part; `count` a multiple of 3."""
    nodes = a + 0.5 * (b - a) * (chebyshev_nodes(count) + 1)
    rest = np.arange(count) % 3 != 1
    coarse = function(nodes[~rest])
    yield coarse
    values = np.empty(count, dtype=coarse.dtype)
    values[~rest], values[rest] = coarse, function(nodes[rest])
    yield values


def _fit_one(function: Callable[[Array], Array], ends: tuple[float, float], depth: int, relative: bool) -> Array | None:
    """The series on [a, b], or None when it is not resolved and may still be halved."""
    series = np.zeros(0)
    for values in nested_values(function, *ends, _COUNT):
        series = series_from_values(values)
        size = np.abs(values).max()
        uneven = 0.1 if relative and depth < _RELATIVE_DEPTH else 0.0
        tail, before = np.abs(series[-4:]).max(), np.abs(series[-12:-4]).max()
        flat = tail <= _PLATEAU * size and tail >= 0.2 * before
        if (tail <= _NOISE * size or flat) and np.abs(values).min() >= uneven * size:
            noise = min(3.0 * np.abs(series[-8:]).max(), max(0.4 * _NOISE * size, 2.0 * tail))  # it would grow off the axis
            keep = np.nonzero(np.abs(series) > noise)[0]
            return series[: (keep[-1] + 1 if len(keep) else 1)]
        if tail > _HOPELESS * size:
            break
    return None if depth < _MAX_DEPTH else series
