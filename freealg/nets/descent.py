"""Gradient descent on a quadratic, seen through the spectrum of its Hessian."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

import sympy
from sympy import Expr, Integer, Symbol, binomial, gamma

from freealg.errors import InvalidInput, NotALaw, shown
from freealg.exact.coerce import exact
from freealg.exact.edge_forms import is_logarithmic
from freealg.exact.radicals import without_roots_below
from freealg.law.law import Law

__all__ = ["GradientDescent"]


@final
@dataclass(frozen=True, init=False)
class GradientDescent:
    """w_{n+1} = w_n - step H (w_n - w*), the Hessian H of law `law`, the start w_0 - w* isotropic of variance `variance` and independent of H.

    E[loss_n]/N = (variance/2) E[X (1 - step X)^(2n)] with loss = (w - w*).H(w - w*)/2. It converges when 0 <= step x < 2 on the support; zero modes
    do no harm to the loss. Raises `InvalidInput` when step <= 0 or variance <= 0.

    >>> import freealg as fa
    >>> GradientDescent(fa.MarchenkoPastur(ratio=Symbol("r")), Symbol("a")).losses(1)
    [1/2, a**2*(r**2 + 3*r + 1)/2 - a*(r + 1) + 1/2]
    """

    law: Law
    step: Expr
    variance: Expr

    def __init__(self, law: Law, step: Any, variance: Any = 1) -> None:
        for name, value in (("step", step), ("variance", variance)):
            number = exact(value, f"GradientDescent: {name}")
            if number.is_number and not (number.is_real and number > 0):
                raise InvalidInput(f"GradientDescent needs {name} > 0, not {shown(number)}; change {name}")
            object.__setattr__(self, name, number)
        object.__setattr__(self, "law", law)

    def losses(self, n: int) -> list[Expr]:
        """[E loss_0, ..., E loss_n]/N, exact from the moments to order 2n + 1."""
        return [self.variance * self._mean(1, k) / 2 for k in range(n + 1)]

    def errors(self, n: int) -> list[Expr]:
        """[E |w_k - w*|^2/N for k = 0, ..., n] = variance E[(1 - step X)^(2k)], exact from the moments to order 2n."""
        return [self.variance * self._mean(0, k) for k in range(n + 1)]

    def rate(self) -> float:
        """max |1 - step x| over the non-zero support: the factor of one step on the slowest mode; below 1 when it converges."""
        low, high = self._ends()
        step = float(self.step)
        return max(abs(1 - step * low), abs(1 - step * high))

    def converges(self) -> bool:
        """Whether 0 <= step x < 2 on the whole support."""
        low, high = (float(end) for end in self.law.support())
        return low >= 0 and float(self.step) * high < 2

    def best_step(self) -> Expr:
        """2/(x_min + x_max) over the non-zero support, which makes the rate as small as it can be."""
        low, high = self._exact_ends()
        return without_roots_below(2 / (low + high))

    def asymptotic_loss(self, n: Symbol) -> Expr:
        """The leading term of E loss_n/N as n -> oo, from the exponent of the slowest edge.

        At a hard or soft edge at 0, density ~ c x^a: variance c Gamma(a + 2)/(2 (2 step n)^(a + 2)), a power law; for c/(x log(x)^2),
        variance c/(4 step n log(n)^2). At an edge e > 0 with |1 - step e| = r the largest:
        (variance/2) e c Gamma(a + 1) (r/(2 step n))^(a + 1) r^(2n).
        """
        self.law.require_numbers("the asymptotic loss")
        if not self.converges():
            most = 2 / float(self.law.support()[1])
            raise NotALaw(f"gradient descent with step {self.step} does not converge on {self.law}; take step < {most:.6g}")
        edges = self.law.edge_exponents()
        if Integer(0) in edges:
            a, c = edges[Integer(0)]
            if is_logarithmic(a):
                return self.variance * c / (4 * self.step * n * sympy.log(n) ** 2)
            return self.variance * c * gamma(a + 2) / (2 * (2 * self.step * n) ** (a + 2))
        slow = max(edges, key=lambda edge: abs(1 - float(self.step) * float(edge)))
        a, c = edges[slow]
        r = abs(1 - self.step * slow)
        return self.variance / 2 * slow * c * gamma(a + 1) * (r / (2 * self.step * n)) ** (a + 1) * r ** (2 * n)

    def _mean(self, power: int, k: int) -> Expr:
        """E[X^power (1 - step X)^(2k)]."""
        moments = [Integer(1), *self.law.moments(2 * k + power)]
        terms = [binomial(2 * k, j) * (-self.step) ** j * moments[j + power] for j in range(2 * k + 1)]
        return sympy.Add(*terms)

    def _exact_ends(self) -> tuple[Expr, Expr]:
        self.law.require_numbers("the step size")
        intervals = self.law.support_intervals()
        points = [end for interval in intervals for end in interval] + [location for location in self.law.atoms() if location != 0]
        if min(points) < 0:
            raise InvalidInput(f"{self.law} reaches below zero, where gradient descent runs away; minimise a law on [0, oo)")
        return min(points), max(points)

    def _ends(self) -> tuple[float, float]:
        low, high = self._exact_ends()
        return float(low), float(high)
