"""Public tools for testing one's own derivations: Hypothesis strategies and statistical assertions."""

from __future__ import annotations

from freealg.lazily import loaded_on_use

__all__, __getattr__, __dir__ = loaded_on_use(
    __name__,
    {
        "same_law": ("assert_same_law",),
        "strategies": ("algebraic_laws", "laws", "parameters", "positive_laws"),
        "statistical": ("assert_law_matches",),
        "element_strategies": ("elements",),
    },
)
