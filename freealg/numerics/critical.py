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
    places of atoms); `folds` are the factors of disc_G(P) whose roots are simple and no poles, so that just two sheets meet there, in one square
    root; `all_points` encloses every complex one; `radius` exceeds all their absolute values.
    """

    real: tuple[RealAlgebraic, ...]
    poles: tuple[RealAlgebraic, ...]
    folds: frozenset[tuple[int, ...]]
    all_points: tuple[flint.acb, ...]
    radius: int


def _irreducible_factors(polynomial: flint.fmpz_poly) -> dict[tuple[int, ...], int]:
    """{coefficients of a factor: its multiplicity}."""
    found = polynomial.factor()[1] if polynomial.degree() > 0 else []
    return {tuple(int(c) for c in factor.coeffs()): int(count) for factor, count in found}


def _compare(a: RealAlgebraic, b: RealAlgebraic) -> int:
    return a.sign_against(b)


def critical_points(curve: PlaneCurve) -> CriticalPoints:
    """The critical points of a curve, from the irreducible factors of disc_G(P) and lc_G(P) (FLINT isolates no double roots).

    >>> semicircle = PlaneCurve(((1,), (0, -1), (1,)), lambda n: [0] * n)
    >>> [float(x) for x in critical_points(semicircle).real]
    [-2.0, 2.0]
    """
    leading = _irreducible_factors(curve.rows[-1])
    meeting = _irreducible_factors(curve.discriminant)
    factors = [*meeting, *(factor for factor in leading if factor not in meeting)]
    everything = [root for factor in factors for root in all_roots(factor, 64)]
    real = [root for factor in factors for root in real_algebraics(flint.fmpz_poly(list(factor)))]
    ordered = tuple(sorted(real, key=cmp_to_key(_compare)))
    poles = tuple(x for x in ordered if x.factor in leading)
    folds = frozenset(factor for factor, count in meeting.items() if count == 1 and factor not in leading)
    size = max((float(abs(root).upper()) for root in everything), default=0.0)
    return CriticalPoints(ordered, poles, folds, tuple(everything), int(size) + 1)
