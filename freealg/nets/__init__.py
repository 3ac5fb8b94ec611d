"""Deep networks: activations, signal propagation, Jacobians, Hessians, nonlinear Gram matrices."""

from __future__ import annotations

from freealg.lazily import loaded_on_use

__all__, __getattr__, __dir__ = loaded_on_use(
    __name__,
    {
        "activations": ("Activation", "activation"),
        "gram": ("NonlinearGram", "gram_series"),
        "hessian": ("Hessian", "critical_energy", "critical_scaling"),
        "descent_directions": ("hessian_index", "hessian_index_series"),
        "information_plus_noise": ("InformationPlusNoise",),
        "jacobian": ("Jacobian", "universal_jacobian"),
        "layers": ("Layer",),
        "signal": ("SignalPropagation",),
        "critical": ("correlation_series", "critical_line", "critical_line_series", "critical_point"),
        "find": ("find_activation",),
        "phase": ("phase_diagram",),
        "isometry": ("isometry_report", "jacobian_table"),
        "descent": ("GradientDescent",),
        "universality": ("q_for_variance", "universality_class"),
        "samples": ("sample_gram", "sample_jacobian", "sample_linear_plus_noise"),
    },
)
