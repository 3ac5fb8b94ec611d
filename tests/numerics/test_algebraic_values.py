"""Densities, distribution functions and transforms: fast against certified, certified against published digits."""

from __future__ import annotations

from fractions import Fraction

import flint
import mpmath
import numpy as np
import pytest
import sympy as sp

import freealg as fa
from freealg.errors import InvalidInput
from freealg.exact.context import ball_precision, mp_precision
from freealg.numerics.real_algebraic import RealAlgebraic

PUBLISHED = [
    ("cusp", 1, "0.2370968641553880375889798"),
    ("mp plus signs", 2, "0.3060701609427096348219120"),
    ("fuss-catalan 2", 1, "0.1789791274880284629570655"),
    ("hessian one", 1, "0.2641028434779190137365410"),
    ("wide", 0, "0.1378322238554480123778316"),
    ("anticommutator", 0, "0.3183098861837906715377675"),
    ("shifted square", 4, "0.06891611192772400618891581"),
    ("shifted square", 1, "0.1591549430918953357688838"),
]


@pytest.mark.parametrize(("name", "x", "digits"), PUBLISHED)
def test_published_densities_to_25_digits(density, name, x, digits):
    with ball_precision(120):
        ball = density(name).pdf_ball(x, 40)
        assert abs(ball - flint.arb(digits)) < 1e-24 and ball.rel_accuracy_bits() > 110
    assert abs(density(name).pdf(float(x)) / float(digits) - 1) < 2e-15


def test_the_index_of_the_hessian_to_25_digits(density):
    for name, digits in (("hessian tenth", "0.1135620320933248830528607"), ("hessian two", "0.3381012444188823394919970")):
        with mp_precision(40):
            assert abs(density(name).cdf_mp(0, 30, closed=False) - mpmath.mpf(digits)) < 1e-25


ALL = [
    "semicircle", "mp half", "mp one", "mp three", "arcsine", "hessian", "three bulks", "cusp", "almost split", "almost joined", "two cuts",
    "fuss-catalan 2", "fuss-catalan 8", "mp half power", "mp product", "three bulks product", "projections", "atoms plus atoms", "degree nine",
    "shifted square", "embedded atom", "interior zero", "edge three halves", "anticommutator", "kesten-mckay 3",
]  # fmt: skip


def probes(law, rng, inside=6):
    """Random points of every interval and points down to 1e-12 of the width from both edges."""
    out = []
    for low, high in law.support():
        a, b = float(low), float(high)
        near = (b - a) * 10.0 ** -np.arange(2, 13, 5)
        out += [rng.uniform(a, b, inside), a + near, b - near]
    return np.concatenate(out)


@pytest.mark.parametrize("name", ALL)
def test_fast_density_agrees_with_the_certified_one(density, name):
    law = density(name)
    x = probes(law, np.random.default_rng(11))
    for point, value in zip(x, law.pdf(x), strict=True):
        exact = float(law.pdf_ball(float(point), 20))
        if np.isfinite(exact):
            assert abs(value - exact) <= 4e-15 * exact


@pytest.mark.parametrize("name", ALL)
def test_mass_one_and_exact_moments(density, name):
    law = density(name)
    assert abs(law.distribution.total - 1) < 1e-12
    for k, exact in enumerate(law.curve.moments(8), start=1):
        size = max(1.0, abs(float(exact)))
        assert abs(law.expect(lambda x, k=k: x**k) - float(exact)) < 2e-14 * size


@pytest.mark.parametrize("name", ["hessian", "three bulks", "projections", "fuss-catalan 2", "mp three", "arcsine", "degree nine"])
def test_quantiles_invert_the_distribution_function(density, name):
    law = density(name)
    q = np.random.default_rng(5).uniform(size=2000)
    x = law.icdf(q)
    values = law.cdf(x)
    atoms = {float(atom.location) for atom in law.atoms()}
    regular = ~np.isin(x, list(atoms))
    slack = 1e-14 + 2e-16 * np.abs(x) * law.pdf(x)
    assert (np.abs(values - q) <= slack)[regular].all()
    assert (values >= q - slack).all()
    assert law.icdf(0.0) == min([float(law.support()[0][0]), *atoms]) and np.isnan(law.icdf(1.5))


