"""Hypothesis strategies for elements: small self-adjoint polynomials in separately made, so free, generators."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from freealg.elements.expression import Element
from freealg.elements.generators import Deterministic, HaarProjection, Wigner, Wishart
from freealg.testing.strategies import parameters, positive_laws

__all__ = ["elements"]


def generators() -> st.SearchStrategy[Element]:
    """One generator with rational parameters, made anew at every draw."""
    return st.one_of(
        st.builds(Wigner, parameters()),
        st.builds(Wishart, parameters(), parameters()),
        st.builds(lambda p: HaarProjection(p / (p + 1)), parameters()),
        st.builds(Deterministic, positive_laws(max_degree=2)),
    )


@st.composite
def elements(draw: Any, most: int = 3) -> Element:
    """A sum of up to `most` self-adjoint terms a*X, a*X^2, a*(X*Y + Y*X) or a*(V @ W) with X, Y, V >= 0, W free from each other."""
    x, y = draw(generators()), draw(generators())
    terms = st.sampled_from([x, y, x**2, x * y + y * x, Wishart() @ draw(generators())])
    chosen = draw(st.lists(terms, min_size=1, max_size=most))
    factors = draw(st.lists(parameters(), min_size=len(chosen), max_size=len(chosen)))
    total = chosen[0] * factors[0]
    for term, factor in zip(chosen[1:], factors[1:], strict=True):
        total = total + term * factor
    return total
