"""Sampled networks: Gram matrices of nonlinear layers and Jacobians, at finite width."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from freealg.errors import InvalidInput, shown
from freealg.matrices.haar import haar
from freealg.nets.activations import activation

__all__ = ["sample_gram", "sample_jacobian", "sample_linear_plus_noise"]

Matrix = NDArray[np.float64]


def sample_gram(name: Any, n: int, phi: float = 1.0, psi: float = 1.0, rng: Any = None, *, layers: int = 1, sigma: float = 1.0) -> Matrix:
    """Y Y^T/m, Y = f(sigma W X/sqrt(n_0)) with n rows, n_0 = psi n, m = n_0/phi columns, Gaussian W and X; shape (n, n).

    With `layers` > 1 the layer Y -> f(sigma W Y/sqrt(n)) is repeated at width n, each Y rescaled to unit mean square before. f should be centred.

    >>> sample_gram("tanh", 3, phi=0.5, psi=2, rng=0).shape
    (3, 3)
    """
    if layers < 1 or not sigma > 0:
        raise InvalidInput(f"sample_gram needs layers >= 1 and sigma > 0, not {shown(layers)} and {shown(sigma)}; change them")
    n0, m = _shape("sample_gram", n, phi, psi)
    f, generator = activation(name), np.random.default_rng(rng)
    y = f(sigma * generator.standard_normal((n, n0)) @ generator.standard_normal((n0, m)) / np.sqrt(n0))
    for _ in range(layers - 1):
        y = y / np.sqrt(np.mean(y**2))
        y = f(sigma * generator.standard_normal((n, n)) @ y / np.sqrt(n))
    return np.asarray(y @ y.T / m)


def sample_linear_plus_noise(eta: float, zeta: float, n: int, phi: float = 1.0, psi: float = 1.0, *, rng: Any = None) -> Matrix:
    """Y Y^T/m, Y = sqrt(zeta) W X/sqrt(n_0) + sqrt(eta - zeta) N, the Gaussian model with the law of every f(W X) with these eta and zeta.

    >>> sample_linear_plus_noise(1, 0.5, 4, rng=0).shape
    (4, 4)
    """
    if not 0 <= zeta <= eta:
        raise InvalidInput(f"sample_linear_plus_noise needs 0 <= zeta <= eta, not zeta = {zeta} and eta = {eta}")
    n0, m = _shape("sample_linear_plus_noise", n, phi, psi)
    generator = np.random.default_rng(rng)
    signal = generator.standard_normal((n, n0)) @ generator.standard_normal((n0, m)) / np.sqrt(n0)
    y = zeta**0.5 * signal + (eta - zeta) ** 0.5 * generator.standard_normal((n, m))
    return np.asarray(y @ y.T / m)


def _shape(name: str, n: int, phi: float, psi: float) -> tuple[int, int]:
    """n_0 and m."""
    if n < 1 or not (phi > 0 and psi > 0):
        raise InvalidInput(f"{name} needs n >= 1, phi > 0 and psi > 0, not {shown(n)}, {shown(phi)}, {shown(psi)}; change them")
    n0 = max(1, round(psi * n))
    return n0, max(1, round(n0 / phi))


def sample_jacobian(
    name: Any, width: int, depth: int, *, weights: str = "gaussian", sigma_w2: float = 1.0, sigma_b2: float = 0.0, q: float = 1.0, rng: Any = None
) -> Matrix:
    """J = D_L W_L ... D_1 W_1 of a random network at an input whose pre-activations have variance q; shape (width, width).

    h_l = W_l f(h_{l-1}) + b_l, weights of variance sigma_w2/width or sigma_w times Haar orthogonal, D_l = diag f'(h_l); h_1 is drawn with variance q.
    Eigenvalues of J J^T follow `freealg.nets.Jacobian` when q is the fixed point of the length map.
    """
    sizes = all(isinstance(size, (int, np.integer)) and size >= 1 for size in (width, depth))
    if not sizes or weights not in ("gaussian", "orthogonal"):
        text = f"{shown(width)}, {shown(depth)}, {shown(weights)}"
        raise InvalidInput(f"sample_jacobian needs whole numbers width >= 1, depth >= 1 and gaussian or orthogonal weights, not {text}")
    for value, least, what in ((sigma_w2, "> 0", "sigma_w2"), (q, "> 0", "q"), (sigma_b2, ">= 0", "sigma_b2")):
        if not (np.isfinite(float(value)) and (value > 0 or (value == 0 and least == ">= 0"))):
            raise InvalidInput(f"sample_jacobian needs {what} {least}, not {value}; it is a variance")
    sigma_w2, sigma_b2, q = float(sigma_w2), float(sigma_b2), float(q)
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