def test_the_distribution_function_is_the_integral_of_the_density(density):
    law = density("degree nine")
    for a, b in ((-2.0, -1.5), (1.5, 6.0)):
        x = np.polynomial.legendre.leggauss(60)
        nodes = 0.5 * (b - a) * x[0] + 0.5 * (a + b)
        assert abs(law.cdf(b) - law.cdf(a) - 0.5 * (b - a) * (x[1] @ law.pdf(nodes))) < 1e-13


def test_the_distribution_function_is_right_continuous_at_atoms(density):
    law = density("projections")
    assert law.cdf(1.0) - law.cdf(np.nextafter(1.0, 0)) == pytest.approx(1 / 12, abs=1e-15)
    assert law.cdf(2.0) == 1.0 and law.cdf(np.inf) == 1.0 and law.cdf(-np.inf) == 0.0 and np.isnan(law.cdf(np.nan))
    assert law.icdf(0.999) == 2.0
    with mp_precision(30):
        jump = law.cdf_mp(1, 25) - law.cdf_mp(1, 25, closed=False)
        assert abs(jump - mpmath.mpf(1) / 12) < 1e-24


def test_quantiles_of_points(density):
    law = density("points")
    assert law.icdf([0.1, 1 / 3, 0.34, 0.5, 0.51]).tolist() == [-1.0, -1.0, 0.5, 0.5, 7.0]
    assert law.pdf([-1.0, 0.5]).tolist() == [0.0, 0.0] and law.support() == []


def test_special_values_at_edges_atoms_and_outside(density):
    assert density("arcsine").pdf([-2.0, 2.0, 2.5]).tolist() == [np.inf, np.inf, 0.0]
    assert not density("arcsine").pdf_ball(2).is_finite()
    assert density("semicircle").pdf([2.0, -2.0, 7.0]).tolist() == [0.0, 0.0, 0.0]
    assert density("semicircle").pdf_ball(2) == 0 and density("semicircle").pdf_ball(Fraction(5, 2)) == 0
    assert density("mp three").pdf_ball(0) == 0
    assert density("embedded atom").pdf(0.0) == pytest.approx(0.5 / np.pi, rel=1e-15)
    assert abs(density("embedded atom").pdf_ball(0, 30) - 1 / (2 * flint.arb.pi())) < 1e-14


def test_an_exact_algebraic_point_is_compared_exactly(density):
    law = density("mp half")
    edge = law.support()[0][0]
    assert law.pdf_ball(edge) == 0
    inside = RealAlgebraic((-2, 0, 1), 1)
    assert abs(float(law.pdf_ball(inside, 20)) - law.pdf(2**0.5)) < 1e-15


def test_balls_of_points_give_balls_that_cover(density):
    law = density("semicircle")
    narrow = law.pdf_ball(flint.arb(1, 1e-10), 30)
    assert narrow.contains(law.pdf_ball(1, 15)) and float(narrow.rad()) < 1e-9
    edge = law.pdf_ball(flint.arb(2, 1e-3), 30)
    assert edge.contains(0) and edge.contains(law.pdf_ball(flint.fmpq(1999, 1000), 15))
    assert law.pdf_ball(flint.arb(3, 0.5)) == 0


def test_densities_to_many_digits_against_the_closed_form(density):
    with mp_precision(60) as mp:
        x = mp.mpf(1) / 3
        expected = mp.sqrt(4 - x**2) / (2 * mp.pi)
        assert abs(density("semicircle").pdf_mp(Fraction(1, 3), 55) / expected - 1) < mp.mpf(10) ** -54
        tiny = Fraction(2) - Fraction(1, 10**30)
        exact = mp.sqrt(4 - (mp.mpf(2) - mp.mpf(10) ** -30) ** 2) / (2 * mp.pi)
        assert abs(density("semicircle").pdf_mp(tiny, 20) / exact - 1) < mp.mpf(10) ** -19


