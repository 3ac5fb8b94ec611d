"""The Gaussian constants of activations: checked answers, exact or to 25 digits (50-digit quadrature; zeta by derivative and by Stein)."""

import pytest
import sympy as sp

from freealg.nets.activations import activation
from freealg.nets.find import find_activation

ETA_ZETA = [
    ("relu", "[1/2-1/(2*pi), 1/4]"),
    ("heaviside", "[1/4, 1/(2*pi)]"),
    ("sin", "[(1-exp(-2))/2, exp(-1)]"),
    ("x^3", "[15, 9]"),
    ("leaky_relu(1/10)", "[101/200-81/(200*pi), 121/400]"),
]

ETA_ZETA_DIGITS = [
    ("softplus", "0.2715145018005587318394939", "0.2500000000000000000000000"),
    ("elu", "0.6191785633721412198817091", "0.5800014946401990395676713"),
]


def close(found, digits, rtol="1e-18"):
    wanted = sp.Float(digits, 30)
    return abs(sp.N(found, 30) - wanted) <= sp.Float(rtol) * abs(wanted)


@pytest.mark.parametrize(("name", "answer"), ETA_ZETA)
def test_eta_and_zeta_exactly(name, answer):
    eta, zeta = sp.sympify(answer)
    f = activation(name)
    assert sp.simplify(f.eta() - eta) == 0
    assert sp.simplify(f.zeta() - zeta) == 0


@pytest.mark.parametrize(("name", "eta", "zeta"), ETA_ZETA_DIGITS)
def test_eta_and_zeta_to_25_digits(name, eta, zeta):
    f = activation(name)
    assert close(f.eta(), eta) and close(f.zeta(), zeta)


def test_centring_changes_neither():
    for name, answer in ETA_ZETA:
        eta, zeta = sp.sympify(answer)
        centred = activation(name).centred()
        assert sp.simplify(centred.eta() - eta) == 0 and sp.simplify(centred.zeta() - zeta) == 0
        assert sp.simplify(centred.gaussian_mean()) == 0


def test_tilted_relu_at_one_half():
    assert close(activation("tilted_relu(1/2)").zeta(), "0.2341688921136839995942683")


def test_tilted_relu_for_every_alpha():
    """eta = 1, zeta = (1-alpha)^2/(2(1+alpha^2) - (2/pi)(1+alpha)^2); 1/(2 pi) in place of 2/pi, as printed in places, is wrong."""
    alpha = sp.Symbol("alpha")
    f = activation("tilted_relu(alpha)")
    assert f.eta() == 1
    assert sp.simplify(f.zeta() - (1 - alpha) ** 2 / (2 * (1 + alpha**2) - 2 * (1 + alpha) ** 2 / sp.pi)) == 0
    assert sp.simplify(f.zeta().subs(alpha, 0) - sp.pi / (2 * (sp.pi - 1))) == 0
    assert find_activation("tilted_relu", zeta=0) == activation("tilted_relu(1)")


def test_relu_at_any_sigma():
    s = sp.Symbol("s")
    assert sp.expand(activation("relu").eta(s) - (-(s**2) / (2 * sp.pi) + s**2 / 2)) == 0
    assert sp.expand(activation("relu").zeta(s) - s**2 / 4) == 0


def test_hermite_coefficients_of_relu():
    wanted = sp.sympify("[1/sqrt(2*pi), 1/2, 1/(2*sqrt(pi)), 0, -1/(4*sqrt(3*pi))]")
    assert all(sp.simplify(activation("relu").hermite(n) - value) == 0 for n, value in enumerate(wanted))
