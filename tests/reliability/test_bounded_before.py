"""Work that grows with a parameter is bounded before it starts: a refusal that names the bound, or the answer in a form that is short."""

import time

import pytest
import sympy
from sympy import Rational

import freealg as fa
from freealg.law import engine

LONG = 10**5000
REFUSED = {
    "edge of a deep Jacobian": (lambda: fa.nets.Jacobian("linear", depth=LONG).support(), "more than 1000000 bits"),
    "edge of a deep ReLU network": (lambda: fa.nets.Jacobian("relu", depth=LONG).support(), "more than 4000 bits"),
    "edge of a tree": (lambda: fa.KestenMcKay(LONG).support(), "more than 4000 bits"),
    "edge of a semicircle": (lambda: fa.Semicircle(variance=LONG + 1).support(), "more than 4000 bits"),
    "edge of a Wishart matrix": (lambda: fa.MarchenkoPastur(ratio=LONG + 1).support(), "more than 4000 bits"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_at_once(name):
    action, text = REFUSED[name]
    start = time.process_time()
    with pytest.raises(fa.BudgetExceeded, match=text):
        action()
    assert time.process_time() - start < 5


def test_long_squares_and_short_numbers_keep_their_roots():
    assert fa.KestenMcKay(LONG + 1).support()[1] == 2 * sympy.Integer(10) ** 2500
    assert fa.Semicircle(variance=12).support()[1] == 4 * sympy.sqrt(3)


def test_a_power_of_many_digits_is_refuted_by_its_first_moments():
    """Arcsine has kappa_2 = 2, kappa_4 = -2: the determinant of order 3 is kappa_2 t (kappa_4 t + kappa_2^2 t^2) = 2 t (4 t^2 - 2 t) < 0 for t < 1/2."""
    start = time.process_time()
    with pytest.raises(fa.NotALaw, match="order 3"):
        fa.Arcsine().boxplus_power(Rational(1, LONG))
    assert time.process_time() - start < 5


def test_the_edge_of_a_deep_relu_network_is_the_same_however_it_is_written():
    """K(m) = (1 + m)/m (1 + 2 m)^L at its minimum over m > 0, by its slope's zero in digits."""
    for depth in (3, 900):
        m = sympy.Symbol("m", positive=True)
        place = sympy.nsolve(m * (1 + m) * 2 * depth - (1 + 2 * m), m, 0.5 / depth, prec=40)
        k = (1 + place) / place * (1 + 2 * place) ** depth
        assert abs(sympy.N(fa.nets.Jacobian("relu", depth=depth).support()[1], 30) / k - 1) < 1e-25


def test_a_jacobian_has_whole_layers():
    with pytest.raises(fa.InvalidInput, match=r"number of layers, not 5/2.*boxtimes_power"):
        fa.nets.Jacobian("linear", depth=Rational(5, 2))
    with pytest.raises(fa.InvalidInput, match="number of layers, not 5/2"):
        fa.nets.Jacobian("linear", depth=sympy.Symbol("L")).subs({"L": 2.5})
    with pytest.raises(fa.InvalidInput, match=">= 1"):
        fa.nets.Jacobian("linear", depth=0)
    assert fa.nets.Jacobian("linear", depth=2.0) == fa.nets.Jacobian("linear", depth=2)
    assert fa.nets.Jacobian("linear", depth=1).boxtimes_power(Rational(5, 2)).moments(2) == [1, Rational(7, 2)]


@pytest.mark.slow
def test_a_discriminant_out_of_reach_is_not_begun():
    """Degree 44 in G with 96 bits: FLINT took minutes that nothing interrupts; subordination answers, as the moments and sampled matrices say."""
    squared = fa.Discrete({0: Rational(3, 10), 2: Rational(1, 2), 5: Rational(1, 5)}).boxplus_power(2).boxtimes_power(2)
    three = fa.boxtimes(fa.Discrete({1: Rational(1, 4), 2: Rational(1, 2), 3: Rational(1, 4)}), fa.MarchenkoPastur())
    law = fa.boxplus(squared, three, fa.boxtimes(fa.MarchenkoPastur(Rational(1, 5)), fa.Discrete({0: Rational(3, 4), 2: Rational(1, 4)})))
    start = time.process_time()
    assert law.expect(lambda x: x**3) == pytest.approx(float(law.moment(3)), rel=1e-11)
    assert time.process_time() - start < 60
    with pytest.raises(fa.Undecided):
        law.pdf(3, certified=True)


def test_the_budget_of_discriminants_counts_terms():
    """Sparse equations of a high degree are cheap: Fuss-Catalan laws."""
    with pytest.raises(fa.BudgetExceeded, match="discriminant of an equation of degree 39"):
        engine._require_discriminant(tuple(tuple(7**60 + j for _ in range(12)) for j in range(40)))
    assert [type(fa.FussCatalan(order).engine).__name__ for order in (9, 12)] == ["AlgebraicSpectrum"] * 2
