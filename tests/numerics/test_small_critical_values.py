"""Edges at which G is small: the circle on which their series is sampled must not shrink with G."""

import mpmath
import numpy as np
from sympy import Rational

import freealg as fa


def test_an_edge_with_small_g_has_its_series():
    """z = R(g) + K(g), R of Uniform(0, 1) and K the inverse of the atoms' G by the quadratic formula; the moments were off by 2e-11."""
    law = fa.boxplus(fa.Uniform(0, 1), fa.Discrete({1: Rational(9, 10), 2: Rational(1, 10)}))
    found = [law.expect(lambda x, k=k: x**k) for k in range(9)]
    np.testing.assert_allclose(found, [1.0, *(float(m) for m in law.moments(8))], rtol=1e-14)
    with mpmath.workdps(40):

        def place(g):
            a, b, c = g, -(3 * g + 1), 2 * g + mpmath.mpf("1.9")
            return 1 / (1 - mpmath.exp(-g)) - 1 / g + (-b - mpmath.sqrt(b * b - 4 * a * c)) / (2 * a)

        critical = mpmath.findroot(lambda g: mpmath.diff(place, g), mpmath.mpf("-0.0487"))
        assert abs(law.support_intervals()[1][0] - place(critical)) < 1e-28
        edge = float(place(critical))
    for distance in (1e-9, 1e-4, 1e-2):
        assert abs(law.pdf(edge + distance) / float(law.pdf(Rational(edge + distance), dps=20)) - 1) < 1e-12
