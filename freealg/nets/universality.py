"""The universal laws of deep critical orthogonal networks: the class of an activation, and the q*(L) that holds the variance of J J^T fixed.

Source: Pennington, Schoenholz and Ganguli (2018), section 4.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sympy as sp
from sympy import Expr, Symbol

from freealg.errors import FreeAlgError, InvalidInput, NoClosedForm, shown
from freealg.exact.coerce import exact
from freealg.exact.signs import real_sign
from freealg.nets.activations import DPS, Activation
from freealg.nets.activations import activation as as_activation
from freealg.nets.bracket import bracketed_root
from freealg.nets.pieces import X

__all__ = ["q_for_variance", "universality_class"]

_Q, _EXCESS = Symbol("q", positive=True), Symbol("excess", positive=True)
_S_1 = {"orthogonal": 0, "gaussian": -1}


def q_for_variance(activation: Any, depth: Any, variance: Any, weights: str = "orthogonal", dps: int = DPS) -> Expr:
    """q with L (mu_2/mu_1^2 - 1 - s_1) = variance, mu_k = E f'(sqrt(q) z)^(2k), s_1 = 0 (orthogonal) or -1 (Gaussian): sigma_0^2 held at depth L.

    A closed form in depth and variance where mu_2/mu_1^2 can be inverted (erf, hard tanh, shifted ReLU), else a Float; the least such q.
    Raises `InvalidInput` where no q has that variance: ReLU, and Gaussian weights with variance <= L.

    >>> L, t = sp.symbols("L t", positive=True)
    >>> q_for_variance("hard_tanh", L, t), q_for_variance("tanh", 100, sp.Rational(1, 4), dps=12)
    (1/(2*erfinv(L/(L + t))**2), 0.0193079362997)
    """
    if weights not in _S_1:
        raise InvalidInput(f"q_for_variance: weights must be 'gaussian' or 'orthogonal', not {shown(weights)}; give one of the two")
    f, number, target = as_activation(activation), exact(depth, "depth"), exact(variance, "variance")
    if (number.is_number and real_sign(number - 1, "depth") < 0) or (target.is_number and real_sign(target, "variance") <= 0):
        raise InvalidInput(f"q_for_variance needs depth >= 1 and variance > 0, not {shown(number)} and {shown(target)}; change them")
    excess = target / number + _S_1[weights]
    if excess.is_number and not excess > 0:
        raise InvalidInput(f"Gaussian weights have sigma_JJT^2 = L mu_2/mu_1^2 >= L = {number}, so {target} is out of reach; take orthogonal ones")
    closed = _inverted(f)
    if closed is not None:
        found = sp.simplify(closed.xreplace({_EXCESS: excess}))
        if found.is_number and not _solves(_ratio(f, _Q), sp.N(found, 40), excess):
            raise InvalidInput(f"no q gives the network of {f} mu_2/mu_1^2 = {sp.N(1 + excess, 6)}; take a smaller variance or more layers")
        return found
    if excess.free_symbols:
        raise NoClosedForm(f"q(L) of {f} has no closed form; give numbers for the depth and the variance")
    return sp.N(_numeric(f, excess, dps), dps)


def _ratio(f: Activation, q: Expr, dps: int = DPS) -> Expr:
    return f.mu(2, q, dps) / f.mu(1, q, dps) ** 2


@lru_cache(maxsize=64)
def _inverted(f: Activation) -> Expr | None:
    """q as a function of mu_2/mu_1^2 - 1 where SymPy inverts it; the root that is positive and solves it at 1/10."""
    try:
        ratio = sp.simplify(_ratio(f, _Q))
        if not ratio.has(_Q):
            raise InvalidInput(f"mu_2/mu_1^2 of {f} is {ratio} whatever q is, so the variance L (mu_2/mu_1^2 - 1 - s_1) cannot be chosen")
        roots = sp.solve(ratio - 1 - _EXCESS, _Q)
    except (NoClosedForm, NotImplementedError):
        return None
    at = {_EXCESS: sp.Rational(1, 10)}
    right = [root for root in roots if _solves(ratio, sp.N(root.xreplace(at), 40), at[_EXCESS])]
    return right[0] if len(right) == 1 else None


def _solves(ratio: Expr, q: Expr, excess: Expr) -> bool:
    return bool(q.is_real and q > 0 and abs(sp.N(ratio.xreplace({_Q: q}), 40) - 1 - excess) < sp.Float("1e-30"))


def _numeric(f: Activation, excess: Expr, dps: int) -> Expr:
    """The first crossing of mu_2/mu_1^2 - 1 on a grid of powers of 16, resolved."""

    def gap(q: Expr) -> Expr:
        return _ratio(f, q, dps + 15) - 1 - excess

    low = sp.Integer(2) ** -40
    if gap(low) > 0:
        raise InvalidInput(f"mu_2/mu_1^2 of {f} stays above {sp.N(1 + excess, 6)} however small q is, so this variance is out of reach")
    for _ in range(12):
        high = 16 * low
        try:
            found = gap(high) >= 0
        except FreeAlgError:
            break
        if found:
            return bracketed_root(gap, low, high, dps)
        low = high
    raise InvalidInput(f"mu_2/mu_1^2 - 1 of {f} does not reach {sp.N(excess, 6)} up to q = {sp.N(low, 4)}")


def universality_class(activation: Any) -> str:
    """"smooth" where f has a slope and is curved beside 0, "bernoulli" where it is linear around 0 and constant elsewhere.

    At fixed variance f'(h)^2 then becomes 1 plus small fluctuations, or 1 with a few zeros, and J J^T tends to `universal_jacobian` of that class.
    Raises `NoClosedForm` for any other shape (a kink at 0, or further slopes), for which no universal law is known here.

    >>> [universality_class(name) for name in ("tanh", "hard_tanh", "scaled_erf", "shifted_relu", "smoothed_relu")]
    ['smooth', 'bernoulli', 'smooth', 'bernoulli', 'smooth']
    """
    f = as_activation(activation)
    pieces = getattr(f.form, "pieces", None)
    if pieces is None:
        raise NoClosedForm(f"the class of {f} is read off its formula, and a callable has none")
    left, right = (sp.simplify(sp.diff(branch, X)) for branch in f.form.branches_at_zero())
    below, above = left.subs(X, 0), right.subs(X, 0)
    if sp.simplify(below - above) != 0 or below == 0:
        shown = " and ".join(str(sp.N(slope, 6)) for slope in (below, above))
        raise NoClosedForm(f"{f} has the slopes {shown} beside 0; a class needs one slope there, not 0")
    if left.has(X) or right.has(X):
        return "smooth"
    others = {sp.simplify(sp.diff(branch, X)) for _, _, branch in pieces.intervals()} - {sp.simplify(left)}
    if others != {sp.S.Zero}:
        raise NoClosedForm(f"{f} is linear around 0 with the slopes {others or 'of 0 nowhere'} elsewhere; the Bernoulli class needs slope 0 there")
    return "bernoulli"
