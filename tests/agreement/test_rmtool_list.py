"""Every operation of RMTool (Edelman and Rao 2008) has its counterpart: a public name, its equation, and its moments by another route."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import sympy
from sympy import Rational, Symbol, symbols

import freealg as fa

HALF = Rational(1, 2)
A, B = fa.boxplus(fa.MarchenkoPastur(ratio=HALF), fa.Rademacher()), fa.MarchenkoPastur(ratio=Rational(1, 3), variance=2)
G, z, g, m, w = symbols("G z g m w")
x = Symbol("x")

OPERATIONS: dict[str, Callable[[], fa.Law]] = {
    "Wigner": lambda: fa.Wigner(variance=2).law(),
    "Wishart": lambda: fa.Wishart(ratio=HALF).law(),
    "atomic": lambda: fa.Discrete({0: HALF, 1: Rational(1, 4), 3: Rational(1, 4)}),
    "equilibrium": lambda: fa.Equilibrium(x**2 / 2 + x**4),
    "inverse": lambda: (A + 4).inverse(),
    "shift": lambda: A + 3,
    "scale": lambda: 2 * A,
    "Möbius": lambda: A.mobius(1, 2, 1, 9),
    "square": lambda: A.square(),
    "A + B": lambda: fa.boxplus(A, B),
    "A x B": lambda: fa.boxtimes(fa.Discrete({1: HALF, 2: HALF}), B),
    "block sum": lambda: fa.mixture({A: Rational(1, 3), B: Rational(2, 3)}),
    "compression": lambda: A.compress(HALF),
    "free power [+]": lambda: A.boxplus_power(Rational(5, 2)),
    "free power [x]": lambda: B.boxtimes_power(2),
    "A x Wishart": lambda: fa.boxtimes(fa.Discrete({1: HALF, 2: HALF}), fa.Wishart(ratio=HALF).law()),
    "A - B": lambda: fa.boxminus(fa.boxplus(fa.KestenMcKay(3), fa.Semicircle()), fa.Rademacher()),
    "A / B": lambda: fa.boxdivide(fa.FussCatalan(3), fa.MarchenkoPastur()),
    "information plus noise": lambda: fa.nets.InformationPlusNoise(fa.Discrete({1: HALF, 4: HALF}), ratio=HALF, variance=1),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_equation_moments_and_density(name: str) -> None:
    law = OPERATIONS[name]()
    poly = law.cauchy_equation(G, z)
    at = 1.3 + 0.7j
    value = complex(law.cauchy(at))
    terms = [complex(c) * value**i * at**j for (i, j), c in poly.terms()]
    assert abs(sum(terms)) < 1e-9 * sum(abs(t) for t in terms)
    for n, moment in enumerate(law.moments(4), 1):
        assert float(sympy.N(moment, 30)) == pytest.approx(law.expect(lambda t, n=n: t**n), rel=1e-9, abs=1e-10)


def test_conversions_among_the_transforms() -> None:
    """G, psi, eta, R and S of one law, each found again from another."""
    law = fa.MarchenkoPastur(ratio=2)
    at = Rational(1, 40)
    value = {"psi": law.psi_transform(w).subs(w, at), "eta": law.eta_transform(w).subs(w, at), "G": law.cauchy_transform(z).subs(z, 1 / at)}
    assert sympy.simplify(value["psi"] - (value["G"] / at - 1)) == 0
    assert sympy.simplify(value["eta"] - value["psi"] / (1 + value["psi"])) == 0
    assert float(law.r_transform(g).subs(g, value["G"]) + 1 / value["G"]) == pytest.approx(40)
    assert float((1 + value["psi"]) / (value["psi"] * law.s_transform(m).subs(m, value["psi"]))) == pytest.approx(40)
    assert np.isclose(float(law.voiculescu_transform(z).subs(z, 1 / value["G"])), float(law.r_transform(g).subs(g, value["G"])))
