"""Images of a law whose density is ~ c/(x log(x)^2) beside 0: the constant against the mass below x, which is ~ c/|log x|."""

import numpy as np
import pytest
import sympy as sp
from sympy import Rational, Symbol

import freealg as fa
from freealg.exact.edge_forms import is_logarithmic
from freealg.nets import GradientDescent, universal_jacobian

T = Rational(3, 2)
LAW = universal_jacobian("bernoulli", T)
IMAGES = {
    "root": (LAW.sqrt(), T / 2),
    "square": (LAW.square(), 2 * T),
    "multiple": (3 * LAW, T),
    "mobius": (LAW.mobius(1, 0, 1, 2), T),
    "product": (fa.boxtimes(LAW, fa.MarchenkoPastur()), T),
    "power": (LAW.boxtimes_power(2), 2 * T),
}


@pytest.mark.parametrize("name", IMAGES)
def test_the_constant_of_an_image(name):
    """1/F(x) = (|log x| + O(log |log x|))/c: from two points far out, the slope of 1/F in |log x| is 1/c up to 1/|log x|."""
    law, constant = IMAGES[name]
    form, found = law.edge_exponents()[sp.S.Zero]
    assert is_logarithmic(form) and float(found) == pytest.approx(float(constant), rel=1e-12)
    far, near = np.array([1e-140, 1e-70])
    slope = (1 / law.cdf(far) - 1 / law.cdf(near)) / np.log(near / far)
    assert slope == pytest.approx(1 / float(constant), rel=0.02)


def test_a_square_inherits_a_hard_edge_at_zero():
    """MarchenkoPastur(1) has exponent -1/2 and constant 1/pi at 0; its square F_2(y) = F(sqrt y) has -3/4."""
    law = fa.MarchenkoPastur().square()
    exponent, constant = law.edge_exponents()[sp.S.Zero]
    assert exponent == -Rational(3, 4)
    assert float(constant) * 1e-20 ** (0.25) / 0.25 == pytest.approx(float(law.cdf(1e-20)), rel=1e-4)


def _mean(function):
    """E function(X) by the trapezoidal rule in log x, and the mass below exp(-70) at function(0)."""
    u = np.linspace(-70, np.log(float(sp.E * T)), 200001)
    x = np.exp(u)
    return np.trapezoid(x * function(x) * LAW.pdf(x), u) + LAW.cdf(x[0]) * function(0)


@pytest.mark.parametrize("n", [10**6, 10**12])
def test_moments_and_losses_of_a_law_that_ends_so(n):
    """E (6 - X)^n ~ c 6^n/log n and E X (1 - X/5)^(2n) ~ 5 c/(2 n log(n)^2), with corrections of the order 1/log n."""
    k = Symbol("k")
    assert (6 - LAW).moment_asymptotics(k) == T * 6**k / sp.log(k)
    assert _mean(lambda x: (1 - x / 6) ** n) == pytest.approx(float(T) / np.log(n), rel=3 / np.log(n))
    loss = GradientDescent(LAW, Rational(1, 5)).asymptotic_loss(k)
    assert loss == T / (4 * Rational(1, 5) * k * sp.log(k) ** 2)
    assert _mean(lambda x: x * (1 - x / 5) ** (2 * n)) / 2 == pytest.approx(float(loss.subs(k, n)), rel=3 / np.log(n))


def test_the_form_is_written_out():
    text = str(LAW.explain("edge_exponents"))
    assert "3/(2*d*log(d)**2), d = |x - (0)|" in text


@pytest.mark.parametrize(("factors", "power"), [(1, 2), (2, 3)])
def test_a_hard_edge_at_zero_of_a_product_without_an_equation(factors, power):
    """MP(1)^([x] s) [x] mu with mu on [a, b], a > 0: z = (1 + m)^(s + 1)/(m S_mu(m)) and S_mu(-1) = E 1/X (S of 1/X is 1/S(-1 - m)), so that

    1 + m ~ (-z E 1/X)^(1/(s + 1)) and the density is sin(pi/(s + 1)) (E 1/X)^(1/(s + 1)) x^(-s/(s + 1))/pi.
    """
    law = fa.boxtimes(*[fa.MarchenkoPastur()] * factors, fa.Uniform(1, 2))
    exponent, constant = law.edge_exponents()[sp.S.Zero]
    assert exponent == Rational(1, power) - 1
    assert abs(constant - sp.sin(sp.pi / power) / sp.pi * sp.log(2) ** Rational(1, power)) < 1e-15


def test_an_edge_at_zero_that_is_no_power_is_refused():
    """Uniform(0, 1) has E 1/X infinite: logarithms stand beside the power."""
    with pytest.raises(fa.NoClosedForm, match="beside 0"):
        fa.boxtimes(fa.MarchenkoPastur(), fa.Uniform(0, 1)).edge_exponents()
