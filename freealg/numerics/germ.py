"""The germ at infinity as a chart: T = 1/z = s^q, G = sum a_k s^k + s^K v with v(s) a simple root of F(s, v) = 0 at s = 0.

Coefficients of the germ are put in, one at a time and exactly, until the remaining unknown is a simple root of F(0, .): then the
branch is selected by algebra alone, even where infinity is a singular point of the curve ((zG - 1)^2 = z G^3 has two branches
1/z + ...), and v is analytic at s = 0, which is where the path tracking starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb
from typing import Any, NamedTuple

import flint

from freealg.errors import InvalidInput, Undecided
from freealg.exact.context import ball_precision
from freealg.numerics.newton_polygon import Table, shift
from freealg.numerics.plane_curve import PlaneCurve, as_acb

__all__ = ["GermChart", "germ_chart"]

_MAX_TERMS, _MAX_BALL_TERMS, _FIRST_TERMS = 512, 16, 2


class GermChart(NamedTuple):
    """G = sum of value * s^k over `terms` + s^order * v; `table[j][i]` multiplies s^i v^j (None: exact zero); v(0) = `limit`."""

    q: int
    terms: tuple[tuple[int, flint.acb], ...]
    order: int
    limit: flint.acb
    table: Table


def germ_chart(curve: PlaneCurve, bits: int) -> GermChart:
    """The chart at infinity of the physical branch; exact for a real rational germ, else zeros are decided at 2^(-bits/2).

    >>> chart = germ_chart(PlaneCurve(((1,), (0, -1), (1,)), lambda n: [0, 1, 0, 2, 0, 5][:n]), 200)
    >>> chart.order, complex(chart.limit), [len(row) for row in chart.table]          # G = s v, s^2 v^2 - v + 1 = 0
    (1, (1+0j), [1, 1, 3])
    """
    with ball_precision(bits):
        return _exact_chart(curve) if curve.real_germ else _ball_chart(curve, bits)


def _strip(rows: Sequence[flint.fmpq_poly]) -> list[flint.fmpq_poly]:
    low = min(next(i for i, c in enumerate(row.coeffs()) if c != 0) for row in rows if row.degree() >= 0)
    return [row.right_shift(low) if row.degree() >= 0 else row for row in rows]


def _exact_shift(rows: Sequence[flint.fmpq_poly], centre: flint.fmpq) -> list[flint.fmpq_poly]:
    """F(s, centre + s u) without its power of s."""
    out = []
    for k in range(len(rows)):
        total = sum((comb(j, k) * centre ** (j - k) * rows[j] for j in range(k, len(rows))), flint.fmpq_poly([0]))
        out.append(total.left_shift(k))
    return _strip(out)


def _germ_terms(curve: PlaneCurve, count: int) -> list[Any]:
    return [1, *curve.moments(count)][: count + 1]


def _refuse(curve: PlaneCurve, k: int, value: Any) -> InvalidInput:
    return InvalidInput(f"the germ coefficient m_{k} = {value} is on no branch of the curve {curve}; check the first moments")


def _exact_chart(curve: PlaneCurve) -> GermChart:
    rows = _strip([flint.fmpq_poly(row).left_shift(j) for j, row in enumerate(curve.reversed_rows())])
    terms: list[tuple[int, flint.acb]] = []
    known = 4
    germ = _germ_terms(curve, known)
    for k in range(_MAX_TERMS):
        if k > known:
            known *= 2
            germ = _germ_terms(curve, known)
        value = flint.fmpq(germ[k])
        bottom = flint.fmpq_poly([row[0] for row in rows])
        if bottom(value) != 0:
            raise _refuse(curve, k, value)
        if bottom.derivative()(value) != 0:
            table: Table = [[flint.acb(c) if c != 0 else None for c in row.coeffs()] for row in rows]
            return GermChart(1, tuple(terms), k + 1, flint.acb(value), table)
        terms.append((k + 1, flint.acb(value)))
        rows = _exact_shift(rows, value)
    raise Undecided(f"{_MAX_TERMS} moments do not separate the branches of {curve} at infinity; P must be irreducible over Q")


def _drop_power(table: Table, gain: int) -> Table:
    """The table of F(s, s^gain u) without its power of s."""
    low = min(i + gain * j for j, row in enumerate(table) for i, c in enumerate(row) if c is not None)
    out: Table = []
    for j, row in enumerate(table):
        lead: list[flint.acb | None] = [None] * max(gain * j - low, 0)
        out.append(lead + row[max(low - gain * j, 0) :])
    return out


def _ball_chart(curve: PlaneCurve, bits: int) -> GermChart:
    q = curve.ramification
    table: Table = []
    for row in curve.reversed_rows():
        line: list[flint.acb | None] = [None] * (q * len(row) or 1)
        for i, c in enumerate(row.coeffs()):
            line[q * i] = flint.acb(c) if c != 0 else None
        table.append(line)
    table = _drop_power(table, q)
    terms: list[tuple[int, flint.acb]] = []
    germ = _germ_terms(curve, _FIRST_TERMS)
    for k in range(_MAX_BALL_TERMS * q + 1):
        if k == len(germ):  # in a field of high degree every further term costs many times the last
            germ = _germ_terms(curve, min(2 * k, _MAX_BALL_TERMS * q))
        value = as_acb(germ[k])
        moved = shift(table, value, 0, bits)
        if moved[0][0] is not None:
            raise _refuse(curve, k, complex(value))
        if moved[1][0] is not None:
            return GermChart(q, tuple(terms), q + k, value, table)
        terms.append((q + k, value))
        table = _drop_power(moved, 1)
    raise Undecided(f"{_MAX_BALL_TERMS * q} germ coefficients do not separate the branches of {curve} at infinity; P must be irreducible over Q")
