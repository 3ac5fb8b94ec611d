"""Products of high degree with a hard edge moved off zero: moments by quadrature against exact ones, distribution function against the unmoved law."""

import numpy as np
import pytest
from sympy import Rational

import freealg as fa

HALF = Rational(1, 2)
PRODUCTS = {
    "two squares, squared": fa.boxtimes(fa.MarchenkoPastur(Rational(1, 3)).boxtimes_power(2), fa.MarchenkoPastur(Rational(10, 9)).boxtimes_power(2)).boxtimes_power(2),
    "a power 3/2": fa.boxtimes(fa.FreeBessel(2, Rational(9, 4)), fa.FussCatalan(1)).boxtimes_power(Rational(3, 2)),
}


@pytest.mark.parametrize("name", PRODUCTS)
@pytest.mark.parametrize(("a", "b"), [(1, -HALF), (-1, 1)])
def test_a_moved_hard_edge(name, a, b):
    law = PRODUCTS[name]
    moved = a * law + b
    first, second = (float(m) for m in moved.moments(2))
    assert moved.expect(np.ones_like) == pytest.approx(1, abs=1e-11)
    assert moved.expect(lambda x: x) == pytest.approx(first, rel=1e-10) and moved.expect(lambda x: x**2) == pytest.approx(second, rel=1e-10)
    points = np.array([0.05, 0.3, 2.0])
    below = law.cdf(points)
    assert moved.cdf(a * points + float(b)) == pytest.approx(below if a > 0 else 1 - below, abs=1e-12)
