"""Random free sums and products: mass one, exact moments, and the fast density against the certified one."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

from freealg.numerics.algebraic import AlgebraicDensity


def random_leaf(rng, kit, positive):
    kind = rng.randrange(3)
    if kind == 0 and not positive:
        return kit.semicircle(Fraction(rng.randint(1, 8), rng.randint(1, 8)))
    if kind == 1:
        return kit.marchenko_pastur(Fraction(rng.randint(1, 12), rng.randint(1, 6)))
    low = 1 if positive else -6
    places = sorted({Fraction(rng.randint(low, 9), rng.choice([1, 2, 3])) for _ in range(rng.randint(2, 3))})
    weights = [rng.randint(1, 5) for _ in places]
    return kit.atoms({x: Fraction(w, sum(weights)) for x, w in zip(places, weights, strict=True)})


def random_law(seed, kit):
    rng = random.Random(seed)
    shape = rng.random()
    if shape < 0.4:
        return kit.sum(random_leaf(rng, kit, False), random_leaf(rng, kit, False))
    product = random_leaf(rng, kit, True), kit.marchenko_pastur(Fraction(rng.randint(1, 9), rng.randint(1, 5)))
    if shape < 0.75:
        return kit.curve(*kit.product(*product))
    return kit.sum(kit.product(*product), kit.semicircle(Fraction(rng.randint(1, 8), rng.randint(1, 8))))


def check(law, points, seed):
    assert abs(law.distribution.total - 1) < 1e-12
    for k, exact in enumerate(law.curve.moments(6), start=1):
        assert abs(law.expect(lambda x, k=k: x**k) - float(exact)) < 1e-11 * max(1.0, abs(float(exact)))
    low, high = law.icdf([1e-9, 1 - 1e-9])
    assert (law.pdf(np.linspace(low, high, 2000)) >= 0).all()
    x = np.random.default_rng(seed).uniform(low - 0.1, high + 0.1, points)
    for point, value, transform in zip(x, law.pdf(x), law.cauchy(x + 1e-5j), strict=True):
        exact = float(law.pdf_ball(float(point), 18))
        assert abs(value - exact) <= 1e-13 * exact
        certified = complex(law.cauchy_ball(complex(point, 1e-5), 18))
        assert abs(transform - certified) <= 1e-10 * (1 + abs(certified))


@pytest.mark.parametrize("seed", range(8))
def test_random_laws(curve_kit, seed):
    check(AlgebraicDensity(random_law(seed, curve_kit)), 12, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 200))
def test_ten_thousand_random_pairs_show_no_wrong_branch(curve_kit, seed):
    check(AlgebraicDensity(random_law(seed, curve_kit)), 100, seed)
