"""Laws whose G has a Puiseux series at infinity: free stable laws, F laws without a mean, and what is made from them."""

import mpmath
import numpy as np
import pytest
import sympy as sp
from sympy import Rational as Q

import freealg as fa
from freealg.errors import NoClosedForm, Undecided
from freealg.exact.context import mp_precision

x, m, g, z, G = sp.symbols("x m g z G")
STABLE = fa.MarchenkoPastur().inverse()


def inverse_marchenko_pastur(w):
    """1/w - G(1/w)/w^2 with G the transform of MarchenkoPastur(), on the upper half plane."""
    v = 1 / w
    return v - v * v * (1 - mpmath.sqrt(v - 4) / mpmath.sqrt(v)) / 2


def descended(relation, first, at):
    """The root of relation(u, z) = 0 followed from z = at + 1000i, where it is first(z), down to the real axis."""
    value = None
    for height in [1000 * mpmath.mpf(10) ** (-mpmath.mpf(k) / 20) for k in range(200)] + [mpmath.mpf(0)]:
        point = mpmath.mpc(at, height)
        value = mpmath.findroot(lambda u, point=point: relation(u, point), first(point) if value is None else value, tol=1e-60, maxsteps=80)
    return value


@pytest.mark.parametrize("at", [Q(1, 3), 1, 20])
def test_the_f_law_without_a_mean(at):
    """S = -m/(1 + m): (z G - 1)^2 = -z G^2, so the density is 1/(pi sqrt(x) (1 + x))."""
    law = fa.boxtimes(fa.MarchenkoPastur(), STABLE)
    wanted = 1 / (sp.pi * sp.sqrt(at) * (1 + at))
    assert sp.simplify(law.density(at) - wanted) == 0
    assert abs(law.pdf(at, dps=30) - sp.N(wanted, 40)) < 1e-29
    assert law.cdf(float(at)) == pytest.approx(2 / np.pi * np.arctan(np.sqrt(float(at))), abs=1e-13)
    assert law.support_intervals() == [(0, sp.oo)] and law.edge_exponents()[sp.oo] == (Q(3, 2), 1 / sp.pi)


def test_f_laws_of_other_ratios():
    """(1 + m)(1 + r m) = -z m^2: a quadratic equation in m, of which G = (1 + m)/z takes the root in the lower half plane."""
    for ratio in (Q(1, 2), 3):
        law = fa.boxtimes(fa.MarchenkoPastur(ratio), STABLE)
        roots = sp.Poly((1 + m) * (1 + ratio * m) + 4 * m**2, m).nroots(n=30)
        wanted = max(-sp.im((1 + root) / 4) / sp.pi for root in roots)
        assert abs(law.pdf(4, dps=25) - sp.N(wanted, 30)) < 1e-24
        assert law.atoms() == ({0: Q(2, 3)} if ratio == 3 else {})


def test_the_semicircle_added_to_a_stable_law():
    law = fa.boxplus(STABLE, fa.Semicircle())
    with mp_precision(40):
        value = descended(lambda u, point: inverse_marchenko_pastur(point - u) - u, lambda point: 1 / point, 1)
        assert abs(law.pdf(1, dps=25) + value.imag / mpmath.pi) < 1e-24


def test_products_and_powers_of_stable_laws():
    """S = (-m)^2 for all: 2 m^3 = 1 + m at z = 2 has one pair of roots off the real axis."""
    wanted = max(-sp.im((1 + root) / 2) for root in sp.Poly(2 * m**3 - m - 1, m).nroots(n=30)) / sp.pi
    for law in (STABLE.boxtimes_power(2), fa.boxtimes(STABLE, STABLE), fa.from_s_transform(m**2, m)):
        assert abs(law.pdf(2, dps=25) - sp.N(wanted, 30)) < 1e-24


def test_stability():
    """X + Y is 4 X in law, since R of c X is c^(1/2) R; the compression by t is X/t."""
    for law, scaled in ((STABLE.boxplus_power(2), 4 * STABLE), (fa.boxplus(STABLE, STABLE), 4 * STABLE), (STABLE.compress(Q(1, 2)), 2 * STABLE)):
        for at in (Q(11, 10), 7, 1000):
            assert law.pdf(at, dps=20) == pytest.approx(scaled.pdf(at, dps=20), rel=1e-18, abs=1e-30)
        assert law.cdf(30.0) == pytest.approx(scaled.cdf(30.0), abs=1e-13)


def test_mixtures_and_cauchy_laws():
    mixed = fa.mixture({STABLE: Q(1, 2), fa.MarchenkoPastur(): Q(1, 2)})
    assert mixed.pdf(3) == pytest.approx((STABLE.pdf(3) + fa.MarchenkoPastur().pdf(3)) / 2, rel=1e-13)
    with mp_precision(40):
        wanted = -inverse_marchenko_pastur(mpmath.mpc(2, 3)).imag / mpmath.pi
    assert abs(fa.boxplus(STABLE, fa.Cauchy(0, 3)).pdf(2, dps=20) - wanted) < 1e-19


def test_a_product_of_two_negative_laws_far_out():
    assert fa.boxtimes(-fa.MarchenkoPastur(), -STABLE).cdf(1.0) == pytest.approx(0.5, abs=1e-13)


def test_what_stays_open_is_refused():
    """0.0 was given for the first at x = 1: its branch was started from a mean that it has not."""
    with pytest.raises(Undecided, match="no moments|mean"):
        fa.boxtimes(fa.Uniform(0, 1), STABLE).pdf(1)
    with pytest.raises(NoClosedForm, match="no power series at infinity"):
        fa.boxtimes(fa.Semicircle(), STABLE).pdf(1)
