"""Densities of images beside their edges: the point behind y is rounded to a double, but its distance from the edge behind need not be.

Beside an edge e the density is |x - e|^alpha times a function that hardly changes over the rounding of x, so its value at the rounded point is
multiplied by the power of the quotient of the two distances.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, final

import mpmath
import numpy as np
from numpy.typing import NDArray

from freealg.errors import FreeAlgError
from freealg.exact.context import cached_property, mp_precision
from freealg.numerics.arithmetic import DIGITS
from freealg.numerics.engines import Engine

__all__ = ["BesideEdges", "Edge"]

Array = NDArray[Any]
_DIGITS = 60
_NEAR, _OUTSIDE = 1e-3, 8.0


class Edge(NamedTuple):
    """An edge and its image as double-doubles; the density lies to the side `inward` of it, over `width`, and is of order |x - e|**exponent."""

    place: tuple[float, float]
    image: tuple[float, float]
    inward: int
    width: float
    exponent: float


@final
class BesideEdges:
    """`image` moves an edge (mpmath; None: to infinity, or not on this branch); gap(y, d, edge) is x - e for y at the distance d from the image."""

    def __init__(self, part: Engine, image: Callable[[Any], Any], gap: Callable[[Array, Array, Edge], Array]) -> None:
        self.part, self.image, self.gap = part, image, gap

    @cached_property
    def edges(self) -> list[Edge]:
        """The finite edges at which the density is known to be of the order of a power."""
        try:
            powers = edge_powers(self.part)
            intervals = self.part.intervals()
        except FreeAlgError:
            return []
        found = []
        with mp_precision(_DIGITS):
            for ends in intervals:
                width = float(ends[1]) - float(ends[0])
                for end, inward in zip(ends, (1, -1), strict=True):
                    place = DIGITS.number(end) if end.is_finite and end in powers else None
                    image = None if place is None else self.image(place)
                    if image is not None:
                        found.append(Edge(_split(place), _split(image), inward, width, powers[end]))
        return found

    def density(self, y: Array, x: Array) -> Array:
        """The density of the part at the point behind y, x being that point in doubles."""
        found = np.array(self.part.pdf(x))
        for edge in self.edges:
            depth = edge.inward * self.gap(y, (y - edge.image[0]) - edge.image[1], edge)
            chosen = np.nonzero((depth < _NEAR * edge.width) & (depth > -_OUTSIDE * np.spacing(abs(edge.place[0]))))[0]
            if len(chosen):
                found[chosen] = self._near(edge, x[chosen], depth[chosen])
        return found

    def _near(self, edge: Edge, x: Array, depth: Array) -> Array:
        inner = edge.place[0] + edge.inward * 2 * np.spacing(abs(edge.place[0]))
        x = np.where(edge.inward * (x - inner) < 0, inner, x)
        rounded = edge.inward * ((x - edge.place[0]) - edge.place[1])
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            value = self.part.pdf(x) * (np.maximum(depth, 0.0) / rounded) ** edge.exponent
        return np.where(depth < 0, 0.0, value)


def edge_powers(part: Any) -> dict[Any, float]:
    """{edge: exponent} where that is a number."""
    if hasattr(part, "edge_powers"):
        return dict(part.edge_powers())
    return {edge: float(exponent) for edge, (exponent, _) in part.edge_exponents().items() if exponent.is_number}


def _split(value: Any) -> tuple[float, float]:
    high = float(value)
    return high, float(value - mpmath.mpf(high))
