"""How a law looks: repr that can be typed back, and LaTeX."""

from __future__ import annotations

from dataclasses import fields
from inspect import Parameter, signature
from typing import Any, ClassVar

from sympy import Dummy, Expr, Rational, Symbol

__all__ = ["Presentation", "parameter_text"]


_LONG = 14_000


class Presentation:
    """Printing of laws; subclasses may override `latex`."""

    maker: ClassVar[str] = ""
    """The public name that makes the law, where it is not the class's own."""

    loose_latex: ClassVar[bool] = False
    """Whether the LaTeX needs brackets under an infix sign or an exponent."""

    def __repr__(self: Any) -> str:
        if self.operands and not self.prefers_call():
            return self.operation_text(repr)
        parts = [f"{f.name.rstrip('_')}={parameter_text(getattr(self, f.name))}" for f in fields(self) if self._shown(f)]
        return f"{self.maker or type(self).__name__}({', '.join(parts)})"

    def prefers_call(self) -> bool:
        """Whether the node prints as a constructor call."""
        return False

    def operation_text(self: Any, show: Any) -> str:
        """The operation as it is called: boxplus(mu, nu), mu.boxplus_power(t), mixture({mu: 1/2, nu: 1/2})."""
        values = {f.name.rstrip("_"): getattr(self, f.name) for f in fields(self)}
        parts = [f"{name}={show(value) if self._is_operand(value) else parameter_text(value)}" for name, value in values.items()]
        return f"{type(self).__name__}({', '.join(parts)})"

    def _is_operand(self: Any, value: Any) -> bool:
        return value is self.operands or any(value is operand for operand in self.operands)

    def _shown(self: Any, field: Any) -> bool:
        default = signature(type(self)).parameters[field.name.rstrip("_")].default
        return default is Parameter.empty or bool(default != getattr(self, field.name))

    def latex(self: Any) -> str:
        """LaTeX of the law, an operation with its operands' symbols."""
        from freealg.law.latex import law_latex

        return law_latex(self)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


def parameter_text(value: Any) -> str:
    """The repr of a parameter: integers of any length, which Python's own str may refuse, and no marks of bound variables."""
    from freealg.show.text import expression_text

    if type(value) is tuple:
        return f"({', '.join(map(parameter_text, value))}{',' if len(value) == 1 else ''})"
    if not isinstance(value, Expr):
        return repr(value)
    plain = value.xreplace({variable: Symbol(variable.name) for variable in value.atoms(Dummy)})
    return expression_text(plain) if any(max(abs(n.p).bit_length(), n.q.bit_length()) > _LONG for n in plain.atoms(Rational)) else str(plain)
