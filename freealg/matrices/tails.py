"""Tail probabilities of the two reference laws of the calibrated tests: Student's t and Fisher's F."""

from __future__ import annotations

import math

from freealg.exact.context import mp_precision

__all__ = ["fisher_tail", "student_tail"]


def student_tail(t: float, dof: float) -> float:
    """P(|T| >= |t|) = I_{dof/(dof + t^2)}(dof/2, 1/2) for Student's T; dof = inf is the Gaussian.

    >>> round(student_tail(2.0930240544, 19), 9), round(student_tail(1.959963984540054, math.inf), 9)
    (0.05, 0.05)
    """
    if not math.isfinite(dof):
        return math.erfc(abs(t) / math.sqrt(2))
    return regularised_beta(dof / 2, 0.5, t * t / dof)


def fisher_tail(x: float, upper: float, lower: float) -> float:
    """P(F >= x) = I_{lower/(lower + upper x)}(lower/2, upper/2) for Fisher's F with (upper, lower) degrees of freedom, not always integers.

    >>> round(fisher_tail(2.7108898372, 5, 20), 9)
    0.05
    """
    return regularised_beta(lower / 2, upper / 2, max(x, 0.0) * upper / lower)


def regularised_beta(a: float, b: float, odds: float) -> float:
    """I_x(a, b) at x = 1/(1 + odds), the regularised incomplete beta function; x near 1 keeps its digits."""
    with mp_precision(34) as mp:
        return float(mp.betainc(a, b, 0, 1 / (1 + mp.mpf(odds)), regularized=True))
