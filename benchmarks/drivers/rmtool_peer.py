"""rmtool (GPL) by its public functions, run in an environment of its own. Its m(z) is the integral of 1/(x - z), that is -G(z)."""

from __future__ import annotations

from typing import Any

import numpy as np
import rmtool
import sympy as sp
from protocol import Job, serve

HALF = sp.Rational(1, 2)


def curve(name: str) -> Any:
    if name == "hessian":
        return rmtool.AplusB(rmtool.wishartpol(HALF), rmtool.scaleA(rmtool.wignerpol(), HALF))
    if name == "degree9":
        product = rmtool.AtimesB(rmtool.wishartpol(sp.Integer(1)), rmtool.wishartpol(sp.Rational(2, 5)))
        return rmtool.AplusB(rmtool.AplusB(rmtool.atomLmz([-2, 2], [HALF, HALF]), rmtool.wignerpol()), product)
    if name == "product":
        return rmtool.AtimesB(rmtool.wishartpol(HALF), rmtool.atomLmz([1, 3], [HALF, HALF]))
    raise KeyError(name)


def elimination(task: dict[str, Any]) -> Job:
    def report(answer: Any) -> dict[str, str]:
        poly = sp.Poly(sp.numer(sp.together(answer)), rmtool.m, rmtool.z)
        return {f"{i},{j}": str(c * (-1) ** i) for (i, j), c in poly.terms()}

    return Job(lambda: curve(task["law"]), report)


def moments(task: dict[str, Any]) -> Job:
    """From its finished curve; every list of moments it offers is reported."""
    given = curve(task["law"])

    def report(answer: Any) -> list[Any]:
        lists = answer if answer and isinstance(answer[0], list | tuple) else [answer]
        return [[str(sp.nsimplify(m)) for m in one[1:]] for one in lists]

    return Job(lambda: rmtool.Lmz2MomS(given, task["order"]), report, warm=0, count=task["order"])


def density(task: dict[str, Any]) -> Job:
    """Lmz2pdf on a grid; from degree 4 on the column is picked by its own `best_density`."""
    given = curve(task["law"])
    x = np.linspace(task["low"], task["high"], task["points"])

    def values(info: Any) -> Any:
        picked = np.asarray(info.density) if np.ndim(info.density) == 1 else info.best_density()
        return np.asarray(picked() if callable(picked) else picked)

    def report(_: Any) -> list[float]:
        at = np.array([float(v) for v in task["check"]])
        return [float(v) for v in values(rmtool.Lmz2pdf(given, at))]

    return Job(lambda: values(rmtool.Lmz2pdf(given, x)), report, warm=0, count=len(x))


def support(task: dict[str, Any]) -> Job:
    """Its candidates: the real double roots of the discriminant."""
    given = curve(task["law"])
    x = np.linspace(task["low"], task["high"], 4)
    return Job(lambda: rmtool.Lmz2pdf(given, x).multipleroots, lambda answer: {"candidates": [float(v) for v in answer]}, warm=0)


if __name__ == "__main__":
    serve({"elimination": elimination, "moments": moments, "density": density, "support": support})
