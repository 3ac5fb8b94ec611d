"""The density of J J^T for a smooth activation, whose D^2 = f'(h)^2 has no closed S-transform.

With y the point at which M_{D^2}(y) = m, S_{D^2} = (1 + m)/(m y), so that along m = M_{D^2}(y)

    z = y^L (m/(1 + m))^(L-1)                 for orthogonal weights,
    z = (sigma_w^2)^L y^L m^(L-1) (1 + m)     for Gaussian ones, and the same with one layer's point zeta = sigma_w^2 y (1 + m) for y.

The branch is proved point by point. y in C+ with Im zeta > 0 is the one subordination point of zeta, since zeta(y) = y + c + int t^2/(y - t) maps
{y in C+: Im zeta(y) > 0} one to one onto C+ (Biane 1997). For a free multiplicative power, Im log z = arg zeta - (L - 1)(|arg eta| - arg zeta) with
(|arg eta| - arg zeta)/arg zeta falling in arg zeta at fixed |zeta| (Belinschi and Bercovici 2005): a zeta in C+ with z > 0 is the boundary point of
the physical sheet. So every solution found is a point of the density, and a mass of 1 says that none is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, final

import mpmath
import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Float, Integer, Rational, Symbol, oo

from freealg.errors import Undecided
from freealg.exact.context import cached_property, mp_precision
from freealg.nets.balls import NoBallsError
from freealg.nets.parametric import ParametricLaw
from freealg.nets.slope_transform import SlopeTransform, Transformed
from freealg.nets.smooth_digits import SmoothDigits
from freealg.numerics.digits import as_mp, from_arb

__all__ = ["SmoothJacobianSpectrum"]

Array = NDArray[Any]
_ANGLE, _NOTHING, _LEAST, _DIGITS = 1e-16, 1e-15, 1e-16, 30
_GEOMETRIC, _STEPS, _ROUNDING, _NEGLIGIBLE = 10, 70, 4e-16, 1e-9
_PLACES = np.array([-1.0, 1.0, -0.5, 0.5, -2.0, 2.0])


@final
class SmoothJacobianSpectrum:
    """Density, distribution and edges of (D^2 [x] W W^T)^[x] depth; `layers` are the depth, sigma_w^2 and whether W is Gaussian."""

    def __init__(self, transform: SlopeTransform, squared: tuple[Expr, Symbol], layers: tuple[Expr, Expr, bool], name: str) -> None:
        depth, scale, self.gaussian = layers
        (self.squared, self.variable), self.scale = squared, scale
        self.transform, self.depth = transform, depth
        self._power, self._log_scale, self._name = float(depth), float(depth) * np.log(float(scale)), name
        self.bounded = bool(np.isfinite(transform.most))
        self.low, self.high = self._range()
        self.law = ParametricLaw(self._curve, (0.0, 1.0), name)

    # -- the curve z > 0 ----------------------------------------------------------------------------------------------

    def _log_y(self, p: Array) -> Array:
        """log |y|, resolved like a square root at the edges: at the lower one for orthogonal weights, at the upper one where f' is bounded."""
        both, one = np.sin(np.pi * p / 2) ** 2, p**2
        if self.gaussian:
            both, one = p * (2 - p), p
        return self.low + (self.high - self.low) * (both if self.bounded else one)

    def _curve(self, p: Array) -> tuple[Array, Array]:
        """(log x, x rho) at the parameter p."""
        t = self._log_y(p)
        angle = self._angles(t)
        at = self.transform.at(np.exp(t + 1j * angle))
        self._check(angle, at)
        u = t + (self._power - 1) * (t + _log_ratio(at))
        return u + self._log_scale + (self._power * np.log(np.abs(at.one_plus)) if self.gaussian else 0), -at.m.imag / np.pi

    def _turn(self, t: Array, angle: Array, starts: list[Array] | None = None) -> Array:
        """Im log z at y = exp(t + i angle)."""
        at = self.transform.at(np.exp(t + 1j * angle), starts)
        eta = -np.abs(np.arctan2(at.m.imag, (at.m * at.one_plus.conj()).real))  # the argument of m/(1 + m), without cancellation
        return angle + (self._power - 1) * (angle + eta) + (self._power * _below(at.one_plus) if self.gaussian else 0)

    def _angles(self, t: Array) -> Array:
        """arg y with Im log z = 0, between 0 (where it is negative) and pi (where it is pi); 0 outside."""
        starts = self.transform.starts(np.exp(t))
        low = np.full(len(t), _ANGLE)
        at_low = self._turn(t, low, starts)
        inside = np.nonzero(at_low < 0)[0]
        out = np.zeros(len(t))
        if len(inside):
            kept = [start[inside] for start in starts]
            out[inside] = _root(lambda angle, k: self._turn(t[inside][k], angle, [h[k] for h in kept]), at_low[inside], self._power)
        return out

    def _check(self, angle: Array, at: Transformed) -> None:
        """Im y > 0 and Im zeta > 0: the proof that the point is physical."""
        if self.depth == 1:
            return  # the curve is the boundary of Im zeta > 0 itself
        zeta = angle + (_below(at.one_plus) if self.gaussian else 0)
        if np.any((angle > 0) & ~((zeta > 0) & (zeta < np.pi))):
            raise Undecided(f"a point of the curve of {self._name} is not on the physical sheet; its moments are exact")

    def _range(self) -> tuple[float, float]:
        """log |y| at the ends: where the curve meets the axis, and where nothing is left: towards 0 for Gaussian weights, oo for unbounded f'."""
        places = np.log(np.maximum(np.abs(self.transform.t(_PLACES)), _LEAST))
        within = places[self._negative(places)]
        if not len(within):
            raise Undecided(f"the curve of {self._name} was not found; its moments are exact")
        start = float(within[0])
        high = self._edge(start, 1)
        low = None if self.gaussian else self._edge(start, -1)
        if high is None:
            raise Undecided(f"the upper edge of {self._name} was not found; its moments are exact")
        return (self._faint(start) if low is None else low), high

    def _negative(self, t: Array) -> Array:
        """Whether Im log z < 0 just above the axis, so that the curve stands over |y|: on one interval."""
        found: Array = self._turn(t, np.full(len(t), _ANGLE)) < 0
        return found

    def _edge(self, inner: float, side: int) -> float | None:
        """The end of that interval, by doubled steps and halvings; None where it is below rounding."""
        outer, step = inner, 1e-6
        while self._negative(np.array([outer]))[0]:
            inner, outer, step = outer, outer + side * step, 2 * step
            if outer < np.log(_LEAST) or outer > 700:
                return None
        for _ in range(60):
            middle = 0.5 * (inner + outer)
            inner, outer = (middle, outer) if self._negative(np.array([middle]))[0] else (inner, middle)
        return inner

    def _faint(self, t: float) -> float:
        """Down from log |y| = t to where x rho is below rounding."""
        while t > -740:
            at = self.transform.at(np.exp(np.array([t]) + 1j * self._angles(np.array([t]))))
            if -at.m.imag[0] / np.pi < _NOTHING:
                return t
            t -= 2
        raise Undecided(f"the mass of {self._name} beside 0 is not resolved; its moments are exact")

    # -- answers ------------------------------------------------------------------------------------------------------

    def __getattr__(self, name: str) -> Any:
        if name in {"pdf", "cdf", "entropy"}:
            return getattr(self.law, name)
        raise AttributeError(name)

    def icdf(self, q: Array) -> Array:
        """inf{x: F(x) >= q}."""
        found = self.law.icdf(q)
        return found if self.bounded else np.where(q < 1, found, np.inf)

    def expect(self, function: Callable[[Array], Array], points: Sequence[float] = ()) -> float:
        """E f(X); refused where a tail that is not followed may count."""
        found = self.law.expect(function, points)
        end = float(np.exp(self.law.ends()[1]))
        last, middle = np.abs(function(np.array([end, *self.law.icdf(np.array([0.5]))]))).tolist()
        if not self.bounded and not last * _NOTHING < _NEGLIGIBLE * max(abs(found), middle):
            raise Undecided(f"{self._name} has a tail beyond {end:.6g} that counts here and is not followed; its moments are exact")
        return found

    def cauchy(self, z: Array) -> Array:
        """E 1/(z - X), off the support."""
        low, high = (float(end) for end in self.intervals()[0])
        if np.any((z.imag == 0) & (z.real >= low) & (z.real <= high)):
            raise Undecided(f"G of {self._name} is an integral off the support [{low:.6g}, {high:.6g}] only; on it ask for pdf")
        return np.array([self._integral(complex(point)) for point in z])

    def _integral(self, z: complex) -> complex:
        return complex(self.law.expect(lambda x: (1 / (z - x)).real), self.law.expect(lambda x: (1 / (z - x)).imag))

    def pdf_mp(self, x: Any, dps: int) -> Any:
        """The density to `dps` digits, by Newton's method from the point of the curve in doubles."""
        with mp_precision(dps + 10):
            point = as_mp(x)
            low, high = (mpmath.mpf(str(end).replace("oo", "inf")) for end in self.intervals()[0])
            if not low < point < high:
                return mpmath.mpf(0)
            where = float(mpmath.log(point))
            if not self.bounded and where >= self.law.ends()[1]:
                raise Undecided(f"{self._name} has less than 1e-15 of its mass beyond {float(point):.6g}, where its density is not followed")
            start = self._point(where)
        found = self._digits().density(point, start, dps)
        with mp_precision(dps):
            return +from_arb(found)

    def _point(self, u: float) -> complex:
        """y on the curve over log x = u, in doubles."""
        log_y = self._log_y(self.law.parameter(u))
        return complex(np.exp(log_y + 1j * self._angles(log_y))[0])

    def cauchy_mp(self, z: Any, dps: int) -> Any:
        """G off the support to `dps` digits."""
        with mp_precision(dps + 10):
            point = mpmath.mpc(as_mp(z))
            below = point.imag < 0
            above = mpmath.conj(point) if below else point
            rough = complex(self.cauchy(np.array([complex(above)]))[0])
        found = self._digits().transform(above, complex(above) * rough - 1, dps)
        with mp_precision(dps):
            return mpmath.conj(as_mp(found)) if below else +as_mp(found)

    def _digits(self) -> SmoothDigits:
        """The curve in balls."""
        try:
            return SmoothDigits(self.squared, self.variable, self.depth, self.scale, self.gaussian)
        except NoBallsError as error:
            raise Undecided(f"{self._name} is computed in doubles, since {error}; ask without dps and certified") from error

    def cdf_mp(self, *_: Any) -> Any:
        """Refused: masses of a smooth activation are there in doubles."""
        raise Undecided(f"the distribution function of {self._name} is computed in doubles; ask without dps")

    def pdf_ball(self, *_: Any) -> Any:
        """Refused: the points that digits start from are found in doubles."""
        raise Undecided(f"{self._name} has no certified balls, because the branch is found in doubles; ask with dps=30 for digits")

    cauchy_ball = pdf_ball

    def intervals(self) -> list[tuple[Expr, Expr]]:
        """One interval, since f' is continuous; 0 where the law reaches it."""
        low, high = self._ends
        return [(low[0], high[0])]

    @cached_property
    def _ends(self) -> tuple[tuple[Expr, Expr | None], tuple[Expr, Expr | None]]:
        """(edge, constant of the square root) of both ends, to 30 digits where f has ball arithmetic; no constant where the law reaches 0 or oo."""
        reaches = self.gaussian or self.transform.least < 1e-12
        lower: tuple[Expr, Expr | None] = (Integer(0), None) if reaches else self._soft(self.low, 0)
        return lower, (self._soft(self.high, 1) if self.bounded else (oo, None))

    def _soft(self, log_y: float, end: int) -> tuple[Expr, Expr | None]:
        try:
            place, constant = self._digits().edge(float(np.exp(log_y)), _DIGITS + 5)
        except Undecided:
            return Float(np.exp(self.law.ends()[end]), 15), None
        with mp_precision(_DIGITS + 5):
            return Float(from_arb(place), _DIGITS), Float(from_arb(constant), _DIGITS)

    def atoms(self) -> list[tuple[Expr, Expr]]:
        """None: f' is constant nowhere."""
        return []

    def edge_exponents(self) -> dict[Expr, tuple[Expr, Expr]]:
        """1/2 at a soft edge; -L/(L + 1) at 0 for Gaussian weights where E 1/D^2 is finite; no entry where the law fades faster than any power."""
        (low, first), (high, last) = self._ends
        found: dict[Expr, tuple[Expr, Expr]] = {}
        if self.bounded:
            found[high] = (Rational(1, 2), Float(self._upper_constant(), 10) if last is None else last)
        if first is not None:
            found[low] = (Rational(1, 2), first)
        (coarse, inverse), power = self.transform.inverse_means(), self._power
        if self.gaussian and np.isfinite(inverse) and abs(coarse - inverse) < 1e-9 * inverse:
            constant = inverse * np.sin(np.pi / (power + 1)) / np.pi * (np.exp(self._log_scale) * inverse) ** (-1 / (power + 1))
            found[Integer(0)] = (-self.depth / (self.depth + 1), Float(constant, 10))
        return found

    def _upper_constant(self) -> float:
        """rho ~ c sqrt(e - x): w = x rho against sqrt(log e - u) on the way to the edge, extrapolated."""
        top = self.law.ends()[1]
        span = self.law.breaks[-1] - self.law.breaks[-2]
        u, w = self._curve(self.law.breaks[-1] - span * np.array([0.02, 0.04]))
        gap = np.sqrt(top - u)
        rate = (w / gap) @ np.array([gap[1] ** 2, -(gap[0] ** 2)]) / (gap[1] ** 2 - gap[0] ** 2)
        return float(rate * np.exp(-1.5 * top))


