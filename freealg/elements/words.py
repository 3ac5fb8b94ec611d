"""tau(p^k) of a polynomial in free families, by the words of p in the joint free cumulants of its letters."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import combinations
from typing import Any

from sympy import Expr

from freealg.combinatorics import free_families, polynomial_moments
from freealg.combinatorics.noncrossing import whole_number
from freealg.elements.derived import without_rootless_products
from freealg.elements.expression import Element
from freealg.elements.family import Family, shared_leaf
from freealg.errors import NotFree
from freealg.exact.fields import Ring

__all__ = ["free_in_words", "require_free_families", "word_moments"]


def word_moments(element: Element, n: int) -> list[Expr]:
    """[tau(p), ..., tau(p^n)] as expanded SymPy expressions; `NotFree` when a letter depends on another one's ingredients.

    >>> import freealg as fa
    >>> P, Q = fa.HaarProjection(0.5), fa.HaarProjection(0.25)
    >>> word_moments(P*Q, 2)
    [1/8, 5/64]
    """
    if whole_number("n", n, least=0) == 0:
        return []
    element = free_in_words(element)
    families = element.families()
    values = [family.cumulant_values(n * longest_use(element, family)) for family in families]
    ring = Ring.of(*(c for _, c in element.terms), *(value for row in values for value in row))
    names = {family: [f"{k}{'*' * index}" for index in range(family.count)] for k, family in enumerate(families)}
    joint = [
        family.joint_cumulants(names[family], [ring.convert(value) for value in row]) for family, row in zip(families, values, strict=True)
    ]
    spelled: dict[Sequence[Hashable], Any] = {tuple(names[a.family][a.index] for a in word): ring.convert(c) for word, c in element.terms}
    return [ring.to_sympy(ring.scalar(0) + moment) for moment in polynomial_moments(spelled, n, free_families(*joint))]


def longest_use(element: Element, family: Family) -> int:
    """The largest number of letters of the family in one word."""
    return max(sum(letter.family == family for letter in word) for word, _ in element.terms)


def free_in_words(element: Element) -> Element:
    """The element, its products X @ Y of factors that both reach below and above 0 spelled out as X Y where its letters are not free otherwise.

    Such factors have no root X^(1/2), so that `@` can only mean the ordinary product; with a root the two differ, and `NotFree` is raised.

    >>> import freealg as fa
    >>> x, y = fa.Wigner(), fa.Wigner()
    >>> free_in_words(x @ y + y @ x) == x*y + y*x
    True
    """
    try:
        require_free_families(element)
    except NotFree:
        plain = without_rootless_products(element)
        if plain == element:
            raise
        require_free_families(plain)
        return plain
    return element


def require_free_families(element: Element) -> None:
    """Raise `NotFree`, naming the ingredient, when two families of the element depend on the same one."""
    for first, second in combinations(element.families(), 2):
        leaf = shared_leaf(first.leaves(), second.leaves())
        if leaf is not None:
            shared = leaf.text(repr)
            raise NotFree(
                f"{element}: {first.text(repr)} and {second.text(repr)} both contain {shared}, so they are not free; "
                f"write the expression as a polynomial in {shared}, or sample it"
            )
