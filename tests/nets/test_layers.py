"""Networks whose layers differ: against free products, against sampled rectangular networks, against each other."""

import numpy as np
import pytest
import sympy as sp
from sympy import Rational

import freealg as fa
from freealg.nets import Jacobian, Layer
from freealg.nets.jacobian import JacobianLaw

HALF = Rational(1, 2)
MIXED = [Layer("relu", ratio=HALF), Layer("hard_tanh", "orthogonal", q=HALF, ratio=2), Layer("leaky_relu(1/2)", "orthogonal", ratio=Rational(3, 2))]


def isometry(rows, columns, rng):
    q, _ = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
    return q if rows >= columns else q.T


def sampled(layers, widths, rng):
    """Eigenvalues of J J^T, the slopes in D in the shares of their law and shuffled."""
    jacobian = np.eye(widths[0])
    for layer, rows, columns in zip(layers, widths[1:], widths, strict=False):
        squared = layer.squared_derivative()
        scale = float(1 / squared.mean())
        if layer.weights == "gaussian":
            w = rng.standard_normal((rows, columns)) * np.sqrt(scale / columns)
        else:
            w = isometry(rows, columns, rng) * np.sqrt(scale * max(1, rows / columns))
        values, masses = zip(*((float(a), float(p)) for a, p in squared.atoms().items()), strict=True)
        levels = np.searchsorted(np.cumsum(masses), (np.arange(rows) + 0.5) / rows)
        slopes = np.sqrt(np.array(values)[rng.permutation(levels)])
        jacobian = slopes[:, None] * (w @ jacobian)
    return np.linalg.eigvalsh(jacobian @ jacobian.T)


def test_square_layers_are_a_free_product():
    law = Jacobian(["relu", "linear", Layer("hard_tanh", "orthogonal", q=1)])
    assert [sp.simplify(a - b) for a, b in zip(law.moments(5), fa.boxtimes(*law.layers).moments(5), strict=True)] == [0] * 5
    assert law.mean() == 1


def test_equal_square_layers_are_a_power():
    assert Jacobian(["relu"] * 3) == Jacobian("relu", depth=3)
    assert isinstance(Jacobian([Layer("tanh", q=1), Layer("tanh", q=1)]), JacobianLaw)


def test_rectangular_layers_against_sampled_networks():
    law, rng = Jacobian(MIXED), np.random.default_rng(1)
    values = np.concatenate([sampled(MIXED, (600, 300, 600, 900), rng) for _ in range(3)])
    for k, moment in enumerate(law.moments(4), 1):
        assert np.mean(values**k) == pytest.approx(float(moment), rel=0.01 * k)
    assert law.atoms() == {0: Rational(5, 6)}
    assert np.mean(values < 1e-9) == pytest.approx(5 / 6, abs=0.002)


def test_a_rectangular_gaussian_layer_is_marchenko_pastur():
    """Layers of one linear network: W_2 W_1 with N_1/N_0 = a, N_2/N_1 = b has m_2 = 1 + b + a b + ... by counting pairings."""
    c = sp.Symbol("c")
    assert Jacobian([Layer("linear", ratio=c)]).moments(3) == fa.MarchenkoPastur(ratio=c).moments(3)
    a, b = sp.symbols("a b")
    law = Jacobian([Layer("linear", ratio=a), Layer("linear", ratio=b)])
    assert sp.expand(law.moments(2)[1] - (1 + b + a * b)) == 0


def test_the_transpose_has_the_same_positive_eigenvalues():
    """J and J^T of a linear Gaussian network: N_L m_k(J J^T) = N_0 m_k(J^T J)."""
    widths = (4, 6, 3, 5)
    forward = Jacobian([Layer("linear", ratio=Rational(n, m)) for m, n in zip(widths, widths[1:], strict=False)])
    back = widths[::-1]
    # a weight of variance 1/N_{l-1} is one of variance (N_l/N_{l-1})/N_l seen from the other side
    backward = Jacobian([Layer("linear", ratio=Rational(n, m), sigma_w2=Rational(m, n)) for m, n in zip(back, back[1:], strict=False)])
    for forth, reverse in zip(forward.moments(4), backward.moments(4), strict=True):
        assert widths[-1] * forth == widths[0] * reverse


def test_density_of_a_rectangular_network():
    law = Jacobian(["relu", Layer("linear", ratio=2)])
    for k, moment in enumerate(law.moments(3), 1):
        assert law.expect(lambda x, k=k: x**k) == pytest.approx(float(moment), rel=1e-9)
    assert law.atoms() == {0: Rational(3, 4)}
    values = np.concatenate([sampled([Layer("relu"), Layer("linear", ratio=2)], (400, 400, 800), np.random.default_rng(s)) for s in range(4)])
    roots = np.sqrt(np.maximum(np.sort(values), 0))
    grid = (np.arange(values.size) + 0.5) / values.size
    positive = roots > 1e-5
    assert np.max(np.abs(law.singular_values().cdf(roots[positive]) - grid[positive])) < 0.015


