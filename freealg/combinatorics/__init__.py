"""Noncrossing partitions, moments of words in free letters, admissible graphs.

Names are loaded on first use, so that noncrossing partitions do not wait for networkx.
"""

from __future__ import annotations

from freealg.lazily import loaded_on_use

__all__, __getattr__, __dir__ = loaded_on_use(
    __name__,
    {
        "noncrossing": (
            "catalan", "free_cumulants_from_moments_by_partitions", "free_product_moments_by_partitions",
            "is_noncrossing", "kreweras_complement", "kreweras_count", "mobius",
            "moments_from_free_cumulants_by_partitions", "narayana", "noncrossing_pairings", "noncrossing_partitions",
            "refines", "set_partitions",
        ),
        "words": (
            "JointCumulants", "joint_cumulants", "polynomial_moments", "product_moment", "word_moment",
            "word_moment_by_centring",
        ),
        "families": ("circular", "free_families", "haar_unitary", "self_adjoint", "semicircular_family"),
        "admissible": (
            "AdmissibleGraph", "admissible_counts", "admissible_graphs", "admissible_graphs_by_definition",
            "admissible_total", "isomorphism_class_counts",
        ),
        "drawing": ("draw_admissible_graph",),
    },
)
