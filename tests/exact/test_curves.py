"""Curves, eliminations and closed forms: each operation against the moments that its lanes give without any curve."""

from __future__ import annotations

import pytest
import sympy
from sympy import Rational, sqrt, symbols

import freealg as fa
from freealg.exact.closed_forms import equation_in, equation_of_cauchy_transform, equation_of_r_transform, equation_of_s_transform
from freealg.exact.curve import Curve
from freealg.exact.elimination import choose_factor, elimination_budget, irreducible_factors, predicted_size, without_roots
from freealg.exact.expansion import sequence_of
from freealg.exact.fields import Ring
from freealg.exact.germs import curve_germ
from freealg.exact.series import Sequence, moments_from_cumulants
from freealg.forms import CauchyEquation
from freealg.law.express import express

G, z, g, m, p, q, r, t, phi, eps = symbols("G z g m p q r t phi epsilon")
HALF = Rational(1, 2)
SYMBOLIC = [
    fa.boxplus(fa.MarchenkoPastur(ratio=phi), fa.Semicircle(variance=2 * eps)),
    fa.boxplus(fa.Projection(p), fa.Projection(q)),
    fa.boxplus(fa.Discrete({0: HALF, p: HALF}), fa.Discrete({-1: HALF, 1: HALF})),
    fa.boxtimes(fa.MarchenkoPastur(ratio=r), fa.Projection(p)),
    fa.boxtimes(fa.Projection(p), fa.Projection(q)),
    fa.boxtimes(fa.MarchenkoPastur(ratio=r), fa.Semicircle()),
    fa.Projection(p).boxplus_power(t),
    fa.Projection(p).compress(t),
    fa.Projection(p).boxtimes_power(Rational(3, 2)),
    fa.MarchenkoPastur().boxtimes_power(HALF),
    p * fa.Arcsine(r) + q,
    fa.Semicircle(p, r).square(),
    fa.mixture({fa.Semicircle(): p, fa.MarchenkoPastur(ratio=r): 1 - p}),
    fa.mixture({fa.Semicircle(): p, fa.MarchenkoPastur(): HALF, fa.Rademacher(): HALF - p}),
    fa.MarchenkoPastur(ratio=r).inverse(),
    fa.CompoundFreePoisson(r, fa.Discrete({1: p, 2: 1 - p})),
    fa.Semicircle(variance=sqrt(2)),
    fa.Semicircle(mean=sqrt(r)),
]


@pytest.mark.parametrize("law", SYMBOLIC, ids=repr)
def test_the_curve_has_the_moments_of_the_lanes(law: fa.Law) -> None:
    equation = law.cauchy_equation(G, z)
    assert len(equation.factor_list()[1]) == 1 and equation.factor_list()[1][0][1] == 1
    values = dict(zip((p, q, r, t, phi, eps), map(Rational, ("1/4", "2/5", "4/9", "3", "1/7", "5/11")), strict=True))
    w = sympy.Symbol("w")
    moments = [sympy.expand(value.subs(values)) for value in law.moments(8)]
    field = {"domain": "QQ"} if all(value.is_Rational for value in moments) else {"extension": [sqrt(2)]}
    germ = sympy.Poly([0, 1, *moments][::-1], w, **field)
    top = equation.degree(z)
    terms = [germ**j * sympy.Poly(c.subs(values) * w ** (top - i), w, **field) for (j, i), c in equation.terms()]
    residual = sum(terms[1:], terms[0])
    assert [residual.coeff_monomial(w**k) for k in range(10)] == [0] * 10


def test_algebraic_constants_are_eliminated() -> None:
    """sqrt(2) and sqrt(3) leave an equation of degree 12 over Q, which the physical branch satisfies."""
    law = fa.boxplus(fa.Semicircle(variance=sqrt(2)), fa.Discrete({sqrt(3): HALF, 0: HALF}))
    equation = law.cauchy_equation(G, z)
    assert equation.domain == sympy.ZZ and equation.degree(G) == 12
    point = sympy.Rational(7) + 9 * sympy.I
    series = sum(value / point ** (k + 1) for k, value in enumerate([sympy.Integer(1), *law.moments(60)]))
    root = sympy.N(series, 40)
    terms = [sympy.N(c * root**j * point**i, 40) for (j, i), c in equation.terms()]
    assert abs(sum(terms)) < sympy.Float("1e-12") * max(map(abs, terms))
    assert law.expect(lambda x: x**2) == pytest.approx(float(law.moments(2)[1]), rel=1e-10)


def test_the_cubic_of_the_hessian_has_constant_minus_one() -> None:
    expected = 2 * eps * phi * G**3 - (2 * eps + z * phi) * G**2 + (z + phi - 1) * G - 1
    assert sympy.expand(SYMBOLIC[0].cauchy_equation(G, z).as_expr() - expected) == 0


