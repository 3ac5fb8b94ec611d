"""Densities and edges of Jacobians of smooth activations to many digits, against mpmath's quadrature and secant method."""

import mpmath as mp
import numpy as np
import pytest
import sympy as sp
from sympy import Rational

import freealg as fa
from freealg.nets import Jacobian

HALF = Rational(1, 2)


def _m(y, squared, k=1):
    """E t/(y - t)^k by mpmath."""
    return 2 * mp.quad(lambda h: mp.npdf(h) * squared(h) / (y - squared(h)) ** k, [0, 0.5, 1, 1.5, 2, 3, 4, 6, 9, 14])


def _erf(h):
    return mp.exp(-mp.pi * h**2 / 4)


def _tanh(h):
    return mp.sech(h / mp.sqrt(10)) ** 4


CASES = [
    ("scaled_erf", HALF, 4, "orthogonal", _erf, (HALF, 0.2 + 0.3j)),
    ("scaled_erf", HALF, 2, "gaussian", _erf, (HALF, 0.1 + 0.2j)),
    ("tanh", Rational(1, 10), 8, "orthogonal", _tanh, (Rational(13, 10), None)),
]


@pytest.mark.parametrize(("name", "q", "depth", "weights", "squared", "at"), CASES)
def test_density_against_a_root_by_mpmath(name, q, depth, weights, squared, at):
    law, (x, start) = Jacobian(name, depth=depth, weights=weights, q=q), at
    found = law.pdf(x, dps=25)
    assert float(found) == pytest.approx(law.pdf(float(x)), rel=1e-9)
    with mp.workdps(30):
        scale = 1 / (2 * mp.quad(lambda h: mp.npdf(h) * squared(h), [0, 1, 2, 4, 8, 14]))

        def power(y):
            m = _m(y, squared)
            return y * scale * (m / (1 + m)) ** (1 - mp.mpf(1) / depth) * ((1 + m) if weights == "gaussian" else 1)

        target = mp.mpf(x.p) / x.q
        y = mp.findroot(lambda y: power(y) - target ** (mp.mpf(1) / depth), start or law.engine._point(float(mp.log(target))))
        expected = -_m(y, squared).imag / (mp.pi * target)
    assert abs(found / expected - 1) < 1e-24


@pytest.mark.parametrize(("name", "weights"), [("tanh", "orthogonal"), ("arctan", "gaussian")])
def test_transform_against_moments(name, weights):
    """z G(z) = sum m_k z^-k far out, from fourteen moments; and G(conj z) = conj G(z)."""
    law, z = Jacobian(name, depth=3, weights=weights, q=HALF), sp.Integer(1000)
    series = sum(sp.N(value, 40) / z**k for k, value in enumerate([sp.S.One, *law.moments(14)]))
    assert abs(sp.Float(law.cauchy(z, dps=28).real, 30) * z - series) < 1e-22
    above, below = law.cauchy(1 + 2 * sp.I, dps=20), law.cauchy(1 - 2 * sp.I, dps=20)
    assert abs(above.real - below.real) < 1e-19 and abs(above.imag + below.imag) < 1e-19
    assert complex(above) == pytest.approx(complex(law.cauchy(1 + 2j)), rel=1e-7)


@pytest.mark.parametrize("weights", ["orthogonal", "gaussian"])
def test_the_upper_edge(weights):
    """The density falls like c sqrt(e - x) on the way to e, and is 0 beyond."""
    law = Jacobian("scaled_erf", depth=4, weights=weights, q=HALF)
    edge = law.support_intervals()[0][1]
    exponent, constant = law.edge_exponents()[edge]
    assert exponent == HALF
    for digits in (6, 10):
        gap = Rational(1, 10**digits)
        near = law.pdf(Rational(str(edge)) - gap, dps=20)
        assert float(near) == pytest.approx(float(constant) * 10 ** (-digits / 2), rel=10 ** (1 - digits))
        assert law.pdf(Rational(str(edge)) + gap, dps=15) == 0


def test_masses_stay_in_doubles():
    with pytest.raises(fa.Undecided, match="doubles"):
        Jacobian("tanh", depth=2, weights="orthogonal", q=1).cdf(HALF, dps=20)
    assert np.isfinite(Jacobian("tanh", depth=2, weights="orthogonal", q=1).cdf(0.5))


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (lambda law: law.pdf(HALF, certified=True), "no certified balls.*dps=30"),
        (lambda law: law.cauchy(sp.I, certified=True), "no certified balls.*dps=30"),
        (lambda law: law.cdf(HALF, dps=20), "distribution function .* without dps"),
    ],
)
def test_what_is_there_in_doubles_alone_is_refused_by_name(ask, reason):
    with pytest.raises(fa.Undecided, match=reason):
        ask(Jacobian("tanh", depth=2, q=1))
