"""Sampled nonlinear Gram matrices against the law: four shapes, four activations; bias fitted over sizes, fluctuation taken from the trials."""

import numpy as np
import pytest
from sympy import Rational

import freealg as fa
from freealg import nets
from freealg.matrices.trials import sample_spectra
from freealg.nets.gram import NonlinearGram
from freealg.testing import assert_law_matches

HALF = Rational(1, 2)
SHAPES = [(1, 1), (HALF, 1), (1, HALF), (HALF, Rational(3, 2))]
ACTIVATIONS = ["relu", "hard_tanh", "abs", "sin"]
PAIRS = list(zip(ACTIVATIONS, SHAPES, strict=True))
EVERY = [(name, shape) for name in ACTIVATIONS for shape in SHAPES]


def law_of(name, shape):
    p, q = shape
    return NonlinearGram(nets.activation(name).normalised(), phi=p, psi=q)


@pytest.mark.parametrize(("name", "shape"), PAIRS, ids=str)
def test_small_matrices(name, shape):
    law = law_of(name, shape)
    assert_law_matches(law, sample_spectra(law.sample_matrix, {200: 8, 100: 16, 50: 32}, rng=7))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "shape"), EVERY, ids=str)
def test_large_matrices(name, shape):
    law = law_of(name, shape)
    assert_law_matches(law, sample_spectra(law.sample_matrix, {1500: 2, 600: 4, 200: 12}, rng=11))


def test_the_model_has_the_same_spectrum():
    law = NonlinearGram(eta=1, zeta=HALF, phi=HALF, psi=2)
    assert_law_matches(law, sample_spectra(law.sample_matrix, {200: 8, 100: 16, 50: 32}, rng=3))


@pytest.mark.parametrize("wrong", ["zeta", "phi", "psi"])
def test_a_wrong_law_is_found_out(wrong):
    """The test above can fail: the same spectra against a law with one parameter off."""
    law = law_of("relu", (1, 1))
    values = {"eta": law.eta, "zeta": law.zeta, "phi": law.phi, "psi": law.psi}
    other = NonlinearGram(**values | {wrong: values[wrong] * Rational(7, 10)})
    spectra = sample_spectra(law.sample_matrix, {200: 8, 100: 16, 50: 32}, rng=7)
    with pytest.raises(fa.StatisticalMismatch):
        assert_law_matches(other, spectra)


def distance_after(name, layers, law):
    """The Kolmogorov distance of the spectrum after some layers to a law: an outlier or two do not count."""
    f, n = nets.activation(name).normalised(), 400
    eigenvalues = np.sort(np.linalg.eigvalsh(nets.sample_gram(f, n, rng=1, layers=layers)))
    return float(np.max(np.abs(law.cdf(eigenvalues) - (np.arange(n) + 0.5) / n)))


def test_five_layers_keep_the_law_at_zeta_zero_only():
    kept = NonlinearGram("tilted_relu(1)").layers(5)
    assert distance_after("tilted_relu(1)", 1, kept) < 0.03
    assert distance_after("tilted_relu(1)", 5, kept) < 0.04
    assert distance_after("relu", 5, kept) > 0.1
