"""Jacobi coefficients against Hankel determinants and known families; quadrature; what the determinants prove."""

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Integer, Rational, catalan, factorial, factorial2, sqrt, symbols

from freealg.errors import InvalidInput, NotALaw, UnboundParameters
from freealg.exact.hankel import hankel_certificate, hankel_determinants
from freealg.exact.lagrange import moments_by_r_side
from freealg.exact.orthogonal import continued_fraction, gauss_quadrature, jacobi_coefficients, moments_from_jacobi, orthogonal_polynomials

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
    polynomials = [sympy.Poly(q, x) for q in orthogonal_polynomials(a, b, x)]
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
