"""How an element looks: text that can be typed back, and LaTeX.

Text makes a new element wherever it says `Wigner()`. So a family that stands in several places gets a subscript, and so do the others that would
print the same: `Wigner()₁*Wigner()₂ + Wigner()₂*Wigner()₁`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from itertools import groupby
from typing import final

import sympy
from sympy import Expr

from freealg.elements.expression import Element
from freealg.elements.family import Family, Letter, Word

__all__ = ["element_latex", "element_text"]

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
Numbers = dict[Family, int]


def element_text(element: Element) -> str:
    """The polynomial as it would be typed.

    >>> import freealg as fa
    >>> phi, eps = sympy.symbols("phi eps")
    >>> fa.Wishart(ratio=phi) + fa.Wigner(variance=2*eps), 2*fa.Wigner()**2 - fa.Wishart() @ fa.HaarProjection(0.5)/3 + 1
    (Wishart(ratio=phi) + Wigner(variance=2*eps), 2*Wigner()**2 - (Wishart() @ HaarProjection(p=1/2))/3 + 1)
    """
    return TextWriter(numbering(element)).write(element)


def element_latex(element: Element) -> str:
    r"""The polynomial in LaTeX.

    >>> import freealg as fa
    >>> print((2*fa.Wigner(variance=2)*fa.Circular().H).latex())
    2 \mathrm{Wigner}\left(\mathrm{variance}=2\right) \mathrm{Circular}^{*}
    """
    return LatexWriter(numbering(element)).write(element)


def numbering(element: Element) -> Numbers:
    """The subscripts: none for families that print alike when each of them stands in one place, as separate constructor calls do."""
    places = Counter(_places(element))
    alike: dict[str, list[Family]] = {}
    for family in places:
        alike.setdefault(family.text(repr), []).append(family)
    groups = [group for group in alike.values() if any(places[family] > 1 for family in group)]
    return {family: k for group in groups for k, family in enumerate(group, 1)}


def _places(element: Element) -> list[Family]:
    """The family of each run of one letter, operands looked into."""
    found: list[Family] = []
    for word, _ in element.terms:
        for letter, _ in groupby(word):
            found += [leaf for operand in letter.family.operands() for leaf in _places(operand)] or [letter.family]
    return found


class Writer(ABC):
    """An element as a signed sum of terms; how a term looks is for the subclasses to say."""

    def __init__(self, numbers: Numbers) -> None:
        self.numbers = numbers

    def write(self, element: Element) -> str:
        """The terms in their written order."""
        text = ""
        for word, c in element.terms:
            negative = c.could_extract_minus_sign()
            body = self.term(word, -c if negative else c, alone=len(element.terms) == 1)
            text += (f" {'-' if negative else '+'} " if text else "-" * negative) + body
        return text or "0"

    def runs(self, word: Word, alone: bool) -> list[str]:
        """Powers of letters, one string each."""
        groups = [(letter, len(list(group))) for letter, group in groupby(word)]
        bare = alone and len(groups) == 1 and groups[0][1] == 1
        return [self.power(self.letter(letter, bare), k) for letter, k in groups]

    def letter(self, letter: Letter, bare: bool) -> str:
        """The letter, an operation in brackets unless it stands alone."""
        base = self.base(letter.family)
        if letter.family.infix and not bare:
            base = self.brackets(base)
        return base + self.suffix(letter)

    def operand(self, element: Element) -> str:
        """An operand, in brackets unless it is a single letter."""
        text = self.write(element)
        ((word, c), *others) = element.terms
        simple = not others and c == 1 and len(word) == 1 and not word[0].family.infix
        return text if simple else self.brackets(text)

    @abstractmethod
    def term(self, word: Word, c: Expr, alone: bool) -> str:
        """c times the word, c without a leading minus sign."""

    @abstractmethod
    def base(self, family: Family) -> str:
        """The family with its subscript."""

    @abstractmethod
    def suffix(self, letter: Letter) -> str:
        """What picks the letter out of its family."""

    @abstractmethod
    def power(self, base: str, k: int) -> str:
        """base to the power k."""

    @abstractmethod
    def brackets(self, text: str) -> str:
        """The text in brackets."""


@final
class TextWriter(Writer):
    """Python text, with subscripts where it would be ambiguous."""

    def term(self, word: Word, c: Expr, alone: bool) -> str:
        if not word:
            return str(c) if not alone else "Identity()" if c == 1 else f"{self.factor(c)}*Identity()"
        body = "*".join(self.runs(word, c == 1))
        if not c.is_Rational:
            return f"{self.factor(c)}*{body}"
        return (f"{c.p}*" if c.p != 1 else "") + body + (f"/{c.q}" if c.q != 1 else "")

    def factor(self, c: Expr) -> str:
        """A coefficient, sums and fractions in brackets."""
        return f"({c})" if c.is_Add or (c.is_Rational and not c.is_Integer) else str(c)

    def base(self, family: Family) -> str:
        return family.text(self.operand) + str(self.numbers.get(family, "")).translate(_SUBSCRIPTS)

    def suffix(self, letter: Letter) -> str:
        return letter.family.suffix(letter.index)

    def power(self, base: str, k: int) -> str:
        return base if k == 1 else f"{base}**{k}"

    def brackets(self, text: str) -> str:
        return f"({text})"


@final
class LatexWriter(Writer):
    """LaTeX."""

    def term(self, word: Word, c: Expr, alone: bool) -> str:
        head = sympy.latex(c)
        if not word:
            return head
        body = " ".join(self.runs(word, c == 1))
        return body if c == 1 else f"{self.brackets(head) if c.is_Add else head} {body}"

    def base(self, family: Family) -> str:
        return family.latex(self.operand) + (f"_{{{self.numbers[family]}}}" if family in self.numbers else "")

    def suffix(self, letter: Letter) -> str:
        return letter.family.latex_suffix(letter.index)

    def power(self, base: str, k: int) -> str:
        return base if k == 1 else f"{self.brackets(base) if base.endswith('^{*}') else base}^{{{k}}}"

    def brackets(self, text: str) -> str:
        return rf"\left({text}\right)"
