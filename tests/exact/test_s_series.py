"""Products, quotients and powers of S as series over Q, against closed S-transforms and against the recursion on noncrossing partitions."""

from __future__ import annotations

import flint
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, catalan

import freealg as fa
from freealg.exact.boxed import product_cumulants
from freealg.exact.fields import Ring
from freealg.exact.s_series import power_moments, rational_cumulants, rational_power_cumulants
from freealg.exact.series import Sequence, cumulants_from_moments, moments_from_cumulants

SMALL = st.fractions(-2, 2, max_denominator=3).map(lambda f: flint.fmpq(f.numerator, f.denominator))


def _sequence(values: list[flint.fmpq]) -> Sequence:
    return Sequence(Ring.of(), lambda n: values[:n])


@settings(max_examples=60)
@given(st.lists(SMALL, min_size=6, max_size=6), st.lists(SMALL, min_size=6, max_size=6))
def test_products_against_noncrossing_partitions(a: list[flint.fmpq], b: list[flint.fmpq]) -> None:
    compute = rational_cumulants([(_sequence(a), 1), (_sequence(b), 1)])
    if a[0] == 0 or b[0] == 0:
        assert compute is None
        return
    assert compute is not None
    found = compute(6)
    assert found == product_cumulants(a, b)
    back = rational_cumulants([(_sequence(found), 1), (_sequence(b), -1)])
    assert back is not None and back(6) == a


@pytest.mark.parametrize("t", [Rational(1, 2), Rational(2), Rational(7, 3)])
@pytest.mark.parametrize("first", [1, 4, flint.fmpq(3, 2)])
def test_powers_against_the_moment_side(t: Rational, first: object) -> None:
    kappa = [flint.fmpq(first), *(flint.fmpq(n, n + 1) for n in range(1, 8))]
    found = rational_power_cumulants(_sequence(kappa), t)
    assert found is not None
    ring, compute = found
    wide, by_moments = power_moments(_sequence(moments_from_cumulants(kappa)), t)
    other = cumulants_from_moments(by_moments(8))
    assert [ring.to_sympy(x) for x in compute(8)] == [wide.to_sympy(x) for x in other]


def test_many_cumulants_of_a_power() -> None:
    """MP^(x2) has free cumulants = moments of MP, the Catalan numbers."""
    assert fa.MarchenkoPastur().boxtimes_power(2).free_cumulants(300) == [catalan(n) for n in range(1, 301)]
