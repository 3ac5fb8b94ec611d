"""Free products with compound free Poisson laws whose jumps have no polynomial equation."""

import mpmath
import numpy as np
import pytest

import freealg as fa

ABOVE = fa.Uniform(1, 2)


def _moment_transform(w):
    """w G(w) - 1 of Uniform(1, 2)."""
    return w * (mpmath.log(w - 1) - mpmath.log(w - 2)) - 1


@pytest.mark.parametrize(
    "factors",
    [
        (fa.CompoundFreePoisson(1, ABOVE), fa.CompoundFreePoisson(1, ABOVE)),
        (fa.CompoundFreePoisson(1, fa.Uniform(0, 1)), fa.CompoundFreePoisson(2, fa.Uniform(0, 1))),
        (fa.CompoundFreePoisson(1, ABOVE), fa.MarchenkoPastur()),
    ],
)
def test_moments_by_quadrature_are_the_exact_ones(factors):
    law = fa.boxtimes(*factors)
    exact = [float(m) for m in law.moments(6)]
    found = [law.expect(lambda x, k=k: x**k) for k in range(1, 7)]
    np.testing.assert_allclose(found, exact, rtol=1e-12)
    assert law.expect(lambda x: np.ones_like(x)) == pytest.approx(1, rel=1e-13)


def test_the_transform_satisfies_the_equation_of_the_product():
    """M_J(w) = m at rate 1 where w = z_1/(1 + m), and S multiplies: z = z_1^2 m/(1 + m) for two equal factors."""
    factor = fa.CompoundFreePoisson(1, ABOVE)
    law = fa.boxtimes(factor, factor)
    for z in (3 + 0.5j, 0.2 + 0.1j, 20 + 1j, 1e-9 + 1e-9j):
        m = complex(z * law.cauchy(z) - 1)
        first = mpmath.sqrt(z * (1 + m) / mpmath.mpc(m))
        value = max((_moment_transform(sign * first / (1 + m)) for sign in (1, -1)), key=lambda value: -abs(value - m))
        assert abs(value - m) < 1e-9 * abs(m)
    x = np.exp(np.linspace(-60, -25, 8))
    assert np.all(law.pdf(x) > 0)


@pytest.mark.slow
@pytest.mark.parametrize("factor", [fa.CompoundFreePoisson(2, fa.Uniform(-1, 1)), fa.CompoundFreePoisson(1, fa.Gaussian())])
def test_the_pole_of_a_symmetric_factor_is_a_series_in_a_root_of_g(factor):
    """z ~ y^2 or y^3 with y = 1 + m at 0, so the density is like |x|^(-1/2) or |x|^(-2/3)."""
    law = fa.boxtimes(factor, fa.MarchenkoPastur())
    assert law.expect(lambda x: np.ones_like(x)) == pytest.approx(1, abs=1e-13)
    assert law.expect(lambda x: x**2) == pytest.approx(float(law.moment(2)), rel=1e-12)
    power = 0.5 if factor.rate == 2 else 2 / 3
    assert law.pdf(1e-13) / law.pdf(1e-10) == pytest.approx(1e3**power, rel=1e-3)
    assert law.pdf(0.0) == np.inf
