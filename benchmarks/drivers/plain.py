"""What a user does without any package of the field: SymPy, mpmath, NumPy, bare FLINT. The law's equation comes with the task where it is not the question."""

from __future__ import annotations

from math import comb
from typing import Any

import mpmath
import numpy as np
import sympy as sp
from protocol import Job, serve
from sympy import Rational

HALF = Rational(1, 2)
G, Z, Y, M = sp.symbols("G z y m")


def marchenko_pastur(ratio: Any) -> Any:
    return ratio * Z * G**2 + (1 - ratio - Z) * G + 1


def semicircle(variance: Any) -> Any:
    return variance * G**2 - Z * G + 1


def atoms(masses: dict[int, Any]) -> Any:
    return sp.numer(sp.together(G - sum(w / (Z - a) for a, w in masses.items())))


def free_sum(one: Any, two: Any, germ: list[Any]) -> Any:
    """z = y_1 + y_2 - 1/G: resultant, factor, the factor nearest to zero on the germ at infinity."""
    shifted = sp.numer(sp.together(two.subs(Z, Z - Y + 1 / G)))
    return physical(sp.resultant(one.subs(Z, Y), shifted, Y), germ)


def free_product(one: Any, two: Any, germ: list[Any]) -> Any:
    """z = y_1 y_2 m/(1 + m), m = y_i G_i - 1."""
    first = sp.numer(sp.together(one.subs({Z: Y, G: (1 + M) / Y}, simultaneous=True)))
    inverse = Z * (1 + M) / (M * Y)
    second = sp.numer(sp.together(two.subs({Z: inverse, G: (1 + M) / inverse}, simultaneous=True)))
    return physical(sp.expand(sp.resultant(first, second, Y).subs(M, Z * G - 1)), germ)


def physical(eliminated: Any, germ: list[Any]) -> Any:
    z = Rational(10**6)
    at = {Z: z, G: sum((m / z ** (k + 1) for k, m in enumerate([1, *germ])), sp.Integer(0))}
    factors = [factor for factor, _ in sp.factor_list(eliminated)[1] if factor.has(G)]
    return min(factors, key=lambda f: abs(f.subs(at)) / sum(abs(t.subs(at)) for t in sp.Add.make_args(sp.expand(f))))


def moments_from_cumulants(kappa: list[Any]) -> list[Any]:
    """m_n = [g^n] C(g)^(n+1)/(n+1), a few terms."""
    g = sp.Dummy("g")
    C = 1 + sum(k * g ** (n + 1) for n, k in enumerate(kappa))
    return [sp.Poly(C ** (n + 1), g).coeff_monomial(g**n) / (n + 1) for n in range(1, len(kappa) + 1)]


def eliminated(name: str) -> Any:
    if name == "hessian":
        return free_sum(
            marchenko_pastur(HALF), semicircle(Rational(1, 4)), moments_from_cumulants([1, Rational(3, 4), Rational(1, 4), Rational(1, 8)])
        )
    if name == "product":  # kappa of MP (1/2) [x] (delta_1 + delta_3)/2: (1/2)^(n-1) E a^n
        kappa = [HALF ** (n - 1) * (1 + 3**n) / 2 for n in range(1, 5)]
        return free_product(marchenko_pastur(HALF), atoms({1: HALF, 3: HALF}), moments_from_cumulants(kappa))
    if name == "degree9":
        kappa = moments_from_cumulants([Rational(2, 5) ** (n - 1) for n in range(1, 5)])  # the free cumulants of MP(1) [x] mu are mu's moments
        product = free_product(marchenko_pastur(1), marchenko_pastur(Rational(2, 5)), moments_from_cumulants(kappa))
        two = free_sum(atoms({-2: HALF, 2: HALF}), semicircle(1), moments_from_cumulants([0, 5, 0, -16]))
        return free_sum(two, product, moments_from_cumulants([k + e for k, e in zip(kappa, [0, 5, 0, -16], strict=True)]))
    raise KeyError(name)


