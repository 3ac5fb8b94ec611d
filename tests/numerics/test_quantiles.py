"""Quantiles where F is flat and at the ends, for each kind of engine, against inf{x: F(x) >= q} read off the support and its masses."""

import numpy as np
import pytest
from scipy.stats import chi2, norm
from sympy import Rational

import freealg as fa

THIRD, HALF = Rational(1, 3), Rational(1, 2)
TWO_BUMPS = fa.boxplus(fa.Semicircle(variance=Rational(1, 16)), fa.Rademacher())
THREE_BUMPS = fa.boxplus(fa.Semicircle(variance=Rational(1, 100)), fa.Discrete({-1: THIRD, 0: THIRD, 1: THIRD}))
TWO_BOXES = fa.mixture({fa.Uniform(-2, -1): HALF, fa.Uniform(1, 2): HALF})
BOXES_AND_ATOM = fa.mixture({fa.Uniform(-2, -1): THIRD, fa.Discrete({0: 1}): THIRD, fa.Uniform(1, 2): THIRD})
SEPARATED = fa.boxtimes(fa.MarchenkoPastur(ratio=Rational(1, 100)), fa.Discrete({1: Rational(1, 5), 3: Rational(7, 10), 10: Rational(1, 10)}))


@pytest.mark.parametrize(
    ("law", "level", "interval"),
    [
        (TWO_BUMPS, 1 / 2, 0),
        (THREE_BUMPS, 1 / 3, 0),
        (THREE_BUMPS, 2 / 3, 1),
        (SEPARATED, 0.2, 0),
        (SEPARATED, 0.9, 1),
        (TWO_BOXES, 1 / 2, 0),
        (-TWO_BOXES, 1 / 2, 0),
        (1 - 2 * TWO_BOXES, 1 / 2, 0),
        (TWO_BOXES.mobius(1, 0, 1, 5), 1 / 2, 0),
        (TWO_BOXES.mobius(-1, 0, 1, 5), 1 / 2, 0),
        (BOXES_AND_ATOM, 1 / 3, 0),
        (-BOXES_AND_ATOM, 1 / 3, 0),
        (BOXES_AND_ATOM.mobius(-1, 0, 1, 5), 1 / 3, 0),
        (BOXES_AND_ATOM.mobius(-1, 0, 1, HALF), 2 / 3, 1),
        (THREE_BUMPS.inverse(), 1 / 6, 0),
        (fa.MarchenkoPastur(ratio=HALF), 1.0, 0),
    ],
)
def test_where_the_distribution_function_is_flat_the_quantile_is_the_end_before_it(law, level, interval):
    assert law.icdf(level) == pytest.approx(float(law.support_intervals()[interval][1]), rel=1e-13)


def test_an_atom_before_a_gap_keeps_its_last_share():
    """The atom 2/3 at 0 and the gap up to (1 - sqrt 3)^2."""
    law = fa.MarchenkoPastur(ratio=3)
    assert law.icdf(2 / 3) == 0 and law.icdf(2 / 3 + 1e-12) > 0.53


@pytest.mark.parametrize(
    "law",
    [
        BOXES_AND_ATOM,
        -BOXES_AND_ATOM,
        BOXES_AND_ATOM.square(),
        BOXES_AND_ATOM.mobius(1, 0, 1, 5),
        BOXES_AND_ATOM.mobius(-1, 0, 1, 5),
        BOXES_AND_ATOM.mobius(1, 0, 1, HALF),
        BOXES_AND_ATOM.mobius(-1, 0, 1, HALF),
        TWO_BOXES.inverse(),
        THREE_BUMPS.inverse(),
        THREE_BUMPS.mobius(-1, 0, 1, HALF),
        fa.Uniform(1, 2).mobius(1, 0, 2, -3),
    ],
)
def test_the_first_and_the_last_quantile_are_the_ends_of_the_support(law):
    ends = [float(end) for end in law.support()]
    assert law.icdf([0.0, 1.0]) == pytest.approx(ends, rel=1e-13)
    q = np.linspace(0.003, 0.997, 83)
    x = law.icdf(q)
    assert np.all(np.diff(x) >= 0) and np.all(x >= ends[0]) and np.all(x <= ends[1])
    assert np.all(law.cdf(x) >= q - 1e-12) and np.all(law.cdf(x - 1e-9 * (1 + np.abs(x))) <= q + 1e-12)


