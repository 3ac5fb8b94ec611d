"""The law of sqrt(X): against the quarter circle, against the operand's own answers, against sampled singular values."""

import pickle

import mpmath
import numpy as np
import pytest
import sympy as sp
from sympy import Rational

import freealg as fa

QUARTER = fa.MarchenkoPastur().sqrt()


def test_the_quarter_circle():
    """The singular values of a square Gaussian matrix: density sqrt(4 - y^2)/pi on [0, 2], mean 8/(3 pi)."""
    y = np.array([-1.0, 0.0, 0.3, 1.0, 1.99, 2.0, 3.0])
    wanted = np.where((y >= 0) & (y <= 2), np.sqrt(np.maximum(4 - y**2, 0)) / np.pi, 0)
    assert np.allclose(QUARTER.pdf(y), wanted, rtol=1e-12, atol=1e-15)
    assert QUARTER.support_intervals() == [(0, 2)]
    assert QUARTER.expect(lambda x: x) == pytest.approx(8 / (3 * np.pi), rel=1e-12)
    x = 1.0
    assert QUARTER.cdf(x) == pytest.approx((x * np.sqrt(4 - x**2) / 2 + 2 * np.arcsin(x / 2)) / np.pi, rel=1e-13)
    assert float(QUARTER.cdf(1, dps=25)) == pytest.approx(QUARTER.cdf(1.0), rel=1e-14)


def test_many_digits_and_balls():
    with mpmath.workdps(40):
        wanted = mpmath.sqrt(mpmath.mpf(15) / 4) / mpmath.pi
        assert abs(QUARTER.pdf(Rational(1, 2), dps=30) - wanted) < mpmath.mpf(10) ** -30
    assert QUARTER.pdf(Rational(1, 2), certified=True).rel_accuracy_bits() > 90


def test_edges_carry_their_exponents():
    for law in (QUARTER, fa.MarchenkoPastur(ratio=Rational(1, 4)).sqrt(), fa.FussCatalan(2).sqrt()):
        for edge, (exponent, coefficient) in law.edge_exponents().items():
            inward = 1 if edge == law.support()[0] else -1
            gap = 1e-7
            assert law.pdf(float(edge) + inward * gap) == pytest.approx(float(coefficient) * gap ** float(exponent), rel=1e-3)


def test_masses_and_even_moments_are_the_operands():
    law = fa.MarchenkoPastur(ratio=3).sqrt()
    assert law.atoms() == {0: Rational(2, 3)}
    assert law.cdf(0.0) == pytest.approx(2 / 3) and law.icdf(0.5) == 0.0
    assert law.moment(4) == fa.MarchenkoPastur(ratio=3).moment(2)
    assert law.expect(lambda y: y**4) == pytest.approx(float(law.moment(4)), rel=1e-10)
    assert law.square() == fa.MarchenkoPastur(ratio=3)


def test_atoms_go_to_their_roots_and_the_cdf_stays_right_continuous():
    law = fa.Discrete({0: Rational(1, 4), 2: Rational(3, 4)}).sqrt()
    assert law.atoms() == {0: Rational(1, 4), sp.sqrt(2): Rational(3, 4)}
    assert law.moments(3) == [3 * sp.sqrt(2) / 4, Rational(3, 2), 3 * sp.sqrt(2) / 2]
    root = float(sp.sqrt(2))
    assert law.cdf([np.nextafter(root, 0), root]).tolist() == [0.25, 1.0]


def test_the_cauchy_transform_off_the_axis():
    """The symmetrised law has z G_X(z^2); G itself against a direct integral of the quarter circle."""
    z = 1 + 1j
    direct = (QUARTER.cauchy(z) - QUARTER.cauchy(-z)) / 2
    assert direct == pytest.approx(z * fa.MarchenkoPastur().cauchy(z**2), rel=1e-10)
    with pytest.raises(fa.Undecided, match="no integral"):
        QUARTER.cauchy(1.0)


def test_symbols_and_pickles():
    phi = sp.Symbol("phi")
    law = fa.MarchenkoPastur(ratio=phi).sqrt()
    assert law.subs({"phi": 4}).support_intervals() == [(1, 3)]
    assert pickle.loads(pickle.dumps(QUARTER)) == QUARTER
    assert fa.from_json(QUARTER.to_json()) == QUARTER


def test_refusals():
    with pytest.raises(fa.NotALaw, match="begins at -2 < 0"):
        fa.Semicircle().sqrt()
    with pytest.raises(fa.NoClosedForm, match="expect"):
        QUARTER.moments(3)
    with pytest.raises(fa.NoClosedForm):
        QUARTER.moment(3)


def test_sampled_singular_values():
    x = np.random.default_rng(5).standard_normal((400, 800)) / np.sqrt(800)
    values = np.sort(np.linalg.svd(x, compute_uv=False))
    law = fa.MarchenkoPastur(ratio=Rational(1, 2)).sqrt()
    assert np.max(np.abs(law.cdf(values) - (np.arange(400) + 0.5) / 400)) < 0.01


def test_the_density_of_a_root_at_zero_in_images_and_mixtures():
    """A quarter circle: where y^2 underflows the density of X is infinite and said nothing."""
    root = fa.MarchenkoPastur(variance=2).sqrt()
    limit = root.pdf(1e-9)
    assert (-root).pdf(0.0) == pytest.approx(limit, rel=1e-8) and root.pdf(1e-200) == pytest.approx(limit, rel=1e-8)
    assert fa.mixture({root: Rational(1, 2), -root: Rational(1, 2)}).pdf(0.0) == pytest.approx(limit, rel=1e-8)
