"""Checked answers on single laws, through the public interface."""

import sympy as sp
from sympy import I, Max, Rational, sqrt

import freealg as fa

G, a, c, p, phi, s, w, z = sp.symbols("G a c p phi s w z")
HALF = Rational(1, 2)


def test_law_01_semicircle_of_variance_3():
    assert fa.Semicircle(variance=3).moments(12) == [0, 3, 0, 18, 0, 135, 0, 1134, 0, 10206, 0, 96228]


def test_law_04_the_equation_of_a_semicircle(same_equation):
    assert same_equation(fa.Semicircle(mean=a, variance=s), G**2 * s + G * a - G * z + 1)


def test_law_07_marchenko_pastur_of_ratio_one_half():
    moments = [1, Rational(3, 2), Rational(11, 4), Rational(45, 8), Rational(197, 16), Rational(903, 32), Rational(4279, 64), Rational(20793, 128)]
    assert fa.MarchenkoPastur(ratio=HALF).moments(8) == moments


def test_law_10_marchenko_pastur_with_more_rows_than_columns(same, close):
    law = fa.MarchenkoPastur(ratio=3)
    assert law.atoms() == {0: Rational(2, 3)}
    assert same(law.support_intervals(), [(4 - 2 * sqrt(3), 4 + 2 * sqrt(3))])
    assert close(law.cdf(0, dps=30), "0.66666666666666666666666667")  # so the density has mass 1/3
    assert close(law.cdf(8, dps=30), "1")


def test_law_10_with_symbols(same):
    law = fa.MarchenkoPastur(ratio=phi, variance=s)
    assert law.atoms() == {0: Max(0, 1 - 1 / phi)}
    assert same(law.support_intervals(), [(s * (1 - sqrt(phi)) ** 2, s * (1 + sqrt(phi)) ** 2)])


def test_law_13_free_poisson_of_rate_three_halves_and_jump_2():
    assert fa.FreePoisson(rate=Rational(3, 2), jump=2).free_cumulants(5) == [3, 6, 12, 24, 48]


def test_law_16_the_atom_of_a_free_poisson_law():
    assert fa.FreePoisson(rate=Rational(1, 3)).atoms() == {0: Rational(2, 3)}


def test_law_19_normalised_by_rows():
    """X X^T/n is m/n = 1/phi times X X^T/m."""
    assert (fa.MarchenkoPastur(ratio=Rational(1, 4)) * 4).support_intervals() == [(1, 9)]


def test_law_19_with_a_symbol(same):
    ((low, high),) = (fa.MarchenkoPastur(ratio=phi) / phi).support_intervals()
    positive = sp.Symbol("x", positive=True)
    assert same([e.subs(phi, positive**2) for e in (low, high)], [(1 / positive - 1) ** 2, (1 / positive + 1) ** 2])


def test_law_22_the_equation_of_the_arcsine_law(same_equation):
    assert same_equation(fa.Arcsine(radius=2), G**2 * (z**2 - 4) - 1)


def test_law_25_the_r_transform_of_a_projection(same):
    found = fa.Projection(p).r_transform(w)
    assert same(found, (w + sqrt(4 * p * w + (1 - w) ** 2) - 1) / (2 * w))
    assert sp.limit(found.subs(p, Rational(1, 3)), w, 0) == Rational(1, 3)


def test_law_28_free_cumulants_of_the_gaussian():
    assert fa.Gaussian(0, 1).free_cumulants(12) == [0, 1, 0, 1, 0, 4, 0, 27, 0, 248, 0, 2830]


def test_law_31_the_r_transform_of_a_cauchy_law():
    assert fa.Cauchy(location=0, scale=c).r_transform(w) == -I * c


def test_law_34_the_s_transform_of_a_projection(same):
    assert same(fa.Projection(p).s_transform(z), (1 + z) / (p + z))


def test_law_37_the_lattice_of_noncrossing_partitions():
    """|NC(n)| is a Catalan number, |mu(0_n, 1_n)| the one before, and the ranks are counted by Narayana's numbers."""
    nc = fa.combinatorics
    least, greatest = tuple((k,) for k in range(1, 7)), (tuple(range(1, 7)),)
    assert [nc.catalan(6), nc.catalan(10), nc.mobius(least, greatest), nc.narayana(8, 4)] == [132, 16796, -42, 490]
    assert sum(1 for _ in nc.noncrossing_partitions(6)) == 132
    assert sum(1 for _ in nc.noncrossing_partitions(8, blocks=4)) == 490
