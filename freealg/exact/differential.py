"""The linear differential equation of an algebraic function, by exact linear algebra in its function field; parameters may stay symbols.

With F(w, y) = 0 of degree d in y, lead l and Z = l y, which is integral: theta Z = T(Z)/Delta with T F_Z = -Delta theta_w F modulo F, theta = w d/dw. The d - 1
components of y, theta y, ..., theta^r y along Z, ..., Z^(d-1) are dependent for some r <= d - 1, which gives sum_j a_j(w) theta^j y = q(w).
Nothing is guessed, so the recurrence of the coefficients of y is proved: sum_i p_i(n) m_{n-i} = 0 for n > deg q, p_i(n) = sum_j [w^i] a_j (n - i)^j.
"""

from __future__ import annotations

from functools import reduce
from typing import Any, final

import flint
from sympy import Expr, Integer

from freealg.errors import BudgetExceeded, InvalidInput
from freealg.exact.curve import Curve
from freealg.exact.recurrence import Recurrence
from freealg.exact.series import Sequence

__all__ = ["derived_recurrence", "operator_of"]

Poly = Any
Vector = list[Poly]
_PRIME = 2**61 - 1
_MOST_DEGREE = 5
_LARGEST_ROOT = 200


def operator_of(curve: Curve) -> tuple[list[Poly], Poly]:
    """([a_0, ..., a_r], q) in Z[w, parameters] with sum_j a_j theta^j y = q for y = sum m_n w^n.

    >>> from freealg.exact.fields import Ring
    >>> from freealg.exact.curve import context_over
    >>> G, z = context_over(Ring.of()).gens()
    >>> operator_of(Curve(Ring.of(), G**2 - z*G + 1))
    ([4*w^2 - 2, 4*w^2 - 1], -2)
    """
    field = _FunctionField(curve)
    powers = [field.generator()]
    while True:
        powers.append(field.derivative(*powers[-1]))
        rows = [[vector[k] for vector, _ in powers] for k in range(1, field.degree)]
        if field.degree == 1 or _rank(rows) < len(powers):
            break
    weights = [field.one] if field.degree == 1 else _null_vector(rows)
    powers = powers[: len(weights)]
    source = sum((b * vector[0] for b, (vector, _) in zip(weights, powers, strict=True)), field.one * 0)
    operator = [b * denominator for b, (_, denominator) in zip(weights, powers, strict=True)]
    content = reduce(lambda a, b: a.gcd(b), operator, source)
    if operator[-1].leading_coefficient() * content.leading_coefficient() < 0:
        content = -content
    return [a / content for a in operator], source / content


@final
class _FunctionField:
    """Q(parameters)(w)[Z] modulo the monic equation of Z = l y: vectors of d polynomials over a common denominator."""

    def __init__(self, curve: Curve) -> None:
        self.degree = curve.degree_G
        if self.degree > _MOST_DEGREE:
            raise BudgetExceeded(
                f"the differential equation of a curve of degree {self.degree} in G with parameters is over the limit of {_MOST_DEGREE}; "
                "bind the parameters, or ask for the moments themselves"
            )
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
            rows[j] += c.project_to_context(self.context) * self.w ** (k - low) if curve.ring.bases else int(c.leading_coefficient()) * self.w ** (k - low)
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
        inner = [k * c for k, c in enumerate(self.tail)][1:] + [self.one * d]
        unit = [[self.one * int(i == k) for i in range(d)] for k in range(d)]
        columns = [self.product(inner, e) for e in unit]
        right = [-self._theta(c) for c in self.tail]
        matrix = [[column[i] for column in columns] for i in range(d)]
        delta = _determinant(matrix)
        if delta.is_zero():
            raise InvalidInput("the curve has a repeated factor, so it has no derivative; give an irreducible curve")
        solution = [_determinant([[right[i] if j == k else matrix[i][j] for j in range(d)] for i in range(d)]) for k in range(d)]
        content = reduce(lambda a, b: a.gcd(b), solution, delta)
        return [c / content for c in solution], delta / content


def _determinant(matrix: list[Vector]) -> Poly:
    """Bareiss: every division is exact."""
    rows = [list(row) for row in matrix]
    size, sign = len(rows), 1
    previous = rows[0][0].context().constant(1)
    for k in range(size - 1):
        pivot = next((i for i in range(k, size) if not rows[i][k].is_zero()), None)
        if pivot is None:
            return previous * 0
        if pivot != k:
            rows[k], rows[pivot], sign = rows[pivot], rows[k], -sign
        for i in range(k + 1, size):
            for j in range(k + 1, size):
                rows[i][j] = (rows[i][j] * rows[k][k] - rows[i][k] * rows[k][j]) / previous
        previous = rows[k][k]
    return rows[-1][-1] * sign


