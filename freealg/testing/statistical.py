"""`assert_law_matches`: a law against eigenvalues of one's own matrices, with error bars that are derived."""

from __future__ import annotations

from typing import Any

from freealg.elements.verify import MOMENTS, theory_of_law
from freealg.law.law import Law
from freealg.matrices.calibration import compare_spectra
from freealg.matrices.report import DEFAULT_ALPHA, SpectralReport
from freealg.matrices.universal import Ensemble

__all__ = ["assert_law_matches"]


def assert_law_matches(law: Law, spectra: Any, ensemble: str | Ensemble = "real", alpha: float = DEFAULT_ALPHA) -> SpectralReport:
    """Raise `StatisticalMismatch` (an AssertionError too) when the spectra contradict the law at significance `alpha`; else give the report.

    `spectra` is one array of eigenvalues, a list of arrays (trials), or {size: list of arrays}: the finite-N bias is fitted where several sizes are
    given, the fluctuation comes from the trials; with one array both are those of the declared ensemble, "real", "complex" or "deterministic".

    >>> import freealg as fa
    >>> from freealg.matrices.ensembles import wigner
    >>> from freealg.matrices.randomness import spawn
    >>> from freealg.matrices.statistics import eigenvalues
    >>> trials = [eigenvalues(wigner(100, stream)) for stream in spawn(1, 12)]
    >>> assert_law_matches(fa.Semicircle(), trials).passed()
    True
    """
    law.require_numbers("a comparison with samples")
    moments = [float(value) for value in law.moments(MOMENTS)] if law.why_no_moments() is None else []
    report = compare_spectra(spectra, theory_of_law(law, moments), ensemble=ensemble)
    report.require(alpha, str(law))
    return report
