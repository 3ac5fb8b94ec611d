"""The spectrum of a law with numbers for all its parameters, in words: support, edges, atoms, mass below zero."""

from __future__ import annotations

from typing import Any

import sympy
from sympy import CRootOf, Expr, Symbol

from freealg.cli.section import Section, heading, json_number
from freealg.errors import FreeAlgError
from freealg.law.law import Law
from freealg.show.text import collected, expression_text, wrapped

__all__ = ["atoms_text", "spectrum_section"]

_DIGITS = 30
_WIDTH = 110
_INDEX_DIGITS = 12


def spectrum_section(law: Law, title: str) -> Section:
    """Support with exact ends and 30 digits, behaviour at the edges, atoms, mass below zero."""
    intervals = law.support_intervals()
    atoms = law.atoms()
    index = round(float(law.index()), _INDEX_DIGITS)
    lines = [heading(title), *_support_lines(intervals), *_edge_lines(law), f"atoms: {atoms_text(atoms)}", f"mass below zero: {index:.10g}"]
    data = {
        "support": [[_end_data(a), _end_data(b)] for a, b in intervals],
        "atoms": {expression_text(a): expression_text(p) for a, p in atoms.items()},
        "mass_below_zero": index,
        "edge_exponents": _exponents(law),
    }
    return Section("\n".join(lines), data)


def atoms_text(atoms: dict[Expr, Expr]) -> str:
    """mass at location, ...; none."""
    return ", ".join(f"{expression_text(p)} at {expression_text(a)}" for a, p in atoms.items()) or "none"


def _decimal(value: Expr) -> str:
    return str(value) if value.is_infinite or value.is_Integer else str(sympy.N(value, _DIGITS))


def _support_lines(intervals: list[tuple[Expr, Expr]]) -> list[str]:
    if not intervals:
        return ["support: no absolutely continuous part"]
    lines = [f"support of the density: {len(intervals)} interval{'s' if len(intervals) > 1 else ''}"]
    lines += [f"  [{_decimal(a)}, {_decimal(b)}]" for a, b in intervals]
    ends = [end for interval in intervals for end in interval if end.is_finite and not end.has(sympy.Float)]
    surds = [end for end in ends if not end.has(CRootOf)]
    if not all(end.is_Integer for end in surds):
        lines += wrapped("  exactly: " + ", ".join(expression_text(end) for end in surds), _WIDTH, "    ")
    for polynomial in dict.fromkeys(_polynomial(end)[0] for end in ends if end.has(CRootOf)):
        lines += wrapped(f"  {'the ends' if not surds else 'the other ends'} are roots of {polynomial} = 0", _WIDTH, "    ")
    return lines


def _polynomial(end: Expr) -> tuple[str, int]:
    """The minimal polynomial of a rational multiple of a `CRootOf`, and which of its real roots, counted from 0, the end is."""
    (root,) = end.atoms(CRootOf)
    factor = end / root
    x = Symbol("x")
    moved = sympy.Poly(root.poly.as_expr().xreplace({root.poly.gen: x / factor}), x).clear_denoms(convert=True)[1].primitive()[1]
    index = int(root.index) if factor > 0 else root.poly.count_roots() - 1 - int(root.index)
    return collected(-moved if moved.LC() < 0 else moved), index


def _end_data(end: Expr) -> dict[str, Any]:
    if end.has(CRootOf):
        polynomial, index = _polynomial(end)
        return {"decimal": _decimal(end), "polynomial": polynomial, "root": index}
    return {"decimal": _decimal(end), "exact": expression_text(end)}


def _exponents(law: Law) -> dict[str, Any]:
    try:
        found = law.edge_exponents()
    except FreeAlgError:
        return {}
    return {_decimal(edge): [json_number(exponent), json_number(sympy.N(size, 15))] for edge, (exponent, size) in found.items()}


def _edge_lines(law: Law) -> list[str]:
    lines = []
    for edge, (exponent, size) in _exponents(law).items():
        if "log" in str(exponent):
            power = "/(d log(d)^2), d = |x - edge|"
        else:
            power = f" |x|^(-{exponent})" if edge.endswith("oo") else f" |x - edge|^({exponent})"
        lines.append(f"  near {edge[:18]} the density is ~ {size}{power}")
    return lines
