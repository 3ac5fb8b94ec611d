"""E f(X) for functions of arrays, of numbers and of SymPy, against closed forms: log moments add under free products."""

import math

import numpy as np
import pytest
import sympy as sp
from sympy import Rational

import freealg as fa

HALF = Rational(1, 2)
LAWS = {
    "algebraic": fa.MarchenkoPastur(HALF),
    "stated density": fa.Uniform(1, 2),
    "by subordination": fa.boxplus(fa.Uniform(1, 2), fa.Semicircle(2, Rational(1, 4))),
    "atoms": fa.Discrete({1: HALF, 4: HALF}),
}


@pytest.mark.parametrize("name", LAWS)
def test_one_function_in_three_languages(name):
    law = LAWS[name]
    t = sp.Symbol("t")
    wanted = law.expect(np.sqrt)
    for function in (math.sqrt, sp.sqrt, sp.Lambda(t, sp.sqrt(t)), lambda x: x**0.5):
        assert law.expect(function) == pytest.approx(wanted, rel=1e-13)
    assert law.expect(lambda x: 3) == pytest.approx(3, rel=1e-13)
    assert law.expect(sp.Lambda(t, t**3)) == pytest.approx(float(law.moments(3)[2]), rel=1e-12)


@pytest.mark.parametrize("function", [lambda x: [1, 2], lambda x: None, lambda x: 1j * x, lambda x: "x"])
@pytest.mark.parametrize("name", LAWS)
def test_no_real_numbers_are_refused(name, function):
    with pytest.raises(fa.InvalidInput, match="must give a real number at each x"):
        LAWS[name].expect(function)


def test_logarithms_at_an_edge():
    """E log U = -1 on [0, 1], E log X = -1 for Marchenko-Pastur of ratio 1; E log of a free product is the sum (S-transforms multiply)."""
    assert fa.Uniform(0, 1).expect(np.log) == pytest.approx(-1, rel=1e-12)
    assert fa.MarchenkoPastur().expect(np.log) == pytest.approx(-1, rel=1e-12)
    assert fa.boxtimes(fa.Uniform(0, 1), fa.MarchenkoPastur()).expect(np.log) == pytest.approx(-2, rel=1e-12)
    assert fa.FussCatalan(3).expect(np.log) == pytest.approx(-3, rel=1e-12)


def test_powers_at_an_edge():
    for power in (HALF, Rational(-1, 3), Rational(-2, 5)):
        assert fa.Uniform(0, 1).expect(lambda x, s=float(power): x**s) == pytest.approx(float(1 / (1 + power)), rel=1e-11)
