"""Scales D_k = prod b^ceil(e k) that clear the denominators of a sequence a_0, a_1, ...: bases prime, exponents rational.

The exponents are read off known terms, rounded up to sixths, which covers the slopes 1/2 and 1/3 of Newton polygons and most growth a + 1/(p - 1) of
wild primes. Whoever uses a scale divides exactly, and widens it when a later term needs more.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, lcm
from typing import Any, final

import flint
from sympy import Expr, Integer, Rational

from freealg.exact.factoring import factored
from freealg.exact.fields import Ring

__all__ = ["Scale", "reduced_rational"]

_PARTS = 6
_WORD = 61
_SPLIT_BITS = 160


@final
@dataclass(frozen=True)
class Scale:
    """D_k = prod b^ceil(e k) over the pairs (b, e): integers, or polynomials in Z[generators] of the ring.

    >>> scale = Scale.of(Ring.of(), [Integer(1), Integer(1), Rational(8, 15), Rational(2, 45)])
    >>> scale.pairs, scale.factor(0, 3)
    (((3, 2/3), (5, 1/2)), 225)
    """

    ring: Ring
    pairs: tuple[tuple[Any, Rational], ...]

    @classmethod
    def of(cls, ring: Ring, values: list[Expr]) -> Scale:
        """The least scale, as far as the values a_0 = 1, a_1, ... tell."""
        scale = cls(ring, ())
        for k, value in enumerate(values):
            if k:
                scale = scale.widened(k, ring.fraction(value)[1], known=False)
        return scale

    @property
    def period(self) -> int:
        """D_(k+i) / D_k depends on k modulo this only."""
        return lcm(1, *(int(exponent.q) for _, exponent in self.pairs))

    def powers(self, k: int) -> list[tuple[Any, int]]:
        """The pairs (b, ceil(e k)), whose product is D_k."""
        return [(base, _multiple(exponent, k)) for base, exponent in self.pairs]

    def factor(self, i: int, k: int) -> Any:
        """D_k / D_i for i <= k."""
        result: Any = 1
        for base, exponent in self.pairs:
            result = result * base ** (_multiple(exponent, k) - _multiple(exponent, i))
        return result

    def widened(self, k: int, denominator: Any, known: bool = True) -> Scale:
        """The scale in which D_k gains `denominator`; with known=False, in which it is a multiple of it."""
        pairs = {str(base): (base, exponent) for base, exponent in self.pairs}
        for base, power in _factors(self.ring, denominator):
            before = pairs.get(str(base), (base, Rational(0)))[1]
            needed = power + (_multiple(before, k) if known else 0)
            pairs[str(base)] = (base, max(before, Rational(ceil(Rational(_PARTS * needed, k)), _PARTS)))
        return Scale(self.ring, tuple(pairs.values()))


def reduced_rational(u: flint.fmpz, powers: list[tuple[int, int]]) -> Rational:
    """u / prod p^e in lowest terms, with no gcd of long numbers: only the known primes can cancel.

    >>> reduced_rational(flint.fmpz(12), [(2, 2), (5, 2)])
    3/25
    """
    if u == 0:
        return Integer(0)
    denominator: Any = flint.fmpz(1)
    for p, e in powers:
        u, left = _cancelled(u, p, e)
        denominator = denominator * left
    return Integer(int(u)) if denominator == 1 else Rational.from_coprime_ints(int(u), int(denominator))


def _cancelled(u: Any, p: int, e: int) -> tuple[Any, Any]:
    """(u / p^v, p^(e - v)) with the largest v <= e, in steps that double: mostly one division by a word shows that v = 0."""
    step = max(1, _WORD // p.bit_length())
    while e:
        step = min(step, e)
        power = flint.fmpz(p) ** step
        quotient, remainder = divmod(u, power)
        if remainder != 0:
            common = power.gcd(remainder)
            return (u, flint.fmpz(p) ** e) if common == 1 else (u // common, flint.fmpz(p) ** e // common)
        u, e, step = quotient, e - step, 2 * step
    return u, 1


def _multiple(exponent: Rational, k: int) -> int:
    return -int(-int(exponent.p) * k // int(exponent.q))


def _factors(ring: Ring, value: Any) -> list[tuple[Any, int]]:
    """Coprime factors of an integer (its primes, as far as they are found soon), or the irreducible ones of a polynomial of Z[generators]."""
    if ring.context is None:
        number = value if isinstance(value, flint.fmpz) else flint.fmpz(int(value.leading_coefficient()))
        return [(int(p), int(e)) for p, e in _split(abs(number))]
    content, factors = factored(value)
    constants = [(ring.base_context.constant(int(p)), int(e)) for p, e in _split(abs(flint.fmpz(content)))]
    return constants + [(factor if factor.leading_coefficient() > 0 else -factor, int(e)) for factor, e in factors]


def _split(number: flint.fmpz) -> list[tuple[flint.fmpz, int]]:
    """The prime powers; a cofactor too long to split in bounded time stays whole, which costs nothing but longer numbers."""
    if number <= 1:
        return []
    return list(number.factor() if number.bit_length() <= _SPLIT_BITS else number.factor_smooth())