def elimination(task: dict[str, Any]) -> Job:
    def report(answer: Any) -> dict[str, str]:
        poly = sp.Poly(answer, G, Z).clear_denoms(convert=True)[1].primitive()[1]
        return {f"{i},{j}": str(c) for (i, j), c in poly.terms()}

    return Job(lambda: eliminated(task["law"]), report, warm=0)


def polynomial(task: dict[str, Any]) -> dict[tuple[int, int], Rational]:
    return {tuple(map(int, key.split(","))): Rational(value) for key, value in task["equation"].items()}


def series_moments(task: dict[str, Any]) -> Job:
    """Newton on w^d P(1/w, w g(w)) in SymPy's series rings over Q, from g = 1."""
    from sympy import QQ, ring
    from sympy.polys.ring_series import rs_mul, rs_series_inversion, rs_trunc

    terms, order = polynomial(task), task["order"] + 1
    depth = max(j - i for i, j in terms)
    _, w = ring("w", QQ)

    def value(g: Any, count: int, derivative: bool) -> Any:
        powers = [w**0]
        for _ in range(max(i for i, _ in terms)):
            powers.append(rs_mul(powers[-1], g, w, count))
        total = 0 * w
        for (i, j), c in terms.items():
            factor = i * powers[i - 1] if derivative and i else (0 * w if derivative else powers[i])
            total += factor * w ** (i - j + depth) * QQ(int(c.p), int(c.q))
        return rs_trunc(total, w, count)

    def run() -> list[Any]:
        g, count = w**0, 1
        while count < order:
            count = min(2 * count, order)
            g = rs_trunc(g - rs_mul(value(g, count, False), rs_series_inversion(value(g, count, True), w, count), w, count), w, count)
        return [g.coeff(w**k) if k else g.coeff(1) for k in range(1, order)]

    return Job(run, lambda answer: [str(sp.Rational(int(m.numerator), int(m.denominator))) for m in answer], count=task["order"])


def reversion(task: dict[str, Any]) -> Job:
    """Bare FLINT: moments of the Hessian law from K(g) = R + 1/g, reverted as a power series."""
    import flint

    order = task["order"]

    def run() -> Any:
        flint.ctx.cap = order + 2
        kappa = [flint.fmpq(1, 2**n) + (flint.fmpq(1, 4) if n == 1 else 0) for n in range(order)]
        inverse = flint.fmpq_series([0, 1]) / flint.fmpq_series([1, *kappa])
        return inverse.reversion()

    def report(series: Any) -> Any:
        values = [Rational(int(series[k + 1].p), int(series[k + 1].q)) for k in ([order] if task.get("last") else range(1, order + 1))]
        prime = 2**61 - 1
        return int(values[0].p) * pow(int(values[0].q), -1, prime) % prime if task.get("last") else [str(v) for v in values[:12]]

    return Job(run, report, count=order)


def companions(task: dict[str, Any]) -> Job:
    """numpy.linalg.eigvals of a stack of companion matrices; the root of largest imaginary part, over pi."""
    x = np.linspace(task["low"], task["high"], task["points"])
    at = np.array([float(v) for v in task["check"]])
    rows = coefficient_rows(task)
    return Job(lambda: largest(stacked_roots(rows, x)), lambda _: largest(stacked_roots(rows, at)).tolist(), warm=0, count=len(x))


def coefficient_rows(task: dict[str, Any]) -> list[Any]:
    """Polynomials in z, the coefficients of G^d, ..., G^0."""
    terms = polynomial(task)
    top, wide = max(i for i, _ in terms), max(j for _, j in terms)
    return [np.polynomial.Polynomial([float(terms.get((i, j), 0)) for j in range(wide + 1)]) for i in range(top, -1, -1)]


