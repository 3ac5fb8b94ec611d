"""The parts of the transcendental engines, each against mpmath or a closed form."""

import mpmath
import numpy as np
import pytest
import sympy
from sympy import Integer, Rational, Symbol, coth, exp, log, sqrt

from freealg.errors import NoClosedForm, Undecided
from freealg.exact.context import mp_precision
from freealg.numerics.adaptive import antiderivative, fit_together, joined
from freealg.numerics.arithmetic import DIGITS, DOUBLES
from freealg.numerics.end_series import end_series, taylor_on_circle
from freealg.numerics.faddeeva import faddeeva
from freealg.numerics.formula import Formula, is_single_valued
from freealg.numerics.mapped_law import MappedLaw
from freealg.numerics.mapped_pieces import EdgeMap, EndTailMap, FarMap, LineMap, Piece
from freealg.numerics.power_product import power_product
from freealg.numerics.relation_joins import ProductNode, SumNode
from freealg.numerics.relation_nodes import AffineNode, CompoundPoissonNode, FreePowerNode, MultiplicativePowerNode
from freealg.numerics.relations import CurveLeaf, RLeaf, SLeaf, TransformLeaf

X = Symbol("x")
RNG = np.random.default_rng(7)


def points() -> np.ndarray:
    near = RNG.normal(size=60) * 4 + 1j * 10.0 ** RNG.uniform(-12, 0, 60)
    wide = RNG.normal(size=60) * 60 + 1j * np.abs(RNG.normal(size=60)) * 60
    return np.concatenate([near, wide, [0j, 1e-10, 6.1 + 6.2j, 1j]])


def test_faddeeva_agrees_with_mpmath_in_each_part():
    z = points()
    with mp_precision(40):
        exact = [mpmath.exp(-(mpmath.mpc(w) ** 2)) * mpmath.erfc(-1j * mpmath.mpc(w)) for w in z]
    found = faddeeva(z)
    assert max(abs(mpmath.mpc(a) - b) / abs(b) for a, b in zip(found, exact, strict=True)) < 2e-15
    assert max(abs(a.real - b.real) / abs(b.real) for a, b in zip(found, exact, strict=True)) < 1e-12


def test_faddeeva_below_the_axis_is_the_entire_function():
    z = RNG.normal(size=20) - 1j * np.abs(RNG.normal(size=20))
    assert np.allclose(faddeeva(z), 2 * np.exp(-z * z) - faddeeva(-z), rtol=1e-13)


def test_formula_evaluates_gaussian_tails_and_differentiates():
    u = (X - 1) / 2
    formula = Formula(-sympy.I * sqrt(sympy.pi) / 2 * exp(-(u**2)) * sympy.erfc(-sympy.I * u), X)
    far = formula(np.array([100.0 + 1e-3j]))
    assert abs(far[0] * 99 - 1) < 1e-3 and np.isfinite(far[0])
    h = 1e-6
    z = np.array([0.3 + 0.4j])
    numeric = (formula(z + h) - formula(z - h)) / (2 * h)
    assert abs(numeric[0] - formula.derivative(z)[0]) < 1e-9
    with mp_precision(30):
        assert abs(complex(formula.at(mpmath.mpc(0.3, 0.4))) - formula(z)[0]) < 1e-15


def test_formula_refuses_symbols_and_unknown_functions():
    with pytest.raises(NoClosedForm, match="bind"):
        Formula(X + Symbol("a"), X)
    with pytest.raises(NoClosedForm, match="evaluator"):
        Formula(sympy.Function("mystery")(X), X)(np.array([1.0 + 0j]))


@pytest.mark.parametrize(("expr", "answer"), [(coth(X) - 1 / X, True), (sqrt(X), False), (log(1 + X), False), (exp(X) / (1 - X), True), (X**sympy.pi, False)])
def test_single_valued_at_sight(expr, answer):
    assert is_single_valued(expr, X) is answer


def test_power_product_of_the_orthogonal_jacobian():
    p, depth = Rational(9, 10), 5
    found = power_product(((1 + X) / (X + p)) ** depth, X)
    assert found.end.atom == 1 - p and found.end.order == depth
    place, mass = found.at_infinity
    assert (place, mass) == (p**-depth * p**depth, 1 - depth * (1 - p)) or place == 1
    critical = -p / (1 - depth * (1 - p))
    assert found.critical == (critical,)
    numeric = (1 + critical) / (critical * (((1 + critical) / (critical + p)) ** depth))
    assert sympy.simplify(found.value(critical) - numeric) == 0


@pytest.mark.parametrize("s", [sqrt(1 + sqrt(1 + X)), exp(sqrt(1 + X)), -1 / (1 + X), X, (1 + X + X**2) ** Rational(1, 2)])
def test_power_product_refuses_what_is_not_of_its_kind(s):
    assert power_product(s, X) is None


def test_log_k_is_one_function_on_the_lower_half_plane():
    product = power_product((1 + 2 * X) ** -7 * exp(-X / (1 + X)), X)
    leaf = SLeaf(product, product.end.place)
    v = RNG.normal(size=30) - 1j * 10.0 ** RNG.uniform(-3, 1, 30)
    m = v + float(product.end.place)
    value, slope = leaf.value(v, DOUBLES)
    k = (1 + m) / m * (1 + 2 * m) ** 7 * np.exp(m / (1 + m))
    assert np.allclose(np.exp(value), k, rtol=1e-11)
    with mp_precision(30):
        digits, bend = leaf.value(mpmath.mpc(v[3]), DIGITS)
    assert abs(complex(digits) - value[3]) < 1e-13 * abs(value[3]) and abs(complex(bend) - slope[3]) < 1e-12 * abs(slope[3])


