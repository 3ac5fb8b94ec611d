"""The physical branch of P(z, G) = 0 at any point of the closed upper half plane, certified from its germ at infinity.

The germ selects the branch at z = infinity itself, by algebra (`germ`); from there it is tracked by certified discs (`tracking`),
first in T = 1/z, then in z. Nothing is chosen by the sign of Im G, by size, or by being near the last point.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, final

import flint
import numpy as np
from numpy.typing import NDArray

from freealg.errors import Undecided
from freealg.exact.context import ball_precision, cached_property
from freealg.numerics.critical import critical_points
from freealg.numerics.germ import GermChart, germ_chart
from freealg.numerics.newton_polygon import Table
from freealg.numerics.plane_curve import PlaneCurve
from freealg.numerics.taylor import DoubleTaylor, taylor_of
from freealg.numerics.tracking import BallState, Tracked, track, track_ball

__all__ = ["PhysicalBranch", "as_state", "chart_rows", "chart_taylor", "isolate", "refine_root", "working_bits"]

Array = NDArray[Any]
_UNREACHED = BallState(flint.acb(0), flint.acb(0), 0j, 0.0, 0.0, 0.0)


def chart_rows(table: Table) -> list[flint.acb_poly]:
    """The rows of a chart, sum_i table[j][i] s^i, for ball evaluation."""
    return [flint.acb_poly([0 if c is None else c for c in row]) for row in table]


def chart_taylor(table: Table) -> DoubleTaylor:
    """A chart in doubles."""
    filled = [[flint.acb(0) if c is None else c for c in row] for row in table]
    height = max(map(len, filled))
    return taylor_of([[row[i] if i < len(row) else flint.acb(0) for row in filled] for i in range(height)])


def curve_taylor(curve: PlaneCurve) -> DoubleTaylor:
    """P(z, G) in doubles."""
    with ball_precision(64):
        return taylor_of([[flint.acb(row[i] if i < len(row) else 0) for row in curve.coeffs] for i in range(curve.z_degree + 1)])


def refine_root(rows: Sequence[flint.acb_poly], state: BallState, z: flint.acb, bits: int) -> flint.acb:
    """A ball of about `bits` bits with the root of F(z, .) in the disc of `state`, by interval Newton; z within rho of state.s.

    The ball is as wide as an inexact z makes it. Raises `Undecided` when z is too wide for a contraction.
    """
    precision, guess = 64, state.g
    while True:
        with ball_precision(precision + 32):
            centre = state.g + (z - state.s) * state.kappa
            if precision == 64 or not float((guess - centre).abs_upper()) <= state.r:  # too few bits can throw a step out of the disc
                guess = centre.mid()
            row = flint.acb_poly([c(z) for c in rows])
            exact = flint.acb_poly([c.mid() for c in row.coeffs()])
            slope = exact.derivative()
            for _ in range(3):
                guess = (guess - exact(guess) / slope(guess)).mid()
            found = isolate(row, guess)
            if found is not None and float((found - centre).abs_upper()) <= state.r and precision >= bits:
                return found
        precision *= 2
        if precision > max(4 * bits, 4096):
            raise Undecided(f"the root near {complex(state.g):.6g} at z = {z} is not separated from the others; give an exact z or a smaller ball")


def isolate(row: flint.acb_poly, guess: flint.acb) -> flint.acb | None:
    """guess - P(guess)/P'(B) inside B = guess + [-e, e](1 + i): exactly one root in B, and it is there."""
    slope = row.derivative()
    value = row(guess)
    if value == 0 and slope(guess) != 0:  # such equality holds for exact numbers only: a simple root, met exactly
        return guess
    radius = (4 * value / slope(guess)).abs_upper() + abs(guess).upper() * flint.arb(2) ** (8 - flint.ctx.prec)
    if not radius.is_finite():
        return None
    unit = flint.arb(0, 1)
    box = guess + radius * flint.acb(unit, unit)
    image = guess - value / slope(box)
    return image if box.contains_interior(image) else None