def test_nonzero_atoms_are_intersections():
    """hard tanh, orthogonal: the eigenspace of p^-2 has dimension sum of the p's minus 1."""
    law = Jacobian([Layer("hard_tanh", "orthogonal", q=HALF), Layer("hard_tanh", "orthogonal", q=Rational(1, 5))])
    p1, p2 = (sp.erf(1 / sp.sqrt(2 * q)) for q in (HALF, Rational(1, 5)))
    masses = {float(a): float(p) for a, p in law.atoms().items()}
    assert masses[0.0] == pytest.approx(float(1 - p1))
    assert masses[float(1 / (p1 * p2))] == pytest.approx(float(p1 + p2 - 1))


def test_smooth_layers_have_moments_and_no_density():
    law = Jacobian([Layer("tanh", "orthogonal", q=HALF), Layer("scaled_erf", q=Rational(1, 3))])
    product = fa.boxtimes(*law.layers)
    assert [float(a) for a in law.moments(3)] == pytest.approx([float(a) for a in product.moments(3)], rel=1e-20)
    with pytest.raises(fa.NoClosedForm, match="closed S-transforms"):
        law.pdf(1.0)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Jacobian("relu"), "needs depth="),
        (lambda: Jacobian([]), "at least one layer"),
        (lambda: Jacobian(["relu", "relu"], depth=3), "leave the depth out"),
        (lambda: Jacobian([Layer("relu", ratio=0)]), "ratio = rows/columns > 0"),
        (lambda: Jacobian([Layer("relu", "uniform")]), "gaussian"),
        (lambda: Jacobian([Layer("relu", sigma_w2=-1), "relu"]), "sigma_w2 > 0"),
        (lambda: Jacobian([Layer("tanh")]), "give q="),
        (lambda: Jacobian([Layer("relu", "orthogonal", ratio=sp.Symbol("c"))]), "a number for its ratio"),
    ],
)
def test_refusals(make, text):
    with pytest.raises(fa.InvalidInput, match=text):
        make()


def test_layers_with_symbols_are_bound_by_name():
    c = sp.Symbol("c")
    law = Jacobian(["relu", Layer("linear", ratio=c)])
    assert law.moments(3) == [1, 3 * c + 1, 11 * c**2 + 9 * c + 1]
    assert law.subs({"c": 2}) == Jacobian(["relu", Layer("linear", ratio=2)])
    assert fa.from_json(law.to_json()) == law


def test_a_law_in_place_of_an_activation_is_that_of_the_layer():
    layer = fa.boxtimes(fa.Projection(HALF), fa.MarchenkoPastur(variance=2))
    assert Jacobian(layer, depth=3) == Jacobian("relu", depth=3)
    assert Jacobian(layer, depth=3).moments(4) == layer.boxtimes_power(3).moments(4)
    mixed = ["relu", Layer("linear", ratio=2)]
    assert Jacobian([layer, Layer(fa.MarchenkoPastur(ratio=2), ratio=2)]) == Jacobian(mixed)


@pytest.mark.parametrize("layer", [Layer(fa.MarchenkoPastur(), q=1), Layer(fa.MarchenkoPastur(), "orthogonal"), Layer(fa.MarchenkoPastur(), sigma_w2=2)])
def test_a_layer_given_by_its_law_has_its_weights_already(layer):
    with pytest.raises(fa.InvalidInput, match="leave them out"):
        layer.law()


@pytest.mark.parametrize("law", [fa.Semicircle(), fa.FreePoisson(jump=-1), fa.Rademacher()])
def test_a_layer_given_by_its_law_lies_on_the_positive_half_line(law):
    with pytest.raises(fa.InvalidInput, match=r"lies on \[0, oo\)"):
        Jacobian(law, depth=2)


@pytest.mark.parametrize(("law", "ratio"), [(fa.MarchenkoPastur(), 2), (fa.Uniform(), sp.Symbol("r")), (fa.MarchenkoPastur(ratio=2), 3)])
def test_a_layer_of_more_rows_than_columns_has_its_null_space(law, ratio):
    """W W^T of N rows has rank at most N/ratio, so that no law without that atom is one of such a layer."""
    with pytest.raises(fa.InvalidInput, match=r"atom at 0 of mass 1 - 1/ratio"):
        Jacobian([Layer(law, ratio=ratio)])
    assert Jacobian([Layer(fa.MarchenkoPastur(ratio=ratio), ratio=ratio)]).moments(2) == [1, 1 + ratio]


def test_moments_of_very_deep_networks_do_not_multiply_the_layers_out():
    """The slopes of hard tanh are 0 and 1: with mass p and orthogonal weights m_2 = 1 + L (1/p - 1) at criticality."""
    p, depth = Rational(8191, 8192), 8192
    law = Jacobian(fa.Discrete({0: 1 - p, 1 / p: p}), depth=depth)
    assert law.moments(2) == [1, 1 + depth * (1 / p - 1)]
    shallow, symbolic = Jacobian(law.layer, depth=64), Jacobian(law.layer, depth=sp.Symbol("L"))
    assert Jacobian(law.layer, depth=65).moments(4) == symbolic.subs({"L": 65}).moments(4) == [m.subs("L", 65) for m in symbolic.moments(4)]
    assert shallow.moments(4) == [m.subs("L", 64) for m in symbolic.moments(4)]
