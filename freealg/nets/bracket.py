"""The root of a function between two points of opposite sign, at any precision."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp
from sympy import Expr

from freealg.errors import InvalidInput
from freealg.exact.coerce import exact

__all__ = ["bracketed_root"]


def bracketed_root(gap: Callable[[Expr], Expr], low: Expr, high: Expr, dps: int) -> Expr:
    """x in [low, high] with gap(x) = 0, as an exact rational right to `dps` digits (false position, Illinois variant).

    >>> sp.N(bracketed_root(lambda x: x**2 - 2, sp.Integer(1), sp.Integer(2), 25), 25)
    1.414213562373095048801689
    """
    work = dps + 15
    left, right = sp.N(gap(low), work), sp.N(gap(high), work)
    for _ in range(40 + 4 * dps):
        if left == 0 or right == 0:
            return low if left == 0 else high
        if left * right > 0:
            raise InvalidInput(f"no sign change between {sp.N(low, 6)} and {sp.N(high, 6)}: {left} and {right}")
        new = exact(sp.Float((low * right - high * left) / (right - left), work))
        value = sp.N(gap(new), work)
        if value * right < 0:
            low, left = high, right
        else:
            left /= 2
        step = abs(new - high)
        high, right = new, value
        if step <= abs(new) * sp.Float(10, work) ** (-dps - 2):
            return new
    raise InvalidInput(f"the root near {sp.N(high, 10)} is not resolved to {dps} digits; ask for fewer")
