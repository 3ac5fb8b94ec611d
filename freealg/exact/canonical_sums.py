"""Polynomials in plain symbols as SymPy sums, built in SymPy's own canonical order without SymPy's pairwise comparisons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cmp_to_key, lru_cache
from operator import itemgetter
from typing import Any

import sympy
from sympy import Add, Expr, Mul, Pow, Rational, S

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
    if len(symbols) == 1:
        return _in_one_symbol(terms, symbols[0])
    powers = [{e: _power(symbol, e) for e in {monomial[k] for monomial in terms} - {0}} for k, symbol in enumerate(symbols)]
    groups = _by_class([*(power for row in powers for power in row.values()), *set(terms.values())], symbols)
    parts = [part for members in groups.values() for part in members]
    rank = {part: place for place, part in enumerate(parts)}
    rows = [{e: rank[power] for e, power in row.items()} for row in powers]
    classes = {kind: place for place, kind in enumerate(groups)}
    kinds = [place for place, members in enumerate(groups.values()) for _ in members]
    keys = sorted(_keys(terms, rows, rank, (kinds, classes[Mul])))
    commutative = all(symbol.is_commutative for symbol in symbols)
    return Add._from_args([Mul._from_args([parts[k] for k in key[2:]], commutative) for key in keys], commutative)


def _in_one_symbol(terms: Mapping[tuple[int, ...], Rational], symbol: Expr) -> Expr:
    """The same with the keys written out: coefficient, then exponent."""
    powers = {e: _power(symbol, e) for (e,) in terms if e}
    for sample in (*powers.values(), *(power.exp for power in powers.values() if power.is_Pow), *terms.values()):
        if type(sample) not in _RANKS:
            _rank(type(sample), sample)
    ranks = _RANKS
    places = {e: (ranks[type(power)], ranks[type(power.exp)] if power.is_Pow else 0, e) for e, power in powers.items()}
    product, one = ranks[Mul], S.One
    rows: list[tuple[tuple[Any, ...], Expr]] = []
    for (e,), c in terms.items():
        if not e:
            rows.append(((-1,), c))
        elif c is one:
            rows.append(((places[e][0], 0, places[e]), powers[e]))
        else:
            rows.append(((product, 2, ranks[type(c)], c.p, c.q, places[e]), Mul._from_args((c, powers[e]), symbol.is_commutative)))
    rows.sort(key=itemgetter(0))
    return Add._from_args([term for _, term in rows], symbol.is_commutative)


def _keys(terms: Mapping[tuple[int, ...], Rational], rows: list[dict[int, int]], rank: dict[Expr, int], kinds: Any) -> Iterator[tuple[int, ...]]:
    """(place of the class, number of arguments, ranks of the arguments); a constant goes before all, and the coefficient 1 is not written."""
    kind_of, product = kinds
    for monomial, c in terms.items():
        ranks = sorted([row[e] for row, e in zip(rows, monomial, strict=True) if e])
        if not ranks:
            yield -1, 0, rank[c]
        elif c is S.One:
            yield (kind_of[ranks[0]], 0, ranks[0]) if len(ranks) == 1 else (product, len(ranks), *ranks)
        else:
            yield product, len(ranks) + 1, rank[c], *ranks


def _by_class(parts: list[Expr], symbols: tuple[Expr, ...]) -> dict[type, list[Expr]]:
    """The parts in order, grouped by class (between two classes the comparison does not look further); products have their place too."""
    found: dict[type, list[Expr]] = {Mul: []}
    for part in parts:
        found.setdefault(type(part), []).append(part)
    for kind in found:
        if kind not in _RANKS:
            _rank(kind, found[kind][0])
    places = _places(symbols)

    def key(part: Expr) -> Any:
        if part.is_Rational:
            return part.p, part.q
        if part.is_Pow:
            return places[part.base], _exponent_rank(part.exp), part.exp.p, part.exp.q
        return places[part]

    return {kind: sorted(found[kind], key=key) for kind in sorted(found, key=_RANKS.__getitem__)}


_SAMPLES: dict[type, Expr] = {Mul: _PRODUCT}
_RANKS: dict[type, int] = {Mul: 0}


def _rank(kind: type, sample: Expr) -> None:
    """Give a class its place among those met; a new one moves the others."""
    _SAMPLES[kind] = sample
    kinds = sorted(_SAMPLES, key=lambda each: _ORDER(_SAMPLES[each]))
    _RANKS.update({each: place for place, each in enumerate(kinds)})


def _exponent_rank(exponent: Rational) -> int:
    """The comparison of classes on exponents: -1 has a class of its own, and so has 1/2."""
    if type(exponent) not in _RANKS:
        _rank(type(exponent), exponent)
    return _RANKS[type(exponent)]


@lru_cache(maxsize=4096)
def _power(symbol: Expr, exponent: int) -> Expr:
    return Pow(symbol, exponent)


@lru_cache(maxsize=256)
def _places(symbols: tuple[Expr, ...]) -> dict[Expr, int]:
    return {symbol: place for place, symbol in enumerate(sorted(symbols, key=_ORDER))}


for _sample in (S.One, S.NegativeOne, S.Half, sympy.Integer(2), Rational(1, 3), sympy.Symbol("a"), sympy.Dummy("a"), Pow(sympy.Symbol("a"), 2)):
    _rank(type(_sample), _sample)
