"""Exact Gaussian means against rigorous quadrature, quadrature against mpmath's own, and identities every mean obeys."""

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from freealg.errors import InvalidInput
from freealg.exact.context import mp_precision
from freealg.nets.gaussian import exact_mean
from freealg.nets.pieces import X, split
from freealg.nets.quadrature import adaptive_mean, branch_function, numeric_mean, to_mpf

Q = sp.Symbol("q", positive=True)
VALUE = sp.Rational(3, 2)

CLOSED = [
    sp.Max(X, 0),
    sp.Max(-1, sp.Min(1, X)),
    sp.Max(X - 1, 0) ** 2 - sp.Max(-X - sp.sqrt(2), 0),
    sp.Piecewise((X, X > 0), (sp.exp(X) - 1, True)),
    sp.erf(X),
    sp.erf(sp.sqrt(sp.pi) / 2 * X),
    X * (1 + sp.erf(X / sp.sqrt(2))) / 2,
    sp.erf(X) * sp.Max(X, 0),
    sp.erfc(X / 2) * X,
    sp.exp(X),
    sp.exp(-(X**2)),
    sp.exp(X / 3) * sp.Max(X + 1, 0),
    sp.cos(X) * sp.exp(-(X**2) / 3),
    X * sp.sin(X),
    sp.sinh(X) + 2**X,
    X**3 - 2 * X + 5,
]
OPEN = [
    sp.tanh(X),
    sp.log(1 + sp.exp(X)),
    sp.atan(X),
    sp.cbrt(sp.Abs(X)),
    sp.asinh(X),
    sp.loggamma(X**2 + 1),
    sp.exp(-1 / (1 - X**2)) * sp.Heaviside(1 - X**2),
]


def integrands(expr):
    f = split(expr)
    slope = f.derivative()
    return [f, f.map(lambda b: b**2), f.map(lambda b: b * X), f.map(lambda b: b**2 * (X**2 - 1)), slope.map(lambda b: b**2)]


@pytest.mark.parametrize("expr", CLOSED, ids=str)
def test_exact_means_are_the_quadratures(expr):
    for g in integrands(expr):
        numeric = numeric_mean(g, VALUE, 25)
        exact, symbolic = exact_mean(g, VALUE), exact_mean(g, Q)
        assert exact is not None and symbolic is not None
        scale = max(abs(numeric), sp.Float("1e-3"))
        assert abs(sp.N(exact, 30) - numeric) < 1e-23 * scale
        assert abs(sp.N(symbolic.subs(Q, VALUE), 30) - numeric) < 1e-23 * scale


@pytest.mark.parametrize("expr", OPEN, ids=str)
def test_certified_means_are_mpmath_s(expr):
    g = split(expr).map(lambda b: b**2)
    assert exact_mean(g, VALUE) is None
    with mp_precision(40) as mp:
        edges = [to_mpf(b) for b in g.breaks]
        value = branch_function(g, edges)
        ends = sorted({-16, -8, -4, -1, 0, 1, 4, 8, 16, *(e / mp.sqrt(1.5) for e in edges)})
        wanted = mp.quad(lambda z: value(mp.sqrt(1.5) * z) * mp.npdf(z), ends)
    assert abs(numeric_mean(g, VALUE, 25) - sp.Float(wanted, 30)) < 1e-23 * abs(wanted)


def test_the_adaptive_rule_agrees_with_the_certified_one():
    g = split(sp.tanh(X) ** 2 + sp.Max(X, 0))
    with mp_precision(40):
        edges = [to_mpf(b) for b in g.breaks]
        found = adaptive_mean(branch_function(g, edges), edges, to_mpf(sp.Integer(2)), 25)
        assert abs(sp.Float(found, 30) - numeric_mean(g, sp.Integer(4), 30)) < 1e-24


