"""Puiseux expansion of the physical branch at a real critical point or at infinity, on one side of it.

With T = z - x0 (T = 1/z at infinity) and side * T = s^q, G = sum_k a_k s^k + s^K v, where v(s) is a *simple* root of F(s, v) = 0:
so v is analytic at s = 0 and perfectly conditioned there. The steps are those of Newton and Puiseux; at each of them the root that
belongs to the physical branch is found by a disc which holds it at a certified sample point and, by Rouche, for all smaller s.

Which coefficients of the first level vanish is decided exactly; of later levels, at 2^(-bits/2) with bits = `working_bits` (above
300 bits, growing with the coefficients of P): the one numerical decision of the engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, final

import flint
import numpy as np

from freealg.errors import Undecided
from freealg.exact.context import ball_precision, cached_property
from freealg.numerics.branch import PhysicalBranch, chart_rows, refine_root, working_bits
from freealg.numerics.newton_polygon import Cluster, Edge, Table, clusters, hull_edges, polished, rescale, shift
from freealg.numerics.real_algebraic import Infinite, RealAlgebraic
from freealg.numerics.rouche import safe_discs
from freealg.numerics.taylor import as_doubles, ball_table
from freealg.numerics.tracking import BallState

__all__ = ["LocalExpansion", "Place", "Sampler", "expand", "expand_simple"]

Place = RealAlgebraic | Infinite
Option = tuple[Edge, Table, list[Cluster]]
_SAMPLES = 40
_VISIBLE_BITS = 160
_FEW_BITS = 256


@final
@dataclass(frozen=True)
class LocalExpansion:
    """G = sum of coefficient * s^k over `terms` + s^order * v(s), side * T = s^q, v a simple root of `table`, v(0) = `limit`.

    `terms` lists (k, coefficient) with k increasing and below `order`; `table[j][i]` is the coefficient of s^i v^j, None an exact zero.
    """

    place: Place
    side: int
    q: int
    terms: tuple[tuple[int, flint.acb], ...]
    order: int
    limit: flint.acb
    table: Table

    def visible(self) -> tuple[Fraction, flint.arb] | None:
        """(exponent, coefficient) of the leading density: coefficient * |T|^exponent; None when no known term is non-real."""
        for k, value in (*self.terms, (self.order, self.limit)):
            if not value.imag.contains(0):
                with ball_precision(_VISIBLE_BITS):
                    return Fraction(k, self.q), -value.imag / flint.arb.pi()
        return None

    def visible_order(self) -> int:
        """The power k of s in the leading density; `order` when nothing is visible."""
        return next((k for k, value in self.terms if not value.imag.contains(0)), self.order)


class _Level(NamedTuple):
    """The state of the recursion: G = sum terms + s^order * v, F(s, v) = 0, and v -> 0 (or any limit at first) among `top` branches."""

    table: Table
    terms: tuple[tuple[int, flint.acb], ...]
    q: int
    order: int
    top: int


@final
class Sampler:
    """Certified pairs (T, G) of the physical branch with T -> 0 from the upper half plane, at one place."""

    def __init__(self, branch: PhysicalBranch, place: Place, near: BallState | None = None) -> None:
        self.branch, self.place, self.near = branch, place, near
        self.found: list[tuple[flint.acb, BallState]] = []

    @cached_property
    def reach(self) -> float:
        """A fifth of the distance to the next critical point (of the least distance from infinity, in 1/z)."""
        critical = self.branch.critical
        if isinstance(self.place, Infinite):
            return 0.25 / critical.radius
        centre = float(self.place)
        others = [abs(complex(p) - centre) for p in critical.all_points]
        apart = [gap for gap in others if gap > 1e-12 * (1 + abs(centre))]
        return 0.2 * min(apart, default=1.0)

    def _point(self, depth: int, bits: int) -> tuple[flint.acb, flint.acb]:
        size = flint.arb(self.reach) * flint.arb(2) ** (-4 * depth)
        if isinstance(self.place, Infinite):
            z = flint.acb(0, (1 / size).mid())
            return z, 1 / z
        centre = self.place.refine(bits)
        z = flint.acb(centre.mid(), size.mid())
        return z, flint.acb(z.real - centre, z.imag)

    def at(self, depth: int, bits: int) -> tuple[flint.acb, flint.acb]:
        """(T, G) at |T| about reach * 16^-depth, as balls with about `bits` bits."""
        with ball_precision(bits + 4 * depth + 64):
            z, t = self._point(depth, bits)
            while len(self.found) <= depth:
                step = len(self.found)
                near = self.found[-1][1] if self.found else self.near
                goal = z if step == depth else self._point(step, bits)[0]
                self.found.append((goal, self.branch.state_at(goal, near)))
            value = self.branch.ball(z, bits, self.found[depth][1])
        return t, value


def _first_level(branch: PhysicalBranch, place: Place, side: int, bits: int) -> _Level:
    curve = branch.curve
    table: Table = []
    if isinstance(place, Infinite):
        for row in curve.reversed_rows():
            table.append([flint.acb(int(c) * side**i) if c else None for i, c in enumerate(row.coeffs())])
        return _Level(table, (), 1, 0, curve.degree)
    centre = flint.acb(place.refine(bits + 64))
    step = flint.acb_poly([centre, 1])
    for row, ball_row in zip(curve.rows, curve.ball_rows, strict=True):
        moved = ball_row(step)
        line: list[flint.acb | None] = []
        for i in range(len(moved)):
            entry = flint.acb(moved[i].real) * side**i
            exact_zero = entry.contains(0) and (curve.taylor(row, i) % place.polynomial).degree() < 0
            line.append(None if exact_zero else entry)
        table.append(line)
    return _Level(table, (), 1, 0, curve.degree)


def _candidates(level: _Level, bits: int, turning: bool, fold: bool) -> Iterator[Option]:
    """The edges with their clusters. A simple root with an integer exponent is real on both sides or on neither: not where the branch turns
    from real to non-real."""
    for edge in hull_edges(level.table, level.top):
        if level.terms and edge.exponent <= 0:
            continue
        if turning and edge.exponent.denominator == 1:
            found = _double_root(edge, bits) if fold else clusters(edge.phi, bits, least=2)
        else:
            found = clusters(edge.phi, bits)
        if found:
            yield edge, rescale(level.table, edge.exponent), found


def _double_root(edge: Edge, bits: int) -> list[Cluster]:
    """The multiple roots where there is one double root at most, which is known: it is seen with fewer bits."""
    with ball_precision(_FEW_BITS):
        found = clusters(edge.phi, _FEW_BITS, least=2)
    return found if len(found) == 1 and found[0].multiplicity == 2 else clusters(edge.phi, bits, least=2)


def _holds(table: Table, cluster: Cluster, w: flint.acb, s: flint.acb) -> bool:
    """Whether a disc around the cluster holds exactly its roots for every s' up to |s|, and w."""
    expansion = as_doubles(ball_table(chart_rows(table), flint.acb(0), cluster.centre.mid()))
    with np.errstate(all="ignore"):
        rho, r = safe_discs(expansion.mag, expansion.low(cluster.multiplicity), cluster.multiplicity)
    return bool(float(s.abs_upper()) <= rho[0] and float((w - cluster.centre.mid()).abs_upper()) < r[0])


