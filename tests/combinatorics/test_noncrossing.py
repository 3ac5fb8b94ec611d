"""Noncrossing partitions against the definition by brute force, closed counts, and the defining properties of Kr and mu."""

from collections import Counter
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freealg.combinatorics.noncrossing import (
    catalan,
    free_cumulants_from_moments_by_partitions,
    free_product_moments_by_partitions,
    is_noncrossing,
    kreweras_complement,
    kreweras_count,
    mobius,
    moments_from_free_cumulants_by_partitions,
    narayana,
    noncrossing_pairings,
    noncrossing_partitions,
    refines,
    set_partitions,
)
from freealg.errors import InvalidInput


def crosses(partition):
    """The definition, word for word."""
    owner = {x: block for block in partition for x in block}
    return any(owner[a] == owner[c] != owner[b] == owner[d] for a, b, c, d in combinations(sorted(owner), 4))


def one(n):
    return (tuple(range(1, n + 1)),)


def zero(n):
    return tuple((x,) for x in range(1, n + 1))


@pytest.mark.parametrize("n", range(8))
def test_the_lists_are_the_noncrossing_ones_of_all_set_partitions(n):
    by_definition = [pi for pi in set_partitions(n) if not crosses(pi)]
    listed = list(noncrossing_partitions(n))
    assert len(listed) == len(set(listed)) == catalan(n)
    assert set(listed) == set(by_definition)
    assert {pi for pi in set_partitions(n) if is_noncrossing(pi)} == set(by_definition)
    assert set(noncrossing_pairings(n)) == {pi for pi in by_definition if all(len(block) == 2 for block in pi)}


@pytest.mark.parametrize("n", range(9))
def test_counts_by_number_of_blocks_and_by_type(n):
    by_type = Counter(tuple(sorted(map(len, pi))) for pi in noncrossing_partitions(n))
    assert by_type == {sizes: kreweras_count(sizes) for sizes in by_type}
    for blocks in range(n + 2):
        listed = list(noncrossing_partitions(n, blocks=blocks))
        assert all(len(pi) == blocks for pi in listed)
        assert len(set(listed)) == len(listed) == narayana(n, blocks) == sum(c for sizes, c in by_type.items() if len(sizes) == blocks)


