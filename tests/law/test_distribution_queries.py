"""Logarithmic potential, entropy, mode, Hilbert transform and the SciPy bridge against closed forms, for each kind of engine."""

import numpy as np
import pytest
from sympy import Rational, Symbol

import freealg as fa

HALF = Rational(1, 2)
BOXES = fa.mixture({fa.Uniform(-2, -1): HALF, fa.Uniform(1, 2): HALF})
EULER = np.euler_gamma


def of_box(a, b, x):
    """E log|x - X| for X uniform on [a, b]."""
    return ((b - x) * np.log(abs(b - x)) - (a - x) * np.log(abs(a - x))) / (b - a) - 1


@pytest.mark.parametrize(
    ("law", "x", "wanted"),
    [
        (fa.Uniform(-1, 3), 0.4, of_box(-1, 3, 0.4)),
        (fa.Uniform(-1, 3), -4.0, of_box(-1, 3, -4.0)),
        (fa.Uniform(-1, 3), 2.9999, of_box(-1, 3, 2.9999)),
        (1 - 2 * fa.Uniform(0, 1), 0.25, of_box(-1, 1, 0.25)),
        (fa.mixture({fa.Semicircle(): HALF, fa.Uniform(0, 1): HALF}), 0.3, 0.5 * (0.09 / 4 - 0.5) + 0.5 * of_box(0, 1, 0.3)),
        (fa.Uniform(1, 2).inverse(), 0.0, 1 - 2 * np.log(2)),
        (fa.Semicircle(), 0.7, 0.49 / 4 - 0.5),
        (fa.Arcsine(), 0.5, 0.0),
        (fa.Arcsine(), 2.0, 0.0),
        (fa.MarchenkoPastur(), 0.0, -1.0),
        (fa.FussCatalan(8), 0.0, -8.0),
        (fa.Cauchy(), 3.0, np.log(10) / 2),
        (fa.boxplus(fa.Cauchy(), fa.Rademacher()), 2.0, (np.log(2) + np.log(10)) / 4),
        (fa.boxplus(fa.Cauchy(), fa.Semicircle()), 0.0, None),
        (fa.Gaussian(), 0.0, -(EULER + np.log(2)) / 2),
        (fa.Gaussian().square(), 0.0, -(EULER + np.log(2))),
        (fa.boxtimes(fa.Uniform(1, 2), fa.MarchenkoPastur()), 0.0, 2 * np.log(2) - 2),
        (fa.Rademacher(), 0.5, np.log(0.75) / 2),
        (fa.Rademacher(), 1.0, -np.inf),
        (fa.Semicircle(), np.inf, np.inf),
    ],
)
def test_logarithmic_potentials(law, x, wanted):
    """E log|x - X| of a sum with a Cauchy variable is E log|x + i - X|; log det of products is a sum."""
    wanted = fa.Semicircle().expect(lambda y: np.log(np.hypot(x - y, 1))) if wanted is None else wanted
    assert law.log_potential(x) == pytest.approx(wanted, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    "law", [fa.boxtimes(fa.Uniform(1, 2), fa.MarchenkoPastur()), BOXES, fa.boxplus(fa.Cauchy(), fa.Uniform(-1, 1)), BOXES.mobius(1, 0, 1, HALF)]
)
def test_the_slope_of_the_potential_is_the_hilbert_transform(law):
    for x in law.icdf([0.2, 0.45, 0.8]).tolist():
        slope = (law.log_potential(x + 1e-4) - law.log_potential(x - 1e-4)) / 2e-4
        assert slope == pytest.approx(law.hilbert(x), rel=1e-4, abs=1e-6)


