"""`freealg.parse`: text in, a law or an element out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lark import Token, UnexpectedCharacters, UnexpectedToken
from sympy import Expr

from freealg.errors import ParseError
from freealg.parsing.grammar import DESCRIPTIONS, OPERAND, OPERATOR, reader
from freealg.parsing.meaning import Meaning, RefusedError, kind_of

if TYPE_CHECKING:
    from freealg.elements.expression import Element
    from freealg.law.law import Law

__all__ = ["parse", "parse_numbers", "parse_values"]

_MOST_CHARACTERS = 2_000
_MOST_NESTING = 50
_EXCERPT = 24
_MEANING = Meaning()
_AMBIGUOUS_POWER = re.compile(r"(\^|\*\*)\s*(\[\s*[+x*]\s*\]|[⊞⊠])\s*[0-9.]+\s*(?=/)")


def parse(text: str) -> Element | Law:
    """The law or element that `text` writes down.

    Numbers and symbols: `1/2`, `0.125`, `phi`, `sqrt(2)`, with + - * / ^.
    Elements: `wigner(variance)`, `wishart(ratio, variance)`, `haar_projection(p)`, `identity()`, `deterministic(law)`, with + - * @ and ^.
    Laws: `mp(ratio, variance)`, `semicircle(mean, variance)`, `projection(p)`, `discrete({location: mass})`, ... with [+] and [x] (or ⊞ and ⊠),
    the free powers `law^[+](t)` and `law^[x](t)`, `compress(law, t)`, `a*law + b`.
    Networks: `jacobian(relu, 3)`, `jacobian(hard_tanh, L, weights=orthogonal, q=1/10)`, `hessian(phi, eps)`, `nonlinear_gram(relu, phi, psi)`,
    `universal_jacobian(smooth, t)`.
    A law added to an element or to another law, or joined by @, is lifted to `Deterministic(law)`.

    Raises `ParseError` with the position; what the laws themselves refuse, they refuse with their own errors. Nothing is evaluated but this grammar.

    >>> parse("mp(1/2) [+] projection(1/3)")
    boxplus(MarchenkoPastur(ratio=1/2), Discrete({0: 2/3, 1: 1/3}))
    >>> parse("2*semicircle(0, s) - 1")
    Semicircle(mean=-1, variance=4*s)
    """
    value = _read(text, "start")
    if kind_of(value) == "number":
        raise ParseError(f"{_excerpt(text, 0)} is a number, and a law or an element was expected, such as wishart(phi) + wigner(2*eps)")
    return value


def parse_values(text: str) -> dict[str, Expr]:
    """The values of symbols in `phi=1/2, eps=1/8`.

    >>> parse_values("phi=1/2, eps=0.125")
    {'phi': 1/2, 'eps': 1/8}
    """
    values: dict[str, Expr] = {}
    for name, value in _read(text, "values"):
        if kind_of(value) != "number":
            raise ParseError(f"the value of {name} in {_excerpt(text, 0)} must be a number; for example phi=1/2")
        if name in values:
            raise ParseError(f"{name} has two values in {_excerpt(text, 0)}; give one")
        values[name] = value
    return values


def parse_numbers(text: str) -> list[Expr]:
    """The numbers in `0, 1/2, sqrt(2)`.

    >>> parse_numbers("0, 1/2")
    [0, 1/2]
    """
    values: list[Expr] = _read(text, "numbers")
    if any(kind_of(value) != "number" for value in values):
        raise ParseError(f"{_excerpt(text, 0)} must be numbers separated by commas; for example 0, 1/2, sqrt(2)")
    return values


def _read(text: str, start: str) -> Any:
    _check_size(text)
    try:
        return reader(start, _MEANING).parse(text)
    except UnexpectedCharacters as error:
        place = error.pos_in_stream or 0
        raise _error(text, place, f"the character {text[place]!r} has no meaning there") from None
    except UnexpectedToken as error:
        raise _unexpected(text, error) from None
    except RefusedError as error:
        raise _error(text, error.token.start_pos or 0, error.reason) from None


def _check_size(text: str) -> None:
    if not isinstance(text, str):
        raise ParseError(f"parse reads text, not {type(text).__name__}; for example parse('mp(1/2)')")
    if not text.strip():
        raise ParseError("the text is empty; an expression reads like wishart(phi) + wigner(2*eps), values like phi=1/2, numbers like 0, 1/2")
    if len(text) > _MOST_CHARACTERS:
        raise ParseError(f"the text has {len(text)} characters, and at most {_MOST_CHARACTERS} are read; build long expressions in Python")
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if depth > _MOST_NESTING:
            raise _error(text, place, f"brackets are nested deeper than {_MOST_NESTING}")
    ambiguous = _AMBIGUOUS_POWER.search(text)
    if ambiguous:
        raise _error(text, ambiguous.end(), "'/' after a free power can be read in two ways; write ^[x](1/2), or (law^[x]2)/3")


def _unexpected(text: str, error: UnexpectedToken) -> ParseError:
    token: Token = error.token
    possible = {DESCRIPTIONS[name] for name in error.accepts if name in DESCRIPTIONS}
    wanted = sorted(possible - {OPERATOR} if OPERAND in possible else possible)
    expected = " or ".join([", ".join(wanted[:-1]), wanted[-1]] if len(wanted) > 1 else wanted)
    if token.type == "$END":
        return _error(text, len(text), f"the text ends where {expected} was expected")
    return _error(text, token.start_pos or 0, f"found {str(token)!r} where {expected} was expected")


def _error(text: str, place: int, reason: str) -> ParseError:
    return ParseError(f"cannot read {_excerpt(text, place)} at character {place + 1}: {reason}")


def _excerpt(text: str, place: int) -> str:
    """The text around a place, on one line."""
    low, high = max(0, place - _EXCERPT), place + _EXCERPT
    if len(text) <= 2 * _EXCERPT:
        low, high = 0, len(text)
    return ("..." if low else "") + repr(text[low:high]) + ("..." if high < len(text) else "")
