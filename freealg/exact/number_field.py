"""Arithmetic with algebraic numbers in radicals: vectors over the monomials in the roots, inverses by linear algebra over Q."""

from __future__ import annotations

from functools import cached_property
from itertools import product
from math import prod
from typing import final

import flint
from sympy import Expr

from freealg.errors import BudgetExceeded, Undecided
from freealg.exact.fields import Element, Ring

__all__ = ["FieldElement", "NumberField"]

_MOST_DEGREE = 72


@final
class NumberField:
    """Q[t_1, ..., t_r] modulo the relations of a ring all of whose generators are algebraic: a field unless the roots hide a relation.

    Raises `BudgetExceeded` where its dimension over Q is above 72. A hidden relation, sqrt(2)*sqrt(3) against a separate sqrt(6) under another root,
    shows when an element without an inverse is divided by, and raises `Undecided`.

    >>> from sympy import sqrt, Integer
    >>> field = NumberField.of([sqrt(2), sqrt(3)])
    >>> field.show(field.convert(Integer(1)) / field.convert(sqrt(2) + sqrt(3)))
    -sqrt(2) + sqrt(3)
    """

    def __init__(self, ring: Ring) -> None:
        self.ring = ring
        self.degrees = [ring.relations[index][0] for index in range(len(ring.bases))]
        self.dimension = prod(int(degree) for degree in self.degrees)
        if self.dimension > _MOST_DEGREE:
            roots = ", ".join(map(str, ring.generators))
            raise BudgetExceeded(
                f"the numbers lie in a field with {roots}, of degree up to {self.dimension} over Q, and {_MOST_DEGREE} is the most that is tried; "
                "replace some of the roots by rational numbers or symbols"
            )

    @classmethod
    def of(cls, values: list[Expr]) -> NumberField | None:
        """The field of the values; None where one of their generators is a symbol or not algebraic."""
        ring = Ring.make(Ring.of(*values).bases)
        return cls(ring) if ring.bases and len(ring.relations) == len(ring.bases) else None

    def convert(self, value: Expr) -> FieldElement:
        """The element equal to `value`."""
        numerator, denominator = self.ring.fraction(value)
        above = FieldElement(self, self.ring.reduce(self.ring.embed(numerator)))
        return above / FieldElement(self, self.ring.reduce(self.ring.embed(denominator)))

    def show(self, element: FieldElement) -> Expr:
        """The element in SymPy."""
        return self.ring.to_sympy(element.value)

    @cached_property
    def places(self) -> dict[tuple[int, ...], int]:
        """The exponents of the monomials of the basis, numbered."""
        return {monomial: k for k, monomial in enumerate(product(*(range(int(degree)) for degree in self.degrees)))}

    def coordinates(self, value: Element) -> list[flint.fmpq]:
        """The coefficients on the basis."""
        found = [flint.fmpq(0)] * self.dimension
        for monomial, coefficient in value.to_dict().items():
            found[self.places[tuple(monomial)]] = coefficient
        return found

    def inverse(self, value: Element) -> Element:
        """1/value, from the matrix of multiplication by it."""
        columns = [self.coordinates(self.ring.reduce(value * self.ring.context.from_dict({m: flint.fmpq(1)}))) for m in self.places]
        matrix = flint.fmpq_mat(columns).transpose()
        one = flint.fmpq_mat(self.dimension, 1, self.coordinates(self.ring.scalar(1)))
        try:
            found = matrix.solve(one)
        except ZeroDivisionError:
            shown = self.ring.to_sympy(value)
            raise Undecided(f"{shown} has no inverse over the roots as written: they hide a relation; write it with fewer roots") from None
        return self.ring.context.from_dict({m: found[k, 0] for m, k in self.places.items() if found[k, 0] != 0})


@final
class FieldElement:
    """A number in a `NumberField`."""

    __slots__ = ("field", "value")

    def __init__(self, field: NumberField, value: Element) -> None:
        self.field, self.value = field, value

    def one(self) -> FieldElement:
        """1 in the same field."""
        return FieldElement(self.field, self.field.ring.scalar(1))

    def _made(self, value: Element) -> FieldElement:
        return FieldElement(self.field, self.field.ring.reduce(value))

    def __add__(self, other: FieldElement) -> FieldElement:
        return FieldElement(self.field, self.value + other.value)

    def __sub__(self, other: FieldElement) -> FieldElement:
        return FieldElement(self.field, self.value - other.value)

    def __mul__(self, other: FieldElement | int) -> FieldElement:
        return self._made(self.value * (other if isinstance(other, int) else other.value))

    def __truediv__(self, other: FieldElement) -> FieldElement:
        return self._made(self.value * self.field.inverse(other.value))

    def __eq__(self, other: object) -> bool:
        return bool(self.value == (other.value if isinstance(other, FieldElement) else other))

    def __hash__(self) -> int:
        return hash(str(self.value))
