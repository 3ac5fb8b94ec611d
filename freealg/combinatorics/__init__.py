"""Noncrossing partitions, moments of words in free letters, admissible graphs.

Names are loaded on first use, so that noncrossing partitions do not wait for networkx.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from freealg.combinatorics.admissible import (
        AdmissibleGraph,
        admissible_counts,
        admissible_graphs,
        admissible_graphs_by_definition,
        admissible_total,
        isomorphism_class_counts,
    )
    from freealg.combinatorics.drawing import draw_admissible_graph
    from freealg.combinatorics.families import circular, free_families, haar_unitary, self_adjoint, semicircular_family
    from freealg.combinatorics.noncrossing import (
        catalan,
        free_cumulants_from_moments_by_partitions,
        free_product_moments_by_partitions,
        is_noncrossing,
        kreweras_complement,
        kreweras_count,
        mobius,
        moments_from_free_cumulants_by_partitions,
        narayana,
        noncrossing_pairings,
        noncrossing_partitions,
        refines,
        set_partitions,
    )
    from freealg.combinatorics.words import (
        JointCumulants,
        joint_cumulants,
        polynomial_moments,
        product_moment,
        word_moment,
        word_moment_by_centring,
    )

__all__ = [
    "AdmissibleGraph",
    "JointCumulants",
    "admissible_counts",
    "admissible_graphs",
    "admissible_graphs_by_definition",
    "admissible_total",
    "catalan",
    "circular",
    "draw_admissible_graph",
    "free_cumulants_from_moments_by_partitions",
    "free_families",
    "free_product_moments_by_partitions",
    "haar_unitary",
    "is_noncrossing",
    "isomorphism_class_counts",
    "joint_cumulants",
    "kreweras_complement",
    "kreweras_count",
    "mobius",
    "moments_from_free_cumulants_by_partitions",
    "narayana",
    "noncrossing_pairings",
    "noncrossing_partitions",
    "polynomial_moments",
    "product_moment",
    "refines",
    "self_adjoint",
    "semicircular_family",
    "set_partitions",
    "word_moment",
    "word_moment_by_centring",
]

_SUBMODULES = ("noncrossing", "words", "families", "admissible", "drawing")


def __getattr__(name: str) -> Any:
    if name in _SUBMODULES:
        return import_module(f"{__name__}.{name}")
    if name in __all__:
        for submodule in _SUBMODULES:
            module = import_module(f"{__name__}.{submodule}")
            if name in module.__all__:
                return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, *_SUBMODULES])
