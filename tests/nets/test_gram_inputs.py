"""What a nonlinear Gram matrix is made from: activations kept for sampling, values, and refusals."""

import pickle

import numpy as np
import pytest
import sympy as sp
from sympy import Rational, exp, pi, symbols

import freealg as fa
from freealg import nets
from freealg.combinatorics import admissible_counts, admissible_graphs
from freealg.nets.gram import NonlinearGram, gram_series
from freealg.nets.samples import sample_gram, sample_linear_plus_noise

x, alpha, phi = symbols("x alpha phi")


def test_the_constants_are_those_of_the_activation_at_sigma():
    law = NonlinearGram("sin", sigma=2, phi=phi)
    assert (law.eta, law.zeta) == (nets.activation("sin").eta(2), nets.activation("sin").zeta(2))
    assert NonlinearGram(nets.activation(sp.sin(2 * x))) == NonlinearGram("sin", sigma=2)
    assert NonlinearGram("x^3") == NonlinearGram(eta=15, zeta=9)
    assert NonlinearGram("linear", sigma=3) == NonlinearGram(eta=9, zeta=9)


def test_the_activation_is_kept_and_is_no_part_of_the_value():
    law = NonlinearGram("sin")
    assert law.activation == nets.activation("sin")
    plain = NonlinearGram(eta=law.eta, zeta=law.zeta)
    assert plain.activation is None
    assert law == plain
    assert hash(law) == hash(plain)
    assert pickle.loads(pickle.dumps(law)).activation == law.activation
    assert fa.from_json(law.to_json()) == law
    assert NonlinearGram("sin", phi=phi).subs({"phi": 2}).activation == law.activation


def test_parameters_of_an_activation_are_bound_with_those_of_the_law():
    law = NonlinearGram(nets.activation("tilted_relu", alpha), phi=phi, psi=2).subs({"alpha": Rational(1, 2), "phi": 1})
    twin = NonlinearGram("tilted_relu(1/2)", phi=1, psi=2)
    assert sp.simplify(law.zeta - twin.zeta) == 0
    assert np.allclose(law.sample_matrix(5, 3), twin.sample_matrix(5, 3))


def test_a_parameter_called_x_is_not_the_variable_of_the_activation():
    law = NonlinearGram("sin", phi=x).subs({"x": 2})
    assert law.phi == 2
    assert law.activation == nets.activation("sin")


def test_sample_matrix_samples_the_activation():
    law = NonlinearGram("sin", phi=2, psi=3, sigma=2)
    rng = np.random.default_rng(5)
    y = np.sin(2 * rng.standard_normal((4, 12)) @ rng.standard_normal((12, 6)) / np.sqrt(12))
    assert np.allclose(law.sample_matrix(4, 5), y @ y.T / 6)
    assert np.array_equal(law.sample_matrix(4, 5), sample_gram("sin", 4, 2, 3, 5, sigma=2))


def test_without_an_activation_the_model_is_sampled():
    law = NonlinearGram(eta=2, zeta=Rational(1, 2), phi=2, psi=3)
    rng = np.random.default_rng(5)
    y = 0.5**0.5 * rng.standard_normal((4, 12)) @ rng.standard_normal((12, 6)) / np.sqrt(12) + 1.5**0.5 * rng.standard_normal((4, 6))
    assert np.allclose(law.sample_matrix(4, 5), y @ y.T / 6)
    with pytest.raises(fa.UnboundParameters, match="phi"):
        NonlinearGram("sin", phi=phi).sample_matrix(3)


def test_a_callable_that_cannot_be_traced():
    def clipped(t):
        return np.clip(t, -1.0, 1.0)

    law = NonlinearGram(nets.activation(clipped, kinks=(-1, 1)))
    exact = NonlinearGram("hard_tanh")
    assert float(law.eta) == pytest.approx(float(exact.eta), abs=1e-9)
    assert np.allclose(law.sample_matrix(6, 1), exact.sample_matrix(6, 1))


REFUSED = [
    (lambda: admissible_counts(0), "k must be a whole number >= 1"),
    (lambda: next(admissible_graphs(-2)), "k must be a whole number >= 1"),
    (lambda: gram_series(-1, 1, 1, 1, 1), "K >= 0, not -1"),
    (lambda: gram_series(True, 1, 1, 1, 1), "not True"),
    (lambda: gram_series(2, "eta", 1, 1, 1), "eta must be a number"),
    (lambda: NonlinearGram(exp(x**2)), "not square-integrable there; take a smaller sigma"),
    (lambda: NonlinearGram(exp(x**2) - 1, sigma=Rational(1, 2)), "not square-integrable there; take a smaller sigma"),
    (lambda: NonlinearGram("sin", sigma=0), "sigma must be > 0, not 0"),
    (lambda: NonlinearGram(eta=1, zeta=1, sigma=2), "together with an activation"),
    (lambda: NonlinearGram("sin", eta=1), "not both"),
    (lambda: NonlinearGram(eta=1), "both eta and zeta"),
    (lambda: NonlinearGram(), "needs an activation"),
    (lambda: NonlinearGram("sin", phi=0), "phi > 0, not 0"),
    (lambda: NonlinearGram("sin", psi=-1), "psi > 0, not -1"),
    (lambda: NonlinearGram(eta=0, zeta=0), "eta > 0"),
    (lambda: NonlinearGram(eta=1, zeta=-1), "zeta >= 0"),
    (lambda: NonlinearGram(eta=1, zeta=pi / 2), "zeta <= eta"),
    (lambda: NonlinearGram("sin").layers(0), "L >= 1, not 0"),
    (lambda: sample_gram("sin", 0), "n >= 1"),
    (lambda: sample_gram("sin", 3, phi=0), "phi > 0"),
    (lambda: sample_gram("sin", 3, layers=0), "layers >= 1"),
    (lambda: sample_gram("sin", 3, sigma=0), "sigma > 0"),
    (lambda: sample_linear_plus_noise(1, 2, 3), "zeta <= eta"),
]


@pytest.mark.parametrize(("make", "words"), REFUSED, ids=[words for _, words in REFUSED])
def test_refusals(make, words):
    with pytest.raises(fa.InvalidInput, match=words):
        make()


def test_the_mean_of_the_activation_is_taken_off():
    relu = nets.activation("relu")
    assert NonlinearGram("relu") == NonlinearGram(relu.centred()) == NonlinearGram(eta=relu.eta(), zeta=Rational(1, 4))
    assert NonlinearGram("relu", sigma=2) == NonlinearGram(eta=relu.eta(2), zeta=relu.zeta(2))
    assert NonlinearGram("relu", sigma=2).activation.gaussian_mean(2) == 0
    leaky = nets.activation("leaky_relu", alpha)
    assert NonlinearGram(leaky).zeta == leaky.zeta() and NonlinearGram(leaky).subs({alpha: 0}) == NonlinearGram("relu")
    assert NonlinearGram(exp(x**2), sigma=Rational(2, 5)).zeta == 0
