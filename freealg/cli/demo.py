"""`freealg demo`: the Hessian of a loss surface, H = X X^T/m + sqrt(2 eps) W, from the expression to the evidence.

Source: Pennington and Bahri, Geometry of neural network loss surfaces via random matrix theory, 2017.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping

import sympy
from sympy import Expr, Integer, Rational, Symbol

from freealg.cli.derive import derivation_section, table_section
from freealg.cli.evidence import check_section, picture_section, require_check, require_picture, sampled_eigenvalues
from freealg.cli.section import Section, heading, require_bound, values_of
from freealg.cli.spectrum import spectrum_section
from freealg.cli.subject import Subject, subject_of
from freealg.law.critical import critical_factors, critical_values
from freealg.law.law import Law
from freealg.show.text import collected, expression_latex, expression_text

__all__ = ["critical_energy", "run"]

_EXPRESSION = "wishart(phi) + wigner(2*eps)"
_ORDER = 8
_TRIALS = 10


def run(options: Namespace) -> Iterator[Section]:
    """The derivation with symbols, then everything at the values of --at."""
    subject = subject_of(_EXPRESSION)
    values = values_of(options.at)
    bound = subject.bound(values)
    require_bound(bound.value, "the demo")
    require_picture(options.plot)
    require_check(options.n)
    law = subject.law()
    title = "The Hessian of a loss surface near a critical point of energy eps"
    model = "H = X X^T/m + sqrt(2 eps) W, X of size n x m with phi = n/m and independent entries, W a Wigner matrix: wishart(phi) + wigner(2*eps)"
    yield Section(f"{heading(title)}\n{model}", {"expression": subject.text, "law": str(law), "latex": law.latex()})
    yield derivation_section(law)
    yield table_section(law, _ORDER)
    yield _critical_section(law, values)
    yield from _numbers(bound, values, options)


def _numbers(bound: Subject, values: Mapping[str, Expr], options: Namespace) -> Iterator[Section]:
    law, element = bound.law(), bound.element()
    at = ", ".join(f"{name} = {expression_text(value)}" for name, value in values.items())
    section = spectrum_section(law, f"Spectrum at {at}")
    equation = collected(law.cauchy_equation())
    text = section.text.replace("\nsupport", f"\nequation: {equation} = 0\nsupport", 1)
    yield Section(text, {"at": {name: expression_text(v) for name, v in values.items()}, "equation_at": f"{equation} = 0", **section.data})
    yield check_section(element, options.n, options.seed, _TRIALS)
    title = ", ".join(rf"${expression_latex(Symbol(name))} = {expression_latex(value)}$" for name, value in values.items())
    spectrum = sampled_eigenvalues(element, options.n, options.seed)
    yield picture_section(law, options.plot, f"Hessian of a loss surface, {title}", spectrum)


def critical_energy(law: Law) -> tuple[sympy.Poly, Expr]:
    """The factor of the discriminant at z = 0 that the critical energy annihilates, and its positive root for 0 < phi < 1.

    The two roots have a product of constant sign there, and it is negative, so exactly one of them is positive.
    """
    (factor,) = (poly for poly in critical_factors(law, "eps") if poly.degree() == 2)
    candidates = [value for value in critical_values(law, "eps") if value != 0]
    (positive,) = (value for value in candidates if value.subs(Symbol("phi"), Rational(1, 2)) > 0)
    return factor, positive


def _critical_section(law: Law, values: Mapping[str, Expr]) -> Section:
    """Where the lower edge passes zero, by the discriminant of the equation at z = 0."""
    factor, energy = critical_energy(law)
    product = sympy.factor(factor.all_coeffs()[-1] / factor.LC())
    phi, eps = values["phi"], values["eps"]
    at_phi = energy.subs(Symbol("phi"), phi) if phi < 1 else Integer(0)
    state = "above it, so a positive share of the spectrum is" if eps > at_phi else "not above it, so none of the spectrum is"
    lines = [
        heading("Critical energy"),
        "the lower edge is at 0 where the discriminant in G of the equation at z = 0 vanishes; its factor in eps is",
        f"  {collected(factor)} = 0",
        f"the product of the two roots is {expression_text(product)}, negative for 0 < phi < 1, so one energy is positive:",
        f"  eps_c = {expression_text(energy)}    for phi < 1, and eps_c = 0 for phi >= 1",
        f"at phi = {phi}: eps_c = {sympy.N(at_phi, 20)}; eps = {eps} is {state} below zero",
    ]
    data = {
        "critical_polynomial": f"{collected(factor)} = 0",
        "critical_energy": expression_text(energy),
        "critical_energy_latex": expression_latex(energy),
        "critical_energy_at": str(sympy.N(at_phi, 20)),
    }
    return Section("\n".join(lines), data)
