"""Whether the branch of a germ at infinity is the Cauchy transform of a probability measure: a proof either way.

G ~ 1/z at infinity is that of a probability measure exactly when it continues to the whole upper half plane without branch points and poles,
Im G <= 0 on the real axis, and no real singularity is worse than a simple pole with a residue in (0, 1] (then -Im G/pi is a positive harmonic
function with a positive boundary measure, of mass lim z G = 1).

The loops from one base point straight to a critical point of the upper half plane, once around it, and back generate the fundamental group of
what is left without these points. So the branch is single-valued there when none of them changes it; and one that changes it is a branch point of the
sheet that G would have to be analytic on. Every step is a disc that holds one root (`tracking`).
"""

from __future__ import annotations

from math import pi
from typing import Any, NamedTuple

import flint
import numpy as np

from freealg.errors import NotALaw, Undecided
from freealg.exact.context import ball_precision
from freealg.numerics.atoms import find_atoms
from freealg.numerics.branch import PhysicalBranch, refine_root
from freealg.numerics.local import LocalExpansion
from freealg.numerics.support import Spectrum
from freealg.numerics.tracking import BallState, track

__all__ = ["require_cauchy_transform"]

_CORNERS = 8
_LOOP = 0.4
_LEAST_GAP = 1e-11
_STEP = 0.7
_LEAST_SHARE = 1e-3
_MOST_STEPS = 5_000
_MAX_BITS = 4096


class _Turn(NamedTuple):
    """The state after a loop, and how often G went around 0 on it, None where the tubes do not tell."""

    state: BallState
    winding: int | None


def require_cauchy_transform(spectrum: Spectrum) -> None:
    """Raise `NotALaw` with the proof when the branch is the Cauchy transform of no probability measure; return when it is proved to be one.

    Raises `Undecided` when a path could not be certified.
    """
    branch = spectrum.branch
    centres = _upper(branch)
    for centre, unchanged in zip(centres, _unchanged(branch, centres), strict=True):
        if not unchanged or branch.curve.ball_rows[-1](centre).contains(0):
            _require_regular(branch, centre)
    if any(gap.positive for gap in spectrum.gaps):
        for (place, _), expansion in spectrum.breaks.items():
            _require_pole_at_most(expansion, repr(place))
    for place in branch.critical.poles:
        for side in (-1, 1):
            _require_pole_at_most(spectrum.expansion(place, side), repr(place))
    find_atoms(spectrum)


def _upper(branch: PhysicalBranch) -> list[flint.acb]:
    """The critical points above the real axis, the nearest to the base point first."""
    start = complex(branch.start.s)
    found = [point for point in branch.critical.all_points if not point.imag.contains(0) and point.imag > 0]
    return sorted(found, key=lambda point: abs(complex(point) - start))


def _unchanged(branch: PhysicalBranch, centres: list[flint.acb]) -> list[bool]:
    """For each point, whether one turn around it in doubles, all turns at once, provably leaves the branch as it was."""
    if not centres:
        return []
    places = np.array([complex(centre) for centre in centres])
    unit = (complex(branch.start.s) - places) / np.abs(complex(branch.start.s) - places)
    arms = np.array([_radius(branch, centre) for centre in centres]) * unit
    first = state = branch.follow(places + arms)
    reached = first.reached
    for k in range(1, _CORNERS + 1):
        goal = places + arms * (1 if k == _CORNERS else np.exp(2j * pi * k / _CORNERS))
        state = track(branch.taylor, state.s, state.g, goal)
        reached = reached & state.reached
    back = np.abs(state.g - first.g) * (1 + 1e-12) + state.inner <= first.r
    found: list[bool] = (reached & back).tolist()
    return found


