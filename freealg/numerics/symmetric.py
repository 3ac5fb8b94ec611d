"""The numeric engine of +-sqrt(X), half the mass on either side: G(z) = z G_X(z^2) from the engine of X, all else from that of the two halves."""

from __future__ import annotations

from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from freealg.exact.context import mp_precision
from freealg.numerics.digits import as_mp

__all__ = ["SymmetricRoot"]

Array = NDArray[Any]


@final
class SymmetricRoot:
    """`halves` is the engine of the mixture of sqrt(X) and -sqrt(X), `root` that of sqrt(X), `square` that of X."""

    def __init__(self, halves: Any, root: Any, square: Any) -> None:
        self.halves, self.root, self.square = halves, root, square

    def __getattr__(self, name: str) -> Any:
        if name in {"halves", "root", "square"} or name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.halves, name)

    def pdf(self, x: Array) -> Array:
        """Half the density of sqrt(X) at |x|."""
        value: Array = 0.5 * self.root.pdf(np.abs(x))
        return value

    def cauchy(self, z: Array) -> Array:
        """z G_X(z^2) in the first quadrant, G(-conj z) = -conj G(z) and G(conj z) = conj G(z)."""
        z = np.asarray(z, dtype=complex)
        above = np.where(z.imag < 0, z.conj(), z)
        right = np.where(above.real < 0, -above.conj(), above)
        value = np.full(z.shape, -1j * np.pi * self.pdf(np.zeros(1))[0])  # at 0; an atom there makes G infinite
        value[right != 0] = right[right != 0] * self.square.cauchy(right[right != 0] ** 2)
        value = np.where(above.real < 0, -value.conj(), value)
        return np.where(z.imag < 0, value.conj(), value)

    def cauchy_mp(self, z: Any, dps: int) -> Any:
        """The same to `dps` digits."""
        with mp_precision(dps + 10) as mp:
            point = mp.mpc(as_mp(z))
            above = mp.conj(point) if point.imag < 0 else point
            right = -mp.conj(above) if above.real < 0 else above
            value = right * self.square.cauchy_mp(right * right if right.imag else right.real**2, dps + 5)
            value = -mp.conj(value) if above.real < 0 else value
            return mp.conj(value) if point.imag < 0 else value
