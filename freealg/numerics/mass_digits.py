"""Masses to many digits: Gauss-Legendre rules in a variable in which the density of an arc is analytic up to its ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, final

import flint
import mpmath

from freealg.errors import Undecided
from freealg.exact.context import ball_precision
from freealg.numerics.digits import from_arb
from freealg.numerics.mapped_pieces import FarMap, Piece

__all__ = ["MassRule"]

_MOST = 2000
_BUDGET = 8000
_TAIL = 60


@lru_cache(maxsize=16)
def _rule(count: int, bits: int) -> tuple[tuple[Any, Any], ...]:
    """Nodes and weights on [0, 1]; the caller holds mpmath at `bits`."""
    with ball_precision(bits + 32):
        pairs = [flint.arb.legendre_p_root(count, k, weight=True) for k in range(count)]
    return tuple(((from_arb(node) + 1) / 2, from_arb(weight) / 2) for node, weight in pairs)


@final
class MassRule:
    """Masses under `density`, which takes a list of mpmath numbers u; at mpmath's working precision, within a budget of values of the density.

    >>> from freealg.exact.context import mp_precision
    >>> with mp_precision(30):
    ...     print(mpmath.nstr(MassRule(lambda us: [mpmath.sqrt(4 - u * u) / (2 * mpmath.pi) for u in us]).arc(-2, 2, 0), 15))
    0.5
    """

    def __init__(self, density: Callable[[list[Any]], Sequence[Any]]) -> None:
        self.density, self._left = density, _BUDGET

    def arc(self, low: Any, high: Any, stop: Any) -> Any:
        """The mass from `low` to `stop` of an arc between two square-root edges: x = centre - half cos(angle)."""
        low, high = mpmath.mpf(low), mpmath.mpf(high)
        centre, half = (low + high) / 2, (high - low) / 2
        top = mpmath.acos((centre - stop) / half) if stop < high else +mpmath.pi
        return self._integral(lambda t: (centre - half * mpmath.cos(t), half * mpmath.sin(t)), mpmath.mpf(0), top)

    def piece(self, piece: Piece, stop: Any) -> Any:
        """The mass of a piece below u = `stop`, panel by panel; a tail is followed until it no longer counts."""
        small = mpmath.mpf(10) ** (10 - mpmath.mp.dps)
        panels = [(float(a), float(b)) for a, b in pairwise(piece.panels)]
        counting = [(mpmath.mpf(a), mpmath.mpf(b)) for a, b in panels if not piece.negligible(a, b, small)]
        total = sum((self._panel(piece, a, b, stop) for a, b in counting), mpmath.mpf(0))
        if not isinstance(piece.map, FarMap) or len(counting) < len(panels):
            return total
        a = mpmath.mpf(float(piece.panels[-1]))
        for _ in range(_TAIL):
            added = self._panel(piece, a, a + 1, stop)
            total, a = total + added, a + 1
            if added <= mpmath.mpf(10) ** (12 - mpmath.mp.dps):
                return total
        raise Undecided(f"the tail of the law is too heavy for its mass to {mpmath.mp.dps - 12} digits; ask for fewer")

    def _panel(self, piece: Piece, a: Any, b: Any, stop: Any) -> Any:
        ends = sorted((piece.map.digits(a)[0], piece.map.digits(b)[0]))
        if ends[0] >= stop:
            return mpmath.mpf(0)
        if ends[1] > stop:
            inner = mpmath.findroot(lambda t: piece.map.digits(t)[0] - stop, (a, b), solver="anderson", tol=mpmath.mpf(10) ** (-2 * mpmath.mp.dps))
            a, b = (a, inner) if piece.rising else (inner, b)
        return self._integral(piece.map.digits, a, b)

    def _integral(self, chart: Callable[[Any], tuple[Any, Any]], low: Any, high: Any) -> Any:
        """The mass over t in [low, high], chart(t) = (u, du/dt): growing rules until two agree to 12 digits less than the working precision."""
        tolerance = mpmath.mpf(10) ** (12 - mpmath.mp.dps)
        count, last = max(8, mpmath.mp.dps * 2 // 3), None
        while count <= _MOST:
            value = (high - low) * self._sum(chart, low, high, count)
            if last is not None and abs(value - last) <= tolerance:
                return value
            count, last = count * 3 // 2, value
        raise Undecided(
            f"the mass between {mpmath.nstr(low, 8)} and {mpmath.nstr(high, 8)} does not settle with {_MOST} points; ask for fewer digits"
        )

    def _sum(self, chart: Callable[[Any], tuple[Any, Any]], low: Any, high: Any, count: int) -> Any:
        self._left -= count
        if self._left < 0:
            raise Undecided(
                f"the mass needs more than {_BUDGET} values of the density at {mpmath.mp.dps} digits; ask for fewer digits, or for cdf(x) in doubles"
            )
        rule = _rule(count, mpmath.mp.prec)
        charted = [chart(low + (high - low) * x) for x, _ in rule]
        values = self.density([u for u, _ in charted])
        return sum((w * value * abs(slope) for (_, w), (_, slope), value in zip(rule, charted, values, strict=True)), mpmath.mpf(0))
