"""Numerical Gaussian means: rigorous ball integration of analytic branches, adaptive Gauss-Legendre for everything else.

Both integrate g(mean + sqrt(variance) z) against the standard normal density over panels that end at the breaks of g, out to
where the integrand has fallen below the precision asked for. An integrand that never falls is refused as not integrable.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from math import inf, log2
from typing import Any

import mpmath
import sympy as sp
from flint import acb, arb
from sympy import Expr

from freealg.errors import InvalidInput
from freealg.exact.context import ball_precision, mp_precision
from freealg.nets.balls import Ball, NoBallsError, ball_function, ball_number
from freealg.nets.pieces import Pieces, X

__all__ = ["BITS", "CompiledPieces", "adaptive_mean", "branch_function", "log2_size", "numeric_mean", "reach", "to_ball", "to_float", "to_mpf"]

BITS = log2(10)
"""Bits of one decimal digit."""

_GUARD = 40
_LOG2_E = 1 / 0.6931471805599453


class CompiledPieces:
    """g as ball functions between breaks, ready to be averaged over many Gaussians at one working precision."""

    def __init__(self, g: Pieces) -> None:
        self.panels: list[tuple[Any, Any, Ball]] = [
            (None if low is -sp.oo else ball_number(low), None if high is sp.oo else ball_number(high), ball_function(branch))
            for low, high, branch in g.intervals()
            if branch != 0
        ]

    def mean(self, centre: Any, scale: Any, bits: int) -> Any:
        """E g(centre + scale z) as an `arb`, at FLINT's current precision; not finite where the integral was not resolved."""
        total = arb(0)
        for low, high, branch in self.panels:
            a, b = (None if end is None else (end - centre) / scale for end in (low, high))

            def integrand(z: Any, analytic: bool, branch: Ball = branch) -> Any:
                return branch(centre + scale * z, analytic) * (-z * z / 2).exp()

            def size(z: float, integrand: Ball = integrand) -> float:
                return log2_size(integrand(acb(z), False))

            left = -reach(lambda z: size(-z), 0.0 if b is None else -float(b), bits) if a is None else a
            right = reach(size, 0.0 if a is None else float(a), bits) if b is None else b
            total += _integral(integrand, left, right, bits)
        return total / (2 * arb.pi()).sqrt()

    def value(self, point: Any) -> Any:
        """g at a real ball that lies between two breaks."""
        for _, high, branch in self.panels:
            if high is None or point < high:
                return branch(acb(point), False).real
        return arb(0)


def _integral(integrand: Ball, left: Any, right: Any, bits: int) -> Any:
    """The integral over [left, right], enclosed."""
    return acb.integral(integrand, acb(left), acb(right), abs_tol=arb(2) ** (-bits), rel_tol=arb(2) ** (-bits)).real


def numeric_mean(g: Pieces, variance: Expr, dps: int) -> Expr:
    """E g(x), x ~ N(0, variance), as a SymPy Float of `dps` digits.

    >>> from freealg.nets.pieces import split
    >>> numeric_mean(split(sp.tanh(X) ** 2), sp.Rational(1, 10), 20)
    0.084213928421107241632
    """
    if g.parity() == -1:
        return sp.S.Zero
    try:
        certified = _certified(g, variance, dps)
    except NoBallsError:
        certified = None
    if certified is not None:
        return certified
    with mp_precision(dps + 15):
        edges = [to_mpf(b) for b in g.breaks]
        return sp.Float(adaptive_mean(branch_function(g, edges), edges, to_mpf(sp.sqrt(variance)), dps), dps)


def branch_function(g: Pieces, edges: list[Any]) -> Callable[[Any], Any]:
    """g as a function of mpf, its breaks given as mpf."""
    branches = [sp.lambdify(X, branch, "mpmath") for branch in g.branches]
    return lambda x: branches[sum(1 for edge in edges if x >= edge)](x)


def _certified(g: Pieces, variance: Expr, dps: int) -> Expr | None:
    """By balls, with more bits until the answer has `dps` digits (or is 0 to that many places)."""
    need = int(BITS * dps) + 3
    for extra in (_GUARD, _GUARD + need, _GUARD + 3 * need):
        with ball_precision(need + extra):
            answer = CompiledPieces(g).mean(arb(0), ball_number(sp.sqrt(variance)), need + extra - 10)
            if not answer.is_finite():
                return None
            small = answer.contains(0) and extra > 3 * need
            if small or answer.rel_accuracy_bits() >= need:
                return sp.Float(0, dps) if small else to_float(answer, dps)
    return None


