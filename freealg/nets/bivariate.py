"""E f(u1) f(u2) for a centred Gaussian pair of variance q and correlation c.

Five routes, the first that applies: a closed form (the exact engine applied twice, which gives the arc-cosine kernels, the
arcsine law of erf, Wick polynomials, exponentials); for constant or linear branches one integral over the angle; the exact
conditional mean E[f(u2) | u1] integrated with balls; for functions without breaks a trapezoidal sum on a square lattice, which
converges exponentially; a nested quadrature.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import log, pi, sqrt
from typing import Any

import sympy as sp
from flint import acb, arb, arb_mat
from sympy import Expr

from freealg.exact.context import ball_precision, mp_precision
from freealg.nets.balls import Ball, NoBallsError, ball_function, ball_number
from freealg.nets.gaussian import COSINE, SINE, exact_mean
from freealg.nets.kinked import kinked_pair
from freealg.nets.pieces import Pieces, X
from freealg.nets.quadrature import BITS, CompiledPieces, adaptive_mean, branch_function, log2_size, numeric_mean, reach, to_ball, to_float, to_mpf

__all__ = ["exact_pair", "numeric_pair"]

_Q = sp.Dummy("q", positive=True)
_U = sp.Dummy("u", real=True)
_LATTICE_BUDGET = 2_000_000


@lru_cache(maxsize=256)
def _conditional(f: Pieces) -> Expr | None:
    """E[f(u2) | u1 = x] in x, the symbols of the correlation and the variance `_Q`; None where it is not closed."""
    inner = exact_mean(f, _Q * SINE**2, COSINE * _U)
    return None if inner is None else inner.subs(_U, X)


@lru_cache(maxsize=256)
def _kernel(f: Pieces) -> Expr | None:
    inner = _conditional(f)
    return None if inner is None else exact_mean(f.map(lambda branch: branch * inner), _Q)


def exact_pair(f: Pieces, c: Expr, variance: Expr) -> Expr | None:
    """E f(u1) f(u2) in closed form, c and the variance numbers or symbols; None where there is none.

    >>> from freealg.nets.pieces import split
    >>> c, q = sp.symbols("c q", positive=True)
    >>> exact_pair(split(sp.Max(X, 0)), c, q), exact_pair(split(sp.erf(X)), c, q)
    (-c*q*acos(c)/(2*pi) + c*q/2 + q*sqrt(1 - c**2)/(2*pi), 2*asin(2*c*q/(2*q + 1))/pi)
    """
    kernel = _kernel(f)
    return None if kernel is None else kernel.subs({SINE: sp.sqrt(1 - c**2), COSINE: c, _Q: variance}, simultaneous=True)


def numeric_pair(f: Pieces, c: Expr, variance: Expr, dps: int) -> Expr:
    """E f(u1) f(u2) at a rational correlation -1 < c < 1, as a SymPy Float of `dps` digits.

    >>> from freealg.nets.pieces import split
    >>> numeric_pair(split(sp.tanh(X)), sp.Rational(1, 2), sp.Integer(1), 20)
    0.18632441320344808611
    """
    kinked = kinked_pair(f, c, variance, dps)
    if kinked is not None:
        return kinked
    inner = _conditional(f)
    if inner is not None:
        known = inner.subs({SINE: sp.sqrt(1 - c**2), COSINE: c, _Q: variance}, simultaneous=True)
        return numeric_mean(f.map(lambda branch: branch * known), variance, dps)
    smooth = None if f.breaks else _lattice(f, c, variance, dps)
    return _nested(f, c, variance, dps) if smooth is None else smooth


def _lattice(f: Pieces, c: Expr, variance: Expr, dps: int) -> Expr | None:
    """Trapezoidal sums at halved steps until two agree to 0.65 dps digits: the error squares at each halving of an analytic f.

    None where f has no ball arithmetic or the lattice grows past its budget.
    """
    gap, bits = float(1 - abs(c)), int(BITS * dps) + 40
    step, last = pi * sqrt(2 * gap / (0.7 * dps * log(10))), None
    with ball_precision(bits + 20):
        try:
            rule = ball_function(f.branches[0])
        except NoBallsError:
            return None
        scale, rho = ball_number(sp.sqrt(variance)), ball_number(c)
        wide = max(reach(lambda z: _squared_size(rule, scale * z, z), 0.0, bits), reach(lambda z: _squared_size(rule, -scale * z, z), 0.0, bits))
        while (wide / step) ** 2 * min(1.0, 20 * sqrt(gap) / wide) < _LATTICE_BUDGET:
            found = _lattice_sum(rule, (rho, scale), (arb(step), int(wide / step) + 1), bits)
            if last is not None and abs(found - last) <= arb(10) ** int(-0.65 * dps) * abs(found):
                return to_float(found, dps)
            last, step = found, step / 2
    return None


def _squared_size(rule: Ball, point: Any, z: float) -> float:
    """log2 of f(point)^2 exp(-z^2/2)."""
    return 2 * log2_size(rule(acb(point), False)) - z * z / (2 * log(2))


def _lattice_sum(rule: Ball, at: tuple[Any, Any], grid: tuple[Any, int], bits: int) -> Any:
    """h^2 sum f(x) f(y) p(x, y): the density is a function of x - y times a function of x + y, so f is evaluated on one axis only."""
    (c, scale), (step, points) = at, grid
    values = [rule(acb(scale * step * i), False).real for i in range(-points, points + 1)]
    square = step * step / 4
    side = [(-square * t * t / (1 + c)).exp() for t in range(2 * points + 1)]
    along = side[:0:-1] + side
    total, floor = arb(0), arb(2) ** (-bits)
    for d in range(2 * points + 1):
        weight = (-square * d * d / (1 - c)).exp()
        if weight < floor:
            break
        count = 2 * points + 1 - d
        others = [value * bell for value, bell in zip(values[d:], along[d : d + 2 * count : 2], strict=False)]
        row = (arb_mat(1, count, values[:count]) * arb_mat(count, 1, others))[0, 0]
        total += weight * row * (2 if d else 1)
    return total * step * step / (2 * arb.pi() * (1 - c * c).sqrt())


def _nested(f: Pieces, c: Expr, variance: Expr, dps: int) -> Expr:
    """E f(u1) E[f(u2) | u1], the inner mean a quadrature of its own."""
    with mp_precision(dps + 15):
        scale, rho = to_mpf(sp.sqrt(variance)), to_mpf(c)
        edges = [to_mpf(b) for b in f.breaks]
        value = branch_function(f, edges)
        inner = _inner_mean(f, value, sp.sqrt(variance * (1 - c**2)), dps + 5)
        turns = sorted({*edges, *(edge / rho for edge in edges if rho)})
        return sp.Float(adaptive_mean(lambda u: value(u) * inner(rho * u), turns, scale, dps), dps)


def _inner_mean(f: Pieces, value: Callable[[Any], Any], spread: Expr, dps: int) -> Callable[[Any], Any]:
    """m -> E f(m + spread z)."""
    bits = int(BITS * dps) + 20
    edges, width = [to_mpf(b) for b in f.breaks], to_mpf(spread)
    try:
        with ball_precision(bits + 20):
            compiled, ball_width = CompiledPieces(f), ball_number(spread)
    except NoBallsError:
        return lambda m: adaptive_mean(lambda y: value(m + y), [edge - m for edge in edges], width, dps)

    def inner(m: Any) -> Any:
        with ball_precision(bits + 20):
            return to_mpf(to_float(compiled.mean(to_ball(m), ball_width, bits), dps))

    return inner
