"""word_moment against three independent routes: centring, sums over all noncrossing partitions, expansion of polynomials."""

from fractions import Fraction
from functools import cache
from itertools import product
from math import prod

import flint
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from freealg.combinatorics.families import circular, free_families, haar_unitary, self_adjoint, semicircular_family
from freealg.combinatorics.noncrossing import (
    catalan,
    free_product_moments_by_partitions,
    moments_from_free_cumulants_by_partitions,
    noncrossing_pairings,
    noncrossing_partitions,
)
from freealg.combinatorics.words import JointCumulants, joint_cumulants, polynomial_moments, product_moment, word_moment, word_moment_by_centring
from freealg.errors import InvalidInput

small = st.fractions(min_value=-3, max_value=3, max_denominator=4)
cumulant_lists = st.lists(small, min_size=7, max_size=7)


def by_partitions(word, cumulant):
    """sum over pi in NC(n) of prod over V of kappa(w|V)."""
    return sum(prod(cumulant(tuple(word[x - 1] for x in block)) for block in pi) for pi in noncrossing_partitions(len(word)))


def wick(word, covariance):
    """sum over noncrossing pairings of the product of covariances."""
    return sum(prod(covariance[word[a - 1], word[b - 1]] for a, b in pi) for pi in noncrossing_pairings(len(word)))


@settings(deadline=None, max_examples=40)
@given(st.text(alphabet="abc", max_size=7), cumulant_lists, cumulant_lists)
def test_free_letters_by_centring_and_by_partitions(word, kappa_a, kappa_b):
    kappa = {"a": kappa_a, "b": kappa_b, "c": [Fraction(1)] * 7}
    moments = {letter: moments_from_free_cumulants_by_partitions(values) for letter, values in kappa.items()}
    families = free_families(*(self_adjoint(letter, values) for letter, values in kappa.items()))
    value = word_moment(word, families)
    assert value == word_moment_by_centring(word, lambda block: moments[block[0]][len(block) - 1], family=str)
    assert value == by_partitions(word, families)
    mixed_vanish = joint_cumulants(lambda block: kappa[block[0]][len(block) - 1], family=str)
    assert value == word_moment(word, mixed_vanish)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 3), max_size=7), st.integers(0, 10**6))
def test_arbitrary_joint_cumulants_by_partitions(word, seed):
    """No law is needed: the two sums agree for every function of a tuple of letters."""

    def cumulant(letters):
        return (hash((letters, seed)) % 7) - 3

    assert word_moment(word, cumulant) == (by_partitions(word, cumulant) if word else 1)


@settings(deadline=None, max_examples=40)
@given(st.text(alphabet="xyuv", max_size=10))
def test_two_free_semicircular_families_by_wick_and_by_centring(word):
    first = {("x", "x"): Fraction(1), ("x", "y"): Fraction(1, 3), ("y", "y"): Fraction(2)}
    second = {("u", "u"): Fraction(3), ("u", "v"): Fraction(-1), ("v", "v"): Fraction(1)}
    full = {(a, b): Fraction(0) for a in "xyuv" for b in "xyuv"} | {pair[::-1]: c for pair, c in (first | second).items()} | first | second
    value = word_moment(word, free_families(semicircular_family(first), semicircular_family(second)))
    assert value == wick(word, full)
    assert value == word_moment_by_centring(word, lambda block: wick(block, full), family=lambda letter: letter in "xy")
    pruned = joint_cumulants(lambda block: full[block] if len(block) == 2 else 0, max_block=2)
    assert value == word_moment(word, pruned)


def haar_trace(block):
    return int(2 * sum(letter.endswith("*") for letter in block) == len(block))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(["u", "u*", "v", "v*"]), max_size=9))
def test_words_in_two_free_haar_unitaries_count_reduced_words(word):
    """tau(w) is 1 if w is the unit of the free group and 0 if not."""
    reduced = []
    for letter in word:
        if reduced and letter[0] == reduced[-1][0] and letter != reduced[-1]:
            reduced.pop()
        else:
            reduced.append(letter)
    value = word_moment(word, free_families(haar_unitary("u"), haar_unitary("v")))
    assert value == int(not reduced)
    assert value == word_moment_by_centring(word, haar_trace, family=lambda letter: letter[0])


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(["c", "c*"]), max_size=8))
def test_a_circular_element_is_made_of_two_free_semicirculars(word):
    """c = (x + i y)/sqrt 2: expand the word over Z[i]."""
    sc = semicircular_family({("x", "x"): 1, ("y", "y"): 1})
    total = 0
    for letters in product("xy", repeat=len(word)):
        phase = prod(1 if letter == "x" else (-1j if star == "c*" else 1j) for letter, star in zip(letters, word, strict=True))
        total += phase * word_moment(letters, sc)
    assert word_moment(word, circular()) * 2 ** (len(word) / 2) == pytest.approx(total, abs=1e-9)


def test_a_circular_element_has_the_polar_decomposition_haar_times_quarter_circular():
    """c = u q, q^2 free Poisson of rate 1 and free from u: words in c and c* with u q and q u*, by q^2 = p."""
    free = free_families(haar_unitary("u"), self_adjoint("p", lambda n: 1))
    for n in range(1, 6):
        assert word_moment(["c", "c*"] * n, circular()) == word_moment(["u", "p", "u*"] * n, free) == catalan(n)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text(alphabet="ab", max_size=3), min_size=1, max_size=3, unique=True), st.lists(small, min_size=3, max_size=3))
