"""Edge exponents and constants with symbols: a law's own rule, its equation of degree 2, or the critical points of the inverse of M."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sympy import Expr, Float, N

from freealg.errors import FreeAlgError, NoClosedForm
from freealg.exact.context import exclusive
from freealg.exact.edge_forms import stretched
from freealg.forms import CauchyEquation
from freealg.law.edges import closed_edge_exponents
from freealg.law.express import affordable
from freealg.law.quadratic_edges import edges_of_quadratic
from freealg.law.support import support_intervals

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["in_closed_form", "moved_edges", "symbolic_edges"]

_SAME = 1e-9

Edges = dict[Expr, tuple[Expr, Expr]]


def symbolic_edges(law: Law) -> Edges:
    """{edge: (exponent, constant)} for generic parameters, edges as in `support_intervals`; `NoClosedForm` where no route leads there."""
    with exclusive():
        known = law.known_edges()
        if known is not None:
            return known
        found = _derived(law)
        ends = [end for interval in support_intervals(law) for end in interval if end.is_finite is not False]
    places = [x for x in found if x.is_finite is not False]
    names = dict(zip(places, ends, strict=True)) if len(places) == len(ends) else {}
    return {names.get(x, x): entry for x, entry in found.items()}


def _derived(law: Law) -> Edges:
    """From the equation of degree 2, else from S; both in increasing order."""
    equation = affordable(law, CauchyEquation)
    if equation is not None and equation.curve.degree_G <= 2:
        return edges_of_quadratic(law, equation.curve)
    try:
        return closed_edge_exponents(law)
    except NoClosedForm as error:
        of_curve = "there is no equation" if equation is None else f"the equation has degree {equation.curve.degree_G} in G"
        raise NoClosedForm(f"no closed form of the edges of {law} is known: {of_curve}, and {error}; bind its symbols with .subs") from None


def in_closed_form(law: Law, measured: Callable[[], Edges]) -> Edges:
    """The edges as an engine finds them, its decimals replaced where a closed form has the same value; the closed form alone where it finds none.

    Where neither is known the engine says why: there are no symbols that could be bound.
    """
    try:
        found = measured()
    except NoClosedForm as reason:
        try:
            return symbolic_edges(law)
        except NoClosedForm:
            raise reason from None
    if not any(part.has(Float) for x, (_, constant) in found.items() for part in (x, constant)):
        return found
    try:
        exact = symbolic_edges(law)
    except FreeAlgError:
        return found
    replaced = {}
    for x, (power, constant) in found.items():
        same = [(y, entry) for y, entry in exact.items() if _close(x, y) and _close(power, entry[0]) and _close(constant, entry[1])]
        place, entry = same[0] if len(same) == 1 else (x, (power, constant))
        replaced[place if x.has(Float) else x] = entry if constant.has(Float) else (power, constant)
    return replaced


def _close(x: Expr, y: Expr) -> bool:
    """Equal to nine digits, fewer than the engines give."""
    return bool(x == y) or (x.is_number and y.is_number and x.is_finite and y.is_finite and abs(N(x - y, 20)) <= _SAME * abs(N(y, 20)))


def moved_edges(law: Law, image: Callable[[Expr], Expr], stretch: Callable[[Expr], Expr]) -> Edges:
    """The edges of the law of y = image(X), stretch(x) = |dy/dx|."""
    return {x if x.is_finite is False else image(x): stretched(edge, stretch(x)) for x, edge in symbolic_edges(law).items()}
