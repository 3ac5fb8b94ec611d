"""Checked answers on Pennington and Worah's graphs; the ids are those of the list of checked answers."""

from collections import Counter

import sympy as sp

from freealg.combinatorics import admissible_counts, admissible_graphs, admissible_graphs_by_definition

ETA, ZETA, PHI, PSI = sp.symbols("eta zeta phi psi")

PW_04 = {
    (0, 0, 0): 1, (0, 1, 0): 5, (0, 1, 1): 5, (0, 2, 1): 10, (0, 2, 2): 10, (0, 3, 3): 10, (0, 4, 5): 1,
    (1, 0, 0): 5, (1, 0, 1): 5, (1, 1, 1): 25, (1, 1, 2): 25, (1, 2, 3): 50, (1, 3, 5): 10,
    (2, 0, 1): 10, (2, 0, 2): 10, (2, 1, 3): 50, (2, 2, 5): 20,
    (3, 0, 3): 10, (3, 1, 5): 10, (4, 0, 5): 1,
}  # fmt: skip

# P(6) as {(power of eta, of zeta): {(power of phi, of psi): coefficient}}
PW_10 = {
    (6, 0): {(5, 0): 1, (4, 1): 15, (3, 2): 50, (2, 3): 50, (1, 4): 15, (0, 5): 1},
    (4, 2): {(4, 0): 15, (3, 1): 120, (2, 2): 225, (1, 3): 120, (0, 4): 15},
    (3, 3): {(3, 0): 20, (2, 1): 90, (1, 2): 90, (0, 3): 20},
    (2, 4): {(3, 0): 30, (2, 1): 135, (2, 0): 15, (1, 2): 135, (1, 1): 36, (0, 3): 30, (0, 2): 15},
    (1, 5): {(2, 0): 30, (1, 1): 72, (1, 0): 6, (0, 2): 30, (0, 1): 6},
    (0, 6): {(2, 0): 5, (1, 1): 12, (1, 0): 9, (0, 2): 5, (0, 1): 9, (0, 0): 1},
}


def test_pw_01_types_at_two():
    answer = {(0, 0, 0): 1, (0, 1, 2): 1, (1, 0, 2): 1}
    assert admissible_counts(2) == answer
    assert Counter(graph.type for graph in admissible_graphs(2)) == answer
    assert Counter(graph.type for graph in admissible_graphs_by_definition(2)) == answer


def test_pw_04_types_at_five():
    assert admissible_counts(5) == PW_04
    assert Counter(graph.type for graph in admissible_graphs(5)) == PW_04


def test_pw_07_the_polynomial_of_order_three():
    linear = ETA**3 * PHI**2 + 3 * ETA**3 * PHI * PSI + ETA**3 * PSI**2
    answer = linear + 3 * ETA * PHI * ZETA**2 + 3 * ETA * PSI * ZETA**2 + ZETA**3
    assert sum(graph.monomial() for graph in admissible_graphs(3)) == answer


def test_pw_10_the_polynomial_of_order_six():
    answer = {(eta, zeta, phi, psi): c for (eta, zeta), part in PW_10.items() for (phi, psi), c in part.items()}
    by_counts = {(b, 6 - b, nu_mu, nu_i): count for (nu_i, nu_mu, b), count in admissible_counts(6).items()}
    by_graphs = Counter((b, 6 - b, nu_mu, nu_i) for nu_i, nu_mu, b in (graph.type for graph in admissible_graphs(6)))
    assert by_counts == by_graphs == answer


def test_the_numbers_of_graphs_are_ternary():
    assert [sum(1 for _ in admissible_graphs(k)) for k in range(1, 7)] == [1, 3, 12, 55, 273, 1428]
