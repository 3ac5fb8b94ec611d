"""Checked answers on polynomials and mixed moments of free elements; the ids are those of the list of checked answers.

ADD-23 and MUL-40 are densities, which words do not give.
"""

from fractions import Fraction

import sympy as sp

from freealg.combinatorics import (
    free_cumulants_from_moments_by_partitions,
    free_families,
    polynomial_moments,
    self_adjoint,
    semicircular_family,
    word_moment,
    word_moment_by_centring,
)
from freealg.combinatorics.families import circular

STANDARD = semicircular_family({("x", "x"): 1, ("y", "y"): 1})


def test_add_20_the_anticommutator_of_two_free_semicirculars():
    moments = polynomial_moments({"xy": 1, "yx": 1}, 12, STANDARD)
    assert moments[1::2] == [2, 10, 66, 498, 4066, 34970]
    assert not any(moments[::2])


def test_add_20_the_commutator_has_the_same_law():
    """tau((i(xy - yx))^n) = i^n tau((xy - yx)^n)."""
    moments = polynomial_moments({"xy": 1, "yx": -1}, 12, STANDARD)
    assert [(-1) ** (n // 2) * moments[n - 1] for n in range(2, 13, 2)] == [2, 10, 66, 498, 4066, 34970]


def test_add_26_xy_plus_yx_plus_xx():
    moments = polynomial_moments({"xy": 1, "yx": 1, "xx": 1}, 7, STANDARD)
    assert free_cumulants_from_moments_by_partitions(moments) == [1, 3, 4, 7, 11, 18, 29]


def test_add_26d_a_quadratic_form():
    moments = polynomial_moments({"xx": 2, "xy": 1, "yx": 1, "yy": 3}, 5, STANDARD)
    assert free_cumulants_from_moments_by_partitions(moments) == [5, 15, 50, 175, 625]


def test_mix_01_abab():
    a1, a2, b1, b2 = sp.symbols("a1 a2 b1 b2")
    free = free_families(self_adjoint("a", [a1, a2 - a1**2]), self_adjoint("b", [b1, b2 - b1**2]))
    answer = -(a1**2) * b1**2 + a1**2 * b2 + a2 * b1**2
    moments = {"a": [a1, a2], "b": [b1, b2]}
    assert sp.expand(word_moment("abab", free) - answer) == 0
    assert sp.expand(word_moment_by_centring("abab", lambda block: moments[block[0]][len(block) - 1], family=str) - answer) == 0


def test_mix_04_marchenko_pastur_and_three_atoms():
    """a has mean 1 and ratio 1/2 (kappa_n = 2^(1-n)); b is uniform on {0, 1, 3}."""
    kappa_a = [Fraction(1, 2 ** (n - 1)) for n in range(1, 7)]
    moments_b = [Fraction(1 + 3**n, 3) for n in range(1, 7)]
    free = free_families(self_adjoint("a", kappa_a), self_adjoint("b", free_cumulants_from_moments_by_partitions(moments_b)))
    assert word_moment("aabbab", free) == Fraction(176, 9)


def test_mix_07_the_free_commutator_of_two_projections():
    p, q = sp.symbols("p q")
    free = free_families(*(self_adjoint(x, free_cumulants_from_moments_by_partitions([t] * 4)) for x, t in (("P", p), ("Q", q))))
    second = -polynomial_moments({"PQ": 1, "QP": -1}, 2, free)[1]
    assert sp.expand(second - 2 * p * q * (p - 1) * (q - 1)) == 0


def test_mix_10_the_product_of_two_free_circulars():
    free = free_families(circular("c"), circular("d"))
    assert [word_moment(["c", "d", "d*", "c*"] * n, free) for n in range(1, 6)] == [1, 3, 12, 55, 273]
