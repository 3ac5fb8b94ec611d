"""Sampled matrices of elements: normalisation, reproducibility, one draw a generator, sizes, memory, and the comparison with theory."""

import logging
import pickle

import numpy as np
import pytest
import sympy as sp
from sympy import I, Rational

import freealg as fa
from freealg.elements import sampling
from freealg.elements.derived import definite_sign
from freealg.elements.generators import Circular, Deterministic, HaarProjection, HaarUnitary, Identity, SemicircularFamily, Wigner, Wishart
from freealg.elements.verify import declared_ensemble_of, theory_of
from freealg.errors import BudgetExceeded, InvalidInput, StatisticalMismatch, UnboundParameters, UndefinedMoments
from freealg.laws.cauchy import Cauchy
from freealg.matrices.haar import positive_root
from freealg.matrices.universal import ENSEMBLES

A, PHI, EPS = sp.symbols("a phi eps")
THREE = fa.Discrete({0: Rational(1, 3), 1: Rational(1, 3), 3: Rational(1, 3)})


# -- reproducibility ----------------------------------------------------------------------------------------------------------


def test_a_seed_gives_the_same_matrix_again_also_after_pickling():
    H = Wishart(ratio=PHI) @ HaarProjection(0.5) + Wigner(variance=2 * EPS) + HaarUnitary().H * 0
    bound = {PHI: 0.5, "eps": 0.25}
    first = H.sample(20, rng=7, at=bound)
    assert (first == H.sample(20, rng=7, at=bound)).all()
    assert (first == pickle.loads(pickle.dumps(H)).sample(20, rng=np.random.default_rng(7), at=bound)).all()
    assert not (first == H.sample(20, rng=8, at=bound)).all()


def test_equal_elements_have_equal_samples():
    x, w, p = Wigner(), Wishart(), HaarProjection(0.5)
    left, right = x + w @ p, w @ p + x
    assert left == right
    assert np.allclose(left.sample(12, rng=3), right.sample(12, rng=3), rtol=0, atol=1e-14)


def test_a_generator_is_drawn_once():
    x, w = Wigner(), Wishart(ratio=0.5)
    matrix = (x * w - w * x).sample(15, rng=1)
    assert np.allclose(matrix, -matrix.T)
    assert np.allclose((x + x).sample(15, rng=1), 2 * x.sample(15, rng=1))
    assert ((x + 0 * w).sample(15, rng=1) == x.sample(15, rng=1)).all()
    assert np.allclose((x - x + 3).sample(4, rng=1), 3 * np.eye(4))


def test_streams_belong_to_generators_and_not_to_terms():
    """The first-made generator keeps its stream whatever is added to it."""
    x, w = Wigner(), Wishart()
    both = (x + w).sample(9, rng=5)
    assert np.linalg.eigvalsh(both - x.sample(9, rng=5)).min() > -1e-12


def test_different_generators_have_different_streams():
    x, y = Wigner(), Wigner()
    assert np.abs((x - y).sample(10, rng=1)).max() > 0.1


def test_a_generator_object_moves_on():
    x, rng = Wigner(), np.random.default_rng(1)
    assert not (x.sample(5, rng=rng) == x.sample(5, rng=rng)).all()


def test_polynomials_are_evaluated_as_written():
    x, w, c = Wigner(), Wishart(ratio=2), Circular()
    whole = (x * w * x + 2 * x * w + 3 * w * x - x**3 + I * (c - c.H) + 5 + x * c * c.H * x + w).sample(8, rng=4)
    seen = {}
    for name, index in (("x", 0), ("w", 1), ("c", 2)):
        streams = np.random.default_rng(4).spawn(3)
        made = {"x": x, "w": w, "c": c}[name]
        ((letter,), _), = made.terms
        seen[name] = letter.family.draw(8, streams[index], None)[0]
    X, W, C = seen["x"], seen["w"], seen["c"]
    expected = X @ W @ X + 2 * X @ W + 3 * W @ X - X @ X @ X + 1j * (C - C.conj().T) + 5 * np.eye(8) + X @ C @ C.conj().T @ X + W
    assert np.allclose(whole, expected)


def test_one_element_with_two_values_is_refused():
    scaled = Wigner(variance=A)
    with pytest.raises(InvalidInput, match="one element with two values"):
        (scaled.subs({A: 1}) + scaled.subs({A: 2})).sample(5, rng=1)


# -- what a matrix is ---------------------------------------------------------------------------------------------------------


def test_fields_and_symmetry():
    x, g = Wigner(), Wigner(field="complex")
    assert x.sample(5, rng=0).dtype == np.float64
    assert g.sample(5, rng=0).dtype == (I * x).sample(5, rng=0).dtype == Circular().sample(5, rng=0).dtype == np.complex128
    assert HaarUnitary(field="real").sample(5, rng=0).dtype == np.float64
    for element in (x * g + g * x, x @ (g + 9), I * (x * g - g * x)):
        matrix = element.sample(6, rng=2)
        assert (matrix == matrix.conj().T).all()


