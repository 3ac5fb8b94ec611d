"""Write docs/gallery.md and its pictures from the library: `python docs/make_gallery.py`; the tests compare the text with what this gives."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from sympy import Expr, Piecewise, symbols

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from gallery_entries import NAMES, SECTIONS, Entry  # noqa: E402

from freealg.errors import BudgetExceeded, NoClosedForm, UnboundParameters, UndefinedMoments  # noqa: E402
from freealg.show.prose import prose_latex  # noqa: E402
from freealg.show.text import collected_latex, expression_latex  # noqa: E402

__all__ = ["draw", "gallery_text"]

g, m, z, x, G = symbols("g m z x G")
_LONGEST = 420
_ORDER = 4
_INCHES, _DPI = (5.6, 3.3), 80
_FORMS = {
    "atomic_part": "atoms", "atoms": "atoms", "cauchy_equation": "equation", "cauchy_transform": "$G$", "density": "density",
    "free_cumulants": "free cumulants", "moments": "moments", "r_transform": "$R$", "s_transform": "$S$",
}  # fmt: skip
_HEAD = """# Gallery

Every law and every operation, written by `python docs/make_gallery.py` from the library itself; the tests fail when this page is not what
the library gives. The variables are $g$ of $R$, $m$ of $S$, $z$ of $G$ and $x$ of densities ([conventions](conventions.md)). "States" are the
forms that the law's file writes down; everything else on the page is derived from them. Marks on the axis of a picture are edges, stems are
atoms with their mass.

