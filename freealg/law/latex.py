"""LaTeX of laws and operations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sympy import Dummy, Expr, Symbol

from freealg.show.text import expression_latex

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["law_latex"]

_INFIX = {"FreeSum": r" \boxplus ", "FreeProduct": r" \boxtimes ", "FreeDifference": r" \boxminus ", "FreeQuotient": r" \mathbin{/_{\boxtimes}} "}
_POWER = {"FreePower": r"\boxplus", "MultiplicativePower": r"\boxtimes"}
_LISTED = 6


def law_latex(law: Law) -> str:
    r"""boxplus and boxtimes as infix signs, powers as exponents, atoms as point masses, other leaves by name with their parameters.

    >>> import freealg as fa
    >>> print(law_latex(fa.boxplus(fa.MarchenkoPastur(ratio=Symbol("phi")), fa.Semicircle(variance=2))))
    \mathrm{MarchenkoPastur}\left(\mathrm{ratio}=\phi\right) \boxplus \mathrm{Semicircle}\left(\mathrm{variance}=2\right)
    >>> print(law_latex(2 * fa.MarchenkoPastur() - 1), " and ", law_latex(fa.Rademacher()))
    2 \cdot \mathrm{MarchenkoPastur} - 1  and  \frac{1}{2} \delta_{-1} + \frac{1}{2} \delta_{1}
    """
    name = type(law).__name__
    if name in _INFIX:
        return _INFIX[name].join(_grouped(operand) for operand in law.operands)
    if name in _POWER:
        return f"{_grouped(law.operands[0])}^{{{_POWER[name]} {expression_latex(law.t)}}}"  # type: ignore[attr-defined]
    if name in _SHAPES:
        return _SHAPES[name](law)
    parts = [law_latex(operand) for operand in law.operands]
    parts += [_parameter(f.name.rstrip("_"), getattr(law, f.name)) for f in fields(law) if _told(law, f)]  # type: ignore[arg-type]
    return rf"\mathrm{{{name}}}" + (rf"\left({', '.join(parts)}\right)" if parts else "")


def _told(law: Any, field: Any) -> bool:
    """Whether the field is a parameter that the name alone does not say: no operand, no default value."""
    value = getattr(law, field.name)
    return not law._is_operand(value) and (bool(law.operands) or law._shown(field))


def _parameter(name: str, value: Any) -> str:
    """name = value; the value alone where it is the symbol of that name."""
    shown, own = _value(value), expression_latex(Symbol(name))
    return own if shown == own else f"{own}={shown}"


def _value(value: Any) -> str:
    """A parameter: an expression, a word, a tuple cut after a few entries, or a function by its name."""
    if isinstance(value, Expr):
        return expression_latex(value.xreplace({variable: Symbol(variable.name) for variable in value.atoms(Dummy)}))
    if isinstance(value, tuple):
        shown = [_value(part) for part in value[:_LISTED]] + [r"\dots"] * (len(value) > _LISTED)
        return rf"\left({', '.join(shown)}\right)"
    word = value if isinstance(value, str) else getattr(value, "__name__", type(value).__name__)
    return rf"\mathrm{{{_plain(word)}}}"


def _plain(word: str) -> str:
    return "".join(c if c.isalnum() else "~" for c in word).strip("~") or "function"


def _atoms(law: Any) -> str:
    return " + ".join(rf"{_factor(mass)}\delta_{{{expression_latex(place)}}}" for place, mass in law.masses)


def _factor(value: Expr) -> str:
    """A factor in front; nothing for 1, a sum in brackets."""
    shown = expression_latex(value)
    if value == 1:
        return ""
    return rf"\left({shown}\right) " if value.is_Add else f"{shown} "


def _affine(law: Any) -> str:
    shift = expression_latex(law.b)
    tail = "" if law.b == 0 else f" - {shift[1:].lstrip()}" if shift.startswith("-") else f" + {shift}"
    factor = "-" if law.a == -1 else _factor(law.a) + r"\cdot " if law.a != 1 else ""
    return factor + _grouped(law.operand) + tail


def _mixture(law: Any) -> str:
    parts = (rf"{law_latex(operand)}\colon {expression_latex(weight)}" for operand, weight in zip(law.operands, law.weights, strict=True))
    return r"\mathrm{mixture}\left(" + r",\ ".join(parts) + r"\right)"


def _mobius(law: Any) -> str:
    entries = (law.a, law.b, law.c, law.d)
    if entries == (0, 1, 1, 0):
        return f"{_grouped(law.operand)}^{{-1}}"
    return rf"\mathrm{{mobius}}_{{{', '.join(map(expression_latex, entries))}}}\left({law_latex(law.operand)}\right)"


_SHAPES: dict[str, Callable[[Any], str]] = {
    "Affine": _affine,
    "Compression": lambda law: rf"\mathrm{{compress}}_{{{expression_latex(law.t)}}}\left({law_latex(law.operand)}\right)",
    "Discrete": _atoms,
    "Mixture": _mixture,
    "Mobius": _mobius,
    "Square": lambda law: f"{_grouped(law.operand)}^{{2}}",
    "SquareRoot": lambda law: rf"\sqrt{{{law_latex(law.operand)}}}",
}
_LOOSE = {*_INFIX, *_POWER, "Affine", "Discrete", "Mobius", "Square"}


def _grouped(law: Law) -> str:
    """In brackets where an infix sign or an exponent would bind a part of it only."""
    text = law_latex(law)
    return rf"\left({text}\right)" if type(law).__name__ in _LOOSE else text
