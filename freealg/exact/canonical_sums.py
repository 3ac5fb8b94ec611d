"""Polynomials in plain symbols as SymPy sums, built in SymPy's own canonical order without SymPy's pairwise comparisons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cmp_to_key
from typing import Any

import sympy
from sympy import Add, Expr, Mul, Pow, Rational

__all__ = ["canonical_sum"]

_ORDER = cmp_to_key(sympy.Basic.compare)
_PRODUCT = Mul(*sympy.symbols("a b"))


def canonical_sum(terms: Mapping[tuple[int, ...], Rational], symbols: tuple[Expr, ...]) -> Expr:
    """The sum of c * symbols**monomial over {monomial: c}, equal in structure to what `sympy.expand` gives; c is never 0.

    `Basic.compare` looks at the class, then at the number of arguments, then at the arguments one by one. So every factor and every coefficient is
    ranked once, and a term is compared by the ranks of what it is made of.

    >>> x, y = sympy.symbols("x y")
    >>> canonical_sum({(2, 0): Rational(1, 2), (0, 0): Rational(3), (1, 1): Rational(-1)}, (x, y))
    x**2/2 - x*y + 3
    """
    powers = [{e: Pow(symbol, e) for e in {monomial[k] for monomial in terms} - {0}} for k, symbol in enumerate(symbols)]
    groups = _by_class([*(power for row in powers for power in row.values()), *set(terms.values())])
    parts = [part for members in groups.values() for part in members]
    rank = {part: place for place, part in enumerate(parts)}
    rows = [{e: rank[power] for e, power in row.items()} for row in powers]
    classes = {kind: place for place, kind in enumerate(groups)}
    kinds = [classes[type(part)] for part in parts]
    keys = sorted(_keys(terms, rows, rank, (kinds, classes[Mul])))
    commutative = all(symbol.is_commutative for symbol in symbols)
    return Add._from_args([Mul._from_args([parts[k] for k in key[2:]], commutative) for key in keys], commutative)


def _keys(terms: Mapping[tuple[int, ...], Rational], rows: list[dict[int, int]], rank: dict[Expr, int], kinds: Any) -> Iterator[tuple[int, ...]]:
    """(place of the class, number of arguments, ranks of the arguments); a constant goes before all, and the coefficient 1 is not written."""
    kind_of, product = kinds
    for monomial, c in terms.items():
        ranks = sorted([row[e] for row, e in zip(rows, monomial, strict=True) if e])
        if not ranks:
            yield -1, 0, rank[c]
        elif c == 1:
            yield (kind_of[ranks[0]], 0, ranks[0]) if len(ranks) == 1 else (product, len(ranks), *ranks)
        else:
            yield product, len(ranks) + 1, rank[c], *ranks


def _by_class(parts: list[Expr]) -> dict[type, list[Expr]]:
    """The parts in order, grouped by class (between two classes the comparison does not look further); products have their place too."""
    found: dict[type, list[Expr]] = {Mul: []}
    for part in parts:
        found.setdefault(type(part), []).append(part)
    samples = {type(part): part for part in (*parts, _PRODUCT)}
    kinds = sorted(found, key=lambda kind: _ORDER(samples[kind]))
    return {kind: sorted(found[kind], key=_number if issubclass(kind, Rational) else _ORDER) for kind in kinds}


def _number(value: Rational) -> tuple[int, int]:
    return value.p, value.q
