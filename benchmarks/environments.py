"""Throw-away virtual environments for the peers, from the package index pip is set up with."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.outcomes import Driver

PEERS = {"rmtool": ("rmtool", "rmtool_peer"), "freealg on PyPI": ("freealg", "freealg_numeric_peer")}


@contextmanager
def peers(wanted: bool, limit: float = 600.0) -> Iterator[list[Driver]]:
    """A driver for each peer; one that cannot be installed says so in each of its rows."""
    with TemporaryDirectory(prefix="peers-") as folder:
        yield [_driver(name, *PEERS[name], Path(folder), limit) for name in PEERS] if wanted else []


def _driver(name: str, package: str, script: str, folder: Path, limit: float) -> Driver:
    place = folder / package
    python = str(place / ("Scripts" if os.name == "nt" else "bin") / "python")
    steps = [[sys.executable, "-m", "venv", str(place)], [python, "-m", "pip", "install", "--quiet", package]]
    for step in steps:
        try:
            subprocess.run(step, check=True, capture_output=True, timeout=limit)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            return Driver(name, script, missing=f"cannot be installed: {type(error).__name__} in {step[1:4][-1]} {package}")
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    version = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout.strip()
    return Driver(f"{name} {version}", script, python)
