"""The constants of activations: identities they obey, values in doubles, doors and refusals."""

import pickle

import mpmath
import numpy as np
import pytest
import sympy as sp

from freealg.errors import InvalidInput, NoClosedForm, UnboundParameters
from freealg.nets.activations import activation
from freealg.nets.catalogue import FAMILIES

NAMES = [
    *[
        "linear",
        "relu",
        "leaky_relu(1/10)",
        "tilted_relu(1/2)",
        "shifted_relu",
        "hard_tanh",
        "tanh",
        "erf",
        "scaled_erf",
        "heaviside",
        "sign",
        "arctan",
        "sigmoid",
        "softplus",
        "gelu",
        "silu",
        "elu",
    ],
    *["exp", "sin", "cos", "abs", "x^3", "He_4"],
]
SMOOTH = [name for name in NAMES if name not in ("heaviside", "sign")]


def near(a, b, digits=22):
    return abs(sp.N(a, 40) - sp.N(b, 40)) <= sp.Float(10) ** -digits * (1 + abs(sp.N(b, 40)))


def quad(f, sigma):
    """E f(sigma z) by mpmath's own rule, panels cut at likely kinks."""
    mpmath.mp.dps = 30
    ends = [-14, -6, -3, -1 / sigma, 0, 1 / sigma, 3, 6, 14]
    return sp.Float(mpmath.quad(lambda z: f(sigma * z) * mpmath.npdf(z), ends), 30)


@pytest.fixture(autouse=True)
def _precision():
    before = mpmath.mp.prec
    yield
    mpmath.mp.prec = before


@pytest.mark.parametrize("name", NAMES)
def test_eta_is_the_parseval_sum_and_bounds_zeta(name):
    f = activation(name)
    eta, zeta = sp.N(f.eta(), 30), sp.N(f.zeta(), 30)
    terms = [sp.N(f.hermite(n), 30) ** 2 for n in range(1, 7)]
    assert near(terms[0], zeta)
    assert zeta <= eta + sp.Float("1e-25") and sum(terms) <= eta + sp.Float("1e-25")
    assert near(f.gaussian_mean(), f.hermite(0))


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "softplus", "silu", "arctan", "elu", "gelu", "hard_tanh", "erf", "leaky_relu(1/10)"])
def test_means_at_another_sigma_against_mpmath(name):
    f, sigma = activation(name), sp.Rational(3, 4)
    rule = sp.lambdify(sp.Symbol("x"), f.expression(), "mpmath")
    mean, square = quad(rule, mpmath.mpf(3) / 4), quad(lambda x: rule(x) ** 2, mpmath.mpf(3) / 4)
    first = quad(lambda x: x * rule(x), mpmath.mpf(3) / 4) / sigma
    assert near(f.gaussian_mean(sigma), mean)
    assert near(f.eta(sigma), square - mean**2)
    assert near(f.zeta(sigma), first**2)


@pytest.mark.parametrize("name", SMOOTH)
def test_zeta_by_the_derivative_is_zeta_by_stein(name):
    f, sigma = activation(name), sp.Rational(4, 3)
    slope = activation(sp.diff(f.expression(), sp.Symbol("x")))
    assert near(f.zeta(sigma), (sigma * slope.gaussian_mean(sigma)) ** 2)


@pytest.mark.parametrize("name", SMOOTH)
def test_curvature_counts_the_dirac_masses(name):
    """E f'' f = smooth part + sum over kinks of (jump of f') f density: a second route, from the branches."""
    f, q = activation(name), sp.Rational(2, 3)
    pieces = f.form.pieces
    slope = pieces.derivative()
    product = activation(slope.derivative().expression(sp.Symbol("x")) * pieces.expression(sp.Symbol("x")))
    masses = sum(
        jump * branch.subs(pieces_x(), b) * sp.exp(-(b**2) / (2 * q)) / sp.sqrt(2 * sp.pi * q)
        for (b, jump), branch in zip(slope.jumps().items(), [pieces.branches[pieces.breaks.index(b)] for b in slope.jumps()], strict=True)
    )
    assert near(f.curvature(q), product.gaussian_mean(sp.sqrt(q)) + masses)


