"""A law as a relation between two numbers: z and G(z), or log z and M(z) = z G(z) - 1; one equation a leaf, none of them solved for a branch.

A relation gives its linearisation a du + b dv = r at any pair (u, v): the Newton step of the whole tree of a law is made from those of its leaves by
elimination (`relation_nodes`, `relation_joins`). dv/du = -a/b is the derivative of the branch; where the continuation starts chooses it
(`continuation`). Additive relations have (u, v) = (z, g); multiplicative ones (u, v) = (log z, m - place), `place` the value of m at z = 0-, so
that the behaviour at 0 keeps its relative accuracy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol, final

import mpmath
import numpy as np
import sympy
from sympy import Expr, Symbol

from freealg.errors import Undecided
from freealg.numerics.arithmetic import DOUBLES, Arithmetic
from freealg.numerics.formula import Formula
from freealg.numerics.power_product import PowerProduct
from freealg.numerics.subordination_zero import across_the_axis

__all__ = ["CurveLeaf", "EngineLeaf", "Linear", "RLeaf", "Relation", "SLeaf", "State", "TransformLeaf", "still", "upper", "upper_log"]

_ROUNDING = 1e-9
_STARTED = 1e-7
_PLACES = 12

State = list[Any]
Back = Callable[[Any, Any], State]


class Linear(NamedTuple):
    """a du + b dv = r, and what the inner unknowns move by when u and v move by du, dv."""

    a: Any
    b: Any
    r: Any
    back: Back


class Relation(Protocol):
    """A law's equation; `kinds`: how errors of each inner unknown count, relatively ("plain"), as they are ("log"), or beside 0 and 1 ("share")."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """One entry an inner unknown."""

    def linear(self, u: Any, v: Any, state: State, math: Arithmetic) -> Linear:
        """The linearisation at (u, v, state)."""

    def inside(self, u: Any, v: Any, state: State) -> Any:
        """Whether every z and subordinated w of the tree is in the closed upper half plane, at arrays of doubles."""

    def start(self, v: Any, math: Arithmetic) -> tuple[Any, State]:
        """u and the inner unknowns on the physical branch for a small v near infinity: g, or m, on the lower half plane."""


def still(du: Any, dv: Any) -> State:
    """What the inner unknowns of a leaf move by: it has none."""
    return []


def upper(z: Any) -> Any:
    """Im z >= 0, up to rounding."""
    return z.imag >= -_ROUNDING * np.abs(z)


def upper_log(u: Any) -> Any:
    """0 <= Im u <= pi, up to rounding."""
    return (u.imag >= -_ROUNDING) & (u.imag <= np.pi + _ROUNDING)


@final
class RLeaf:
    """z = R(g) + 1/g with R meromorphic."""

    kinds: tuple[str, ...] = ()

    def __init__(self, r: Expr, g: Symbol) -> None:
        self.k = Formula(r + 1 / g, g)

    def linear(self, u: Any, v: Any, state: State, math: Arithmetic) -> Linear:
        return Linear(1.0, -math.value(self.k.derivative, v), math.value(self.k, v) - u, still)

    def inside(self, u: Any, v: Any, state: State) -> Any:
        return upper(u)

    def start(self, v: Any, math: Arithmetic) -> tuple[Any, State]:
        return math.value(self.k, v), []

    def direct(self, v: Any, math: Arithmetic) -> Any:
        """u at v, which needs no equation."""
        return math.value(self.k, v)


