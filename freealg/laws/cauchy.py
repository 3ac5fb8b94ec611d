"""The Cauchy law."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from sympy import Abs, Expr, I, oo, pi

from freealg.exact.coerce import exact
from freealg.forms import AtomicPart, CauchyTransform, Density, RTransform, x, z
from freealg.law.law import Law
from freealg.laws.conditions import set_exact

__all__ = ["Cauchy"]


@final
@dataclass(frozen=True, repr=False, init=False)
class Cauchy(Law):
    """G(z) = 1/(z - location + i scale) on the upper half plane, R = location - i scale there; density scale/(pi((x - location)^2 + scale^2)).

    It has no moments. Its free and its classical convolution with any law agree. Raises `InvalidInput` when scale <= 0.

    >>> from sympy import symbols
    >>> Cauchy(scale=symbols("c")).r_transform(symbols("g"))
    -I*c
    """

    location: Expr
    scale: Expr

    def __init__(self, location: Any = 0, scale: Any = 1) -> None:
        set_exact(self, {"location": location, "scale": scale}, scale="> 0")

    def state_r_transform(self) -> RTransform:
        """stated, for the upper half plane"""
        return RTransform(self.location - I * self.scale)

    def state_cauchy_transform(self) -> CauchyTransform:
        """stated"""
        return CauchyTransform(1 / (z - self.location + I * self.scale))

    def state_density(self) -> Density:
        """stated"""
        return Density(self.scale / (pi * ((x - self.location) ** 2 + self.scale**2)))

    def state_atomic_part(self) -> AtomicPart:
        """stated: no atoms"""
        return AtomicPart(())

    def positive_parameters(self) -> list[Expr]:
        return [self.scale]

    def known_intervals(self) -> list[tuple[Expr, Expr]]:
        return [(-oo, oo)]

    def known_sign(self) -> int:
        return 0

    def why_no_moments(self) -> str:
        return "E|X| is infinite for a Cauchy law"

    def infinitely_divisible(self) -> bool:
        return True

    def boxplus_power(self, t: Any) -> Law:
        """The Cauchy law of t times the location and the scale."""
        t = exact(t, "the free additive power t")
        return Cauchy(self.location * t, self.scale * t)

    def affine(self, a: Any, b: Any) -> Law:
        """The Cauchy law of location a*location + b and scale |a|*scale."""
        a, b = exact(a, "the factor"), exact(b, "the shift")
        return super().affine(a, b) if a == 0 else Cauchy(a * self.location + b, Abs(a) * self.scale)

    def mobius(self, a: Any, b: Any, c: Any, d: Any) -> Law:
        """The Cauchy law whose location + i scale is the image of this one's, up to conjugation."""
        image = super().mobius(a, b, c, d)
        if isinstance(image, Cauchy):
            return image
        a, b, c, d = (exact(value, "an entry of a Möbius map") for value in (a, b, c, d))
        below = (c * self.location + d) ** 2 + (c * self.scale) ** 2
        location = ((a * self.location + b) * (c * self.location + d) + a * c * self.scale**2) / below
        return Cauchy(location.factor(), (Abs(a * d - b * c) * self.scale / below).factor())
