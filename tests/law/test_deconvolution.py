"""Free deconvolution and powers below 1: what exists is proved to, and what does not is refused with a proof."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from sympy import Rational, Symbol, pi, symbols

import freealg as fa
from freealg.forms import CauchyEquation
from freealg.law.express import express
from freealg.law.operations.free_difference import FreeDifference
from freealg.law.operations.free_power import FreePower
from freealg.law.operations.free_quotient import FreeQuotient
from freealg.law.operations.multiplicative_power import MultiplicativePower
from freealg.numerics.branch import PhysicalBranch
from freealg.numerics.plane_curve import PlaneCurve
from freealg.numerics.subordination_zero import critical_point
from freealg.numerics.support import Spectrum
from freealg.numerics.upper_sheet import require_cauchy_transform
from freealg.testing.strategies import laws, positive_laws

HALF = Rational(1, 2)
SC, MP, R, P = fa.Semicircle, fa.MarchenkoPastur, fa.Rademacher, fa.Projection
G, z = symbols("G z")

SUMS = [
    (fa.KestenMcKay(3), R(), fa.Arcsine()),
    (SC(variance=3), SC(variance=1, mean=2), SC(mean=-2, variance=2)),
    (MP(ratio=HALF, variance=2), fa.FreePoisson(rate=1, jump=1), fa.FreePoisson(rate=1, jump=1)),
    (fa.Arcsine(), R(), R()),
]


@pytest.mark.parametrize(("whole", "part", "rest"), SUMS, ids=repr)
def test_difference_by_every_lane(whole: fa.Law, part: fa.Law, rest: fa.Law) -> None:
    found = fa.boxminus(whole, part)
    assert found.moments(12) == rest.moments(12)
    assert found.cauchy_equation(G, z) == rest.cauchy_equation(G, z)
    assert found.support_intervals() == rest.support_intervals()
    assert found.atoms() == rest.atoms()
    assert np.allclose(found.cdf(np.linspace(-3, 8, 23)), rest.cdf(np.linspace(-3, 8, 23)), atol=1e-12)
    assert fa.boxplus(found, part).cauchy_equation(G, z) == whole.cauchy_equation(G, z)


QUOTIENTS = [
    (fa.FussCatalan(2), MP(), MP()),
    (fa.FussCatalan(3), fa.FussCatalan(2), MP()),
    (fa.FreeBessel(2, 3), fa.FreePoisson(rate=3), MP()),
]


@pytest.mark.parametrize(("whole", "part", "rest"), QUOTIENTS, ids=repr)
def test_quotient_by_every_lane(whole: fa.Law, part: fa.Law, rest: fa.Law) -> None:
    found = fa.boxdivide(whole, part)
    assert found.moments(12) == rest.moments(12)
    assert found.cauchy_equation(G, z) == rest.cauchy_equation(G, z)
    assert found.support_intervals() == rest.support_intervals()
    assert fa.boxtimes(found, part).cauchy_equation(G, z) == whole.cauchy_equation(G, z)


def test_a_quotient_with_irrational_series() -> None:
    whole, part = fa.boxtimes(MP(), fa.Discrete({1: HALF, 4: HALF})), fa.Discrete({1: HALF, 4: HALF})
    formal = FreeQuotient(whole, part)
    assert formal.moments(10) == MP().moments(10)
    assert formal.cauchy_equation(G, z) == MP().cauchy_equation(G, z)
    assert fa.boxdivide(whole, part) == MP()


@settings(max_examples=12)
@given(laws(4), laws(2))
def test_a_sum_less_a_term_is_the_other(mu: fa.Law, nu: fa.Law) -> None:
    assert FreeDifference(fa.boxplus(mu, nu), nu).moments(8) == mu.moments(8)
    assert fa.boxminus(fa.boxplus(mu, nu), nu).moments(8) == mu.moments(8)


@settings(max_examples=12)
@given(positive_laws(4), positive_laws(2))
def test_a_product_divided_by_a_factor_is_the_other(mu: fa.Law, nu: fa.Law) -> None:
    assert FreeQuotient(fa.boxtimes(mu, nu), nu).moments(8) == mu.moments(8)


def test_a_law_less_itself_is_a_point() -> None:
    assert fa.boxminus(fa.Gaussian(), fa.Gaussian()).atoms() == {0: 1}
    assert fa.boxminus(SC(), SC()).moments(4) == [0, 0, 0, 0]
    assert fa.boxdivide(MP(), MP()).moments(4) == [1, 1, 1, 1]


def test_common_terms_are_taken_off() -> None:
    assert fa.boxminus(fa.boxplus(fa.Gaussian(), R()), R()) == fa.Gaussian()
    assert fa.boxminus(R().boxplus_power(3), R()) == R().boxplus_power(2)
    assert fa.boxminus(fa.boxplus(R(), SC(), P(HALF)), fa.boxplus(P(HALF), R())) == SC()
    assert fa.boxdivide(MP().boxtimes_power(HALF + 2), MP()) == MP().boxtimes_power(HALF + 1)


REFUSED: list[tuple[Callable[[], object], type[fa.FreeAlgError], str]] = [
    (lambda: fa.boxminus(SC(), SC(variance=2)), fa.NotALaw, "order 2 is -1"),
    (lambda: fa.boxminus(R(), SC(variance=Rational(1, 100))), fa.NotALaw, "order 3"),
    (lambda: fa.boxminus(fa.Cauchy(), fa.Cauchy(scale=2)), fa.NotALaw, "pole at 0 \\+ 1i"),
    (lambda: fa.boxminus(fa.Gaussian(variance=2), fa.Gaussian()), fa.Undecided, "not algebraic"),
    (lambda: fa.boxminus(SC(), 1), fa.InvalidInput, "takes laws, not int"),
    (lambda: fa.boxdivide(MP(), fa.FussCatalan(2)), fa.NotALaw, "order 2 is -1"),
    (lambda: fa.boxdivide(SC(), MP()), fa.UndefinedMoments, "mean 0"),
    (lambda: fa.boxdivide(MP(), fa.Cauchy()), fa.UndefinedMoments, "no moments"),
    (lambda: R().boxplus_power(HALF), fa.NotALaw, "order 3 is -1/8"),
    (lambda: fa.Uniform(-1, 1).boxplus_power(Rational(99, 100)), fa.NotALaw, r"branch point in the upper half plane at -0.99169\d*\+0.00064"),
    (lambda: fa.Discrete({1: HALF, 2: HALF}).boxtimes_power(HALF), fa.NotALaw, "in units of the mean"),
    (lambda: MP(ratio=2).boxtimes_power(HALF), fa.NotALaw, "order 6"),
    (lambda: fa.boxplus(fa.Uniform(-1, 1), SC()).boxplus_power(HALF), fa.Undecided, "open"),
]


@pytest.mark.parametrize(("action", "kind", "text"), REFUSED, ids=[text for *_, text in REFUSED])
def test_refused(action: Callable[[], object], kind: type[fa.FreeAlgError], text: str) -> None:
    with pytest.raises(kind, match=text):
        action()


def _by_the_sheet(law: fa.Law) -> str | None:
    equation = express(law, CauchyEquation)
    try:
        require_cauchy_transform(Spectrum(PhysicalBranch(PlaneCurve(equation.curve.integer_rows(), equation.germ.first))))
    except fa.NotALaw as error:
        return str(error)
    return None


@pytest.mark.parametrize("law", [FreePower(R(), HALF), FreePower(P(Rational(1, 3)), Rational(9, 10)), FreeDifference(R(), SC(variance=HALF)),
                                 MultiplicativePower(MP(ratio=2), HALF), FreePower(fa.Arcsine(), Rational(1, 4))], ids=repr)  # fmt: skip
def test_the_sheet_and_the_determinants_agree_on_what_is_no_law(law: fa.Law) -> None:
    assert _by_the_sheet(law) is not None
    assert any(value < 0 for value in law.hankel_determinants(8))


def test_a_branch_point_where_no_small_determinant_is_negative() -> None:
    law = FreePower(fa.boxplus(SC(variance=2), R()), Rational(6, 10))
    assert all(value > 0 for value in law.hankel_determinants(9))
    assert "branch point" in str(_by_the_sheet(law))
    with pytest.raises(fa.NotALaw, match="branch point|Hankel"):
        fa.boxplus(SC(variance=2), R()).boxplus_power(Rational(6, 10))


@pytest.mark.parametrize("t", [HALF, Rational(7, 10), Rational(9, 10)])
def test_the_free_power_of_semicircle_and_two_points_exists_from_its_threshold_on(t: Rational) -> None:
    """(sc(s) [+] Rademacher)^[+]t = sc(t s) [+] R^[+]t exists iff sc(t s)'s share makes up for Rademacher's: both proofs must agree."""
    for s in (1, 4, 16):
        base = fa.boxplus(SC(variance=s), R())
        formal = FreePower(base, t)
        exists = _by_the_sheet(formal) is None
        if exists:
            assert base.boxplus_power(t).moments(6) == formal.moments(6)
            assert all(value > 0 for value in formal.hankel_determinants(10))
            x = np.linspace(-20, 20, 4001)
            assert np.trapezoid(formal.pdf(x), x) == pytest.approx(1, abs=1e-3)
        else:
            with pytest.raises(fa.NotALaw):
                base.boxplus_power(t)


@settings(max_examples=10)
@given(laws(4))
def test_every_law_passes_the_sheet(mu: fa.Law) -> None:
    assert _by_the_sheet(mu) is None


def test_the_branch_point_of_the_uniform_power_is_where_its_inverse_turns() -> None:
    t = Rational(99, 100)
    w, place = critical_point(fa.Uniform(-1, 1).cauchy_transform(z), z, t, [1.0], 2.0) or (0j, 0j)

    def inverse(w: complex) -> complex:
        below = 0.5 * (np.log(1 + w) - np.log(1 - w) - 1j * np.pi)
        return complex(0.99 * w + 0.01 / below)

    step = 1e-6
    assert inverse(w) == pytest.approx(place, abs=1e-12)
    assert place == pytest.approx(0.99170 + 0.00064j, abs=1e-5)
    assert abs((inverse(w + step) - inverse(w - step)) / (2 * step)) < 1e-4


def test_symbols_are_checked_when_they_are_bound() -> None:
    s = Symbol("s", positive=True)
    formal = fa.boxminus(SC(variance=s), SC())
    assert formal.free_cumulants(2) == [0, s - 1]
    assert formal.subs({"s": 3}).variance() == 2
    with pytest.raises(fa.NotALaw):
        formal.subs({"s": HALF})
    with pytest.raises(fa.NotALaw):
        fa.boxdivide(MP(ratio=s), MP(ratio=HALF)).subs({"s": Rational(1, 4)})


def test_transcendental_parameters_and_laws_without_moments() -> None:
    assert fa.boxminus(SC(variance=pi), SC()).pdf(0.0) == pytest.approx(1 / (np.pi * np.sqrt(np.pi - 1)), rel=1e-14)
    assert fa.boxminus(fa.Cauchy(scale=3), fa.Cauchy()).pdf(1.0) == pytest.approx(fa.Cauchy(scale=2).pdf(1.0), rel=1e-12)


def test_they_persist_and_parse() -> None:
    for law in (fa.boxminus(fa.KestenMcKay(3), R()), fa.boxdivide(fa.FussCatalan(2), MP())):
        assert fa.from_json(law.to_json()) == law == pickle.loads(pickle.dumps(law))
    assert fa.parse("boxminus(sc(0, 3), sc(0, 1))") == fa.boxminus(SC(variance=3), SC())
    assert fa.parse("boxdivide(fuss_catalan(2), mp(1))") == fa.boxdivide(fa.FussCatalan(2), MP())
    text = FreePower(R(), HALF).to_json()
    with pytest.raises(fa.NotALaw):
        fa.from_json(text)


def test_a_difference_is_explained() -> None:
    text = str(fa.boxminus(fa.KestenMcKay(3), R()).explain("cauchy_equation"))
    assert "z = y_1 - y_2 + 1/G" in text
    assert "(z**2 - 4)*G**2 - 1 = 0" in text


def test_how_operations_are_written() -> None:
    p = Symbol("p")
    assert repr(fa.boxminus(SC(variance=3), SC())) == "boxminus(Semicircle(variance=3), Semicircle())"
    assert repr(MP().boxtimes_power(3).compress(HALF)) == "MarchenkoPastur().boxtimes_power(3).compress(1/2)"
    assert repr((2 * MP() + 1).square()) == "MarchenkoPastur().affine(2, 1).square()"
    assert repr(MP(ratio=HALF).inverse()) == "MarchenkoPastur(ratio=1/2).inverse()"
    assert repr(fa.mixture({SC(): HALF, MP(): HALF}).mobius(1, 0, 1, 9)) == "mixture({Semicircle(): 1/2, MarchenkoPastur(): 1/2}).mobius(1, 0, 1, 9)"
    assert P(p).boxplus_power(3).latex() == r"\left(\left(1 - p\right) \delta_{0} + p \delta_{1}\right)^{\boxplus 3}"
