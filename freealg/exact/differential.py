"""The linear differential equation of an algebraic function, derived by exact linear algebra, and the recurrence it gives.

In the function field of F(w, y) = 0, of degree d in y, the components of y, theta y, ..., theta^r y along Z, ..., Z^(d-1) are dependent for some
r <= d - 1, which gives sum_j a_j(w) theta^j y = q(w). Nothing is guessed, so the recurrence of the coefficients of y is proved: sum_i p_i(n)
m_{n-i} = 0 for n > deg q, with p_i(n) = sum_j [w^i] a_j (n - i)^j. Parameters may stay symbols; the equation then holds over Q(parameters).
"""

from __future__ import annotations

from functools import reduce
from math import gcd
from typing import Any

import flint
from sympy import Integer

from freealg.errors import BudgetExceeded, InvalidInput
from freealg.exact.curve import Curve
from freealg.exact.function_field import FunctionField, Poly, Vector, solve
from freealg.exact.recurrence import Recurrence
from freealg.exact.series import Sequence

__all__ = ["DEFAULT_BUDGET", "derived_recurrence", "operator_of", "predicted_work"]

DEFAULT_BUDGET = 10**8
_PRIME = 2**61 - 1
_LARGEST_ROOT = 10_000


def predicted_work(curve: Curve) -> int:
    """d^6 times the product of (1 + degree)^2 over w and the parameters: about 10^7 a second, to an order of magnitude.

    >>> from freealg.exact.fields import Ring
    >>> from freealg.exact.curve import context_over
    >>> G, z = context_over(Ring.of()).gens()
    >>> predicted_work(Curve(Ring.of(), G**2 - z*G + 1))
    576
    """
    exponents = [j - i for i, j in curve.coefficient_table()]
    work = int(curve.degree_G**6 * (1 + max(exponents) - min(exponents)) ** 2)
    for degree in curve.poly.degrees()[2:]:
        work *= (1 + int(degree)) ** 2
    return work


def operator_of(curve: Curve, budget: int = DEFAULT_BUDGET) -> tuple[list[Poly], Poly]:
    """([a_0, ..., a_r], q) in Z[w, parameters] with sum_j a_j theta^j y = q for y = sum m_n w^n; q may be 0.

    Raises `BudgetExceeded` before any work when `predicted_work` is over the budget.

    >>> from freealg.exact.fields import Ring
    >>> from freealg.exact.curve import context_over
    >>> G, z = context_over(Ring.of()).gens()
    >>> operator_of(Curve(Ring.of(), G**2 - z*G + 1))
    ([-4*w^2 + 2, -4*w^2 + 1], 2)
    """
    work = predicted_work(curve)
    if work > budget:
        raise BudgetExceeded(
            f"the differential equation of a curve of degree {curve.degree_G} in G needs some {work} operations, over the budget of {budget}; "
            "the moments themselves do not need it"
        )
    field = FunctionField(curve)
    powers = [field.generator()]
    weights = [field.one]
    while field.degree > 1:
        powers.append(field.derivative(*powers[-1]))
        rows = [[vector[k] for vector, _ in powers] for k in range(1, field.degree)]
        if int(_image(rows).rank()) < len(powers):
            weights = _null_vector(rows)
            break
    source = sum((b * vector[0] for b, (vector, _) in zip(weights, powers, strict=True)), field.one * 0)
    operator = [b * denominator for b, (_, denominator) in zip(weights, powers, strict=True)]
    content = reduce(lambda a, b: a.gcd(b), operator, source)
    return [a / content for a in operator], source / content


def _image(rows: list[Vector]) -> flint.nmod_mat:
    """The matrix at a fixed point modulo a prime. Its rank is at most the true one, so `_null_vector` checks the dependence that it suggests."""
    return flint.nmod_mat([[_value(c) for c in row] for row in rows], _PRIME)


def _value(poly: Poly) -> int:
    """The value modulo a prime at a fixed point."""
    total = 0
    for monomial, coefficient in poly.to_dict().items():
        total += int(coefficient) * pow(3, sum((5 * k + 101) * int(e) for k, e in enumerate(monomial)), _PRIME)
    return total % _PRIME


