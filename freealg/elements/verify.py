"""Evidence from sampled matrices: an element's exact moments and law against spectra of several sizes."""

from __future__ import annotations

from freealg.combinatorics.noncrossing import whole_number
from freealg.elements.derived import law_or_none
from freealg.elements.expression import Element
from freealg.elements.sampling import require_bound, sample_memory
from freealg.errors import FreeAlgError, InvalidInput, UndefinedMoments
from freealg.law.law import Law
from freealg.matrices.calibration import compare_spectra
from freealg.matrices.randomness import Seed, ensure_memory
from freealg.matrices.report import SpectralReport
from freealg.matrices.sizes import rounding_distance, sampling_plan
from freealg.matrices.theory import Theory, probe_points
from freealg.matrices.trials import sample_spectra
from freealg.matrices.universal import ENSEMBLES, Ensemble

__all__ = ["MOMENTS", "declared_ensemble_of", "theory_of", "theory_of_law", "verify"]

MOMENTS = 6
"""How many of them are compared."""


def verify(element: Element, n: int, rng: Seed, trials: int, jobs: int | None = None) -> SpectralReport:
    """Spectra of `trials` samples of size n, and more of two smaller sizes, against `theory_of(element)`.

    The finite-N bias is fitted from the three sizes; the fluctuation is that of the trials. Sizes are moved a little so that dimensions, ranks
    and multiplicities are whole; where they cannot be, the tests allow for the rounding. `jobs` goes to joblib.
    """
    require_bound(element, "a comparison with samples")
    if not element.is_self_adjoint:
        raise InvalidInput(f"{element} is not self-adjoint, so there is no spectrum on the line to compare; verify X + X.H or X*X.H")
    n = whole_number("n", n, least=1)
    ensure_memory(f"a sample of {element} at size {n}", sample_memory(element, n))
    quotas = [float(q) for q in element.quotas()]
    plan = sampling_plan(n, trials, quotas)
    theory = theory_of(element)
    spectra = sample_spectra(element.sample, plan, rng, jobs=jobs)
    rounding = {size: rounding_distance(size, quotas) for size in plan}
    return compare_spectra(spectra, theory, ensemble=declared_ensemble_of(element), rounding=rounding)


def theory_of(element: Element) -> Theory:
    """The moments of the element's words; where it has a law, G at three points and the cdf of the law too.

    >>> import freealg as fa
    >>> X, Y = fa.Wigner(), fa.Wishart()
    >>> theory_of(X*Y*Y + Y*Y*X).moments[:3]
    (0.0, 36.0, 0.0)
    """
    law = law_or_none(element)
    try:
        moments = [float(m) for m in element.moments(MOMENTS)]
    except UndefinedMoments:
        if law is None:
            raise
        moments = []
    if law is None or numeric_failure(law):
        return Theory(moments=moments)
    return theory_of_law(law, moments)


def theory_of_law(law: Law, moments: list[float]) -> Theory:
    """These moments, G of the law at three points off the axis, and its cdf."""
    if moments:
        center, width = moments[0], (moments[1] - moments[0] ** 2) ** 0.5
    else:
        low, center, high = (law.icdf(q) for q in (0.25, 0.5, 0.75))
        width = (high - low) / 2
    points = probe_points(center, width) if width > 0 else ()
    return Theory(moments=moments, cauchy={z: law.cauchy(z) for z in points}, cdf=law.cdf)


def numeric_failure(law: Law) -> bool:
    """Whether the law answers no numeric question (its equation is over the budget, or there is none)."""
    try:
        law.cdf(0.0)
    except FreeAlgError:
        return True
    return False


def declared_ensemble_of(element: Element) -> Ensemble:
    """What to declare of a sample: "deterministic" for one matrix of prescribed spectrum, "complex" when every ingredient is, else "real"; the fourth
    cumulant is the largest of the ingredients' entries.
    """
    leaves = list(element.leaves().values())
    if all(leaf.rigid for leaf in leaves) and len(leaves) < 2:
        return ENSEMBLES["deterministic"]
    base = ENSEMBLES["complex" if all(leaf.field == "complex" for leaf in leaves) else "real"]
    fourth = max((leaf.fourth_cumulant() for leaf in leaves), key=abs)
    return base if fourth == 0 else Ensemble(f"{base.name}, fourth cumulant {fourth:g}", base.beta, fourth_cumulant=fourth)
