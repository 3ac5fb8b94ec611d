"""Atoms and support of a law: read off the parameters where they are symbols, off the density engine where they are numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy
from sympy import Expr

from freealg.errors import FreeAlgError, InvalidInput, NoClosedForm
from freealg.exact.context import exclusive
from freealg.exact.signs import sign_under
from freealg.forms import AtomicPart, CauchyEquation
from freealg.forms.atomic import gathered
from freealg.law.edges import closed_interval
from freealg.law.express import affordable, possible
from freealg.law.quadratic_edges import intervals_of_quadratic

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["atomic_part", "hull", "sign_of", "support_intervals"]

Intervals = list[tuple[Expr, Expr]]


def atomic_part(law: Law) -> AtomicPart:
    """All atoms; by the lanes where they reach, and from the poles of the physical branch otherwise."""
    found = possible(law, AtomicPart)
    if found is None:
        law.require_numbers("the atoms")
        from freealg.law.engine import engine_of

        with exclusive():
            found = AtomicPart(gathered(engine_of(law).atoms()))
    return AtomicPart(_sorted_masses(found.masses))


def _sorted_masses(masses: Any) -> Any:
    if all(location.is_number and location.is_comparable for location, _ in masses):
        return tuple(sorted(masses, key=lambda pair: float(pair[0])))
    return masses


def support_intervals(law: Law) -> Intervals:
    """The support of the absolutely continuous part as closed intervals."""
    known = law.known_intervals()
    if known is not None:
        return known
    if law.free_symbols:
        return _symbolic_intervals(law)
    from freealg.law.engine import engine_of

    with exclusive():
        return engine_of(law).intervals()


def _symbolic_intervals(law: Law) -> Intervals:
    """The ends as roots of the discriminant in G, for curves of degree at most 2; else at the critical points of the inverse of M."""
    equation = affordable(law, CauchyEquation)
    if equation is not None and equation.curve.degree_G <= 2:
        return intervals_of_quadratic(law, equation.curve)
    try:
        return [closed_interval(law)]
    except NoClosedForm as error:
        of_curve = "there is no equation" if equation is None else f"the equation has degree {equation.curve.degree_G} in G"
        raise NoClosedForm(f"no closed form of the support of {law} is known: {of_curve}, and {error}; bind its symbols with .subs") from None


def hull(law: Law) -> tuple[Expr, Expr]:
    """The smallest interval that contains the support, atoms included."""
    intervals, masses = support_intervals(law), atomic_part(law).masses
    sure = [location for location, mass in masses if mass.is_positive or not intervals]
    if not intervals and not sure:
        raise NoClosedForm(f"{law} has neither a density nor atoms that are known; bind its symbols with .subs")
    maybe = [(location, mass) for location, mass in masses if location not in sure]
    low = _extreme(law, [*(interval[0] for interval in intervals[:1]), *sure], maybe, -1)
    return low, _extreme(law, [*(interval[1] for interval in intervals[-1:]), *sure], maybe, 1)


def _extreme(law: Law, points: list[Expr], maybe: list[tuple[Expr, Expr]], side: int) -> Expr:
    """The least (side -1) or greatest (side 1) of some points and of the atoms that may be there, without those that are provably not."""
    choose = sympy.Max if side > 0 else sympy.Min

    def within(x: Expr, y: Expr) -> bool:
        return _below(law, x, y) if side > 0 else _below(law, y, x)

    kept = [x for k, x in enumerate(points) if not any(within(x, y) for y in points[:k] + points[k + 1 :] if y != x)]
    end = choose(*kept)
    pieces = []
    for location, mass in maybe:
        if not within(location, end):
            there = location if within(end, location) else choose(end, location)
            pieces.append(sympy.Piecewise((there, _present(mass)), (end, True)))
    return choose(*pieces) if pieces else end


def _below(law: Law, x: Expr, y: Expr) -> bool:
    """Whether x <= y follows from the bounds on the parameters and the sign of the law, both points being in the support."""
    return (x == 0 and law.known_sign() == 1) or (y == 0 and law.known_sign() == -1) or sign_under(y - x, law.positive_parameters()) in (0, 1)


def _present(mass: Expr) -> Any:
    """mass > 0, for a mass Max(0, e) the condition e > 0."""
    parts = [part for part in mass.args if part != 0] if mass.func is sympy.Max else [mass]
    return sympy.Max(*parts) > 0


def sign_of(law: Law) -> int | None:
    """1, -1 or 0 when the law lives on [0, oo), on (-oo, 0], or on neither; None where symbols or cost leave it open."""
    known = law.known_sign()
    if known is not None or law.free_symbols:
        return known
    try:
        low, high = hull(law)
    except InvalidInput:
        raise
    except FreeAlgError:
        return None
    if low >= 0:
        return 1
    return -1 if high <= 0 else 0
