"""Laws with finitely many atoms and nothing else: the engine that sums over them, against fractions and against the equation's engine."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy
from sympy import Rational, pi, sqrt

import freealg as fa
from freealg.forms import CauchyEquation
from freealg.law.express import express
from freealg.law.spectral import AlgebraicSpectrum
from freealg.numerics.plane_curve import PlaneCurve

THIRTY = fa.Discrete({k: Rational(1, 30) for k in range(30)})
MADE = {
    "rational": fa.Discrete({0: Rational(1, 3), 1: Rational(1, 6), 3: Rational(1, 2)}),
    "radicals": fa.Discrete({sqrt(2): 1 - 1 / sqrt(2), 1: 1 / sqrt(2)}),
    "square": fa.Discrete({-1: Rational(1, 6), 1: Rational(1, 3), 2: Rational(1, 2)}).square(),
    "mobius": fa.Discrete({0: Rational(1, 3), 1: Rational(2, 3)}).mobius(1, 2, 1, 5),
    "mixture": fa.mixture({fa.Rademacher(): Rational(1, 4), fa.Projection(Rational(1, 3)).square(): Rational(3, 4)}),
    "root": fa.Discrete({0: Rational(1, 3), 4: Rational(2, 3)}).sqrt(),
    "point mass": fa.Discrete({Rational(1, 3): 1}),
}


def test_thirty_atoms_against_fractions():
    z = Fraction(7, 2)
    assert THIRTY.cauchy(3.5) == pytest.approx(float(sum(Fraction(1, 30) / (z - k) for k in range(30))), rel=1e-13)
    assert THIRTY.cdf(np.array([-0.5, 0.0, 0.5, 28.999, 29.0])).tolist() == [0.0, 1 / 30, 1 / 30, 29 / 30, 1.0]
    assert THIRTY.icdf(np.array([0.0, 1 / 30, 0.0334, 0.5, 0.5000001, 1.0])).tolist() == [0, 0, 1, 14, 15, 29]
    assert THIRTY.pdf([0.0, 0.5]).tolist() == [0.0, 0.0]
    assert THIRTY.expect(lambda x: x) == pytest.approx(14.5) and set(THIRTY.sample(200, rng=1)) <= set(range(30))
    exact = sum((sympy.Rational(1, 30) / (Rational(7, 2) - k) for k in range(30)), Rational(0))
    with mpmath.workdps(50):
        assert abs(THIRTY.cauchy(Rational(7, 2), dps=40) - mpmath.mpf(int(exact.p)) / int(exact.q)) < mpmath.mpf(10) ** -40
    assert THIRTY.log_potential(0.5) == pytest.approx(sum(np.log(abs(k - 0.5)) for k in range(30)) / 30, abs=1e-10)


@pytest.mark.parametrize("name", MADE)
def test_the_engine_of_the_equation_says_the_same(name):
    law = MADE[name]
    other = fa.Discrete(law.atoms())
    equation = express(other, CauchyEquation)
    by_curve = AlgebraicSpectrum(PlaneCurve(equation.curve.integer_rows(), fa.law.engine._numbers(equation.germ)), exact=True)
    assert type(law.engine).__name__ == "AtomicLaw"
    x = np.array([-2.5, -1.0, 0.0, 0.3, 1.0, 1.2, 3.0, 4.0, 5.0])
    assert law.cdf(x) == pytest.approx(by_curve.cdf(x), abs=1e-14) and law.pdf(x) == pytest.approx(by_curve.pdf(x), abs=0)
    assert law.icdf([0.01, 0.45, 0.99]) == pytest.approx(by_curve.icdf(np.array([0.01, 0.45, 0.99])), abs=1e-14)
    z = np.array([0.4 + 1e-3j, -1j, 0.35, 7.0])
    assert law.cauchy(z) == pytest.approx(by_curve.cauchy(z), rel=1e-12)
    ball = law.cauchy(Rational(7, 20), certified=True)
    assert ball.overlaps(by_curve.cauchy_ball(fa.exact.coerce.fmpq_of(Rational(7, 20)), 30)) and ball.rel_accuracy_bits() > 90
    assert [float(v) for pair in law.engine.atoms() for v in pair] == pytest.approx([float(v) for pair in by_curve.atoms() for v in pair], abs=1e-14)
    assert law.engine.intervals() == [] and law.edge_exponents() == {} and law.singular_points() == []
    assert law.index() == pytest.approx(float(sum(p for a, p in law.atoms().items() if a < 0)))


def test_a_transcendental_location_is_kept():
    law = fa.Discrete({pi: Rational(1, 3), -sqrt(2): Rational(2, 3)})
    with mpmath.workdps(60):
        exact = (1 / (mpmath.mpf(1) - mpmath.pi) + 2 / (1 + mpmath.sqrt(2))) / 3
        assert abs(law.cauchy(1, dps=50).real - exact) < mpmath.mpf(10) ** -49
    assert law.cdf(pi, dps=20) == 1 and law.cdf(3, dps=20) < 0.7 and law.engine.atoms()[1] == (pi, Rational(1, 3))
    with pytest.raises(fa.Undecided, match="certified balls need algebraic"):
        law.cauchy(1, certified=True)


def test_at_an_atom_the_transform_is_refused_and_at_a_zero_of_it_nothing_is_made_up():
    with pytest.raises(fa.InvalidInput, match="G is infinite at x = 3"):
        THIRTY.cauchy(3, dps=30)
    assert np.isnan(THIRTY.cauchy(3.0)) and fa.Rademacher().cauchy(0, dps=30) == 0
    with pytest.raises(fa.Undecided, match="do not tell apart"):
        fa.Discrete({sqrt(2): Rational(1, 2), sqrt(8): Rational(1, 2)}).cauchy(sqrt(18) / 2, dps=30)


def test_the_closed_transform_of_an_image_is_the_sum_over_its_atoms():
    z = sympy.Symbol("z")
    assert sympy.simplify(MADE["square"].cauchy_transform(z) - 1 / (2 * (z - 1)) - 1 / (2 * (z - 4))) == 0
    assert not MADE["square"].cauchy_transform(z).has(sqrt(z))


@pytest.mark.parametrize(
    "law", [fa.Uniform(), fa.Gaussian(), fa.Semicircle(variance=2), fa.mixture({fa.Uniform(): 0.5, fa.Rademacher(): 0.5})], ids=repr
)
def test_a_sum_with_point_masses_is_the_shift(law):
    """Queries of the sum against the other law's own, moved by hand; the first two moments from the sum's lanes against its engine."""
    moved = fa.boxplus(fa.Discrete({1: 1}), law, fa.Discrete({Rational(1, 2): 1}))
    x = np.array([-0.7, 0.2, 0.9])
    assert moved.pdf(x + 1.5) == pytest.approx(law.pdf(x), rel=1e-13) and moved.cdf(x + 1.5) == pytest.approx(law.cdf(x), rel=1e-13)
    assert moved.expect(lambda y: y**2) == pytest.approx(float(moved.moments(2)[1]), rel=1e-12)
    scaled = fa.boxtimes(fa.Discrete({2: 1}), law, fa.Discrete({-1: 1}))
    assert scaled.pdf(-2 * x) == pytest.approx(law.pdf(x) / 2, rel=1e-13)
    assert scaled.expect(lambda y: y**2) == pytest.approx(float(scaled.moments(2)[1]), rel=1e-12)


def test_point_masses_alone_add_and_multiply():
    two, three = fa.Discrete({2: 1}), fa.Discrete({3: 1})
    assert fa.boxplus(two, three).icdf(0.5) == 5 and fa.boxtimes(two, three).icdf(0.5) == 6
    assert fa.boxplus(two, fa.Uniform(), three).support_intervals() == [(5, 6)]
