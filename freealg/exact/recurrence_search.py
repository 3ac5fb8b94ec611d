"""A recurrence of the moments of a curve: found modulo a prime, lifted exactly, and proved by counting zeros and poles.

An operator L = sum_i w^i p_i(theta), theta = w d/dw, is sought with L y = q(w), q a polynomial of degree < first. L y - q is an element of the
function field of the curve. A place over a finite w_0 != 0 with ramification index e raises its pole order by e per theta; w = 0 and w = oo raise
none. So with D_w, D_y the degrees of F, delta = max deg p_i and r = max i, L y - q has at most D_w + delta E + r D_y poles, where E sums e over
the places at finite w_0 != 0 that are ramified or poles of y: E <= sum over the roots of the discriminant of min(2 mult, D_y), and over those of
the leading coefficient of their multiplicity. A non-zero function has as many zeros as poles, so when more coefficients than that vanish exactly,
L y = q.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

import flint
from sympy import Integer

from freealg.errors import BudgetExceeded
from freealg.exact.coerce import rational_from_fmpq
from freealg.exact.germ_equation import GermEquation
from freealg.exact.multimodular import ScaledGerm
from freealg.exact.recurrence import Recurrence

__all__ = ["find_recurrence", "pole_bound", "ramified_poles"]

_PRIME = 2**61 - 1
_SIZES = (16, 28, 48, 84, 150, 270, 480)
_EXTRA_ROWS = 6
_TYPICAL_INDEX_BITS = 17
_LARGEST_ROOT = 10_000


def find_recurrence(germ: ScaledGerm, most_unknowns: int = 300) -> Recurrence:
    """The recurrence that is cheapest to unroll among the small ones, proved; `BudgetExceeded` when none has at most `most_unknowns` coefficients."""
    shape = _shape(germ, most_unknowns)
    rows = _lifted(germ, shape)
    equation = germ.equation
    bound = pole_bound(equation, shape.degree, shape.order)
    values = germ.first(max(bound + 1, shape.order + 1))
    first = _first_valid(rows, values, shape.order)
    if first is None:
        raise BudgetExceeded("the recurrence found modulo a prime does not hold over the integers; use the moments themselves")
    begin = max(first, 1 + _largest_root(rows[0]))
    known = [rational_from_fmpq(flint.fmpq(u, flint.fmpz(germ.base) ** k)) for k, u in enumerate(germ.first(begin))]
    status = (
        f"proved: the operator maps the moment series to an algebraic function with at most {bound} poles, and its coefficients from order {first} "
        f"to {bound} vanish exactly"
    )
    return Recurrence(_public_rows(rows, germ.base, equation.step), equation.step, first * equation.step, tuple(known), status)


# -- the shape, modulo a prime ------------------------------------------------------------------------------------------------


@final
@dataclass(frozen=True)
class _Shape:
    """p_0, ..., p_order of degree at most `degree`."""

    order: int
    degree: int

    @property
    def unknowns(self) -> int:
        """The number of coefficients."""
        return (self.order + 1) * (self.degree + 1)

    def cost(self) -> int:
        """Words touched per step of the unrolling, at an index of typical size."""
        return (self.order + 1) * (1 + (self.degree * _TYPICAL_INDEX_BITS + 8) // 62)


def _shape(germ: ScaledGerm, most: int) -> _Shape:
    for size in _SIZES:
        if size > 2 * most:
            break
        values = germ.modular(2 * size + _EXTRA_ROWS + 2, _PRIME) or []
        found = [shape for degree in range(2 * germ.equation.degree_y) for shape in _least_order(values, degree, size)]
        if found:
            best = min(found, key=lambda shape: (shape.cost(), shape.unknowns))
            return _least_degree(values, best)
    raise BudgetExceeded(
        f"no recurrence of the moments with at most {most} coefficients was found for the curve of degree {germ.equation.degree_y}; "
        "ask for the moments themselves, which need none"
    )


def _least_order(values: list[int], degree: int, size: int) -> list[_Shape]:
    """The shape of least order with this degree and at most `size` coefficients, if any."""
    order = size // (degree + 1) - 1
    nullity = _nullity(values, _Shape(order, degree)) if order >= 1 else 0
    if not nullity:
        return []
    order = max(1, order - nullity + 1)  # w^i L is a solution with L, so the nullity grows by one at least with each order
    while not _nullity(values, _Shape(order, degree)):
        order += 1
    return [_Shape(order, degree)]


def _least_degree(values: list[int], shape: _Shape) -> _Shape:
    while shape.degree > 0 and _nullity(values, _Shape(shape.order, shape.degree - 1)):
        shape = _Shape(shape.order, shape.degree - 1)
    return shape


def _nullity(values: list[int], shape: _Shape) -> int:
    matrix = flint.nmod_mat(_matrix(values, shape, shape.unknowns + _EXTRA_ROWS, _PRIME), _PRIME)
    return int(matrix.ncols() - matrix.rank())


def _matrix(values: Any, shape: _Shape, count: int, modulus: int | None) -> list[list[Any]]:
    """Row n: the values n^j u_{n-i} for i = 0 ... order, j = 0 ... degree; n from `order` on."""
    rows = []
    for n in range(shape.order, shape.order + count):
        powers = [n**j for j in range(shape.degree + 1)]
        row = [values[n - i] * power for i in range(shape.order + 1) for power in powers]
        rows.append([x % modulus for x in row] if modulus else row)
    return rows


# -- the exact recurrence -------------------------------------------------------------------------------------------------


def _lifted(germ: ScaledGerm, shape: _Shape) -> list[list[int]]:
    """rows[i][j], the coefficient of n^j u_{n-i}: integers without a common factor, p_0 with a positive leading coefficient."""
    count = shape.unknowns + _EXTRA_ROWS
    table = _matrix(germ.first(shape.order + count), shape, count, None)
    reduced, _ = flint.nmod_mat([[int(x % _PRIME) for x in row] for row in table], _PRIME).rref()
    columns = _pivots(reduced)
    free = next(j for j in range(shape.unknowns) if j not in set(columns))
    transposed, _ = flint.nmod_mat([[int(row[j] % _PRIME) for row in table] for j in columns], _PRIME).rref()
    chosen = _pivots(transposed)
    square = flint.fmpz_mat([[table[i][j] for j in columns] for i in chosen])
    right = flint.fmpz_mat([[-table[i][free]] for i in chosen])
    solution = square.solve(right).entries()
    vector = [flint.fmpq(0)] * shape.unknowns
    vector[free] = flint.fmpq(1)
    for j, x in zip(columns, solution, strict=True):
        vector[j] = flint.fmpq(x)
    flat = _primitive(vector)
    width = shape.degree + 1
    rows = [flat[k : k + width] for k in range(0, len(flat), width)]
    sign = 1 if next(c for c in reversed(rows[0]) if c) > 0 else -1
    return [[sign * c for c in row] for row in rows]


def _pivots(reduced: Any) -> list[int]:
    places = []
    for row in reduced.tolist():
        place = next((j for j, x in enumerate(row) if int(x)), None)
        if place is not None:
            places.append(place)
    return places


def _primitive(vector: list[flint.fmpq]) -> list[int]:
    common: Any = flint.fmpz(1)
    for x in vector:
        common = common.lcm(x.q)
    integers: list[Any] = [(x * common).p for x in vector]
    content: Any = flint.fmpz(0)
    for x in integers:
        content = content.gcd(x)
    return [int(x // content) for x in integers]


def _first_valid(rows: list[list[int]], values: list[flint.fmpz], order: int) -> int | None:
    """The least n from which the recurrence holds up to the end of `values`, m_k = 0 for k < 0; None when it fails at or beyond `order`."""
    first = len(values)
    while first > 1 and _residual(rows, values, first - 1) == 0:
        first -= 1
    return first if first <= order else None


def _residual(rows: list[list[int]], values: list[flint.fmpz], n: int) -> Any:
    total = flint.fmpz(0)
    for i, row in enumerate(rows[: n + 1]):
        total += sum(c * n**j for j, c in enumerate(row)) * values[n - i]
    return total


def _largest_root(row: list[int]) -> int:
    """The largest integer root of p_0, 0 when there is none above."""
    roots = [int(r) for r, _ in flint.fmpz_poly(row).roots() if r > 0]
    if roots and max(roots) > _LARGEST_ROOT:
        raise BudgetExceeded(
            f"the recurrence cannot give the moment number {max(roots)}, so it would need that many start values; law.moments(n) needs no recurrence"
        )
    return max(roots, default=0)


def _public_rows(rows: list[list[int]], base: int, step: int) -> tuple[tuple[Integer, ...], ...]:
    """From sum c_ij k^j u_{k-i} = 0, u_k = base^k m_{k step}, to polynomials in n = k step that multiply m_{n - i step}."""
    order, degree = max(i for i, row in enumerate(rows) if any(row)), len(rows[0]) - 1
    scaled = [c * base ** (order - i) * step ** (degree - j) for i, row in enumerate(rows[: order + 1]) for j, c in enumerate(row)]
    flat = _primitive([flint.fmpq(c) for c in scaled])
    width = degree + 1
    return tuple(tuple(Integer(c) for c in flat[i * width : (i + 1) * width]) for i in range(order + 1))


# -- the proof ------------------------------------------------------------------------------------------------------------


def pole_bound(equation: GermEquation, degree: int, order: int) -> int:
    """D_w + degree * E + order * D_y, which no number of poles of L y - q can exceed.

    >>> catalan = GermEquation(((1,), (-1,), (0, 1)), 1, (flint.fmpq(1), flint.fmpq(1)), 0, flint.fmpq(-1))
    >>> pole_bound(catalan, 1, 1)
    5
    """
    return equation.degree_w + degree * ramified_poles(equation) + order * equation.degree_y


def ramified_poles(equation: GermEquation) -> int:
    """A bound for E, from the discriminant and the leading coefficient of F in y, both as polynomials in w."""
    degree = equation.degree_y
    lead = flint.fmpz_poly(list(equation.rows[-1]))
    total = lead.degree() - _order_at_zero(lead)
    if degree == 1:
        return int(total)
    context = flint.fmpz_mpoly_ctx.get(("y", "w"), "lex")
    poly = context.from_dict({(j, i): c for j, row in enumerate(equation.rows) for i, c in enumerate(row) if c})
    terms = {monomial[1]: int(c) for monomial, c in poly.discriminant("y").to_dict().items()}
    if not terms:
        raise BudgetExceeded("the discriminant of the curve vanishes, so the curve has a repeated factor; give an irreducible one")
    discriminant = flint.fmpz_poly([terms.get(k, 0) for k in range(max(terms) + 1)])
    discriminant = discriminant.right_shift(_order_at_zero(discriminant))
    for factor, multiplicity in discriminant.factor_squarefree()[1]:
        total += factor.degree() * min(2 * multiplicity, degree)
    return int(total)


def _order_at_zero(poly: flint.fmpz_poly) -> int:
    return next(k for k, c in enumerate(poly.coeffs()) if c != 0)
