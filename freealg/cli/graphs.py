"""`freealg graphs K`."""

from __future__ import annotations

import math
from argparse import Namespace
from collections.abc import Iterator
from typing import Any

import sympy

from freealg.cli.evidence import require_picture
from freealg.cli.section import Section, heading
from freealg.combinatorics import admissible_counts, admissible_total, draw_admissible_graph, isomorphism_class_counts
from freealg.errors import InvalidInput
from freealg.show.plot import new_axes, save_figure
from freealg.show.text import digits, expression_text, wrapped

__all__ = ["run"]

_LARGEST = 60
_LARGEST_DRAWN = 5


def run(options: Namespace) -> Iterator[Section]:
    """The counts by type, P(K), and the picture."""
    k = options.k
    if k > _LARGEST:
        raise InvalidInput(f"graphs lists the types up to K = {_LARGEST}, not {k}; freealg.nets.gram_series goes further")
    require_picture(options.draw)
    counts = admissible_counts(k)
    total = admissible_total(k)
    if options.draw and k > _LARGEST_DRAWN:
        raise InvalidInput(f"graphs are drawn up to K = {_LARGEST_DRAWN}, not {k}; leave out --draw for the counts alone")
    yield Section(_table(k, total, counts), {"k": k, "total": digits(total), "counts": _rows(counts)})
    polynomial = expression_text(_polynomial(k, counts))
    yield Section("\n".join(wrapped(f"P({k}) = {polynomial}", 110, "       ")), {"polynomial": polynomial})
    if options.draw:
        classes = _draw(k, options.draw)
        yield Section(f"{classes} isomorphism classes drawn in {options.draw}", {"drawing": options.draw, "classes": classes})


def _rows(counts: dict[tuple[int, int, int], int]) -> list[dict[str, Any]]:
    return [{"nu_i": i, "nu_mu": mu, "b": b, "count": digits(count)} for (i, mu, b), count in sorted(counts.items())]


def _table(k: int, total: int, counts: dict[tuple[int, int, int], int]) -> str:
    title = heading(f"Admissible graphs with {2 * k} edges: {digits(total)}")
    lines = [f"{i:>5}{mu:>7}{b:>4}  {digits(count)}" for (i, mu, b), count in sorted(counts.items())]
    return "\n".join([title, f"{'nu_i':>5}{'nu_mu':>7}{'b':>4}  count", *lines])


def _polynomial(k: int, counts: dict[tuple[int, int, int], int]) -> sympy.Expr:
    eta, zeta, phi, psi = sympy.symbols("eta zeta phi psi")
    terms = {(b, k - b, mu, i): sympy.Integer(count) for (i, mu, b), count in counts.items()}
    return sympy.Poly.from_dict(terms, eta, zeta, phi, psi).as_expr()


def _draw(k: int, path: str) -> int:
    """One panel a class, the number of its members in the title."""
    classes = isomorphism_class_counts(k)
    columns = min(len(classes), max(3, math.isqrt(len(classes))))
    figure = new_axes(detached=True).figure
    figure.clear()
    rows = -(-len(classes) // columns)
    figure.set_size_inches(2.6 * columns, 2.8 * rows)
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for panel in panels[len(classes) :]:
        panel.set_axis_off()
    for panel, (graph, count) in zip(panels, classes.items(), strict=False):
        draw_admissible_graph(graph, panel)
        panel.set_title(f"{panel.get_title()}  ({count})", fontsize=10)
    save_figure(panels[0], path)
    return len(classes)
