"""Pictures of spectra from values: densities, atoms, edges, histograms. Needs matplotlib (the `plot` extra); axes are returned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from freealg.errors import InvalidInput, shown

__all__ = ["family_colours", "new_axes", "plot_density", "plot_histogram", "save_figure", "spectral_grid", "spread_grid"]

_CURVE, _BARS, _ATOM, _EDGE = "#14425f", "#a9cbe0", "#c0392b", "#7f8c8d"
_HEADROOM, _PEAK = 1.12, 3.0
_STEM = 0.9  # of the picture's height, for a mass of 1
_STYLE: dict[Any, Any] = {
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "mathtext.fontset": "cm",
    "figure.dpi": 110,
}


def new_axes(title: str | None = None, *, detached: bool = False) -> Any:
    """Axes on a new figure of pyplot, which notebooks display; `detached` ones belong to no window and need no closing.

    Raises `InvalidInput` naming the extra when matplotlib is not installed.
    """
    try:
        import matplotlib
        from matplotlib import pyplot
        from matplotlib.figure import Figure
    except ModuleNotFoundError:
        raise InvalidInput("pictures need matplotlib, which is not installed: pip install 'freealg-symbolic[plot]'") from None
    make = Figure if detached else pyplot.figure
    with matplotlib.rc_context(_STYLE):
        axes = make(figsize=(7.2, 4.3), layout="constrained").subplots()
    axes.set_xlabel("$x$")
    axes.set_ylabel("density")
    if title:
        axes.set_title(title)
    return axes


def spectral_grid(intervals: Iterable[tuple[float, float]], points: int = 800) -> NDArray[np.float64]:
    """Points in each interval, crowded towards its ends where a density is steep; the ends themselves are included.

    >>> spectral_grid([(0, 2)], 3).round(12).tolist()
    [0.0, 1.0, 2.0]
    """
    listed = [(float(a), float(b)) for a, b in intervals]
    if not all(np.isfinite(end) for interval in listed for end in interval) or points < 2:
        raise InvalidInput(f"a grid needs intervals with finite ends and at least 2 points, not {listed} and {points}; give a window")
    shares = (1 - np.cos(np.linspace(0.0, np.pi, points))) / 2
    pieces = [np.concatenate([[a], a + (b - a) * shares[1:-1], [b]]) for a, b in listed]
    return np.concatenate(pieces) if pieces else np.empty(0)


def spread_grid(low: float, high: float, centre: float, width: float, points: int = 800) -> NDArray[np.float64]:
    """Points from `low` to `high`, dense within `width` of `centre` and ever wider apart beyond: for laws with tails.

    >>> spread_grid(-100, 100, 0, 1, 5).round(1).tolist()
    [-100.0, -7.0, 0.0, 7.0, 100.0]
    """
    ends = np.arcsinh(np.array([low - centre, high - centre]) / width)
    return np.clip(centre + width * np.sinh(np.linspace(ends[0], ends[1], points)), low, high)


def family_colours(count: int) -> list[Any]:
    """`count` colours from dark to light, for the members of a family in their order.

    >>> len(family_colours(3))
    3
    """
    from matplotlib import colormaps

    return [colormaps["viridis"](share) for share in np.linspace(0.0, 0.88, count)]


def plot_density(
    x: ArrayLike,
    y: ArrayLike,
    ax: Any = None,
    *,
    atoms: Mapping[float, float] | None = None,
    edges: Sequence[float] = (),
    label: str | None = None,
    colour: Any = None,
) -> Any:
    """The curve y(x); `atoms` {location: mass} are stems whose height is their share of the picture's, edges are ticks on the axis.

    `colour` is that of the curve and its stems. Where the density is infinite (hard edges) the curve leaves the picture. Atoms alone have the axis to
    themselves. Gives the axes.
    """
    axes = new_axes() if ax is None else ax
    places, heights = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if places.shape != heights.shape or places.ndim != 1:
        raise InvalidInput(f"a density is drawn from two vectors of one length, not of shapes {places.shape} and {heights.shape}")
    if places.size:
        axes.plot(*_with_gaps(places, np.where(np.isfinite(heights), heights, np.nan), edges), color=colour or _CURVE, lw=2.0, label=label, zorder=3)
        _fit_height(axes, heights, np.gradient(places) if places.size > 1 else np.ones(1))
    for edge in edges:
        axes.plot([edge], [0.0], marker="|", ms=11, mew=1.4, color=_EDGE, clip_on=False, zorder=4)
    unnamed = label if not places.size else None  # without a curve the first stem stands for the law
    if atoms and not hasattr(axes, "_freealg_top"):
        axes.set_ylim(0.0, 1 / _STEM)
        axes.set_ylabel("mass")
    for location, mass in (atoms or {}).items():
        _draw_atom(axes, float(location), float(mass), colour or _ATOM, unnamed)
        unnamed = None
    return axes


def plot_histogram(
    eigenvalues: ArrayLike,
    ax: Any = None,
    *,
    atoms: Iterable[float] = (),
    bins: int | str = "auto",
    label: str | None = None,
    count: int | None = None,
) -> Any:
    """A histogram of eigenvalues on the scale of the density: its area is the share of them, of `count`, that lie on no atom. Gives the axes."""
    axes = new_axes() if ax is None else ax
    values = np.sort(np.asarray(eigenvalues, dtype=float).ravel())
    if not values.size or not np.isfinite(values).all():
        raise InvalidInput(f"a histogram needs finite eigenvalues, not {values.size} values of which some may be infinite; leave those out")
    scale = max(1.0, float(np.abs(values).max()))
    spread = np.ones(values.size, dtype=bool)
    for location in atoms:
        spread &= np.abs(values - float(location)) > 1e-8 * scale
    kept = values[spread]
    if kept.size:
        weights = np.full(kept.size, 1.0 / (count or values.size))
        heights, sides = np.histogram(kept, bins=_bin_count(kept.size) if bins == "auto" else bins, weights=weights)
        axes.bar(sides[:-1], heights / np.diff(sides), np.diff(sides), align="edge", color=_BARS, edgecolor="white", lw=0.4, label=label, zorder=1)
        _fit_height(axes, heights / np.diff(sides), np.diff(sides))
    return axes


def save_figure(axes: Any, path: str) -> None:
    """Write the figure of the axes to a file, with its legend; the ending of the name (png, pdf, svg) is the format.

    Raises `InvalidInput` when the format is unknown or the file cannot be written.
    """
    if axes.get_legend_handles_labels()[1] and axes.get_legend() is None:
        axes.legend(loc="best", frameon=False)
    try:
        axes.figure.savefig(path, dpi=200)
    except OSError as error:
        raise InvalidInput(f"the picture cannot be written to {shown(path)}: {error.strerror or error}; name a file in a folder of yours") from None
    except ValueError as error:
        reason = " ".join(str(error).split())
        raise InvalidInput(f"the picture cannot be written to {shown(path)}: {reason}; give a file name that ends in .png, .pdf or .svg") from None


def _bin_count(size: int) -> int:
    """Eigenvalues repel, so the bars can be narrower than for independent draws."""
    return int(np.clip(1.5 * np.sqrt(size), 8, 120))


def _with_gaps(x: NDArray[np.float64], y: NDArray[np.float64], edges: Sequence[float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The curve cut between an upper edge and the next lower edge, so that no line crosses a gap."""
    cuts = [k for k in range(1, len(edges) - 1, 2) if edges[k] < edges[k + 1]]
    places = [int(np.searchsorted(x, edges[k], side="right")) for k in cuts if x[0] < edges[k] < x[-1]]
    return np.insert(x, places, np.nan), np.insert(y, places, np.nan)


