"""Masses to many digits: Gauss-Legendre quadrature in the variable in which the measure of a half arc is analytic."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Any

import flint

from freealg.errors import Undecided
from freealg.exact.context import ball_precision
from freealg.numerics.charts import EndChart
from freealg.numerics.distribution import Distribution
from freealg.numerics.halves import Half
from freealg.numerics.real_algebraic import RealAlgebraic, as_fmpq
from freealg.numerics.support import Spectrum

__all__ = ["mass_below"]

_MOST_NODES = 4096


@lru_cache(maxsize=16)
def _gauss(count: int, bits: int) -> tuple[tuple[flint.arb, flint.arb], ...]:
    """Nodes and weights on [0, 1]."""
    with ball_precision(bits):
        rule = [flint.arb.legendre_p_root(count, k, weight=True) for k in range(count)]
        return tuple(((node + 1) / 2, weight / 2) for node, weight in rule)


def _piece_sum(half: Half, chart: EndChart, ends: tuple[flint.arb, flint.arb], count: int, bits: int) -> flint.arb:
    """The integral of q s^power density/s^k over one piece by `count` Gauss points."""
    a, b = ends
    with ball_precision(bits + 32):
        rule = _gauss(count, bits + 32)
        s = [a + (b - a) * node for node, _ in rule]
        values = chart.density_balls(s, bits)
        total = sum((w * d * at**half.power for (_, w), d, at in zip(rule, values, s, strict=True)), flint.arb(0))
        return chart.q * (b - a) * total


def _within(half: Half, chart: EndChart, stop: flint.arb | None, digits: int, bits: int) -> flint.arb:
    """The mass for s <= stop (None: the whole half), each piece until two rules agree to `digits` digits."""
    total = flint.arb(0)
    top = _parameter(half, flint.arb(half.split)) if stop is None else stop
    breaks = [flint.arb(float(b)) for b in half.factor.breaks[:-1]]
    breaks = [b for b in breaks if b < top] + [top]
    for ends in pairwise(breaks):
        count = int(1.3 * digits) + 12
        last = _piece_sum(half, chart, ends, count, bits)
        while True:
            count = count * 3 // 2
            value = _piece_sum(half, chart, ends, count, bits)
            if abs(value - last) < flint.arb(10) ** -digits:
                break
            if count > _MOST_NODES:
                raise Undecided(f"the mass of {half.chart.origin} .. does not settle to {digits} digits with {count} Gauss points a piece")
            last = value
        total += value
    return total


def _precise(spectrum: Spectrum, half: Half, bits: int) -> EndChart:
    """The chart of a half arc with coefficients to enough bits."""
    if bits <= 256:
        return half.chart
    place, side = half.chart.expansion.place, half.chart.side
    inside = isinstance(place, RealAlgebraic) and place not in spectrum.places
    return EndChart(spectrum.cut_expansion(half.chart.origin[0], side, 4 * bits) if inside else spectrum.expansion(place, side, 4 * bits))


def _parameter(half: Half, x: flint.arb) -> flint.arb:
    chart = half.chart
    if chart.infinite:
        return (chart.side / x).root(chart.q)
    place = chart.expansion.place
    gap = chart.side * (x - (place.refine(4096) if isinstance(place, RealAlgebraic) else 0))
    return gap.root(chart.q) if gap > 0 else flint.arb(0)


def mass_below(spectrum: Spectrum, law: Distribution, x: Any, digits: int, closed: bool) -> flint.arb:
    """P(X <= x) if `closed`, else P(X < x), to about `digits` digits after the point; x rational or `RealAlgebraic`.

    The radius of the ball is the disagreement allowed between the last two quadrature rules: evidence, not proof.
    """
    point = x if isinstance(x, RealAlgebraic) else as_fmpq(x)
    bits = int(3.33 * digits) + 64
    total = flint.arb(0)
    with ball_precision(bits + 64):
        at = point.refine(bits + 64) if isinstance(point, RealAlgebraic) else flint.arb(point)
        for piece in law.halves:
            low, high = piece.span
            if at >= high:
                total += _whole(spectrum, law, piece, digits + 2)
            elif at > low:
                near = _within(piece, _precise(spectrum, piece, bits), _parameter(piece, at), digits + 2, bits)
                total += near if piece.rightward else _whole(spectrum, law, piece, digits + 2) - near
        for atom in law.atoms:
            sign = atom.location.sign_against(point)
            if sign < 0 or (sign == 0 and closed):
                total += atom.mass.refine(bits)
        return total + flint.arb(0, 10.0 ** -(digits + 1))


def _whole(spectrum: Spectrum, law: Distribution, half: Half, digits: int) -> flint.arb:
    """The mass of a half arc, kept on the law."""
    key = law.halves.index(half), digits
    if key not in law.masses:
        bits = int(3.33 * (digits - 2)) + 64
        law.masses[key] = _within(half, _precise(spectrum, half, bits), None, digits, bits)
    return law.masses[key]
