"""The branch is right: two routes to G, rejected candidates, and refusals."""

from __future__ import annotations

from fractions import Fraction

import flint
import numpy as np
import pytest

from freealg.errors import InvalidInput, NotALaw, Undecided
from freealg.exact.context import ball_precision
from freealg.numerics.algebraic import AlgebraicDensity
from freealg.numerics.branch import PhysicalBranch, refine_root
from freealg.numerics.plane_curve import PlaneCurve

MANY_SHEETS = ["degree nine", "atoms plus atoms", "three bulks", "three bulks product", "mp half power", "shifted square", "projections"]


def series_value(curve, z, terms):
    """G(z) far from the support by summing its moments."""
    return sum((complex(0, 0) + int(m.p) / int(m.q)) / z ** (k + 1) for k, m in enumerate([flint.fmpq(1), *curve.moments(terms)]))


@pytest.mark.parametrize("name", MANY_SHEETS)
def test_far_away_the_branch_is_the_moment_series(density, name):
    law = density(name)
    hull = max(abs(float(x)) for interval in law.support() for x in interval)
    for z in (4 * hull * 1j, 3.5 * hull + 2j * hull, -5 * hull + 0.5j):
        assert abs(complex(law.cauchy_ball(z, 15)) - series_value(law.curve, z, 60)) < 1e-14


@pytest.mark.parametrize("name", MANY_SHEETS)
def test_every_other_root_is_rejected_near_the_axis(density, name):
    law = density(name)
    branch = law.spectrum.branch
    rng = np.random.default_rng(7)
    low, high = float(law.support()[0][0]), float(law.support()[-1][1])
    accepted = rejected = 0
    for x, y in zip(rng.uniform(low, high, 6), 10.0 ** rng.uniform(-6, 0, 6), strict=True):
        z = flint.acb(float(x), float(y))
        with ball_precision(128):
            roots = law.curve.at(z).roots(tol=1e-25)
        verdicts = [branch.accepts(z, root) for root in roots]
        accepted, rejected = accepted + sum(verdicts), rejected + len(verdicts) - sum(verdicts)
        chosen = next(root for root, verdict in zip(roots, verdicts, strict=True) if verdict)
        assert chosen.overlaps(law.cauchy_ball(z, 20))
    assert accepted == 6 and rejected == 6 * (law.curve.degree - 1)


def test_the_root_of_largest_imaginary_part_is_wrong_and_rejected(density):
    law = density("degree nine")
    wrong = 0
    for x in np.linspace(-2.9, 0.8, 20):
        z = flint.acb(float(x), 0)
        with ball_precision(128):
            guess = min(law.curve.at(z).roots(tol=1e-25), key=lambda root: float(root.imag))
        wrong += not law.spectrum.branch.accepts(z, guess)
    assert wrong == 20


def test_two_branches_that_both_start_like_one_over_z():
    # (zG - 1)^2 = z G^3: 1/z + 1/z^2 + ... and 1/z - 1/z^2 + ...; only m_1 tells them apart
    coeffs = ((1,), (0, -2), (0, 0, 1), (0, -1))
    plus = PhysicalBranch(PlaneCurve(coeffs, lambda n: [flint.fmpq(1), flint.fmpq(3, 2)][:n]))
    minus = PhysicalBranch(PlaneCurve(coeffs, lambda n: [flint.fmpq(-1), flint.fmpq(3, 2)][:n]))
    z = flint.acb(30, 30)
    assert abs(complex(plus.ball(z, 60)) - (1 / complex(z) + 1 / complex(z) ** 2)) < 1e-4
    assert abs(complex(minus.ball(z, 60)) - (1 / complex(z) - 1 / complex(z) ** 2)) < 1e-4
    assert not plus.accepts(z, minus.ball(z, 60))


def test_a_germ_on_no_branch_is_refused():
    branch = PhysicalBranch(PlaneCurve(((1,), (0, -2), (0, 0, 1), (0, -1)), lambda n: [flint.fmpq(2)] * n))
    with pytest.raises(InvalidInput, match="germ coefficient m_1 = 2"):
        _ = branch.start


def test_a_curve_without_g_is_refused():
    with pytest.raises(InvalidInput, match="positive degree in G"):
        PlaneCurve(((1, 2),), lambda n: [0] * n)


def test_a_reducible_power_is_undecided():
    # (G^2 - zG + 1)^2: no number of moments separates a double branch
    with pytest.raises((Undecided, InvalidInput)):
        _ = PhysicalBranch(PlaneCurve(((1,), (0, -2), (2, 0, 1), (0, -2), (1,)), lambda n: [flint.fmpq(0)] * n)).start


def test_half_a_coin_is_not_a_law():
    # Rademacher to the free power 1/2: (z^2 - d^2) G^2 + (d - 2) z G + 1 - d at d = 1/2, times 4
    def moments(n):
        return [flint.fmpq([0, 1, 0, 0][k % 4], 2) if k < 4 else flint.fmpq(0) for k in range(1, n + 1)]

    law = AlgebraicDensity(PlaneCurve(((2,), (0, -6), (-1, 0, 4)), moments))
    with pytest.raises(NotALaw):
        law.cdf(0.0)


def test_a_ball_that_meets_the_axis_is_refused(density):
    with pytest.raises(InvalidInput, match="meets the real axis"):
        density("hessian").cauchy_ball(flint.acb(1, flint.arb(0, 0.1)))


def test_refinement_refuses_a_ball_that_is_too_wide(density):
    law = density("hessian")
    gap = next(gap for gap in law.spectrum.gaps if gap.positive)
    with pytest.raises(Undecided, match="smaller ball"):
        refine_root(law.curve.ball_rows, gap.state, flint.acb(flint.arb(float(gap.state.s.real), 1.0)), 60)


def test_at_a_pole_the_cauchy_transform_is_a_named_error(density):
    with pytest.raises(InvalidInput, match="G is infinite"):
        density("mp three").cauchy_ball(0)
    with pytest.raises(InvalidInput, match="G is infinite"):
        density("arcsine").cauchy_ball(2)
    assert abs(complex(density("semicircle").cauchy_ball(2)) - 1) < 1e-14


def test_a_double_point_of_the_curve_in_the_upper_half_plane(density):
    law = density("two cuts")
    for root in law.spectrum.branch.critical.all_points:
        if root.imag > 0:
            z = complex(root)
            beside = complex(law.cauchy_ball(z + 1e-7, 20))
            assert abs(complex(law.cauchy_ball(z, 20)) - beside) < 1e-6 / z.imag**2


def test_beside_an_atom_where_two_sheets_have_the_same_residue(curve_kit):
    # 4/5 delta_0 + 1/5 delta_2 times a three-point law: two sheets are 0.8/z + ... at 0 and part only in the constant term
    a = curve_kit.atoms({2: Fraction(1, 5), 0: Fraction(4, 5)})
    b = curve_kit.atoms({8: Fraction(3, 5), 2: Fraction(1, 5), 1: Fraction(1, 5)})
    law = AlgebraicDensity(curve_kit.curve(*curve_kit.product(a, b)))
    z = 8.25e-9 + 1.1e-8j
    assert [(float(atom.location), str(atom.mass.rational)) for atom in law.atoms()] == [(0.0, "4/5")]
    value = complex(law.cauchy_ball(z, 20))
    rest = value - 0.8 / z
    assert abs(value * z - 0.8) < 1e-7
    assert abs(rest - law.expect(lambda x: np.where(x == 0, 0.0, -1 / np.where(x == 0, 1.0, x)))) < 1e-6
    assert abs(law.cauchy(z) / value - 1) < 1e-13
