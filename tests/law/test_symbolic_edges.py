"""G, support, density and edge constants with symbols, against the numeric engines of the law with numbers in their place."""

import pytest
import sympy as sp
from sympy import Abs, Rational, oo, sqrt

import freealg as fa

a, b, p, q, s, t, x, z = sp.symbols("a b p q s t x z")
HALF, THIRD = Rational(1, 2), Rational(1, 3)
MP, PAIR = fa.MarchenkoPastur, fa.boxplus(fa.Projection(p), fa.Projection(q))
F_LAW = fa.boxtimes(MP(ratio=p), MP(ratio=q).inverse())

QUADRATIC = {
    "two projections": (PAIR, [{p: THIRD, q: Rational(3, 5)}, {p: Rational(3, 5), q: THIRD}]),
    "their affine image": (b * PAIR + a, [{p: THIRD, q: Rational(3, 5), a: 2, b: -3}, {p: THIRD, q: Rational(1, 5), a: 2, b: 3}]),
    "their Möbius image": (PAIR.mobius(1, 0, 1, 1), [{p: THIRD, q: Rational(3, 5)}]),
    "two atoms and a sign": (fa.boxplus(fa.Discrete({a: p, b: 1 - p}), fa.Rademacher()), [{p: THIRD, a: 1, b: 2}, {p: THIRD, a: 3, b: HALF}]),
    "two signs": (fa.boxplus(fa.Rademacher(), a * fa.Rademacher()), [{a: THIRD}, {a: -2}]),
    "a projection minus another": (fa.boxplus(fa.Projection(p), -fa.Projection(p)), [{p: THIRD}, {p: Rational(4, 5)}]),
    "Kesten-McKay": (fa.KestenMcKay(t), [{t: 3}, {t: Rational(5, 4)}]),
    "compression": (fa.Discrete({a: p, b: 1 - p}).compress(t), [{a: 1, b: 2, p: THIRD, t: Rational(2, 5)}]),
    "free power": (fa.Projection(p).boxplus_power(t), [{p: THIRD, t: 2}]),
    "product": (fa.boxtimes(fa.Projection(p), fa.Projection(q)), [{p: THIRD, q: HALF}]),
    "Marchenko-Pastur": (MP(ratio=p, variance=q), [{p: HALF, q: 3}, {p: 2, q: 1}]),
    "hard edge": (MP(variance=s), [{s: 2}]),
    "inverse with an infinite mean": (MP(variance=s).inverse(), [{s: 2}]),
    "inverse of a semicircle": (fa.Semicircle(variance=s).inverse(), [{s: 2}]),
    "inverse of an arcsine law": (fa.Arcsine(s).inverse(), [{s: 3}]),
    "free F": (F_LAW, [{p: THIRD, q: Rational(1, 5)}]),
    "free beta": (F_LAW.mobius(1, 0, 1, 1), [{p: THIRD, q: Rational(1, 5)}]),
    "root": (MP(ratio=s).sqrt(), [{s: HALF}, {s: 2}]),
    "Cauchy and a projection": (fa.boxplus(fa.Cauchy(0, s), fa.Projection(p)), [{s: 2, p: THIRD}]),
}
EDGES = QUADRATIC | {
    "Fuss-Catalan": (fa.FussCatalan(s), [{s: 2}, {s: Rational(7, 2)}]),
    "turned": (1 - 2 * fa.FussCatalan(s), [{s: 2}]),
    "Bessel": (fa.FreeBessel(2, t), [{t: HALF}, {t: 3}]),
    "smooth": (fa.nets.universal_jacobian("smooth", t), [{t: HALF}]),
    "Bernoulli": (fa.nets.universal_jacobian("bernoulli", t), [{t: 3}]),
    "two factors": (fa.boxtimes(MP(ratio=p), MP()), [{p: HALF}, {p: 2}]),
    "product power": (fa.Projection(p).boxtimes_power(t), [{p: Rational(2, 5), t: Rational(3, 2)}, {p: Rational(9, 10), t: Rational(3, 2)}]),
    "compound": (fa.CompoundFreePoisson(t, MP()), [{t: Rational(3, 2)}]),
    "layers": (fa.nets.Jacobian("relu", depth=t), [{t: 3}]),
    "uniform": (fa.Uniform(a, b), [{a: 1, b: 3}]),
}


def _number(expr, point):
    value = expr.subs(point)
    return float(value.subs({symbol: Rational(1, 10) for symbol in value.free_symbols}))


