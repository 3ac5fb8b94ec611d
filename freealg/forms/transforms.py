"""Closed forms: R in g, S in m, G in z."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from sympy import Expr, Symbol

from freealg.forms import variables

__all__ = ["CauchyTransform", "Form", "RTransform", "STransform"]


class Form:
    """A way to write a law down."""

    name: ClassVar[str]
    title: ClassVar[str]


@final
@dataclass(frozen=True)
class RTransform(Form):
    """R(g) = sum kappa_{n+1} g^n, the germ at 0 with R(G) + 1/G = z; `expr` in the variable `freealg.forms.g`."""

    name: ClassVar[str] = "r_transform"
    title: ClassVar[str] = "R-transform"
    variable: ClassVar[Symbol] = variables.g
    expr: Expr


@final
@dataclass(frozen=True)
class STransform(Form):
    """S(m) = (1 + m)/(m M^{-1}(m)), the germ at 0 with S(0) = 1/m_1; `expr` in the variable `freealg.forms.m`."""

    name: ClassVar[str] = "s_transform"
    title: ClassVar[str] = "S-transform"
    variable: ClassVar[Symbol] = variables.m
    expr: Expr


@final
@dataclass(frozen=True)
class CauchyTransform(Form):
    """G(z) = E[1/(z - X)], right on the whole upper half plane; `expr` in the variable `freealg.forms.z`."""

    name: ClassVar[str] = "cauchy_transform"
    title: ClassVar[str] = "Cauchy transform"
    variable: ClassVar[Symbol] = variables.z
    expr: Expr
