"""Checks of a law's parameters: they bite on numbers and let symbols pass."""

from __future__ import annotations

from typing import Any

from sympy import Expr

from freealg.errors import InvalidInput, shown
from freealg.exact.coerce import exact
from freealg.exact.signs import real_sign

__all__ = ["set_exact"]


def set_exact(law: Any, values: dict[str, Any], **conditions: str) -> None:
    """Store `values` as exact numbers, each checked against its condition: "> 0", ">= 0", ">= 1", "in [0, 1]", "!= 0" or "real"."""
    owner = law.maker or type(law).__name__
    for field, given in values.items():
        name = field.rstrip("_")
        value = exact(given, f"{owner}: {name}")
        condition = conditions.get(name, "real")
        if not _may_hold(value, condition, name):
            raise InvalidInput(f"{owner} needs {name} {condition}, not {shown(value)}; change {name}")
        object.__setattr__(law, field, value)


def _may_hold(value: Expr, condition: str, name: str) -> bool:
    """Whether a number satisfies the condition, or an expression in symbols is not known to break it."""
    if not value.is_number:
        return value.is_real is not False and not (condition == "> 0" and value.is_nonpositive)
    if value.is_real is False:
        return False
    if condition == "in [0, 1]":
        return real_sign(value, name) >= 0 and real_sign(1 - value, f"1 - {name}") >= 0
    if condition == "> 0":
        return real_sign(value, name) > 0
    if condition == "!= 0":
        return real_sign(value, name) != 0
    if condition.startswith(">= "):
        bound = int(condition[3:])
        return real_sign(value - bound, f"{name} - {bound}" if bound else name) >= 0
    return value.is_real is True
