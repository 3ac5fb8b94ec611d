"""Laws to JSON and back without running code: a tree of known laws, known functions, exact numbers and symbols."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from importlib import import_module
from typing import Any

import flint
import sympy
from sympy import Expr, Integer, Rational, Symbol

from freealg.errors import FreeAlgError, InvalidInput, shown
from freealg.forms import variables
from freealg.law.law import Law

__all__ = ["from_json", "to_json"]

_PLACE = re.compile(r"(laws|nets|law\.operations)\.[a-z_]+\.[A-Z][A-Za-z]+")
_HEADS = {
    head.__name__: head
    for head in (sympy.Add, sympy.Mul, sympy.Pow, sympy.exp, sympy.log, sympy.erf, sympy.erfc, sympy.sin, sympy.cos, sympy.tan, sympy.asin,
                 sympy.acos, sympy.atan, sympy.sinh, sympy.cosh, sympy.tanh, sympy.coth, sympy.Abs, sympy.Max, sympy.Min, sympy.LambertW, sympy.gamma)
}  # fmt: skip
_CONSTANTS = {"pi": sympy.pi, "E": sympy.E, "I": sympy.I, "oo": sympy.oo}
_BOUND = {"g": variables.g, "m": variables.m, "z": variables.z, "x": variables.x}
_DEPTH = 60


def to_json(law: Law) -> str:
    """The law as JSON text; a law given by a Python function has none and raises `InvalidInput`.

    >>> import freealg as fa
    >>> to_json(fa.MarchenkoPastur(ratio=Symbol("phi")))
    '{"type": "laws.marchenko_pastur.MarchenkoPastur", "ratio": {"symbol": "phi"}, "variance": "1"}'
    """
    return json.dumps(_encode(law))


def from_json(text: str) -> Law:
    """The law written by `to_json`, checked again as if it were built anew; anything else raises `InvalidInput`, and what is no law `NotALaw`.

    >>> import freealg as fa
    >>> from_json(fa.Semicircle(variance=2).to_json())
    Semicircle(variance=2)
    """
    try:
        tree = json.loads(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise InvalidInput(f"this is no JSON text of a law: {error}; it is written by law.to_json()") from None
    law = _decode(tree, 0)
    if not isinstance(law, Law):
        raise InvalidInput(f"this JSON text holds {type(law).__name__}, not a law; it must begin with {{\"type\": ...}}")
    try:
        return law.replaced({})
    except (TypeError, AttributeError, ValueError) as error:
        if isinstance(error, FreeAlgError):
            raise
        raise InvalidInput(f"this JSON text of a law has a field of the wrong kind: {error}; write it with law.to_json()") from None


def _encode(value: Any) -> Any:
    if isinstance(value, Law):
        place = _place(value)
        if not _PLACE.fullmatch(place):
            raise InvalidInput(f"{value} is a law of your own ({place}) and cannot be written as JSON; pickle it")
        return {"type": place} | {f.name.rstrip("_"): _encode(getattr(value, f.name)) for f in fields(value)}  # type: ignore[arg-type]
    if isinstance(value, tuple):
        return [_encode(part) for part in value]
    if isinstance(value, str):
        return {"text": value}
    if hasattr(value, "json_fields"):  # a constant or an activation of the package
        return {"type": _place(value)} | {name: _encode(part) for name, part in value.json_fields().items()}
    if isinstance(value, Expr):
        return _encode_expression(value)
    raise InvalidInput(f"a law given by {shown(value)} cannot be written as JSON; give its terms as a list")


def _place(value: Any) -> str:
    return f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("freealg.")


def _encode_expression(expr: Expr) -> Any:
    if expr.is_Rational:
        p, q = flint.fmpz(int(expr.p)).str(), flint.fmpz(int(expr.q)).str()
        return p if q == "1" else f"{p}/{q}"
    for name, constant in _CONSTANTS.items():
        if expr == constant:
            return {"constant": name}
    for name, variable in _BOUND.items():
        if expr == variable:
            return {"variable": name}
    if isinstance(expr, Symbol):
        positive = {"positive": True} if expr.is_positive else {}
        return {"symbol": expr.name} | positive
    head = type(expr).__name__
    if head not in _HEADS:
        raise InvalidInput(f"{expr} cannot be written as JSON: {head} is not a known function; pickle the law")
    return {"head": head, "args": [_encode(part) for part in expr.args]}


def _decode(tree: Any, depth: int) -> Any:
    if depth > _DEPTH:
        raise InvalidInput(f"this JSON text is nested deeper than {_DEPTH}; pickle laws of that depth")
    if isinstance(tree, str):
        return _number(tree)
    if isinstance(tree, list):
        return tuple(_decode(part, depth + 1) for part in tree)
    if not isinstance(tree, dict):
        raise InvalidInput(f"unexpected {shown(tree)} in the JSON text of a law; write it with law.to_json()")
    if "type" in tree:
        return _decode_law(tree, depth)
    if "head" in tree and tree["head"] in _HEADS:
        return _HEADS[tree["head"]](*(_decode(part, depth + 1) for part in tree.get("args", [])))
    for key, table in (("constant", _CONSTANTS), ("variable", _BOUND)):
        if key in tree and tree[key] in table:
            return table[tree[key]]
    if isinstance(tree.get("symbol"), str):
        return Symbol(tree["symbol"], positive=True) if tree.get("positive") is True else Symbol(tree["symbol"])
    if isinstance(tree.get("text"), str):
        return tree["text"]
    raise InvalidInput(f"unexpected entry with keys {sorted(tree)} in the JSON text of a law")


def _decode_law(tree: dict[str, Any], depth: int) -> Law:
    name = tree["type"]
    kind = _kind(name)
    known = set(kind.JSON_FIELDS) if hasattr(kind, "JSON_FIELDS") else {f.name.rstrip("_") for f in fields(kind)}
    given = {key: _decode(part, depth + 1) for key, part in tree.items() if key != "type"}
    if set(given) != known:
        raise InvalidInput(f"the JSON text of {name} must have the keys {', '.join(sorted(known))}, not {', '.join(sorted(given))}")
    try:
        law: Law = (kind.from_json_fields if hasattr(kind, "JSON_FIELDS") else kind)(**given)
    except (TypeError, AttributeError, ValueError) as error:
        raise InvalidInput(f"the JSON text of {name} has a field of the wrong kind: {error}; write it with law.to_json()") from None
    return law


def _kind(name: Any) -> Any:
    """The class of a law by its place in the package; nothing outside the rooms of laws is ever imported."""
    if not isinstance(name, str) or not _PLACE.fullmatch(name):
        raise InvalidInput(f"{shown(name)} is not a law that JSON text may name; a name reads like laws.semicircle.Semicircle")
    module, _, title = name.rpartition(".")
    try:
        kind = getattr(import_module(f"freealg.{module}"), title)
    except (ImportError, AttributeError):
        raise InvalidInput(f"there is no law {shown(name)}; a name reads like laws.semicircle.Semicircle") from None
    if not isinstance(kind, type) or not (issubclass(kind, Law) or hasattr(kind, "JSON_FIELDS")):
        raise InvalidInput(f"{shown(name)} is not a law; a name reads like laws.semicircle.Semicircle")
    return kind


def _number(text: str) -> Expr:
    top, _, bottom = text.partition("/")
    try:
        p, q = flint.fmpz(top), flint.fmpz(bottom or "1")
    except ValueError:
        raise InvalidInput(f"{shown(text[:40])} is not an exact number; write p or p/q") from None
    if q == 0:
        raise InvalidInput(f"{shown(text[:40])} has denominator 0; write p/q with q > 0")
    value = flint.fmpq(p, q)
    return Integer(int(value.p)) if value.q == 1 else Rational(int(value.p), int(value.q))
