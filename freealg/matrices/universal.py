"""What a declared ensemble says about one matrix: fluctuation and finite-N bias of its linear statistics.

Let f = a_0/2 + sum a_k T_k on the hull of the spectrum (T_k the Chebyshev polynomials of the hull), and S_N(f) = Tr f(X_N). For the
one-cut invariant ensembles of index beta (1 real, 2 complex), Gaussian and Wishart among them (Johansson, Duke Math. J. 91, 1998):

    Var S_N(f) -> (1/(2 beta)) sum k a_k^2,        E S_N(f) - N E f -> (2/beta - 1) (1/2) sum_{k even} a_k.

For beta = 2 the bias left is O(1/N): (k^3 - 4k)/96 for T_k in the GUE (from its exact moments), k^3/96 here. Entries with a fourth
cumulant c add c (a_2^2/2 + a_1^2/4) to the variance and c (a_2 + a_4)/2 to the bias at most. Other ensembles (free sums, products,
projections) fluctuate less in most directions and at most twice as much in variance: two free projections have a spectrum that is symmetric pair
by pair, so that N/2 pairs fluctuate and the variance doubles. The declared variance is therefore doubled.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import final

import numpy as np
from numpy.typing import NDArray

from freealg.errors import InvalidInput, shown

__all__ = ["ENSEMBLES", "Ensemble", "chebyshev_coefficients", "declared_ensemble"]

Vector = NDArray[np.float64]
NODES = 256
SAFETY = 2.0


@final
@dataclass(frozen=True)
class Ensemble:
    """What the user says of a matrix: index beta (1 real, 2 complex, inf: no fluctuation), the fourth cumulant of its normalised entries, and
    `displacement`, the number of eigenvalues by which its counting function may be off without any randomness (1 for quantiles).

    >>> Ensemble("Wigner with Rademacher entries", beta=1, fourth_cumulant=-2).counting_bias > ENSEMBLES["real"].counting_bias
    True
    """

    name: str
    beta: float
    fourth_cumulant: float = 0.0
    displacement: float = 0.0

    @property
    def edge_weight(self) -> float:
        """|2/beta - 1|/2, the limit of E Tr T_k - N E T_k for even k: 1/2 real, 0 complex, 0 without fluctuation."""
        return abs(2 / self.beta - 1) / 2 if math.isfinite(self.beta) else 0.0

    @property
    def counting_bias(self) -> float:
        """How far N E F_N may be from N F, in eigenvalues: the edge weight (half of it sits at each edge), |c|/12 for the fourth cumulant c."""
        return self.edge_weight + abs(self.fourth_cumulant) / 12

    def variance(self, coefficients: Vector) -> float:
        """Twice (1/(2 beta)) sum k a_k^2 plus the share of a positive fourth cumulant: a bound of Var Tr f.

        >>> ENSEMBLES["real"].variance(np.array([0.0, 2.0]))  # f = x on [-2, 2]: Var Tr X = 2 for the GOE, doubled
        4.0
        """
        orders = np.arange(coefficients.size)
        invariant = float((orders * coefficients**2).sum()) / (2 * self.beta)
        first, second = _coefficient(coefficients, 1), _coefficient(coefficients, 2)
        return SAFETY * (invariant + max(self.fourth_cumulant, 0.0) * (first**2 / 4 + second**2 / 2))

    def bias(self, coefficients: Vector, n: int) -> float:
        """A bound of |E Tr f - N E f| at size n: edge weight times sum_{k even >= 2} |a_k|, plus sum k^3 |a_k|/(96 n), plus the fourth cumulant's.

        >>> ENSEMBLES["real"].bias(np.array([2.0, 0.0, 2.0]), 10**9).__round__(6)  # f = x^2 on [-2, 2]: E Tr X^2 = N + 1 for the GOE
        1.0
        """
        if not math.isfinite(self.beta):
            return 0.0
        orders, size = np.arange(coefficients.size), np.abs(coefficients)
        edges = self.edge_weight * float(size[2::2].sum())
        fourth = abs(self.fourth_cumulant) / 2 * (_coefficient(size, 2) + _coefficient(size, 4))
        return edges + float((orders**3 * size).sum()) / (96 * n) + fourth

    def bias_radius(self, dimension: int, n: int) -> float:
        """A bound of the bias of any f of degree <= dimension in standard deviations of one matrix: the root of sum_k bias(T_k)^2/(k/(2 beta)).

        >>> round(ENSEMBLES["real"].bias_radius(6, 10**9), 3)  # sqrt(1/4 + 1/8 + 1/12); measured at N = 100: 0.65 GOE, 0.64 Wishart
        0.677
        """
        orders = np.arange(1, dimension + 1)
        bias = self.edge_weight * (orders % 2 == 0) + orders**3 / (96 * n) + abs(self.fourth_cumulant) / 2 * ((orders == 2) | (orders == 4))
        return float(np.sqrt((bias**2 * 2 * self.beta / orders).sum()))

    def count_variance(self, n: int) -> float:
        """Var #(lambda <= x) = (log(2 pi n) + 1 + gamma)/(beta pi^2) in the bulk: half of Dyson and Mehta's for a stretch of n levels."""
        return (math.log(2 * math.pi * n) + 1 + float(np.euler_gamma)) / (self.beta * math.pi**2)


ENSEMBLES = {
    "real": Ensemble("real", beta=1),
    "complex": Ensemble("complex", beta=2),
    "deterministic": Ensemble("deterministic", beta=math.inf, displacement=1),
}


def declared_ensemble(ensemble: str | Ensemble) -> Ensemble:
    """The ensemble of that name, or the ensemble itself.

    >>> declared_ensemble("quaternionic")
    Traceback (most recent call last):
    ...
    freealg.errors.InvalidInput: ensemble 'quaternionic' is unknown: declare one of real, complex, deterministic, or pass an Ensemble
    """
    if isinstance(ensemble, Ensemble):
        return ensemble
    if ensemble not in ENSEMBLES:
        raise InvalidInput(f"ensemble {shown(ensemble)} is unknown: declare one of {', '.join(ENSEMBLES)}, or pass an Ensemble")
    return ENSEMBLES[ensemble]


def chebyshev_coefficients(function: Callable[[Vector], Vector], low: float, high: float) -> Vector:
    """a_0 ... a_127 of f = a_0/2 + sum a_k T_k on [low, high], by 256-point Gauss-Chebyshev quadrature (exact for polynomials of degree < 128).

    >>> chebyshev_coefficients(lambda x: x**2, -2, 2)[:4].round(12).__abs__().tolist()
    [4.0, 0.0, 2.0, 0.0]
    """
    cosines = _cosines()
    return np.asarray(2 / NODES * (cosines @ function((low + high) / 2 + (high - low) / 2 * cosines[1])))


@cache
def _cosines() -> NDArray[np.float64]:
    """cos(k theta_i) for k = 0 ... 127 at the 256 nodes theta_i = (i + 1/2) pi/256."""
    return np.asarray(np.cos(np.outer(np.arange(NODES // 2), (np.arange(NODES) + 0.5) * (np.pi / NODES))))


def _coefficient(coefficients: Vector, order: int) -> float:
    """a_order, or 0 beyond the end."""
    return float(coefficients[order]) if order < coefficients.size else 0.0
