"""What the two free deconvolutions share: the node, and the cancelling of operands that stand on both sides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from sympy import Expr, Integer

from freealg.law.latex import infix_latex
from freealg.law.law import Law
from freealg.law.operations.operation import Operation, function_text

__all__ = ["Deconvolution", "Terms", "cancelled"]

Terms = list[tuple[Law, Expr]]


@dataclass(frozen=True, repr=False)
class Deconvolution(Operation):
    """The law that gives `whole` when it is joined with `part`; the public function named `function` makes it where it exists."""

    whole: Law
    part: Law

    function: ClassVar[str]
    sign: ClassVar[str]
    loose_latex: ClassVar[bool] = True

    @property
    def operands(self) -> tuple[Law, ...]:
        """(whole, part)."""
        return (self.whole, self.part)

    def operation_text(self, show: Callable[[Any], str]) -> str:
        """boxminus(whole, part)."""
        return function_text(self.function, show, self.operands)

    def latex(self) -> str:
        """whole boxminus part."""
        return infix_latex(self.sign, self.operands)

    def transform_first(self) -> bool:
        """Never: what the operands ask for says nothing about a difference or quotient."""
        return False


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
