"""The numeric package that owns the name freealg on PyPI, by its public classes, run in an environment of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
from protocol import Job, serve

import freealg


def law_named(name: str) -> Any:
    if name == "hessian":
        return freealg.distributions.FreeLevy([0.5], [1.0], lam=2.0, a=0.0, sigma=0.5)
    if name == "product":
        return freealg.distributions.DeformedMarchenkoPastur([1.0, 3.0], [0.5, 0.5], c=0.5)
    raise NotImplementedError("none of its named laws is this one, and it has no free sum or product of laws")


def moments(task: dict[str, Any]) -> Job:
    law_named(task["law"])
    raise NotImplementedError("it has no exact moments")


def elimination(task: dict[str, Any]) -> Job:
    law_named(task["law"])
    raise NotImplementedError("it has no elimination: the equations of its named laws are written by hand")


def density(task: dict[str, Any]) -> Job:
    law = law_named(task["law"])
    x = np.linspace(task["low"], task["high"], task["points"])
    at = np.array([float(v) for v in task["check"]])
    return Job(lambda: law.density(x), lambda _: [float(v) for v in np.asarray(law.density(at)).ravel()], warm=0, count=len(x))


def support(task: dict[str, Any]) -> Job:
    law = law_named(task["law"])
    return Job(law.support, lambda answer: [[str(float(end)) for end in pair] for pair in answer], warm=0)


if __name__ == "__main__":
    serve({"moments": moments, "elimination": elimination, "density": density, "support": support})
