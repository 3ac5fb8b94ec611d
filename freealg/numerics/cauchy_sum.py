"""The numeric engine of X + C, C a Cauchy variable free from X: G(z) = G_X(z - a + i c), so that the density is analytic on the whole line.

In the variable t, x = centre + scale tan t, the mass density c s (1 + tan^2 t)/pi E[1/((x - a - X)^2 + c^2)] is smooth up to t = ± pi/2, where it is
c/(pi s): one Chebyshev fit gives the density with relative accuracy in the tails, the distribution function and its inverse.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NoReturn, final

import flint
import mpmath
import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Integer, oo, pi

from freealg.errors import Undecided
from freealg.exact.context import cached_property
from freealg.numerics.adaptive import antiderivative, fit_together, joined
from freealg.numerics.arithmetic import DIGITS
from freealg.numerics.chebyshev import Piecewise, gauss_legendre
from freealg.numerics.digits import as_mp, density_digits, guarded
from freealg.numerics.engines import Engine, quantiles
from freealg.numerics.quadrature import Integrand, settled

__all__ = ["CauchySum"]

Array = NDArray[Any]
_HALF = 0.5 * np.pi
_FAR = 30.0  # widths of the law of X beyond which Im G is taken as a mean of positive numbers, which loses nothing
_LEAST = 1e-9
_MASS = 1e-11
_FAINT, _NODES, _ROUNDS = 1e-3, 16, 8


@final
class CauchySum:
    """The law of X + C for the engine of X (a law with moments), location a and scale c > 0; `name` is for messages."""

    def __init__(self, part: Engine, a: Expr, c: Expr, name: str) -> None:
        self.part, self.a, self.c, self.name = part, a, c, name
        self._a, self._c = float(a), float(c)

    @cached_property
    def _quartiles(self) -> tuple[float, float, float]:
        low, middle, high = self.part.icdf(np.array([0.25, 0.5, 0.75])).tolist()
        return low, middle, high

    @cached_property
    def _frame(self) -> tuple[float, float]:
        """The centre and the scale of x = centre + scale tan t."""
        low, middle, high = self._quartiles
        return middle + self._a, float(np.hypot(self._c, high - low))

    @cached_property
    def _fit(self) -> tuple[Piecewise, Piecewise]:
        """The mass density in t, and its integral from -pi/2."""
        density = joined(fit_together(self._in_t, [(-_HALF, 0.0), (0.0, _HALF)], least=_LEAST))
        mass, levels = antiderivative(density)
        if not abs(levels[-1] - 1) < _MASS:
            raise Undecided(f"the density of {self.name} adds up to {levels[-1]:.12g} and not to 1; ask for values with dps=30")
        return density, mass

    def _in_t(self, t: Array) -> Array:
        (centre, scale), (low, _, high) = self._frame, self._quartiles
        tangent = np.tan(t)
        x = centre + scale * tangent
        out = np.empty(len(t))
        near = np.hypot(scale * tangent, self._c) < _FAR * (high - low)
        out[near] = -self.part.cauchy(x[near] - self._a + 1j * self._c).imag / np.pi * scale * (1 + tangent[near] ** 2)
        out[~near] = [self._far(float(value)) for value in t[~near]]
        return out

    def _far(self, t: float) -> float:
        """c s/pi E[1/((x - a - X)^2 + c^2)]/cos^2 t, with the cosine inside."""
        centre, scale = self._frame
        sine, cosine, shift = np.sin(t), np.cos(t), centre - self._a
        mean = self.part.expect(lambda y: 1 / ((scale * sine + (shift - y) * cosine) ** 2 + (self._c * cosine) ** 2))
        return float(self._c * scale / np.pi * mean)

    def _t(self, x: Array) -> Array:
        centre, scale = self._frame
        return np.arctan((np.asarray(x, dtype=float) - centre) / scale)

    def pdf(self, x: Array) -> Array:
        """The density, with relative accuracy in the tails."""
        _, scale = self._frame
        with np.errstate(over="ignore"):
            spread = scale * (1 + ((np.asarray(x, dtype=float) - self._frame[0]) / scale) ** 2)
        return np.maximum(self._fit[0](self._t(x)).real, 0.0) / spread

    def _beyond(self, angle: Array, side: int) -> Array:
        """The mass within `angle` of t = side pi/2."""
        nodes, weights = gauss_legendre(_NODES)
        inner = side * (_HALF - angle[:, None] * nodes)
        return angle * (self._fit[0](inner.ravel()).real.reshape(inner.shape) @ weights)

    def cdf(self, x: Array) -> Array:
        """P(X + C <= x); far down with relative accuracy."""
        centre, scale = self._frame
        out = np.clip(self._fit[1](self._t(x)).real, 0.0, 1.0)
        with np.errstate(divide="ignore"):
            angle = np.arctan(scale / np.maximum(centre - np.asarray(x, dtype=float), scale))
        faint = np.nonzero(angle < _FAINT)[0]
        out[faint] = self._beyond(angle[faint], -1)
        return out

    def icdf(self, q: Array) -> Array:
        """The quantiles; infinite at 0 and 1."""
        q = np.asarray(q, dtype=float)
        centre, scale = self._frame
        t = quantiles(lambda at: np.clip(self._fit[1](at).real, 0.0, 1.0), q, (np.array(-_HALF), np.array(_HALF)), [])
        out = np.where(q <= 0, -np.inf, np.where(q >= 1, np.inf, centre + scale * np.tan(t)))
        for side, share in ((-1, q), (1, 1 - q)):
            faint = np.nonzero((share > 0) & (share < _FAINT / 10))[0]
            angle = share[faint] / float(self._fit[0](np.array([side * _HALF])).real[0])
            for _ in range(_ROUNDS):
                angle = angle * (share[faint] / self._beyond(angle, side))
            out[faint] = centre + side * scale / np.tan(angle)
        return out

    def cauchy(self, z: Array) -> Array:
        """G_X(z - a + i c) on the closed upper half plane, by conjugation below."""
        z = np.asarray(z, dtype=complex)
        below = z.imag < 0
        value = self.part.cauchy(np.where(below, z.conj(), z) - self._a + 1j * self._c)
        return np.where(below, value.conj(), value)

    def expect(self, function: Callable[[Array], Array], points: Sequence[float] = ()) -> float:
        """E f(X + C), f not smooth at `points`."""
        condition = "this law has no mean: f must grow less than |x|"
        integrand = Integrand(lambda part, t: np.asarray(function(part.inner(t)), dtype=float), function, points, condition=condition)
        return float(np.real(settled([self], integrand)))

    @property
    def panels(self) -> Array:
        """Breaks in t."""
        return self._fit[0].breaks

    def rate(self, t: Array) -> Array:
        """d mass/dt"""
        found: Array = self._fit[0](t).real
        return found

    def inner(self, t: Array) -> Array:
        """centre + scale tan t"""
        centre, scale = self._frame
        return centre + scale * np.tan(t)

    def located(self, points: Array) -> Array:
        """t at the points x."""
        return self._t(points)

    def _shifted(self, z: Any) -> Any:
        point = mpmath.mpc(as_mp(z))
        return point - DIGITS.number(self.a) + mpmath.mpc(0, 1) * DIGITS.number(self.c)

    def pdf_mp(self, x: Any, dps: int) -> Any:
        """The density to `dps` digits."""
        return density_digits(lambda: self.part.cauchy_mp(self._shifted(x), mpmath.mp.dps), dps)

    def cauchy_mp(self, z: Any, dps: int) -> Any:
        """G(z) to `dps` digits."""

        def value() -> Any:
            point = mpmath.mpc(as_mp(z))
            below = point.imag < 0
            found = self.part.cauchy_mp(self._shifted(mpmath.conj(point) if below else point), mpmath.mp.dps)
            return mpmath.conj(found) if below else found

        return guarded(value, dps)

    def cdf_mp(self, x: Any, dps: int) -> Any:
        """P(X + C <= x) to `dps` digits after the point, by quadrature in t; `Undecided` where it does not settle."""

        def value() -> Any:
            centre, scale = (mpmath.mpf(part) for part in self._frame)
            top = mpmath.atan((as_mp(x) - centre) / scale)
            inner = [mpmath.mpf(float(b)) for b in self._fit[0].breaks[1:-1] if b < top]
            ends = [-mpmath.pi / 2, *inner, top]
            total, error = mpmath.quad(lambda t: self._mass_digits(t, centre, scale), ends, method="gauss-legendre", error=True)
            if error > mpmath.mpf(10) ** -dps:
                raise Undecided(f"the cdf of {self.name} at {float(as_mp(x)):.6g} is known to {mpmath.nstr(error, 2)} only; ask for fewer digits")
            return total

        return guarded(value, dps)

    def _mass_digits(self, t: Any, centre: Any, scale: Any) -> Any:
        secant = 1 / mpmath.cos(t) ** 2
        return self.pdf_mp(centre + scale * mpmath.tan(t), mpmath.mp.dps) * scale * secant

    def pdf_ball(self, x: Any, dps: int) -> flint.arb:
        """Refused: balls need a polynomial equation."""
        self._refuse()

    def cauchy_ball(self, z: Any, dps: int) -> flint.acb:
        """Refused: balls need a polynomial equation."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise Undecided(f"certified balls need a polynomial equation, and {self.name} has none that is usable; ask with dps=30 for digits")

    def intervals(self) -> list[tuple[Expr, Expr]]:
        """The whole line."""
        return [(-oo, oo)]

    def atoms(self) -> list[tuple[Expr, Expr]]:
        """None."""
        return []

    def edge_exponents(self) -> dict[Expr, tuple[Expr, Expr]]:
        """c/(pi x^2) at both ends."""
        return dict.fromkeys((-oo, oo), (Integer(2), self.c / pi))