def to_float(ball: Any, dps: int) -> Expr:
    """The midpoint of an `arb` as a SymPy Float of `dps` digits."""
    man, exp = ball.mid().man_exp()
    with mp_precision(dps + 10) as mp:
        return sp.Float(mp.ldexp(mp.mpf(int(man)), int(exp)), dps)


def to_ball(value: Any) -> Any:
    """An mpf as an exact `arb`."""
    sign, man, exp, _ = value._mpf_
    return arb(-man if sign else man) * arb(2) ** exp


def to_mpf(value: Expr) -> Any:
    """A real SymPy number as an mpf at the current precision."""
    return mpmath.mpf(str(sp.N(value, mpmath.mp.dps + 5)))


def log2_size(value: Any) -> float:
    """An upper estimate of log2 |value|; inf for what is not finite."""
    if not value.is_finite():
        return inf
    man, exp = value.abs_upper().mid().man_exp()
    return float(int(man).bit_length() + int(exp)) if man else -inf


def reach(size: Callable[[float], float], start: float, bits: int) -> float:
    """A point beyond which the integrand, of log2-size `size(z)`, is below 2**-bits."""
    base, step = max(start, 0.0), 6.0
    while step < 4000:
        ahead = [size(base + step * factor) for factor in (1.0, 1.07, 1.21)]
        if max(ahead) + log2(base + step) < -bits:
            return base + step
        step *= 1.3
    raise InvalidInput(
        "the Gaussian mean diverges, its integrand does not decay at infinity: the activation or its derivative is not "
        "square-integrable there; take a smaller sigma or q"
    )


@lru_cache(maxsize=32)
def _legendre(dps: int) -> list[tuple[Any, Any]]:
    """Gauss-Legendre nodes and weights on [-1, 1], enough for one smooth panel at that many digits."""
    with mp_precision(dps):
        rule = mpmath.calculus.quadrature.GaussLegendre(mpmath.mp)
        return list(rule.calc_nodes(4 if dps <= 30 else 5 if dps <= 55 else 6, mpmath.mp.prec))


def adaptive_mean(value: Callable[[Any], Any], edges: list[Any], scale: Any, dps: int) -> Any:
    """E value(scale z) by bisection of panels until whole and halves agree; inside an `mp_precision` door.

    Raises `InvalidInput` where the mean diverges or is not resolved.
    """
    nodes = _legendre(dps + 15)

    def integrand(z: Any) -> Any:
        return value(scale * z) * mpmath.exp(-z * z / 2)

    def size(z: float) -> float:
        there = abs(integrand(mpmath.mpf(z)))
        return float(mpmath.log(there, 2)) if there else -inf

    bits = int(BITS * dps) + 10
    cuts = [edge / scale for edge in edges]
    left, right = -reach(lambda z: size(-z), -float(min([*cuts, 0])), bits), reach(size, float(max([*cuts, 0])), bits)
    panels = list(pairwise(sorted({*cuts, *(mpmath.mpf(i) * (right - left) / 12 + left for i in range(13))})))
    return _bisected(integrand, panels, nodes, dps) / mpmath.sqrt(2 * mpmath.pi)


def _bisected(integrand: Callable[[Any], Any], panels: list[tuple[Any, Any]], nodes: list[tuple[Any, Any]], dps: int) -> Any:
    def rule(a: Any, b: Any) -> Any:
        half, middle = (b - a) / 2, (a + b) / 2
        return half * mpmath.fsum(weight * integrand(middle + half * node) for node, weight in nodes)

    todo = [(a, b, rule(a, b), 0) for a, b in panels]
    scale = mpmath.fsum(abs(whole) for _, _, whole, _ in todo)
    tolerance, total, work = (scale or 1) * mpmath.mpf(10) ** (-dps - 4), mpmath.mpf(0), 0
    while todo:
        a, b, whole, depth = todo.pop()
        middle = (a + b) / 2
        left, right = rule(a, middle), rule(middle, b)
        work += 1
        if abs(left + right - whole) <= tolerance:
            total += left + right
        elif depth > 6 * dps or work > 4000:
            raise InvalidInput(
                f"the Gaussian mean is not resolved to {dps} digits near z = {mpmath.nstr(middle, 6)}: it diverges there, or the function "
                "carries fewer digits; ask for fewer or name the kinks"
            )
        else:
            todo += [(a, middle, left, depth + 1), (middle, b, right, depth + 1)]
    return total
