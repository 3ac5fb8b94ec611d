"""Laws without moments: squares, rational transforms and distribution functions against closed forms and quadrature."""

import mpmath
import numpy as np
import pytest
import sympy as sp
from sympy import Rational, sqrt

import freealg as fa
from freealg.exact.context import mp_precision
from freealg.numerics.real_algebraic import as_fmpq

G, x, z = sp.symbols("G x z")
HALF = Rational(1, 2)


def cauchy_density(point, location, scale):
    return scale / (mpmath.pi * ((point - location) ** 2 + scale**2))


@pytest.mark.parametrize(("location", "scale"), [(0, 1), (1, HALF), (-2, 3), (HALF, sqrt(2))])
def test_the_square_of_a_cauchy_law(location, scale):
    """density (rho(r) + rho(-r))/(2 r), r = sqrt(y); mass (atan((r - a)/c) + atan((r + a)/c))/pi"""
    law = fa.Cauchy(location, scale).square()
    assert law.support() == (0, sp.oo) and law.atoms() == {}
    with mp_precision(30):
        a, c = (mpmath.mpf(sp.N(value, 30)) for value in (location, scale))
        for y in (mpmath.mpf("0.25"), mpmath.mpf(2)):
            r = mpmath.sqrt(y)
            density = (cauchy_density(r, a, c) + cauchy_density(-r, a, c)) / (2 * r)
            mass = (mpmath.atan((r - a) / c) + mpmath.atan((r + a) / c)) / mpmath.pi
            assert abs(law.pdf(Rational(str(y)), dps=20) - density) < 1e-18 * density
            assert abs(law.cdf(float(y)) - mass) < 1e-12


def test_the_equation_of_the_square_of_a_cauchy_law():
    """G = 1/(z + i sqrt(z)), so (1/G - z)^2 = -z"""
    found = fa.Cauchy().square().cauchy_equation(G, z).as_expr()
    assert sp.expand(found - ((1 - z * G) ** 2 + z * G**2)) == 0


def test_the_square_of_an_inverse_that_has_no_mean():
    """y = 1/u^2 with u Marchenko-Pastur of ratio 1: density rho(y^(-1/2)) y^(-3/2)/2"""
    law = fa.MarchenkoPastur().inverse().square()
    assert law.support_intervals() == [(Rational(1, 16), sp.oo)]
    assert abs(law.pdf(4.0) - mpmath.sqrt(3.5 * 0.5) / (2 * mpmath.pi * 0.5) / 16) < 1e-14


@pytest.mark.parametrize("point", [complex(-1, 1), mpmath.mpc(-1, 1), -1 + sp.I])
def test_points_with_a_negative_real_part_to_many_digits(point):
    with mp_precision(40):
        assert abs(fa.Cauchy().cauchy(point, dps=25) - mpmath.mpc(-1, -2) / 5) < 1e-24


def test_the_exact_rational_of_an_mpmath_number_keeps_its_sign():
    assert as_fmpq(mpmath.mpf(-1.5)) == as_fmpq(-1.5)


@pytest.mark.parametrize("point", [mpmath.inf, mpmath.nan])
def test_points_that_are_not_finite_have_no_digits(point):
    with pytest.raises(fa.InvalidInput, match="must be finite"):
        fa.Semicircle().pdf(point, dps=20)


def test_rational_transforms_with_complex_coefficients_have_a_closed_density():
    """Free and classical convolution with a Cauchy law agree."""
    p, a, c = sp.symbols("p a c")
    law = fa.boxplus(fa.Cauchy(a, c), fa.Discrete({0: p, 1: 1 - p}))
    wanted = (p * c / ((x - a) ** 2 + c**2) + (1 - p) * c / ((x - a - 1) ** 2 + c**2)) / sp.pi
    assert sp.cancel(law.density(x) - wanted) == 0
    law = fa.mixture({fa.Cauchy(): HALF, fa.Cauchy(1, 2): HALF})
    assert sp.cancel(law.density(x) - (1 / (1 + x**2) + 2 / (4 + (x - 1) ** 2)) / (2 * sp.pi)) == 0


