"""One task in, one outcome out, as JSON: what every driver speaks. Standard library only, so that it runs in any environment.

A driver is a table {job: prepare}; prepare(task) gives a `Job`. `run` is timed, `report` turns its last answer into plain data.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MOST, ENOUGH_SECONDS = 5, 1.5


@dataclass(frozen=True)
class Job:
    """`warm` runs come first and are not timed; `count` is the number of points or terms one run gives."""

    run: Callable[[], Any]
    report: Callable[[Any], Any]
    warm: int = 1
    count: int = 1


def perform(prepare: Callable[[dict[str, Any]], Job], task: dict[str, Any]) -> dict[str, Any]:
    """Seconds of each repetition (at most 5, until 1.5 seconds have passed), the answer, the peak memory above that before the job."""
    job = prepare(task)
    before = peak_mb()
    answer = None
    for _ in range(job.warm):
        answer = job.run()
    seconds: list[float] = []
    while len(seconds) < task.get("repetitions", MOST) and (not seconds or sum(seconds) < ENOUGH_SECONDS):
        start = time.perf_counter()
        answer = job.run()
        seconds.append(time.perf_counter() - start)
    grown = peak_mb() - before
    return {"seconds": seconds, "count": job.count, "answer": job.report(answer), "memory_mb": grown}


def peak_mb() -> float:
    """The largest resident size so far, in MB."""
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / 1e6 if sys.platform == "darwin" else size / 1e3


def serve(jobs: dict[str, Callable[[dict[str, Any]], Job]]) -> None:
    """Read a task from standard input, write the outcome as the last line of standard output."""
    task = json.load(sys.stdin)
    outcome = perform(jobs[task["job"]], task)
    print("\n" + json.dumps(outcome))
