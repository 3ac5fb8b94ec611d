"""Densities of images without an equation of their own, at distances from 1e-13 of the width from each edge, against digits at the same doubles."""

import pytest
from sympy import Rational

import freealg as fa

HALF, THIRD = Rational(1, 2), Rational(1, 3)
SUM = fa.boxplus(fa.Uniform(-1, 1), fa.Semicircle())

IMAGES = {
    "affine": 3 - 2 * SUM,
    "affine, far": SUM * THIRD + Rational(1000, 7),
    "square": SUM.square(),
    "affine image of a square": 1 - 2 * SUM.square(),
    "affine image of a mixture": 1 - 3 * fa.mixture({SUM: HALF, fa.Uniform(4, 5): HALF}),
    "Moebius": SUM.mobius(THIRD, 0, 1, 7),
    "root": fa.MarchenkoPastur(ratio=HALF).sqrt(),
    "root of three intervals": fa.boxtimes(fa.MarchenkoPastur(Rational(1, 10)), fa.Discrete({1: HALF, 3: Rational(3, 10), 10: Rational(1, 5)})).sqrt(),
    "root of a hard edge": fa.FussCatalan(2).sqrt(),
}


@pytest.mark.parametrize("name", IMAGES)
def test_images_keep_their_digits_beside_their_edges(name):
    law = IMAGES[name]
    for low, high in law.support_intervals():
        low, high = low.n(40), high.n(40)
        for end, side in ((low, 1), (high, -1)):
            for share in (1e-13, 1e-12, 1e-9, 1e-4):
                x = float(end + side * (high - low) * Rational(share))
                assert law.pdf(x) == pytest.approx(float(law.pdf(Rational(x), dps=18)), rel=1e-13, abs=0)


@pytest.mark.parametrize("name", ["affine", "square", "root"])
def test_nothing_outside_and_at_the_edge(name):
    law = IMAGES[name]
    low, high = (float(end) for end in law.support())
    assert law.pdf([low - 1e-9, high + 1e-9]).tolist() == [0, 0]
