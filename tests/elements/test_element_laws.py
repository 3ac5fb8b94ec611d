"""Laws of elements: each rule against the words, freeness enforced by name."""

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import I, Rational

import freealg as fa
from freealg.elements.generators import Circular, Deterministic, HaarProjection, HaarUnitary, Identity, SemicircularFamily, Wigner, Wishart
from freealg.elements.law_of import polynomial_image
from freealg.elements.quadratic import gaussian_quadratic_law
from freealg.errors import InvalidInput, NoClosedForm, NotALaw, NotFree

A, PHI, EPS, P_, Q_ = sp.symbols("a phi eps p q")
THREE = fa.Discrete({0: Rational(1, 3), 1: Rational(1, 3), 3: Rational(1, 3)})


def agree(element, n=6):
    """The law's moments (by forms and lanes) are those of the words (by joint cumulants)."""
    return [sp.expand(a - b) for a, b in zip(element.law().moments(n), element.moments(n), strict=True)] == [0] * n


def one_generator_terms():
    made = st.sampled_from([lambda: Wigner(variance=2), lambda: Wishart(ratio=2), lambda: HaarProjection(0.25), lambda: Deterministic(THREE)])
    scale = st.sampled_from([1, -1, 2, Rational(1, 2)])
    shapes = st.sampled_from([
        lambda x, c: c * x,
        lambda x, c: c * x + 1,
        lambda x, c: x**2 + c * x,
        lambda x, c: c * x**2,
        lambda x, c: (x - c) ** 4,
    ])  # fmt: skip
    return st.builds(lambda make, shape, c: shape(make(), c), made, shapes, scale)


@settings(max_examples=40, deadline=None)
@given(st.lists(one_generator_terms(), min_size=1, max_size=3))
def test_free_sums_of_polynomials_in_one_generator(terms):
    assert agree(sum(terms), n=5)


def test_the_hessian():
    W, X = Wishart(ratio=PHI), Wigner(variance=2 * EPS)
    assert (W + X).law() == fa.boxplus(fa.MarchenkoPastur(ratio=PHI), fa.Semicircle(variance=2 * EPS))
    assert agree(W + X)
    assert agree(W - 2 * X + A)


def test_a_single_generator_has_its_law():
    assert Wigner(variance=A).law() == fa.Semicircle(variance=A)
    assert Wishart(ratio=PHI, variance=2).law() == fa.MarchenkoPastur(ratio=PHI, variance=2)
    assert HaarProjection(P_).law() == fa.Projection(P_)
    assert Deterministic(THREE).law() == THREE
    assert (3 * Identity()).law() == fa.Discrete({3: 1})
    assert (Wigner() * 0).law() == fa.Discrete({0: 1})
    assert Wishart(ratio=PHI).compress(A).law() == fa.MarchenkoPastur(ratio=PHI).compress(A)


def test_linear_forms_in_semicircular_elements_are_one_semicircle():
    x, y = Wigner(), Wigner(variance=3)
    s, t = SemicircularFamily([[1, A], [A, 4]])
    assert (x - 2 * y + 1).law() == fa.Semicircle(mean=1, variance=13)
    assert (s + t + x).law() == fa.Semicircle(variance=2 * A + 6)
    assert (Circular(variance=A) * 0 + s - t).law() == fa.Semicircle(variance=5 - 2 * A)
    c = Circular(variance=A)
    assert ((1 + I) * c + (1 - I) * c.H).law() == fa.Semicircle(variance=4 * A)


def test_letters_that_cancel_leave_a_point_mass():
    s, t = SemicircularFamily([[1, 1], [1, 1]])
    assert (s - t + 2).law() == fa.Discrete({2: 1})
    assert (s - t + Wishart()).law() == fa.MarchenkoPastur()


def test_unitaries():
    u, x, w = HaarUnitary(), Wigner(), Wishart()
    assert (u + u.H).law() == fa.Arcsine()
    assert agree(3 * I * u - 3 * I * u.H)
    assert (u * x * u.H).law() == fa.Semicircle()
    assert (u * w * u.H).law() == fa.MarchenkoPastur()
    assert agree(u * x * u.H + w)


def test_quadratic_forms_with_rational_eigenvalues_are_free_poisson_sums():
    x, y, z = Wigner(), Wigner(), Wigner()
    plus_minus = fa.boxplus(fa.MarchenkoPastur(), fa.FreePoisson(jump=-1))
    assert (x * y + y * x).law() == (I * (x * y - y * x)).law() == plus_minus
    assert (x * x + y * y + z * z).law() == fa.MarchenkoPastur(ratio=Rational(1, 3), variance=3)
    assert ((x + y) ** 2).law() == fa.MarchenkoPastur(variance=2)
    c = Circular(variance=2)
    assert (c * c.H).law() == (c.H * c).law() == fa.MarchenkoPastur(variance=2)
    assert agree(c * c.H - c.H * c + x * x + 1)
    assert agree(A * x * y + A * y * x)


def test_quadratic_forms_with_other_eigenvalues():
    x, y = Wigner(), Wigner(variance=2)
    s, t = SemicircularFamily([[1, 3], [3, 10]])
    c = Circular()
    for form in (x * y + y * x + x * x, 2 * s * s + s * t + t * s - t * t, A * x * x + x * y + y * x, x * c + c.H * x, c * c + c.H * c.H + y * y):
        assert agree(form)


