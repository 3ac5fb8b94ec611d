"""Laws without moments: germs on the upper half plane only, Puiseux germs, tails."""

from __future__ import annotations

from math import comb

import flint
import mpmath
import numpy as np
import pytest

from freealg.exact.context import ball_precision
from freealg.numerics.algebraic import AlgebraicDensity
from freealg.numerics.plane_curve import PlaneCurve
from freealg.numerics.real_algebraic import Infinite


def shifted_powers(moments, a, c, n):
    """E (X + a - ic)^k as pairs of rationals, from the moments of X (m_0 first)."""
    out = []
    for k in range(1, n + 1):
        re = im = flint.fmpq(0)
        power = [(flint.fmpq(1), flint.fmpq(0))]
        for _ in range(k):
            x, y = power[-1]
            power.append((x * a + y * c, y * a - x * c))
        for j in range(k + 1):
            weight = comb(k, j) * flint.fmpq(moments[j])
            re, im = re + weight * power[k - j][0], im + weight * power[k - j][1]
        out.append((re, im))
    return out


def cauchy_curve(a, c):
    return PlaneCurve(((1,), (2 * a, -2), (a * a + c * c, -2 * a, 1)), lambda n: shifted_powers([1] + [0] * n, a, c, n))


@pytest.fixture(scope="module")
def plus_marchenko_pastur():
    # Cauchy(0, 2) + MP(1/2): z g^2 + (1 - 2z) g + 2 at z + 2i, times its conjugate
    rows = ((4,), (4, -8), (17, 0, 4), (-16, 2, -4), (4, 0, 1))
    catalan = [flint.fmpq(1), flint.fmpq(1), flint.fmpq(3, 2), flint.fmpq(11, 4), flint.fmpq(45, 8)]
    return AlgebraicDensity(PlaneCurve(rows, lambda n: shifted_powers([*catalan, *[0] * n], 0, 2, min(n, 4))))


@pytest.fixture(scope="module")
def inverse_marchenko_pastur():
    # 1/MP(1): G = 1/z - g(1/z)/z^2 = 1/z (1 - i z^(-1/2) sqrt(1 - 1/(4z)) - 1/(2z)) on the upper half plane
    half = flint.fmpq(1, 2)
    germ = [(0, -1), (-half, 0), (0, half / 4), (0, 0), (0, half**7)]
    return AlgebraicDensity(PlaneCurve(((1,), (1, -2), (0, 0, 1)), lambda n: germ[:n], 2))


@pytest.mark.parametrize(("a", "c"), [(0, 1), (2, 3), (-1, 2)])
def test_the_cauchy_law(a, c):
    law = AlgebraicDensity(cauchy_curve(a, c))
    x = np.array([-1e6, -5.0, a, 0.3, 7.0, 1e9])
    assert law.support() == [(Infinite(-1), Infinite(1))]
    assert np.abs(law.pdf(x) * np.pi * ((x - a) ** 2 + c * c) / c - 1).max() < 2e-15
    assert np.abs(law.cdf(x) - (0.5 + np.arctan((x - a) / c) / np.pi)).max() < 1e-15
    q = np.array([1e-10, 0.2, 0.5, 0.9])
    assert law.icdf(q) == pytest.approx(a + c * np.tan(np.pi * (q - 0.5)), rel=1e-6)
    assert law.expect(lambda t: 1 / (1 + t * t)) == pytest.approx((1 + c) / ((1 + c) ** 2 + a * a), abs=1e-13)
    assert law.cauchy(1j) == pytest.approx(1 / (1j - a + 1j * c), abs=1e-15)
    with ball_precision(120):
        assert abs(law.pdf_ball(flint.fmpq(1, 3), 30) - c / flint.arb.pi() / ((flint.arb(1) / 3 - a) ** 2 + c * c)) < 1e-30


def test_tails_have_exponent_two_and_the_scale_as_coefficient():
    edges = AlgebraicDensity(cauchy_curve(2, 3)).edge_exponents()
    assert [(float(place), exponent) for place, exponent, _ in edges] == [(-np.inf, (2, 1)), (np.inf, (2, 1))]
    assert all(abs(float(value) - 3 / np.pi) < 1e-15 for *_, value in edges)


def test_cauchy_plus_marchenko_pastur(plus_marchenko_pastur):
    law = plus_marchenko_pastur
    with ball_precision(120):
        assert abs(law.pdf_ball(1, 40) - flint.arb("0.1435550163681189210442656")) < 1e-24
    assert abs(law.pdf(1.0) / 0.1435550163681189210442656 - 1) < 1e-15
    assert abs(law.distribution.total - 1) < 1e-12
    assert law.cdf(1e9) == pytest.approx(1 - 2e-9 / np.pi, abs=1e-16)
    for x in (-40.0, -0.01, 0.0, 3.3, 1e5):
        assert abs(law.pdf(x) / float(law.pdf_ball(x, 20)) - 1) < 4e-15


def test_a_puiseux_germ(inverse_marchenko_pastur):
    law = inverse_marchenko_pastur
    x = np.array([0.26, 0.5, 1.0, 10.0, 1e5, 1e12])
    assert np.abs(law.pdf(x) * 2 * np.pi * x * x / np.sqrt(4 * x - 1) - 1).max() < 1e-14
    assert law.pdf([0.2, 0.25]).tolist() == [0.0, 0.0]
    assert [(float(p), e) for p, e, _ in law.edge_exponents()] == [(0.25, (1, 2)), (np.inf, (3, 2))]
    assert abs(law.distribution.total - 1) < 1e-14
    # P(1/X <= x) = P(X >= 1/x)
    mass = mpmath.quad(lambda t: mpmath.sqrt((4 - t) / t) / (2 * mpmath.pi), [0.1, 4])
    assert law.cdf(10.0) == pytest.approx(float(mass), abs=1e-14)
    assert law.icdf(law.cdf(1e4)) == pytest.approx(1e4, rel=1e-10)
    assert law.cauchy(1 + 1j) == pytest.approx(complex(law.cauchy_ball((1, 1), 20)), abs=1e-14)
