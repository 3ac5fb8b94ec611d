"""The numeric engine of a square, from that of the law."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, final

import flint
import mpmath
import numpy as np
import sympy
from numpy.typing import NDArray
from sympy import Expr, Integer

from freealg.errors import NoClosedForm, Undecided
from freealg.exact.edge_forms import raised, stretched, tail_raised
from freealg.numerics.arithmetic import DIGITS
from freealg.numerics.beside_edges import BesideEdges, Edge
from freealg.numerics.chebyshev import gauss_legendre
from freealg.numerics.digits import as_mp, guarded
from freealg.numerics.engines import Engine, mass_at, places_of, quantiles, reached, united

__all__ = ["SquaredLaw"]

Array = NDArray[Any]
_LEAST = 1e-300
_FAINT, _RULES, _AGREES = 1e-6, (10, 20), 1e-12
_NEARER = 2.0**-30


def _squaring(side: int) -> Callable[[Any], Any]:
    """The image of an edge on the branch x = side * sqrt(y)."""
    return lambda e: e**2 if side * e >= 0 else None


def _root_gap(side: int) -> Callable[[Array, Array, Edge], Array]:
    """side * sqrt(y) - e = side (y - e^2)/(sqrt(y) + |e|)"""
    return lambda y, distance, edge: side * distance / np.maximum(np.sqrt(np.maximum(y, 0.0)) + abs(edge.place[0]), _LEAST)


@final
class SquaredLaw:
    """The law of X^2."""

    def __init__(self, part: Engine) -> None:
        self.part = part
        self._beside = {side: BesideEdges(part, _squaring(side), _root_gap(side)) for side in (1, -1)}

    def pdf(self, y: Array) -> Array:
        """(rho(sqrt y) + rho(-sqrt y))/(2 sqrt y)"""
        root = np.sqrt(np.maximum(y, 0.0))
        with np.errstate(divide="ignore", invalid="ignore"):
            value = sum(beside.density(y, side * root) for side, beside in self._beside.items()) / (2 * root)
        return np.where((y < 0) | np.isnan(value), 0.0, value)

    def cdf(self, y: Array) -> Array:
        """F(sqrt y) - F(-sqrt y -)"""
        y = np.asarray(y, dtype=float)
        root = np.sqrt(np.maximum(y, 0.0))
        inside = self.part.cdf(root) - self.part.cdf(-root) + mass_at(self.part.atoms(), -root, lambda x: x)
        faint = np.nonzero((y > 0) & (inside < _FAINT))[0]
        if len(faint):
            inside[faint] = self._between(root[faint], inside[faint])
        return np.where(y < 0, 0.0, inside)

    def _between(self, root: Array, rough: Array) -> Array:
        """P(-r < X < r) by Gauss rules, which lose nothing to a difference, where two of them agree: where the density is smooth at 0."""
        first, second = ((root * (self._both((root[:, None] * u).ravel()).reshape(len(root), -1) @ w)) for u, w in map(gauss_legendre, _RULES))
        return np.where((second > 0) & (np.abs(first - second) <= _AGREES * second), second, rough)

    def _both(self, x: Array) -> Array:
        density: Array = self.part.pdf(x) + self.part.pdf(-x)
        return density

    def icdf(self, q: Array) -> Array:
        """inf{y: F(y) >= q}, between the lower end of the law and the square of a two-sided quantile."""
        q = np.asarray(q, dtype=float)
        ends = np.maximum(np.abs(self.part.icdf((1 - q) / 2)), np.abs(self.part.icdf((1 + q) / 2)))
        out = ends**2
        finite = np.isfinite(out)
        top, share = out[finite] * (1 + 1e-15), q[finite]
        while np.any(short := self.cdf(top) < reached(share)):  # (1 + q)/2 is rounded
            top[short] = 2 * top[short] + _LEAST
        bottom = min(float(a) for a, _ in (*self.intervals(), *self.atoms()))
        while np.any(far := (self.cdf(near := bottom + _NEARER * (top - bottom)) >= reached(share)) & (share > 0) & (near < top)):
            top[far] = near[far]  # bisection halves distances, not their exponents
        out[finite] = quantiles(self.cdf, share, (np.full(len(share), bottom), top), places_of(self))
        return np.where(q == 0, bottom, out)

    def cauchy(self, z: Array) -> Array:
        """(G(s) - G(-s))/(2 s), s^2 = z in the upper half plane."""
        z = np.asarray(z, dtype=complex)
        below = z.imag < 0
        zero = z == 0
        root = np.sqrt(np.where(below, z.conj(), np.where(zero, 1.0, z)))
        other = self.part.cauchy(-root.conj()).conj()
        value = (self.part.cauchy(root) - other) / (2 * root)
        value = np.where(zero, self._at_zero(), value) if zero.any() else value
        return np.where(below, value.conj(), value)

    def _at_zero(self) -> float:
        """G(0) = -E 1/X^2 for a law off 0; nan where it is infinite."""
        if any(float(low) <= 0 <= float(high) for low, high in (*self.part.intervals(), *((a, a) for a, _ in self.part.atoms()))):
            return float("nan")
        return -float(self.part.expect(lambda x: x**-2.0))

    def expect(self, function: Callable[[Array], Array], points: Sequence[float] = ()) -> Any:
        """E f(X^2)."""
        roots = [sign * np.sqrt(y) for y in points if y >= 0 for sign in (-1, 1)]
        return self.part.expect(lambda x: function(x**2), roots)

    def pdf_mp(self, y: Any, dps: int) -> Any:
        """The density to `dps` digits."""

        def value() -> Any:
            point = as_mp(y)
            if point <= 0:
                return mpmath.mpf(float(self.pdf(np.array([float(point)]))[0]))
            root = mpmath.sqrt(point)
            return (self.part.pdf_mp(root, dps + 8) + self.part.pdf_mp(-root, dps + 8)) / (2 * root)

        return guarded(value, dps)

    def cdf_mp(self, y: Any, dps: int) -> Any:
        """P(X^2 <= y) to `dps` digits."""

        def value() -> Any:
            point = as_mp(y)
            if point < 0:
                return mpmath.mpf(0)
            root = mpmath.sqrt(point)
            at = sum((DIGITS.number(p) for x, p in self.part.atoms() if DIGITS.number(x) == -root), mpmath.mpf(0))
            return self.part.cdf_mp(root, dps + 5) - self.part.cdf_mp(-root, dps + 5) + at

        return guarded(value, dps)

    def cauchy_mp(self, z: Any, dps: int) -> Any:
        """G(z) to `dps` digits."""

        def value() -> Any:
            point = mpmath.mpc(as_mp(z))
            if point.imag < 0:
                return mpmath.conj(self.cauchy_mp(mpmath.conj(point), dps + 8))
            root = mpmath.sqrt(point)
            other = mpmath.conj(self.part.cauchy_mp(-mpmath.conj(root), dps + 8))
            return (self.part.cauchy_mp(root, dps + 8) - other) / (2 * root)

        return guarded(value, dps)

    def pdf_ball(self, y: Any, dps: int) -> flint.arb:
        """Refused: square roots of rational points are not rational."""
        raise Undecided("a square is not certified here; ask with dps=30 for digits")

    def cauchy_ball(self, z: Any, dps: int) -> flint.acb:
        """Refused: square roots of rational points are not rational."""
        raise Undecided("a square is not certified here; ask with dps=30 for digits")

    def intervals(self) -> list[tuple[Expr, Expr]]:
        """The images of the parts left and right of 0, joined."""
        images = []
        for low, high in self.part.intervals():
            if float(low) < 0 < float(high):
                images.append((Integer(0), sympy.Max(low**2, high**2)))
            else:
                images.append((low**2, high**2) if float(low) >= 0 else (high**2, low**2))
        return united(images)

    def atoms(self) -> list[tuple[Expr, Expr]]:
        """The squares, joined."""
        found: dict[Expr, Expr] = {}
        for location, mass in self.part.atoms():
            found[location**2] = found.get(location**2, Integer(0)) + mass
        return sorted(found.items(), key=lambda pair: float(pair[0]))

    def edge_exponents(self) -> dict[Expr, tuple[Expr, Expr]]:
        """rho(x) -> rho(sqrt y)/(2 sqrt y): that of an end at 0 squared, exponent -1/2 at 0 where the part is positive on both sides."""
        ends = {end for interval in self.intervals() for end in interval}
        found: dict[Expr, tuple[Expr, Expr]] = {}
        for x, edge in self.part.edge_exponents().items():
            y = x**2
            if y not in ends or (x == 0 and not self._one_sided()):
                continue
            exponent, value = self._squared(x, edge)
            same = found.get(y)
            found[y] = (exponent, value + (same[1] if same and same[0] == exponent else 0)) if same is None or exponent <= same[0] else same
        if Integer(0) in ends - set(found):
            at_zero = float(self.part.pdf(np.array([0.0]))[0])
            if not (0 < at_zero < np.inf):
                raise NoClosedForm("the density of the square beside 0 is not of order -1/2; ask for pdf near 0")
            found[Integer(0)] = (sympy.Rational(-1, 2), sympy.Float(at_zero, 15))
        return found

    @staticmethod
    def _squared(x: Expr, edge: tuple[Expr, Expr]) -> tuple[Expr, Expr]:
        if x.is_infinite:
            return tail_raised(edge, Integer(2))
        return raised(edge, Integer(2)) if x == 0 else stretched(edge, 2 * sympy.Abs(x))

    def _one_sided(self) -> bool:
        signs = {float(end) > 0 for interval in self.part.intervals() for end in interval if end != 0}
        return len(signs) == 1
