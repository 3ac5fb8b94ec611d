"""Signs under bounds, products of powers, roots in radicals, and factors with large coefficients."""

import flint
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, exp, sqrt

from freealg.errors import NoClosedForm
from freealg.exact.factoring import factored
from freealg.exact.radicals import real_roots_in_radicals
from freealg.exact.signs import sign_under
from freealg.exact.slopes import RationalSlope, quadratic_root

L, p, phi, x = sp.symbols("L p phi x")
LARGE = 2**70


@pytest.mark.parametrize(
    ("expr", "positive", "sign"),
    [
        (p - p**2, [p, 1 - p], 1),
        (p**2 - 1, [p, 1 - p], -1),
        (1 / phi, [phi], 1),
        (-sqrt(phi) - 2, [phi], -1),
        (L**2 - 2 * L + 1, [L - 1], 1),
        (phi - 1, [phi], None),
        (phi + 1, [], None),
        (sqrt(2) - 1, [], 1),
        (1 - sp.erf(1), [], 1),
        (sp.Integer(0), [], 0),
        ((phi - 1) ** 2 * (phi + 1), [phi], 1),
    ],
)
def test_signs(expr, positive, sign):
    assert sign_under(expr, positive) == sign


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=4), st.integers(1, 30), st.integers(1, 30))
@settings(deadline=None, max_examples=60)
def test_a_sign_that_is_told_is_right(coefficients, above, below):
    expr = sum(c * p**k for k, c in enumerate(coefficients))
    told = sign_under(sp.sympify(expr), [p, 1 - p])
    value = sp.sympify(expr).subs(p, Rational(above, above + below))
    assert told is None or (told > 0) == (value > 0) or value == 0


def test_the_slope_of_a_product():
    product = RationalSlope.of((1 + x) ** (L + 1) / x * exp(phi * x), x, lambda expr: sign_under(expr, [L, phi]))
    top, bottom = product.slope
    assert sp.cancel(top.as_expr() / bottom.as_expr() - ((L + 1) / (1 + x) - 1 / x + phi)) == 0


def test_values_of_a_product():
    product = RationalSlope.of((1 + x) ** (L + 1) / x, x, lambda expr: sign_under(expr, [L]))
    assert sp.simplify(product.at(1 / L).subs(L, 3) - Rational(256, 27)) == 0
    point, root = quadratic_root(sp.Poly(x**2 - 2 * x - 1, x), 1)
    value = RationalSlope.of((1 + x) ** 2 / x, x, sign_under).at(point, root)
    assert sp.simplify(value - (2 + sqrt(2)) ** 2 / (1 + sqrt(2))) == 0
    assert value == sp.expand(value)


@pytest.mark.parametrize("expr", [sp.log(1 + x), (1 + x) ** x, sp.gamma(x), exp(sqrt(x))])
def test_what_is_no_product_is_refused(expr):
    with pytest.raises(NoClosedForm, match="product of powers"):
        RationalSlope.of(expr, x, sign_under)


@given(st.integers(-3, 3), st.sampled_from([1, 2, 3, 4]), st.integers(1, 5), st.integers(-6, 6), st.integers(-6, 6))
@settings(deadline=None, max_examples=60)
def test_roots_in_radicals(shift, power, lead, middle, constant):
    y = (x - Rational(shift, 2)) ** power
    for factor, _ in sp.Poly(sp.expand(64 * (lead * y**2 + middle * y + constant)), x).factor_list()[1]:
        found = real_roots_in_radicals([int(c) for c in reversed(factor.all_coeffs())])
        if found is not None:
            exact = [sp.N(root, 40) for root in factor.real_roots()]
            assert len(found) == len(exact)
            assert all(abs(sp.N(a, 40) - b) < 1e-30 for a, b in zip(found, exact, strict=True))


def test_a_general_quintic_has_no_roots_in_radicals():
    assert real_roots_in_radicals([-1, -1, 0, 0, 0, 1]) is None


@given(st.lists(st.tuples(st.sampled_from([1, -3, LARGE, LARGE + 1]), st.sampled_from([2, -LARGE, 5]), st.integers(1, 2)), min_size=1, max_size=3))
@settings(deadline=None, max_examples=60)
def test_factors_of_any_size_multiply_to_the_polynomial(parts):
    context = flint.fmpz_mpoly_ctx.get(("x", "y"), "lex")
    u, v = context.gens()
    poly = context.constant(1)
    for a, b, power in parts:
        poly = poly * (a * u + b * v) ** power
    content, factors = factored(poly)
    product = context.constant(content)
    for factor, power in factors:
        product = product * factor ** int(power)
        assert len(factor.to_dict()) == 2
    assert product == poly
