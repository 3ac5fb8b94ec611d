"""Transforms by Lambert's W, atoms with symbols, and what laws given with symbols know of themselves; every answer by a second route."""

import mpmath
import pytest
import sympy as sp
from sympy import I, Max, Rational, exp

import freealg as fa
from freealg.law.edges import closed_atoms
from freealg.law.quadratic_atoms import atoms_of_quadratic

G, a, b, c, g, m, p, phi, q, s, t, x, z = sp.symbols("G a b c g m p phi q s t x z")
HALF, THIRD = Rational(1, 2), Rational(1, 3)
BERNOULLI, SMOOTH = (fa.nets.universal_jacobian(kind, t) for kind in ("bernoulli", "smooth"))
EXPONENTIAL = fa.from_r_transform((exp(c * g) - 1) / g, g)


@pytest.mark.parametrize("value", [HALF, Rational(3)])
def test_the_density_by_lambert_w(value):
    density, law = BERNOULLI.density(x).subs(t, value), BERNOULLI.subs({t: value})
    for at in (Rational(1, 5), Rational(1), Rational(4, 3), Rational(4), Rational(9)):
        assert abs(complex(density.subs(x, at)) - law.pdf(float(at))) < 1e-11


@pytest.mark.parametrize("scale", [2, -1])
def test_the_density_integrates_to_the_moments(scale):
    law = EXPONENTIAL.subs({c: scale})
    height = sp.lambdify(x, law.density(x).args[0].expr, "mpmath")
    ends = sorted([0, float(sp.E * scale)])
    found = [mpmath.quad(lambda u, k=k: u**k * height(u), [ends[0], sum(ends) / 2, ends[1]]) for k in range(4)]
    assert [float(value) for value in found] == pytest.approx([1, *map(float, law.moments(3))], rel=1e-8)


def test_r_and_s_as_germs():
    assert sp.series(SMOOTH.r_transform(g), g, 0, 4).removeO().expand() == sum(k * g**j for j, k in enumerate(SMOOTH.free_cumulants(4)))
    s_series = sp.series(EXPONENTIAL.s_transform(m), m, 0, 3).removeO()
    inverse = sum(sp.Rational(1) * value * z ** (k + 1) for k, value in enumerate(EXPONENTIAL.moments(3)))  # psi
    chi = (m * s_series / (1 + m)).series(m, 0, 4).removeO()
    assert sp.expand(inverse.subs(z, chi)).series(m, 0, 4).removeO().expand() == m


def test_an_r_transform_with_lambert_w_is_a_law():
    for value in (HALF, t):
        law = fa.nets.universal_jacobian("smooth", value)
        given = fa.from_r_transform(law.r_transform(g), g)
        assert given.free_cumulants(9) == law.free_cumulants(9) and given.moments(9) == law.moments(9)


def test_the_law_of_an_exponential_s_is_the_named_one():
    given = fa.from_s_transform(exp(-t * m / (1 + m)), m)
    for query in ("cauchy_transform", "atoms", "support_intervals", "support", "edge_exponents"):
        assert str(getattr(given, query)()) == str(getattr(BERNOULLI, query)()), query


ATOMS = [
    (fa.boxtimes(fa.Projection(p), fa.Projection(q)), atoms_of_quadratic), (fa.boxplus(fa.Projection(p), fa.Projection(q)), atoms_of_quadratic),
    (fa.boxplus(fa.Projection(p), -fa.Projection(q)), atoms_of_quadratic), (fa.Projection(p).compress(q), atoms_of_quadratic),
    (fa.boxplus(fa.Rademacher(), fa.Projection(q)), atoms_of_quadratic), (fa.Projection(p).boxplus_power(1 + q), atoms_of_quadratic),
    (fa.FreePoisson(q, p), atoms_of_quadratic), (fa.FreePoisson(3 * q, -2), atoms_of_quadratic),
    (fa.FreeBessel(2, 3 * q), closed_atoms), (fa.Projection(p).boxtimes_power(1 + q), closed_atoms),
]  # fmt: skip


@pytest.mark.parametrize(("law", "rule"), ATOMS, ids=[str(law) for law, _ in ATOMS])
def test_poles_with_symbols_are_the_atoms_with_numbers(law, rule):
    found = rule(law)
    for point in ({p: THIRD, q: Rational(1, 5)}, {p: Rational(4, 5), q: Rational(1, 5)}, {p: Rational(4, 5), q: Rational(9, 10)}):
        here = {symbol: value for symbol, value in point.items() if symbol in law.free_symbols}
        masses = {place.subs(here): mass.subs(here) for place, mass in found}
        assert {place: mass for place, mass in masses.items() if mass != 0} == law.subs(here).atoms()


def test_given_laws_know_their_variance():
    given = fa.from_r_transform(1 / (1 - phi * g), g)
    assert given.atoms() == {0: Max(0, (phi - 1) / phi)} and given.support()[1] == fa.MarchenkoPastur(ratio=phi).support()[1].expand()
    assert fa.from_s_transform((1 + m) ** -s, m).support_intervals() == fa.FussCatalan(s).support_intervals()
    uniform = fa.Uniform(a, b)
    assert fa.from_r_transform(uniform.r_transform(g), g).moments(4) == uniform.moments(4)


def test_a_constant_imaginary_part_is_a_cauchy_law():
    assert fa.from_r_transform(1 - 2 * I, g) == fa.Cauchy(1, 2) and fa.from_r_transform(a - I * s, g) == fa.Cauchy(a, s)
    law = fa.from_r_transform(g + 1 - 2 * I, g)
    assert abs(law.pdf(0.5) - fa.boxplus(fa.Cauchy(1, 2), fa.Semicircle()).pdf(0.5)) < 1e-15
    for expr in (1 + 2 * I, I * g, 2 * I - g):
        with pytest.raises(fa.InvalidInput, match="constant -i c"):
            fa.from_r_transform(expr, g)
    with pytest.raises(fa.Undecided, match="not decided"):
        fa.from_r_transform(-g - I, g)


def test_signs_of_even_powers():
    """A parameter of unknown sign counts in even powers; what is no rational function has no sign."""
    from freealg.exact.signs import sign_under

    assert sign_under(a * b**2 + b**2, [a]) == 1 and sign_under(-(b**2) - 1) == -1
    assert sign_under(a * b, [a]) is None and sign_under(a**b, [a, b]) is None and sign_under(b - 1, [3 * b]) is None
    assert sign_under(b, [3 * b]) == 1


@pytest.mark.parametrize("expr", [1 / g, t + 1 / g, sp.coth(t * g), 1 / (t * g) + g])
def test_a_pole_at_0_is_no_r_transform(expr):
    with pytest.raises(fa.InvalidInput, match="pole at g = 0"):
        fa.from_r_transform(expr, g)


@pytest.mark.parametrize("equation", [G**2 - z, G - z, G * z - 2, G**2 * z**2 - 3 * G * z + 1], ids=str)
def test_a_curve_without_a_branch_like_1_over_z(equation):
    with pytest.raises(fa.InvalidInput, match="no branch of the curve behaves like 1/z"):
        fa.from_cauchy_equation(equation, G, z)


@pytest.mark.parametrize("law", [fa.KestenMcKay(3), fa.Semicircle(variance=s), fa.Arcsine(), fa.Uniform(-1, 1)], ids=str)
def test_a_law_of_mean_0_has_no_s_transform(law):
    with pytest.raises(fa.NoClosedForm, match=r"has mean 0, so S\(0\) = 1/m_1 is infinite"):
        law.s_transform(m)
