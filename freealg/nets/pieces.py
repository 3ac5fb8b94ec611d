"""Functions of one real variable written as smooth branches between breaks.

Every symbolic activation is brought to this form once: `Abs`, `Max`, `Min`, `Heaviside`, `sign` and `Piecewise` are resolved
interval by interval, so that Gaussian integrals, derivatives and Dirac masses only ever see smooth expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import final

import sympy as sp
from sympy import Expr

from freealg.errors import FreeAlgError, InvalidInput

__all__ = ["Pieces", "UnsplitError", "X", "split"]

X = sp.Symbol("x", real=True)
"""The variable of every branch."""

_KINKS = (sp.Abs, sp.sign, sp.Heaviside, sp.Max, sp.Min, sp.Piecewise)
_STEPS = (sp.floor, sp.ceiling, sp.frac)


@final
class UnsplitError(FreeAlgError):
    """The breaks of an expression cannot be found or ordered; the caller falls back to numbers or refuses."""


@final
@dataclass(frozen=True)
class Pieces:
    """f(x) = branches[i] for breaks[i-1] < x < breaks[i]; right-continuous where it jumps.

    >>> relu = split(sp.Max(X, 0))
    >>> relu.breaks, relu.branches, relu.derivative().branches
    ((0,), (0, x), (0, 1))
    """

    breaks: tuple[Expr, ...]
    branches: tuple[Expr, ...]

    def ends(self) -> tuple[Expr, ...]:
        """(-oo, breaks, oo)."""
        return (-sp.oo, *self.breaks, sp.oo)

    def intervals(self) -> list[tuple[Expr, Expr, Expr]]:
        """[(lower end, upper end, branch), ...] from left to right."""
        return [(low, high, branch) for (low, high), branch in zip(pairwise(self.ends()), self.branches, strict=True)]

    def map(self, rule: Callable[[Expr], Expr]) -> Pieces:
        """The branches sent through `rule`, breaks unchanged unless two neighbours become equal."""
        return _joined(self.breaks, [rule(branch) for branch in self.branches])

    def derivative(self) -> Pieces:
        """f' between the breaks; the masses of the distributional derivative are `jumps`."""
        return Pieces(self.breaks, tuple(sp.diff(branch, X) for branch in self.branches))

    def jumps(self) -> dict[Expr, Expr]:
        """{break: f(break+) - f(break-)} where that is not zero.

        >>> split(sp.Heaviside(X)).jumps(), split(sp.Abs(X)).derivative().jumps(), split(sp.Abs(X)).jumps()
        ({0: 1}, {0: 2}, {})
        """
        steps = {b: _beside(right, b, "+") - _beside(left, b, "-") for b, (left, right) in zip(self.breaks, pairwise(self.branches), strict=True)}
        return {b: step for b, step in steps.items() if not _vanishes(step)}

    def parity(self) -> int:
        """1 if f(-x) = f(x) as written, -1 if f(-x) = -f(x), else 0."""
        if tuple(-b for b in reversed(self.breaks)) != self.breaks:
            return 0
        pairs = [(b, mirror.subs(X, -X)) for b, mirror in zip(self.branches, reversed(self.branches), strict=True)]
        if all(sp.expand(b - m) == 0 for b, m in pairs):
            return 1
        return -1 if all(sp.expand(b + m) == 0 for b, m in pairs) else 0

    def expression(self, variable: Expr) -> Expr:
        """One SymPy expression in `variable` (a Piecewise when there are breaks)."""
        if not self.breaks:
            return self.branches[0].subs(X, variable)
        cases = [(branch.subs(X, variable), variable < high) for (_, high, branch) in self.intervals()[:-1]]
        return sp.Piecewise(*cases, (self.branches[-1].subs(X, variable), True))

    def parameters(self) -> set[Expr]:
        """The symbols other than the variable."""
        return set().union(*(e.free_symbols for e in (*self.breaks, *self.branches))) - {X}


