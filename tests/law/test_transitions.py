"""Parameters at which bulks merge or split: against counting, and against what is known in closed form."""

import pytest
import sympy as sp
from sympy import CRootOf, Rational

import freealg as fa
from freealg.law.transitions import critical_values

a, d, epsilon, p, phi, q, s = sp.symbols("a d epsilon p phi q s")
HALF, THIRD = Rational(1, 2), Rational(1, 3)
THREE = fa.Discrete({-1: THIRD, 0: THIRD, 1: THIRD})


def _bulks(law, symbol, value):
    return len(law.subs({symbol: value}).support_intervals())


def _merging_ratio(masses):
    """(t_2 - t_1)^2/((p_1 t_1^2)^(1/3) + (p_2 t_2^2)^(1/3))^3, where the two bulks of MarchenkoPastur [x] two atoms meet."""
    (t1, p1), (t2, p2) = masses.items()
    return (t2 - t1) ** 2 / (sp.cbrt(p1 * t1**2) + sp.cbrt(p2 * t2**2)) ** 3


@pytest.mark.parametrize("masses", [{1: HALF, 8: HALF}, {1: HALF, 27: HALF}, {1: HALF, 3: HALF}, {1: THIRD, 5: Rational(2, 3)}], ids=str)
def test_two_bulks_of_marchenko_pastur_and_two_atoms_merge(masses):
    law = fa.boxtimes(fa.MarchenkoPastur(ratio=phi), fa.Discrete(masses))
    (found,) = critical_values(law, phi)
    assert abs(sp.N(found - _merging_ratio(masses), 40)) < 1e-35
    below, above = (sp.Rational(str(sp.N(found, 12))) + shift for shift in (-Rational(1, 10**4), Rational(1, 10**4)))
    assert (_bulks(law, phi, below), _bulks(law, phi, above)) == (2, 1)


def test_the_semicircle_that_closes_a_gap_of_two_atoms():
    """±a under a semicircle of variance s: the gap closes at s = a^2."""
    law = fa.boxplus(fa.Semicircle(variance=s), fa.Discrete({-a: HALF, a: HALF}))
    assert law.critical_values(s) == [a**2]
    assert law.subs({a: 3}).critical_values("s") == [9]
    assert law.subs({s: 1}).critical_values(a) == [-1, 1]


def test_three_atoms_have_an_algebraic_value():
    """s (s + 3)^2 = 4."""
    (found,) = fa.boxplus(fa.Semicircle(variance=s), THREE).critical_values(s)
    assert isinstance(found, CRootOf)
    assert abs(sp.N(found * (found + 3) ** 2 - 4, 40)) < 1e-35


def test_a_value_at_which_the_count_differs_from_both_sides():
    """Two projections have two bulks, and one where the traces are equal or add up to 1; at trace 1/3 and p = 2/3 the bulks keep apart."""
    law = fa.boxplus(fa.Projection(p), fa.Projection(THIRD))
    assert law.critical_values(p) == [THIRD]
    assert [_bulks(law, p, value) for value in (Rational(3, 10), THIRD, Rational(4, 10), Rational(2, 3))] == [2, 1, 2, 2]
    assert set(fa.boxplus(fa.Projection(p), fa.Projection(q)).critical_values(p)) >= {q, 1 - q}


def test_the_hessian_of_more_parameters_than_data():
    law = fa.nets.Hessian(2, epsilon)
    (found,) = law.critical_values(epsilon)
    assert sp.expand(found - (sp.cbrt(2) - 1) ** 3) == 0
    assert (_bulks(law, epsilon, Rational(17, 1000)), _bulks(law, epsilon, Rational(18, 1000))) == (2, 1)
    assert fa.nets.Hessian(HALF, epsilon).critical_values(epsilon) == []


def test_the_hessian_with_symbols():
    """phi (phi^(1/3) - 1)^3/2: where K' = K'' = 0 for K = 1/g + 1/(1 - phi g) + 2 epsilon g."""
    (found,) = fa.nets.Hessian(phi, epsilon).critical_values(epsilon)
    x = sp.Symbol("x", positive=True)
    assert sp.expand(found.subs(phi, x**3) - x**3 * (x - 1) ** 3 / 2) == 0


def test_merging_with_symbols():
    """The pure cubic of two atoms 1 and a of mass 1/2 under Marchenko–Pastur."""
    law = fa.boxtimes(fa.MarchenkoPastur(ratio=phi), fa.Discrete({1: HALF, a: HALF}))
    found = law.critical_values(phi)[0]
    for location in (8, 3, Rational(1, 5)):
        assert abs(sp.N(found.subs(a, location) - _merging_ratio({1: HALF, location: HALF}), 40)) < 1e-35


def test_laws_of_one_bulk_have_none():
    assert fa.MarchenkoPastur(ratio=phi).critical_values(phi) == []
    assert fa.boxtimes(fa.MarchenkoPastur(ratio=phi), fa.MarchenkoPastur()).critical_values(phi) == []


def test_the_null_space_splits_off():
    """The atom 1 - 1/phi of Marchenko–Pastur, made wide by a semicircle, is a bulk of its own from phi = 2 + sqrt(5) on."""
    law = fa.boxplus(fa.MarchenkoPastur(ratio=phi), fa.Semicircle())
    assert law.critical_values(phi) == [2 + sp.sqrt(5)]
    assert [_bulks(law, phi, value) for value in (Rational(423, 100), Rational(424, 100))] == [1, 2]


def test_a_power_below_one_is_no_candidate():
    """The only roots of the locus are 0 and 1, and below 1 the free power does not exist."""
    assert fa.boxplus(fa.Rademacher().boxplus_power(d), fa.Rademacher()).critical_values(d) == []


def test_refusals():
    law = fa.boxplus(fa.Semicircle(variance=s), fa.Discrete({0: 1 - p, a: p}))
    with pytest.raises(fa.InvalidInput, match="no parameter named 'phi'"):
        law.critical_values(phi)
    with pytest.raises(fa.NoClosedForm, match=r"degree above 2; give numbers for the other parameters"):
        law.critical_values(a)
    with pytest.raises(fa.NoClosedForm, match="not polynomial in q"):
        fa.nets.Jacobian("hard_tanh", depth=2, q=q).critical_values(q)
