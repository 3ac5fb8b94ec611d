"""The algebra of elements: a *-algebra with a trace, equality by value, identity that outlives pickling."""

import pickle
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import I, Rational

import freealg as fa
from freealg.elements.canonical import tidy
from freealg.elements.expression import Element, constant
from freealg.elements.family import new_birth
from freealg.elements.generators import Circular, Deterministic, HaarProjection, HaarUnitary, Identity, SemicircularFamily, Wigner, Wishart
from freealg.errors import InvalidInput

A, PHI, EPS = sp.symbols("a phi eps")
X, W, P, C, U = Wigner(), Wishart(ratio=Rational(1, 2)), HaarProjection(Rational(1, 3)), Circular(), HaarUnitary()
S, T = SemicircularFamily([[1, Rational(1, 2)], [Rational(1, 2), 2]])
LETTERS = [X, W, P, C, C.H, U, U.H, S, T]

coefficients = st.sampled_from([sp.Integer(1), sp.Integer(-2), Rational(1, 3), I, 1 + 2 * I, A, A - 1])
monomials = st.builds(lambda c, word: c * sp.Integer(1) * _product(word), coefficients, st.lists(st.sampled_from(LETTERS), max_size=3))
polynomials = st.lists(monomials, min_size=1, max_size=3).map(lambda terms: sum(terms, Element(())))


def _product(word):
    result = Identity()
    for letter in word:
        result = result * letter
    return result


@settings(max_examples=60, deadline=None)
@given(polynomials, polynomials, polynomials)
def test_the_axioms_of_a_star_algebra(p, q, r):
    assert p + q == q + p
    assert hash(p + q) == hash(q + p)
    assert (p * q) * r == p * (q * r)
    assert p * (q + r) == p * q + p * r
    assert (p + q) * r == p * r + q * r
    assert p - p == Element(())
    assert (p * q).H == q.H * p.H
    assert (p + I * q).H == p.H - I * q.H
    assert p == p.H.H
    assert p * Identity() == Identity() * p == p


@settings(max_examples=60, deadline=None)
@given(polynomials, polynomials)
def test_tau_is_a_linear_trace(p, q):
    assert sp.expand((p * q).trace() - (q * p).trace()) == 0
    assert sp.expand((A * p + q).trace() - A * p.trace() - q.trace()) == 0
    assert sp.expand(p.H.trace() - sp.conjugate(p.trace().xreplace({A: sp.Symbol("a", real=True)})).xreplace({sp.Symbol("a", real=True): A})) == 0


@settings(max_examples=40, deadline=None)
@given(polynomials)
def test_tau_is_positive(p):
    value = (p.H * p).subs({"a": 3}).trace() if A in p.free_symbols else (p.H * p).trace()
    assert value.is_real
    assert value >= 0


def test_ordinary_algebra():
    Y = Wigner()
    assert X + X == 2 * X != X
    assert X * Y != Y * X
    assert (X + Y) ** 2 == X**2 + X * Y + Y * X + Y**2
    assert Identity() == X**0
    assert (X - 1) * (X + 1) == X * X - 1
    assert (2 * X) / 2 == X == X / 0.5 * Fraction(1, 2)
    assert sum([X, Y]) == X + Y
    assert 3 - X == -(X - 3)


def test_separately_made_elements_are_different():
    first, second = Wigner(), Wigner()
    assert first != second
    assert (first + second).moments(4) == [0, 2, 0, 8]
    assert (first + first).moments(4) == [0, 4, 0, 32]


def test_numbers_of_every_kind_are_coefficients():
    half = X / 2
    for number in (0.5, Fraction(1, 2), Rational(1, 2), np.float64(0.5)):
        assert number * X == X * number == half
    assert np.int64(2) * X == X + X == A * X * 2 / A
    assert 1j * X == I * X
    assert 0.1 * X == X / 10


def test_coefficients_are_canonical():
    assert (A + 1) * (A - 1) * X == (A**2 - 1) * X
    assert X / (A + 1) + A * X / (A + 1) == X
    assert sp.sqrt(8) * X == 2 * sp.sqrt(2) * X
    assert tidy((A**2 - 1) / (A - 1)) == A + 1
    assert (A * X - A * X).terms == ()


def test_relations_of_projections_and_unitaries():
    assert P**3 == P
    assert U * U.H == U.H * U == Identity()
    assert X * U * (U.H * U) * U.H * X == X**2
    assert (P * X * P) ** 2 == P * X * P * X * P
    assert (U**2).H * U == U.H
    assert Identity() != C * C.H


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Wigner(variance=-1), "Wigner needs variance > 0, not -1"),
        (lambda: Wigner(variance=0), "variance > 0"),
        (lambda: Wigner(field="quaternion"), "quaternion"),
        (lambda: Wigner(entries="cauchy"), "entry law 'cauchy' is unknown"),
        (lambda: Wishart(ratio=0), "Wishart needs ratio > 0, not 0"),
        (lambda: Wishart(ratio="1/2"), "freealg.parse"),
        (lambda: HaarProjection(1.5), r"HaarProjection needs p in \[0, 1\], not 3/2"),
        (lambda: Circular(variance=-A.subs(A, 2)), "Circular needs variance > 0"),
        (lambda: Deterministic(3), "Deterministic takes a law, not 3"),
        (lambda: SemicircularFamily([[1, 2], [2, 1]]), "positive semidefinite; its smallest eigenvalue is -1"),
        (lambda: SemicircularFamily([[1, 2], [3, 9]]), "symmetric"),
        (lambda: SemicircularFamily([[1, 2]]), "square matrix"),
        (lambda: X.compress(2), r"t in \(0, 1\], not 2"),
        (lambda: X.compress(0), "t > 0, not 0"),
        (lambda: (X * W).compress(0.5), "not self-adjoint"),
        (lambda: X + fa.Semicircle(), "freealg.Deterministic"),
        (lambda: fa.Semicircle() @ X, "freealg.Deterministic"),
        (lambda: X / 0, "number other than 0"),
        (lambda: X / W, "law of an inverse"),
        (lambda: X**-1, "integer >= 0, not -1"),
        (lambda: X**0.5, "integer >= 0"),
        (lambda: X + float("nan"), "finite"),
        (lambda: X.subs({"phi": 1}), "no parameter named 'phi'; its parameters are: none"),
        (lambda: X.moments(-1), "whole number >= 0, got -1"),
        (lambda: Wishart(ratio=PHI).subs({PHI: -1}), "Wishart needs ratio > 0"),
    ],
)
def test_bad_input_names_the_condition(make, words):
    with pytest.raises(InvalidInput, match=words):
        make()


