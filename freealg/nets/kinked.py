"""Correlations of functions with constant or linear branches: one smooth integral over the angle of the pair.

Differentiating in c moves derivatives onto f (Price 1958) until only the Dirac masses J_i at the breaks b_i are left; with c = cos t,

    E f'(u1) f'(u2) = E f'^2 - (1/2 pi) sum_ij J_i J_j integral_0^arccos(c) w_ij(t) dt,
    E f(u1) f(u2) = E f^2 - q (1 - c) E f'^2 + (q/2 pi) sum_ij J_i J_j integral_0^arccos(c) w_ij(t) (cos t - c) dt,

w_ij = exp(-(b_i^2 + b_j^2 - 2 b_i b_j cos t)/(2 q sin^2 t)), flat at 0, so that c close to 1 costs nothing.
"""

from __future__ import annotations

from itertools import product
from math import log, sqrt
from typing import Any

import sympy as sp
from flint import acb, arb
from sympy import Expr

from freealg.exact.context import ball_precision
from freealg.nets.balls import ball_number
from freealg.nets.gaussian import exact_mean
from freealg.nets.pieces import Pieces, X
from freealg.nets.quadrature import BITS, to_float

__all__ = ["kinked_pair"]


def kinked_pair(f: Pieces, c: Expr, variance: Expr, dps: int) -> Expr | None:
    """E f(u1) f(u2) for a step function or a continuous piecewise linear one, as a Float of `dps` digits; None for others.

    >>> from freealg.nets.pieces import split
    >>> kinked_pair(split(sp.Max(-1, sp.Min(1, X))), sp.Rational(9, 10), sp.Integer(2), 20)
    0.55243432495174559715
    """
    steps = f.derivative()
    if all(branch == 0 for branch in steps.branches):
        return _angular(f, f.jumps(), (c, variance, dps), False)
    if f.jumps() or any(X in branch.free_symbols for branch in steps.branches):
        return None
    return _angular(f, steps.jumps(), (c, variance, dps), True)


def _angular(f: Pieces, masses: dict[Expr, Expr], at: tuple[Expr, Expr, int], linear: bool) -> Expr:
    c, variance, dps = at
    square = exact_mean(f.map(lambda branch: branch**2), variance)
    slopes = exact_mean(f.derivative().map(lambda branch: branch**2), variance) if linear else sp.S.Zero
    bits = int(BITS * dps) + 40
    with ball_precision(bits + 20):
        rho, q = ball_number(c), ball_number(variance)
        places = [(ball_number(b), ball_number(mass)) for b, mass in masses.items()]
        area = sum((m1 * m2 * _integral((b1, b2), (rho, q), linear, bits) for (b1, m1), (b2, m2) in product(places, places)), arb(0))
        area /= 2 * arb.pi()
        start = ball_number(square) - (q * (1 - rho) * ball_number(slopes) if linear else 0)
        return to_float(start + (q * area if linear else -area), dps)


def _integral(breaks: tuple[Any, Any], at: tuple[Any, Any], linear: bool, bits: int) -> Any:
    """The integral of w_ij, times (cos t - c) for a linear f; it starts where w_ij is no longer below the precision."""
    (b1, b2), (rho, q) = breaks, at
    apart, end = abs(float(b1 - b2)), rho.acos()
    begin = apart / sqrt(2 * float(q) * bits * log(2)) if apart else 0.0
    if begin >= float(end):
        return arb(0)

    def weight(t: Any, _: bool) -> Any:
        cosine = t.cos()
        exponent = b1 * b1 / (q * (1 + cosine)) if not apart else (b1 * b1 + b2 * b2 - 2 * b1 * b2 * cosine) / (2 * q * (1 - cosine * cosine))
        return (-exponent).exp() * (cosine - rho if linear else 1)

    return acb.integral(weight, acb(begin), acb(end), abs_tol=arb(2) ** (-bits), rel_tol=arb(2) ** (-bits)).real
