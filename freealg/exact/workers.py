"""Independent tasks on as many workers as joblib is given, the answers handed over in order as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import starmap
from typing import Any

from freealg.errors import InvalidInput

__all__ = ["answers"]

_SLICE = 8
"""Tasks a worker and a slice, on backends that cannot hand over answers one by one."""


def answers(task: Callable[..., Any], arguments: Sequence[tuple[Any, ...]], *, jobs: int | None, progress: bool, title: str) -> Iterator[Any]:
    """task(*arguments[0]), task(*arguments[1]), ... through `joblib.Parallel(n_jobs=jobs)`, with a tqdm bar where `progress`.

    `jobs=None` leaves it to `joblib.parallel_config`, and is serial without one. Raises `InvalidInput` when several jobs are asked for and joblib is
    not installed.

    >>> list(answers(pow, [(2, 3), (3, 2)], jobs=None, progress=False, title="powers"))
    [8, 9]
    """
    from tqdm import tqdm

    found = _answers(task, arguments, jobs, title)
    try:
        yield from tqdm(found, total=len(arguments), disable=not progress, desc=title)
    finally:
        found.close()


def _answers(task: Callable[..., Any], arguments: Sequence[tuple[Any, ...]], jobs: int | None, title: str) -> Any:
    try:
        from joblib import Parallel, delayed, effective_n_jobs
    except ImportError:
        if jobs not in (None, 1):
            raise InvalidInput(f"a {title} on several workers needs joblib; install it with: pip install 'freealg-symbolic[dist]'") from None
        yield from starmap(task, arguments)
        return
    work = [delayed(task)(*each) for each in arguments]
    try:
        parallel = Parallel(n_jobs=jobs, return_as="generator")
    except ValueError:  # a backend without generators, such as "multiprocessing": a slice at a time
        size = _SLICE * effective_n_jobs(jobs)
        for start in range(0, len(work), size):
            yield from Parallel(n_jobs=jobs)(work[start : start + size])
    else:
        yield from parallel(work)
