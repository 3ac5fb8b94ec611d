"""Admissible graphs three ways: the direct generator, the definition with networkx, and the closed form."""

import pickle
import tracemalloc
from collections import Counter
from itertools import combinations, islice
from math import comb, pi

import networkx as nx
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

import freealg.combinatorics as fc
from freealg.combinatorics.admissible import (
    AdmissibleGraph,
    admissible_counts,
    admissible_graphs,
    admissible_graphs_by_definition,
    admissible_total,
    isomorphism_class_counts,
)
from freealg.combinatorics.noncrossing import kreweras_complement, noncrossing_partitions
from freealg.errors import InvalidInput


def types(graphs):
    return dict(Counter(graph.type for graph in graphs))


@pytest.mark.parametrize("k", range(1, 6))
def test_three_routes_agree(k):
    listed, defined = list(admissible_graphs(k)), list(admissible_graphs_by_definition(k))
    assert len(listed) == len(set(listed)) == len(defined) == admissible_total(k)
    assert set(listed) == set(defined)
    assert types(listed) == types(defined) == admissible_counts(k)


@pytest.mark.parametrize("k", [6, 7])
def test_two_routes_agree_further(k):
    assert types(admissible_graphs(k)) == admissible_counts(k)


@pytest.mark.slow
def test_the_definition_agrees_at_six():
    assert set(admissible_graphs_by_definition(6)) == set(admissible_graphs(6))


@pytest.mark.parametrize("k", [1, 2, 3, 10, 25])
def test_closed_counts_sum_to_the_ternary_trees(k):
    counts = admissible_counts(k)
    assert sum(counts.values()) == comb(3 * k, k) // (2 * k + 1)
    assert all(count > 0 for count in counts.values())
    assert {(nu_mu, nu_i, b): count for (nu_i, nu_mu, b), count in counts.items()} == counts


def series(order, eta, zeta, phi, psi):
    """P(t) to t^order by iterating P = 1 + (eta - zeta) t P_phi P_psi + t zeta P_phi P_psi/(1 - t zeta P_phi P_psi)."""

    def times(a, b):
        return [sp.expand(sum(a[j] * b[n - j] for j in range(n + 1))) for n in range(order + 1)]

    p = [sp.Integer(1)] + [sp.Integer(0)] * order
    for _ in range(order):
        p_phi, p_psi = ([sp.Integer(1), *(ratio * c for c in p[1:])] for ratio in (phi, psi))
        u = [sp.Integer(0), *times(p_phi, p_psi)[:-1]]
        power, total = u, [eta * c for c in u]
        for j in range(2, order + 1):
            power = times(power, u)
            total = [a + zeta**j * b for a, b in zip(total, power, strict=True)]
        p = [sp.expand(c) for c in [1, *total[1:]]]
    return p


def test_monomials_sum_to_the_solution_of_the_functional_equation():
    p = series(5, *sp.symbols("eta zeta phi psi"))
    for k in range(1, 6):
        assert sp.expand(sum(graph.monomial() for graph in admissible_graphs(k)) - p[k]) == 0


@pytest.mark.parametrize("k", range(1, 5))
def test_patterns_are_the_noncrossing_partitions_that_keep_the_sides(k):
    """A fourth route: vertices of the walk identified by pi in NC(2k) with blocks of one parity; Kr(pi) are the blocks of the graph."""
    seen = {}
    for partition in noncrossing_partitions(2 * k):
        if all(len({x % 2 for x in block}) == 1 for block in partition):
            label = {x: block[0] for block in partition for x in block}
            graph = AdmissibleGraph(tuple(label[x] for x in range(1, 2 * k, 2)), tuple(label[x] for x in range(2, 2 * k + 1, 2)))
            seen[graph] = sorted(map(len, kreweras_complement(partition)))
    assert set(seen) == set(admissible_graphs(k))
    assert all(sorted(map(len, graph.blocks)) == sizes for graph, sizes in seen.items())


@pytest.mark.parametrize("k", range(1, 6))
def test_blocks_graph_and_tree_are_what_networkx_says(k):
    for graph in admissible_graphs(k):
        g = graph.graph
        assert g.number_of_edges() == 2 * k
        assert all({g.nodes[u]["bipartite"], g.nodes[v]["bipartite"]} == {0, 1} for u, v in g.edges())
        assert sorted(key for _, _, key in g.edges(keys=True)) == list(range(1, 2 * k + 1))
        assert {frozenset(block) for block in graph.blocks} == {frozenset(c) for c in nx.biconnected_components(nx.Graph(g))}
        for block in graph.blocks:
            assert all(g.has_edge(u, v) for u, v in zip(block, block[1:] + block[:1], strict=True))
        tree = graph.block_tree()
        assert nx.is_tree(tree)
        assert {node for node, kind in tree.nodes(data="kind") if kind == "cut vertex"} == set(nx.articulation_points(nx.Graph(g)))
        nu_i, nu_mu, b = graph.type
        assert len(graph.blocks) == nu_i + nu_mu + 1
        assert b == sum(1 for block in graph.blocks if g.number_of_edges(*block[:2]) == 2)


def test_the_graph_is_frozen():
    with pytest.raises(nx.NetworkXError):
        AdmissibleGraph((1, 1), (1, 2)).graph.add_edge("i1", "mu7")