def test_powers_of_polynomials_by_expansion(words, coefficients):
    free = free_families(self_adjoint("a", lambda n: Fraction(1, n)), self_adjoint("b", lambda n: n - 2))
    polynomial = dict(zip(words, coefficients, strict=False))
    expected = [
        sum(prod(polynomial[w] for w in choice) * word_moment("".join(choice), free) for choice in product(polynomial, repeat=n)) for n in range(1, 4)
    ]
    assert polynomial_moments(polynomial, 3, free) == expected
    assert product_moment([polynomial] * 2, free) == expected[1]


def test_products_of_different_factors():
    free = free_families(self_adjoint("a", [1, 1, 0, 2]), self_adjoint("b", [0, 3, 1, 1]))
    factors = [{"a": 2, "": 1}, {"ab": 1, "b": -1}, {"": 5, "bb": 1}]
    expanded = sum(
        prod(p[w] for p, w in zip(factors, choice, strict=True)) * word_moment("".join(choice), free) for choice in product(*factors)
    )
    assert product_moment(factors, free) == expanded
    assert product_moment([], free) == 1
    assert product_moment([{"a": 1}, {}], free) == 0


@settings(deadline=None, max_examples=20)
@given(st.text(alphabet="ab", min_size=1, max_size=9), st.integers(0, 8))
def test_the_trace_is_tracial(word, turn):
    free = free_families(self_adjoint("a", lambda n: n), self_adjoint("b", lambda n: Fraction(1, n + 1)))
    turn %= len(word)
    assert word_moment(word, free) == word_moment(word[turn:] + word[:turn], free) == word_moment(word[::-1], free)


def test_alternating_words_are_moments_of_the_free_product():
    kappa, other = [2, 3, 1, 5, 0, 1], [1, 4, -1, 2, 2, 2]
    free = free_families(self_adjoint("a", kappa), self_adjoint("b", other))
    assert [word_moment("ab" * n, free) for n in range(1, 7)] == free_product_moments_by_partitions(
        kappa, moments_from_free_cumulants_by_partitions(other)
    )


def test_exact_values_of_every_type_agree():
    """The same word over Q with Fraction and fmpq, and over Q[p, q] with SymPy and fmpq_mpoly."""
    context = flint.fmpq_mpoly_ctx.get(("p", "q"))
    p, q = context.gens()
    ps, qs = sp.symbols("p q")

    def families(a, b):
        return free_families(self_adjoint("a", [a, a - a * a, b]), self_adjoint("b", [b, a * b, a]))

    in_flint = word_moment("aabbab", families(p, q))
    in_sympy = sp.Poly(word_moment("aabbab", families(ps, qs)), ps, qs)
    assert {exponents: str(c) for exponents, c in in_flint.to_dict().items()} == {exponents: str(c) for exponents, c in in_sympy.terms()}
    exact = word_moment("aabbab", families(Fraction(1, 3), Fraction(2, 5)))
    assert in_sympy.eval({ps: sp.Rational(1, 3), qs: sp.Rational(2, 5)}) == sp.Rational(exact.numerator, exact.denominator)
    assert str(word_moment("aabbab", families(flint.fmpq(1, 3), flint.fmpq(2, 5)))) == str(exact)


def test_long_words():
    semicirculars = semicircular_family({(letter, letter): 1 for letter in "wxyz"})
    assert word_moment("x" * 100, semicirculars) == catalan(50)
    assert word_moment("xy" * 40, free_families(self_adjoint("x", lambda n: 1), self_adjoint("y", lambda n: 1))) == fuss_catalan(40)
    assert word_moment("xy" * 8, lambda block: 1) == catalan(16)
    assert polynomial_moments(dict.fromkeys("wxyz", 1), 40, semicirculars)[-1] == 4**20 * catalan(20)


def fuss_catalan(n):
    return sp.binomial(3 * n, n) / (2 * n + 1)


def test_pruning_asks_for_no_more_than_it_must():
    asked = []

    @cache
    def cumulant(letters):
        asked.append(letters)
        return int(letters in {("x", "x"), ("y", "y")})

    pruned = joint_cumulants(cumulant, may_begin=lambda prefix: len(set(prefix)) == 1 and len(prefix) <= 2)
    assert word_moment("xxyyxyyx", pruned) == 2
    assert set(asked) <= {("x",), ("y",), ("x", "x"), ("y", "y")}


def test_cumulants_can_be_asked_for_directly():
    haar = haar_unitary()
    assert [haar(["u", "u*"] * n) for n in range(1, 6)] == [1, -1, 2, -5, 14]
    assert [haar(["u*", "u"] * n) for n in range(1, 6)] == [1, -1, 2, -5, 14]
    assert haar(["u", "u*", "u*", "u"]) == haar(["u"]) == 0
    assert circular()(["c", "c"]) == 0
    assert free_families(self_adjoint("a", [1, 2]), self_adjoint("b", [3]))("ab") == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: word_moment("aaa", self_adjoint("a", [1, 2])), "kappa_3 of 'a'"),
        (lambda: word_moment("ab", self_adjoint("a", [1, 2])), "the letter 'b'"),
        (lambda: free_families(self_adjoint("a", [1]), self_adjoint("b", [1]))("ac"), "the letter 'c'"),
        (lambda: free_families(self_adjoint("a", [1]), self_adjoint("a", [1])), "rename one"),
        (lambda: free_families(joint_cumulants(lambda block: 1)), "does not say its letters"),
        (lambda: semicircular_family({("x", "y"): 1, ("y", "x"): 2}), "a trace needs them equal"),
        (lambda: JointCumulants(lambda state, letter: 1, lambda state: 1)(""), "no letters"),
        (lambda: joint_cumulants(lambda block: 1, max_block=0), "max_block"),
        (lambda: polynomial_moments({"a": 1}, 0, self_adjoint("a", [1])), "n must be"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(InvalidInput, match=message):
        call()
