"""`freealg derive EXPR`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from typing import Any

from freealg.cli.evidence import check_section, picture_section, require_check, require_picture, sampled_eigenvalues
from freealg.cli.section import Section, heading, require_bound, values_of
from freealg.cli.spectrum import atoms_text, spectrum_section
from freealg.cli.subject import Subject, subject_of
from freealg.errors import BudgetExceeded, FreeAlgError, NoClosedForm, UndefinedMoments
from freealg.forms import CauchyEquation, Form, RTransform, STransform
from freealg.law.explain import explain_forms
from freealg.law.express import express
from freealg.law.law import Law
from freealg.show.derivation import Derivation
from freealg.show.tables import MomentTable
from freealg.show.text import expression_text, wrapped

__all__ = ["derivation_section", "run", "table_section"]

_FORMS: tuple[type[Form], ...] = (RTransform, STransform, CauchyEquation)
_TRIALS = 20
_SHOW_DERIVATION: dict[str, Callable[[Derivation], str]] = {"text": str, "markdown": Derivation.markdown, "latex": Derivation.latex}
_SHOW_TABLE: dict[str, Callable[[MomentTable], str]] = {
    "text": str,
    "markdown": lambda table: f"$$\n{table.latex()}\n$$",
    "latex": lambda table: f"\\[\n{table.latex()}\n\\]",
}


def run(options: Namespace) -> Iterator[Section]:
    """The derivation with symbols; the spectrum where all of them have values; samples and a picture on request."""
    subject = subject_of(options.expression)
    law = subject.law()
    values = values_of(options.at)
    bound = subject.bound(values)
    if options.check is not None or options.plot:
        require_bound(bound.value, "a check" if options.check is not None else "a picture")
    require_check(options.check)
    require_picture(options.plot)
    yield Section("", {"expression": subject.text, "law": str(law), "latex": law.latex()})
    yield derivation_section(law, options.format)
    yield table_section(law, options.moments, options.format)
    yield from _after(bound, values, options)


def _after(bound: Subject, values: dict[str, Any], options: Namespace) -> Iterator[Section]:
    """What depends on the values of the parameters."""
    law = bound.law()
    if law.free_symbols:
        yield _symbolic_spectrum(law)
        return
    at = ", ".join(f"{name} = {expression_text(value)}" for name, value in values.items())
    section = _spectrum(law, f"Spectrum at {at}" if at else "Spectrum")
    yield Section(section.text, {"at": {name: expression_text(v) for name, v in values.items()}, **section.data})
    spectrum = None
    if options.check is not None:
        yield check_section(bound.element(), options.check, options.seed, _TRIALS)
        spectrum = sampled_eigenvalues(bound.element(), options.check, options.seed) if options.plot else None
    if options.plot:
        yield picture_section(law, options.plot, bound.text, spectrum)


def _spectrum(law: Law, title: str) -> Section:
    """The spectrum, or why there are no numbers; samples and pictures need them, and then refuse by themselves."""
    try:
        return spectrum_section(law, title)
    except FreeAlgError as error:
        reason = " ".join(str(error).split())
        return Section("\n".join([heading(title), *wrapped(reason, 110)]), {"spectrum_unavailable": reason})


def derivation_section(law: Law, style: str = "text") -> Section:
    """Every closed form and the equation that the law has, with the steps; what it has not, with the reason."""
    found, missing = [], {}
    for form in _FORMS:
        try:
            express(law, form)
            if form is STransform:
                law.require_moments()
            found.append(form)
        except (NoClosedForm, BudgetExceeded, UndefinedMoments) as error:
            missing[form.title] = " ".join(str(error).split())
    derivation = explain_forms(law, tuple(found), title="Derivation of mu")
    text = _SHOW_DERIVATION[style](derivation)
    if style == "text":
        told = [f"{title}: {reason}" for title, reason in missing.items() if title != STransform.title or not found]
        text += "".join("\n\n" + "\n".join(wrapped(line, 110, "  ")) for line in told)
    return Section(text, {"derivation": derivation.as_dict(), "unavailable": missing, **_results(law, tuple(found))})


def _results(law: Law, forms: tuple[type[Form], ...]) -> dict[str, Any]:
    show: dict[type[Form], Callable[[], Any]] = {RTransform: law.r_transform, STransform: law.s_transform}
    results = {form.name: expression_text(show[form]()) for form in forms if form in show}
    if CauchyEquation in forms:
        results[CauchyEquation.name] = expression_text(law.cauchy_equation().as_expr())
    return results


def table_section(law: Law, count: int, style: str = "text") -> Section:
    """The moments and free cumulants; the reason where there are none."""
    try:
        table = law.moment_table(count)
    except UndefinedMoments as error:
        return Section(str(error), {"moments": None, "free_cumulants": None})
    body = str(table).removeprefix(f"{table.title}\n")
    text = f"{heading('Moments and free cumulants')}\n{body}" if style == "text" else _SHOW_TABLE[style](table)
    return Section(text, {key: value for key, value in table.as_dict().items() if key != "law"})


def _symbolic_spectrum(law: Law) -> Section:
    """Atoms and support as far as they are known with symbols."""
    lines, data = [], {}
    try:
        atoms = law.atoms()
        lines.append(f"atoms: {atoms_text(atoms)}")
        data["atoms"] = {expression_text(a): expression_text(p) for a, p in atoms.items()}
    except FreeAlgError:
        lines.append("atoms: they depend on the parameters; pass --at")
    try:
        intervals = [[expression_text(a), expression_text(b)] for a, b in law.support_intervals()]
        lines += [f"support of the density: [{a}, {b}]" for a, b in intervals]
        data["support"] = intervals  # type: ignore[assignment]
    except FreeAlgError:
        names = ",".join(f"{symbol}=..." for symbol in sorted(law.free_symbols, key=str))
        lines.append(f"support: it depends on the parameters; pass --at {names} for the edges, the density and samples")
    return Section("\n".join(lines), data)
