"""What a law predicts about a spectrum, as plain numbers: the theory that sampled matrices are confronted with."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from freealg.errors import InvalidInput

__all__ = ["Statistic", "Theory", "linear_statistics", "probe_points"]


@final
@dataclass(frozen=True)
class Theory:
    """Moments m_1 ... m_k, values {z: G(z)} off the real axis, and the right-continuous cdf of a law; each may be left out.

    >>> Theory(moments=[0, 1], cauchy={2j: -0.41421356j}).moments
    (0.0, 1.0)
    """

    moments: Sequence[float] = ()
    cauchy: Mapping[complex, complex] | tuple[tuple[complex, complex], ...] = ()
    cdf: Callable[[NDArray[np.float64]], ArrayLike] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "moments", tuple(float(m) for m in self.moments))
        object.__setattr__(self, "cauchy", tuple((complex(z), complex(g)) for z, g in dict(self.cauchy).items()))
        if not (self.moments or self.cauchy or self.cdf):
            raise InvalidInput("the theory is empty: give moments, values of G off the axis or a cdf")
        if not np.isfinite([*self.moments, *(g for _, g in self.points)]).all():
            raise InvalidInput(f"the theory has values that are not finite (moments {self.moments}, G {self.cauchy}): leave out what does not exist")

    @property
    def points(self) -> tuple[tuple[complex, complex], ...]:
        """The pairs (z, G(z)); a z on the real axis is refused."""
        pairs = tuple(dict(self.cauchy).items())
        for z, _ in pairs:
            if not abs(z.imag) > 0:
                raise InvalidInput(f"the theory gives G at {z}: take points off the real axis")
        return pairs


def probe_points(center: float, width: float) -> tuple[complex, complex, complex]:
    """center + width (-1 + i, i, 1 + i): points for G where its fluctuation is Gaussian already at N = 25.

    `center` and `width` are a mean and a standard deviation, or a median and half an interquartile range where there are no moments.

    >>> probe_points(1.0, 2.0)
    ((-1+2j), (1+2j), (3+2j))
    """
    if not (math.isfinite(center) and math.isfinite(width) and width > 0):
        raise InvalidInput(f"probe_points(center={center}, width={width}): the width must be > 0 and both finite")
    return complex(center - width, width), complex(center, width), complex(center + width, width)


@final
@dataclass(frozen=True)
class Statistic:
    """(1/N) sum f(lambda), and the value of the theory for it; `order` is k for the moment m_k and 0 for anything else."""

    name: str
    theory: float
    function: Callable[[Any], Any]
    order: int = 0


def linear_statistics(theory: Theory) -> tuple[Statistic, ...]:
    """One statistic for a moment, two (real and imaginary part) for a value of G.

    >>> [one.name for one in linear_statistics(Theory(moments=[0, 1], cauchy={1 + 2j: -0.4j}))]
    ['m_1', 'm_2', 'Re G(1+2j)', 'Im G(1+2j)']
    """
    found = [Statistic(f"m_{k}", m, _power(k), order=k) for k, m in enumerate(theory.moments, 1)]
    for z, g in theory.points:
        found += [Statistic(f"Re G({z:.4g})", g.real, _resolvent(z, np.real)), Statistic(f"Im G({z:.4g})", g.imag, _resolvent(z, np.imag))]
    return tuple(found)


def _power(k: int) -> Callable[[Any], Any]:
    return lambda x: x**k


def _resolvent(z: complex, part: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda x: part(1 / (z - x))
