"""The law of a nonlinear Gram matrix: three counts, one polynomial, one equation, found by routes that share no code."""

import pickle
from collections import Counter

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, symbols

import freealg as fa
from freealg import nets
from freealg.combinatorics import admissible_counts, admissible_graphs, admissible_graphs_by_definition
from freealg.exact.context import mp_precision
from freealg.nets.gram import NonlinearGram, gram_series
from freealg.nets.gram_derivation import limits
from freealg.nets.information_plus_noise import InformationPlusNoise

eta, zeta, phi, psi = NAMES = symbols("eta zeta phi psi")
G, z, alpha = symbols("G z alpha")
HALF = Rational(1, 2)
SHAPES = [(1, 1), (HALF, 2), (3, HALF), (2, 3)]
LAW = NonlinearGram(eta=eta, zeta=zeta, phi=phi, psi=psi)


def of(zeta_, phi_=1, psi_=1):
    return NonlinearGram(eta=1, zeta=zeta_, phi=phi_, psi=psi_)


# -- graphs, P(k), moments ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", range(1, 6))
def test_counts_by_three_routes(k):
    counts = admissible_counts(k)
    assert Counter(graph.type for graph in admissible_graphs(k)) == counts
    assert Counter(graph.type for graph in admissible_graphs_by_definition(k)) == counts


def test_counts_of_order_six_by_two_routes():
    assert Counter(graph.type for graph in admissible_graphs(6)) == admissible_counts(6)


@pytest.mark.parametrize("k", range(1, 6))
def test_p_is_the_sum_over_graphs(k):
    """In all four symbols, and in structure what SymPy's own sum is."""
    total = sp.expand(sum(graph.monomial() for graph in admissible_graphs(k)))
    found = gram_series(k, *NAMES)[k]
    assert found == total
    assert found.args == total.args


def test_the_series_solves_the_functional_equation():
    """P = 1 + (eta - zeta) u + zeta u/(1 - zeta u), u = t P_phi P_psi, to order 5."""
    t, order = sp.Symbol("t"), 5

    def poly(expr):
        return sp.Poly(expr, t, domain=sp.ZZ[NAMES])

    X = poly(sum(term * t**k for k, term in enumerate(gram_series(order, *NAMES)) if k))
    u = poly(t) * (1 + phi * X) * (1 + psi * X)
    defect = (X - (eta - zeta) * u) * (1 - zeta * u) - zeta * u
    assert all(defect.coeff_monomial(t**k) == 0 for k in range(order + 1))
    assert defect.coeff_monomial(t ** (order + 1)) != 0


def test_the_series_at_other_values_is_the_generic_one_there():
    generic = gram_series(5, *NAMES)
    values = dict(zip(NAMES, (3, alpha**2, HALF, 1 + alpha), strict=True))
    assert [sp.expand(term.subs(values)) for term in generic] == [sp.expand(term) for term in gram_series(5, *values.values())]
    assert gram_series(0, *NAMES) == [1]


# -- the equation, its limits, the linear-plus-noise model ----------------------------------------------------------------


def test_the_equation_out_of_information_plus_noise():
    """No graph goes into the right side: S-transforms of two Wisharts, and Dozier and Silverstein's equation; all four symbols."""
    model = LAW.linear_plus_noise()
    assert type(model) is InformationPlusNoise
    assert model.cauchy_equation(G, z) == LAW.cauchy_equation(G, z)
    assert [sp.expand(a - b) for a, b in zip(model.moments(6), LAW.moments(6), strict=True)] == [0] * 6


def test_the_square_case_is_a_polynomial_in_circular_elements():
    """Y = sqrt(zeta) c_1 c_2 + sqrt(eta - zeta) c_3 at phi = psi = 1; moments of Y Y* by noncrossing pairings."""
    a, b, c = (fa.Circular() for _ in range(3))
    y = HALF * a * b + c  # zeta = 1/4, eta = 5/4
    law = NonlinearGram(eta=Rational(5, 4), zeta=Rational(1, 4))
    assert (y * y.H).moments(5) == law.moments(5)


@pytest.mark.parametrize("law", [LAW, of(HALF, 2, 3), NonlinearGram(eta=3, zeta=2, phi=phi, psi=HALF)], ids=str)
def test_the_limits_are_the_known_laws(law):
    found = limits(law)
    assert [name for name, _, _ in found] == ["zeta = 0", "zeta = eta"]
    for _, limit, known in found:
        assert limit.cauchy_equation(G, z) == known.cauchy_equation(G, z)
        assert [sp.expand(a - b) for a, b in zip(limit.moments(6), known.moments(6), strict=True)] == [0] * 6


