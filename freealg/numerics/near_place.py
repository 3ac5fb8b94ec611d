"""G close to a critical point, from the resolved Puiseux chart there: where sheets run together the chart still separates them.

The chart rests on exact zeros among Puiseux coefficients that are decided at 2^(-bits/2) (`local`), so this route is taken only where
plain tracking needs too many steps; that the ball holds a root of the curve itself is proved again at the end.
"""

from __future__ import annotations

import flint

from freealg.errors import Undecided
from freealg.exact.context import ball_precision
from freealg.numerics.branch import chart_rows, isolate, refine_root
from freealg.numerics.real_algebraic import RealAlgebraic
from freealg.numerics.support import Spectrum
from freealg.numerics.tracking import BallState, track_ball

__all__ = ["nearest_place", "value_near"]

_FRACTION = 0.02


def nearest_place(spectrum: Spectrum, z: complex) -> RealAlgebraic | None:
    """The real critical point so near to z that every other critical point is 50 times as far, if there is one."""
    critical = spectrum.branch.critical
    if not critical.real:
        return None
    place = min(critical.real, key=lambda x: abs(float(x) - z))
    centre = float(place)
    room = spectrum.sampler(place).reach
    return place if abs(centre - z) < _FRACTION * room else None


def value_near(spectrum: Spectrum, place: RealAlgebraic, z: flint.acb, bits: int) -> flint.acb:
    """G(z), Im z >= 0 (real z: z + i0), z != place, by tracking v from s = 0 in F(s, v) = 0, s = (z - place)^(1/q).

    The principal root is right on the closed upper half plane, whichever side of the place z is on.
    """
    working = 2 * bits + 256
    expansion = spectrum.expansion(place, 1, working if working > 1024 else 0)
    rows = chart_rows(expansion.table)
    with ball_precision(working):
        t = z - flint.acb(place.refine(working + 64))
        s = t.root(expansion.q)
        begin = BallState(flint.acb(0), expansion.limit.mid(), 0j, 0.0, 0.0, 0.0)
        state = track_ball(rows, begin, s.mid())
        if state is None:
            raise Undecided(f"the branch could not be followed from {place} to z = {z}")
        v = refine_root(rows, state, s, working)
        value = sum((c * s**k for k, c in expansion.terms), v * s**expansion.order)
        proved = isolate(spectrum.branch.curve.at(z), value.mid())
        if proved is None or not proved.overlaps(value):
            raise Undecided(f"the value {complex(value):.6g} of the chart at {place} could not be confirmed on the curve at z = {z}")
        return proved
