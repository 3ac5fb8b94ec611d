"""The law of f'(sqrt(q) z)^2: its moments, Lerch's closed form, preimages and quadrature agree."""

from __future__ import annotations

import numpy as np
import pytest
import sympy
from sympy import Rational, Symbol

import freealg as fa

HALF = Rational(1, 2)


@pytest.mark.parametrize("name", ["scaled_erf", "tanh", "erf", "sin"])
def test_quadrature_has_the_moments(name: str) -> None:
    f = fa.nets.activation(name)
    law = f.d2_law(HALF)
    for k in (1, 2, 3):
        assert law.expect(lambda x, k=k: x**k) == pytest.approx(float(f.mu(k, HALF)), rel=1e-12)
    grid = np.linspace(0.02, 0.98, 25)
    slope = (law.cdf(grid + 1e-6) - law.cdf(grid - 1e-6)) / 2e-6
    assert law.pdf(grid) == pytest.approx(slope, rel=1e-5)
    assert law.cdf(law.icdf(grid)) == pytest.approx(grid, abs=1e-12)


def test_lerch_against_quadrature_and_series() -> None:
    law, z = fa.nets.activation("scaled_erf").d2_law(HALF), Symbol("z")
    closed = sympy.N(law.moment_transform(z).subs(z, 3), 25)
    assert complex(3 * law.cauchy(3, dps=25) - 1) == pytest.approx(complex(closed), rel=1e-15)
    assert sum(float(value) / 3**k for k, value in enumerate(law.moments(16), 1)) == pytest.approx(float(closed), rel=1e-6)


def test_piecewise_linear_activations_give_atoms() -> None:
    q = Symbol("q")
    law = fa.nets.activation("hard_tanh").d2_law(q)
    assert law.atoms()[sympy.Integer(1)].equals(sympy.erf(1 / sympy.sqrt(2 * q)))
    assert fa.nets.activation("abs").d2_law() == fa.Discrete({1: 1})
    with pytest.raises(fa.InvalidInput, match="give q="):
        fa.nets.activation("tanh").d2_law()
    with pytest.raises(fa.InvalidInput, match="> 0"):
        fa.nets.activation("tanh").d2_law(-1)
    with pytest.raises(fa.Undecided, match="support"):
        fa.nets.activation("tanh").d2_law(1).cauchy(0.5, dps=20)


def test_an_infimum_or_supremum_that_only_tails_approach_is_the_end_of_the_support() -> None:
    """f' -> 0 like 1/x^2 (arctan), grows without bound (exp, x^3), tends to 1 from below (softplus)."""
    ends = {name: fa.nets.activation(name).d2_law(1).support_intervals() for name in ("arctan", "exp", "x^3", "softplus", "sin", "He_2")}
    assert ends["arctan"] == ends["softplus"] == ends["sin"] == [(0, sympy.Float(1, 15))]
    assert ends["exp"] == ends["x^3"] == ends["He_2"] == [(0, sympy.oo)]
    assert fa.nets.Jacobian("arctan", depth=2, weights="orthogonal", q=1).support()[0] == 0


@pytest.mark.parametrize(("name", "q"), [("tanh", 1), ("sin", 1), ("arctan", 2), ("scaled_erf", HALF)])
def test_the_density_at_an_end_is_that_of_its_preimages(name: str, q: object) -> None:
    law = fa.nets.activation(name).d2_law(q)
    exponents = law.edge_exponents()
    assert sympy.Float(1, 15) in exponents
    for edge, (exponent, constant) in exponents.items():
        near = 1e-8 if edge == 0 else 1 - 1e-8
        assert law.pdf(near) == pytest.approx(float(constant) * abs(near - float(edge)) ** float(exponent), rel=1e-5)
    assert law.mode() == min(map(float, exponents))


def test_what_preimages_do_not_give_is_refused_as_the_other_engines_refuse() -> None:
    law = fa.nets.activation("tanh").d2_law(1)
    for question in (lambda: law.pdf(HALF, dps=20), lambda: law.pdf(HALF, certified=True), lambda: law.cdf(HALF, dps=20)):
        with pytest.raises(fa.Undecided, match="doubles"):
            question()
    with pytest.raises(fa.NoClosedForm, match="not known as a power"):
        fa.nets.activation("x^3").d2_law(1).edge_exponents()


def test_moments_by_quadrature_are_decimals_and_say_so() -> None:
    """Numbers known to 30 digits are no fractions; what needs exact moments is refused; a callable in doubles knows eleven digits."""
    law = fa.nets.Jacobian("tanh", depth=2, q=HALF)
    mu = [fa.nets.activation("tanh").mu(k, HALF, dps=40) for k in (1, 2)]
    first, second = law.moments(2)
    assert first == 1 and second.is_Float and abs(second - (1 + 2 * mu[1] / mu[0] ** 2)) < 1e-25
    assert abs(law.variance() - 2 * mu[1] / mu[0] ** 2) < 1e-25
    for question in (law.jacobi_coefficients, law.hankel_determinants, law.gauss_quadrature):
        with pytest.raises(fa.NoClosedForm, match="need exact moments, and quadrature gives these to 30 digits"):
            question(3)
    rough = fa.nets.activation(lambda t: np.tanh(t)).d2_law(1).moments(1)[0]
    assert abs(rough - law.layer.operands[0].activation.mu(1, 1)) < 1e-7 and len(str(rough)) < 12
    assert fa.nets.Jacobian("relu", depth=2).moments(3) == [1, 5, 33]


@pytest.mark.parametrize("law", [fa.nets.activation("tanh").d2_law(Symbol("q")), fa.nets.activation(sympy.tanh(Symbol("x")) ** 3 + Symbol("x")).d2_law(2),
                                 fa.nets.Jacobian("softplus(2)", depth=3, q=1, weights="orthogonal")], ids=str)  # fmt: skip
def test_laws_of_slopes_go_through_json(law):
    again = fa.from_json(law.to_json())
    assert again == law and repr(again) == repr(law)


def test_values_put_into_a_law_of_slopes_are_checked():
    law = fa.nets.activation("tanh").d2_law(Symbol("q"))
    assert law.subs({"q": 1}) == fa.nets.activation("tanh").d2_law(1)
    for wrong in (lambda: law.subs({"q": -1}), lambda: fa.from_json(law.to_json().replace("tanh", "no_such_name")),
                  lambda: fa.from_json('{"type": "nets.derivatives.SquaredDerivative", "activation": {"text": "tanh"}, "q": "1"}')):  # fmt: skip
        with pytest.raises(fa.InvalidInput):
            wrong()
