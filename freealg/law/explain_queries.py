"""Derivations of the queries that are one rule away from a form: other transforms, the density, recurrences, orthogonal polynomials, edges."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sympy import Expr, Symbol

from freealg.forms import CauchyEquation, CauchyTransform, Density, Form, FreeCumulants, Moments, RTransform, x
from freealg.law.express import known
from freealg.show.derivation import Derivation, Formula, Step, equality
from freealg.show.text import expression_latex, expression_text

if TYPE_CHECKING:
    from freealg.law.explain import Writer
    from freealg.law.law import Law

__all__ = ["DERIVED", "derived"]

_MU = Formula("mu", r"\mu")
Rule = Callable[["Writer", "Law", int], None]


def derived(law: Law, what: Any, order: int) -> Derivation | None:
    """The derivation of a query by its name; None for the names of forms.

    >>> import freealg as fa
    >>> print(str(derived(fa.Semicircle(), "voiculescu_transform", 4)).splitlines()[-1].strip())
    phi(z) = 1/z
    """
    from freealg.law.explain import Writer

    rule = DERIVED.get(what) if isinstance(what, str) else None
    if rule is None:
        return None
    writer = Writer(law, 1 if what == "mean" else 2 if what == "variance" else order)
    rule(writer, law, order)
    return writer.derivation(f"{what[0].upper()}{what[1:].replace('_', ' ')} of mu")


def _after(form: type[Form], what: str, how: str, shown: Callable[[Any, int], list[Formula]]) -> Rule:
    """The steps to a form, and one step more."""

    def rule(writer: Writer, law: Law, order: int) -> None:
        formulas = shown(law, order)
        writer.write(known(law, form, conversions=True))
        writer.steps.append(Step(what, _MU, how, tuple(formulas)))

    return rule


def _equal(text: str, latex: str, value: Expr) -> list[Formula]:
    return [equality(Formula(text, latex), value)]


def _numbered(letter: str, values: list[Expr], start: int) -> list[Formula]:
    return [equality(Formula(f"{letter}_{k}", f"{letter}_{{{k}}}"), value) for k, value in enumerate(values, start)]


def _jacobi(law: Any, order: int) -> list[Formula]:
    a, b = law.jacobi_coefficients(max(order // 2, 1))
    return _numbered("a", a, 0) + _numbered("b", b, 1)


def _recurrence(law: Any, order: int) -> list[Formula]:
    found = law.recurrence()
    return [Formula(line, rf"\text{{{line}}}") for line in str(found).splitlines() if line.strip()]


def _edges(writer: Writer, law: Law, order: int) -> None:
    from freealg.law.explain import support_steps

    found = law.edge_exponents()
    support_steps(writer, law)
    formulas = [
        Formula(
            f"density ~ {expression_text(coefficient)} |x - ({expression_text(edge)})|^({expression_text(exponent)})",
            rf"\rho(x) \sim {expression_latex(coefficient)}\,\left|x - \left({expression_latex(edge)}\right)\right|^{{{expression_latex(exponent)}}}",
        )
        for edge, (exponent, coefficient) in found.items()
    ]
    writer.steps.append(Step("behaviour at the edges", _MU, "the leading term of the Puiseux series of G there", tuple(formulas)))


def _density(writer: Writer, law: Law, order: int) -> None:
    route = known(law, Density, conversions=True)
    for part in route.parts:
        if type(part.form) is not Density:
            writer.write(part)
    how = "by definition of the law" if route.how.startswith("stated") else " ".join(route.how.split())
    own = Symbol("x")
    writer.steps.append(Step("density", _MU, how, tuple(_equal("rho(x)", r"\rho(x)", route.form.expr.xreplace({x: own})))))


def _same(form: type[Form]) -> Rule:
    return lambda writer, law, order: writer.write(known(law, form, conversions=True))


_W = Symbol("w")
_Z = Symbol("z")
_CHEBYSHEV = "Chebyshev's algorithm: x p_k = p_(k+1) + a_k p_k + b_k p_(k-1)"

DERIVED: dict[str, Rule] = {
    "density": _density,
    "edge_exponents": _edges,
    "eta_transform": _after(
        CauchyTransform, "eta-transform", "psi(w) = M(1/w)", lambda law, _: _equal("eta(w) = psi(w)/(1 + psi(w))", r"\eta(w)", law.eta_transform(_W))
    ),
    "hankel_determinants": _after(
        Moments, "Hankel determinants", "D_n = det (m_(i+j)), i, j < n", lambda law, n: _numbered("D", law.hankel_determinants(max(n // 2, 1)), 1)
    ),
    "jacobi_coefficients": _after(Moments, "Jacobi coefficients", _CHEBYSHEV, _jacobi),
    "mean": _same(Moments),
    "moment_transform": _after(
        CauchyTransform, "moment transform", "M(z) = z G(z) - 1", lambda law, _: _equal("M(z)", "M(z)", law.moment_transform(_Z))
    ),
    "psi_transform": _after(
        CauchyTransform, "psi-transform", "psi(w) = M(1/w)", lambda law, _: _equal("psi(w)", r"\psi(w)", law.psi_transform(_W))
    ),
    "recurrence": _after(
        CauchyEquation, "recurrence of the moments", "algebraic equation -> differential equation -> recurrence of its power series", _recurrence
    ),
    "variance": _same(FreeCumulants),
    "voiculescu_transform": _after(
        RTransform, "Voiculescu transform", "phi(z) = R(1/z)", lambda law, _: _equal("phi(z)", r"\varphi(z)", law.voiculescu_transform(_Z))
    ),
}