def test_pairings_are_counted_by_catalan():
    assert [sum(1 for _ in noncrossing_pairings(n)) for n in range(13)] == [catalan(n // 2) if n % 2 == 0 else 0 for n in range(13)]


def test_the_iterators_are_lazy():
    assert next(noncrossing_partitions(300)) == one(300)
    assert len(next(noncrossing_pairings(300))) == 150
    assert len(next(noncrossing_partitions(200, blocks=100))) == 100


@pytest.mark.parametrize("n", range(1, 7))
def test_the_complement_is_the_largest_partition_that_does_not_cross_on_the_primed_points(n):
    """1 1' 2 2' ... n n' are 1, 2, ..., 2n: pi on the odd ones, its complement on the even ones."""
    for pi in noncrossing_partitions(n):
        odd = [tuple(2 * x - 1 for x in block) for block in pi]
        allowed = [tau for tau in set_partitions(n) if not crosses([*odd, *(tuple(2 * x for x in block) for block in tau)])]
        complement = kreweras_complement(pi)
        assert complement in allowed
        assert all(refines(tau, complement) for tau in allowed)
        assert len(pi) + len(complement) == n + 1


@pytest.mark.parametrize("n", range(1, 7))
def test_the_complement_is_a_bijection_that_turns_refinement_around(n):
    everything = list(noncrossing_partitions(n))
    complements = {pi: kreweras_complement(pi) for pi in everything}
    assert set(complements.values()) == set(everything)
    for pi in everything:
        turned = tuple(sorted(tuple(sorted((x - 2) % n + 1 for x in block)) for block in pi))
        assert complements[complements[pi]] == turned
        assert all(refines(pi, sigma) == refines(complements[sigma], complements[pi]) for sigma in everything)


@pytest.mark.parametrize("n", range(1, 6))
def test_mobius_inverts_zeta(n):
    """sum over pi <= rho <= sigma of mu(pi, rho) is 1 for pi = sigma and 0 otherwise: the definition."""
    everything = list(noncrossing_partitions(n))
    mu = {(pi, rho): mobius(pi, rho) for pi in everything for rho in everything}
    for pi in everything:
        for sigma in everything:
            total = sum(mu[pi, rho] for rho in everything if refines(pi, rho) and refines(rho, sigma))
            assert total == (pi == sigma)
            assert mu[pi, sigma] == 0 or refines(pi, sigma)


def test_mobius_of_the_whole_lattice_is_a_signed_catalan_number():
    assert [mobius(zero(n), one(n)) for n in range(1, 9)] == [(-1) ** (n - 1) * catalan(n - 1) for n in range(1, 9)]


small = st.fractions(min_value=-3, max_value=3, max_denominator=5)


@settings(deadline=None, max_examples=40)
@given(st.lists(small, min_size=1, max_size=6))
def test_moments_and_cumulants_are_inverse(kappa):
    moments = moments_from_free_cumulants_by_partitions(kappa)
    assert free_cumulants_from_moments_by_partitions(moments) == kappa
    assert moments == moments_by_functional_equation(kappa)


def moments_by_functional_equation(kappa):
    """m_n = sum_s kappa_s sum over i_1 + ... + i_s = n - s of m_i1 ... m_is, i.e. C(w M(w)) = M(w)."""
    m = [Fraction(1)]
    for n in range(1, len(kappa) + 1):
        power, total = [Fraction(1)] + [Fraction(0)] * n, Fraction(0)
        for s in range(1, n + 1):
            power = [sum(power[a] * (m[j - a] if j - a < len(m) else 0) for a in range(j + 1)) for j in range(n + 1)]
            total += kappa[s - 1] * power[n - s]
        m.append(total)
    return m[1:]


def test_known_laws():
    semicircle, free_poisson = [0, 1, 0, 0, 0, 0, 0, 0], [1] * 8
    assert moments_from_free_cumulants_by_partitions(semicircle) == [0, 1, 0, 2, 0, 5, 0, 14]
    assert moments_from_free_cumulants_by_partitions(free_poisson) == [catalan(n) for n in range(1, 9)]
    assert free_cumulants_from_moments_by_partitions([0, 1] * 4) == [0, 1, 0, -1, 0, 2, 0, -5]


@settings(deadline=None, max_examples=20)
@given(st.lists(small, min_size=5, max_size=5), st.lists(small, min_size=5, max_size=5))
def test_moments_of_a_free_product_do_not_see_the_order(kappa, other):
    m, m_other = moments_from_free_cumulants_by_partitions(kappa), moments_from_free_cumulants_by_partitions(other)
    assert free_product_moments_by_partitions(kappa, m_other) == free_product_moments_by_partitions(other, m)


@pytest.mark.parametrize(
    "call",
    [
        lambda: noncrossing_partitions(-1),
        lambda: noncrossing_partitions(2.5),
        lambda: noncrossing_pairings("4"),
        lambda: set_partitions(-2),
        lambda: catalan(-1),
        lambda: narayana(3, -1),
        lambda: kreweras_count([2, 0]),
        lambda: is_noncrossing([[1], [1, 2]]),
        lambda: is_noncrossing([[1, 3]]),
        lambda: is_noncrossing([[], [1]]),
        lambda: kreweras_complement([[1, 3], [2, 4]]),
        lambda: mobius([[1, 3], [2, 4]], [[1, 2, 3, 4]]),
        lambda: mobius([[1]], [[1, 2]]),
        lambda: refines([[1, 2]], [[1, 2, 3]]),
    ],
)
def test_bad_input_is_refused_at_the_call(call):
    with pytest.raises(InvalidInput):
        call()
