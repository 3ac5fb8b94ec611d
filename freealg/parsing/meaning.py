"""What the grammar's rules mean: numbers, laws and elements, and the operations between them."""

from __future__ import annotations

import operator
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, final

import sympy
from lark import Token, Transformer
from sympy import Expr, Symbol

import freealg
from freealg.law.law import Law
from freealg.parsing import arithmetic
from freealg.parsing.functions import FUNCTIONS, Function, key_of

__all__ = ["Meaning", "RefusedError", "kind_of"]

_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ϵ": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta", "κ": "kappa",
    "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi", "ϕ": "phi", "χ": "chi",
    "ψ": "psi", "ω": "omega",
}  # fmt: skip
_NOT_FINITE = frozenset({"nan", "inf", "infinity", "oo", "zoo"})
_NAMES = {function.name: function for function in FUNCTIONS.values()}

Rule = Callable[[Any, Any], Any]


class RefusedError(Exception):
    """A rule that cannot be applied: what is wrong, and the token where it stands."""

    def __init__(self, token: Token, reason: str) -> None:
        super().__init__(reason)
        self.token, self.reason = token, reason


@final
class Keyword(tuple[Token, Any]):
    """An argument given by name."""


def kind_of(value: Any) -> str:
    """number, law, element or mapping."""
    if isinstance(value, Expr):
        return "number"
    if isinstance(value, dict):
        return "mapping"
    return "law" if isinstance(value, Law) else "element"


def _lifted(value: Any) -> Any:
    """A law as a random matrix of that spectrum in general position; numbers and elements as they are."""
    return freealg.Deterministic(value) if isinstance(value, Law) else value


def _law(value: Any) -> Law:
    return value if isinstance(value, Law) else value.law()


def _element_power(element: Any, exponent: Expr) -> Any:
    if not (exponent.is_Integer and 0 < exponent <= 64):
        raise arithmetic.TooLargeError("an exponent of an element that is no integer from 1 to 64")
    return element ** int(exponent)


def _on_elements(operation: Rule) -> Rule:
    return lambda a, b: operation(_lifted(a), _lifted(b))


def _on_laws(name: str) -> Rule:
    return lambda a, b: getattr(freealg, name)(_law(a), _law(b))


def _rules() -> dict[tuple[str, str, str], Rule]:
    """{(operator, kind on the left, kind on the right): rule}."""
    table: dict[tuple[str, str, str], Rule] = {
        ("PLUS", "number", "number"): arithmetic.add,
        ("MINUS", "number", "number"): lambda a, b: arithmetic.add(a, -b),
        ("TIMES", "number", "number"): arithmetic.multiply,
        ("OVER", "number", "number"): arithmetic.divide,
        ("POWER", "number", "number"): arithmetic.power,
        ("POWER", "element", "number"): _element_power,
        ("TIMES", "element", "element"): operator.mul,
    }
    joins = {
        "PLUS": _on_elements(operator.add), "MINUS": _on_elements(operator.sub), "AT": _on_elements(operator.matmul),
        "BOXPLUS": _on_laws("boxplus"), "BOXTIMES": _on_laws("boxtimes"),
    }  # fmt: skip
    variables = ("law", "element")
    table |= {(sign, left, right): rule for sign, rule in joins.items() for left in variables for right in variables}
    for kind in variables:
        table |= {
            ("PLUS", kind, "number"): operator.add,
            ("PLUS", "number", kind): lambda a, b: b + a,
            ("MINUS", kind, "number"): operator.sub,
            ("MINUS", "number", kind): lambda a, b: -b + a,
            ("TIMES", kind, "number"): lambda a, b: b * a,
            ("TIMES", "number", kind): operator.mul,
            ("OVER", kind, "number"): lambda a, b: arithmetic.divide(sympy.Integer(1), b) * a,
        }
    return table


_RULES = _rules()
_WAY_OUT = {
    "TIMES": "the law of a free product is written a [x] b, or a @ b with elements",
    "AT": "write a number times a law with *",
    "POWER": "free powers are written ^[+](t) and ^[x](t), the law of a square square(law)",
    "BOXPLUS": "free convolutions join laws; a shift by a number is written law + number",
    "BOXTIMES": "free convolutions join laws; a multiple by a number is written number * law",
    "OVER": "only a number can be divided by; the law of 1/X is inverse(law)",
}


