"""Deep networks: activations, signal propagation, Jacobians, Hessians, nonlinear Gram matrices."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "freealg.nets.activations": ("Activation", "activation"),
    "freealg.nets.gram": ("NonlinearGram", "gram_series"),
    "freealg.nets.hessian": ("Hessian", "critical_energy", "critical_scaling", "hessian_index"),
    "freealg.nets.information_plus_noise": ("InformationPlusNoise",),
    "freealg.nets.jacobian": ("Jacobian", "universal_jacobian"),
    "freealg.nets.layers": ("Layer",),
    "freealg.nets.signal": ("SignalPropagation",),
    "freealg.nets.critical": ("correlation_series", "critical_line", "critical_line_series", "critical_point"),
    "freealg.nets.find": ("find_activation",),
    "freealg.nets.phase": ("phase_diagram",),
    "freealg.nets.isometry": ("isometry_report", "jacobian_table"),
    "freealg.nets.descent": ("GradientDescent",),
    "freealg.nets.universality": ("q_for_variance", "universality_class"),
    "freealg.nets.samples": ("sample_gram", "sample_jacobian", "sample_linear_plus_noise"),
}
_WHERE = {name: home for home, names in _HOMES.items() for name in names}

__all__ = list(_WHERE)


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'freealg.nets' has no attribute {name!r}")
    value = getattr(import_module(_WHERE[name]), name)
    globals()[name] = value
    return value
