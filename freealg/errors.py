"""One family of errors: every refusal of freealg is a `FreeAlgError`, and its text names the object, the condition,
the value and the way out."""

from __future__ import annotations

import re
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
]


_BOUND = re.compile(r"\b_([gmxz])\b")


class FreeAlgError(ValueError):
    """The root of the family; catch it to catch every refusal of freealg."""


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
        return _BOUND.sub(r"\1", self._text)  # the bound variables of formulas print with an underscore

    def __repr__(self) -> str:
        return f"NoClosedForm({str(self)!r})"

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
    """Sampled matrices contradict the law at the stated significance."""
