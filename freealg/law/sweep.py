"""One question asked of a law over a grid of parameter values, on as many workers as joblib is given."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, final

import sympy

from freealg.errors import InvalidInput
from freealg.exact.coerce import exact
from freealg.exact.workers import answers
from freealg.law.law import Law

__all__ = ["SweepResult", "sweep"]

Point = dict[str, sympy.Expr]
_SHOWN = 5


@final
@dataclass(frozen=True, repr=False)
class SweepResult:
    """The answers of a sweep, in the order of its points.

    >>> import freealg as fa
    >>> sweep(fa.MarchenkoPastur(ratio=sympy.Symbol("r")), {"r": range(1, 9)}, "support")
    sweep of 8 points
    {r: 1}: (0, 4)
    {r: 2}: (0, (1 + sqrt(2))**2)
    {r: 3}: (0, (1 + sqrt(3))**2)
    {r: 4}: (0, 9)
    {r: 5}: (0, (1 + sqrt(5))**2)
    ... 3 more
    """

    points: tuple[Point, ...]
    values: tuple[Any, ...]

    def __len__(self) -> int:
        return len(self.points)

    def __repr__(self) -> str:
        shown = [f"{{{', '.join(f'{name}: {number}' for name, number in point.items())}}}: {value}" for point, value in list(self)[:_SHOWN]]
        more = [f"... {len(self) - _SHOWN} more"] if len(self) > _SHOWN else []
        return "\n".join([f"sweep of {len(self)} points", *shown, *more])

    def __iter__(self) -> Iterator[tuple[Point, Any]]:
        return iter(zip(self.points, self.values, strict=True))

    def to_numpy(self) -> Any:
        """The values as an array of floats."""
        import numpy as np

        return np.array([np.asarray(value, dtype=float) for value in self.values])


def sweep(law: Law, grid: Any, what: Any, *, jobs: int | None = None, store: Any = None, progress: bool = False) -> SweepResult:
    """what(law.subs(point)) at every point of `grid`.

    `grid` is {symbol: values} (all combinations, last name fastest) or a list of {symbol: value}. `what` is the name of a query ("index"), a pair of
    a name and its arguments (("pdf", 0.5)), or a function of a law. The work goes through `joblib.Parallel(n_jobs=jobs)`, so that
    `with joblib.parallel_config(backend="dask")` spreads it over a cluster. `store` names a file of JSON lines: each answer is written there as it
    arrives, and a sweep that was interrupted goes on from it (answers are numbers or lists of numbers then). Raises `InvalidInput` on a name the law
    does not have, before any work.

    >>> import freealg as fa
    >>> result = sweep(fa.MarchenkoPastur(ratio=sympy.Symbol("r")), {"r": [1, 4]}, "support")
    >>> [value for _, value in result]
    [(0, 4), (0, 9)]
    """
    points = _points(grid)
    question = _question(what)
    for point in points[:1]:
        law.subs(point)
    done = _stored(store, points)
    missing = [k for k in range(len(points)) if k not in done]
    found = answers(ask, [(law, points[k], question) for k in missing], jobs=jobs, progress=progress, title="sweep")
    for k, value in zip(missing, found, strict=True):
        done[k] = value
        if store is not None:
            _append(Path(store), points[k], value)
    return SweepResult(tuple(points), tuple(done[k] for k in range(len(points))))


def _points(grid: Any) -> list[Point]:
    if isinstance(grid, Mapping):
        names = [_name(key) for key in grid]
        rows: Iterable[Any] = product(*(list(values) for values in grid.values()))
        listed = [dict(zip(names, row, strict=True)) for row in rows]
    else:
        listed = [{_name(key): value for key, value in point.items()} for point in grid]
    if not listed:
        raise InvalidInput("the grid of a sweep has no points; give {symbol: values} with at least one value each")
    return [{name: exact(value, f"the value of {name}") for name, value in point.items()} for point in listed]


def _name(key: Any) -> str:
    return key if type(key) is str else str(getattr(key, "name", key))


def _question(what: Any) -> tuple[Any, tuple[Any, ...]]:
    name, *arguments = what if isinstance(what, tuple) else (what,)
    if not callable(name) and not (isinstance(name, str) and not name.startswith("_") and callable(getattr(Law, name, None))):
        raise InvalidInput(f"a sweep asks a query of a law by name, or a function of a law, not {what!r}; for example what='index'")
    return name, tuple(arguments)


def ask(law: Law, point: Point, question: tuple[Any, tuple[Any, ...]]) -> Any:
    """One answer; a module-level function, so that workers can load it."""
    name, arguments = question
    bound = law.subs(point)
    return name(bound, *arguments) if callable(name) else getattr(bound, name)(*arguments)


def _append(path: Path, point: Point, value: Any) -> None:
    import numpy as np

    plain = value.tolist() if isinstance(value, np.ndarray | np.generic) else value
    try:
        line = json.dumps({"at": {name: str(number) for name, number in point.items()}, "value": plain})
    except TypeError:
        raise InvalidInput(f"a stored sweep keeps numbers and lists of numbers, not {type(value).__name__}; leave out store=") from None
    cut = path.exists() and path.stat().st_size > 0 and not path.read_bytes().endswith(b"\n")
    with path.open("a", encoding="utf-8") as stream:
        stream.write(("\n" if cut else "") + line + "\n")


def _stored(store: Any, points: list[Point]) -> dict[int, Any]:
    """What an earlier run left in the file; a line cut short by an interruption is passed over."""
    if store is None or not Path(store).exists():
        return {}
    found = {}
    for line in Path(store).read_text(encoding="utf-8").splitlines():
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:
            continue
        found[tuple(sorted(entry["at"].items()))] = entry["value"]
    keys = [tuple(sorted((name, str(number)) for name, number in point.items())) for point in points]
    return {k: found[key] for k, key in enumerate(keys) if key in found}
