"""Checked answers on free multiplicative convolution, through the public interface."""

import pytest
import sympy as sp
from sympy import Max, Min, Rational, sqrt

import freealg as fa

G, alpha, m1, m2, n0, n1, n2, p, phi, phi1, phi2, q, t, z = sp.symbols("G alpha m1 m2 n0 n1 n2 p phi phi1 phi2 q t z")
HALF, THIRD = Rational(1, 2), Rational(1, 3)
MP = fa.MarchenkoPastur()


def _two_atoms(*locations):
    return fa.Discrete(dict.fromkeys(locations, HALF))


def test_mul_01_moments_of_the_fuss_catalan_law():
    moments = [1, 3, 12, 55, 273, 1428, 7752, 43263, 246675, 1430715]
    assert MP.boxtimes_power(2).moments(10) == fa.boxtimes(MP, MP).moments(10) == fa.FussCatalan(2).moments(10) == moments


def test_mul_04_density_of_the_fuss_catalan_law(close):
    for law in (MP.boxtimes_power(2), fa.FussCatalan(2)):
        assert close(law.pdf(1, dps=30), "0.1789791274880284629570655")


def test_mul_07_the_square_root_of_marchenko_pastur():
    assert MP.boxtimes_power(HALF).moments(6) == [1, Rational(3, 2), Rational(21, 8), 5, Rational(1287, 128), 21]


def test_mul_10_the_power_three_halves(same_equation, close):
    law = MP.boxtimes_power(Rational(3, 2))
    assert law.moments(5) == [1, Rational(5, 2), Rational(65, 8), 30, Rational(15295, 128)]
    assert same_equation(law, -(G**5) * z**3 + G**2 * z**2 - 2 * G * z + 1)
    assert close(law.pdf(1, dps=30), "0.2148679966037371402442447")


def test_mul_13_edges_of_two_marchenko_pastur_laws(close):
    ((low, high),) = fa.boxtimes(fa.MarchenkoPastur(ratio=HALF), fa.MarchenkoPastur(ratio=THIRD)).support_intervals()
    assert close(low, "0.04634435721356425157579080")
    assert close(high, "3.978763018024128136643945")


def test_mul_16_moments_of_a_rectangular_product(same):
    """The middle factor enters as W_1 W_1^T, n1 x n1 of ratio n1/n0, seen through n2 of its n1 coordinates."""
    law = fa.boxtimes(fa.MarchenkoPastur(ratio=n2 / n1), fa.MarchenkoPastur(ratio=n2 / n0))
    assert same(law.moments(2), [1, 1 + n2 / n1 + n2 / n0])


def test_mul_19_edges_of_marchenko_pastur_and_two_atoms(close):
    ((low, high),) = fa.boxtimes(fa.MarchenkoPastur(ratio=HALF), _two_atoms(1, 3)).support_intervals()
    assert close(low, "0.1180959174181630049923098")
    assert close(high, "7.071272162420762039980567")


def test_mul_22_the_ratio_at_which_two_bulks_merge():
    law = fa.boxtimes(fa.MarchenkoPastur(ratio=phi), _two_atoms(1, 8))
    assert law.critical_values(phi) == [Rational(98, 125)]
    below, above = (law.subs({phi: Rational(98, 125) + shift}) for shift in (-Rational(1, 1000), Rational(1, 1000)))
    assert (len(below.support_intervals()), len(above.support_intervals())) == (2, 1)


def test_mul_25_the_product_of_two_free_projections(same):
    law = fa.boxtimes(fa.Projection(p), fa.Projection(q))
    ((low, high),) = law.support_intervals()
    root = sqrt(p * q * (1 - p) * (1 - q))
    assert same((low, high), (-2 * p * q + p + q - 2 * root, -2 * p * q + p + q + 2 * root))
    atoms = law.atoms()
    assert sorted(map(str, atoms)) == ["0", "1"]
    for at in ({p: THIRD, q: HALF}, {p: Rational(3, 4), q: Rational(2, 3)}, {p: THIRD, q: Rational(4, 5)}):
        assert atoms[0].subs(at) == (1 - Min(p, q)).subs(at)
        assert atoms[1].subs(at) == Max(0, p + q - 1).subs(at)


def test_mul_28_moments_of_an_inverse(same):
    moments = fa.MarchenkoPastur(ratio=phi).inverse().moments(4)
    assert same(moments, [-1 / (phi - 1), -1 / (phi - 1) ** 3, -(phi + 1) / (phi - 1) ** 5, -(phi**2 + 3 * phi + 1) / (phi - 1) ** 7])


def test_mul_31_moments_of_the_free_f_law(same):
    law = fa.boxtimes(fa.MarchenkoPastur(ratio=phi1), fa.MarchenkoPastur(ratio=phi2).inverse())
    third = phi1**2 * phi2**2 - 2 * phi1**2 * phi2 + phi1**2 - 3 * phi1 * phi2 + 3 * phi1 + phi2 + 1
    assert same(law.moments(3), [-1 / (phi2 - 1), (phi1 * phi2 - phi1 - 1) / (phi2 - 1) ** 3, -third / (phi2 - 1) ** 5])


def test_mul_34_atoms_of_a_power_of_a_projection(same):
    assert same(fa.Projection(p).boxtimes_power(t).atoms(), {0: 1 - p, 1: Max(0, 1 - t * (1 - p))})


def test_mul_37_semicircle_and_marchenko_pastur(same, same_equation):
    law = fa.boxtimes(fa.Semicircle(), MP)
    assert same_equation(law, G**4 * z**2 - G * z + 1)
    assert law.moments(10) == [0, 1, 0, 4, 0, 22, 0, 140, 0, 969]
    assert same(law.support_intervals(), [(-16 / (3 * sqrt(3)), 16 / (3 * sqrt(3)))])


def test_mul_43_a_compression_in_the_full_algebra(same):
    law = fa.boxtimes(fa.from_moments([m1, m2]), fa.Projection(alpha))
    assert same(law.moments(2), [alpha * m1, alpha**2 * m2 + alpha * (1 - alpha) * m1**2])


def test_mul_43_is_not_the_free_compression(same):
    """In the corner's own trace every moment is 1/alpha times the one in the full algebra."""
    law = fa.from_moments([m1, m2])
    full, corner = fa.boxtimes(law, fa.Projection(alpha)).moments(2), law.compress(alpha).moments(2)
    assert same([alpha * m for m in corner], full)


@pytest.mark.parametrize("ratio", [HALF, Rational(98, 125)])
def test_mul_22_the_equation_has_two_bulks_until_then(ratio):
    assert len(fa.boxtimes(fa.MarchenkoPastur(ratio=ratio), _two_atoms(1, 8)).support_intervals()) == (2 if ratio == HALF else 1)
