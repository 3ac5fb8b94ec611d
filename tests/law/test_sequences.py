"""Closed forms in the order, recurrences and long lists of moments, against short exact lists."""

from __future__ import annotations

import pytest
import sympy
from sympy import Rational, symbols

import freealg as fa
from freealg.exact.series import moments_from_cumulants
from freealg.forms import FreeCumulants
from freealg.law.express import express

k, r, s = symbols("k r s")
HALF = Rational(1, 2)
CLOSED = [
    fa.Semicircle(variance=s),
    fa.MarchenkoPastur(),
    fa.MarchenkoPastur(ratio=r),
    fa.FreePoisson(rate=r, jump=s),
    fa.FussCatalan(s),
    fa.Rademacher(),
    fa.Projection(s),
    fa.Arcsine(),
    fa.Uniform(0, s),
    fa.Gaussian(variance=s),
    fa.KestenMcKay(3),
    fa.nets.universal_jacobian("smooth", s),
    fa.nets.Jacobian("linear", depth=s),
    fa.nets.Jacobian("relu", depth=s),
]


@pytest.mark.parametrize("law", CLOSED, ids=repr)
def test_moment_in_closed_form(law: fa.Law) -> None:
    closed = law.moment(k)
    for n, value in enumerate(law.moments(5), 1):
        assert sympy.simplify(closed.subs(k, n).doit() - value) == 0


@pytest.mark.parametrize("law", [fa.Semicircle(r, s), fa.FreePoisson(rate=r, jump=s), fa.KestenMcKay(3), fa.Arcsine(), fa.Projection(HALF)], ids=repr)
def test_free_cumulant_in_closed_form(law: fa.Law) -> None:
    closed = law.free_cumulant(k)
    for n, value in enumerate(law.free_cumulants(6), 1):
        assert sympy.simplify(closed.subs(k, n).doit() - value) == 0


def test_no_closed_form_is_said() -> None:
    with pytest.raises(fa.NoClosedForm, match="ask for numbers"):
        fa.nets.Hessian(HALF, HALF).moment(k)
    with pytest.raises(fa.InvalidInput):
        fa.Semicircle().moment(-1)
    with pytest.raises(fa.InvalidInput):
        fa.Semicircle().moment(k + 1)
    assert fa.Cauchy().why_no_moments() is not None
    with pytest.raises(fa.UndefinedMoments):
        fa.Cauchy().moment(k)


@pytest.mark.parametrize(
    "law",
    [fa.nets.Hessian(HALF, Rational(1, 8)), fa.boxtimes(fa.MarchenkoPastur(), fa.Projection(Rational(1, 3))), fa.boxplus(fa.Rademacher(), fa.Arcsine(3))],
    ids=repr,
)
def test_long_lists_against_the_cumulant_route(law: fa.Law) -> None:
    sequence = express(law, FreeCumulants).sequence
    expected = [sequence.ring.to_sympy(value) for value in moments_from_cumulants(sequence.first(80))]
    assert law.moments(80) == expected
    assert law.moment(80) == expected[-1]
    assert law.recurrence().moments(60) == expected[:60]
    assert law.recurrence().status.startswith("proved")


def test_jacobi_coefficients_of_known_laws() -> None:
    assert fa.Arcsine().jacobi_coefficients(4) == ([0, 0, 0, 0], [2, 1, 1])
    assert fa.MarchenkoPastur().jacobi_coefficients(3) == ([1, 2, 2], [1, 1])
    nodes, weights = fa.Semicircle().gauss_quadrature(6)
    for n, value in enumerate(fa.Semicircle().moments(11), 1):
        assert sum(weights * nodes**n) == pytest.approx(float(value), abs=1e-12)
    assert fa.Rademacher().hankel_determinants(3) == [1, 1, 0]
    z = sympy.Symbol("z")
    fraction = fa.MarchenkoPastur().continued_fraction(8, z)
    assert complex(fraction.subs(z, 9 + 3j)) == pytest.approx(fa.MarchenkoPastur().cauchy(9 + 3j), rel=1e-6)


def test_asymptotics_of_moments() -> None:
    law = fa.nets.Hessian(HALF, Rational(1, 8))
    ratio = law.moment(400) / law.moment_asymptotics(k).subs(k, 400)
    assert float(ratio) == pytest.approx(1, abs=5e-3)


def test_integers_beyond_python_printing() -> None:
    law = fa.MarchenkoPastur()
    assert law.moment(20_000) > 10**12_000
    table = fa.FreePoisson(rate=10**5000).moment_table(1)
    assert len(table.csv()) > 10_000 and len(str(table)) > 100


@pytest.mark.parametrize(
    "law",
    [
        fa.Gaussian(), fa.Gaussian(Rational(-2, 3), Rational(5, 7)), fa.Gaussian(sympy.sqrt(2), 3), fa.Gaussian(sympy.Symbol("a"), sympy.Symbol("s")),
        fa.Uniform(-1, 1), fa.Uniform(Rational(-1, 2), 3), fa.Uniform(0, sympy.Symbol("b", positive=True)),
    ],
    ids=str,
)  # fmt: skip
def test_laws_without_an_equation_state_their_recurrence(law):
    recurrence = law.recurrence()
    assert [sympy.expand(a - b) for a, b in zip(recurrence.moments(9), law.moments(9), strict=True)] == [0] * 9
    assert sympy.expand(recurrence.moment(12) - law.moments(12)[-1]) == 0


def test_moments_of_a_square_of_squares_are_those_of_the_law():
    """Squared ten times, m_n is the Catalan number of 512 n; the germ of the semicircle to order 20,480 took minutes."""
    law = fa.Semicircle()
    for _ in range(10):
        law = law.square()
    assert law.moments(20) == [sympy.catalan(512 * n) for n in range(1, 21)]
    thrice = fa.boxplus(fa.MarchenkoPastur(), fa.Rademacher()).square().square().square()
    assert thrice.moments(20) == fa.boxplus(fa.MarchenkoPastur(), fa.Rademacher()).moments(160)[7::8]
