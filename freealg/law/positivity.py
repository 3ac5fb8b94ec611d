"""Proofs that a formal answer is no law: Hankel determinants of its moments."""

from __future__ import annotations

from sympy import Expr

from freealg.errors import NotALaw
from freealg.exact.hankel import hankel_certificate

__all__ = ["require_positive_moments"]


def require_positive_moments(moments: list[Expr], what: str, way_out: str) -> None:
    """Raise `NotALaw` with the proof when no law has these moments.

    >>> from sympy import Integer, Rational
    >>> require_positive_moments([Integer(0), Rational(1, 2), Integer(0), Integer(0)], "this", "check it")
    Traceback (most recent call last):
    ...
    freealg.errors.NotALaw: this is no law: its Hankel determinant of order 3 is -1/8 < 0; check it
    """
    moments, unit = _scaled(moments)
    certificate = hankel_certificate(moments)
    if certificate.first_negative is not None:
        order = certificate.first_negative
        proof = f"its Hankel determinant of order {order}{unit} is {certificate.determinants[order - 1]} < 0"
        raise NotALaw(f"{what} is no law: {proof}; {way_out}")
    if certificate.broken is not None:
        raise NotALaw(f"{what} is no law: {certificate}; {way_out}")


def _scaled(moments: list[Expr]) -> tuple[list[Expr], str]:
    """m_n/m_1^n where these are rational and the moments are not: the determinants keep their signs, and lose their radicals."""
    first = moments[0]
    if first.is_Rational or not first.is_real or all(value.is_Rational for value in moments):
        return moments, ""
    scaled = [value / first**n for n, value in enumerate(moments, 1)]
    if not all(value.is_Rational for value in scaled):
        return moments, ""
    return scaled, f", of the moments in units of the mean {first},"