@final
class PhysicalBranch:
    """G on the closed upper half plane away from the real critical points, with certificates.

    >>> dirac = PhysicalBranch(PlaneCurve(((-1,), (-1, 1)), lambda n: [1] * n))                  # (z - 1) G = 1
    >>> dirac.ball(flint.acb(0, 1), 100).overlaps(flint.acb(-0.5, -0.5))
    True
    """

    def __init__(self, curve: PlaneCurve) -> None:
        self.curve = curve
        self.critical = critical_points(curve)
        self.taylor = curve_taylor(curve)

    @cached_property
    def start(self) -> BallState:
        """A certified point on a skew ray (off every symmetry axis), reached from infinity: above the real critical points, else above all."""
        low = max((abs(float(x)) for x in self.critical.real), default=0.0)
        germ = germ_chart(self.curve, working_bits(self.curve))
        state = self._from_infinity(germ, 1.25 * low, False) if low else None
        state = state or self._from_infinity(germ, 1.25 * self.critical.radius, True)
        if state is None:
            raise Undecided(f"the branch of {self.curve} could not be followed in from infinity")
        return state

    def _from_infinity(self, germ: GermChart, height: float, patient: bool) -> BallState | None:
        """The state at that height in doubles or, if `patient`, in balls; None where it was not reached."""
        z = complex(height * 85 / 256, height)
        with ball_precision(160):
            s = (1 / flint.acb(z)).root(germ.q)
            first = np.array([complex(germ.limit)])
            found = track(chart_taylor(germ.table), np.zeros(1), first, np.array([complex(s)]))
            rows = chart_rows(germ.table)
            state: BallState | None = as_state(found, 0) if found.reached[0] else None
            if state is None and patient:
                state = track_ball(rows, _UNREACHED._replace(g=germ.limit.mid()), s.mid())
            if state is None:
                return None
            v = refine_root(rows, state, s, 100)
            value = sum((c * s**k for k, c in germ.terms), v * s**germ.order)
        return _UNREACHED._replace(s=flint.acb(z), g=value)

    def follow(self, targets: Array) -> Tracked:
        """Certified values at many points with Im z >= 0 in doubles; unreached points (`reached` False) need `state_at`."""
        goal = np.asarray(targets, dtype=complex)
        begin = complex(self.start.s)
        first = np.full(goal.shape, complex(self.start.g))
        return track(self.taylor, np.full(goal.shape, begin), first, goal)

    def state_at(self, z: flint.acb, near: BallState | None = None, most: int = 4000) -> BallState:
        """The certified state at one exact point (a ball of radius 0) with Im z >= 0: doubles first, then ball arithmetic.

        `near` is a certified state joined to z by a segment that meets no real critical point; `most` bounds the ball steps.
        """
        begin = self.start if near is None else near
        found = track(self.taylor, *(np.array([complex(value)]) for value in (begin.s, begin.g, z)))
        if found.rho[0] > 0 and found.inner[0] <= found.r[0] and found.s[0] != complex(begin.s):
            begin = as_state(found, 0)
        with ball_precision(96):
            begin = begin._replace(g=begin.g.mid())
            if begin.rho and (z - begin.s).abs_upper() <= begin.rho * (1 - 1e-9):
                return begin
        state = track_ball(self.curve.ball_rows, begin, z, most=most)
        if state is None:
            raise Undecided(f"the physical branch could not be followed to z = {z}: a critical point is too near; ask at another point")
        return state

    def ball(self, z: flint.acb, bits: int, near: BallState | None = None, most: int = 4000) -> flint.acb:
        """A ball with about `bits` bits that contains G(z); z exact or a narrow ball with Im z >= 0, off the critical points."""
        with ball_precision(bits + 64):
            state = self.state_at(z.mid(), near, most)
        return refine_root(self.curve.ball_rows, state, z, bits)


    def accepts(self, z: flint.acb, candidate: flint.acb) -> bool:
        """Whether the root of P(z, .) near `candidate` is the physical one, decided by the certified disc at z (exact, Im z >= 0).

        The candidate must be so near to a root that interval Newton isolates it; else it is rejected.
        """
        state = self.state_at(z)
        with ball_precision(160):
            row = self.curve.at(z)
            guess = candidate.mid()
            for _ in range(3):
                guess = (guess - row(guess) / row.derivative()(guess)).mid()
            root = isolate(row, guess)
            if root is None or not abs(root - candidate) < 1e-3 * (1 + abs(candidate)):
                return False
            return bool(abs(root - state.g) <= state.inner * (1 + 1e-9) + 1e-30)


def as_state(found: Tracked, k: int) -> BallState:
    """The k-th point of a vectorised tracking as a `BallState`."""
    s, g = flint.acb(found.s[k]), flint.acb(found.g[k])
    return BallState(s, g, complex(found.kappa[k]), float(found.inner[k]), float(found.r[k]), float(found.rho[k]))


def working_bits(curve: PlaneCurve) -> int:
    """Bits at which a Puiseux coefficient of this curve that is below 2^(-bits/2) is read as an exact zero."""
    height = max(abs(c) for row in curve.coeffs for c in row).bit_length()
    return 512 + 64 * curve.degree + 16 * height
