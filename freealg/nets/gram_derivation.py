"""The derivation of the equation of a nonlinear Gram matrix: functional equation, substitution, elimination, and its two limits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import sympy
from sympy import Expr, Symbol

from freealg.law.law import Law
from freealg.law.operations.free_product import boxtimes
from freealg.laws.marchenko_pastur import MarchenkoPastur
from freealg.show.derivation import Derivation, Formula, Step, equality, zero_set

if TYPE_CHECKING:
    from freealg.nets.gram import NonlinearGram

__all__ = ["limits", "with_functional_equation"]

_MU = Formula("mu", r"\mu")


def with_functional_equation(law: NonlinearGram, derivation: Derivation) -> Derivation:
    """The steps before and after the elimination put around those of `derivation`."""
    last = replace(derivation.steps[-1], how="X and u put into the equation and the denominators cleared; the factor of the law's moments is kept")
    steps = (_functional(law), _substitution(law), *derivation.steps[:-1], last, *(_limit(*found) for found in limits(law)))
    return replace(derivation, steps=steps)


def limits(law: NonlinearGram) -> list[tuple[str, Law, Law]]:
    """(name, the law in the limit, the law it is known to be) for zeta = 0 and zeta = eta, without the one that the law itself is at."""
    eta, phi, psi = law.eta, law.phi, law.psi
    white = MarchenkoPastur(ratio=phi / psi, variance=eta)
    linear = eta * boxtimes(MarchenkoPastur(ratio=1 / psi), MarchenkoPastur(ratio=phi / psi))
    found = [("zeta = 0", _at(law, sympy.Integer(0)), white), ("zeta = eta", _at(law, eta), linear)]
    return [limit for limit in found if limit[1] != law]


def _at(law: NonlinearGram, zeta: Expr) -> Law:
    return type(law)(eta=law.eta, zeta=zeta, phi=law.phi, psi=law.psi)


def _functional(law: NonlinearGram) -> Step:
    t, P, a, b = _names(law, "t P P_phi P_psi")
    u = t * a * b
    formulas = (
        equality(Formula(f"P({t})", f"P({t})"), 1 + (law.eta - law.zeta) * u + law.zeta * u / (1 - law.zeta * u)),
        equality(Formula("P_phi", r"P_{\phi}"), 1 + law.phi * (P - 1)),
        equality(Formula("P_psi", r"P_{\psi}"), 1 + law.psi * (P - 1)),
    )
    how = "the block at the root of an admissible graph is a double edge (eta t) or a longer cycle (zeta t for two edges), a graph at every vertex"
    return Step("functional equation", _MU, how, formulas)


def _substitution(law: NonlinearGram) -> Step:
    u, X, G, z = _names(law, "u X G z")
    formulas = (
        equality(Formula("X", "X"), (z * G - 1) / law.psi),
        equality(Formula("u", "u"), G * (1 + law.phi * X) / law.psi),
        equality(Formula("X", "X"), law.eta * u + law.zeta**2 * u**2 / (1 - law.zeta * u)),
    )
    return Step("substitution", _MU, "m_k = psi^(1-k) P(k), so t = 1/(psi z), P_psi = z G; X = P - 1 and u = t P_phi P_psi", formulas)


def _limit(name: str, law: Law, known: Law) -> Step:
    """The equation in the limit, and the name of its law where the two equations are one."""
    G, z = _names(law, "G z")
    equation, other = law.cauchy_equation(G, z), known.cauchy_equation(G, z)
    remark = Formula(f"this is the equation of {known!r}", f"This is the equation of ${known.latex()}$.")
    return Step("limit", _MU, f"the same equation at {name}", (zero_set(equation),), (remark,) if other in (equation, -equation) else ())


def _names(law: Law, names: str) -> list[Symbol]:
    """Symbols for a formula, primed where a parameter of the law has the name."""
    taken = {symbol.name for symbol in law.free_symbols}
    return [Symbol(f"{name}'" if name in taken else name) for name in names.split()]
