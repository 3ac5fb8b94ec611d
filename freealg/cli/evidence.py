"""Sampled matrices against a law: the table of `Element.verify`, and the eigenvalues for a picture."""

from __future__ import annotations

import os
from typing import Any

from freealg.cli.section import Section, heading, json_number
from freealg.elements.expression import Element
from freealg.errors import InvalidInput, shown
from freealg.law.law import Law
from freealg.matrices.statistics import eigenvalues, ks_distance
from freealg.show.plot import new_axes, save_figure

__all__ = ["check_section", "picture_section", "require_check", "require_picture", "sampled_eigenvalues"]

_SMALLEST = 40
_LONGEST_TITLE = 80


def require_check(n: int | None) -> None:
    """Refuse a size that is too small for the error bars, before anything is computed."""
    if n is not None and n < _SMALLEST:
        raise InvalidInput(f"a check needs matrices of size {_SMALLEST} at least, not {n}; 200 to 1000 is usual")


def require_picture(path: str | None) -> None:
    """Refuse a picture that cannot be written, before anything is computed: matplotlib, the folder, the ending."""
    if path is None:
        return
    formats = new_axes(detached=True).figure.canvas.get_supported_filetypes()
    folder, ending = os.path.dirname(path) or ".", os.path.splitext(path)[1]
    if not os.path.isdir(folder):
        raise InvalidInput(f"the picture {shown(path)} cannot be written: there is no folder {shown(folder)}; make it first")
    if ending.lower().removeprefix(".") not in formats:
        raise InvalidInput(f"the picture {shown(path)} cannot be written: its name must end in .png, .pdf or .svg, not in {shown(ending)}")


def check_section(element: Element, n: int, seed: int, trials: int) -> Section:
    """Moments, G and the distribution function of sampled matrices against the exact ones, with error bars and p-values."""
    require_check(n)
    report: Any = element.verify(n, rng=seed, trials=trials)
    rows = [{"statistic": row.name, **{key: json_number(getattr(row, key)) for key in ("theory", "observed", "error", "z")}} for row in report.rows]
    verdict = "the samples agree with the law" if report.passed() else "THE SAMPLES CONTRADICT THE LAW"
    text = f"{heading('Sampled matrices')}\n{element}\n{report}\n{verdict}"
    data = {"rows": rows, "ks_distance": json_number(report.ks), "p_value": json_number(report.p_value), "passed": bool(report.passed())}
    return Section(text, {"check": data})


def sampled_eigenvalues(element: Element, n: int, seed: int) -> Any:
    """The eigenvalues of one n x n sample."""
    return eigenvalues(element.sample(n, rng=seed))


def picture_section(law: Law, path: str, title: str, spectrum: Any = None) -> Section:
    """The density, over the histogram of a sampled spectrum where there is one, in a file."""
    axes = new_axes(title if len(title) <= _LONGEST_TITLE else f"{title[:_LONGEST_TITLE]}...", detached=True)
    if spectrum is None:
        law.plot(ax=axes)
        save_figure(axes, path)
        return Section(f"picture: {path}", {"plot": path})
    law.compare(spectrum, ax=axes)
    save_figure(axes, path)
    distance = ks_distance(spectrum, law.cdf)
    text = f"one sample of size {spectrum.size}: Kolmogorov-Smirnov distance {distance:.3g}\npicture: density over its histogram in {path}"
    return Section(text, {"plot": path, "sample_ks_distance": distance})
