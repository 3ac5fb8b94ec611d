"""A third set of questions, of the kinds of the checked answers at other laws and parameters, with answers found outside the library.

How: `word` expands the moment of a word over noncrossing partitions; `cumulants_of` and `moments` are the moment-cumulant recursion; `by_s` is Lagrange
inversion; `gram` iterates the functional equation of the Gram matrix; digits come from mpmath at 45 digits, by `followed`, which continues a root of a
relation from 1000i above the point, or by Gaussian quadrature (`normal_mean`).
"""

from functools import lru_cache
from itertools import combinations, pairwise, product
from types import FunctionType

import mpmath
import pytest
import sympy as sp
from sympy import I, Max, exp, pi, sqrt
from sympy import Rational as Q

import freealg as fa
from freealg import nets
from freealg.exact.context import mp_precision

G, a, alpha, b, c, d, eta, g, lam, m, p, phi, psi, q, s, t, w, z, zeta, L = sp.symbols("G a alpha b c d eta g lam m p phi psi q s t w z zeta L")
HALF = Q(1, 2)
MP, SC = fa.MarchenkoPastur, fa.Semicircle


def moments(kappa):
    """m_n = sum_s kappa_s [w^(n-s)] M(w)^s"""
    found = [sp.Integer(1)]
    for n in range(1, len(kappa) + 1):
        total, power = sp.Integer(0), [sp.Integer(1)] + [sp.Integer(0)] * n
        for order in range(1, n + 1):
            power = [sum(power[i] * found[j - i] for i in range(j + 1) if j - i < n) for j in range(n)] + [sp.Integer(0)]
            total += kappa[order - 1] * power[n - order]
        found.append(sp.expand(total))
    return found[1:]


@lru_cache(None)
def cumulants_of(values):
    kappa = []
    for value in values:
        kappa.append(sp.expand(value - moments([*kappa, sp.Integer(0)])[-1]))
    return kappa


def by_s(s_transform, n):
    """m_k = [m^(k-1)] ((1 + m)/S)^k / k"""
    return [sp.simplify(sp.diff(((1 + m) / s_transform) ** k, m, k - 1).subs(m, 0) / sp.factorial(k)) for k in range(1, n + 1)]


def word(letters, laws):
    """The moment of a word in free letters, `laws` giving the moments of each: sum over noncrossing partitions of products of free cumulants."""
    kappa = {letter: cumulants_of(tuple(values[: len(letters)])) for letter, values in laws.items()}

    @lru_cache(None)
    def value(rest):
        if not rest:
            return sp.Integer(1)
        same = [i for i in range(1, len(rest)) if rest[i] == rest[0]]
        blocks = [block for size in range(len(same) + 1) if kappa[rest[0]][size] != 0 for block in combinations(same, size)]
        terms = (kappa[rest[0]][len(block)] * sp.Mul(*(value(rest[i + 1 : j]) for i, j in pairwise((0, *block, len(rest))))) for block in blocks)
        return sp.expand(sum(terms))

    return value(letters)


def gram(count):
    """P = 1 + (eta - zeta) X + zeta X/(1 - zeta X), X = t P_phi P_psi, by iteration on truncated series."""
    series = [sp.Integer(1)] + [sp.Integer(0)] * count

    def times(x, y):
        return [sp.expand(sum(x[i] * y[j - i] for i in range(j + 1))) for j in range(count + 1)]

    for _ in range(count):
        pair = times([series[0], *(phi * x for x in series[1:])], [series[0], *(psi * x for x in series[1:])])
        x = [sp.Integer(0), *pair[:count]]
        total, power = [(eta - zeta) * value for value in x], [zeta * value for value in x]
        for _ in range(count):
            total, power = [u + v for u, v in zip(total, power, strict=True)], times(power, [zeta * value for value in x])
        series = [sp.Integer(1), *map(sp.expand, total[1:])]
    return series