def _require_regular(branch: PhysicalBranch, centre: flint.acb) -> None:
    place = complex(centre)
    first, turn = _around(branch, centre)
    shown = f"{place.real:.6g} {'+' if place.imag >= 0 else '-'} {abs(place.imag):.6g}i"
    if not _same_root(branch, first, turn.state):
        raise NotALaw(f"its Cauchy transform would have a branch point at {shown}, in the upper half plane, on the sheet of G = 1/z + m_1/z^2 + ...")
    winding = turn.winding
    if winding is None:
        raise Undecided(f"whether the branch has a pole at {shown} is not settled")
    if winding != 0:
        kind = "pole" if winding < 0 else "zero"
        raise NotALaw(f"its Cauchy transform would have a {kind} at {shown}, in the upper half plane, where Im G < 0 for every law")


def _around(branch: PhysicalBranch, centre: flint.acb) -> tuple[BallState, _Turn]:
    """The branch on a small circle around a critical point: at its start, and after one turn."""
    place, base = complex(centre), complex(branch.start.s)
    radius = _radius(branch, centre)
    unit = (base - place) / abs(base - place)
    begin = flint.acb(place + radius * unit)
    first = branch.state_at(begin)
    state, angle, winding, sure = first, 0.0, 0.0, True
    for _ in range(_MOST_STEPS):
        if angle >= 2 * pi:
            return first, _Turn(state, round(winding / (2 * pi)) if sure else None)
        share, enough = _share(state)
        sure = sure and enough
        angle += min(_STEP, share * state.rho / radius)
        goal = begin if angle >= 2 * pi else flint.acb(place + radius * unit * complex(np.exp(1j * angle)))
        new = branch.state_at(goal, state)
        winding += float(np.angle(complex(new.g) / complex(state.g)))
        state = new
    raise Undecided(f"the loop around {place:.6g} takes more than {_MOST_STEPS} steps; the point is too near another critical point")


def _radius(branch: PhysicalBranch, centre: flint.acb) -> float:
    """A part of the distance to the real axis, to the other critical points and to the points where some branch is 0."""
    others = [point for point in branch.critical.all_points if not point.overlaps(centre)]
    row = branch.curve.rows[0]
    with ball_precision(64):
        found: list[Any] = [factor.complex_roots() for factor, _ in row.factor()[1]] if row.degree() > 0 else []
    zeros = [root for roots in found for root, _ in roots]
    others += [zero for zero in zeros if not zero.overlaps(centre)]
    apart = min([float(abs(point - centre).lower()) for point in others] + [float(centre.imag.lower())])
    if apart < _LEAST_GAP * (1 + abs(complex(centre))):
        raise Undecided(f"two critical points are within {apart:.2g} of {complex(centre):.6g}, too near to go around one of them in doubles")
    return _LOOP * apart


def _share(state: BallState) -> tuple[float, bool]:
    """How far to go, as a share of rho, so that G stays within half of |g| of g; and whether that is far enough to go on so.

    |u(t) - u(0)| <= 2 r |t|/rho by Schwarz's lemma, u = G - g - kappa t in a disc of radius r.
    """
    size = abs(complex(state.g))
    share = 0.5 * size / (abs(state.kappa) * state.rho + 4 * state.r)
    return (min(share, 0.9), True) if share > _LEAST_SHARE else (0.9, False)


def _same_root(branch: PhysicalBranch, first: BallState, last: BallState) -> bool:
    """Whether both states, certified at or around one point, hold the same root there."""
    z = first.s
    bits = 64
    while bits <= _MAX_BITS:
        value = refine_root(branch.curve.ball_rows, last, z, bits)
        distance = abs(value - first.g)
        if float(distance.abs_upper()) <= first.r:
            return True
        if distance > first.r:
            return False
        bits *= 2
    raise Undecided(f"two roots at z = {complex(z):.6g} are not separated")


def _require_pole_at_most(expansion: LocalExpansion, name: str) -> None:
    lowest = expansion.terms[0][0] if expansion.terms else expansion.order
    if lowest < -expansion.q:
        raise NotALaw(f"its Cauchy transform would grow like |x - a|^({lowest}/{expansion.q}) at a = {name}; no law's grows faster than 1/|x - a|")
