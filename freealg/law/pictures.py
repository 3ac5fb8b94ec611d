"""Pictures of a law: its density with edges and atoms, alone or over a histogram of eigenvalues."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sympy import Symbol

from freealg.errors import InvalidInput
from freealg.exact.coerce import exact
from freealg.matrices.statistics import eigenvalues
from freealg.show.plot import family_colours, new_axes, plot_density, plot_histogram, spectral_grid
from freealg.show.text import expression_latex

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["compare_law", "plot_family", "plot_law"]

_TAIL = 0.01


def plot_family(law: Law, symbol: Any, values: Iterable[Any], ax: Any = None, points: int = 800) -> Any:
    """The densities of law.subs({symbol: value}) for each value in one picture, atoms as stems of the curve's colour; gives the axes.

    The law must have no other symbol (`UnboundParameters`), and at least one value (`InvalidInput`).

    >>> import freealg as fa, sympy
    >>> axes = plot_family(fa.MarchenkoPastur(ratio=sympy.Symbol("phi")), "phi", [0.25, 1, 4])
    >>> len(axes.get_legend().get_texts())
    3
    """
    name = str(getattr(symbol, "name", symbol))
    given = [exact(value, f"the value of {name}") for value in values]
    if not given:
        raise InvalidInput(f"a family of {law} needs at least one value of {name}")
    members = [law.subs({name: value}) for value in given]
    axes = new_axes() if ax is None else ax
    for member, value, colour in zip(members, given, family_colours(len(given)), strict=True):
        plot_law(member, axes, points, label=f"${expression_latex(Symbol(name))} = {expression_latex(value)}$", colour=colour)
    axes.legend(loc="best", frameon=False)
    return axes


def plot_law(law: Law, ax: Any, points: int, label: str = "density", colour: Any = None) -> Any:
    """The density on a grid of `points` in each interval of the support, edges marked, atoms as stems; gives the axes.

    Unbounded supports are cut at the quantiles of 1 % and 99 %. Raises `UnboundParameters` when symbols are left.
    """
    law.require_numbers("a picture")
    ends = [end for interval in law.support_intervals() for end in interval]
    edges = [float(end) for end in ends if end.is_finite]
    x = spectral_grid(_window(law, ends), points)
    atoms = {float(location): float(mass) for location, mass in law.atoms().items()}
    axes: Any = plot_density(x, law.pdf(x) if x.size else x, ax, atoms=atoms, edges=edges, label=label, colour=colour)
    return axes


def compare_law(law: Law, data: Any, ax: Any, bins: int | str) -> Any:
    """The density over the histogram of `data`: eigenvalues, or a Hermitian matrix; gives the axes."""
    values: NDArray[Any] = np.asarray(data)
    spectrum = eigenvalues(values) if values.ndim == 2 else values
    label = f"{spectrum.size} eigenvalues"
    axes = plot_histogram(spectrum, ax, atoms=[float(location) for location in law.atoms()], bins=bins, label=label)
    return plot_law(law, axes, 800)


def _window(law: Law, ends: list[Any]) -> list[tuple[float, float]]:
    low, high = (law.icdf(_TAIL), law.icdf(1 - _TAIL)) if any(end.is_infinite for end in ends) else (0.0, 0.0)
    finite = [float(end) if end.is_finite else (high if end.is_extended_positive else low) for end in ends]
    return list(zip(finite[::2], finite[1::2], strict=True))
