"""The critical line chi = 1: sigma_w^2 = 1/E f'(sqrt(q) z)^2, sigma_b^2 = q - sigma_w^2 E f(sqrt(q) z)^2, its small-q series, points on it,
and the correlation map near c = 1."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp
from sympy import Expr

from freealg.errors import InvalidInput, shown
from freealg.exact.coerce import exact, whole
from freealg.nets.activations import DPS, Activation
from freealg.nets.activations import activation as as_activation
from freealg.nets.bracket import bracketed_root
from freealg.nets.doubles import length_moments, slope_moments
from freealg.nets.formula import tidied
from freealg.nets.lengths import Q, linear_lengths, slope_at_zero
from freealg.nets.pieces import X
from freealg.nets.signal import SignalPropagation

__all__ = ["correlation_series", "critical_line", "critical_line_series", "critical_point"]

_MOST_TERMS = 100


def critical_line(activation: Any, q: Any, dps: int = DPS) -> tuple[Expr, Expr]:
    """(sigma_w2, sigma_b2) with fixed point q and chi = 1; q a number, or a symbol for a closed form.

    Raises `InvalidInput` for q <= 0 and where sigma_b2 would be negative: no critical network has that fixed point.

    >>> q = sp.Symbol("q")
    >>> critical_line("scaled_erf", q)
    (sqrt(pi*q + 1), q - 2*sqrt(pi*q + 1)*asin(pi*q/(pi*q + 2))/pi)
    >>> critical_line("relu", q), critical_line("tanh", 0.1, dps=20)
    ((2, 0), (1.1775690961646013069, 0.00083228042468631547183))
    """
    f, length = as_activation(activation), exact(q, "q")
    work = dps + 10
    sigma_w2, sigma_b2 = _on_line(f, length, work)
    if not (sigma_w2.has(sp.Float) or sigma_b2.has(sp.Float)):
        return sigma_w2, _allowed(f, length, sigma_b2)
    carried = int(min(f.form.digits, 5 * dps))
    lost = int(sp.ceiling(sp.log(length / abs(sigma_b2), 10))) if sigma_b2 != 0 else work
    if lost > min(carried, work) - 5:
        return sp.N(sigma_w2, min(dps, carried)), sp.S.Zero
    if lost > 8 and work + lost <= carried:
        sigma_w2, sigma_b2 = _on_line(f, length, work + lost)
    return sp.N(sigma_w2, min(dps, carried)), sp.N(_allowed(f, length, sigma_b2), min(dps, carried - lost))


def _on_line(f: Activation, q: Expr, dps: int) -> tuple[Expr, Expr]:
    """(1/E f'^2, q - E f^2/E f'^2)."""
    spread = f.mu(1, q, dps)
    if spread == 0:
        raise InvalidInput(f"{f} is constant: E f'^2 = 0 and no network of it is critical")
    square = f.second_moment(q, dps)
    if spread.is_Add:  # 2/(1 + exp(-2q)), not 1/(1/2 + exp(-2q)/2)
        square, spread = sp.factor_terms(square), sp.factor_terms(spread)
        sigma_w2, sigma_b2 = 1 / spread, q - square / spread
        return tidied(sigma_w2, q), sp.factor(sigma_b2) if q.free_symbols and sigma_b2.is_rational_function(q) else tidied(sigma_b2, q)
    sigma_w2 = tidied(1 / spread, q)
    sigma_b2 = sp.expand_mul(q - sigma_w2 * square)
    return sigma_w2, tidied(sigma_b2, q)


def _allowed(f: Activation, q: Expr, sigma_b2: Expr) -> Expr:
    if sigma_b2.is_number and sp.N(sigma_b2) < 0:
        raise InvalidInput(f"no critical network of {f} has the fixed point q = {q}: it would need sigma_b2 = {sp.N(sigma_b2, 6)} < 0; try another q")
    return sigma_b2


def critical_point(activation: Any, sigma_b2: Any = 0, dps: int = DPS) -> tuple[Expr, Expr]:
    """(sigma_w2, q*) of the critical network with that bias variance; of several, the one of least q*.

    Without bias and with f(0) = 0 it is (1/f'(0)^2, 0). Raises `InvalidInput` where there is none (ReLU with a bias).

    >>> critical_point("relu"), critical_point("tanh"), critical_point("tanh", 0.05, dps=12)
    ((2, 0), (1, 0), (1.76095463961, 0.570047881641))
    """
    f, target = as_activation(activation), exact(sigma_b2, "sigma_b2")
    if target.is_negative or target.free_symbols:
        raise InvalidInput(f"sigma_b2 must be a number >= 0, not {sigma_b2}; bind its symbols first")
    linear = linear_lengths(f)
    if target == 0 and (linear is not None or slope_at_zero(f, 0) == 0) and slope_at_zero(f, 1) != 0:
        return 1 / slope_at_zero(f, 1), sp.S.Zero
    start = None if linear is not None and linear[0] == 0 else _crossing(f, float(target))
    if start is None:
        raise InvalidInput(
            f"no network of {f} is critical at sigma_b2 = {target}: the line chi = 1 does not reach it (for ReLU only sigma_w2 = 2, sigma_b2 = 0 is)"
        )
    return _polished(f, target, start, int(min(dps, f.form.digits)))


def _crossing(f: Activation, target: float) -> tuple[float, float] | None:
    """The first bracket of sigma_b2(q) = target on a logarithmic grid of q."""
    grid = np.logspace(-6, 6, 601)
    gap = grid - length_moments(f, grid).value / slope_moments(f, grid) - target
    gap = np.where(np.abs(gap) < 1e-13 * grid, 0.0, gap)
    changes = np.nonzero(gap[:-1] * gap[1:] < 0)[0]
    return (float(grid[changes[0]]), float(grid[changes[0] + 1])) if len(changes) else None


def _polished(f: Activation, target: Expr, bracket: tuple[float, float], dps: int) -> tuple[Expr, Expr]:
    def gap(q: Expr) -> Expr:
        return q - f.second_moment(q, dps + 15) / f.mu(1, q, dps + 15) - target

    q = bracketed_root(gap, exact(bracket[0]), exact(bracket[1]), dps)
    return sp.N(1 / f.mu(1, q, dps + 10), dps), sp.Float(q, dps)


def critical_line_series(activation: Any, order: int, q: Any = None) -> tuple[Expr, Expr]:
    """(sigma_w2, sigma_b2) along the critical line as asymptotic series in q through q^order (in sqrt(q) if f has a kink at 0).

    >>> critical_line_series("tanh", 3)
    (34*q**3/3 - 3*q**2 + 2*q + 1, 4*q**3/3)
    """
    f, terms = as_activation(activation), 2 * whole(order, "the order of the series", most=_MOST_TERMS)
    ends = [slope_at_zero(f, what) for what in (0, 1)]
    if ends[0] != 0 or ends[1] == 0:
        raise InvalidInput(
            f"{f} has no critical line from q = 0: it needs f(0) = 0 and f'(0) != 0, but E f^2 -> {ends[0]} and E f'^2 -> {ends[1]} there"
        )
    square, slope = (_powers(f, what, terms + 2) for what in (0, 1))
    weight = _inverse(slope, terms + 1)
    bias = [(1 if n == 2 else 0) - sum((weight[i] * square[n - i] for i in range(n + 1)), sp.S.Zero) for n in range(terms + 1)]
    return _series_in(weight, q), _series_in(bias, q)


def _series_in(coefficients: list[Expr], q: Any) -> Expr:
    symbol = sp.Symbol("q") if q is None else q
    return sp.Add(*(sp.simplify(c) * symbol ** sp.Rational(n, 2) for n, c in enumerate(coefficients)))


def _powers(f: Activation, slope: int, terms: int) -> list[Expr]:
    """E f^2 or E f'^2 as a series in sqrt(q): the Taylor series of each side of 0 against E |z|^n 1 = 2^(n/2) Gamma((n+1)/2)/(2 sqrt(pi))."""
    total = [sp.S.Zero] * terms
    for sign, branch in zip((-1, 1), f.form.branches_at_zero(), strict=True):
        square = (sp.diff(branch, X) if slope else branch) ** 2
        series = sp.series(square.subs(X, sign * X), X, 0, terms).removeO()
        for n in range(terms):
            moment = 2 ** sp.Rational(n, 2) * sp.gamma(sp.Rational(n + 1, 2)) / (2 * sp.sqrt(sp.pi))
            total[n] += series.coeff(X, n) * moment
    return total


def _inverse(series: list[Expr], terms: int) -> list[Expr]:
    """1/series."""
    out = [1 / series[0]]
    for n in range(1, terms):
        out.append(-sp.expand(sum((series[i] * out[n - i] for i in range(1, n + 1)), sp.S.Zero) / series[0]))
    return out


def correlation_series(net: SignalPropagation, order: Any, delta: Any = None) -> Expr:
    """1 - C(1 - delta) through delta^order (a multiple of 1/2), where the correlation map is closed.

    >>> correlation_series(SignalPropagation("relu", 2, 0), sp.Rational(5, 2))
    -sqrt(2)*delta**(5/2)/(30*pi) - 2*sqrt(2)*delta**(3/2)/(3*pi) + delta
    """
    highest = exact(order, "the order")
    if not (2 * highest).is_Integer or not 0 <= highest <= _MOST_TERMS:
        raise InvalidInput(f"the order of the series must be a multiple of 1/2 from 0 to {_MOST_TERMS}, not {shown(order)}; for example 5/2")
    c, t = sp.Dummy("c"), sp.Dummy("t", positive=True)
    pair = net.activation.correlation(c, Q)
    series = sp.series(pair.subs(c, 1) - pair.subs(c, 1 - t**2), t, 0, int(2 * highest) + 1).removeO()
    q = net.correlation_length()
    terms = [(n, net.sigma_w2 * (sp.expand(series).coeff(t, n) / Q).xreplace({Q: exact(q)})) for n in range(1, int(2 * highest) + 1)]
    symbol = sp.Symbol("delta") if delta is None else delta
    return sp.Add(*((sp.N(value, DPS) if q.has(sp.Float) else sp.simplify(value)) * symbol ** sp.Rational(n, 2) for n, value in terms))
