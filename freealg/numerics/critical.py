"""Exact critical points: where two sheets of P(z, .) meet or one of them is infinite."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cmp_to_key
from typing import final

import flint

from freealg.numerics.plane_curve import PlaneCurve
from freealg.numerics.real_algebraic import RealAlgebraic, all_roots, real_algebraics

__all__ = ["CriticalPoints", "critical_points"]


@final
@dataclass(frozen=True)
class CriticalPoints:
    """The roots of disc_G(P) and of the leading coefficient: real ones exactly, all of them as balls.

    `real` is increasing and without repetition; `poles` are those real ones where the leading coefficient vanishes (the only
    places of atoms); `all_points` encloses every complex one; `radius` exceeds all their absolute values.
    """

    real: tuple[RealAlgebraic, ...]
    poles: tuple[RealAlgebraic, ...]
    all_points: tuple[flint.acb, ...]
    radius: int


def _irreducible_factors(polynomial: flint.fmpz_poly) -> list[flint.fmpz_poly]:
    return [factor for factor, _ in polynomial.factor()[1]] if polynomial.degree() > 0 else []


def _compare(a: RealAlgebraic, b: RealAlgebraic) -> int:
    return a.sign_against(b)


def critical_points(curve: PlaneCurve) -> CriticalPoints:
    """The critical points of a curve, from the irreducible factors of disc_G(P) and lc_G(P) (FLINT isolates no double roots).

    >>> semicircle = PlaneCurve(((1,), (0, -1), (1,)), lambda n: [0] * n)
    >>> [float(x) for x in critical_points(semicircle).real]
    [-2.0, 2.0]
    """
    leading = _irreducible_factors(curve.rows[-1])
    factors = {tuple(int(c) for c in f.coeffs()): f for f in [*_irreducible_factors(curve.discriminant), *leading]}
    real: list[RealAlgebraic] = []
    everything = [root for coefficients in factors for root in all_roots(coefficients, 64)]
    for factor in factors.values():
        real += real_algebraics(factor)
    poles = {root for factor in leading for root in real_algebraics(factor)}
    ordered = tuple(sorted(real, key=cmp_to_key(_compare)))
    size = max((float(abs(root).upper()) for root in everything), default=0.0)
    return CriticalPoints(ordered, tuple(x for x in ordered if x in poles), tuple(everything), int(size) + 1)
