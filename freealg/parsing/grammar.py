"""The grammar of expressions; LALR, so that reading takes time and memory in proportion to the text."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from lark import Lark

__all__ = ["DESCRIPTIONS", "OPERAND", "OPERATOR", "reader"]

_GRAMMAR = r"""
start: expr
values: binding ("," binding)*
numbers: expr ("," expr)*
binding: NAME "=" expr

?expr: term
     | expr PLUS term            -> binary
     | expr MINUS term           -> binary
     | expr BOXPLUS term         -> binary
?term: factor
     | term TIMES factor         -> binary
     | term OVER factor          -> binary
     | term AT factor            -> binary
     | term BOXTIMES factor      -> binary
?factor: power
     | MINUS factor              -> unary
     | PLUS factor               -> unary
?power: postfix
     | postfix POWER exponent    -> binary
?exponent: power
     | MINUS exponent            -> unary
?postfix: atom
     | postfix POWER BOXPLUS atom            -> free_power
     | postfix POWER BOXTIMES atom           -> free_power
     | postfix POWER "(" BOXPLUS expr ")"    -> free_power
     | postfix POWER "(" BOXTIMES expr ")"   -> free_power
     | postfix POWER "{" BOXPLUS expr "}"    -> free_power
     | postfix POWER "{" BOXTIMES expr "}"   -> free_power
?atom: NUMBER                    -> number
     | NAME                      -> symbol
     | NAME "(" [arguments] ")"  -> call
     | "(" expr ")"
arguments: argument ("," argument)*
?argument: expr
     | mapping
     | NAME "=" expr             -> keyword
     | NAME "=" mapping          -> keyword
mapping: "{" pair ("," pair)* "}"
pair: expr ":" expr

PLUS: "+"
MINUS: /[-−]/
TIMES: /[*·]/
OVER: "/"
AT: "@"
POWER: /\*\*|\^/
BOXPLUS: /\[\s*\+\s*\]|⊞/
BOXTIMES: /\[\s*[x*]\s*\]|⊠/
NUMBER: /([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?/
NAME: /[A-Za-z\u0370-\u03ff][A-Za-z0-9_\u0370-\u03ff]*/
%ignore /[ \t\r\n]+/
"""

OPERATOR = "an operator"
OPERAND = "a number, a name or '('"
DESCRIPTIONS = {
    **dict.fromkeys(("PLUS", "TIMES", "OVER", "AT", "POWER", "BOXPLUS", "BOXTIMES"), OPERATOR),
    **dict.fromkeys(("NUMBER", "NAME", "LPAR"), OPERAND),
    "RPAR": "')'",
    "COMMA": "','",
    "COLON": "':'",
    "EQUAL": "'='",
    "LBRACE": "'{'",
    "RBRACE": "'}'",
    "$END": "the end of the text",
}
"""What stands in an error message for a terminal of the grammar; a minus sign says nothing, as it may stand anywhere."""


@lru_cache(maxsize=8)
def reader(start: str, transformer: Any) -> Lark:
    """The parser that begins at rule `start`; every rule it has read goes to `transformer` at once, so no tree is built and nothing recurses."""
    return Lark(_GRAMMAR, start=start, parser="lalr", transformer=transformer, maybe_placeholders=True)
