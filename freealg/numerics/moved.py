"""The numeric engine of an affine image, from that of the law."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, final

import flint
import mpmath
import numpy as np
import sympy
from numpy.typing import NDArray
from sympy import Expr

from freealg.errors import Undecided
from freealg.exact.edge_forms import stretched
from freealg.numerics.arithmetic import DIGITS
from freealg.numerics.beside_edges import BesideEdges
from freealg.numerics.digits import as_mp, guarded
from freealg.numerics.engines import Engine, entropy_of, mass_at, rational_of, upper_quantiles

__all__ = ["MovedLaw"]

Array = NDArray[Any]


@final
class MovedLaw:
    """The law of a X + b."""

    def __init__(self, part: Engine, a: Expr, b: Expr) -> None:
        self.part, self.a, self.b = part, a, b
        self._a, self._b = float(a), float(b)
        self._beside = BesideEdges(part, lambda x: DIGITS.number(a) * x + DIGITS.number(b), lambda y, distance, edge: distance / self._a)

    def _back(self, y: Array) -> Array:
        return (np.asarray(y) - self._b) / self._a

    def pdf(self, y: Array) -> Array:
        """rho((y - b)/a)/|a|"""
        y = np.asarray(y, dtype=float)
        return self._beside.density(y, self._back(y)) / abs(self._a)

    def cdf(self, y: Array) -> Array:
        """F((y - b)/a), from above for a < 0."""
        below = self.part.cdf(self._back(y))
        if self._a > 0:
            return below
        return 1.0 - below + mass_at(self.part.atoms(), np.asarray(y), lambda x: self._a * x + self._b)

    def icdf(self, q: Array) -> Array:
        """a icdf(q) + b, of 1 - q for a < 0."""
        q = np.asarray(q, dtype=float)
        return self._a * (self.part.icdf(q) if self._a > 0 else upper_quantiles(self.part, 1.0 - q)) + self._b

    def cauchy(self, z: Array) -> Array:
        """G((z - b)/a)/a; a real z is approached from the other side for a < 0."""
        z = np.asarray(z, dtype=complex)
        value = self.part.cauchy(self._back(z)) / self._a
        return np.where(z.imag == 0, value.conj(), value) if self._a < 0 else value

    def expect(self, function: Callable[[Array], Array], points: Sequence[float] = ()) -> Any:
        """E f(a X + b)."""
        return self.part.expect(lambda x: function(self._a * x + self._b), [(y - self._b) / self._a for y in points])

    def entropy(self) -> float:
        """H(X) + log |a|"""
        return entropy_of(self.part) + float(np.log(abs(self._a)))

    def _point(self, y: Any) -> Any:
        """(y - b)/a as an exact rational where it is one, else as a ball or an mpmath number."""
        if isinstance(y, flint.fmpq) and self.a.is_Rational and self.b.is_Rational:
            a, b = (flint.fmpq(int(c.p), int(c.q)) for c in (self.a, self.b))
            return (y - b) / a
        return (as_mp(y) - DIGITS.number(self.b)) / DIGITS.number(self.a)

    def pdf_mp(self, y: Any, dps: int) -> Any:
        """The density to `dps` digits."""
        return guarded(lambda: self.part.pdf_mp(self._point(y), dps + 5) / abs(DIGITS.number(self.a)), dps)

    def cdf_mp(self, y: Any, dps: int) -> Any:
        """P(Y <= y) to `dps` digits."""

        def value() -> Any:
            point = self._point(y)
            below = self.part.cdf_mp(point, dps + 5)
            if self._a > 0:
                return below
            at = sum((DIGITS.number(p) for x, p in self.part.atoms() if abs(DIGITS.number(x) - as_mp(point)) < mpmath.mpf(10) ** -dps), mpmath.mpf(0))
            return 1 - below + at

        return guarded(value, dps)

    def cauchy_mp(self, z: Any, dps: int) -> Any:
        """G(z) to `dps` digits."""

        def value() -> Any:
            point = self._point(z)
            found = self.part.cauchy_mp(point, dps + 5) / DIGITS.number(self.a)
            return mpmath.conj(found) if self._a < 0 and mpmath.im(as_mp(point)) == 0 else found

        return guarded(value, dps)

    def pdf_ball(self, y: Any, dps: int) -> flint.arb:
        """A ball, where the part has one and a and b are rational."""
        return self.part.pdf_ball(self._rational(y), dps + 3) / abs(rational_of(self.a))

    def cauchy_ball(self, z: Any, dps: int) -> flint.acb:
        """A ball, where the part has one and a and b are rational."""
        if isinstance(z, flint.acb):
            return self.part.cauchy_ball((z - rational_of(self.b)) / rational_of(self.a), dps + 3) / rational_of(self.a)
        found = self.part.cauchy_ball(self._rational(z), dps + 3) / rational_of(self.a)
        return found.conjugate() if self._a < 0 else found

    def _rational(self, y: Any) -> flint.fmpq:
        if not isinstance(y, flint.fmpq):
            raise Undecided("an affine image is certified at rational points; give x as a rational number")
        return (y - rational_of(self.b)) / rational_of(self.a)

    def _image(self, x: Expr) -> Expr:
        return self.a * x + self.b if x.is_finite else (x if self._a > 0 else -x)

    def intervals(self) -> list[tuple[Expr, Expr]]:
        """The images."""
        images = [(self._image(low), self._image(high)) for low, high in self.part.intervals()]
        return images if self._a > 0 else [pair[::-1] for pair in images[::-1]]

    def atoms(self) -> list[tuple[Expr, Expr]]:
        """The images."""
        return [(self._image(x), p) for x, p in self.part.atoms()]

    def edge_exponents(self) -> dict[Expr, tuple[Expr, Expr]]:
        """Distances grow by |a|."""
        found = {}
        for x, edge in self.part.edge_exponents().items():
            found[self._image(x)] = stretched(edge, sympy.Abs(self.a))
        return found