@final
class SLeaf:
    """log z = log K(m), K a `PowerProduct`; multiplicative.

    With real singularities log K is one function on the lower half plane, and the imaginary part of log z counts; otherwise, and in a product with a
    `two_sided` factor, where m leaves that half plane, it is taken modulo 2 pi.
    """

    kinds: tuple[str, ...] = ()

    def __init__(self, product: PowerProduct, place: Expr, two_sided: bool = False) -> None:
        self.product, self.place = product, place
        m, v = product.variable, sympy.Dummy("v")
        self._rational = Formula(sympy.cancel(product.rational.subs(m, place + v)), v)
        slope = sympy.cancel(sympy.diff(product.rational.subs(m, place + v), v))
        self._rational_slope = Formula(slope, v)
        self._terms = [(a, e, 1 - place / a, place - a) for a, e in product.factors]
        self._many = two_sided or not all(a.is_real for a, _ in product.factors)

    def linear(self, u: Any, v: Any, state: State, math: Arithmetic) -> Linear:
        value, slope = self.value(v, math)
        gap = value - u
        return Linear(1.0, -slope, math.wrapped(gap) if self._many else gap, still)

    def inside(self, u: Any, v: Any, state: State) -> Any:
        return upper_log(u)

    def start(self, v: Any, math: Arithmetic) -> tuple[Any, State]:
        return self.value(v, math)[0], []

    def direct(self, v: Any, math: Arithmetic) -> Any:
        """u at v, which needs no equation."""
        return self.value(v, math)[0]

    def value(self, v: Any, math: Arithmetic) -> tuple[Any, Any]:
        """log K and its derivative at m = place + v."""
        number = math.number
        m = v + number(self.place)
        value = number(sympy.log(self.product.scale)) - math.log_below(m) + math.value(self._rational, v)
        slope = -1 / m + math.value(self._rational_slope, v)
        for a, e, rest, gap in self._terms:
            log = math.log_above if a.is_positive else math.log_below
            value = value + number(e) * log(number(rest) - v / number(a))
            slope = slope + number(e) / (v + number(gap))
        return value, slope

    def mass_above(self, v: Any, math: Arithmetic) -> Any | None:
        """P(X > x) = Im(integral of (1 + m) dlog K)/pi at m = place + v, v the branch at x + i0; None where not all singularities are negative."""
        m_ = self.product.variable
        h = self.product.rational
        if not all(a.is_negative for a, _ in self.product.factors) or not _negative_poles(h, m_):
            return None
        m = v + math.number(self.place)
        total = -m - math.log_below(m)
        for a, e, rest, _ in self._terms:
            total = total + math.number(e) * (m + math.number(1 + a) * math.log_below(math.number(rest) - v / math.number(a)))
        if h != 0:
            whole = Formula((1 + m_) * h - sympy.integrate(h, m_), m_)
            total = total + math.value(whole, m)
        return total.imag / math.number(sympy.pi)


def _negative_poles(h: Expr, m: Symbol) -> bool:
    below = sympy.fraction(sympy.cancel(h))[1]
    return not below.has(m) or all(a.is_negative for a in sympy.roots(sympy.Poly(below, m)))


@final
class TransformLeaf:
    """g = G(z) with G in closed form; real z means z + i0, and G goes on across the axis where its cuts can be turned down."""

    kinds: tuple[str, ...] = ()

    def __init__(self, transform: Expr, z: Symbol, centre: float = 0.0) -> None:
        across = across_the_axis(transform, z)
        self.g, self.centre = Formula(transform if across is None else across, z), centre

    def at(self, z: Any, math: Arithmetic) -> Any:
        """G(z)"""
        return math.value(self.g, math.lifted(z))

    def slope_at(self, z: Any, math: Arithmetic) -> Any:
        """dG/dz"""
        return math.value(self.g.derivative, math.lifted(z))

    def place_of(self, v: Any, near: Any, math: Arithmetic) -> Any:
        """w with G(w) = v by Newton's method on 1/G, which is nearly linear far out; `near` itself where that does not settle."""
        w = near
        for _ in range(_PLACES):
            value = self.at(w, math)
            step = (value - v) * value / (v * self.slope_at(w, math))
            w = w - step
            if abs(step) <= abs(w) * mpmath.mpf(10) ** (2 - mpmath.mp.dps):
                return w
        return near

    def linear(self, u: Any, v: Any, state: State, math: Arithmetic) -> Linear:
        at = math.lifted(u)
        slope = math.value(self.g.derivative, at)
        return Linear(slope, -1.0, v - math.value(self.g, at) + slope * (at - u), still)

    def inside(self, u: Any, v: Any, state: State) -> Any:
        return upper(u)

    def start(self, v: Any, math: Arithmetic) -> tuple[Any, State]:
        return _from_infinity(self, v, math), []


