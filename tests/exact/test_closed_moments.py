"""Closed forms in the symbolic index against Lagrange inversion, expansion, and the published formulas."""

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Eq, Integer, KroneckerDelta, Piecewise, Rational, Sum, assoc_laguerre, binomial, catalan, exp, sqrt, symbols

from freealg.errors import NoClosedForm
from freealg.exact.closed_moments import (
    cumulant_by_r_side,
    cumulant_by_s_side,
    cumulant_by_series,
    moment_by_r_side,
    moment_by_s_side,
    moment_by_series,
)
from freealg.exact.expansion import expansion
from freealg.exact.lagrange import moments_by_r_side, moments_by_s_side
from freealg.exact.series import cumulants_from_moments
from freealg.exact.series_products import coefficient_closed_form, integer_power, power_product

g, m, k, w, x, n = symbols("g m k w x n")
a, d, p, r, s, t, L, sigma = symbols("a d p r s t L sigma")
j = sympy.Symbol("j", integer=True, nonnegative=True)

R_SIDES = {
    "free Poisson": 1 / (1 - g),
    "Marchenko-Pastur": s / (1 - r * s * g),
    "semicircle": s * g,
    "centred semicircle": a + s * g,
    "arcsine": (sqrt(1 + 4 * g**2) - 1) / g,
    "only the third cumulant": a + s * g**2,
    "exponential": (exp(t * g) - 1) / g,
    "square root": (sqrt(1 + 4 * g) - 1) / g,
    "three linear factors": (6 + 3 * g) / (1 - 2 * g),
    "point": a,
    "nought": Integer(0),
}
S_SIDES = {
    "Marchenko-Pastur": 1 / (s * (1 + r * m)),
    "Fuss-Catalan": (1 + m) ** (-s),
    "deep linear net": sigma ** (-2 * L) * (1 + m) ** (-L),
    "free Bessel": 1 / ((r + m) * (1 + m) ** (s - 1)),
    "smooth Jacobian": exp(-t * m),
    "Bernoulli Jacobian": exp(-t * m / (1 + m)),
    "projection": (1 + m) / (p + m),
    "three linear factors": 1 / ((2 + m) * (3 + m)),
    "negative powers": (1 + m) ** 2 / (p + m) ** 3,
    "exponential and two powers": exp(-t * m) / (p + m),
    "Laguerre of a half": sqrt(1 + m) * exp(-t * m),
    "power below one": sqrt(1 + m),
    "negative power": (1 + m) ** 2,
    "point": 1 / a,
    "constant F": (1 + m) / a,
    "power of an exponential": exp(-m) ** 2 * 2**m,
    "nested root": (sqrt(1 + m) * (1 + 2 * m)) ** (-t),
}


POINT = {a: Rational(3, 2), d: Rational(5, 2), p: Rational(2, 7), r: Rational(3, 5), s: Rational(5, 3), t: Rational(-4, 3)}
POINT |= {L: Rational(5, 3), sigma: Integer(8)}


def assert_agrees(closed, exact):
    """Equal at every index, the parameters at a generic rational point (at which sigma**L is rational)."""
    assert closed.free_symbols <= {k, *POINT}
    for index, value in enumerate(exact, 1):
        assert sympy.simplify(closed.subs(k, index).subs(POINT).doit() - value.subs(POINT)) == 0, index


def exact_moments(sequence, count):
    return [sequence.ring.to_sympy(value) for value in sequence.first(count)]


@pytest.mark.parametrize("name", R_SIDES)
def test_r_side_against_lagrange(name):
    assert_agrees(moment_by_r_side(R_SIDES[name], g, k), exact_moments(moments_by_r_side(R_SIDES[name], g), 8))


@pytest.mark.parametrize("name", S_SIDES)
def test_s_side_against_lagrange(name):
    assert_agrees(moment_by_s_side(S_SIDES[name], m, k), exact_moments(moments_by_s_side(S_SIDES[name], m), 8 if name != "nested root" else 5))


