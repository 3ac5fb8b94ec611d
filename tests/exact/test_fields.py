"""Rings between SymPy and FLINT: what goes in comes out, roots keep their relations, denominators cancel."""

from __future__ import annotations

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from sympy import I, Rational, erf, exp, pi, sqrt, symbols

import freealg as fa
from freealg.exact.coerce import exact, rational_from_fmpq
from freealg.exact.fields import Ring

phi, eps, p, L, q, s = symbols("phi eps p L q s")

EXPRESSIONS = [
    phi + 2 * eps,
    (1 + phi) ** 3 / 7,
    1 / phi + eps,
    (1 - phi) / (1 - phi**2) ** 2,
    1 / (1 + 1 / phi),
    (sqrt(2) + sqrt(3)) ** 4,
    sqrt(6) / sqrt(s) + s**3,
    (1 + I) ** 3,
    p ** (-2 * L) * (1 - p) + p ** (L + 1),
    erf(1 / sqrt(2 * q)) ** 2,
    exp(2 * q) + exp(q) * pi,
    sqrt(1 + q) ** 3 + 1 / sqrt(1 + q),
]


@pytest.mark.parametrize("expr", EXPRESSIONS, ids=str)
def test_round_trip(expr: sympy.Expr) -> None:
    ring = Ring.of(expr)
    assert sympy.simplify(ring.to_sympy(ring.convert(expr)) - expr) == 0


@pytest.mark.parametrize("a", EXPRESSIONS[:8], ids=str)
@pytest.mark.parametrize("b", EXPRESSIONS[2:9], ids=str)
def test_join_keeps_values(a: sympy.Expr, b: sympy.Expr) -> None:
    ra, rb = Ring.of(a), Ring.of(b)
    joined = ra.join(rb)
    product = joined.lift(ra.convert(a), ra) * joined.lift(rb.convert(b), rb)
    assert sympy.simplify(joined.to_sympy(product) - a * b) == 0


def test_roots_are_not_independent() -> None:
    ring = Ring.of(sqrt(s), s, sqrt(2))
    assert ring.is_zero(ring.convert(sqrt(s)) ** 2 - ring.convert(s))
    assert ring.is_zero(ring.convert(sqrt(2)) ** 2 - 2)
    assert not ring.is_zero(ring.convert(sqrt(2)) - 1)


def test_expanded_polynomials_are_canonical() -> None:
    ring = Ring.of(phi, eps)
    element = ring.convert(1 + phi + 3 * eps) ** 6
    assert ring.to_sympy(element) == sympy.expand((1 + phi + 3 * eps) ** 6)


def test_rings_are_interned() -> None:
    assert Ring.of(phi, eps) is Ring.of(eps + phi**2, eps)


@given(st.fractions(max_denominator=10**30))
def test_long_rationals(value: object) -> None:
    number = exact(value)
    ring = Ring.of()
    assert rational_from_fmpq(ring.convert(number)) == number


@pytest.mark.parametrize("bad", ["1/2", None, True, float("nan"), float("inf"), sympy.oo, sympy.nan, object()])
def test_not_exact(bad: object) -> None:
    with pytest.raises(fa.InvalidInput):
        exact(bad)


def test_a_float_is_its_shortest_decimal() -> None:
    assert exact(0.1) == Rational(1, 10)
    assert exact(sympy.Float("0.25") * phi) == phi / 4


def test_zero_denominator_is_named() -> None:
    with pytest.raises(fa.InvalidInput, match="identically zero"):
        Ring.of(sympy.Pow(sympy.Add(phi, -phi, evaluate=False), -1, evaluate=False))
