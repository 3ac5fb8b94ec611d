"""The linear differential equation of an algebraic function, derived by exact linear algebra, and the recurrence it gives.

In the function field of F(w, y) = 0, of degree d in y, the components of y, theta y, ..., theta^r y along Z, ..., Z^(d-1) are dependent for some r <= d - 1, which
gives sum_j a_j(w) theta^j y = q(w). Nothing is guessed, so the recurrence of the coefficients of y is proved:
sum_i p_i(n) m_{n-i} = 0 for n > deg q, with p_i(n) = sum_j [w^i] a_j (n - i)^j. Parameters may stay symbols; the equation then holds over Q(parameters).
"""

from __future__ import annotations

from functools import reduce
from math import gcd
from typing import Any

import flint
from sympy import Expr, Integer

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
    ([4*w^2 - 2, 4*w^2 - 1], -2)
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
    """The vector with rows * vector = 0, from as many independent rows as there are columns less one; the others are checked against it."""
    size = len(rows[0]) - 1
    transposed, _ = _image(rows).transpose().rref()
    chosen = [next(j for j, x in enumerate(row) if int(x)) for row in transposed.tolist() if any(int(x) for x in row)][:size]
    solution, last = _solve([rows[i] for i in chosen])
    vector = [*solution, -last]
    if any(sum((a * b for a, b in zip(row, vector, strict=True)), last * 0) != 0 for row in rows):
        raise InvalidInput("the derivatives of the germ are independent, though their images modulo a prime are not; this needs another prime")
    return vector


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
