"""Sampled matrices of elements: every ingredient drawn once, from a stream of its own, at the size where it is needed."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any, final

import numpy as np
import sympy
from numpy.random import Generator
from sympy import Expr

from freealg.combinatorics.noncrossing import whole_number
from freealg.elements.expression import Element
from freealg.elements.family import Family, Letter, Word
from freealg.errors import InvalidInput, UnboundParameters
from freealg.matrices.ensembles import Matrix
from freealg.matrices.haar import hermitian_part
from freealg.matrices.randomness import Seed, ensure_memory, gibibytes, sample_bytes, spawn

__all__ = ["require_bound", "sample", "sample_memory"]

LARGE = 2**30
TEMPORARIES = 6
"""Matrices of one size that a sampler or a decomposition holds beside its result."""
_LOG = logging.getLogger("freealg")


def sample(element: Element, n: int, rng: Seed, budget: int) -> Matrix:
    """An n x n matrix of the element; more than 1 GiB is announced on the logger "freealg", more than `budget` is refused."""
    require_bound(element, "a sample")
    n = whole_number("n", n, least=1)
    needed = sample_memory(element, n)
    ensure_memory(f"a sample of {element} at size {n}", needed, budget)
    if needed > LARGE:
        _LOG.warning("sampling %s at size %d takes about %s", element, n, gibibytes(needed))
    matrix = Sampler(element, n, rng).evaluate(element, n)
    return hermitian_part(matrix) if element.is_self_adjoint else matrix


def require_bound(element: Element, what: str) -> None:
    """Raise `UnboundParameters`, naming them, when symbols are left."""
    symbols = sorted(symbol.name for symbol in element.free_symbols)
    if symbols:
        example = "{" + ", ".join(f"{name!r}: value" for name in symbols) + "}"
        raise UnboundParameters(f"{what} of {element} needs numbers for {', '.join(symbols)}; give at={example}")


def sample_memory(element: Element, n: int) -> int:
    """Bytes: the matrices of all letters and operands at their sizes, and the temporaries of the largest."""
    require_bound(element, "the memory of a sample")
    held = dict.fromkeys(ingredients(element, n))
    sizes = [n, *(size for _, size in held)]
    bytes_held = sum(sample_bytes(size, family.count + len(family.operands()), family.field) for family, size in held)
    return bytes_held + sample_bytes(max(sizes), TEMPORARIES + element.degree, element.field)


def ingredients(element: Element, n: int) -> Iterator[tuple[Family, int]]:
    """(family, size) for all families of the element and of their operands."""
    for family in element.families():
        yield family, n
        for operand in family.operands():
            yield from ingredients(operand, family.operand_size(n))


@final
class Sampler:
    """One draw of everything that an element depends on."""

    def __init__(self, element: Element, n: int, rng: Seed) -> None:
        leaves = element.leaves()
        for family, _ in ingredients(element, n):
            if family.birth and leaves[family.birth] != family:
                raise InvalidInput(f"{family.text(repr)} and {leaves[family.birth].text(repr)} are one element with two values; bind symbols once")
        births = sorted(leaves)
        self._streams: dict[Any, Generator] = dict(zip(births, spawn(rng, len(births)), strict=True))
        self._drawn: dict[Family, tuple[int, tuple[Matrix, ...]]] = {}

    def evaluate(self, element: Element, n: int) -> Matrix:
        """The matrix of an element at size n."""
        return self._sum({word: as_number(c) for word, c in element.terms}, n)

    def _sum(self, terms: dict[Word, Any], n: int) -> Matrix:
        """c + sum over the first letters a of a times the sum of what follows a."""
        tails: dict[Letter, dict[Word, Any]] = {}
        for word, c in terms.items():
            if word:
                tails.setdefault(word[0], {})[word[1:]] = c
        total: Matrix = np.zeros((n, n)) + terms.get((), 0.0) * np.eye(n)
        for letter, tail in tails.items():
            matrix = self._matrix(letter, n)
            total = total + (tail[()] * matrix if set(tail) == {()} else matrix @ self._sum(tail, n))
        return total

    def _matrix(self, letter: Letter, n: int) -> Matrix:
        family = letter.family
        if family not in self._drawn:
            self._drawn[family] = (n, family.draw(n, self._streams.get(family.birth), self.evaluate))
        size, matrices = self._drawn[family]
        if size != n:
            raise InvalidInput(
                f"{family.text(repr)} is needed at sizes {size} and {n}: it stands inside and outside of a compression; make two elements of it"
            )
        return matrices[letter.index]


def as_number(c: Expr) -> float | complex:
    """The coefficient as a float, or as a complex number when it is not real."""
    value = complex(sympy.N(c, 17))
    return value if value.imag else value.real
