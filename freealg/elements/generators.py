"""The elements that everything is built from. Each call makes a new element, free from all others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sympy import Integer

from freealg.elements import star_families
from freealg.elements.ensembles import DeterministicFamily, Entries, ProjectionFamily, WignerFamily, WishartFamily
from freealg.elements.expression import Element, constant, letter_of
from freealg.elements.star_families import CircularFamily, HaarFamily
from freealg.law.law import Law

__all__ = ["Circular", "Deterministic", "HaarProjection", "HaarUnitary", "Identity", "SemicircularFamily", "Wigner", "Wishart"]


def Wigner(variance: Any = 1, *, field: str = "real", entries: Entries = "gaussian") -> Element:
    """A symmetric ("real") or Hermitian ("complex") matrix of independent entries, E|X_ij|^2 = variance/n; law Semicircle(variance=variance).

    `entries` is "gaussian", "rademacher", "uniform", "laplace", "exponential" or a callable (rng, shape) -> array of mean 0 and variance 1.
    Raises `InvalidInput` when variance <= 0.

    >>> Wigner(variance=2).law()
    Semicircle(variance=2)
    """
    return letter_of(WignerFamily(variance, field, entries))


def Wishart(ratio: Any = 1, variance: Any = 1, *, field: str = "real") -> Element:
    """X X*/m with X n x m of independent Gaussian entries, E|X_ij|^2 = variance, ratio = n/m; law MarchenkoPastur(ratio, variance), mean `variance`.

    Raises `InvalidInput` when ratio <= 0 or variance <= 0.

    >>> Wishart(ratio=2).moments(3)
    [1, 3, 11]
    """
    return letter_of(WishartFamily(ratio, variance, field))


def HaarProjection(p: Any, *, field: str = "real") -> Element:
    """The projection onto a uniformly random subspace of dimension p n, P P = P; law Projection(p).

    >>> P = HaarProjection(Integer(1)/3)
    >>> P*P == P, P.trace()
    (True, 1/3)
    """
    return letter_of(ProjectionFamily(p, field))


def Deterministic(law: Law, *, field: str = "real") -> Element:
    """A matrix with the quantiles of `law` as eigenvalues, in general position (conjugated by a Haar matrix), so free from everything else.

    >>> import freealg as fa
    >>> (Deterministic(fa.Rademacher()) + Deterministic(fa.Rademacher())).moments(6)
    [0, 2, 0, 6, 0, 20]
    """
    return letter_of(DeterministicFamily(law, field))


def Identity() -> Element:
    """The unit: `X + 3` is `X + 3*Identity()`.

    >>> Identity() * 2 + Identity()
    3*Identity()
    """
    return constant(Integer(1))


def SemicircularFamily(covariance: Sequence[Sequence[Any]] | Any, *, field: str = "real") -> tuple[Element, ...]:
    """Jointly semicircular x_0, x_1, ... with tau(x_i x_j) = covariance[i][j], symmetric and positive semidefinite: lists, an array, a SymPy matrix.

    >>> x, y = SemicircularFamily([[1, 3], [3, 10]])
    >>> (x*x*y*y).trace(), (x + y).law()
    (19, Semicircle(variance=17))
    """
    rows = covariance.tolist() if hasattr(covariance, "tolist") else covariance
    family = star_families.SemicircularFamily(tuple(tuple(row) for row in rows), field)
    return tuple(letter_of(family, index) for index in range(family.count))


def Circular(variance: Any = 1, *, field: str = "complex") -> Element:
    """A square matrix of independent entries, E|X_ij|^2 = variance/n; tau(c c*) = variance, `c.H` is its adjoint. Its sampler is Ginibre's.

    >>> c, d = Circular(), Circular()
    >>> (c*c.H).law(), (c*d*d.H*c.H).moments(5)
    (MarchenkoPastur(), [1, 3, 12, 55, 273])
    """
    return letter_of(CircularFamily(variance, field))


def HaarUnitary(*, field: str = "complex") -> Element:
    """A uniformly random unitary (orthogonal if field="real") matrix, u u* = u* u = 1, tau(u^k) = 0 for k != 0; `u.H` is its adjoint.

    >>> u = HaarUnitary()
    >>> u*u.H == Identity(), (u + u.H).moments(6)
    (True, [0, 2, 0, 6, 0, 20])
    """
    return letter_of(HaarFamily(field))
