"""Checked values of Cauchy transforms off the axis, through the public interface."""

import pytest
from sympy import Rational

import freealg as fa

SIGNS = fa.boxplus(fa.Semicircle(), fa.Rademacher())
GRAM = fa.nets.NonlinearGram(eta=1, zeta=Rational(1, 2), phi=1, psi=1)


@pytest.mark.parametrize(
    ("law", "value"),
    [
        (fa.Semicircle(), ("0.1356070547646144308715688", "-0.3721451156992538398742434")),
        (SIGNS, ("0.09579683831187845603059554", "-0.3416939389955259564598905")),
        (GRAM, ("0.03457393334256513345305518", "-0.4138197474396504586268767")),
    ],
    ids=["gvl_01", "gvl_04", "gvl_07"],
)
def test_gvl_01_04_07_at_one_plus_two_i(law, value, close):
    assert close(law.cauchy(1 + 2j, dps=30), value)
    upper, lower = law.cauchy([1 + 2j, 1 - 2j])
    assert abs(upper - complex(*map(float, value))) < 1e-14
    assert lower == upper.conjugate()
