"""Numeric answers where doubles are few: atoms between doubles, steep images, masses with small relative error, products with atoms at 0."""

import mpmath
import numpy as np
import pytest
from sympy import Rational, root, sqrt

import freealg as fa

THIRD, HALF = Rational(1, 3), Rational(1, 2)


@pytest.mark.parametrize(
    "law",
    [
        fa.Discrete({THIRD: HALF, sqrt(2): HALF}),
        fa.Discrete({0: THIRD, 1: THIRD, 3: THIRD}).boxplus_power(Rational(1001, 1000)),
        fa.Discrete({THIRD: HALF, Rational(1, 7): HALF}).inverse(),
        THIRD * fa.MarchenkoPastur(ratio=3) - Rational(1, 7),
        fa.MarchenkoPastur(ratio=3).mobius(1, 2, 3, 7),
        fa.MarchenkoPastur(ratio=3).mobius(3, 7, 1, 2),
    ],
    ids=str,
)
def test_an_atom_sits_at_the_double_nearest_to_it(law):
    q = np.linspace(0, 1, 101)
    assert (law.cdf(law.icdf(q)) >= q - 1e-13).all()
    for location, mass in law.atoms().items():
        x = float(location)
        assert law.pmf(x) == float(mass)
        assert law.cdf(x) - law.cdf(np.nextafter(x, -np.inf)) == pytest.approx(float(mass), abs=1e-7)


def test_a_fourth_power_is_right_over_its_long_arc():
    """The arc is 4e4 times as long as the distance from its lower end to the next critical point; F is that of the law itself at the fourth root."""
    law, power = fa.MarchenkoPastur(ratio=THIRD), fa.MarchenkoPastur(ratio=THIRD).square().square()
    x = np.array([0.0010183, 0.002, 0.1, 2.0, 11.0, 30.0, 38.3])
    assert power.cdf(x) == pytest.approx(law.cdf(x**0.25), abs=2e-14)
    assert power.pdf(x[1:-1]) == pytest.approx(law.pdf(x[1:-1] ** 0.25) * 0.25 * x[1:-1] ** -0.75, rel=1e-12)
    assert abs(power.cdf(2, dps=25) - law.cdf(root(2, 4), dps=30)) < mpmath.mpf(10) ** -25


@pytest.mark.parametrize("digits", [3, 8, 15])
def test_a_small_mass_has_its_digits(digits):
    """P(1/X <= y) = 1 - P(X < 1/y), beside the lower edge of 1/X."""
    law = fa.MarchenkoPastur(ratio=HALF)
    y = Rational(34314575050762, 10**14) + Rational(1, 10**digits) * 10
    with mpmath.workdps(60):
        wanted = 1 - law.cdf(1 / y, dps=55)
        assert abs(law.inverse().cdf(y, dps=25) / wanted - 1) < mpmath.mpf(10) ** -24


def test_a_small_index_has_its_digits():
    """A law moved so that it begins at -1e-6: the mass of its mirror image below 0 is 1 minus what is below."""
    law = fa.boxplus(fa.Semicircle(variance=Rational(1, 10)), fa.Rademacher())
    low = law.support_intervals()[0][0]
    law = law - Rational(str(low.n(20))) - Rational(1, 10**6)
    with mpmath.workdps(60):
        wanted = 1 - (-1 * law).cdf(0, dps=55)
        assert 0 < wanted < 1e-6
        assert abs(law.index(dps=25) / wanted - 1) < mpmath.mpf(10) ** -24


@pytest.mark.parametrize(
    "factor",
    [
        fa.MarchenkoPastur(),
        fa.Projection(Rational(9, 10)),
        fa.Discrete({THIRD: Rational(1, 10), HALF: Rational(9, 10)}),
        fa.CompoundFreePoisson(HALF, fa.Uniform(0, 1)),
    ],
)
def test_products_with_a_compound_free_poisson_law(factor):
    """Its atom at 0 and a density that does not stop there; the moments come from free cumulants."""
    law = fa.boxtimes(fa.CompoundFreePoisson(HALF, fa.Uniform(0, 1)), factor)
    ((low, _),) = law.support_intervals()
    assert low == 0
    for k, moment in enumerate(law.moments(5), start=1):
        assert law.expect(lambda x, k=k: x**k) == pytest.approx(float(moment), rel=1e-13)


def test_inverses_are_exact_up_to_their_edges():
    """In doubles, against the digits at the same exact point; mapped back in doubles the last of these was wrong by 3e-5."""
    for law in (fa.MarchenkoPastur(ratio=HALF).inverse(), fa.FussCatalan(2).mobius(1, 0, 1, 1), fa.MarchenkoPastur(ratio=3).mobius(1, 2, 1, 3)):
        low, high = (float(end) for end in law.support_intervals()[0])
        for share in (1e-3, 1e-6, 1e-9, 1e-12):
            for point in (low + share * (high - low), high - share * (high - low)):
                exact = law.pdf(Rational(point), dps=20)
                assert abs(law.pdf(point) - exact) <= 2e-15 * exact
