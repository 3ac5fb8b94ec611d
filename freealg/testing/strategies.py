"""Hypothesis strategies for laws: small leaves joined by operations, shrinking to the leaves.

>>> from hypothesis import given, settings
>>> @settings(max_examples=5, deadline=None, database=None)
... @given(laws())
... def compression_keeps_the_mean(mu):
...     assert mu.compress(Rational(1, 2)).mean() == mu.mean()
>>> compression_keeps_the_mean()
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from hypothesis import strategies as st
from sympy import Rational

from freealg.law.law import Law
from freealg.law.operations.free_product import boxtimes
from freealg.law.operations.free_sum import boxplus
from freealg.laws.arcsine import Arcsine
from freealg.laws.discrete import Discrete
from freealg.laws.free_poisson import FreePoisson
from freealg.laws.marchenko_pastur import MarchenkoPastur
from freealg.laws.semicircle import Semicircle

__all__ = ["algebraic_laws", "laws", "parameters", "positive_laws"]



@final
@dataclass(frozen=True)
class _Grown:
    """A law with a bound on the degree in G of its equation, and whether it lives on [0, oo)."""

    law: Law
    degree: int
    positive: bool


def parameters(low: int = 1, high: int = 4) -> st.SearchStrategy[Rational]:
    """Positive rationals p/q with low <= p and p, q <= high, shrinking to 1."""
    return st.builds(Rational, st.integers(low, high), st.integers(1, high))


def laws(max_degree: int = 12) -> st.SearchStrategy[Law]:
    """Random nested laws whose algebraic equation has degree at most `max_degree` in G; rational parameters, all moments exact."""
    return _grown(max_degree).map(lambda grown: grown.law)


def algebraic_laws(max_degree: int = 6) -> st.SearchStrategy[Law]:
    """Like `laws`, of lower degree: for tests that evaluate densities."""
    return laws(max_degree)


def positive_laws(max_degree: int = 12) -> st.SearchStrategy[Law]:
    """Random nested laws on [0, oo) with a positive mean."""
    return _positive(max_degree).map(lambda grown: grown.law)


@st.composite
def _atoms(draw: Any, low: int) -> _Grown:
    count = draw(st.integers(2, 3))
    locations = draw(st.lists(st.integers(low, 4), min_size=count, max_size=count, unique=True))
    weights = draw(st.lists(st.integers(1, 4), min_size=count, max_size=count))
    total = sum(weights)
    return _Grown(Discrete({x: Rational(w, total) for x, w in zip(locations, weights, strict=True)}), count, low >= 0)


def _positive_leaves() -> st.SearchStrategy[_Grown]:
    return st.one_of(
        st.builds(lambda r, v: _Grown(MarchenkoPastur(ratio=r, variance=v), 2, True), parameters(), parameters()),
        st.builds(lambda r, v: _Grown(FreePoisson(rate=r, jump=v), 2, True), parameters(), parameters()),
        _atoms(0),
    )


def _leaves() -> st.SearchStrategy[_Grown]:
    return st.one_of(
        st.builds(lambda a, v: _Grown(Semicircle(a, v), 2, False), st.integers(-2, 2), parameters()),
        _positive_leaves(),
        st.builds(lambda r: _Grown(Arcsine(r), 2, False), parameters()),
        _atoms(-3),
    )


def _bounded(strategy: st.SearchStrategy[_Grown], most: int) -> st.SearchStrategy[_Grown]:
    return strategy.filter(lambda grown: grown.degree <= most and (not grown.positive or grown.law.mean() != 0))


def _unary(grown: st.SearchStrategy[_Grown]) -> st.SearchStrategy[_Grown]:
    above, below = st.sampled_from([Rational(3, 2), Rational(2), Rational(3)]), st.sampled_from([Rational(1, 2), Rational(1, 3)])
    return st.one_of(
        st.builds(lambda g, t: _Grown(g.law.boxplus_power(t), g.degree, g.positive), grown, above),
        st.builds(lambda g, t: _Grown(g.law.compress(t), g.degree, g.positive), grown, below),
        st.builds(lambda g, a: _Grown(g.law.affine(a, 0), g.degree, g.positive), grown, parameters()),
    )


def _positive(most: int) -> st.SearchStrategy[_Grown]:
    leaves = _bounded(_positive_leaves(), most)
    pairs = st.one_of(
        st.builds(lambda a, b: _Grown(boxtimes(a.law, b.law), a.degree * b.degree, True), leaves, leaves),
        st.builds(lambda a, b: _Grown(boxplus(a.law, b.law), a.degree * b.degree, True), leaves, leaves),
        st.builds(lambda a: _Grown(a.law.boxtimes_power(2), 2 * a.degree, True), leaves),
    )
    return _bounded(st.one_of(leaves, _unary(leaves), pairs), most)


def _grown(most: int) -> st.SearchStrategy[_Grown]:
    leaves = _bounded(_leaves(), most)
    positive = _positive(most)
    pairs = st.one_of(
        st.builds(lambda a, b: _Grown(boxplus(a.law, b.law), a.degree * b.degree, a.positive and b.positive), leaves, leaves),
        st.builds(lambda a, b: _Grown(boxplus(a.law, b.law), a.degree * b.degree, False), leaves, positive),
        st.builds(lambda a, b: _Grown(boxtimes(a.law, b.law), a.degree * b.degree, a.positive), leaves, positive),
    )
    factors = st.sampled_from([Rational(-1), Rational(2), Rational(-1, 2)])
    affine = st.builds(lambda g, a, b: _Grown(g.law.affine(a, b), g.degree, False), leaves, factors, st.integers(-2, 2))
    return _bounded(st.one_of(leaves, _unary(leaves), affine, positive, pairs), most)