@final
class CurveLeaf:
    """P(z, g) = 0, coeffs[j][i] the integer coefficient of g^j z^i; `seed` is the law's own Cauchy transform, asked once to check the start."""

    kinds: tuple[str, ...] = ()

    def __init__(self, coeffs: Sequence[Sequence[int]], seed: Callable[[Any], Any], centre: float) -> None:
        largest = max(abs(c) for row in coeffs for c in row)
        scale = 1 << max(0, largest.bit_length() - 200)
        self._exact, self.seed, self.centre = coeffs, seed, centre
        self._doubles = [[c / scale for c in row] for row in coeffs]

    def linear(self, u: Any, v: Any, state: State, math: Arithmetic) -> Linear:
        rows = self._doubles if math is DOUBLES else self._exact
        value, by_z, by_g = 0 * v, 0 * v, 0 * v
        for row in reversed(rows):
            at, slope = 0 * u, 0 * u
            for c in reversed(row):
                slope = slope * u + at
                at = at * u + c
            by_g = by_g * v + value
            value = value * v + at
            by_z = by_z * v + slope
        return Linear(by_z, by_g, -value, still)

    def inside(self, u: Any, v: Any, state: State) -> Any:
        return upper(u)

    def start(self, v: Any, math: Arithmetic) -> tuple[Any, State]:
        u = _from_infinity(self, v, math)
        expected = complex(np.ravel(self.seed(np.ravel(np.asarray(u, dtype=complex))))[0])
        if abs(complex(np.ravel(v)[0]) - expected) > 1e-6 * abs(expected):
            degrees = f"degree {len(self._exact) - 1} in G and {max(len(row) for row in self._exact) - 1} in z"
            raise Undecided(
                f"the branch of the equation of {degrees} that begins like 1/z is not the law's at z = {complex(np.ravel(u)[0]):.6g}; ask with dps=30"
            )
        return u, []


@final
class EngineLeaf:
    """g = G(z) with G known by an evaluator on the upper half plane only; its derivative by a difference along the axis.

    The step is a share of the distance from `centre`, and of `scale` where G is analytic at the centre.
    """

    kinds: tuple[str, ...] = ()

    def __init__(self, engine: Any, centre: float = 0.0, scale: float = 0.0) -> None:
        self.engine, self.centre, self.scale = engine, centre, scale

    def linear(self, u: Any, v: Any, state: State, math: Arithmetic) -> Linear:
        if math is DOUBLES:
            u = np.asarray(u, dtype=complex)
            h = 1e-5 * (np.abs(u - self.centre) + self.scale)
            values = [np.asarray(self.engine.cauchy(np.ravel(u + k * h))).reshape(u.shape) for k in (-1, 0, 1)]
        else:
            digits = mpmath.mp.dps
            h = mpmath.mpf(10) ** (-digits // 3) * (abs(u - self.centre) + self.scale)
            values = [self.engine.cauchy_mp(u + k * h, digits) for k in (-1, 0, 1)]
        return Linear((values[2] - values[0]) / (2 * h), -1.0, v - values[1], still)

    def inside(self, u: Any, v: Any, state: State) -> Any:
        return upper(u)

    def start(self, v: Any, math: Arithmetic) -> tuple[Any, State]:
        return _from_infinity(self, v, math), []


def _from_infinity(leaf: Any, v: Any, math: Arithmetic) -> Any:
    """z with G(z) = g = v near z = 1/g + centre, by Newton's method on 1/G, which is nearly linear there."""
    u = 1 / v + leaf.centre
    for _ in range(60):
        a, _, r, _ = leaf.linear(u, v, [], math)
        step = r / a
        u = u + step
        if np.all(math.magnitude(step) <= _STARTED * math.magnitude(u)):
            return u
    raise Undecided(
        f"the law does not look like a point mass at {leaf.centre:.6g} from z = {complex(np.ravel(u)[0]):.6g}: "
        "its Cauchy transform could not be inverted there; ask for moments"
    )
