"""The engine's side of every row."""

from __future__ import annotations

from itertools import count
from typing import Any

import mpmath
import numpy as np
import sympy as sp
from protocol import Job, serve
from sympy import Rational

import freealg as fa

HALF = Rational(1, 2)
G, Z = sp.symbols("G z")


def law_named(name: str) -> Any:
    """A new object each time."""
    if name == "hessian":
        return fa.boxplus(fa.MarchenkoPastur(ratio=HALF), fa.Semicircle(variance=Rational(1, 4)))
    if name == "degree9":
        product = fa.boxtimes(fa.MarchenkoPastur(), fa.MarchenkoPastur(ratio=Rational(2, 5)))
        return fa.boxplus(fa.Discrete({-2: HALF, 2: HALF}), fa.Semicircle(), product)
    if name == "product":
        return fa.boxtimes(fa.MarchenkoPastur(ratio=HALF), fa.Discrete({1: HALF, 3: HALF}))
    raise KeyError(name)


def coefficients(poly: sp.Poly) -> dict[str, str]:
    """{"power of G,power of z": coefficient}."""
    return {f"{i},{j}": str(c) for (i, j), c in poly.terms()}


def grid(task: dict[str, Any]) -> Any:
    return np.linspace(task["low"], task["high"], task["points"])


def moments(task: dict[str, Any]) -> Job:
    return Job(lambda: law_named(task["law"]).moments(task["order"]), lambda answer: [str(m) for m in answer], count=task["order"])


def moments_last(task: dict[str, Any]) -> Job:
    """The digest of long numbers: their sizes in bits and residues of a large prime."""
    return Job(lambda: law_named(task["law"]).moments(task["order"]), lambda answer: residue(answer[-1]), count=task["order"])


def moment_alone(task: dict[str, Any]) -> Job:
    return Job(lambda: law_named(task["law"]).moment(task["order"]), residue, warm=0)


def residue(value: sp.Rational) -> int:
    prime = 2**61 - 1
    return int(value.p) * pow(int(value.q), -1, prime) % prime


def elimination(task: dict[str, Any]) -> Job:
    return Job(lambda: law_named(task["law"]).cauchy_equation(G, Z), coefficients)


def support(task: dict[str, Any]) -> Job:
    return Job(lambda: law_named(task["law"]).support_intervals(), lambda answer: [[str(sp.N(end, 40)) for end in pair] for pair in answer])


def density_cold(task: dict[str, Any]) -> Job:
    x = grid(task)
    return Job(lambda: law_named(task["law"]).pdf(x), lambda _: checked(law_named(task["law"]), task), count=len(x))


def density_warm(task: dict[str, Any]) -> Job:
    x, law = grid(task), law_named(task["law"])
    return Job(lambda: law.pdf(x), lambda _: checked(law, task), count=len(x))


def checked(law: Any, task: dict[str, Any]) -> list[float]:
    return [float(v) for v in law.pdf(np.array([float(x) for x in task["check"]]))]


def truth(task: dict[str, Any]) -> Job:
    """60-digit densities at the doubles of `check`, read exactly."""
    law = law_named(task["law"])
    points = [Rational(float(x)) for x in task["check"]]
    return Job(lambda: [law.pdf(x, dps=60) for x in points], lambda answer: [mpmath.nstr(v, 60) for v in answer], warm=0)


def quantiles(task: dict[str, Any]) -> Job:
    """icdf on a warm law; the digest is the largest |F(icdf(q)) - q|."""
    law, q = law_named(task["law"]), np.linspace(0.0, 1.0, task["points"] + 2)[1:-1]
    return Job(lambda: law.icdf(q), lambda answer: float(np.abs(law.cdf(answer) - q).max()), count=len(q))


def certified(task: dict[str, Any]) -> Job:
    """20 new points each time on a warm law: points, mid-points and radii of the balls."""
    law, turns = law_named(task["law"]), count(1)
    law.pdf(HALF, certified=True, dps=50)

    def run() -> list[Any]:
        turn = next(turns)
        points = [Rational(k, 97) + Rational(1, 13 + turn) for k in range(1, 21)]
        return [(x, law.pdf(x, certified=True, dps=50)) for x in points]

    def report(answer: Any) -> list[list[str]]:
        return [[str(x), ball.mid().str(60, radius=False), ball.rad().str(5, radius=False)] for x, ball in answer]

    return Job(run, report, warm=0, count=20)


def symbolic_moments(task: dict[str, Any]) -> Job:
    phi, eps = sp.symbols("phi eps")
    values = {phi: HALF, eps: Rational(1, 8)}

    def run() -> Any:
        law = fa.MarchenkoPastur(ratio=phi)
        return (fa.boxplus(law, fa.Semicircle(variance=2 * eps)) if task["law"] == "hessian" else law).moments(task["order"])

    return Job(run, lambda answer: [str(m.xreplace(values)) for m in answer[:12]], count=task["order"])


