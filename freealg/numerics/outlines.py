"""Where the density of a continued law may begin, end or not be analytic: closed for hyperexponential S, by a survey of the axis otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, final

import mpmath
import numpy as np
import sympy
from numpy.typing import NDArray
from sympy import Expr

from freealg.errors import Undecided
from freealg.exact.context import mp_precision
from freealg.exact.edge_forms import LOGARITHMIC
from freealg.numerics.adaptive import Fit, fit_together
from freealg.numerics.arithmetic import DIGITS, DOUBLES
from freealg.numerics.assembly import Break, Germ
from freealg.numerics.continued import Breaks
from freealg.numerics.poles import pole_near
from freealg.numerics.power_product import PowerProduct
from freealg.numerics.relations import SLeaf
from freealg.numerics.sheet import Edge, Sheet

__all__ = ["PowerProductOutline", "SurveyOutline"]

Array = NDArray[Any]
_DIGITS = 40
_EXACT_DEGREE = 2
_FACTORED = 40
_ROUNDS = 6
_SAMPLES = 60


@final
@dataclass(frozen=True)
class PowerProductOutline:
    """The zeros of d log K/dm, and m = oo where K is finite there; exact for numerators of degree at most 2."""

    leaf: SLeaf
    surveyed: bool = False

    @property
    def product(self) -> PowerProduct:
        """K."""
        return self.leaf.product

    def breaks(self, sheet: Sheet) -> Breaks:
        """The critical values of K on the real axis."""
        exact = len(self.product.critical) <= _EXACT_DEGREE
        found = [self._critical(m, exact) for m in self.product.critical]
        listed = [point for point in [*found, self._at_infinity()] if point is not None]
        end = self.product.end
        opens = bool(end.essential != 0 or end.order != 1)
        return Breaks(sorted(listed, key=lambda point: point.u), opens, False, max(1.0, float(end.order)))

    def _critical(self, m: Expr, exact: bool) -> Break | None:
        real = bool(abs(sympy.im(m).n(_DIGITS)) < sympy.Float(10) ** (-_DIGITS // 2))
        with mp_precision(_DIGITS):
            point = DIGITS.number(sympy.re(m) if real else m)
            v = point - DIGITS.number(self.leaf.place)
            u = DIGITS.wrapped(self.leaf.value(v, DIGITS)[0])
            if abs(u.imag) > mpmath.mpf(10) ** -15:
                return None
            if not real:
                return Break(float(u.real))
            return Break(float(u.real), Edge(u.real, v, ()), self.product.value(m) if exact else None)

    def _at_infinity(self) -> Break | None:
        limit = self.product.at_infinity
        if limit is None or limit[1] != 0:
            return None
        place, u = float(self.leaf.place), float(sympy.log(limit[0]))

        def sample(h: Array) -> Array:
            found: Array = np.expm1(DOUBLES.wrapped(self.leaf.value(1 / h - place, DOUBLES)[0] - u))
            return found

        return Break(u, None, limit[0], Germ(lambda h: sample(h / (1 + place * h)), inverted=1))

    def root_constant(self, end: Break) -> Expr | None:
        """sqrt(2/(K^3 d^2 log K/dm^2))/pi in absolute value: e - x ~ K'' (Im m)^2/2 and the density is Im m/(pi x)."""
        if end.edge is None:
            return None
        with mp_precision(_DIGITS):
            m = sympy.Float(end.edge.v, _DIGITS) + self.leaf.place.n(_DIGITS)
            bend = sympy.diff(self.product.slope, self.product.variable).subs(self.product.variable, m)
            edge = sympy.Float(mpmath.exp(end.edge.u), _DIGITS)
            return sympy.N(sympy.sqrt(2 / abs(bend)) / (sympy.pi * edge ** sympy.Rational(3, 2)), 30)

    def mass_above(self, sheet: Sheet, u: Any) -> Any | None:
        """The integral of a rational function of m."""
        return self.leaf.mass_above(sheet.digits(mpmath.mpc(u))[0], DIGITS)

    def zero_exponent(self) -> tuple[Expr, Expr] | None:
        """x^(1/order - 1) sin(pi/order)/(pi coefficient^(1/order)); essential/(x log(x)^2) at an essential singularity."""
        end = self.product.end
        if end.essential != 0:
            return LOGARITHMIC, end.essential
        exponent = 1 / end.order - 1
        return exponent, sympy.sin(sympy.pi / end.order) / sympy.pi * _root(end.coefficient, -1 / end.order)


def _root(base: Expr, exponent: Expr) -> Expr:
    """base^exponent, exact where SymPy need not factor large integers for it."""
    if base.is_Rational and any(_rough(abs(int(part))) for part in (base.p, base.q)):
        return sympy.Float(sympy.N(base, _DIGITS) ** sympy.N(exponent, _DIGITS), _DIGITS - 10)
    return base**exponent


def _rough(number: int) -> bool:
    """Whether a factor of more than 40 bits is left once the primes below 100 are taken out."""
    for prime in sympy.primerange(100):
        while number % prime == 0:
            number //= prime
    return number.bit_length() > _FACTORED


@final
@dataclass(frozen=True)
class SurveyOutline:
    """Chebyshev series of the branch along the whole axis: where they do not converge there is an edge, found by the secant method, or another break.

    `hull` are bounds of the support in x, infinite where it is unbounded; `known` are points that must be breaks (atoms, 0 for products).
    """

    hull: tuple[float, float]
    known: tuple[float, ...] = ()
    surveyed: bool = True

    def zero_exponent(self) -> tuple[Expr, Expr] | None:
        """Not known in closed form."""
        return None

    def root_constant(self, end: Break) -> Expr | None:
        """Not known to more than doubles."""
        return None

    def mass_above(self, sheet: Sheet, u: Any) -> Any | None:
        """Not known in closed form."""
        return None

    def breaks(self, sheet: Sheet) -> Breaks:
        """The breaks inside the hull."""
        low, high, below, above, size = self._window(sheet)
        known = [self._u(sheet, x) for x in self.known if x > 0 or not sheet.logarithmic]
        listed = [_at_known(sheet, u, size) for u in known if low - size < u < high + size]
        spans = _between(low, high, [point.u for point in listed])
        for _ in range(_ROUNDS):
            clusters = _clusters(fit_together(sheet.values, spans, least=2.0**-9 * max(b - a for a, b in spans)))
            spans = []
            for cluster in clusters:
                fresh = _edges_in(sheet, cluster, listed) or _corner(sheet, cluster, listed)
                listed += fresh
                spans += _around(cluster, fresh)
            if not spans:
                break
        listed = [point if point.edge is None else Break(point.u, _sharpened(sheet, point.edge)) for point in listed]
        return Breaks(sorted(listed, key=lambda point: point.u), below, above, size)

    def _u(self, sheet: Sheet, x: float) -> float:
        return float(np.log(x)) if sheet.logarithmic else x

    def _window(self, sheet: Sheet) -> tuple[float, float, bool, bool, float]:
        low, high = self.hull
        if sheet.logarithmic:
            top = float(np.log(high)) if np.isfinite(high) else float(np.log(1e3 / sheet.small))
            bottom = float(np.log(low)) - 0.5 if low > 0 else top - 40.0
            return bottom, top + 0.5, low <= 0, not np.isfinite(high), 1.0
        scale = sheet.size
        centre = 0.5 * (low + high) if np.isfinite(low + high) else low if np.isfinite(low) else high if np.isfinite(high) else 0.0
        left = low if np.isfinite(low) else centre - 12 * scale
        right = high if np.isfinite(high) else centre + 12 * scale
        margin = 1e-3 * (right - left)
        return left - margin, right + margin, not np.isfinite(low), not np.isfinite(high), scale


def _at_known(sheet: Sheet, u: float, size: float) -> Break:
    """A point that must be a break, such as an atom."""
    found = pole_near(sheet, u, 1e-3 * size)
    return Break(u) if found is None else replace(found, u=u)


def _between(low: float, high: float, cuts: list[float]) -> list[tuple[float, float]]:
    ends = sorted({low, high, *(u for u in cuts if low < u < high)})
    return list(pairwise(ends))


def _clusters(fits: list[Fit]) -> list[tuple[float, float]]:
    """Maximal runs of unresolved intervals."""
    out: list[tuple[float, float]] = []
    for fit in fits:
        if fit.resolved:
            continue
        if out and out[-1][1] == fit.low:
            out[-1] = (out[-1][0], fit.high)
        else:
            out.append((fit.low, fit.high))
    return out


def _edges_in(sheet: Sheet, cluster: tuple[float, float], known: list[Break]) -> list[Break]:
    """Edges that the secant method finds from points of positive density in and beside an interval."""
    low, high = cluster
    width = high - low
    points = sheet.points(np.linspace(low - 2 * width, high + 2 * width, 41))
    dense = np.nonzero(points.found & (points.v.imag < -1e-9 * np.abs(points.v)))[0]
    out: list[Break] = []
    for k in _ends_of_runs(dense):
        edge = sheet.edge_near(points.take(slice(k, k + 1)))
        if edge is None or not low - 0.6 * width <= edge.at <= high + 0.6 * width:
            continue
        if all(abs(edge.at - other.u) > 1e-9 * width + 1e-13 * abs(edge.at) for other in [*known, *out]):
            out.append(Break(edge.at, edge))
    return out


def _sharpened(sheet: Sheet, edge: Edge) -> Edge:
    """The edge to many digits, where the relation has them."""
    try:
        return sheet.edge_digits(edge, _DIGITS - 8)
    except Undecided:
        return edge


def _ends_of_runs(index: Array) -> list[int]:
    """First and last of each run of consecutive numbers, and their neighbours inside the run."""
    runs = np.split(index, np.nonzero(np.diff(index) > 1)[0] + 1) if len(index) else []
    return sorted({int(k) for run in runs for k in (*run[:2], *run[-2:])})


def _corner(sheet: Sheet, cluster: tuple[float, float], known: list[Break]) -> list[Break]:
    """A point where the branch is singular without being critical, narrowed down by halving; a known break counts as the reason."""
    low, high = cluster
    width = high - low
    if any(low - width <= point.u <= high + width for point in known):
        return []
    if _empty(sheet, cluster):
        return []
    found = _narrowed(sheet, [cluster], width)
    if not any(a <= 0.0 <= b for a, b in found):
        found = _narrowed(sheet, found, 1e-3 * width)
    places = [0.0 if a <= 0.0 <= b else 0.5 * (a + b) for a, b in found]
    apart = [u for k, u in enumerate(places) if k == 0 or u - places[k - 1] > 1e-6 * width]
    return [pole_near(sheet, u, 1e-3 * width) or Break(u) for u in apart]


def _empty(sheet: Sheet, cluster: tuple[float, float]) -> bool:
    """Whether there is no density about an interval: then it holds a point at which only the unknowns are singular."""
    low, high = cluster
    points = sheet.points(np.linspace(low - (high - low), high + (high - low), _SAMPLES))
    real = points.found & (np.abs(points.v.imag) < 1e-9 * np.abs(points.v))
    return bool(real[[0, -1]].all() and real.sum() >= points.found.sum() >= 0.8 * _SAMPLES)


def _narrowed(sheet: Sheet, clusters: list[tuple[float, float]], width: float) -> list[tuple[float, float]]:
    return _clusters(fit_together(sheet.values, clusters, least=2.0**-10 * width, noise=1e-7)) if clusters else []


def _around(cluster: tuple[float, float], found: list[Break]) -> list[tuple[float, float]]:
    """The parts of a cluster between the edges found there, away from them."""
    inside = sorted(point.u for point in found if point.edge is not None)
    return [(a + 0.1 * (b - a), b - 0.1 * (b - a)) for a, b in pairwise(inside)]
