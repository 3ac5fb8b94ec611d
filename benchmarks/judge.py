"""Is an answer right? Against 60-digit densities, exact edges, exact moments, the irreducible equation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import mpmath
import sympy as sp

G, Z = sp.symbols("G z")
WRONG = 1e-2


@dataclass(frozen=True)
class Reference:
    """What is known of a law: equation, moments, edges (40 digits), check points and their 60-digit densities."""

    equation: dict[str, str]
    moments: list[str]
    edges: list[list[str]]
    points: list[float]
    densities: list[str]

    @property
    def width(self) -> float:
        return float(self.edges[-1][1]) - float(self.edges[0][0])


def check_points(edges: Sequence[Sequence[str]]) -> list[float]:
    """In each interval 15 inner points and, at each end, points 1e-3, 1e-6, 1e-9 and 1e-12 of its width from the edge; a point in each gap."""
    points = []
    for low, high in ((float(a), float(b)) for a, b in edges):
        width = high - low
        points += [low + width * k / 16 for k in range(1, 16)]
        points += [end + sign * width * 10.0**-k for end, sign in ((low, 1), (high, -1)) for k in (3, 6, 9, 12)]
    gaps = [(float(one[1]) + float(two[0])) / 2 for one, two in pairwise(edges)]
    return points + gaps


def density_verdict(values: Sequence[float], reference: Reference) -> str:
    """The largest relative error, and at how many points it exceeds 1 %."""
    if len(values) != len(reference.points):
        return f"wrong: {len(values)} values for {len(reference.points)} points"
    errors = [_error(v, t) for v, t in zip(values, reference.densities, strict=True)]
    wrong = sum(not error <= WRONG for error in errors)
    worst = max(errors, key=lambda e: math.inf if math.isnan(e) else e)
    return f"largest error {worst:.1e}" + (f", wrong (> 1 %) at {wrong} of {len(errors)}" if wrong else "")


def _error(value: float, truth: str) -> float:
    with mpmath.workdps(60):
        exact = mpmath.mpf(truth)
        return float(abs(mpmath.mpf(value) - exact) / exact) if exact else abs(value)


def support_verdict(answer: Any, reference: Reference) -> str:
    """The worst edge, in widths of the support; too many or too few are named."""
    with mpmath.workdps(50):
        return _support_verdict(answer, reference)


def _support_verdict(answer: Any, reference: Reference) -> str:
    edges = [mpmath.mpf(end) for pair in reference.edges for end in pair]
    if isinstance(answer, dict):
        found = [mpmath.mpf(c) for c in answer["candidates"]]
        if not found:
            return "no candidates"
        worst = max(min(abs(e - c) for c in found) for e in edges) / reference.width
        return f"{len(found)} candidates for {len(edges)} edges, nearest within {float(worst):.1e}"
    found = [mpmath.mpf(end) for pair in answer for end in pair]
    if len(found) != len(edges):
        return f"wrong: {len(answer)} intervals instead of {len(reference.edges)}"
    worst = max(abs(e - f) for e, f in zip(edges, found, strict=True)) / reference.width
    return "exact" if worst < 1e-35 else f"edges within {float(worst):.1e}"


def moments_verdict(answer: Any, reference: Reference) -> str:
    lists = answer if answer and isinstance(answer[0], list) else [answer]
    if not any(one == reference.moments[: len(one)] for one in lists):
        return "wrong"
    return "exact" if len(lists) == 1 else f"exact, one of {len(lists)} lists offered"


def equation_verdict(answer: dict[str, str], reference: Reference) -> str:
    found, true = _poly(answer), _poly(reference.equation)
    if found.primitive()[1] in (true, -true):
        return "exact"
    return "right, times another factor" if sp.rem(found, true, G).is_zero else "wrong"


def _poly(terms: dict[str, str]) -> Any:
    rows = {tuple(map(int, key.split(","))): sp.Rational(value) for key, value in terms.items()}
    return sp.Poly(rows, G, Z).clear_denoms(convert=True)[1].primitive()[1]


def distance_to_roots(reference: Reference, equation: dict[str, str]) -> float:
    """How far the 60-digit densities are from the roots of an equation found by other means: the largest relative difference."""
    poly = _poly(equation)
    worst = mpmath.mpf(0)
    with mpmath.workdps(90):
        for point, truth in zip(reference.points, reference.densities, strict=True):
            row = sp.Poly(poly.as_expr().subs(Z, sp.Rational(point)), G).all_coeffs()
            roots = mpmath.polyroots([mpmath.mpf(c.p) / c.q for c in row], maxsteps=500, extraprec=400)
            exact = mpmath.mpf(truth)
            worst = max(worst, min(abs(abs(mpmath.im(r)) / mpmath.pi - exact) for r in roots) / (exact or 1))
    return float(worst)


VERDICTS = {"density": density_verdict, "support": support_verdict, "moments": moments_verdict, "elimination": equation_verdict}