def _fit_height(axes: Any, heights: NDArray[np.float64], widths: NDArray[np.float64]) -> None:
    """From 0 to above what is drawn; a peak that dwarfs the rest (a hard edge) is cut off, unless half of the area is above the cut."""
    inside = np.isfinite(heights)
    finite, widths = heights[inside], widths[inside]
    if not finite.size:
        return
    top = float(finite.max())
    cut = 6.0 * float(np.quantile(finite, 0.7))
    hard, steep = not inside.all(), top > max(20 * float(np.median(finite)), _PEAK * cut)
    if hard or (steep and (finite * widths)[finite > cut].sum() < 0.5 * (finite * widths).sum()):
        top = min(top, cut)
    known = getattr(axes, "_freealg_top", 0.0)
    axes._freealg_top = max(known, _HEADROOM * top)
    if axes._freealg_top > 0:
        axes.set_ylim(0.0, axes._freealg_top)


def _draw_atom(axes: Any, location: float, mass: float, colour: Any, label: str | None) -> None:
    from matplotlib import patheffects

    transform = axes.get_xaxis_transform()
    axes.plot([location, location], [0.0, _STEM * mass], color=colour, lw=2.2, transform=transform, zorder=5, label=label)
    axes.plot([location], [_STEM * mass], marker="o", ms=6, color=colour, transform=transform, zorder=5)
    place = {"xycoords": transform, "xytext": (0, 8), "textcoords": "offset points", "ha": "center"}
    told = axes.__dict__.setdefault("_freealg_atoms", set())
    if (location, mass) not in told:  # an atom that several laws share is named once
        told.add((location, mass))
        outline = [patheffects.withStroke(linewidth=3, foreground="white")]
        axes.annotate(f"{mass:.4g}", (location, _STEM * mass), color=colour, zorder=6, path_effects=outline, **place)
