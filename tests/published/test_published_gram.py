"""Checked answers on the Gram matrix of a random layer, through the public interface. Source: Pennington and Worah (2017)."""

import pytest
import sympy as sp
from sympy import Max, Rational, pi

import freealg as fa
from freealg import nets

G, eta, phi, psi, z, zeta = sp.symbols("G eta phi psi z zeta")

COUNTS_OF_FIVE = {
    (0, 0, 0): 1, (0, 1, 0): 5, (0, 1, 1): 5, (0, 2, 1): 10, (0, 2, 2): 10, (0, 3, 3): 10, (0, 4, 5): 1,
    (1, 0, 0): 5, (1, 0, 1): 5, (1, 1, 1): 25, (1, 1, 2): 25, (1, 2, 3): 50, (1, 3, 5): 10,
    (2, 0, 1): 10, (2, 0, 2): 10, (2, 1, 3): 50, (2, 2, 5): 20, (3, 0, 3): 10, (3, 1, 5): 10, (4, 0, 5): 1,
}  # fmt: skip


@pytest.mark.parametrize(("k", "counts"), [(2, {(0, 0, 0): 1, (0, 1, 2): 1, (1, 0, 2): 1}), (5, COUNTS_OF_FIVE)], ids=["pw_01", "pw_04"])
def test_pw_01_04_admissible_graphs(k, counts):
    """In closed form, and by going through the graphs."""
    assert fa.combinatorics.admissible_counts(k) == counts
    found = {}
    for graph in fa.combinatorics.admissible_graphs(k):
        found[graph.type] = found.get(graph.type, 0) + 1
    assert found == counts


def test_pw_07_the_third_coefficient(same):
    answer = (
        eta**3 * phi**2 + 3 * eta**3 * phi * psi + eta**3 * psi**2 + 3 * eta * phi * zeta**2 + 3 * eta * psi * zeta**2 + zeta**3
    )
    assert same(nets.gram_series(3, eta, zeta, phi, psi)[3], answer)


def test_pw_10_the_sixth_coefficient(same):
    s, r = phi + psi, phi * psi  # p1 = phi + psi and p2 = phi psi: the coefficient is symmetric
    answer = (
        eta**6 * (phi**5 + 15 * phi**4 * psi + 50 * phi**3 * psi**2 + 50 * phi**2 * psi**3 + 15 * phi * psi**4 + psi**5)
        + eta**4 * zeta**2 * (15 * phi**4 + 120 * phi**3 * psi + 225 * phi**2 * psi**2 + 120 * phi * psi**3 + 15 * psi**4)
        + eta**3 * zeta**3 * (20 * phi**3 + 90 * r * s + 20 * psi**3)
        + eta**2 * zeta**4 * (30 * phi**3 + 135 * r * s + 30 * psi**3 + 15 * phi**2 + 36 * r + 15 * psi**2)
        + eta * zeta**5 * (30 * phi**2 + 72 * r + 30 * psi**2 + 6 * s)
        + zeta**6 * (5 * phi**2 + 12 * r + 5 * psi**2 + 9 * s + 1)
    )
    assert same(nets.gram_series(6, eta, zeta, phi, psi)[6], answer)


def test_pw_13_the_quartic(same_equation):
    answer = (
        G**4 * (eta * phi**2 * z**2 * zeta - phi**2 * z**2 * zeta**2)
        + G**3 * (-2 * eta * phi**2 * z * zeta + 2 * eta * phi * psi * z * zeta + 2 * phi**2 * z * zeta**2 - phi * psi * z**2 * zeta - 2 * phi * psi * z * zeta**2)
        + G**2 * (eta * phi**2 * zeta - eta * phi * psi**2 * z - 2 * eta * phi * psi * zeta + eta * psi**2 * zeta - phi**2 * zeta**2)
        + G**2 * (2 * phi * psi * z * zeta + 2 * phi * psi * zeta**2 - psi**2 * z * zeta - psi**2 * zeta**2)
        + G * (eta * phi * psi**2 - eta * psi**3 - phi * psi * zeta + psi**3 * z + psi**2 * zeta)
        - psi**3
    )
    assert same_equation(nets.NonlinearGram(eta=eta, zeta=zeta, phi=phi, psi=psi), answer)


def test_pw_16_a_linear_activation(same_equation):
    answer = (
        G**3 * phi * z**2
        + G**2 * (phi * psi * z - 2 * phi * z + psi * z)
        + G * (-phi * psi + phi - psi**2 * z + psi**2 - psi)
        + psi**2
    )
    assert same_equation(nets.NonlinearGram(eta=1, zeta=1, phi=phi, psi=psi), answer)
    wisharts = fa.boxtimes(fa.MarchenkoPastur(ratio=1 / psi), fa.MarchenkoPastur(ratio=phi / psi))
    assert same_equation(wisharts, answer)


def test_pw_19_the_upper_edge_for_relu(close):
    ((low, high),) = nets.NonlinearGram(eta=1, zeta=pi / (2 * (pi - 1)), phi=1, psi=1).support_intervals()
    assert low == 0
    assert close(high, "5.771082666013137963029351")


def test_pw_19_from_the_activation(close):
    """ReLU centred and scaled to eta = 1: eta = (1 - 1/pi)/2 and zeta = 1/4 before."""
    relu = nets.activation("relu")
    law = nets.NonlinearGram(eta=1, zeta=relu.zeta(1) / relu.eta(1), phi=1, psi=1)
    assert close(law.support_intervals()[0][1], "5.771082666013137963029351")


def test_pw_22_the_atom_at_zero():
    assert nets.NonlinearGram(eta=eta, zeta=zeta, phi=phi, psi=psi).atoms() == {0: Max(0, 1 - psi / phi)}
    assert nets.NonlinearGram(eta=1, zeta=Rational(1, 2), phi=2, psi=Rational(1, 2)).atoms() == {0: Rational(3, 4)}
