"""Where a law lives and how wide it is, in doubles: bounds for surveys and starting points, never answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from freealg.errors import FreeAlgError
from freealg.law.operations.affine import Affine
from freealg.law.operations.compression import Compression
from freealg.law.operations.free_power import FreePower
from freealg.law.operations.free_product import FreeProduct
from freealg.law.operations.free_sum import FreeSum
from freealg.law.operations.mixture import Mixture
from freealg.law.operations.multiplicative_power import MultiplicativePower
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
    rule = _HULLS.get(type(law))
    if rule is not None:
        return rule(law, *(hull_of(operand) for operand in law.operands))
    if hasattr(law, "lane_relation"):
        return (0.0, np.inf) if law.known_sign() == 1 else _EVERYWHERE
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


def _sum(law: Any, *parts: Hull) -> Hull:
    return sum(low for low, _ in parts), sum(high for _, high in parts)


def _pairwise(first: Hull, second: Hull) -> Hull:
    ends = [0.0 if 0.0 in (a, b) else a * b for a in first for b in second]
    return min(ends), max(ends)


def _product(law: Any, *parts: Hull) -> Hull:
    return reduce(_pairwise, parts)


def _affine(law: Any, part: Hull) -> Hull:
    a, b = float(law.a), float(law.b)
    ends = sorted(a * x + b for x in part)
    return ends[0], ends[1]


def _mixture(law: Any, *parts: Hull) -> Hull:
    return min(low for low, _ in parts), max(high for _, high in parts)


def _same(law: Any, part: Hull) -> Hull:
    return part


def _power(law: Any, part: Hull) -> Hull:
    """t times the hull for t >= 1; for t < 1, where the law is a conditional expectation, around the mean."""
    t = float(law.t)
    if t >= 1:
        return t * part[0], t * part[1]
    mean, _ = scale_of(law.operand)
    reach = max(abs(end - mean) for end in part)
    return t * mean - reach, t * mean + reach


def _multiplicative_power(law: Any, part: Hull) -> Hull:
    t = float(law.t)
    if t >= 1:
        return max(part[0], 0.0) ** t, part[1] ** t
    mean, _ = scale_of(law.operand)
    return 0.0, mean**t * max(1.0, part[1] / mean)


_HULLS: dict[type, Callable[..., Hull]] = {
    Affine: _affine,
    Compression: _same,
    FreePower: _power,
    FreeProduct: _product,
    FreeSum: _sum,
    Mixture: _mixture,
    MultiplicativePower: _multiplicative_power,
}
