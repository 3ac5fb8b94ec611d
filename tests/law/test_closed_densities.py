"""Closed densities of images and of quadratic equations, against the density engine at points inside and outside the support."""

import mpmath
import pytest
import sympy as sp
from sympy import Rational

import freealg as fa
from freealg.exact.context import mp_precision

x, k = sp.symbols("x k")
THIRD, HALF = Rational(1, 3), Rational(1, 2)

LAWS = {
    "four edges of degree 4": (fa.boxplus(fa.Projection(HALF), fa.Projection(THIRD)), (Rational(4, 5), Rational(9, 7), 5)),
    "square": (fa.Semicircle(1, 1).square(), (HALF, 1, 4, 10)),
    "mixture": (fa.mixture({fa.Semicircle(): HALF, fa.Semicircle(1, 1): HALF}), (-3, THIRD, Rational(5, 2))),
    "square of a Gaussian": (fa.Gaussian(1, 1).square(), (HALF, 3)),
    "square of a uniform law": (fa.Uniform(-1, 2).square(), (HALF, 3, 5)),
    "inverse of a uniform law": (fa.Uniform(1, 2).inverse(), (Rational(1, 4), Rational(3, 4))),
    "image of a cubic": (fa.FussCatalan(2).mobius(1, 0, 1, 1), (THIRD, Rational(4, 5))),
    "affine image": (1 - 2 * fa.mixture({fa.FussCatalan(2): HALF, fa.Semicircle(): HALF}), (-3, HALF)),
}


@pytest.mark.parametrize("name", LAWS)
def test_the_closed_density_is_the_density(name):
    law, points = LAWS[name]
    closed = law.density(x)
    for point in points:
        with mp_precision(30):
            found, wanted = mpmath.mpf(sp.N(closed.subs(x, point), 25)), law.pdf(point, dps=22)
            assert abs(found - wanted) <= 1e-18 * wanted


def test_the_density_of_a_square_at_exact_points():
    """Case MUL-40: sqrt(3)/(8 pi) at 4 and 1/(2 pi) at 1 for (S + 1)^2."""
    density = fa.Semicircle(1, 1).square().density(x)
    assert sp.simplify(density.subs(x, 4) - sp.sqrt(3) / (8 * sp.pi)) == 0
    assert sp.simplify(density.subs(x, HALF**2) - (sp.sqrt(15) + sp.sqrt(7)) / (4 * sp.pi)) == 0


@pytest.mark.parametrize(
    ("law", "closed"),
    [
        (fa.boxtimes(fa.Semicircle(), fa.MarchenkoPastur()), lambda n: sp.binomial(4 * n, n) / (3 * n + 1)),
        (fa.boxplus(fa.Semicircle(), fa.Rademacher()), lambda n: sp.binomial(3 * n + 1, n) / (n + 1)),
        (fa.boxtimes(fa.Rademacher(), fa.MarchenkoPastur()), lambda n: sp.binomial(3 * n, n) / (2 * n + 1)),
    ],
)
def test_hypergeometric_moments(law, closed):
    """The numbers of quaternary and ternary trees count them."""
    found = law.moment(k)
    assert [found.subs(k, n) for n in range(1, 13)] == law.moments(12) == [0 if n % 2 else closed(sp.Integer(n // 2)) for n in range(1, 13)]


def test_a_longer_recurrence_is_no_closed_form():
    with pytest.raises(fa.NoClosedForm, match="the recurrence of the moments has"):
        fa.boxplus(fa.MarchenkoPastur(HALF), fa.Rademacher()).moment(k)
