"""Common operands of two sums or products, taken off both before one is divided by the other."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Expr, Integer

from freealg.law.law import Law

__all__ = ["Terms", "cancelled"]

Terms = list[tuple[Law, Expr]]


def cancelled(whole: Terms, part: Terms, divisible: Callable[[Law], bool]) -> tuple[Terms, Terms]:
    """What is left of (law, power) pairs when equal laws are taken off both sides.

    A power that is left is 1 or more, or that of a law all of whose powers exist; a pair that would leave another one stays as it is.

    >>> import freealg as fa
    >>> mu, nu = fa.Rademacher(), fa.Semicircle()
    >>> cancelled([(mu, Integer(3)), (nu, Integer(1))], [(mu, Integer(1))], lambda law: False)[0] == [(mu, 2), (nu, 1)]
    True
    """
    left, right = _collected(whole), _collected(part)
    for law in [law for law in right if law in left]:
        rest = left[law] - right[law]
        if rest == 0:
            del left[law], right[law]
        elif _exists(law, rest, divisible):
            left[law] = rest
            del right[law]
        elif _exists(law, -rest, divisible):
            right[law] = -rest
            del left[law]
    return list(left.items()), list(right.items())


def _collected(terms: Terms) -> dict[Law, Expr]:
    found: dict[Law, Expr] = {}
    for law, power in terms:
        found[law] = found.get(law, Integer(0)) + power
    return found


def _exists(law: Law, power: Expr, divisible: Callable[[Law], bool]) -> bool:
    return bool(power.is_number and (power >= 1 or (power > 0 and divisible(law))))
