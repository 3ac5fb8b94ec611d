"""Atoms: the residues of the physical branch at the real roots of the leading coefficient, as exact algebraic numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import flint

from freealg.errors import NotALaw, Undecided
from freealg.numerics.local import LocalExpansion
from freealg.numerics.real_algebraic import RealAlgebraic, real_algebraics
from freealg.numerics.support import Spectrum

__all__ = ["Atom", "find_atoms"]

_MAX_BITS = 1 << 16


@final
@dataclass(frozen=True)
class Atom:
    """mass = lim (z - location) G(z); both are exact."""

    location: RealAlgebraic
    mass: RealAlgebraic


def _residue(expansion: LocalExpansion) -> flint.arb | None:
    """The coefficient of 1/T as a ball, or None when the branch is less singular than a pole."""
    for k, value in (*expansion.terms, (expansion.order, expansion.limit)):
        if k == -expansion.q:
            return value.real * expansion.side
        break
    return None


def _mass_polynomial(spectrum: Spectrum, place: RealAlgebraic) -> flint.fmpz_poly:
    """A polynomial in Z[H] that vanishes at the mass: the norm of the edge polynomial of slope -1 of P(x0 + T, H/T).

    With v_j the order of vanishing of c_j at x0 and mu = min(v_j - j), the mass is a root of sum over v_j - j = mu of
    c_j^(v_j)(x0)/v_j! H^j.
    """
    curve, factor = spectrum.branch.curve, place.polynomial
    orders = [_vanishing_order(row, factor) for row in curve.rows]
    low = min(order - j for j, order in enumerate(orders) if order >= 0)
    ring = flint.fmpz_mpoly_ctx.get(("z", "H"), "lex")
    terms: dict[tuple[int, ...], int | flint.fmpz] = {}
    for j, (row, order) in enumerate(zip(curve.rows, orders, strict=True)):
        if order >= 0 and order - j == low:
            for k, c in enumerate(curve.taylor(row, order).coeffs()):
                if c != 0:
                    terms[k, j] = c
    modulus = ring.from_dict({(k, 0): c for k, c in enumerate(place.factor) if c})
    norm = modulus.resultant(ring.from_dict(terms), "z").to_dict()
    out = [0] * (max(int(j) for _, j in norm) + 1)
    for (_, j), c in norm.items():
        out[int(j)] = int(c)
    return flint.fmpz_poly(out)


def _vanishing_order(row: flint.fmpz_poly, factor: flint.fmpz_poly) -> int:
    """How often the factor divides the row; -1 for the zero row."""
    order, rest = -1, row
    while rest.degree() >= 0:
        order, (rest, remainder) = order + 1, divmod(rest, factor)
        if remainder.degree() >= 0:
            break
    return order


def _identify(spectrum: Spectrum, place: RealAlgebraic, side: int) -> RealAlgebraic:
    """The root of the mass polynomial that the residue of the physical branch is; the only one its ball can contain."""
    factors = [f for f, _ in _mass_polynomial(spectrum, place).factor()[1] if f.degree() > 0 and f[0] != 0]
    bits = 0
    while bits <= _MAX_BITS:
        expansion = spectrum.expansion(place, side, bits)
        residue = _residue(expansion)
        if residue is None:
            raise Undecided(f"the residue at {place} was lost at {bits} bits")
        found = [root for factor in factors for root in real_algebraics(factor) if root.refine(512).overlaps(residue)]
        if len(found) == 1:
            return found[0]
        bits = 2 * bits or 2048
    raise Undecided(f"several algebraic numbers within 2^-{_MAX_BITS} could be the mass at {place}")


def find_atoms(spectrum: Spectrum) -> tuple[Atom, ...]:
    """All atoms, by increasing location.

    Only real roots of lc_G(P) can carry one, and only those where no certified disc carries the branch across.
    """
    out = []
    places = spectrum.branch.critical.real
    for place in spectrum.branch.critical.poles:
        if spectrum.crossed(places.index(place)):
            continue
        side = next((s for s in (1, -1) if (place, s) in spectrum.breaks), 1)
        residue = _residue(spectrum.breaks[place, side] if (place, side) in spectrum.breaks else spectrum.expansion(place, side))
        if residue is None:
            continue
        mass = _identify(spectrum, place, side)
        if mass <= 0 or mass > 1:
            raise NotALaw(f"the residue of G at {place} is {float(mass):.6g}, not a mass in (0, 1]: the germ belongs to no probability measure")
        out.append(Atom(place, mass))
    return tuple(out)
