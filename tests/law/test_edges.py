"""Closed-form edges against those of the density engine, and the refusals where the choice of an edge is open."""

import pytest
import sympy as sp
from sympy import Max, Piecewise, Rational, sqrt

import freealg as fa
from freealg.law.edges import closed_interval
from freealg.law.engine import engine_of

L, p, phi, q, s, t = sp.symbols("L p phi q s t")
HALF, THIRD = Rational(1, 2), Rational(1, 3)
MP = fa.MarchenkoPastur


def _layers(weights):
    """L critical layers whose derivative is 1 with probability p."""
    layer = fa.Projection(p) / p
    return (layer if weights == "orthogonal" else fa.boxtimes(layer, MP())).boxtimes_power(L)


LAWS = {
    "square": (MP(ratio=phi).boxtimes_power(2), [{phi: HALF}, {phi: 1}, {phi: 3}]),
    "three halves": (MP(ratio=phi).boxtimes_power(Rational(3, 2)), [{phi: HALF}, {phi: 3}]),
    "two": (fa.boxtimes(MP(ratio=phi), MP()), [{phi: THIRD}, {phi: 1}, {phi: 2}]),
    "Bessel": (fa.FreeBessel(s, t), [{s: 2, t: HALF}, {s: 2, t: 3}, {s: 3, t: Rational(2, 3)}, {s: HALF, t: HALF}]),
    "Fuss-Catalan": (fa.FussCatalan(s), [{s: 2}, {s: Rational(3, 2)}]),
    "projection": (fa.Projection(p).boxtimes_power(t), [{p: THIRD, t: 2}, {p: Rational(4, 5), t: 3}, {p: Rational(4, 5), t: 7}]),
    "orthogonal": (_layers("orthogonal"), [{p: HALF, L: 3}, {p: Rational(9, 10), L: 4}]),
    "gaussian": (_layers("gaussian"), [{p: HALF, L: 2}, {p: Rational(9, 10), L: 3}, {p: THIRD, L: Rational(3, 2)}]),
}


@pytest.mark.parametrize(("law", "points"), LAWS.values(), ids=LAWS)
def test_edges_agree_with_the_density_engine(law, points):
    low, high = closed_interval(law)
    for point in points:
        ((engine_low, engine_high),) = engine_of(law.subs(point)).intervals()
        assert abs(sp.N(low.subs(point) - engine_low, 30)) < 1e-25
        assert abs(sp.N(high.subs(point) - engine_high, 30)) < 1e-25


@pytest.mark.parametrize("depth", [2, 4])
def test_numeric_parameters_take_the_same_way(depth):
    law = fa.nets.Jacobian("relu", depth=depth)
    low, high = closed_interval(law)
    assert low == 0
    assert abs(sp.N(high - engine_of(law).intervals()[0][1], 30)) < 1e-25


def test_a_depth_of_a_thousand_has_an_edge():
    low, high = closed_interval(fa.nets.Jacobian("linear", depth=1000))
    assert (low, high) == (0, Rational(1001**1001, 1000**1000))


def test_a_law_of_unknown_sign_is_refused():
    with pytest.raises(fa.NoClosedForm, match="not known to live on"):
        closed_interval(fa.FreePoisson(rate=t, jump=s))
    assert closed_interval(fa.FreePoisson(rate=4, jump=2)) == (2, 18)


def test_critical_points_of_degree_three_are_refused():
    law = fa.boxtimes(MP(ratio=phi), MP(ratio=q))
    with pytest.raises(fa.NoClosedForm, match="degree 3"):
        law.support_intervals()
    assert len(law.subs({phi: HALF, q: THIRD}).support_intervals()) == 1


def test_the_hull_holds_an_atom_where_it_is_there():
    low, high = MP(ratio=phi).support()
    assert low.subs(phi, 4) == 0
    assert (low.subs(phi, Rational(1, 4)), high.subs(phi, 4)) == (Rational(1, 4), 9)
    assert isinstance(low, Piecewise)
    low, high = fa.KestenMcKay(t).support()
    assert [high.subs(t, value) for value in (Rational(5, 4), 3)] == [Rational(5, 4), 2 * sqrt(2)]
    assert [low.subs(t, value) for value in (Rational(5, 4), 3)] == [-Rational(5, 4), -2 * sqrt(2)]


def test_the_hull_of_the_bernoulli_class():
    low, high = fa.nets.universal_jacobian("bernoulli", variance=t).support()
    assert low == 0
    assert high.subs(t, HALF) == Max(sp.E / 2, sp.exp(HALF))
    assert high.subs(t, 2) == 2 * sp.E


@pytest.mark.parametrize(("factor", "ends"), [(1 / phi, (1, 9)), (-1 / phi, (-9, -1))])
def test_an_affine_image_keeps_the_edges_of_its_operand(factor, ends):
    """phi = 1/4 in X X^T/n, and its negative."""
    (found,) = (MP(ratio=phi) * factor).support_intervals()
    assert tuple(end.subs(phi, Rational(1, 4)) for end in found) == ends


