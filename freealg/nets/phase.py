"""Order and chaos over a grid of (sigma_w^2, sigma_b^2): q* and chi in doubles, as arrays to draw from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from freealg.errors import InvalidInput, shown
from freealg.nets.activations import Activation
from freealg.nets.activations import activation as as_activation
from freealg.nets.doubles import slope_moments, stable_lengths
from freealg.nets.lengths import slope_at_zero
from freealg.show.plot import new_axes

__all__ = ["PhaseDiagram", "phase_diagram"]


@final
@dataclass(frozen=True, eq=False)
class PhaseDiagram:
    """q_star[i, j] and chi[i, j] at (sigma_w2[j], sigma_b2[i]); q* is inf and chi is nan where lengths grow without bound."""

    sigma_w2: Any
    sigma_b2: Any
    q_star: Any
    chi: Any

    @property
    def chaotic(self) -> Any:
        """chi > 1 at each point of the grid; False where lengths grow without bound."""
        return self.chi > 1

    def plot(self, ax: Any = None, levels: Sequence[float] = (1.0,)) -> Any:
        """q* as a heat map (white where it is infinite), level curves of chi over it, the line chi = 1 between order and chaos; gives the axes."""
        axes = new_axes() if ax is None else ax
        finite = np.where(np.isfinite(self.q_star), self.q_star, np.nan)
        mesh = axes.pcolormesh(self.sigma_w2, self.sigma_b2, finite, shading="nearest", cmap="viridis", rasterized=True)
        axes.figure.colorbar(mesh, ax=axes, label="$q^*$")
        axes.set(xlabel=r"$\sigma_w^2$", ylabel=r"$\sigma_b^2$")
        inside = [level for level in sorted(levels) if np.nanmin(self.chi) < level < np.nanmax(self.chi)]
        if inside:
            widths = [2.0 if level == 1 else 0.8 for level in inside]
            curves = axes.contour(self.sigma_w2, self.sigma_b2, self.chi, levels=inside, colors="white", linewidths=widths)
            axes.clabel(curves, fmt=r"$\chi = %g$", fontsize=9)
        return axes


def phase_diagram(activation: Any, sigma_w2: Any, sigma_b2: Any) -> PhaseDiagram:
    """The stable length q* that q = 1 is carried to and chi = sigma_w2 E f'(sqrt(q*) z)^2, on the grid of two increasing 1-d arrays.

    Values only: `contour(d.sigma_w2, d.sigma_b2, d.chi, levels=[1])` draws the critical line over the heat map of q_star.

    >>> diagram = phase_diagram("relu", [1.0, 1.5], [0.0, 0.1])
    >>> diagram.q_star.round(10).tolist(), diagram.chi.round(10).tolist()
    ([[0.0, 0.0], [0.2, 0.4]], [[0.5, 0.75], [0.5, 0.75]])
    """
    f = as_activation(activation)
    weights, biases = _axis(sigma_w2, "sigma_w2"), _axis(sigma_b2, "sigma_b2")
    if weights.min() <= 0 or biases.min() < 0:
        raise InvalidInput(f"sigma_w2 must be > 0 and sigma_b2 >= 0 all over the grid; they start at {weights.min()} and {biases.min()}")
    w, b = (grid.ravel() for grid in np.meshgrid(weights, biases))
    q = stable_lengths(f, w, b)
    return PhaseDiagram(weights, biases, q.reshape(len(biases), -1), (w * _spread(f, q)).reshape(len(biases), -1))


def _spread(f: Activation, q: Any) -> Any:
    """E f'^2, its limit at q = 0, nan at q = inf; infinite where f jumps."""
    if f.form.jumps():
        return np.where(np.isfinite(q), np.inf, np.nan)
    out = np.where(q == 0, float(slope_at_zero(f, 1)), np.nan)
    inside = (q > 0) & np.isfinite(q)
    out[inside] = slope_moments(f, q[inside])
    return out


def _axis(values: Any, name: str) -> Any:
    axis = np.asarray(values, dtype=float)
    if axis.ndim != 1 or len(axis) == 0 or not np.isfinite(axis).all():
        raise InvalidInput(f"{name} must be a non-empty 1-d array of finite numbers, not {shown(values)}")
    return axis