def test_quadratic_forms_with_a_linear_part():
    x, y = Wigner(), Wigner(variance=2)
    s, t = SemicircularFamily([[1, 3], [3, 10]])
    c = Circular(variance=2)
    twisted = (I * (x * y - y * x) + x + 2 * y, c * c.H + c + c.H, 2 * c.H * c - c * x - x * c.H + I * c - I * c.H)
    for form in (x * y + y * x + x, x * x + A * x + 2, s * t + t * s - 3 * s + t + 1, x * x + y * x + x * y + 3 * y, *twisted):
        assert gaussian_quadratic_law(form) is not None
        assert agree(form)
        assert [sp.expand(a - b) for a, b in zip(gaussian_quadratic_law(form).moments(6), form.moments(6), strict=True)] == [0] * 6


def test_polynomials_in_one_linear_form():
    x, w, p = Wigner(), Wishart(ratio=2), HaarProjection(0.5)
    assert ((x + w) ** 2).law() == fa.boxplus(fa.Semicircle(), fa.MarchenkoPastur(ratio=2)).square()
    assert agree((x + w) ** 2 - 3 * (x + w) + 5)
    assert agree((x - w) ** 4, n=3)
    assert agree((x - w + p) ** 2)
    assert agree((2 * w + A) ** 2, n=4)
    assert agree((x + w + A) ** 4, n=2)


def test_polynomials_of_discrete_laws_move_the_atoms():
    d = Deterministic(THREE)
    assert (d**3 - 2 * d**2 + 1).law() == fa.Discrete({1: Rational(1, 3), 0: Rational(1, 3), 10: Rational(1, 3)})
    assert polynomial_image(fa.Rademacher(), [0, 0, 0, 1]) == fa.Rademacher()
    assert polynomial_image(THREE, [sp.Integer(2)]) == fa.Discrete({2: 1})


def test_products():
    x, w, p, d = Wigner(), Wishart(ratio=PHI), HaarProjection(P_), Deterministic(THREE)
    assert (w @ p).law() == fa.boxtimes(fa.MarchenkoPastur(ratio=PHI), fa.Projection(P_))
    assert agree(w @ p, n=4)
    assert agree(w @ x + d)
    assert agree((2 * w + 1) @ d - x, n=4)
    assert agree((w @ p) @ d, n=3)
    assert agree((w @ d) ** 2, n=3)


def test_symmetric_products():
    x, w, p, d, c, u = Wigner(), Wishart(ratio=PHI), HaarProjection(P_), Deterministic(THREE), Circular(variance=3), HaarUnitary()
    for word in (p * w * p, x * w * x, c * x * c.H, c * d * c.H, x * d * d * x, d * d * x * d * d, u * c * w * c.H * u.H, (x * w * x) ** 2):
        assert agree(word, n=4)
        assert agree(2 * word - 1, n=3)
    assert (c * Circular() * d).is_self_adjoint is False


def test_a_law_is_refused_where_the_terms_are_not_free():
    x, w, p, q = Wigner(), Wishart(), HaarProjection(0.5), HaarProjection(0.25)
    with pytest.raises(NotFree, match=r"Wishart\(\) stands in several places"):
        (w + w * p * w).law()
    with pytest.raises(NotFree, match="stands in several places"):
        (I * (p * q - q * p)).law()
    with pytest.raises(NotFree, match=r"both contain Wigner\(\)"):
        (w @ x + x).law()
    with pytest.raises(NotFree, match=r"both factors contain Wishart\(\)"):
        (w @ (w + x)).law()
    with pytest.raises(NotFree, match=r"Wishart\(\).compress\(1/2\) and Wishart\(\) both contain Wishart\(\)"):
        (w.compress(0.5) - w).law()


def test_a_law_is_refused_where_none_is_known():
    w, x, y = Wishart(), Wigner(), Wigner()
    with pytest.raises(NoClosedForm, match="no chain of squares; moments"):
        (w**3).law()
    with pytest.raises(NotALaw, match="both reach below and above zero"):
        (x @ y).law()


def test_only_self_adjoint_elements_have_laws():
    x, y = Wigner(), Wigner()
    for element in (x * y, I * x, Circular(), HaarUnitary(), x + I):
        with pytest.raises(InvalidInput, match="not self-adjoint"):
            element.law()


def test_laws_do_not_depend_on_the_order_of_terms():
    w, p, x = Wishart(ratio=2), HaarProjection(0.5), Wigner()
    assert (w + p * x * p).law().moments(5) == (p * x * p + w).law().moments(5)
    assert set((w + x).law().operands) == set((x + w).law().operands)


def test_the_square_of_a_shifted_semicircle():
    """MUL-40: the equation of (S + 1)^2 is satisfied by its density at 4 and at 1."""
    G, z = sp.symbols("G z")
    equation = ((Wigner() + 1) ** 2).law().cauchy_equation(G, z).as_expr()
    at_four = sp.Poly(equation.subs(z, 4), G)
    assert at_four.degree() > 0
    assert any(abs(abs(sp.im(root)) - sp.sqrt(3) / 8) < 1e-12 for root in at_four.nroots(n=30))
