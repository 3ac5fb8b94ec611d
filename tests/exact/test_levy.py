"""Free infinite divisibility of rational R-transforms, against the definition: Im R <= 0 on the lower half plane."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import I, Rational, Symbol, lambdify, pi, sqrt

from freealg.exact.levy import is_free_levy

g = Symbol("g")
small = st.fractions(-3, 3, max_denominator=4)


@given(small, small, st.lists(st.tuples(small, small), max_size=3))
def test_partial_fractions_with_real_poles(a: object, b: object, terms: list[tuple[object, object]]) -> None:
    poles = {Rational(str(p)): Rational(str(c)) for p, c in terms if p != 0}
    slope = Rational(str(b))
    r = Rational(str(a)) + slope * g + sum(c / (p - g) for p, c in poles.items())
    assert is_free_levy(r, g) == (slope >= 0 and all(c >= 0 for c in poles.values()))


@pytest.mark.parametrize("r", [1 / (1 + g**2), g**3, g / (2 - g**2), g / (1 + g**2), 1 / (1 - g) ** 2, (1 + g) / (3 - g - g**2), g / (1 - g)])
def test_against_the_sign_on_a_grid(r: object) -> None:
    x, y = np.meshgrid(np.linspace(-6, 6, 241), -np.geomspace(1e-3, 30, 80))
    values = lambdify(g, r)(x + 1j * y)
    assert is_free_levy(r, g) == bool(np.all(values.imag <= 1e-12))


def test_constants() -> None:
    assert is_free_levy(Rational(3) - 2 * I, g)
    assert not is_free_levy(Rational(3) + 2 * I, g)
    assert is_free_levy((pi - 1) * g + sqrt(2), g)
    assert not is_free_levy((3 - pi) * g, g)
    assert not is_free_levy(sqrt(1 + g), g)
    assert not is_free_levy(1 / g, g)
