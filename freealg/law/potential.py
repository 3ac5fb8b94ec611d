"""The logarithmic potential and the mode, from the engine's values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from freealg.errors import InvalidInput, NoClosedForm
from freealg.exact.edge_forms import is_logarithmic
from freealg.law.arguments import over_array
from freealg.numerics.chebyshev import chebyshev_nodes, series_from_values

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["log_potential", "mode"]

_STEP, _REACH, _LEAST = 0.2, 40.0, 1e-300
_GRID, _GOLDEN = 513, 80
_HALVINGS, _NODES, _WIDE = 60, 24, 64


def log_potential(law: Law, x: Any) -> Any:
    """E[log|x - X|]: log|x - X| is smooth outside the support, and expectations may be singular at its ends; inside see `_inside`."""
    law.require_numbers("the logarithmic potential")
    low, high = (float(end) for end in law.support())
    ends = {float(end) for interval in law.support_intervals() for end in interval}
    places = {float(location) for location in law.atoms()}
    width = _width(law, low, high)

    def value(point: float) -> float:
        if np.isinf(point) or point in places:
            return float("-inf" if point in places else "inf")
        if point in ends or not low <= point <= high:
            try:
                return float(law.engine.expect(lambda y: np.log(np.maximum(np.abs(point - y), _LEAST))))
            except InvalidInput:  # beside a rounded end
                pass
        return _inside(law, point, width)

    return over_array(x, lambda points: np.array([value(point) for point in points.tolist()]), float)


def _width(law: Law, low: float, high: float) -> float:
    """That of the support, or of the middle half of a law on an infinite one."""
    if np.isfinite(high - low):
        return (high - low) or 1.0
    left, right = law.engine.icdf(np.array([0.25, 0.75]))
    return float(right - left) or 1.0


def _inside(law: Law, x: float, width: float) -> float:
    """E[log((x - X)^2 + Y^2)]/2 + integral over 0 < y < Y of Im G(x + i y), Y the width of the law: the first function is smooth on the support.

    With y = Y/(1 + e^-t) the integrand is analytic in |Im t| < pi/2, so the trapezoidal rule in t converges like exp(-pi^2/step); what lies below
    Y e^-40 is a power of y.
    """
    smooth = law.engine.expect(lambda y: np.log(np.hypot(x - y, width)))
    t = np.arange(-_REACH, _REACH, _STEP)
    share = 1 / (1 + np.exp(-t))
    terms = _STEP * width * share / (1 + np.exp(t)) * law.cauchy(x + 1j * width * share).imag
    ratio = terms[0] / terms[1]
    return float(smooth + terms.sum() + terms[0] * ratio / (1 - ratio))


def mode(law: Law) -> float:
    """An edge of infinite density if there is one, else the maximum of the density, by golden sections from a grid."""
    law.require_numbers("the mode")
    infinite = [edge for edge, (exponent, _) in law.edge_exponents().items() if exponent.is_negative or is_logarithmic(exponent)]
    if infinite:
        return float(min(infinite))
    intervals = law.support_intervals()
    if not intervals:
        raise NoClosedForm(f"{law} has no density, so no mode; its atoms are {law.atoms()}")
    grid = np.concatenate([np.linspace(law.icdf(1e-9), law.icdf(1 - 1e-9), _GRID) if not np.isfinite(float(a) + float(b)) else
                           np.linspace(float(a), float(b), _GRID) for a, b in intervals])  # fmt: skip
    values = law.pdf(grid)
    best = int(np.argmax(values))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    room = grid[max(best - _WIDE, 0)], grid[min(best + _WIDE, len(grid) - 1)]
    ratio = (5**0.5 - 1) / 2
    for _ in range(_GOLDEN):
        a, b = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, b) if law.pdf(a) > law.pdf(b) else (a, high)
    found = np.array([(low + high) / 2, low, high, grid[best]])  # at a jump the supremum is met on one side only
    return _levelled(law, float(found[np.argmax(law.pdf(found))]), room)


def _levelled(law: Law, near: float, room: tuple[float, float]) -> float:
    """The zero of the density's derivative beside a maximum that values alone give to half the digits; `near` itself where it is no such point."""
    reach = float(min(near - room[0], room[1] - near))
    for _ in range(_HALVINGS if reach > 0 else 0):
        series = series_from_values(law.pdf(near + reach * chebyshev_nodes(_NODES)))
        if np.abs(series[-3:]).max() <= 1e-14 * np.abs(series).max():
            flat = np.polynomial.chebyshev.chebroots(np.polynomial.chebyshev.chebder(series[:-3]))
            inside = flat.real[(np.abs(flat.imag) < 1e-6) & (np.abs(flat.real) < 1e-3)]
            return near + reach * float(inside[np.argmin(np.abs(inside))]) if len(inside) else near
        reach /= 2
    return near