FAINT = np.array([1e-7, 1e-15, 1e-20, 1e-50, 1e-100, 1e-300])


def test_quantiles_far_out_in_a_gaussian_tail_are_scipys():
    """icdf(1e-18) was -12.2 and not -8.76: masses were good to 1e-17 of the whole."""
    law, shares = fa.Gaussian(), np.append(FAINT[:-1], 1e-279)
    assert law.icdf(shares) == pytest.approx(norm.ppf(shares), rel=1e-12)
    assert law.icdf(1 - FAINT[:2]) == pytest.approx(norm.isf(1 - (1 - FAINT[:2])), rel=1e-12)
    assert law.cdf(norm.ppf(shares)) == pytest.approx(shares, rel=1e-10)
    mixed = fa.mixture({fa.Gaussian(): HALF, fa.Uniform(0, 1): HALF})
    assert mixed.icdf(shares[:-1] / 2) == pytest.approx(norm.ppf(shares[:-1]), rel=1e-12)
    with pytest.raises(fa.Undecided, match="more than doubles"):
        law.icdf(1e-300)


def test_quantiles_far_out_in_a_cauchy_tail():
    """P(X < -x) ~ c/(pi x): 3e-16 below the tail's next term at q = 1e-20."""
    law = fa.boxplus(fa.Cauchy(0, 2), fa.Uniform(-1, 1))
    assert law.icdf(FAINT[2:]) == pytest.approx(-2 / (np.pi * FAINT[2:]), rel=1e-13)
    assert law.cdf(-2 / (np.pi * FAINT[2:])) == pytest.approx(FAINT[2:], rel=1e-13)
    assert law.icdf(1 - 1e-15) == pytest.approx(2 / (np.pi * (1 - (1 - 1e-15))), rel=1e-10)


def test_quantiles_beside_an_edge_are_those_of_the_square_root():
    """F(e + d) ~ (2/3) c d^(3/2) beside an edge with the density c d^(1/2)."""
    law = fa.boxplus(fa.Uniform(-1, 1), fa.Semicircle())
    edge, (_, constant) = min(law.edge_exponents().items())
    for q in (1e-10, 1e-13):
        wanted = (1.5 * q / float(constant)) ** (2 / 3)
        assert law.icdf(q) - float(edge) == pytest.approx(wanted, abs=1e-15, rel=1e-5)


def test_quantiles_beyond_what_doubles_know_are_refused():
    law = fa.boxplus(fa.Gaussian(), fa.Semicircle())
    assert law.icdf(1e-9) < -6
    with pytest.raises(fa.Undecided, match="more than doubles"):
        law.icdf(1e-20)


def test_small_quantiles_of_squares():
    """Those of chi^2 with one degree of freedom; P(X^2 <= y) is no difference of values of F near 1/2. The square of a law off 0 begins where it does."""
    law, shares = fa.Gaussian().square(), np.array([1e-3, 1e-10, 1e-20, 1e-100])
    assert law.icdf(shares) == pytest.approx(chi2(1).ppf(shares), rel=1e-11)
    assert law.cdf(chi2(1).ppf(shares)) == pytest.approx(shares, rel=1e-11)
    away = fa.Uniform(1, 2).square()
    assert away.icdf([0.0, 1e-12, 1.0]) == pytest.approx([1, 1 + 2e-12, 4], rel=1e-15)
    assert BOXES_AND_ATOM.square().icdf([0.0, 1 / 3]).tolist() == [0, 0]
