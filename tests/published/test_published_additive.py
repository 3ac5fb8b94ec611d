"""Checked answers on free additive convolution, through the public interface."""

import pytest
import sympy as sp
from sympy import Max, Rational, sqrt

import freealg as fa

G, alpha, d, lam, p, phi, q, t, z = sp.symbols("G alpha d lam p phi q t z")
HALF, THIRD, QUARTER = Rational(1, 2), Rational(1, 3), Rational(1, 4)
PM1 = fa.Rademacher()


def _semicircle_and_signs(variance):
    return fa.boxplus(fa.Semicircle(variance=variance), PM1)


def test_add_01_moments_of_semicircle_and_signs():
    moments = _semicircle_and_signs(1).moments(12)
    assert moments[1::2] == [2, 7, 30, 143, 728, 3876]
    assert not any(moments[::2])


def test_add_04_density_of_semicircle_and_signs(close):
    assert close(_semicircle_and_signs(1).pdf(1, dps=30), "0.2370968641553880375889798")


def test_add_07_the_four_edges_of_a_two_cut_law(close):
    edges = [end for interval in _semicircle_and_signs(QUARTER).support_intervals() for end in interval]
    assert len(edges) == 4
    assert close(edges[0], "-1.760172593046086919405185")
    assert close(edges[1], "-0.3690087298281904957949717")
    assert close(edges[2], "0.3690087298281904957949717")
    assert close(edges[3], "1.760172593046086919405185")


def test_add_10_the_density_at_the_centre(close):
    """sqrt(3)/(4 pi): the equation at z = 0 has the root -i sqrt(3)/4."""
    law = _semicircle_and_signs(4)
    assert close(law.pdf(0, dps=30), str(sp.N(sqrt(3) / (4 * sp.pi), 30)))
    assert law.cauchy_equation(G, z).as_expr().subs({z: 0, G: -sp.I * sqrt(3) / 4}).expand() == 0


def test_add_13_moments_of_two_free_projections(same):
    moments = fa.boxplus(fa.Projection(p), fa.Projection(q)).moments(4)
    fourth = -2 * p**2 * q**2 + 2 * p**2 * q + 2 * p * q**2 + 12 * p * q + p + q
    assert same(moments, [p + q, 2 * p * q + p + q, 6 * p * q + p + q, fourth])


def test_add_16_atoms_of_two_free_projections():
    law = fa.boxplus(fa.Projection(Rational(2, 3)), fa.Projection(Rational(3, 4)))
    assert law.atoms() == {1: Rational(1, 12), 2: Rational(5, 12)}


def test_add_16_with_symbols():
    atoms = fa.boxplus(fa.Projection(p), fa.Projection(q)).atoms()
    at = {p: Rational(2, 3), q: Rational(3, 4)}
    assert {x: mass.subs(at) for x, mass in atoms.items() if mass.subs(at) != 0} == {1: Rational(1, 12), 2: Rational(5, 12)}


def test_add_19_atoms_of_two_laws_with_two_atoms():
    law = fa.boxplus(fa.Discrete({0: HALF, 1: HALF}), fa.Discrete({0: Rational(3, 4), 5: QUARTER}))
    assert law.atoms() == {0: QUARTER, 1: QUARTER}


@pytest.mark.parametrize("law", [PM1.boxplus_power(d), fa.KestenMcKay(d)], ids=["power", "KestenMcKay"])
def test_add_29_the_equation_of_a_free_power_of_signs(law, same_equation):
    assert same_equation(law, -(G**2) * d**2 + G**2 * z**2 + G * d * z - 2 * G * z - d + 1)


def test_add_32_the_free_power_one_half_of_signs_is_no_law():
    """The formal moments are 1/2 and 0, and m_4 < m_2^2."""
    formal = PM1.boxplus_power(t)
    assert [formal.moments(4)[k].subs(t, HALF) for k in (1, 3)] == [HALF, 0]
    with pytest.raises(fa.NotALaw, match="Hankel determinant of order 3 is -1/8"):
        PM1.boxplus_power(HALF)


def test_add_35_a_compressed_marchenko_pastur_law_is_one(same, same_equation):
    compressed, law = fa.MarchenkoPastur(ratio=phi).compress(alpha), fa.MarchenkoPastur(ratio=alpha * phi)
    assert same(compressed.free_cumulants(8), law.free_cumulants(8))
    assert same_equation(compressed, law.cauchy_equation(G, z).as_expr())


def test_add_38_the_equation_of_two_marchenko_pastur_laws(same_equation):
    law = fa.boxplus(fa.MarchenkoPastur(ratio=HALF), 3 * fa.MarchenkoPastur(ratio=QUARTER))
    assert same_equation(law, -3 * G**3 * z + 10 * G**2 * z - 15 * G**2 - 8 * G * z + 22 * G + 8)


def test_add_41_moments_of_a_compound_free_poisson_law(same):
    moments = fa.CompoundFreePoisson(lam, fa.Semicircle()).moments(6)
    assert same(moments, [0, lam, 0, 2 * lam**2 + 2 * lam, 0, 5 * lam**3 + 12 * lam**2 + 5 * lam])


def test_add_44_density_of_marchenko_pastur_and_signs(close):
    assert close(fa.boxplus(fa.MarchenkoPastur(ratio=HALF), PM1).pdf(2, dps=30), "0.3060701609427096348219120")


def test_add_47_moments_of_semicircle_and_arcsine():
    moments = fa.boxplus(fa.Semicircle(), fa.Arcsine(radius=2)).moments(12)
    assert moments[1::2] == [3, 16, 103, 732, 5534, 43654]
    assert not any(moments[::2])


def test_add_50_density_of_semicircle_and_uniform(close):
    assert close(fa.boxplus(fa.Semicircle(), fa.Uniform(-1, 1)).pdf(0, dps=30), "0.2738526868008509120593247")


def test_add_53_density_of_cauchy_and_marchenko_pastur(close):
    law = fa.boxplus(fa.Cauchy(location=0, scale=2), fa.MarchenkoPastur(ratio=HALF))
    assert close(law.pdf(1, dps=30), "0.1435550163681189210442656")


def test_add_58_a_free_power_of_marchenko_pastur(same):
    law = fa.MarchenkoPastur().boxplus_power(t)
    assert same(law.moments(4), [t, t**2 + t, t**3 + 3 * t**2 + t, t**4 + 6 * t**3 + 6 * t**2 + t])
    assert law.atoms() == {0: Max(0, 1 - t)}


def test_add_60b_bulks_that_nearly_touch(close):
    law = fa.boxplus(fa.Semicircle(variance=THIRD), fa.Discrete({-1: THIRD, 0: THIRD, 1: THIRD}))
    first, second, third = law.support_intervals()
    for gap in (second[0] - first[1], third[0] - second[1]):
        assert close(gap, "0.006186281728116162931641")
    assert close(law.cdf(first[1], dps=30), str(sp.N(THIRD, 30)))