```python
>>> import freealg as fa
>>> from sympy import Rational, factorial, symbols
>>> {names} = symbols("{plain}")
>>> g, m, G, z = symbols("g m G z")

```
"""


def gallery_text() -> str:
    """The whole page as Markdown."""
    parts = [_HEAD.replace("{names}", ", ".join(NAMES.split())).replace("{plain}", NAMES)]
    parts.append("\n".join(f"- {title}: {', '.join(f'[{e.title}](#{_anchor(e.title)})' for e in entries)}" for title, _, entries in SECTIONS) + "\n")
    for title, words, entries in SECTIONS:
        parts.append(f"## {title}\n\n{words}\n")
        parts += [_entry_text(entry) for entry in entries]
    return "\n".join(parts)


def draw(folder: Path) -> None:
    """Every picture into `folder`."""
    folder.mkdir(exist_ok=True)
    for _, _, entries in SECTIONS:
        for entry in (entry for entry in entries if entry.picture):
            _draw(entry, folder / f"{entry.slug}.png")


def _anchor(title: str) -> str:
    """The anchor that GitHub makes of a heading: signs other than hyphens are dropped."""
    return "".join(c for c in title.lower().replace(" ", "-") if c.isalnum() or c == "-")


def _entry_text(entry: Entry) -> str:
    law = entry.make()
    lines = [f"### {entry.title}\n", entry.words + "\n", *_code(entry, law), ""]
    lines += [f"- {line}" for line in _facts(entry, law)]
    if entry.picture:
        lines += ["", f"![{entry.title}](gallery/{entry.slug}.png)", *_caption(entry)]
    return "\n".join([*lines, ""])


def _code(entry: Entry, law: Any) -> list[str]:
    lines = ["```python", f">>> law = {entry.code}"]
    if law.why_no_moments() is None:
        try:
            lines += [">>> law.free_cumulants(4)", str(law.free_cumulants(_ORDER)), ">>> law.moments(4)", str(law.moments(_ORDER))]
        except NoClosedForm:  # of a square root only the even moments are exact
            lines = [*lines[:2], ">>> law.moment(2), law.moment(4)", str((law.moment(2), law.moment(4)))]
    return [*lines, "", "```"]


def _facts(entry: Entry, law: Any) -> list[str]:
    lines = [f"{kind}: {rules}." for kind, rules in (("States", _stated(law)), ("Rules", _lanes(law))) if rules]
    if not entry.picture:
        return [*lines, "Transforms, equation, density, support and atoms: not known from a sequence."]
    lines += [_formula("R(g)", law.r_transform, g), _s_line(law), _formula("G(z)", law.cauchy_transform, z)]
    lines.append(_equation(law))
    lines.append(_density(law))
    if law.why_no_moments() is not None:
        lines.append(f"No moments: {law.why_no_moments()}.")
    return [*lines, _support(entry, law), _atoms(entry, law)]


def _atoms(entry: Entry, law: Any) -> str:
    try:
        return f"Atoms: {_masses(law)}."
    except UnboundParameters:
        return f"Atoms: {_each(entry, law, _masses)}."


def _masses(law: Any) -> str:
    return ", ".join(f"${_tex(mass)}$ at ${_tex(place)}$" for place, mass in law.atoms().items()) or "none"


def _stated(law: Any) -> str:
    names = sorted(name for name in dir(type(law)) if name.startswith("state_") and _answers(getattr(law, name)))
    return ", ".join(_FORMS[name.removeprefix("state_")] for name in names)


def _answers(statement: Any) -> bool:
    try:
        statement()
    except NoClosedForm:
        return False
    return True


def _lanes(law: Any) -> str:
    names = sorted(name for name in dir(type(law)) if name.startswith("lane_") and name != "lane_atoms" and name.removeprefix("lane_") in _FORMS)
    return "; ".join(f"{_FORMS[name.removeprefix('lane_')]}: {_tidy(prose_latex(getattr(type(law), name).__doc__.strip()))}" for name in names)


def _formula(left: str, query: Any, variable: Any) -> str:
    try:
        found = _tex(query(variable))
    except NoClosedForm:
        return f"${left}$: no closed form."
    return f"${left} = {found}$" if len(found) <= _LONGEST else f"${left}$: a closed form too long for this page, `law.{query.__name__}({variable})`."


def _s_line(law: Any) -> str:
    try:
        return "$S(m)$: none, the mean is 0." if law.mean() == 0 else _formula("S(m)", law.s_transform, m)
    except UndefinedMoments:
        return "$S(m)$: none, there are no moments."
    except NoClosedForm:
        return "$S(m)$: no closed form."


def _equation(law: Any) -> str:
    try:
        poly = law.cauchy_equation(G, z)
    except (NoClosedForm, BudgetExceeded):
        return "Equation: none, not a polynomial."
    shown = _tidy(collected_latex(poly))
    return f"Equation: ${shown} = 0$" if len(shown) <= _LONGEST else f"Equation: of degree {poly.degree(G)} in $G$, `law.cauchy_equation(G, z)`."


def _density(law: Any) -> str:
    try:
        found = law.density(x)
    except NoClosedForm:
        return "Density: no closed form."
    if found == 0:
        return "Density: none, there are atoms only."
    inside = found.args[0].expr if isinstance(found, Piecewise) else found
    text = _tex(inside)
    if len(text) > _LONGEST or inside.has(Piecewise):
        return "Density: a closed form too long for this page, `law.density(x)`."
    return f"Density: $\\rho(x) = {text}$ on the support."


def _support(entry: Entry, law: Any) -> str:
    try:
        ends = law.support_intervals()
    except NoClosedForm:
        ends = None
    shown = None if ends is None else ", ".join(f"$[{_tex(low)},\\ {_tex(high)}]$" for low, high in ends)
    if shown is not None and r"\begin" not in shown and len(shown) <= _LONGEST:
        return f"Support: {shown or 'the atoms'}."
    return f"Support: {_each(entry, law, _intervals)}."


def _each(entry: Entry, law: Any, show: Any) -> str:
    """What `show` says of every member in the picture; once when they agree."""
    if not entry.vary:
        return str(show(law))
    found = {value: show(_member(entry, law, value)) for value in entry.values}
    told = [f"{text} at ${_tex(symbols(entry.vary))} = {value}$" for value, text in found.items()]
    return (next(iter(found.values())) if len(set(found.values())) == 1 else "; ".join(told)) + _bindings(entry)


def _intervals(law: Any) -> str:
    return " and ".join(f"$[{float(low):.6g},\\ {float(high):.6g}]$" for low, high in law.support_intervals())


def _member(entry: Entry, law: Any, value: Any) -> Any:
    return law.subs({**dict(entry.bind), str(entry.vary): value})


def _bindings(entry: Entry) -> str:
    shown = ", ".join(f"${_tex(symbols(name))} = {value}$" for name, value in entry.bind)
    return f", for {shown}" if shown else ""


def _caption(entry: Entry) -> list[str]:
    if not entry.vary:
        return []
    values = ", ".join(str(value) for value in entry.values)
    return ["", f"In the picture: ${_tex(symbols(entry.vary))} = {values}${_bindings(entry)}."]


def _tex(expr: Expr) -> str:
    return _tidy(expression_latex(expr))


def _tidy(latex: str) -> str:
    r"""Markdown eats the backslash of \{, \} and \, in inline formulas."""
    return latex.replace(r"\{", r"\lbrace ").replace(r"\}", r"\rbrace ").replace(r"\,", " ")


def _draw(entry: Entry, path: Path) -> None:
    import freealg as fa
    from freealg.show.plot import new_axes

    axes = new_axes(detached=True)
    axes.figure.set_size_inches(_INCHES)
    law = entry.make()
    bound = law.subs(dict(entry.bind)) if entry.bind else law
    if entry.vary:
        fa.plot_family(bound, entry.vary, entry.values, axes, points=400)
    else:
        bound.plot(axes, points=400)
    axes.figure.savefig(path, dpi=_DPI, pil_kwargs={"optimize": True})


def main() -> None:
    """Write the page; with the argument `text` the pictures are left as they are."""
    (HERE / "gallery.md").write_text(gallery_text(), encoding="utf-8")
    if sys.argv[1:] != ["text"]:
        draw(HERE / "gallery")


if __name__ == "__main__":
    main()
