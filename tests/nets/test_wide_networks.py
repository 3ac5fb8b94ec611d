"""Sampled networks of width 1000 against the laws of their Jacobians at depths 1, 2, 8 and 32: forward passes of real networks, one for each case."""

import numpy as np
import pytest
from sympy import Rational

from freealg.nets import Jacobian, critical_line, sample_jacobian

WIDTH = 1000
KOLMOGOROV = 1.95 / np.sqrt(WIDTH)
CASES = [("linear", "gaussian", None), ("relu", "gaussian", None), ("relu", "orthogonal", None), ("hard_tanh", "orthogonal", Rational(1, 4)),
         ("tanh", "orthogonal", Rational(1, 4)), ("scaled_erf", "gaussian", Rational(1, 4))]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("depth", [1, 2, 8, 32])
@pytest.mark.parametrize(("name", "weights", "q"), CASES)
def test_singular_values_of_a_wide_network(name, weights, q, depth):
    """Away from the atoms; the slopes f'(h_i) are independent draws, so a layer alone has the fluctuations of Kolmogorov's test (one in a thousand)."""
    w, b = (float(v) for v in critical_line(name, 1 if q is None else q))
    length = 1.0 if q is None else float(q)
    jacobian = sample_jacobian(name, WIDTH, depth, weights=weights, sigma_w2=w, sigma_b2=b, q=length, rng=depth)
    values = np.sort(np.linalg.svd(jacobian, compute_uv=False))
    law = Jacobian(name, depth=depth, weights=weights, q=q)
    grid = np.linspace(0.02, 1.1 * float(law.support()[1]) ** 0.5, 300)
    for atom in law.atoms():
        grid = grid[np.abs(grid - float(atom) ** 0.5) > 0.02 * (1 + depth / 8)]
    gaps = np.abs(law.singular_values().cdf(grid) - np.searchsorted(values, grid, side="right") / WIDTH)
    assert gaps.max() < KOLMOGOROV + 2 * depth / WIDTH
