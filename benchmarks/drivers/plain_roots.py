"""Densities, edges and quantiles by the roots of the equation, which comes with the task; the branch is guessed."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import sympy as sp
from plain_curves import G, Z, polynomial
from protocol import Job


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
    poly = sp.Poly(polynomial(task), G, Z).as_expr()

    def run() -> list[float]:
        row = [int(c) for c in sp.Poly(sp.discriminant(poly, G), Z).clear_denoms(convert=True)[1].sqf_part().all_coeffs()]
        if task.get("with") == "mpmath":
            with mpmath.workdps(30):
                return [float(r.real) for r in mpmath.polyroots(row, maxsteps=500, extraprec=400) if abs(mpmath.im(r)) < 1e-15]
        roots = np.roots(np.array(row, dtype=float))
        return [float(r.real) for r in roots if abs(r.imag) < 1e-6]

    return Job(run, lambda answer: {"candidates": sorted(answer)}, warm=0)


def bisection(task: dict[str, Any]) -> Job:
    """Quantiles by interpolating a cumulated companion density on 20,000 points; no digest, it has 3 digits."""
    q = np.linspace(0.0, 1.0, task["points"] + 2)[1:-1]
    x = np.linspace(task["low"], task["high"], 20_000)
    rows = coefficient_rows(task)

    def run() -> Any:
        total = np.cumsum(largest(stacked_roots(rows, x)))
        return np.interp(q, total / total[-1], x)

    return Job(run, lambda _: None, warm=0, count=len(q))


JOBS = {
    "companions": companions,
    "numpy_roots": numpy_roots,
    "mpmath_roots": mpmath_roots,
    "discriminant_roots": discriminant_roots,
    "quantiles": bisection,
}