@final
class Meaning(Transformer[Any, Any]):
    """Called by the parser for every rule it has read, innermost first."""

    def start(self, parts: list[Any]) -> Any:
        """The value of the text."""
        return parts[0]

    def numbers(self, parts: list[Any]) -> list[Any]:
        """Values separated by commas."""
        return parts

    def values(self, parts: list[Any]) -> list[Any]:
        """name=value pairs separated by commas."""
        return parts

    def binding(self, parts: list[Any]) -> tuple[str, Any]:
        """One name=value pair."""
        return _spelled(parts[0]), parts[1]

    def number(self, parts: list[Token]) -> Expr:
        """A literal."""
        return _guarded(parts[0], arithmetic.number, str(parts[0]))

    def symbol(self, parts: list[Token]) -> Expr:
        """A parameter; `pi` is the number."""
        name = _spelled(parts[0])
        function = _NAMES.get(name)
        if function is not None:
            raise RefusedError(parts[0], f"{name} is a function here: write {function.usage()}")
        if name in _NOT_FINITE:
            raise RefusedError(parts[0], "parameters are finite numbers or names")
        return sympy.pi if name == "pi" else Symbol(name)

    def unary(self, parts: list[Any]) -> Any:
        """A sign."""
        return -parts[1] if parts[0].type == "MINUS" else parts[1]

    def binary(self, parts: list[Any]) -> Any:
        """An operation between two values, chosen by their kinds."""
        left, sign, right = parts
        kinds = kind_of(left), kind_of(right)
        rule = _RULES.get((sign.type, *kinds))
        if rule is None:
            hint = _WAY_OUT.get(sign.type, "see the kinds of the two sides")
            raise RefusedError(sign, f"'{sign}' between {_a(kinds[0])} and {_a(kinds[1])} is not defined; {hint}")
        return _guarded(sign, rule, left, right)

    def free_power(self, parts: list[Any]) -> Law:
        """mu^[+](t) and mu^[x](t)."""
        base, _, sign, exponent = parts
        name = "boxplus_power" if sign.type == "BOXPLUS" else "boxtimes_power"
        if kind_of(base) == "number" or kind_of(exponent) != "number":
            raise RefusedError(sign, f"a free power is written law^{sign}(number), not {_a(kind_of(base))} to {_a(kind_of(exponent))}")
        return FUNCTIONS[key_of(name)].make(law=_law(base), t=exponent)

    def pair(self, parts: list[Any]) -> tuple[Any, Any]:
        """One key: value of a mapping."""
        return parts[0], parts[1]

    def mapping(self, parts: list[tuple[Any, Any]]) -> dict[Any, Any]:
        """{location: mass, ...} or {law: weight, ...}; equal keys are gathered."""
        gathered: dict[Any, Any] = {}
        for key, value in parts:
            gathered[key] = arithmetic.add(gathered[key], value) if key in gathered else value
        return gathered

    def keyword(self, parts: list[Any]) -> Keyword:
        """name=value."""
        return Keyword((parts[0], parts[1]))

    def arguments(self, parts: list[Any]) -> list[Any]:
        """The arguments of a call."""
        return parts

    def call(self, parts: list[Any]) -> Any:
        """A function of the table."""
        name, given = parts[0], parts[1] or []
        if key_of(name) == "sqrt" and len(given) == 1 and kind_of(given[0]) == "number":
            return _guarded(name, arithmetic.square_root, given[0])
        function = FUNCTIONS.get(key_of(name))
        if function is None:
            raise RefusedError(name, f"there is no function {name!s}{_like(name)}")
        if function.repeats:
            named = next((value for value in given if isinstance(value, Keyword)), None)
            if named is not None:
                raise RefusedError(named[0], f"{function.usage()} takes laws without names")
            laws = [_argument(name, "law", value) for value in given]
            return function.make(*laws)
        return function.make(**_bound(name, function, given))


def _spelled(name: str) -> str:
    """Greek letters by their names."""
    return "".join(_GREEK.get(letter, letter) for letter in name)


def _guarded(token: Token, rule: Callable[..., Any], *values: Any) -> Any:
    try:
        return rule(*values)
    except arithmetic.TooLargeError as reason:
        raise RefusedError(token, f"{reason} is refused") from None


def _bound(name: Token, function: Function, given: list[Any]) -> dict[str, Any]:
    """The arguments by the names of the function's parameters."""
    values: dict[str, Any] = {}
    for place, argument in enumerate(given):
        by_name = isinstance(argument, Keyword)
        if not by_name and place >= len(function.parameters):
            raise RefusedError(name, f"{function.usage()} takes {len(function.parameters)} arguments, not {len(given)}")
        parameter = str(argument[0]) if by_name else function.parameters[place]
        if parameter not in function.parameters or parameter in values:
            problem = "is given twice" if parameter in values else "is unknown"
            raise RefusedError(argument[0] if by_name else name, f"the argument {parameter} {problem}; the call is {function.usage()}")
        value = argument[1] if by_name else argument
        values[parameter] = _word(name, parameter, value) if parameter in function.words else _argument(name, parameter, value)
    missing = [parameter for parameter in function.parameters[: function.required] if parameter not in values]
    if missing:
        raise RefusedError(name, f"{function.usage()} needs {', '.join(missing)}")
    return values


_LAWS = ("law", "whole", "part")
_KINDS = dict.fromkeys(_LAWS, ("law", "element")) | {"masses": ("mapping",), "weights": ("mapping",)}
_ASKED = dict.fromkeys(_LAWS, "a law") | {"masses": "masses {location: mass, ...}", "weights": "weights {law: weight, ...}"}


def _argument(name: Token, parameter: str, value: Any) -> Any:
    """The value, if it is of the kind the parameter takes."""
    kind = kind_of(value)
    if kind not in _KINDS.get(parameter, ("number",)):
        raise RefusedError(name, f"{name} needs {_ASKED.get(parameter, f'a number or a symbol for {parameter}')}, not {_a(kind)}")
    if kind == "mapping":
        keys = "number" if parameter == "masses" else "law"
        if any(kind_of(key) != keys or kind_of(p) != "number" for key, p in value.items()):
            raise RefusedError(name, f"{name} needs {_ASKED[parameter]}")
    return _law(value) if parameter in _LAWS else value


def _word(name: Token, parameter: str, value: Any) -> str:
    if not isinstance(value, Symbol):
        raise RefusedError(name, f"{name} needs a name for {parameter}, such as relu or orthogonal, not {_a(kind_of(value))}")
    return value.name


def _a(kind: str) -> str:
    return {"element": "an element", "law": "a law", "mapping": "a mapping"}.get(kind, "a number")


def _like(name: str) -> str:
    known = {key: function.name for key, function in FUNCTIONS.items()}
    close = get_close_matches(key_of(name), known, n=1)
    return f"; did you mean {known[close[0]]}?" if close else f"; the functions are {', '.join(sorted(known.values()))}"
