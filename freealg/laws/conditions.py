"""Checks of a law's parameters: they bite on numbers and let symbols pass."""

from __future__ import annotations

from typing import Any

from sympy import Expr

from freealg.errors import InvalidInput
from freealg.exact.coerce import exact

__all__ = ["set_exact"]


def set_exact(law: Any, values: dict[str, Any], **conditions: str) -> None:
    """Store `values` as exact numbers, each checked against its condition: "> 0", ">= 0", ">= 1", "in [0, 1]", "!= 0" or "real"."""
    for field, given in values.items():
        name = field.rstrip("_")
        value = exact(given, f"{type(law).__name__}: {name}")
        condition = conditions.get(name, "real")
        if value.is_number and not _holds(value, condition):
            raise InvalidInput(f"{type(law).__name__} needs {name} {condition}, not {value}; change {name}")
        object.__setattr__(law, field, value)


def _holds(value: Expr, condition: str) -> bool:
    if not value.is_real:
        return False
    if condition == "in [0, 1]":
        return bool(value >= 0) and bool(value <= 1)
    if condition == "> 0":
        return bool(value > 0)
    if condition == "!= 0":
        return bool(value != 0)
    if condition.startswith(">= "):
        return bool(value >= int(condition[3:]))
    return True
