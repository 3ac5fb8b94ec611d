"""What a user does without any package of the field: SymPy, mpmath, NumPy, bare FLINT."""

from __future__ import annotations

from math import comb
from typing import Any

import plain_roots
import sympy as sp
from plain_curves import HALF, G, Y, Z, atoms, eliminated, polynomial
from protocol import Job, serve
from sympy import Rational


def elimination(task: dict[str, Any]) -> Job:
    def report(answer: Any) -> dict[str, str]:
        poly = sp.Poly(answer, G, Z).clear_denoms(convert=True)[1].primitive()[1]
        return {f"{i},{j}": str(c) for (i, j), c in poly.terms()}

    return Job(lambda: eliminated(task["law"]), report, warm=0)


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
        before, flint.ctx.cap = flint.ctx.cap, order + 2
        try:
            kappa = [flint.fmpq(1, 2**n) + (flint.fmpq(1, 4) if n == 1 else 0) for n in range(order)]
            return (flint.fmpq_series([0, 1]) / flint.fmpq_series([1, *kappa])).reversion()
        finally:
            flint.ctx.cap = before

    def report(series: Any) -> Any:
        values = [Rational(int(series[k + 1].p), int(series[k + 1].q)) for k in ([order] if task.get("last") else range(1, order + 1))]
        prime = 2**61 - 1
        return int(values[0].p) * pow(int(values[0].q), -1, prime) % prime if task.get("last") else [str(v) for v in values[:12]]

    return Job(run, report, count=order)


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
    **plain_roots.JOBS,
    "elimination": elimination,
    "moments": series_moments,
    "reversion": reversion,
    "symbolic_moments": symbolic_lagrange,
    "symbolic_atoms": symbolic_atoms,
    "numeric_atoms": numeric_atoms,
    "gram": gram_sum,
    "graphs": closed_count,
}

if __name__ == "__main__":
    serve(JOBS)
