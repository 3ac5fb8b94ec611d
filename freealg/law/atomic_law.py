"""The numeric engine of a law with finitely many atoms and nothing else: every answer is a sum over them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Any, final

import flint
import mpmath
import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Rational

from freealg.errors import InvalidInput, Undecided, shown
from freealg.exact.coerce import fmpq_of, fmpq_of_ball
from freealg.exact.context import ball_precision, cached_property, mp_precision
from freealg.forms import Atoms
from freealg.law.arguments import exact_point
from freealg.numerics.digits import as_mp
from freealg.numerics.formula import number_at
from freealg.numerics.real_algebraic import RealAlgebraic, as_fmpq

__all__ = ["AtomicLaw"]

Array = NDArray[Any]
_GUARD, _EXTRA = 12, (0, 30, 100, 300, 900)
_DOUBLINGS = 6


@final
class AtomicLaw:
    """sum of mass * delta_location, locations and masses exact real numbers, transcendental ones included."""

    def __init__(self, form: Atoms) -> None:
        self.masses = sorted(form.masses, key=lambda pair: float(pair[0]))
        self._x = np.array([float(a) for a, _ in self.masses])
        self._rest = np.array([float(a - Rational(x)) for (a, _), x in zip(self.masses, self._x.tolist(), strict=True)])
        self._p = np.array([float(p) for _, p in self.masses])
        self._levels = np.array([float(level) for level in accumulate(p for _, p in self.masses)])
        self._levels[-1] = 1.0

    # -- doubles ------------------------------------------------------------------------------------------------------

    def pdf(self, x: Array) -> Array:
        """0: there is no absolutely continuous part."""
        return np.where(np.isnan(x), np.nan, 0.0)

    def cdf(self, x: Array) -> Array:
        """The masses at and below x, each sum rounded once."""
        below = np.concatenate([[0.0], self._levels])[np.searchsorted(self._x, x, side="right")]
        return np.where(np.isnan(x), np.nan, below)

    def icdf(self, q: Array) -> Array:
        """inf{x: F(x) >= q}: the first atom at which F reaches q; nan outside [0, 1]."""
        found = self._x[np.minimum(np.searchsorted(self._levels, q, side="left"), len(self._x) - 1)]
        return np.where((q >= 0) & (q <= 1), found, np.nan)

    def cauchy(self, z: Array) -> Array:
        """sum p/(z - a), each a to twice the digits of a double; nan at an atom."""
        z = np.asarray(z, dtype=complex)
        total = np.zeros(z.shape, dtype=complex)
        for place, rest, p in zip(self._x, self._rest, self._p, strict=True):
            gap = (z - place) - rest
            total += np.where(gap == 0, np.nan, p / np.where(gap == 0, 1.0, gap))
        return total

    def expect(self, function: Callable[[Array], Array], points: Sequence[float] = ()) -> Any:
        """sum p f(a), f asked at one atom after the other."""
        values = np.concatenate([np.asarray(function(self._x[k : k + 1])) for k in range(len(self._x))])
        return (self._p @ values).item()

    # -- digits and balls ---------------------------------------------------------------------------------------------

    @cached_property
    def _points(self) -> list[RealAlgebraic | flint.fmpq]:
        """The locations as numbers that compare exactly; transcendental ones are taken to 600 digits, as arguments are."""
        found = (exact_point(a) for a, _ in self.masses)
        return [fmpq_of_ball(point) if isinstance(point, flint.arb) else point for point in found]

    def _rational(self, z: Any) -> flint.fmpq | None:
        """G at a rational point where all atoms are rational."""
        if not isinstance(z, flint.fmpq) or not all(part.is_Rational for pair in self.masses for part in pair):
            return None
        return sum((fmpq_of(p) / (z - fmpq_of(a)) for a, p in self.masses), flint.fmpq(0))

    def _require_finite(self, z: Any) -> None:
        if any(_same(z, point) for point in self._points):
            raise InvalidInput(f"G is infinite at x = {shown(z)}, an atom or a hard edge; ask for atoms() or edge_exponents() there")

    def pdf_mp(self, x: Any, dps: int) -> Any:
        """0."""
        return mpmath.mpf(0)

    def cdf_mp(self, x: Any, dps: int) -> Any:
        """The masses at and below the exact x."""
        with mp_precision(dps + _GUARD):
            place = x if isinstance(x, RealAlgebraic) else as_fmpq(x)
            below = sum((number_at(p) for (_, p), point in zip(self.masses, self._points, strict=True) if point <= place), mpmath.mpf(0))
        with mp_precision(dps):
            return +below

    def cauchy_mp(self, z: Any, dps: int) -> Any:
        """G(z) to `dps` digits, relative to |G|."""
        self._require_finite(z)
        known = self._rational(z)
        for extra in _EXTRA:
            with mp_precision(dps + _GUARD + extra):
                terms = [as_mp(known)] if known is not None else [number_at(p) / (as_mp(z) - number_at(a)) for a, p in self.masses]
                value, lost = mpmath.mpc(mpmath.fsum(terms)), mpmath.mpf(10) ** (-extra - _GUARD // 2)
            if known is not None or abs(value) > lost * max(map(abs, terms)):
                with mp_precision(dps):
                    return +value
        raise Undecided(f"G({z}) is 0 or below 1e-{_EXTRA[-1]} of its terms, which {dps + _EXTRA[-1]} digits do not tell apart")

    def pdf_ball(self, x: Any, dps: int) -> flint.arb:
        """0."""
        return flint.arb(0)

    def cauchy_ball(self, z: Any, dps: int) -> flint.acb:
        """A ball with G(z); real z is z + i0."""
        if isinstance(z, flint.acb | flint.arb) and flint.acb(z).imag.is_zero() and flint.acb(z).real.is_exact():
            z = fmpq_of_ball(flint.acb(z).real)
        if isinstance(z, flint.acb | flint.arb) and flint.acb(z).imag.contains(0):
            raise InvalidInput(f"the ball z = {z} meets the real axis; give an exact real z or a smaller ball")
        self._require_finite(z)
        bits = int(3.33 * dps) + 32
        for value in self._balls(z, bits):
            if value.rel_accuracy_bits() >= bits - 8 or (isinstance(z, flint.acb) and z.rad() > 0):
                break
        return value

    def _balls(self, z: Any, bits: int) -> Iterator[flint.acb]:
        if not all(part.is_algebraic for pair in self.masses for part in pair):
            raise Undecided("certified balls need algebraic parameters, and a transcendental one was given; ask with dps=30 for digits")
        weights, known = [exact_point(p) for _, p in self.masses], self._rational(z)
        for working in (bits << k for k in range(_DOUBLINGS)):
            with ball_precision(working + 64):
                terms = zip(self._points, weights, strict=True)
                total = sum((_ball(p, working) / (_ball(z, working) - _ball(a, working)) for a, p in terms), flint.acb(0))
                yield total if known is None else flint.acb(flint.arb(known))

    # -- exact --------------------------------------------------------------------------------------------------------

    def intervals(self) -> list[tuple[Expr, Expr]]:
        """None."""
        return []

    def atoms(self) -> list[tuple[Expr, Expr]]:
        """(location, mass) pairs."""
        return list(self.masses)

    def edge_exponents(self) -> dict[Expr, tuple[Expr, Expr]]:
        """None: there is no density."""
        return {}

    def singular_points(self) -> list[Expr]:
        """None: there is no density."""
        return []


def _same(z: Any, point: Any) -> bool:
    """Whether two exact real numbers are equal; a complex ball is none."""
    return isinstance(z, flint.fmpq | RealAlgebraic) and point <= z and point >= z


def _ball(number: Any, bits: int) -> flint.acb:
    return flint.acb(number.refine(bits + 32)) if isinstance(number, RealAlgebraic) else flint.acb(number)
