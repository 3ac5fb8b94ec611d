"""The distribution function by digits where doubles do not tell the point from an edge."""

import mpmath
import pytest
import sympy as sp
from sympy import Rational

import freealg as fa


@pytest.mark.parametrize("k", [16, 20])
def test_the_mass_beside_an_edge_of_uniform_plus_semicircle(k):
    """z = coth g + g has its edge -sqrt(2) - log(1 + sqrt(2)) at sinh g = -1, z'' = -2 sqrt(2): the mass within d is (2/3) 2^(-1/4) d^(3/2)/pi (1 + O(d))."""
    law = fa.boxplus(fa.Uniform(-1, 1), fa.Semicircle())
    edge = -sp.sqrt(2) - sp.log(1 + sp.sqrt(2))
    with mpmath.workdps(30):
        wanted = mpmath.mpf(2) / 3 * mpmath.mpf(2) ** mpmath.mpf("-0.25") / mpmath.pi * mpmath.mpf(10) ** (-3 * k // 2)
        assert abs(law.cdf(edge + Rational(1, 10**k), dps=14) / wanted - 1) < 1e-13
