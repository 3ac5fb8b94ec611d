"""`assert_law_matches`: a law against eigenvalues of one's own matrices, with error bars that are derived."""

from __future__ import annotations

from typing import Any

from freealg.law.law import Law
from freealg.matrices.calibration import compare_spectra
from freealg.matrices.report import DEFAULT_ALPHA, SpectralReport
from freealg.matrices.theory import Theory, probe_points
from freealg.matrices.universal import Ensemble

__all__ = ["assert_law_matches", "theory_of_law"]

_MOMENTS = 6


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
    report = compare_spectra(spectra, theory_of_law(law), ensemble=ensemble)
    report.require(alpha, str(law))
    return report


def theory_of_law(law: Law) -> Theory:
    """What a law predicts of a spectrum: moments where it has them, G at three points off the axis, the cdf."""
    law.require_numbers("a comparison with samples")
    if law.why_no_moments() is None:
        moments = [float(value) for value in law.moments(_MOMENTS)]
        centre, width = moments[0], (moments[1] - moments[0] ** 2) ** 0.5
    else:
        low, centre, high = (float(law.icdf(q)) for q in (0.25, 0.5, 0.75))
        moments, width = [], (high - low) / 2
    points = probe_points(centre, width) if width > 0 else ()
    return Theory(moments=moments, cauchy={point: law.cauchy(point) for point in points}, cdf=law.cdf)
