"""The base of operation nodes: a law made from other laws."""

from __future__ import annotations

from typing import Any

from freealg.errors import InvalidInput, shown
from freealg.law.law import Law

__all__ = ["Operation", "require_laws"]


class Operation(Law):
    """A law whose `operands` are laws; its lanes take the operands' forms."""

    def substitution_germ(self) -> Any:
        """The formal moments that select this law's branch; None when there are none."""
        from freealg.law.conversions import germ_of

        return germ_of(self)


def require_laws(name: str, laws: tuple[Any, ...]) -> tuple[Law, ...]:
    """The arguments as laws; anything else is refused by name."""
    if not laws:
        raise InvalidInput(f"{name} needs at least one law")
    for law in laws:
        if not isinstance(law, Law):
            kind = type(law).__name__
            raise InvalidInput(f"{name} takes laws, not {kind} {shown(law)}; a law is made by freealg.Semicircle(), freealg.parse(text), ...")
    return laws
