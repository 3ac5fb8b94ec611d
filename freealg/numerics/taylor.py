"""Taylor coefficients of F(s, v) at many points at once, in doubles with proved error bounds, or at one point in balls."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import comb
from typing import Any, NamedTuple, final

import flint
import numpy as np
from numpy.typing import NDArray

from freealg.numerics.rouche import power_table, start_radius

__all__ = [
    "DoubleTaylor",
    "Expansion",
    "as_doubles",
    "ball_table",
    "double_table",
    "in_range",
    "levelled",
    "normalised",
    "scale_exponents",
    "sheared",
    "taylor_of",
]

Array = NDArray[Any]
_UNIT = 2.0**-53
_TINY = 1e-290
_WIDE, _NARROW, _SMALL = 400, 250, 2.0**-125


class Expansion(NamedTuple):
    """F(s0 + t, v0 + u) = sum a_ij t^i u^j: `a` the values, `error` bounds their errors, with a leading axis of points."""

    a: Array
    error: Array

    @property
    def mag(self) -> Array:
        """Upper bounds of |a_ij|."""
        found: Array = (np.abs(self.a) + self.error) * (1 + 1e-12)
        return found

    def low(self, m: int = 1) -> Array:
        """Lower bounds of |a_0m|, at least 0."""
        found = (np.abs(self.a[:, 0, m]) - self.error[:, 0, m]) * (1 - 1e-12)
        return np.where(np.isfinite(found), np.maximum(found, 0.0), 0.0)


def double_table(coeffs: Sequence[Sequence[int]], z_degree: int) -> Array:
    """table[i, j] = coeffs[j][i] scaled by one power of two into the range of doubles.

    >>> double_table(((1,), (0, -1), (1,)), 1)
    array([[ 1.,  0.,  1.],
           [ 0., -1.,  0.]])
    """
    largest = max(abs(c) for row in coeffs for c in row)
    scale = 1 << max(0, largest.bit_length() - 200)
    table = np.zeros((z_degree + 1, len(coeffs)))
    for j, row in enumerate(coeffs):
        for i, c in enumerate(row):
            if c:
                table[i, j] = c / scale or _TINY
    return table


@lru_cache(maxsize=64)
def _shift_frame(size: int) -> tuple[Array, Array]:
    """binomial(k, i) and the exponents k - i, for the matrix of a Taylor shift."""
    binomial = np.array([[comb(k, i) for k in range(size)] for i in range(size)], dtype=float)
    exponent = np.array([[max(k - i, 0) for k in range(size)] for i in range(size)])
    return binomial, exponent


@lru_cache(maxsize=64)
def _turned_frame(size: int) -> tuple[Array, Array]:
    """The transposes, for shifts from the right."""
    binomial, exponent = _shift_frame(size)
    return np.ascontiguousarray(binomial.T), np.ascontiguousarray(exponent.T)


@final
class DoubleTaylor:
    """A(s, v) = L(s) F R(v) with L, R triangular: all Taylor coefficients by two small matrix products a point.

    The table is in units 2^p of s and 2^q of v, and so are the expansions.

    The bound on the rounding is gamma * (the same product with absolute values), gamma = 24 (deg_s + deg_v + 4) 2^-53: at most
    deg + 4 complex operations a factor, each with relative error below 3 * 2^-53.

    >>> at = DoubleTaylor(np.array([[1.0, 0.0, 1.0], [0.0, -1.0, 0.0]])).at(np.array([3.0 + 0j]), np.array([0.5 + 0j]))
    >>> at.a[0].real
    array([[-0.25, -2.  ,  1.  ],
           [-0.5 , -1.  ,  0.  ]])
    """

    def __init__(self, table: Array, p: int = 0, q: int = 0) -> None:
        self.table, self.p, self.q = table, p, q
        self.complex, self.absolute = table.astype(complex), np.abs(table)
        self.left, self.left_power = _shift_frame(table.shape[0])
        self.right, self.right_power = _turned_frame(table.shape[1])
        self.gamma = 24.0 * (sum(table.shape) + 2) * _UNIT

    def at(self, s: Array, v: Array) -> Expansion:
        """The expansion at the points (s[k], v[k])."""
        s, v = self.scaled(s, v)
        left = power_table(s, self.table.shape[0]).take(self.left_power, axis=1) * self.left
        right = power_table(v, self.table.shape[1]).take(self.right_power, axis=1) * self.right
        size = np.abs(left) @ self.absolute @ np.abs(right)
        return Expansion(left @ self.complex @ right, self.gamma * size + _TINY * (size > 0))

    def scaled(self, s: Array, v: Array) -> tuple[Array, Array]:
        """s and v in the units of the table."""
        return (s * 2.0**-self.p if self.p else s), (v * 2.0**-self.q if self.q else v)


def taylor_of(entries: Sequence[Sequence[flint.acb]]) -> DoubleTaylor:
    """sum entries[i][j] s^i v^j in doubles over a power of two, in units in which they hold the coefficients.

    >>> huge = taylor_of([[flint.acb(0), flint.acb(1)], [flint.acb(10) ** 400, flint.acb(0)]])                # 10^400 s + v
    >>> huge.table.real.round(2).tolist(), huge.p, huge.q
    ([[0.0, 0.5], [0.85, 0.0]], -886, 442)
    """
    present = [(i, j) for i, line in enumerate(entries) for j, x in enumerate(line) if not x.is_zero()]
    p, q, table = 0, 0, np.array([[complex(x) for x in line] for line in entries])
    size = np.abs(table.real) + np.abs(table.imag)
    held = (size > _SMALL) & (size < 1 / _SMALL)
    held[0, 0] |= 0 < size[0, 0] < 1  # small where the origin is near the curve, which says nothing of the scale
    if np.count_nonzero(held) < len(present):
        p, q, shift = _units([(i, j, _binary_exponent(entries[i][j].abs_upper())) for i, j in present if i or j])
        two = flint.arb(2)
        for i, j in present:
            table[i, j] = complex(entries[i][j] * two ** (p * i + q * j - shift)) or _TINY
    return DoubleTaylor(table if table.imag.any() else table.real.copy(), p, q)


def _units(sizes: list[tuple[int, int, int]]) -> tuple[int, int, int]:
    """(p, q, c) that bring the exponents e_ij + p i + q j - c near 0, by least squares; with p = q = 0 where they are not far apart."""
    exponents = np.array([e for *_, e in sizes], dtype=float)
    if exponents.max() - exponents.min() <= _NARROW:
        return 0, 0, int(exponents.max())
    frame = np.array([(-i, -j, 1) for i, j, _ in sizes], dtype=float)
    p, q, shift = (round(x) for x in np.linalg.lstsq(frame, exponents, rcond=None)[0])
    return p, q, shift


def _exponent(value: Array) -> Array:
    """The binary exponent, 0 for zeros and infinities."""
    return np.where(np.isfinite(value) & (value > 0), np.frexp(value)[1], 0)


def normalised(expansion: Expansion) -> tuple[Expansion, Array, Array]:
    """F(s0 + 2^p t, v0 + 2^q u)/(|a_01| 2^q) and (p, q): 2^q near the distance of the next root, 2^p of the reach along the branch.

    All factors are powers of two, so nothing is rounded; in these units |a_01| is about 1 and high powers neither overflow nor vanish.
    """
    mag, low = expansion.mag, expansion.low()
    rows, columns = mag.shape[1:]
    up = start_radius(mag, low, 1)
    bounds = [(low[:, None] / mag[:, 1:, 1]) ** (1.0 / np.arange(1, rows)), (low * up)[:, None] / mag[:, 1:2, 0]]
    bounds.append(((low * up)[:, None] / mag[:, 2:, 0]) ** (1.0 / np.arange(2, max(rows, 2))))
    along = np.min(np.concatenate(bounds, axis=1), axis=1) if rows > 1 else np.ones_like(low)
    limit = 1000 // (rows + columns)
    p, q = (np.minimum(np.maximum(_exponent(size), -limit), limit) for size in (along, up))
    power = p[:, None, None] * np.arange(rows)[:, None] + q[:, None, None] * (np.arange(columns) - 1) - _exponent(low)[:, None, None]
    power = power.astype(np.int32)
    a = np.ldexp(np.stack([expansion.a.real, expansion.a.imag], axis=-1), power[..., None]).view(complex)[..., 0]
    return Expansion(a, np.ldexp(expansion.error, power) + _TINY * (expansion.error > 0)), p, q


def sheared(expansion: Expansion) -> tuple[Array, Expansion]:
    """kappa = -a_10/a_01 and the expansion of F(s0 + t, v0 + kappa t + u): the disc then moves along the tangent of the branch.

    >>> at = Expansion(np.array([[[0, 1, 0], [-1, 0, 1]]], dtype=complex), np.zeros((1, 2, 3)))          # u - t + t u^2
    >>> kappa, moved = sheared(at)
    >>> kappa.real, moved.a[0].real
    (array([1.]), array([[0., 1., 0.],
           [0., 0., 1.],
           [0., 2., 0.],
           [1., 0., 0.]]))
    """
    a, error = expansion
    count, rows, columns = a.shape
    if rows == 1:
        return np.zeros(count, dtype=complex), expansion
    kappa = -a[:, 1, 0] / a[:, 0, 1]
    place, back, binomial, exponent = _diagonals(rows, columns)
    shift = power_table(kappa, columns).take(exponent, axis=1) * binomial
    skew = np.zeros((2, count, rows + columns, columns), dtype=complex)  # the last row stays 0
    skew[0][:, place, np.arange(columns)] = a
    skew[1][:, place, np.arange(columns)] = error + (8 * (columns + 3) * _UNIT) * np.abs(a)
    moved, rounding = skew[0] @ shift, skew[1].real @ np.abs(shift)
    shape = (count, -1, columns)
    return kappa, Expansion(*(table.reshape(count, -1).take(back, axis=1).reshape(shape) for table in (moved, rounding)))


@lru_cache(maxsize=64)
def _diagonals(rows: int, columns: int) -> tuple[Array, Array, Array, Array]:
    """Where a_ij goes as the coefficient of t^(i+j) (u/t)^j, where it comes back from (flat), and the frame of the shift of u/t."""
    place = np.arange(rows)[:, None] + np.arange(columns)
    height = rows + columns - 1
    back = np.minimum(np.arange(height)[:, None] + np.arange(columns), height) * columns + np.arange(columns)
    return place, back.ravel(), *_turned_frame(columns)


def levelled(expansion: Expansion) -> Expansion:
    """The expansion of (1 - a_11/a_01 t) F, which has the same roots wherever F is not made 0 for every u, and no term t u.

    What it costs in rounding, 4 operations a coefficient, is within the bounds of `sheared`. The discs of `rouche` reach about twice as far:
    a slope that changes by a factor along t does not count against them.

    >>> at = Expansion(np.array([[[0, 1.0], [0, 0.5]]], dtype=complex), np.zeros((1, 2, 2)))             # u + t u/2
    >>> levelled(at).a[0].real
    array([[ 0.  ,  1.  ],
           [ 0.  ,  0.  ],
           [ 0.  , -0.25]])
    """
    a, error = expansion
    count, rows, columns = a.shape
    if rows == 1:
        return expansion
    factor = -a[:, 1, 1] / a[:, 0, 1]
    out = np.zeros((count, rows + 1, columns), dtype=complex)
    out[:, :-1] = a
    out[:, 1:] += factor[:, None, None] * a
    spread = np.zeros((count, rows + 1, columns))
    spread[:, :-1] = error
    spread[:, 1:] += np.abs(factor)[:, None, None] * error
    return Expansion(out, spread)


def ball_table(rows: Sequence[flint.acb_poly], s: flint.acb, v: flint.acb) -> list[list[flint.acb]]:
    """The Taylor coefficients at one point in ball arithmetic, from the rows c_j(s) with F = sum c_j(s) v^j: ball[i][j] of t^i u^j."""
    step = flint.acb_poly([s, 1])
    shifted = rows if s == 0 else [row(step) for row in rows]
    height = max(len(row) for row in shifted)
    step = flint.acb_poly([v, 1])
    table: list[list[flint.acb]] = []
    for i in range(height):
        line = flint.acb_poly([row[i] for row in shifted])(step)
        table.append([line[j] for j in range(len(rows))])
    return table


def as_doubles(table: Sequence[Sequence[flint.acb]]) -> Expansion:
    """Ball coefficients as one double expansion with its errors, over a power of two where doubles could not hold them otherwise."""
    table = in_range(table)
    values = np.array([[[complex(x) for x in line] for line in table]])
    error = np.array([[[0.0 if x.is_zero() else float(x.rad()) + _TINY for x in line] for line in table]]) * (1 + 1e-12)
    return Expansion(values, error + np.abs(values) * (4 * _UNIT))


def in_range(table: Sequence[Sequence[flint.acb]]) -> Sequence[Sequence[flint.acb]]:
    """The entries over a power of two that brings the largest near 1, when it is beyond 2^400; the roots do not change.

    >>> [[complex(x) for x in row] for row in in_range([[flint.acb(2) ** 900, flint.acb(2) ** 899]])]
    [[(0.5+0j), (0.25+0j)]]
    """
    values = [complex(x) for row in table for x in row]
    sizes = [max(abs(value.real), abs(value.imag)) for value in values]
    if 2.0**-_WIDE <= max(sizes) <= 2.0**_WIDE:
        return table
    exponents = [_binary_exponent(x.abs_upper()) for row in table for x in row if not x.is_zero() and x.is_finite()]
    largest = max(exponents, default=0)
    scale = flint.arb(2) ** -largest
    return [[x * scale for x in row] for row in table]


def scale_exponents(s: flint.acb, v: flint.acb, size: int) -> tuple[int, int]:
    """Powers of two near |s| and |v|, for coefficients that doubles could not hold otherwise; (0, 0) when they can."""
    p, q = (0 if x.is_zero() else _binary_exponent(x.abs_upper()) for x in (s, v))
    return (p, q) if size * max(abs(p), abs(q)) > _WIDE else (0, 0)


def _binary_exponent(value: flint.arb) -> int:
    mantissa, exponent = value.mid().man_exp()
    return int(mantissa).bit_length() + int(exponent)
