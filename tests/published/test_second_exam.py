"""A second set of questions with answers found outside the library: the moment-cumulant recursion written out, Lagrange inversion by SymPy's series,
critical points of K(g) = R(g) + 1/g by polynomial roots, and G continued down from infinity by Newton's method on R(G) + 1/G = z.
"""

import mpmath
import numpy as np
import pytest
import sympy as sp
from sympy import Rational as Q
from sympy import sqrt

import freealg as fa
from freealg.exact.context import mp_precision

g, m, z, G, t, p, q = sp.symbols("g m z G t p q")
phi, s, lam, alpha = sp.symbols("phi s lambda alpha")


def moments_of(cumulants):
    """m_n = sum_s kappa_s [w^(n-s)] M(w)^s"""
    found = [sp.Integer(1)]
    for n in range(1, len(cumulants) + 1):
        total, power = sp.Integer(0), [sp.Integer(1)] + [sp.Integer(0)] * n
        for order in range(1, n + 1):
            power = [sum(power[i] * found[j - i] for i in range(j + 1) if j - i < n) for j in range(n)] + [sp.Integer(0)]
            total += cumulants[order - 1] * power[n - order]
        found.append(sp.expand(total))
    return found[1:]


def moments_by_s(s_transform, n):
    """m_k = [m^(k-1)] ((1 + m)/S)^k / k"""
    rows = (sp.series(((1 + m) / s_transform) ** k, m, 0, k).removeO().expand().coeff(m, k - 1) / k for k in range(1, n + 1))
    return [sp.simplify(row) for row in rows]


def marchenko_pastur(ratio, variance, n):
    return [variance**k * ratio ** (k - 1) for k in range(1, n + 1)]


def added(*rows):
    return [sum(column) for column in zip(*rows, strict=True)]


MOMENTS = [
    (fa.Semicircle(Q(2, 3), Q(5, 7)), moments_of([Q(2, 3), Q(5, 7), 0, 0, 0, 0])),
    (fa.MarchenkoPastur(Q(7, 5), Q(2, 3)), moments_of(marchenko_pastur(Q(7, 5), Q(2, 3), 6))),
    (fa.FreePoisson(lam, alpha), moments_of([lam * alpha**k for k in range(1, 6)])),
    (fa.FreePoisson(Q(3, 4), -Q(5, 2)), moments_of([Q(3, 4) * (-Q(5, 2)) ** k for k in range(1, 7)])),
    (fa.KestenMcKay(Q(7, 2)), moments_of([0, Q(7, 2), 0, -Q(7, 2), 0, 7])),
    (fa.FreeBessel(Q(3, 2), Q(2, 3)), moments_by_s(1 / ((Q(2, 3) + m) * sqrt(1 + m)), 4)),
    (fa.FussCatalan(Q(5, 3)), moments_by_s((1 + m) ** -Q(5, 3), 4)),
    (fa.CompoundFreePoisson(Q(3, 2), fa.Uniform(-1, 2)), moments_of([Q(3, 2) * (2 ** (k + 1) - (-1) ** (k + 1)) / (3 * (k + 1)) for k in range(1, 6)])),
    (fa.boxplus(fa.MarchenkoPastur(Q(2, 7), 3), fa.Arcsine(1)), moments_of(added(marchenko_pastur(Q(2, 7), 3, 4), [0, Q(1, 2), 0, -Q(1, 8)]))),
    (fa.boxtimes(fa.MarchenkoPastur(phi), fa.Projection(p)), moments_by_s((1 + m) / ((1 + phi * m) * (p + m)), 3)),
    (-fa.MarchenkoPastur(Q(1, 2)).boxtimes_power(Q(5, 3)), [(-1) ** k * v for k, v in enumerate(moments_by_s((1 + m / 2) ** -Q(5, 3), 4), 1)]),
    (fa.MarchenkoPastur(Q(1, 3)).inverse(), [Q(3, 2), Q(27, 8)]),
    (fa.boxplus(fa.Arcsine(1), fa.MarchenkoPastur(Q(1, 2))).square(), moments_of(added(marchenko_pastur(Q(1, 2), 1, 4), [0, Q(1, 2), 0, -Q(1, 8)]))[1::2]),
    (2 * fa.boxplus(fa.MarchenkoPastur(Q(1, 2)).compress(Q(1, 2)), fa.Rademacher()) - 1, moments_of([1, 5, Q(1, 2), Q(1, 4) - 16])),
    (fa.nets.Jacobian("relu", depth=4), moments_by_s((1 / (2 * m + 1)) ** 4, 3)),
    (fa.nets.Jacobian("relu", depth=3, weights="orthogonal"), moments_by_s(((1 + m) / (2 * m + 1)) ** 3, 3)),
    (fa.nets.Hessian(Q(1, 3), Q(2, 7)), moments_of([1, Q(1, 3) + Q(4, 7), Q(1, 9), Q(1, 27)])),
]


@pytest.mark.parametrize(("law", "wanted"), MOMENTS, ids=lambda value: str(value)[:60] if isinstance(value, fa.Law) else "")
def test_moments(law, wanted):
    found = law.moments(len(wanted))
    assert all(sp.simplify(a - b) == 0 for a, b in zip(found, wanted, strict=True))


