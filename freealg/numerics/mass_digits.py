"""Masses to many digits: Gauss-Legendre rules in a variable in which the density of an arc is analytic up to its ends."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import flint
import mpmath

from freealg.errors import Undecided
from freealg.exact.context import ball_precision
from freealg.numerics.digits import from_arb
from freealg.numerics.mapped_pieces import Piece

__all__ = ["arc_mass", "piece_mass"]

_MOST = 2000


@lru_cache(maxsize=16)
def _rule(count: int, bits: int) -> tuple[tuple[Any, Any], ...]:
    """Nodes and weights on [0, 1]; the caller holds mpmath at `bits`."""
    with ball_precision(bits + 32):
        pairs = [flint.arb.legendre_p_root(count, k, weight=True) for k in range(count)]
    return tuple(((from_arb(node) + 1) / 2, from_arb(weight) / 2) for node, weight in pairs)


def _integral(function: Callable[[Any], Any], low: Any, high: Any, start: int) -> Any:
    """Rules of growing size until two agree to 10 digits less than the working precision."""
    tolerance = mpmath.mpf(10) ** (12 - mpmath.mp.dps)
    count, last = start, None
    while count <= _MOST:
        value = (high - low) * sum(w * function(low + (high - low) * x) for x, w in _rule(count, mpmath.mp.prec))
        if last is not None and abs(value - last) <= tolerance:
            return value
        count, last = count * 3 // 2, value
    raise Undecided(f"the mass between {mpmath.nstr(low, 8)} and {mpmath.nstr(high, 8)} does not settle with {_MOST} points; ask for fewer digits")


def arc_mass(density: Callable[[Any], Any], low: Any, high: Any, stop: Any) -> Any:
    """The mass from `low` to `stop` of an arc between two square-root edges: x = centre - half cos(angle)."""
    centre, half = (low + high) / 2, (high - low) / 2
    top = mpmath.acos((centre - stop) / half) if stop < high else +mpmath.pi
    return _integral(lambda angle: density(centre - half * mpmath.cos(angle)) * half * mpmath.sin(angle), mpmath.mpf(0), top, mpmath.mp.dps)


def piece_mass(density: Callable[[Any], Any], piece: Piece, stop: Any) -> Any:
    """The mass of a piece below u = `stop`, panel by panel."""
    breaks = [mpmath.mpf(float(b)) for b in piece.panels]
    total = mpmath.mpf(0)
    for a, b in zip(breaks[:-1], breaks[1:], strict=True):
        ends = sorted((piece.map.digits(a)[0], piece.map.digits(b)[0]))
        if ends[0] >= stop:
            continue
        if ends[1] > stop:
            inner = mpmath.findroot(lambda t: piece.map.digits(t)[0] - stop, (a, b), solver="anderson", tol=mpmath.mpf(10) ** (-2 * mpmath.mp.dps))
            a, b = (a, inner) if piece.rising else (inner, b)

        def weight(t: Any) -> Any:
            u, slope = piece.map.digits(t)
            return density(u) * abs(slope)

        total += _integral(weight, a, b, mpmath.mp.dps * 2 // 3)
    return total
