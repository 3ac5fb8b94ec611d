"""The mass at the outer end of a law with relative accuracy, by Gauss rules on the density itself: what is fitted is good to 1e-17 of the whole."""

from __future__ import annotations

from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from freealg.numerics.chebyshev import gauss_legendre
from freealg.numerics.mapped_pieces import Piece

__all__ = ["OuterEnd"]

Array = NDArray[Any]
_NODES, _GRADES, _SOLVES, _BLOCK = 16, 24, 100, 2000
_TINY = 1e-300


@final
class OuterEnd:
    """The lower end of the first piece of a law, or the upper end of its last one (`side` 1)."""

    def __init__(self, piece: Piece, side: int) -> None:
        at_first = piece.rising == (side < 0)
        self.piece = piece
        self.near, self.far = (piece.last, piece.first) if at_first else (piece.first, max(piece.last, piece.reach))
        self.tail = not np.isnan(piece.map.limit)
        self.known = not self.tail or (not at_first and piece.reach > piece.last)
        u, weight = gauss_legendre(_NODES)
        breaks = np.concatenate([[0.0], 2.0 ** np.arange(-_GRADES, 1)])
        spans = np.diff(breaks)
        self._u, self._w = (breaks[:-1, None] + spans[:, None] * u).ravel(), (spans[:, None] * weight).ravel()

    def mass(self, x: Array) -> Array:
        """The mass between points of the piece and its end."""
        return np.exp(self._log_mass(np.log(np.maximum(np.abs(self.far - self.piece.map.parameter(x)), _TINY))))

    def _log_mass(self, s: Array) -> Array:
        """By the logarithm of the distance from the end; graded towards the point, from which the density of a tail falls."""
        gap = np.exp(s)
        t = self.far + np.sign(self.near - self.far) * gap[:, None] * (1 - self._u)
        weight = self.piece.weight(t.ravel()).reshape(t.shape)
        with np.errstate(divide="ignore"):
            return np.log(weight @ self._w) + s

    def quantile(self, mass: Array) -> Array:
        """x with that mass beyond it, by bisection in the logarithm of the distance from the end and the secant inside a short bracket."""
        pieces = [self._block(mass[k : k + _BLOCK]) for k in range(0, len(mass), _BLOCK)]
        return np.concatenate(pieces) if pieces else mass

    def _block(self, mass: Array) -> Array:
        wanted = np.log(np.maximum(mass, _TINY))
        low, high = np.full(len(mass), np.log(_TINY)), np.full(len(mass), np.log(abs(self.near - self.far)))
        below, above = np.full(len(mass), -np.inf), self._log_mass(high) - wanted
        for k in range(_SOLVES):
            with np.errstate(invalid="ignore", divide="ignore"):
                secant = high - above * (high - low) / (above - below)
            middle = np.where(np.isfinite(secant) & (secant > low) & (secant < high) & (k % 3 != 2), secant, 0.5 * (low + high))
            value = self._log_mass(middle) - wanted
            up = value >= 0
            high, above = np.where(up, middle, high), np.where(up, value, above)
            low, below = np.where(up, low, middle), np.where(up, below, value)
            if np.all((high - low <= 1e-15 * np.maximum(1.0, np.abs(high))) | (above == 0)):
                break
        return self.piece.map.x(self.far + np.sign(self.near - self.far) * np.exp(high))