def test_the_equation_itself_tends_to_the_limits():
    """zeta put into the quartic: the factors without G are all that goes."""
    quartic = LAW.cauchy_equation(G, z).as_expr()
    for _, limit, _ in limits(LAW):
        ratio = sp.cancel(quartic.subs(zeta, limit.zeta) / limit.cauchy_equation(G, z).as_expr())
        assert not ratio.has(G, z)
        assert ratio != 0


def test_explain_goes_from_the_functional_equation_to_the_limits():
    text = str(LAW.explain("cauchy_equation"))
    titles = ["1. functional equation", "2. substitution", "3. algebraic equation", "4. limit", "5. limit"]
    assert sorted(titles, key=text.index) == titles
    assert "this is the equation of MarchenkoPastur(ratio=phi/psi, variance=eta)" in text
    assert "this is the equation of boxtimes(MarchenkoPastur(ratio=1/psi), MarchenkoPastur(ratio=phi/psi)).affine(eta, 0)" in " ".join(text.split())
    assert r"\phi" in LAW.explain().latex()
    assert str(of(0).explain()).count("limit of mu") == 1
    assert "functional" not in str(LAW.explain("moments", 2))


def test_explain_keeps_its_letters_apart_from_the_parameters():
    t, u, big = symbols("t u G")
    text = str(NonlinearGram(eta=t, zeta=u, phi=big).explain())
    assert "P(t')" in text
    assert "G'" in text


@settings(max_examples=12)
@given(st.fractions(0, 1, max_denominator=5), st.fractions(Rational(1, 3), 3, max_denominator=4), st.fractions(Rational(1, 3), 3, max_denominator=4))
def test_the_model_has_the_law_at_random_parameters(share, p, q):
    law = NonlinearGram(eta=2, zeta=2 * share, phi=p, psi=q)
    model = law.linear_plus_noise()
    assert model.moments(5) == law.moments(5)
    assert model.cauchy_equation(G, z) == law.cauchy_equation(G, z)
    assert model.atoms() == law.atoms()


# -- density, atoms, companion, layers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("p", "q"), SHAPES)
def test_the_mass_adds_up_with_the_atom(p, q):
    """The atom is stated from the rank; the density is integrated from the equation."""
    law = of(HALF, p, q)
    mass = law.atoms().get(0, 0)
    assert mass == max(0, 1 - Rational(q) / p)
    intervals = law.support_intervals()
    continuous = sum(float(law.cdf(float(b) + 1e-9)) - float(law.cdf(float(a) + 1e-12)) for a, b in intervals)
    assert abs(continuous + float(mass) - 1) < 1e-4
    assert abs(law.expect(lambda x: x) - 1) < 1e-6


@pytest.mark.parametrize(("share", "p", "q"), [(HALF, 2, HALF), (1, 2, HALF), (1, HALF, Rational(1, 3)), (1, 2, 3), (HALF, 1, 2)])
def test_the_atom_of_the_rank_is_the_pole_of_the_curve(share, p, q):
    from freealg.law.engine import engine_of

    law = of(share, p, q)
    found = {float(a): float(mass) for a, mass in engine_of(law).atoms() if float(mass) > 1e-12}
    assert found == pytest.approx({float(a): float(mass) for a, mass in law.atoms().items()})


@pytest.mark.parametrize(("p", "q"), SHAPES)
def test_the_companion_has_the_same_nonzero_spectrum(p, q):
    law, share = of(HALF, p, q), Rational(p) / q
    companion = law.companion()
    assert companion.moments(6) == [share * m for m in law.moments(6)]
    kept = 1 - companion.atoms().get(0, 0)
    assert kept == share * (1 - law.atoms().get(0, 0))
    if share <= 1:
        mixed = fa.mixture({law: share, fa.Discrete({0: 1}): 1 - share}) if share < 1 else law
        assert companion.cauchy_equation(G, z) == mixed.cauchy_equation(G, z)


def test_the_companion_keeps_its_symbols():
    assert [sp.expand(m) for m in LAW.companion().moments(3)] == [sp.expand(phi / psi * m) for m in LAW.moments(3)]


