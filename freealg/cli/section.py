"""What a command gives: pieces of text for the terminal, each with its data for JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, final

from sympy import Expr

from freealg.errors import UnboundParameters
from freealg.parsing import parse_values
from freealg.show.text import expression_text

__all__ = ["Section", "heading", "json_number", "require_bound", "values_of"]


@final
@dataclass(frozen=True)
class Section:
    """One piece of output; `data` is what `--json` prints of it."""

    text: str
    data: dict[str, Any] = field(default_factory=dict)


def heading(title: str) -> str:
    """The title underlined.

    >>> print(heading("Atoms"))
    Atoms
    -----
    """
    return f"{title}\n{'-' * len(title)}"


def values_of(text: str | None) -> dict[str, Expr]:
    """The values of --at; none without it."""
    return {} if text is None else parse_values(text)


def require_bound(subject: Any, what: str) -> None:
    """Raise `UnboundParameters` in the words of the command line when symbols are left."""
    names = sorted(symbol.name for symbol in subject.free_symbols)
    if names:
        raise UnboundParameters(f"{what} of {subject} needs numbers for {', '.join(names)}; pass --at {','.join(f'{name}=...' for name in names)}")


def json_number(value: Any) -> Any:
    """A float as it is, an infinite one as a string, anything exact as text."""
    if isinstance(value, Mapping):
        return {json_number(key): json_number(entry) for key, entry in value.items()}
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return expression_text(value) if isinstance(value, Expr) else str(value)
