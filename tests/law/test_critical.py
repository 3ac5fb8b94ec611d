"""Critical parameters: by elimination here, by SymPy's discriminant, and by where the edge really is."""

import pytest
import sympy
from sympy import Rational, Symbol, symbols

import freealg as fa
from freealg.cli.demo import critical_energy
from freealg.law.critical import critical_factors, critical_values

phi, eps, s, delta = symbols("phi eps s delta")
G, z = symbols("G z")
HESSIAN = fa.boxplus(fa.MarchenkoPastur(ratio=phi), fa.Semicircle(variance=2 * eps))
PUBLISHED = (1 - 20 * phi - 8 * phi**2 + (1 + 8 * phi) ** Rational(3, 2)) / 16  # Pennington and Bahri (2017)


def test_the_critical_energy_is_the_published_one():
    _, energy = critical_energy(HESSIAN)
    assert sympy.simplify(energy - PUBLISHED) == 0


def test_the_factor_divides_sympys_discriminant():
    factor, _ = critical_energy(HESSIAN)
    discriminant = sympy.discriminant(HESSIAN.cauchy_equation(G, z).as_expr().subs(z, 0), G)
    assert sympy.rem(discriminant, factor.as_expr(), eps) == 0


def test_its_expansion_at_ratio_one():
    _, energy = critical_energy(HESSIAN)
    series = sympy.series(energy.subs(phi, 1 - delta), delta, 0, 6).removeO()
    assert series.expand() == 2 * delta**3 / 27 + 2 * delta**4 / 81 + 8 * delta**5 / 729


@pytest.mark.parametrize("ratio", [Rational(1, 8), Rational(3, 8), Rational(5, 8)])
def test_the_lower_edge_is_at_zero_there(ratio):
    _, energy = critical_energy(HESSIAN)
    value = Rational(str(sympy.N(energy.subs(phi, ratio), 40)))
    low, _ = HESSIAN.subs({phi: ratio, eps: value}).support_intervals()[0]
    assert abs(float(low)) < 1e-12
    above, _ = HESSIAN.subs({phi: ratio, eps: value + Rational(1, 1000)}).support_intervals()[0]
    assert float(above) < 0


def test_a_gap_closes_at_variance_one():
    law = fa.boxplus(fa.Semicircle(variance=s), fa.Rademacher())
    assert critical_values(law, s) == [0, 1]
    assert len(law.subs({s: Rational(99, 100)}).support_intervals()) == 2
    assert len(law.subs({s: Rational(101, 100)}).support_intervals()) == 1


def test_another_point_than_zero():
    assert critical_values(fa.Semicircle(variance=s), s, point=3) == [Rational(9, 4)]


def test_parameters_match_by_name():
    law = fa.Semicircle(variance=s)
    assert critical_values(law, Symbol("s", positive=True), point=2) == critical_values(law, "s", 2) == [1]


def test_refusals():
    with pytest.raises(fa.InvalidInput, match="no parameter"):
        critical_values(HESSIAN, "x")
    with pytest.raises(fa.InvalidInput, match="rational"):
        critical_values(HESSIAN, eps, sympy.sqrt(2))
    with pytest.raises(fa.NoClosedForm, match="of degree above 2"):
        critical_values(HESSIAN, phi, point=1)
    assert max(factor.degree() for factor in critical_factors(HESSIAN, phi, point=1)) > 2