def test_layers_keep_white_noise_and_nothing_else():
    assert NonlinearGram(eta=3, zeta=0, phi=phi, psi=2).layers(5) == fa.MarchenkoPastur(ratio=phi / 2, variance=3)
    assert NonlinearGram("tilted_relu(1)").layers(4) == fa.MarchenkoPastur()
    assert of(HALF).layers(1) == of(HALF)
    with pytest.raises(fa.InvalidInput, match=r"zeta = 1/2.*2 layers.*find_activation"):
        of(HALF).layers(2)
    with pytest.raises(fa.InvalidInput, match="zeta = zeta"):
        LAW.layers(3)


def test_the_upper_edge_for_relu():
    relu = NonlinearGram(nets.activation("relu").normalised())
    (low, high) = relu.support()
    assert low == 0
    assert sp.N(high, 25) == pytest.approx(sp.Float("5.771082666013137963029351", 25), rel=1e-22)


# -- information plus noise on its own ------------------------------------------------------------------------------------


def test_noise_on_nothing_and_on_noise():
    """S = 0 gives Marchenko–Pastur; noise on noise adds variances; noise twice is noise once."""
    c, s = symbols("c s")
    nothing = InformationPlusNoise(fa.Discrete({0: 1}), ratio=c, variance=s)
    assert nothing.moments(6) == fa.MarchenkoPastur(ratio=c, variance=s).moments(6)
    assert nothing.cauchy_equation(G, z) == fa.MarchenkoPastur(ratio=c, variance=s).cauchy_equation(G, z)
    base = fa.Discrete({0: HALF, 4: HALF})
    once = InformationPlusNoise(base, ratio=2, variance=3)
    twice = InformationPlusNoise(InformationPlusNoise(base, ratio=2, variance=1), ratio=2, variance=2)
    assert once.moments(6) == twice.moments(6)
    assert once.cauchy_equation(G, z) == twice.cauchy_equation(G, z)


def test_information_plus_noise_is_a_value():
    law = InformationPlusNoise(fa.MarchenkoPastur(ratio=phi), ratio=phi, variance=2)
    assert pickle.loads(pickle.dumps(law)) == law
    assert fa.from_json(law.to_json()) == law
    assert law.subs({"phi": 2}).atoms() == {0: HALF}
    assert repr(law) == "InformationPlusNoise(operand=MarchenkoPastur(ratio=phi), ratio=phi, variance=2)"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: InformationPlusNoise(fa.Semicircle()), "reaches below 0"),
        (lambda: InformationPlusNoise(3), "takes laws"),
        (lambda: InformationPlusNoise(fa.MarchenkoPastur(), ratio=0), "ratio > 0"),
        (lambda: InformationPlusNoise(fa.MarchenkoPastur(), variance=-1), "variance > 0"),
    ],
)
def test_information_plus_noise_refuses(make, words):
    with pytest.raises(fa.InvalidInput, match=words):
        make()


def test_constants_without_a_closed_form_stay_exact():
    """Moments are formulas in eta and zeta; their digits are those of quadrature in mpmath, beyond the thirty that eta() gives by itself."""
    law = fa.nets.NonlinearGram("tanh", phi=2, psi=3)
    with mp_precision(70):

        def mean(function):
            return 2 * mpmath.quad(lambda t: function(t) * mpmath.exp(-(t**2) / 2), [*range(15), 20]) / mpmath.sqrt(2 * mpmath.pi)

        eta, zeta = mean(lambda t: mpmath.tanh(t) ** 2), mean(lambda t: t * mpmath.tanh(t)) ** 2
        first, second = law.moments(2)
        assert abs(mpmath.mpmathify(first.evalf(55)) - eta) < mpmath.mpf(10) ** -50
        assert abs(mpmath.mpmathify(second.evalf(55)) - (eta**2 * 5 + zeta**2) / 3) < mpmath.mpf(10) ** -50
        near = fa.nets.NonlinearGram(eta=sp.Rational(mpmath.nstr(eta, 60)), zeta=sp.Rational(mpmath.nstr(zeta, 60)), phi=2, psi=3)
        assert abs(law.pdf(1, dps=50) - near.pdf(1, dps=50)) < mpmath.mpf(10) ** -48
    assert str(law) == "NonlinearGram('tanh', phi=2, psi=3)"
    assert sp.latex(first) == r"\eta_{\mathrm{tanh}}"
    assert fa.from_json(law.to_json()) == law == pickle.loads(pickle.dumps(law))
    formula = fa.nets.NonlinearGram(sp.tanh(sp.Symbol("x")) + 1)
    assert fa.from_json(formula.to_json()) == formula
    assert all(end.is_Float for end in law.support())
