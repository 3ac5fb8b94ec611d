"""Moments of Möbius images through the equation of the operand: against quadrature, against the equation, refused where the pole is in the support."""

from __future__ import annotations

import numpy as np
import pytest
import sympy
from sympy import Rational, symbols

import freealg as fa
from freealg.exact.fields import Ring

HALF = Rational(1, 2)
SC, MP, R, P = fa.Semicircle, fa.MarchenkoPastur, fa.Rademacher, fa.Projection
G, z = symbols("G z")
GAPPED = fa.boxplus(SC(variance=Rational(1, 4)), R())

IMAGES = [
    GAPPED.inverse(),
    GAPPED.mobius(1, 2, 1, -4),
    (GAPPED + 5).inverse(),
    fa.boxplus(MP(ratio=HALF), SC()).mobius(1, 0, 1, 7),
    fa.boxtimes(MP(ratio=Rational(1, 4)), fa.Discrete({1: HALF, 3: HALF})).inverse(),
    fa.boxplus(R(), P(HALF)).mobius(0, 1, 1, -5),
    SC().mobius(1, 0, 1, 3),
]


@pytest.mark.parametrize("law", IMAGES, ids=repr)
def test_moments_against_quadrature(law: fa.Law) -> None:
    for n, value in enumerate(law.moments(5), 1):
        found = law.expect(lambda x, n=n: x**n)
        assert float(sympy.N(value, 30)) == pytest.approx(found, rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("law", IMAGES, ids=repr)
def test_the_germ_is_on_the_equation(law: fa.Law) -> None:
    """The mean from the series, put into the equation: w^-k P(1/w, w + m_1 w^2 + ...) vanishes to the order that the moments reach."""
    w = sympy.Symbol("w")
    moments = [sympy.N(value, 40) for value in law.moments(6)]
    germ = w + sum(m * w ** (n + 1) for n, m in enumerate(moments, 1))
    poly = law.cauchy_equation(G, z)
    series = sympy.expand(poly.as_expr().subs({G: germ, z: 1 / w}) * w ** poly.degree(z))
    size = max(abs(c) for c in sympy.Poly(series, w).coeffs())
    assert all(abs(series.coeff(w, k)) < 1e-25 * size for k in range(7))


def test_known_values() -> None:
    assert GAPPED.inverse().moments(4) == [0, Rational(4, 3), 0, Rational(256, 81)]
    assert SC().mobius(0, 1, 1, 3).mean() == sympy.simplify((3 - sympy.sqrt(5)) / 2)


def test_irrational_moments_are_reduced_in_their_field() -> None:
    moments = (GAPPED + 5).inverse().moments(4)
    roots = set().union(*(value.atoms(sympy.CRootOf) for value in moments))
    assert len(roots) == 1
    theta = roots.pop()
    assert all(sympy.Poly(value.xreplace({theta: G}), G).degree() <= 2 for value in moments)


def test_free_cumulants_and_sums_of_an_image_with_irrational_moments() -> None:
    law = (GAPPED + 5).inverse()
    total = fa.boxplus(law, SC())
    assert float(total.variance()) == pytest.approx(1 + law.expect(lambda x: x**2) - law.expect(lambda x: x) ** 2, rel=1e-12)
    assert float(sympy.N(total.moments(4)[3])) == pytest.approx(total.expect(lambda x: x**4), rel=1e-10)
    assert float(total.free_cumulants(4)[3]) == pytest.approx(float(law.free_cumulants(4)[3]), rel=1e-20)


def test_refused_inside_the_support() -> None:
    with pytest.raises(fa.UndefinedMoments, match="lies in the support"):
        fa.boxplus(SC(variance=2), R()).inverse().moments(2)


def test_a_ring_over_an_algebraic_number_is_a_field() -> None:
    t = sympy.Symbol("t")
    theta = sympy.CRootOf(t**3 + 20 * t**2 + 97 * t + 10, 2)
    ring = Ring.of(theta)
    element = ring.convert(1 / (theta**2 + 3))
    assert not ring.inverting(ring.fraction(theta**2 + 3)[0]).denominators
    assert ring.reduce(element * ring.convert(theta**2 + 3)) == 1
    assert ring.is_zero(ring.convert(theta**3 + 20 * theta**2 + 97 * theta + 10))


def test_moments_of_the_inverse_of_a_square_are_real_numbers():
    """E 1/(X^2 + 3) = -Im G(i sqrt(3))/sqrt(3): sqrt(z) of the closed form at the pole -3 gave a sum of complex conjugates that no float took."""
    shifted = fa.Semicircle(3, 1)
    found = (shifted.square() + 3).inverse().moments(2)
    assert all(value.is_real for value in found)
    value = shifted.cauchy(1j * 3**0.5)
    assert float(found[0]) == pytest.approx(-value.imag / 3**0.5, rel=1e-14)
    assert float(found[1]) == pytest.approx(shifted.expect(lambda x: (x**2 + 3.0) ** -2), rel=1e-12)


def test_an_image_whose_moments_lie_in_a_tower_of_roots():
    """X^2/(X^2 + 2), X free Poisson: m_n lie in a field of degree 8 in which each costs many times the last, and the branch is told by two."""
    square = fa.MarchenkoPastur(ratio=Rational(11, 6), variance=Rational(4, 5)).square()
    image = square.mobius(1, 0, 1, 2)
    y = np.array([0.05, 0.3, 0.8])
    x = 2 * y / (1 - y)
    assert image.pdf(y) == pytest.approx(square.pdf(x) * 2 / (1 - y) ** 2, rel=1e-10)
    assert image.atoms() == square.atoms() == {0: Rational(5, 11)}
