"""The function field of a curve F(w, y) = 0 with its derivation theta = w d/dw, parameters as symbols.

With l the leading coefficient of F in y, Z = l y is integral over Z[w, parameters]: elements are vectors in 1, Z, ..., Z^(d-1) over one
denominator, and theta Z = T(Z)/Delta with T F_Z = -Delta theta_w F modulo F.
"""

from __future__ import annotations

from functools import reduce
from typing import Any, final

import flint

from freealg.errors import InvalidInput
from freealg.exact.curve import Curve

__all__ = ["FunctionField", "solve"]

Poly = Any
Vector = list[Poly]


@final
class FunctionField:
    """Q(parameters)(w)[Z] modulo the monic equation of Z = l y: vectors of d polynomials over a common denominator."""

    def __init__(self, curve: Curve) -> None:
        self.degree = curve.degree_G
        names = ("w", *curve.ring.names)
        self.context = flint.fmpz_mpoly_ctx.get(names, "lex")
        self.w, self.one = self.context.gen(0), self.context.constant(1)
        rows = self._rows(curve)
        self.lead = rows[-1]
        self.tail = [row * self.lead ** (self.degree - 1 - j) for j, row in enumerate(rows[:-1])]  # Z^d = -sum tail_j Z^j
        self.slope, self.denominator = self._slope()

    def _rows(self, curve: Curve) -> list[Poly]:
        table = {(j, j - i): c for (i, j), c in curve.coefficient_table().items()}
        low = min(k for _, k in table)
        rows = [self.one * 0 for _ in range(self.degree + 1)]
        for (j, k), c in table.items():
            value = c.project_to_context(self.context) if curve.ring.bases else int(c.leading_coefficient())
            rows[j] = rows[j] + value * self.w ** (k - low)
        return rows

    def generator(self) -> tuple[Vector, Poly]:
        """y = Z / l as (vector, denominator)."""
        if self.degree == 1:
            return [-self.tail[0]], self.lead
        return [self.one * 0, self.one, *[self.one * 0] * (self.degree - 2)], self.lead

    def derivative(self, vector: Vector, denominator: Poly) -> tuple[Vector, Poly]:
        """theta of vector / denominator."""
        inner = self.product([k * c for k, c in enumerate(vector)][1:], self.slope)
        outer = self._theta(denominator)
        combined = [
            self.denominator * (denominator * self._theta(c) - outer * c) + denominator * t for c, t in zip(vector, inner, strict=True)
        ]
        below = denominator * denominator * self.denominator
        content = reduce(lambda a, b: a.gcd(b), combined, below)
        return [c / content for c in combined], below / content

    def product(self, a: Vector, b: Vector) -> Vector:
        """a b modulo the monic equation."""
        terms = [self.one * 0] * max(self.degree, len(a) + len(b) - 1)
        for i, x in enumerate(a):
            for j, y in enumerate(b):
                terms[i + j] = terms[i + j] + x * y
        while len(terms) > self.degree:
            top = terms.pop()
            shift = len(terms) - self.degree
            for j, c in enumerate(self.tail):
                terms[shift + j] = terms[shift + j] - top * c
        return terms

    def _theta(self, poly: Poly) -> Poly:
        return self.w * poly.derivative(0)

    def _slope(self) -> tuple[Vector, Poly]:
        """(T, Delta) with theta Z = T(Z) / Delta."""
        d = self.degree
        inner = [*(k * c for k, c in enumerate(self.tail[1:], 1)), self.one * d]
        unit = [[self.one * int(i == k) for i in range(d)] for k in range(d)]
        columns = [self.product(inner, e) for e in unit]
        right = [-self._theta(c) for c in self.tail]
        matrix = [[column[i] for column in columns] for i in range(d)]
        solution, delta = solve([[*row, value] for row, value in zip(matrix, right, strict=True)])
        content = reduce(lambda a, b: a.gcd(b), solution, delta)
        return [c / content for c in solution], delta / content


def solve(augmented: list[Vector]) -> tuple[Vector, Poly]:
    """(x, D) with matrix * x = D * right for the rows (matrix | right), by fraction-free Gauss-Jordan elimination: every division is exact."""
    rows = [list(row) for row in augmented]
    size = len(rows)
    previous = rows[0][0].context().constant(1)
    for k in range(size):
        pivot = next((i for i in range(k, size) if not rows[i][k].is_zero()), None)
        if pivot is None:
            raise InvalidInput("the curve has a repeated factor, so its root has no derivative; give an irreducible curve")
        rows[k], rows[pivot] = rows[pivot], rows[k]
        for i in range(size):
            if i != k:
                factor = rows[i][k]
                done = [factor * 0] * (k + 1)
                rows[i] = done + [(rows[k][k] * a - factor * b) / previous for a, b in zip(rows[i][k + 1 :], rows[k][k + 1 :], strict=True)]
        previous = rows[k][k]
    return [row[-1] for row in rows], previous