def test_adding_text_is_a_type_error():
    with pytest.raises(TypeError):
        X + "x"


def test_symbols_are_bound_by_name_and_the_identity_stays():
    W, X = Wishart(ratio=PHI), Wigner(variance=2 * EPS)
    H = W + A * X + W.compress(PHI)
    assert {s.name for s in H.free_symbols} == {"a", "phi", "eps"}
    bound = H.subs({"phi": 0.5, sp.Symbol("eps", positive=True): 1, A: 3})
    assert not bound.free_symbols
    assert bound.leaves().keys() == H.leaves().keys()
    assert (W @ X).subs({PHI: 1, EPS: 1}) == W.subs({PHI: 1}) @ X.subs({EPS: 1})
    assert W.subs({PHI: 1}) != Wishart(ratio=1)


def test_products_are_the_same_when_their_factors_are_and_compressions_are_not():
    Y = Wishart()
    assert Y @ X == Y @ X != X @ Y
    assert Y @ 2 == 2 @ Y == 2 * Y
    assert Y.compress(0.5) != Y.compress(0.5)


def test_births_are_ordered_and_distinct():
    births = [new_birth() for _ in range(1000)]
    assert births == sorted(births)
    assert len(set(births)) == 1000


def test_pickling_keeps_the_identity():
    H = (X + W) @ P + C * C.H + U * S * U.H + T + W.compress(0.5) + Deterministic(fa.Rademacher())
    assert pickle.loads(pickle.dumps(H)) == H
    back = pickle.loads(pickle.dumps([X, 2 * X, Wigner()]))
    assert back[0] + X == back[1]
    assert back[2] not in back[:2]


def test_an_element_from_another_process_is_still_itself(tmp_path):
    """With identities from a counter, the other process's first Wigner would be ours, and variance 2 would become 4."""
    script = (
        "import pickle, sys\n"
        "from freealg.elements.generators import Wigner\n"
        "X = pickle.load(open(sys.argv[1], 'rb'))\n"
        "assert (X + X).moments(2) == [0, 4], 'identity lost'\n"
        "pickle.dump((X, Wigner()), open(sys.argv[2], 'wb'))\n"
    )
    first = Wigner()
    (tmp_path / "there").write_bytes(pickle.dumps(first))
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "there"), str(tmp_path / "back")], check=True)
    same, other = pickle.loads((tmp_path / "back").read_bytes())
    assert same == first
    assert (first + other).moments(2) == [0, 2]
    assert (first + same).moments(2) == [0, 4]


def test_text():
    H = Wishart(ratio=PHI) + Wigner(variance=2 * EPS)
    assert repr(H) == str(H) == "Wishart(ratio=phi) + Wigner(variance=2*eps)"
    x, y = Wigner(), Wigner()
    assert repr(x + y) == "Wigner() + Wigner()"
    assert repr(x * y + y * x) == "Wigner()₁*Wigner()₂ + Wigner()₂*Wigner()₁"
    assert repr(x * y**2 - 2 * x / 3 + A * y) == "Wigner()₁*Wigner()₂**2 - 2*Wigner()₁/3 + a*Wigner()₂"
    assert repr((x + 1) @ P) == "(Wigner() + 1) @ HaarProjection(p=1/3)"
    assert repr((x @ P) ** 2) == "(Wigner() @ HaarProjection(p=1/3))**2"
    assert repr(-C.H * C) == "-Circular()₁.H*Circular()₁"
    assert repr(S) == "SemicircularFamily([[1, 1/2], [1/2, 2]])[0]"
    assert repr(W.compress(0.25)) == "Wishart(ratio=1/2).compress(1/4)"
    assert repr(Deterministic(fa.Semicircle(), field="complex")) == "Deterministic(Semicircle(), field='complex')"
    assert repr(Wigner(2, field="complex", entries="uniform")) == "Wigner(variance=2, field='complex', entries='uniform')"
    assert repr(constant(sp.Integer(0))) == "0"
    assert repr((A + 1) * Identity()) == "(a + 1)*Identity()"
    assert repr(1 - x) == "1 - Wigner()"


def test_latex():
    x, y = Wigner(), Wigner(variance=PHI)
    assert (x * y + 2 * C.H).latex() == r"\mathrm{Wigner} \mathrm{Wigner}\left(\mathrm{variance}=\phi\right) + 2 \mathrm{Circular}^{*}"
    assert (Wishart() @ x).latex() == (x @ Wishart()).latex() == r"{\mathrm{Wishart}}^{1/2} \mathrm{Wigner} {\mathrm{Wishart}}^{1/2}"
    assert (C.H**2).latex() == r"\left(\mathrm{Circular}^{*}\right)^{2}"
    assert T.latex().endswith("_{1}")
    assert (x - 1)._repr_latex_().startswith("$")