def residual_beside(relation, start, h: float) -> float:
    """What is left of the equation after a move along the stated tangent."""
    u, v, state = start
    line = relation.linear(u, v, state, DOUBLES)
    du = h * (0.6 + 0.8j) * np.ones(1)
    dv = (line.r - line.a * du) / line.b
    moved = [x + dx for x, dx in zip(state, line.back(du, dv), strict=True)]
    there = relation.linear(u + du, v + dv, moved, DOUBLES)
    left = there.r / there.b
    return max(abs(x[0]) for x in [left, *there.back(np.zeros(1), left)])


G = (log(X + 1) - log(X - 1)) / 2
UNIFORM, SEMICIRCLE = TransformLeaf(G, X), RLeaf(X, X)
POISSON = SLeaf(power_product(1 / (1 + X), X), Integer(-1))


@pytest.mark.parametrize(
    ("relation", "count"),
    [
        (UNIFORM, 0),
        (SEMICIRCLE, 0),
        (POISSON, 0),
        (CurveLeaf(((1,), (0, -1), (1,)), lambda z: (z - np.sqrt(z - 2) * np.sqrt(z + 2)) / 2, 0.0), 0),
        (SumNode([UNIFORM, SEMICIRCLE, UNIFORM]), 3),
        (FreePowerNode(UNIFORM, (Integer(3), Integer(-2), Integer(1))), 0),
        (FreePowerNode(UNIFORM, (Integer(1), Integer(-1), Rational(1, 2))), 0),
        (AffineNode(UNIFORM, Integer(-2), Integer(1)), 0),
        (ProductNode([POISSON, POISSON], Integer(-1)), 2),
        (MultiplicativePowerNode(POISSON, Rational(5, 2), Integer(-1)), 0),
        (CompoundPoissonNode(UNIFORM, Rational(3, 2)), 1),
    ],
)
def test_a_move_along_the_tangent_leaves_an_error_of_second_order(relation, count):
    v = np.array([0.12 - 0.19j]) - (float(relation.place) if hasattr(relation, "place") else 0.0)
    u, state = relation.start(v, DOUBLES)
    start = (u, v, [np.asarray(x).reshape(1) for x in state])
    assert len(state) == count
    wide, narrow = (residual_beside(relation, start, h) for h in (1e-3, 1e-4))
    assert wide < 1e-3 and narrow < 0.02 * wide + 1e-13


def test_circle_shows_a_pole_inside():
    assert taylor_on_circle(lambda h: 1 / (0.05 - h), 0.1) is None
    assert np.allclose(taylor_on_circle(np.exp, 0.5)[:4], [1, 0.5, 0.125, 0.125 / 6])


def test_end_series_inverts_a_square_root_and_a_cube_root():
    branches = end_series(lambda h: h**2 * (1 + h), 0j, 0.3, 1.0)
    assert [b.q for b in branches] == [2, 2]
    s = np.array([0.01, 0.05])
    h = branches[0](s)
    assert np.allclose(h**2 * (1 + h), s**2, rtol=1e-13)
    assert [b.q for b in end_series(lambda h: h**3, 0j, 0.3, -1.0)] == [3, 3, 3]


def test_maps_are_inverse_to_their_parameters():
    for chart in (LineMap(False), EdgeMap(False, (1.0, 0.0), 1, 2), EdgeMap(True, (2.0, 0.0), -1, 3), FarMap(True, 0.5, -1, 2.0), FarMap(False, 1.0, 1, 3.0), EndTailMap(False, 1.0, -1, 0.5)):
        t = np.array([0.1, 0.4, 0.7])
        assert np.allclose(chart.parameter(chart.x(t)), t, rtol=1e-9)
        h = 1e-6
        assert np.allclose((chart.u(t + h) - chart.u(t - h)) / (2 * h), chart.slope(t), rtol=1e-6)
        with mp_precision(30):
            u, slope = chart.digits(mpmath.mpf("0.4"))
        assert abs(float(u) - chart.u(t)[1]) < 1e-14 and abs(float(slope) - chart.slope(t)[1]) < 1e-13


def test_pieces_integrate_and_invert():
    piece = Piece(LineMap(False), -1.0, 1.0, lambda t: -1j * np.pi * 0.75 * (1 - t**2))
    law = MappedLaw([piece], [], "a parabola")
    x = np.linspace(-0.99, 0.99, 21)
    assert np.allclose(law.cdf(x), 0.25 * (2 + 3 * x - x**3), atol=1e-15)
    assert np.allclose(law.icdf(law.cdf(x)), x, atol=1e-13)
    assert abs(law.expect(lambda t: t**2) - 0.2) < 1e-15
    with pytest.raises(Undecided, match=r"add up to 1\.5"):
        MappedLaw([piece], [(3.0, 0.5)], "too much")


def test_fits_and_antiderivative():
    fits = fit_together(lambda t: 1 / (0.01 + t * t), [(-1.0, 1.0)], least=1e-6)
    whole, levels = antiderivative(joined(fits))
    assert all(fit.resolved for fit in fits) and len(fits) > 1
    assert abs(levels[-1] - 20 * np.arctan(10)) < 1e-12
    assert abs(whole(np.array([0.0]))[0] - 10 * np.arctan(10)) < 1e-12
