"""Checked answers on polynomials and mixed moments of free elements, through `moments`, `free_cumulants` and `trace` of expressions.

The ids are those of the list of checked answers.
"""

import sympy as sp
from sympy import I, Rational

import freealg as fa
from freealg.elements.generators import Circular, Deterministic, HaarProjection, Wigner, Wishart

X, Y = Wigner(), Wigner()


def test_add_20_the_anticommutator_and_the_commutator():
    even = [2, 10, 66, 498, 4066, 34970]
    for element in (X * Y + Y * X, I * (X * Y - Y * X)):
        moments = element.moments(12)
        assert moments[1::2] == even
        assert not any(moments[::2])
        assert element.law().moments(12) == moments


def test_add_20_the_tetilla_equation():
    G, z = sp.symbols("G z")
    assert (X * Y + Y * X).law().cauchy_equation(G, z).as_expr() in (z * G**3 + G**2 - z * G + 1, -z * G**3 - G**2 + z * G - 1)


def test_add_23_the_density_of_the_anticommutator_at_zero():
    """1/pi: the equation at z = 0 has the root G = -i."""
    G, z = sp.symbols("G z")
    equation = (X * Y + Y * X).law().cauchy_equation(G, z).as_expr()
    assert sp.expand(equation.subs({z: 0, G: -I})) == 0


def test_add_26_xy_plus_yx_plus_xx():
    element = X * Y + Y * X + X * X
    assert element.free_cumulants(7) == element.law().free_cumulants(7) == [1, 3, 4, 7, 11, 18, 29]


def test_add_26d_a_quadratic_form():
    element = 2 * X * X + X * Y + Y * X + 3 * Y * Y
    assert element.free_cumulants(5) == element.law().free_cumulants(5) == [5, 15, 50, 175, 625]


def test_mul_40_the_square_of_a_shifted_semicircle():
    """The law of (S + 1)^2 has density sqrt(3)/(8 pi) at 4: there S = 1 or S = -3, which is outside, and dx = 2 (s + 1) ds."""
    element = (X + 1) ** 2
    answer = [sum(sp.binomial(2 * k, 2 * j) * sp.catalan(j) for j in range(k + 1)) for k in range(1, 5)]
    assert element.moments(4) == element.law().moments(4) == answer


def test_mix_01_abab():
    """With the moments of the two letters as symbols: a Wishart and a projection have two free parameters each."""
    r, s, p, t = sp.symbols("r s p t")
    a, b = Wishart(ratio=r, variance=s), t * HaarProjection(p)
    (a1, a2), (b1, b2) = a.moments(2), b.moments(2)
    assert sp.expand((a * b * a * b).trace() - (-(a1**2) * b1**2 + a1**2 * b2 + a2 * b1**2)) == 0


def test_mix_04_marchenko_pastur_and_three_atoms():
    a = Wishart(ratio=Rational(1, 2))
    b = Deterministic(fa.Discrete({0: Rational(1, 3), 1: Rational(1, 3), 3: Rational(1, 3)}))
    assert (a**2 * b**2 * a * b).trace() == Rational(176, 9)


def test_mix_07_the_free_commutator_of_two_projections():
    p, q = sp.symbols("p q")
    P, Q = HaarProjection(p), HaarProjection(q)
    assert sp.expand((I * (P * Q - Q * P)).moments(2)[1] - 2 * p * q * (p - 1) * (q - 1)) == 0


def test_mix_10_the_product_of_two_free_circulars():
    product = Circular() * Circular()
    element = product * product.H
    assert element.moments(5) == element.law().moments(5) == [1, 3, 12, 55, 273]
