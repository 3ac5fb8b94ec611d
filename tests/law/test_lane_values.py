"""Values at the corners of lanes, conversions and branch selection, each by hand; every test here stands for a fault that was planted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sympy
from flint import acb, acb_poly, fmpq
from sympy import Rational, sqrt, symbols

import freealg as fa
from freealg.exact.closed_forms import equation_in, equation_of_r_transform
from freealg.exact.curve import Curve
from freealg.exact.elimination import irreducible_factors, without_roots
from freealg.exact.expansion import sequence_of
from freealg.exact.fields import Ring
from freealg.exact.germs import curve_germ
from freealg.exact.lagrange import moments_by_s_side
from freealg.exact.quadratic import r_root
from freealg.exact.s_series import power_moments
from freealg.exact.series import Sequence
from freealg.forms import CauchyEquation
from freealg.law.conversions import finished_curve
from freealg.law.express import express
from freealg.numerics.atoms import find_atoms
from freealg.numerics.branch import PhysicalBranch, refine_root
from freealg.numerics.plane_curve import PlaneCurve
from freealg.numerics.support import Spectrum
from freealg.numerics.tracking import BallState

G, g, m, r, t, z = symbols("G g m r t z")
HALF, THIRD, QUARTER = Rational(1, 2), Rational(1, 3), Rational(1, 4)
MP, P, SC = fa.MarchenkoPastur, fa.Projection, fa.Semicircle()


def test_a_negative_factor_turns_symbolic_intervals() -> None:
    (low, high), *_ = (1 - 2 * MP(ratio=r)).known_intervals()
    assert (low.subs(r, 4), high.subs(r, 4)) == (-17, -1)


def test_a_negative_factor_turns_the_sign() -> None:
    assert [(a * MP()).known_sign() for a in (2, -2)] == [1, -1]
    with pytest.raises(fa.NotALaw, match="reaches below zero"):
        (-2 * MP()).boxtimes_power(2)


def test_a_shift_moves_the_mean_alone() -> None:
    law = fa.boxplus(SC, MP())
    assert (2 * law + 5).free_cumulants(4) == [2 + 5, 4 * 2, 8, 16]


ATOMS: list[tuple[Callable[[], fa.Law], dict[object, object]]] = [
    (lambda: fa.boxtimes(P(THIRD), P(QUARTER)), {0: Rational(3, 4)}),
    (lambda: fa.boxtimes(P(Rational(3, 4)), P(HALF)), {0: HALF, 1: QUARTER}),
    (lambda: P(Rational(3, 4)).compress(HALF), {1: HALF}),
    (lambda: P(QUARTER).compress(HALF), {0: HALF}),
    (lambda: P(Rational(3, 4)).boxplus_power(2), {2: HALF}),
    (lambda: (2 * P(Rational(3, 4))).boxtimes_power(2), {0: QUARTER, 4: HALF}),
    (lambda: P(THIRD).boxtimes_power(2), {0: Rational(2, 3)}),
]


@pytest.mark.parametrize(("make", "atoms"), ATOMS)
def test_atoms_of_operations(make: Callable[[], fa.Law], atoms: dict[object, object]) -> None:
    assert make().atoms() == atoms


def test_the_s_transform_of_a_corner() -> None:
    assert sympy.simplify(MP(ratio=r).compress(t).s_transform(m) - 1 / (1 + r * t * m)) == 0


@pytest.mark.parametrize("law", [MP(), SC, P(THIRD), 2 * MP(ratio=HALF) - 1], ids=repr)
def test_the_cauchy_transform_of_a_square(law: fa.Law) -> None:
    point = Rational(1, 2) + 2 * sympy.I
    squared = complex(law.square().cauchy_transform(z).subs(z, point))
    moments = [complex(x) for x in [1, *law.square().moments(40)]]
    far = 40 + 70j
    assert complex(law.square().cauchy_transform(z).subs(z, far)) == pytest.approx(sum(x / far ** (k + 1) for k, x in enumerate(moments)), rel=1e-11)
    assert squared.imag < 0


def test_a_mixture_of_three_has_its_curve() -> None:
    law = fa.mixture({SC: HALF, P(HALF): THIRD, fa.Rademacher(): Rational(1, 6)})
    curve = express(law, CauchyEquation).curve
    start = next(k for k in range(12) if _begins(curve, law.moments(k)))
    found = curve_germ(curve, law.moments(start))
    assert [found.ring.to_sympy(x) for x in found.first(10)] == law.moments(10)


def _begins(curve: object, moments: list[sympy.Expr]) -> bool:
    try:
        curve_germ(curve, moments)  # type: ignore[arg-type]
    except fa.InvalidInput:
        return False
    return True


@pytest.mark.parametrize("law", [MP().boxtimes_power(HALF), MP(ratio=2).boxtimes_power(Rational(3, 2)), fa.boxtimes(P(HALF), SC)], ids=repr)
def test_a_germ_is_right_or_asks_for_more(law: fa.Law) -> None:
    """However many moments are given, the branch is the one of these moments, or it is said that they do not tell."""
    curve, wanted = express(law, CauchyEquation).curve, law.moments(12)
    counts = [k for k in range(10) if _begins(curve, wanted[:k])]
    assert counts
    for k in counts:
        found = curve_germ(curve, wanted[:k])
        assert [found.ring.to_sympy(x) for x in found.first(12)] == wanted


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("order", [2, 5, 9])
def test_roots_that_agree_for_long_are_told_apart(sign: int, order: int) -> None:
    """The two roots g + g^n sqrt(1 + g) and g - g^n sqrt(1 + g) of one equation have n equal coefficients."""
    transform = g + sign * g**order * sqrt(1 + g)
    raw, ring = equation_of_r_transform(transform, g)
    (curve,) = irreducible_factors(without_roots(raw, ring), ring)
    found = r_root(curve, sequence_of(transform, g), g)
    assert sympy.simplify((found - transform).subs(g, QUARTER)) == 0


def test_f_that_vanishes_at_0_is_no_hyperexponential() -> None:
    assert moments_by_s_side(1 / m, m) is None
    assert moments_by_s_side(1 / (m * (1 + m) ** r), m) is None


def test_mean_0_has_no_multiplicative_power() -> None:
    ring = Ring.of()
    with pytest.raises(fa.UndefinedMoments, match="mean 0"):
        power_moments(Sequence(ring, lambda n: [ring.scalar(k % 2 == 0) for k in range(1, n + 1)]), sympy.Integer(2))


def test_a_signed_measure_is_refused() -> None:
    """2 delta_0 minus a semicircle: a germ with real moments whose Im G is positive on (-2, 2)."""
    catalan = [(-sympy.catalan(k // 2) if k % 2 == 0 else 0) for k in range(1, 200)]
    curve = PlaneCurve(((4, 0, -1), (0, -4, 0, 1), (0, 0, 1)), lambda n: [int(c) for c in catalan[:n]])
    with pytest.raises(fa.NotALaw, match="Im G"):
        _ = Spectrum(PhysicalBranch(curve)).intervals


def test_an_equation_that_other_moments_do_not_solve_is_refused() -> None:
    with pytest.raises(fa.InvalidInput, match="no branch"):
        fa.from_cauchy_equation(G**2 - z * G + 1, G, z, moments=[0, 2])


def test_several_factors_and_no_moments_are_not_guessed() -> None:
    """Far out z G - 1 is -i/z for this law, 0 and 1/z on the branches of the factors; only one factor of the second product has z G -> 1."""
    with pytest.raises(fa.Undecided, match="2 germs"):
        finished_curve(fa.Cauchy(), *equation_in((z * G - 1) * (z**2 * G - z - 1), G, z), lambda: None)
    chosen = finished_curve(fa.Cauchy(), *equation_in((z * G - 1) * (z * G - 2), G, z), lambda: None)
    assert chosen.curve.to_sympy(G, z) == sympy.Poly(z * G - 1, G, z)


def test_branches_that_differ_in_the_next_moment_are_not_told_apart() -> None:
    poly, ring = equation_in((z**2 * G - z - 1) * (z**2 * G - z - 2), G, z)
    curve = Curve(ring, poly)
    with pytest.raises(fa.InvalidInput, match="give more"):
        curve_germ(curve)
    for mean in (1, 2):
        found = curve_germ(curve, [sympy.Integer(mean)])
        assert [found.ring.to_sympy(x) for x in found.first(3)] == [mean, 0, 0]


def test_a_root_keeps_its_sign_where_its_value_at_0_is_a_symbol() -> None:
    transform = r * sqrt(1 + g / r**2)
    raw, ring = equation_of_r_transform(transform, g)
    (curve,) = irreducible_factors(without_roots(raw, ring), ring)
    found = r_root(curve, sequence_of(transform, g), g)
    assert sympy.simplify(found.subs({r: -2, g: 1}) + sqrt(5)) == 0


def test_an_atom_at_the_right_end_of_the_support() -> None:
    """Half a semicircle, half a point mass at 2: the residue is seen from the left."""
    moments = [fmpq(int(sympy.catalan(k // 2)) * (k % 2 == 0) + 2**k, 2) for k in range(1, 200)]
    curve = PlaneCurve(((5, -6, 2), (8, -12, 8, -2), (16, -16, 4)), lambda n: moments[:n])
    (atom,) = find_atoms(Spectrum(PhysicalBranch(curve)))
    assert (float(atom.location), float(atom.mass)) == (2, 0.5)


def test_a_root_outside_its_certified_disc_is_not_taken() -> None:
    """Newton from 0.6 finds the root 1 of v^2 - v, which the disc of radius 0.2 does not hold."""
    rows = [acb_poly([c]) for c in (0, -1, 1)]
    near = BallState(acb(0), acb(0.9), 0j, 0.0, 0.2, 1.0)
    assert abs(refine_root(rows, near, acb(0), 100) - 1) < 1e-20
    with pytest.raises(fa.Undecided, match="not separated"):
        refine_root(rows, near._replace(g=acb(0.6)), acb(0), 100)
