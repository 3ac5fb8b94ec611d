"""Moments from cumulants by series, by Lagrange inversion and by sums over noncrossing partitions."""

from __future__ import annotations

import pytest
import sympy
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st
from sympy import Rational, coth, exp, sqrt, symbols

import freealg as fa
from freealg.combinatorics import free_product_moments_by_partitions, moments_from_free_cumulants_by_partitions
from freealg.exact.boxed import product_moments
from freealg.exact.expansion import expansion
from freealg.exact.fields import Ring
from freealg.exact.lagrange import logarithmic_derivative, moments_by_r_side, moments_by_s_side, rational_in
from freealg.exact.s_series import power_moments
from freealg.exact.series import Sequence, cumulants_from_moments, moments_from_cumulants, power

g, m, r, t, x = symbols("g m r t x")
small = st.lists(st.fractions(max_denominator=5, min_value=-3, max_value=3).map(lambda f: fmpq(f.numerator, f.denominator)), min_size=1, max_size=7)


@given(small)
def test_cumulants_invert_moments(kappas: list[fmpq]) -> None:
    assert cumulants_from_moments(moments_from_cumulants(kappas)) == kappas


@given(small)
def test_moments_are_sums_over_noncrossing_partitions(kappas: list[fmpq]) -> None:
    assert moments_from_cumulants(kappas) == list(moments_from_free_cumulants_by_partitions(kappas))


def test_symbolic_and_numeric_recursions_agree() -> None:
    ring = Ring.of(*symbols("k1:7"))
    kappas = [ring.convert(k) for k in symbols("k1:7")]
    values = [fmpq(k, 3) for k in range(1, 7)]
    symbolic = moments_from_cumulants(kappas)
    assert [entry(*values) for entry in symbolic] == moments_from_cumulants(values)
    assert cumulants_from_moments(symbolic) == kappas


@given(small, small)
def test_product_cumulants_against_partitions(a: list[fmpq], b: list[fmpq]) -> None:
    n = min(len(a), len(b), 6)
    expected = free_product_moments_by_partitions(a[:n], moments_from_cumulants(b[:n]))
    assert product_moments(a[:n], b[:n]) == list(expected)


@pytest.mark.parametrize("transform", [1 / (1 - r * g) + 2 * t * g, r + t * g, r / (1 - t * g), 1 / ((1 - g) * (1 - r * g))], ids=str)
def test_r_side_against_cumulants(transform: sympy.Expr) -> None:
    moments = moments_by_r_side(transform, g)
    assert moments is not None
    ring, kappas = expansion(transform, g, 8)
    expected = [ring.to_sympy(value) for value in moments_from_cumulants(kappas)]
    assert all(sympy.expand(moments.ring.to_sympy(a) - b) == 0 for a, b in zip(moments.first(8), expected, strict=True))


@pytest.mark.parametrize("s", [(1 + m) ** (-r), exp(-t * m), exp(-t * m / (1 + m)), (r + m) ** -2 / (1 + m), 1 / (1 + r * m)], ids=str)
def test_s_side_inverts_psi(s: sympy.Expr) -> None:
    moments = moments_by_s_side(s, m)
    assert moments is not None
    values = [moments.ring.to_sympy(value) for value in moments.first(5)]
    w = m * s / (1 + m)
    psi = sum(value * w**k for k, value in enumerate(values, 1))
    assert sympy.simplify(sympy.series(psi, m, 0, 6).removeO() - m) == 0


@pytest.mark.parametrize("t_value", [Rational(3, 2), Rational(1, 2), 3])
def test_power_of_the_s_series(t_value: object) -> None:
    base = moments_by_s_side(1 / ((2 + m) * (1 + m)), m)
    ring, compute = power_moments(base, sympy.sympify(t_value))
    expected = moments_by_s_side(((2 + m) * (1 + m)) ** -sympy.sympify(t_value), m)
    assert [sympy.nsimplify(ring.to_sympy(a) - expected.ring.to_sympy(b)) for a, b in zip(compute(6), expected.first(6), strict=True)] == [0] * 6


CLOSED = [(sqrt(1 + 4 * x**2) - 1) / x, coth(r * x) - 1 / (r * x), exp(-t * x / (1 + x)), (1 + x) ** r, sympy.log(2 + x), sympy.tanh(x)]


@pytest.mark.parametrize("expr", CLOSED, ids=str)
def test_expansion_against_sympy(expr: sympy.Expr) -> None:
    ring, terms = expansion(expr, x, 6)
    expected = sympy.series(expr, x, 0, 6).removeO()
    mine = sum(ring.to_sympy(c) * x**k for k, c in enumerate(terms))
    assert sympy.simplify(sympy.expand(mine - expected)) == 0


def test_a_pole_is_refused() -> None:
    with pytest.raises(fa.NoClosedForm, match="pole"):
        expansion(1 / x + 1, x, 3)


def test_logarithmic_derivative_refuses_sums_of_radicals() -> None:
    assert logarithmic_derivative(1 + sqrt(1 + x), x) is None
    assert logarithmic_derivative(sympy.gamma(x), x) is None


@given(st.integers(-3, 3), st.integers(1, 5))
def test_power_series(exponent: int, length: int) -> None:
    terms = power([fmpq(1), fmpq(2), fmpq(-1)], fmpq(exponent), length, fmpq(1), fmpq(1))
    expected = sympy.series((1 + 2 * x - x**2) ** exponent, x, 0, length).removeO()
    assert [sympy.Rational(int(c.p), int(c.q)) for c in terms] == [expected.coeff(x, k) for k in range(length)]


def test_a_sequence_remembers() -> None:
    calls = []
    ring = Ring.of()

    def compute(n: int) -> list[fmpq]:
        calls.append(n)
        return [fmpq(k) for k in range(n)]

    sequence = Sequence(ring, compute)
    assert sequence.first(5)[:3] == sequence.first(3)
    assert calls == [5]


def test_what_has_the_variable_under_a_root_is_no_rational_function_of_it() -> None:
    assert rational_in(sqrt(1 + x), x) is None
    assert rational_in((1 + t) / x, x) is not None