@pytest.mark.parametrize(("law", "points"), EDGES.values(), ids=EDGES)
def test_edges_with_symbols_are_those_with_numbers(law, points):
    intervals, edges = law.support_intervals(), law.edge_exponents()
    assert set(edges) == {end for interval in intervals for end in interval}
    for point in points:
        numeric = law.subs(point)
        wanted = [float(end) for interval in numeric.support_intervals() for end in interval]
        assert [_number(end, point) for interval in intervals for end in interval] == pytest.approx(wanted, rel=1e-10)
        found = sorted(tuple(_number(part, point) for part in (edge, *entry)) for edge, entry in edges.items())
        known = sorted(tuple(_number(part, {}) for part in (edge, *entry)) for edge, entry in numeric.engine.edge_exponents().items())
        assert [pytest.approx(row, rel=1e-9, abs=1e-12) for row in known] == found


@pytest.mark.parametrize(("law", "points"), QUADRATIC.values(), ids=QUADRATIC)
def test_closed_densities_and_transforms_with_symbols(law, points):
    density = law.density(x)
    for point in points:
        numeric = law.subs(point)
        low, high = (max(min(float(end), 8), -8) for end in numeric.support())
        for k in range(1, 12):
            at = Rational(round(10**4 * (low + (high - low) * k / 13)), 10**4)
            assert abs(complex(density.subs(point).subs(x, at)) - numeric.pdf(float(at))) < 1e-10
        if "sqrt()" not in str(law):
            for at in (0.3 + 0.4j, -1.1 + 0.05j, 2.2 + 0.001j):
                assert abs(complex(law.cauchy_transform(z).subs(point).subs(z, sp.sympify(at))) - numeric.cauchy(at)) < 1e-9


def test_two_free_projections_by_hand():
    """The eigenvalues of P + Q are 1 ± cos of half the principal angles: edges 1 ± sqrt(p(1 - q)) ± sqrt(q(1 - p))."""
    u, v = sqrt(p * (1 - q)), sqrt(q * (1 - p))
    assert PAIR.support_intervals() == [(1 - u - v, 1 - Abs(u - v)), (1 + Abs(u - v), 1 + u + v)]


def test_the_inverse_of_a_law_around_its_pole_is_unbounded():
    assert fa.Semicircle(variance=s).inverse().support_intervals() == [(-oo, -1 / (2 * sqrt(s))), (1 / (2 * sqrt(s)), oo)]
    with pytest.raises(fa.UnboundParameters, match=r"sign of a\*\*2 - 4\*s"):
        fa.Semicircle(a, s).inverse().support_intervals()


def test_the_hull_of_a_law_whose_lower_edge_has_cases():
    low, high = fa.FreeBessel(2, t).support()
    for value in (HALF, Rational(3)):
        wanted = fa.FreeBessel(2, value).support()
        assert [sp.simplify(low.subs(t, value) - wanted[0]), sp.simplify(high.subs(t, value) - wanted[1])] == [0, 0]


CLOSED = [
    (fa.boxplus(fa.Semicircle(), fa.Rademacher()), 3 * sqrt(3) / 2, 2 * 3 ** Rational(1, 4) / (3 * sp.pi)),
    (fa.boxtimes(fa.Semicircle(), MP()), 16 * sqrt(3) / 9, 3 ** Rational(3, 4) / (16 * sp.pi)),
    (fa.FreeBessel(2, THIRD), Rational(1, 12), 12 * sqrt(15) / (5 * sp.pi)),
    (MP().inverse(), oo, 1 / sp.pi),
    (fa.Semicircle().inverse(), HALF, 8 / sp.pi),
    (fa.nets.universal_jacobian("smooth", HALF), 2 * sp.exp(HALF), sqrt(3) * sp.exp(-Rational(3, 4)) / (3 * sp.pi)),
]


@pytest.mark.parametrize(("law", "edge", "constant"), CLOSED, ids=[str(law) for law, _, _ in CLOSED])
def test_constants_at_algebraic_edges(law, edge, constant):
    found = law.edge_exponents()[edge][1]
    assert not found.has(sp.Float) and sp.simplify(found / constant) == 1


def test_behind_a_pole_inside_the_support():
    """1/X for the semicircle: rho(y) = rho_X(1/y)/y^2, so rho_X(0) = 1/pi stands at infinity."""
    exponent, constant = fa.Semicircle().inverse().edge_exponents()[oo]
    assert exponent == 2 and abs(constant - 1 / sp.pi) < sp.Float("1e-28")


def test_a_negative_jump_with_a_symbol():
    """FreePoisson(r, -a) is -FreePoisson(r, a); its ends were given in falling order, and so its closed density was 0 everywhere."""
    rate, jump, x = sp.symbols("r a x")
    law = fa.FreePoisson(rate, -jump)
    assert law.support_intervals() == [(-jump * (1 + sqrt(rate)) ** 2, -jump * (1 - sqrt(rate)) ** 2)]
    found = law.density(x).subs({rate: 2, jump: 3, x: -sp.Rational(3, 2)})
    assert sp.simplify(found - fa.FreePoisson(2, 3).density(sp.Rational(3, 2))) == 0 and found != 0
