"""The speeds the engine was asked to reach, each beside a baseline of the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from benchmarks.outcomes import Driver, Outcome
from benchmarks.side_by_side import Line

Task = dict[str, Any]


@dataclass(frozen=True)
class Target:
    """`seconds` allowed for a run (or, with `per_item`, for each point); `agree` compares the two answers, or looks at ours alone."""

    name: str
    seconds: float
    ours: Task
    baseline: str = ""
    plain: Task | None = None
    agree: Callable[[Any, Any], bool] | None = None
    per_item: bool = False
    cheap: bool = False
    limit: float = 90.0


@dataclass(frozen=True)
class TargetLine:
    """A row of the table; `ratio` is the baseline's time over ours, a point or term where their numbers differ."""

    name: str
    target: str
    measured: str
    met: bool | None
    baseline: str
    ratio: float | None
    verdict: str
    memory_mb: float | None = field(default=None)


def _same(one: Any, two: Any) -> bool:
    return bool(one == two)


def _starts_alike(one: Any, two: Any) -> bool:
    shared = min(len(one), len(two))
    return bool(shared and one[:shared] == two[:shared])


def _is(value: Any) -> Callable[[Any, Any], bool]:
    return lambda one, _: bool(one == value)


def _balls(one: Any, _: Any) -> bool:
    """50 digits: every radius is below 1e-50 of the value."""
    return all(float(radius) <= 1e-49 * abs(float(value)) for _, value, radius in one)


def _hessian(order: int, job: str = "moments") -> Task:
    return {"job": job, "law": "hessian", "order": order}


EXACT = [
    Target("Hessian law, 20 moments", 2e-3, _hessian(20), "FLINT reversion", {"job": "reversion", "order": 20}, _starts_alike, cheap=True),
    Target("Hessian law, 1,000 moments", 0.04, _hessian(1000), "FLINT reversion", {"job": "reversion", "order": 1000}, _starts_alike),
    Target(
        "Hessian law, 10,000 moments", 1.0, _hessian(10_000, "moments_last"), "FLINT reversion of order 1,000", {"job": "reversion", "order": 1000}
    ),
    Target("Hessian law, the 100,000th moment alone", 18.0, {"job": "moment_alone", "law": "hessian", "order": 100_000}, limit=120),
    Target(
        "Hessian law, 2 symbols, order 20", 0.02, _hessian(20, "symbolic_moments"), "SymPy rings", _hessian(20, "symbolic_moments"), _starts_alike
    ),
    Target(
        "Hessian law, 2 symbols, order 50",
        0.4,
        _hessian(50, "symbolic_moments"),
        "SymPy rings, order 20",
        _hessian(20, "symbolic_moments"),
        _starts_alike,
    ),
    Target(
        "Marchenko–Pastur, symbolic ratio, order 20",
        2e-3,
        {"job": "symbolic_moments", "law": "mp", "order": 20},
        "SymPy rings",
        {"job": "symbolic_moments", "law": "mp", "order": 20},
        _starts_alike,
        cheap=True,
    ),
    Target("3 atoms [+] 3 atoms, 2 symbols, equation", 0.01, {"job": "symbolic_atoms"}, "SymPy", {"job": "symbolic_atoms"}, _same),
    Target(
        "8 atoms [+] 8 atoms, equation",
        2.0,
        {"job": "numeric_atoms", "atoms": 8},
        "SymPy, 3 + 3 atoms",
        {"job": "numeric_atoms", "atoms": 3},
        _is([50, 64]),
    ),
    Target("1,000 free cumulants from moments", 2.5, {"job": "cumulants", "order": 1000}, "FLINT reversion", {"job": "reversion", "order": 1000}),
]

_EDGES = {"low": -0.469216826697920, "high": 3.11620045894274}
_CUBIC = {"equation": {"3,0": "1", "2,1": "-4", "2,0": "-2", "1,1": "8", "1,0": "-4", "0,0": "-8"}}
NUMERIC = [
    Target(
        "icdf, 100,000 quantiles, cubic",
        0.1,
        {"job": "quantiles", "law": "hessian", "points": 100_000},
        "cumulated companion density, 3 digits",
        {"job": "quantiles", "points": 100_000, **_EDGES, **_CUBIC},
        lambda one, _: one <= 1e-12,
        cheap=True,
    ),
    Target("certified pdf, 50 digits, cubic, a point", 0.02, {"job": "certified", "law": "hessian"}, agree=_balls, per_item=True, cheap=True),
    Target("ReLU Jacobian of depth 128, 10,000 densities", 2.0, {"job": "jacobian", "points": 10_000}, agree=_is(10_000)),
]

