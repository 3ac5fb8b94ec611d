"""Moments and free cumulants side by side."""

from __future__ import annotations

import csv
import html
import io
from dataclasses import dataclass
from typing import final

from sympy import Expr

from freealg.show.text import expression_latex, expression_text, long_latex, wrapped

__all__ = ["MomentTable"]

_WIDTH = 110
_LONG_NUMBER = 400


@final
@dataclass(frozen=True, repr=False)
class MomentTable:
    """m_1 ... m_n and kappa_1 ... kappa_n of one law, exact; prints, and exports LaTeX, CSV, HTML and a dictionary for JSON.

    >>> import freealg as fa
    >>> print(fa.Rademacher().moment_table(4))
    Discrete({-1: 1/2, 1: 1/2})
    n  m_n  kappa_n
    1  0    0
    2  1    1
    3  0    0
    4  1    -1
    """

    title: str
    moments: tuple[Expr, ...]
    free_cumulants: tuple[Expr, ...]

    def rows(self) -> list[tuple[int, str, str]]:
        """[(n, m_n, kappa_n)], the entries as text."""
        pairs = zip(self.moments, self.free_cumulants, strict=True)
        return [(n, expression_text(m), expression_text(kappa)) for n, (m, kappa) in enumerate(pairs, 1)]

    def __str__(self) -> str:
        rows = self.rows()
        order = max(1, len(str(len(rows))))
        column = max([3, *(len(m) for _, m, _ in rows)])
        if order + column + max([7, *(len(kappa) for *_, kappa in rows)]) + 4 > _WIDTH:
            return "\n".join([self.title, *_listed("m", [m for _, m, _ in rows]), "", *_listed("kappa", [kappa for *_, kappa in rows])])
        lines = [f"{'n':>{order}}  {'m_n':<{column}}  kappa_n"]
        lines += [f"{n:>{order}}  {m:<{column}}  {kappa}" for n, m, kappa in rows]
        return "\n".join([self.title, *lines])

    __repr__ = __str__

    def latex(self) -> str:
        """An `array` of n, m_n and kappa_n; long sums are broken into lines."""
        pairs = zip(self.moments, self.free_cumulants, strict=True)
        rows = [rf"{n} & {long_latex(m)} & {long_latex(kappa)} \\" for n, (m, kappa) in enumerate(pairs, 1)]
        return "\n".join([r"\begin{array}{rll}", r"n & m_n & \kappa_n \\ \hline", *rows, r"\end{array}"])

    def csv(self) -> str:
        """Three columns: n, moment, free_cumulant.

        >>> import freealg as fa
        >>> print(fa.FreePoisson(rate=2).moment_table(2).csv().replace("\\r", ""))
        n,moment,free_cumulant
        1,2,2
        2,6,2
        <BLANKLINE>
        """
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(("n", "moment", "free_cumulant"))
        writer.writerows(self.rows())
        return out.getvalue()

    def html(self) -> str:
        """A table whose entries are LaTeX, typeset by notebooks; numbers too long for that stay plain digits."""
        pairs = zip(self.moments, self.free_cumulants, strict=True)
        left = ' style="text-align: left"'  # notebooks align to the right unless told
        body = "".join(f"<tr><td>{n}</td><td{left}>{_cell(m)}</td><td{left}>{_cell(kappa)}</td></tr>" for n, (m, kappa) in enumerate(pairs, 1))
        head = f"<tr><th>$n$</th><th{left}>$m_n$</th><th{left}>$\\kappa_n$</th></tr>"
        return f"<table><caption>{html.escape(self.title)}</caption><thead>{head}</thead><tbody>{body}</tbody></table>"

    def as_dict(self) -> dict[str, str | list[str]]:
        """What goes to JSON: exact values as text, so that no integer is too long."""
        rows = self.rows()
        return {"law": self.title, "moments": [m for _, m, _ in rows], "free_cumulants": [kappa for *_, kappa in rows]}

    def _repr_html_(self) -> str:
        return self.html()

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


def _listed(name: str, entries: list[str]) -> list[str]:
    """One entry after the other, continuation lines under the first term."""
    margin = len(f"{name}_{len(entries)} = ")
    lines: list[str] = []
    for n, entry in enumerate(entries, 1):
        first, *others = wrapped(entry, _WIDTH - margin)
        lines += [f"{name}_{n}".ljust(margin - 3) + f" = {first}", *(" " * margin + other for other in others)]
    return lines


def _cell(value: Expr) -> str:
    text = expression_text(value)
    shown = text if value.is_Rational and len(text) > _LONG_NUMBER else f"${expression_latex(value)}$"
    return html.escape(shown)
