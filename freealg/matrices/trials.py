"""Sampled spectra grouped by size: one array, a list of trials, or {size: trials}."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from freealg.errors import InvalidInput
from freealg.exact.workers import answers
from freealg.matrices.ensembles import Matrix
from freealg.matrices.randomness import Seed, spawn
from freealg.matrices.statistics import Spectrum, eigenvalues, spectrum_of

__all__ = ["Sample", "Spectra", "group_trials", "one_spectrum", "sample_spectra"]

Spectra = ArrayLike | Sequence[ArrayLike] | Mapping[int, Sequence[ArrayLike]]


@final
@dataclass(frozen=True, eq=False)
class Sample:
    """The trials of one size: an array of trials x eigenvalues. The size is that of the matrix sampled, of which the spectrum may be a corner's."""

    size: int
    spectra: NDArray[np.float64]

    @property
    def trials(self) -> int:
        """How many matrices of this size were drawn."""
        return int(self.spectra.shape[0])

    @property
    def count(self) -> int:
        """The number of eigenvalues of one trial."""
        return int(self.spectra.shape[1])

    @property
    def hull(self) -> tuple[float, float]:
        """The smallest and the largest eigenvalue of all trials."""
        return float(self.spectra.min()), float(self.spectra.max())


def sample_spectra(
    sampler: Callable[[int, Generator], Matrix], plan: Mapping[int, int], rng: Seed = None, *, jobs: int | None = None, progress: bool = False
) -> dict[int, list[Spectrum]]:
    """{size: the spectra of `trials` matrices sampler(size, rng)} for a plan {size: trials}; every matrix has its own stream, spawned from `rng`.

    The matrices are drawn by `joblib.Parallel(n_jobs=jobs)`; the streams are spawned first, so that the numbers do not depend on the workers.

    >>> spectra = sample_spectra(lambda n, rng: np.diag(rng.standard_normal(n)), {4: 2, 2: 3}, rng=0)
    >>> {size: len(trials) for size, trials in spectra.items()}
    {4: 2, 2: 3}
    """
    streams = iter(spawn(rng, sum(plan.values())))
    work = [(sampler, size, next(streams)) for size, trials in plan.items() for _ in range(trials)]
    found = answers(one_spectrum, work, jobs=jobs, progress=progress, title="sample")
    collected: dict[int, list[Spectrum]] = {size: [] for size in plan}
    for (_, size, _), spectrum in zip(work, found, strict=True):
        collected[size].append(spectrum)
    return collected


def one_spectrum(sampler: Callable[[int, Generator], Matrix], size: int, stream: Generator) -> Spectrum:
    """The eigenvalues of sampler(size, stream), with a copy of the stream: asked again, after a worker was lost, it is the same."""
    return eigenvalues(sampler(size, deepcopy(stream)))


def group_trials(spectra: Spectra) -> tuple[Sample, ...]:
    """The trials grouped by size, the largest first; without a mapping the size is the number of eigenvalues.

    >>> [(s.size, s.trials) for s in group_trials([[0.0, 1.0], [0.0, 1.0], [0.0, 1.0, 2.0, 3.0]])]
    [(4, 1), (2, 2)]
    >>> [(s.size, s.trials) for s in group_trials({10: [[0.0, 1.0], [0.0, 2.0]]})]
    [(10, 2)]
    """
    if isinstance(spectra, Mapping):
        return tuple(_sample(int(size), _trials(spectra[size])) for size in sorted(spectra, reverse=True)) or _refuse_nothing()
    trials = _trials(spectra)
    sizes = sorted({one.size for one in trials}, reverse=True)
    return tuple(_sample(size, [one for one in trials if one.size == size]) for size in sizes)


def _trials(spectra: Any) -> list[NDArray[np.float64]]:
    """One array of eigenvalues is one trial."""
    if not len(spectra):
        _refuse_nothing()
    return [spectrum_of(one) for one in ([spectra] if np.ndim(spectra[0]) == 0 else spectra)]


def _sample(size: int, trials: list[NDArray[np.float64]]) -> Sample:
    lengths = sorted({one.size for one in trials})
    if size < 2 or len(lengths) != 1:
        raise InvalidInput(f"size {size} has spectra of {lengths} eigenvalues: a size is >= 2 and its trials have the same number of eigenvalues")
    return Sample(size, np.array(trials))


def _refuse_nothing() -> Any:
    raise InvalidInput("there are no spectra to compare: give one array of eigenvalues, a list of arrays, or {size: [arrays]}")
