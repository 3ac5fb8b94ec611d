"""`freealg moments EXPR N`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator

from freealg.cli.section import Section, values_of
from freealg.cli.subject import Subject, subject_of
from freealg.errors import NoClosedForm, NotFree
from freealg.show.tables import MomentTable

__all__ = ["run", "table_of"]

_SHOW: dict[str, Callable[[MomentTable], str]] = {"text": str, "latex": MomentTable.latex, "csv": MomentTable.csv, "html": MomentTable.html}


def run(options: Namespace) -> Iterator[Section]:
    """The table of moments and free cumulants."""
    table = table_of(subject_of(options.expression).bound(values_of(options.at)), options.count)
    yield Section(_SHOW[options.format](table).rstrip("\n"), {"expression": options.expression, **table.as_dict()})


def table_of(subject: Subject, count: int) -> MomentTable:
    """By the law; by the words of an element that has none or whose law is not known (a product that is not self-adjoint, a commutator)."""
    value = subject.value
    if not subject.is_element or value.is_self_adjoint:
        try:
            return subject.law().moment_table(count)
        except (NotFree, NoClosedForm):
            if not subject.is_element:
                raise
    return MomentTable(str(value), tuple(value.moments(count)), tuple(value.free_cumulants(count)))