def _beside(branch: Expr, place: Expr, side: str) -> Expr:
    """The value of a branch at an end, or its limit where it is not defined there (x log x at 0)."""
    value = branch.subs(X, place)
    return value if value.is_finite is not False and value is not sp.nan else sp.limit(branch, X, place, side)


def split(expr: Expr) -> Pieces:
    """The branches and breaks of an expression in `X`; `UnsplitError` where the breaks cannot be found.

    >>> split(sp.Max(X, -1) - sp.Max(X, 1))
    Pieces(breaks=(-1, 1), branches=(-2, x - 1, 0))
    >>> split(sp.Abs(sp.Abs(X) - 1)).breaks
    (-1, 0, 1)
    """
    if expr.has(*_STEPS):
        raise UnsplitError(f"{expr} has infinitely many breaks")
    if not expr.has(*_KINKS):
        return Pieces((), (expr,))
    if expr.func in _KINKS:
        return _resolve(expr)
    return _combined(expr.func, [split(arg) for arg in expr.args])


def _resolve(expr: Expr) -> Pieces:
    """A node with kinks: refine until it is smooth between breaks, then read its branch at one point of each interval."""
    arms, switches = _anatomy(expr)
    parts = [split(arm) for arm in arms]
    signs = [split(switch) for switch in switches]
    breaks = _merged(b for part in parts for b in part.breaks)
    breaks = _merged((*breaks, *(root for sign in signs for root in _sign_changes(sign))))
    points = [_inside(low, high) for low, high in pairwise((-sp.oo, *breaks, sp.oo))]
    return _joined(breaks, [_chosen(expr, [_at(part, point) for part in parts], point) for point in points])


def _anatomy(expr: Expr) -> tuple[list[Expr], list[Expr]]:
    """(the values the node may take, the functions whose sign decides)."""
    if expr.func is sp.Piecewise:
        relations = [relation for _, condition in expr.args for relation in condition.atoms(sp.core.relational.Relational)]
        return [value for value, _ in expr.args], [relation.lhs - relation.rhs for relation in relations]
    if expr.func in (sp.Max, sp.Min):
        args = list(expr.args)
        return args, [a - b for i, a in enumerate(args) for b in args[:i]]
    return [expr.args[0]], [expr.args[0]]


def _chosen(expr: Expr, arms: list[Expr], point: Expr) -> Expr:
    """The branch of the node that holds around `point`."""
    if expr.func is sp.Piecewise:
        for arm, (_, condition) in zip(arms, expr.args, strict=True):
            truth = condition.subs(X, point)
            if truth == True:  # noqa: E712 - SymPy's true, not Python's
                return arm
            if truth != False:  # noqa: E712
                raise UnsplitError(f"the condition {condition} cannot be decided at {point}; give its parameters values or signs")
        raise UnsplitError(f"{expr} says nothing about x = {point}")
    if expr.func in (sp.Max, sp.Min):
        best = arms[0]
        for arm in arms[1:]:
            ahead = _sign_at(arm - best, point)
            best = arm if ahead == (1 if expr.func is sp.Max else -1) else best
        return best
    sign = _sign_at(arms[0], point)
    return {sp.Abs: sign * arms[0], sp.sign: sp.Integer(sign), sp.Heaviside: sp.Rational(1 + sign, 2)}[expr.func]


def _sign_at(expr: Expr, point: Expr) -> int:
    value = expr.subs(X, point)
    verdicts = [(1, value.is_positive), (-1, value.is_negative), (0, value.is_zero)]
    found = [sign for sign, verdict in verdicts if verdict]
    if not found:
        raise UnsplitError(f"the sign of {expr} at x = {point} cannot be decided; give its parameters values or signs")
    return found[0]


