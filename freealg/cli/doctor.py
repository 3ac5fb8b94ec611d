"""`freealg doctor`: the versions in use, the conventions, and a self-check in which two routes to each answer must agree."""

from __future__ import annotations

import platform
from argparse import Namespace
from collections.abc import Callable, Iterator
from importlib import metadata

import flint
import mpmath
import numpy as np
from sympy import Rational, Symbol

from freealg import __version__
from freealg.cli.section import Section, heading
from freealg.combinatorics import admissible_counts, admissible_graphs
from freealg.elements.generators import Wigner, Wishart
from freealg.errors import FreeAlgError
from freealg.law.law import Law
from freealg.law.operations.free_sum import boxplus
from freealg.laws.marchenko_pastur import MarchenkoPastur
from freealg.laws.semicircle import Semicircle

__all__ = ["CONVENTIONS", "run"]

CONVENTIONS = (
    ("G", "G(z) = E[1/(z - X)]; Im G < 0 on the upper half plane; density = -Im G(x + i0)/pi"),
    ("M", "M(z) = z G(z) - 1 = sum of m_k z^-k"),
    ("R", "R(G(z)) + 1/G(z) = z; R(g) = sum of kappa_(n+1) g^n"),
    ("S", "S(m) = (1 + m)/(m M^-1(m)); S(0) = 1/m_1"),
    ("ratio", "n/m for X of n rows and m columns and X X^T/m: mean `variance`, edges variance (1 ± sqrt(ratio))^2, atom 1 - 1/ratio at 0"),
    ("semicircle", "of variance s: support mean ± 2 sqrt(s)"),
    ("compress", "compress(t): the corner p X p with its own normalised trace, kappa_n -> t^(n-1) kappa_n"),
    ("cdf", "right-continuous; index() = P(X < 0); pdf is the absolutely continuous part"),
    ("numbers", "a float parameter is read as its shortest decimal: 0.1 is 1/10; symbols match by name"),
)
_CORE = ("sympy", "mpmath", "numpy", "networkx", "python-flint", "lark", "tqdm")
_EXTRA = {"matplotlib": "plot", "scipy": "stats", "joblib": "dist", "dask": "dist", "distributed": "dist", "scikit-learn": "notebooks"}


def run(options: Namespace) -> Iterator[Section]:
    """Versions, conventions, self-check; an error (exit status 2) when a check fails or another package has taken the import name."""
    yield _versions()
    width = max(len(name) for name, _ in CONVENTIONS)
    lines = [heading("Conventions"), *(f"{name:<{width}}  {text}" for name, text in CONVENTIONS)]
    yield Section("\n".join(lines), {"conventions": dict(CONVENTIONS)})
    outcomes = {name: check() for name, check in _CHECKS.items()}
    lines = [heading("Self-check"), *(f"{'ok    ' if passed else 'FAILED'}  {name}" for name, passed in outcomes.items())]
    yield Section("\n".join(lines), {"checks": outcomes})
    failed = [name for name, passed in outcomes.items() if not passed]
    if failed:
        names = "; ".join(failed)
        raise FreeAlgError(f"the self-check failed at: {names}; install the versions that pyproject.toml asks for, in an environment of their own")


def _versions() -> Section:
    found = {"freealg": __version__, "Python": platform.python_version(), "FLINT": flint.__FLINT_VERSION__}
    found |= {name: metadata.version(name) for name in _CORE}
    found |= {name: _version(name) or f"not installed (extra: {extra})" for name, extra in _EXTRA.items()}
    if _version("freealg"):
        raise FreeAlgError(
            "the package freealg of another project stands beside freealg-symbolic, under the same import name; take an environment without it"
        )
    lines = [heading("Versions"), *(f"{name:<14}{version}" for name, version in found.items())]
    return Section("\n".join(lines), {"versions": found})


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _hessian() -> Law:
    return boxplus(MarchenkoPastur(ratio=Rational(1, 2)), Semicircle(variance=Rational(1, 4)))


def _moments_solve_the_equation() -> bool:
    law = _hessian()
    G, z = Symbol("G"), Symbol("z")
    moments = [Rational(1), *law.moments(40)]
    point = Rational(40)
    value = sum(m / point ** (k + 1) for k, m in enumerate(moments))
    residual = law.cauchy_equation(G, z).as_expr().subs({z: point, G: value})
    return bool(abs(residual) < Rational(1, 10) ** 30)


def _density_is_in_its_ball() -> bool:
    law, x = _hessian(), Rational(3, 4)
    ball = law.pdf(x, certified=True, dps=30)
    return bool(abs(law.pdf(0.75) - float(ball.mid())) < 1e-14 and float(ball.rad()) < 1e-28)


def _density_integrates_to_the_moments() -> bool:
    law = _hessian()
    return all(abs(law.expect(lambda x, k=k: x**k) - float(m)) < 1e-11 * float(m) for k, m in enumerate([Rational(1), *law.moments(6)]))


def _formula_counts_the_graphs() -> bool:
    return len(list(admissible_graphs(4))) == sum(admissible_counts(4).values())


def _matrices_agree() -> bool:
    return bool((Wishart(ratio=Rational(1, 2)) + Wigner(variance=Rational(1, 4))).verify(100, rng=0, trials=10).passed())


def _global_state_is_kept() -> bool:
    before = _global_state()
    _hessian().pdf(Rational(1, 3), dps=60)
    return before == _global_state()


def _global_state() -> tuple[int, int, int, str]:
    return mpmath.mp.dps, flint.ctx.prec, flint.ctx.cap, repr(np.random.get_state())


_CHECKS: dict[str, Callable[[], bool]] = {
    "the moments, by free cumulants, solve the algebraic equation": _moments_solve_the_equation,
    "the density in doubles lies in the certified ball": _density_is_in_its_ball,
    "the density integrates to the exact moments": _density_integrates_to_the_moments,
    "the admissible graphs are as many as the formula counts": _formula_counts_the_graphs,
    "sampled matrices agree with the law": _matrices_agree,
    "the precision of mpmath and FLINT and NumPy's generator are left alone": _global_state_is_kept,
}
