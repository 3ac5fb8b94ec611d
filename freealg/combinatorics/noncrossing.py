"""Noncrossing partitions of [n] = {1, ..., n}: lists, counts, the Kreweras complement, the Möbius function.

A partition is a tuple of blocks, a block an increasing tuple of numbers, the blocks in the order of their least elements.
Source of every formula here: Nica and Speicher, Lectures on the Combinatorics of Free Probability, lectures 9-11 and 14.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from math import comb, factorial, prod
from operator import index
from typing import Any, SupportsIndex, TypeAlias

from freealg.errors import InvalidInput, shown

__all__ = [
    "Partition",
    "catalan",
    "free_cumulants_from_moments_by_partitions",
    "free_product_moments_by_partitions",
    "is_noncrossing",
    "kreweras_complement",
    "kreweras_count",
    "mobius",
    "moments_from_free_cumulants_by_partitions",
    "narayana",
    "noncrossing_pairings",
    "noncrossing_partitions",
    "refines",
    "set_partitions",
]

Partition: TypeAlias = tuple[tuple[int, ...], ...]
Labels: TypeAlias = tuple[int, ...]
Growth: TypeAlias = tuple[Labels, Labels]


def whole_number(name: str, value: SupportsIndex, least: int) -> int:
    """`value` as an int >= `least`; anything else raises InvalidInput.

    >>> whole_number("k", 3, least=1)
    3
    """
    try:
        number = index(value)
    except TypeError:
        raise InvalidInput(f"{name} must be a whole number >= {least}, got {shown(value)}; pass an int") from None
    if number < least:
        raise InvalidInput(f"{name} must be a whole number >= {least}, got {shown(number)}; the smallest case is {name} = {least}")
    return number


def _from_labels(labels: Sequence[int]) -> Partition:
    """The partition whose blocks are the positions 1, 2, ... of equal labels."""
    blocks: dict[int, list[int]] = {}
    for position, label in enumerate(labels, 1):
        blocks.setdefault(label, []).append(position)
    return tuple(tuple(block) for block in blocks.values())


def _checked(partition: Iterable[Iterable[int]], *, noncrossing: bool = True) -> Partition:
    """The partition in its normal form; a list that is no partition of some [n], or a crossing one, raises InvalidInput."""
    blocks = tuple(sorted(tuple(sorted(block)) for block in partition))
    if not all(blocks) or sorted(x for block in blocks for x in block) != list(range(1, sum(map(len, blocks)) + 1)):
        raise InvalidInput(f"{blocks} is no partition of 1, ..., n: each number must stand in exactly one non-empty block; relabel it as 1, ..., n")
    if noncrossing and not _noncrossing(blocks):
        raise InvalidInput(f"the partition {blocks} crosses; this is defined for noncrossing partitions, which is_noncrossing tells")
    return blocks


def grown(length: int, choices: Callable[[Labels, Labels], Iterator[Growth]]) -> Iterator[Labels]:
    """All words of this length that grow from the empty one: `choices(word, open)` are the words longer by a letter, with their open places.

    Depth first; the memory is that of one chain of choices, however many words there are.

    >>> list(grown(2, lambda word, _: iter([((*word, 0), ()), ((*word, 1), ())])))
    [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    start: Growth = ((), ())
    chain: list[Iterator[Growth]] = [iter([start])]
    while chain:
        step = next(chain[-1], None)
        if step is None:
            chain.pop()
        elif len(step[0]) == length:
            yield step[0]
        else:
            chain.append(choices(*step))


def set_partitions(n: int) -> Iterator[Partition]:
    """All Bell(n) partitions of [n], lazily.

    >>> [sum(1 for _ in set_partitions(n)) for n in range(7)]
    [1, 1, 2, 5, 15, 52, 203]
    """
    return map(_from_labels, grown(whole_number("n", n, least=0), _any_block))


def _any_block(labels: Labels, used: Labels) -> Iterator[Growth]:
    """Each number joins any block or opens one."""
    t = len(labels)
    for label in used:
        yield (*labels, label), used
    yield (*labels, t), (*used, t)


def noncrossing_partitions(n: int, *, blocks: int | None = None) -> Iterator[Partition]:
    """All Catalan(n) noncrossing partitions of [n], from the coarsest 1_n to the finest 0_n; with `blocks`, the Narayana(n, blocks) ones.

    Lazy, in memory O(n^2): each number joins a block that is still open, which closes the blocks opened inside it, or opens a
    new one, and every choice leads to a partition.

    >>> list(noncrossing_partitions(3))
    [((1, 2, 3),), ((1, 2), (3,)), ((1, 3), (2,)), ((1,), (2, 3)), ((1,), (2,), (3,))]
    >>> list(noncrossing_partitions(4, blocks=3))[0]
    ((1, 2), (3,), (4,))
    """
    size = whole_number("n", n, least=0)
    wanted = None if blocks is None else whole_number("blocks", blocks, least=0)
    if wanted is not None and not min(size, 1) <= wanted <= size:
        return iter(())
    return map(_from_labels, grown(size, partial(_open_block, size, wanted)))


def _open_block(n: int, blocks: int | None, labels: Labels, still_open: Labels) -> Iterator[Growth]:
    """Each number joins an open block, or opens one; with `blocks` given, as long as their number can still be met."""
    t = len(labels)
    opened = sum(label == place for place, label in enumerate(labels)) if blocks is not None else 0
    if blocks is None or opened + n - t > blocks:
        for j, label in enumerate(still_open):
            yield (*labels, label), still_open[: j + 1]
    if blocks is None or opened < blocks:
        yield (*labels, t), (*still_open, t)


def noncrossing_pairings(n: int) -> Iterator[Partition]:
    """All Catalan(n/2) noncrossing partitions of [n] into pairs, lazily; none for n odd.

    >>> list(noncrossing_pairings(4))
    [((1, 2), (3, 4)), ((1, 4), (2, 3))]
    """
    size = whole_number("n", n, least=0)
    return map(_from_labels, grown(size, partial(_open_pair, size))) if size % 2 == 0 else iter(())


def _open_pair(n: int, labels: Labels, still_open: Labels) -> Iterator[Growth]:
    """Each number closes the innermost open pair, or opens one that can still be closed."""
    t = len(labels)
    if still_open:
        yield (*labels, still_open[-1]), still_open[:-1]
    if len(still_open) < n - t:
        yield (*labels, t), (*still_open, t)


def catalan(n: int) -> int:
    """C_n = binomial(2n, n)/(n + 1), the number of noncrossing partitions of [n].

    >>> [catalan(n) for n in range(8)]
    [1, 1, 2, 5, 14, 42, 132, 429]
    """
    size = whole_number("n", n, least=0)
    return comb(2 * size, size) // (size + 1)


def narayana(n: int, blocks: int) -> int:
    """N(n, b) = binomial(n, b) binomial(n, b - 1)/n, the number of noncrossing partitions of [n] into b blocks.

    >>> [narayana(4, b) for b in range(6)]
    [0, 1, 6, 6, 1, 0]
    """
    size, b = whole_number("n", n, least=0), whole_number("blocks", blocks, least=0)
    if size == 0 or b == 0:
        return int(size == b)
    return comb(size, b) * comb(size, b - 1) // size


def kreweras_count(block_sizes: Iterable[int]) -> int:
    """n!/((n - b + 1)! prod_j r_j!), the number of noncrossing partitions of [n] with these b block sizes, r_j of them equal to j.

    >>> kreweras_count([2, 1, 1]), kreweras_count([2, 2]), kreweras_count([4])
    (6, 2, 1)
    """
    sizes = [whole_number("a block size", size, least=1) for size in block_sizes]
    n, b = sum(sizes), len(sizes)
    return factorial(n) // (factorial(n - b + 1) * prod(factorial(r) for r in Counter(sizes).values()))


def is_noncrossing(partition: Iterable[Iterable[int]]) -> bool:
    """Whether no a < b < c < d have a, c in one block and b, d in another; in time O(n). Not a partition of [n]: InvalidInput.

    >>> is_noncrossing([[1, 4], [2, 3]]), is_noncrossing([[1, 3], [2, 4]])
    (True, False)
    """
    return _noncrossing(_checked(partition, noncrossing=False))


def _noncrossing(blocks: Partition) -> bool:
    """Read 1, ..., n with a stack of the blocks begun and not finished: only its top may be touched."""
    owner = {x: block for block in blocks for x in block}
    stack: list[tuple[int, ...]] = []
    for x in range(1, len(owner) + 1):
        block = owner[x]
        if x == block[0]:
            stack.append(block)
        elif stack[-1] is not block:
            return False
        if x == block[-1]:
            stack.pop()
    return True


def refines(pi: Iterable[Iterable[int]], sigma: Iterable[Iterable[int]]) -> bool:
    """pi <= sigma: each block of pi lies in one block of sigma. Partitions of different [n] raise InvalidInput.

    >>> refines([[1], [2, 3]], [[1, 2, 3]]), refines([[1, 2, 3]], [[1], [2, 3]])
    (True, False)
    """
    fine, coarse = _checked(pi, noncrossing=False), _checked(sigma, noncrossing=False)
    if sum(map(len, fine)) != sum(map(len, coarse)):
        raise InvalidInput(f"{fine} and {coarse} are partitions of different sets; only partitions of one [n] are ordered")
    owner = {x: number for number, block in enumerate(coarse) for x in block}
    return all(len({owner[x] for x in block}) == 1 for block in fine)


def kreweras_complement(pi: Iterable[Iterable[int]]) -> Partition:
    """Kr(pi) = the cycles of pi^-1 (1 2 ... n): the coarsest partition of 1', ..., n' that with pi does not cross in 1 1' 2 2' ... n n'.

    An order-reversing bijection with |pi| + |Kr(pi)| = n + 1; Kr(Kr(pi)) is pi turned by one step.
    A partition that crosses, or is not one of [n], raises InvalidInput.

    >>> kreweras_complement([(1, 2, 7), (3,), (4, 6), (5,), (8,)])
    ((1,), (2, 3, 6), (4, 5), (7, 8))
    """
    return _complement(_checked(pi))


def _complement(blocks: Partition) -> Partition:
    n = sum(map(len, blocks))
    before = {x: block[j - 1] for block in blocks for j, x in enumerate(block)}
    label: dict[int, int] = {}
    for start in range(1, n + 1):
        x = start
        while x not in label:
            label[x] = start
            x = before[x % n + 1]
    return _from_labels([label[x] for x in range(1, n + 1)])


def mobius(pi: Iterable[Iterable[int]], sigma: Iterable[Iterable[int]]) -> int:
    """mu(pi, sigma) = prod over blocks V of sigma, W of Kr(pi|V), of (-1)^(|W|-1) Catalan(|W|-1); 0 unless pi <= sigma.

    The Möbius function of the lattice NC(n): the interval [pi, sigma] is the product of the lattices NC(|W|), and
    mu(0_n, 1_n) = (-1)^(n-1) Catalan(n-1). Partitions that cross, or of different [n], raise InvalidInput.

    >>> mobius([[1], [2], [3], [4]], [[1, 2, 3, 4]])
    -5
    >>> mobius([[1, 2], [3], [4]], [[1, 2, 3, 4]])
    2
    """
    fine, coarse = _checked(pi), _checked(sigma)
    if not refines(fine, coarse):
        return 0
    return prod((-1) ** (len(w) - 1) * catalan(len(w) - 1) for v in coarse for w in _complement(_restricted(fine, v)))


def _restricted(pi: Partition, subset: tuple[int, ...]) -> Partition:
    """The blocks of pi inside `subset` (a union of blocks), relabelled 1, 2, ... in order."""
    rank = {x: position for position, x in enumerate(subset, 1)}
    return tuple(tuple(rank[x] for x in block) for block in pi if block[0] in rank)


def _multiplicative(values: Sequence[Any], blocks: Partition) -> Any:
    """prod over the blocks V of values[|V| - 1]."""
    return prod((values[len(block) - 1] for block in blocks), start=1)


def moments_from_free_cumulants_by_partitions(cumulants: Sequence[Any]) -> list[Any]:
    """m_n = sum over pi in NC(n) of prod_(V in pi) kappa_|V|, for [kappa_1, ..., kappa_N]; Catalan(N) terms, a check for small N.

    >>> moments_from_free_cumulants_by_partitions([0, 1, 0, 0, 0, 0])
    [0, 1, 0, 2, 0, 5]
    """
    return [sum(_multiplicative(cumulants, pi) for pi in noncrossing_partitions(n)) for n in range(1, len(cumulants) + 1)]


def free_cumulants_from_moments_by_partitions(moments: Sequence[Any]) -> list[Any]:
    """kappa_n = sum over pi in NC(n) of mu(pi, 1_n) prod_(V in pi) m_|V|, for [m_1, ..., m_N]; a check for small N.

    >>> free_cumulants_from_moments_by_partitions([1, 2, 5, 14, 42])
    [1, 1, 1, 1, 1]
    """
    return [sum(mobius(pi, [range(1, n + 1)]) * _multiplicative(moments, pi) for pi in noncrossing_partitions(n)) for n in range(1, len(moments) + 1)]


def free_product_moments_by_partitions(cumulants: Sequence[Any], moments: Sequence[Any]) -> list[Any]:
    """tau((ab)^n) = sum over pi in NC(n) of kappa_pi(a) m_Kr(pi)(b), a and b free; `cumulants` are a's, `moments` b's, n up to the shorter.

    >>> free_product_moments_by_partitions([1, 1, 1, 1], [1, 2, 5, 14])
    [1, 3, 12, 55]
    """
    orders = range(1, min(len(cumulants), len(moments)) + 1)
    return [sum(_multiplicative(cumulants, pi) * _multiplicative(moments, _complement(pi)) for pi in noncrossing_partitions(n)) for n in orders]
