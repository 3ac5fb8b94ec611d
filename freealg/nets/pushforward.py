"""Numeric answers of the law of h(z), z standard Gaussian, for a smooth h: preimages on the pieces where h is monotone, quadrature for G."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, final

import flint
import numpy as np
import sympy
from numpy.typing import NDArray
from sympy import AccumBounds, Expr, Float, Integer, Rational, Symbol, oo

from freealg.errors import NoClosedForm, Undecided
from freealg.exact.context import ball_precision, cached_property, mp_precision
from freealg.nets.formula import ERROR_FUNCTIONS
from freealg.numerics.quadrature import Integrand, settled

__all__ = ["PushForwardSpectrum"]

Array = NDArray[Any]
_REACH, _GRID, _HALVINGS = 12.0, 24_001, 70
_STEP = 2 * _REACH / (_GRID - 1)
_SAME, _COUNTS = 1e-9, 1e-15
_TAIL = np.array([1e6, 1e9])
_NUMPY = [ERROR_FUNCTIONS, "numpy"]


def _normal_cdf(x: Array) -> Array:
    return 0.5 * (1 + ERROR_FUNCTIONS["erf"](np.asarray(x) / math.sqrt(2)))


@final
class PushForwardSpectrum:
    """The law of h(z); `h` is a SymPy expression in `variable`, smooth and not constant on any interval."""

    def __init__(self, h: Expr, variable: Symbol) -> None:
        self.h, self.variable = h, variable
        self._h = sympy.lambdify(variable, h, _NUMPY)
        self._slope = sympy.lambdify(variable, sympy.diff(h, variable), _NUMPY)
        self._pieces = self._monotone_pieces()

    def _monotone_pieces(self) -> list[tuple[float, float]]:
        """[(a, b), ...] covering (-reach, reach), cut where h' changes sign."""
        x = np.linspace(-_REACH, _REACH, _GRID)
        with np.errstate(all="ignore"):
            values = np.nan_to_num(self._slope(x) * np.ones_like(x))
        kept = np.nonzero(values)[0]
        cuts = [_REACH * -1]
        for i, j in pairwise(kept):
            if values[i] * values[j] < 0:
                cuts.append(self._root(float(x[i]), float(x[j])))
        return list(zip(cuts, [*cuts[1:], _REACH], strict=True))

    def _root(self, a: float, b: float) -> float:
        sign = math.copysign(1.0, float(self._slope(a)))
        for _ in range(_HALVINGS):
            middle = (a + b) / 2
            value = float(self._slope(middle))
            if value == 0:
                return middle
            a, b = (middle, b) if math.copysign(1.0, value) == sign else (a, middle)
        return (a + b) / 2

    def _preimage(self, piece: tuple[float, float], y: Array) -> Array:
        """x in the piece with h(x) = y, clipped to its ends where y is not reached."""
        low, high = np.full(y.shape, piece[0]), np.full(y.shape, piece[1])
        rising = float(self._h(piece[1])) > float(self._h(piece[0]))
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            above = (self._h(middle) > y) == rising
            low, high = np.where(above, low, middle), np.where(above, middle, high)
        return (low + high) / 2

    def cdf(self, y: Array) -> Array:
        """P(h(z) <= y)."""
        total = np.zeros(np.shape(y))
        for a, b in self._pieces:
            x = self._preimage((a, b), np.asarray(y, dtype=float))
            left = _normal_cdf(x) - _normal_cdf(np.array(a))
            right = _normal_cdf(np.array(b)) - _normal_cdf(x)
            total += left if float(self._h(b)) > float(self._h(a)) else right
        return np.clip(total, 0.0, 1.0)

    def pdf(self, y: Array) -> Array:
        """Sum over the preimages of exp(-x^2/2)/(sqrt(2 pi) |h'(x)|)."""
        y = np.asarray(y, dtype=float)
        total = np.zeros(y.shape)
        for a, b in self._pieces:
            ends = sorted((float(self._h(a)), float(self._h(b))))
            inside = (y > ends[0]) & (y < ends[1])
            x = self._preimage((a, b), y[inside])
            total[inside] += np.exp(-(x**2) / 2) / (math.sqrt(2 * math.pi) * np.abs(self._slope(x)))
        return total

    def icdf(self, q: Array) -> Array:
        """inf{y: F(y) >= q}, by bisection."""
        low, high = (np.full(np.shape(q), end) for end in self._range())
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            reached = self.cdf(middle) >= q
            low, high = np.where(reached, low, middle), np.where(reached, middle, high)
        return np.where(q < 1, high, self._ends[1])

    def _range(self) -> tuple[float, float]:
        ends = [float(self._h(end)) for piece in self._pieces for end in piece]
        return min(ends), max(ends)

    def expect(self, function: Callable[[Array], Array], points: Sequence[float] = ()) -> float:
        """E f(h(z)), f not smooth at `points`; refused where |z| > 12 may count."""
        x = np.linspace(-_REACH, _REACH, _GRID)
        terms = self.rate(x) * function(self.inner(x)) * _STEP
        if not max(abs(terms[0]), abs(terms[-1])) < _COUNTS * np.abs(terms).sum() and terms.any():
            raise Undecided("the function grows too fast for an expectation in doubles; moments are exact")
        integrand = Integrand(lambda part, x: np.asarray(function(part.inner(x)), dtype=float), function, points)
        return float(np.real(settled([self], integrand)))

    @property
    def panels(self) -> Array:
        """Breaks in z: whole numbers, and where h turns."""
        return np.unique(np.concatenate([np.arange(-_REACH, _REACH + 1), [end for piece in self._pieces for end in piece]]))

    def rate(self, x: Array) -> Array:
        """The normal density."""
        return np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)

    def inner(self, x: Array) -> Array:
        """h(z)"""
        found: Array = self._h(x) * np.ones_like(x)
        return found

    def located(self, points: Array) -> Array:
        """The preimages of the points y."""
        return np.concatenate([self._preimage(piece, points) for piece in self._pieces])

    def cauchy(self, z: Array) -> Array:
        """G at points away from the support; on the axis inside it use pdf."""
        low, high = self._range()
        z = np.asarray(z, dtype=complex)
        if np.any((np.abs(z.imag) < 1e-2) & (z.real > low - 1e-2) & (z.real < high + 1e-2)):
            raise Undecided(f"G is computed by quadrature away from the support [{low:.6g}, {high:.6g}]; for a point beside it use dps=")
        x = np.linspace(-_REACH, _REACH, _GRID)
        weights = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi) * _STEP
        values = self._h(x) * np.ones_like(x)
        return np.array([np.sum(weights / (point - values)) for point in z])

    def cauchy_mp(self, z: Any, dps: int) -> Any:
        """E 1/(z - h) by the trapezoidal rule at twice the precision, its step halved until `dps` digits stand."""
        low, high = self._range()
        with ball_precision(int(dps * 3.4) + 40), mp_precision(dps + 15) as mp:
            point = flint.acb(z.refine(int(dps * 3.4) + 40) if hasattr(z, "refine") else z)
            real, imaginary = (mp.mpf(part.mid().str(dps + 15, radius=False)) for part in (point.real, point.imag))
            if imaginary == 0 and low <= real <= high:
                raise Undecided(f"{real} lies in the support [{low:.6g}, {high:.6g}], where G is not an integral")
            return self._trapezoid(mp, mp.mpc(real, imaginary), dps)

    def _trapezoid(self, mp: Any, z: Any, dps: int) -> Any:
        h = sympy.lambdify(self.variable, self.h, "mpmath")
        reach = mp.sqrt(2 * (dps + 6) * mp.log(10))
        before, step = None, reach / 64
        for _ in range(12):
            count = int(mp.ceil(reach / step))
            total = mp.fsum(mp.exp(-(((k * step) ** 2) / 2)) / (z - h(k * step)) for k in range(-count, count + 1)) * step / mp.sqrt(2 * mp.pi)
            if before is not None and abs(total - before) < mp.mpf(10) ** (-dps - 3) * abs(total):
                return total
            before, step = total, step / 2
        raise Undecided(f"G({z}) by quadrature did not settle to {dps} digits; move the point away from the support")

    @cached_property
    def _ends(self) -> tuple[float, float]:
        """The infimum and the supremum of h: of its values where h' = 0, and of what it tends to on either side."""
        values = [float(self._h(place)) for place, _ in self._pieces[1:]] + [value for side in (-1, 1) for value in self._tail(side)]
        return min(values), max(values)

    def _tail(self, side: int) -> tuple[float, float]:
        """The least and the greatest value that h comes near again and again on one side."""
        with np.errstate(all="ignore"):
            near, far = (self._h(side * _TAIL) * np.ones(2)).tolist()
        if abs(far - near) <= _SAME * _SAME * (1 + abs(far)):
            return far, far
        try:
            found = sympy.limit(self.h, self.variable, side * oo)
            ends = (found.min, found.max) if isinstance(found, AccumBounds) else (found, found)
            return float(ends[0]), float(ends[1])
        except (NotImplementedError, TypeError, ValueError):
            raise NoClosedForm(f"what {self.h} tends to, an end of the support, is not known; the density and quantiles are there") from None

    def intervals(self) -> list[tuple[Expr, Expr]]:
        """The range of h; its ends in doubles, 0 where that is below the rounding of the other."""
        low, high = self._ends
        return [(Integer(0) if low < 1e-15 * min(high, 1e15) else Float(low, 15), oo if np.isinf(high) else Float(high, 15))]

    def atoms(self) -> list[tuple[Expr, Expr]]:
        """A smooth h that is constant nowhere has none."""
        return []

    def edge_exponents(self) -> dict[Expr, tuple[Expr, Expr]]:
        """c |y - e|^(-1/2) at an end e = h(z_0), h'(z_0) = 0, c the sum of exp(-z_0^2/2)/sqrt(pi |h''(z_0)|); none where only tails approach e."""
        found: dict[Expr, tuple[Expr, Expr]] = {}
        bend, size = sympy.lambdify(self.variable, sympy.diff(self.h, self.variable, 2), _NUMPY), _SAME * self._range()[1]
        for place, _ in self._pieces[1:]:
            value, curvature = float(self._h(place)), abs(float(bend(place)))
            for end in self.intervals()[0]:
                if not abs(value - float(end)) <= size:
                    continue
                if curvature <= size:
                    raise NoClosedForm(f"the density beside {end} is not known as a power; ask for pdf near it")
                share = Float(math.exp(-(place**2) / 2) / math.sqrt(math.pi * curvature), 15)
                found[end] = (Rational(-1, 2), found[end][1] + share if end in found else share)
        return found

    def _refuse(self, *_: Any) -> Any:
        """Refused: densities by preimages are there in doubles."""
        raise Undecided("this law is computed in doubles, G alone to more digits; ask without dps and certified")

    pdf_mp = cdf_mp = pdf_ball = cauchy_ball = _refuse
