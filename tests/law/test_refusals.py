"""Bad input gets an error that names the object, the condition and the value."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest
import sympy
from sympy import Rational, Symbol, symbols

import freealg as fa

HALF = Rational(1, 2)
x = Symbol("x")


def _four_atomic() -> fa.Law:
    return fa.boxplus(*[fa.Discrete({0: HALF, k: Rational(1, 4), -k: Rational(1, 4)}) for k in (1, 2, 3, 5)])


CASES: list[tuple[Callable[[], object], type[fa.FreeAlgError], str]] = [
    (lambda: fa.Discrete({0: HALF, 1: Rational(1, 3)}), fa.InvalidInput, "sum to 1, not 5/6"),
    (lambda: fa.Discrete({0: -HALF, 1: Rational(3, 2)}), fa.InvalidInput, "must be >= 0, not -1/2"),
    (lambda: fa.Discrete({}), fa.InvalidInput, "Discrete takes a dictionary"),
    (lambda: fa.Discrete({sympy.I: 1}), fa.InvalidInput, "must be real"),
    (lambda: fa.Semicircle(variance=-1), fa.InvalidInput, "variance > 0, not -1"),
    (lambda: fa.Semicircle(variance="1"), fa.InvalidInput, "not '1'"),
    (lambda: fa.Semicircle(mean=float("nan")), fa.InvalidInput, "finite"),
    (lambda: fa.MarchenkoPastur(ratio=0), fa.InvalidInput, "ratio > 0, not 0"),
    (lambda: fa.MarchenkoPastur(ratio=sympy.I), fa.InvalidInput, "ratio > 0"),
    (lambda: fa.FreePoisson(jump=0), fa.InvalidInput, "jump != 0"),
    (lambda: fa.Projection(2), fa.InvalidInput, r"in \[0, 1\], not 2"),
    (lambda: fa.Uniform(1, 1), fa.InvalidInput, "a < b"),
    (lambda: fa.KestenMcKay(HALF), fa.InvalidInput, ">= 1"),
    (lambda: fa.FreeBessel(HALF, 2), fa.InvalidInput, "order >= 1 or rate <= 1"),
    (fa.boxplus, fa.InvalidInput, "at least one law"),
    (lambda: fa.boxplus(fa.Semicircle(), 3), fa.InvalidInput, "takes laws, not int"),
    (lambda: fa.Semicircle() + fa.Rademacher(), fa.InvalidInput, "boxplus"),
    (lambda: fa.Semicircle() * fa.Rademacher(), fa.InvalidInput, "boxtimes"),
    (lambda: 0 * fa.Semicircle(), fa.InvalidInput, "point mass"),
    (lambda: fa.Semicircle() / 0, fa.InvalidInput, "divided by 0"),
    (lambda: fa.Rademacher().boxplus_power(HALF), fa.NotALaw, "Hankel determinant of order 3 is -1/8"),
    (lambda: fa.Semicircle().boxplus_power(-1), fa.InvalidInput, "variance > 0"),
    (lambda: fa.Arcsine().boxplus_power(0), fa.InvalidInput, "t > 0, not 0"),
    (lambda: fa.boxtimes(fa.Semicircle(), fa.Rademacher()), fa.NotALaw, "constant sign"),
    (lambda: fa.Semicircle().boxtimes_power(2), fa.NotALaw, "reaches below zero"),
    (lambda: fa.Semicircle().compress(2), fa.InvalidInput, "0 < t <= 1, not 2"),
    (lambda: fa.Discrete({0: HALF, 1: HALF}).inverse(), fa.InvalidInput, "atom of mass 1/2 at the pole 0"),
    (lambda: fa.Semicircle().mobius(1, 2, 2, 4), fa.InvalidInput, "determinant 0"),
    (lambda: fa.mixture({fa.Semicircle(): HALF}), fa.InvalidInput, "sum to 1, not 1/2"),
    (lambda: fa.Cauchy().moments(1), fa.UndefinedMoments, "E|X| is infinite"),
    (lambda: fa.MarchenkoPastur().inverse().mean(), fa.UndefinedMoments, "mean is infinite"),
    (lambda: fa.MarchenkoPastur(ratio=x).pdf(1), fa.UnboundParameters, "numbers for x"),
    (lambda: fa.Semicircle().pdf("1"), fa.InvalidInput, "'1'"),
    (lambda: fa.Semicircle().pdf(float("nan")), fa.InvalidInput, "NaN"),
    (lambda: fa.Semicircle().icdf(1.5), fa.InvalidInput, r"\[0, 1\]"),
    (lambda: fa.Semicircle().moments(-1), fa.InvalidInput, ">= 0, not -1"),
    (lambda: fa.Semicircle().moments(1.5), fa.InvalidInput, "1.5"),
    (lambda: fa.Semicircle().r_transform("g"), fa.InvalidInput, "string 'g'"),
    (lambda: fa.MarchenkoPastur(ratio=Symbol("z")).cauchy_equation(), fa.InvalidInput, "choose other symbols"),
    (lambda: fa.from_moments([0, 1, 0, HALF]), fa.NotALaw, "order 3 is -1/2"),
    (lambda: fa.from_moments([]), fa.InvalidInput, "empty"),
    (lambda: fa.from_moments([1, 2]).moments(3), fa.InvalidInput, "only 2 moments were given"),
    (lambda: fa.from_r_transform(1 / x, x), fa.InvalidInput, "pole at x = 0"),
    (lambda: fa.from_s_transform(1 / x, x), fa.InvalidInput, "pole at x = 0"),
    (lambda: fa.from_s_transform(x, x).moments(1), fa.UndefinedMoments, "S"),
    (lambda: fa.from_cauchy_equation(x * Symbol("G") + 1 - Symbol("G"), Symbol("G"), x), fa.InvalidInput, "no branch"),
    (lambda: fa.boxplus(fa.Uniform(0, 1), fa.Semicircle()).cauchy_equation(), fa.NoClosedForm, "not algebraic"),
    (lambda: _four_atomic().cauchy_equation(), fa.BudgetExceeded, "over the budget"),
    (lambda: fa.nets.NonlinearGram(eta=1, zeta=2, phi=1, psi=1), fa.InvalidInput, "zeta <= eta"),
    (lambda: fa.nets.Jacobian("relu", depth=0), fa.InvalidInput, ">= 1"),
    (lambda: fa.nets.Jacobian("relu", depth=2, weights="square"), fa.InvalidInput, "'gaussian' or 'orthogonal'"),
    (lambda: fa.nets.Hessian(1, -1), fa.InvalidInput, "energy >= 0"),
    (lambda: fa.nets.universal_jacobian("other", 1), fa.InvalidInput, "'bernoulli' and 'smooth'"),
]


@pytest.mark.parametrize(("action", "kind", "text"), CASES, ids=[text for *_, text in CASES])
def test_refusal(action: Callable[[], object], kind: type[fa.FreeAlgError], text: str) -> None:
    with pytest.raises(kind, match=text) as caught:
        action()
    assert isinstance(caught.value, fa.FreeAlgError)
    assert "_g" not in str(caught.value) and "\n" not in str(caught.value)


def test_moments_of_a_budgeted_law_are_still_there() -> None:
    law = _four_atomic()
    assert law.moments(4)[1] == sum(Rational(k**2, 2) for k in (1, 2, 3, 5))


def test_reflected_order_is_no_other_law() -> None:
    a, b = symbols("a b")
    assert (a * fa.Semicircle() + b) == fa.Semicircle(b, a**2)


def test_a_missing_closed_form_keeps_its_text_in_another_process() -> None:
    with pytest.raises(fa.NoClosedForm) as caught:
        fa.Uniform(0, 1).cauchy_equation()
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (str(copy), copy.reasons) == (str(caught.value), caught.value.reasons)
    assert "not algebraic" in repr(copy)
