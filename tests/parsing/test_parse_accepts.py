"""What the grammar reads, against the same thing built in Python."""

import re
from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, Symbol, sqrt

import freealg as fa
from freealg.parsing import parse_numbers, parse_values

phi, eps, t = sympy.symbols("phi eps t")
MP, SC = fa.MarchenkoPastur, fa.Semicircle

LAWS = {
    "mp(1/2) [+] projection(1/3)": fa.boxplus(MP(ratio=Rational(1, 2)), fa.Projection(Rational(1, 3))),
    "mp(phi, 2) ⊠ mp(ratio=1/3)": fa.boxtimes(MP(phi, 2), MP(Rational(1, 3))),
    "MP(φ) [x] MarchenkoPastur(ratio=psi, variance=1)": fa.boxtimes(MP(phi), MP(Symbol("psi"))),
    "mp(1)^[x](1/2)": MP().boxtimes_power(Rational(1, 2)),
    "mp(1)^{[x] 1/2}": MP().boxtimes_power(Rational(1, 2)),
    "mp(1) ** ⊠ (3/2)": MP().boxtimes_power(Rational(3, 2)),
    "rademacher()^[+]t": fa.Rademacher().boxplus_power(t),
    "rademacher()^([+] 3/2)": fa.Rademacher().boxplus_power(Rational(3, 2)),
    "rademacher()^⊞3": fa.Rademacher().boxplus_power(3),
    "sc(1, 4)": SC(1, 4),
    "sc(sqrt(2), 1e-3)": SC(sqrt(2), Rational(1, 1000)),
    "2*semicircle(0, eps) - 1": 2 * SC(0, eps) - 1,
    "1 - mp(phi)/3": 1 - MP(phi) / 3,
    "-2*-mp(2^-1)": 2 * MP(Rational(1, 2)),
    "discrete({-1: 1/3, 0: 1/3, 1: 1/3}) [+] sc(0, 1/3)": fa.boxplus(
        fa.Discrete({-1: Rational(1, 3), 0: Rational(1, 3), 1: Rational(1, 3)}), SC(0, Rational(1, 3))
    ),
    "discrete({0: 1/4, 0: 1/4, 1: 1/2})": fa.Projection(Rational(1, 2)),
    "free_poisson(rate=3/2, jump=-2)": fa.FreePoisson(Rational(3, 2), -2),
    "arcsine(2)": fa.Arcsine(2),
    "cauchy(1, 2)": fa.Cauchy(1, 2),
    "uniform(-1, 1)": fa.Uniform(-1, 1),
    "gaussian(0, 2)": fa.Gaussian(0, 2),
    "kesten_mckay(3)": fa.KestenMcKay(3),
    "fuss_catalan(2)": fa.FussCatalan(2),
    "free_bessel(2, 3)": fa.FreeBessel(2, 3),
    "compound_free_poisson(2, rademacher())": fa.CompoundFreePoisson(2, fa.Rademacher()),
    "compress(mp(phi), 1/2)": MP(phi).compress(Rational(1, 2)),
    "square(sc())": SC().square(),
    "inverse(mp(1/2))": MP(Rational(1, 2)).inverse(),
    "mobius(mp(1/2), 1, 2, 3, 4)": MP(Rational(1, 2)).mobius(1, 2, 3, 4),
    "mixture({sc(): 1/3, rademacher(): 2/3})": fa.mixture({SC(): Rational(1, 3), fa.Rademacher(): Rational(2, 3)}),
    "boxplus(sc(), mp(1), rademacher())": fa.boxplus(SC(), MP(), fa.Rademacher()),
    "boxtimes_power(mp(1), 2)": MP().boxtimes_power(2),
    "wigner(2) [+] wishart(phi)": fa.boxplus(SC(variance=2), MP(phi)),
    "hessian(phi, eps)": fa.nets.Hessian(phi, eps),
    "jacobian(relu, 3)": fa.nets.Jacobian("relu", depth=3),
    "jacobian(hard_tanh, t, weights=orthogonal, q=1/10)": fa.nets.Jacobian("hard_tanh", depth=t, weights="orthogonal", q=Rational(1, 10)),
    "nonlinear_gram(relu, phi, psi)": fa.nets.NonlinearGram("relu", phi=phi, psi=Symbol("psi")),
    "nonlinear_gram(eta=1, zeta=1/2)": fa.nets.NonlinearGram(eta=1, zeta=Rational(1, 2)),
    "universal_jacobian(smooth, t) [+] sc(0, 1)": fa.boxplus(fa.nets.universal_jacobian("smooth", variance=t), SC()),
    " mp ( 1 )\n[ + ]\tmp(2) ": fa.boxplus(MP(1), MP(2)),
}


