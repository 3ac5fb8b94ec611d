"""Many spectra of one element, on many workers, each written to disk as it arrives."""

from __future__ import annotations

import json
import os
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator

from freealg.combinatorics.noncrossing import whole_number
from freealg.elements.expression import Element
from freealg.elements.sampling import require_bound
from freealg.errors import InvalidInput
from freealg.exact.workers import answers
from freealg.matrices.randomness import Seed, spawn
from freealg.matrices.statistics import Spectrum
from freealg.matrices.trials import one_spectrum

__all__ = ["spectra"]

_TITLE = "ensemble.json"


def spectra(element: Element, n: int, rng: Seed, trials: int, *, jobs: int | None, store: Any, progress: bool) -> list[Spectrum]:
    """The spectra of `trials` samples of size n; those that the folder `store` has already are read, the others drawn and added."""
    require_bound(element, "a sample")
    if not element.is_self_adjoint:
        raise InvalidInput(f"{element} is not self-adjoint, so it has no spectrum on the line; ask for that of X + X.H or X*X.H")
    n, trials = whole_number("n", n, least=1), whole_number("trials", trials, least=1)
    if store is not None and rng is None:
        raise InvalidInput("stored spectra need a seed, without which an interrupted run cannot go on; give rng=")
    streams = spawn(rng, trials)
    folder = None if store is None else _opened(Path(store), element, n, streams[0])
    done = {} if folder is None else {k: np.load(_path(folder, k)) for k in range(trials) if _path(folder, k).exists()}
    missing = [k for k in range(trials) if k not in done]
    found = answers(one_spectrum, [(element.sample, n, streams[k]) for k in missing], jobs=jobs, progress=progress, title="sample")
    for k, spectrum in zip(missing, found, strict=True):
        done[k] = spectrum
        if folder is not None:
            _write(_path(folder, k), spectrum)
    return [done[k] for k in range(trials)]


def _opened(folder: Path, element: Element, n: int, stream: Generator) -> Path:
    """The folder, with a title that says what its spectra are; refused when the title says something else."""
    seed = stream.bit_generator.seed_seq.state  # type: ignore[attr-defined]
    stream_name = {"entropy": str(seed["entropy"]), "spawn_key": list(seed["spawn_key"]), "generator": type(stream.bit_generator).__name__}
    title = {"element": repr(element), "n": n, "first stream": stream_name}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / _TITLE
    if not path.exists():
        _replace(path, json.dumps(title).encode())
    found = json.loads(path.read_text(encoding="utf-8"))
    if found != title:
        raise InvalidInput(f"{folder} holds spectra of {found}, not of {title}; name another folder, or ask for the same element, size and seed")
    return folder


def _path(folder: Path, k: int) -> Path:
    return folder / f"trial-{k:06d}.npy"


def _write(path: Path, spectrum: Spectrum) -> None:
    stream = BytesIO()
    np.save(stream, spectrum)
    _replace(path, stream.getvalue())


def _replace(path: Path, content: bytes) -> None:
    """All of the content or nothing is there, whenever the run stops."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    os.replace(part, path)
