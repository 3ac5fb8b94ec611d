"""Python callables against the same function given as a formula."""

import math

import mpmath
import numpy as np
import pytest
import sympy as sp

from freealg.errors import InvalidInput, NoClosedForm
from freealg.nets.activations import activation
from freealg.nets.blackbox import BlackBox
from freealg.nets.signal import SignalPropagation

X = sp.Symbol("x")


def clipped(x):
    return -1.0 if x < -1 else 1.0 if x > 1 else float(x)


def times_its_tanh(x):
    return x * math.tanh(x)


DOUBLES = [
    (np.tanh, sp.tanh(X)),
    (times_its_tanh, X * sp.tanh(X)),
    (clipped, sp.Max(-1, sp.Min(1, X))),
    (lambda x: np.where(x > 0.3, x, 0.1 * x), sp.Piecewise((X, X > 0.3), (X / 10, True))),
]


@pytest.mark.parametrize(("function", "expr"), DOUBLES, ids=lambda v: getattr(v, "__name__", ""))
def test_callables_in_doubles_carry_eleven_digits(function, expr):
    box, formula = activation(function), activation(expr)
    assert isinstance(box.form, BlackBox) and not box.form.precise
    q = sp.Rational(3, 2)
    pairs = [(box.eta(1.3), formula.eta(1.3)), (box.zeta(1.3), formula.zeta(1.3))]
    if formula.form.pieces.jumps() == {}:
        pairs += [(box.mu(1, q), formula.mu(1, q)), (box.mu(2, q), formula.mu(2, q)), (box.curvature(q), formula.curvature(q))]
        pairs += [(box.correlation(c, q, slope=s), formula.correlation(c, q, slope=s)) for c in (sp.Rational(-1, 2), 0.9, 1) for s in (0, 1)]
    assert all(found.is_Float and found._prec <= 45 for found, _ in pairs if found != 0)
    assert all(abs(found - sp.N(wanted, 20)) < 3e-11 * (1 + abs(wanted)) for found, wanted in pairs)


def test_callables_in_mpmath_numbers_carry_any_number():
    box, formula = activation(mpmath.tanh), activation("tanh")
    assert box.form.precise
    assert abs(box.eta(dps=40) - formula.eta(dps=40)) < 1e-38
    assert abs(box.mu(1, 2, dps=30) - formula.mu(1, 2, dps=30)) < 1e-28


def test_a_callable_that_only_looks_precise_is_found_out():
    """x * tanh(float(x)) returns an mpf that is right to 16 digits."""
    assert not activation(lambda x: x * math.tanh(x)).form.precise


def test_stated_derivative_and_kinks():
    box = activation(clipped, kinks=(-1, 1), derivative=lambda x: float(abs(x) < 1))
    formula = activation("hard_tanh")
    assert box.form.breaks == (-1.0, 1.0)
    assert abs(box.mu(3, 1) - sp.N(formula.mu(3, 1), 20)) < 1e-11
    assert box.derivative(np.array([0.5, 2.0])).tolist() == [1.0, 0.0]


def test_affine_images():
    box = activation(np.tanh).normalised()
    assert abs(box.eta() - 1) < 1e-10 and abs(box.gaussian_mean()) < 1e-10


def test_signals_through_a_callable():
    net, formula = SignalPropagation(np.tanh, 1.69, 0.0025), SignalPropagation("tanh", 1.69, 0.0025)
    for name in ("q_star", "chi", "a", "c_star", "b"):
        assert abs(getattr(net, name)() - getattr(formula, name)()) < 1e-9


def test_refusals():
    box = activation(np.tanh)
    with pytest.raises(NoClosedForm, match="callable"):
        box.eta(sp.Symbol("s"))
    with pytest.raises(NoClosedForm, match="expression"):
        box.expression()
    with pytest.raises(InvalidInput, match="none"):
        activation(np.tanh, 3)
    with pytest.raises(InvalidInput, match="too close to 1"):
        activation(lambda x: np.maximum(x, 0.0) if isinstance(x, np.ndarray) else max(float(x), 0.0)).correlation(1 - 1e-9, 1, slope=1)


def test_an_expression_with_infinitely_many_kinks_is_a_black_box():
    f = activation(sp.Abs(sp.sin(X)))
    assert isinstance(f.form, BlackBox) and f.form.precise
    assert abs(f.second_moment(1, dps=20) - sp.N((1 - sp.exp(-2)) / 2, 25)) < 1e-18
