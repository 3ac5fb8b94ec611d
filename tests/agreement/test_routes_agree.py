"""Two routes, one answer, over random nested laws: cumulants against curve, curve against numeric G."""

from __future__ import annotations

import numpy as np
import pytest
import sympy
from hypothesis import event, given, settings

import freealg as fa
from freealg.exact.germs import curve_germ
from freealg.forms import CauchyEquation, FreeCumulants, Moments
from freealg.law.express import express
from freealg.testing import algebraic_laws, laws

FAST, SLOW = 25, 1000


def check_curve_against_cumulants(law: fa.Law) -> None:
    """Newton on the curve, started from few exact moments, gives the moments that the cumulant lanes give."""
    equation = express(law, CauchyEquation)
    ring = express(law, FreeCumulants).sequence.ring
    exact_moments = law.moments(14)
    start = next(k for k in range(15) if _starts(equation.curve, exact_moments[:k]))
    from_curve = curve_germ(equation.curve, exact_moments[:start])
    assert [from_curve.ring.to_sympy(m) for m in from_curve.first(14)] == exact_moments
    assert ring.context is None
    assert express(law, Moments).first(14) == exact_moments


def _starts(curve: object, moments: list[sympy.Expr]) -> bool:
    try:
        curve_germ(curve, moments)  # type: ignore[arg-type]
    except fa.InvalidInput:
        return False
    return True


def check_numeric_against_exact(law: fa.Law) -> None:
    """G far out from its moments, the equation at G, and the density's moments by quadrature."""
    G, z = sympy.symbols("G z")
    low, high = (float(end) for end in law.support())
    radius = max(abs(low), abs(high)) + 0.1
    moments = [1.0, *(float(m) for m in law.moments(40))]
    far = 4 * radius * np.exp(0.7j)
    series = sum(m / far ** (k + 1) for k, m in enumerate(moments))
    assert abs(law.cauchy(far) - series) < 1e-12 * abs(series) + 1e-13
    assert law.expect(np.ones_like) == pytest.approx(1, abs=1e-10)
    for k in (1, 2, 3):
        assert law.expect(lambda x, k=k: x**k) == pytest.approx(moments[k], rel=1e-9, abs=1e-9 * radius**k)
    point = 0.3 * radius + 0.05j * radius
    equation = law.cauchy_equation(G, z)
    terms = [complex(c) * law.cauchy(point) ** j * point**i for (j, i), c in equation.terms()]
    assert abs(sum(terms)) < 1e-9 * max(map(abs, terms))


@settings(max_examples=FAST)
@given(laws())
def test_curve_agrees_with_cumulants(law: fa.Law) -> None:
    check_curve_against_cumulants(law)


@settings(max_examples=FAST)
@given(algebraic_laws())
def test_numeric_agrees_with_exact(law: fa.Law) -> None:
    check_numeric_against_exact(law)


@pytest.mark.slow
@settings(max_examples=SLOW)
@given(laws())
def test_curve_agrees_with_cumulants_at_length(law: fa.Law) -> None:
    check_curve_against_cumulants(law)


@pytest.mark.slow
@settings(max_examples=SLOW)
@given(algebraic_laws())
def test_numeric_agrees_with_exact_at_length(law: fa.Law) -> None:
    """A refusal is counted as an event and is no failure here; a wrong number is one."""
    try:
        check_numeric_against_exact(law)
    except fa.Undecided as refusal:
        event(f"refused: {str(refusal)[:40]}")
