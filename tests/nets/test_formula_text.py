"""Activations given by a formula in text: the same as by SymPy, and everything else is refused."""

import pytest
import sympy as sp
from sympy import Rational, Symbol

import freealg as fa
from freealg.nets import NonlinearGram, SignalPropagation, activation

X = Symbol("x")
FORMULAS = {
    "x^3 - 3*x": X**3 - 3 * X,
    "tanh(x)": sp.tanh(X),
    "sin(2*x) + 1/2": sp.sin(2 * X) + Rational(1, 2),
    "x*exp(-x**2/2)": X * sp.exp(-(X**2) / 2),
    "-abs(h) + 0.5": Rational(1, 2) - sp.Abs(X),
    "max(x, x/10)": sp.Max(X, X / 10),
    "erf(sqrt(pi)*x/3)": sp.erf(sp.sqrt(sp.pi) * X / 3),
    "(x^2 - 1)/sqrt(2)": (X**2 - 1) / sp.sqrt(2),
}


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_in_text_is_the_formula(text):
    read, given = activation(text), activation(FORMULAS[text])
    assert [read.eta(), read.zeta(), read.hermite(2)] == [given.eta(), given.zeta(), given.hermite(2)]
    assert fa.from_json(read.d2_law(1).to_json()) == read.d2_law(1)


def test_names_of_the_catalogue_are_functions_of_formulas():
    assert activation("relu(x) - relu(-x)/10").eta() == activation("leaky_relu(1/10)").eta()
    assert activation("2*sigmoid(2*x) - 1").eta(dps=20) == activation("tanh").eta(dps=20)
    assert activation("a*x").zeta() == Symbol("a") ** 2
    assert activation("leaky relu(1/10)") == activation("LeakyReLU(1/10)") == activation("leaky_relu(0.1)")


def test_long_formulas_are_read_without_recursion():
    assert activation("-" * 100 + "x").eta() == 1
    assert activation("(" * 40 + "x" + ")" * 40).eta() == 1
    with pytest.raises(fa.InvalidInput, match="40 deep at most"):
        activation("(" * 41 + "x" + ")" * 41)


def test_formulas_are_taken_wherever_an_activation_is():
    assert NonlinearGram("x^3", phi=1, psi=1).mean() == NonlinearGram("x*x*x", phi=1, psi=1).mean() == 15
    assert SignalPropagation("sin(x)", 1, 0).length_map(1) == SignalPropagation("sin", 1, 0).length_map(1)


@pytest.mark.parametrize("text", ["x +", "(x", "x)", "foo(x)", "2*3", "relu + x", "x^y", "x^9999", "tanh(x, 1)", "x/0", "0^(-1)*x", "x; import os", "x.__class__", "__import__('os')",
                                  "lambda x: x", "(" * 90 + "x" + ")" * 90, "x" + "+x" * 150, "hard-tanh", "9^9^9*x", "max()"])  # fmt: skip
def test_what_is_no_formula_is_refused(text):
    with pytest.raises(fa.FreeAlgError):
        activation(text)
