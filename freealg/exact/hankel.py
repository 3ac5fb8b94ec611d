"""Hankel determinants D_n = det (m_{i+j})_{i,j<n} and what they prove: D_1, ..., D_n > 0, a law on k points, or no law at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import flint
import sympy
from sympy import Expr, Integer
from sympy.polys.matrices import DomainMatrix

from freealg.errors import InvalidInput, UnboundParameters, shown
from freealg.exact.coerce import fmpq_of, rational_from_fmpq
from freealg.exact.number_field import FieldElement, NumberField
from freealg.exact.orthogonal import jacobi_coefficients, moments_from_jacobi

_DIGITS, _CLEAR = 30, 20

__all__ = ["HankelCertificate", "hankel_certificate", "hankel_determinants"]


@final
@dataclass(frozen=True)
class HankelCertificate:
    """D_1, ..., D_order of the moments m_0 = 1, m_1, ..., m_{2 order - 2}, and what they prove.

    All positive: some law has these moments. `points` = k: D_1, ..., D_k > 0 = D_{k+1}, so that one law alone has the moments up to m_2k, and it
    sits on k points. `first_negative` is the order of a negative determinant, `broken` the index of the first moment in which the given sequence and
    that law differ: either proves that no law has these moments.

    >>> print(hankel_certificate([Integer(0), Integer(1), Integer(0), Integer(2)]))
    D_1, ..., D_3 = 1, 1, 1 are positive: a law with these 4 moments exists
    >>> print(hankel_certificate([Integer(0), Integer(1), Integer(0), sympy.Rational(1, 2)]))
    D_3 = -1/2 is negative: no law has these moments
    >>> print(hankel_certificate([Integer(0), Integer(0), Integer(0), Integer(1)]))
    D_2 = 0, so only a law on 1 points has the moments up to m_2, and its m_4 is not 1: no law has these moments
    """

    moments: tuple[Expr, ...]
    determinants: tuple[Expr, ...]
    first_negative: int | None
    points: int | None
    broken: int | None

    @property
    def order(self) -> int:
        """The number of determinants."""
        return len(self.determinants)

    @property
    def positive(self) -> bool:
        """Whether some law has these moments."""
        return self.first_negative is None and self.broken is None

    def __str__(self) -> str:
        if self.first_negative is not None:
            return f"D_{self.first_negative} = {shown(self.determinants[self.first_negative - 1])} is negative: no law has these moments"
        if self.points is None:
            values = ", ".join(map(shown, self.determinants))
            return f"D_1, ..., D_{self.order} = {values} are positive: a law with these {len(self.moments)} moments exists"
        forced = f"D_{self.points + 1} = 0, so only a law on {self.points} points has the moments up to m_{2 * self.points}, and its "
        if self.broken is not None:
            return forced + f"m_{self.broken} is not {shown(self.moments[self.broken - 1])}: no law has these moments"
        return forced + f"moments up to m_{len(self.moments)} are these"


def hankel_determinants(moments: list[Expr], order: int) -> list[Expr]:
    """[D_1, ..., D_order] from m_1, ..., m_{2 order - 2}; parameters may stay symbols.

    >>> hankel_determinants([Integer(m) for m in (1, 2, 5, 14)], 3)
    [1, 1, 1]
    """
    if order < 1 or len(moments) < 2 * order - 2:
        raise InvalidInput(f"{order} Hankel determinants need order >= 1 and {2 * order - 2} moments, and {len(moments)} are given")
    row = [Integer(1), *moments[: 2 * order - 2]]
    if all(value.is_Rational for value in row):
        numbers = [fmpq_of(value) for value in row]
        return [rational_from_fmpq(flint.fmpq_mat([numbers[i : i + n] for i in range(n)]).det()) for n in range(1, order + 1)]
    field = NumberField.of(row)
    if field is not None:
        entries = [field.convert(value) for value in row]
        return [field.show(_determinant([entries[i : i + n] for i in range(n)])) for n in range(1, order + 1)]
    domain, elements = sympy.construct_domain(row)
    matrices = [DomainMatrix([elements[i : i + n] for i in range(n)], (n, n), domain) for n in range(1, order + 1)]
    return [domain.to_sympy(matrix.charpoly()[-1] * (-1) ** n) for n, matrix in enumerate(matrices, 1)]


def _determinant(rows: list[list[FieldElement]]) -> FieldElement:
    """By elimination over the field."""
    size, total = len(rows), rows[0][0].one()
    for k in range(size):
        pivot = next((i for i in range(k, size) if rows[i][k] != 0), None)
        if pivot is None:
            return rows[0][0] * 0
        if pivot != k:
            rows[k], rows[pivot] = rows[pivot], [value * -1 for value in rows[k]]
        total = total * rows[k][k]
        for i in range(k + 1, size):
            if rows[i][k] != 0:
                share = rows[i][k] / rows[k][k]
                rows[i] = [a - share * b for a, b in zip(rows[i], rows[k], strict=True)]
    return total


def hankel_certificate(moments: list[Expr], order: int | None = None) -> HankelCertificate:
    """What the Hankel determinants up to `order` (as many as the moments allow, by default) prove; moments must be real numbers."""
    order = len(moments) // 2 + 1 if order is None else order
    symbols = sorted({str(s) for value in moments for s in value.free_symbols})
    if symbols:
        raise UnboundParameters(f"the sign of a determinant needs values for {', '.join(symbols)}; bind them with law.subs({{symbol: value}})")
    moments = moments[: 2 * order - 2]
    complex_one = next((value for value in moments if value.is_real is False), None)
    if complex_one is not None:
        raise InvalidInput(f"the moments of a law are real, and {shown(complex_one)} is among them; check the sequence")
    determinants = hankel_determinants(moments, order)
    signs = [_sign(value) for value in determinants]
    first_negative = next((n for n, sign in enumerate(signs, 1) if sign < 0), None)
    points = next((n for n, sign in enumerate(signs) if sign == 0), None) if first_negative is None else None
    broken = _first_broken(moments, points) if points is not None else None
    return HankelCertificate(tuple(moments), tuple(determinants), first_negative, points, broken)


def _first_broken(moments: list[Expr], points: int) -> int | None:
    """The first index at which the moments are not those of the law on `points` points with the same start."""
    a, b = jacobi_coefficients(moments[: 2 * points - 1], points)
    return next((k for k, (x, y) in enumerate(zip(moments, moments_from_jacobi(a, b, len(moments)), strict=True), 1) if _sign(x - y) != 0), None)


def _sign(value: Expr) -> int:
    if value.is_Rational:
        return int(sympy.sign(value))
    number = value.evalf(_DIGITS)
    if number.is_Float and number._prec > 1 and abs(number) > sympy.Float(10) ** -_CLEAR:  # precision 1 marks a value lost in cancellation
        return 1 if number > 0 else -1
    if sympy.simplify(value) == 0:
        return 0
    return 1 if value.evalf(50) > 0 else -1
