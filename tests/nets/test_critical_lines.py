"""The critical line: networks on it are critical, its closed forms are its numbers, its series are its small-q values."""

import numpy as np
import pytest
import sympy as sp

from freealg.errors import InvalidInput, NoClosedForm
from freealg.nets.critical import correlation_series, critical_line, critical_line_series, critical_point
from freealg.nets.signal import SignalPropagation

Q = sp.Symbol("q")


@pytest.mark.parametrize("name", ["tanh", "erf", "scaled_erf", "hard_tanh", "sin", "arctan", "elu", "silu", "gelu"])
@pytest.mark.parametrize("q", ["1/5", "3/2"])
def test_networks_on_the_line_are_critical(name, q):
    sigma_w2, sigma_b2 = critical_line(name, sp.Rational(q), dps=25)
    net = SignalPropagation(name, sigma_w2, sigma_b2)
    matching = [point for point in net.fixed_points(20) if abs(point.q - sp.Rational(q)) < 1e-15]
    assert len(matching) == 1
    assert abs(sp.N(net.sigma_w2 * net.activation.mu(1, sp.Rational(q)) - 1, 20)) < 1e-18


@pytest.mark.parametrize("name", ["erf", "scaled_erf", "hard_tanh", "elu", "gelu", "sin", "shifted_relu"])
def test_closed_forms_are_the_numbers(name):
    value = sp.Rational(4, 7)
    symbolic, numeric = critical_line(name, Q), critical_line(name, value)
    assert all(abs(sp.N(s.subs(Q, value) - n, 25)) < 1e-20 for s, n in zip(symbolic, numeric, strict=True))


def test_the_relu_family_meets_the_line_at_one_point():
    a = sp.Symbol("a")
    assert critical_line("relu", Q) == (2, 0)
    assert [sp.simplify(x) for x in critical_line("leaky_relu(a)", Q)] == [sp.simplify(2 / (1 + a**2)), 0]
    assert critical_line("linear", Q) == (1, 0) == critical_line("abs", 3)


@pytest.mark.parametrize("name", ["tanh", "arctan", "sin", "scaled_erf", "elu", "gelu"])
def test_series_are_the_small_lengths(name):
    """The remainder after order n falls like q^(n+1/2) at least."""
    series = critical_line_series(name, 2)
    errors = []
    for q in (sp.Rational(1, 1000), sp.Rational(1, 4000)):
        exact = critical_line(name, q, dps=25)
        errors.append([abs(sp.N(s.subs(Q, q) - e, 25)) for s, e in zip(series, exact, strict=True)])
    assert all(fine <= coarse / 16 for coarse, fine in zip(*errors, strict=True))


def test_series_of_functions_flat_or_kinked_at_zero():
    assert critical_line_series("hard_tanh", 3) == (1, 0)
    assert critical_line_series("relu", 2) == (2, 0)
    assert critical_line_series("elu", 0)[0] == 1 and critical_line_series("elu", 1)[0].coeff(sp.sqrt(Q)) == sp.sqrt(2 / sp.pi)


@pytest.mark.parametrize(("name", "b"), [("tanh", "1/20"), ("hard_tanh", "1/100"), ("scaled_erf", "1/10"), ("elu", "1/10")])
def test_critical_points_lie_on_the_line(name, b):
    sigma_w2, q = critical_point(name, sp.Rational(b), dps=20)
    on_line = critical_line(name, q, dps=22)
    assert abs(on_line[0] - sigma_w2) < 1e-17 and abs(on_line[1] - sp.Rational(b)) < 1e-17


def test_critical_points_without_bias():
    assert critical_point("tanh") == critical_point("hard_tanh") == (1, 0)
    assert critical_point("relu") == (2, 0)
    assert critical_point("scaled_erf") == (1, 0)


def test_correlations_near_one():
    """Smooth: the slope is chi; kinked: a term in delta^(3/2)."""
    net, delta = SignalPropagation("scaled_erf", 2, 0.1), sp.Symbol("delta")
    series = correlation_series(net, 2)
    assert abs(series.coeff(delta, 1) - net.chi()) < 1e-25
    value = sp.Rational(1, 1000)
    assert abs(sp.N(1 - net.correlation_map(1 - value) - series.subs(delta, value), 20)) < 1e-8
    w, b = sp.symbols("w b")
    kinked = correlation_series(SignalPropagation("relu", w, b), sp.Rational(3, 2))
    assert sp.simplify(kinked - (w * delta / 2 - sp.sqrt(2) * w * delta ** sp.Rational(3, 2) / (3 * sp.pi))) == 0


def test_callables_have_critical_lines():
    found, wanted = critical_line(np.tanh, 1), critical_line("tanh", 1)
    assert all(abs(f - w) < 1e-9 for f, w in zip(found, wanted, strict=True))


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: critical_line("tanh", 0), "q must be > 0"),
        (lambda: critical_line("tanh", -1), "q must be > 0"),
        (lambda: critical_line("softplus", 1), "sigma_b2 = -"),
        (lambda: critical_line(sp.Integer(1), 1), "constant"),
        (lambda: critical_line("heaviside", 1), "Dirac"),
        (lambda: critical_point("relu", 0.1), "only sigma_w2 = 2"),
        (lambda: critical_point("tanh", -0.1), "sigma_b2"),
        (lambda: critical_line_series("softplus", 2), "no critical line from q = 0"),
        (lambda: critical_line_series("tanh", -1), "order"),
        (lambda: correlation_series(SignalPropagation("relu", 2, 0), 0.3), "multiple of 1/2"),
    ],
)
def test_refusals(call, reason):
    with pytest.raises(InvalidInput, match=reason):
        call()


def test_no_closed_form():
    with pytest.raises(NoClosedForm, match="tanh"):
        critical_line("tanh", Q)
    with pytest.raises(NoClosedForm):
        correlation_series(SignalPropagation("tanh", 2, 0.1), 2)
