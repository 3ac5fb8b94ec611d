"""`freealg density EXPR --at ...`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import Any

import mpmath
from sympy import Expr

from freealg.cli.evidence import picture_section, require_picture
from freealg.cli.section import Section, json_number, require_bound, values_of
from freealg.cli.spectrum import spectrum_section
from freealg.cli.subject import subject_of
from freealg.errors import InvalidInput
from freealg.exact.coerce import exact
from freealg.law.law import Law
from freealg.parsing import parse_numbers
from freealg.show.plot import spectral_grid
from freealg.show.text import expression_text

__all__ = ["run"]

_MOST_POINTS = 100_000
_MOST_DIGITS = 1_000


def run(options: Namespace) -> Iterator[Section]:
    """The spectrum in words, then x, density and distribution function in columns."""
    subject = subject_of(options.expression).bound(values_of(options.at))
    require_bound(subject.value, "the density")
    require_picture(options.plot)
    law = subject.law()
    points = parse_numbers(options.x) if options.x is not None else _grid(law, options.points)
    if options.dps is not None and not 1 <= options.dps <= _MOST_DIGITS:
        raise InvalidInput(f"--dps must be from 1 to {_MOST_DIGITS}, not {options.dps}; leave it out for double precision")
    spectrum = spectrum_section(law, f"Spectrum of {law}")
    yield Section(spectrum.text, {"expression": subject.text, "law": str(law), **spectrum.data})
    values = _values(law, points, options.dps)
    columns = {"x": [_point(x) for x in points], "density": [y for y, _ in values], "distribution": [f for _, f in values]}
    yield Section(_table(columns), {key: [json_number(entry) for entry in column] for key, column in columns.items()})
    if options.plot:
        yield picture_section(law, options.plot, subject.text)


def _grid(law: Law, count: int) -> list[Expr]:
    intervals = law.support_intervals()
    if not 2 <= count <= _MOST_POINTS:
        raise InvalidInput(f"--points must be from 2 to {_MOST_POINTS}, not {count}; a few hundred draw a smooth curve")
    if any(end.is_infinite for interval in intervals for end in interval):
        raise InvalidInput(f"the support of {law} is unbounded; name the points with --x")
    return [exact(float(x), "x") for x in spectral_grid([(float(a), float(b)) for a, b in intervals], count)]


def _values(law: Law, points: list[Expr], dps: int | None) -> list[tuple[Any, Any]]:
    """(density, distribution function): floats, or text of `dps` digits."""
    if any(not point.is_real for point in points):
        raise InvalidInput("the points of --x must be real numbers; write --x 0,1/2,sqrt(2)")
    if dps is None:
        return [(law.pdf(float(x)), law.cdf(float(x))) for x in points]
    return [(mpmath.nstr(law.pdf(x, dps=dps), dps), mpmath.nstr(law.cdf(x, dps=dps), dps)) for x in points]


def _table(columns: dict[str, list[Any]]) -> str:
    shown = [[name, *(f"{entry:.16g}" if isinstance(entry, float) else str(entry) for entry in column)] for name, column in columns.items()]
    widths = [max(map(len, column)) for column in shown]
    rows = zip(*shown, strict=True)
    return "\n".join("  ".join(entry.ljust(width) for entry, width in zip(row, widths, strict=True)).rstrip() for row in rows)


def _point(x: Expr) -> str:
    return expression_text(x) if x.is_Rational and x.q < 1000 else f"{float(x):.16g}"