@pytest.mark.parametrize(
    ("raw", "moments"),
    [
        (equation_of_r_transform((g - 1 + sqrt((1 - g) ** 2 + 4 * p * g)) / (2 * g), g), fa.Projection(p)),
        (equation_of_s_transform((1 + m) / (p + m), m), fa.Projection(p)),
        (equation_of_cauchy_transform(p / (z - 1) + (1 - p) / z, z), fa.Projection(p)),
        (equation_of_cauchy_transform((z - sqrt(z - 2) * sqrt(z + 2)) / 2, z), fa.Semicircle()),
        (equation_of_s_transform((1 + m) ** Rational(-3, 2), m), fa.FussCatalan(Rational(3, 2))),
    ],
    ids=["R", "S", "G", "semicircle", "Fuss-Catalan"],
)
def test_closed_forms_lead_to_the_same_curve(raw: tuple[object, Ring], moments: fa.Law) -> None:
    poly, ring = raw
    choice = choose_factor(irreducible_factors(without_roots(poly, ring), ring), _germ(moments))
    found, wanted = choice.curve.to_sympy(G, z), moments.cauchy_equation(G, z)
    assert sympy.expand(found.as_expr() - wanted.as_expr()) == 0 or sympy.expand(found.as_expr() + wanted.as_expr()) == 0


def _germ(law: fa.Law) -> Sequence:
    ring = Ring.of(*law.moments(4))
    return Sequence(ring, lambda n: [ring.convert(value) for value in law.moments(n)])


def test_wrong_factors_are_rejected_with_the_order_of_failure() -> None:
    ring = Ring.of()
    raw = equation_in((G**2 - z * G + 1) * (z * G - 1) * (z * G**2 - z * G + 1), G, z)
    kappas = sequence_of(g, g)
    germ = Sequence(kappas.ring, lambda n: moments_from_cumulants(kappas.first(n)))
    choice = choose_factor(irreducible_factors(*raw), germ)
    assert choice.curve.to_sympy(G, z).as_expr() == G**2 - z * G + 1
    assert sorted(order for _, order in choice.rejected) == [2, 3]
    with pytest.raises(fa.InvalidInput, match="no branch"):
        choose_factor(irreducible_factors(*equation_in(z * G - 1, G, z)), germ)
    assert ring.context is None


def test_two_branches_begin_alike() -> None:
    """MarchenkoPastur() to the power [x] 1/2 has another branch ~ 1/z; only moments tell them apart."""
    law = fa.MarchenkoPastur().boxtimes_power(HALF)
    curve = express(law, CauchyEquation).curve
    with pytest.raises(fa.InvalidInput, match="give more"):
        curve_germ(curve)
    found = curve_germ(curve, law.moments(4))
    assert [found.ring.to_sympy(value) for value in found.first(10)] == law.moments(10)


def test_budget_is_predicted_before_work() -> None:
    law = fa.boxplus(*[fa.Discrete({0: HALF, k: HALF}) for k in (1, 2)])
    with elimination_budget(1), pytest.raises(fa.BudgetExceeded, match="over the budget of 1"):
        express(law, CauchyEquation)
    with pytest.raises(fa.BudgetExceeded):
        fa.boxplus(*[fa.Discrete({0: HALF, k: HALF}) for k in (3, 2)]).cauchy_equation(budget=2)
    assert law.cauchy_equation(G, z).degree(G) == 2


def test_prediction_bounds_the_resultant() -> None:
    curve = express(SYMBOLIC[1], CauchyEquation).curve
    a = curve.poly
    b = a.derivative(0)
    assert len(a.resultant(b, 0).to_dict()) <= predicted_size(a, b, 0)


@pytest.mark.parametrize(
    ("law", "r_form", "s_form", "g_form"),
    [
        (fa.Projection(p), (g - 1 + sqrt((1 - g) ** 2 + 4 * p * g)) / (2 * g), (1 + m) / (p + m), p / (z - 1) + (1 - p) / z),
        (fa.Semicircle(), g, None, (z - sqrt(z - 2) * sqrt(z + 2)) / 2),
        (fa.MarchenkoPastur(), 1 / (1 - g), 1 / (1 + m), (1 - sqrt(z - 4) / sqrt(z)) / 2),
        (fa.KestenMcKay(3), 3 * (sqrt(1 + 4 * g**2) - 1) / (2 * g), None, (3 * sqrt(z - 2 * sqrt(2)) * sqrt(z + 2 * sqrt(2)) - z) / (2 * (z**2 - 9))),
    ],
    ids=repr,
)
def test_closed_forms_on_the_right_branch(law: fa.Law, r_form: sympy.Expr, s_form: sympy.Expr | None, g_form: sympy.Expr) -> None:
    assert sympy.simplify(law.r_transform(g) - r_form) == 0
    if s_form is not None:
        assert sympy.simplify(law.s_transform(m) - s_form) == 0
    numbers = {p: Rational(1, 3)}
    for point in (0.3 + 0.2j, -1.7 + 0.01j, 2.5 + 3j, -5 + 1e-3j):
        found = complex(law.cauchy_transform(z).subs(numbers).subs(z, point))
        assert found == pytest.approx(complex(g_form.subs(numbers).subs(z, point)), rel=1e-12)
        bound = law.subs({"p": Rational(1, 3)}) if law.free_symbols else law
        assert found == pytest.approx(bound.cauchy(point), rel=1e-12)


def test_curves_keep_their_meaning_in_larger_rings() -> None:
    curve = express(SYMBOLIC[1], CauchyEquation).curve
    wide = curve.over(Ring.make(Ring.of(p, q, sqrt(phi)).bases))
    assert isinstance(wide, Curve)
    assert sympy.expand(wide.to_sympy(G, z).as_expr() - curve.to_sympy(G, z).as_expr()) == 0
    with pytest.raises(fa.UnboundParameters, match="p, q"):
        curve.integer_rows()
