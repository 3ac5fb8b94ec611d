"""LaTeX of laws and operations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sympy import Dummy, Expr, Symbol

from freealg.show.text import expression_latex

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["factor_latex", "grouped_latex", "infix_latex", "law_latex", "value_latex"]

_LISTED = 6


def law_latex(law: Law) -> str:
    r"""The name of a law with its parameters, those of default value left out.

    >>> import freealg as fa
    >>> print(law_latex(fa.Semicircle(variance=Symbol("s"))))
    \mathrm{Semicircle}\left(\mathrm{variance}=s\right)
    """
    parts = [operand.latex() for operand in law.operands]
    parts += [_parameter(f.name.rstrip("_"), getattr(law, f.name)) for f in fields(law) if _told(law, f)]  # type: ignore[arg-type]
    return rf"\mathrm{{{_plain(law.maker or type(law).__name__)}}}" + (rf"\left({', '.join(parts)}\right)" if parts else "")


def infix_latex(sign: str, laws: Iterable[Law]) -> str:
    r"""boxplus and boxtimes between their operands.

    >>> import freealg as fa
    >>> print(fa.boxplus(fa.MarchenkoPastur(ratio=Symbol("phi")), fa.Semicircle(variance=2)).latex())
    \mathrm{MarchenkoPastur}\left(\mathrm{ratio}=\phi\right) \boxplus \mathrm{Semicircle}\left(\mathrm{variance}=2\right)
    """
    return f" {sign} ".join(map(grouped_latex, laws))


def grouped_latex(law: Law) -> str:
    """In brackets where an infix sign or an exponent would bind a part of it only."""
    return rf"\left({law.latex()}\right)" if law.loose_latex else law.latex()


def factor_latex(value: Expr) -> str:
    """A factor in front; nothing for 1, a sum in brackets."""
    shown = expression_latex(value)
    if value == 1:
        return ""
    return rf"\left({shown}\right) " if value.is_Add else f"{shown} "


def _told(law: Any, field: Any) -> bool:
    """Whether the field is a parameter that the name alone does not say: no operand, no default value."""
    value = getattr(law, field.name)
    return not law._is_operand(value) and (bool(law.operands) or law._shown(field))


def _parameter(name: str, value: Any) -> str:
    """name = value; the value alone where it is the symbol of that name."""
    shown, own = value_latex(value), expression_latex(Symbol(name))
    return own if shown == own else f"{own}={shown}"


def value_latex(value: Any) -> str:
    """A parameter: an expression, a word, a tuple cut after a few entries, or a function by its name."""
    if isinstance(value, Expr):
        return expression_latex(value.xreplace({variable: Symbol(variable.name) for variable in value.atoms(Dummy)}))
    if isinstance(value, tuple):
        shown = [value_latex(part) for part in value[:_LISTED]] + [r"\dots"] * (len(value) > _LISTED)
        return rf"\left({', '.join(shown)}\right)"
    word = value if isinstance(value, str) else getattr(value, "__name__", type(value).__name__)
    return rf"\mathrm{{{_plain(word)}}}"


def _plain(word: str) -> str:
    return "".join(c if c.isalnum() else "~" for c in word).strip("~") or "function"
