"""icdf(q, dps) against inverse distribution functions that are known in closed form, and at atoms, gaps and ends."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from sympy import Rational, sqrt

import freealg as fa
from freealg.exact.context import mp_precision

THIRD, HALF = Rational(1, 3), Rational(1, 2)
SHARES = [Rational(1, 10**18), Rational(1, 7), Rational(2, 3), 1 - Rational(1, 10**9)]

CLOSED = {
    "arcsine": (fa.Arcsine(), lambda q: -2 * mpmath.cos(mpmath.pi * q)),
    "shifted arcsine": (3 - 2 * fa.Arcsine(), lambda q: 3 - 4 * mpmath.cos(mpmath.pi * q)),
    "inverse of an arcsine law": (fa.Arcsine().mobius(1, 0, 1, 3), lambda q: (a := -2 * mpmath.cos(mpmath.pi * q)) / (a + 3)),
    "Cauchy": (fa.Cauchy(2, 3), lambda q: 2 - 3 / mpmath.tan(mpmath.pi * q)),
    "square of a Cauchy law": (fa.Cauchy().square(), lambda q: mpmath.tan(mpmath.pi * q / 2) ** 2),
    "uniform": (fa.Uniform(-1, 2), lambda q: 3 * q - 1),
    "square root of a uniform law": (fa.Uniform(1, 4).sqrt(), lambda q: mpmath.sqrt(1 + 3 * q)),
    "Gaussian": (fa.Gaussian(1, 4), lambda q: 1 + 2 * mpmath.sqrt(2) * mpmath.erfinv(2 * q - 1)),
    "arcsine by two projections": (fa.boxplus(fa.Rademacher(), fa.Rademacher()), lambda q: -2 * mpmath.cos(mpmath.pi * q)),
    "two boxes": (fa.mixture({fa.Uniform(-3, -2): HALF, fa.Uniform(2, 3): HALF}), lambda q: 2 * q + (1 if q > HALF else -3)),
}


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.slow] * name.startswith(("Gaussian", "square of"))) for name in CLOSED])
def test_quantiles_are_those_of_the_closed_form(name):
    law, inverse = CLOSED[name]
    for q in SHARES:
        found = law.icdf(q, dps=30)
        with mp_precision(80):
            wanted = inverse(mpmath.mpf(q.p) / q.q)
            assert abs(found - wanted) <= 1e-29 * abs(wanted), q


@pytest.mark.parametrize("q", [0, 1])
def test_the_ends_are_exact(q):
    with mp_precision(60):
        assert abs(fa.MarchenkoPastur(ratio=HALF).icdf(q, dps=50) - (1 + (2 * q - 1) * mpmath.sqrt(0.5)) ** 2) < 1e-49
    assert fa.Cauchy().icdf(q, dps=20) == (mpmath.inf if q else -mpmath.inf)


def test_a_quantile_of_zero_is_found():
    law = fa.boxplus(fa.Semicircle(), fa.Discrete({-1: THIRD, 0: THIRD, 1: THIRD}))
    assert law.median(dps=40) == 0
    assert fa.Semicircle().icdf(HALF + Rational(1, 10**60), dps=20) == pytest.approx(3.14159265358979e-60, rel=1e-12)


def test_atoms_and_gaps():
    """An atom 2/3 at 0 and the gap up to (1 - sqrt 3)^2."""
    law = fa.MarchenkoPastur(ratio=3)
    assert [law.icdf(q, dps=25) for q in (Rational(1, 5), Rational(2, 3))] == [0, 0]
    with mp_precision(40):
        edge = (1 - mpmath.sqrt(3)) ** 2
        above = law.icdf(Rational(2, 3) + Rational(1, 10**24), dps=25)
        assert 0 < above - edge < 1e-14
    assert fa.Discrete({0: THIRD, sqrt(2): 2 * THIRD}).icdf([THIRD, HALF], dps=20) == [0, fa.Discrete({sqrt(2): 1}).icdf(HALF, dps=20)]


def test_where_the_distribution_function_is_flat():
    law = fa.boxplus(fa.Semicircle(variance=Rational(1, 100)), fa.Discrete({-1: THIRD, 0: THIRD, 1: THIRD}))
    for level, interval in ((THIRD, 0), (2 * THIRD, 1)):
        edge = law.support_intervals()[interval][1]
        assert str(law.icdf(level, dps=30)) == str(mpmath.mpf(str(edge.n(30))))
    assert law.icdf(THIRD + Rational(1, 10**12), dps=20) == pytest.approx(float(law.support_intervals()[1][0]), abs=1e-7)
    assert law.icdf(THIRD + Rational(1, 10**12), dps=20) > law.support_intervals()[1][0]


@pytest.mark.parametrize(
    "law",
    [
        fa.boxtimes(fa.MarchenkoPastur(ratio=2), fa.Discrete({1: HALF, 3: HALF})),
        fa.FussCatalan(3),
        fa.boxplus(fa.Cauchy(), fa.Rademacher()),
        fa.mixture({fa.Semicircle(): HALF, fa.Discrete({1: 1}): HALF}),
    ],
)
def test_the_distribution_function_at_a_quantile_is_the_share(law):
    for q in (Rational(3, 5), Rational(9, 10)):
        x = law.icdf(q, dps=25)
        assert float(x) == pytest.approx(law.icdf(float(q)), rel=1e-11)
        with mp_precision(30):
            level = law.cdf(x, dps=22)
            if law.pmf(Rational(float(x))) == 0:
                assert abs(level - mpmath.mpf(q.p) / q.q) < 1e-20


@pytest.mark.slow
def test_a_share_that_doubles_refuse_is_answered_by_digits():
    law = fa.boxplus(fa.Gaussian(), fa.Semicircle())
    x = law.icdf(Rational(1, 10**14), dps=10)
    assert float(law.cdf(x, dps=10)) == pytest.approx(1e-14, rel=1e-7)


def test_kinds_of_shares():
    law = fa.Uniform(0, 1)
    given = [0.25, Fraction(1, 4), mpmath.mpf("0.25"), Rational(1, 4), np.float64(0.25)]
    assert [law.icdf(q, dps=20) for q in given] == [mpmath.mpf("0.25")] * 5
    assert law.icdf(np.array([[0.25, 0.5]]), dps=20).shape == (1, 2)
    for bad in (-1, 2, Rational(-1, 10**30), "1/2", float("nan"), 1j):
        with pytest.raises(fa.FreeAlgError):
            law.icdf(bad, dps=20)


def test_an_edge_known_to_thirty_digits_is_refused_beyond():
    law = fa.boxplus(fa.Uniform(-1, 1), fa.Semicircle())
    assert law.icdf(1, dps=20) == pytest.approx(float(law.support()[1]))
    with pytest.raises(fa.Undecided, match="known to 28 digits"):
        law.icdf(1, dps=40)
