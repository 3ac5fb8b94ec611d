"""The canonical form of a noncommutative polynomial: equal ones have equal terms."""

from __future__ import annotations

from collections.abc import Iterable

import sympy
from sympy import Expr, I

from freealg.elements.family import Letter, Word
from freealg.exact.fields import Ring

__all__ = ["Terms", "canonical_terms", "conjugated", "shortened", "tidy"]

Terms = tuple[tuple[Word, Expr], ...]


def canonical_terms(pairs: Iterable[tuple[Word, Expr]]) -> Terms:
    """The terms with words shortened by the relations of their families, like words joined and zeros dropped, in the written order."""
    gathered: dict[Word, Expr] = {}
    for word, c in pairs:
        short = shortened(word)
        gathered[short] = gathered[short] + c if short in gathered else c
    tidied = ((word, tidy(c)) for word, c in gathered.items())
    return tuple((word, c) for word, c in tidied if c != 0)


def shortened(word: Word) -> Word:
    """The word with P P -> P and u u* -> 1 used up."""
    short: list[Letter] = []
    for letter in word:
        collapsed = short[-1].family.collapse(short[-1].index, letter.index) if short and short[-1].family == letter.family else None
        if collapsed is None:
            short.append(letter)
        else:
            short[-1:] = [Letter(letter.family, index) for index in collapsed]
    return tuple(short)


def tidy(c: Expr) -> Expr:
    """The canonical form of a coefficient, so that equal ones are equal expressions.

    >>> a = sympy.Symbol("a")
    >>> tidy((a**2 - 1)/(a + 1) - a)
    -1
    """
    if c.is_Rational or c.is_Symbol:
        return c
    ring = Ring.of(c)
    return ring.to_sympy(ring.convert(c))


def conjugated(c: Expr) -> Expr:
    """The complex conjugate, symbols and roots of them being real."""
    return sympy.conjugate(c) if c.is_number else c.xreplace({I: -I})