@pytest.mark.parametrize("name", S_SIDES)
def test_cumulants_by_the_s_side_against_the_moment_cumulant_relation(name):
    moments = moments_by_s_side(S_SIDES[name], m)
    assert_agrees(cumulant_by_s_side(S_SIDES[name], m, k), [moments.ring.to_sympy(c) for c in cumulants_from_moments(moments.first(5))])


def test_the_known_formulas_come_out():
    assert moment_by_r_side(R_SIDES["free Poisson"], g, k) == binomial(2 * k, k) / (k + 1)
    assert moment_by_r_side(s * g, g, k) == Piecewise((s ** (k / 2) * binomial(k + 1, k / 2) / (k + 1), Eq(sympy.Mod(k, 2), 0)), (0, True))
    assert moment_by_s_side(1 / (1 + r * m), m, k) == Sum(r**j * binomial(k, j) * binomial(k, k - 1 - j), (j, 0, k - 1)) / k
    assert moment_by_s_side(S_SIDES["Fuss-Catalan"], m, k) == binomial(k * (s + 1), k) / (k * s + 1)
    assert moment_by_s_side(S_SIDES["deep linear net"], m, k) == sigma ** (2 * L * k) * binomial(k * (L + 1), k) / (L * k + 1)
    assert moment_by_s_side(S_SIDES["smooth Jacobian"], m, k) == assoc_laguerre(k - 1, 1, -k * t) / k
    assert moment_by_s_side(S_SIDES["projection"], m, k) == p
    assert moment_by_s_side(1 / a, m, k) == a**k


def test_the_narayana_sum_at_ratio_one_is_catalan():
    narayana = moment_by_s_side(1 / (1 + r * m), m, k)
    assert [narayana.subs({r: 1, k: i}).doit() for i in range(1, 9)] == [catalan(i) for i in range(1, 9)]


SERIES = {
    "arcsine": 1 / sqrt(1 - 4 * w**2),
    "Rademacher": 1 / (1 - w**2),
    "projection": (1 - (1 - p) * w) / (1 - w),
    "two atoms": p / (1 - a * w) + (1 - p) / (1 - 2 * w),
    "point": 1 / (1 - a * w),
    "trinomial": 1 / sqrt(1 - 2 * a * w + w**2),
}


@pytest.mark.parametrize("name", SERIES)
def test_series_side_against_the_expansion(name):
    ring, terms = expansion(SERIES[name], w, 9)
    assert_agrees(moment_by_series(SERIES[name], w, k), [ring.to_sympy(c) for c in terms[1:]])


@pytest.mark.parametrize("name", [name for name in SERIES if name != "two atoms"])
def test_cumulants_from_the_series_against_the_moment_cumulant_relation(name):
    ring, terms = expansion(SERIES[name], w, 8)
    assert_agrees(cumulant_by_series(SERIES[name], w, k), [ring.to_sympy(c) for c in cumulants_from_moments(terms[1:])])


CUMULANTS = {
    "free Poisson": a * r / (1 - a * g),
    "semicircle": a + s * g,
    "arcsine": (sqrt(1 + 4 * g**2) - 1) / g,
    "Kesten-McKay": d * (sqrt(1 + 4 * g**2) - 1) / (2 * g),
    "projection": (g - 1 + sqrt((1 - g) ** 2 + 4 * p * g)) / (2 * g),
    "sum of free Poissons": 1 / (1 - 2 * g) + r / (1 - g) ** 2 + s * g**2,
    "late start": g**2 / (1 - g) ** 3,
}


@pytest.mark.parametrize("name", CUMULANTS)
def test_cumulants_in_symbolic_order_against_the_expansion(name):
    ring, terms = expansion(CUMULANTS[name], g, 8)
    assert_agrees(cumulant_by_r_side(CUMULANTS[name], g, k), [ring.to_sympy(c) for c in terms])


