"""Free sums with compound free Poisson laws whose jumps have no polynomial equation: atoms just lost, atoms inside the density, zeros of G."""

import mpmath
import numpy as np
import pytest
from sympy import Rational

import freealg as fa
from freealg.numerics.faddeeva import erfcx_digits

HALF = Rational(1, 2)
UNIFORM = fa.Uniform(-1, 1)


def _jump_transform(w):
    """G of Uniform(-1, 1) on the upper half plane."""
    return (mpmath.log(w + 1) - mpmath.log(w - 1)) / 2


def _by_subordination(x, height):
    """-Im G/pi at x + i height for CompoundFreePoisson(1/2, Uniform(-1, 1)) [+] Rademacher: the fixed point w -> K_2(G_1(w)), by iteration.

    With r(g) = (G_J(1/g)/g - 1)/(2 g) and H(w) = 1/G_2(w) - w = -1/w of the Rademacher law: g = 1/w_1 - ..., as in Belinschi and Bercovici (2007).
    """
    z = mpmath.mpc(x, height)
    w = z
    for _ in range(20_000):
        g = w / (w * w - 1)
        new = z - (_jump_transform(1 / g) / g - 1) / (2 * g)
        if abs(new - w) < mpmath.mpf(10) ** -20:
            break
        w = (new + w) / 2
    return -mpmath.im(w / (w * w - 1)) / mpmath.pi


@pytest.mark.slow
def test_masses_that_add_up_to_one_leave_an_inverse_square_root():
    law = fa.boxplus(fa.CompoundFreePoisson(HALF, UNIFORM), fa.Rademacher())
    assert law.atoms() == {}
    exact = [1, *law.moments(8)]
    found = [law.expect(lambda x, k=k: x**k) for k in range(9)]
    np.testing.assert_allclose(found, [float(m) for m in exact], rtol=1e-13, atol=1e-14)
    assert law.pdf(1.0) == law.pdf(-1.0) == np.inf
    distances = np.array([1e-12, 1e-8])
    assert law.pdf(1 + distances)[0] / law.pdf(1 + distances)[1] == pytest.approx(100, rel=1e-3)


@pytest.mark.slow
def test_the_density_is_that_of_the_subordination_iterated():
    law = fa.boxplus(fa.CompoundFreePoisson(HALF, UNIFORM), fa.Rademacher())
    for x in (0.6, 1.5):
        assert law.cauchy(complex(x, 0.25)).imag / -np.pi == pytest.approx(float(_by_subordination(x, 0.25)), rel=1e-12)


def test_the_density_at_an_atom_is_that_of_the_rest():
    """w = 1/g solves z = w/2 + w^2 G_J(w)/2, so G - 1/(2 z) -> G_J(i0) at 0: the density there is that of the jumps."""
    law = fa.CompoundFreePoisson(HALF, fa.Gaussian())
    assert law.pdf(0.0) == pytest.approx(1 / np.sqrt(2 * np.pi), rel=1e-14)


@pytest.mark.slow
def test_a_singular_point_does_not_refuse_its_neighbours():
    """Jumps on [0, 1] make a density that jumps at the atom at 0, from 0 to r/(1 - r): -Im G(i0)/pi without the pole is the mean."""
    law, x = fa.CompoundFreePoisson(HALF, fa.Uniform(0, 1)), np.array([[-0.5], [0.0], [0.5]])
    found = law.pdf(x)
    assert found[x == 0] == pytest.approx(0.5, rel=1e-14)
    np.testing.assert_array_equal(found[x != 0], law.pdf(x[x != 0]))
    with mpmath.workdps(40):
        assert abs(law.pdf(0, dps=30) - mpmath.mpf(1) / 2) < mpmath.mpf(10) ** -29


@pytest.mark.slow
def test_the_density_at_an_atom_to_digits():
    """G_J(i0) = -i sqrt(pi/2) for Gaussian jumps."""
    digits = fa.CompoundFreePoisson(HALF, fa.Gaussian()).pdf(0, dps=30)
    with mpmath.workdps(40):
        assert abs(digits * mpmath.sqrt(2 * mpmath.pi) - 1) < mpmath.mpf(10) ** -29


@pytest.mark.slow
def test_the_density_at_an_atom_of_a_sum():
    """Its limit by digits."""
    beside = fa.boxplus(fa.CompoundFreePoisson(HALF, UNIFORM), fa.Projection(Rational(1, 5)))
    assert beside.atoms() == {0: Rational(3, 10)}
    np.testing.assert_allclose(beside.pdf(np.array([0.0, 1e-9, 1e-5])), [float(beside.pdf(x, dps=18)) for x in (1e-30, 1e-9, 1e-5)], rtol=1e-13)
    assert beside.expect(lambda x: x**6) == pytest.approx(float(beside.moment(6)), rel=1e-13)


@pytest.mark.slow
def test_the_cusp_of_a_sum_with_a_gaussian_compound_law():
    """At equal variances G ~ c x^(1/3) at 0, where the subordination of the jumps is infinite."""
    law = fa.boxplus(fa.CompoundFreePoisson(1, fa.Gaussian()), fa.Rademacher())
    assert law.pdf(0.0) == 0.0
    for x in (1e-3, 1e-6, 1e-9):
        assert law.pdf(x) == pytest.approx(float(law.pdf(x, dps=18)), rel=1e-12)
    assert law.pdf(8e-12) / law.pdf(1e-12) == pytest.approx(2, rel=1e-5)


@pytest.mark.slow
def test_half_of_a_symmetric_law_is_below_0_to_digits():
    """Across a point where no inner unknown is finite (variance 1/16), and up to a cusp at which doubles lose the branch (variance 1)."""
    for variance in (Rational(1, 16), 1):
        law = fa.boxplus(fa.Gaussian(0, variance), fa.Rademacher())
        with mpmath.workdps(30):
            assert abs(law.index(dps=20) - mpmath.mpf(1) / 2) < mpmath.mpf(10) ** -20


@pytest.mark.slow
def test_where_no_inner_unknown_is_finite_there_is_no_density():
    """G = 0 at 0 for Gaussian(variance=1/16) [+] Rademacher, and Im G is flat there: below exp(-1/(2 G^2)) by Gaussian tails at 1/G."""
    law = fa.boxplus(fa.Gaussian(0, Rational(1, 16)), fa.Rademacher())
    np.testing.assert_array_equal(law.pdf(np.array([0.0, 1e-5, -1e-4, 1e-2])), 0.0)


def test_a_compound_law_without_an_atom_has_a_pole():
    """z = w^2 G_J(w) at rate 1, so G = 1/w ~ (G_J(i0)/z)^(1/2) with G_J(i0) = -i pi/2: the density is ~ 1/(2 sqrt(pi x))."""
    law = fa.CompoundFreePoisson(1, UNIFORM)
    assert law.pdf(0.0) == np.inf
    assert law.pdf(1e-14) * 1e-7 == pytest.approx(0.5 / np.sqrt(np.pi), rel=1e-6)


def test_the_scaled_error_function_keeps_its_digits_far_out():
    """exp(u^2) erfc(u) ~ (1 - 1/(2 u^2) + 3/(4 u^4))/(u sqrt(pi))"""
    with mpmath.workdps(30):
        u = mpmath.mpc(3e6, -4e6)
        series = (1 - 1 / (2 * u**2) + 3 / (4 * u**4)) / (u * mpmath.sqrt(mpmath.pi))
        assert abs(erfcx_digits(u) / series - 1) < mpmath.mpf(10) ** -28
