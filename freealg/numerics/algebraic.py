"""The density engine for one algebraic law: support, atoms, edges, density, distribution and Cauchy transform."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, final

import flint
import mpmath
import numpy as np
from numpy.typing import NDArray

from freealg.errors import Undecided
from freealg.exact.context import ball_precision, cached_property, mp_precision
from freealg.numerics.atoms import Atom, find_atoms
from freealg.numerics.branch import PhysicalBranch
from freealg.numerics.certified import CertifiedLaw
from freealg.numerics.charts import Arc, arcs
from freealg.numerics.digits import from_arb
from freealg.numerics.distribution import Distribution
from freealg.numerics.high_precision import mass_below
from freealg.numerics.local import Place
from freealg.numerics.low_degree import ClosedDensity, closed_density
from freealg.numerics.panels import Panel, build_panels
from freealg.numerics.plane_curve import PlaneCurve
from freealg.numerics.real_algebraic import RealAlgebraic, as_fmpq
from freealg.numerics.support import Singularity, Spectrum
from freealg.numerics.upper_half import UpperHalf

__all__ = ["AlgebraicDensity"]

Array = NDArray[Any]
_PIECE = 8192


def _elementwise(function: Callable[[Array], Array], x: Any, kind: type = float) -> Any:
    """Apply to a flat array, in pieces that stay in the processor's cache; a scalar comes back as a Python number."""
    given: Array = np.asarray(x, dtype=kind)
    flat = given.reshape(-1)
    if flat.size <= _PIECE:
        out = function(flat)
        return out[0].item() if given.ndim == 0 else out.reshape(given.shape)
    out = np.empty(flat.shape, dtype=kind)
    for k in range(0, flat.size, _PIECE):
        out[k : k + _PIECE] = function(flat[k : k + _PIECE])
    return out.reshape(given.shape)


def _to_mpf(value: flint.arb) -> mpmath.mpf:
    """The midpoint of a ball as an mpf, exactly (mpmath.mpf(arb) would round through a string)."""
    if not value.is_finite():
        return mpmath.inf if value > 0 else mpmath.mpf(float(value))
    return from_arb(value)