def _sign_changes(switch: Pieces) -> list[Expr]:
    """The breaks of `switch` and the zeros of its branches."""
    found = list(switch.breaks)
    for low, high, branch in switch.intervals():
        found += [root for root in _zeros(branch) if _between(low, root, high)]
    return found


def _zeros(branch: Expr) -> list[Expr]:
    if X not in branch.free_symbols:
        return []
    if branch.is_polynomial(X):
        poly = sp.Poly(branch, X)
        if poly.domain.is_QQ or poly.domain.is_ZZ:
            return [root for root, _ in sp.roots(poly, filter="R").items()] if poly.degree() <= 2 else list(dict.fromkeys(poly.real_roots()))
        roots = sp.roots(poly)
        if sum(roots.values()) == poly.degree() and all(root.is_real is not None or poly.degree() == 1 for root in roots):
            return [root for root in roots if root.is_real or poly.degree() == 1]
        raise UnsplitError(f"the zeros of {branch} are not known in closed form")
    zeros = sp.solveset(branch, X, sp.S.Reals)
    if zeros.is_FiniteSet or zeros is sp.S.EmptySet:
        return list(zeros)
    raise UnsplitError(f"the zeros of {branch} are not known in closed form or are infinitely many")


def _between(low: Expr, point: Expr, high: Expr) -> bool:
    inside = [verdict for end, verdict in ((low, (point - low).is_positive), (high, (high - point).is_positive)) if end.is_finite is not False]
    if None in inside:
        raise UnsplitError(f"{point} cannot be ordered between {low} and {high}; give its parameters values or signs")
    return all(inside)


def _inside(low: Expr, high: Expr) -> Expr:
    """A point of the interval, rational where the ends are numbers."""
    if low is -sp.oo or high is sp.oo:
        return sp.Integer(0) if (low, high) == (-sp.oo, sp.oo) else (high - 1 if low is -sp.oo else low + 1)
    return (low + high) / 2


def _at(part: Pieces, point: Expr) -> Expr:
    """The branch of `part` around `point`."""
    for _, high, branch in part.intervals():
        if high is sp.oo or (high - point).is_positive:
            return branch
    return part.branches[-1]


def _merged(breaks: Iterable[Expr]) -> tuple[Expr, ...]:
    """Distinct breaks in increasing order."""
    ordered: list[Expr] = []
    for new in breaks:
        place = 0
        for old in ordered:
            step = sp.expand(new - old)
            if step == 0 or (not step.free_symbols and step.is_zero):
                break
            if step.is_positive:
                place += 1
            elif not step.is_negative:
                raise UnsplitError(f"the breaks {old} and {new} cannot be ordered; give the parameters values or signs")
        else:
            ordered.insert(place, new)
    return tuple(ordered)


def _combined(func: Callable[..., Expr], parts: list[Pieces]) -> Pieces:
    """func applied branch by branch on the common refinement."""
    breaks = _merged(b for part in parts for b in part.breaks)
    points = [_inside(low, high) for low, high in pairwise((-sp.oo, *breaks, sp.oo))]
    return _joined(breaks, [func(*(_at(part, point) for part in parts)) for point in points])


def _joined(breaks: tuple[Expr, ...], branches: list[Expr]) -> Pieces:
    """Breaks between equal neighbours dropped; a branch that is no real number is refused."""
    bad = [branch for branch in branches if branch.has(sp.nan, sp.zoo, sp.oo, -sp.oo)]
    if bad:
        raise InvalidInput(f"the activation has the branch {bad[0]}, which is not a finite function")
    kept = [i for i in range(len(breaks)) if branches[i] != branches[i + 1]]
    return Pieces(tuple(breaks[i] for i in kept), (*(branches[i] for i in kept), branches[-1]))


def _vanishes(step: Expr) -> bool:
    if step == 0 or sp.simplify(step) == 0:
        return True
    return bool(step.is_number and step.is_finite and abs(sp.N(step, 40)) < sp.Float("1e-30"))
