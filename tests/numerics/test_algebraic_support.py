"""Supports, edges, atoms and exponents, exactly, against closed forms and published digits."""

from __future__ import annotations

from itertools import pairwise

import flint
import mpmath
import pytest

from freealg.exact.context import ball_precision
from freealg.numerics.algebraic import AlgebraicDensity
from freealg.numerics.plane_curve import PlaneCurve
from freealg.numerics.real_algebraic import RealAlgebraic

EDGES = {
    "semicircle": ["-2", "2"],
    "mp half": ["0.08578643762690495119831128", "2.914213562373095048801688724"],
    "mp three": ["0.5358983848622454129451073", "7.464101615137754587054892683"],
    "two cuts": [
        "-1.760172593046086919405185",
        "-0.3690087298281904957949717",
        "0.3690087298281904957949717",
        "1.760172593046086919405185",
    ],
    "cusp": ["-2.598076211353315940291170", "2.598076211353315940291170"],
    "hessian two": ["-1.653880521583312703065394", "6.118700302113251198838815"],
    "mp product": ["0.04634435721356425157579080", "3.978763018024128136643945"],
    "mp times signs": ["0.1180959174181630049923098", "7.071272162420762039980567"],
    "shifted square": ["0", "9"],
    "fuss-catalan 2": ["0", "6.75"],
    "kesten-mckay 3": ["-2.828427124746190097603377", "2.828427124746190097603377"],
}


@pytest.mark.parametrize("name", EDGES)
def test_edges_have_the_published_digits(density, name):
    edges = [edge for interval in density(name).support() for edge in interval]
    assert len(edges) == len(EDGES[name])
    with ball_precision(120):
        for edge, digits in zip(edges, EDGES[name], strict=True):
            assert abs(edge.refine(110) - flint.arb(digits)) < 1e-23


def test_the_three_bulks_have_gaps_of_width_0_0062(density):
    intervals = density("three bulks").support()
    assert len(intervals) == 3
    with ball_precision(120):
        gaps = [right[0].refine(110) - left[1].refine(110) for left, right in pairwise(intervals)]
        assert all(abs(gap - flint.arb("0.006186281728116162931641")) < 1e-21 for gap in gaps)


def test_three_bulks_of_a_product(density):
    found = [(float(a), float(b)) for a, b in density("three bulks product").support()]
    expected = [(0.5549, 1.4066), (2.0690, 4.0900), (7.5665, 13.2053)]
    assert len(found) == 3
    assert all(abs(x - y) < 5e-5 for got, want in zip(found, expected, strict=True) for x, y in zip(got, want, strict=True))


def test_edges_satisfy_their_polynomials(density):
    for edge in (edge for interval in density("degree nine").support() for edge in interval):
        with ball_precision(300):
            assert edge.polynomial(edge.refine(280)).contains(0)
    assert len(density("degree nine").support()) == 2


def test_a_millionth_below_the_cusp_the_support_splits(density):
    left, right = density("almost joined").support()
    assert float(left[1]) == -float(right[0]) == -3.849003077598816e-10
    assert len(density("almost split").support()) == 1


ATOMS = {
    "semicircle": [],
    "mp three": [("0", "2/3")],
    "projections": [("1", "1/12"), ("2", "5/12")],
    "embedded atom": [("0", "1/2")],
    "point": [("3", "1")],
    "points": [("-1", "1/3"), ("1/2", "1/6"), ("7", "1/2")],
    "mp half": [],
    "arcsine": [],
    "fuss-catalan 8": [],
    "mp times signs": [],
}


@pytest.mark.parametrize("name", ATOMS)
def test_atoms_are_exact(density, name):
    assert [(str(atom.location.rational), str(atom.mass.rational)) for atom in density(name).atoms()] == ATOMS[name]


def test_an_atom_with_irrational_place_and_mass():
    # G = (1 - w)/(z + sqrt 2) + w/(z - sqrt 2), w = 1/2 + sqrt(2)/4: (z^2 - 2) G = z + 2w sqrt 2 - sqrt 2 = z + 1
    law = AlgebraicDensity(PlaneCurve(((-1, -1), (-2, 0, 1)), lambda n: [2 ** (k // 2) for k in range(1, n + 1)]))
    low, high = law.atoms()
    assert low.location == RealAlgebraic((-2, 0, 1), 0) and high.location == RealAlgebraic((-2, 0, 1), 1)
    assert low.mass == RealAlgebraic((1, -8, 8), 0) and high.mass == RealAlgebraic((1, -8, 8), 1)
    assert law.cdf([-1.5, 0.0, 1.5]) == pytest.approx([0.0, 0.5 - 2**0.5 / 4, 1.0], abs=1e-16)


SQRT3, PI = 3**0.5, mpmath.pi
EXPONENTS = {
    "semicircle": [(-2, 1, (1, 2), 1 / PI), (2, -1, (1, 2), 1 / PI)],
    "arcsine": [(-2, 1, (-1, 2), 0.5 / PI), (2, -1, (-1, 2), 0.5 / PI)],
    "mp one": [(0, 1, (-1, 2), 1 / PI), (4, -1, (1, 2), 0.25 / PI)],
    "fuss-catalan 2": [(0, 1, (-2, 3), SQRT3 / (2 * PI)), (6.75, -1, (1, 2), None)],
    "fuss-catalan 8": [(0, 1, (-8, 9), mpmath.sin(PI / 9) / PI), (9**9 / 8**8, -1, (1, 2), None)],
    "mp half power": [(0, 1, (-1, 3), SQRT3 / (2 * PI)), (27**0.5 / 2, -1, (1, 2), None)],
    "edge three halves": [(-2, 1, (3, 2), 4 / (3 * PI)), (2, -1, (3, 2), 4 / (3 * PI))],
}


@pytest.mark.parametrize("name", EXPONENTS)
def test_edge_exponents_and_coefficients(density, name):
    found = [(round(float(s.place), 9), s.side, s.exponent) for s in density(name).singular_points()]
    assert found == [(round(x, 9), side, exponent) for x, side, exponent, _ in EXPONENTS[name]]
    for point, (*_, coefficient) in zip(density(name).singular_points(), EXPONENTS[name], strict=True):
        if coefficient is not None:
            assert abs(float(point.expansion.visible()[1]) - float(coefficient)) < 1e-15


def test_a_cusp_is_inside_one_interval_and_has_exponent_one_third(density):
    law = density("cusp")
    assert len(law.support()) == 1
    middle = [s for s in law.singular_points() if float(s.place) == 0]
    assert [(s.side, s.exponent) for s in middle] == [(-1, (1, 3)), (1, (1, 3))]


def test_a_kink_inside_the_support(density):
    kink = [s for s in density("shifted square").singular_points() if float(s.place) == 1]
    assert [s.exponent for s in kink] == [(0, 1), (0, 1)]
    assert all(abs(float(s.expansion.visible()[1]) * 2 * mpmath.pi - 1) < 1e-15 for s in kink)


def test_a_zero_of_the_density_that_is_analytic_is_no_singularity(density):
    law = density("interior zero")
    assert [float(s.place) for s in law.singular_points()] == [-2.0, 2.0]
    assert law.pdf(0.0) == 0.0 and law.pdf_ball(0) == 0


def test_critical_points_of_other_sheets_are_no_edges(density):
    law = density("atoms plus atoms")
    assert len(law.spectrum.branch.critical.real) == 13
    assert len(law.support()) == 1
    assert [round(float(x), 6) for x in law.support()[0]] == [0.029382, 7.70341]