@final
class AlgebraicDensity:
    """The law whose Cauchy transform is the branch of P(z, G) = 0 picked by a germ; everything is computed once, when asked for.

    >>> catalan = lambda n: [flint.fmpq(0) if k % 2 else flint.fmpq([1, 2, 5, 14][k // 2 - 1]) for k in range(1, n + 1)]
    >>> law = AlgebraicDensity(PlaneCurve(((1,), (0, -1), (1,)), catalan))
    >>> law.support()
    [(RealAlgebraic(-2), RealAlgebraic(2))]
    >>> law.pdf(0.0), law.pdf([2.0, 5.0]), round(law.cdf(0.0), 15)
    (0.3183098861837907, array([0., 0.]), 0.5)
    """

    def __init__(self, curve: PlaneCurve) -> None:
        self.curve = curve

    @cached_property
    def spectrum(self) -> Spectrum:
        """The cut real line with the certified branch on it."""
        return Spectrum(PhysicalBranch(self.curve))

    @cached_property
    def certified(self) -> CertifiedLaw:
        """The evaluator of balls."""
        return CertifiedLaw(self.spectrum)

    @cached_property
    def _arcs(self) -> list[Arc]:
        return arcs(self.spectrum)

    @cached_property
    def _panels(self) -> list[list[Panel]]:
        return [build_panels(arc) for arc in self._arcs]

    @cached_property
    def distribution(self) -> Distribution:
        """The pieces with their masses."""
        return Distribution(self._arcs, self._panels, self._atoms)

    @cached_property
    def _atoms(self) -> tuple[Atom, ...]:
        return find_atoms(self.spectrum)

    def support(self) -> list[tuple[Place, Place]]:
        """The closed intervals of the absolutely continuous part; ends are `RealAlgebraic`, or `Infinite`."""
        return list(self.spectrum.intervals)

    def atoms(self) -> list[Atom]:
        """Atoms with exact locations and masses, by increasing location."""
        return list(self._atoms)

    def singular_points(self) -> list[Singularity]:
        """Edges and interior points at which the density is not analytic (cusps, poles, kinks); interior points once a side."""
        return list(self.spectrum.singularities)

    def edge_exponents(self) -> list[tuple[Place, tuple[int, int], flint.arb]]:
        """(edge, exponent p/q as (p, q), coefficient): density ~ coefficient * |x - edge|^(p/q), at infinity coefficient * |x|^(-p/q)."""
        ends = {place for interval in self.spectrum.intervals for place in interval}
        found = []
        for point in self.spectrum.singularities:
            visible = point.expansion.visible()
            if point.place in ends and visible is not None:
                found.append((point.place, point.exponent, visible[1]))
        return found

    def pdf(self, x: Any) -> Any:
        """The density of the absolutely continuous part in doubles, vectorised: 0 outside and at soft edges, inf at hard edges and poles."""
        return _elementwise(self._pdf, x)

    @cached_property
    def _closed(self) -> ClosedDensity | None:
        return closed_density(self.curve, self.support())

    def _pdf(self, x: Array) -> Array:
        return self._by_panels(x) if self._closed is None else self._by_formula(x, self._closed)

    def _by_formula(self, x: Array, formula: ClosedDensity) -> Array:
        """The closed form on the intervals of the support; the panels are asked where it settles nothing (hard edges)."""
        for low, high in self._double_ends:
            if len(x) and low[0] < x.min() and x.max() < high[0]:
                out = formula(x)
                if np.isfinite(out).all():
                    return out
        out = np.where(np.isnan(x), np.nan, 0.0)
        for low, high in self._double_ends:
            chosen = np.nonzero(((x - low[0]) - low[1] >= 0) & ((x - high[0]) - high[1] <= 0))[0]
            out[chosen] = formula(x[chosen] if len(chosen) < len(x) else x)
            open_points = chosen[~np.isfinite(out[chosen])]
            if len(open_points):
                out[open_points] = self._by_panels(x[open_points])
        return out

    @cached_property
    def _double_ends(self) -> list[tuple[tuple[float, float], tuple[float, float]]]:
        """The ends of the support as double-doubles."""
        return [
            (low.double_double(), high.double_double())
            for low, high in self.support()
            if isinstance(low, RealAlgebraic) and isinstance(high, RealAlgebraic)
        ]

    def _by_panels(self, x: Array) -> Array:
        out = np.zeros(len(x))
        for panel in (panel for parts in self._panels for panel in parts):
            inside = (x >= panel.low) & (x <= panel.high)
            if inside.all():
                out = np.maximum(out, panel.density(x))
            elif inside.any():
                chosen = np.nonzero(inside)[0]
                out[chosen] = np.maximum(out[chosen], panel.density(x[chosen]))  # a point between two panels may be a pole of one side only
        if np.isnan(x).any():
            out[np.isnan(x)] = np.nan
        return out

    def cdf(self, x: Any) -> Any:
        """P(X <= x), vectorised and right-continuous."""
        return _elementwise(self.distribution.cdf, x)

    def cdf_mp(self, x: Any, dps: int = 30, *, closed: bool = True) -> mpmath.mpf:
        """P(X <= x), or P(X < x) with `closed` False (the index is that at 0), to `dps` digits after the point."""
        value = mass_below(self.spectrum, self.distribution, x, dps, closed)
        with mp_precision(dps):
            return +_to_mpf(value)

    def icdf(self, q: Any) -> Any:
        """inf{x: F(x) >= q}, vectorised; the lower end of the law at q = 0, nan outside [0, 1]."""
        return _elementwise(self.distribution.icdf, q)

    def expect(self, function: Callable[[Array], Array], points: Sequence[float] = ()) -> float | complex:
        """E f(X) for a function of arrays that is smooth between the edges; it may be singular at them."""
        return self.distribution.expect(function, points)

    def entropy(self) -> float:
        """-E log density, for a law without atoms."""
        return self.distribution.entropy()

    def pdf_ball(self, x: Any, dps: int = 30) -> flint.arb:
        """A ball with the density at an exact x (int, float, Fraction, fmpq, RealAlgebraic), or over a ball x (`flint.arb`)."""
        if isinstance(x, flint.arb):
            return self.certified.density_over(x, dps)
        return self.certified.density(x, dps)

    def pdf_mp(self, x: Any, dps: int = 30) -> mpmath.mpf:
        """The density to `dps` significant digits, from the certified ball; x as in `pdf_ball`, a float being taken exactly."""
        value = self.pdf_ball(x, dps + 2)
        with mp_precision(dps):
            return +_to_mpf(value)

    def cauchy_ball(self, z: Any, dps: int = 30) -> flint.acb:
        """A ball with G(z): z an exact number, a pair (re, im) of rationals, or an `acb`; real z is z + i0."""
        if isinstance(z, flint.fmpq | RealAlgebraic):
            return self.certified.on_axis(z, dps)
        return self.certified.cauchy(_as_point(z, dps), dps)

    def cauchy_mp(self, z: Any, dps: int = 30) -> mpmath.mpc:
        """G(z) to `dps` digits, relative to |G|."""
        value = self.cauchy_ball(z, dps + 2)
        if value.rel_accuracy_bits() < 3.32 * dps:
            raise Undecided(f"G({z!r}) is known to {value.rel_accuracy_bits()} bits only, not to {dps} digits; give z as exact rational numbers")
        with mp_precision(dps):
            return mpmath.mpc(_to_mpf(value.real), _to_mpf(value.imag))

    def cauchy(self, z: Any) -> Any:
        """G(z) in doubles, vectorised; real z is z + i0, Im z < 0 by conjugation; nan at a real point where G is infinite."""
        return _elementwise(self._cauchy, z, complex)

    @cached_property
    def _upper_half(self) -> UpperHalf:
        return UpperHalf(self.certified, self.distribution)

    def _cauchy(self, z: Array) -> Array:
        below = z.imag < 0
        value = self._upper_half(np.where(below, z.conj(), z))
        real = z.imag == 0
        if real.any():
            value.imag[real] = -np.pi * self._pdf(z.real[real])
        return np.where(below, value.conj(), value)


def _as_point(z: Any, dps: int) -> flint.acb:
    """An exact ball where the number is exact: rationals that are not dyadic become balls of about `dps` digits."""
    if isinstance(z, flint.acb):
        return z
    re, im = z if isinstance(z, tuple) else (getattr(z, "real", z), getattr(z, "imag", 0))
    with ball_precision(int(10 * dps) + 256):
        return flint.acb(flint.arb(as_fmpq(re)), flint.arb(as_fmpq(im)))
