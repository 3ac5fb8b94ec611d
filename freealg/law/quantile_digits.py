"""Quantiles to many digits, from the distribution function and the density to many digits of any engine.

The support is cut at its edges and atoms. Bisection over the cuts finds where F reaches q; between two cuts the mass up to the nearer one is
close to a power of the distance from it, beside hard edges and far out in tails too, so the secant method runs in the logarithms of both.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple, final

import flint
import mpmath
import sympy
from sympy import Expr, Integer

from freealg.errors import FreeAlgError, InvalidInput, Undecided, shown
from freealg.exact.coerce import fmpq_of
from freealg.exact.context import mp_precision
from freealg.law.arguments import exact_point
from freealg.numerics.digits import as_mp, mp_number

__all__ = ["quantile_to_digits"]

_GUARD, _TIE = 15, 20
_EDGE_DIGITS, _GAP_DIGITS = 28, 60
_STEPS, _FIRST, _LONGEST = 300, 1e-9, 60
_FAR, _NEAR_ZERO = 290, 1e-12
_POLISHES, _ROUGH = 3, 1e-8
_OUTERMOST = (1e-290, 1e-270, 1e-12)


def quantile_to_digits(law: Any, q: Any, dps: int) -> Any:
    """inf{x: F(x) >= q} to `dps` significant digits, q rational or algebraic; masses that agree with q to dps + 20 digits count as q."""
    law.require_numbers("a quantile")
    line = _Line(law)
    if q == 0:
        return line.exactly(line.cuts[0].start, dps)
    digits = dps + _GUARD + _TIE
    with mp_precision(digits):
        share = as_mp(q)
        if not 0 <= share <= 1:
            raise InvalidInput(f"icdf needs probabilities in [0, 1], not {shown(q)}; the inverse of a distribution function takes shares")
        k = line.first(lambda k: _reached(line.after(k, digits), share, dps))
        cut = line.cuts[k]
        certain = k == len(line.cuts) - 1 and cut.mass == 0  # F = 1 there, exactly
        if cut.start == cut.place or (share == 1 if certain else _reached(share, line.before(k, digits), dps)):
            return line.exactly(cut.place, dps)
    return _inside(line, k, q, dps)


def _reached(level: Any, share: Any, dps: int) -> bool:
    return bool(level >= share * (1 - mpmath.mpf(10) ** (-dps - _TIE)))


class _Cut(NamedTuple):
    """An atom, or the upper end of a stretch of density from `start` to `place`; both where an atom ends a stretch."""

    start: Expr
    place: Expr
    mass: Expr


@final
class _Line:
    """The real line cut at the edges and atoms of a law, and F at the cuts."""

    def __init__(self, law: Any) -> None:
        self.law, self.cuts = law, _cuts(law)

    def first(self, reached: Callable[[int], bool]) -> int:
        """The first cut that F reaches q at; it does at the last."""
        low, high = -1, len(self.cuts) - 1
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if reached(middle) else (middle, high)
        return high

    def after(self, k: int, digits: int) -> Any:
        """F at a cut; by its value inside the gap that follows where there is one, since edges may be known to 30 digits only."""
        if k < 0 or k == len(self.cuts) - 1:
            return mpmath.mpf(int(k >= 0))
        place, following = self.cuts[k].place, self.cuts[k + 1].start
        if self.cuts[k].mass != 0 or float(place) == float(following):
            return self.cdf(exact_point(place), digits)
        middle = sum((sympy.Rational(str(sympy.N(end, _GAP_DIGITS))) for end in (place, following)), Integer(0)) / 2
        return self.cdf(fmpq_of(middle), digits)

    def before(self, k: int, digits: int) -> Any:
        """P(X < x) at a cut x."""
        return self.after(k, digits) - mp_number(self.cuts[k].mass, digits)

    def cdf(self, x: Any, digits: int) -> Any:
        """F(x) to `digits` digits after the point."""
        return self.law._to_digits(digits, lambda engine: engine.cdf_mp(x, digits))

    def exactly(self, place: Expr, dps: int) -> Any:
        """A cut as an mpf."""
        if place.is_infinite:
            return mpmath.inf if place is sympy.oo else -mpmath.inf
        if place.is_Float and dps > _EDGE_DIGITS:
            raise Undecided(f"the quantile is an edge of {shown(self.law)} that is known to {_EDGE_DIGITS} digits; ask for fewer")
        value = mp_number(place, dps)
        with mp_precision(dps):
            return +value


def _cuts(law: Any) -> list[_Cut]:
    masses = {float(location): (location, mass) for location, mass in law.atoms().items()}
    cuts, met = [], set()
    for low, high in law.support_intervals():
        start, span = low, (float(low), float(high))
        for at in sorted(at for at in masses if span[0] < at <= span[1]):
            place, mass = masses[at] if at < span[1] else (high, masses[at][1])
            cuts.append(_Cut(start, place, mass))
            start = place
            met.add(at)
        if start != high:
            cuts.append(_Cut(start, high, Integer(0)))
    cuts += [_Cut(place, place, mass) for at, (place, mass) in masses.items() if at not in met]
    return sorted(cuts, key=lambda cut: (float(cut.place), float(cut.start)))


def _inside(line: _Line, k: int, q: Any, dps: int) -> Any:
    """The root of F = q in the stretch before a cut; once more with twice the digits where it is small against its distance from the ends."""
    for digits in (dps + _GUARD, 2 * (dps + _GUARD)):
        search = _Search(line, k, q, digits)
        if abs(search.rough) < _NEAR_ZERO and search.at_zero():
            return mpmath.mpf(0)
        found, error = search.result()
        if abs(found) > error * mpmath.mpf(10) ** (dps + 2):
            with mp_precision(dps):
                return +found
    raise Undecided(f"the quantile of {shown(line.law)} at this share is below 10**-{dps} of its distance from the edges; ask for fewer digits")


def _in_doubles(law: Any, share: float) -> float:
    """The quantile, or that of the outermost share that doubles know."""
    for least in _OUTERMOST:
        with suppress(Undecided):
            return float(law.icdf(min(max(share, least), 1 - max(least, 2.0**-53))))
    return float(law.icdf(0.5))


@dataclass(frozen=True)
class _Chart:
    """x = origin + away * exp(t)."""

    origin: Any
    away: int

    def __call__(self, t: Any) -> Any:
        return self.origin + self.away * mpmath.exp(t)


@final
class _Search:
    """mass(t) = target in a stretch, the mass being counted from the nearer end by share (`size` 1: the lower end, -1: the upper one)."""

    def __init__(self, line: _Line, k: int, q: Any, digits: int) -> None:
        self.line, self.q, self.digits, self.working = line, q, digits, digits + _TIE
        for _ in range(2):  # a mass of 10**-n takes n digits more
            with mp_precision(self.working):
                below, above, share = line.after(k - 1, self.working), line.before(k, self.working), as_mp(q)
                self.size = 1 if share - below <= above - share else -1
                self.level = below if self.size == 1 else above
                self.target = self.size * (share - self.level)
                self.working += max(0, -int(mpmath.log10(self.target)))
        self.rough = _in_doubles(line.law, float(share))
        self.chart = self._chart(line.cuts[k])

    def _chart(self, cut: _Cut) -> _Chart:
        """Counted from the end; for an infinite one from the other end, or from a point that the quantile does not reach."""
        end, other = (cut.start, cut.place)[:: self.size]
        if end.is_finite:
            return _Chart(mp_number(end, 2 * self.working), self.size)
        if other.is_finite:
            return _Chart(mp_number(other, 2 * self.working), -self.size)
        return _Chart(mpmath.mpf(self.line.law.icdf(0.5 + 0.25 * self.size)), -self.size)

    def at_zero(self) -> bool:
        """Whether F(0) agrees with q."""
        with mp_precision(self.working):
            level = self.line.cdf(flint.fmpq(0), self.working)
            return _reached(level, as_mp(self.q), self.digits) and _reached(as_mp(self.q), level, self.digits)

    def result(self) -> tuple[Any, Any]:
        """(x, a bound of its error)."""
        with mp_precision(2 * self.working):
            t = self._root()
            return self.chart(t), mpmath.exp(t) * mpmath.mpf(10) ** -self.digits

    def _root(self) -> Any:
        """The secant method, in a bracket once there is one, from the quantile `_polished`; steps of bounded length."""
        outward = self.chart.away * self.size  # 1 where the mass grows with t
        t, last = self._first(outward), None
        new = t + _FIRST
        ends: dict[bool, Any] = {}
        for _ in range(_STEPS):
            value = outward * self._excess(t)
            if abs(value) < mpmath.mpf(10) ** -self.digits:
                return t
            ends[value > 0] = t
            if last is not None:
                rise = (value - last[1]) / (t - last[0])
                step = -value / rise if 0 < rise < mpmath.inf else -mpmath.sign(value) * _LONGEST
                new = t + max(-_LONGEST, min(_LONGEST, step))
            if len(ends) == 2 and last is not None and not min(ends.values()) < new < max(ends.values()):
                new = sum(ends.values()) / 2
            if abs(new - t) < mpmath.mpf(10) ** -self.digits:
                return new
            last, t = (t, value), new
        raise Undecided(f"the quantile of {shown(self.line.law)} at this share was not found in {_STEPS} steps; ask for fewer digits")

    def _first(self, outward: int) -> Any:
        """t of the quantile from doubles, which are beside the end where they cannot tell the two apart."""
        gap = self.chart.away * (self._polished() - self.chart.origin) if mpmath.isfinite(self.rough) else 0
        beside = abs(self.chart.origin) * mpmath.mpf(2) ** -54 if outward == 1 else 0
        return mpmath.log(max(gap, beside)) if max(gap, beside) > 0 else -outward * mpmath.log(10) * _FAR

    def _polished(self) -> Any:
        """The quantile in doubles, moved by Newton's method with F there and short integrals of the density from there: a guess that is checked."""
        start = x = mpmath.mpf(self.rough)
        try:
            gap = as_mp(self.q) - self.line.cdf(exact_point(start), self.working)
            for _ in range(_POLISHES):
                step = (gap - mpmath.quad(self._density, [start, x], method="gauss-legendre", maxdegree=2)) / self._density(x)
                if not abs(step) <= _ROUGH * (abs(start) + abs(start - self.chart.origin)):
                    return start
                x += step
        except (FreeAlgError, ZeroDivisionError):
            return start
        return x

    def _density(self, x: Any) -> Any:
        point = exact_point(x)
        return self.line.law._to_digits(self.working, lambda engine: engine.pdf_mp(point, self.digits))

    def _excess(self, t: Any) -> Any:
        """log(mass/target); minus infinity where the mass is below the working precision."""
        mass = self.size * (self.line.cdf(exact_point(self.chart(t)), self.working) - self.level)
        return mpmath.log(mass / self.target) if mass > 0 else -mpmath.inf