@pytest.mark.parametrize("name", ["semicircle", "arcsine", "hessian", "cusp", "projections", "degree nine", "mp half power", "embedded atom"])
def test_the_cauchy_transform_everywhere_in_the_plane(density, name):
    law = density(name)
    rng = np.random.default_rng(3)
    x = probes(law, rng, 8)
    z = np.concatenate([x + 1j * 10.0 ** rng.uniform(-12, 2, len(x)), x - 0.3j])
    for point, value in zip(z, law.cauchy(z), strict=True):
        exact = complex(law.cauchy_ball(complex(point), 20))
        assert abs(value - exact) <= 3e-13 * abs(exact)


def test_the_cauchy_transform_on_the_axis_is_the_limit_from_above(density):
    law = density("hessian")
    x = np.array([-1.0, 0.3, 2.0, 5.0])
    assert np.abs(law.cauchy(x).imag + np.pi * law.pdf(x)).max() < 1e-14
    assert (law.cauchy(x).imag <= 0).all() and law.cauchy(2.0 - 1e-9j).imag > 0


def test_shapes_follow_numpy(density):
    law = density("semicircle")
    assert isinstance(law.pdf(0.5), float) and law.pdf(np.zeros((2, 3))).shape == (2, 3)
    assert law.cdf([]).shape == (0,) and law.icdf(np.array([[0.5]])).tolist() == [[pytest.approx(0.0, abs=1e-15)]]
    assert isinstance(law.cauchy(1j), complex)


def test_integrals_of_functions_singular_at_the_edges(density):
    # -E log(density) of the semicircle on [-2, 2] is log(2 pi) - 1/2, and E log(4 - x^2) = 1
    law = density("semicircle")
    assert law.expect(lambda x: -np.log(law.pdf(x))) == pytest.approx(np.log(2 * np.pi) - 0.5, abs=1e-13)
    assert density("mp one").expect(lambda x: np.log(x)) == pytest.approx(-1.0, abs=1e-13)
    assert density("projections").expect(lambda x: x + 1j) == pytest.approx(17 / 12 + 1j, abs=1e-14)


def test_other_exact_numbers_are_read_exactly(density):
    law = density("semicircle")
    assert law.pdf_ball(mpmath.mpf("0.25"), 20).overlaps(law.pdf_ball(Fraction(1, 4), 20))
    assert complex(law.cauchy_ball(mpmath.mpc(0.5, 1), 20)) == pytest.approx(law.cauchy(0.5 + 1j), abs=1e-15)
    with pytest.raises(InvalidInput, match="not a finite rational"):
        law.pdf_ball(float("inf"))


def test_a_pole_of_one_side_is_a_pole_whichever_side_it_is():
    from sympy import Rational

    import freealg as fa

    half = Rational(1, 2)
    law = fa.mixture({fa.Semicircle(): half, fa.Arcsine(radius=1): half})
    assert law.pdf([-1, 1]).tolist() == [np.inf, np.inf]
    assert law.pdf([1.0, 1.5]).tolist()[0] == np.inf
    assert law.pdf(1, dps=20) == mpmath.inf


@pytest.mark.parametrize("exponent", [-60, -20, 20, 60])
def test_a_law_on_any_scale_is_the_law(exponent):
    """The density of c X at c x is that of X at x over c: coefficients that doubles hold in units of their own only."""
    law = fa.boxtimes(fa.MarchenkoPastur(), fa.MarchenkoPastur(ratio=sp.Rational(2, 5)))
    law = fa.boxplus(fa.Rademacher(), fa.Semicircle(), law) if abs(exponent) < 60 else fa.boxplus(fa.Projection(sp.Rational(1, 3)), law)
    (low, *_), (*_, high) = (tuple(map(float, pair)) for pair in (law.support_intervals()[0], law.support_intervals()[-1]))
    x, scale = low + (high - low) * np.array([0.2, 0.5, 0.9]), sp.Integer(10) ** exponent
    scaled = scale * law
    assert scaled.pdf(x * float(scale)) * float(scale) == pytest.approx(law.pdf(x), rel=1e-13)
    assert scaled.cauchy(1j * float(scale)) * float(scale) == pytest.approx(law.cauchy(1j), rel=1e-13)
