"""Members of families with given constants: the member found has them."""

import pytest
import sympy as sp

from freealg.errors import InvalidInput
from freealg.nets.activations import activation
from freealg.nets.find import find_activation

X, A = sp.symbols("x a")


def test_the_tilted_relu_that_keeps_the_spectrum():
    found = find_activation("tilted_relu", zeta=0)
    assert found == activation("tilted_relu(1)") and found.zeta() == 0 and found.eta() == 1


def scaled_tanh(a):
    """A family given by a function of its parameter."""
    return sp.tanh(a * X)


@pytest.mark.parametrize(
    ("family", "target"),
    [
        ("tilted_relu", {"zeta": sp.Rational(1, 2)}),
        ("leaky_relu", {"zeta": 0.1}),
        ("leaky_relu", {"eta": 0.5}),
        ("elu", {"zeta": 0}),
        ("shifted_relu", {"zeta": 0.5}),
        (X**3 - A * X, {"zeta": 4}),
        (sp.tanh(X) - A * X, {"zeta": 0}),
        (scaled_tanh, {"eta": 0.5}),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_the_member_has_the_constant(family, target):
    found = find_activation(family, **target, dps=20)
    ((name, value),) = target.items()
    assert abs(sp.N(getattr(found, name)() - sp.nsimplify(value), 20)) < 1e-17


def test_at_another_sigma():
    found = find_activation(X**3 - A * X, zeta=0, sigma=2)
    assert found.zeta(2) == 0 and found.form == activation(X**3 - 12 * X).form


def test_of_several_the_smallest_parameter():
    assert find_activation(X**3 - A * X, zeta=4).form == activation(X**3 - X).form


def test_refusals():
    for arguments, reason in [
        ({"zeta": 2}, "no member"),
        ({"zeta": -1}, ">= 0"),
        ({}, "zeta or eta"),
        ({"zeta": 1, "eta": 1}, "not both"),
    ]:
        with pytest.raises(InvalidInput, match=reason):
            find_activation("tilted_relu", **arguments)
    with pytest.raises(InvalidInput, match="one parameter"):
        find_activation(X**3, zeta=0)
    with pytest.raises(InvalidInput, match="no parameter"):
        find_activation("tanh", zeta=0)
    with pytest.raises(InvalidInput, match="does not depend"):
        find_activation(X + A, zeta=0)
