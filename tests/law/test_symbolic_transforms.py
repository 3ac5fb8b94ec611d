"""Closed transforms with symbols whose radicals are squares at the base point, and laws with huge rational parameters."""

import pytest
import sympy as sp
from sympy import Rational, sqrt

import freealg as fa

p, phi, q, w, z = sp.symbols("p phi q w z")
HALF, THIRD = Rational(1, 2), Rational(1, 3)
INVERSE = fa.MarchenkoPastur(ratio=phi).inverse()
FREE_F = fa.boxtimes(fa.MarchenkoPastur(ratio=phi), fa.MarchenkoPastur(ratio=q).inverse())


@pytest.mark.parametrize(("law", "point"), [(INVERSE, {phi: THIRD}), (FREE_F, {phi: THIRD, q: Rational(1, 5)}), (FREE_F, {phi: 3, q: HALF})])
def test_closed_transforms_of_inverses(law, point):
    cumulants = law.subs(point).free_cumulants(4)
    assert sp.series(law.r_transform(w).subs(point), w, 0, 4).removeO().expand() == sum(c * w**k for k, c in enumerate(cumulants))
    for at in (1 + 2j, -1 + 0.5j, 5 + 0.1j):
        closed = complex(sp.N(law.cauchy_transform(z).subs(point).subs(z, sp.sympify(at))))
        assert abs(closed - law.subs(point).cauchy(at)) < 1e-12


def test_the_edges_of_the_free_f_law():
    ((low, high),) = FREE_F.support_intervals()
    root = sqrt(phi + q - phi * q)
    assert sp.simplify(low - ((1 - root) / (1 - q)) ** 2) == 0
    assert sp.simplify(high - ((1 + root) / (1 - q)) ** 2) == 0


def test_the_s_transform_of_two_symbolic_atoms():
    """Its other branch is infinite at m = 0."""
    a = sp.Symbol("a")
    assert sp.cancel(fa.Discrete({0: 1 - p, a: p}).s_transform(w) - (1 + w) / (a * (p + w))) == 0
    law = fa.Discrete({-1: 1 - p, a: p})
    assert sp.limit(law.s_transform(w).subs({a: 3, p: HALF}), w, 0) == 1


def test_moments_of_a_moebius_image_are_surds():
    moments = fa.MarchenkoPastur(ratio=HALF).mobius(1, 0, 1, 1).moments(3)
    assert moments[0] == Rational(5, 2) - sqrt(17) / 2
    assert abs(float(moments[2]) - fa.MarchenkoPastur(ratio=HALF).mobius(1, 0, 1, 1).expect(lambda x: x**3)) < 1e-12
    left = fa.Semicircle().mobius(0, 1, 1, 3).moments(2)
    assert left == [Rational(3, 2) - sqrt(5) / 2, 3 * sqrt(5) / 10 - HALF]


def test_parameters_of_any_size():
    """Beyond 2^63 the factors of an equation have coefficients that are no machine integers."""
    ratio = Rational(2**70 + 1, 3**50)
    law = fa.boxtimes(fa.MarchenkoPastur(ratio=ratio), fa.Discrete({1: HALF, 8: HALF}))
    assert law.moments(2)[1] == Rational(65, 2) + ratio * Rational(81, 4)
    assert len(law.support_intervals()) == len(law.subs({}).support_intervals())
    ((low, high),) = fa.MarchenkoPastur(ratio=ratio, variance=ratio).support_intervals()
    assert low < ratio < high


def test_substitution_checks_the_conditions_again():
    t = sp.Symbol("t")
    with pytest.raises(fa.NotALaw, match="Hankel"):
        fa.Rademacher().boxplus_power(t).subs({t: HALF})
    with pytest.raises(fa.InvalidInput, match="0 < t <= 1"):
        fa.MarchenkoPastur(ratio=phi).compress(t).subs({t: 2})
    with pytest.raises(fa.NotALaw, match="both reach below and above"):
        fa.boxtimes(fa.Semicircle(mean=t), fa.Semicircle(mean=p)).subs({t: 0, p: 0})
    assert fa.Rademacher().boxplus_power(t).subs({t: 1}) == fa.Rademacher()


def test_edges_in_nested_radicals():
    ((low, high),) = fa.CompoundFreePoisson(2, fa.Rademacher()).support_intervals()
    assert sp.expand(high**2) == Rational(11, 2) + 5 * sqrt(5) / 2
    assert low == -high


def test_densities_of_rational_transforms_with_complex_coefficients() -> None:
    """A Cauchy law moves G by i c: the density of its sum with a discrete law is a mixture of Cauchy densities."""
    x, c = sp.Symbol("x"), sp.Symbol("c", positive=True)
    found = fa.boxplus(fa.Cauchy(0, c), fa.Rademacher()).density(x)
    expected = sum(c / ((x - place) ** 2 + c**2) / (2 * sp.pi) for place in (-1, 1))
    assert sp.simplify(found - expected) == 0
    weights = {fa.Cauchy(0, 1): Rational(1, 3), fa.Cauchy(2, 3): Rational(2, 3)}
    mixed = fa.mixture(weights).density(x)
    assert sp.simplify(mixed - sum(w * law.density(x) for law, w in weights.items())) == 0


def test_branch_points_of_degree_four_in_radicals() -> None:
    """Free sums of two projections have four edges, symmetric about 1: roots of a polynomial in (z - 1)^2."""
    x, z = sp.symbols("x z")
    law = fa.boxplus(fa.Projection(Rational(1, 3)), fa.Projection(Rational(3, 7)))
    transform, density = law.cauchy_transform(z), law.density(x)
    for point in (1 + 1j, -1 + 0.1j, 0.8 + 0.01j, 3j):
        assert abs(complex(transform.subs(z, point).evalf()) - law.cauchy(point)) < 1e-13
    for point in (0.1, 0.2, 0.55, 1.2, 1.5, 1.9):
        assert float(density.subs(x, point)) == pytest.approx(law.pdf(point), abs=1e-13)


@pytest.mark.parametrize(
    "law",
    [
        fa.mixture({fa.Semicircle(): Rational(1, 3), fa.MarchenkoPastur(ratio=2): Rational(2, 3)}),
        fa.mixture({fa.Uniform(0, 1): Rational(1, 4), fa.Gaussian(): Rational(3, 4)}),
        fa.MarchenkoPastur(ratio=Rational(1, 2)).sqrt(), fa.Uniform(1, 3).sqrt(), fa.Gaussian().square(), fa.Uniform(-1, 2).square(),
    ],
    ids=str,
)  # fmt: skip
def test_densities_that_follow_from_the_operands(law) -> None:
    """The closed form against the numeric engine, which knows nothing of it."""
    x = sp.Symbol("x")
    density = law.density(x)
    for point in (-0.7, 0.05, 0.3, 0.9, 1.3, 2.5, 5.0):
        assert float(density.subs(x, point).evalf()) == pytest.approx(law.pdf(point), rel=1e-12, abs=1e-14)