def test_free_bessel_laws_exist_outside_a_strip():
    """Order below 1 and rate above 1 give a negative Hankel determinant; order below 1 alone does not."""
    with pytest.raises(fa.InvalidInput, match="order >= 1 or rate <= 1"):
        fa.FreeBessel(HALF, 2)
    m = sp.Symbol("m")
    with pytest.raises(fa.NotALaw, match="Hankel determinant of order 3"):
        fa.from_s_transform(1 / ((2 + m) * (1 + m) ** -HALF), m)
    assert fa.FreeBessel(HALF, HALF).moments(2) == fa.boxtimes(fa.Projection(HALF), fa.FussCatalan(HALF)).moments(2) == [HALF, Rational(5, 8)]


def test_a_law_given_by_its_s_transform_may_be_proved_positive():
    m = sp.Symbol("m")
    power = sp.Symbol("power", positive=True)
    law = fa.from_s_transform((1 + m) ** -power, m)
    assert law.known_sign() is None
    ((low, high),) = law.support_intervals()
    assert low == 0
    assert sp.simplify(high - (power + 1) ** (power + 1) / power**power) == 0


def test_a_positive_mean_is_no_positive_law():
    """S of a semicircle of mean 1 has S(0) = 1, and the law reaches -1."""
    m = sp.Symbol("m")
    law = fa.from_s_transform((sqrt(1 + 4 * m) - 1) / (2 * m), m)
    assert law.support() == (-1, 3)
    with pytest.raises(fa.NotALaw, match="both reach below and above"):
        fa.boxtimes(law, law)


@pytest.mark.parametrize(
    ("law", "edge", "coefficient"),
    [
        (fa.Semicircle(), 2, 1 / sp.pi), (MP(), 0, 1 / sp.pi), (fa.Arcsine(), -2, 1 / (2 * sp.pi)),
        (fa.boxplus(fa.Semicircle(), fa.Rademacher()), 0, sqrt(3) / (2 * sp.pi)), (fa.FussCatalan(2), 0, sqrt(3) / (2 * sp.pi)),
        (fa.KestenMcKay(3), 2 * sqrt(2), 3 * 2 ** Rational(5, 4) / (2 * sp.pi)),
    ],
    ids=str,
)  # fmt: skip
def test_constants_in_closed_form(law, edge, coefficient):
    """From the closed densities: sqrt((2 - x)(2 + x))/(2 pi) and its like."""
    found = law.edge_exponents()[edge][1]
    assert found.is_algebraic is False and sp.simplify(found - coefficient) == 0


NEAR_EDGES = [
    (fa.boxplus(MP(ratio=HALF), fa.Semicircle(variance=Rational(1, 4))), True), (MP(ratio=THIRD).inverse(), True), (fa.FreeBessel(2, HALF), True),
    (fa.boxplus(fa.Arcsine(), fa.Arcsine(3)), False), (fa.boxplus(fa.Semicircle(), fa.Discrete({0: THIRD, 1: THIRD, 5: THIRD})), False),
]  # fmt: skip


@pytest.mark.parametrize(("law", "closed"), NEAR_EDGES, ids=[str(law) for law, _ in NEAR_EDGES])
def test_other_constants_are_right_to_their_thirty_digits(law, closed):
    """The density at 1e-16 of an edge, with 40 digits: the constant is its limit, and the next term is of the order of the distance."""
    (low, high), *_ = law.support_intervals()
    near = Rational(1, 10**16)
    for edge, side in ((low, 1), (high, -1)):
        exponent, constant = law.edge_exponents()[edge]
        assert constant.has(sp.Float) is not closed and exponent == HALF
        point = edge + side * near
        value = sp.Float(str(law.pdf(sp.Rational(str(sp.N(point, 60))), dps=40)), 40)
        assert abs(value * 10**8 / constant - 1) < sp.Float("1e-12")


def test_constants_from_both_rules_agree_with_the_certified_ones():
    for law in (MP(ratio=Rational(1, 4)), MP(ratio=HALF), fa.FussCatalan(4), fa.Projection(THIRD).boxplus_power(3), MP().boxtimes_power(HALF)):
        certified = {float(place): float(value) for place, _, value in engine_of(law).density.edge_exponents()}
        found = {float(edge): float(constant) for edge, (_, constant) in law.edge_exponents().items()}
        assert found == pytest.approx(certified, rel=1e-12)


def test_the_density_is_explained_by_form_and_by_name():
    assert str(fa.Semicircle().explain(fa.forms.Density)) == str(fa.Semicircle().explain("density"))


def test_singular_points_are_the_edges_the_cusps_and_the_kinks():
    """Case MUL-40: (S + 1)^2 has a kink at 1, where one of its two branches ends; a mixture has the edges of its parts."""
    half = Rational(1, 2)
    assert fa.Semicircle(mean=1).square().singular_points() == [0, 1, 9]
    assert fa.mixture({fa.Semicircle(): half, fa.Semicircle(mean=1): half}).singular_points() == [-2, -1, 2, 3]
    assert fa.boxplus(fa.Semicircle(), fa.Rademacher()).singular_points()[1] == 0
    assert (1 - fa.MarchenkoPastur(ratio=3)).singular_points() == [-3 - 2 * sqrt(3), -3 + 2 * sqrt(3)]
    assert fa.Cauchy().singular_points() == []
    with pytest.raises(fa.NoClosedForm, match="known from polynomial equations only"):
        fa.Uniform(0, 1).singular_points()
