"""The physical sheet of a relation: values at any point of the closed upper half plane, and the edges near them.

u is z, or log z for laws on [0, oo); v is G, or M - place (`relations`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

import mpmath
import numpy as np
from numpy.typing import NDArray
from sympy import Expr

from freealg.errors import Undecided
from freealg.exact.context import cached_property, mp_precision
from freealg.numerics.arithmetic import DIGITS, DOUBLES
from freealg.numerics.continuation import Inverse, Points, Rules, polished_digits, reach, reach_digits, sharpened
from freealg.numerics.relations import Relation, State

__all__ = ["START", "Edge", "Sheet"]

Array = NDArray[Any]
START = 3e-3
_BLOCK = 4096
_SECANTS = 60
_CIRCLE = 30
_ACROSS = 50
_DRIFT = 1e-9
_UNDERFLOW = 1e-290
_HEIGHTS = (1e-6, 1e-3, 0.1)
_TURN = 0.3 - 1.0j


@final
@dataclass(frozen=True)
class Edge:
    """A real critical point du/dv = 0 of the relation, to many digits: u = (high, low) as a double-double, v and the inner unknowns in mpmath."""

    u: Any
    v: Any
    state: tuple[Any, ...]

    @property
    def at(self) -> float:
        """u as a double."""
        return float(self.u)


@final
class Sheet:
    """`small` is a value of v (of M, for multiplicative relations) small enough for the expansion at infinity; `place` None means additive."""

    def __init__(self, relation: Relation, small: float, place: Expr | None = None) -> None:
        self.relation, self.small, self.place = relation, small, place

    @property
    def logarithmic(self) -> bool:
        """Whether u is log z."""
        return self.place is not None

    @property
    def size(self) -> float:
        """The scale of u."""
        return 1.0 if self.logarithmic else START / self.small

    # -- doubles --------------------------------------------------------------------------------------------------------

    @cached_property
    def _start(self) -> Points:
        shift = 0.0 if self.place is None else float(self.place)
        v = np.array([self.small * _TURN - shift])
        u, state = self.relation.start(v, DOUBLES)
        point = Points(np.asarray(u, dtype=complex), v, [np.asarray(x, dtype=complex).reshape(1) for x in state], np.ones(1, dtype=bool))
        if not (np.all(np.isfinite(point.u)) and point.u[0].imag > 0):
            raise Undecided(
                f"the expansion at infinity does not hold at v = {complex(v[0]):.3g}: it gives u = {complex(point.u[0]):.6g}, "
                "not in the upper half plane"
            )
        return point

    def _admissible(self, point: Points) -> Array:
        found: Array = (point.v.imag <= 1e-9 * np.abs(point.v)) & self.relation.inside(point.u, point.v, point.state)
        return found

    def points(self, u: Array) -> Points:
        """The branch at u in the closed upper half plane; `found` is False where it was lost."""
        u = np.asarray(u, dtype=complex)
        parts = [self._points(u[k : k + _BLOCK]) for k in range(0, len(u), _BLOCK)] or [self._points(u)]
        joined = [np.concatenate(column) for column in zip(*([p.u, p.v, p.found, *p.state] for p in parts), strict=True)]
        return Points(joined[0], joined[1], joined[3:], joined[2])

    def _points(self, u: Array) -> Points:
        begin = self._start
        count = len(u)
        state = [np.repeat(x, count) for x in begin.state]
        spread = Points(np.repeat(begin.u, count), np.repeat(begin.v, count), state, np.zeros(count, dtype=bool))
        return reach(self.relation, spread, u, self._rules)

    @property
    def _rules(self) -> Rules:
        return Rules(self._admissible, floor=1e-3 * self.small, place=None if self.place is None else float(self.place))

    def values(self, u: Array) -> Array:
        """v at u, nan where it was lost."""
        found = self.points(u)
        return np.where(found.found, found.v, np.nan)

    def thin_values(self, u: Array) -> Array:
        """v at real u where Im v may lie far below |v|, nan where it was lost or its imaginary part does not settle."""
        found = sharpened(self.relation, self.points(u), self._rules)
        again = sharpened(self.relation, found, self._rules)
        drift = np.abs(again.v.imag - found.v.imag)
        settled = found.found & ((drift <= _DRIFT * np.abs(again.v.imag)) | (np.maximum(np.abs(again.v.imag), drift) < _UNDERFLOW))
        return np.where(settled, again.v, np.nan)

    # -- any precision --------------------------------------------------------------------------------------------------

    def digits(self, u: Any) -> tuple[Any, State]:
        """v and the inner unknowns at one point u, at mpmath's working precision."""
        return self.digits_at([u])[0]

    def digits_at(self, us: list[Any]) -> list[tuple[Any, State]]:
        """`digits` at many points of one stretch on which the branch is analytic: doubles first, the lost ones from one to the next."""
        near = self.points(np.array([complex(u) for u in us]))
        out: list[tuple[Any, State]] = []
        last = None
        for k, u in enumerate(us):
            found = self._polished(u, near.take(k))
            if found is None:
                found = self._followed_digits(u, last)
                last = u, *found
            out.append(found)
        return out

    def _followed_digits(self, u: Any, last: tuple[Any, Any, State] | None) -> tuple[Any, State]:
        """The branch at u from the point followed before it, or from the lowest that doubles reach above u."""
        return reach_digits(self.relation, self._begin(u), u) if last is None else reach_digits(self.relation, last, u, near=True)

    def _polished(self, u: Any, near: Points) -> tuple[Any, State] | None:
        if not near.found:
            return None
        return polished_digits(self.relation, u, mpmath.mpmathify(complex(near.v)), [mpmath.mpmathify(complex(x)) for x in near.state])

    def _begin(self, u: Any) -> tuple[Any, Any, State]:
        """A point above u from which to continue: the lowest of some that doubles reach, else the one near infinity."""
        for height in _HEIGHTS:
            above = complex(u) + 1j * height * self.size
            near = self.points(np.array([above]))
            start = mpmath.mpmathify(above)
            v, *state = (mpmath.mpmathify(complex(x[0])) for x in (near.v, *near.state))
            found = polished_digits(self.relation, start, v, state) if near.found[0] else None
            if found is not None:
                return start, *found
        shift = 0 if self.place is None else DIGITS.number(self.place)
        v = self.small * mpmath.mpmathify(_TURN) - shift
        start, state = self.relation.start(v, DIGITS)
        return start, v, state

    def _across(self, begin: Points, v: Array) -> Points:
        """The pairs with the given values of v, as points whose u is v and whose v is u, from known ones of that kind."""
        floor = 1e-3 * self.size
        return reach(Inverse(self.relation), begin, v, Rules(share=1e300, floor=floor, rounds=_ACROSS))

    # -- edges ----------------------------------------------------------------------------------------------------------

    def edge_near(self, points: Points) -> Edge | None:
        """The real critical point that the secant method finds from one point of the sheet, in doubles; None when there is none near."""
        v = np.array([complex(points.v[0].real)])
        known = Points(points.v, points.u, points.state, points.found)
        here = self._across(known, v)
        if not here.found[0]:
            return None
        step = 0.1 * abs(points.v[0].imag) + 1e-6 * abs(v[0])
        slopes = [self._slope(here)]
        there = self._across(here, v + step)
        with np.errstate(all="ignore"):
            for _ in range(_SECANTS):
                if not there.found[0]:
                    return None
                slopes.append(self._slope(there))
                move = -slopes[-1] * (there.u[0] - here.u[0]) / (slopes[-1] - slopes[-2])
                if not np.isfinite(move) or abs(move) > abs(there.u[0]):
                    return None
                if abs(move) <= 1e-14 * abs(there.u[0]):
                    return self._edge(there)
                here, there = there, self._across(there, there.u + move.real)
        return None

    def _slope(self, point: Points) -> complex:
        """du/dv; `point` has v for u."""
        line = self.relation.linear(point.v, point.u, point.state, DOUBLES)
        return complex(np.ravel(-line.b / line.a)[0])

    def _edge(self, point: Points) -> Edge | None:
        u, v = complex(point.v[0]), complex(point.u[0])
        if abs(u.imag) > 1e-9 * (abs(u) + 1.0) or abs(v.imag) > 1e-9 * abs(v):
            return None
        return Edge(u.real, v.real, tuple(complex(x[0]) for x in point.state))

    def refined(self, edge: Edge, digits: int) -> Edge:
        """The same critical point with `digits` digits; the caller holds the door of `exact.context` at more."""
        inverse = Inverse(self.relation)
        v, u, state = mpmath.mpf(edge.v), mpmath.mpmathify(edge.u), [mpmath.mpmathify(x) for x in edge.state]
        step = mpmath.mpf(10) ** -9 * (abs(v) + mpmath.mpf(10) ** -12)
        last = None
        for _ in range(_SECANTS):
            found = polished_digits(inverse, v, u, state)
            if found is None:
                break
            u, state = found
            line = self.relation.linear(u, v, state, DIGITS)
            slope = mpmath.re(-line.b / line.a)
            move = step if last is None else -slope * (v - last[0]) / (slope - last[1]) if slope != last[1] else mpmath.mpf(0)
            if last is not None and abs(move) <= mpmath.mpf(10) ** -digits * abs(v):
                return Edge(mpmath.re(u), v, tuple(state))
            last, v = (v, slope), v + move
        raise Undecided(f"the edge near {float(mpmath.re(edge.u)):.10g} could not be refined to {digits} digits")

    def sampler(self, edge: Edge) -> Any:
        """h -> x - edge at v = v_c + h (relative to the edge for logarithmic sheets), for `end_series`: in mpmath where u is a formula of v."""
        direct = getattr(self.relation, "direct", None)
        return self._followed(edge) if direct is None else lambda h: self._evaluated(edge, h)

    def _evaluated(self, edge: Edge, h: Array) -> Array:
        with mp_precision(_CIRCLE):
            centre = mpmath.mpmathify(edge.v)
            base = self.relation.direct(centre, DIGITS)  # type: ignore[attr-defined]
            gaps = [self.relation.direct(centre + mpmath.mpc(step), DIGITS) - base for step in h.tolist()]  # type: ignore[attr-defined]
            if self.logarithmic:
                gaps = [mpmath.expm1(DIGITS.wrapped(gap)) for gap in gaps]
            return np.array([complex(gap) for gap in gaps])

    def _followed(self, edge: Edge) -> Any:
        centre = complex(edge.v)
        state = [np.array([complex(x)]) for x in edge.state]
        begin = Points(np.array([centre]), np.array([complex(edge.u)]), state, np.ones(1, dtype=bool))

        def sample(h: Array) -> Array:
            count = len(h)
            spread = Points(np.repeat(begin.u, count), np.repeat(begin.v, count), [np.repeat(x, count) for x in state], np.zeros(count, dtype=bool))
            found = self._across(spread, centre + h)
            gap = found.v - complex(edge.u)
            gap = np.expm1(gap) if self.logarithmic else gap
            return np.where(found.found, gap, np.nan)

        return sample

    def edge_digits(self, edge: Edge, digits: int) -> Edge:
        """`refined` behind the door."""
        with mp_precision(digits + 15):
            return self.refined(edge, digits)