def pieces_x():
    from freealg.nets.pieces import X

    return X


@pytest.mark.parametrize("name", SMOOTH)
def test_length_slope_is_a_derivative(name):
    f, q, step = activation(name), sp.Rational(1, 2), sp.Rational(1, 10**8)
    rise = (sp.N(f.second_moment(q + step), 40) - sp.N(f.second_moment(q - step), 40)) / (2 * step)
    assert near(f.length_slope(q), rise, 12)


@pytest.mark.parametrize("name", SMOOTH)
def test_mu_at_orders_one_and_two(name):
    f, q = activation(name), sp.Rational(1, 3)
    slope = activation(sp.diff(f.expression(), sp.Symbol("x")))
    assert near(f.mu(1, q), slope.second_moment(q))
    assert near(f.mu(2, q), activation(sp.diff(f.expression(), sp.Symbol("x")) ** 2).second_moment(q))
    assert f.mu(0, q) == 1


def test_closed_derivative_moments():
    k, q = sp.symbols("k q")
    assert sp.simplify(activation("scaled_erf").mu(k, q) - 1 / sp.sqrt(1 + sp.pi * k * q)) == 0
    assert activation("hard_tanh").mu(k, q) == sp.erf(1 / sp.sqrt(2 * q))
    assert activation("relu").mu(k, q) == sp.Rational(1, 2)
    assert activation("linear").mu(k, q) == 1
    assert sp.expand(activation("leaky_relu(1/10)").mu(3, q) - (1 + sp.Rational(1, 10) ** 6) / 2) == 0


def test_symbolic_sigma_needs_no_assumptions():
    s = sp.Symbol("s")
    assert activation("hard_tanh").zeta(s) == s**2 * sp.erf(sp.sqrt(2) / (2 * s)) ** 2
    assert activation("tilted_relu(alpha)").eta(s) == s**2
    for name in ("gelu", "elu", "scaled_erf", "shifted_relu", "cos"):
        assert near(activation(name).eta(s).subs(s, sp.Rational(5, 7)), activation(name).eta(sp.Rational(5, 7)))


def test_centred_and_normalised():
    for name in ("relu", "softplus", "elu", "exp", "heaviside"):
        f = activation(name).normalised(sp.Rational(3, 2))
        assert near(f.gaussian_mean(sp.Rational(3, 2)), 0) and near(f.eta(sp.Rational(3, 2)), 1)
        assert near(activation(name).centred().gaussian_mean(), 0)
    with pytest.raises(InvalidInput, match="constant"):
        activation(sp.Integer(3)).normalised()


def test_floats_are_read_as_decimals():
    assert activation("relu").eta(0.5) == activation("relu").eta(sp.Rational(1, 2))
    assert activation(0.1 * sp.Symbol("x")).zeta() == sp.Rational(1, 100)


@pytest.mark.parametrize("name", NAMES)
def test_values_and_slopes_in_doubles(name):
    f = activation(name)
    points = np.array([-2.7, -1.3, -0.4, 0.25, 0.9, 3.1])
    x = sp.Symbol("x")
    assert np.allclose(f(points), [float(f.expression().subs(x, p)) for p in points], rtol=1e-13)
    assert np.allclose(f.derivative(points), [float(sp.diff(f.expression(), x).subs(x, p)) for p in points], rtol=1e-12)
    assert isinstance(f(0.3), float) and f(points.reshape(2, 3)).shape == (2, 3)
    assert np.isnan(f(np.array([np.nan]))[0])