NETS = [
    Target("ReLU Jacobian of depth 128, Gaussian, 1,000 densities", 1.0, {"job": "jacobian", "points": 1000}, agree=_is(1000)),
    Target(
        "hard tanh Jacobian of depth 128, q = 1/10, orthogonal, 1,000 densities",
        1.0,
        {"job": "jacobian", "points": 1000, "net": ["hard_tanh", "orthogonal", "1/10"]},
        agree=_is(1000),
    ),
    Target("20 moments of a Jacobian of symbolic depth", 0.2, {"job": "depth_moments", "order": 20}, agree=_is(["2*L + 1", 20]), cheap=True),
    Target("200 x 200 phase diagram of tanh", 10.0, {"job": "phase", "points": 200}, agree=_is(40_000)),
    Target("index of the Hessian on a 100 x 100 grid", 2.0, {"job": "hessian_index", "points": 100}, agree=_is(10_000), cheap=True),
]

GRAPHS = [
    *(
        Target(
            f"gram_series, order {order}, 4 symbols",
            seconds,
            {"job": "gram", "order": order},
            "SymPy rings, order 8",
            {"job": "gram", "order": 8},
            _starts_alike,
            cheap=order == 6,
        )
        for order, seconds in ((6, 1e-3), (20, 0.02), (40, 0.5))
    ),
    Target("gram_series kernel (no SymPy), order 6", 1e-3, {"job": "gram_kernel", "order": 6}),
    Target("gram_series kernel (no SymPy), order 20", 0.02, {"job": "gram_kernel", "order": 20}),
    Target("gram_series kernel (no SymPy), order 40", 0.5, {"job": "gram_kernel", "order": 40}),
    Target("admissible_graphs(6) with networkx graphs", 0.3, {"job": "graphs", "order": 6, "networkx": True}, agree=_is(1428)),
    Target("admissible_graphs(8)", 10.0, {"job": "graphs", "order": 8}, agree=_is(43263), limit=120),
]


def target_lines(ours: Driver, plain: Driver, quick: bool) -> Iterator[TargetLine]:
    for target in (*EXACT, *NUMERIC, *NETS, *GRAPHS):
        if quick and not target.cheap:
            continue
        extra: Task = {"repetitions": 1} if quick else {}
        mine = ours.call(target.limit, **target.ours, **extra)
        base = plain.call(target.limit, **target.plain, **extra) if target.plain else Outcome()
        yield _line(target, mine, base)


def _line(target: Target, mine: Outcome, base: Outcome) -> TargetLine:
    allowed = "<= " + duration(target.seconds)
    if mine.seconds is None or mine.each is None:
        return TargetLine(target.name, allowed, "none", False, target.baseline, None, mine.failure or "")
    taken = mine.each if target.per_item else mine.seconds
    ratio = base.each / mine.each if base.each else None
    beside = f"{target.baseline}: {duration(base.seconds)}" if base.seconds else f"{target.baseline}: {base.failure}" if base.failure else ""
    right = target.agree(mine.answer, base.answer) if target.agree and not base.failure else None
    verdict = {None: "not compared", True: "right", False: "WRONG"}[right]
    return TargetLine(target.name, allowed, duration(taken), taken <= target.seconds, beside, ratio, verdict, mine.memory_mb)


RATIOS = [
    ("cubic density, cold, against rmtool", "hessian", "freealg-symbolic, cold", "rmtool", 1000),
    ("cubic density, cold, against companion matrices", "hessian", "freealg-symbolic, cold", "batched", 60),
    ("cubic density, warm, against rmtool", "hessian", "freealg-symbolic, warm", "rmtool", 1000),
    ("cubic density, warm, against companion matrices", "hessian", "freealg-symbolic, warm", "batched", 60),
    ("degree-9 density, cold, against companion matrices", "degree9", "freealg-symbolic, cold", "batched", 30),
    ("degree-9 density, warm, against companion matrices", "degree9", "freealg-symbolic, warm", "batched", 200),
]


def ratio_lines(lines: list[Line]) -> Iterator[TargetLine]:
    """Times a point of the side-by-side tables, against the ratios asked for."""
    for name, law, who, rival, factor in RATIOS:
        rows = [line for line in lines if line.law == law and line.job == "density"]
        mine = next((line for line in rows if line.who == who), None)
        other = next((line for line in rows if line.who.startswith(rival)), None)
        if mine is None or other is None or not mine.outcome.each or not other.outcome.each:
            continue
        ratio = other.outcome.each / mine.outcome.each
        beside = f"{other.who}: {duration(other.outcome.each)} a point"
        yield TargetLine(name, f">= {factor} x", f"{ratio:.3g} x", ratio >= factor, beside, ratio, mine.verdict, mine.outcome.memory_mb)


def duration(seconds: float) -> str:
    """Three digits and a unit.

    >>> duration(0.00123), duration(2.5), duration(4.2e-08)
    ('1.23 ms', '2.5 s', '42 ns')
    """
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"
