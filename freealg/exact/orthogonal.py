"""Orthogonal polynomials from moments: Jacobi coefficients, the continued fraction of G, Gauss quadrature.

P_{k+1} = (x - a_k) P_k - b_k P_{k-1}, so b_k > 0 are the squares of the off-diagonal entries of the Jacobi matrix, and G(z) = 1/(z - a_0 - b_1/(z
- a_1 - b_2/(z - a_2 - ...))).
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
import sympy
from sympy import Expr, Integer, Symbol

from freealg.errors import BudgetExceeded, InvalidInput, NotALaw, UnboundParameters
from freealg.exact.coerce import fmpq_of, rational_from_fmpq
from freealg.exact.context import mp_precision
from freealg.exact.fields import Ring
from freealg.exact.number_field import NumberField

__all__ = ["continued_fraction", "gauss_quadrature", "jacobi_coefficients", "moments_from_jacobi"]

_MOST_DEGREE = 4


def jacobi_coefficients(moments: list[Expr], n: int) -> tuple[list[Expr], list[Expr]]:
    """(a_0, ..., a_{n-1}) and (b_1, ..., b_{n-1}) from m_1, ..., m_{2n-1}, by Chebyshev's algorithm; parameters may stay symbols.

    The lists end early, with k and k - 1 entries, when b_k = 0 and all moments agree: the law then sits on k points. Raises `NotALaw` when
    some b_k = 0 but the moments go on as no law on k points does.

    >>> jacobi_coefficients([Integer(m) for m in (0, 1, 0, 2, 0)], 3)
    ([0, 0, 0], [1, 1])
    >>> jacobi_coefficients([sympy.Rational(1, 3)] * 5, 3)
    ([1/3, 2/3], [2/9])
    """
    if n < 1 or len(moments) < 2 * n - 1:
        raise InvalidInput(f"{n} Jacobi coefficients need n >= 1 and {max(2 * n - 1, 1)} moments, and {len(moments)} are given")
    row, out = _field([Integer(1), *moments[: 2 * n - 1]])
    before, lead = [row[0] * 0] * len(row), row[0] * 0
    a, b = [row[1] / row[0]], []
    for k in range(1, n):
        mixed = [row[i + 1] - a[-1] * row[i] - lead * before[i] if i >= k else row[0] * 0 for i in range(2 * n - k)]
        if mixed[k] == 0:
            _require_finite(mixed[k:], k)
            break
        lead = mixed[k] / row[k - 1]
        b.append(lead)
        a.append(mixed[k + 1] / mixed[k] - row[k] / row[k - 1])
        before, row = row, mixed
    return [out(value) for value in a], [out(value) for value in b]


def moments_from_jacobi(a: list[Expr], b: list[Expr], count: int) -> list[Expr]:
    """[m_1, ..., m_count], m_k = (J^k)_00, of the law on len(a) points with these coefficients; the first 2 len(a) - 1 fit every longer sequence.

    >>> moments_from_jacobi([Integer(0)] * 3, [Integer(1)] * 2, 6)
    [0, 1, 0, 2, 0, 4]
    """
    size = len(a)
    entries, out = _field([*a, *b, Integer(1)])
    a, b, one = entries[:size], entries[size:-1], entries[-1]
    vector, moments = [one] + [one * 0] * (size - 1), []
    for _ in range(count):
        up = [one * 0, *vector[:-1]]
        down = [square * value for square, value in zip(b, vector[1:], strict=True)] + [one * 0]
        vector = [u + center * value + d for u, center, value, d in zip(up, a, vector, down, strict=True)]
        moments.append(out(vector[0]))
    return moments


def continued_fraction(a: list[Expr], b: list[Expr], z: Symbol) -> Expr:
    """1/(z - a_0 - b_1/(z - a_1 - ...)), as deep as the coefficients go; exact for a law on len(a) points, and G + O(z^-(2 len(a) + 1)) otherwise.

    >>> continued_fraction([Integer(0), Integer(0)], [Integer(1)], Symbol("z"))
    1/(z - 1/z)
    """
    value = 1 / (z - a[-1])
    for center, square in zip(reversed(a[:-1]), reversed(b[: len(a) - 1]), strict=True):
        value = 1 / (z - center - square * value)
    return value


def gauss_quadrature(a: list[Expr], b: list[Expr], dps: int | None = None) -> tuple[Any, Any]:
    """(nodes, weights) with sum weights * f(nodes) = E[f(X)] for polynomials f of degree < 2 len(a).

    The nodes are the eigenvalues of the Jacobi matrix in increasing order, the weights the squares of the first components of its eigenvectors.

    The results are NumPy arrays, or lists of mpmath numbers at `dps` digits. Raises `NotALaw` when some b_k <= 0, and `UnboundParameters` when
    symbols are left.

    >>> nodes, weights = gauss_quadrature([Integer(0), Integer(0)], [Integer(1)])
    >>> nodes.round(12).tolist(), weights.round(12).tolist()
    ([-1.0, 1.0], [0.5, 0.5])
    """
    symbols = sorted({str(s) for value in (*a, *b) for s in value.free_symbols})
    if symbols:
        raise UnboundParameters(f"the Jacobi coefficients still have the parameters {', '.join(symbols)}; bind them with law.subs({{symbol: value}})")
    for k, square in enumerate(b, 1):
        if not square.is_positive:
            raise NotALaw(f"b_{k} = {square} is not positive, so these are the Jacobi coefficients of no law; positive b are needed")
    if dps is not None:
        return _precise_quadrature(a, b, dps)
    matrix = np.diag([float(value) for value in a])
    off = np.sqrt([float(value) for value in b])
    matrix += np.diag(off, 1) + np.diag(off, -1)
    nodes, vectors = np.linalg.eigh(matrix)
    return nodes, vectors[0] ** 2


def _precise_quadrature(a: list[Expr], b: list[Expr], dps: int) -> tuple[list[Any], list[Any]]:
    with mp_precision(dps + 10) as mp:
        matrix = mp.zeros(len(a))
        for k, value in enumerate(a):
            matrix[k, k] = mp.mpmathify(value.evalf(dps + 10))
        for k, value in enumerate(b):
            matrix[k, k + 1] = matrix[k + 1, k] = mp.sqrt(mp.mpmathify(value.evalf(dps + 10)))
        values, vectors = mp.eigsy(matrix)
        nodes = [values[k] for k in range(len(a))]
        weights = [vectors[0, k] ** 2 for k in range(len(a))]
    with mp_precision(dps):
        return [+node for node in nodes], [+weight for weight in weights]


def _field(values: list[Expr]) -> tuple[list[Any], Any]:
    """The values as elements of one field, and the way back: FLINT rationals, or SymPy's field of fractions or number field."""
    if all(value.is_Rational for value in values):
        return [fmpq_of(value) for value in values], rational_from_fmpq
    field = NumberField.of(values)
    if field is not None:
        return [field.convert(value) for value in values], field.show
    domain, elements = sympy.construct_domain(values, field=True, extension=_few_roots(values) or None)
    return elements, domain.to_sympy


def _few_roots(values: list[Expr]) -> bool:
    """Whether roots stand beside symbols; refused where SymPy would look for a number field of degree above 4, which may take hours."""
    ring = Ring.of(*values)
    degree = prod(int(degree) for degree, _ in ring.relations.values())
    if degree > _MOST_DEGREE:
        roots = ", ".join(str(ring.generators[index]) for index in ring.relations)
        raise BudgetExceeded(
            f"beside symbols, {roots} of degree up to {degree} over Q are above the {_MOST_DEGREE} that are tried; bind the symbols, or "
            "replace roots by symbols"
        )
    return bool(ring.relations)


def _require_finite(row: list[Any], size: int) -> None:
    wrong = next((i for i, value in enumerate(row) if value != 0), None)
    if wrong is not None:
        raise NotALaw(
            f"b_{size} = 0, so only a law on {size} points has the moments up to m_{2 * size}, but m_{2 * size + wrong} is not the one of that law: "
            "no law has these moments"
        )
