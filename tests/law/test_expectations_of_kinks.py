"""E f(X) for functions with jumps and kinks inside the support: E sign(X - a) = 1 - 2 F(a) + P(X = a), E max(X - a, 0) is the integral of 1 - F."""

import numpy as np
import pytest
import sympy as sp
from sympy import Rational

import freealg as fa

HALF, THIRD = Rational(1, 2), Rational(1, 3)
T = sp.Symbol("t")
LAWS = {
    "algebraic": fa.MarchenkoPastur(HALF),
    "affine": 3 * fa.Uniform(0, 1) - 1,
    "by subordination": fa.boxplus(fa.Uniform(1, 2), fa.Semicircle(2, Rational(1, 4))),
    "unbounded": fa.Gaussian(),
    "heavy tails": fa.boxplus(fa.Cauchy(), fa.Uniform(0, 1)),
    "square": fa.Gaussian().square(),
    "mixture with atoms": fa.mixture({fa.Projection(THIRD): HALF, fa.Semicircle(): HALF}),
    "inverse": fa.MarchenkoPastur(HALF).inverse(),
    "image under a map": fa.nets.activation("tanh").d2_law(1),
    "atoms": fa.Discrete({0: HALF, 1: HALF}),
}


@pytest.mark.parametrize("name", LAWS)
def test_a_jump_by_the_distribution_function(name):
    """A callable whose jump quadrature finds, one whose jump is named, and SymPy's, whose jump is read off."""
    law = LAWS[name]
    for a in (0.3, 1.7):
        wanted = 1 - 2 * law.cdf(a) + law.pmf(a)
        found = [law.expect(lambda x, a=a: np.sign(x - a)), law.expect(lambda x, a=a: np.sign(x - a), points=[a]), law.expect(sp.sign(T - a))]
        np.testing.assert_allclose(found, wanted, rtol=0, atol=2e-13)


def test_a_jump_at_an_atom():
    """sign(0) = 0, and Heaviside(0) = 1/2."""
    law = fa.mixture({fa.Projection(THIRD): HALF, fa.Semicircle(): HALF})
    assert law.expect(sp.sign(T - 1)) == pytest.approx(1 - 2 * law.cdf(1) + 1 / 6, abs=1e-14)
    assert law.expect(sp.Heaviside(T - 1)) == pytest.approx(1 - law.cdf(1) + 1 / 12, abs=1e-14)


def test_kinks_by_closed_forms():
    """E|X| = 8/(3 pi) for the semicircle, sqrt(2/pi) for the Gaussian law; E max(U, U^2) on [-1, 2] by hand."""
    assert fa.Semicircle().expect(abs) == pytest.approx(8 / (3 * np.pi), rel=1e-14)
    assert fa.Gaussian().expect(sp.Abs) == pytest.approx(np.sqrt(2 / np.pi), rel=1e-14)
    assert fa.Uniform(-1, 2).expect(sp.Max(T, T**2)) == pytest.approx(float(Rational(1, 3) * (THIRD + HALF + Rational(7, 3))), rel=1e-14)
    piecewise = sp.Piecewise((T, T < 1), (T**2 + 5, T < sp.sqrt(2)), (0, True))
    wanted = (0.5 + (2**1.5 - 1) / 3 + 5 * (2**0.5 - 1)) / 2
    assert fa.Uniform(0, 2).expect(piecewise) == pytest.approx(wanted, rel=1e-14)
    assert fa.Uniform(0, 2).expect(sp.Lambda(T, piecewise)) == pytest.approx(wanted, rel=1e-14)


def test_many_jumps_are_found():
    """E floor(5 U) on [0, 2] is 9/2; the sum of 1 - F(k/5) for MP."""
    assert fa.Uniform(0, 2).expect(lambda x: np.floor(5 * x)) == pytest.approx(4.5, rel=1e-12)
    law = fa.MarchenkoPastur(HALF)
    assert law.expect(lambda x: np.floor(5 * x)) == pytest.approx(sum(1 - law.cdf(k / 5) for k in range(1, 16)), rel=1e-12)


def test_singular_inside():
    """E log|x - X| = x^2/4 - 1/2 for the semicircle."""
    assert fa.Semicircle().expect(lambda x: np.log(np.abs(x - 0.3))) == pytest.approx(0.09 / 4 - 0.5, rel=1e-12)


@pytest.mark.parametrize("name", ["algebraic", "unbounded", "heavy tails"])
@pytest.mark.parametrize("f", [lambda x: 1 / np.abs(x - 0.3), lambda x: np.sin(1 / (x - 0.3)) / (x - 0.3)])
def test_what_is_not_integrable_is_refused(name, f):
    with pytest.raises(fa.InvalidInput, match="did not settle"):
        LAWS[name].expect(f)


@pytest.mark.parametrize("points", [["a"], [float("nan")], [1j], "no"])
def test_points_must_be_numbers(points):
    with pytest.raises(fa.InvalidInput, match="points must be finite real numbers"):
        fa.Semicircle().expect(abs, points=points)
