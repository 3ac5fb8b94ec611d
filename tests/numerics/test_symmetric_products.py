"""Products of a symmetric law and a law on [0, oo) without an equation: by the square, against exact moments and subordination in floats."""

import numpy as np
import pytest
from sympy import Rational

import freealg as fa

FACTORS = {"semicircle": fa.Semicircle(), "arcsine": fa.Arcsine(), "signs": fa.Rademacher(), "tree": fa.KestenMcKay(3)}


@pytest.mark.parametrize("name", FACTORS)
def test_the_product_has_its_moments(name):
    law = fa.boxtimes(FACTORS[name], fa.Uniform(1, 2))
    for k in (2, 4, 6):
        assert law.expect(lambda x, k=k: x**k) == pytest.approx(float(law.moments(k)[-1]), rel=1e-10)
    low, high = law.support()
    assert float(low) == pytest.approx(-float(high)) and law.median() == pytest.approx(0, abs=2.0)
    x = np.array([0.2, 0.6, 1.5])
    assert law.pdf(x) == pytest.approx(law.pdf(-x), rel=1e-12)


def test_a_semicircle_times_a_uniform_law_by_its_fixed_point():
    """For s of variance 1 and Y >= 0: G(z) = E 1/(z - Y g), g = E Y/(z - Y g), the law of Y^(1/2) s Y^(1/2)."""
    nodes, weights = np.polynomial.legendre.leggauss(60)
    y, weights = 1.5 + nodes / 2, weights / 2
    for z in (0.3 + 0.2j, 2.0 + 0.5j):
        g = -1j
        for _ in range(3000):
            g = 0.5 * (g + np.sum(weights * y / (z - y * g)))
        expected = np.sum(weights / (z - y * g))
        law = fa.boxtimes(fa.Semicircle(), fa.Uniform(1, 2))
        assert complex(law.cauchy(z)) == pytest.approx(expected, rel=1e-9)
        assert complex(law.cauchy(z, dps=20)) == pytest.approx(expected, rel=1e-9)


def test_at_the_centre():
    """The density at 0 is the limit of both sides, and G(0 + i0) = -i pi times it."""
    law = fa.boxtimes(fa.Semicircle(), fa.Uniform(1, 2))
    assert law.pdf(0.0) == pytest.approx(law.pdf(1e-9), rel=1e-6) and law.cdf(0.0) == pytest.approx(0.5, abs=1e-12)
    assert law.cauchy(0.0) == pytest.approx(-1j * np.pi * law.pdf(0.0), rel=1e-12)


def test_laws_that_only_look_symmetric_are_not_taken_for_it():
    """Mean 0 and third moment 0, but a fifth that is not."""
    law = fa.Discrete({-2: Rational(1, 8), -1: Rational(1, 2), 0: Rational(1, 8), 1: Rational(1, 8), Rational(5, 3): Rational(1, 8)})
    from freealg.law.transcendental import _is_symmetric

    assert not _is_symmetric(law) and not _is_symmetric(fa.Semicircle(1, 1)) and _is_symmetric(fa.Rademacher())