def test_known_cumulants():
    assert cumulant_by_r_side(CUMULANTS["free Poisson"], g, k) == a**k * r
    assert cumulant_by_r_side(s / (1 - r * s * g), g, k) == r ** (k - 1) * s**k
    assert cumulant_by_s_side(S_SIDES["Fuss-Catalan"], m, k) == moment_by_s_side((1 + m) ** (1 - s), m, k)
    assert cumulant_by_r_side(a + s * g, g, k) == a * KroneckerDelta(k - 1, 0) + s * KroneckerDelta(k - 2, 0)
    assert [cumulant_by_series(SERIES["Rademacher"], w, k).subs(k, i).doit() for i in range(1, 9)] == [0, 1, 0, -1, 0, 2, 0, -5]


fractions = st.fractions(min_value=-3, max_value=3, max_denominator=3).map(lambda q: Rational(q.numerator, q.denominator))


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(fractions.filter(bool), fractions.filter(bool)), min_size=1, max_size=3), fractions, st.integers(0, 5))
def test_coefficients_of_random_power_products(factors, rate, index):
    expr = exp(rate * x) if len(factors) < 3 else Integer(1)
    for c, e in factors:
        expr = expr * (1 + c * x) ** e
    closed = power_product(expr, x).coefficient(n)
    ring, terms = expansion(expr, x, 7)
    assert closed.subs(n, index).doit() == ring.to_sympy(terms[index])


@settings(deadline=None, max_examples=25)
@given(fractions.filter(bool), fractions.filter(bool), fractions, st.integers(1, 3), st.integers(0, 7))
def test_coefficients_of_random_trinomials(b, c, e, weight, index):
    expr = (1 + b * x + c * x ** (weight + 1)) ** e
    closed = power_product(expr, x).coefficient(n)
    ring, terms = expansion(expr, x, 8)
    assert closed.subs(n, index).doit() == ring.to_sympy(terms[index])


def test_sparse_factors_give_a_condition_on_the_index():
    closed = coefficient_closed_form((1 + 8 * x**3) ** Rational(1, 3), x, n)
    assert [closed.subs(n, i).doit() for i in range(7)] == [1, 0, 0, Rational(8, 3), 0, 0, Rational(-64, 9)]


def test_a_summation_index_never_takes_the_name_of_a_parameter():
    i, jj = symbols("i j")
    closed = moment_by_s_side(1 / (i * (1 + jj * m)), m, k)
    assert closed.free_symbols == {i, jj, k}
    renamed = moment_by_s_side(1 / (r * (1 + s * m)), m, k)
    assert [closed.subs({i: 3, jj: 5, k: 4}).doit()] == [renamed.subs({r: 3, s: 5, k: 4}).doit()]


def test_integer_powers_split():
    assert integer_power(4 * sigma ** (2 * L) / r, k) == 4**k * sigma ** (2 * L * k) * r**-k


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: moment_by_r_side(1 / (1 - r * g) + 2 * s * g, g, k), "4 terms"),
        (lambda: moment_by_r_side(d * (sqrt(1 + 4 * g**2) - 1) / (2 * g), g, k), "no product of powers"),
        (lambda: moment_by_s_side(exp(-(m**2)), m, k), "no linear or Moebius function"),
        (lambda: moment_by_s_side(exp(-m / (1 + 2 * m)), m, k), "other factors than powers of its denominator"),
        (lambda: moment_by_s_side(1 / ((1 + r * m) * (1 + s * m) * (1 + t * m)), m, k), "no single or double sum"),
        (lambda: moment_by_s_side((1 + m) / m, m, k), "use the R-transform"),
        (lambda: moment_by_s_side((1 + m) / (1 + m**2 * (1 + m) ** m), m, k), "no product"),
        (lambda: moment_by_s_side((1 + m) ** m, m, k), "in the base and in the exponent"),
        (lambda: coefficient_closed_form(sqrt(x), x, n), "starts with"),
        (lambda: coefficient_closed_form(exp(x**2 + x), x, n), "no linear"),
        (lambda: power_product((exp(x) * (1 + x)) ** t, x), "power of an exponential"),
    ],
)
def test_refusals_name_what_does_not_fit(call, words):
    with pytest.raises(NoClosedForm, match=words):
        call()
