"""Admissible graphs: the index patterns that survive in tr (Y Y^T)^k for a nonlinear random matrix Y = f(W X).

In tr (Y Y^T)^k = sum Y_(i1 mu1) Y_(i2 mu1) Y_(i2 mu2) ... Y_(ik muk) Y_(i1 muk) each term is a closed walk i1 mu1 i2 mu2 ... ik muk.
Equal i's and equal mu's identify vertices of this 2k-cycle; the quotient is admissible when it is outerplanar and each of its
blocks is a simple cycle of even length (a double edge is a cycle of length two: a block of size one). Each admissible graph
contributes eta^b zeta^(k-b) phi^nu_mu psi^nu_i to P(k), for b blocks of size one and nu_i, nu_mu identifications on the two sides.
Source: Pennington and Worah, Nonlinear random matrix theory for deep learning, 2017, with the power k - b of zeta corrected.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import comb, cos, pi, sin
from typing import Any, final

import networkx as nx
from tqdm import tqdm

from freealg.combinatorics.noncrossing import Growth, Labels, grown, set_partitions, whole_number
from freealg.errors import InvalidInput

__all__ = [
    "AdmissibleGraph",
    "admissible_counts",
    "admissible_graphs",
    "admissible_graphs_by_definition",
    "admissible_total",
    "isomorphism_class_counts",
]

Block = tuple[str, ...]


@final
@dataclass(frozen=True)
class AdmissibleGraph:
    """The closed walk i1 mu1 i2 mu2 ... ik muk with equal entries of `i`, and equal entries of `mu`, identified.

    Entries are brought to normal form (the first place, from 1, where the entry stands), so equal patterns are equal and hash
    alike; vertices are named after these places, "i1" or "mu2". A pattern that is not admissible raises InvalidInput.

    >>> graph = AdmissibleGraph(i=(1, 2, 1), mu=(1, 2, 3))
    >>> graph.blocks, graph.type, graph.monomial()
    ((('i1', 'mu1', 'i2', 'mu2'), ('i1', 'mu3')), (1, 0, 1), eta*psi*zeta**2)
    >>> AdmissibleGraph(i=(7, 3, 7), mu=(4, 9, 1)) == graph
    True
    """

    i: tuple[int, ...]
    mu: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.i) != len(self.mu) or not self.i:
            raise InvalidInput(f"i has {len(self.i)} entries and mu {len(self.mu)}; the walk i1 mu1 ... ik muk needs k >= 1 of each")
        object.__setattr__(self, "i", _first_places(self.i))
        object.__setattr__(self, "mu", _first_places(self.mu))
        if self._cycles is None:
            reason = f"a block is no simple cycle; admissible_graphs({self.k}) lists those that are"
            raise InvalidInput(f"i={self.i}, mu={self.mu} is not admissible: {reason}")

    def __reduce__(self) -> tuple[Any, ...]:
        return AdmissibleGraph, (self.i, self.mu)

    @property
    def k(self) -> int:
        """Half the number of edges: the order of the moment."""
        return len(self.i)

    @cached_property
    def _cycles(self) -> tuple[tuple[int, ...], ...] | None:
        return _cycles(_walk(self.i, self.mu))

    @property
    def walk(self) -> Block:
        """The 2k vertices in the order of the walk.

        >>> AdmissibleGraph((1, 1), (1, 2)).walk
        ('i1', 'mu1', 'i1', 'mu2')
        """
        return tuple(map(_name, _walk(self.i, self.mu)))

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks, each the vertices of its cycle in order; a double edge is a block of two vertices (of size one)."""
        return tuple(tuple(map(_name, cycle)) for cycle in self._cycles or ())

    @cached_property
    def graph(self) -> nx.MultiGraph:
        """The quotient as a frozen networkx MultiGraph (copy it to change it); the key of an edge is its step 1, ..., 2k in the walk.

        A vertex carries `bipartite` (0 for i, 1 for mu, networkx's convention).

        >>> graph = AdmissibleGraph((1, 1), (1, 2)).graph
        >>> sorted(graph.nodes(data="bipartite")), sorted(graph.edges(keys=True))[:2]
        ([('i1', 0), ('mu1', 1), ('mu2', 1)], [('i1', 'mu1', 1), ('i1', 'mu1', 2)])
        """
        return nx.freeze(_quotient(_walk(self.i, self.mu)))

    @property
    def type(self) -> tuple[int, int, int]:
        """(nu_i, nu_mu, b): the identifications k - #i and k - #mu, and the number of blocks of size one."""
        return self.k - len(set(self.i)), self.k - len(set(self.mu)), sum(len(block) == 2 for block in self.blocks)

    def monomial(self) -> Any:
        """eta^b zeta^(k-b) phi^nu_mu psi^nu_i, the term of this graph in P(k), a SymPy expression in plain symbols."""
        from sympy import symbols

        eta, zeta, phi, psi = symbols("eta zeta phi psi")
        nu_i, nu_mu, b = self.type
        return eta**b * zeta ** (self.k - b) * phi**nu_mu * psi**nu_i

    def block_tree(self) -> nx.Graph:
        """The block-cut tree: a node for each block (its tuple of vertices) and each cut vertex (its name), joined where one lies on the other.

        >>> tree = AdmissibleGraph((1, 1), (1, 2)).block_tree()
        >>> nx.is_tree(tree), sorted(tree["i1"])
        (True, [('i1', 'mu1'), ('i1', 'mu2')])
        """
        tree = nx.Graph()
        tree.add_nodes_from(self.blocks, kind="block")
        for vertex, blocks in self._blocks_at().items():
            if len(blocks) > 1:
                tree.add_node(vertex, kind="cut vertex")
                tree.add_edges_from((vertex, block) for block in blocks)
        return tree

    def canonical_form(self) -> Hashable:
        """The same value for two graphs exactly when an isomorphism that keeps the sides i and mu joins them.

        The code of the rooted tree of blocks, least over the roots that lie on the most blocks; cycles are read both ways round.

        >>> AdmissibleGraph((1, 2, 1), (1, 2, 3)).canonical_form() == AdmissibleGraph((1, 2, 2), (1, 2, 3)).canonical_form()
        True
        """
        blocks_at = self._blocks_at()

        def code(vertex: str, parent: Block | None) -> Any:
            return vertex[0], tuple(sorted(cycle_code(vertex, block) for block in blocks_at[vertex] if block != parent))

        def cycle_code(vertex: str, block: Block) -> Any:
            at = block.index(vertex)
            around = tuple(code(other, block) for other in block[at + 1 :] + block[:at])
            return min(around, around[::-1])

        most = max(map(len, blocks_at.values()))
        return min(code(vertex, None) for vertex, blocks in blocks_at.items() if len(blocks) == most)

    def layout(self) -> dict[str, tuple[float, float]]:
        """Coordinates on the unit circle, clockwise from the top in the order of first visit, in which no two edges cross.

        >>> AdmissibleGraph((1,), (1,)).layout()["i1"]
        (0.0, 1.0)
        """
        vertices = list(dict.fromkeys(self.walk))
        angles = [2 * pi * step / len(vertices) for step in range(len(vertices))]
        return {vertex: (sin(angle), cos(angle)) for vertex, angle in zip(vertices, angles, strict=True)}

    def _blocks_at(self) -> dict[str, list[Block]]:
        at: dict[str, list[Block]] = {}
        for block in self.blocks:
            for vertex in block:
                at.setdefault(vertex, []).append(block)
        return at