def test_prescribed_spectra():
    assert np.allclose(np.linalg.eigvalsh(Deterministic(THREE).sample(9, rng=0)), [0] * 3 + [1] * 3 + [3] * 3)
    assert np.allclose(np.linalg.eigvalsh(HaarProjection(0.25).sample(8, rng=0)), [0] * 6 + [1] * 2)
    spread = np.linalg.eigvalsh(Deterministic(fa.Semicircle()).sample(50, rng=0))
    assert np.abs(np.arange(1, 51) / 50 - fa.Semicircle().cdf(spread)).max() <= 0.02 + 1e-9
    u = HaarUnitary().sample(6, rng=0)
    assert np.allclose(u @ u.conj().T, np.eye(6))


def test_a_product_is_rooted_at_the_factor_of_constant_sign():
    w, x = Wishart(ratio=2), Wigner()
    left, right = (w @ x).sample(10, rng=1), (x @ w).sample(10, rng=1)
    assert np.allclose(np.linalg.eigvalsh(left), np.linalg.eigvalsh(right))
    assert np.allclose(np.linalg.eigvalsh(((-w) @ x).sample(10, rng=1)), np.linalg.eigvalsh((-(w @ x)).sample(10, rng=1)))
    with pytest.raises(InvalidInput, match="both factors reach below and above zero"):
        (x @ Wigner()).sample(10, rng=1)


def test_a_factor_that_is_non_negative_in_law_only_is_clipped():
    """Wigner + 2 reaches 0 in law; a matrix may fall a little short of it."""
    near, x = Wigner() + 2, Wigner()
    seeds = [seed for seed in range(40) if definite_sign(near, near.sample(6, rng=seed)) == 0]
    assert seeds
    assert np.isfinite((near @ x).sample(6, rng=seeds[0])).all()
    root = positive_root(np.diag([-1e-3, 4.0]))
    assert np.allclose(root @ np.ones((2, 2)) @ root, [[0, 0], [0, 4]])


def test_compressions_are_corners_of_larger_matrices():
    w = Wishart(ratio=Rational(1, 2))
    assert w.compress(0.25).sample(5, rng=0).shape == (5, 5)
    assert np.allclose((Identity() * 3 + 0 * w).compress(0.5).sample(4, rng=0), 3 * np.eye(4))
    spectrum = np.linalg.eigvalsh(w.compress(Rational(1, 4)).sample(100, rng=0))
    assert spectrum[0] >= 0 and abs(spectrum.mean() - 1) < 0.02
    assert abs(spectrum.var() - 1 / 8) < 0.02
    with pytest.raises(InvalidInput, match="needed at sizes"):
        (w.compress(0.5) + w).sample(4, rng=0)


def test_entries_of_ones_own():
    x = Wigner(entries=lambda rng, shape: rng.choice([-1.0, 1.0], shape))
    assert set(np.abs(np.round(x.sample(16, rng=0) * 4, 12)).ravel()) == {1.0}


# -- refusals -----------------------------------------------------------------------------------------------------------------


def test_unbound_symbols_are_named():
    H = Wishart(ratio=PHI) + A * Wigner()
    for ask in (lambda: H.sample(5), lambda: H.sample_bytes(5), lambda: H.verify(64)):
        with pytest.raises(UnboundParameters, match=r"a, phi; give at=\{'a': value, 'phi': value\}"):
            ask()
    with pytest.raises(InvalidInput, match="no parameter named 'psi'"):
        H.sample(5, at={"psi": 1})
    with pytest.raises(InvalidInput, match="Wishart needs ratio > 0"):
        H.sample(5, at={PHI: -1, A: 1})


def test_sizes_are_positive():
    for n in (0, 2.5, "3"):
        with pytest.raises(InvalidInput, match="n must be"):
            Wigner().sample(n)
    with pytest.raises(InvalidInput, match="n >= 32"):
        Wigner().verify(8)


def test_memory_is_known_before_it_is_taken(caplog, monkeypatch):
    H = Wishart(ratio=0.5) + Wigner()
    assert H.sample_bytes(1000) < H.sample_bytes(2000) < 5 * H.sample_bytes(1000)
    assert Wigner().compress(0.1).sample_bytes(100) > Wigner().sample_bytes(1000)
    with pytest.raises(BudgetExceeded, match=r"at size 100000 needs about .* GiB, over the budget of 8.0 GiB"):
        H.sample(100_000)
    with pytest.raises(BudgetExceeded):
        H.sample(100, budget=1000)
    monkeypatch.setattr(sampling, "LARGE", 1000)
    with caplog.at_level(logging.WARNING, logger="freealg"):
        H.sample(10, rng=0)
    assert "sampling Wishart(ratio=1/2) + Wigner() at size 10 takes about 0.0 MiB" in caplog.text


def test_the_estimate_of_memory_is_an_upper_bound():
    import tracemalloc

    x, w, p = Wigner(), Wishart(), HaarProjection(0.5)
    for element in (x, x * w + w * x, (w @ p) + x, w.compress(0.5), Circular() * w, Deterministic(THREE) + x):
        tracemalloc.start()
        element.sample(200, rng=0)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak <= element.sample_bytes(200)


