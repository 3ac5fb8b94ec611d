"""Moments of words and polynomials: joint free cumulants against the definition of freeness, and against laws."""

from functools import cache

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import I, Rational

import freealg as fa
from freealg.combinatorics import word_moment, word_moment_by_centring
from freealg.combinatorics.families import circular, free_families, haar_unitary
from freealg.elements.expression import Element
from freealg.elements.generators import Circular, Deterministic, HaarProjection, HaarUnitary, Identity, SemicircularFamily, Wigner, Wishart
from freealg.errors import NotFree, UndefinedMoments
from freealg.laws.cauchy import Cauchy

PHI, P_ = sp.symbols("phi p")
LAWS = {
    "x": fa.Semicircle(variance=2),
    "w": fa.MarchenkoPastur(ratio=Rational(1, 2), variance=3),
    "d": fa.Discrete({0: Rational(1, 3), 1: Rational(1, 3), 3: Rational(1, 3)}),
}
MADE = {"x": Wigner(variance=2), "w": Wishart(ratio=0.5, variance=3), "d": Deterministic(LAWS["d"])}


def product(word, letters):
    result = Identity()
    for letter in word:
        result = result * letters[letter]
    return result


@settings(max_examples=60, deadline=None)
@given(st.text("xwd", min_size=1, max_size=7))
def test_words_by_cumulants_and_by_the_definition_of_freeness(word):
    moments = cache(lambda letter: LAWS[letter].moments(7))
    assert product(word, MADE).trace() == word_moment_by_centring(word, lambda block: moments(block[0])[len(block) - 1], family=str)


def test_symbols_pass_through():
    a, p = Wishart(ratio=PHI), HaarProjection(P_)
    assert sp.expand((a * p * a * p).trace() - (P_ + PHI * P_**2)) == 0
    assert (a * a * p).trace() == PHI * P_ + P_
    assert ((PHI * a + 1) * p).trace() == PHI * P_ + P_


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["c", "c*", "u", "u*"]), min_size=1, max_size=8))
def test_words_in_circular_and_unitary_letters(word):
    c, u = Circular(), HaarUnitary()
    letters = {"c": c, "c*": c.H, "u": u, "u*": u.H}
    assert product(word, letters).trace() == word_moment(word, free_families(circular("c"), haar_unitary("u")))


def test_circular_variance_scales_the_covariance():
    c = Circular(variance=PHI)
    assert (c * c.H).moments(4) == [PHI, 2 * PHI**2, 5 * PHI**3, 14 * PHI**4]
    assert c.moments(4) == [0, 0, 0, 0]


def test_a_circular_element_is_two_free_semicirculars():
    x, y, c = Wigner(), Wigner(), Circular()
    z = (x + I * y) / sp.sqrt(2)
    for word in ([1, 0], [1, 0, 1, 0], [1, 1, 0, 0], [1, 0, 0, 1, 1, 0], [1, 1, 1, 0, 0, 0]):
        assert product(word, {1: z, 0: z.H}).trace() == product(word, {1: c, 0: c.H}).trace()


def test_a_semicircular_family_is_a_linear_image_of_free_semicirculars():
    x, y = Wigner(), Wigner()
    s, t = SemicircularFamily([[1, 3], [3, 10]])
    for word in ("sstt", "stst", "stts", "sttsst"):
        assert product(word, {"s": s, "t": t}).trace() == product(word, {"s": x, "t": 3 * x + y}).trace()


def test_powers_multiply_without_expanding():
    x, w = MADE["x"], MADE["w"]
    p = x * w + w * x + 2 * w - 1
    assert p.moments(4) == [p.trace(), (p * p).trace(), (p**3).trace(), (p**4).trace()]


def test_a_product_node_has_the_moments_of_the_word():
    x, w, d = MADE["x"], MADE["w"], MADE["d"]
    assert (w @ x).moments(6) == (w * x).moments(6) == (x @ w).moments(6)
    assert (w @ d).moments(5) == (w * d).moments(5)
    assert ((w + d) @ x).moments(4) == ((w + d) * x).moments(4)
    assert ((w @ d) @ x).moments(4) == fa.boxtimes(LAWS["w"], LAWS["d"], LAWS["x"]).moments(4)
    assert (w @ d + x).moments(4) == fa.boxplus(fa.boxtimes(LAWS["w"], LAWS["d"]), LAWS["x"]).moments(4)


def test_dependent_factors_of_a_product_node_are_words_too():
    x, w = MADE["x"], MADE["w"]
    assert (w @ (w + x)).moments(3) == (w * w + w * x).moments(3)
    assert (w @ w).moments(3) == LAWS["w"].square().moments(3)


def test_two_sided_factors_keep_their_formal_moments():
    x, y = Wigner(), Wigner() + 1
    assert (x @ y).moments(4) == (x * y).moments(4)


def test_a_compression_scales_the_cumulants():
    w, x = MADE["w"], MADE["x"]
    corner = (w * x + x * w + w).compress(PHI)
    full = (w * x + x * w + w).free_cumulants(4)
    assert corner.free_cumulants(4) == [sp.expand(PHI ** (n - 1) * kappa) for n, kappa in enumerate(full, 1)]


def test_letters_that_share_an_ingredient_are_refused_by_name():
    x, w = MADE["x"], MADE["w"]
    with pytest.raises(NotFree, match=r"both contain Wigner\(variance=2\), so they are not free"):
        (w @ x + x).moments(2)
    with pytest.raises(NotFree, match=r"both contain Wishart"):
        (w @ x * w).trace()
    with pytest.raises(NotFree, match="both contain"):
        (x.compress(0.5) + x.compress(0.5)).moments(2)


def test_at_is_the_ordinary_product_where_no_factor_has_a_root():
    x, y, c, u = Wigner(), Wigner(variance=3), Circular(), HaarUnitary()
    assert (x @ y + y @ x).moments(6) == (x * y + y * x).moments(6) == [0, 6, 0, 90, 0, 66 * 27]
    assert (x @ y @ x).moments(2) == (x * y * x).moments(2) == [0, 3]
    assert (x**2 + x @ y + y @ x).moments(3) == (x**2 + x * y + y * x).moments(3)
    assert x @ x == x**2 and c @ c.H == c * c.H and (u @ x @ u.H + x).moments(4) == [0, 2, 0, 8]


def test_an_element_with_other_parameters_is_not_free_from_itself():
    w = Wishart(ratio=PHI)
    with pytest.raises(NotFree, match="both contain Wishart"):
        (w.subs({PHI: 1}) + w.subs({PHI: 2})).moments(2)


def test_trivial_counts():
    assert MADE["x"].moments(0) == MADE["x"].free_cumulants(0) == []
    assert Identity().moments(3) == [1, 1, 1]
    assert Element(()).moments(3) == [0, 0, 0]
    assert (3 * Identity()).free_cumulants(3) == [3, 0, 0]


def test_complex_coefficients():
    x, w = MADE["x"], MADE["w"]
    assert (x + I * w).moments(2) == [3 * I, 2 - LAWS["w"].moments(2)[1]]


def test_a_law_without_moments_says_so():
    with pytest.raises(UndefinedMoments, match="Cauchy"):
        (Deterministic(Cauchy()) + Wigner()).moments(2)
