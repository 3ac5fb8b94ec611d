"""Distribution function, quantiles and integrals of an algebraic law, vectorised, from its half arcs and atoms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, final

import flint
import numpy as np
from numpy.typing import NDArray

from freealg.errors import NotALaw
from freealg.exact.context import cached_property
from freealg.numerics.atoms import Atom
from freealg.numerics.charts import Arc
from freealg.numerics.engines import reached
from freealg.numerics.halves import Half, halves_of
from freealg.numerics.panels import Panel
from freealg.numerics.quadrature import Integrand, settled

__all__ = ["Distribution"]

Array = NDArray[Any]
_MASS_ERROR = 1e-9


@final
@dataclass(frozen=True, eq=False)
class _Point:
    """An atom, its location as a double-double; among doubles it sits at the nearest, `high`, where `pmf` and the quantiles find it too."""

    high: float
    low: float
    total: float

    @property
    def span(self) -> tuple[float, float]:
        """The location twice."""
        return self.high, self.high

    def fill(self, x: Array, levels: tuple[float, float], out: Array) -> None:
        """Raise the distribution function from levels[0] to levels[1] at the points x of `out`."""
        out[x >= self.high] = levels[1]

    def quantile(self, q: Array, levels: tuple[float, float]) -> Array:
        """The points where the distribution function reaches levels[0] < q <= levels[1]."""
        return np.full(len(q), self.high)


@final
@dataclass(frozen=True, eq=False)
class _Stretch:
    """A half arc, with the interface of `_Point`."""

    half: Half

    @property
    def total(self) -> float:
        """The mass."""
        return self.half.total

    @property
    def span(self) -> tuple[float, float]:
        """(low, high)."""
        return self.half.span

    def fill(self, x: Array, levels: tuple[float, float], out: Array) -> None:
        """As `_Point.fill`; counted from the end of the half arc that the mass is exact at."""
        low, high = self.span
        out[x >= high] = levels[1]
        inside = np.nonzero((x > low) & (x < high))[0]
        if len(inside):
            mass = self.half.mass(self.half.parameter(x[inside]))
            out[inside] = levels[0] + mass if self.half.rightward else levels[1] - mass

    def quantile(self, q: Array, levels: tuple[float, float]) -> Array:
        """As `_Point.quantile`."""
        mass = q - levels[0] if self.half.rightward else np.where((levels[1] < 1) & (q >= reached(levels[1])), 0.0, levels[1] - q)
        return self.half.place(self.half.solve(np.clip(mass, 0.0, self.total)))


@final
class Distribution:
    """The pieces of a law from left to right: half arcs and atoms, with their cumulative masses."""

    def __init__(self, arcs: list[Arc], panels: list[list[Panel]], atoms: tuple[Atom, ...]) -> None:
        self.halves = list(chain.from_iterable(halves_of(arc, parts) for arc, parts in zip(arcs, panels, strict=True)))
        self.points = [_Point(*atom.location.double_double(), float(atom.mass)) for atom in atoms]
        self.atoms = atoms
        self.masses: dict[tuple[int, int], flint.arb] = {}  # of half arcs, by their number and the digits they are known to
        pieces: list[_Stretch | _Point] = [*map(_Stretch, self.halves), *self.points]
        self.pieces = sorted(pieces, key=lambda piece: piece.span)
        self.total = sum(piece.total for piece in self.pieces)
        if abs(self.total - 1) > _MASS_ERROR:
            raise NotALaw(f"the density and the atoms of this branch add up to {self.total:.15g}, not 1: the germ belongs to no probability measure")

    @cached_property
    def _levels(self) -> list[tuple[float, float]]:
        """The cumulative mass before and after each piece; the last is 1, and levels above 1/2 are counted from the right."""
        masses = np.array([piece.total for piece in self.pieces])
        below, above = np.cumsum(masses), 1.0 - (np.cumsum(masses[::-1])[::-1] - masses)
        after = np.where(below <= 0.5, below, above).tolist()
        return list(zip([0.0, *after[:-1]], after, strict=True))

    def cdf(self, x: Array) -> Array:
        """F(x) = P(X <= x), right-continuous."""
        out = np.zeros(len(x))
        for piece, levels in zip(self.pieces, self._levels, strict=True):
            piece.fill(x, levels, out)
        out[np.isnan(x)] = np.nan
        return out

    def icdf(self, q: Array) -> Array:
        """inf{x: F(x) >= q}; the lower end of the law at q = 0, nan outside [0, 1]."""
        out = np.full(len(q), np.nan)
        index = np.searchsorted([after for _, after in self._levels], reached(q), side="left")
        index = np.where((q >= 0) & (q <= 1), np.minimum(index, len(self.pieces) - 1), -1)
        for k, (piece, levels) in enumerate(zip(self.pieces, self._levels, strict=True)):
            chosen = np.nonzero(index == k)[0]
            if len(chosen):
                out[chosen] = piece.quantile(q[chosen], levels)
        return out

    def expect(self, function: Callable[[Array], Array], points: Sequence[float] = ()) -> float | complex:
        """E f(X) for a function of arrays, not smooth at `points`."""
        at_atoms = [(np.asarray(function(np.array([point.high]))), np.array([point.total])) for point in self.points]
        return settled(self.halves, Integrand(lambda half, s: np.asarray(function(half.inner(s))), function, points), at_atoms)

    def entropy(self) -> float:
        """-E log density, for a law without atoms."""
        return -float(np.real(settled(self.halves, Integrand(Half.log_density, "log of the density", in_t=True))))
