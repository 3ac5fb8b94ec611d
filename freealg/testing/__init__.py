"""Public tools for testing one's own derivations: Hypothesis strategies and statistical assertions."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "freealg.testing.same_law": ("assert_same_law",),
    "freealg.testing.strategies": ("algebraic_laws", "laws", "parameters", "positive_laws"),
    "freealg.testing.statistical": ("assert_law_matches",),
    "freealg.testing.element_strategies": ("elements",),
}
_WHERE = {name: home for home, names in _HOMES.items() for name in names}

__all__ = list(_WHERE)


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'freealg.testing' has no attribute {name!r}")
    value = getattr(import_module(_WHERE[name]), name)
    globals()[name] = value
    return value