def test_digits_hold_from_small_to_large_variance():
    """tanh^2 at q -> 0 is q - 2 q^2 + 17 q^3/3 ...; at large q it is 1 - sqrt(2/(pi q)) + ...."""
    f = split(sp.tanh(X) ** 2)
    small = sp.Rational(1, 10**6)
    assert abs(numeric_mean(f, small, 30) - (small - 2 * small**2 + sp.Rational(17, 3) * small**3)) < 1e-21
    large = sp.Integer(10) ** 10
    assert abs(numeric_mean(f, large, 30) - (1 - sp.sqrt(2 / (sp.pi * large)))) < 1e-14
    assert numeric_mean(f, VALUE, 60).round(45) == sp.N(numeric_mean(f, VALUE, 50), 60).round(45)


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.fractions(min_value=-3, max_value=3, max_denominator=5), min_size=2, max_size=4, unique=True),
    st.lists(st.integers(-4, 4), min_size=5, max_size=5),
    st.fractions(min_value="1/5", max_value=4, max_denominator=5),
)
def test_stein_for_random_piecewise_linear_functions(breaks, slopes, q):
    """E x f(x) = q E f'(x), both sides exact."""
    places = sorted(sp.Rational(b) for b in breaks)
    expr = slopes[0] * X + sum((new - old) * sp.Max(X - b, 0) for b, old, new in zip(places, slopes, slopes[1:], strict=False))
    f, variance = split(sp.sympify(expr)), sp.Rational(q)
    left, right = exact_mean(f.map(lambda b: b * X), variance), exact_mean(f.derivative(), variance)
    assert sp.simplify(left - variance * right) == 0


def test_a_symbolic_exponent():
    k = sp.Symbol("k", integer=True, positive=True)
    slope = split(sp.erf(sp.sqrt(sp.pi) / 2 * X)).derivative()
    assert sp.simplify(exact_mean(slope.map(lambda b: b ** (2 * k)), Q) - 1 / sp.sqrt(1 + sp.pi * k * Q)) == 0


@pytest.mark.parametrize("expr", [sp.exp(X**2 / 4), sp.exp(X**2), sp.exp(X**4), 1 / X, 1 / sp.sqrt(sp.Abs(X))], ids=str)
def test_divergent_means_are_refused(expr):
    g = split(expr).map(lambda b: b**2)
    assert exact_mean(g, sp.Integer(1)) is None
    with pytest.raises(InvalidInput, match=r"diverges|resolved"):
        numeric_mean(g, sp.Integer(1), 15)


def test_the_boundary_of_convergence_of_a_gaussian_activation():
    g = split(sp.exp(X**2)).map(lambda b: b**2)
    below = sp.Rational(2499, 10000)
    assert sp.simplify(exact_mean(g, below) - 1 / sp.sqrt(1 - 4 * below)) == 0
    assert exact_mean(g, sp.Rational(1, 4)) is None and exact_mean(g, sp.Rational(1, 3)) is None


def test_closed_forms_survive_large_variance():
    """The exponential tail of elu is exp(2q) erfc(sqrt(2q))/2, never exp(2q) - exp(2q) erf(sqrt(2q))."""
    f = split(sp.Piecewise((X, X > 0), (sp.exp(X) - 1, True)))
    for q in (sp.Integer(1000), sp.Integer(10) ** 5):
        for g in (f.map(lambda b: b**2), f.derivative().map(lambda b: b**2)):
            assert abs(sp.N(exact_mean(g, q), 30) - numeric_mean(g, q, 30)) < 1e-27 * q


def test_tiny_means_are_not_called_zero():
    assert abs(numeric_mean(split(sp.exp(-100) * sp.tanh(X) ** 2), VALUE, 25) * sp.exp(100) - numeric_mean(split(sp.tanh(X) ** 2), VALUE, 25)) < 1e-22


def test_precision_is_left_as_it_was():
    before = mpmath.mp.prec
    numeric_mean(split(sp.tanh(X) ** 2), VALUE, 50)
    assert mpmath.mp.prec == before
