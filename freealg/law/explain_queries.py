"""Derivations of the queries that are one rule away from a form: other transforms, the density, recurrences, orthogonal polynomials, edges."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sympy import Expr, Symbol, log

from freealg.errors import NoClosedForm
from freealg.exact.edge_forms import is_logarithmic
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
    return writer.derivation(f"{_TITLES.get(what, what[0].upper() + what[1:].replace('_', ' '))} of mu")


def _cauchy(writer: Writer, law: Law, order: int) -> None:
    """The steps to G: a closed form, or the root of the equation that is proved to be it."""
    try:
        writer.write(known(law, CauchyTransform, conversions=True))
    except NoClosedForm:
        found = law.cauchy_transform(writer.z)
        writer.write(known(law, CauchyEquation, conversions=True))
        writer.steps.append(Step("Cauchy transform", _MU, _SELECTED, tuple(_equal(f"G({writer.z})", f"G({writer.z})", found))))


def _after(form: type[Form], what: str, how: str, shown: Callable[[Any, int], list[Formula]]) -> Rule:
    """The steps to a form, and one step more."""

    def rule(writer: Writer, law: Law, order: int) -> None:
        formulas = shown(law, order)
        if form is CauchyTransform:
            _cauchy(writer, law, order)
        else:
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


def _edge(place: Any, exponent: Any, coefficient: Any) -> Formula:
    distance, in_latex = f"|x - ({expression_text(place)})|", rf"\left|x - \left({expression_latex(place)}\right)\right|"
    if is_logarithmic(exponent):
        d = Symbol("d")
        form = coefficient / (d * log(d) ** 2)
        return Formula(f"density ~ {expression_text(form)}, d = {distance}", rf"\rho(x) \sim {expression_latex(form)},\quad d = {in_latex}")
    power = rf"{expression_latex(coefficient)}\,{in_latex}^{{{expression_latex(exponent)}}}"
    return Formula(f"density ~ {expression_text(coefficient)} {distance}^({expression_text(exponent)})", rf"\rho(x) \sim {power}")


def _edges(writer: Writer, law: Law, order: int) -> None:
    from freealg.law.explain import support_steps

    found = law.edge_exponents()
    support_steps(writer, law)
    formulas = [_edge(place, exponent, coefficient) for place, (exponent, coefficient) in found.items()]
    writer.steps.append(Step("behaviour at the edges", _MU, "the leading term of the Puiseux series of G there", tuple(formulas)))


def _density(writer: Writer, law: Law, order: int) -> None:
    route = known(law, Density, conversions=True)
    for part in route.parts:
        if type(part.form) is not Density:
            writer.write(part)
    own = Symbol("x")
    writer.steps.append(Step("density", _MU, route.rule(), tuple(_equal("rho(x)", r"\rho(x)", route.form.expr.xreplace({x: own})))))


def _same(form: type[Form]) -> Rule:
    return lambda writer, law, order: writer.write(known(law, form, conversions=True))


_TITLES = {"cauchy_transform": "Cauchy transform", "hankel_determinants": "Hankel determinants", "jacobi_coefficients": "Jacobi coefficients"}
_W = Symbol("w")
_Z = Symbol("z")
_SELECTED = (
    "the root in radicals with the sign of Im G or Im sqrt(z) G that G has; the number of roots with that sign is constant on the upper half plane, "
    "because none of them becomes real there, and it is 1"
)
_CHEBYSHEV = "Chebyshev's algorithm: x p_k = p_(k+1) + a_k p_k + b_k p_(k-1)"

DERIVED: dict[str, Rule] = {
    "cauchy_transform": _cauchy,
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
