"""The density of the absolutely continuous part, in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from sympy import Expr, Symbol

from freealg.forms import variables
from freealg.forms.transforms import Form

__all__ = ["Density"]


@final
@dataclass(frozen=True)
class Density(Form):
    """rho(x) = -Im G(x + i0)/pi; `expr` in the variable `freealg.forms.x`."""

    name: ClassVar[str] = "density"
    title: ClassVar[str] = "density"
    variable: ClassVar[Symbol] = variables.x
    expr: Expr
