"""`assert_same_law` finds every difference that it can see, and does not pass where it could see nothing."""

from __future__ import annotations

import re

import pytest
from sympy import Rational, Symbol

import freealg as fa
from freealg.testing import assert_same_law

s = Symbol("s", positive=True)


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (fa.boxplus(fa.Rademacher(), fa.Rademacher()), fa.Arcsine()),
        (fa.boxplus(fa.Semicircle(variance=s), fa.Semicircle()), fa.Semicircle(variance=s + 1)),
        (fa.boxplus(fa.Cauchy(), fa.Cauchy()), fa.Cauchy(scale=2)),
        (fa.boxplus(fa.Gaussian(), fa.Semicircle()), fa.boxplus(fa.Semicircle(), fa.Gaussian())),
    ],
    ids=["rademacher", "symbols", "no moments", "no equation"],
)
def test_equal_laws_pass(mine: fa.Law, theirs: fa.Law) -> None:
    assert_same_law(mine, theirs)


@pytest.mark.parametrize(
    ("mine", "theirs", "words"),
    [
        (fa.Semicircle(variance=s), fa.Semicircle(variance=2 * s), "m_2 of"),
        (fa.Cauchy(), fa.Cauchy(scale=1 + Rational(1, 10**9)), "the equation of"),
        (fa.boxplus(fa.Cauchy(), fa.Gaussian()), fa.boxplus(fa.Cauchy(), fa.Gaussian(variance=2)), "G("),
        (fa.boxplus(fa.Cauchy(scale=10**6), fa.Gaussian()), fa.boxplus(fa.Cauchy(scale=10**6 + 1), fa.Gaussian()), "G("),
        (fa.Cauchy(), fa.Semicircle(), "the equation of"),
    ],
    ids=["moments", "equations", "numbers", "small numbers", "one without moments"],
)
def test_the_first_difference_is_named(mine: fa.Law, theirs: fa.Law, words: str) -> None:
    with pytest.raises(fa.StatisticalMismatch, match=re.escape(words)):
        assert_same_law(mine, theirs)


def test_laws_that_cannot_be_compared_do_not_pass() -> None:
    with pytest.raises(fa.Undecided, match="put numbers for the symbols"):
        assert_same_law(fa.Cauchy(location=s), fa.Gaussian(mean=s))
