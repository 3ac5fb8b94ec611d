"""The safe door for strings: our own grammar and our own arithmetic, never `eval`, `sympify` or `parse_expr`.

The room is not called `parse`, because a submodule of that name would stand in the place of the function `freealg.parse`.
"""

from freealg.parsing.reader import parse, parse_numbers, parse_values

__all__ = ["parse", "parse_numbers", "parse_values"]