@pytest.mark.parametrize(("k", "classes"), [(1, 1), (2, 3), (3, 6), (4, 18)])
def test_isomorphism_classes_by_networkx(k, classes):
    representatives = []
    sizes = []
    for graph in admissible_graphs(k):
        g = simple_with_multiplicity(graph.graph)
        for number, other in enumerate(representatives):
            if nx.is_isomorphic(g, other, node_match=lambda a, b: a == b, edge_match=lambda a, b: a == b):
                sizes[number] += 1
                break
        else:
            representatives.append(g)
            sizes.append(1)
    counts = isomorphism_class_counts(k)
    assert sorted(counts.values()) == sorted(sizes)
    assert len(counts) == classes
    assert sum(counts.values()) == admissible_total(k)


def simple_with_multiplicity(multigraph):
    simple = nx.Graph()
    simple.add_nodes_from(multigraph.nodes(data=True))
    simple.add_edges_from((u, v, {"times": multigraph.number_of_edges(u, v)}) for u, v in multigraph.edges())
    return simple


def cross(a, b, c, d):
    """Whether the open segments ab and cd meet."""

    def side(p, q, r):
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) < -1e-12 and side(c, d, a) * side(c, d, b) < -1e-12


@pytest.mark.parametrize("k", range(1, 6))
def test_no_two_edges_of_the_layout_cross(k):
    for graph in admissible_graphs(k):
        at = graph.layout()
        assert len({(round(x, 9), round(y, 9)) for x, y in at.values()}) == graph.graph.number_of_nodes()
        edges = {tuple(sorted(edge)) for edge in nx.Graph(graph.graph).edges()}
        assert not any(cross(at[a], at[b], at[c], at[d]) for (a, b), (c, d) in combinations(edges, 2))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=7))
def test_the_constructor_accepts_exactly_the_admissible_patterns(pairs):
    i, mu = zip(*pairs, strict=True)
    g = nx.MultiGraph()
    for step in range(len(i)):
        g.add_edge(("i", i[step]), ("mu", mu[step]))
        g.add_edge(("i", i[(step + 1) % len(i)]), ("mu", mu[step]))
    simple_cycles = all(
        g.subgraph(block).number_of_edges() == len(block) and all(d == 2 for _, d in g.subgraph(block).degree())
        for block in nx.biconnected_components(nx.Graph(g))
    )
    if simple_cycles:
        graph = AdmissibleGraph(i, mu)
        assert graph.type == (len(i) - len(set(i)), len(mu) - len(set(mu)), sum(len(b) == 2 for b in nx.biconnected_components(nx.Graph(g))))
    else:
        with pytest.raises(InvalidInput, match="not admissible"):
            AdmissibleGraph(i, mu)


def test_values_behave_as_values():
    graph = AdmissibleGraph((5, 2, 5), (1, 1, 3))
    assert graph == AdmissibleGraph((1, 2, 1), (1, 1, 3))
    assert repr(graph) == "AdmissibleGraph(i=(1, 2, 1), mu=(1, 1, 3))"
    assert graph.graph.number_of_nodes() == 4
    copy = pickle.loads(pickle.dumps(graph))
    assert copy == graph
    assert hash(copy) == hash(graph)
    assert copy.blocks == graph.blocks == (("mu1", "i2"), ("i1", "mu1"), ("i1", "mu3"))


def test_the_enumeration_is_lazy():
    first = list(islice(admissible_graphs(200), 3))
    assert first[0].blocks == (first[0].walk,)
    assert len(set(first)) == 3


def test_memory_does_not_grow_with_the_number_of_graphs():
    """What remains is CPython's cache of freed tuples, half a megabyte at most; the 7,752 graphs in a list take six."""

    def peak(consume):
        tracemalloc.start()
        try:
            assert consume(admissible_graphs(7)) == 7752
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(lambda graphs: sum(1 for _ in graphs)) < 1_000_000 < 4_000_000 < peak(lambda graphs: len(list(graphs)))


def test_progress_lists_the_same_graphs(capsys):
    assert list(admissible_graphs(3, progress=True)) == list(admissible_graphs(3))
    assert "12/12" in capsys.readouterr().err


@pytest.mark.parametrize("bad", [0, -1, 2.0, "3", None])
@pytest.mark.parametrize(
    "call", [admissible_graphs, admissible_graphs_by_definition, admissible_counts, admissible_total, isomorphism_class_counts]
)
def test_bad_orders_are_refused_at_the_call(call, bad):
    with pytest.raises(InvalidInput, match="k must be a whole number >= 1"):
        call(bad)


@pytest.mark.parametrize(("i", "mu"), [((), ()), ((1,), (1, 2)), ((1, 1), (1, 1))])
def test_bad_patterns_are_refused(i, mu):
    with pytest.raises(InvalidInput):
        AdmissibleGraph(i, mu)


def test_the_room_exports_its_names():
    assert fc.admissible_counts is admissible_counts
    assert all(hasattr(fc, name) for name in fc.__all__)
    with pytest.raises(AttributeError, match="no_such_name"):
        fc.no_such_name  # noqa: B018


def test_the_layout_starts_at_the_top_and_goes_clockwise():
    at = AdmissibleGraph((1, 2), (1, 2)).layout()
    assert list(at) == ["i1", "mu1", "i2", "mu2"]
    assert at["mu1"] == pytest.approx((1, 0), abs=1e-15 * pi)
