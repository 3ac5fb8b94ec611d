"""Many moments of a curve without parameters: Newton's method modulo many primes, or the recurrence, whichever is predicted to be cheaper.

Both are proved, and neither needs more than a few exact moments of the germ. With parameters the germ itself is the way: its coefficients in
closed form are polynomials, which no recurrence unrolls faster.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any, final

import flint
from sympy import Expr

from freealg.errors import BudgetExceeded
from freealg.exact.curve import Curve
from freealg.exact.differential import DEFAULT_BUDGET, derived_recurrence, predicted_work
from freealg.exact.germ_equation import GermEquation
from freealg.exact.multimodular import ScaledGerm
from freealg.exact.recurrence import Recurrence
from freealg.exact.scaling import reduced_rational
from freealg.exact.series import Sequence

__all__ = ["MomentRoutes"]

_BY_GERM = 12
_WORK_PER_MICROSECOND = 10
_NEWTON_STEP = 0.6  # microseconds per prime, degree and term
_UNROLL_STEP = 0.5  # microseconds per term of the recurrence


@final
class MomentRoutes:
    """m_1, ..., m_n of a germ by the route with the least predicted cost; what was found is kept for the next call.

    >>> from freealg.exact.germs import curve_germ
    >>> from freealg.exact.fields import Ring
    >>> from freealg.exact.curve import context_over
    >>> G, z = context_over(Ring.of()).gens()
    >>> semicircle = Curve(Ring.of(), G**2 - z*G + 1)
    >>> routes = MomentRoutes(semicircle, curve_germ(semicircle))
    >>> routes(8)
    [0, 1, 0, 2, 0, 5, 0, 14]
    >>> routes.route(40), routes.route(10_000)
    ('newton', 'recurrence')
    """

    def __init__(self, curve: Curve, germ: Sequence) -> None:
        self.curve, self.germ = curve, germ
        self._scaled: ScaledGerm | None = None
        self._recurrence: Recurrence | None = None

    def __call__(self, count: int) -> list[Any]:
        """[m_1, ..., m_count] in the ring of the germ."""
        route = self.route(count)
        if route == "germ":
            return self.germ.first(count)
        if route == "recurrence":
            return self.recurrence().elements(count)
        return self._by_newton(count, lambda base: lambda k, u: flint.fmpq(u, flint.fmpz(base) ** k))

    def expressions(self, count: int) -> list[Expr]:
        """[m_1, ..., m_count] as SymPy expressions; numbers are reduced by the known primes of their denominators, so long ones need no gcd."""
        route = self.route(count)
        if route == "germ":
            return [self.germ.ring.to_sympy(value) for value in self.germ.first(count)]
        if route == "recurrence":
            return self.recurrence().moments(count)
        return self._by_newton(count, _reducer)

    def _by_newton(self, count: int, converter: Callable[[int], Callable[[int, Any], Any]]) -> list[Any]:
        """u_k / base^k; the base is read after the u_k are there, because finding them may widen it."""
        scaled = self.scaled()
        step = scaled.equation.step
        found = scaled.first(count // step + 1)
        convert = converter(scaled.base)
        result = [convert(0, flint.fmpz(0))] * count
        result[step - 1 :: step] = [convert(k, u) for k, u in enumerate(found)][1:]
        return result

    def route(self, count: int) -> str:
        """'germ', 'newton' or 'recurrence'."""
        if count <= _BY_GERM or self.germ.ring.context is not None or any(int(d) for d in self.curve.poly.degrees()[2:]):
            return "germ"
        costs = self.costs(count)
        return min(costs, key=lambda name: costs[name])

    def costs(self, count: int) -> dict[str, float]:
        """Predicted microseconds; good to a factor of a few."""
        scaled = self.scaled()
        equation = scaled.equation
        terms = count / equation.step
        primes = ceil((terms * scaled.growth() + 60) / 61)
        costs = {"newton": _NEWTON_STEP * primes * equation.degree_y * terms}
        work = predicted_work(self.curve)
        if self._recurrence is not None:
            costs["recurrence"] = _UNROLL_STEP * terms * len(self._recurrence.rows)
        elif work <= DEFAULT_BUDGET:
            costs["recurrence"] = work / _WORK_PER_MICROSECOND + _UNROLL_STEP * terms * 2 * equation.degree_y * equation.degree_w
        return costs

    def recurrence(self) -> Recurrence:
        """The recurrence of the moments, proved."""
        if self._recurrence is None:
            self._recurrence = derived_recurrence(self.curve, self.germ)
        return self._recurrence

    def single(self, k: int) -> Expr:
        """m_k alone, in little memory where there is a recurrence within the budget."""
        try:
            return self.recurrence().moment(k)
        except BudgetExceeded:
            return self.germ.ring.to_sympy(self(k)[k - 1])

    def scaled(self) -> ScaledGerm:
        """The germ over the integers."""
        if self._scaled is None:
            self._scaled = ScaledGerm(GermEquation.of(self.curve, self.germ))
        return self._scaled


def _reducer(base: int) -> Callable[[int, Any], Any]:
    """u_k -> u_k / base^k, reduced by the known primes of the base."""
    primes = [(int(p), int(e)) for p, e in flint.fmpz(base).factor()]
    return lambda k, u: reduced_rational(u, [(p, e * k) for p, e in primes])
