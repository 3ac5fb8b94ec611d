"""python benchmarks/run.py [--out DIR] [--quick] [--no-peers]: measure everything in one run, write RESULTS.md and results.json."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tqdm import tqdm

from benchmarks.environments import peers
from benchmarks.outcomes import Driver
from benchmarks.side_by_side import LAWS, Line, confirmed, lines_of, reference_of
from benchmarks.tables import markdown, plain_data
from benchmarks.targets import TargetLine, ratio_lines, target_lines


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent, help="folder of RESULTS.md and results.json")
    parser.add_argument("--quick", action="store_true", help="cheap rows, few points, one repetition")
    parser.add_argument("--no-peers", action="store_true", help="do not install the packages to compare with")
    options = parser.parse_args(arguments)
    ours, plain = Driver("freealg-symbolic", "ours"), Driver("plain", "plain")
    lines, checks = [], {}
    with peers(not options.no_peers) as others:
        for law in tqdm(LAWS, desc="laws"):
            reference = reference_of(ours, law)
            checks[law] = confirmed(reference, law, plain)
            lines += list(lines_of(law, reference, ours, plain, others, options.quick))
            save(options.out, lines, list(ratio_lines(lines)), checks)
    targets = [*tqdm(target_lines(ours, plain, options.quick), desc="targets"), *ratio_lines(lines)]
    save(options.out, lines, targets, checks)
    return 0


def save(out: Path, lines: list[Line], targets: list[TargetLine], checks: dict[str, float]) -> None:
    """RESULTS.md and results.json of what is measured so far."""
    out.mkdir(parents=True, exist_ok=True)
    everything = (facts(), lines, targets, checks)
    (out / "RESULTS.md").write_text(markdown(*everything), encoding="utf-8")
    (out / "results.json").write_text(json.dumps(plain_data(*everything), indent=1) + "\n", encoding="utf-8")


def facts() -> dict[str, str]:
    """What was run, on what."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    tools = ", ".join(f"{name} {version(name)}" for name in ("sympy", "mpmath", "numpy", "python-flint"))
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores{load}, one thread a process",
        "Python": platform.python_version(),
        "tools": tools,
    }


if __name__ == "__main__":
    sys.exit(main())
