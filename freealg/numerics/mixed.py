"""The numeric engine of a mixture, from those of its parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, final

import flint
import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Integer

from freealg.numerics.arithmetic import DIGITS
from freealg.numerics.digits import guarded
from freealg.numerics.engines import Engine, places_of, quantiles, rational_of, united

__all__ = ["MixedLaw"]

Array = NDArray[Any]


@final
class MixedLaw:
    """The mixture of laws with the given weights."""

    def __init__(self, weights: Sequence[Expr], parts: Sequence[Engine]) -> None:
        self.weights, self.parts = tuple(weights), tuple(parts)
        self._w = [float(w) for w in weights]

    def pdf(self, x: Array) -> Array:
        """The weighted density."""
        return sum((w * part.pdf(x) for w, part in zip(self._w, self.parts, strict=True)), np.zeros(np.shape(x)))

    def cdf(self, x: Array) -> Array:
        """The weighted distribution function."""
        return sum((w * part.cdf(x) for w, part in zip(self._w, self.parts, strict=True)), np.zeros(np.shape(x)))

    def icdf(self, q: Array) -> Array:
        """inf{x: F(x) >= q}: it lies between the quantiles of the parts."""
        q = np.asarray(q, dtype=float)
        ends = np.array([part.icdf(q) for part in self.parts])
        low, high = ends.min(axis=0), ends.max(axis=0)
        finite = np.isfinite(low) & np.isfinite(high)
        out = np.where(q > 0.5, high, low)
        out[finite] = quantiles(self.cdf, q[finite], (low[finite], high[finite]), places_of(self))
        return out

    def cauchy(self, z: Array) -> Array:
        """The weighted transform."""
        return sum((w * part.cauchy(z) for w, part in zip(self._w, self.parts, strict=True)), np.zeros(np.shape(z), dtype=complex))

    def expect(self, function: Callable[[Array], Array], points: Sequence[float] = ()) -> Any:
        """The weighted expectation."""
        return sum(w * part.expect(function, points) for w, part in zip(self._w, self.parts, strict=True))

    def _weighted(self, name: str, x: Any, dps: int) -> Any:
        return guarded(lambda: sum(DIGITS.number(w) * getattr(part, name)(x, dps + 8) for w, part in zip(self.weights, self.parts, strict=True)), dps)

    def pdf_mp(self, x: Any, dps: int) -> Any:
        """The density to `dps` digits."""
        return self._weighted("pdf_mp", x, dps)

    def cdf_mp(self, x: Any, dps: int) -> Any:
        """P(X <= x) to `dps` digits."""
        return self._weighted("cdf_mp", x, dps)

    def cauchy_mp(self, z: Any, dps: int) -> Any:
        """G(z) to `dps` digits."""
        return self._weighted("cauchy_mp", z, dps)

    def pdf_ball(self, x: Any, dps: int) -> flint.arb:
        """A ball, where every part has one and the weights are rational."""
        return sum((rational_of(w) * part.pdf_ball(x, dps + 3) for w, part in zip(self.weights, self.parts, strict=True)), flint.arb(0))

    def cauchy_ball(self, z: Any, dps: int) -> flint.acb:
        """A ball, where every part has one and the weights are rational."""
        return sum((rational_of(w) * part.cauchy_ball(z, dps + 3) for w, part in zip(self.weights, self.parts, strict=True)), flint.acb(0))

    def intervals(self) -> list[tuple[Expr, Expr]]:
        """The union."""
        return united([pair for part in self.parts for pair in part.intervals()])

    def atoms(self) -> list[tuple[Expr, Expr]]:
        """The weighted atoms."""
        found: dict[Expr, Expr] = {}
        for w, part in zip(self.weights, self.parts, strict=True):
            for location, mass in part.atoms():
                found[location] = found.get(location, Integer(0)) + w * mass
        return sorted(found.items(), key=lambda pair: float(pair[0]))

    def edge_exponents(self) -> dict[Expr, tuple[Expr, Expr]]:
        """At the ends of the union, those of the parts that reach them; of two parts the smaller exponent wins."""
        ends = {end for interval in self.intervals() for end in interval}
        found: dict[Expr, tuple[Expr, Expr]] = {}
        for w, part in zip(self.weights, self.parts, strict=True):
            for edge, (exponent, coefficient) in part.edge_exponents().items():
                if edge not in ends:
                    continue
                if edge in found and exponent == found[edge][0]:
                    found[edge] = (exponent, found[edge][1] + w * coefficient)
                elif edge not in found or (exponent.is_number and found[edge][0].is_number and exponent < found[edge][0]):
                    found[edge] = (exponent, w * coefficient)
        return found