@pytest.mark.parametrize(("mean", "variance"), [(0, 1), (1, 4), (-100, Rational(1, 100))])
def test_the_gaussian_distribution_function_to_many_digits(mean, variance):
    law = fa.Gaussian(mean, variance)
    deviation = sqrt(variance)
    with mp_precision(40):
        for steps in (-3, 0, Rational(5, 8), 9):
            wanted = mpmath.ncdf(mpmath.mpf(steps.p) / steps.q if steps else 0) if isinstance(steps, Rational) else mpmath.ncdf(steps)
            assert abs(law.cdf(mean + steps * deviation, dps=30) - wanted) < mpmath.mpf(10) ** -29


def test_a_gaussian_law_far_from_zero_in_doubles():
    law = fa.Gaussian(-100, Rational(1, 100))
    assert abs(law.cdf(-99.9) - float(mpmath.ncdf(1))) < 1e-12 and abs(law.icdf(0.5) + 100) < 1e-12


@pytest.mark.parametrize("dps", [0, -5, 2.5, "a", True])
def test_a_precision_is_a_whole_number_of_digits(dps):
    law = fa.Semicircle()
    for ask in (law.pdf, law.cdf, law.cauchy):
        with pytest.raises(fa.InvalidInput, match="dps must be a whole number of digits"):
            ask(0, dps=dps)


def reference(point, ratio):
    """G of Marchenko-Pastur at an mpmath number, by its closed form above the axis and conjugation below."""
    if point.imag < 0:
        return mpmath.conj(reference(mpmath.conj(point), ratio))
    root = mpmath.sqrt(point - (1 - mpmath.sqrt(ratio)) ** 2) * mpmath.sqrt(point - (1 + mpmath.sqrt(ratio)) ** 2)
    return (point + ratio - 1 - root) / (2 * ratio * point)


@pytest.mark.parametrize("at", [(Rational(1, 51), Rational(-1, 2500)), (Rational(2, 3), Rational(-1, 7)), (Rational(-5, 3), Rational(2, 7))])
def test_all_digits_asked_for_are_right_below_the_axis_too(at):
    law, point = fa.MarchenkoPastur(Rational(1, 3)), at[0] + sp.I * at[1]
    with mp_precision(60):
        value, third = mpmath.mpc(*(mpmath.mpf(part.p) / part.q for part in at)), mpmath.mpf(1) / 3
        wanted = reference(value, third)
        assert abs(law.cauchy(point, dps=40) - wanted) < mpmath.mpf(10) ** -39 * abs(wanted)
        image = 1 / value - reference(1 / value, third) / value**2
        assert abs(law.inverse().cauchy(point, dps=40) - image) < mpmath.mpf(10) ** -39 * abs(image)


def test_digits_of_g_at_a_rational_point_of_the_axis():
    law, third = fa.MarchenkoPastur(Rational(1, 3)), Rational(1, 3)
    with mp_precision(40):
        wanted = reference(mpmath.mpc(mpmath.mpf(9) / 10, mpmath.mpf(10) ** -70), mpmath.mpf(1) / 3)
        assert abs(law.cauchy(Rational(9, 10), dps=30) - wanted) < mpmath.mpf(10) ** -29
    assert law.mobius(1, 0, 1, third).cauchy(Rational(5, 7), dps=20).imag < 0


def test_the_density_of_an_image_at_an_irrational_point():
    """rho(y) = rho_X(1/y)/y^2"""
    with mp_precision(40):
        point = mpmath.sqrt(2)
        wanted = -reference(mpmath.mpc(1 / point, mpmath.mpf(10) ** -70), mpmath.mpf(1) / 3).imag / mpmath.pi / 2
        assert abs(fa.MarchenkoPastur(Rational(1, 3)).inverse().pdf(sqrt(2), dps=25) - wanted) < mpmath.mpf(10) ** -24


def test_a_transform_far_off_the_axis_is_that_of_the_other_summand():
    """A free Cauchy summand of scale s moves the argument: G(z) = G_Gauss(z + i s) on the upper half plane."""
    law = fa.boxplus(fa.Cauchy(scale=10**6), fa.Gaussian())
    points = np.array([0.3 + 0.7j, -1.1 + 0.2j])
    expected = np.array([complex(fa.Gaussian().cauchy(z + 1e6j, dps=17)) for z in points])
    assert np.allclose(law.cauchy(points), expected, rtol=1e-14, atol=0)
    assert np.allclose(law.cauchy(points.conj()), expected.conj(), rtol=1e-14, atol=0)
    assert np.isfinite(law.cauchy(np.linspace(0, 1, 600) + 1j)).all()