def _rank(rows: list[Vector]) -> int:
    return int(_image(rows).rank())


def _image(rows: list[Vector]) -> flint.nmod_mat:
    """The matrix at a fixed point modulo a prime; its rank is at most the true one, and so is never taken for a dependence without `_null_vector` being checked."""
    count = rows[0][0].context().nvars()
    point = [pow(3, 5 * k + 101, _PRIME) for k in range(count)]
    return flint.nmod_mat([[_value(c, point) for c in row] for row in rows], _PRIME)


def _value(poly: Poly, point: list[int]) -> int:
    total = 0
    for monomial, coefficient in poly.to_dict().items():
        term = int(coefficient) % _PRIME
        for x, e in zip(point, monomial, strict=True):
            term = term * pow(x, int(e), _PRIME) % _PRIME
        total += term
    return total % _PRIME


def _null_vector(rows: list[Vector]) -> Vector:
    """The vector of signed maximal minors of as many independent rows as there are columns less one; all other rows are checked against it."""
    size = len(rows[0]) - 1
    transposed, _ = _image(rows).transpose().rref()
    chosen = [next(j for j, x in enumerate(row) if int(x)) for row in transposed.tolist() if any(int(x) for x in row)][:size]
    minors = [_determinant([[rows[i][j] for j in range(size + 1) if j != k] for i in chosen]) * (-1) ** k for k in range(size + 1)]
    if any(sum((a * b for a, b in zip(row, minors, strict=True)), minors[0] * 0) != 0 for row in rows):
        raise InvalidInput("the derivatives of the germ are independent, though their images modulo a prime are not; this needs another prime")
    return minors


def derived_recurrence(curve: Curve, germ: Sequence) -> Recurrence:
    """The recurrence that the differential equation of the curve gives, with the start values of the germ; proved by construction."""
    operator, source = operator_of(curve)
    context = curve.ring.base_context
    columns = [_by_power_of_w(a, context) for a in operator]
    order, degree = max(max(c) for c in columns), len(operator) - 1
    zero = context.constant(0)
    rows = []
    for i in range(order + 1):
        coefficients = [zero] * (degree + 1)
        for j, column in enumerate(columns):
            for k, b in enumerate(_shifted_power(j, i)):
                coefficients[k] = coefficients[k] + column.get(i, zero) * b
        rows.append(tuple(curve.ring.poly_to_sympy(c) for c in coefficients))
    first = 1 + max(_by_power_of_w(source, context), default=0)
    begin = max(first, 1 + max((n for n in range(_LARGEST_ROOT) if _vanishes(rows[0], n)), default=0))
    moments = germ.first(max(begin - 1, 2))
    start = (Integer(1), *(germ.ring.to_sympy(m) for m in moments[: begin - 1]))
    scale = _scale(germ, max(12, begin))
    status = "proved: derived from the linear differential equation of the algebraic function, by exact linear algebra in its function field"
    return Recurrence(tuple(rows), 1, first, start, scale, status)


def _vanishes(row: tuple[Expr, ...], n: int) -> bool:
    return sum(c * n**k for k, c in enumerate(row)).expand() == 0


def _shifted_power(power: int, shift: int) -> list[int]:
    """The coefficients of (n - shift)^power."""
    return [int(c) for c in (flint.fmpz_poly([-shift, 1]) ** power).coeffs()]


def _by_power_of_w(poly: Poly, context: Any) -> dict[int, Poly]:
    groups: dict[int, dict[Any, Any]] = {}
    for monomial, coefficient in poly.to_dict().items():
        groups.setdefault(int(monomial[0]), {})[monomial[1:]] = coefficient
    return {k: context.from_dict(terms) for k, terms in groups.items()}


def _scale(germ: Sequence, count: int) -> Expr:
    """The least product c of irreducible factors with c^k m_k integral for all k <= count."""
    ring = germ.ring
    exponents: dict[Any, int] = {}
    for k, moment in enumerate(germ.first(count), 1):
        _, denominator = ring.over_common_denominator(moment)
        content, factors = denominator.factor()
        pairs = [(ring.poly_to_sympy(f), e) for f, e in factors] + [(Integer(int(p)), e) for p, e in flint.fmpz(content).factor()]
        for factor, power in pairs:
            exponents[factor] = max(exponents.get(factor, 0), -(-int(power) // k))
    scale: Expr = Integer(1)
    for factor, power in exponents.items():
        scale = scale * factor**power
    return scale
