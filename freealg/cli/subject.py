"""The thing a command is about: an expression that was read, its law, and the random matrices that can be sampled for it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, final

from sympy import Expr

import freealg
from freealg.elements.expression import Element
from freealg.errors import InvalidInput
from freealg.law.law import Law
from freealg.law.operations.free_product import FreeProduct
from freealg.law.operations.free_sum import FreeSum
from freealg.laws.marchenko_pastur import MarchenkoPastur
from freealg.laws.semicircle import Semicircle
from freealg.parsing import parse

__all__ = ["Subject", "as_element", "subject_of"]


@final
@dataclass(frozen=True)
class Subject:
    """`value` is what the text said, a law or an element."""

    text: str
    value: Any

    @property
    def is_element(self) -> bool:
        """Whether the text wrote down a random matrix rather than a law."""
        return isinstance(self.value, Element)

    def law(self) -> Law:
        """The law; for an element the law of its limit."""
        law: Law = self.value.law() if self.is_element else self.value
        return law

    def element(self) -> Element:
        """The element; for a law one made of independent random matrices whose limit has that law."""
        return self.value if self.is_element else as_element(self.value)

    def bound(self, values: Mapping[str, Expr]) -> Subject:
        """The same with symbols replaced."""
        return Subject(self.text, self.value.subs(values)) if values else self


def subject_of(text: str) -> Subject:
    """The expression as it was typed, read."""
    return Subject(" ".join(text.split()), parse(text))


_JOINED: dict[type[Law], Callable[[Any, Any], Any]] = {FreeSum: operator.add, FreeProduct: operator.matmul}
_SAMPLED: dict[type[Law], Callable[[Any], Any]] = {
    MarchenkoPastur: lambda law: freealg.Wishart(ratio=law.ratio, variance=law.variance_),
    Semicircle: lambda law: freealg.Wigner(variance=law.variance_) + law.mean_,
}


def as_element(law: Law) -> Element:
    """Sums and products of independent matrices for free sums and products, Wigner and Wishart matrices for their laws, quantiles for the rest.

    >>> as_element(freealg.boxplus(freealg.MarchenkoPastur(), freealg.Rademacher()))
    Wishart() + Deterministic(Discrete({-1: 1/2, 1: 1/2}))
    """
    join = _JOINED.get(type(law))
    if join is not None:
        return reduce(join, (as_element(operand) for operand in law.operands))
    made = _SAMPLED.get(type(law), freealg.Deterministic)(law)
    if not isinstance(made, Element):
        raise InvalidInput(f"no random matrix is known for {law}; leave out --check")
    return made
