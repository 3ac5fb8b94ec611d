"""Exact arithmetic in Q(e) for a real algebraic number e, with polynomials over it: elements are rational polynomials modulo that of e."""

from __future__ import annotations

from typing import final

import flint

__all__ = ["RealField"]

Element = flint.fmpq_poly
Polynomial = list[Element]


@final
class RealField:
    """Q[x] modulo an irreducible polynomial; polynomials over it are lists of elements, constant term first and no zero at the end.

    >>> field = RealField(flint.fmpz_poly([-2, 0, 1]))
    >>> field.inverse(flint.fmpq_poly([1, 1])), field.minimal_polynomial(flint.fmpq_poly([1, 1]))
    (x + (-1), x^2 + (-2)*x + (-1))
    """

    def __init__(self, modulus: flint.fmpz_poly) -> None:
        self.modulus = flint.fmpq_poly(modulus)
        self.degree = modulus.degree()

    def times(self, a: Element, b: Element) -> Element:
        """The product."""
        return (a * b) % self.modulus

    def inverse(self, a: Element) -> Element:
        """1/a for a != 0."""
        return a.xgcd(self.modulus)[1] % self.modulus

    def value(self, a: Element, place: flint.arb) -> flint.arb:
        """The real number, `place` a ball around e."""
        return a.numer()(place) / flint.arb(a.denom())

    def minimal_polynomial(self, a: Element) -> flint.fmpz_poly:
        """The irreducible integer polynomial of a."""
        rows = []
        power = flint.fmpq_poly([1])
        for _ in range(self.degree):
            image = self.times(a, power)
            rows.append([image[k] for k in range(self.degree)])
            power = flint.fmpq_poly([0, 1]) * power
        return flint.fmpq_mat(rows).minpoly().numer()

    # -- polynomials over the field -------------------------------------------------------------------------------------

    def divided(self, a: Polynomial, b: Polynomial) -> tuple[Polynomial, Polynomial]:
        """Quotient and remainder."""
        rest, lead = list(a), self.inverse(b[-1])
        quotient: Polynomial = [flint.fmpq_poly([0])] * max(len(a) - len(b) + 1, 0)
        for k in range(len(a) - len(b), -1, -1):
            quotient[k] = self.times(rest[k + len(b) - 1], lead)
            for i, c in enumerate(b):
                rest[k + i] = rest[k + i] - self.times(quotient[k], c)
        return _trimmed(quotient), _trimmed(rest[: len(b) - 1])

    def gcd(self, a: Polynomial, b: Polynomial) -> Polynomial:
        """A greatest common divisor."""
        while b:
            a, b = b, self.divided(a, b)[1]
        return a

    def repeated_root(self, a: Polynomial) -> Element | None:
        """The only repeated root of a, where there is one and it lies in the field."""
        common = self.gcd(a, _slope(a))
        if len(common) > 2:
            common = self.divided(common, self.gcd(common, _slope(common)))[0]
        return self.times(-common[0], self.inverse(common[1])) if len(common) == 2 else None

    def shifted(self, rows: list[Polynomial], base: Element) -> list[Polynomial]:
        """The coefficients in v of sum rows[j] (base + v)^j, every row a polynomial of its own."""
        out = [list(row) for row in rows]
        for low in range(len(out)):
            for j in range(len(out) - 2, low - 1, -1):
                out[j] = _sum(out[j], [self.times(base, c) for c in out[j + 1]])
        return out


def _trimmed(a: Polynomial) -> Polynomial:
    while a and a[-1].is_zero():
        a = a[:-1]
    return a


def _slope(a: Polynomial) -> Polynomial:
    return [k * c for k, c in enumerate(a)][1:]


def _sum(a: Polynomial, b: Polynomial) -> Polynomial:
    size, zero = max(len(a), len(b)), flint.fmpq_poly([0])
    a, b = ([*part, *[zero] * (size - len(part))] for part in (a, b))
    return [x + y for x, y in zip(a, b, strict=True)]
