"""A derivation: numbered steps, each with its rule in words and its formulas, as text, Markdown and LaTeX."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import sympy
from sympy import Expr

from freealg.show.prose import prose_latex
from freealg.show.text import collected, collected_latex, expression_text, long_latex, wrapped

__all__ = ["CONVENTIONS", "Derivation", "Formula", "Step", "equality", "zero_set"]

_WIDTH = 110
_INDENT = "     "


@final
@dataclass(frozen=True)
class Formula:
    """One formula, as text and as LaTeX (without dollars)."""

    text: str
    latex: str


CONVENTIONS = (
    Formula("G(z) = E[1/(z - X)], Im z > 0", r"G(z) = \mathbb{E}\,(z - X)^{-1},\ \operatorname{Im} z > 0"),
    Formula("M(z) = z G(z) - 1 = sum m_n z^-n", r"M(z) = z G(z) - 1 = \sum_n m_n z^{-n}"),
    Formula("R(G(z)) + 1/G(z) = z, R(g) = sum kappa_(n+1) g^n", r"R(G(z)) + 1/G(z) = z,\ R(g) = \sum_n \kappa_{n+1} g^n"),
    Formula("S(m) = (1 + m)/(m M^-1(m))", r"S(m) = (1 + m)/(m\, M^{\langle -1\rangle}(m))"),
)


def equality(left: Formula, right: Expr) -> Formula:
    """left = right.

    >>> equality(Formula("R(g)", "R(g)"), 2 * sympy.Symbol("g"))
    Formula(text='R(g) = 2*g', latex='R(g) = 2 g')
    """
    return Formula(f"{left.text} = {expression_text(right)}", f"{left.latex} = {long_latex(right)}")


def zero_set(poly: sympy.Poly) -> Formula:
    """poly = 0, by falling powers of its first generator."""
    return Formula(f"{collected(poly)} = 0", f"{collected_latex(poly)} = 0")


@final
@dataclass(frozen=True)
class Step:
    """`what` of `subject`, found by the rule `how`: the formulas, and remarks on them (what was dropped and why)."""

    what: str
    subject: Formula
    how: str
    formulas: tuple[Formula, ...]
    remarks: tuple[Formula, ...] = ()


@final
@dataclass(frozen=True, repr=False)
class Derivation:
    """How something about a law was found; `str` for the terminal, `markdown` and `latex` for notebooks and papers.

    >>> from sympy import Symbol
    >>> mu = Formula("mu", r"\\\\mu")
    >>> step = Step("R-transform", mu, "by definition", (equality(Formula("R(g)", "R(g)"), Symbol("g")),))
    >>> print(Derivation("R-transform", (), (), (step,)))
    R-transform
    <BLANKLINE>
    1. R-transform of mu (by definition):
         R(g) = g
    """

    title: str
    conventions: tuple[Formula, ...]
    names: tuple[Formula, ...]
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        lines = [self.title, ""]
        if self.conventions:
            lines += wrapped("Conventions: " + "; ".join(c.text for c in self.conventions) + ".", _WIDTH, "  ")
        if self.names:
            lines += ["Notation: " + self.names[0].text, *("          " + name.text for name in self.names[1:])]
        lines += [""] if len(lines) > 2 else []
        for number, step in enumerate(self.steps, 1):
            lines += _step_text(number, step)
        return "\n".join(lines)

    __repr__ = __str__

    def markdown(self) -> str:
        """Numbered steps with display formulas in dollars."""
        lines = [f"**{prose_latex(self.title)}**", ""]
        if self.conventions:
            lines += ["Conventions: " + "; ".join(f"${c.latex}$" for c in self.conventions) + ".", ""]
        if self.names:
            lines += ["Notation: " + "; ".join(f"${name.latex}$" for name in self.names) + ".", ""]
        for number, step in enumerate(self.steps, 1):
            lines += [f"{number}. {_heading_latex(step)}:", ""]
            lines += [f"   $$ {formula.latex} $$\n" for formula in step.formulas]
            lines += [f"   {remark.latex}\n" for remark in step.remarks]
        return "\n".join(lines).rstrip() + "\n"

    def latex(self) -> str:
        """A paragraph and an `enumerate` that compile with amsmath and amssymb."""
        lines = [rf"\noindent\textbf{{{prose_latex(self.title)}.}}"]
        if self.conventions:
            lines.append("Conventions: " + "; ".join(f"${c.latex}$" for c in self.conventions) + ".")
        if self.names:
            lines.append("Notation: " + "; ".join(f"${name.latex}$" for name in self.names) + ".")
        lines.append(r"\begin{enumerate}")
        for step in self.steps:
            lines.append(rf"\item {_heading_latex(step)}:")
            lines += [rf"\[ {formula.latex} \]" for formula in step.formulas]
            lines += [remark.latex for remark in step.remarks]
        return "\n".join([*lines, r"\end{enumerate}"])

    def as_dict(self) -> dict[str, object]:
        """What goes to JSON: the steps with their rules and formulas as text."""
        steps = [
            {"what": s.what, "of": s.subject.text, "rule": s.how, "formulas": [f.text for f in s.formulas], "remarks": [r.text for r in s.remarks]}
            for s in self.steps
        ]
        return {"title": self.title, "notation": [name.text for name in self.names], "steps": steps}

    def _repr_markdown_(self) -> str:
        return self.markdown()


def _step_text(number: int, step: Step) -> list[str]:
    lines = wrapped(f"{number}. {step.what} of {step.subject.text} ({step.how}):", _WIDTH, "   ")
    for formula in step.formulas:
        lines += [_INDENT + line for line in wrapped(formula.text, _WIDTH - len(_INDENT), "    ")]
    for remark in step.remarks:
        lines += [_INDENT + line for line in wrapped(remark.text, _WIDTH - len(_INDENT))]
    return lines


def _heading_latex(step: Step) -> str:
    return f"{step.what} of ${step.subject.latex}$ ({prose_latex(step.how)})"