def stacked_roots(rows: list[Any], x: Any, block: int = 10_000) -> Any:
    degree = len(rows) - 1
    pieces = []
    for start in range(0, len(x), block):
        values = np.stack([row(x[start : start + block]) for row in rows], axis=1)
        matrices = np.zeros((len(values), degree, degree))
        matrices[:, 0, :] = -values[:, 1:] / values[:, :1]
        matrices[:, np.arange(1, degree), np.arange(degree - 1)] = 1
        pieces.append(np.linalg.eigvals(matrices))
    return np.concatenate(pieces)


def largest(roots: Any) -> Any:
    return np.abs(np.imag(roots)).max(axis=1) / np.pi


def numpy_roots(task: dict[str, Any]) -> Job:
    """numpy.roots point by point."""
    x = np.linspace(task["low"], task["high"], task["points"])
    at = [float(v) for v in task["check"]]
    rows = coefficient_rows(task)

    def values(points: Any) -> list[float]:
        return [float(np.abs(np.roots([row(p) for row in rows]).imag).max() / np.pi) for p in points]

    return Job(lambda: values(x), lambda _: values(at), warm=0, count=len(x))


def mpmath_roots(task: dict[str, Any]) -> Job:
    """mpmath.polyroots at 30 digits point by point; the root of largest imaginary part."""
    terms = polynomial(task)
    top = max(i for i, _ in terms)
    x = np.linspace(task["low"], task["high"], task["points"])

    def values(points: Any) -> list[float]:
        with mpmath.workdps(30):
            found = []
            for p in points:
                z = mpmath.mpf(float(p))
                row = [sum(mpmath.mpf(c.p) / c.q * z**j for (i, j), c in terms.items() if i == n) for n in range(top, -1, -1)]
                roots = mpmath.polyroots(row, maxsteps=400, extraprec=200)
                found.append(float(max(abs(mpmath.im(r)) for r in roots) / mpmath.pi))
            return found

    return Job(lambda: values(x), lambda _: values(task["check"]), warm=0, count=len(x))


def discriminant_roots(task: dict[str, Any]) -> Job:
    """SymPy's discriminant and numpy.roots (or mpmath.polyroots): candidates for the edges, nothing to tell which are."""
    poly = sp.Poly({k: v for k, v in polynomial(task).items()}, G, Z).as_expr()

    def run() -> list[float]:
        row = [int(c) for c in sp.Poly(sp.discriminant(poly, G), Z).clear_denoms(convert=True)[1].sqf_part().all_coeffs()]
        if task.get("with") == "mpmath":
            with mpmath.workdps(30):
                return [float(r.real) for r in mpmath.polyroots(row, maxsteps=500, extraprec=400) if abs(mpmath.im(r)) < 1e-15]
        roots = np.roots(np.array(row, dtype=float))
        return [float(r.real) for r in roots if abs(r.imag) < 1e-6]

    return Job(run, lambda answer: {"candidates": sorted(answer)}, warm=0)


def symbolic_lagrange(task: dict[str, Any]) -> Job:
    """SymPy polynomial rings: m_n = [g^n] C^(n+1)/(n+1) with two symbols (or one), truncated."""
    from sympy import QQ, ring
    from sympy.polys.ring_series import rs_mul

    order, two = task["order"], task["law"] == "hessian"

    def run() -> list[Any]:
        _, g, phi, eps = ring("g, phi, eps", QQ)
        C = 1 + sum(phi**n * g ** (n + 1) for n in range(order)) + (2 * eps * g**2 if two else 0)
        power, found = C, []
        for n in range(1, order + 1):
            power = rs_mul(power, C, g, order + 1)
            found.append(sp.expand(power.coeff_wrt(g, n).as_expr() / (n + 1)))
        return found

    values = {sp.Symbol("phi"): HALF, sp.Symbol("eps"): Rational(1, 8)}
    return Job(run, lambda answer: [str(sp.Rational(m.subs(values))) for m in answer[:12]], warm=0, count=order)