def _first_places(entries: Sequence[Hashable]) -> tuple[int, ...]:
    first: dict[Hashable, int] = {}
    return tuple(first.setdefault(entry, place) for place, entry in enumerate(entries, 1))


def _walk(i: Sequence[int], mu: Sequence[int]) -> tuple[int, ...]:
    """The walk as first places 0, ..., 2k-1 in it: even numbers are i-vertices, odd ones mu-vertices."""
    return tuple(place for a, b in zip(i, mu, strict=True) for place in (2 * a - 2, 2 * b - 1))


def _name(place: int) -> str:
    return f"{'mu' if place % 2 else 'i'}{place // 2 + 1}"


def _cycles(walk: Sequence[int]) -> tuple[tuple[int, ...], ...] | None:
    """The blocks of the walk's graph if each is a simple cycle, else None; in linear time.

    Follow the walk and cut off a cycle whenever the path meets itself. The cycles are the blocks unless a vertex already cut off is met again.
    """
    path: list[int] = []
    depth: dict[int, int] = {}
    cycles = []
    for vertex in (*walk, walk[0]):
        if vertex not in depth:
            depth[vertex] = len(path)
            path.append(vertex)
        elif path[depth[vertex] : depth[vertex] + 1] == [vertex]:
            cycles.append(tuple(path[depth[vertex] :]))
            del path[depth[vertex] + 1 :]
        else:
            return None
    return tuple(cycles)


def _quotient(walk: Sequence[int]) -> nx.MultiGraph:
    names = [_name(vertex) for vertex in walk]
    graph = nx.MultiGraph()
    graph.add_nodes_from((name, {"bipartite": vertex % 2}) for vertex, name in zip(walk, names, strict=True))
    graph.add_edges_from((name, names[step % len(names)], step) for step, name in enumerate(names, 1))
    return graph


def _counted(items: Iterable[Any], total: int, progress: bool) -> Iterable[Any]:
    return tqdm(items, total=total) if progress else items


def admissible_total(k: int) -> int:
    """binomial(3k, k)/(2k + 1), the number of admissible graphs with 2k edges.

    >>> [admissible_total(k) for k in range(1, 9)]
    [1, 3, 12, 55, 273, 1428, 7752, 43263]
    """
    order = whole_number("k", k, least=1)
    return comb(3 * order, order) // (2 * order + 1)


