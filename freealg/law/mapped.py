"""Numeric answers of a Möbius image, read off the engine of its operand: no second equation, and poles inside the support are welcome."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, final

import flint
import mpmath
import numpy as np
from sympy import Expr, Float, Integer, oo

from freealg.errors import InvalidInput, Undecided
from freealg.exact.coerce import fmpq_of
from freealg.exact.context import ball_precision, cached_property, mp_precision
from freealg.exact.edge_forms import in_digits, is_logarithmic, stretched
from freealg.exact.radicals import without_roots_below
from freealg.numerics.arithmetic import DIGITS
from freealg.numerics.beside_edges import BesideEdges, Edge
from freealg.numerics.digits import as_mp
from freealg.numerics.engines import entropy_of, reached, united, upper_quantiles

__all__ = ["MobiusSpectrum"]

_DIGITS = 30
_FAR, _NEGLIGIBLE = 1e9, 1e-250
_NEAR, _SMOOTH = 1e-9, 1e-6


@final
class MobiusSpectrum:
    """Y = (aX + b)/(cX + d), rational entries, c != 0; x(y) = (d y - b)/(a - c y), dx/dy = (ad - bc)/(a - c y)^2.

    Y is monotone on either side of the pole -d/c, and a/c is the image of infinity.
    """

    def __init__(self, operand: Any, entries: tuple[Expr, Expr, Expr, Expr], operand_atoms: dict[Expr, Expr]) -> None:
        self.operand, self.entries = operand, entries
        self.a, self.b, self.c, self.d = (float(e) for e in entries)
        self.determinant = self.a * self.d - self.b * self.c
        self.pole, self.middle = -self.d / self.c, self.a / self.c
        self.masses = operand_atoms
        self._locations = np.array([float(x) for x in operand_atoms])
        self._weights = np.array([float(p) for p in operand_atoms.values()])
        self._images = np.array([float(y) for y, _ in self.atoms()])

    @cached_property
    def _beside(self) -> BesideEdges:
        """x - e = (ad - bc)(y - y_e)/((a - c y)(a - c y_e)) beside the image y_e of an edge e."""

        def image(e: Any) -> Any:
            a, b, c, d = (DIGITS.number(entry) for entry in self.entries)
            return (a * e + b) / (c * e + d) if c * e + d != 0 else None

        def gap(y: Any, distance: Any, edge: Edge) -> Any:
            return self.determinant * distance / ((self.a - self.c * y) * (self.a - self.c * edge.image[0]))

        return BesideEdges(self.operand, image, gap)

    # -- doubles ------------------------------------------------------------------------------------------------------

    def pdf(self, y: Any) -> Any:
        """The density at an array."""
        with np.errstate(divide="ignore", invalid="ignore"):
            found = self._beside.density(y, self._back(y)) * np.abs(self.determinant) / (self.a - self.c * y) ** 2
        at_middle = float(self.at_image_of_infinity) if np.any(y == self.middle) else 0.0
        return np.where(np.isfinite(y) & (y != self.middle), found, np.where(y == self.middle, at_middle, 0.0))

    def cdf(self, y: Any) -> Any:
        """F at an array, right-continuous: what is continuous from the operand, then the atoms at the doubles nearest to them."""
        at_pole = float(self._continuous(np.array([self.pole]))[0])
        whole = 1.0 - float(self._weights.sum())
        with np.errstate(divide="ignore", invalid="ignore"):
            x = self._back(y)
        x = np.where(np.isfinite(x), x, np.where(self.determinant > 0, -np.inf, np.inf))
        below = self._continuous(x)
        if self.determinant > 0:
            found = np.where(y < self.middle, below - at_pole, whole - at_pole + below)
        else:
            found = np.where(y < self.middle, at_pole - below, at_pole + whole - below)
        return found + np.sum(np.where(y[:, None] >= self._images, self._weights, 0.0), axis=1)

    def _continuous(self, x: Any) -> Any:
        """P(X <= x) without the atoms of X."""
        return self.operand.cdf(x) - np.sum(np.where(x[:, None] >= self._locations, self._weights, 0.0), axis=1)

    def icdf(self, q: Any) -> Any:
        """inf{y: F(y) >= q} at an array: upwards from the pole and on from -oo, or downwards from it and on from oo."""
        at_pole = float(self.operand.cdf(np.array([self.pole]))[0])
        first = 1 - at_pole if self.determinant > 0 else at_pole
        before = (reached(q) <= first) & (first > 0)
        if self.determinant > 0:
            x = self.operand.icdf(np.clip(np.where(before, q + at_pole, q - first), 0.0, 1.0))
        else:
            x = upper_quantiles(self.operand, np.clip(np.where(before, at_pole - q, 1 - (q - first)), 0.0, 1.0))
        spans = united([*self.intervals(), *((y, y) for y, _ in self.atoms())])
        return np.select([q == 0, q == 1], [float(spans[0][0]), float(spans[-1][1])], self._forth(x))

    def cauchy(self, z: Any) -> Any:
        """G at an array: c/(cz - a) + (ad - bc) G_X(x)/(cz - a)^2."""
        below = self.c * z - self.a
        middle = below == 0
        below = np.where(middle, 1.0, below)
        inner = self.operand.cauchy((self.b - self.d * z) / below)
        if self.determinant < 0:
            inner = np.where(np.imag(z) == 0, np.conj(inner), inner)
        found = self.c / below + self.determinant * inner / below**2
        return np.where(middle, self._at_middle_point(), found) if middle.any() else found

    def _at_middle_point(self) -> complex:
        """E 1/(a/c - Y) = c (c E X + d)/(ad - bc) and the density there; nan where X has no mean."""
        try:
            mean = float(self.operand.expect(lambda x: x))
        except InvalidInput:
            return complex(np.nan, np.nan)
        return complex(self.c * (self.c * mean + self.d) / self.determinant, -np.pi * float(self.at_image_of_infinity))

    def expect(self, f: Callable[[Any], Any], points: Sequence[float] = ()) -> Any:
        """E f(Y)."""
        return self.operand.expect(lambda x: f(self._forth(x)), [float(self._back(y)) for y in points if self.c * y != self.a])

    def entropy(self) -> float:
        """H(X) + E log |dy/dx|"""
        return entropy_of(self.operand) + float(self.operand.expect(lambda x: np.log(abs(self.determinant) / (self.c * x + self.d) ** 2)))

    # -- any precision ------------------------------------------------------------------------------------------------

    def pdf_ball(self, y: Any, dps: int) -> Any:
        """The density as a ball, at a rational point."""
        a, b, c, d = (fmpq_of(e) for e in self.entries)
        if not isinstance(y, flint.fmpq):
            raise Undecided("a Möbius image is certified at rational points; give x as a rational number")
        below = a - c * y
        if below == 0:
            return self._middle_ball(dps)
        inner = self.operand.pdf_ball((d * y - b) / below, dps)
        with ball_precision(int(3.33 * dps) + 32):
            return inner * flint.arb(abs(a * d - b * c) / below**2)

    def pdf_mp(self, y: Any, dps: int) -> Any:
        """The density as an mpf."""
        rational = isinstance(y, flint.fmpq)
        with mp_precision(dps + 25):
            a, b, c, d = (fmpq_of(e) if rational else as_mp(fmpq_of(e)) for e in self.entries)
            point = y if rational else as_mp(y)
            below = a - c * point
            if below == 0:
                return self._middle_mp(dps)
            value = as_mp(abs(a * d - b * c) / below**2) * self.operand.pdf_mp((d * point - b) / below, dps + 10)
        with mp_precision(dps):
            return +value

    def _behind(self, z: Any, dps: int) -> tuple[Any, Any, Any]:
        """(x, c/(cz - a), (ad - bc)/(cz - a)^2): rational where z is, balls otherwise."""
        rational = isinstance(z, flint.fmpq)
        with ball_precision(int(10 * dps) + 512):
            a, b, c, d = (fmpq_of(e) if rational else flint.acb(flint.arb(fmpq_of(e))) for e in self.entries)
            below = c * z - a
            if below == 0:
                raise Undecided(f"G at {self.entries[0] / self.entries[2]}, the image of infinity, is not computed here; ask beside it")
            return (b - d * z) / below, c / below, (a * d - b * c) / below**2

    def cauchy_ball(self, z: Any, dps: int) -> Any:
        """G as a ball, at a point off the axis or a rational one."""
        rational = isinstance(z, flint.fmpq)
        x, first, scale = self._behind(z, dps)
        inner = self.operand.cauchy_ball(x, dps + 5)
        with ball_precision(int(3.33 * dps) + 64):
            if rational:
                inner = inner.conjugate() if self.determinant < 0 else inner
                first, scale = flint.acb(flint.arb(first)), flint.acb(flint.arb(scale))
            return first + scale * inner

    def cauchy_mp(self, z: Any, dps: int) -> Any:
        """G as an mpc."""
        x, first, scale = self._behind(z, dps)
        inner = self.operand.cauchy_mp(x, dps + 10)
        with mp_precision(dps + 10) as mp:
            if isinstance(z, flint.fmpq) and self.determinant < 0:
                inner = mp.conj(inner)
            value = as_mp(first) + as_mp(scale) * inner
        with mp_precision(dps):
            return +value

    def cdf_mp(self, y: Any, dps: int) -> Any:
        """F as an mpf, at a rational point."""
        a, b, c, d = (fmpq_of(e) for e in self.entries)
        if not isinstance(y, flint.fmpq) or any(not x.is_Rational for x in self.masses):
            raise Undecided("the cdf of a Möbius image to many digits is there at rational points; ask without dps")
        at_pole, middle = self.operand.cdf_mp(-d / c, dps), a / c
        if y == middle:
            return (1 - at_pole) if self.determinant > 0 else at_pole
        x = (d * y - b) / (a - c * y)
        below = self.operand.cdf_mp(x, dps)
        with mp_precision(dps + 5) as mp:
            if self.determinant < 0:
                mass = next((p for location, p in self.masses.items() if fmpq_of(location) == x), Integer(0))
                below = below - mp.mpf(mass.p) / mass.q
                return at_pole - below if y < middle else at_pole + 1 - below
            return below - at_pole if y < middle else 1 - at_pole + below

    # -- exact --------------------------------------------------------------------------------------------------------

    @cached_property
    def at_image_of_infinity(self) -> Expr:
        """The density at a/c, the mean of its limits on both sides: c^2 k/|ad - bc| where the operand's is ~ k/x^2, 0 or oo beyond that exponent."""
        limits = [self._limit(end) for end in (-oo, oo)]
        return oo if oo in limits else sum(limits, Integer(0)) / 2

    def _limit(self, end: Expr) -> Expr:
        a, b, c, d = self.entries
        if all(end not in interval for interval in self.operand.intervals()):
            return Integer(0)
        tail = self.operand.edge_exponents().get(end)
        if tail is None or is_logarithmic(tail[0]):
            if self.operand.pdf(np.array([_FAR if end is oo else -_FAR]))[0] < _NEGLIGIBLE:  # no power of x is so small there
                return Integer(0)
            raise Undecided(f"the density at {a / c}, the image of infinity, needs the tail of the operand, which is not known; ask beside it")
        exponent, coefficient = tail
        if exponent == 2:
            return coefficient * c**2 / abs(a * d - b * c)
        return oo if exponent < 2 else Integer(0)

    def _middle_mp(self, dps: int) -> Any:
        value = self.at_image_of_infinity
        if value.has(Float) and dps > _DIGITS - 2:
            raise Undecided(f"the density at {self.entries[0] / self.entries[2]}, the image of infinity, is known to {_DIGITS} digits; ask for fewer")
        with mp_precision(dps + 10):
            return mpmath.mpf(str(value.n(dps + 10))) if value.is_finite else mpmath.inf

    def _middle_ball(self, dps: int) -> Any:
        value = self.at_image_of_infinity
        if value.has(Float):
            raise Undecided(f"the density at {self.entries[0] / self.entries[2]}, the image of infinity, is known in digits only; ask with dps")
        with ball_precision(int(3.33 * dps) + 64):
            return flint.arb(str(value.n(dps + 10)), 10.0 ** (-dps - 5) if value else 0) if value.is_finite else flint.arb("inf")

    def intervals(self) -> list[tuple[Expr, Expr]]:
        """The images of the operand's intervals, cut at the pole."""
        found = []
        for low, high in self.operand.intervals():
            pole = -self.entries[3] / self.entries[2]
            pieces = [(low, pole), (pole, high)] if low < pole < high else [(low, high)]
            found += [self._image(*piece) for piece in pieces]
        return united(found)

    def atoms(self) -> list[tuple[Expr, Expr]]:
        """The images of the operand's atoms."""
        a, b, c, d = self.entries
        return [((a * x + b) / (c * x + d), p) for x, p in self.masses.items()]

    def edge_exponents(self) -> dict[Expr, tuple[Expr, Expr]]:
        """Exponents are kept where the edge stays finite, coefficients scale by |dx/dy|^(exponent + 1); the pole gives those at infinity."""
        a, b, c, d = self.entries
        found = {**self._at_infinity(), **self._at_middle()}
        for x, edge in self.operand.edge_exponents().items():
            if x.is_finite and c * x + d != 0:
                slope = without_roots_below(abs(a * d - b * c) / (c * x + d) ** 2)
                found[without_roots_below((a * x + b) / (c * x + d))] = in_digits(stretched(edge, slope), _DIGITS)
        return found

    def _at_middle(self) -> dict[Expr, tuple[Expr, Expr]]:
        """rho ~ k |x|^-e at infinity becomes k (c^2/|ad - bc|)^(e - 1) |y - a/c|^(e - 2) at a/c, left out where that is inside and no singularity."""
        a, b, c, d = self.entries
        tails = [tail for x, tail in self.operand.edge_exponents().items() if x.is_infinite and not is_logarithmic(tail[0])]
        ends = {end for interval in self.intervals() for end in interval}
        found = [(e - 2, k * (c**2 / abs(a * d - b * c)) ** (e - 1)) for e, k in tails if e != 2 or a / c in ends]
        return {a / c: in_digits(min(found, key=lambda edge: edge[0]), _DIGITS)} if found else {}

    def _at_infinity(self) -> dict[Expr, tuple[Expr, Expr]]:
        """rho ~ k |x - x_0|^e at the pole x_0 becomes k (|ad - bc|/c^2)^(e + 1) |y|^(-e - 2), the exponent of 1/|y| being e + 2."""
        a, b, c, d = self.entries
        pole = -d / c
        edge = self.operand.edge_exponents().get(pole)
        if edge is None and any(low < pole < high for low, high in self.operand.intervals()):
            beside = self.operand.pdf(self.pole + np.array([-_NEAR, _NEAR]) * max(1.0, abs(self.pole)))
            value = Float(mpmath.nstr(self.operand.pdf_mp(fmpq_of(pole), _DIGITS + 5), _DIGITS + 5), _DIGITS)
            if np.allclose(beside, float(value), rtol=_SMOOTH, atol=0):  # no jump of a mixture, nor a pole
                edge = (Integer(0), value)
        if edge is None or is_logarithmic(edge[0]):
            return {}
        exponent, coefficient = in_digits(stretched(edge, c**2 / abs(a * d - b * c)), _DIGITS)
        return {end: (exponent + 2, coefficient) for interval in self.intervals() for end in interval if end.is_infinite}

    def _image(self, low: Expr, high: Expr) -> tuple[Expr, Expr]:
        a, b, c, d = self.entries

        def ends(x: Expr, side: int) -> Expr:
            if x.is_infinite:
                return a / c
            if c * x + d == 0:
                return oo if (self.determinant < 0) == (side > 0) else -oo
            return without_roots_below((a * x + b) / (c * x + d))

        left, right = ends(low, 1), ends(high, -1)
        return (left, right) if self.determinant > 0 else (right, left)

    def _back(self, y: Any) -> Any:
        return (self.d * y - self.b) / (self.a - self.c * y)

    def _forth(self, x: Any) -> Any:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(np.isinf(x), self.middle, (self.a * x + self.b) / (self.c * x + self.d))
