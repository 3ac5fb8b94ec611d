"""Every law and every operation against eigenvalues of sampled matrices: exact moments, G off the axis and the cdf, in one calibrated comparison."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pytest
import sympy
from sympy import Rational

import freealg as fa
from freealg.elements.verify import declared_ensemble_of
from freealg.matrices.randomness import spawn
from freealg.matrices.sizes import sampling_plan
from freealg.matrices.trials import sample_spectra
from freealg.testing import assert_law_matches

HALF, THIRD, QUARTER = Rational(1, 2), Rational(1, 3), Rational(1, 4)
THREE = fa.Discrete({-1: QUARTER, 0: HALF, 3: QUARTER})
SIGNS, ARC, SC, MP = fa.Rademacher(), fa.Arcsine(), fa.Semicircle(), fa.MarchenkoPastur
D, X, W, P = fa.Deterministic, fa.Wigner, fa.Wishart, fa.HaarProjection


@dataclass(frozen=True)
class Case:
    """A law, the matrices that have it, and what is done with their eigenvalues."""

    law: fa.Law
    make: Callable[[], Any]
    image: Callable[[np.ndarray], np.ndarray] = np.asarray

    @cached_property
    def element(self) -> Any:
        return self.make()

    def spectra(self, n: int, trials: int, seed: int) -> dict[int, list[np.ndarray]]:
        plan = sampling_plan(n, trials, [float(q) for q in self.element.quotas()])
        found = sample_spectra(self.element.sample, plan, rng=seed)
        return {size: [np.sort(self.image(one)) for one in many] for size, many in found.items()}


LAWS = {
    "semicircle": Case(fa.Semicircle(1, 2), lambda: X(variance=2) + 1),
    "semicircle, complex": Case(SC, lambda: X(field="complex")),
    "Marchenko-Pastur": Case(MP(ratio=HALF), lambda: W(ratio=HALF)),
    "Marchenko-Pastur, atom": Case(MP(ratio=2, variance=3), lambda: W(ratio=2, variance=3)),
    "free Poisson": Case(fa.FreePoisson(rate=2, jump=HALF), lambda: W(ratio=HALF)),
    "free Poisson, negative jumps": Case(fa.FreePoisson(rate=HALF, jump=-2), lambda: -W(ratio=2)),
    "discrete": Case(THREE, lambda: D(THREE)),
    "projection": Case(fa.Projection(QUARTER), lambda: P(QUARTER)),
    "Rademacher": Case(SIGNS, lambda: 2 * P(HALF) - 1),
    "arcsine": Case(ARC, lambda: D(SIGNS) + D(SIGNS)),
    "arcsine, quantiles": Case(ARC, lambda: D(ARC)),
    "Kesten-McKay": Case(fa.KestenMcKay(3), lambda: D(SIGNS) + D(SIGNS) + D(SIGNS)),
    "Fuss-Catalan": Case(fa.FussCatalan(2), lambda: W() @ W()),
    "uniform": Case(fa.Uniform(-1, 2), lambda: D(fa.Uniform(-1, 2))),
    "Gaussian": Case(fa.Gaussian(), lambda: D(fa.Gaussian())),
}

OPERATIONS = {
    "sum": Case(fa.boxplus(THREE, SC, MP()), lambda: D(THREE) + X() + W()),
    "sum, atom left": Case(fa.boxplus(fa.Projection(QUARTER), fa.Projection(QUARTER)), lambda: P(QUARTER) + P(QUARTER)),
    "sum of arcsines": Case(fa.boxplus(ARC, SC), lambda: D(ARC) + X()),
    "product": Case(fa.boxtimes(MP(ratio=HALF), fa.Projection(HALF)), lambda: W(ratio=HALF) @ P(HALF)),
    "product, both signs": Case(fa.boxtimes(MP(ratio=HALF), THREE), lambda: W(ratio=HALF) @ D(THREE)),
    "product of projections": Case(fa.boxtimes(fa.Projection(HALF), fa.Projection(THIRD)), lambda: P(HALF) @ P(THIRD)),
    "product, mean 0": Case(fa.boxtimes(MP(), SC), lambda: W() @ X()),
    "additive power": Case(THREE.boxplus_power(3), lambda: D(THREE) + D(THREE) + D(THREE)),
    "additive power of a projection": Case(fa.Projection(THIRD).boxplus_power(2), lambda: P(THIRD) + P(THIRD)),
    "multiplicative power": Case(MP(ratio=HALF).boxtimes_power(2), lambda: W(ratio=HALF) @ W(ratio=HALF)),
    "compression": Case(THREE.compress(HALF), lambda: D(THREE).compress(HALF)),
    "compression, atom left": Case(fa.Projection(THIRD).compress(HALF), lambda: P(THIRD).compress(HALF)),
    "compression of signs": Case(SIGNS.compress(QUARTER), lambda: D(SIGNS).compress(QUARTER)),
    "affine": Case(3 - 2 * MP(ratio=HALF), lambda: 3 - 2 * W(ratio=HALF)),
    "square": Case(fa.boxplus(SC, SIGNS).square(), lambda: (X() + D(SIGNS)) ** 2),
    "inverse": Case((MP(ratio=HALF) + 1).inverse(), lambda: W(ratio=HALF) + 1, lambda x: 1 / x),
    "Möbius": Case(SC.mobius(1, 2, 1, 4), X, lambda x: (x + 2) / (x + 4)),
    "nested": Case(fa.boxtimes(fa.boxplus(MP(), fa.Projection(HALF)), MP(ratio=HALF)), lambda: (W() + P(HALF)) @ W(ratio=HALF)),
}
CASES = LAWS | OPERATIONS


def check(name: str, n: int, trials: int, alpha: float) -> None:
    case = CASES[name]
    report = assert_law_matches(case.law, case.spectra(n, trials, seed=17), ensemble=declared_ensemble_of(case.element), alpha=alpha)
    assert report.ks is not None
    assert len(report.rows) == 12


@pytest.mark.parametrize("name", CASES)
def test_matrices_agree(name: str) -> None:
    check(name, 200, 12, 1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_larger_matrices_agree(name: str) -> None:
    check(name, 500, 20, 1e-3)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.image is np.asarray])
def test_the_element_has_the_moments_of_the_law(name: str) -> None:
    """The words of the element know nothing of the law's lanes."""
    case = CASES[name]
    differences = [a - b for a, b in zip(case.element.moments(5), case.law.moments(5), strict=True)]
    assert [sympy.simplify(d) for d in differences] == [0] * 5


