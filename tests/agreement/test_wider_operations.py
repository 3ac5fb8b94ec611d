"""Random laws under the operations that `freealg.testing.laws` leaves out: the node's engine, equation and moments against its operand's numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import event, given, settings
from hypothesis import strategies as st
from sympy import Rational

import freealg as fa
from freealg.testing import laws, parameters, positive_laws

FAST, SLOW = 20, 400
POINTS = np.array([0.3 + 0.7j, -1.1 + 0.2j, 2.9 + 1.3j])
G, Z = sympy.symbols("G z")


@dataclass(frozen=True)
class Image:
    """A law, its G at points of the upper half plane and its moments, both from numbers of other laws."""

    law: fa.Law
    cauchy: Any
    moment: Any


def _conjugate(law: fa.Law, z: Any) -> Any:
    """G on either half plane."""
    upper = np.where(z.imag > 0, z, z.conj())
    values = law.cauchy(upper)
    return np.where(z.imag > 0, values, values.conj())


def _mixture(first: fa.Law, second: fa.Law, w: Rational) -> Image:
    a, b = float(w), float(1 - w)
    law = fa.mixture({first: w, second: 1 - w}) if first != second else first
    return Image(
        law,
        lambda z: a * first.cauchy(z) + b * second.cauchy(z),
        lambda k: a * first.expect(lambda x: x**k) + b * second.expect(lambda x: x**k),
    )


def _square(law: fa.Law) -> Image:
    def cauchy(z: Any) -> Any:
        root = np.sqrt(z)
        return (_conjugate(law, root) - _conjugate(law, -root)) / (2 * root)

    return Image(law.square(), cauchy, lambda k: law.expect(lambda x: x ** (2 * k)))


def _mobius(law: fa.Law, a: int, b: int, c: int, d: int) -> Image:
    """For a law on [0, oo) and c, d > 0 the pole is outside."""

    def cauchy(z: Any) -> Any:
        pole = c * z - a
        return c / pole + (a * d - b * c) * _conjugate(law, (b - d * z) / pole) / pole**2

    return Image(law.mobius(a, b, c, d), cauchy, lambda k: law.expect(lambda x: ((a * x + b) / (c * x + d)) ** k))


def _difference(law: fa.Law, added: fa.Law) -> Image:
    """What was added is taken away again."""
    return Image(fa.boxminus(fa.boxplus(law, added), added), law.cauchy, lambda k: law.expect(lambda x: x**k))


def _quotient(law: fa.Law, factor: fa.Law) -> Image:
    return Image(fa.boxdivide(fa.boxtimes(law, factor), factor), law.cauchy, lambda k: law.expect(lambda x: x**k))


def images() -> st.SearchStrategy[Image]:
    """One operation on small random laws."""
    small, positive = laws(max_degree=3), positive_laws(max_degree=3)
    entries = st.tuples(st.integers(-2, 2), st.integers(-2, 2), st.integers(1, 2), st.integers(1, 3)).filter(lambda e: e[0] * e[3] != e[1] * e[2])
    noise = st.builds(lambda v: fa.Semicircle(variance=v), parameters())
    factor = st.builds(lambda r: fa.MarchenkoPastur(ratio=r / (r + 1)), parameters())
    return st.one_of(
        st.builds(_mixture, small, small, parameters().map(lambda p: p / (p + 1))),
        st.builds(_square, small),
        st.builds(lambda law, e: _mobius(law, *e), positive, entries),
        st.builds(_difference, laws(max_degree=2), noise),
        st.builds(_quotient, positive_laws(max_degree=2), factor),
    )


def check(image: Image) -> None:
    law, wanted = image.law, image.cauchy(POINTS)
    found = law.cauchy(POINTS)
    assert np.allclose(found, wanted, rtol=1e-9, atol=1e-10)
    terms = [complex(c) * found**j * POINTS**i for (j, i), c in law.cauchy_equation(G, Z).terms()]
    assert np.all(np.abs(sum(terms)) < 1e-8 * np.max(np.abs(terms), axis=0))
    low, high = (float(end) for end in law.support())
    for k, exact in enumerate(law.moments(4), 1):
        assert float(exact) == pytest.approx(image.moment(k), rel=1e-8, abs=1e-8 * max(abs(low), abs(high)) ** k)


@settings(max_examples=FAST)
@given(images())
def test_images_agree_with_their_operands(image: Image) -> None:
    check(image)


@pytest.mark.slow
@settings(max_examples=SLOW)
@given(images())
def test_images_agree_with_their_operands_at_length(image: Image) -> None:
    """A refusal is counted as an event and is no failure here; a wrong number is one."""
    try:
        check(image)
    except (fa.Undecided, fa.BudgetExceeded) as refusal:
        event(f"refused: {str(refusal)[:40]}")
