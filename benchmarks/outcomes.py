"""A task given to a driver: its time, memory, answer, or the reason there is none."""

from __future__ import annotations

import importlib
import json
import os
import re
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
DRIVERS = HERE / "drivers"
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")


@dataclass(frozen=True)
class Outcome:
    """`seconds` is the median repetition, of `count` points or terms; `failure` says why there is no answer."""

    seconds: float | None = None
    count: int = 1
    answer: Any = None
    memory_mb: float | None = None
    failure: str | None = None

    @property
    def each(self) -> float | None:
        """Seconds a point."""
        return None if self.seconds is None else self.seconds / self.count


@dataclass(frozen=True)
class Driver:
    """A driver script and the Python it runs on; None runs it inside this process."""

    name: str
    script: str
    python: str | None = sys.executable
    missing: str | None = None

    def call(self, limit: float = 90.0, **task: Any) -> Outcome:
        """The outcome; a failure, or more than `limit` seconds, is told in it (inside this process it is raised)."""
        if self.missing:
            return Outcome(failure=self.missing)
        if self.python is None:
            return _outcome(_inside(self.script, task))
        foreign = self.python != sys.executable
        kept = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        environment = {**kept, **ONE_THREAD, **({} if foreign else {"PYTHONPATH": str(HERE.parent)})}
        command = [self.python, str(DRIVERS / f"{self.script}.py")]
        try:
            done = subprocess.run(
                command, check=False, input=json.dumps(task), capture_output=True, text=True, timeout=limit, env=environment, cwd=DRIVERS
            )
        except subprocess.TimeoutExpired:
            return Outcome(failure=f"not finished in {limit:g} s")
        if done.returncode:
            return Outcome(failure=_reason(done.stderr))
        return _outcome(json.loads(done.stdout.splitlines()[-1]))


def _inside(script: str, task: dict[str, Any]) -> dict[str, Any]:
    if str(DRIVERS) not in sys.path:
        sys.path.insert(0, str(DRIVERS))
    found: dict[str, Any] = importlib.import_module("protocol").perform(importlib.import_module(script).JOBS[task["job"]], task)
    return found


def _outcome(found: dict[str, Any]) -> Outcome:
    return Outcome(statistics.median(found["seconds"]), found["count"], found["answer"], found["memory_mb"])


def _reason(stderr: str) -> str:
    """The error, without the paths of the machine."""
    lines = [line for line in stderr.splitlines() if re.match(r"[A-Za-z_.]+(Error|Exception|Exceeded|Undecided|Warning|Form|NotALaw)?\b.*:", line)]
    last = (lines or stderr.splitlines() or ["no message"])[-1]
    text = re.sub(r"(/[\w.+-]+){2,}", "...", last.removeprefix("NotImplementedError: "))
    return text if len(text) <= 160 else text[:150] + " ..."
