"""Closed densities of images and of quadratic equations, against the density engine at points inside and outside the support."""

import mpmath
import numpy as np
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
    "cubic, two intervals": (fa.boxplus(fa.Semicircle(0, Rational(1, 4)), fa.Rademacher()), (Rational(-3, 2), 0, HALF, 1, 2)),
    "cubic, a root of E inside": (fa.boxtimes(fa.MarchenkoPastur(HALF), fa.Discrete({1: HALF, 3: HALF})), (Rational(1, 10), HALF, 2, 7, 8)),
    "cubic, edges of degree 4": (fa.boxplus(fa.Semicircle(0, Rational(1, 100)), fa.MarchenkoPastur(3)), (0, Rational(1, 3), 1, 7, 9)),
    "cubic, hard edge": (1 - 2 * fa.FussCatalan(2), (-13, -12, 0, Rational(99, 100), 2)),
    "cubic, leading coefficient 0 inside": (fa.boxplus(fa.MarchenkoPastur(2), fa.Projection(THIRD)), (HALF, 1, 5)),
    "quartic, two pairs": (fa.FussCatalan(3), (Rational(1, 100), 1, 9, 10)),
    "quartic, symmetric": (fa.boxtimes(fa.Semicircle(), fa.MarchenkoPastur()), (-2, Rational(-1, 10), HALF, 3)),
    "quartic, one pair": (fa.boxplus(fa.Semicircle(), fa.Arcsine()), (-3, 0, 1, 3)),
    "quartic, three intervals": (fa.boxplus(fa.Semicircle(0, THIRD), fa.Discrete({-1: THIRD, 0: THIRD, 1: THIRD})), (-1, 0, HALF, Rational(3, 5), 2)),
    "quartic, both kinds": (fa.nets.Jacobian("relu", depth=3), (Rational(1, 50), Rational(1, 10), 3, 16)),
    "quartic, the sign changes": (fa.nets.Jacobian("relu", depth=4, weights="orthogonal"), (2, Rational(37, 4), 9, 10)),
    "quartic, unbounded": (fa.boxplus(fa.Cauchy(1, 1), fa.Semicircle()), (-30, 0, 1, 2, 30)),
    "Cauchy and a Marchenko-Pastur law": (fa.boxplus(fa.Cauchy(1, 2), fa.MarchenkoPastur(HALF)), (-3, 0, 2)),
    "Cauchy and a uniform law": (fa.boxplus(fa.Uniform(-1, 1), fa.Cauchy(0, HALF)), (-3, 0, HALF)),
    "Cauchy and atoms": (fa.boxplus(fa.Discrete({-1: THIRD, 2: 2 * THIRD}), fa.Cauchy(), fa.Cauchy(1, HALF)), (-3, 0, HALF)),
    "point mass and a Marchenko-Pastur law": (fa.boxplus(fa.Discrete({2: 1}), fa.MarchenkoPastur(HALF)), (2, 3, Rational(7, 2))),
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


def test_cubic_densities_at_their_special_points():
    """Case ADD-23, 1/pi at the centre of the tetilla law, where the leading coefficient vanishes; and the cusp of Semicircle() [+] Rademacher()."""
    tetilla = fa.boxplus(fa.MarchenkoPastur(), -1 * fa.MarchenkoPastur()).density(x)
    assert tetilla.subs(x, 0) == 1 / sp.pi
    cusp = fa.boxplus(fa.Semicircle(), fa.Rademacher()).density(x)
    assert cusp.subs(x, 0) == 0
    assert sp.limit(cusp.args[0][0] / x ** Rational(1, 3), x, 0, "+") == sp.sqrt(3) / (2 * sp.pi)


@pytest.mark.parametrize("name", [name for name in LAWS if name.startswith(("cubic", "quartic"))])
def test_closed_densities_become_functions(name):
    """Also where an end of the support is a root of a polynomial of degree 4, which SymPy's code printers do not know."""
    law = LAWS[name][0]
    function = sp.lambdify(x, law.density(x), "numpy")
    low, high = (np.clip(float(end), -20, 20) for end in law.support())
    points = np.linspace(low - 1, high + 1, 41)[1:-1] + 1e-3
    with np.errstate(all="ignore"):
        assert function(points) == pytest.approx(law.pdf(points), rel=1e-10, abs=1e-6)


def test_a_quartic_density_has_a_derivative():
    density = LAWS["quartic, one pair"][0].density(x)
    step = Rational(1, 10**8)
    low, high = (LAWS["quartic, one pair"][0].pdf(HALF + side * step, dps=40) for side in (-1, 1))
    wanted = (high - low) / (2 * float(step))
    assert float(density.diff(x).subs(x, HALF)) == pytest.approx(float(wanted), rel=1e-12)


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


def test_a_sum_with_a_cauchy_law_is_a_shift_of_the_transform():
    """R is the constant a - i c, so G(z) = G_1(z - a + i c), with symbols too."""
    a, c, s, z = sp.symbols("a c s z")
    shifted = fa.boxplus(fa.Cauchy(a, c), fa.Semicircle(variance=s))
    assert sp.expand(shifted.cauchy_transform(z) - fa.Semicircle(variance=s).cauchy_transform(z).subs(z, z - a + sp.I * c)) == 0
    values = {a: 1, c: 2, s: 3, x: HALF}
    assert complex(shifted.density(x).subs(values)) == pytest.approx(shifted.subs({a: 1, c: 2, s: 3}).pdf(0.5), rel=1e-14)


def test_a_longer_recurrence_is_no_closed_form():
    with pytest.raises(fa.NoClosedForm, match="the recurrence of the moments has"):
        fa.boxplus(fa.MarchenkoPastur(HALF), fa.Rademacher()).moment(k)
