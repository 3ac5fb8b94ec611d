"""Joint free cumulants of the families that occur: self-adjoint letters, semicircular families, circular elements, Haar unitaries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from freealg.combinatorics.noncrossing import catalan
from freealg.combinatorics.words import JointCumulants, Letter
from freealg.errors import InvalidInput

__all__ = ["circular", "free_families", "haar_unitary", "self_adjoint", "semicircular_family"]


def self_adjoint(letter: Letter, cumulants: Sequence[Any] | Callable[[int], Any]) -> JointCumulants:
    """kappa(x, ..., x) = kappa_n, from [kappa_1, kappa_2, ...] or a function of n; an order beyond the list raises InvalidInput.

    >>> from freealg.combinatorics.words import word_moment
    >>> word_moment("xxxx", self_adjoint("x", lambda n: 1))
    14
    """
    known = None if callable(cumulants) else list(cumulants)

    def value(order: int) -> Any:
        if known is None:
            return cumulants(order)  # type: ignore[operator]
        if order > len(known):
            raise InvalidInput(f"kappa_{order} of {letter!r} is needed and only {len(known)} free cumulants are given; give more, or a function of n")
        return known[order - 1]

    return JointCumulants(lambda order, _: 1 if order is None else order + 1, value, frozenset([letter]))


def semicircular_family(covariance: Mapping[tuple[Letter, Letter], Any]) -> JointCumulants:
    """kappa(a, b) = covariance[a, b], every other cumulant 0; a missing [a, b] is read as [b, a], and as 0 if that is missing too.

    Two different values at [a, b] and [b, a] raise InvalidInput: tau(ab) = tau(ba).

    >>> from freealg.combinatorics.words import word_moment
    >>> correlated = semicircular_family({("x", "x"): 1, ("x", "y"): 3, ("y", "y"): 10})
    >>> word_moment("xxyy", correlated), word_moment("xyxy", correlated)
    (19, 18)
    """
    for (a, b), entry in covariance.items():
        if covariance.get((b, a), entry) != entry:
            other = f"covariance[{b!r}, {a!r}] = {covariance[b, a]}"
            raise InvalidInput(f"covariance[{a!r}, {b!r}] = {entry} and {other}: a trace needs them equal; give one of them")
    pairs = {pair: entry for (a, b), entry in covariance.items() for pair in ((a, b), (b, a))}

    def step(first: tuple[Letter, ...] | None, letter: Letter) -> tuple[Letter, ...] | None:
        if first is None:
            return (letter,)
        return (*first, letter) if (*first, letter) in pairs else None

    return JointCumulants(step, lambda block: pairs[block] if len(block) == 2 else 0, frozenset(a for pair in pairs for a in pair))


def circular(letter: str = "c") -> JointCumulants:
    """kappa(c, c*) = kappa(c*, c) = 1, every other cumulant 0: the limit of a square matrix of independent complex entries of variance 1/n.

    The letters are `letter` and `letter + "*"`.

    >>> from freealg.combinatorics.words import word_moment
    >>> [word_moment(["c", "c*"] * n, circular()) for n in range(6)]
    [1, 1, 2, 5, 14, 42]
    """
    return semicircular_family({(letter, letter + "*"): 1})


def haar_unitary(letter: str = "u") -> JointCumulants:
    """kappa_2n(u, u*, ..., u, u*) = kappa_2n(u*, u, ..., u*, u) = (-1)^(n-1) Catalan(n-1), every other cumulant 0.

    The letters are `letter` and `letter + "*"`. Source: Nica and Speicher, lecture 15.

    >>> from freealg.combinatorics.words import word_moment
    >>> word_moment(["u", "u", "u*", "u*"], haar_unitary()), word_moment(["u", "u*", "u"], haar_unitary())
    (1, 0)
    """

    def step(state: tuple[int, Letter] | None, a: Letter) -> tuple[int, Letter] | None:
        length, last = state or (0, None)
        return None if a == last else (length + 1, a)

    def value(state: tuple[int, Letter]) -> int:
        n, odd = divmod(state[0], 2)
        return 0 if odd else (-1) ** (n - 1) * catalan(n - 1)

    return JointCumulants(step, value, frozenset([letter, letter + "*"]))


def free_families(*families: JointCumulants) -> JointCumulants:
    """Mixed cumulants vanish: the joint cumulants of families that are free from each other.

    Each family must say its letters, and no letter may stand in two; else InvalidInput.

    >>> from freealg.combinatorics.words import word_moment
    >>> free = free_families(self_adjoint("a", [2, 1]), self_adjoint("b", [2, 1]))
    >>> word_moment("abab", free), word_moment("aabb", free)
    (24, 25)
    """
    owner: dict[Letter, int] = {}
    for number, family in enumerate(families):
        if family.letters is None:
            raise InvalidInput(f"family {number} does not say its letters, so nothing tells whose they are; set JointCumulants(letters=...)")
        for letter in family.letters:
            if owner.setdefault(letter, number) != number:
                raise InvalidInput(f"the letter {letter!r} stands in families {owner[letter]} and {number}, but is not free from itself; rename one")

    def step(state: tuple[int, Any] | None, letter: Letter) -> tuple[int, Any] | None:
        number = owner[letter]
        if state is not None and state[0] != number:
            return None
        inner = families[number].step(None if state is None else state[1], letter)
        return None if inner is None else (number, inner)

    return JointCumulants(step, lambda state: families[state[0]].value(state[1]), frozenset(owner))
