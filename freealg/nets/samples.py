"""Sampled networks: Gram matrices of nonlinear layers and Jacobians, at finite width."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from freealg.errors import InvalidInput
from freealg.matrices.haar import haar
from freealg.nets.activations import activation

__all__ = ["sample_gram", "sample_jacobian"]

Matrix = NDArray[np.float64]


def sample_gram(name: Any, n: int, phi: float = 1.0, psi: float = 1.0, rng: Any = None, layers: int = 1) -> Matrix:
    """Y Y^T/m, Y = f(W X/sqrt(n_0)) with n rows, n_0 = psi n, m = n_0/phi columns, Gaussian W and X; shape (n, n).

    With `layers` > 1 the layer Y/sqrt(Var) -> f(W Y/sqrt(n)) is repeated at width n, each Y rescaled to unit mean square. f should be centred.
    """
    if n < 1 or layers < 1 or not (phi > 0 and psi > 0):
        raise InvalidInput(f"sample_gram needs n >= 1, layers >= 1, phi > 0 and psi > 0, not {n}, {layers}, {phi}, {psi}")
    f, generator = activation(name), np.random.default_rng(rng)
    n0 = max(1, round(psi * n))
    m = max(1, round(n0 / phi))
    y = f(generator.standard_normal((n, n0)) @ generator.standard_normal((n0, m)) / np.sqrt(n0))
    for _ in range(layers - 1):
        y = y / np.sqrt(np.mean(y**2))
        y = f(generator.standard_normal((n, n)) @ y / np.sqrt(n))
    return np.asarray(y @ y.T / m)


def sample_jacobian(
    name: Any, width: int, depth: int, *, weights: str = "gaussian", sigma_w2: float = 1.0, sigma_b2: float = 0.0, q: float = 1.0, rng: Any = None
) -> Matrix:
    """J = D_L W_L ... D_1 W_1 of a random network at an input whose pre-activations have variance q; shape (width, width).

    h_l = W_l f(h_{l-1}) + b_l, weights of variance sigma_w2/width or sigma_w times Haar orthogonal, D_l = diag f'(h_l); h_1 is drawn with variance q.
    Eigenvalues of J J^T follow `freealg.nets.Jacobian` when q is the fixed point of the length map.
    """
    if width < 1 or depth < 1 or weights not in ("gaussian", "orthogonal"):
        raise InvalidInput(f"sample_jacobian needs width >= 1, depth >= 1 and gaussian or orthogonal weights, not {width}, {depth}, {weights!r}")
    f, generator = activation(name), np.random.default_rng(rng)
    h = np.sqrt(q) * generator.standard_normal(width)
    jacobian = np.eye(width)
    for layer in range(depth):
        gaussian = generator.standard_normal((width, width)) / np.sqrt(width)
        matrix = np.sqrt(sigma_w2) * (gaussian if weights == "gaussian" else haar(width, generator))
        if layer:
            h = matrix @ f(h) + np.sqrt(sigma_b2) * generator.standard_normal(width)
        jacobian = f.derivative(h)[:, None] * (matrix @ jacobian)
    return jacobian
