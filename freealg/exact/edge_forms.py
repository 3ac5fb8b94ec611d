"""How an edge (exponent, coefficient) moves with the line: density ~ c d^a in the distance d from the edge, or c/(d log(d)^2)."""

from __future__ import annotations

import sympy
from sympy import Expr, Float, Symbol

__all__ = ["LOGARITHMIC", "in_digits", "is_logarithmic", "raised", "stretched", "tail_raised"]

Edge = tuple[Expr, Expr]
_X = Symbol("x")

LOGARITHMIC = 1 / (_X * sympy.log(_X) ** 2)
"""In place of an exponent: the density is ~ coefficient/(d log(d)^2), which integrates to coefficient/|log d|."""


def is_logarithmic(exponent: Expr) -> bool:
    """Whether the first part of an edge is the named form and no exponent."""
    return exponent == LOGARITHMIC


def stretched(edge: Edge, factor: Expr) -> Edge:
    """The edge of a smooth image in which distances from it are `factor` times as large.

    >>> stretched((-sympy.S.Half, sympy.S.One), sympy.Integer(4)), stretched((LOGARITHMIC, sympy.S.One), sympy.Integer(4))[1]
    ((-1/2, 1/2), 1)
    """
    exponent, coefficient = edge
    return edge if is_logarithmic(exponent) else (exponent, coefficient * factor ** (-exponent - 1))


def in_digits(edge: Edge, digits: int) -> Edge:
    """The edge with a coefficient of so many digits, unless that is in closed form."""
    exponent, coefficient = edge
    return (exponent, coefficient.n(digits)) if coefficient.has(Float) else edge


def raised(edge: Edge, power: Expr) -> Edge:
    """The edge at 0 of d^power.

    >>> raised((-sympy.S.Half, sympy.S.One), sympy.Integer(2)), raised((LOGARITHMIC, sympy.S.One), sympy.S.Half)[1]
    ((-3/4, 1/2), 1/2)
    """
    exponent, coefficient = edge
    return (exponent, coefficient * power) if is_logarithmic(exponent) else ((exponent + 1) / power - 1, coefficient / power)


def tail_raised(tail: Edge, power: Expr) -> Edge:
    """The tail c |x|^-e of a law on [0, oo) as that of X^power.

    >>> tail_raised((sympy.Integer(2), sympy.S.One), sympy.Integer(2))
    (3/2, 1/2)
    """
    exponent, coefficient = tail
    return (exponent - 1) / power + 1, coefficient / power
