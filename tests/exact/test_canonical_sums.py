"""Sums built in SymPy's canonical order are what SymPy itself builds."""

from fractions import Fraction

import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from freealg.exact.canonical_sums import canonical_sum

SYMBOLS = (sp.Symbol("zeta"), sp.Symbol("a", positive=True), sp.Symbol("A"), sp.Dummy("t"))
exponents = st.tuples(*(st.integers(-3, 4) for _ in SYMBOLS))
numbers = st.one_of(st.sampled_from([1, -1, 0.5, -0.5, 2]), st.fractions(max_denominator=30)).filter(bool).map(Fraction)


@settings(deadline=None, max_examples=150)
@given(st.dictionaries(exponents, numbers, max_size=14))
def test_the_same_structure_as_sympys_own_sum(terms):
    rationals = {monomial: sp.Rational(c.numerator, c.denominator) for monomial, c in terms.items()}
    slow = sp.Add(*(c * sp.Mul(*(s**e for s, e in zip(SYMBOLS, monomial, strict=True))) for monomial, c in rationals.items()))
    fast = canonical_sum(rationals, SYMBOLS)
    assert fast == slow
    assert fast.args == slow.args
    assert [term.args for term in fast.args] == [term.args for term in slow.args]


def test_an_expanded_power():
    x, y, z = sp.symbols("x y z")
    poly = sp.Poly((x - 2 * y + sp.Rational(1, 3) * z + 1) ** 7, x, y, z)
    fast = canonical_sum(dict(poly.terms()), (x, y, z))
    assert fast.args == sp.expand(poly.as_expr()).args
    assert fast.is_commutative is True


def test_order_that_does_not_commute_is_told():
    a = sp.Symbol("a", commutative=False)
    assert canonical_sum({(2,): sp.Integer(3), (1,): sp.Integer(1)}, (a,)).is_commutative is False


@given(st.dictionaries(st.tuples(st.integers(-3, 12)), st.fractions(max_denominator=9).filter(bool), min_size=1, max_size=9))
def test_one_symbol(terms):
    x = sp.Symbol("x")
    rationals = {monomial: sp.Rational(c.numerator, c.denominator) for monomial, c in terms.items()}
    slow = sp.Add(*(c * x**e for (e,), c in rationals.items()))
    fast = canonical_sum(rationals, (x,))
    assert fast == slow
    assert fast.args == slow.args