# -- theory against samples ---------------------------------------------------------------------------------------------------

x, y, w, v = Wigner(), Wigner(), Wishart(ratio=Rational(1, 2)), Wishart()
p, d, c, u = HaarProjection(Rational(1, 4)), Deterministic(THREE), Circular(), HaarUnitary()
s, t = SemicircularFamily([[1, Rational(1, 2)], [Rational(1, 2), 2]])
VERIFIED = {
    "Hessian": w + x / 2,
    "complex": Wishart(ratio=2, field="complex") + Wigner(field="complex"),
    "entries": Wigner(entries="rademacher") + Wishart(),
    "product": v @ p,
    "mixed product": x @ w,
    "product of a sum": (w + 1) @ d,
    "compression": w.compress(0.5) + x,
    "atoms": d + p,
    "quantiles": Deterministic(fa.Semicircle()) @ w,
    "anticommutator": x * y + y * x,
    "commutator": I * (x * w - w * x),
    "dependent": x + w * x * w,
    "square": (x + w) ** 2,
    "family": s * t + t * s + s,
    "circular": c * c.H + c + c.H,
    "unitary": u * c.H + c * u.H,
    "conjugated": u * d * u.H + p,
    "orthogonal": HaarUnitary(field="real") * x * 0 + x * p * x,
}


@pytest.mark.parametrize("name", VERIFIED)
def test_samples_agree_with_moments_and_law(name):
    report = VERIFIED[name].verify(64, rng=11, trials=12)
    report.require(alpha=1e-3, what=str(VERIFIED[name]))
    assert len(report.rows) >= 6


def test_an_element_with_a_law_is_compared_in_distribution_too():
    full, words = (w + x).verify(64, rng=1, trials=6), (x + w * x * w).verify(64, rng=1, trials=6)
    assert full.ks is not None
    assert len(full.rows) == 12
    assert words.ks is None
    assert [row.name for row in words.rows] == [f"m_{k}" for k in range(1, 7)]
    assert "statistic" in str(full)


def test_verification_is_reproducible():
    assert (w + x).verify(40, rng=3, trials=5) == (w + x).verify(40, rng=3, trials=5)


def test_a_wrong_normalisation_is_caught():
    loud = Wigner(entries=lambda rng, shape: 1.1 * rng.standard_normal(shape))
    with pytest.raises(StatisticalMismatch, match="contradict"):
        loud.verify(64, rng=1, trials=12).require()


def test_dependent_matrices_are_caught(monkeypatch):
    """Two families on one stream are not free; the same report says so."""
    monkeypatch.setattr(sampling, "spawn", lambda rng, k: [np.random.default_rng(5) for _ in range(k)])
    assert not (x + y).verify(64, rng=1, trials=12).passed()


def test_a_law_without_moments_is_compared_off_the_axis():
    element = Deterministic(Cauchy())
    theory = theory_of(element)
    assert theory.moments == ()
    assert len(theory.points) == 3
    assert element.verify(40, rng=1, trials=6).passed(1e-3)
    with pytest.raises(UndefinedMoments):
        theory_of(element * x + x * element)


def test_dimensions_that_cannot_be_whole_are_allowed_for():
    odd = HaarProjection(Rational(10, 37)) + Deterministic(fa.Discrete({0: 1 / sp.pi, 1: 1 - 1 / sp.pi}))
    report = odd.verify(64, rng=1, trials=12)
    assert report.passed(1e-3)
    assert min(row.allowance for row in report.rows) > 0
    whole = (p + d).verify(64, rng=1, trials=6)
    assert all(size % 12 == 0 for size, _ in whole.plan)
    assert max(row.allowance for row in whole.rows) == 0


def test_what_is_rounded_to_whole_numbers():
    third = Rational(1, 3)
    assert w.quotas() == (2,)
    assert (x + p).quotas() == (Rational(1, 4),)
    assert d.quotas() == (third, third, third)
    assert Deterministic(fa.Semicircle()).quotas() == ()
    assert (w @ p + u * x * u.H).quotas() == (2, Rational(1, 4))
    assert w.compress(Rational(1, 4)).quotas() == (4, 8)
    assert Wishart(ratio=PHI).quotas() == (1 / PHI,)


def test_what_is_declared_of_a_sample():
    assert declared_ensemble_of(x * p + p * x) is ENSEMBLES["real"]
    assert declared_ensemble_of(c + c.H) is ENSEMBLES["complex"]
    assert declared_ensemble_of(d**2 + 1) is ENSEMBLES["deterministic"]
    assert declared_ensemble_of(d + p) is ENSEMBLES["real"]
    assert declared_ensemble_of(Wigner(entries="rademacher") + p).fourth_cumulant == -2
    assert declared_ensemble_of(Wigner(entries="laplace", field="complex")).fourth_cumulant == 1.5


def test_only_a_spectrum_on_the_line_can_be_verified():
    with pytest.raises(InvalidInput, match="not self-adjoint"):
        (x * w).verify(64)
