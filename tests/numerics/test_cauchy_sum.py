"""Sums of a Cauchy law and a law without a polynomial equation, against the classical convolution, which is the same, and against the algebraic engine."""

import mpmath
import numpy as np
import pytest
from sympy import Rational, oo, pi

import freealg as fa
from freealg.exact.context import mp_precision
from freealg.numerics.cauchy_sum import CauchySum

HALF = Rational(1, 2)
POINTS = np.array([-1e6, -40.0, -1.0, 0.0, 0.3, 2.0, 500.0])


def classical(density, span, x, a, c):
    """(density, distribution function) at x of the convolution, by quadrature in mpmath."""
    pdf = mpmath.quad(lambda y: density(y) * c / (mpmath.pi * ((x - a - y) ** 2 + c**2)), span)
    cdf = mpmath.quad(lambda y: density(y) * (mpmath.mpf(1) / 2 + mpmath.atan((x - a - y) / c) / mpmath.pi), span)
    return pdf, cdf


@pytest.mark.parametrize("c", [1, Rational(1, 10), 1000])
@pytest.mark.parametrize("name", ["gaussian", "uniform"])
def test_the_free_sum_with_a_cauchy_law_is_the_classical_one(name, c):
    part, density, span = {
        "gaussian": (fa.Gaussian(), lambda y: mpmath.exp(-(y**2) / 2) / mpmath.sqrt(2 * mpmath.pi), mpmath.linspace(-12, 12, 49)),
        "uniform": (fa.Uniform(-1, 1), lambda y: mpmath.mpf(1) / 2, mpmath.linspace(-1, 1, 21)),
    }[name]
    law = fa.boxplus(part, fa.Cauchy(HALF, c))
    assert type(law.engine) is CauchySum
    with mp_precision(30):
        wanted = [classical(density, span, mpmath.mpf(x), mpmath.mpf(1) / 2, mpmath.mpf(int(c.p)) / int(c.q) if c == Rational(1, 10) else c) for x in POINTS]
        assert abs(law.pdf(2, dps=20) - wanted[5][0]) < 1e-18 * wanted[5][0]
        assert abs(law.cdf(2, dps=18) - wanted[5][1]) < 1e-17
    assert law.pdf(POINTS) == pytest.approx([float(pdf) for pdf, _ in wanted], rel=1e-12)
    assert law.cdf(POINTS) == pytest.approx([float(cdf) for _, cdf in wanted], rel=1e-11, abs=1e-15)


def test_against_the_engine_of_equations():
    """The same sum with a semicircle, whose engine is another one."""
    law = fa.boxplus(fa.Semicircle(), fa.Cauchy(1, HALF))
    other = CauchySum(fa.Semicircle().engine, HALF * 2, HALF, "sum")
    points = np.array([-30.0, -2.0, 0.0, 1.0, 2.5, 80.0])
    assert other.pdf(points) == pytest.approx(law.pdf(points), rel=1e-12)
    assert other.cdf(points) == pytest.approx(law.cdf(points), abs=1e-13)
    assert other.icdf(np.array([0.01, 0.5, 0.9])) == pytest.approx(law.icdf(np.array([0.01, 0.5, 0.9])), rel=1e-11)
    assert other.cauchy(np.array([1 + 1j, 1 - 1j, 0.5])) == pytest.approx(law.cauchy(np.array([1 + 1j, 1 - 1j, 0.5])), rel=1e-12)
    assert other.expect(lambda x: np.log(1 + x * x)) == pytest.approx(law.expect(lambda x: np.log(1 + x * x)), rel=1e-11)
    assert other.edge_exponents() == {-oo: (2, HALF / pi), oo: (2, HALF / pi)}


def test_quantiles_and_ends():
    law = fa.boxplus(fa.Gaussian(), fa.Cauchy())
    share = np.array([1e-9, 0.2, 0.5, 0.999])
    assert law.cdf(law.icdf(share)) == pytest.approx(share, rel=1e-9)
    assert law.icdf([0, 1]).tolist() == [-np.inf, np.inf]
    assert law.support_intervals() == [(-oo, oo)] and law.atoms() == {}
    with pytest.raises(fa.InvalidInput, match="no mean"):
        law.expect(np.abs)
    with pytest.raises(fa.Undecided, match="polynomial equation"):
        law.pdf(1, certified=True)


def test_point_masses_move_the_law():
    for part in (fa.Uniform(0, 1), fa.Gaussian(), fa.boxplus(fa.Uniform(), fa.Semicircle())):
        law, points = fa.boxplus(part, fa.Discrete({Rational(1, 3): 1})), np.array([0.4, 0.7, 1.1])
        assert law.pdf(points) == pytest.approx(part.pdf(points - 1 / 3), rel=1e-13)
        assert law.moments(3) == (part + Rational(1, 3)).moments(3)
    assert fa.boxplus(fa.Uniform(0, 1), fa.Discrete({1: 1})).support_intervals() == [(1, 2)]
