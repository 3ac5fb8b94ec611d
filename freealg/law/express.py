"""How a law is written in a form: memo, stated, lane, then the conversions in their written order; nothing is searched.

What was found is remembered on the law with the route to it, which `explain` prints.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from functools import cache
from inspect import signature
from typing import TYPE_CHECKING, Any, TypeVar, final

from freealg.errors import BudgetExceeded, NoClosedForm
from freealg.exact.context import exclusive
from freealg.forms import Form

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["Known", "affordable", "apart", "direct", "express", "known", "possible"]

F = TypeVar("F", bound=Form)
T = TypeVar("T")
_STATED = "stated"


@final
@dataclass
class Known:
    """A form of a law, how it was found, and the forms it was made from."""

    law: Law
    form: Any
    how: str
    parts: list[Known] = field(default_factory=list)

    def rule(self) -> str:
        """How it was found, on one line for a derivation."""
        return "by definition of the law" if self.how.startswith(_STATED) else " ".join(self.how.split())


_RUNNING: ContextVar[tuple[tuple[int, str], ...]] = ContextVar("running", default=())
_PARENT: ContextVar[Known | None] = ContextVar("parent", default=None)


def express(law: Law, form: type[F]) -> F:
    """`law` written as `form`; raises `NoClosedForm` with the reasons when no route leads there."""
    return known(law, form, conversions=True).form


def direct(law: Law, form: type[F]) -> F:
    """Like `express`, through statements and lanes only: no conversion is paid for."""
    return known(law, form, conversions=False).form


def possible(law: Law, form: type[F], conversions: bool = True) -> F | None:
    """The form, or None when there is no route."""
    try:
        return known(law, form, conversions).form
    except NoClosedForm:
        return None


def affordable(law: Law, form: type[F]) -> F | None:
    """The form, or None when there is no route, or none within the budget."""
    try:
        return possible(law, form)
    except BudgetExceeded:
        return None


def known(law: Law, form: type[Form], conversions: bool) -> Known:
    """The form with its route."""
    memo = law.memo
    found = memo.get(form.name)
    if found is None:
        found = copy_context().run(_search, law, form, conversions)
        memo[form.name] = found
    parent = _PARENT.get()
    if parent is not None:
        parent.parts.append(found)
    return found


def apart(rule: Callable[[], T]) -> T:
    """rule() as no part of the derivation that is being written down: for what is found when first asked for, whoever asks."""
    token = _PARENT.set(None)
    try:
        return rule()
    finally:
        _PARENT.reset(token)


def _search(law: Law, form: type[Form], conversions: bool) -> Known:
    """`_find` in a context of its own: what runs is forgotten with it, an interruption at any place included."""
    key = (id(law), form.name)
    if key in _RUNNING.get():
        raise NoClosedForm(f"the {form.title} of {law} is being asked for to find itself", ())
    _RUNNING.set((*_RUNNING.get(), key))
    with exclusive():
        return law.memo.get(form.name) or _find(law, form, conversions)


def _find(law: Law, form: type[Form], conversions: bool) -> Known:
    reasons: list[str] = []
    for how, rule in _rules(law, form, conversions):
        entry = Known(law, None, how)
        parent = _PARENT.set(entry)
        try:
            entry.form = rule()
            return entry
        except NoClosedForm as error:
            reasons += error.reasons
        finally:
            _PARENT.reset(parent)
    told = tuple(dict.fromkeys(reasons))
    raise NoClosedForm(lambda: f"no {form.title} in closed form is known for {law}: {'; '.join(told) or 'no rule leads there'}", told)


def _rules(law: Law, form: type[Form], conversions: bool) -> list[tuple[str, Callable[[], Any]]]:
    from freealg.law.conversions import CONVERSIONS

    rules: list[tuple[str, Callable[[], Any]]] = []
    stated = getattr(law, f"state_{form.name}", None)
    if stated is not None:
        rules.append((_STATED, stated))
    lane = getattr(law, f"lane_{form.name}", None)
    if lane is not None:
        rules.append((lane.__doc__.strip() if lane.__doc__ else "lane", lambda: lane(*_operands(law, form, conversions))))
    if conversions:
        for conversion in CONVERSIONS.get(form.name, ()):
            rules.append((str(conversion.__doc__).strip(), lambda rule=conversion: rule(law)))  # type: ignore[misc]
    return rules


@cache
def _takes_operands(lane: Callable[..., Any]) -> bool:
    return len(signature(lane).parameters) > 1


def _operands(law: Law, form: type[Form], conversions: bool) -> list[Any]:
    """The operands' forms; a lane that takes none (it finds its own way) is not made to pay for them."""
    if not _takes_operands(getattr(type(law), f"lane_{form.name}")):
        return []
    return [known(operand, form, conversions).form for operand in law.operands]