def test_a_mixture_is_a_direct_sum() -> None:
    law = fa.mixture({SC: THIRD, MP(): 2 * THIRD})
    blocks = {}
    for size, trials in {198: 12, 48: 96, 24: 192}.items():
        streams = zip(spawn(size, trials), spawn(size + 1, trials), strict=True)
        x, w = X(), W()
        pairs = [(x.sample(size // 3, a), w.sample(size - size // 3, b)) for a, b in streams]
        blocks[size] = [np.sort(np.concatenate([np.linalg.eigvalsh(a), np.linalg.eigvalsh(b)])) for a, b in pairs]
    assert_law_matches(law, blocks, alpha=1e-3)
    with pytest.raises(fa.StatisticalMismatch):
        assert_law_matches(fa.mixture({SC: THIRD + Rational(1, 20), MP(): 2 * THIRD - Rational(1, 20)}), blocks)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("additive power", THREE.boxplus_power(Rational(31, 10))),
        ("compression", THREE.compress(Rational(11, 20))),
        ("multiplicative power", MP(ratio=Rational(11, 20)).boxtimes_power(2)),
        ("product", fa.boxtimes(MP(ratio=HALF), fa.Projection(Rational(13, 25)))),
    ],
)
def test_a_neighbouring_law_is_caught(name: str, wrong: fa.Law) -> None:
    case = CASES[name]
    with pytest.raises(fa.StatisticalMismatch):
        assert_law_matches(wrong, case.spectra(200, 12, seed=17), ensemble=declared_ensemble_of(case.element))
