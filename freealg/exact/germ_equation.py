"""The equation F(w, y) = 0 of the moment series y = 1 + m_1 w + m_2 w^2 + ..., and its root modulo a prime.

From P(z, G) = 0 with z = 1/w and G = w y. When F is a polynomial in w^step and so is the germ (a symmetric law has step 2), everything is done in
w^step: `rows` are the coefficients of y^j in powers of w^step, and the series is h_k = m_{step k}.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd
from typing import Any, final

import flint

from freealg.errors import InvalidInput, NoClosedForm
from freealg.exact.context import cached_property
from freealg.exact.curve import Curve
from freealg.exact.series import Sequence

__all__ = ["GermEquation", "denominator_base"]

_MOST_START = 64


@final
@dataclass(frozen=True)
class GermEquation:
    """F(w, y) = sum rows[j][i] w^i y^j with a root that starts with `start`, on which F_y = lead * w^valuation + ..., valuation < len(start)."""

    rows: tuple[tuple[int, ...], ...]
    step: int
    start: tuple[flint.fmpq, ...]
    valuation: int
    lead: flint.fmpq

    @classmethod
    def of(cls, curve: Curve, germ: Sequence) -> GermEquation:
        """The equation of the germ of a curve without parameters; `NoClosedForm` when the moments are not rational.

        >>> from freealg.exact.germs import curve_germ
        >>> from freealg.exact.fields import Ring
        >>> from freealg.exact.curve import context_over
        >>> G, z = context_over(Ring.of()).gens()
        >>> catalan = Curve(Ring.of(), G**2 - z*G + 1)
        >>> GermEquation.of(catalan, curve_germ(catalan)).rows
        ((1, 0), (-1, 0), (0, 1))
        """
        rows = _rows_in_w(curve.integer_rows())
        if germ.ring.context is not None:
            names = ", ".join(map(str, germ.ring.generators))
            raise NoClosedForm(f"the moments lie in Q({names}), not in Q; take them from the germ itself")
        count = max(12, len(rows) + 2)
        while True:
            start = (flint.fmpq(1), *germ.first(count))
            slope = _slope(rows, start)
            if slope is not None:
                break
            count *= 2
            if count > _MOST_START:
                raise InvalidInput("the curve has several branches that agree with the germ to order 64; give an irreducible curve")
        step = gcd(*(i for row in rows for i, c in enumerate(row) if c), *(k for k, m in enumerate(start) if m != 0))
        step = max(step, 1)
        return cls(tuple(tuple(row[::step]) for row in rows), step, start[::step], slope[0] // step, slope[1])

    @property
    def degree_y(self) -> int:
        """The degree of F in y."""
        return len(self.rows) - 1

    @cached_property
    def degree_w(self) -> int:
        """The degree of F in w^step."""
        return max(len(row) for row in self.rows) - 1

    def scaled_rows(self, base: int) -> list[list[int]]:
        """The coefficients of F(base*w, y)."""
        powers = [base**i for i in range(self.degree_w + 1)]
        return [[c * p for c, p in zip(row, powers, strict=False)] for row in self.rows]

    def modular_root(self, base: int, length: int, prime: int) -> list[int] | None:
        """base^k h_k modulo `prime` for k < length, by Newton's method; None when the prime divides a leading coefficient."""
        known = [int(h.p) * pow(base, k, prime) * pow(int(h.q), -1, prime) % prime for k, h in enumerate(self.start)]
        if length <= len(known):
            return known[:length]
        polys = [flint.nmod_poly(row, prime) for row in self.scaled_rows(base)]
        slopes = [j * poly for j, poly in enumerate(polys)][1:]
        root, v, size = flint.nmod_poly(known, prime), self.valuation, len(known)
        while size < length:
            gain = min(length - size, size - v)
            value = _horner(polys, root, size + gain + v).right_shift(size + v)
            slope = _horner(slopes, root, gain + v)
            if slope.length() <= v or int(slope[v]) == 0:
                return None
            inverse = slope.right_shift(v).inverse_series_trunc(gain)
            root = root - value.mul_low(inverse, gain).left_shift(size)
            size += gain
        return [int(c) for c in root.coeffs()] + [0] * (length - root.length())


def denominator_base(series: list[Any]) -> int:
    """The least c, as far as the given terms tell, such that c^k a_k is an integer for every k.

    >>> denominator_base([flint.fmpq(1), flint.fmpq(1, 2), flint.fmpq(3, 8)])
    4
    """
    exponents: dict[int, int] = {}
    for k, value in enumerate(series):
        if k and value.q != 1:
            for prime, power in value.q.factor():
                exponents[int(prime)] = max(exponents.get(int(prime), 0), -(-power // k))
    base = 1
    for prime, power in exponents.items():
        base *= prime**power
    return base


def _rows_in_w(rows: tuple[tuple[int, ...], ...]) -> list[list[int]]:
    terms = {(j, j - i): c for j, row in enumerate(rows) for i, c in enumerate(row) if c}
    low, high = min(k for _, k in terms), max(k for _, k in terms)
    return [[terms.get((j, k), 0) for k in range(low, high + 1)] for j in range(len(rows))]


def _slope(rows: list[list[int]], start: tuple[flint.fmpq, ...]) -> tuple[int, flint.fmpq] | None:
    """The order and the leading coefficient of F_y on the germ, None when the known terms do not show them; refuses a start that is no root."""
    length = len(start)
    base = denominator_base(list(start))
    germ = flint.fmpz_poly([int((h * flint.fmpz(base) ** k).p) for k, h in enumerate(start)])
    polys = [flint.fmpz_poly([c * base**i for i, c in enumerate(row)]) for row in rows]
    if any(c != 0 for c in _horner(polys, germ, length).coeffs()):
        raise InvalidInput("the moments given do not annihilate the curve")
    slope = _horner([j * poly for j, poly in enumerate(polys)][1:], germ, length).coeffs()
    order = next((k for k, c in enumerate(slope) if c != 0), None)
    return None if order is None else (order, flint.fmpq(slope[order], base**order))


def _horner(polys: list[Any], point: Any, length: int) -> Any:
    total = polys[-1].truncate(length)
    short = point.truncate(length)
    for poly in reversed(polys[:-1]):
        total = total.mul_low(short, length) + poly.truncate(length)
    return total
