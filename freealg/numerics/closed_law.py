"""The numeric engine of a law whose Cauchy transform and support are known in closed form: the density is evaluated directly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, final

import mpmath
import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Float, Integer, Symbol

from freealg.errors import NoClosedForm, Undecided
from freealg.exact.context import cached_property, mp_precision
from freealg.numerics.arithmetic import DIGITS
from freealg.numerics.digits import as_mp, density_digits, guarded
from freealg.numerics.formula import Formula
from freealg.numerics.mapped_law import MappedLaw
from freealg.numerics.mapped_pieces import FarMap, LineMap, Map, Piece
from freealg.numerics.mass_digits import MassRule

__all__ = ["ClosedLaw"]

Array = NDArray[Any]
_ABOVE = 1e-300j
_FAR = 46.0
_NEGLIGIBLE = 1e-19
_FARTHEST, _NOTHING = 690.0, 1e-298


@final
class ClosedLaw:
    """`transform` in the symbol `z`, right on the upper half plane; `intervals` of the density, ends oo allowed; without atoms.

    `size` and `centre` say how wide the law is and where a law on the whole line has its bulk. A `density` in closed form, in the symbol `x`, is
    evaluated instead of -Im G/pi, of which doubles and digits know little where it is far below |G|.

    >>> from sympy import log
    >>> z = Symbol("z")
    >>> law = ClosedLaw((log(z + 1) - log(z - 1)) / 2, z, [(Integer(-1), Integer(1))], 0.6)
    >>> law.pdf(np.array([0.0, 2.0])), law.cdf(np.array([0.5]))
    (array([0.5, 0. ]), array([0.75]))
    """

    def __init__(
        self, transform: Expr, z: Symbol, intervals: Sequence[tuple[Expr, Expr]], size: float, centre: float = 0.0, *, density: Expr | None = None
    ) -> None:
        self.formula, self._intervals, self.size, self.centre = Formula(transform, z), list(intervals), size, centre
        self.density = None if density is None else Formula(density, *density.free_symbols)

    def _above(self, x: Array) -> Array:
        return self.formula(np.asarray(x, dtype=complex) + _ABOVE)

    @cached_property
    def law(self) -> MappedLaw:
        """The pieces."""
        pieces = [piece for low, high in self._intervals for piece in self._pieces(float(low), float(high))]
        return MappedLaw(pieces, [], f"the law with G(z) = {self.formula.expr}")

    def _pieces(self, low: float, high: float) -> list[Piece]:
        out = []
        centre = self.centre if np.isinf(low) and np.isinf(high) else 0.5 * (low + high)
        if np.isinf(low):
            low = centre - self.size if np.isinf(high) else high - self.size
            out.append(self._tail(FarMap(False, low, -1, self.size)))
        if np.isinf(high):
            high = centre + self.size if out else low + self.size
            out.append(self._tail(FarMap(False, high, 1, self.size)))
        return [*out, self._piece(LineMap(False), low, high)]

    def _piece(self, chart: Map, first: float, last: float, reach: float = -np.inf) -> Piece:
        return Piece(chart, first, last, lambda t: self._above(chart.x(t)), reach=reach)

    def _tail(self, chart: FarMap) -> Piece:
        grid = np.linspace(0.0, _FAR, 185)
        weight = -self._above(chart.u(grid)).imag * np.abs(chart.slope(grid))
        wanted = np.nonzero(weight > _NEGLIGIBLE)[0]
        return self._piece(chart, 0.0, float(grid[min(wanted[-1] + 1, len(grid) - 1)]), self._reach(chart))

    def _reach(self, chart: FarMap) -> float:
        """How far the tail is more than what is below doubles."""
        grid = np.linspace(0.0, _FARTHEST, 2761)
        with np.errstate(all="ignore"):
            weight = -self._above(chart.u(grid)).imag * np.abs(chart.slope(grid))
        return float(grid[min(np.nonzero(weight > _NOTHING)[0][-1] + 1, len(grid) - 1)])

    # -- answers --------------------------------------------------------------------------------------------------------

    def pdf(self, x: Array) -> Array:
        """The density, by the formula."""
        x = np.asarray(x, dtype=float)
        out = np.zeros(x.shape)
        for low, high in self._intervals:
            inside = (x >= float(low)) & (x <= float(high)) & np.isfinite(x)
            out[inside] = -self._above(x[inside]).imag / np.pi if self.density is None else self.density(x[inside].astype(complex)).real
        return out

    def cdf(self, x: Array) -> Array:
        """P(X <= x)."""
        return self.law.cdf(np.asarray(x, dtype=float))

    def icdf(self, q: Array) -> Array:
        """inf{x: F(x) >= q}."""
        return self.law.icdf(np.asarray(q, dtype=float))

    def expect(self, function: Callable[[Array], Array], points: Sequence[float] = ()) -> float:
        """E f(X)."""
        return self.law.expect(function, points)

    def entropy(self) -> float:
        """-E log density, for a law without atoms."""
        return self.law.entropy()

    def cauchy(self, z: Array) -> Array:
        """G(z): real z is z + i0, Im z < 0 by conjugation."""
        z = np.asarray(z, dtype=complex)
        below = z.imag < 0
        value = self._above(np.where(below, z.conj(), z))
        return np.where(below, value.conj(), value)

    def cauchy_mp(self, z: Any, dps: int) -> Any:
        """G(z) to `dps` digits."""
        return guarded(lambda: self._cauchy_digits(mpmath.mpc(as_mp(z))), dps)

    def _cauchy_digits(self, z: Any) -> Any:
        if z.imag < 0:
            return mpmath.conj(self._cauchy_digits(mpmath.conj(z)))
        above = mpmath.mpf(10) ** (-4 * mpmath.mp.dps)
        return mpmath.mpc(self.formula.at(z + mpmath.mpc(0, above)))

    def pdf_mp(self, x: Any, dps: int) -> Any:
        """The density to `dps` significant digits."""
        with mp_precision(dps + 10):
            point = as_mp(x)
            if not any(DIGITS.number(low) <= point <= DIGITS.number(high) for low, high in self._finite()):
                return mpmath.mpf(0)
            if self.density is not None:
                value = mpmath.re(self.density.at(point))
                with mp_precision(dps):
                    return +value
        return density_digits(lambda: self._cauchy_digits(mpmath.mpc(as_mp(x))), dps)

    def _finite(self) -> list[tuple[Expr, Expr]]:
        """The intervals with infinite ends moved out to 10^1000."""
        far = Integer(10) ** 1000
        return [(-far if low.is_infinite else low, far if high.is_infinite else high) for low, high in self._intervals]

    def cdf_mp(self, x: Any, dps: int) -> Any:
        """P(X <= x) to `dps` digits after the point, by quadrature."""

        def density(us: list[Any]) -> list[Any]:
            return [-mpmath.im(self._cauchy_digits(mpmath.mpc(u))) / mpmath.pi for u in us]

        return guarded(lambda: sum((MassRule(density).piece(piece, as_mp(x)) for piece in self.law.pieces), mpmath.mpf(0)), dps)

    def intervals(self) -> list[tuple[Expr, Expr]]:
        """The support."""
        return list(self._intervals)

    def atoms(self) -> list[tuple[Expr, Expr]]:
        """None."""
        return []

    def edge_exponents(self) -> dict[Expr, tuple[Expr, Expr]]:
        """Exponent 0 at a finite end where the density jumps."""
        found: dict[Expr, tuple[Expr, Expr]] = {}
        for low, high in self._intervals:
            for end, side in ((low, 1), (high, -1)):
                if end.is_infinite:
                    continue
                step = 1e-9 * self.size
                values = self.pdf(np.array([float(end) + side * step, float(end) + 2 * side * step]))
                if not abs(values[1] - values[0]) <= 1e-6 * values[0]:
                    raise NoClosedForm(f"the density beside {end} neither jumps nor is it known as a power; ask for pdf near it")
                found[end] = (Integer(0), Float(values[0], 15))
        return found

    def _refuse(self, *_: Any) -> Any:
        """Refused: balls need a polynomial equation."""
        reason = "certified balls are for laws with a polynomial equation"
        raise Undecided(f"{reason}, and G(z) = {self.formula.expr} has none; ask with dps=30 for digits")

    pdf_ball = cauchy_ball = _refuse
