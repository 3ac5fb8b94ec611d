"""`assert_same_law`: two expressions of one law agree on every route that both have."""

from __future__ import annotations

import sympy

from freealg.errors import FreeAlgError, NoClosedForm, StatisticalMismatch, UnboundParameters, Undecided
from freealg.law.law import Law

__all__ = ["assert_same_law"]

_POINTS = (0.3 + 0.7j, -1.1 + 0.2j, 2.9 + 1.3j)


def assert_same_law(mine: Law, theirs: Law, order: int = 10) -> None:
    """Compare the first `order` moments exactly, the equations where both have one, and the Cauchy transforms where both are numeric.

    Raises `StatisticalMismatch` (an AssertionError too) naming the first difference, and `Undecided` where nothing could be compared.

    >>> import freealg as fa
    >>> assert_same_law(fa.boxplus(fa.Rademacher(), fa.Rademacher()), fa.Arcsine())
    """
    compared = [_compare_moments(mine, theirs, order), _compare_equations(mine, theirs), _compare_numbers(mine, theirs)]
    if not any(compared):
        raise Undecided(
            f"{mine} and {theirs} have no moments, equations or numbers that could be compared; put numbers for the symbols with law.subs"
        )


def _compare_moments(mine: Law, theirs: Law, order: int) -> bool:
    if mine.why_no_moments() or theirs.why_no_moments():
        return False
    for k, (a, b) in enumerate(zip(mine.moments(order), theirs.moments(order), strict=True), 1):
        if a != b and sympy.simplify(a - b) != 0:
            raise StatisticalMismatch(f"m_{k} of {mine} is {a}, and of {theirs} it is {b}")
    return order > 0


def _compare_equations(mine: Law, theirs: Law) -> bool:
    G, z = sympy.Dummy("G"), sympy.Dummy("z")
    try:
        p, q = mine.cauchy_equation(G, z), theirs.cauchy_equation(G, z)
    except FreeAlgError:
        return False
    if sympy.expand(p.as_expr() * q.LC() - q.as_expr() * p.LC()) != 0:
        raise StatisticalMismatch(f"the equation of {mine} is {p.as_expr()} = 0, and of {theirs} it is {q.as_expr()} = 0")
    return True


def _compare_numbers(mine: Law, theirs: Law) -> bool:
    for point in _POINTS:
        try:
            a, b = mine.cauchy(point), theirs.cauchy(point)
        except (NoClosedForm, UnboundParameters):
            return False
        if not abs(a - b) <= 1e-10 * max(abs(a), abs(b)):
            raise StatisticalMismatch(f"G({point}) of {mine} is {a}, and of {theirs} it is {b}")
    return True
