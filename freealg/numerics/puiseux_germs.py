"""All the Puiseux germs G = z^-1 (1 + m_1 s + m_2 s^2 + ...), s = z^(-1/q), of a plane curve at infinity.

Newton's polygon of F(T, u) = P(1/T, T (1 + u)) at T = 0, followed until each germ is alone; s is the principal root on the upper half plane, so the q
conjugates of a ramified germ are q germs.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb
from typing import NamedTuple

import flint

from freealg.errors import Undecided
from freealg.exact.context import ball_precision
from freealg.numerics.newton_polygon import Table, clusters, hull_edges, polished, rescale, shift

__all__ = ["PuiseuxGerm", "puiseux_germs"]

_MOST_STEPS = 64


class PuiseuxGerm(NamedTuple):
    """m_1, m_2, ... as far as the germ shares them with another one, and the first that it shares with none; `ramification` is q."""

    ramification: int
    moments: tuple[flint.acb, ...]

    def excess(self, s: complex) -> complex:
        """z G - 1 by the coefficients known."""
        return complex(sum(complex(value) * s**k for k, value in enumerate(self.moments, 1)))


def puiseux_germs(coeffs: Sequence[Sequence[int]], bits: int) -> list[PuiseuxGerm]:
    """The germs with z G -> 1 of sum coeffs[j][i] z^i G^j = 0, at `bits` bits.

    >>> [(germ.ramification, [complex(value) for value in germ.moments]) for germ in puiseux_germs([[1], [0, -2], [0, 1, 1]], 100)]
    [(2, [-1j]), (2, [1j])]
    """
    with ball_precision(bits):
        table = _seen_from_infinity(coeffs)
        order = next(j for j, row in enumerate(table) if row and row[0] is not None)
        return [PuiseuxGerm(q, tuple(terms)) for q, terms in _branches(table, order, 1, [], bits)]


def _seen_from_infinity(coeffs: Sequence[Sequence[int]]) -> Table:
    """The rows of F(T, u), with T^width P(1/T, T (1 + u)) = T^low F."""
    width = max(len(row) for row in coeffs) - 1
    rows = [flint.fmpz_poly([])] * len(coeffs)
    for j, row in enumerate(coeffs):
        seen = flint.fmpz_poly([0] * j + [*reversed([*row, *[0] * (width + 1 - len(row))])])
        for k in range(j + 1):
            rows[k] = rows[k] + comb(j, k) * seen
    low = min(next(i for i, c in enumerate(row.coeffs()) if c != 0) for row in rows if row.degree() >= 0)
    return [[flint.acb(c) if c != 0 else None for c in row.coeffs()[low:]] for row in rows]


def _branches(table: Table, order: int, q: int, terms: list[flint.acb], bits: int) -> list[tuple[int, list[flint.acb]]]:
    """The germs below one cluster: u = terms + s^len(terms) v with an `order`-fold root v = 0 at s = 0."""
    if len(terms) > _MOST_STEPS * q:
        raise Undecided(f"{len(terms)} coefficients of the germs at infinity do not separate them; the equation must be irreducible over Q")
    found = [(q, terms)] if all(entry is None for entry in table[0]) else []
    for edge in hull_edges(table, order):
        p, factor = edge.exponent.numerator, edge.exponent.denominator
        if p <= 0:
            continue
        scaled = rescale(table, edge.exponent)
        spread = [value for known in terms for value in [flint.acb(0)] * (factor - 1) + [known]] + [flint.acb(0)] * (p - 1)
        for cluster in map(polished, clusters(edge.phi, bits)):
            longer = [*spread, cluster.centre]
            if cluster.multiplicity == 1:
                found.append((q * factor, longer))
            else:
                moved = shift(scaled, cluster.centre, cluster.multiplicity, bits)
                found += _branches(moved, cluster.multiplicity, q * factor, longer, bits)
    return found
