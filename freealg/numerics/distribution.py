"""Distribution function, quantiles and integrals of an algebraic law, vectorised, from its half arcs and atoms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from freealg.errors import InvalidInput, NotALaw
from freealg.numerics.atoms import Atom
from freealg.numerics.charts import Arc
from freealg.numerics.halves import Half, halves_of
from freealg.numerics.panels import Panel

__all__ = ["Distribution"]

Array = NDArray[Any]
_MASS_ERROR = 1e-9


@final
@dataclass(frozen=True, eq=False)
class _Point:
    """An atom as a piece of the law."""

    high: float
    low: float
    total: float

    def reached(self, x: Array) -> Array:
        """x >= location, with the location as a double-double."""
        return (x > self.high) | ((x == self.high) & (self.low <= 0))


@final
class Distribution:
    """The pieces of a law from left to right: half arcs and atoms, with their cumulative masses."""

    def __init__(self, arcs: list[Arc], panels: list[list[Panel]], atoms: tuple[Atom, ...]) -> None:
        halves = list(chain.from_iterable(halves_of(arc, parts) for arc, parts in zip(arcs, panels, strict=True)))
        points = [_Point(*atom.location.double_double(), float(atom.mass)) for atom in atoms]
        self.pieces: list[Half | _Point] = sorted([*halves, *points], key=_position)
        self.halves, self.points, self.atoms = halves, points, atoms
        total = sum(piece.total for piece in self.pieces)
        if abs(total - 1) > _MASS_ERROR:
            raise NotALaw(f"the density and the atoms of this branch add up to {total:.15g}, not 1: the germ belongs to no probability measure")
        self.total = total

    @cached_property
    def _levels(self) -> Array:
        """Cumulative masses after each piece; the last one is 1, and levels above 1/2 are counted from the right."""
        masses = np.array([piece.total for piece in self.pieces])
        below, above = np.cumsum(masses), 1.0 - (np.cumsum(masses[::-1])[::-1] - masses)
        return np.where(below <= 0.5, below, above)

    def cdf(self, x: Array) -> Array:
        """F(x) = P(X <= x), right-continuous."""
        out = np.zeros(len(x))
        start = 0.0
        for piece, level in zip(self.pieces, self._levels, strict=True):
            if isinstance(piece, _Point):
                out[piece.reached(x)] = level
            else:
                self._climb(piece, x, (start, level), out)
            start = level
        out[np.isnan(x)] = np.nan
        return out

    def _climb(self, half: Half, x: Array, levels: tuple[float, float], out: Array) -> None:
        low, high = half.span
        out[x >= high] = levels[1]
        inside = np.nonzero((x > low) & (x < high))[0]
        if len(inside):
            mass = half.mass(half.parameter(x[inside]))
            out[inside] = levels[0] + mass if half.rightward else levels[1] - mass

    def icdf(self, q: Array) -> Array:
        """inf{x: F(x) >= q}; the lower end of the law at q = 0, nan outside [0, 1]."""
        out = np.full(len(q), np.nan)
        index = np.searchsorted(self._levels, q, side="left")
        valid = (q >= 0) & (q <= 1)
        index = np.where(valid, np.minimum(index, len(self.pieces) - 1), -1)
        starts = np.concatenate([[0.0], self._levels[:-1]])
        for k, piece in enumerate(self.pieces):
            chosen = np.nonzero(index == k)[0]
            if not len(chosen):
                continue
            if isinstance(piece, _Point):
                out[chosen] = piece.high
                continue
            mass = q[chosen] - starts[k] if piece.rightward else self._levels[k] - q[chosen]
            out[chosen] = piece.place(piece.solve(np.clip(mass, 0.0, piece.total)))
        return out

    def expect(self, function: Callable[[Array], Array], tolerance: float = 1e-13) -> float | complex:
        """E f(X); the number of Gauss points is doubled until two sums agree to `tolerance` (relative to E |f|).

        `function` takes and returns arrays. Raises `InvalidInput` when 4096 points a piece do not settle it.
        """
        fixed = sum((p.total * np.asarray(function(np.array([p.high])))[0] for p in self.points), 0.0)
        last, count = None, 24
        while count <= 4096:
            rules = [half.rule(count) for half in self.halves]
            terms = [(np.asarray(function(x)), w) for x, w in rules]
            value = sum((w @ f for f, w in terms), 0.0) + fixed
            size = sum((w @ np.abs(f) for f, w in terms), 0.0) + abs(fixed)
            if last is not None and abs(value - last) <= tolerance * size:
                return complex(value) if np.iscomplexobj(value) else float(value)
            last, count = value, count * 2
        raise InvalidInput(f"the integral of {function!r} did not settle ({last!r}); it must be smooth between the edges and integrable")


def _position(piece: Half | _Point) -> tuple[float, float]:
    return (piece.high, piece.high) if isinstance(piece, _Point) else piece.span