def admissible_graphs(k: int, *, progress: bool = False) -> Iterator[AdmissibleGraph]:
    """All binomial(3k, k)/(2k + 1) admissible graphs with 2k edges, lazily and in memory that does not grow with their number.

    The walk goes to a new vertex, or back to one on its path (which closes a cycle); every choice leads to an admissible graph.
    k < 1, or no whole number, raises InvalidInput.

    >>> [graph.type for graph in admissible_graphs(2)]
    [(0, 0, 0), (0, 1, 2), (1, 0, 2)]
    >>> sum(1 for _ in admissible_graphs(6))
    1428
    """
    order = whole_number("k", k, least=1)
    return (AdmissibleGraph(walk[::2], walk[1::2]) for walk in _counted(grown(2 * order, _new_or_back), admissible_total(order), progress))


def _new_or_back(walk: Labels, path: Labels) -> Iterator[Growth]:
    """One step of the walk: to a new vertex, or back to a vertex of the right side on the path, which cuts off a cycle."""
    t = len(walk)
    yield (*walk, t), (*path, t)
    for j in range(len(path) - 2, -1, -2):
        yield (*walk, path[j]), path[: j + 1]


def admissible_graphs_by_definition(k: int, *, progress: bool = False) -> Iterator[AdmissibleGraph]:
    """The same graphs from the definition: all Bell(k)^2 identifications, kept if outerplanar with blocks that are simple even cycles.

    Blocks and planarity are networkx's; independent of admissible_graphs, and for k up to about 6.

    >>> set(admissible_graphs_by_definition(4)) == set(admissible_graphs(4))
    True
    """
    order = whole_number("k", k, least=1)
    labels = [tuple(block[0] for place in range(1, order + 1) for block in partition if place in block) for partition in set_partitions(order)]
    patterns = _counted(((i, mu) for i in labels for mu in labels), len(labels) ** 2, progress)
    return (AdmissibleGraph(i, mu) for i, mu in patterns if _is_admissible(_quotient(_walk(i, mu))))


def _is_admissible(graph: nx.MultiGraph) -> bool:
    """Outerplanar, and each block a simple cycle of even length. networkx's blocks forget multiplicities: count the edges again."""
    simple = nx.Graph(graph)
    for vertices in nx.biconnected_components(simple):
        block = graph.subgraph(vertices)
        if len(vertices) % 2 or any(degree != 2 for _, degree in block.degree()):
            return False
    simple.add_edges_from(("apex", vertex) for vertex in graph)
    return bool(nx.check_planarity(simple)[0])


def admissible_counts(k: int) -> dict[tuple[int, int, int], int]:
    """{(nu_i, nu_mu, b): number of admissible graphs of this type}, in closed form, with c = nu_i + nu_mu + 1 blocks:

        binomial(k, nu_i) binomial(k, nu_mu) binomial(c, b) binomial(k - c - 1, c - b - 1) / c,

    the last binomial 1 for b = c = k. From P = 1 + h(u), u = t (1 + phi h(u))(1 + psi h(u)), h(u) = eta u + (zeta u)^2 + (zeta u)^3 + ...,
    by Lagrange inversion: [t^k] h(u) = sum binomial(k, nu_i) binomial(k, nu_mu) psi^nu_i phi^nu_mu [u^k] h^c / c, and h^c chooses b of
    c blocks to be of size one and the sizes >= 2 of the others. k < 1, or no whole number, raises InvalidInput.

    >>> admissible_counts(2)
    {(0, 0, 0): 1, (0, 1, 2): 1, (1, 0, 2): 1}
    """
    order = whole_number("k", k, least=1)
    return {
        (nu_i, nu_mu, b): comb(order, nu_i) * comb(order, nu_mu) * sizes // (nu_i + nu_mu + 1)
        for nu_i in range(order)
        for nu_mu in range(order - nu_i)
        for b, sizes in _ways_to_size(order, nu_i + nu_mu + 1)
    }


def _ways_to_size(k: int, blocks: int) -> list[tuple[int, int]]:
    """[(b, coefficient of eta^b zeta^(k-b) in [u^k] h(u)^blocks)] where it is not zero."""
    if blocks == k:
        return [(k, 1)]
    return [(b, comb(blocks, b) * comb(k - blocks - 1, blocks - b - 1)) for b in range(max(0, 2 * blocks - k), blocks)]


def isomorphism_class_counts(k: int) -> dict[AdmissibleGraph, int]:
    """{first member: number of admissible graphs isomorphic to it}, one entry for each class; isomorphisms keep the sides i and mu.

    >>> sorted(isomorphism_class_counts(3).values())
    [1, 1, 1, 3, 3, 3]
    """
    first: dict[Hashable, AdmissibleGraph] = {}
    counts: dict[AdmissibleGraph, int] = {}
    for graph in admissible_graphs(k):
        representative = first.setdefault(graph.canonical_form(), graph)
        counts[representative] = counts.get(representative, 0) + 1
    return counts
