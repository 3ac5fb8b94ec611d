"""Laws with transcendental constants to more digits than the constants are first rounded to, against Newton's method with the constants themselves."""

import mpmath
import pytest
import sympy as sp

import freealg as fa
from freealg.exact.context import mp_precision

DPS = [60, 90, 200]


def density_by_newton(equation, start, dps):
    with mp_precision(dps + 20):
        return -mpmath.im(mpmath.findroot(equation, start)) / mpmath.pi


@pytest.mark.parametrize("dps", DPS)
def test_an_algebraic_law(dps):
    """G = w/(w^2 - 1) at w = z - pi G."""
    law = fa.boxplus(fa.Semicircle(variance=sp.pi), fa.Rademacher())
    found = law.pdf(1, dps=dps)

    def equation(g):
        w = 1 - mpmath.pi * g
        return g * (w**2 - 1) - w

    wanted = density_by_newton(equation, law.cauchy(1.0), dps)
    with mp_precision(dps + 20):
        assert abs(found - wanted) <= mpmath.mpf(10) ** (1 - dps) * wanted
    with mp_precision(dps + 20):
        assert abs(law.cauchy(1, dps=dps).imag + mpmath.pi * wanted) <= mpmath.mpf(10) ** (2 - dps)


@pytest.mark.parametrize("dps", DPS)
def test_a_law_by_subordination(dps):
    """G = log(w/(w - pi))/pi at w = z - G."""
    law = fa.boxplus(fa.Uniform(0, sp.pi), fa.Semicircle())
    found = law.pdf(1, dps=dps)
    wanted = density_by_newton(lambda g: mpmath.log((1 - g) / (1 - g - mpmath.pi)) / mpmath.pi - g, law.cauchy(1.0), dps)
    with mp_precision(dps + 20):
        assert abs(found - wanted) <= mpmath.mpf(10) ** (1 - dps) * wanted


@pytest.mark.parametrize("dps", DPS)
def test_images_and_mixtures_of_such_laws(dps):
    """The constants of operands are rounded as finely."""
    law = fa.Semicircle(variance=sp.pi)
    image, mixture = 2 * law + 1, fa.mixture({law: sp.Rational(1, 3), fa.Semicircle(0, 2): sp.Rational(2, 3)})
    with mp_precision(dps + 20):
        half = mpmath.sqrt(4 * mpmath.pi - 1) / (2 * mpmath.pi**2)
        other = mpmath.sqrt(7) / (4 * mpmath.pi)
        assert abs(image.pdf(3, dps=dps) - half / 2) <= mpmath.mpf(10) ** -dps
        assert abs(mixture.pdf(1, dps=dps) - half / 3 - 2 * other / 3) <= mpmath.mpf(10) ** -dps


@pytest.mark.parametrize("dps", DPS)
def test_the_gram_law_of_relu(dps):
    """eta = 1/2 - 1/(2 pi), zeta = 1/4, phi = psi = 1: the quartic in G with the constants put in."""
    law = fa.nets.NonlinearGram("relu")
    found = law.pdf(sp.Rational(1, 3), dps=dps)

    def equation(g):
        eta, zeta, z = mpmath.mpf(1) / 2 - 1 / (2 * mpmath.pi), mpmath.mpf(1) / 4, mpmath.mpf(1) / 3
        return z**2 * (zeta**2 - eta * zeta) * g**4 + z**2 * zeta * g**3 + z * (eta - zeta) * g**2 - z * g + 1

    wanted = density_by_newton(equation, law.cauchy(1 / 3), dps)
    with mp_precision(dps + 20):
        assert abs(found - wanted) <= mpmath.mpf(10) ** (1 - dps) * wanted


@pytest.mark.parametrize("variance", [sp.exp(-1), sp.sqrt(sp.pi) * sp.exp(-2) + sp.erf(1), 2 ** sp.sqrt(2), sp.log(2) + sp.pi**sp.pi / 9])
def test_constants_of_every_kind(variance):
    law = fa.boxplus(fa.Semicircle(variance=variance), fa.Rademacher())

    def equation(g):
        w = 1 - mpmath.mpmathify(sp.N(variance, 120)) * g
        return g * (w**2 - 1) - w

    wanted, found = density_by_newton(equation, law.cauchy(1.0), 100), law.pdf(1, dps=100)
    with mp_precision(120):
        assert abs(found - wanted) <= mpmath.mpf(10) ** -99 * wanted


def test_numbers_of_many_digits_do_not_leave_the_range_of_doubles():
    """The equation has coefficients of 640 digits."""
    with mp_precision(170):
        variance = sp.Rational(str(sp.N(sp.pi, 160)))
    law = fa.boxplus(fa.Semicircle(variance=variance), fa.Rademacher())
    with mp_precision(170):
        assert abs(law.pdf(1, dps=140) - fa.boxplus(fa.Semicircle(variance=sp.pi), fa.Rademacher()).pdf(1, dps=140)) < mpmath.mpf(10) ** -140
    assert law.pdf(1, certified=True, dps=300).rel_accuracy_bits() > 980


@pytest.mark.parametrize("question", [lambda law: law.pdf(1, certified=True), lambda law: law.cauchy(1j, certified=True)])
def test_certified_balls_need_algebraic_constants(question):
    with pytest.raises(fa.Undecided, match=r"certified balls need algebraic parameters.*dps=30"):
        question(fa.boxplus(fa.Semicircle(variance=sp.pi), fa.Rademacher()))