def test_values_do_not_overflow():
    far = np.array([-1000.0, 1000.0])
    assert activation("softplus")(far).tolist() == [0.0, 1000.0]
    assert activation("softplus").derivative(far).tolist() == [0.0, 1.0]
    assert activation("silu")(far).tolist() == [0.0, 1000.0]
    x = sp.Symbol("x")
    assert activation(x / (1 + sp.exp(-x))).derivative(far).tolist() == [0.0, 1.0]


@pytest.mark.parametrize("name", NAMES)
def test_pickles_and_compares(name):
    f = activation(name)
    assert pickle.loads(pickle.dumps(f)) == f == activation(name) and hash(f) == hash(activation(name))
    assert activation(f) is f and activation(repr(f)[len('activation("') : -2]) == f


def test_expressions_and_callables_are_the_named_ones():
    t = sp.Symbol("t")
    assert activation(sp.Max(t, 0)).eta() == activation("relu").eta()
    assert activation(sp.tanh) == activation(lambda x: sp.tanh(x)) and activation(sp.tanh).form == activation("tanh").form
    assert activation(lambda x: x**3).form == activation("x^3").form
    x, a = sp.symbols("x a")
    assert sp.expand(activation(x**3 - a * x).zeta() - (3 - a) ** 2) == 0


def test_unbound_parameters_are_named():
    x, a = sp.symbols("x a")
    f = activation(sp.tanh(a * x))
    with pytest.raises(UnboundParameters, match="a"):
        f.eta()
    with pytest.raises(UnboundParameters, match="a"):
        f(1.0)
    with pytest.raises(NoClosedForm, match="sigma|s"):
        activation("tanh").eta(sp.Symbol("s"))


def test_not_square_integrable():
    f = activation(sp.exp(sp.Symbol("x") ** 2))
    assert sp.simplify(f.second_moment(sp.Rational(6, 25)) - 5) == 0
    for sigma in (sp.Rational(1, 2), 0.6, 1, 3):
        with pytest.raises(InvalidInput, match="square-integrable"):
            f.eta(sigma)
    with pytest.raises(InvalidInput, match=r"jumps .* Dirac"):
        activation("heaviside").mu(1, 1)
    with pytest.raises(InvalidInput, match="resolved"):
        activation(1 / sp.Symbol("x")).eta(dps=15)


@pytest.mark.parametrize("bad", [0, -1, float("nan"), float("inf"), sp.I, "1", None])
def test_bad_sigma(bad):
    with pytest.raises(InvalidInput, match="sigma"):
        activation("tanh").eta(bad)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("rleu", "known: linear, relu"),
        ("relu(1)", "takes 0 parameters"),
        ("tilted_relu", "needs its parameter alpha"),
        ("leaky_relu(1/0)", "divides by zero"),
        ("leaky_relu(sin(1))", "no x"),
        ("x +", "no formula"),
        ("__import__('os').system('true')", "NAME|known"),
        ("He_1.5", "NAME|known"),
        ("x" * 10_000, "at most 200"),
        ("", "not NAME"),
        (sp.Symbol("u") * sp.Symbol("v"), "variable x"),
        (sp.I * sp.Symbol("x"), "real"),
        (None, "activation"),
        (float("nan"), "finite"),
    ],
)
def test_bad_activations(bad, reason):
    with pytest.raises(InvalidInput, match=reason):
        activation(bad)


@pytest.mark.parametrize("bad", [-1, 1.5, sp.Rational(1, 2)])
def test_bad_orders(bad):
    with pytest.raises(InvalidInput):
        activation("relu").mu(bad, 1)
    with pytest.raises(InvalidInput):
        activation("relu").hermite(bad)
    with pytest.raises(InvalidInput):
        activation("power", bad)


def test_every_family_is_reachable_by_name():
    for name, family in FAMILIES.items():
        arguments = "(2)" if any(default is None for _, default in family.parameters) else ""
        assert activation(f" {name.upper()}{arguments} ").name == name + arguments
