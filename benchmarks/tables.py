"""The measured rows as Markdown and as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from benchmarks.side_by_side import LAWS, Line
from benchmarks.targets import TargetLine, duration

JOBS = {
    "elimination": "the equation of G",
    "moments": "20 exact moments",
    "density": "density, a point",
    "support": "support",
}


def markdown(facts: dict[str, str], lines: Sequence[Line], targets: Sequence[TargetLine], confirmed: dict[str, float]) -> str:
    head = [
        "# Side by side",
        "",
        "Measured by `python benchmarks/run.py`, in one run. A time is the median of the repetitions; read the ratios, the machine is shared.",
        "Cold: a new law object in a warm process, everything included. Memory: the growth of the peak. Errors are relative, against 60-digit",
        "values; check points go to 1e-12 of the width from each edge.",
        "",
        *(f"- {name}: {value}" for name, value in facts.items()),
        "",
    ]
    return "\n".join([*head, *_laws(lines, confirmed), *_targets(targets)]) + "\n"


def _laws(lines: Sequence[Line], confirmed: dict[str, float]) -> Iterable[str]:
    for law in dict.fromkeys(line.law for line in lines):
        yield f"## {LAWS[law]}"
        yield ""
        if law in confirmed:
            yield f"The 60-digit densities are roots of the equation SymPy finds, to {confirmed[law]:.0e} at worst."
            yield ""
        yield "| job | who | time | over ours | memory | answer |"
        yield "|---|---|---|---|---|---|"
        for line in (line for line in lines if line.law == law):
            o = line.outcome
            each = o.each if line.job == "density" else o.seconds
            cells = [JOBS[line.job], line.who, duration(each) if each else "none", _times(line.ratio), _memory(o.memory_mb), line.verdict]
            yield _row(cells)
        yield ""


def _targets(targets: Sequence[TargetLine]) -> Iterable[str]:
    yield "## The speeds asked for"
    yield ""
    yield "The ratio is the baseline's time over ours, a point or term where their numbers differ."
    yield ""
    yield "| row | target | measured | met | baseline | ratio | memory | answer |"
    yield "|---|---|---|---|---|---|---|---|"
    for t in targets:
        yield _row([t.name, t.target, t.measured, "yes" if t.met else "no", t.baseline, _times(t.ratio), _memory(t.memory_mb), t.verdict])


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _times(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.3g} x"


def _memory(size: float | None) -> str:
    return "" if size is None else f"{size:.0f} MB"


def plain_data(facts: dict[str, str], lines: Sequence[Line], targets: Sequence[TargetLine], confirmed: dict[str, float]) -> dict[str, Any]:
    rows = [asdict(line) for line in lines]
    for row in rows:
        del row["outcome"]["answer"]
    return {"facts": facts, "side_by_side": rows, "targets": [asdict(target) for target in targets], "confirmed": confirmed}
