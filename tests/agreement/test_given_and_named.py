"""A law built by a `from_*` constructor answers what the law of that name answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy
from sympy import Rational, Symbol, symbols

import freealg as fa

HALF, THIRD = Rational(1, 2), Rational(1, 3)
G, z, g, m, k, x = symbols("G z g m k x")

NAMED: dict[str, fa.Law] = {
    "semicircle": fa.Semicircle(mean=1, variance=2),
    "Marchenko-Pastur": fa.MarchenkoPastur(ratio=HALF, variance=3),
    "Marchenko-Pastur with an atom": fa.MarchenkoPastur(ratio=3),
    "arcsine": fa.Arcsine(radius=3),
    "projection": fa.Projection(THIRD),
    "Kesten-McKay": fa.KestenMcKay(3),
    "Fuss-Catalan": fa.FussCatalan(2),
    "Hessian": fa.boxplus(fa.MarchenkoPastur(ratio=HALF), fa.Semicircle(variance=THIRD)),
    "two bulks": fa.boxplus(fa.Semicircle(variance=Rational(1, 9)), fa.Rademacher()),
}


def _built(law: fa.Law) -> dict[str, fa.Law]:
    """The law from its transforms and its equation, wherever these are closed."""
    made = {"equation": fa.from_cauchy_equation(law.cauchy_equation(G, z), G, z, moments=law.moments(3))}
    for name, make in (("R", lambda: fa.from_r_transform(law.r_transform(g), g)), ("S", lambda: fa.from_s_transform(law.s_transform(m), m))):
        try:
            made[name] = make()
        except (fa.NoClosedForm, fa.UndefinedMoments):
            continue
    return made


QUERIES: dict[str, Callable[[fa.Law], Any]] = {
    "moments": lambda law: law.moments(9),
    "moment 200": lambda law: law.moment(200),
    "free cumulants": lambda law: law.free_cumulants(9),
    "mean and variance": lambda law: (law.mean(), law.variance()),
    "equation": lambda law: law.cauchy_equation(G, z),
    "atoms": lambda law: law.atoms(),
    "support": lambda law: law.support(),
    "intervals": lambda law: law.support_intervals(),
    "edge exponents": lambda law: {edge: value[0] for edge, value in law.edge_exponents().items()},
    "Jacobi": lambda law: law.jacobi_coefficients(4) if law.hankel_determinants(5)[4] else None,
    "Hankel": lambda law: law.hankel_determinants(5),
    "recurrence": lambda law: str(law.recurrence()),
}


@pytest.mark.parametrize("name", NAMED)
def test_exact_queries(name: str) -> None:
    law = NAMED[name]
    for how, built in _built(law).items():
        for what, query in QUERIES.items():
            assert _plain(query(built)) == _plain(query(law)), (how, what)


def _plain(value: Any) -> Any:
    """Radicals multiplied out: named laws keep their edges as squares."""
    if isinstance(value, dict):
        return {_plain(key): entry for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return sympy.expand(value) if isinstance(value, sympy.Expr) else value


@pytest.mark.parametrize("name", NAMED)
def test_numbers(name: str) -> None:
    law = NAMED[name]
    points = np.linspace(-4, 12, 33) + 0.01
    for built in _built(law).values():
        assert np.allclose(built.pdf(points), law.pdf(points), rtol=1e-10, atol=1e-12)
        assert np.allclose(built.cdf(points), law.cdf(points), atol=1e-12)
        assert np.allclose(built.cauchy(points + 0.3j), law.cauchy(points + 0.3j), rtol=1e-12)
        assert np.allclose(built.icdf(np.linspace(0.05, 0.95, 7)), law.icdf(np.linspace(0.05, 0.95, 7)), atol=1e-9)


@pytest.mark.parametrize("name", NAMED)
def test_closed_forms(name: str) -> None:
    """What is closed for the named law is closed for the given one, and has the same values."""
    law = NAMED[name]
    for how, built in _built(law).items():
        for query in ("r_transform", "s_transform", "cauchy_transform", "moment_transform"):
            variable = Symbol("v")
            try:
                wanted = getattr(law, query)(variable)
            except (fa.NoClosedForm, fa.UndefinedMoments):
                continue
            found = getattr(built, query)(variable)
            at = sympy.Rational(1, 50) if query[0] in "rs" else sympy.Rational(7, 3) + 2 * sympy.I
            assert abs(sympy.N((found - wanted).subs(variable, at), 30)) < 1e-25, (how, query)


def test_operations_take_given_laws() -> None:
    given = fa.from_cauchy_equation(fa.MarchenkoPastur().cauchy_equation(G, z), G, z)
    named = fa.MarchenkoPastur()
    for operation in (lambda mu: fa.boxplus(mu, fa.Rademacher()), lambda mu: fa.boxtimes(mu, fa.Projection(HALF)), lambda mu: mu.compress(HALF),
                      lambda mu: mu.square(), lambda mu: 2 * mu - 1, lambda mu: mu.boxtimes_power(2), lambda mu: mu.mobius(1, 0, 1, 3)):  # fmt: skip
        assert operation(given).moments(6) == operation(named).moments(6)
        assert operation(given).cauchy_equation(G, z) == operation(named).cauchy_equation(G, z)


def test_sequences() -> None:
    law = fa.MarchenkoPastur(ratio=HALF)
    for given in (fa.from_moments(law.moments(24)), fa.from_free_cumulants(law.free_cumulants(24))):
        assert given.moments(12) == law.moments(12)
        assert given.free_cumulants(12) == law.free_cumulants(12)
        assert given.jacobi_coefficients(6) == law.jacobi_coefficients(6)
        assert given.hankel_determinants(6) == law.hankel_determinants(6)
        assert fa.boxplus(given, fa.Semicircle()).moments(10) == fa.boxplus(law, fa.Semicircle()).moments(10)