@pytest.mark.parametrize(
    ("law", "wanted"),
    [
        (fa.Arcsine(), np.log(np.pi)),
        (fa.Semicircle(), np.log(2 * np.pi) - 0.5),
        (fa.Uniform(-1, 3), np.log(4)),
        (fa.Gaussian(), 0.5 * np.log(2 * np.pi * np.e)),
        (fa.Cauchy(1, 2), np.log(8 * np.pi)),
        (fa.Uniform(0, 1).sqrt(), 0.5 - np.log(2)),
        (fa.Uniform(1, 2).inverse(), 2 - 4 * np.log(2)),
        (BOXES, np.log(2)),
        (3 - 2 * BOXES, np.log(4)),
        (3 - 2 * fa.FussCatalan(2), None),
    ],
)
def test_entropies(law, wanted):
    wanted = fa.FussCatalan(2).entropy() + np.log(2) if wanted is None else wanted
    assert law.entropy() == pytest.approx(wanted, rel=1e-13)


def test_entropies_by_quadrature_over_shares():
    """-E log pdf(icdf(U)) by Gauss-Legendre in x = sin: another rule and the density at x."""
    for law in (fa.MarchenkoPastur(HALF), fa.boxplus(fa.Uniform(-1, 1), fa.Semicircle())):
        low, high = (float(end) for end in law.support())
        nodes, weights = np.polynomial.legendre.leggauss(400)
        x = 0.5 * (low + high) + 0.5 * (high - low) * np.sin(np.pi / 2 * nodes)
        density = law.pdf(x)
        mass = weights * density * 0.25 * np.pi * (high - low) * np.cos(np.pi / 2 * nodes)
        assert law.entropy() == pytest.approx(-float(mass @ np.log(density)), rel=1e-7)


def test_the_mode_beside_a_jump():
    """The density 1/(1 - y)^2/4 of X/(X + 1/2) is largest beside its jump at 4/5, where it is 25/4."""
    law = BOXES.mobius(1, 0, 1, HALF)
    assert law.mode() == pytest.approx(0.8, rel=1e-6)
    assert law.pdf(law.mode()) == pytest.approx(6.25, rel=1e-4)


def test_the_hilbert_transform_at_the_image_of_infinity():
    """1/x is the image of infinity at 0: E 1/(0 - 1/X) = -E X."""
    assert fa.Uniform(1, 2).inverse().hilbert(0.0) == pytest.approx(-1.5, rel=1e-14)
    assert fa.Uniform(1, 2).inverse().hilbert([np.inf, 0.0]) == pytest.approx([0, -1.5])


def test_the_hilbert_transform_of_a_square_at_zero():
    """G(0) = -E 1/X^2: -1/2 for X uniform on [1, 2]; infinite where the density of X^2 is."""
    assert fa.Uniform(1, 2).square().hilbert([0.0, np.inf]) == pytest.approx([-0.5, 0], rel=1e-14)
    assert np.isnan(fa.Gaussian().square().hilbert(0.0))


def test_scipy_has_the_moments_and_the_entropy():
    law = fa.boxplus(fa.Semicircle(variance=Rational(1, 16)), fa.Rademacher())
    frozen = law.to_scipy()
    assert frozen.mean() == pytest.approx(0, abs=1e-13) and frozen.var() == pytest.approx(17 / 16, rel=1e-13)
    assert frozen.moment(4) == pytest.approx(float(law.moment(4)), rel=1e-13)
    assert frozen.entropy() == pytest.approx(law.entropy(), rel=1e-15)
    assert np.isnan(fa.Cauchy().to_scipy().moment(2))


@pytest.mark.parametrize(
    ("law", "wanted"),
    [
        (fa.MarchenkoPastur(ratio=Rational(1, 2)), 1 / 6),  # x = 2ab/(a + b) between the edges a, b
        (fa.boxplus(fa.Semicircle(variance=2), fa.Rademacher()), -1.1547005383792515),  # -2/sqrt(3)
        (fa.Gaussian(Rational(1, 3), 5), 1 / 3),
        (fa.Cauchy(location=3), 3.0),
    ],
)
def test_modes_are_zeros_of_the_derivative_not_of_half_the_digits(law, wanted):
    assert law.mode() == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("ask", [lambda law: law.icdf(HALF, dps=20), lambda law: law.median(dps=20), lambda law: law.mode(), lambda law: law.log_potential(3)])
def test_laws_with_symbols_are_refused_by_name(ask):
    with pytest.raises(fa.FreeAlgError, match="phi"):
        ask(fa.MarchenkoPastur(ratio=Symbol("phi")))
