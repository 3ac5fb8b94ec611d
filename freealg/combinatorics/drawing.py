"""Pictures of admissible graphs; needs matplotlib (the `plot` extra)."""

from __future__ import annotations

from math import pi, tan
from typing import Any, TypeAlias

from freealg.combinatorics.admissible import AdmissibleGraph

__all__ = ["draw_admissible_graph"]

Point: TypeAlias = tuple[float, float]
CYCLE, DOUBLE_EDGE, SIDES = "tab:blue", "tab:red", {"i": "white", "m": "lightgrey"}


def draw_admissible_graph(graph: AdmissibleGraph, ax: Any = None) -> Any:
    """Draw on `ax` (a new figure without it) and return the matplotlib axes.

    i-vertices are white and mu-vertices grey, on a circle in the order of the walk; cycles (a zeta for each two edges) are blue
    polygons, blocks of size one (an eta) red double edges; the title is the graph's monomial. No two edges cross.
    """
    from matplotlib import pyplot
    from sympy import latex

    axes = pyplot.subplots(figsize=(3, 3))[1] if ax is None else ax
    places = graph.layout()
    bend = min(0.25, 0.45 * tan(pi / (2 * len(places))))  # so that a bent edge stays nearer to its chord than to the next one
    for block in graph.blocks:
        for start, end in zip(block, block[1:] + block[:1], strict=True):  # a double edge goes there and back
            colour, rad = (DOUBLE_EDGE, bend) if len(block) == 2 else (CYCLE, 0.0)
            _edge(axes, places[start], places[end], colour, rad)
    for vertex, (x, y) in places.items():
        label = vertex.replace("mu", r"\mu_{").replace("i", "i_{") + "}"
        circle = {"boxstyle": "circle,pad=0.25", "facecolor": SIDES[vertex[0]], "edgecolor": "black"}
        axes.text(x, y, f"${label}$", ha="center", va="center", fontsize=9, bbox=circle, zorder=3)
    axes.set(xlim=(-1.3, 1.3), ylim=(-1.3, 1.3), aspect="equal", title=f"${latex(graph.monomial())}$")
    axes.set_axis_off()
    return axes


def _edge(axes: Any, start: Point, end: Point, colour: str, bend: float) -> None:
    from matplotlib.patches import FancyArrowPatch

    axes.add_patch(FancyArrowPatch(start, end, arrowstyle="-", connectionstyle=f"arc3,rad={bend}", color=colour, shrinkA=0, shrinkB=0))