def followed(relation, first, at):
    """The root of relation(u, z) = 0 at `at`, continued from the value first(z) at z = at + 1000i."""
    value = None
    for height in [1000 * mpmath.mpf(10) ** (-mpmath.mpf(k) / 20) for k in range(200)] + [mpmath.mpf(0)]:
        point = mpmath.mpc(at) + 1j * height
        value = first(point) if value is None else value
        for _ in range(40):
            step = mpmath.mpf(10) ** -18 * abs(value)
            change = relation(value, point) * 2 * step / (relation(value + step, point) - relation(value - step, point))
            value -= change
            if abs(change) < mpmath.mpf(10) ** -38 * abs(value):
                break
    return value


def normal_mean(function, *kinks):
    cuts = sorted({-15, -5, -2, 0, 2, 5, 15, *kinks})
    return mpmath.quad(lambda x: function(x) * mpmath.exp(-x * x / 2), cuts) / mpmath.sqrt(2 * mpmath.pi)


X, Y = fa.Wigner(), fa.Wigner()
P, R = fa.HaarProjection(p), fa.HaarProjection(q)
U, V, C, D = fa.HaarUnitary(), fa.HaarUnitary(), fa.Circular(), fa.Circular()
SEMI = [sp.catalan(k // 2) if k % 2 == 0 else sp.Integer(0) for k in range(1, 25)]


def signed_sum(words, laws, n):
    """tau((sum of coefficient * word)^n)"""
    chosen = product(words.items(), repeat=n)
    return sp.expand(sum(sp.Mul(*(k for _, k in terms)) * word("".join(x for x, _ in terms), laws) for terms in chosen))


def polynomial(words, laws, n):
    return [signed_sum(words, laws, k) for k in range(1, n + 1)]


TWO = {"x": SEMI, "y": SEMI}
PROJECTIONS = {"P": [p] * 8, "Q": [q] * 8}
A1, A2, A3, A4, B1, B2, B3, B4 = sp.symbols("a1:5 b1:5")
GIVEN = fa.Deterministic(fa.from_moments([A1, A2, A3, A4])), fa.Deterministic(fa.from_moments([B1, B2, B3, B4]))
LETTERS = {"a": [A1, A2, A3, A4], "b": [B1, B2, B3, B4]}

EXACT = [
    ("poisson", lambda: fa.from_moments(lambda n: sp.bell(n)).free_cumulants(7), [1, 1, 1, 2, 6, 21, 85]),
    ("exponential", lambda: fa.from_moments(lambda n: sp.factorial(n)).free_cumulants(6), [1, 1, 2, 7, 34, 206]),
    ("gaussian", lambda: fa.Gaussian(0, s).free_cumulants(8), [0, s, 0, s**2, 0, 4 * s**3, 0, 27 * s**4]),
    ("uniform", lambda: fa.Uniform(0, 1).free_cumulants(5), lambda: cumulants_of(tuple(Q(1, k + 1) for k in range(1, 6)))),
    ("uniform r", lambda: fa.Uniform(0, 2).r_transform(w), 1 + sp.coth(w) - 1 / w),
    ("semicircle s", lambda: SC(1, 1).s_transform(m), (-1 + sqrt(1 + 4 * m)) / (2 * m)),
    ("kesten", lambda: fa.KestenMcKay(3).density(1), 3 * sqrt(7) / (16 * pi)),
    ("arcsine sum", lambda: fa.boxplus(*[fa.Projection(HALF)] * 2).density(HALF), 2 / (sqrt(3) * pi)),
    ("atoms of a sum", lambda: fa.boxplus(fa.MarchenkoPastur(3), fa.Projection(HALF)).atoms(), {0: Q(1, 6), 1: Q(1, 6)}),
    ("power", lambda: fa.Rademacher().boxplus_power(Q(3, 2)).support_intervals(), [(-sqrt(2), sqrt(2))]),
    ("compression", lambda: fa.Rademacher().compress(Q(3, 4)).atoms(), {-1: Q(1, 3), 1: Q(1, 3)}),
    ("cusp", lambda: fa.boxplus(SC(), fa.Rademacher()).edge_exponents()[0], (Q(1, 3), sqrt(3) / (2 * pi))),
    ("tetilla", lambda: (X * Y + Y * X).law().density(0), 1 / pi),
    ("tetilla edge", lambda: (I * (X * Y - Y * X)).law().support()[1], sqrt((11 + 5 * sqrt(5)) / 2)),
    ("shifted square", lambda: (X**2 + X).law().support(), (-Q(1, 4), 6)),
    ("f law", lambda: fa.boxtimes(MP(phi), MP(psi).inverse()).support_intervals()[0][1], ((1 + sqrt(phi + psi - phi * psi)) / (1 - psi)) ** 2),
    ("f law atom", lambda: fa.boxtimes(MP(phi), MP(psi).inverse()).atoms(), {0: Max(0, 1 - 1 / phi)}),
    ("inverse s", lambda: MP(phi).inverse().s_transform(m), 1 - phi * (1 + m)),
    ("product of wisharts", lambda: fa.boxtimes(MP(phi), MP(psi)).moments(4), lambda: by_s(1 / ((1 + phi * m) * (1 + psi * m)), 4)),
    ("fuss-catalan power", lambda: MP().boxtimes_power(t).moments(3), [1, 1 + t, (3 * t + 3) * (3 * t + 2) / 6]),
    ("corner", lambda: fa.boxtimes(MP(phi), fa.Projection(alpha)).moments(3), lambda: by_s((1 + m) / ((1 + phi * m) * (alpha + m)), 3)),
    ("semicircle times projection", lambda: fa.boxtimes(SC(), fa.Projection(p)).moments(6), lambda: [word("xP" * n, TWO | {"P": [p] * 6}) for n in range(1, 7)]),
    ("two free cubes", lambda: (X * X * X).moments(4), lambda: polynomial({"xxx": 1}, TWO, 4)),
    ("xy + yx + x + y", lambda: (X * Y + Y * X + X + Y).moments(5), lambda: polynomial({"xy": 1, "yx": 1, "x": 1, "y": 1}, TWO, 5)),
    ("xyx + y", lambda: (X * Y * X + Y).moments(4), lambda: polynomial({"xyx": 1, "y": 1}, TWO, 4)),
    ("commutator of projections", lambda: (I * (P * R - R * P)).moments(3), lambda: polynomial({"PQ": I, "QP": -I}, PROJECTIONS, 3)),
    ("anticommutator of projections", lambda: (P * R + R * P).moments(2), lambda: polynomial({"PQ": 1, "QP": 1}, PROJECTIONS, 2)),
    ("abaabb", lambda: (GIVEN[0] * GIVEN[1] * GIVEN[0] ** 2 * GIVEN[1] ** 2).trace(), lambda: word("abaabb", LETTERS)),
    ("ababab", lambda: ((GIVEN[0] * GIVEN[1]) ** 3).trace(), lambda: word("ababab", LETTERS)),
    ("haar unitaries", lambda: (U + U.H + V + V.H).moments(6), [0, 4, 0, 28, 0, 232]),
    ("one plus a unitary", lambda: ((1 + U) * (1 + U.H)).moments(4), [2, 6, 20, 70]),
    ("circulars", lambda: (C * D * D.H * C.H).moments(4), [1, 3, 12, 55]),
    ("gram series", lambda: nets.gram_series(4, eta, zeta, phi, psi), lambda: gram(4)),
    ("gram moments", lambda: nets.NonlinearGram(eta=eta, zeta=zeta, phi=phi, psi=psi).moments(3), lambda: [gram(3)[k] * psi ** (1 - k) for k in (1, 2, 3)]),
    ("linear gram atom", lambda: nets.NonlinearGram(eta=1, zeta=1, phi=phi, psi=psi).atoms(), {0: Max(0, 1 - psi, 1 - psi / phi)}),
    ("leaky relu", lambda: [nets.activation("leaky_relu(a)").eta(), nets.activation("leaky_relu(a)").zeta()], [(1 + a**2) / 2 - (1 - a) ** 2 / (2 * pi), (1 + a) ** 2 / 4]),
    ("erf", lambda: [nets.activation("erf").eta(s), nets.activation("erf").zeta(s)], [2 / pi * sp.asin(2 * s**2 / (1 + 2 * s**2)), 4 * s**2 / pi / (1 + 2 * s**2)]),
    ("sine", lambda: list(nets.critical_line("sin", q)), [2 / (1 + exp(-2 * q)), q - (1 - exp(-2 * q)) / (1 + exp(-2 * q))]),
    ("sign", lambda: [nets.activation("sign").hermite(k) for k in range(6)], [0, sqrt(2 / pi), 0, -1 / sqrt(3 * pi), 0, sqrt(3 / (20 * pi))]),
    ("relu map", lambda: nets.SignalPropagation("relu", 1, 1).correlation_map(0), (1 / pi + 1) / 2),
    ("relu jacobian", lambda: nets.Jacobian("relu", depth=L, weights="orthogonal").s_transform(m).subs(L, 5), ((1 + m) / (1 + 2 * m)) ** 5),
    ("erf jacobian", lambda: nets.Jacobian("scaled_erf", depth=L, weights="orthogonal", q=q).variance(), L * ((1 + pi * q) / sqrt(1 + 2 * pi * q) - 1)),
    ("smooth class", lambda: nets.universal_jacobian("smooth", variance=t).moments(4), lambda: by_s(exp(-t * m), 4)),
    ("bernoulli class", lambda: nets.universal_jacobian("bernoulli", variance=t).moments(4), lambda: by_s(exp(-t * m / (1 + m)), 4)),
    ("critical energy", lambda: nets.critical_energy(Q(1, 8)), (1 - Q(5, 2) - Q(1, 8) + 2 * sqrt(2)) / 16),
    ("cauchy", lambda: fa.Cauchy(0, c).boxplus_power(HALF).density(1), c / (2 * pi * (1 + c**2 / 4))),
]


@pytest.mark.parametrize(("ask", "answer"), [row[1:] for row in EXACT], ids=[row[0] for row in EXACT])
def test_exactly(ask, answer, same):
    assert same(ask(), answer() if isinstance(answer, FunctionType) else answer)


def logarithm(w_, low, high):
    return mpmath.log((w_ - low) / (w_ - high)) / (high - low)


def bell(w_):
    return -1j * mpmath.sqrt(mpmath.pi / 2) * mpmath.exp(-w_ * w_ / 2) * mpmath.erfc(-1j * w_ / mpmath.sqrt(2))


def gram_relation(e, y, f, r):
    """P from G by P = (z G - 1 + psi)/psi, put into its functional equation."""

    def relation(u, point):
        series = (point * u - 1 + r) / r
        x = (1 + (series - 1) * f) * (1 + (series - 1) * r) / (point * r)
        return (1 + (e - y) * x - series) * (1 - y * x) + y * x

    return relation


def k_of(s_transform):
    """(1 + m)/(m S(m)) = z in the unknown m."""
    return lambda u, point: (1 + u) / (u * s_transform(u)) - point


DENSITIES = [
    ("semicircle and uniform", lambda: fa.boxplus(SC(), fa.Uniform(-1, 1)), 1, lambda u, y: logarithm(y - u, -1, 1) - u, 0),
    ("semicircle and gaussian", lambda: fa.boxplus(SC(), fa.Gaussian()), Q(3, 2), lambda u, y: bell(y - u) - u, 0),
    ("gaussian and wishart", lambda: fa.boxplus(fa.Gaussian(), MP(HALF)), 1, lambda u, y: bell(y - 1 / (1 - u / 2)) - u, 1),
    ("product of wisharts", lambda: fa.boxtimes(MP(HALF), MP(Q(1, 3))), 1, k_of(lambda v: 1 / ((1 + v / 2) * (1 + v / 3))), None),
    ("wishart to the 5/2", lambda: MP(HALF).boxtimes_power(Q(5, 2)), 1, k_of(lambda v: (1 + v / 2) ** -mpmath.mpf("2.5")), None),
    ("smooth class", lambda: nets.universal_jacobian("smooth", variance=1), HALF, k_of(lambda v: mpmath.exp(-v)), None),
    ("relu, orthogonal", lambda: nets.Jacobian("relu", depth=4, weights="orthogonal"), 2, k_of(lambda v: ((1 + v) / (1 + 2 * v)) ** 4), None),
    ("gram", lambda: nets.NonlinearGram(eta=2, zeta=1, phi=1, psi=2), 1, gram_relation(2, 1, 1, 2), 2),
]


_SLOW = [pytest.mark.slow]


@pytest.mark.parametrize(("make", "at", "relation", "mean"), [pytest.param(*row[1:], id=row[0], marks=_SLOW if "gaussian" in row[0] else []) for row in DENSITIES])
def test_densities_to_25_digits(make, at, relation, mean, close):
    """The unknown is G, or M = z G - 1 for an S-transform (there is no mean in the row then; it is 1)."""
    with mp_precision(45):
        point = mpmath.mpf(sp.Rational(at).p) / sp.Rational(at).q
        if mean is None:
            value = (1 + followed(relation, lambda far: 1 / far, point)) / point
        else:
            value = followed(relation, lambda far: 1 / far + mean / far**2, point)
        wanted = mpmath.nstr(-value.imag / mpmath.pi, 40)
    assert close(make().pdf(at, dps=25), wanted, 1e-23)


def test_transforms_in_the_lower_half_plane(close):
    """G(conj z) = conj G(z), for closed forms and for numbers."""
    with mp_precision(45):
        wishart = followed(lambda u, y: 1 / (1 - 2 * u) + 1 / u - y, lambda far: 1 / far, mpmath.mpc(-1, 1))
        wanted = mpmath.nstr(wishart.real, 40), mpmath.nstr(-wishart.imag, 40)
    assert close(MP(2).cauchy(-1 - 1j, dps=25), wanted, 1e-23)
    assert close(sp.N(MP(2).cauchy_transform(z).subs(z, -1 - I), 30), wanted, 1e-20)


@pytest.mark.parametrize(("name", "function"), [("elu", lambda x: x if x > 0 else mpmath.expm1(x)), ("softplus", lambda x: mpmath.log1p(mpmath.exp(x)))])
def test_gaussian_constants_at_other_scales(name, function, close):
    """eta and zeta at sigma = 13/10, zeta by Stein's identity."""
    with mp_precision(35):
        sigma = mpmath.mpf(13) / 10
        mean, square = normal_mean(lambda x: function(sigma * x)), normal_mean(lambda x: function(sigma * x) ** 2)
        wanted = [mpmath.nstr(value, 33) for value in (square - mean**2, normal_mean(lambda x: x * function(sigma * x)) ** 2)]
    f = nets.activation(name)
    assert close(f.eta(Q(13, 10)), wanted[0]) and close(f.zeta(Q(13, 10)), wanted[1])


def test_a_chaotic_network_of_error_functions(close):
    """E f f = (2/pi) asin(pi q c/(2 + pi q)): q* and c* are roots of closed equations."""
    with mp_precision(45):
        u = mpmath.findroot(lambda x: 4 * 2 / mpmath.pi * mpmath.asin(mpmath.pi * x / (2 + mpmath.pi * x)) + mpmath.mpf(1) / 100 - x, 3)
        share = mpmath.pi * u / (2 + mpmath.pi * u)
        meet = mpmath.findroot(lambda x: (8 / mpmath.pi * mpmath.asin(share * x) + mpmath.mpf(1) / 100) / u - x, 0.03)
        slope = 8 / mpmath.pi * share / mpmath.sqrt(1 - (share * meet) ** 2) / u
        wanted = [mpmath.nstr(value, 40) for value in (u, meet, slope)]
    net = nets.SignalPropagation("scaled_erf", 4, Q(1, 100))
    assert all(close(found, value) for found, value in zip((net.q_star(), net.c_star(), net.b()), wanted, strict=True))
