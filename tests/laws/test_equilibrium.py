"""Equilibrium laws: the saddle point equation, the planar quartic model in closed form, and what is refused."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
import sympy
from sympy import Rational, Symbol, lambdify, sqrt, symbols

import freealg as fa

x, z, G = symbols("x z G")
g = Symbol("g", positive=True)

POTENTIALS = [
    x**2 / 2,
    x**2 / 2 + x**4,
    x**4 / 4,
    x**4 / 4 - x**2 / 2,
    x**4 / 4 - x**2,
    x**6 / 6,
    x**2 / 2 + x**6 / 10 + x**4 / 7,
]


@pytest.mark.parametrize("potential", POTENTIALS, ids=str)
def test_the_saddle_point_equation(potential: sympy.Expr) -> None:
    """V'(x) = 2 PV integral rho(y)/(x - y) dy = 2 Re G(x + i0) on the support, and the force pushes inwards outside of it."""
    law = fa.Equilibrium(potential)
    edge = float(law.support()[1])
    slope = lambdify(x, potential.diff(x))
    inside = np.linspace(-0.97, 0.97, 15) * edge
    assert np.allclose(2 * law.cauchy(inside).real, slope(inside), atol=1e-11)
    outside = np.linspace(1.02, 1.5, 8) * edge
    assert np.all(slope(outside) > 2 * law.cauchy(outside).real)


@pytest.mark.parametrize("potential", POTENTIALS, ids=str)
def test_moments_against_quadrature_and_loop_equations(potential: sympy.Expr) -> None:
    """E[x^n V'(x)] = sum over i + j = n - 1 of m_i m_j, the loop equations of the planar limit."""
    law = fa.Equilibrium(potential)
    m = [1.0, *(float(sympy.N(value, 30)) for value in law.moments(12))]
    for n in (2, 4):
        assert law.expect(lambda t, n=n: t**n) == pytest.approx(m[n], rel=1e-11)
    terms = sympy.Poly(potential.diff(x), x).terms()
    for n in (1, 3, 5):
        left = sum(float(c) * m[n + power] for (power,), c in terms)
        assert left == pytest.approx(sum(m[i] * m[n - 1 - i] for i in range(n)), rel=1e-10)


def test_the_planar_quartic_model() -> None:
    """Brezin, Itzykson, Parisi and Zuber (1978): V = x^2/2 + g x^4, 12 g a^4 + a^2 = 1, m_2 = a^2 (4 - a^2)/3, m_4 = a^4 (3 - a^2)."""
    law = fa.Equilibrium(x**2 / 2 + g * x**4)
    square = (sqrt(1 + 48 * g) - 1) / (24 * g)
    moments = law.moments(4)
    assert sympy.simplify(moments[1] - square * (4 - square) / 3) == 0
    assert sympy.simplify(moments[3] - square**2 * (3 - square)) == 0
    assert law.subs({"g": 1}).moments(4) == fa.Equilibrium(x**2 / 2 + x**4).moments(4) == [0, Rational(5, 16), 0, Rational(11, 64)]
    assert sympy.simplify(law.support()[1] - 2 * sqrt(square)) == 0


def test_closed_forms_agree_with_numbers() -> None:
    law = fa.Equilibrium(x**2 / 2 + x**4)
    points = np.array([0.3 + 0.2j, -2 + 1j, 5j])
    assert np.allclose(lambdify(z, law.cauchy_transform(z), "numpy")(points), law.cauchy(points), rtol=1e-12)
    inside = np.linspace(-0.9, 0.9, 7)
    assert np.allclose(lambdify(x, law.density(x), "numpy")(inside), law.pdf(inside), rtol=1e-12)
    assert law.cauchy_equation(G, z).degree(G) == 2


def test_it_is_a_law_like_others() -> None:
    law = fa.Equilibrium(Symbol("t") ** 2 / 2, Symbol("t"))
    assert law == fa.Equilibrium(x**2 / 2)
    assert law.cauchy_equation(G, z) == fa.Semicircle().cauchy_equation(G, z)
    quartic = fa.Equilibrium(x**4 / 4 + g * x**2)
    assert fa.from_json(quartic.to_json()) == quartic == pickle.loads(pickle.dumps(quartic))
    assert repr(fa.Equilibrium(x**4)) == "Equilibrium(potential=x**4)"
    assert fa.boxplus(fa.Equilibrium(x**4 / 4 - x**2), fa.Semicircle()).variance() == 3


@pytest.mark.parametrize(("potential", "text"), [
    (x**3, "even polynomial"),
    (sympy.sin(x), "must be a polynomial"),
    (-(x**4), "grow at infinity"),
    (x**4 / 4 - 3 * x**2, "two wells"),
    (x**6 / 6 - 5 * x**2, "not convex"),
    (x**6 + g * x**2, "above degree 4"),
    (sympy.Integer(3), "even polynomial"),
])  # fmt: skip
def test_refused(potential: sympy.Expr, text: str) -> None:
    with pytest.raises(fa.InvalidInput, match=text):
        fa.Equilibrium(potential)