def _null_vector(rows: list[Vector]) -> Vector:
    """The vector with rows * vector = 0, from as many independent rows as there are columns less one; the others are checked against it."""
    size = len(rows[0]) - 1
    transposed, _ = _image(rows).transpose().rref()
    chosen = [next(j for j, x in enumerate(row) if int(x)) for row in transposed.tolist() if any(int(x) for x in row)][:size]
    solution, last = solve([rows[i] for i in chosen])
    vector = [*solution, -last]
    if any(sum((a * b for a, b in zip(row, vector, strict=True)), last * 0) != 0 for row in rows):
        raise InvalidInput("the derivatives of the germ are independent, though their images modulo a prime are not; this needs another prime")
    return vector


def derived_recurrence(curve: Curve, germ: Sequence, budget: int = DEFAULT_BUDGET) -> Recurrence:
    """The recurrence that the differential equation of the curve gives, with the start values of the germ; proved by its construction.

    With parameters it holds for generic ones: values at which the leading polynomial vanishes at some n >= `first` need start values of their own.

    >>> from freealg.exact.germs import curve_germ
    >>> from freealg.exact.fields import Ring
    >>> from freealg.exact.curve import context_over
    >>> G, z = context_over(Ring.of()).gens()
    >>> semicircle = Curve(Ring.of(), G**2 - z*G + 1)
    >>> print(derived_recurrence(semicircle, curve_germ(semicircle)))
    (n + 2)*m[n] - 4*(n - 1)*m[n - 2] = 0 for n >= 2 divisible by 2; the other moments are 0
    m[0] = 1
    proved: derived from the linear differential equation of the algebraic function, by exact linear algebra in its function field
    """
    operator, source = operator_of(curve, budget)
    context = curve.ring.base_context
    table = _table(operator, context)
    first = 1 + max(_by_power_of_w(source, context), default=0)
    begin = max(first, 1 + _largest_root(table[0]))
    values = [Integer(1), *(germ.ring.to_sympy(m) for m in germ.first(begin - 1))]
    step = max(1, gcd(*(i for i, row in enumerate(table) if any(not c.is_zero() for c in row))))
    if any(value != 0 for k, value in enumerate(values[:begin]) if k % step):
        step = 1
    rows = tuple(tuple(curve.ring.poly_to_sympy(c) for c in row) for row in table[::step])
    status = "proved: derived from the linear differential equation of the algebraic function, by exact linear algebra in its function field"
    return Recurrence(rows, step, step * -(-first // step), tuple(values[:begin:step]), status)


def _table(operator: list[Poly], context: Any) -> list[list[Poly]]:
    """table[i][k], the coefficient of n^k in p_i; p_0 with a positive leading coefficient."""
    columns = [_by_power_of_w(a, context) for a in operator]
    zero = context.constant(0)
    rows = [[zero] * len(columns) for _ in range(1 + max(max(column, default=0) for column in columns))]
    for j, column in enumerate(columns):
        for i, coefficient in column.items():
            for k, b in enumerate((flint.fmpz_poly([-i, 1]) ** j).coeffs()):
                rows[i][k] = rows[i][k] + coefficient * int(b)
    lead = next(c for c in reversed(rows[0]) if not c.is_zero())
    return rows if lead.leading_coefficient() > 0 else [[-c for c in row] for row in rows]


def _by_power_of_w(poly: Poly, context: Any) -> dict[int, Poly]:
    groups: dict[int, dict[Any, Any]] = {}
    for monomial, coefficient in poly.to_dict().items():
        groups.setdefault(int(monomial[0]), {})[monomial[1:]] = coefficient
    return {k: context.from_dict(terms) for k, terms in groups.items()}


def _largest_root(row: list[Poly]) -> int:
    """The largest integer n >= 0 with p_0(n) = 0 identically in the parameters, 0 when there is none."""
    point = [int(3**k + 101) for k in range(row[0].context().nvars())]
    special = flint.fmpz_poly([int(_at_integers(c, point)) for c in row])
    candidates = [int(root) for root, _ in special.roots() if root > 0]
    roots = [n for n in candidates if sum((c * n**k for k, c in enumerate(row)), row[0] * 0).is_zero()]
    if roots and max(roots) > _LARGEST_ROOT:
        raise BudgetExceeded(
            f"the recurrence cannot give the moment number {max(roots)}, so it would need that many start values; law.moments(n) needs no recurrence"
        )
    return max(roots, default=0)


def _at_integers(poly: Poly, point: list[int]) -> int:
    total = 0
    for monomial, coefficient in poly.to_dict().items():
        term = int(coefficient)
        for x, e in zip(point, monomial, strict=True):
            term *= x ** int(e)
        total += term
    return total
