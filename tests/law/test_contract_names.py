"""The parameter names that others call: a keyword is as good as a place."""

from inspect import signature

import pytest
import sympy as sp

import freealg as fa

NAMES = {
    "cauchy_transform": "z",
    "r_transform": "g",
    "s_transform": "m",
    "moment_transform": "z",
    "cauchy_equation": "G z",
    "density": "x",
    "moments": "n",
    "moment": "k",
    "free_cumulants": "n",
    "jacobi_coefficients": "n",
    "explain": "what",
    "pdf": "x dps certified",
    "cdf": "x",
    "icdf": "q",
    "cauchy": "z dps certified",
    "expect": "f",
    "sample": "shape rng",
    "plot": "ax",
    "compare": "eigenvalues_or_matrix ax",
    "boxplus_power": "t",
    "boxtimes_power": "t",
    "compress": "t",
    "mobius": "a b c d",
}


@pytest.mark.parametrize("method", NAMES)
def test_the_names_of_a_law_s_arguments(method):
    names = NAMES[method].split()
    assert list(signature(getattr(fa.Semicircle(), method)).parameters)[: len(names)] == names


def test_constructors_from_transforms_by_keyword():
    w = sp.Symbol("w")
    assert fa.from_r_transform(expr=w, g=w) == fa.from_r_transform(w, w)
    assert fa.from_s_transform(expr=1 / (1 + w), m=w).moments(3) == [1, 2, 5]
    assert fa.Semicircle().r_transform(g=w) == w
    assert fa.MarchenkoPastur().s_transform(m=w) == 1 / (1 + w)
