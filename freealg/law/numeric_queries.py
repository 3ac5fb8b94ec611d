"""The numeric questions a law answers."""

from __future__ import annotations

from typing import Any

__all__ = ["NumericQueries"]


class NumericQueries:
    """Methods of `Law`; scalar in, scalar out; arrays broadcast."""

    def pdf(self: Any, x: Any, dps: int | None = None, certified: bool = False) -> Any:
        """The density of the absolutely continuous part."""
        from freealg.law.engine import engine_of

        return engine_of(self).pdf(x, dps, certified)
