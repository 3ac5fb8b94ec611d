"""A law on (0, oo) given along a curve: u = log x and w = x rho(x) as smooth functions of a parameter p, u rising."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, final

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from freealg.errors import Undecided
from freealg.numerics.quadrature import Integrand, settled

__all__ = ["ParametricLaw"]

Array = NDArray[Any]
_DEGREE, _STARTING, _MOST = 28, 8, 40
_TAIL, _LOOSE = 1e-12, 1e-8
_MASS_ERROR = 1e-8
_BISECTIONS, _NEWTON = 14, 8
_SETTLED = 1e-11


@final
class ParametricLaw:
    """`curve` takes an array of p in (first, last) to (u, w); `name` is for messages. There are no atoms.

    u and w are Chebyshev series on panels that are halved until their last coefficients are rounding. Raises `Undecided` where that takes too many
    panels, where u does not rise, and where the mass is not 1.
    """

    def __init__(self, curve: Callable[[Array], tuple[Array, Array]], ends: tuple[float, float], name: str) -> None:
        self._curve, self._name = curve, name
        self._nodes = chebyshev.chebpts1(_DEGREE)
        panels = sorted(self._resolved(np.linspace(*ends, _STARTING + 1)), key=lambda panel: panel[0])
        self.breaks = np.array([panels[0][0], *(panel[1] for panel in panels)])
        self.u, self.w = (np.array([panel[k] for panel in panels]) for k in (2, 3))
        self.mass, total = self._masses()
        self.levels = np.concatenate([[0.0], np.cumsum(total)])
        self.u_breaks = np.append(self.u @ (-1.0) ** np.arange(_DEGREE), self.u[-1].sum())
        if np.any(np.diff(self.u_breaks) <= 0):
            raise Undecided(f"the curve of {name} turns back; its density is not found")
        if not abs(self.levels[-1] - 1) <= _MASS_ERROR:
            raise Undecided(f"the density of {name} has the mass {self.levels[-1]:.12g}, not 1; its moments are exact")

    def _resolved(self, breaks: Array) -> list[tuple[float, float, Array, Array]]:
        """(first, last, coefficients of u, coefficients of w) for each panel."""
        done: list[tuple[float, float, Array, Array]] = []
        pending = list(pairwise(breaks.tolist()))
        while pending:
            if len(done) + len(pending) > _MOST:
                raise Undecided(f"the density of {self._name} is not resolved by {_MOST} Chebyshev series; its moments are exact")
            p = np.concatenate([(a + b) / 2 + (b - a) / 2 * self._nodes for a, b in pending])
            values = [part.reshape(len(pending), -1) for part in self._curve(p)]
            u, w = (chebyshev.chebfit(self._nodes, part.T, _DEGREE - 1).T for part in values)
            fine = _fine(u, w, values[1])
            done += [(*pending[k], u[k], w[k]) for k in np.nonzero(fine)[0]]
            pending = [half for k in np.nonzero(~fine)[0] for half in _halves(*pending[k])]
        return done

    def _masses(self) -> tuple[Array, Array]:
        """Coefficients of the mass from the left end of each panel, and the mass of each panel."""
        fine = chebyshev.chebpts1(2 * _DEGREE)
        rates = chebyshev.chebval(fine, self.w.T) * chebyshev.chebval(fine, chebyshev.chebder(self.u.T))
        mass = chebyshev.chebint(chebyshev.chebfit(fine, rates.T, 2 * _DEGREE - 1), lbnd=-1).T
        return mass, mass.sum(axis=1)

    def pdf(self, x: Array) -> Array:
        """rho = w/x; 0 outside."""
        inside, panel, s = self._place(x)
        out = np.zeros(len(x))
        out[inside] = np.maximum(_clenshaw(self.w[panel], s), 0.0) / x[inside]
        return out

    def cdf(self, x: Array) -> Array:
        """P(X <= x)."""
        inside, panel, s = self._place(x)
        with np.errstate(divide="ignore", invalid="ignore"):
            out = np.where(np.log(np.maximum(x, 0.0)) >= self.u_breaks[-1], 1.0, 0.0)
        out[inside] = np.clip(self.levels[panel] + _clenshaw(self.mass[panel], s), 0.0, 1.0)
        return out

    def icdf(self, q: Array) -> Array:
        """inf{x: F(x) >= q}."""
        wanted = np.clip(q * self.levels[-1], 0.0, self.levels[-1])
        panel = np.clip(np.searchsorted(self.levels, wanted, side="left") - 1, 0, len(self.u) - 1)
        s = _solved(self.mass[panel], wanted - self.levels[panel])
        x: Array = np.exp(_clenshaw(self.u[panel], s))
        return x

    def expect(self, function: Callable[[Array], Array], points: Sequence[float] = ()) -> float:
        """E f(X), f not smooth at `points`, to 1e-11 relative to E |f|."""
        integrand = Integrand(lambda part, p: np.asarray(function(part.inner(p)), dtype=float), function, points)
        return float(np.real(settled([self], integrand, tolerance=_SETTLED)))

    @property
    def panels(self) -> Array:
        """The breaks in p."""
        return self.breaks

    def _local(self, p: Array) -> tuple[Array, Array, Array]:
        """The panel of each p, its place in it from -1 to 1, and half the width of the panel."""
        panel = np.clip(np.searchsorted(self.breaks, p, side="right") - 1, 0, len(self.u) - 1)
        half = 0.5 * np.diff(self.breaks)[panel]
        return panel, (p - self.breaks[panel]) / half - 1, half

    def rate(self, p: Array) -> Array:
        """d mass/dp = w du/dp"""
        panel, s, half = self._local(p)
        found: Array = np.maximum(_clenshaw(self.w[panel], s), 0.0) * _clenshaw(chebyshev.chebder(self.u.T).T[panel], s) / half
        return found

    def inner(self, p: Array) -> Array:
        """x(p)"""
        panel, s, _ = self._local(p)
        x: Array = np.exp(_clenshaw(self.u[panel], s))
        return x

    def located(self, points: Array) -> Array:
        """p at those of the points x that lie inside."""
        low, high = self.ends()
        return np.array([float(self.parameter(u)[0]) for u in np.log(points[points > 0]) if low < u < high])

    def parameter(self, u: float) -> Array:
        """[p] over log x = u, inside."""
        panel = int(np.clip(np.searchsorted(self.u_breaks, u, side="right") - 1, 0, len(self.u) - 1))
        s = _solved(self.u[[panel]], np.array([u]))
        found: Array = (self.breaks[panel] + self.breaks[panel + 1]) / 2 + (self.breaks[panel + 1] - self.breaks[panel]) / 2 * s
        return found

    def ends(self) -> tuple[float, float]:
        """u at the two ends."""
        return float(self.u_breaks[0]), float(self.u_breaks[-1])

    def _place(self, x: Array) -> tuple[Array, Array, Array]:
        """The indices of the points inside, and their panel and place in it."""
        with np.errstate(divide="ignore", invalid="ignore"):
            u = np.log(np.maximum(x, 0.0))
        inside = np.nonzero((u > self.u_breaks[0]) & (u < self.u_breaks[-1]))[0]
        panel = np.clip(np.searchsorted(self.u_breaks, u[inside], side="right") - 1, 0, len(self.u) - 1)
        return inside, panel, _solved(self.u[panel], u[inside])


def _fine(u: Array, w: Array, density: Array) -> Array:
    """Which panels are resolved: the last coefficients count by the mass that they move."""
    loose_u, loose_w = (np.abs(part[:, -3:]).max(axis=1) for part in (u, w))
    width = np.abs(u[:, 1]) + loose_u
    wrong = loose_w * width + loose_u * np.abs(density).max(axis=1)
    found: Array = (wrong < _TAIL) & (loose_w < _LOOSE) & (loose_u < _LOOSE * (1 + width) + 1e-3 * width)
    return found


def _halves(a: float, b: float) -> list[tuple[float, float]]:
    return [(a, (a + b) / 2), ((a + b) / 2, b)]


def _clenshaw(coefficients: Array, s: Array) -> Array:
    """Each row's series at its own point."""
    one, two = np.zeros(len(s)), np.zeros(len(s))
    for k in range(coefficients.shape[1] - 1, 0, -1):
        one, two = coefficients[:, k] + 2 * s * one - two, one
    value: Array = coefficients[:, 0] + s * one - two
    return value


def _solved(coefficients: Array, wanted: Array) -> Array:
    """s in [-1, 1] where each row's rising series has its value: bisection, then Newton's method inside the bracket."""
    slopes = chebyshev.chebder(coefficients.T).T if len(coefficients) else coefficients
    low, high = np.full(len(wanted), -1.0), np.full(len(wanted), 1.0)
    s = np.zeros(len(wanted))
    for k in range(_BISECTIONS + _NEWTON):
        gap = _clenshaw(coefficients, s) - wanted
        low, high = np.where(gap <= 0, s, low), np.where(gap > 0, s, high)
        with np.errstate(divide="ignore", invalid="ignore"):
            new = s - gap / _clenshaw(slopes, s)
        s = np.where((k >= _BISECTIONS) & (new >= low) & (new <= high), new, 0.5 * (low + high))
    return s
