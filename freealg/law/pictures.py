"""Pictures of a law: its density with edges and atoms, alone or over a histogram of eigenvalues."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sympy import Symbol

from freealg.errors import FreeAlgError, InvalidInput, NoClosedForm, shown
from freealg.exact.coerce import exact, whole_number
from freealg.matrices.statistics import eigenvalues, ks_distance
from freealg.show.plot import family_colours, new_axes, plot_density, plot_histogram, spectral_grid, spread_grid
from freealg.show.text import expression_latex

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["compare_law", "plot_family", "plot_law"]

_TAIL, _REACH, _MOST_POINTS = 0.001, 10.0, 1_000_000


def plot_family(law: Law, symbol: Any, values: Iterable[Any], ax: Any = None, points: int = 800) -> Any:
    """The densities of law.subs({symbol: value}) for each value in one picture, atoms as stems of the curve's colour; gives the axes.

    The law must have no other symbol (`UnboundParameters`), and at least one value (`InvalidInput`).

    >>> import freealg as fa, sympy
    >>> axes = plot_family(fa.MarchenkoPastur(ratio=sympy.Symbol("phi")), "phi", [0.25, 1, 4], new_axes(detached=True))
    >>> len(axes.get_legend().get_texts())
    3
    """
    name = str(getattr(symbol, "name", symbol))
    given = [exact(value, f"the value of {name}") for value in values]
    if not given:
        raise InvalidInput(f"a family of {law} needs at least one value of {name}; give a list of numbers")
    members = [law.subs({name: value}) for value in given]
    axes = new_axes() if ax is None else ax
    shown = [f"{value.p}/{value.q}" if value.is_Rational and value.q != 1 else expression_latex(value) for value in given]
    for member, value, colour in zip(members, shown, family_colours(len(given)), strict=True):
        plot_law(member, axes, points, label=f"${expression_latex(Symbol(name))} = {value}$", colour=colour)
    axes.legend(loc="best", frameon=False)
    return axes


def plot_law(law: Law, ax: Any, points: int, label: str = "density", colour: Any = None) -> Any:
    """The density on a grid of `points` in each interval of the support, edges marked, atoms as stems; gives the axes.

    Unbounded supports are cut at the quantiles of 0.1 % and 99.9 %, and at ten times the distance from the median to the quartiles. Raises
    `UnboundParameters` when symbols are left.
    """
    law.require_numbers("a picture")
    count = whole_number(points)
    if count is None or not 2 <= count <= _MOST_POINTS:
        raise InvalidInput(f"a picture has from 2 to {_MOST_POINTS} points an interval, not {shown(points)}; 1000 is the default")
    if not (ax is None or hasattr(ax, "get_xlim")):
        raise InvalidInput(f"ax is a matplotlib axes, not {shown(ax)}; leave it out for a new picture")
    ends = [end for interval in law.support_intervals() for end in interval]
    edges = [float(end) for end in ends if end.is_finite]
    x = _grid(law, ends, count)
    heights = law.pdf(x) if x.size else x
    heights = np.where(np.isin(x, edges) & np.isfinite(heights), 0.0, heights)  # a density that jumps at an edge is drawn down to the axis
    atoms = {float(location): float(mass) for location, mass in law.atoms().items()}
    axes: Any = plot_density(x, heights, ax, atoms=atoms, edges=edges, label=label, colour=colour)
    return axes


def compare_law(law: Law, data: Any, ax: Any, bins: int | str) -> Any:
    """The density over the histogram of `data`: eigenvalues, or a Hermitian matrix; gives the axes."""
    spectrum = _spectrum(data)
    law.require_numbers("a picture")
    seen = spectrum
    if any(end.is_infinite for end in law.support()):
        low, high = _window(law)
        seen = spectrum[(spectrum >= low) & (spectrum <= high)]
    label = f"{spectrum.size} eigenvalues"
    axes = new_axes() if ax is None else ax
    if seen.size:
        plot_histogram(seen, axes, atoms=[float(location) for location in law.atoms()], bins=bins, label=label, count=spectrum.size)
    if not axes.get_title():
        axes.set_title(_remark(law, spectrum), fontsize="small")
    return plot_law(law, axes, 800)


def _remark(law: Law, spectrum: NDArray[Any]) -> str:
    """The Kolmogorov-Smirnov distance, and the first two moments of the eigenvalues with those of the law behind."""
    told = [f"KS distance {ks_distance(spectrum, law.cdf):.2g}"]
    with suppress(FreeAlgError):  # a law without moments, or without exact ones
        told += [f"$m_{k}$ {np.mean(spectrum**k):.4g} ({float(law.moment(k)):.4g})" for k in (1, 2)]
    return ",  ".join(told)


def _spectrum(data: Any) -> NDArray[Any]:
    """The eigenvalues in a list, or of a Hermitian matrix."""
    try:
        values: NDArray[Any] = np.asarray(data)
        values = values.astype(float) if values.dtype.kind == "O" else values
    except (TypeError, ValueError, OverflowError):
        values = np.empty(0, dtype=str)
    wanted = "biufc" if values.ndim == 2 else "biuf"
    if values.dtype.kind not in wanted or values.ndim not in (1, 2) or not values.size or not np.all(np.isfinite(values)):
        raise InvalidInput(
            f"a law is compared with a list of finite real eigenvalues or with a Hermitian matrix, not with {shown(data)}; "
            "a matrix X of any shape gives one as X @ X.T"
        )
    return eigenvalues(values) if values.ndim == 2 else values


def _grid(law: Law, ends: list[Any], points: int) -> NDArray[np.float64]:
    """Points crowded at the ends of the intervals and at the cusps and poles between them; spread from the median out where there are tails."""
    if not any(end.is_infinite for end in ends):
        return np.unique(spectral_grid(_cut_at(law, [float(end) for end in ends]), points))
    left, median, right = law.icdf(np.array([0.25, 0.5, 0.75]))
    window = _window(law)
    finite = [float(end) if end.is_finite else (window[1] if end.is_extended_positive else window[0]) for end in ends]
    spread = spread_grid(*window, median, (right - left) / 2, points)
    inside = np.any([(spread >= a) & (spread <= b) for a, b in zip(finite[::2], finite[1::2], strict=True)], axis=0)
    return np.union1d(spread[inside], spectral_grid(_cut_at(law, finite), points))


def _window(law: Law) -> tuple[float, float]:
    """The quantiles of 0.1 % and 99.9 %, at most ten times the distance from the median to the quartiles."""
    low, left, median, right, high = law.icdf(np.array([_TAIL, 0.25, 0.5, 0.75, 1 - _TAIL]))
    reach = _REACH * (right - left) / 2
    return max(low, median - reach), min(high, median + reach)


def _cut_at(law: Law, ends: list[float]) -> list[tuple[float, float]]:
    """The intervals, cut at the singular points inside them."""
    intervals = list(zip(ends[::2], ends[1::2], strict=True))
    if not intervals:
        return []
    try:
        singular = [float(place) for place in law.edge_exponents() if place.is_finite]
    except NoClosedForm:  # an exponent without a name; the ends are all there is to crowd at
        singular = []
    cuts = [sorted({a, b, *(s for s in singular if a < s < b)}) for a, b in intervals]
    return [pair for cut in cuts for pair in pairwise(cut)]
