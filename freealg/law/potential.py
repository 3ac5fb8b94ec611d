"""The logarithmic potential and the mode, from the engine's values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from freealg.errors import NoClosedForm
from freealg.exact.edge_forms import is_logarithmic
from freealg.law.arguments import over_array

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["log_potential", "mode"]

_STEP, _REACH, _GRID = 0.2, 37.0, 513


def log_potential(law: Law, x: Any) -> Any:
    """E[log|x - X|] = integral over y > 0 of y/(1 + y^2) + Im G(x + i y).

    With y = e^s the integrand is analytic in |Im s| < pi/2, so the trapezoidal rule in s converges like exp(-pi^2/step).
    """
    engine = law.engine
    y = np.exp(np.arange(-_REACH, _REACH + _STEP / 2, _STEP))
    regular = y / (1 + y**2)

    def values(points: Any) -> Any:
        return np.array([_STEP * np.sum(y * (regular + np.imag(engine.cauchy(p + 1j * y)))) if np.isfinite(p) else np.inf for p in points])

    return over_array(x, values, float)


def mode(law: Law) -> float:
    """An edge of infinite density if there is one, else the maximum of the density, by golden sections from a grid."""
    infinite = [edge for edge, (exponent, _) in law.edge_exponents().items() if exponent.is_negative or is_logarithmic(exponent)]
    if infinite:
        return float(min(infinite))
    intervals = law.support_intervals()
    if not intervals:
        raise NoClosedForm(f"{law} has no density, so no mode; its atoms are {law.atoms()}")
    grid = np.concatenate([np.linspace(law.icdf(1e-9), law.icdf(1 - 1e-9), _GRID) if not np.isfinite(float(a) + float(b)) else
                           np.linspace(float(a), float(b), _GRID) for a, b in intervals])  # fmt: skip
    best = int(np.argmax(law.pdf(grid)))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    ratio = (5**0.5 - 1) / 2
    for _ in range(80):
        a, b = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, b) if law.pdf(a) > law.pdf(b) else (a, high)
    return float((low + high) / 2)