ATOMS = [
    (fa.boxplus(*[fa.Projection(Q(9, 10))] * 2, fa.Projection(Q(17, 20))), {3: Q(13, 20)}),
    (fa.Projection(Q(4, 5)).boxtimes_power(Q(5, 2)), {0: Q(1, 5), 1: Q(1, 2)}),
    (fa.boxtimes(fa.Discrete({1: Q(3, 4), 2: Q(1, 4)}), fa.Discrete({3: Q(4, 5), 5: Q(1, 5)})), {3: Q(11, 20), 6: Q(1, 20)}),
    (fa.KestenMcKay(Q(4, 3)), {-Q(4, 3): Q(1, 3), Q(4, 3): Q(1, 3)}),
    (fa.Projection(Q(1, 3)).compress(Q(1, 2)), {0: Q(1, 3)}),
    (3 - 2 * fa.MarchenkoPastur(4), {3: Q(3, 4)}),
    (fa.CompoundFreePoisson(Q(1, 2), fa.Projection(Q(1, 2))), {0: Q(3, 4)}),
    (fa.nets.NonlinearGram("tanh", phi=3, psi=Q(1, 2)), {0: Q(5, 6)}),
]


@pytest.mark.parametrize(("law", "wanted"), ATOMS, ids=lambda value: str(value)[:60] if isinstance(value, fa.Law) else "")
def test_atoms(law, wanted):
    assert law.atoms() == wanted


def continued(r_transform, x):
    """-Im G(x + i0)/pi from G = 1/z at z = x + 1000i, down by Newton's method on R(G) + 1/G = z."""
    value = None
    for height in [1000 * mpmath.mpf(10) ** (-mpmath.mpf(k) / 15) for k in range(420)] + [mpmath.mpf(0)]:
        point = mpmath.mpc(x, height)
        value = 1 / point if value is None else value
        for _ in range(12):
            step = mpmath.mpf(10) ** -20 * abs(value)
            slope = (r_transform(value + step) + 1 / (value + step) - r_transform(value - step) - 1 / (value - step)) / (2 * step)
            change = (r_transform(value) + 1 / value - point) / slope
            value -= change
            if abs(change) < mpmath.mpf(10) ** -36 * abs(value):
                break
    return -value.imag / mpmath.pi


DENSITIES = [
    (fa.boxplus(fa.MarchenkoPastur(Q(1, 3)), -2 * fa.MarchenkoPastur(Q(1, 5))), lambda w: 1 / (1 - w / 3) - 2 / (1 + 2 * w / 5), "0.9"),
    (fa.CompoundFreePoisson(3, fa.Rademacher()), lambda w: 3 * w / (1 - w**2), "1"),
    (fa.nets.Hessian(Q(3, 2), Q(2, 3)), lambda w: 1 / (1 - 3 * w / 2) + 4 * w / 3, "0.5"),
    (fa.from_r_transform(2 / (1 - 3 * g) + g, g), lambda w: 2 / (1 - 3 * w) + w, "3"),
]


@pytest.mark.parametrize(("law", "r_transform", "x"), DENSITIES, ids=["sum", "compound", "hessian", "given"])
def test_densities_by_continuation(law, r_transform, x):
    with mp_precision(45):
        wanted = continued(r_transform, mpmath.mpf(x))
        assert abs(law.pdf(Q(x), dps=25) - wanted) < 1e-20 * wanted


def test_edges_and_cells_of_a_semicircle_plus_three_atoms():
    """x = w + s G(w) at the roots of s sum p/(w - a)^2 = 1; each cell holds the mass of its atom."""
    masses = {-2: Q(1, 6), 0: Q(1, 3), Q(5, 2): Q(1, 2)}
    law = fa.boxplus(fa.Semicircle(variance=Q(1, 10)), fa.Discrete(masses))
    w = sp.Symbol("w")
    critical = sp.Poly(sp.numer(sp.together(10 - sum(mass / (w - a) ** 2 for a, mass in masses.items()))), w)
    edges = sorted(r + sum(mass / (r - a) for a, mass in masses.items()) / 10 for r in map(sp.re, critical.nroots(n=40, maxsteps=200)))
    found = [sp.N(end, 40) for interval in law.support_intervals() for end in interval]
    assert len(found) == 6 and all(abs(a - b) < sp.Float(10) ** -30 for a, b in zip(found, edges, strict=True))
    assert abs(law.cdf(-1, dps=25) - mpmath.mpf(1) / 6) < 1e-15 and law.cdf(np.array([1.0]))[0] == pytest.approx(0.5, abs=1e-13)


def test_the_index_of_a_hessian_law():
    """[arg(-G0) - arg(1 - phi G0)/phi + eps Im G0^2]/pi at the root G0 of P(0, G) in the lower half plane"""
    for ratio, energy in ((Q(1, 3), Q(1, 5)), (Q(3, 2), Q(2, 3)), (Q(1, 5), Q(1))):
        with mp_precision(50):
            a, e = mpmath.mpf(ratio.p) / ratio.q, mpmath.mpf(energy.p) / energy.q
            root = next(r for r in mpmath.polyroots([2 * e * a, -2 * e, a - 1, -1], maxsteps=200, extraprec=200) if r.imag < -1e-20)
            wanted = (mpmath.arg(-root) - mpmath.arg(1 - a * root) / a + e * (root**2).imag) / mpmath.pi
            assert abs(fa.nets.Hessian(ratio, energy).index(dps=25) - wanted) < 1e-22
