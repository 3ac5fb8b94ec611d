"""Checked answers on Jacobians of infinite depth, through the public interface. Source: Pennington, Schoenholz and Ganguli (2018)."""

import mpmath
import sympy as sp
from sympy import E, Max, Rational, exp

from freealg.nets import universal_jacobian

t, x, z = sp.symbols("t x z")


def test_jac_21_the_s_transform_of_the_bernoulli_class(same):
    assert same(universal_jacobian("bernoulli", variance=t).s_transform(z), exp(-t * z / (1 + z)))


def test_jac_24_atom_and_support_of_the_bernoulli_class():
    law = universal_jacobian("bernoulli", variance=t)
    assert law.atoms() == {exp(t): Max(0, 1 - t)}
    assert law.support_intervals() == [(0, E * t)]


def test_jac_27_moments_of_the_smooth_class(same):
    answer = [
        1,
        t + 1,
        3 * t**2 / 2 + 3 * t + 1,
        8 * t**3 / 3 + 8 * t**2 + 6 * t + 1,
        125 * t**4 / 24 + 125 * t**3 / 6 + 25 * t**2 + 10 * t + 1,
    ]
    assert same(universal_jacobian("smooth", variance=t).moments(5), answer)


def test_jac_30_density_of_the_smooth_class(close):
    assert close(universal_jacobian("smooth", variance=Rational(1, 4)).pdf(1, dps=30), "0.6252260843726910320885311")


def test_jac_33_the_bernoulli_class_near_zero():
    """density x log(x)^2 -> t, with an error of order log log(1/x)/log(1/x)."""
    law = universal_jacobian("bernoulli", variance=Rational(1, 2))
    for digits in (50, 100, 250):
        with mpmath.workdps(30):
            logarithm = digits * mpmath.log(10)
            ratio = law.pdf(Rational(1, 10**digits), dps=30) * mpmath.mpf(10) ** -digits * logarithm**2 / mpmath.mpf("0.5")
            assert abs(ratio - 1) * logarithm / mpmath.log(logarithm) < 4


def test_jac_33_the_named_edge():
    shape, coefficient = universal_jacobian("bernoulli", variance=Rational(1, 2)).edge_exponents()[0]
    (variable,) = shape.free_symbols
    assert shape == 1 / (variable * sp.log(variable) ** 2)
    assert coefficient == Rational(1, 2)
