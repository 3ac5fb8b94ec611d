"""Jacobians of deep networks: laws against their closed forms and against sampled networks; descent, isometry, Hessian."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import sympy
from sympy import Rational, Symbol, symbols

import freealg as fa
from freealg.nets.isometry import jacobian_variance

L, q, m, n, phi, eps = symbols("L q m n phi epsilon")


@pytest.mark.parametrize(("name", "weights", "expected"), [("relu", "gaussian", 2 * L), ("relu", "orthogonal", L), ("linear", "gaussian", L), ("linear", "orthogonal", 0)])
def test_variance_at_criticality(name: str, weights: str, expected: sympy.Expr) -> None:
    law = fa.nets.Jacobian(name, depth=L, weights=weights)
    m1, m2 = law.moments(2)
    assert sympy.simplify(m1 - 1) == 0
    assert sympy.simplify(m2 - m1**2 - expected) == 0
    assert sympy.simplify(jacobian_variance(name, L, s_1=-1 if weights == "gaussian" else 0) - expected) == 0


def test_erf_jacobian_variance() -> None:
    law = fa.nets.Jacobian("scaled_erf", depth=L, weights="orthogonal", q=q)
    expected = L * ((1 + sympy.pi * q) / sympy.sqrt(1 + 2 * sympy.pi * q) - 1)
    m1, m2 = law.moments(2)
    assert sympy.simplify(m2 - m1**2 - expected) == 0


def test_hard_tanh_has_the_atoms_of_linear_layers() -> None:
    law = fa.nets.Jacobian("hard_tanh", depth=4, weights="orthogonal", q=Rational(1, 10))
    p = sympy.erf(sympy.sqrt(5))
    masses = {float(x): float(mass) for x, mass in law.atoms().items()}
    assert masses[0.0] == pytest.approx(float(1 - p))
    assert masses[float(p**-4)] == pytest.approx(float(1 - 4 * (1 - p)))


@pytest.mark.parametrize(("name", "depth"), [("relu", 1), ("relu", 3), ("linear", 2)])
def test_density_has_the_moments(name: str, depth: int) -> None:
    law = fa.nets.Jacobian(name, depth=depth)
    for k, value in enumerate(law.moments(3), 1):
        assert law.expect(lambda x, k=k: x**k) == pytest.approx(float(value), rel=1e-8)


def test_table_one_row_by_row() -> None:
    rows = {row.activation.name: row for row in fa.nets.jacobian_table()}
    s_1, z = symbols("s_1 z")
    assert rows["relu"].critical_sigma_w2 == 2
    assert sympy.simplify(rows["relu"].variance - L * (1 - s_1)) == 0
    assert sympy.simplify(rows["scaled_erf"].critical_sigma_w2 - sympy.sqrt(1 + sympy.pi * q)) == 0
    value = rows["scaled_erf"].moment_transform.subs({q: Rational(1, 2), z: 2})
    assert sympy.N(value, 20) == pytest.approx(0.5297654834561111792847660, rel=1e-15)


def test_isometry() -> None:
    assert [fa.nets.isometry_report(name).orthogonal for name in ("relu", "tanh", "hard_tanh", "scaled_erf", "leaky_relu(1/2)")] == [False, True, True, True, False]
    assert "never" in str(fa.nets.isometry_report("tanh"))


def test_sampled_jacobian_against_its_law() -> None:
    law = fa.nets.Jacobian("relu", depth=2)
    spectra = []
    for seed in range(6):
        jacobian = fa.nets.sample_jacobian("relu", 300, 2, sigma_w2=2.0, rng=seed)
        spectra.append(np.linalg.eigvalsh(jacobian @ jacobian.T))
    pooled = np.sort(np.concatenate(spectra))
    grid = (np.arange(pooled.size) + 0.5) / pooled.size
    assert np.max(np.abs(law.cdf(pooled + 1e-9) - grid)[pooled > 1e-6]) < 0.03
    assert np.mean(pooled < 1e-8) == pytest.approx(0.5, abs=0.05)


def test_gradient_descent_against_a_sampled_quadratic() -> None:
    law = fa.MarchenkoPastur(ratio=Rational(1, 2))
    descent = fa.nets.GradientDescent(law, Rational(1, 2))
    x = np.random.default_rng(3).standard_normal((400, 800))
    eigenvalues = np.linalg.eigvalsh(x @ x.T / 800)
    for k, (loss, error) in enumerate(zip(descent.losses(5), descent.errors(5), strict=True)):
        assert np.mean(eigenvalues * (1 - eigenvalues / 2) ** (2 * k)) / 2 == pytest.approx(float(loss), rel=0.05)
        assert np.mean((1 - eigenvalues / 2) ** (2 * k)) == pytest.approx(float(error), rel=0.05)
    assert descent.converges() and not fa.nets.GradientDescent(law, 1).converges()
    assert fa.nets.GradientDescent(fa.MarchenkoPastur(ratio=Rational(1, 4)), 1).best_step() == Rational(4, 5)
    slow = fa.nets.GradientDescent(fa.MarchenkoPastur(), Rational(1, 4))
    assert float(slow.losses(200)[-1] / slow.asymptotic_loss(n).subs(n, 200)) == pytest.approx(1, abs=0.01)
    with pytest.raises(fa.InvalidInput, match="step > 0"):
        fa.nets.GradientDescent(law, 0)
    with pytest.raises(fa.InvalidInput, match="below zero"):
        fa.nets.GradientDescent(fa.Semicircle(), 1).best_step()


def test_hessian_index_by_two_routes() -> None:
    for ratio, energy in ((Rational(1, 2), Rational(1, 2)), (Rational(2), Rational(1, 2)), (Rational(1, 2), Rational(1, 100)), (Rational(1), Rational(1, 3))):
        closed = float(fa.nets.hessian_index(ratio, energy))
        assert fa.nets.Hessian(ratio, energy).index() == pytest.approx(closed, abs=1e-12)


def test_critical_energy_is_where_the_lower_edge_is_zero() -> None:
    assert sympy.simplify(fa.nets.critical_energy(phi) - (1 - 20 * phi - 8 * phi**2 + (1 + 8 * phi) ** Rational(3, 2)) / 16) == 0
    energy = fa.nets.critical_energy(Rational(3, 8))  # 1 + 8 phi = 4
    assert energy == Rational(3, 128)
    assert fa.nets.Hessian(Rational(3, 8), energy).support()[0] == 0
    assert fa.nets.critical_energy(2) == 0
    with pytest.raises(fa.InvalidInput):
        fa.nets.critical_energy(-1)


def test_universal_classes() -> None:
    t = Symbol("t", positive=True)
    bernoulli, smooth = (fa.nets.universal_jacobian(kind, t) for kind in ("bernoulli", "smooth"))
    assert bernoulli.moments(2) == smooth.moments(2)
    assert sympy.expand(bernoulli.moments(3)[2] - smooth.moments(3)[2]) != 0
    assert bernoulli.atoms() == {sympy.exp(t): sympy.Max(0, 1 - t)}


def test_the_table_is_printed_by_one_call() -> None:
    table = fa.nets.jacobian_table()
    lines = str(table).splitlines()
    assert len(table) == 4 and [line.split()[0] for line in lines] == ["f", "linear", "relu", "hard_tanh", "scaled_erf"]
    assert lines[2].split()[1:] == ["1/(2*(z", "-", "1))", "1/2", "2", "L*(1", "-", "s_1)"]
    assert table._repr_latex_().count(r"\\") == 4 and "lerchphi" in str(table[3])


@pytest.mark.parametrize("weights", ["orthogonal", "gaussian"])
def test_edges_of_a_hard_tanh_network(weights):
    """Two layers at q = 1/2: the coefficients hold beside the ends. The square root inside erf stopped this with a PolynomialError."""
    law = fa.nets.Jacobian("hard_tanh", depth=2, weights=weights, q=Rational(1, 2))
    edges = law.edge_exponents()
    assert sorted(exponent for exponent, _ in edges.values()) == [-Rational(1, 2), Rational(1, 2)]
    for edge, (exponent, coefficient) in edges.items():
        with mpmath.workdps(40):
            place = mpmath.mpf(str(sympy.N(edge, 40))) + (1 if edge == 0 else -1) * mpmath.mpf(10) ** -12
            value = law.pdf(place, dps=15)
        assert float(value) == pytest.approx(float(coefficient) * 1e-12 ** float(exponent), rel=1e-6)
