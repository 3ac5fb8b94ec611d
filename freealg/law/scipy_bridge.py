"""A law as a `scipy.stats` distribution."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING, Any

from freealg.errors import InvalidInput

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["to_scipy"]


def to_scipy(law: Law) -> Any:
    """A frozen `scipy.stats.rv_continuous` with the law's pdf, cdf and quantiles; refused when the law has atoms."""
    law.require_numbers("a scipy distribution")
    masses = law.atoms()
    if masses:
        listed = ", ".join(f"{mass} at {location}" for location, mass in masses.items())
        raise InvalidInput(f"{law} has atoms ({listed}) and scipy.stats.rv_continuous knows densities only; use law.cdf, law.icdf and law.sample")
    try:
        from scipy.stats import rv_continuous
    except ImportError:
        raise InvalidInput("to_scipy needs SciPy; install it with: pip install 'freealg-symbolic[stats]'") from None

    class Distribution(rv_continuous):
        """pdf, cdf, ppf, moments and entropy of the law."""

        def _pdf(self, x: Any) -> Any:
            return law.pdf(x)

        def _cdf(self, x: Any) -> Any:
            return law.cdf(x)

        def _ppf(self, q: Any) -> Any:
            return law.icdf(q)

        def _munp(self, n: int) -> float:
            return nan if law.why_no_moments() is not None else float(law.expect(lambda x: x**n))

        def _entropy(self) -> float:
            return law.entropy()

    low, high = (float(end) for end in law.support())
    return Distribution(a=low, b=high, name=type(law).__name__)()
