"""Densities at the image of infinity under a Möbius map, and tails under squares and roots: 0 was given for 1/X with X of tails k/x^2."""

import math

import numpy as np
import pytest
import sympy as sp
from sympy import Rational as Q
from sympy import oo, pi

import freealg as fa

a, c, x = sp.symbols("a c x")
HALF = Q(1, 2)


def test_a_moebius_image_of_a_cauchy_law_is_a_cauchy_law():
    """a + ic moves to 1/(a + ic), up to conjugation; 0 was the density given at 0, and it is c/(pi c^2) for a = 0."""
    assert fa.Cauchy(a, c).inverse() == fa.Cauchy(a / (a**2 + c**2), c / (a**2 + c**2))
    assert fa.Cauchy(0, 2).inverse().density(0) == 2 / pi and fa.Cauchy(0, 2).inverse().pdf(0) == pytest.approx(2 / math.pi, rel=1e-15)
    image, point = fa.Cauchy(1, 2).mobius(3, -1, 2, 5), Q(7, 3)
    back = (5 * point + 1) / (3 - 2 * point)
    jacobian = 17 / (3 - 2 * point) ** 2
    assert sp.simplify(image.density(point) - jacobian * 2 / (pi * ((back - 1) ** 2 + 4))) == 0


def test_nested_images_are_joined():
    law = fa.MarchenkoPastur(HALF)
    assert law.inverse().inverse() == law and law.mobius(1, 2, 3, 4).mobius(4, -2, -3, 1) == law
    assert law.mobius(1, 2, 3, 4).mobius(0, 1, 1, 0) == law.mobius(3, 4, 1, 2)


def test_tails_of_cauchy_sums():
    """Cauchy(0, 2) with anything has tails 2/(pi x^2), which its inverse shows at 0, inside the support."""
    law = fa.boxplus(fa.Cauchy(0, 2), fa.MarchenkoPastur(HALF)).inverse()
    assert law.support_intervals() == [(-oo, oo)]
    assert np.abs(law.pdf([0.0, 1e-9, -1e-9]) * math.pi / 2 - 1).max() < 1e-8 and abs(law.pdf(0, dps=25) - sp.N(2 / pi, 30)) < 1e-24
    assert abs(law.density(0) - sp.N(2 / pi, 30)) < 1e-28
    mixed = fa.mixture({fa.Cauchy(): HALF, fa.Uniform(0, 1): HALF}).inverse()
    assert mixed.pdf(0) == pytest.approx(1 / (2 * math.pi), rel=1e-14)


def test_other_tails():
    """x^(-3/2) becomes y^(-1/2), one that no power is as small as becomes 0, and of bounded support there is nothing."""
    stable = fa.MarchenkoPastur().inverse()
    law = fa.boxplus(stable, fa.MarchenkoPastur()).inverse()
    exponent, coefficient = law.edge_exponents()[0]
    assert exponent == -HALF and abs(coefficient - sp.N(1 / pi, 30)) < 1e-28 and law.pdf(0) == math.inf
    assert law.pdf(1e-12) * 1e-6 == pytest.approx(1 / math.pi, rel=1e-5)
    assert fa.Gaussian().inverse().pdf(0) == 0 and fa.Gaussian().inverse().density(0) == 0
    assert fa.Uniform(-1, 1).inverse().density(0) == 0 and fa.Uniform(-1, 1).inverse().density(2) == Q(1, 8)
    assert fa.boxplus(fa.Cauchy(0, 2), fa.Uniform(0, 1)).inverse().pdf(0) == pytest.approx(2 / math.pi, rel=1e-12)


def test_tails_of_squares_and_roots():
    """X^2 of a Cauchy law has density 1/(pi sqrt(y) (1 + y)); its root |X| has 2/(pi (1 + x^2)). The coefficients given were 0 and nan."""
    square = fa.Cauchy().square()
    assert square.edge_exponents() == {0: (-HALF, 1 / pi), oo: (Q(3, 2), 1 / pi)}
    exponent, coefficient = square.sqrt().edge_exponents()[oo]
    assert exponent == 2 and abs(coefficient - sp.N(2 / pi, 30)) < 1e-28
    for law in (square, square.sqrt(), fa.MarchenkoPastur().inverse().square()):
        exponent, coefficient = law.edge_exponents()[oo]
        assert law.pdf(1e10) * 1e10 ** float(exponent) == pytest.approx(float(coefficient), rel=1e-4)


def test_edges_with_roots_in_roots_are_moved_as_they_are():
    """(x + 2)/(x + 3) of four edges in nested roots: the denominators are left as they are, since making them rational did not end."""
    law = fa.boxplus(fa.Semicircle(variance=Q(1, 4)), fa.Rademacher())
    image = law.mobius(1, 2, 1, 3)
    wanted = [(float(low + 2) / float(low + 3), float(high + 2) / float(high + 3)) for low, high in law.support_intervals()]
    assert [(float(low), float(high)) for low, high in image.support_intervals()] == [pytest.approx(pair, rel=1e-14) for pair in wanted]
    rows = [sorted(found.edge_exponents().items(), key=lambda row: float(row[0])) for found in (image, law)]
    for (edge, (exponent, found)), (_, (_, before)) in zip(*rows, strict=True):
        back = (2 - 3 * float(edge)) / (float(edge) - 1)
        assert exponent == HALF and float(found) == pytest.approx(float(before) * (back + 3) ** 3, rel=1e-12)


def test_a_pole_where_a_mixture_jumps_gives_no_tail():
    """The density at 0 is infinite on the right for the first, and jumps for the second: (2, oo) and twice the mean were given as tails of the inverse."""
    first = fa.mixture({fa.boxplus(fa.Semicircle(), fa.Uniform(-1, 1)): Q(1, 3), fa.MarchenkoPastur(): Q(2, 3)})
    second = fa.mixture({fa.Cauchy(): HALF, fa.Uniform(0, 1): HALF})
    for law in (first, second):
        assert not any(edge.is_infinite for edge in law.inverse().edge_exponents())
    assert fa.boxplus(fa.Semicircle(), fa.Uniform(-1, 1)).inverse().edge_exponents()[oo][0] == 2
