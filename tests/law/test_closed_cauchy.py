"""G in radicals of equations of degree 2 to 4, and by Lambert's W: against the certified values all over the upper half plane."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from sympy import I, Rational, Symbol, exp, lambdify

import freealg as fa
from freealg.exact.real_count import never_real
from freealg.forms import CauchyEquation
from freealg.law.express import express

HALF, QUARTER = Rational(1, 2), Rational(1, 4)
SC, MP, R, P, D = fa.Semicircle, fa.MarchenkoPastur, fa.Rademacher, fa.Projection, fa.Discrete
z = Symbol("z")

CLOSED = [
    fa.FussCatalan(2),
    fa.nets.Hessian(HALF, Rational(1, 3)),
    fa.boxplus(SC(variance=QUARTER), R()),
    fa.boxplus(MP(ratio=2), R()),
    fa.boxtimes(MP(ratio=HALF), D({1: HALF, 3: HALF})),
    fa.boxplus(P(HALF), P(Rational(1, 3))),
    D({0: HALF, 1: QUARTER, 3: QUARTER}).boxplus_power(3),
    fa.boxplus(SC(), D({0: HALF, 1: QUARTER, 3: QUARTER})),
    fa.boxplus(MP(), MP(ratio=2), SC()),
    MP(ratio=3).square(),
]
REFUSED = [fa.FussCatalan(3), fa.boxtimes(SC(), MP())]


def _points(count: int) -> np.ndarray:
    rng = np.random.default_rng(5)
    far = rng.normal(size=count) * 4 + 1j * np.exp(rng.normal(size=count) * 1.5)
    near = rng.uniform(-4, 12, size=count) + 1j * np.exp(-rng.uniform(2, 12, size=count))
    return np.concatenate([far, near, 1j * np.array([0.5, 1, 2]), [1 + 1j]])


@pytest.mark.parametrize("law", CLOSED, ids=repr)
def test_on_the_whole_upper_half_plane(law: fa.Law) -> None:
    points = _points(400)
    function = lambdify(z, law.cauchy_transform(z), "numpy", cse=True)
    with np.errstate(all="ignore"):
        found = function(points)
    wanted = law.cauchy(points)
    assert np.all(np.isfinite(found))
    assert np.allclose(found, wanted, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("law", CLOSED[:4], ids=repr)
def test_to_many_digits(law: fa.Law) -> None:
    function = lambdify(z, law.cauchy_transform(z), "mpmath", cse=True)
    with mpmath.workdps(40):
        for x, y in ((QUARTER, HALF / 4), (Rational(-3), Rational(2)), (Rational(5, 2), Rational(1, 2**20))):
            point = mpmath.mpc(mpmath.mpf(int(x.p)) / int(x.q), mpmath.mpf(int(y.p)) / int(y.q))
            assert abs(function(point) - law.cauchy(x + I * y, dps=30)) < mpmath.mpf(10) ** -24


def test_sympy_evaluates_it() -> None:
    G = fa.FussCatalan(2).cauchy_transform(z)
    value = complex(G.subs(z, Rational(1, 2) + Rational(1, 3) * 1j).evalf())
    assert value == pytest.approx(fa.FussCatalan(2).cauchy(0.5 + 1j / 3), rel=1e-12)
    M = fa.FussCatalan(2).moment_transform(z)
    assert complex(M.subs(z, 10 + 1j)) == pytest.approx((10 + 1j) * fa.FussCatalan(2).cauchy(10 + 1j) - 1, rel=1e-10)


def test_it_says_nothing_off_the_upper_half_plane() -> None:
    function = lambdify(z, CLOSED[0].cauchy_transform(z), "numpy", cse=True)
    with np.errstate(all="ignore"):
        assert np.all(np.isnan(function(np.array([1.0 + 0j, 1 - 1j]))))


@pytest.mark.parametrize("law", REFUSED, ids=repr)
def test_refused_without_a_proof(law: fa.Law) -> None:
    with pytest.raises(fa.NoClosedForm, match="no property of G is proved"):
        law.cauchy_transform(z)


@pytest.mark.parametrize("law", [*CLOSED, *REFUSED], ids=repr)
@pytest.mark.parametrize("rooted", [False, True])
def test_the_criterion_against_counting_on_a_grid(law: fa.Law, rooted: bool) -> None:
    """Where no T is ever real, the number of roots with Im T < 0 is the same at every point."""
    curve = express(law, CauchyEquation).curve
    rows = [np.polynomial.Polynomial(row) for row in curve.integer_rows()]
    counts = set()
    for point in _points(150):
        roots = np.roots([row(point) for row in reversed(rows)])
        values = roots * np.sqrt(point) if rooted else roots
        if np.min(np.abs(values.imag) / np.abs(values)) > 1e-7:
            counts.add(int(np.sum(values.imag < 0)))
    if never_real(curve, rooted):
        assert len(counts) == 1


def test_no_closed_form_leaks_into_other_routes() -> None:
    """The Piecewise is an answer, not a form that other rules would read: moments, images and densities come from where they came from."""
    law, fresh = fa.boxplus(SC(), R()), fa.boxplus(SC(), R())
    law.cauchy_transform(z)
    assert law.moments(8) == fresh.moments(8)
    assert law.mobius(1, 0, 1, 9).moments(3) == fresh.mobius(1, 0, 1, 9).moments(3)
    assert law.pdf(0.3) == fresh.pdf(0.3)


g = Symbol("g")


@pytest.mark.parametrize(("law", "moments"), [
    (2 * fa.from_r_transform((exp(g) - 1) / g, g), [2, 6, Rational(64, 3)]),
    (fa.from_r_transform((exp(g) - 1) / g, g), [1, Rational(3, 2), Rational(8, 3)]),
])  # fmt: skip
def test_lambert_w(law: fa.Law, moments: list[Rational]) -> None:
    G = law.cauchy_transform(z)
    function = lambdify(z, G, "mpmath")
    first = law.moments(12)
    with mpmath.workdps(40):
        for point in (mpmath.mpc(400, 300), mpmath.mpc(-500, 20)):
            series = 1 / point + sum(mpmath.mpf(int(c.p)) / int(c.q) / point ** (n + 1) for n, c in enumerate(first, 1))
            assert abs(function(point) - series) < mpmath.mpf(10) ** -28
    assert law.moments(3) == moments
    heights = [complex(function(mpmath.mpc(x, y))).imag for x in np.linspace(-3, 9, 60) for y in (1e-6, 1e-2, 1)]
    assert max(heights) <= 1e-9
