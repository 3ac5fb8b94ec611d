"""The member of a one-parameter family of activations with given Gaussian constants."""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch
from itertools import pairwise
from typing import Any

import numpy as np
import sympy as sp
from sympy import Expr

from freealg.errors import InvalidInput, NoClosedForm, UnboundParameters, shown
from freealg.exact.coerce import exact
from freealg.nets.activations import DPS, Activation
from freealg.nets.activations import activation as as_activation
from freealg.nets.bracket import bracketed_root
from freealg.nets.catalogue import family_named, read_name

__all__ = ["find_activation"]

_SCAN = np.linspace(-10, 10, 81)


def find_activation(family: Any, *, zeta: Any = None, eta: Any = None, sigma: Any = 1, dps: int = DPS) -> Activation:
    """The member of `family` with the given zeta (or eta) at sigma: a name with one parameter, or an expression in Symbol("x") and one more symbol.

    Exact where the equation can be solved exactly, else to `dps` digits; of several members, the one whose parameter is least in size.
    Raises `InvalidInput` where there is none.

    >>> find_activation("tilted_relu", zeta=0), find_activation("leaky_relu", zeta=1)
    (activation("tilted_relu(1)"), activation("leaky_relu(1)"))
    >>> x, a = sp.symbols("x a")
    >>> find_activation(x**3 - a * x, zeta=0)
    activation("x**3 - 3*x")
    """
    if (zeta is None) == (eta is None):
        raise InvalidInput("find_activation fixes one constant of a one-parameter family: give zeta or eta, not both and not neither")
    target = exact(zeta if eta is None else eta, "zeta" if eta is None else "eta")
    if target.is_number and target.is_negative:
        raise InvalidInput(f"zeta and eta are >= 0; {target} is not")
    constant = Activation.zeta if eta is None else Activation.eta
    parameter = sp.Dummy("parameter", real=True)
    member = _members(family)
    found = _exactly(member, parameter, lambda f: constant(f, sigma), target)
    if found is None:
        found = _numerically(member, (zeta is not None, sigma, dps), target)
    if not found:
        raise InvalidInput(f"no member of {family} has {'zeta' if eta is None else 'eta'} = {target} at sigma = {sigma}")
    return member(min(found, key=lambda value: (round(abs(float(value)), 10), -float(value))))


@singledispatch
def _members(family: Any) -> Callable[[Expr], Activation]:
    """value -> the activation with that parameter; here for a callable of the parameter."""
    if not callable(family):
        raise InvalidInput(
            f"a family is a name, an expression or a callable of the parameter, not {shown(family)}; for example lambda a: sympy.tanh(a*x)"
        )
    return lambda value: as_activation(family(value))


@_members.register
def _(family: str) -> Callable[[Expr], Activation]:
    if not family_named(read_name(family)[0]).parameters:
        raise InvalidInput(f"{family} has no parameter to find; name a family such as tilted_relu, leaky_relu or elu, or give an expression with one")
    return lambda value: as_activation(family, value)


@_members.register
def _(family: Expr) -> Callable[[Expr], Activation]:
    expr = exact(family, "a family")
    free = [symbol for symbol in expr.free_symbols if symbol.name != "x"]
    if len(free) != 1 or len(expr.free_symbols) != 2:
        raise InvalidInput(
            f'a family is an expression in Symbol("x") and one parameter; {expr} has the symbols {sorted(s.name for s in expr.free_symbols)}'
        )
    return lambda value: as_activation(expr.subs(free[0], value))


def _exactly(member: Callable[[Expr], Activation], parameter: Expr, constant: Callable[[Activation], Expr], target: Expr) -> list[Expr] | None:
    """The real solutions if the constant is a rational function of the parameter; None if it is not."""
    try:
        value = constant(member(parameter))
    except (NoClosedForm, UnboundParameters, InvalidInput):
        return None
    top, bottom = sp.fraction(sp.together(value - target))
    if not top.is_polynomial(parameter):
        return None
    if parameter not in top.free_symbols:
        raise InvalidInput(f"the constant does not depend on the parameter of the family: it is {sp.simplify(value)}")
    solutions = [solution for solution in sp.roots(sp.Poly(top, parameter)) if abs(sp.im(sp.N(solution, 30))) < sp.Float("1e-20")]
    return [solution for solution in solutions if sp.simplify(bottom.subs(parameter, solution)) != 0]


def _numerically(member: Callable[[Expr], Activation], order: tuple[bool, Any, int], target: Expr) -> list[Expr]:
    """Sign changes of E z f - (+-) sqrt(zeta), or of eta - target, over parameters in [-10, 10]."""
    first, sigma, dps = order
    goals = {sp.sqrt(target), -sp.sqrt(target)} if first else {target}
    found = []
    for goal in goals:

        def gap(value: Expr, digits: int = dps + 10, goal: Expr = goal) -> Expr:
            f = member(value)
            return sp.N((f.hermite(1, sigma, digits) if first else f.eta(sigma, digits)) - goal, digits)

        signs = [(point, _sign_or_none(gap, exact(point))) for point in _SCAN]
        found += [exact(point) for point, sign in signs if sign == 0]
        for (low, left), (high, right) in pairwise(signs):
            if left is not None and right is not None and left * right < 0:
                found.append(exact(sp.N(bracketed_root(gap, exact(low), exact(high), dps), dps)))
    return found


def _sign_or_none(gap: Callable[[Expr, int], Expr], point: Expr) -> int | None:
    """The sign there, 0 within 1e-12, None where the family has no such member."""
    try:
        value = gap(point, 15)
        return 0 if abs(value) < sp.Float("1e-12") else int(sp.sign(value))
    except InvalidInput:
        return None