@pytest.mark.parametrize("text", LAWS)
def test_laws(text):
    assert fa.parse(text) == LAWS[text]


@pytest.mark.parametrize(
    ("text", "law"),
    [
        ("wishart(phi) + wigner(2*eps)", fa.boxplus(MP(phi), SC(variance=2 * eps))),
        ("wishart(1) @ projection(1/2)", fa.boxtimes(MP(), fa.Projection(Rational(1, 2)))),
        ("projection(1/3) + projection(1/3)", fa.boxplus(fa.Projection(Rational(1, 3)), fa.Projection(Rational(1, 3)))),
        ("wishart(2) - rademacher()", fa.boxplus(MP(2), fa.Rademacher())),
        ("deterministic(rademacher()) + haar_projection(1/2)", fa.boxplus(fa.Rademacher(), fa.Projection(Rational(1, 2)))),
        ("2*wigner(3) + 1", SC(1, 12)),
        ("wigner()/2 + 3*identity()", SC(3, Rational(1, 4))),
    ],
)
def test_elements_have_the_law_of_the_sum(text, law):
    element = fa.parse(text)
    assert not isinstance(element, fa.Law)
    assert element.law().moments(6) == law.moments(6)


def test_every_function_call_makes_a_new_element():
    assert fa.parse("wigner() + wigner()").law() == SC(variance=2)
    assert fa.parse("wigner() * wigner()").moments(2) == [0, 0]
    assert fa.parse("wigner()^2").moments(2) == [1, 2]


def test_powers_and_signs_bind_as_in_algebra():
    assert parse_numbers("-2^2, 2^3^2, 2^-1, (-2)^2, 8/2/2, 1-2-3, 2*3^2") == [-4, 512, Rational(1, 2), 4, 2, -4, 18]


def test_values():
    assert parse_values("phi = 1/2, eps=0.125, ψ=-2") == {"phi": Rational(1, 2), "eps": Rational(1, 8), "psi": -2}


def test_a_float_is_its_decimal():
    assert parse_numbers("0.1, .5, 2., 1e2, 1.5e-3") == [Rational(1, 10), Rational(1, 2), 2, 100, Rational(3, 2000)]


def arithmetic():
    """(text, exact value) pairs, the value by Python's fractions."""
    leaves = st.fractions(min_value=-9, max_value=9, max_denominator=9).map(lambda q: (f"({q.numerator}/{q.denominator})", q))

    def grow(inner):
        def join(a, sign, b):
            if sign == "/" and b[1] == 0:
                sign = "+"
            value = {"+": lambda: a[1] + b[1], "-": lambda: a[1] - b[1], "*": lambda: a[1] * b[1], "/": lambda: a[1] / b[1]}[sign]()
            return f"({a[0]} {sign} {b[0]})", value

        squares = inner.map(lambda a: (f"({a[0]})^2", a[1] ** 2))
        return st.builds(join, inner, st.sampled_from("+-*/"), inner) | squares | inner.map(lambda a: (f"(-{a[0]})", -a[1]))

    return st.recursive(leaves, grow, max_leaves=12)


@settings(deadline=None, max_examples=150)
@given(arithmetic())
def test_arithmetic_agrees_with_fractions(pair):
    text, value = pair
    (read,) = parse_numbers(text)
    assert Fraction(int(read.p), int(read.q)) == value


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(sorted(LAWS)), st.lists(st.sampled_from(["", " ", "\n", "\t "]), min_size=400, max_size=400))
def test_white_space_means_nothing(text, spaces):
    tokens = re.findall(r"\[\s*[+x]\s*\]|\*\*|1e-3|[\w.]+|\S", text)
    moved = "".join(token + space for token, space in zip(tokens, spaces, strict=False))
    assert fa.parse(moved) == LAWS[text]
