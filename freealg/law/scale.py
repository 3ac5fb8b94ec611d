"""Where a law lives and how wide it is, in doubles: bounds for surveys and starting points, never answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from freealg.errors import FreeAlgError
from freealg.law.support import hull

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["Hull", "hull_of", "scale_of"]

Hull = tuple[float, float]
_EVERYWHERE: Hull = (-np.inf, np.inf)


def hull_of(law: Law) -> Hull:
    """An interval that contains the support, from those of the operands; infinite where nothing is known.

    >>> import freealg as fa
    >>> hull_of(fa.boxplus(fa.Uniform(-1, 1), fa.Semicircle()))
    (-3.0, 3.0)
    """
    lane = getattr(law, "lane_hull", None)
    if lane is not None:
        found: Hull = lane(*(hull_of(operand) for operand in law.operands))
        return found
    try:
        low, high = hull(law)
    except FreeAlgError:
        return _EVERYWHERE
    return float(low), float(high)


def scale_of(law: Law) -> tuple[float, float]:
    """(mean, standard deviation), or the centre and half-width of the middle half of a law without them."""
    try:
        if law.why_no_moments() is None:
            mean, variance = float(law.mean()), float(law.variance())
            return mean, float(np.sqrt(max(variance, 0.0))) or abs(mean) or 1.0
    except FreeAlgError:
        pass
    scales = [scale_of(operand) for operand in law.operands]
    if len(scales) > 1:
        return sum(c for c, _ in scales), sum(s for _, s in scales)
    return _middle_half(scales, law)


def _middle_half(scales: list[tuple[float, float]], law: Law) -> tuple[float, float]:
    if scales:
        return scales[0]
    from freealg.law.engine import engine_of

    try:
        low, high = engine_of(law).icdf(np.array([0.25, 0.75]))
    except FreeAlgError:
        return 0.0, 1.0
    return 0.5 * (low + high), max(0.5 * (high - low), 1e-6 * abs(low) + 1e-300)
