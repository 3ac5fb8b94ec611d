"""The Gaussian law."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, prod
from typing import Any, final

from sympy import Eq, Expr, I, Integer, Mod, Piecewise, Symbol, erfc, exp, factorial2, oo, pi, sqrt

from freealg.errors import NoClosedForm
from freealg.exact.coerce import exact
from freealg.exact.fields import Ring
from freealg.exact.recurrence import Recurrence, stated_recurrence
from freealg.exact.series import Sequence
from freealg.forms import AtomicPart, CauchyTransform, Density, Moments, x, z
from freealg.law.law import Law
from freealg.laws.conditions import set_exact

__all__ = ["Gaussian"]


@final
@dataclass(frozen=True, repr=False, init=False)
class Gaussian(Law):
    """m_2n = (2n - 1)!! variance^n about the mean; G by the Faddeeva function. It is not algebraic, and it is freely infinitely divisible.

    Raises `InvalidInput` when variance <= 0. Source: Belinschi, Bożejko, Lehner and Speicher (2011) for the divisibility.

    >>> Gaussian().free_cumulants(8)
    [0, 1, 0, 1, 0, 4, 0, 27]
    """

    mean_: Expr
    variance_: Expr

    def __init__(self, mean: Any = 0, variance: Any = 1) -> None:
        set_exact(self, {"mean_": mean, "variance_": variance}, variance="> 0")

    def state_moments(self) -> Moments:
        """m_n = sum over even j of binomial(n, j) (j - 1)!! variance^(j/2) mean^(n-j)"""
        ring = Ring.of(self.mean_, self.variance_)
        a, s = ring.convert(self.mean_), ring.convert(self.variance_)

        def moment(n: int) -> Any:
            terms = (a ** (n - j) * s ** (j // 2) * (comb(n, j) * prod(range(1, j, 2))) for j in range(0, n + 1, 2))
            return sum(terms, ring.scalar(0))

        return Moments(Sequence(ring, lambda n: [moment(k) for k in range(1, n + 1)]))

    def state_cauchy_transform(self) -> CauchyTransform:
        """stated"""
        scaled = (z - self.mean_) / sqrt(2 * self.variance_)
        return CauchyTransform(-I * sqrt(pi / (2 * self.variance_)) * exp(-(scaled**2)) * erfc(-I * scaled))

    def moment_formula(self, k: Symbol) -> Expr:
        if self.mean_ != 0:
            raise NoClosedForm("the moments of a Gaussian law of mean other than 0 are Hermite polynomials; shift it to mean 0")
        even = factorial2(k - 1) * self.variance_ ** (k / 2)
        return Piecewise((even, Eq(Mod(k, 2), 0)), (0, True))

    def known_recurrence(self) -> Recurrence:
        """m_n = mean m_(n-1) + (n - 1) variance m_(n-2)"""
        a, s = self.mean_, self.variance_
        if a == 0:
            return stated_recurrence([[Integer(1)], [s, -s]], 2, "by parts in the density")
        return stated_recurrence([[Integer(1)], [-a], [s, -s]], 1, "by parts in the density")

    def state_density(self) -> Density:
        """stated"""
        return Density(exp(-((x - self.mean_) ** 2) / (2 * self.variance_)) / sqrt(2 * pi * self.variance_))

    def state_atomic_part(self) -> AtomicPart:
        """stated: no atoms"""
        return AtomicPart(())

    def known_edges(self) -> dict[Expr, tuple[Expr, Expr]]:
        """The density has no edges and no power law at infinity."""
        return {}

    def known_intervals(self) -> list[tuple[Expr, Expr]]:
        return [(-oo, oo)]

    def known_sign(self) -> int:
        return 0

    def infinitely_divisible(self) -> bool:
        return True

    def affine(self, a: Any, b: Any) -> Law:
        """The Gaussian law of mean a*mean + b and variance a^2*variance."""
        a, b = exact(a, "the factor"), exact(b, "the shift")
        return super().affine(a, b) if a == 0 else Gaussian(a * self.mean_ + b, a**2 * self.variance_)
