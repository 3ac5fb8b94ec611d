"""Laws without a usable equation: closed densities, other routes to the same law, sampled matrices and mpmath as oracles."""

import mpmath
import numpy as np
import pytest
from sympy import Integer, Rational, Symbol, erfc, exp, log, pi, sqrt

import freealg as fa
from freealg.errors import NoClosedForm, Undecided
from freealg.exact.context import mp_precision
from freealg.law.engine import engine_of
from freealg.law.transcendental import transcendental_engine
from freealg.numerics.arithmetic import DOUBLES
from freealg.numerics.continued import ContinuedLaw
from freealg.numerics.digits import density_digits
from freealg.numerics.mass_digits import MassRule
from freealg.numerics.outlines import SurveyOutline
from freealg.numerics.relation_joins import ProductNode, SumNode
from freealg.numerics.relation_nodes import AsMultiplicative
from freealg.numerics.relations import CurveLeaf, TransformLeaf
from freealg.numerics.sheet import START, Sheet

X = Symbol("x")
HALF = Rational(1, 2)
SEMICIRCLE = (X - sqrt(X - 2) * sqrt(X + 2)) / 2


def test_a_sum_of_closed_transforms_is_the_wider_semicircle():
    leaf = TransformLeaf(SEMICIRCLE, X)
    law = ContinuedLaw(Sheet(SumNode([leaf, leaf]), START), SurveyOutline((-4.0, 4.0)), [], "two semicircles")
    x = np.linspace(-2.8, 2.8, 29)
    assert np.allclose(law.pdf(x), np.sqrt(8 - x * x) / (4 * np.pi), rtol=1e-12)
    assert abs(law.cdf(np.array([0.0]))[0] - 0.5) < 1e-13


def test_a_product_of_marchenko_pastur_leaves_is_fuss_catalan():
    leaf = AsMultiplicative(TransformLeaf((1 - sqrt(X - 4) / sqrt(X)) / 2, X), Integer(-1))
    law = ContinuedLaw(Sheet(ProductNode([leaf, leaf], Integer(-1)), 1e-4, Integer(-1)), SurveyOutline((0.0, 16.0)), [], "two Wisharts")
    x = np.array([1e-8, 0.01, 1.0, 3.0, 6.5])
    assert np.allclose(law.pdf(x), fa.FussCatalan(2).pdf(x), rtol=1e-11)
    assert np.allclose(law.cdf(x), fa.FussCatalan(2).cdf(x), rtol=1e-11)


def test_a_jacobian_of_depth_two_by_its_s_transform_and_by_its_equation():
    law = fa.nets.Jacobian("relu", depth=2)
    x = np.array([1e-6, 0.1, 0.5, 2.0, 7.0])
    direct = transcendental_engine(law, NoClosedForm("not asked"))
    z, G = Symbol("z"), Symbol("G")
    algebraic = fa.from_cauchy_equation(law.cauchy_equation(G, z).as_expr(), G, z)
    assert np.allclose(direct.pdf(x), algebraic.pdf(x), rtol=1e-11)
    assert np.allclose(direct.cdf(x), algebraic.cdf(x), rtol=1e-11)


@pytest.mark.parametrize("depth", [32, pytest.param(128, marks=pytest.mark.slow), pytest.param(1000, marks=pytest.mark.slow)])
def test_deep_relu_jacobians_have_their_moments(depth):
    law = fa.nets.Jacobian("relu", depth=depth)
    assert np.all(law.pdf(np.geomspace(1e-30, 0.9 * float(law.support()[1]), 1000)) > 0)
    for k, exact in enumerate(law.moments(3), start=1):
        assert law.expect(lambda x, k=k: x**k) == pytest.approx(float(exact), rel=1e-11)
    assert float(law.pdf(0.5, dps=20)) == pytest.approx(law.pdf(0.5), rel=1e-11)
    assert float(law.cdf(0.5, dps=20)) == pytest.approx(law.cdf(0.5), rel=1e-12)


def test_the_clipped_orthogonal_jacobian_at_depth_128():
    law = fa.nets.Jacobian("hard_tanh", depth=128, weights="orthogonal", q=Rational(1, 10))
    assert law.expect(lambda x: x) == pytest.approx(1, rel=1e-12)
    assert law.expect(lambda x: x**2) == pytest.approx(float(law.moments(2)[1]), rel=1e-12)
    assert law.pdf(0.5) == pytest.approx(float(law.pdf(0.5, dps=20)), rel=1e-12)
    exponent, coefficient = law.edge_exponents()[0]
    x = 1e-250
    assert law.pdf(x) / (float(coefficient) * x ** float(exponent)) == pytest.approx(1, rel=0.05)


