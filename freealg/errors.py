"""One family of errors: every refusal of freealg is a `FreeAlgError`, and its text names the object, the condition,
the value and the way out."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Callable
from typing import Any, final

__all__ = [
    "BudgetExceeded",
    "FreeAlgError",
    "InvalidInput",
    "NoClosedForm",
    "NotALaw",
    "NotFree",
    "ParseError",
    "StatisticalMismatch",
    "UnboundParameters",
    "Undecided",
    "UndefinedMoments",
    "shown",
]


_LONGEST = 1_000
_HEAD, _TAIL = 550, 400
_BOUND = re.compile(r"\b_([gmxz])\b")


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_HEAD]} [...] {line[-_TAIL:]}"


class FreeAlgError(ValueError):
    """The root of the family; catch it to catch every refusal of freealg.

    The text is one line of at most 1,000 characters; what is longer loses its middle, so that the object and the way out are kept.
    """

    def __init__(self, text: str = "") -> None:
        super().__init__(_line(str(text)))


@final
class InvalidInput(FreeAlgError):
    """A parameter, a shape or an unknown name does not satisfy the stated condition."""


@final
class NotALaw(FreeAlgError):
    """The formal answer is not a probability measure; the text carries the proof."""


@final
class Undecided(FreeAlgError):
    """Neither a proof that the formal answer is a law nor a proof that it is not was found."""


@final
class NoClosedForm(FreeAlgError):
    """The quantity exists but has no closed form of the kind asked for; the text says what to ask instead.

    `reasons` are the conditions that failed on the routes that were tried.
    """

    def __init__(self, text: str | Callable[[], str], reasons: tuple[str, ...] | None = None) -> None:
        super().__init__()
        self._text = text  # a function where writing it costs more than the search that fails and goes on
        self.reasons = (str(self),) if reasons is None else reasons

    def __str__(self) -> str:
        if callable(self._text):
            self._text = self._text()
        return _line(_BOUND.sub(r"\1", self._text))  # the bound variables of formulas print with an underscore

    def __reduce__(self) -> Any:
        return NoClosedForm, (str(self), self.reasons)


@final
class UndefinedMoments(FreeAlgError):
    """The law has no moments (or not that many): a Cauchy law, or the inverse of a law that reaches 0."""


@final
class UnboundParameters(FreeAlgError):
    """A number was asked of a law with symbols that have no value yet; bind them with `law.subs({symbol: value})`."""


@final
class BudgetExceeded(FreeAlgError):
    """The predicted cost is over the budget; nothing was started."""


@final
class NotFree(FreeAlgError):
    """A law was asked of an expression whose terms are not free from each other."""


@final
class ParseError(FreeAlgError):
    """The text is not in the grammar of expressions."""


@final
class StatisticalMismatch(FreeAlgError, AssertionError):
    """Sampled matrices contradict the law at the stated significance; the text ends with the table of the comparison, line by line."""

    def __init__(self, text: str = "") -> None:
        ValueError.__init__(self, text)


@final
class _Shown(reprlib.Repr):
    """`reprlib.Repr` for values of any kind: nothing that a `repr` raises gets out."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel, self.maxstring, self.maxother = 3, 60, 120
        self.maxlist = self.maxtuple = self.maxdict = self.maxset = self.maxfrozenset = 4

    def repr_int(self, x: int, level: int) -> str:
        """The digits, or how many there are; Python itself refuses to print more than 4,300."""
        bits = x.bit_length()
        return repr(x) if bits < 300 else f"{'-' if x < 0 else ''}(a number of about {bits * 30103 // 100000 + 1} digits)"

    def repr_instance(self, x: Any, level: int) -> str:
        """The repr on one line, its middle cut out where it is long."""
        try:
            text = " ".join(repr(x).split())
        except Exception:  # a repr may raise anything: this text is for an error message, which must not fail
            whole = type(x).__name__ == "Integer" and isinstance(getattr(x, "p", None), int)
            return self.repr_int(int(x.p), level) if whole else f"(a value of type {type(x).__name__} that cannot be printed)"
        return text if len(text) <= self.maxother else f"{text[:70]} [...] {text[-40:]}"


_SHOWN = _Shown()


def shown(value: object) -> str:
    """`repr(value)` for an error message: one line, bounded, whatever the value is.

    >>> shown(list(range(100))), shown(10**5000)
    ('[0, 1, 2, 3, ...]', '(a number of about 5001 digits)')
    """
    return _SHOWN.repr(value)
