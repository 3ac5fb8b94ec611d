"""An interval of the real line inside a support: signs of polynomials on it, and the condition for x to lie in it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count, pairwise
from typing import final

import flint
import sympy
from sympy import And, CRootOf, Expr, Poly, Rational, ceiling

from freealg.exact.context import ball_precision
from freealg.forms import x
from freealg.law.spectral import algebraic_to_sympy
from freealg.numerics.real_algebraic import RealAlgebraic, real_algebraics

__all__ = ["RealInterval"]

_BITS, _DIGITS = 256, 60


@final
class RealInterval:
    """low < x < high, or low <= x < high where `closed`; the ends are real algebraic numbers in SymPy or infinite.

    >>> t = sympy.Symbol("t")
    >>> golden = CRootOf(t**5 - t - 1, 0)
    >>> RealInterval(sympy.S.Zero, golden).sign(x - 2), RealInterval(sympy.S.Zero, golden).sign(2 * x - 1)
    (-1, None)
    >>> RealInterval(sympy.S.Zero, golden).condition().subs(x, t)
    (t > 0) & (-t**5 + t + 1 > 0)
    """

    def __init__(self, low: Expr, high: Expr, closed: bool = False) -> None:
        self.low, self.high, self.closed = low, high, closed

    def split(self, factors: Iterable[Expr]) -> list[RealInterval]:
        """The parts between the zeros of irreducible polynomials, closed on the left but for the first.

        >>> [(str(part.low), str(part.high)) for part in RealInterval(-2 * sympy.S.One, sympy.S(3)).split([x**2 - 2, x])]
        [('-2', '-sqrt(2)'), ('-sqrt(2)', '0'), ('0', 'sqrt(2)'), ('sqrt(2)', '3')]
        """
        zeros = [root for factor in factors for root in _roots(factor) if _against(root, self.low) > 0 and _against(root, self.high) < 0]
        ends = [self.low, *map(algebraic_to_sympy, sorted(zeros)), self.high]
        return [RealInterval(low, high, self.closed or k > 0) for k, (low, high) in enumerate(pairwise(ends))]

    def inner_point(self) -> Rational:
        """A rational inside."""
        finite = [Rational(str(sympy.N(end, _DIGITS))) for end in (self.low, self.high) if not end.is_infinite]
        if len(finite) == 2:
            return sum(finite, Rational(0)) / 2
        return (finite[0] + (1 if self.high.is_infinite else -1)) if finite else Rational(0)

    def sign(self, factor: Expr) -> int | None:
        """The sign of an irreducible polynomial in x over Q on the interval; None where it has a zero inside."""
        return self._sign(Poly(factor, x), _roots(factor))

    def condition(self) -> Expr:
        """x between the ends; where an end is a `CRootOf`, which no printer of code knows, by the sign of its polynomial."""
        below = [] if self.low.is_infinite else self._by_sign(self.low, -1) or [x >= self.low if self.closed else x > self.low]
        above = [] if self.high.is_infinite else self._by_sign(self.high, 1) or [x < self.high]
        return And(*below, *above)

    def _by_sign(self, end: Expr, outward: int) -> list[Expr]:
        """The polynomial of the end has its sign inside, and x is on this side of its next root further out."""
        if type(end) is not CRootOf:
            return []
        poly = Poly(end.poly.as_expr(x), x)
        roots = _roots(poly.as_expr())
        sign, further = self._sign(poly, roots), end.index + outward
        if sign is None:
            return []
        value = sign * poly.as_expr()
        test = [value >= 0 if self.closed and outward < 0 else value > 0]
        if not 0 <= further < len(roots):
            return test
        bound = _simplest(*sorted((roots[end.index], roots[further])))
        return [*test, x < bound if outward > 0 else x > bound]

    def _sign(self, poly: Poly, roots: list[RealAlgebraic]) -> int | None:
        if any(_against(root, self.low) > 0 and _against(root, self.high) < 0 for root in roots):
            return None
        above = sum(_against(root, self.high) >= 0 for root in roots)
        return int(sympy.sign(poly.LC())) * (-1) ** above


def _roots(polynomial: Expr) -> list[RealAlgebraic]:
    coefficients = Poly(polynomial, x).clear_denoms()[1].all_coeffs()
    return real_algebraics(flint.fmpz_poly([int(c) for c in reversed(coefficients)]))


def _against(root: RealAlgebraic, end: Expr) -> int:
    """sign(root - end); numbers that agree to 256 bits are taken for one, which the ends of a support and critical points of its equation are."""
    if end.is_infinite:
        return -1 if end > 0 else 1
    with ball_precision(_BITS + 64):
        gap = root.refine(_BITS + 64) - flint.arb(str(sympy.N(end, 96)))
        size = 1 + abs(flint.arb(str(sympy.N(end, 20))))
        return 0 if abs(gap) < size * flint.arb(2) ** -_BITS else 1 if gap > 0 else -1


def _simplest(low: RealAlgebraic, high: RealAlgebraic) -> Expr:
    """A rational between two numbers, with the smallest power of two below."""
    for power in count():
        top = int(ceiling(Rational(float(low)) * 2**power)) + 1
        for candidate in (Rational(top + step, 2**power) for step in (-1, 0)):
            value = flint.fmpq(int(candidate.p), int(candidate.q))
            if low < value and high > value:
                return candidate
    raise AssertionError