def test_a_mass_at_a_logarithmic_hard_edge_is_not_lost():
    law = fa.nets.universal_jacobian("bernoulli", variance=2)
    assert float(law.cdf(1, dps=20)) == pytest.approx(law.cdf(1), rel=1e-13)
    assert float(law.pdf(1, dps=20)) == pytest.approx(law.pdf(1), rel=1e-12)
    assert law.cdf(1) == pytest.approx(0.67617407825425, rel=1e-12)


def test_edges_of_the_smooth_class_in_closed_form():
    edges = fa.nets.universal_jacobian("smooth", variance=Rational(1, 4)).edge_exponents()
    assert [exponent for exponent, _ in edges.values()] == [HALF, HALF]
    assert all(edge.has(exp) for edge in edges)


@pytest.mark.slow
def test_the_cusp_of_gaussian_plus_rademacher():
    """g = -w2 + ..., z = -2 w2^3 + ..., so the density is sin(pi/3)/(2^(1/3) pi) |x|^(1/3)."""
    law = fa.boxplus(fa.Gaussian(), fa.Rademacher())
    coefficient = np.sin(np.pi / 3) / (2 ** (1 / 3) * np.pi)
    assert law.pdf(0) == 0
    assert law.pdf(1e-12) == pytest.approx(coefficient * 1e-4, rel=1e-6)
    assert law.pdf(1e-3) == pytest.approx(coefficient * 0.1, rel=1e-3)
    assert law.pdf(-1e-3) == pytest.approx(law.pdf(1e-3), rel=1e-9)
    assert law.expect(lambda x: x**4) == pytest.approx(float(law.moments(4)[3]), rel=1e-11)


def test_a_far_tail_is_right_or_refused():
    law = fa.boxplus(fa.Gaussian(), fa.Semicircle())
    x = np.linspace(-60, 60, 501)
    values = law.pdf(x)
    assert values.sum() * (x[1] - x[0]) == pytest.approx(1, rel=1e-6)
    for k in (100, 170):
        assert values[k] == pytest.approx(float(law.pdf(float(x[k]), dps=20)), rel=1e-9)
    assert 0 < values[100] < 1e-200 and values[0] == 0
    with pytest.raises(Undecided, match="ask for the cdf"):
        law.pdf(1000.0)


@pytest.mark.slow
def test_a_gap_between_edges_is_empty_though_g_vanishes_in_it():
    law = fa.boxplus(fa.Uniform(-1, 1), 3 * fa.Rademacher())
    intervals = [(float(a), float(b)) for a, b in law.support_intervals()]
    assert len(intervals) == 2 and intervals[0][1] < -2 < 2 < intervals[1][0]
    assert np.all(law.pdf(np.linspace(-2, 2, 9)) == 0)


@pytest.mark.slow
def test_a_projection_cuts_out_the_compression():
    uniform = fa.Uniform(1, 2)
    x = np.linspace(1.2, 1.8, 7)
    product = fa.boxtimes(fa.Projection(Rational(1, 3)), uniform)
    assert np.allclose(product.pdf(x), uniform.compress(Rational(1, 3)).pdf(x) / 3, rtol=1e-11)
    assert product.atoms() == {Integer(0): Rational(2, 3)}


@pytest.mark.slow
def test_compound_poisson_laws_of_a_uniform_jump_add_their_rates():
    x = np.linspace(0.8, 3.0, 6)
    whole = fa.CompoundFreePoisson(4, fa.Uniform(0, 1))
    assert np.allclose(whole.pdf(x), fa.CompoundFreePoisson(2, fa.Uniform(0, 1)).boxplus_power(2).pdf(x), rtol=1e-11)
    assert whole.expect(lambda t: t**3) == pytest.approx(float(whole.moments(3)[2]), rel=1e-12)


@pytest.mark.slow
def test_mixtures_and_squares_enter_by_their_transforms():
    mixed = fa.mixture({fa.Semicircle(): HALF, fa.Uniform(2, 3): HALF}).compress(HALF)
    assert mixed.expect(lambda x: x**4) == pytest.approx(float(mixed.moments(4)[3]), rel=1e-11)
    product = fa.boxtimes(fa.MarchenkoPastur(), fa.Gaussian().square())
    assert product.expect(lambda x: x**3) == pytest.approx(float(product.moments(3)[2]), rel=1e-9)


