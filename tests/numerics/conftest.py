"""Curves with exact germs for the density engine: moments by free cumulants and S-transforms, equations by resultants."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import comb
from typing import Any

import flint
import pytest

from freealg.numerics.algebraic import AlgebraicDensity
from freealg.numerics.plane_curve import PlaneCurve

Moments = Callable[[int], list[Any]]
RING = flint.fmpz_mpoly_ctx.get(["z", "G", "y", "t"], "lex")
Z, G, Y, T = RING.gens()
HALF = flint.fmpq(1, 2)


def q(value: Any) -> flint.fmpq:
    exact = Fraction(value) if not isinstance(value, flint.fmpq) else value
    return exact if isinstance(exact, flint.fmpq) else flint.fmpq(exact.numerator, exact.denominator)


# moments -------------------------------------------------------------------------------------------------------------------


def from_cumulants(kappa: list[Any]) -> list[Any]:
    """m_n = [g^n] C(g)^(n + 1)/(n + 1)."""
    series = flint.fmpq_poly([1, *kappa])
    power, out = series, []
    for n in range(1, len(kappa) + 1):
        power = power.mul_low(series, len(kappa) + 1)
        out.append(power[n] / (n + 1))
    return out


def _inverse(series: flint.fmpq_poly, length: int) -> flint.fmpq_poly:
    found, known = flint.fmpq_poly([1 / series[0]]), 1
    while known < length:
        known = min(2 * known, length)
        found = (found * (2 - (series * found).truncate(known))).truncate(known)
    return found


def to_cumulants(moments: list[Any]) -> list[Any]:
    """kappa_n = -[w^n] M(w)^-(n - 1)/(n - 1)."""
    size = len(moments)
    inverse = _inverse(flint.fmpq_poly([1, *moments]), size + 1)
    power, out = inverse, [q(moments[0])]
    for n in range(2, size + 1):
        out.append(-power[n] / (n - 1))
        power = power.mul_low(inverse, size + 1)
    return out


def sum_moments(*terms: list[Any]) -> list[Any]:
    return from_cumulants([sum(c, q(0)) for c in zip(*map(to_cumulants, terms), strict=True)])


def product_moments(a: list[Any], b: list[Any]) -> list[Any]:
    """m_n = [m^(n - 1)] ((1 + m)/S(m))^n/n with S = S_a S_b."""
    n = len(a)

    def s_transform(moments: list[Any]) -> flint.fmpq_poly:
        step, power, chi = _inverse(flint.fmpq_poly(moments), n), flint.fmpq_poly([1]), []
        for k in range(1, n + 1):
            power = power.mul_low(step, n)
            chi.append(power[k - 1] / k)
        return (flint.fmpq_poly(chi) * flint.fmpq_poly([1, 1])).truncate(n)

    step = (_inverse((s_transform(a) * s_transform(b)).truncate(n), n) * flint.fmpq_poly([1, 1])).truncate(n)
    power, out = flint.fmpq_poly([1]), []
    for k in range(1, n + 1):
        power = power.mul_low(step, n)
        out.append(power[k - 1] / k)
    return out


def semicircle(variance: Any) -> Moments:
    return lambda n: from_cumulants([q(variance) if k == 2 else q(0) for k in range(1, n + 1)])


def marchenko_pastur(ratio: Any) -> Moments:
    return lambda n: from_cumulants([q(ratio) ** (k - 1) for k in range(1, n + 1)])


def discrete(masses: dict[Any, Any]) -> Moments:
    return lambda n: [sum((q(w) * q(x) ** k for x, w in masses.items()), q(0)) for k in range(1, n + 1)]


# equations -----------------------------------------------------------------------------------------------------------------


def semicircle_equation(variance: Any) -> Any:
    v = q(variance)
    return int(v.p) * G**2 - Z * G * int(v.q) + int(v.q)


def marchenko_pastur_equation(ratio: Any) -> Any:
    r = q(ratio)
    return int(r.p) * Z * G**2 + (int(r.q - r.p) - int(r.q) * Z) * G + int(r.q)


def discrete_equation(masses: dict[Any, Any]) -> Any:
    scale = 1
    for w in masses.values():
        scale *= int(q(w).q)
    bottom, top = scale + 0 * Z, 0 * Z
    for x in masses:
        bottom = bottom * (Z * int(q(x).q) - int(q(x).p))
    for x, w in masses.items():
        term = int(q(x).q) * int(q(w) * scale) + 0 * Z
        for other in masses:
            if other != x:
                term = term * (Z * int(q(other).q) - int(q(other).p))
        top = top + term
    return G * bottom - top


def sum_equation(p: Any, r: Any) -> Any:
    """z = z1 + z2 - 1/G with p(z1, G) = r(z2, G) = 0."""
    depth = int(r.degrees()[0])
    moved = 0 * Z
    for (i, j, _, _), c in r.to_dict().items():
        moved = moved + c * (Z * G - Y * G + 1) ** int(i) * G ** (depth - int(i)) * G ** int(j)
    return p.compose(Y, G, Y, T).resultant(moved, "y")


def product_equation(p: Any, r: Any) -> Any:
    """z = z1 z2 m/(1 + m), G_i = (1 + m)/z_i, m = zG - 1."""

    def moved(source: Any, top: Any, bottom: Any) -> Any:
        depth, high, out = int(source.degrees()[0]), int(source.degrees()[1]), 0 * Z
        for (i, j, _, _), c in source.to_dict().items():
            out = out + c * top ** (int(i) - int(j) + high) * bottom ** (depth - int(i) + int(j)) * (1 + T) ** int(j)
        keep = 1 + 0 * Z
        for factor, power in out.factor()[1]:
            if int(factor.degrees()[2]) > 0 and tuple(map(int, factor.degrees())) != (0, 0, 1, 0):
                keep = keep * factor**power
        return keep

    return moved(p, Y, 1 + 0 * Y).resultant(moved(r, Z * (1 + T), T * Y), "y").compose(Z, G, Y, Z * G - 1)


def rows(p: Any) -> tuple[tuple[int, ...], ...]:
    terms = {(int(i), int(j)): int(c) for (i, j, *_), c in p.to_dict().items()}
    width, height = max(i for i, _ in terms) + 1, max(j for _, j in terms) + 1
    return tuple(tuple(terms.get((i, j), 0) for i in range(width)) for j in range(height))


def annihilated(p: Any, moments: Moments) -> Any:
    """The irreducible factor of p that the germ kills."""
    for factor, _ in p.factor()[1]:
        table = rows(factor)
        order = 2 * len(table) * len(table[0]) + 10
        germ, total, power = flint.fmpq_poly([0, 1, *moments(order)]), flint.fmpq_poly([0]), flint.fmpq_poly([1])
        for row in table:
            total += power * flint.fmpq_poly(list(reversed(row)))
            power = (power * germ).truncate(order)
        if len(table) > 1 and total.truncate(order).degree() < 0:
            return factor
    raise AssertionError("no factor is annihilated by the germ")


def curve(equation: Any, moments: Moments) -> PlaneCurve:
    return PlaneCurve(rows(annihilated(equation, moments)), moments)


# laws ----------------------------------------------------------------------------------------------------------------------

SIGNS = {-1: HALF, 1: HALF}
THIRDS = {-1: q(Fraction(1, 3)), 0: q(Fraction(1, 3)), 1: q(Fraction(1, 3))}


def _sum(*parts: tuple[Any, Moments]) -> PlaneCurve:
    equation, moments = parts[0]
    for other, more in parts[1:]:
        before = moments
        moments = lambda n, a=before, b=more: sum_moments(a(n), b(n))  # noqa: E731
        equation = annihilated(sum_equation(equation, other), moments)
    return curve(equation, moments)


def _sc(v: Any) -> tuple[Any, Moments]:
    return semicircle_equation(v), semicircle(v)


def _mp(r: Any) -> tuple[Any, Moments]:
    return marchenko_pastur_equation(r), marchenko_pastur(r)


def _atoms(masses: dict[Any, Any]) -> tuple[Any, Moments]:
    return discrete_equation(masses), discrete(masses)


def _product(a: tuple[Any, Moments], b: tuple[Any, Moments]) -> tuple[Any, Moments]:
    def moments(n: int) -> list[Any]:
        return product_moments(a[1](n), b[1](n))

    return annihilated(product_equation(a[0], b[0]), moments), moments


def fuss_catalan(s: int) -> PlaneCurve:
    """z G - 1 = z^s G^(s + 1)."""
    return curve(Z * G - 1 - Z**s * G ** (s + 1), lambda n: [q(Fraction(comb((s + 1) * k, k), s * k + 1)) for k in range(1, n + 1)])


def half_power_moments(n: int) -> list[Any]:
    """MP(1) to the power [x] 1/2: m_k = binomial(3k/2, k - 1)/k."""
    out = []
    for k in range(1, n + 1):
        value = flint.fmpq(1)
        for i in range(k - 1):
            value = value * (flint.fmpq(3 * k, 2) - i) / (i + 1)
        out.append(value / k)
    return out


def shifted_square() -> PlaneCurve:
    """(S + 1)^2: G(w) = (g(z) - g(-z))/(2z), w = z^2, g the Cauchy transform of S + 1."""
    other = Y - 2 * Z * G
    found = (Y**2 + (1 - Z) * Y + 1).resultant(other**2 + (1 + Z) * other + 1, "y")
    even = 1 + 0 * Z
    for factor, _ in found.factor()[1]:
        terms = {tuple(map(int, k)): c for k, c in factor.to_dict().items()}
        if all(k[0] % 2 == 0 for k in terms):
            even = even * RING.from_dict({(k[0] // 2, k[1], 0, 0): c for k, c in terms.items()})

    def moments(n: int) -> list[Any]:
        s = [q(1), *semicircle(1)(2 * n)]
        return [sum((comb(2 * k, j) * s[j] for j in range(2 * k + 1)), q(0)) for k in range(1, n + 1)]

    return curve(even, moments)


def _weighted(equation: Any, weights: dict[int, Any]) -> PlaneCurve:
    """The law whose moments are sum of weights[j] m_(k + j) of the semicircle."""

    def moments(n: int) -> list[Any]:
        s = [q(1), *semicircle(1)(n + max(weights))]
        return [sum((q(w) * s[k + j] for j, w in weights.items()), q(0)) for k in range(1, n + 1)]

    return curve(equation, moments)


BUILDERS: dict[str, Callable[[], PlaneCurve]] = {
    "semicircle": lambda: curve(*_sc(1)),
    "mp half": lambda: curve(*_mp(HALF)),
    "mp one": lambda: curve(*_mp(1)),
    "mp three": lambda: curve(*_mp(3)),
    "arcsine": lambda: curve(G**2 * (Z**2 - 4) - 1, lambda n: [q(0 if k % 2 else comb(k, k // 2)) for k in range(1, n + 1)]),
    "hessian": lambda: _sum(_mp(HALF), _sc(Fraction(1, 4))),
    "hessian tenth": lambda: _sum(_mp(HALF), _sc(Fraction(1, 5))),
    "hessian two": lambda: _sum(_mp(2), _sc(1)),
    "hessian one": lambda: _sum(_mp(HALF), _sc(1)),
    "three bulks": lambda: _sum(_atoms(THIRDS), _sc(Fraction(1, 3))),
    "cusp": lambda: _sum(_atoms(SIGNS), _sc(1)),
    "almost split": lambda: _sum(_atoms(SIGNS), _sc(Fraction(1000001, 1000000))),
    "almost joined": lambda: _sum(_atoms(SIGNS), _sc(Fraction(999999, 1000000))),
    "two cuts": lambda: _sum(_atoms(SIGNS), _sc(Fraction(1, 4))),
    "wide": lambda: _sum(_atoms(SIGNS), _sc(4)),
    "mp plus signs": lambda: _sum(_mp(HALF), _atoms(SIGNS)),
    "fuss-catalan 2": lambda: fuss_catalan(2),
    "fuss-catalan 8": lambda: fuss_catalan(8),
    "mp half power": lambda: curve((Z * G - 1) ** 2 - Z * G**3, half_power_moments),
    "mp product": lambda: curve(*_product(_mp(HALF), _mp(Fraction(1, 3)))),
    "mp times signs": lambda: curve(*_product(_mp(HALF), _atoms({1: HALF, 3: HALF}))),
    "three bulks product": lambda: curve(*_product(_mp(Fraction(1, 10)), _atoms({1: HALF, 3: Fraction(3, 10), 10: Fraction(1, 5)}))),
    "projections": lambda: _sum(_atoms({0: Fraction(1, 3), 1: Fraction(2, 3)}), _atoms({0: Fraction(1, 4), 1: Fraction(3, 4)})),
    "atoms plus atoms": lambda: _sum(
        _atoms({1: Fraction(1, 3), 2: Fraction(1, 3), 5: Fraction(1, 3)}), _atoms({-1: HALF, 1: Fraction(1, 4), 3: Fraction(1, 4)})
    ),
    "degree nine": lambda: _sum(_product(_mp(1), _mp(Fraction(2, 5))), _sc(1), _atoms({-2: HALF, 2: HALF})),
    "shifted square": shifted_square,
    "embedded atom": lambda: _weighted((2 * Z * G - 1) ** 2 - Z * Z * (2 * Z * G - 1) + Z**2, {0: HALF}),
    "interior zero": lambda: _weighted((G + Z) ** 2 - Z**3 * (G + Z) + Z**4, {2: 1}),
    "edge three halves": lambda: _weighted(
        (3 * G - Z) ** 2 - Z * (3 * G - Z) * (4 - Z**2) + (4 - Z**2) ** 2, {0: Fraction(4, 3), 2: Fraction(-1, 3)}
    ),
    "point": lambda: curve((Z - 3) * G - 1, discrete({3: 1})),
    "points": lambda: curve(*_atoms({-1: Fraction(1, 3), HALF: Fraction(1, 6), 7: HALF})),
    "anticommutator": lambda: curve(Z * G**3 + G**2 - Z * G + 1, lambda n: from_cumulants([q(0 if k % 2 else 2) for k in range(1, n + 1)])),
    "kesten-mckay 3": lambda: curve(G**2 * Z**2 - 9 * G**2 + G * Z - 2, lambda n: sum_moments(*[discrete(SIGNS)(n)] * 3)),
}


@pytest.fixture(scope="session")
def density() -> Callable[[str], AlgebraicDensity]:
    """density("hessian") and so on; each law is built once a session."""
    made: dict[str, AlgebraicDensity] = {}

    def get(name: str) -> AlgebraicDensity:
        if name not in made:
            made[name] = AlgebraicDensity(BUILDERS[name]())
        return made[name]

    return get


class CurveKit:
    """The builders above, for tests that make laws of their own."""

    semicircle = staticmethod(_sc)
    marchenko_pastur = staticmethod(_mp)
    atoms = staticmethod(_atoms)
    sum = staticmethod(_sum)
    product = staticmethod(_product)
    curve = staticmethod(curve)


@pytest.fixture(scope="session")
def curve_kit() -> type[CurveKit]:
    return CurveKit
