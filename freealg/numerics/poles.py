"""Points of the axis at which G is infinite while z is an analytic function of a root of 1/G: atoms, and places at which a law has just lost one.

There u = u_0 + c_1 h + c_2 h^2 + ... in h = v^(-1/p). With p = 1 and c_1 real the law has an atom there and a density beside it that is analytic
across it; without c_1 its density has an inverse square root, as of two atoms whose masses add up to exactly 1.
"""

from __future__ import annotations

from typing import Any, final

import mpmath
import numpy as np
from numpy.typing import NDArray

from freealg.exact.context import mp_precision
from freealg.numerics.assembly import Break, Germ
from freealg.numerics.continuation import Points, Reciprocal, Rules, polished_digits, reach
from freealg.numerics.end_series import taylor_on_circle
from freealg.numerics.sheet import Sheet

__all__ = ["pole_near"]

Array = NDArray[Any]
_HEIGHT = 0.1
_TRIES = 16
_SHRINK = 0.5
_MOST_POWER = 4
_COUNT = 64
_DIGITS = 36
_CERTAIN = 24
_ROUNDS = 60


@final
class _Branch:
    """u as a function of h = v^(-1/power) on the sheet's relation, from one known point, along lines in the plane of log v."""

    def __init__(self, sheet: Sheet, point: Points, power: int) -> None:
        self.relation, self.logarithmic, self.power = Reciprocal(sheet.relation), sheet.logarithmic, power
        self._begin = Points(-np.log(point.v), point.u, point.state, point.found)
        self._rules = Rules(floor=1e-3 * sheet.size, rounds=_ROUNDS)

    def at(self, h: Array) -> Points:
        """The points at given h, as points whose u is -log v and whose v is u."""
        begin, count = self._begin, len(h)
        state = [np.repeat(x, count) for x in begin.state]
        spread = Points(np.repeat(begin.u, count), np.repeat(begin.v, count), state, np.zeros(count, dtype=bool))
        return reach(self.relation, spread, begin.u + self.power * np.log(h * np.exp(-begin.u / self.power)), self._rules)

    def u(self, h: Array) -> Array:
        """u, nan where it was lost."""
        found = self.at(h)
        return np.where(found.found, found.v, np.nan)

    def digits(self, h: list[Any]) -> list[Any]:
        """u at h in mpmath at its working precision; nan where it was lost."""
        near = self.at(np.array([complex(point) for point in h]))
        return [self._polished(point, near.take(k)) for k, point in enumerate(h)]

    def _polished(self, h: Any, near: Points) -> Any:
        u, *state = (mpmath.mpmathify(complex(x)) for x in (near.v, *near.state))
        found = polished_digits(self.relation, self.power * mpmath.log(h), u, state) if near.found else None
        return mpmath.mpc("nan", "nan") if found is None else found[0]

    def gap(self, u: Any, centre: Any) -> complex:
        """x - x_0 at u, relative to x_0 for logarithmic sheets."""
        return complex(mpmath.expm1(u - centre) if self.logarithmic else u - centre)


def pole_near(sheet: Sheet, u: float, width: float) -> Break | None:
    """The pole in a root of 1/v within `width` of u, to many digits; None where there is none, or u is no analytic function of one there."""
    point = sheet.points(np.array([u + _HEIGHT * width * 1j]))
    if not point.found[0] or not abs(point.v[0]) > 0:
        return None
    for power in range(1, _MOST_POWER + 1):
        branch = _Branch(sheet, point, power)
        radius = (0.5 * sheet.size) ** (1 / power)
        for _ in range(_TRIES):
            taylor = taylor_on_circle(branch.u, radius)
            if taylor is not None:
                near = abs(taylor[0] - u) <= width and abs(taylor[0].imag) <= 1e-9 * sheet.size
                return _exactly(branch, radius) if near else None
            radius *= _SHRINK
    return None


def _exactly(branch: _Branch, radius: float) -> Break | None:
    with mp_precision(_DIGITS):
        values = branch.digits([radius / 2 * mpmath.expjpi(mpmath.mpf(2 * k) / _COUNT) for k in range(_COUNT)])
        centre = mpmath.re(sum(values, mpmath.mpc(0)) / _COUNT)
        if not mpmath.isfinite(centre):
            return None
        known = mpmath.mpf(10) ** -_CERTAIN * radius
        centre = next((mpmath.mpf(place) for place in (0.0, float(centre)) if abs(centre - place) <= known), centre)

    def sample(h: Array) -> Array:
        with mp_precision(_DIGITS):
            return np.array([branch.gap(u, centre) for u in branch.digits([mpmath.mpc(point) for point in h.tolist()])])

    return Break(float(centre), germ=Germ(sample, radius=radius, inverted=branch.power), finer=centre)
