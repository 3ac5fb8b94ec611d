"""SymPy expressions as text and LaTeX, with integers of any length, wrapped lines, and polynomials ordered by the powers of one variable."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Any, final

import flint
import sympy
from sympy import Expr, Symbol
from sympy.printing.latex import LatexPrinter
from sympy.printing.str import StrPrinter

__all__ = ["collected", "collected_latex", "digits", "expression_latex", "expression_text", "long_latex", "wrapped"]

_SYMBOLS = {"eps": r"\varepsilon", "lam": r"\lambda"}
_MARK = "\0"  # keeps a sign on the line of its term


def digits(number: int) -> str:
    """The decimal digits of an integer of any length; Python's own `str` refuses more than 4,300.

    >>> digits(-12), len(digits(7**20000))
    ('-12', 16902)
    """
    return str(flint.fmpz(int(number)).str())


def _positive_first(terms: list[Expr]) -> list[Expr]:
    """1 - x rather than -x + 1."""
    places = [k for k, term in enumerate(terms) if not term.could_extract_minus_sign()]
    if not places or places[0] == 0:
        return terms
    return [terms[places[0]], *terms[: places[0]], *terms[places[0] + 1 :]]


@final
class _Text(StrPrinter):
    def _as_ordered_terms(self, expr: Any, order: Any = None) -> Any:
        return _positive_first(list(super()._as_ordered_terms(expr, order=order)))

    def _print_int(self, expr: Any) -> str:
        return digits(expr)

    def _print_Integer(self, expr: Any) -> str:
        return digits(expr.p)

    def _print_Rational(self, expr: Any) -> str:
        return digits(expr.p) if expr.q == 1 else f"{digits(expr.p)}/{digits(expr.q)}"

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        below = expr.exp.is_Integer and expr.exp < -1
        return f"1/{self._print(expr.base**-expr.exp)}" if below else str(super()._print_Pow(expr, rational))


@final
class _Latex(LatexPrinter):
    def _as_ordered_terms(self, expr: Any, order: Any = None) -> Any:
        return _positive_first(list(super()._as_ordered_terms(expr, order=order)))

    def _print_Symbol(self, expr: Any, style: str = "plain") -> str:
        shown = _SYMBOLS.get(expr.name)
        if shown is None:
            shown = str(super()._print_Symbol(expr, style))
        return rf"\mathrm{{{shown}}}" if len(shown) > 1 and shown.isalpha() else shown

    def _print_int(self, expr: Any) -> str:
        return digits(expr)

    def _print_Rational(self, expr: Any) -> str:
        if expr.q == 1:
            return digits(expr.p)
        sign, top = ("- ", -expr.p) if expr.p < 0 else ("", expr.p)
        return rf"{sign}\frac{{{digits(top)}}}{{{digits(expr.q)}}}"


def expression_text(expr: Expr) -> str:
    """`str(expr)`, with integers of any length, and a sum that begins with a positive term where it has one.

    >>> expression_text(1/(1 - sympy.Symbol("x")) + sympy.Rational(1, 3))
    '1/3 + 1/(1 - x)'
    """
    return str(_Text().doprint(expr))


def expression_latex(expr: Expr) -> str:
    """`sympy.latex(expr)`, with integers of any length; `eps` and `lam` are Greek, other long names upright.

    >>> expression_latex(1 - sympy.Symbol("eps") / 3)
    '1 - \\\\frac{\\\\varepsilon}{3}'
    """
    return str(_Latex().doprint(expr))


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """`text` in lines of at most `width` characters where it can be broken; a line begins with the sign of its first term.

    >>> wrapped("a + bbb - cc", 7, "  ")
    ['a + bbb', '  - cc']
    """
    kept = text.replace(" + ", f" +{_MARK}").replace(" - ", f" -{_MARK}")
    lines = textwrap.wrap(kept, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return [line.replace(_MARK, " ") for line in lines] or [""]


def long_latex(expr: Expr, width: int = 100) -> str:
    """LaTeX of an expression; a sum whose source is longer than `width` is broken into the lines of an `aligned` block."""
    whole = expression_latex(expr)
    if len(whole) <= width or not expr.is_Add:
        return whole
    lines, line = [], ""
    for term in _signed(expression_latex(part) for part in expr.as_ordered_terms()):
        if line and len(line) + len(term) > width:
            lines.append(line)
            line = ""
        line += term
    lines.append(line)
    first = lines[0].removeprefix(" + ").strip()
    return r"\begin{aligned}[t] & " + r" \\ & {}".join([first, *(row.strip() for row in lines[1:])]) + r" \end{aligned}"


def _signed(terms: Iterable[str]) -> Iterable[str]:
    for term in terms:
        yield f" - {term[1:].lstrip()}" if term.startswith("-") else f" + {term}"


def collected(poly: sympy.Poly) -> str:
    """A polynomial as text, by falling powers of its first generator, each coefficient in one pair of parentheses.

    >>> G, z, s = sympy.symbols("G z s")
    >>> collected(sympy.Poly(2*s*G**2 - (z + s)*G + z - 1, G, z))
    '2*s*G**2 - (s + z)*G + (z - 1)'
    """
    return _joined(_rows(poly), expression_text, "*", lambda body: f"({body})")


def collected_latex(poly: sympy.Poly) -> str:
    """The same in LaTeX.

    >>> G, z, s = sympy.symbols("G z s")
    >>> collected_latex(sympy.Poly(2*s*G**2 - (z + s)*G + 1, G, z))
    '2 s G^{2} - \\\\left(s + z\\\\right) G + 1'
    """
    return _joined(_rows(poly), expression_latex, " ", lambda body: rf"\left({body}\right)")


def _rows(poly: sympy.Poly) -> list[tuple[Expr, Expr]]:
    """[(coefficient of x^k, x^k)] by falling k, for x the first generator."""
    x, rest = poly.gens[0], poly.gens[1:]
    groups: dict[int, list[Expr]] = {}
    for monomial, coefficient in poly.terms():
        others = sympy.Mul(*(Symbol(v.name) ** e for v, e in zip(rest, monomial[1:], strict=True)))
        groups.setdefault(monomial[0], []).append((coefficient * others).expand())
    return [(sympy.Add(*groups[k]), x**k) for k in sorted(groups, reverse=True)]


def _joined(rows: list[tuple[Expr, Expr]], show: Any, times: str, grouped: Any) -> str:
    pieces = []
    for coefficient, power in rows:
        negative = all(term.could_extract_minus_sign() for term in sympy.Add.make_args(coefficient))
        size = -coefficient if negative else coefficient
        body = grouped(show(size)) if size.is_Add else show(size)
        if power != 1:
            body = show(power) if size == 1 else f"{body}{times}{show(power)}"
        pieces.append((" - " if negative else " + ") + body)
    text = "".join(pieces)
    return text[3:] if text.startswith(" + ") else "-" + text[3:]
