"""Proofs that a formal answer is a law or is none: Hankel determinants of its moments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flint
import sympy
from sympy import Expr

from freealg.errors import NotALaw, Undecided
from freealg.exact.fields import Ring
from freealg.forms import Moments
from freealg.law.express import express

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["first_negative_hankel", "hankel_determinant", "require_additive_power", "require_multiplicative_power"]

_ORDER = 12


def first_negative_hankel(moments: list[Expr]) -> tuple[int, Expr] | None:
    """(n, D_n) for the first negative determinant D_n = det (m_{i+j})_{i,j < n}; None when all that the moments give are >= 0.

    >>> from sympy import Integer, Rational
    >>> first_negative_hankel([Integer(0), Rational(1, 2), Integer(0), Integer(0)])
    (3, -1/8)
    """
    row = [sympy.Integer(1), *moments]
    for size in range(1, (len(row) + 1) // 2 + 1):
        determinant = hankel_determinant(row, size)
        if determinant.is_negative:
            return size, determinant
    return None


def hankel_determinant(row: list[Expr], size: int) -> Expr:
    """det (row[i + j]) for i, j < size, exact."""
    rows = [[row[i + j] for j in range(size)] for i in range(size)]
    if all(value.is_Rational for row in rows for value in row):
        ring = Ring.of()
        matrix = flint.fmpq_mat([[ring.convert(value) for value in row] for row in rows])
        return ring.to_sympy(matrix.det())
    return sympy.Matrix(rows).det(method="berkowitz").expand()


def _refuse(power: Any, sign: str, negative: tuple[int, Expr] | None) -> None:
    if negative is not None:
        order, determinant = negative
        raise NotALaw(
            f"{power.operand} to the free {sign} power {power.t} is no law: its Hankel determinant of order {order} is {determinant} < 0; "
            "powers t >= 1 always exist"
        )


def require_additive_power(power: Law) -> None:
    """Decide whether a formal power mu^([+] t), t < 1, is a law; `NotALaw` with a proof, or `Undecided`."""
    _decide(power, "additive")


def require_multiplicative_power(power: Law) -> None:
    """Decide whether a formal power mu^([x] t), t < 1, is a law; `NotALaw` with a proof, or `Undecided`."""
    _decide(power, "multiplicative")


def _decide(power: Any, sign: str) -> None:
    if power.free_symbols:
        return
    moments = express(power, Moments).first(2 * _ORDER)
    _refuse(power, sign, first_negative_hankel(moments))
    if not _has_positive_density(power):
        raise Undecided(
            f"whether {power.operand} to the free {sign} power {power.t} is a law is open: its Hankel determinants to order {_ORDER} are >= 0 and "
            "its physical sheet gave no proof either way; powers t >= 1 always exist"
        )


def _has_positive_density(power: Law) -> bool:
    """Whether a proof of positivity is known: here, S or R of a law in a class closed under all powers."""
    return power.infinitely_divisible()