def _log_ratio(at: Transformed) -> Array:
    """log |m/(1 + m)|, without cancellation where m is small and where it is large."""
    size, rest = np.abs(at.m), np.abs(at.one_plus)
    small = size < 0.5
    near_one = 0.5 * np.log1p(-np.where(small, 0.0, 1 + 2 * at.m.real) / rest**2)
    return np.where(small, np.log(size / rest), near_one)


def _below(value: Array) -> Array:
    """The argument in [-pi, 0] of a number of the closed lower half plane."""
    return -np.abs(np.angle(value))


def _root(rule: Callable[[Array, Array], Array], at_low: Array, scale: float) -> Array:
    """The zero in (_ANGLE, pi) of each component of a rule that is `at_low` < 0 at the left end and pi at the right: halvings of the logarithm,
    then the Illinois rule on those that are left. `rule` takes values and the indices of their components."""
    low, high = np.full(len(at_low), _ANGLE), np.full(len(at_low), np.pi)
    at_low, at_high, side = at_low.copy(), np.full(len(at_low), np.pi), np.zeros(len(at_low))
    best, left = np.full(len(at_low), np.pi), np.arange(len(at_low))
    for k in range(_STEPS):
        a, b, fa, fb = low[left], high[left], at_low[left], at_high[left]
        middle = np.sqrt(a * b) if k < _GEOMETRIC else (a * fb - b * fa) / (fb - fa)
        middle = np.where((middle > a) & (middle < b), middle, 0.5 * (a + b))
        value = rule(middle, left)
        below, before = value < 0, side[left]
        at_high[left] = np.where(below, np.where(before < 0, fb / 2, fb), value)
        at_low[left] = np.where(below, value, np.where(before > 0, fa / 2, fa))
        low[left], high[left] = np.where(below, middle, a), np.where(below, b, middle)
        side[left], best[left] = np.where(below, -1.0, 1.0), middle
        left = left[(np.abs(value) > _ROUNDING * scale * middle) & (high[left] - low[left] > 4e-16 * middle)]
        if not len(left):
            break
    return best
