"""What every numeric engine answers, and helpers of engines that are made from other engines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Protocol

import flint
import numpy as np
from numpy.typing import NDArray
from sympy import Expr

from freealg.errors import Undecided

__all__ = ["Engine", "entropy_of", "mass_at", "places_of", "quantiles", "rational_of", "reached", "united", "upper_quantiles"]

Array = NDArray[Any]
_BISECTIONS = 80
_TIE, _ULPS, _LEAST = 4e-15, 4, 1e-300


class Engine(Protocol):
    """What a numeric engine answers."""

    def pdf(self, x: Array) -> Array: ...
    def cdf(self, x: Array) -> Array: ...
    def icdf(self, q: Array) -> Array: ...
    def cauchy(self, z: Array) -> Array: ...
    def expect(self, function: Callable[[Array], Array], points: Sequence[float] = ()) -> Any: ...
    def pdf_mp(self, x: Any, dps: int) -> Any: ...
    def cdf_mp(self, x: Any, dps: int) -> Any: ...
    def cauchy_mp(self, z: Any, dps: int) -> Any: ...
    def pdf_ball(self, x: Any, dps: int) -> flint.arb: ...
    def cauchy_ball(self, z: Any, dps: int) -> flint.acb: ...
    def intervals(self) -> list[tuple[Expr, Expr]]: ...
    def atoms(self) -> list[tuple[Expr, Expr]]: ...
    def edge_exponents(self) -> dict[Expr, tuple[Expr, Expr]]: ...


def reached(q: Any) -> Any:
    """The least computed F(x) that counts as q: a share and a mass that differ by rounding are one, so that a gap is met at its left end."""
    return q * (1 - _TIE)


def upper_quantiles(part: Engine, q: Array) -> Array:
    """sup{x: P(X < x) <= q}: beyond the gap where F = q on one; at q = 1 the upper end of the law."""
    x = np.array(part.icdf(q))
    spans = united([*part.intervals(), *((location, location) for location, _ in part.atoms())])
    for (_, high), (low, _) in pairwise((float(a), float(b)) for a, b in spans):
        at_gap = (np.abs(x - high) <= _ULPS * np.spacing(abs(high))) & (reached(part.cdf(np.array([high]))) <= q)
        x = np.where(at_gap, low, x)
    return x


def quantiles(cdf: Callable[[Array], Array], q: Array, bracket: tuple[Array, Array], places: Sequence[float]) -> Array:
    """inf{x: F(x) >= q} between two arrays of bounds, by bisection down to neighbouring doubles; `places`, atoms and upper ends, are met exactly."""
    low, high = (np.array(np.broadcast_to(end, q.shape), dtype=float) for end in bracket)
    low = np.where(cdf(low) >= q, np.nextafter(low, -np.inf), low)
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        if np.all((middle <= low) | (middle >= high)):
            break
        met = cdf(middle) >= q
        high, low = np.where(met, middle, high), np.where(met, low, middle)
    for place in places:
        level = cdf(np.array([place]))
        high = np.where(((low <= place) & (place <= high)) | ((level >= reached(q)) & (reached(level) <= q)), place, high)
    return high


def places_of(part: Engine) -> list[float]:
    """The atoms and the finite upper ends of the support: where quantiles stay while q passes an atom or F a gap."""
    ends = [float(high) for _, high in part.intervals()]
    return [*(end for end in ends if np.isfinite(end)), *(float(location) for location, _ in part.atoms())]


def entropy_of(part: Any) -> float:
    """-E log density of a law without atoms: the engine's own, or by its density at the points of its quadrature."""
    if hasattr(part, "entropy"):
        return float(part.entropy())
    return -float(part.expect(lambda x: np.log(np.maximum(part.pdf(x), _LEAST))))


def mass_at(atoms: Sequence[tuple[Expr, Expr]], x: Array, move: Callable[[float], float]) -> Array:
    """The mass of the atoms whose image under `move` is x."""
    out = np.zeros(np.shape(x))
    for location, mass in atoms:
        out = out + np.where(x == move(float(location)), float(mass), 0.0)
    return out


def united(intervals: list[tuple[Expr, Expr]]) -> list[tuple[Expr, Expr]]:
    """The union of intervals, from left to right; intervals that meet are one."""
    out: list[tuple[Expr, Expr]] = []
    for low, high in sorted(intervals, key=lambda pair: (float(pair[0]), float(pair[1]))):
        if out and float(low) <= float(out[-1][1]):
            out[-1] = (out[-1][0], high if float(high) > float(out[-1][1]) else out[-1][1])
        else:
            out.append((low, high))
    return out


def rational_of(w: Expr) -> flint.fmpq:
    """An exact weight as FLINT's rational; Undecided where it is not rational, since a ball needs it."""
    if not w.is_Rational:
        raise Undecided(f"the weight {w} is not rational, so there is no certified ball; ask with dps=30 for digits")
    return flint.fmpq(int(w.p), int(w.q))
