"""Jacobi coefficients against Hankel determinants and known families; quadrature; what the determinants prove."""

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Integer, Rational, catalan, factorial, factorial2, sqrt, symbols

from freealg.errors import BudgetExceeded, InvalidInput, NotALaw, UnboundParameters
from freealg.exact.fields import Ring
from freealg.exact.generators import prime_powers
from freealg.exact.hankel import hankel_certificate, hankel_determinants
from freealg.exact.lagrange import moments_by_r_side
from freealg.exact.orthogonal import continued_fraction, gauss_quadrature, jacobi_coefficients, moments_from_jacobi

g, x, z = symbols("g x z")
r, s, a_, p = symbols("r s a p")


def marchenko_pastur(count, ratio=r, variance=s):
    sequence = moments_by_r_side(variance / (1 - ratio * variance * g), g)
    return [sequence.ring.to_sympy(value) for value in sequence.first(count)]


FAMILIES = {
    "semicircle": ([catalan(k // 2) * (1 - k % 2) for k in range(1, 12)], lambda k: 0, lambda k: 1),
    "gaussian": ([factorial2(k - 1) * (1 - k % 2) for k in range(1, 12)], lambda k: 0, lambda k: k),
    "uniform": ([Rational(1 - k % 2, k + 1) for k in range(1, 12)], lambda k: 0, lambda k: Rational(k**2, 4 * k**2 - 1)),
    "exponential": ([factorial(k) for k in range(1, 12)], lambda k: 2 * k + 1, lambda k: k**2),
    "Marchenko-Pastur": (marchenko_pastur(11), lambda k: s if k == 0 else s * (1 + r), lambda k: s**2 * r),
    "semicircle of variance sqrt(2)": (
        [sqrt(2) ** (k // 2) * catalan(k // 2) * (1 - k % 2) for k in range(1, 12)],
        lambda k: 0,
        lambda k: sqrt(2),
    ),
}


@pytest.mark.parametrize("name", FAMILIES)
def test_known_families(name):
    moments, center, square = FAMILIES[name]
    a, b = jacobi_coefficients([Integer(1) * m for m in moments], 6)
    assert [sympy.expand(value - center(k)) for k, value in enumerate(a)] == [0] * 6
    assert [sympy.expand(value - square(k)) for k, value in enumerate(b, 1)] == [0] * 5


@pytest.mark.parametrize("name", FAMILIES)
def test_jacobi_coefficients_are_ratios_of_hankel_determinants(name):
    """b_k = D_{k+1} D_{k-1} / D_k^2, D_0 = 1."""
    moments = [Integer(1) * m for m in FAMILIES[name][0]]
    _, b = jacobi_coefficients(moments, 6)
    d = [Integer(1), *hankel_determinants(moments, 6)]
    assert [sympy.expand(sympy.cancel(b[k - 1] - d[k + 1] * d[k - 1] / d[k] ** 2)) for k in range(1, 6)] == [0] * 5


@pytest.mark.parametrize("name", FAMILIES)
def test_the_polynomials_are_orthogonal_and_the_fraction_expands_to_the_moments(name):
    moments = [Integer(1), *(Integer(1) * m for m in FAMILIES[name][0])]
    a, b = jacobi_coefficients(moments[1:], 4)
    polynomials = [sympy.Poly(1, x), sympy.Poly(x - a[0], x)]
    for k in range(1, 4):
        polynomials.append(sympy.Poly(x - a[k], x) * polynomials[-1] - polynomials[-2] * b[k - 1])
    for i, left in enumerate(polynomials[:-1]):
        for right in polynomials[:i]:
            assert sympy.expand(sum(c * moments[k] for (k,), c in (left * right).terms())) == 0
    w = symbols("w")
    expansion = sympy.series(sympy.cancel(continued_fraction(a, b, z).subs(z, 1 / w) / w), w, 0, 8).removeO()
    assert [sympy.expand(expansion.coeff(w, k) - moments[k]) for k in range(8)] == [0] * 8


masses = st.lists(st.tuples(st.integers(-6, 6), st.integers(1, 5)), min_size=1, max_size=5, unique_by=lambda pair: pair[0])


@settings(deadline=None, max_examples=40)
@given(masses, st.integers(1, 8))
def test_finite_laws_are_given_back(pairs, n):
    total = sum(weight for _, weight in pairs)
    moments = [sum(Rational(weight, total) * location**k for location, weight in pairs) for k in range(1, 17)]
    a, b = jacobi_coefficients(moments, n)
    size = min(n, len(pairs))
    assert (len(a), len(b)) == (size, size - 1) and all(value > 0 for value in b)
    assert moments_from_jacobi(a, b, 2 * size - 1) == moments[: 2 * size - 1]
    certificate = hankel_certificate(moments)
    assert certificate.points == len(pairs) and certificate.positive and certificate.broken is None
    if n >= len(pairs):
        assert moments_from_jacobi(a, b, 16) == moments
        nodes, weights = gauss_quadrature(a, b)
        assert np.allclose(nodes, sorted(location for location, _ in pairs), atol=1e-9)
        assert np.allclose(weights, [weight / total for _, weight in sorted(pairs)], atol=1e-9)


def test_gauss_quadrature_at_high_precision():
    """Gauss-Legendre: five nodes integrate x^8 exactly, at forty digits."""
    a, b = jacobi_coefficients(FAMILIES["uniform"][0], 5)
    nodes, weights = gauss_quadrature(a, b, dps=40)
    with mpmath.workdps(40):
        assert abs(sum(w * n**8 for n, w in zip(nodes, weights, strict=True)) - mpmath.mpf(1) / 9) < mpmath.mpf(10) ** -38
        assert abs(nodes[-1] - mpmath.sqrt(5 + 2 * mpmath.sqrt(mpmath.mpf(10) / 7)) / 3) < mpmath.mpf(10) ** -38
    low, low_weights = gauss_quadrature(a, b)
    assert np.allclose(low, [float(n) for n in nodes], atol=1e-14) and np.allclose(low_weights, [float(w) for w in weights], atol=1e-14)


def test_what_the_determinants_prove():
    """Rademacher to the free power 1/2: D_3 < 0; (0, 0, 0, 1): D_2 = 0 but m_4 != 0."""
    half = hankel_certificate([Integer(0), Rational(1, 2), Integer(0), Integer(0)])
    assert (half.first_negative, half.points, half.positive) == (3, None, False)
    assert half.determinants == (1, Rational(1, 2), Rational(-1, 8)) and "D_3 = -1/8 is negative" in str(half)
    broken = hankel_certificate([Integer(m) for m in (0, 0, 0, 1)])
    assert (broken.first_negative, broken.points, broken.broken, broken.positive) == (None, 1, 4, False)
    semicircle = hankel_certificate(FAMILIES["semicircle"][0][:10])
    assert semicircle.positive and semicircle.points is None and semicircle.order == 6 and set(semicircle.determinants) == {1}
    projection = hankel_certificate([Rational(1, 3)] * 6)
    assert projection.points == 2 and projection.positive and "on 2 points" in str(projection)
    root = hankel_certificate([Integer(0), sqrt(2), Integer(0), 4 - sqrt(2)])
    assert root.positive and sympy.expand(root.determinants[2] - (sqrt(2) * (4 - sqrt(2)) - 2 * sqrt(2))) == 0
    assert hankel_certificate([Integer(0), sqrt(2), Integer(0), 2 - sqrt(2)]).first_negative == 3


def test_symbolic_determinants():
    d = hankel_determinants([p] * 4, 3)
    assert [sympy.expand(value) for value in d] == [1, p - p**2, 0]
    a, b = jacobi_coefficients([p] * 5, 3)
    assert [sympy.expand(value) for value in (*a, *b)] == [p, 1 - p, p - p**2]


def test_bad_input_is_named():
    with pytest.raises(InvalidInput, match="need n >= 1 and 5 moments, and 4"):
        jacobi_coefficients([Integer(1)] * 4, 3)
    with pytest.raises(InvalidInput, match="4 moments, and 3"):
        hankel_determinants([Integer(1)] * 3, 3)
    with pytest.raises(NotALaw, match=r"b_1 = 0.*m_4 is not"):
        jacobi_coefficients([Integer(m) for m in (0, 0, 0, 1, 0)], 3)
    with pytest.raises(NotALaw, match="b_2 = -1/4 is not positive"):
        gauss_quadrature([Integer(0)] * 3, [Integer(1), Rational(-1, 4)])
    with pytest.raises(UnboundParameters, match="p, r"):
        gauss_quadrature([r, Integer(0)], [p])
    with pytest.raises(UnboundParameters, match="needs values for p"):
        hankel_certificate([p, p])


RADICAL_LAWS = [
    {sqrt(2): Rational(1, 2), sqrt(3): Rational(1, 4), sqrt(5): Rational(1, 4)},
    {sqrt(2): Rational(1, 2), -sqrt(2): Rational(1, 3), sqrt(1 + sqrt(2)): Rational(1, 6)},
    {2 ** Rational(1, 3): Rational(1, 2), sqrt(7) - 1: Rational(1, 2)},
]


@pytest.mark.parametrize("masses", RADICAL_LAWS, ids=str)
def test_radicals_by_linear_algebra_over_q(masses):
    """Jacobi coefficients and Hankel determinants of points in radicals, against the same in doubles and against D_n = product of b_k^(n-k)."""
    moments = [sum(p * x**k for x, p in masses.items()).expand() for k in range(1, 8)]
    size = len(masses)
    a, b = jacobi_coefficients(moments, size)
    row = np.array([1.0, *(float(value) for value in moments)])
    determinants = hankel_determinants(moments, size + 1)
    for n, value in enumerate(determinants, 1):
        exact_rows = np.array([row[i : i + n] for i in range(n)])
        assert float(value) == pytest.approx(np.linalg.det(exact_rows), rel=1e-6, abs=1e-9)
    assert determinants[size] == 0
    assert float(determinants[size - 1]) == pytest.approx(float(np.prod([float(v) ** (size - k) for k, v in enumerate(b, 1)])), rel=1e-10)
    matrix = np.diag([float(v) for v in a]) + np.diag(np.sqrt([float(v) for v in b]), 1) + np.diag(np.sqrt([float(v) for v in b]), -1)
    assert np.allclose(np.linalg.eigvalsh(matrix), sorted(float(x) for x in masses))


def test_too_many_roots_are_refused_at_once():
    roots = [sqrt(p) for p in (2, 3, 5, 7, 11, 13, 17)]
    moments = [sum(x**k for x in roots).expand() / 7 for k in range(1, 4)]
    with pytest.raises(BudgetExceeded, match="degree up to 128"):
        jacobi_coefficients(moments, 2)
    s = sympy.Symbol("s")
    with pytest.raises(BudgetExceeded, match="beside symbols"):
        jacobi_coefficients([sqrt(2) + s, sqrt(3) * s + 4, sqrt(5)], 2)


def test_nested_roots_reduce_completely():
    ring = Ring.of(sqrt(1 + sqrt(2)))
    value = ring.convert(sqrt(1 + sqrt(2))) ** 4 - ring.convert(3 + 2 * sqrt(2))
    assert ring.is_zero(value)
    assert ring.reduce(value) == 0


def test_a_long_number_under_a_root_is_bounded():
    long = (2**89 - 1) * (2**107 - 1)
    with pytest.raises(BudgetExceeded, match="196 bits"):
        prime_powers(Rational(long, 3))
    assert dict(prime_powers(Rational(-(2**61 - 1) * 12, 7))) == {-1: 1, 2: 2, 3: 1, 2**61 - 1: 1, 7: -1}
