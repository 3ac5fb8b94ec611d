"""The exact law of an element: its free parts found, each named by a rule, and their laws joined by boxplus.

The rules, in the order in which they are tried: a linear form in the letters of one family; a quadratic form in semicircular letters; a polynomial in
one linear form (by squares, or atom by atom); a product that is symmetric about its middle, a* m a ~ (a* a) [x] m.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from itertools import groupby

import sympy
from sympy import Expr, Integer

from freealg.elements.expression import Element, letter_of
from freealg.elements.family import Family, Word, shared_leaf
from freealg.elements.quadratic import gaussian_quadratic_law, is_gaussian
from freealg.elements.star_families import centred_semicircle
from freealg.elements.words import require_free_families
from freealg.errors import InvalidInput, NoClosedForm, NotFree
from freealg.forms import Atoms
from freealg.forms.atomic import gathered
from freealg.law.express import possible
from freealg.law.law import Law
from freealg.law.operations.free_product import boxtimes
from freealg.law.operations.free_sum import boxplus
from freealg.laws.discrete import Discrete

__all__ = ["law_of", "polynomial_image"]

Terms = list[tuple[Word, Expr]]
WAY_OUT = "moments(n) and trace() are exact for it, sample(n) and verify(n) work"
ZERO, UNIT = Discrete({0: 1}), Discrete({1: 1})


def law_of(element: Element) -> Law:
    """The law of a self-adjoint element; `NotFree` or `NoClosedForm` where no rule reaches, `InvalidInput` when it is not self-adjoint."""
    if not element.is_self_adjoint:
        raise InvalidInput(f"{element} is not self-adjoint, so it has no law on the line; X @ Y is the symmetric product, (X*Y).moments(n) exact")
    require_free_families(element)
    shift = dict(element.terms).get((), Integer(0))
    laws = part_laws([(word, c) for word, c in element.terms if word])
    if not laws:
        return Discrete({shift: 1})
    law = boxplus(*laws)
    return law if shift == 0 else law.affine(1, shift)


def part_laws(terms: Terms) -> list[Law]:
    """One law for each free part; linear parts in semicircular letters make one semicircle together, quadratic ones one quadratic form."""
    groups: dict[Hashable, list[Terms]] = {}
    for place, part in enumerate(free_parts(terms)):
        groups.setdefault(gaussian_degree(part) or ("other", place), []).append(part)
    laws = []
    for kind, parts in groups.items():
        together = [term for part in parts for term in part]
        laws.append(semicircle_sum([part_law(part) for part in parts]) if kind == 1 else part_law(together))
    return [law for law in laws if law != ZERO] or laws[:1]


def free_parts(terms: Terms) -> list[Terms]:
    """The terms in groups that have no family in common, each group in its written order."""
    groups: list[tuple[set[Family], list[int]]] = []
    for place, (word, _) in enumerate(terms):
        families, places = {letter.family for letter in word}, [place]
        apart = []
        for group in groups:
            if group[0] & families:
                families, places = families | group[0], group[1] + places
            else:
                apart.append(group)
        groups = [*apart, (families, places)]
    return [[terms[place] for place in sorted(places)] for _, places in sorted(groups, key=lambda group: min(group[1]))]


def gaussian_degree(part: Terms) -> int | None:
    """1 or 2 when all words have that length and are in semicircular letters; None for other parts."""
    (degree, *others) = {len(word) for word, _ in part}
    return degree if not others and degree <= 2 and all(is_gaussian(letter) for word, _ in part for letter in word) else None


def semicircle_sum(laws: list[Law]) -> Law:
    """The free sum of centred semicircles, point masses at 0 among them."""
    return centred_semicircle(sum((law.variance() for law in laws), Integer(0)).expand())


def part_law(part: Terms) -> Law:
    """The law of one part; `NotFree` naming what stands in the way, or `NoClosedForm`."""
    if all(len(word) == 1 for word, _ in part):
        return part[0][0][0].family.linear_law({word[0].index: c for word, c in part})
    element = Element(tuple(part))
    has_linear = any(len(word) == 1 for word, _ in part)
    rules = (image_law, gaussian_quadratic_law) if has_linear else (gaussian_quadratic_law, image_law)
    for rule in (*rules, symmetric_product_law):
        law = rule(element)
        if law is not None:
            return law
    raise refusal(element)


def refusal(element: Element) -> NotFree | NoClosedForm:
    """Why no rule gives the law, and what to ask instead."""
    families = element.families()
    if len(families) == 1:
        return NoClosedForm(f"the law of {element} has no closed form that is known here; {WAY_OUT}")
    runs = [letter.family for word, _ in element.terms for letter, _ in groupby(word)]
    factor = next((family for family in families if runs.count(family) > 1), families[0])
    return NotFree(f"{element}: {factor.text(repr)} stands in several places, which are not free, and no rule gives the law; {WAY_OUT}")


# -- polynomials in one linear form -------------------------------------------------------------------------------------------


def image_law(element: Element) -> Law | None:
    """The law of f(l) for a polynomial f and a linear form l whose law is known; None when the element is no such thing."""
    found = inner_form(element)
    return None if found is None else polynomial_image(law_of(found[0]), found[1], str(element))


def inner_form(element: Element) -> tuple[Element, list[Expr]] | None:
    """(l, [f_0, ..., f_d]) with element = f(l), l linear; l is read off a word x^d and the words x^(d-1) y."""
    terms = dict(element.terms)
    letters = list(dict.fromkeys(letter for word in terms for letter in word))
    for word, top in terms.items():
        if len(word) != element.degree or len(set(word)) != 1:
            continue
        form = sum((letter_of(y.family, y.index) * (terms.get((*word[:-1], y), Integer(0)) / top) for y in letters), Element(()))
        rest, powers = element, [form]
        while len(powers) < element.degree:
            powers.append(powers[-1] * form)
        coefficients = [Integer(0)] * (element.degree + 1)
        for k in range(element.degree, 0, -1):
            coefficients[k] = dict(rest.terms).get(word[:k], Integer(0))
            rest = rest - coefficients[k] * powers[k - 1]
        if rest.degree == 0 and form.is_self_adjoint:
            coefficients[0] = dict(rest.terms).get((), Integer(0))
            return form, coefficients
    return None


def polynomial_image(law: Law, coefficients: Iterable[Expr], what: str = "this polynomial") -> Law:
    """The law of f(X), f = sum c_k x^k: affine, atom by atom, or a chain of squares; `NoClosedForm` for other polynomials.

    >>> import freealg as fa
    >>> polynomial_image(fa.Semicircle(), [Integer(1), Integer(2), Integer(1)]).moments(3)
    [2, 9, 51]
    """
    x = sympy.Dummy("x")
    f = sympy.Poly(list(coefficients)[::-1], x)
    atoms = possible(law, Atoms, conversions=False)
    if atoms is not None:
        return Discrete(gathered((f.eval(a), p) for a, p in atoms.masses))
    if f.degree() < 1:
        return Discrete({f.nth(0): 1})
    chain = [f] if f.degree() <= 2 else f.decompose()
    if any(link.degree() > 2 for link in chain):
        raise NoClosedForm(f"the law of {what} has no closed form that is known here: it is no chain of squares; {WAY_OUT}")
    for link in reversed(chain):
        law = quadratic_image(law, *(link.nth(k) for k in range(3)))
    return law


def quadratic_image(law: Law, c: Expr, b: Expr, a: Expr) -> Law:
    """The law of a X^2 + b X + c = a (X + b/2a)^2 + c - b^2/4a."""
    if a == 0:
        return law.affine(b, c)
    return law.affine(1, b / (2 * a)).square().affine(a, sympy.cancel(c - b**2 / (4 * a)))


# -- symmetric products -------------------------------------------------------------------------------------------------------


def symmetric_product_law(element: Element) -> Law | None:
    """The law of a* m a for m free from a: that of (a a*)^(1/2) m (a a*)^(1/2), tau being a trace; None when the element is no such thing."""
    if len(element.terms) != 1:
        return None
    ((word, c),) = element.terms
    root = next(word[:k] for k in range(1, len(word) + 1) if word[:k] * (len(word) // k) == word)
    power = len(word) // len(root)
    if power > 1 and monomial(root).is_self_adjoint:
        return polynomial_image(law_of(monomial(root)), [Integer(0)] * power + [c], str(element))
    run = next((k for k, letter in enumerate(word) if letter != word[0]), len(word))
    outer, inner = monomial(word[:run]), monomial(word[run : len(word) - run])
    if len(word) <= 2 * run or shared_leaf(outer.leaves(), inner.leaves()):
        return None
    factors = [law for law in (law_of(outer.H * outer), law_of(inner)) if law != UNIT]
    return boxtimes(*(factors or [UNIT])).affine(c, 0)


def monomial(word: Word) -> Element:
    """A word as an element."""
    return Element(((word, Integer(1)),))
