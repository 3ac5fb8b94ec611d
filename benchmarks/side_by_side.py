"""Exact moments, elimination, density and support on three laws, by everybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.judge import VERDICTS, Reference, check_points, distance_to_roots
from benchmarks.outcomes import Driver, Outcome

LAWS = {
    "hessian": "Hessian, MP(1/2) [+] Semicircle(1/4): cubic",
    "degree9": "Discrete({-2: 1/2, 2: 1/2}) [+] Semicircle() [+] (MP() [x] MP(2/5)): degree 9",
    "product": "MP(1/2) [x] Discrete({1: 1/2, 3: 1/2}): cubic",
}
POINTS = 100_000


@dataclass(frozen=True)
class Line:
    """One contender in one job; `ratio` is its time a point or term over the engine's (cold)."""

    law: str
    job: str
    who: str
    outcome: Outcome
    verdict: str
    ratio: float | None


def reference_of(ours: Driver, law: str) -> Reference:
    edges = ours.call(job="support", law=law, repetitions=1).answer
    points = check_points(edges)
    equation = ours.call(job="elimination", law=law, repetitions=1).answer
    moments = ours.call(job="moments", law=law, order=20, repetitions=1).answer
    return Reference(equation, moments, edges, points, ours.call(job="truth", law=law, check=points, repetitions=1).answer)


def lines_of(law: str, reference: Reference, ours: Driver, plain: Driver, others: list[Driver], quick: bool) -> Iterator[Line]:
    """The engine first in each job; then the plain tools; then the peers."""
    low, high = float(reference.edges[0][0]), float(reference.edges[-1][1])
    base: dict[str, Any] = {"law": law, "low": low, "high": high, "check": reference.points, **({"repetitions": 1} if quick else {})}
    for job, contenders in _contenders(ours, plain, others, 2_000 if quick else POINTS, quick).items():
        first: float | None = None
        for who, driver, task in contenders:
            given = {**base, "equation": reference.equation, **task} if driver.script == "plain" else {**base, **task}
            outcome = driver.call(60.0, **given)
            first = outcome.each if first is None else first
            verdict = outcome.failure or VERDICTS[job](outcome.answer, reference)
            yield Line(law, job, who, outcome, verdict, outcome.each / first if outcome.each and first else None)


def _contenders(ours: Driver, plain: Driver, others: list[Driver], points: int, quick: bool) -> dict[str, list[tuple[str, Driver, dict[str, Any]]]]:
    """{job: (name, driver, task)}; slow contenders get fewer points."""
    few = {"numpy_roots": 200 if quick else 2_000, "mpmath_roots": 5 if quick else 40, "peer": 200 if quick else 2_000}
    mpmath_rows = [] if quick else [("mpmath.polyroots, largest imaginary part", plain, {"job": "mpmath_roots", "points": few["mpmath_roots"]})]
    return {
        "elimination": [
            ("freealg-symbolic", ours, {"job": "elimination"}),
            ("SymPy resultant and factor_list", plain, {"job": "elimination"}),
            *((peer.name, peer, {"job": "elimination"}) for peer in others),
        ],
        "moments": [
            ("freealg-symbolic", ours, {"job": "moments", "order": 20}),
            ("SymPy series (Newton on the equation)", plain, {"job": "moments", "order": 20}),
            *((peer.name, peer, {"job": "moments", "order": 20}) for peer in others),
        ],
        "density": [
            ("freealg-symbolic, cold", ours, {"job": "density_cold", "points": points}),
            ("freealg-symbolic, warm", ours, {"job": "density_warm", "points": points}),
            ("batched companion matrices, largest imaginary part", plain, {"job": "companions", "points": points}),
            ("numpy.roots, largest imaginary part", plain, {"job": "numpy_roots", "points": few["numpy_roots"]}),
            *mpmath_rows,
            *((peer.name, peer, {"job": "density", "points": few["peer"]}) for peer in others),
        ],
        "support": [
            ("freealg-symbolic", ours, {"job": "support"}),
            ("SymPy discriminant, numpy.roots", plain, {"job": "discriminant_roots"}),
            ("SymPy discriminant, mpmath.polyroots", plain, {"job": "discriminant_roots", "with": "mpmath"}),
            *((peer.name, peer, {"job": "support"}) for peer in others),
        ],
    }


def confirmed(reference: Reference, law: str, plain: Driver) -> float:
    """How far the 60-digit values are from the roots of SymPy's own equation."""
    found = plain.call(job="elimination", law=law, repetitions=1)
    return distance_to_roots(reference, found.answer)
