"""Balls that contain the density and the Cauchy transform, at any precision, at exact points or narrow balls."""

from __future__ import annotations

from typing import Any, final

import flint

from freealg.errors import InvalidInput, Undecided
from freealg.exact.coerce import fmpq_of_ball
from freealg.exact.context import ball_precision, cached_property
from freealg.numerics.branch import refine_root
from freealg.numerics.local import LocalExpansion
from freealg.numerics.near_place import nearest_place, value_near
from freealg.numerics.real_algebraic import RealAlgebraic, as_fmpq
from freealg.numerics.support import Gap, Spectrum
from freealg.numerics.tracking import BallState

__all__ = ["CertifiedLaw"]

_KEPT = 64
_FEW, _MOST = 400, 4000
_MAX_BITS = 1 << 17
_KEPT_BITS = 4096


def _bits(dps: int) -> int:
    return int(dps * 3.33) + 16


def _accurate(value: flint.arb, bits: int) -> bool:
    return bool(value == 0 or value.rel_accuracy_bits() >= bits - 8)


@final
class CertifiedLaw:
    """Certified evaluation on top of a `Spectrum`; a point already certified serves its neighbours."""

    def __init__(self, spectrum: Spectrum) -> None:
        self.spectrum = spectrum
        self.branch = spectrum.branch

    @cached_property
    def _known(self) -> dict[int, list[BallState]]:
        return {k: [gap.state] for k, gap in enumerate(self.spectrum.gaps)}

    def locate(self, x: Any) -> tuple[int, bool]:
        """(k, True) if x is the critical point number k exactly, else (k, False): x lies in gap number k."""
        places = self.spectrum.branch.critical.real
        low, high = 0, len(places)
        while low < high:
            middle = (low + high) // 2
            sign = places[middle].sign_against(x)
            if sign == 0:
                return middle, True
            low, high = (middle + 1, high) if sign < 0 else (low, middle)
        return low, False

    def state_in_gap(self, index: int, point: flint.acb, most: int) -> BallState:
        """A certified state whose discs reach a real point of a gap, tracked inside the gap in at most `most` ball steps."""
        known = self._known[index]
        x = point.mid()
        with ball_precision(128):
            best = min(known, key=lambda state: float(abs(state.s - x).upper()) / (state.rho or 1e-300))
            if float(abs(best.s - x).upper()) <= best.rho * (1 - 1e-9):
                return best
        state = self.branch.state_at(x, best, most)
        if len(known) < _KEPT:
            known.append(state)
        return state

    def axis_value(self, index: int, x: Any, bits: int) -> flint.acb:
        """G(x + i0) at an exact point of gap number `index`."""
        with ball_precision(bits + 128):
            ball = flint.acb(x.refine(bits + 64) if isinstance(x, RealAlgebraic) else flint.arb(x))
        value = self._tracked_or_near(index, ball, bits)
        return value if self.spectrum.gaps[index].positive else flint.acb(value.real)

    def _tracked_or_near(self, index: int, ball: flint.acb, bits: int) -> flint.acb:
        """By tracking; close to a critical point, where that takes too many steps, from its Puiseux chart."""
        place = nearest_place(self.spectrum, complex(ball))
        try:
            state = self.state_in_gap(index, ball, _MOST if place is None else _FEW)
        except Undecided:
            if place is None:
                raise
            return value_near(self.spectrum, place, ball, bits)
        return refine_root(self.branch.curve.ball_rows, state, ball, bits)

    def density(self, x: Any, dps: int) -> flint.arb:
        """The density at an exact point (rational or `RealAlgebraic`) to about `dps` digits: 0 outside the support and at soft edges,
        +infinity at hard edges, the regular part at an atom."""
        point = x if isinstance(x, RealAlgebraic) else as_fmpq(x)
        index, critical = self.locate(point)
        if critical:
            return self._density_at_place(index, dps)
        if not self.spectrum.gaps[index].positive:
            return flint.arb(0)
        bits = _bits(dps)
        working = bits
        while working < _MAX_BITS:
            with ball_precision(working + 32):
                value = -self.axis_value(index, point, working).imag / flint.arb.pi()
            if _accurate(value, bits):
                return value
            working *= 2
        raise Undecided(f"the density at {x} is too small for {_MAX_BITS} bits; ask with dps, which promises relative digits only")

    def _sides(self, index: int) -> tuple[Gap, Gap]:
        return self.spectrum.gaps[index], self.spectrum.gaps[index + 1]

    def _density_at_place(self, index: int, dps: int) -> flint.arb:
        left, right = self._sides(index)
        place = self.branch.critical.real[index]
        if not (left.positive or right.positive):
            return flint.arb(0)
        with ball_precision(_bits(dps) + 64):
            if self.spectrum.crossed(index):
                return -self._crossing_value(index, _bits(dps)).imag / flint.arb.pi()
            values = [self._one_sided(place, side, dps) for side, gap in ((-1, left), (1, right)) if gap.positive]
            return next((v for v in values if not v.is_finite()), values[0])

    def _one_sided(self, place: RealAlgebraic, side: int, dps: int) -> flint.arb:
        expansion = self.spectrum.breaks[place, side]
        found = expansion.visible()
        if found is None:
            raise Undecided(f"the density beside {place} has no visible leading term")
        exponent, coefficient = found
        if exponent:
            return flint.arb(0) if exponent > 0 else flint.arb.pos_inf()
        if not _accurate(coefficient, _bits(dps)):
            with ball_precision(4 * _bits(dps)):
                finer = self.spectrum.expansion(place, side, 4 * _bits(dps)).visible()
                coefficient = coefficient if finer is None else finer[1]
        return coefficient

    def _crossing_value(self, index: int, bits: int) -> flint.acb:
        """G at a critical point where the physical root is simple."""
        place = self.branch.critical.real[index]
        with ball_precision(bits + 128):
            ball = flint.acb(place.refine(bits + 64))
            state = self.branch.state_at(ball.mid(), self.spectrum.gaps[index].state)
        return refine_root(self.branch.curve.ball_rows, state, ball, bits)

    def density_over(self, x: flint.arb, dps: int) -> flint.arb:
        """The density over a ball x: narrow and inside one gap, its image; else a ball that covers every value it takes there."""
        if x.rad() == 0:
            return self.density(_exact(x.mid()), dps)
        low, high = _exact(x.lower()), _exact(x.upper())
        (first, hit), (last, hit_too) = self.locate(low), self.locate(high)
        if first == last and not hit and not hit_too:
            if not self.spectrum.gaps[first].positive:
                return flint.arb(0)
            with ball_precision(_bits(dps) + 64):
                state = self.state_in_gap(first, flint.acb(x.mid()), _MOST)
                return -refine_root(self.branch.curve.ball_rows, state, flint.acb(x), _bits(dps)).imag / flint.arb.pi()
        return self._cover(x)

    def _cover(self, x: flint.arb) -> flint.arb:
        """[0, sup |roots of P(x, .)| / pi] by Fujiwara's bound: all that is claimed when a ball contains a critical point."""
        row = self.branch.curve.at(flint.acb(x)).coeffs()
        lead = abs(row[-1])
        if lead.contains(0):
            return flint.arb(0, float("inf"))
        sup = max(float((2 * (abs(c) / lead).root(k)).upper()) for k, c in enumerate(reversed(row[:-1]), start=1)) * (1 + 1e-9) / 3.14159265
        return flint.arb(sup / 2, sup / 2 * (1 + 1e-12))

    def cauchy(self, z: flint.acb, dps: int) -> flint.acb:
        """G(z) for a complex ball; real exact z means z + i0, Im z < 0 the conjugate of the value at conj z."""
        bits = _bits(dps)
        if z.imag.is_zero():
            return self.on_axis(_exact(z.real), dps)
        if z.imag < 0:
            with ball_precision(max(8 * bits, _KEPT_BITS)):  # a conjugate is rounded to the precision at hand
                return self.cauchy(z.conjugate(), dps).conjugate()
        if not z.imag > 0:
            raise InvalidInput(f"the ball z = {z} meets the real axis; give an exact real z or a smaller ball")
        working = bits
        while working < 16 * bits:
            value = self._upper(z, working)
            if value.rel_accuracy_bits() >= bits - 8 or z.rad() > 0:
                return value
            working *= 2
        return value

    def _upper(self, z: flint.acb, bits: int) -> flint.acb:
        """By tracking; at a double point of the curve from a point beside it, as |G'| <= 1/(Im z)^2 for a probability measure."""
        place = nearest_place(self.spectrum, complex(z))
        try:
            with ball_precision(bits + 64):
                return self.branch.ball(z, bits, most=_MOST if place is None else _FEW)
        except Undecided:
            if place is not None:
                return value_near(self.spectrum, place, z, bits)
            with ball_precision(2 * bits + 128):
                step = z.imag.lower() * flint.arb(2) ** (-bits - 8)
                slope = 1 / (z.imag - step) ** 2
                value = self.branch.ball(flint.acb(z.real.mid() + step.mid(), z.imag.mid()), bits)
                spread = flint.arb(0, float((2 * step * slope).upper()) + float(z.rad()) * float(slope.upper()))
                return value + flint.acb(spread, spread)

    def on_axis(self, x: Any, dps: int) -> flint.acb:
        """G(x + i0) at a rational or `RealAlgebraic` x."""
        index, critical = self.locate(x)
        if not critical:
            return self.axis_value(index, x, _bits(dps))
        if self.spectrum.crossed(index):
            return self._crossing_value(index, _bits(dps))
        return self._limit_value(index, dps)

    def _limit_value(self, index: int, dps: int) -> flint.acb:
        place = self.branch.critical.real[index]
        left, right = self._sides(index)
        side = 1 if right.positive or not left.positive else -1
        with ball_precision(4 * _bits(dps)):
            expansion: LocalExpansion = self.spectrum.expansion(place, side, max(4 * _bits(dps), 1024))
            first = (*expansion.terms, (expansion.order, expansion.limit))[0]
        if first[0] < 0:
            raise InvalidInput(f"G is infinite at x = {place}, an atom or a hard edge; ask for atoms() or edge_exponents() there")
        return first[1] if first[0] == 0 else flint.acb(0)


def _exact(x: flint.arb) -> flint.fmpq:
    """The dyadic rational of an exact ball."""
    if x.rad() != 0:
        raise InvalidInput(f"the real point {x} is a ball; G on the axis needs an exact rational x")
    return fmpq_of_ball(x)
