"""A real algebraic number: an irreducible integer polynomial and which of its real roots it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, final

import flint

from freealg.errors import InvalidInput, shown
from freealg.exact.context import ball_precision

__all__ = ["Infinite", "RealAlgebraic", "all_roots", "as_fmpq", "real_algebraics"]

_MAX_BITS = 2_000_000


def as_fmpq(value: Any) -> flint.fmpq:
    """The exact rational of an int, float, Fraction, fmpz, fmpq, mpf or SymPy Rational.

    >>> as_fmpq(0.5), as_fmpq(3)
    (1/2, 3)
    """
    if isinstance(value, flint.fmpq):
        return value
    if isinstance(value, int | flint.fmpz):
        return flint.fmpq(value)
    if hasattr(value, "p") and hasattr(value, "q"):
        return flint.fmpq(int(value.p), int(value.q))
    if hasattr(value, "man_exp") and hasattr(value, "ae"):
        sign, mantissa, exponent, _ = value._mpf_  # man_exp drops the sign
        return flint.fmpq(-int(mantissa) if sign else int(mantissa)) * flint.fmpq(2) ** int(exponent)
    if hasattr(value, "as_integer_ratio") and value - value == 0:
        top, bottom = value.as_integer_ratio()
        return flint.fmpq(int(top), int(bottom))
    raise InvalidInput(f"{shown(value)} of type {type(value).__name__} is not a finite rational number; give an int, a float or a Fraction")


@lru_cache(maxsize=512)
def all_roots(coefficients: tuple[int, ...], bits: int) -> tuple[flint.acb, ...]:
    """Balls of relative accuracy about `bits` around all roots of a squarefree integer polynomial, all apart; real ones are exactly real."""
    with ball_precision(bits):
        found: Any = flint.fmpz_poly(list(coefficients)).complex_roots()
        return tuple(root for root, _ in found)


def _real_roots(coefficients: tuple[int, ...], bits: int) -> tuple[flint.arb, ...]:
    return tuple(sorted((root.real for root in all_roots(coefficients, bits) if root.imag == 0), key=lambda root: root.mid()))


@final
@dataclass(frozen=True, repr=False)
class RealAlgebraic:
    """The root number `index` (from 0, increasing) among the real roots of an irreducible integer polynomial.

    `factor` lists the coefficients from the constant term up. Equality and hashing are exact.

    >>> edge = RealAlgebraic((-2, 0, 1), 1)
    >>> edge, float(edge), edge.refine(100).rel_accuracy_bits() > 90
    (RealAlgebraic(x^2 + (-2), ~1.41421356237310), 1.4142135623730951, True)
    >>> edge > 1, edge < flint.fmpq(3, 2), edge.rational
    (True, True, None)
    """

    factor: tuple[int, ...]
    index: int

    @property
    def rational(self) -> flint.fmpq | None:
        """The value as `flint.fmpq` when the factor is linear, else None."""
        return flint.fmpq(-self.factor[0], self.factor[1]) if len(self.factor) == 2 else None

    @property
    def polynomial(self) -> flint.fmpz_poly:
        """The irreducible factor."""
        return flint.fmpz_poly(list(self.factor))

    def refine(self, bits: int) -> flint.arb:
        """A ball of relative (for 0: exact) accuracy about `bits` that contains the number and no other root of its factor."""
        rational = self.rational
        if rational is not None:
            with ball_precision(bits + 16):
                return flint.arb(rational)
        working = 64
        while working < bits + 16:
            working *= 2
        return _real_roots(self.factor, working)[self.index]

    def sign_against(self, other: Any) -> int:
        """sign(self - other), exactly, for a rational or another `RealAlgebraic`.

        >>> RealAlgebraic((-2, 0, 1), 1).sign_against(RealAlgebraic((-2, 0, 1), 0))
        1
        """
        if isinstance(other, Infinite):
            return -other.sign
        if isinstance(other, RealAlgebraic):
            if other == self:
                return 0
            value = other.refine
        else:
            exact = as_fmpq(other)
            if self.polynomial(exact) == 0 and self.rational is not None:
                return 0

            def value(bits: int) -> flint.arb:
                return flint.arb(exact)

        bits = 64
        while bits < _MAX_BITS:
            with ball_precision(bits):
                gap = self.refine(bits) - value(bits)
                if gap != 0:
                    return 1 if gap > 0 else -1
            bits *= 2
        raise InvalidInput(f"{self} and {other} agree to {_MAX_BITS} bits; give the second number as an exact rational")

    def __lt__(self, other: Any) -> bool:
        return self.sign_against(other) < 0

    def __le__(self, other: Any) -> bool:
        return self.sign_against(other) <= 0

    def __gt__(self, other: Any) -> bool:
        return self.sign_against(other) > 0

    def __ge__(self, other: Any) -> bool:
        return self.sign_against(other) >= 0

    def __float__(self) -> float:
        return float(self.refine(80))

    def __repr__(self) -> str:
        rational = self.rational
        if rational is not None:
            return f"RealAlgebraic({rational})"
        return f"RealAlgebraic({self.polynomial}, ~{self.refine(64).str(15, radius=False)})"

    def __str__(self) -> str:
        """The number as a message shows it: 15 digits, and the equation where it is irrational."""
        if self.rational is not None:
            return str(self.rational)
        return f"{self.refine(64).str(15, radius=False)} (a root of {self.polynomial})"

    def double_double(self) -> tuple[float, float]:
        """(hi, lo) with value = hi + lo to about 106 bits.

        >>> RealAlgebraic((-1, 3), 0).double_double()
        (0.3333333333333333, 1.850371707708594e-17)
        """
        with ball_precision(240):
            value = self.refine(200)
            high = float(value)
            return high, float(value - flint.arb(high))


@final
@dataclass(frozen=True)
class Infinite:
    """Plus or minus infinity, as the end of an unbounded support.

    >>> float(Infinite(-1))
    -inf
    """

    sign: int

    def __float__(self) -> float:
        return self.sign * float("inf")


def real_algebraics(factor: flint.fmpz_poly) -> list[RealAlgebraic]:
    """All real roots of an irreducible integer polynomial, increasing.

    >>> [float(root) for root in real_algebraics(flint.fmpz_poly([-4, 0, 1]).factor()[1][0][0])]
    [2.0]
    """
    coefficients = tuple(int(c) for c in factor.coeffs())
    return [RealAlgebraic(coefficients, k) for k in range(len(_real_roots(coefficients, 64)))]
