"""Edges of Jacobians for symbols: exponents and constants against densities taken beside the edges at numbers."""

import pytest
import sympy as sp
from sympy import E, Rational, pi, sin, sqrt, symbols

import freealg as fa
from freealg.exact.edge_forms import is_logarithmic
from freealg.nets import Jacobian, universal_jacobian

L, p, q, t, phi = symbols("L p q t phi")
HALF = Rational(1, 2)
CASES = {
    "linear": (Jacobian("linear", depth=L), {L: 5}),
    "relu": (Jacobian("relu", depth=L), {L: 7}),
    "relu orthogonal": (Jacobian("relu", depth=L, weights="orthogonal"), {L: 6}),
    "hard tanh": (Jacobian("hard_tanh", depth=L, q=q), {L: 3, q: Rational(2, 3)}),
    "hard tanh orthogonal": (Jacobian("hard_tanh", depth=4, q=q, weights="orthogonal"), {q: 2}),
    "smooth class": (universal_jacobian("smooth", t), {t: Rational(7, 3)}),
    "bernoulli class": (universal_jacobian("bernoulli", t), {t: Rational(2, 5)}),
    "marchenko pastur": (fa.MarchenkoPastur(ratio=phi), {phi: Rational(2, 7)}),
    "0/1": (fa.boxtimes(fa.Projection(p), fa.MarchenkoPastur(variance=1 / p)).boxtimes_power(3), {p: Rational(2, 5)}),
}


@pytest.mark.parametrize("name", CASES)
def test_the_density_beside_an_edge(name):
    """rho(e ± s) ~ c s^a: the quotient is 1 + O(s^(1/2)) at a soft edge, 1 + O(s^(a + 1)) at a hard one."""
    law, at = CASES[name]
    at_numbers = law.subs(at)
    low, high = at_numbers.support_intervals()[0]
    checked = 0
    for place, (exponent, constant) in law.edge_exponents().items():
        if is_logarithmic(exponent):
            continue
        edge, a, c = (sp.N(value.subs(at), 60) for value in (place, exponent, constant))
        inner = 1 if abs(edge - sp.N(low, 60)) < abs(edge - sp.N(high, 60)) else -1
        s = sp.Float("1e-30" if edge == 0 else "1e-17", 60)
        found = at_numbers.pdf(sp.Rational(str(edge + inner * s)), dps=30)
        assert abs(sp.Float(found, 30) / (c * s**a) - 1) < 10 * s ** min(a + 1, 0.5)
        checked += 1
    assert checked >= 1


def test_in_the_textbook_form():
    linear, relu = (Jacobian(name, depth=L).edge_exponents() for name in ("linear", "relu"))
    assert linear[sp.S.Zero] == (-L / (L + 1), sin(pi / (L + 1)) / pi)
    assert set(linear) == {sp.S.Zero, (L + 1) ** (L + 1) / L**L}
    assert sp.simplify(relu[sp.S.Zero][0] + (L - 1) / L) == 0
    orthogonal = Jacobian("relu", depth=L, weights="orthogonal").edge_exponents()
    assert sp.simplify(orthogonal[sp.S.Zero][0] + (L - 1) / L) == 0 and orthogonal[sp.S.Zero][1] == sin(pi / L) / (4 * pi)


def test_the_bernoulli_class_by_the_lambert_function():
    """W(y) ~ -1 + sqrt(2 (1 + e y)) in G = t/(z (t + W(-t/z))): sqrt(2)/(pi e^(3/2) sqrt(t) (t - 1)^2) at e t."""
    found = universal_jacobian("bernoulli", t).edge_exponents()
    form, strength = found[sp.S.Zero]
    assert is_logarithmic(form) and strength == t
    exponent, constant = found[E * t]
    assert exponent == HALF
    for value in (Rational(1, 3), Rational(9, 4)):
        assert abs(sp.N((constant / (sqrt(2) / (pi * E ** Rational(3, 2) * sqrt(t) * (t - 1) ** 2))).subs(t, value) - 1, 30)) < 1e-28


@pytest.mark.parametrize("depth", [20, 128])
def test_numbers_carry_thirty_digits(depth):
    """The engine's constant, from K'' at the critical point, against the closed form in L."""
    found, closed = Jacobian("relu", depth=depth).edge_exponents(), Jacobian("relu", depth=L).edge_exponents()
    for place, (exponent, constant) in closed.items():
        edge = next(e for e in found if abs(sp.N(e - place.subs(L, depth), 30)) < 1e-20)
        assert found[edge][0] == exponent.subs(L, depth)
        assert abs(sp.N(found[edge][1] / constant.subs(L, depth) - 1, 30)) < sp.Float("1e-27")


@pytest.mark.parametrize("rate", [Rational(1, 3), Rational(5, 2)])
def test_a_choice_that_is_open_is_given_in_cases(rate):
    """Which rank is smaller, and so which zero of K is met first, is open for FreeBessel(L, p)."""
    (low, (exponent, constant)), _ = fa.FreeBessel(L, p).edge_exponents().items()
    (edge, known), _ = sorted(fa.FreeBessel(3, rate).engine.edge_exponents().items())
    values = [part.subs({L: 3, p: rate}) for part in (low, exponent, constant)]
    assert sp.simplify(values[0] - edge) == 0 and values[1] == known[0] and abs(sp.N(values[2] - known[1], 30)) < 1e-25


@pytest.mark.parametrize("law", [universal_jacobian("smooth", Rational(7, 3)), Jacobian("hard_tanh", depth=4, q=2, weights="orthogonal")])
def test_digits_nearer_to_an_edge_than_doubles_tell(law):
    """Half a unit in the last place of a double from the upper edge, on either side."""
    edge, constant = sp.N(law.support_intervals()[0][1], 60), law.edge_exponents()
    (_, c) = next(value for place, value in constant.items() if abs(sp.N(place, 30) - edge) < 1e-10)
    for gap in (sp.Float("1e-16", 60), sp.Float("1e-22", 60)):
        inside, outside = (sp.Rational(str(edge + side * gap)) for side in (-1, 1))
        assert abs(sp.Float(law.pdf(inside, dps=25), 25) / (c * sp.sqrt(gap)) - 1) < 1e-6
        assert law.pdf(outside, dps=25) == 0
