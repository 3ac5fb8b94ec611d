"""Density, distribution function, quantiles and expectations of a law given by pieces and atoms, vectorised."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from freealg.errors import Undecided
from freealg.exact.context import cached_property
from freealg.numerics.engines import reached
from freealg.numerics.faint import OuterEnd
from freealg.numerics.mapped_pieces import Piece
from freealg.numerics.quadrature import Integrand, settled

__all__ = ["MappedLaw"]

Array = NDArray[Any]
_MASS_ERROR = 1e-9
_FAINT, _UNKNOWN, _FAINTEST = 1e-6, 1e-13, 1e-280  # the last: G is taken 1e-300 above the axis


@final
class MappedLaw:
    """Pieces from left to right and atoms (location, mass); `name` is for messages.

    Raises `Undecided` when the masses do not add up to 1: then the branch, the support or the atoms are not right.
    """

    def __init__(self, pieces: list[Piece], atoms: list[tuple[float, float]], name: str) -> None:
        self.pieces = sorted(pieces, key=lambda piece: piece.span)
        self.atoms, self.name = sorted(atoms), name
        total = sum(piece.total for piece in self.pieces) + sum(mass for _, mass in self.atoms)
        if not abs(total - 1) <= _MASS_ERROR:
            raise Undecided(f"the density and the atoms of {name} add up to {total:.12g}, not to 1; ask for single values with dps=30 instead")
        self.total = total

    def density(self, x: Array) -> Array:
        """The density at x; 0 outside the support."""
        out = np.zeros(len(x))
        for piece in self.pieces:
            inside = np.nonzero((x >= piece.span[0]) & (x <= piece.span[1]))[0]
            if len(inside):
                out[inside] = piece.density(x[inside])
        out[np.isnan(x)] = np.nan
        return out

    def doubtful(self, x: Array) -> Array:
        """Where the pieces do not give the density to relative accuracy."""
        out = np.zeros(len(x), dtype=bool)
        for piece in self.pieces:
            inside = np.nonzero((x >= piece.span[0]) & (x <= piece.span[1]) & np.isfinite(x))[0]
            if len(inside):
                out[inside] |= piece.doubtful(x[inside])
        return out

    def cdf(self, x: Array) -> Array:
        """P(X <= x)."""
        out = np.zeros(len(x))
        for piece in self.pieces:
            out[x >= piece.span[1]] += piece.total
            inside = np.nonzero((x > piece.span[0]) & (x < piece.span[1]))[0]
            if len(inside):
                out[inside] += piece.below(x[inside])
        for location, mass in self.atoms:
            out[x >= location] += mass
        out = np.clip(out, 0.0, 1.0)
        end = self._ends[0]
        if end is not None and end.known:
            low, high = end.piece.span
            faint = np.nonzero((out < _FAINT) & (x > (-np.inf if end.tail else low)) & (x < high))[0]
            beyond = end.mass(x[faint])
            out[faint] = np.where(beyond < _FAINTEST, 0.0, beyond) if end.tail else beyond
        out[np.isnan(x)] = np.nan
        return out

    def icdf(self, q: Array) -> Array:
        """inf{x: F(x) >= q}; at q = 0 the lower end of the law. Points below the smallest double come back as 0.0."""
        items = self._items()
        levels = np.minimum(np.cumsum([mass for _, mass, _ in items]), 1.0)
        levels[-1] = 1.0
        index = np.minimum(np.searchsorted(levels, reached(q), side="left"), len(items) - 1)
        out = np.full(len(q), np.nan)
        for k, (place, mass, piece) in enumerate(items):
            chosen = np.nonzero((index == k) & (q >= 0) & (q <= 1))[0]
            if not len(chosen):
                continue
            if piece is None:
                out[chosen] = place
                continue
            inside = np.clip(q[chosen] - (levels[k - 1] if k else 0.0), 0.0, mass)
            whole = (inside >= mass) | ((levels[k] < 1) & (q[chosen] >= reached(levels[k])))
            out[chosen] = np.select([inside == 0, whole], piece.span, piece.quantile(inside))
        return self._faint(q, out)

    @cached_property
    def _ends(self) -> tuple[OuterEnd | None, OuterEnd | None]:
        """The ends of the law that are ends of pieces, not atoms."""
        items = self._items()
        first, last = items[0][2], items[-1][2]
        return None if first is None else OuterEnd(first, -1), None if last is None else OuterEnd(last, 1)

    def _faint(self, q: Array, out: Array) -> Array:
        """Replace the outermost quantiles by those of masses with relative accuracy; refused where a tail is not known so well."""
        for end, share in zip(self._ends, (q, 1 - q), strict=True):
            chosen = np.nonzero((share > 0) & (share < _FAINT))[0]
            if end is None or not len(chosen):
                continue
            if end.known and (not end.tail or share[chosen].min() >= _FAINTEST):
                out[chosen] = end.quantile(share[chosen])
            elif share[chosen].min() < _UNKNOWN:
                raise Undecided(f"the quantile of {self.name} at the share {share[chosen].min():.3g} needs more than doubles; ask with dps=20")
        return out

    def _items(self) -> list[tuple[float, float, Piece | None]]:
        """Pieces and atoms in order; a piece that contains an atom is met in two parts, so atoms are required to lie between pieces."""
        listed: list[tuple[float, float, Piece | None]] = [(piece.span[0], piece.total, piece) for piece in self.pieces]
        listed += [(location, mass, None) for location, mass in self.atoms]
        return sorted(listed, key=lambda item: (item[0], item[2] is not None))

    def expect(self, function: Callable[[Array], Array], points: Sequence[float] = ()) -> float:
        """E f(X), f not smooth at `points`."""
        at_atoms = [(np.asarray(function(np.array([location])), dtype=float), np.array([mass])) for location, mass in self.atoms]
        integrand = Integrand(lambda piece, t: np.asarray(function(piece.inner(t)), dtype=float), function, points)
        return float(np.real(settled(self.pieces, integrand, at_atoms)))

    def entropy(self) -> float:
        """-E log density, for a law without atoms."""
        return -float(np.real(settled(self.pieces, Integrand(Piece.log_density, "log of the density", in_t=True))))
