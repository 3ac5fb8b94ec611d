"""Polynomials in plain symbols as SymPy sums, built in SymPy's own canonical order without SymPy's pairwise comparisons."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cmp_to_key
from typing import Any

import sympy
from sympy import Add, Expr, Mul, Pow, Rational

__all__ = ["canonical_sum"]

_ORDER = cmp_to_key(sympy.Basic.compare)


def canonical_sum(terms: Mapping[tuple[int, ...], Rational], symbols: tuple[Expr, ...]) -> Expr:
    """The sum of c * symbols**monomial over {monomial: c}, equal in structure to what `sympy.expand` gives; c is never 0.

    `Basic.compare` looks at the class, then at the number of arguments, then at the arguments one by one. So every factor gets a sort key once,
    and a term's key is made of those of its factors.

    >>> x, y = sympy.symbols("x y")
    >>> canonical_sum({(2, 0): Rational(1, 2), (0, 0): Rational(3), (1, 1): Rational(-1)}, (x, y))
    x**2/2 - x*y + 3
    """
    if not terms:
        return sympy.S.Zero
    factors = _factors(terms, symbols)
    place = _places_of_classes([factor for row in factors for factor in row.values()], terms.values())
    ranks = _ranks([factor for row in factors for factor in row.values()])
    table = [{e: ((place[type(f)], ranks[f]), f) for e, f in row.items()} for row in factors]
    commutative = all(symbol.is_commutative for symbol in symbols)
    constant: list[Expr] = []
    keyed = []
    for monomial, c in terms.items():
        parts = sorted([row[e] for row, e in zip(table, monomial, strict=True) if e])
        if not parts:
            constant.append(c)
            continue
        if c != 1:
            parts.insert(0, ((place[type(c)], (c.p, c.q)), c))
        keyed.append((_term_key(parts, place[Mul]), parts))
    keyed.sort()
    built = [*constant, *(parts[0][1] if len(parts) == 1 else Mul._from_args([f for _, f in parts], commutative) for _, parts in keyed)]
    return built[0] if len(built) == 1 else Add._from_args(built, commutative)


def _term_key(parts: list[Any], product: int) -> tuple[Any, ...]:
    """A lone factor stands by itself; a product is compared by its length, then factor by factor."""
    return parts[0][0] if len(parts) == 1 else (product, (len(parts), [key for key, _ in parts]))


def _factors(terms: Mapping[tuple[int, ...], Rational], symbols: tuple[Expr, ...]) -> list[dict[int, Expr]]:
    """{exponent: symbol**exponent} of each symbol, for the exponents that occur."""
    return [{e: Pow(symbol, e) for e in sorted({monomial[k] for monomial in terms} - {0})} for k, symbol in enumerate(symbols)]


def _places_of_classes(factors: list[Expr], numbers: Any) -> dict[type, int]:
    """The classes in SymPy's order; between two classes the comparison does not look further."""
    members = {type(member): member for member in (*factors, *numbers)}
    members[Mul] = Mul(sympy.Symbol("a"), sympy.Symbol("b"))
    return {kind: place for place, kind in enumerate(sorted(members, key=lambda kind: _ORDER(members[kind])))}


def _ranks(factors: list[Expr]) -> dict[Expr, int]:
    return {factor: rank for rank, factor in enumerate(sorted(factors, key=_ORDER))}
