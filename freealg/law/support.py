"""Atoms and support of a law: read off the parameters where they are symbols, off the density engine where they are numbers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import sympy
from sympy import Abs, Expr

from freealg.errors import FreeAlgError, InvalidInput, NoClosedForm
from freealg.exact.curve import Curve
from freealg.exact.factoring import factored
from freealg.exact.quadratic import centre_and_width, quadratic_roots
from freealg.forms import AtomicPart, CauchyEquation
from freealg.forms.atomic import gathered
from freealg.law.express import express, possible

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
        return _symbolic_intervals(law, express(law, CauchyEquation).curve)
    from freealg.law.engine import engine_of

    return engine_of(law).intervals()


def _symbolic_intervals(law: Law, curve: Curve) -> Intervals:
    """The ends as roots of the discriminant in G, for curves of degree at most 2."""
    if curve.degree_G == 1:
        return []
    if curve.degree_G > 2:
        law.require_numbers(f"the support (its equation has degree {curve.degree_G} in G)")
    odd = [factor for factor, power in factored(curve.poly.discriminant("G"))[1] if power % 2 and int(factor.degrees()[1]) > 0]
    show = partial(_show_without_plane, curve)
    if len(odd) == 1 and int(odd[0].degrees()[1]) == 2:
        return [_around(*centre_and_width(odd[0], show, 1))]
    if len(odd) == 2 and all(int(factor.degrees()[1]) == 1 for factor in odd):
        a, b = (quadratic_roots(factor, show, 1)[0] for factor in odd)
        return [_around((a + b) / 2, (b - a) / 2)]
    law.require_numbers("the order of the edges")
    return []


def _show_without_plane(curve: Curve, poly: Any) -> Expr:
    return curve.ring.poly_to_sympy(curve.ring.base_context.from_dict({monomial[2:]: c for monomial, c in poly.to_dict().items()}))


def _around(centre: Expr, width: Expr) -> tuple[Expr, Expr]:
    """centre ± |width|; a width of unknown sign keeps its bars."""
    positive = width if width.is_nonnegative or (width.is_Mul and _principal(width)) else Abs(width)
    return (centre - positive).expand(deep=False), (centre + positive).expand(deep=False)


def _principal(width: Expr) -> bool:
    """Whether the width is a positive number times principal square roots, which is the larger end's form wherever it is real."""
    return all(part.is_positive or (part.is_Pow and part.exp == sympy.Rational(1, 2)) for part in width.args)


def hull(law: Law) -> tuple[Expr, Expr]:
    """The smallest interval that contains the support, atoms included."""
    points = [end for interval in support_intervals(law) for end in interval]
    points += [location for location, mass in atomic_part(law).masses if mass != 0]
    if not points:
        raise NoClosedForm(f"{law} has neither a density nor atoms that are known")
    return sympy.Min(*points), sympy.Max(*points)


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
