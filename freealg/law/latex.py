"""LaTeX of laws and operations."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from sympy import Expr

from freealg.show.text import expression_latex

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["law_latex"]

_INFIX = {"FreeSum": r" \boxplus ", "FreeProduct": r" \boxtimes ", "FreeDifference": r" \boxminus ", "FreeQuotient": r" \mathbin{/_{\boxtimes}} "}
_POWER = {"FreePower": r"\boxplus", "MultiplicativePower": r"\boxtimes"}


def law_latex(law: Law) -> str:
    """boxplus and boxtimes as infix signs, powers as exponents, leaves by name with their parameters."""
    name = type(law).__name__
    if name in _INFIX:
        return _INFIX[name].join(_grouped(operand) for operand in law.operands)
    if name in _POWER:
        return f"{_grouped(law.operands[0])}^{{{_POWER[name]} {expression_latex(law.t)}}}"  # type: ignore[attr-defined]
    if name == "Affine":
        shift = "" if law.b == 0 else f" + {expression_latex(law.b)}"  # type: ignore[attr-defined]
        return f"{expression_latex(law.a)} \\cdot {_grouped(law.operands[0])}{shift}"  # type: ignore[attr-defined]
    if name == "Discrete":
        return " + ".join(rf"{_factor(p)}\, \delta_{{{expression_latex(a)}}}" for a, p in law.masses)  # type: ignore[attr-defined]
    if name == "SquareRoot":
        return rf"\sqrt{{{law_latex(law.operands[0])}}}"
    parts = [expression_latex(value) for value in (getattr(law, f.name) for f in fields(law)) if isinstance(value, Expr)]  # type: ignore[arg-type]
    parts += [law_latex(operand) for operand in law.operands]
    return rf"\mathrm{{{name}}}\left({', '.join(parts)}\right)"


def _grouped(law: Law) -> str:
    text = law_latex(law)
    several = len(law.operands) > 1 or len(getattr(law, "masses", ())) > 1
    return rf"\left({text}\right)" if several else text


def _factor(mass: Expr) -> str:
    text = expression_latex(mass)
    return rf"\left({text}\right)" if mass.is_Add else text
