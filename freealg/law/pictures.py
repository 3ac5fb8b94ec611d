"""Pictures of a law: its density with edges and atoms, alone or over a histogram of eigenvalues."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sympy import Symbol

from freealg.errors import InvalidInput, shown
from freealg.exact.coerce import exact
from freealg.matrices.statistics import eigenvalues
from freealg.show.plot import family_colours, new_axes, plot_density, plot_histogram, spectral_grid
from freealg.show.text import expression_latex

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["compare_law", "plot_family", "plot_law"]

_TAIL, _MOST_POINTS = 0.01, 1_000_000


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
    if isinstance(points, bool) or not isinstance(points, int) or not 2 <= points <= _MOST_POINTS:
        raise InvalidInput(f"a picture has from 2 to {_MOST_POINTS} points an interval, not {shown(points)}; 1000 is the default")
    if not (ax is None or hasattr(ax, "get_xlim")):
        raise InvalidInput(f"ax is a matplotlib axes, not {shown(ax)}; leave it out for a new picture")
    ends = [end for interval in law.support_intervals() for end in interval]
    edges = [float(end) for end in ends if end.is_finite]
    x = spectral_grid(_window(law, ends), points)
    atoms = {float(location): float(mass) for location, mass in law.atoms().items()}
    axes: Any = plot_density(x, law.pdf(x) if x.size else x, ax, atoms=atoms, edges=edges, label=label, colour=colour)
    return axes


def compare_law(law: Law, data: Any, ax: Any, bins: int | str) -> Any:
    """The density over the histogram of `data`: eigenvalues, or a Hermitian matrix; gives the axes."""
    spectrum = _spectrum(data)
    label = f"{spectrum.size} eigenvalues"
    axes = plot_histogram(spectrum, ax, atoms=[float(location) for location in law.atoms()], bins=bins, label=label)
    return plot_law(law, axes, 800)


def _spectrum(data: Any) -> NDArray[Any]:
    """The eigenvalues in a list, or of a Hermitian matrix."""
    try:
        values: NDArray[Any] = np.asarray(data)
        values = values.astype(float) if values.dtype.kind == "O" else values
    except (TypeError, ValueError, OverflowError):
        values = np.empty(0, dtype=str)
    wanted = "biufc" if values.ndim == 2 else "biuf"
    if values.dtype.kind not in wanted or values.ndim not in (1, 2) or not values.size or not np.all(np.isfinite(values)):
        raise InvalidInput(f"a law is compared with a list of finite real eigenvalues or with a Hermitian matrix, not with {shown(data)}")
    return eigenvalues(values) if values.ndim == 2 else values


def _window(law: Law, ends: list[Any]) -> list[tuple[float, float]]:
    low, high = (law.icdf(_TAIL), law.icdf(1 - _TAIL)) if any(end.is_infinite for end in ends) else (0.0, 0.0)
    finite = [float(end) if end.is_finite else (high if end.is_extended_positive else low) for end in ends]
    return list(zip(finite[::2], finite[1::2], strict=True))