def _refined(level: _Level, edge: Edge, table: Table, cluster: Cluster) -> _Level:
    """The level at the scale of an edge, for the roots of one cluster."""
    p, q = edge.exponent.numerator, edge.exponent.denominator
    return _Level(table, tuple((k * q, c) for k, c in level.terms), level.q * q, level.order * q + p, cluster.multiplicity)


def _only(level: _Level, options: list[Option], dense: bool) -> tuple[_Level, Cluster] | None:
    """The one candidate that signs leave, if there is one.

    On a dense side Im G < 0, so while all terms before are real no leading coefficient of the branch has a positive imaginary part.
    """
    upper = dense and all(c.imag.contains(0) for _, c in level.terms)
    left = [(edge, table, group) for edge, table, groups in options for group in groups if not (upper and group.centre.imag > 0)]
    if len(left) != 1:
        return None
    return _refined(level, *left[0]), left[0][2]


def _select(level: _Level, options: list[Option], sampler: Sampler, side: int, bits: int) -> tuple[_Level, Cluster]:
    """The edge and cluster that the physical branch takes, with the table at the new scale, by a certified sample of the branch."""
    for depth in range(_SAMPLES):
        t, value = sampler.at(depth, 128 + 16 * depth)
        with ball_precision(bits):
            for edge, table, groups in options:
                scaled = _refined(level, edge, table, groups[0])
                s = (t * side).root(scaled.q)
                w = (value - sum((c * s**k for k, c in scaled.terms), flint.acb(0))) / s**scaled.order
                best = min(groups, key=lambda group: float(abs(group.centre - w).mid()))
                if _holds(table, best, w, s):
                    return _refined(level, edge, table, best), best
    raise Undecided(f"no Puiseux branch at {sampler.place} could be matched with the physical branch; the point is too near another critical point")


def expand_simple(branch: PhysicalBranch, place: RealAlgebraic, side: int, state: BallState, bits: int = 0) -> LocalExpansion:
    """The expansion at a rational place at which the root is simple, `state` being the certified branch there."""
    bits = bits or working_bits(branch.curve)
    with ball_precision(bits):
        level = _first_level(branch, place, side, bits)
        limit = refine_root(branch.curve.ball_rows, state, flint.acb(place.refine(bits)), bits)
    return LocalExpansion(place, side, 1, (), 0, limit, level.table)


def expand(sampler: Sampler, side: int, dense: bool, bits: int = 0, turning: bool = False) -> LocalExpansion:
    """The expansion at the sampler's place on one side (+1: T > 0), to the first simple and, if `dense`, non-real term.

    `turning` says that the branch is real on one side of the place and not on the other. Semicircle at its right edge, from inside:
    G = 1 - i s + ..., s = sqrt(2 - x).
    """
    branch, place = sampler.branch, sampler.place
    bits = bits or working_bits(branch.curve)
    fold = isinstance(place, RealAlgebraic) and place.factor in branch.critical.folds
    with ball_precision(bits):
        level = _first_level(branch, place, side, bits)
        while True:
            options = list(_candidates(level, bits, turning and not level.terms, fold))
            level, cluster = _only(level, options, dense) or _select(level, options, sampler, side, bits)
            cluster = polished(cluster)
            seen = any(not c.imag.contains(0) for _, c in level.terms) or not cluster.centre.imag.contains(0)
            if cluster.multiplicity == 1 and (seen or not dense):
                return LocalExpansion(place, side, level.q, level.terms, level.order, cluster.centre, level.table)
            table = shift(level.table, cluster.centre, cluster.multiplicity, bits)
            terms = (*level.terms, (level.order, cluster.centre))
            if all(c is None for c in table[0]):
                return LocalExpansion(place, side, level.q, level.terms, level.order, cluster.centre, level.table)
            level = _Level(table, terms, level.q, level.order, cluster.multiplicity)
