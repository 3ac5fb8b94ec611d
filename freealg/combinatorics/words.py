"""tau of words and of products of polynomials in free letters, from their joint free cumulants, by interval dynamic programming.

    tau(w) = sum over the blocks V that contain the first letter of kappa(w|V) prod over the gaps of V of tau(gap)

Values may be of any type that adds and multiplies (int, Fraction, fmpq, fmpq_mpoly, SymPy; for many symbols prefer polynomials,
SymPy sums are left unexpanded). Letters are any hashable values; a word is a sequence of letters, so "abab" is one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby, product
from math import prod
from typing import Any, TypeAlias, final

from freealg.combinatorics.noncrossing import whole_number
from freealg.errors import InvalidInput, shown

__all__ = ["JointCumulants", "joint_cumulants", "polynomial_moments", "product_moment", "word_moment", "word_moment_by_centring"]

Letter: TypeAlias = Hashable
Word: TypeAlias = Sequence[Letter]
State: TypeAlias = Hashable
Polynomial: TypeAlias = Mapping[Sequence[Letter], Any]


@final
@dataclass(frozen=True)
class JointCumulants:
    """kappa(a_1, ..., a_n), read one letter at a time: s_1 = step(None, a_1), s_j = step(s_(j-1), a_j), kappa = value(s_n).

    A state keeps what the cumulant still depends on, and is None where no block that begins so has a non-zero cumulant. The
    fewer the states, the faster: a semicircular family has pairs only, a self-adjoint letter one state for each length.
    `letters`, when given, are all the letters there are; a word with another one raises InvalidInput.

    >>> semicircular = JointCumulants(step=lambda n, letter: 1 if n is None else 2 if n == 1 else None, value=lambda n: int(n == 2))
    >>> semicircular("x"), semicircular("xx"), semicircular("xxx"), word_moment("x" * 8, semicircular)
    (0, 1, 0, 14)
    """

    step: Callable[[Any, Letter], State | None]
    value: Callable[[Any], Any]
    letters: frozenset[Letter] | None = None

    def __call__(self, letters: Word) -> Any:
        """kappa(a_1, ..., a_n) for n >= 1."""
        if not letters:
            raise InvalidInput("a free cumulant of no letters was asked; cumulants begin with one letter")
        self.require(letters)
        state: State | None = None
        for letter in letters:
            state = self.step(state, letter)
            if state is None:
                return 0
        return self.value(state)

    def require(self, letters: Iterable[Letter]) -> None:
        """Raise InvalidInput for a letter that is not one of `self.letters`."""
        known = self.letters
        for letter in letters:
            if known is not None and letter not in known:
                raise InvalidInput(f"the letter {shown(letter)} has no cumulants, only {sorted(map(str, known))} have; add its family")


def joint_cumulants(
    cumulant: Callable[[tuple[Letter, ...]], Any],
    *,
    family: Callable[[Letter], Hashable] | None = None,
    max_block: int | None = None,
    may_begin: Callable[[tuple[Letter, ...]], bool] | None = None,
) -> JointCumulants:
    """A function (a_1, ..., a_n) -> kappa(a_1, ..., a_n) as JointCumulants, with what is known about the blocks where it vanishes.

    `family`: letters of different families are free, so that their mixed cumulants vanish (and `cumulant` is never asked for them).
    `max_block`: no cumulant of more letters. `may_begin(prefix)`: False where no non-zero cumulant begins with these letters.
    Without any of them all 2^(n-1) blocks of a word are visited: fine to length 16.

    >>> word_moment("aabb", joint_cumulants(lambda block: 1, family=lambda letter: letter))
    4
    """
    longest = None if max_block is None else whole_number("max_block", max_block, least=1)

    def step(prefix: tuple[Letter, ...] | None, letter: Letter) -> State | None:
        block = (*(prefix or ()), letter)
        if family is not None and family(block[0]) != family(letter):
            return None
        if longest is not None and len(block) > longest:
            return None
        return block if may_begin is None or may_begin(block) else None

    return JointCumulants(step, cumulant)


def word_moment(word: Word, cumulant: JointCumulants | Callable[[tuple[Letter, ...]], Any]) -> Any:
    """tau(a_1 ... a_n), exact; `cumulant` is JointCumulants, or a function of a tuple of letters (see joint_cumulants to prune it).

    O(n^3) products for each state of an open block. tau of the empty word is 1.

    >>> word_moment("xyxy", lambda block: 1 if block in {("x", "x"), ("y", "y")} else 0)
    0
    >>> word_moment("xxyyxx", lambda block: 1 if block in {("x", "x"), ("y", "y")} else 0)
    2
    """
    return product_moment([{tuple(word): 1}], cumulant)


def product_moment(factors: Sequence[Polynomial], cumulant: JointCumulants | Callable[[tuple[Letter, ...]], Any]) -> Any:
    """tau(p_1 p_2 ... p_n) of noncommutative polynomials {word: coefficient}, without expanding the product; the empty word is the unit.

    >>> anticommutator = {"xy": 1, "yx": 1}
    >>> product_moment([anticommutator] * 4, lambda block: int(block in {("x", "x"), ("y", "y")}))
    10
    """
    return _prefix_moments(factors, cumulant)[-1]


def polynomial_moments(polynomial: Polynomial, n: int, cumulant: JointCumulants | Callable[[tuple[Letter, ...]], Any]) -> list[Any]:
    """[tau(p), tau(p^2), ..., tau(p^n)] of a noncommutative polynomial {word: coefficient}, in one pass and without expanding p^n.

    >>> polynomial_moments({"x": 1, "": 1}, 4, lambda block: int(len(block) == 2))
    [1, 2, 4, 9]
    """
    return _prefix_moments([polynomial] * whole_number("n", n, least=1), cumulant)[1:]


def word_moment_by_centring(word: Word, moment: Callable[[tuple[Letter, ...]], Any], family: Callable[[Letter], Hashable]) -> Any:
    """tau(a_1 ... a_n) from the definition of freeness: tau((a_1 - tau a_1) ... (a_n - tau a_n)) = 0 where neighbours are of different families.

    `moment` gives tau of words in one family. Exponential in the number of factors; an independent check of word_moment.

    >>> word_moment_by_centring("abab", lambda block: {1: 2, 2: 5}[len(block)], family=str)
    24
    """

    @cache
    def trace(letters: tuple[Letter, ...]) -> Any:
        factors = [tuple(group) for _, group in groupby(letters, key=family)]
        if len(factors) < 2:
            return moment(letters) if letters else 1
        means = [moment(factor) for factor in factors]
        total = 0
        for kept in product((False, True), repeat=len(factors)):
            if not all(kept):
                rest = tuple(letter for factor, keep in zip(factors, kept, strict=True) if keep for letter in factor)
                total = total - prod((-mean for mean, keep in zip(means, kept, strict=True) if not keep), start=trace(rest))
        return total

    return trace(tuple(word))


@dataclass
class _Lattice:
    """A directed graph on 0, 1, 2, ... whose paths spell the words of p_1 p_2 ... p_n; `ends[j]` is where p_1 ... p_j ends."""

    letters: list[list[tuple[Letter, Any, int]]] = field(default_factory=lambda: [[]])
    units: list[list[tuple[Any, int]]] = field(default_factory=lambda: [[]])
    ends: list[int] = field(default_factory=lambda: [0])

    def node(self) -> int:
        self.letters.append([])
        self.units.append([])
        return len(self.letters) - 1

    def append(self, polynomial: Polynomial) -> None:
        """Add a parallel path for each word, from the last end to a new one; the coefficient stands on the first edge."""
        loose = []
        for word, coefficient in polynomial.items():
            at, weight = self.ends[-1], coefficient
            for letter in word[:-1]:
                target = self.node()
                self.letters[at].append((letter, weight, target))
                at, weight = target, 1
            loose.append((at, word[-1:], weight))
        end = self.node()
        for at, last, weight in loose:
            if last:
                self.letters[at].append((last[0], weight, end))
            else:
                self.units[at].append((weight, end))
        self.ends.append(end)


def _prefix_moments(factors: Sequence[Polynomial], cumulant: JointCumulants | Callable[[tuple[Letter, ...]], Any]) -> list[Any]:
    """[1, tau(p_1), tau(p_1 p_2), ...]."""
    reader = cumulant if isinstance(cumulant, JointCumulants) else joint_cumulants(cumulant)
    lattice = _Lattice()
    for polynomial in factors:
        lattice.append(polynomial)
    reader.require(letter for edges in lattice.letters for letter, _, _ in edges)
    table: list[dict[int, Any]] = [{} for _ in lattice.letters]
    value = cache(reader.value)
    for start in reversed(range(len(table))):
        table[start] = _row(start, lattice, table, reader.step, value)
    return [table[0].get(end, 0) for end in lattice.ends]


def _row(
    start: int,
    lattice: _Lattice,
    table: list[dict[int, Any]],
    step: Callable[[State | None, Letter], State | None],
    value: Callable[[State], Any],
) -> dict[int, Any]:
    """{end: tau of the sum of the words that lead from `start` to `end`}, given the rows of all later starts.

    reach[v][s] is the weight of all ways in which the block of the first letter, read up to a letter that ends in v, is in state s.
    """
    row: dict[int, Any] = {start: 1}
    reach: list[dict[State, Any]] = [{} for _ in table]
    for coefficient, target in lattice.units[start]:
        for end, trace in table[target].items():
            _add(row, end, coefficient * trace)
    for letter, coefficient, target in lattice.letters[start]:
        _advance(reach[target], {None: coefficient}, letter, 1, step)
    for here in range(start + 1, len(table)):
        if not reach[here]:
            continue
        closed = sum(weight * value(state) for state, weight in reach[here].items())
        for end, gap in table[here].items():
            _add(row, end, closed * gap)
            for letter, coefficient, target in lattice.letters[end]:
                _advance(reach[target], reach[here], letter, gap * coefficient, step)
    return {end: trace for end, trace in row.items() if trace != 0}


def _advance(
    into: dict[State, Any],
    states: Mapping[State | None, Any],
    letter: Letter,
    weight: Any,
    step: Callable[[State | None, Letter], State | None],
) -> None:
    """Let the open block take `letter`, its gap and coefficient weighing `weight`."""
    for state, count in states.items():
        longer = step(state, letter)
        if longer is not None:
            _add(into, longer, count * weight)


def _add(sums: dict[Any, Any], key: Hashable, term: Any) -> None:
    sums[key] = sums[key] + term if key in sums else term
