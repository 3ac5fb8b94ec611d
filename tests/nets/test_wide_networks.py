"""Sampled networks of width 1000 against the laws of their Jacobians at depths 1, 2, 8 and 32: forward passes of real networks, one for each case."""

import numpy as np
import pytest
from sympy import Rational

from freealg.nets import Jacobian, critical_line, sample_jacobian

WIDTH = 1000
CASES = [("linear", "gaussian", None), ("relu", "gaussian", None), ("relu", "orthogonal", None), ("hard_tanh", "orthogonal", Rational(1, 4)),
         ("tanh", "orthogonal", Rational(1, 4)), ("scaled_erf", "gaussian", Rational(1, 4))]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("depth", [1, 2, 8, 32])
@pytest.mark.parametrize(("name", "weights", "q"), CASES)
def test_singular_values_of_a_wide_network(name, weights, q, depth):
    """The distribution functions differ by a few times depth/width at most, away from the atoms."""
    w, b = (float(v) for v in critical_line(name, 1 if q is None else q))
    length = 1.0 if q is None else float(q)
    jacobian = sample_jacobian(name, WIDTH, depth, weights=weights, sigma_w2=w, sigma_b2=b, q=length, rng=depth)
    values = np.sort(np.linalg.svd(jacobian, compute_uv=False))
    law = Jacobian(name, depth=depth, weights=weights, q=q)
    grid = np.linspace(0.02, 1.1 * float(law.support()[1]) ** 0.5, 300)
    for atom in law.atoms():
        grid = grid[np.abs(grid - float(atom) ** 0.5) > 0.02 * (1 + depth / 8)]
    gaps = np.abs(law.singular_values().cdf(grid) - np.searchsorted(values, grid, side="right") / WIDTH)
    assert gaps.max() < 0.02 + 2 * depth / WIDTH
    scale = float(law.support()[1])
    for k in (1, 2):
        assert np.mean((values**2 / scale) ** k) == pytest.approx(float(law.moment(k)) / scale**k, rel=0.15 if weights == "gaussian" else 0.1)