def symbolic_atoms(_: dict[str, Any]) -> Job:
    """{0: a, 1: 1/3, 2: 2/3 - a} [+] {0: b, 1: 1/4, 3: 3/4 - b}, equation in (G, z) over Q(a, b); the digest is at a = 1/5, b = 1/7."""
    a, b = sp.symbols("a b")

    def run() -> Any:
        one = fa.Discrete({0: a, 1: Rational(1, 3), 2: Rational(2, 3) - a})
        two = fa.Discrete({0: b, 1: Rational(1, 4), 3: Rational(3, 4) - b})
        return fa.boxplus(one, two).cauchy_equation(G, Z)

    def report(poly: Any) -> dict[str, str]:
        at = poly.as_expr().xreplace({a: Rational(1, 5), b: Rational(1, 7)})
        return coefficients(sp.Poly(at, G, Z).clear_denoms(convert=True)[1].primitive()[1])

    return Job(run, report)


def numeric_atoms(task: dict[str, Any]) -> Job:
    """{0: 1/k, ..., k-1: 1/k} [+] {0: 1/k, 1: 1/k, 4: 1/k, ...}: k + k atoms."""
    k = task["atoms"]

    def run() -> Any:
        share = Rational(1, k)
        return fa.boxplus(fa.Discrete(dict.fromkeys(range(k), share)), fa.Discrete({j * j: share for j in range(k)})).cauchy_equation(G, Z)

    return Job(run, lambda poly: list(poly.degree_list()))


def cumulants(task: dict[str, Any]) -> Job:
    """Free cumulants of a law known by its moments alone, those of the Hessian law: kappa_n = 1/2**(n-1), and 1/4 more at n = 2."""
    given = law_named("hessian").moments(task["order"])
    return Job(
        lambda: fa.from_moments(given).free_cumulants(task["order"]), lambda answer: [str(k) for k in answer[:12]], warm=0, count=task["order"]
    )


def jacobian(task: dict[str, Any]) -> Job:
    """Depth 128: densities spread evenly in log x; the digest is the number of finite ones. ReLU with Gaussian weights where nothing else is said."""
    x = np.exp(np.linspace(-30.0, 3.0, task["points"]))
    name, weights, q = task.get("net", ("relu", "gaussian", None))

    def run() -> Any:
        return fa.nets.Jacobian(name, depth=128, weights=weights, q=None if q is None else Rational(q)).pdf(x)

    return Job(run, lambda answer: int(np.isfinite(answer).sum()), warm=0, count=len(x))


def depth_moments(task: dict[str, Any]) -> Job:
    """m_1, ..., m_n of the ReLU network with Gaussian weights, the depth a symbol; the digest is m_2 and how many there are."""
    L = sp.Symbol("L")
    return Job(lambda: fa.nets.Jacobian("relu", depth=L).moments(task["order"]), lambda m: [str(m[1]), len(m)], count=task["order"])


def phase(task: dict[str, Any]) -> Job:
    """q* and chi of tanh on a square grid; the digest is the number of finite chi."""
    n = task["points"]
    w, b = np.linspace(0.1, 4, n), np.linspace(0, 0.5, n)
    return Job(lambda: fa.nets.phase_diagram("tanh", w, b), lambda d: int(np.isfinite(d.chi).sum()), warm=0, count=n * n)


def hessian_index(task: dict[str, Any]) -> Job:
    """The index on a square grid of ratios and energies; the digest is the number of values in [0, 1/2]."""
    n = task["points"]
    ratios, energies = np.linspace(0.05, 3, n)[:, None], np.linspace(0, 2, n)
    return Job(lambda: fa.nets.hessian_index(ratios, energies), lambda a: int(((a >= 0) & (a <= 0.5)).sum()), count=n * n)


def gram(task: dict[str, Any]) -> Job:
    names = sp.symbols("eta zeta phi psi")
    return Job(
        lambda: fa.nets.gram_series(task["order"], *names), lambda P: [str(p.subs(dict.fromkeys(names, 1))) for p in P[:8]], count=task["order"]
    )


def gram_kernel(task: dict[str, Any]) -> Job:
    """The counts p(k, nu_i, nu_mu, b) of every term up to the order, without their SymPy expressions."""
    orders = range(1, task["order"] + 1)
    return Job(
        lambda: [fa.combinatorics.admissible_counts(k) for k in orders], lambda rows: [sum(row.values()) for row in rows[:8]], count=task["order"]
    )


def graphs(task: dict[str, Any]) -> Job:
    """All graphs of order k; with `networkx` their networkx graphs as well."""

    def run() -> int:
        found = fa.combinatorics.admissible_graphs(task["order"])
        return sum(len(graph.graph) > 0 for graph in found) if task.get("networkx") else sum(1 for _ in found)

    return Job(run, lambda count: count, warm=0 if task["order"] > 6 else 1)


JOBS = {
    "moments": moments,
    "moments_last": moments_last,
    "elimination": elimination,
    "support": support,
    "density": density_cold,
    "density_cold": density_cold,
    "density_warm": density_warm,
    "truth": truth,
    "quantiles": quantiles,
    "certified": certified,
    "symbolic_moments": symbolic_moments,
    "symbolic_atoms": symbolic_atoms,
    "numeric_atoms": numeric_atoms,
    "cumulants": cumulants,
    "jacobian": jacobian,
    "depth_moments": depth_moments,
    "phase": phase,
    "hessian_index": hessian_index,
    "gram": gram,
    "gram_kernel": gram_kernel,
    "moment_alone": moment_alone,
    "graphs": graphs,
}

if __name__ == "__main__":
    serve(JOBS)
