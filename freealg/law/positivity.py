"""Proofs that a formal answer is no law: Hankel determinants of its moments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sympy import Expr

from freealg.errors import NotALaw, Undecided
from freealg.exact.hankel import hankel_certificate
from freealg.forms import Moments
from freealg.law.express import express

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["require_additive_power", "require_multiplicative_power", "require_positive_moments"]

_ORDER = 12


def require_positive_moments(moments: list[Expr], what: str, way_out: str) -> None:
    """Raise `NotALaw` with the proof when no law has these moments.

    >>> from sympy import Integer, Rational
    >>> require_positive_moments([Integer(0), Rational(1, 2), Integer(0), Integer(0)], "this", "check it")
    Traceback (most recent call last):
    ...
    freealg.errors.NotALaw: this is no law: its Hankel determinant of order 3 is -1/8 < 0; check it
    """
    certificate = hankel_certificate(moments)
    if certificate.first_negative is not None:
        order = certificate.first_negative
        proof = f"its Hankel determinant of order {order} is {certificate.determinants[order - 1]} < 0"
        raise NotALaw(f"{what} is no law: {proof}; {way_out}")
    if certificate.broken is not None:
        raise NotALaw(f"{what} is no law: {certificate}; {way_out}")


def require_additive_power(power: Law) -> None:
    """Refuse a formal power mu^([+] t), t < 1, that is not known to be a law: `NotALaw` with a proof, or `Undecided`."""
    _decide(power, "additive")


def require_multiplicative_power(power: Law) -> None:
    """Refuse a formal power mu^([x] t), t < 1, that is not known to be a law: `NotALaw` with a proof, or `Undecided`."""
    _decide(power, "multiplicative")


def _decide(power: Any, sign: str) -> None:
    if power.free_symbols:
        return
    title = f"{power.operand} to the free {sign} power {power.t}"
    require_positive_moments(express(power, Moments).first(2 * _ORDER), title, "powers t >= 1 always exist")
    raise Undecided(
        f"whether {title} is a law is open: its Hankel determinants to order {_ORDER + 1} are >= 0, which proves nothing by itself; "
        "powers t >= 1 always exist"
    )
