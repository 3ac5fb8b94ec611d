"""Hard tanh on its critical line at small q, where map(q) - q is below rounding: the root is the q that the line was asked for."""

import mpmath
import pytest
import sympy
from sympy import Rational

import freealg as fa


@pytest.mark.parametrize("n", [20, 50, 70, 100, 200])
def test_the_fixed_point_is_the_q_of_the_line(n):
    """And xi_q = -1/log(1 - r) with r = sigma_w2 2 phi(1/sqrt q)/sqrt q, the Dirac masses of f'' at the kinks, written out."""
    net = fa.nets.SignalPropagation("hard_tanh", *fa.nets.critical_line("hard_tanh", Rational(1, n)))
    assert abs(net.q_star() * n - 1) < sympy.Float(10) ** -28
    with mpmath.workdps(200):
        root = mpmath.sqrt(n)
        r = mpmath.sqrt(2 / mpmath.pi) * mpmath.exp(-mpmath.mpf(n) / 2) * root / mpmath.erf(root / mpmath.sqrt(2))
        exact = -1 / mpmath.log1p(-r)
        assert abs(mpmath.mpf(net.xi_q()._mpf_) / exact - 1) < mpmath.mpf(10) ** -28
    assert net.phase() == "critical" and [point.stable for point in net.fixed_points()] == [True]
