"""Numeric answers of the law of sqrt(X), read off the engine of X."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, final

import flint
import mpmath
import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Integer, Rational, oo, sqrt

from freealg.errors import Undecided
from freealg.exact.context import ball_precision
from freealg.exact.edge_forms import in_digits, is_logarithmic, raised, stretched, tail_raised
from freealg.numerics.beside_edges import BesideEdges
from freealg.numerics.digits import as_mp, guarded
from freealg.numerics.engines import entropy_of

__all__ = ["RootedSpectrum"]

Array = NDArray[Any]
_LEAST, _LEAST_ROOT = 1e-300, 1e-150


@final
class RootedSpectrum:
    """Y = sqrt(X): density 2 y rho(y^2), F_Y(y) = F(y^2), quantiles sqrt(F^-1(q))."""

    def __init__(self, operand: Any, masses: dict[Expr, Expr], intervals: list[tuple[Expr, Expr]]) -> None:
        self.operand, self.masses, self._intervals = operand, masses, intervals
        self._beside = BesideEdges(operand, mpmath.sqrt, lambda y, distance, edge: distance * (y + edge.image[0]))

    def pdf(self, y: Array) -> Array:
        """The density at an array; its limit at 0."""
        found = np.zeros(len(y))
        limit = self._at_zero() if np.any((y >= 0) & (y < _LEAST_ROOT)) else 0.0
        at_zero = (y == 0) | ((y > 0) & (y < _LEAST_ROOT) & (0 < limit < np.inf))  # where y^2 underflows, the density of X there says nothing
        inside = (y > 0) & ~at_zero
        found[inside] = 2 * y[inside] * self._beside.density(y[inside], self._back(y[inside]))
        found[at_zero] = limit
        return found

    def _at_zero(self) -> float:
        """2 c if rho ~ c x^(-1/2); infinite beyond that exponent, else 0."""
        exponent, coefficient = self.operand.edge_exponents().get(Integer(0), (Integer(0), Integer(0)))
        if 2 * exponent == -1:
            return 2 * float(coefficient)
        return float("inf") if is_logarithmic(exponent) or 2 * exponent < -1 else 0.0

    def cdf(self, y: Array) -> Array:
        """F at an array, right-continuous."""
        return np.where(y < 0, 0.0, self.operand.cdf(self._back(np.maximum(y, 0.0))))

    def icdf(self, q: Array) -> Array:
        """inf{y: F(y) >= q} at an array."""
        return np.sqrt(np.maximum(self.operand.icdf(q), 0.0))

    def _back(self, y: Array) -> Array:
        """y^2, the root of an atom being sent back to the atom exactly."""
        x = y**2
        for root in self.masses:
            x = np.where(y == np.sqrt(float(root**2)), float(root**2), x)
        return x

    def expect(self, function: Callable[[Array], Array], points: Sequence[float] = ()) -> Any:
        """E f(sqrt(X))."""
        return self.operand.expect(lambda x: function(np.sqrt(np.maximum(x, 0.0))), [y * y for y in points if y >= 0])

    def entropy(self) -> float:
        """H(X) - E log(2 sqrt(X))"""
        return entropy_of(self.operand) - float(self.operand.expect(lambda x: np.log(2 * np.sqrt(np.maximum(x, _LEAST)))))

    def cauchy(self, z: Array) -> Array:
        """E 1/(z - sqrt(X)) by quadrature, off the axis or outside the support."""
        low, high = float(self._intervals[0][0]), float(self._intervals[-1][1])
        ends = [low, high, *(float(root) for root in self.masses)]
        if np.any((z.imag == 0) & (z.real >= min(ends)) & (z.real <= max(ends))):
            way_out = "ask for pdf there, or for G beside the axis"
            raise Undecided(f"G of a square root on its support [{min(ends):.6g}, {max(ends):.6g}] is no integral; {way_out}")
        return np.array([self._integral(complex(point)) for point in z])

    def _integral(self, z: complex) -> complex:
        return complex(self.expect(lambda y: (1 / (z - y)).real), self.expect(lambda y: (1 / (z - y)).imag))

    def pdf_mp(self, y: Any, dps: int) -> Any:
        """The density to `dps` digits."""
        value = self._number(y)
        if value <= 0:
            return mpmath.mpf(float(self.pdf(np.array([float(value)]))[0]))
        return guarded(lambda: 2 * as_mp(y) * self.operand.pdf_mp(self._squared(y), dps + 5), dps)

    def cdf_mp(self, y: Any, dps: int) -> Any:
        """P(Y <= y) to `dps` digits."""
        if self._number(y) < 0:
            return mpmath.mpf(0)
        return guarded(lambda: self.operand.cdf_mp(self._squared(y), dps + 5), dps)

    def _number(self, y: Any) -> Any:
        return guarded(lambda: as_mp(y), 30)

    def _squared(self, y: Any) -> Any:
        return y * y if isinstance(y, flint.fmpq) else as_mp(y) ** 2

    def cauchy_mp(self, z: Any, dps: int) -> Any:
        """Refused: the integral is done in doubles."""
        raise Undecided("G of a square root is there in doubles only; z G_X(z^2), of the symmetrised law, is there to any number of digits")

    def pdf_ball(self, y: Any, dps: int) -> flint.arb:
        """2 y rho(y^2) as a ball, at a rational point."""
        if not isinstance(y, flint.fmpq):
            raise Undecided("a square root is certified at rational points; give y as a rational number")
        if y <= 0:
            return flint.arb(self._at_zero() if y == 0 else 0)
        inner = self.operand.pdf_ball(y * y, dps)
        with ball_precision(int(3.33 * dps) + 32):
            return flint.arb(2 * y) * inner

    def cauchy_ball(self, z: Any, dps: int) -> flint.acb:
        """Refused: the integral is done in doubles."""
        raise Undecided("G of a square root is not certified; z G_X(z^2), of the symmetrised law, is")

    def intervals(self) -> list[tuple[Expr, Expr]]:
        """The roots of the operand's ends."""
        return self._intervals

    def atoms(self) -> list[tuple[Expr, Expr]]:
        """The roots of the operand's atoms."""
        return list(self.masses.items())

    def edge_exponents(self) -> dict[Expr, tuple[Expr, Expr]]:
        """(a, c) at x = e > 0 becomes (a, c (2 sqrt e)^(a+1)) at sqrt(e), at 0 it becomes (2a + 1, 2c), and c/(x log(x)^2) half of itself."""
        found = {}
        for x, edge in self.operand.edge_exponents().items():
            root = sqrt(x)
            if x == 0 or x is oo:
                found[root] = (tail_raised if x else raised)(edge, Rational(1, 2))
            elif x > 0:
                found[root] = in_digits(stretched(edge, 1 / (2 * root)), 30)
        return found