@pytest.mark.parametrize("two_sided", [pytest.param(False, marks=pytest.mark.slow), True])
def test_laws_against_a_sampled_matrix(two_sided):
    rng = np.random.default_rng(11)
    n = 500
    haar = np.linalg.qr(rng.normal(size=(n, n)))[0]
    levels = (np.arange(n) + 0.5) / n
    first = np.diag(2 * levels - 1)
    if two_sided:
        law = fa.boxplus(fa.Uniform(-1, 1), fa.Uniform(-1, 1))
        sample = np.linalg.eigvalsh(first + haar @ first @ haar.T)
    else:
        root = np.diag(np.sqrt(1 + levels))
        law = fa.boxtimes(fa.Uniform(1, 2), fa.Uniform(1, 2))
        sample = np.linalg.eigvalsh(root @ haar @ root @ root @ haar.T @ root)
    assert np.abs(law.cdf(sample) - levels).max() < 0.01


def test_a_gaussian_distribution_function_to_forty_digits():
    with mp_precision(45):
        exact = mpmath.ncdf(mpmath.mpf("0.3"))
        found = fa.Gaussian().cdf(Rational(3, 10), dps=40)
        assert abs(found - exact) < mpmath.mpf(10) ** -39


def test_mass_rules_stop_at_their_budget():
    with mp_precision(30):
        whole = MassRule(lambda us: [1 / mpmath.sqrt(1 - u * u) / mpmath.pi for u in us]).arc(-1, 1, 1)
        assert abs(whole - 1) < mpmath.mpf(10) ** -18
        with pytest.raises(Undecided, match="does not settle|needs more than"):
            MassRule(lambda us: [mpmath.mpf(abs(u) < 0.1) for u in us]).arc(-1, 1, 0.9)


def test_densities_by_digits_climb_until_they_stand_clear():
    with mp_precision(20):
        found = density_digits(lambda: mpmath.mpc(1, -mpmath.exp(-500)), 15)
        assert abs(found * mpmath.exp(500) * mpmath.pi - 1) < 1e-14
    with pytest.raises(Undecided, match="1e-900"):
        density_digits(lambda: mpmath.mpc(1, 0), 15)


def test_an_error_names_degrees_and_not_coefficients():
    with pytest.raises(Undecided, match="degree 2 in G and 1 in z") as caught:
        CurveLeaf(((1,), (0, -1), (1,)), lambda z: 3 / z, 0.0).start(np.array([0.001 - 0.002j]), DOUBLES)
    assert "((" not in str(caught.value)


def test_a_lifted_point_still_gives_a_consistent_step():
    """A real point with Im w = -1e-17: the tangent starts from w + i0 and must say so."""
    leaf = TransformLeaf(-sqrt(pi / 2) * exp(-(X**2) / 2) * erfc(-Integer(1) * X / sqrt(2)) + log(X), X)
    line = leaf.linear(np.array([3.0 - 1e-17j]), np.array([0.2 + 0j]), [], DOUBLES)
    above = leaf.linear(np.array([3.0 + 0j]), np.array([0.2 + 0j]), [], DOUBLES)
    assert (line.r - above.r)[0] == pytest.approx((above.a * 1e-17j)[0], rel=1e-9)


def test_engines_are_the_continued_ones():
    assert isinstance(engine_of(fa.boxplus(fa.Gaussian(), fa.Semicircle())), ContinuedLaw)


def test_a_closed_density_is_known_where_doubles_know_nothing_of_it():
    """exp(-x^2/2)/sqrt(2 pi) far out, where it is far below the rounding of G: it was 3e-307 at 1000, and digits were refused."""
    law = fa.Gaussian()
    assert law.pdf(1000.0) == 0.0
    assert law.pdf([30.0, 38.0]) == pytest.approx(np.exp(-np.array([30.0, 38.0]) ** 2 / 2) / np.sqrt(2 * np.pi), rel=1e-12)
    with mp_precision(40):
        assert law.pdf(1000, dps=30) == pytest.approx(mpmath.exp(-500_000) / mpmath.sqrt(2 * mpmath.pi), rel=1e-29)