def symbolic_atoms(_: dict[str, Any]) -> Job:
    """SymPy: the resultant and its factors over Q(a, b); the digest is the right factor at a = 1/5, b = 1/7."""
    a, b = sp.symbols("a b")
    one = {0: a, 1: Rational(1, 3), 2: Rational(2, 3) - a}
    two = {0: b, 1: Rational(1, 4), 3: Rational(3, 4) - b}
    values = {a: Rational(1, 5), b: Rational(1, 7)}

    def run() -> Any:
        shifted = sp.numer(sp.together(atoms(two).subs(Z, Z - Y + 1 / G)))
        return sp.factor_list(sp.resultant(sp.numer(sp.together(atoms(one).subs(Z, Y))), shifted, Y))[1]

    def report(factors: Any) -> dict[str, str]:
        poly = max((sp.Poly(f.subs(values), G, Z) for f, _ in factors if f.has(G)), key=lambda p: p.degree(G))
        poly = poly.clear_denoms(convert=True)[1].primitive()[1]
        return {f"{i},{j}": str(c) for (i, j), c in poly.terms()}

    return Job(run, report, warm=0)


def numeric_atoms(task: dict[str, Any]) -> Job:
    """SymPy: resultant and factors for k + k atoms."""
    k = task["atoms"]
    share = Rational(1, k)

    def run() -> Any:
        one, two = atoms(dict.fromkeys(range(k), share)), atoms({j * j: share for j in range(k)})
        shifted = sp.numer(sp.together(two.subs(Z, Z - Y + 1 / G)))
        return sp.factor_list(sp.resultant(one.subs(Z, Y), shifted, Y))[1]

    return Job(run, lambda factors: list(max((sp.Poly(f, G, Z) for f, _ in factors if f.has(G)), key=lambda p: p.degree(G)).degree_list()), warm=0)


def bisection(task: dict[str, Any]) -> Job:
    """Quantiles by interpolating a cumulated companion density on 20,000 points; no digest, it has 3 digits."""
    q = np.linspace(0.0, 1.0, task["points"] + 2)[1:-1]
    x = np.linspace(task["low"], task["high"], 20_000)
    rows = coefficient_rows(task)

    def run() -> Any:
        total = np.cumsum(largest(stacked_roots(rows, x)))
        return np.interp(q, total / total[-1], x)

    return Job(run, lambda _: None, warm=0, count=len(q))


def gram_sum(task: dict[str, Any]) -> Job:
    """SymPy: the functional equation of P(t) iterated in Q[eta, zeta, phi, psi][[t]]."""
    from sympy import QQ, ring
    from sympy.polys.ring_series import rs_mul, rs_series_inversion

    order = task["order"]

    def run() -> Any:
        _, t, eta, zeta, phi, psi = ring("t, eta, zeta, phi, psi", QQ)
        P = 1 + 0 * t
        for n in range(2, order + 2):
            u = rs_mul(t * (1 + (P - 1) * phi), 1 + (P - 1) * psi, t, n)
            P = 1 + (eta - zeta) * u + rs_mul(zeta * u, rs_series_inversion(1 - zeta * u, t, n), t, n)
        return P

    def report(P: Any) -> list[str]:
        totals = [0] * (order + 1)
        for monomial, c in P.terms():
            totals[monomial[0]] += c
        return [str(v) for v in totals[:8]]

    return Job(run, report, warm=0, count=order)


def closed_count(task: dict[str, Any]) -> Job:
    """binomial(3k, k)/(2k + 1): the number there must be."""
    k = task["order"]
    return Job(lambda: comb(3 * k, k) // (2 * k + 1), lambda count: count)


JOBS = {
    "elimination": elimination,
    "moments": series_moments,
    "reversion": reversion,
    "companions": companions,
    "numpy_roots": numpy_roots,
    "mpmath_roots": mpmath_roots,
    "discriminant_roots": discriminant_roots,
    "symbolic_moments": symbolic_lagrange,
    "symbolic_atoms": symbolic_atoms,
    "numeric_atoms": numeric_atoms,
    "quantiles": bisection,
    "gram": gram_sum,
    "graphs": closed_count,
}

if __name__ == "__main__":
    serve(JOBS)
