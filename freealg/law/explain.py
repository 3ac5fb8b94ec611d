"""How a form of a law was found: the route that `express` remembers, written out step by step."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, final

from sympy import Expr, Poly, Symbol

from freealg.errors import InvalidInput, shown
from freealg.exact.coerce import whole_number
from freealg.exact.curve import Curve
from freealg.exact.elimination import resultant
from freealg.exact.factoring import factored
from freealg.forms import AtomicPart, Atoms, CauchyEquation, CauchyTransform, Density, Form, FreeCumulants, Moments, RTransform, STransform
from freealg.law.express import Known, affordable, known
from freealg.show.derivation import CONVENTIONS, Derivation, Formula, Step, equality, zero_set
from freealg.show.text import collected, collected_latex, expression_latex, expression_text

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["Writer", "explain", "explain_forms", "support_steps"]

_FORMS: dict[str, type[Form]] = {
    form.name: form for form in (RTransform, STransform, CauchyTransform, CauchyEquation, Moments, FreeCumulants, AtomicPart)
}
_BRIEF, _MOST_TERMS = 4, 1_000
_LARGE = 300
_QUADRATIC = 2


def explain(law: Law, what: Any = CauchyEquation, order: int = 6) -> Derivation:
    """The derivation of one form of `law`, with every intermediate result.

    `what` is the name of an exact query ("r_transform", "moments", "density", "recurrence", "support", ...) or a class of `freealg.forms`; `order`
    is the number of moments or free cumulants shown. Raises what the query itself raises.

    >>> import freealg as fa
    >>> print(explain(fa.boxplus(fa.MarchenkoPastur(), fa.Semicircle()), "r_transform"))
    R-transform of mu
    <BLANKLINE>
    Conventions: G(z) = E[1/(z - X)], Im z > 0; M(z) = z G(z) - 1 = sum m_n z^-n; R(G(z)) + 1/G(z) = z, R(g) = sum
      kappa_(n+1) g^n; S(m) = (1 + m)/(m M^-1(m)).
    Notation: mu = boxplus(MarchenkoPastur(), Semicircle())
              mu_1 = MarchenkoPastur()
              mu_2 = Semicircle()
    <BLANKLINE>
    1. R-transform of mu_1 (by definition of the law):
         R_1(g) = 1/(1 - g)
    2. R-transform of mu_2 (by definition of the law):
         R_2(g) = g
    3. R-transform of mu (R-transforms add):
         R(g) = g + 1/(1 - g)
    """
    from freealg.law.explain_queries import derived

    count = _terms(order)
    if isinstance(what, str) and what in ("support", "support_intervals"):
        writer = Writer(law, _BRIEF)
        support_steps(writer, law)
        return writer.derivation("Support of mu")
    query = derived(law, "density" if what is Density else what, count)
    if query is not None:
        return query
    form = _form(what)
    return explain_forms(law, (form,), count, f"{form.title[0].upper()}{form.title[1:]} of mu")


def explain_forms(law: Law, forms: tuple[type[Form], ...], order: int = 6, title: str = "Derivation of mu") -> Derivation:
    """One derivation for several forms, in which every intermediate result stands once."""
    writer = Writer(law, _terms(order))
    for form in forms:
        if form in (Moments, FreeCumulants, STransform):
            law.require_moments()
        writer.write(_route(law, form))
    return writer.derivation(title)


def _terms(order: Any) -> int:
    count = whole_number(order)
    if count is None or not 1 <= count <= _MOST_TERMS:
        raise InvalidInput(f"a derivation shows from 1 to {_MOST_TERMS} moments or free cumulants, not {shown(order)}; change order")
    return count


def _form(what: Any) -> type[Form]:
    if isinstance(what, type) and issubclass(what, Form):
        return what
    from freealg.law.explain_queries import DERIVED

    names = {**_FORMS, "atoms": AtomicPart, "equation": CauchyEquation}
    if not isinstance(what, str) or what not in names:
        raise InvalidInput(
            f"explain knows {', '.join(sorted([*names, *DERIVED, 'support']))} and the forms of freealg.forms, not {shown(what)}; "
            "the default is 'cauchy_equation'"
        )
    return names[what]


def _route(law: Law, form: type[Form]) -> Known:
    if form is AtomicPart:
        masses = AtomicPart(tuple(law.atoms().items()))
        entry = law.memo.get(form.name)
        return entry if entry is not None else Known(law, masses, "the poles of G on the real axis")
    return known(law, form, conversions=True)


@final
class Writer:
    """Collects steps; every law gets a name when it is first met."""

    def __init__(self, law: Law, order: int) -> None:
        self.root = law
        self.order = order
        self.names: dict[Law, int] = {law: 0}
        self.steps: list[Step] = []
        self._seen: set[tuple[Law, str]] = set()
        taken = {symbol.name for symbol in law.free_symbols}
        self.G, self.z, self.g, self.m = (Symbol(name if name not in taken else name + "'") for name in ("G", "z", "g", "m"))

    def write(self, entry: Known) -> None:
        """The steps that lead to `entry`, then its own."""
        key = (entry.law, entry.form.name)
        if key in self._seen:
            return
        self._seen.add(key)
        for part in entry.parts:
            if not _is_idle(entry, part):
                self.write(part)
        index = self.names.setdefault(entry.law, len(self.names))
        formulas, remarks = _SHOW[type(entry.form)](self, entry, _tag(index))
        self.steps.append(Step(entry.form.title, _name(index), entry.rule(), tuple(formulas), tuple(remarks)))

    def derivation(self, what: str) -> Derivation:
        """The steps as a value."""
        names = tuple(
            Formula(f"{_name(k).text} = {law!r}", f"{_name(k).latex} = {law.latex()}") for law, k in sorted(self.names.items(), key=lambda p: p[1])
        )
        return Derivation(what, CONVENTIONS, names, tuple(self.steps))

    def terms(self, entry: Known) -> list[Expr]:
        """The first terms of a sequence: all that was asked for the law itself, a few for what it is made of."""
        count = self.order if entry.law is self.root else min(self.order, _BRIEF)
        return list(entry.form.first(count))


def _is_idle(entry: Known, part: Known) -> bool:
    """Moments that were at hand to choose a factor, where there was nothing to choose."""
    form = entry.form
    return type(form) is CauchyEquation and type(part.form) is Moments and (form.choice is None or not form.choice.rejected)


def _tag(index: int) -> str:
    return f"_{index}" if index else ""


def _name(index: int) -> Formula:
    return Formula(f"mu{_tag(index)}", rf"\mu_{{{index}}}" if index else r"\mu")


def _symbol(letter: str, tag: str, argument: Symbol) -> Formula:
    index = f"_{{{tag[1:]}}}" if tag else ""
    return Formula(f"{letter}{tag}({argument})", f"{letter}{index}({argument})")


# -- one way to show each form: (formulas, remarks) -----------------------------------------------------------------------

Shown = tuple[list[Formula], list[Formula]]


def _show_transform(letter: str, argument: str, tidied: Callable[[Expr], Expr] = lambda expr: expr) -> Callable[[Writer, Known, str], Shown]:
    def show(writer: Writer, entry: Known, tag: str) -> Shown:
        own: Symbol = getattr(writer, argument)
        return [equality(_symbol(letter, tag, own), tidied(entry.form.expr).xreplace({entry.form.variable: own}))], []

    return show


def _reduced(expr: Expr) -> Expr:
    """A product of fractions in lowest terms, where that is shorter."""
    if expr.count_ops() > _LARGE or not expr.is_rational_function(*expr.free_symbols):
        return expr
    lowest = expr.cancel()
    return lowest if lowest.count_ops() < expr.count_ops() else expr


def _show_equation(writer: Writer, entry: Known, tag: str) -> Shown:
    form = entry.form
    remarks = []
    for curve, order in form.choice.rejected if form.choice is not None else ():
        poly = curve.to_sympy(writer.G, writer.z)
        remarks.append(
            Formula(
                f"dropped: the factor {collected(poly)}, which G = w + m_1 w^2 + ... (w = 1/z) does not annihilate; it fails at order w^{order}",
                f"Dropped: the factor ${collected_latex(poly)}$, which $G = w + m_1 w^2 + \\cdots$ ($w = 1/z$) does not annihilate; "
                f"it fails at order $w^{{{order}}}$.",
            )
        )
    return [zero_set(form.curve.to_sympy(writer.G, writer.z))], remarks


def _show_sequence(letter: str, latex: str) -> Callable[[Writer, Known, str], Shown]:
    def show(writer: Writer, entry: Known, tag: str) -> Shown:
        rows = enumerate(writer.terms(entry), 1)
        return [equality(Formula(f"{letter}_{n}", f"{latex}_{{{n}}}"), value) for n, value in rows], []

    return show


def _show_atoms(writer: Writer, entry: Known, tag: str) -> Shown:
    masses = entry.form.masses
    if not masses:
        return [Formula("none", r"\text{none}")], []
    name = _name(int(tag[1:] or 0))
    return [equality(Formula(f"{name.text}{{{expression_text(a)}}}", rf"{name.latex}\{{{expression_latex(a)}\}}"), p) for a, p in masses], []


_SHOW: dict[type[Any], Callable[[Writer, Known, str], Shown]] = {
    RTransform: _show_transform("R", "g"),
    STransform: _show_transform("S", "m", _reduced),
    CauchyTransform: _show_transform("G", "z"),
    CauchyEquation: _show_equation,
    Moments: _show_sequence("m", "m"),
    FreeCumulants: _show_sequence("kappa", r"\kappa"),
    Atoms: _show_atoms,
    AtomicPart: _show_atoms,
}


# -- the support ----------------------------------------------------------------------------------------------------------


def support_steps(writer: Writer, law: Law) -> None:
    """The steps that lead to the support, and it."""
    intervals = law.support_intervals()
    how = _before_the_support(writer, law)
    shown = [Formula(f"[{expression_text(a)}, {expression_text(b)}]", rf"[{expression_latex(a)},\ {expression_latex(b)}]") for a, b in intervals]
    writer.steps.append(Step("support of the absolutely continuous part", _name(0), how, tuple(shown) or (Formula("empty", r"\emptyset"),)))


def _before_the_support(writer: Writer, law: Law) -> str:
    """The steps before the last one, and the rule of the last: stated, by the equation, by the inverse of M, or by continuation alone."""
    if law.known_intervals() is not None:
        return "by definition of the law"
    equation = affordable(law, CauchyEquation)
    if equation is not None and (equation.curve.degree_G <= _QUADRATIC or not law.free_symbols):
        writer.write(known(law, CauchyEquation, conversions=True))
        writer.steps.append(_branch_points(writer, equation.curve))
        return "the real branch points between which Im G < 0 on the branch of the law"
    if law.free_symbols:
        route = known(law, STransform, conversions=True)
        writer.write(route)
        inverse = ((1 + writer.m) / (writer.m * route.form.expr.xreplace({STransform.variable: writer.m}))).powsimp()
        shown = equality(_symbol("K", "", writer.m), inverse)
        writer.steps.append(Step("inverse of the moment transform", _name(0), "K(m) = (1 + m)/(m S(m)), z = K(M(z))", (shown,)))
        return "the values of K at its critical points next to the branch m = 0"
    return "where the density is positive, by continuation from the upper half plane"


def _branch_points(writer: Writer, curve: Curve) -> Step:
    """The factors in z of the resultant of P and dP/dG, which is the leading coefficient times the discriminant."""
    meeting = curve.poly if curve.degree_G == 1 else resultant(curve.poly, curve.poly.derivative("G"), 0)
    formulas = []
    for factor, power in factored(meeting)[1]:
        if int(factor.degrees()[1]) > 0 and int(factor.degrees()[0]) == 0:
            poly = Curve(curve.ring, factor).to_sympy(writer.G, writer.z).as_expr().as_poly(writer.z)
            formulas.append(_power_of(poly, power))
    how = "the zeros of the resultant of P and dP/dG in G: two values of G meet there, or one is infinite"
    return Step("factors that vanish at the branch points", _name(0), how, tuple(formulas))


def _power_of(poly: Poly, power: int) -> Formula:
    text, latex = collected(poly), collected_latex(poly)
    if power == 1:
        return Formula(text, latex)
    if " " not in text:
        return Formula(f"{text}^{power}", f"{latex}^{{{power}}}")
    return Formula(f"({text})^{power}", rf"\left({latex}\right)^{{{power}}}")
