"""Newton polygons and edge polynomials of F(s, v) = sum f[j][i] s^i v^j at s = 0, the coefficients being balls or exactly zero."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

import flint

from freealg.errors import Undecided

__all__ = ["Cluster", "Edge", "Table", "clusters", "hull_edges", "polished", "rescale", "shift"]

Table = list[list[flint.acb | None]]
"""table[j][i] is the coefficient of s^i v^j; None is an exact zero."""


class Edge(NamedTuple):
    """v ~ w s^exponent with phi(w) = 0; `first` is the lowest power of v on the edge, phi lists coefficients from w^0 up."""

    exponent: Fraction
    first: int
    phi: tuple[flint.acb, ...]


class Cluster(NamedTuple):
    """An m-fold root of an edge polynomial `phi`: a ball, of full precision once `polished`."""

    centre: flint.acb
    multiplicity: int
    phi: tuple[flint.acb, ...]


def _valuation(row: Sequence[flint.acb | None]) -> int | None:
    return next((i for i, c in enumerate(row) if c is not None), None)


def hull_edges(table: Table, top: int) -> list[Edge]:
    """The edges of the lower hull of the points (j, valuation of row j), j = 0..top: the exponents of the branches at s = 0.

    >>> one = flint.acb(1)
    >>> [str(edge.exponent) for edge in hull_edges([[None, one], [None], [one]], 2)]          # v^2 + s
    ['1/2']
    """
    points = [(j, low) for j, low in ((j, _valuation(table[j])) for j in range(top + 1)) if low is not None]
    edges: list[Edge] = []
    current = 0
    while current < len(points) - 1:
        j0, i0 = points[current]
        slopes = [(i - i0) / (j - j0) for j, i in points[current + 1 :]]  # of equal fractions of small integers the quotients are equal
        least = min(slopes)
        last = max(k for k, slope in enumerate(slopes) if slope == least) + current + 1
        steepest = Fraction(points[last][1] - i0, points[last][0] - j0)
        phi = []
        for j in range(j0, points[last][0] + 1):
            height = i0 + steepest * (j - j0)
            entry = table[j][int(height)] if height.denominator == 1 and 0 <= height < len(table[j]) else None
            phi.append(flint.acb(0) if entry is None else entry)
        edges.append(Edge(-steepest, j0, tuple(phi)))
        current = last
    return edges


def rescale(table: Table, exponent: Fraction) -> Table:
    """s^-mu F(s^q, s^p w) for exponent = p/q: the same curve seen at the scale of one edge."""
    p, q = exponent.numerator, exponent.denominator
    lowest = min(q * i + p * j for j, row in enumerate(table) for i, c in enumerate(row) if c is not None)
    out: Table = []
    for j, row in enumerate(table):
        width = max((q * i + p * j - lowest for i, c in enumerate(row) if c is not None), default=-1) + 1
        line: list[flint.acb | None] = [None] * width
        for i, c in enumerate(row):
            if c is not None:
                line[q * i + p * j - lowest] = c
        out.append(line)
    return out


def _size(value: flint.acb) -> flint.arb:
    """|Re| + |Im|: between |value| and sqrt(2) |value|, without a square root at the working precision."""
    return abs(value.real) + abs(value.imag)


def shift(table: Table, centre: flint.acb, multiplicity: int, bits: int) -> Table:
    """F(s, centre + u) for a root `centre` of F(0, .) of that multiplicity; entries below 2^(-bits/2) are read as zero.

    Raises `Undecided` when an entry can neither be told from zero nor is that small.
    """
    width = max(len(row) for row in table)
    step = flint.acb_poly([centre, 1])
    columns: list[list[flint.acb | None]] = []
    for i in range(width):
        entries = [row[i] if i < len(row) else None for row in table]
        if all(c is None for c in entries):
            columns.append([None] * len(table))
            continue
        size = max(float(_size(c).upper()) for c in entries if c is not None)
        moved = flint.acb_poly([0 if c is None else c for c in entries])(step)
        columns.append([_entry(moved[j], size, bits, i == 0 and j < multiplicity) for j in range(len(table))])
    return [[columns[i][j] for i in range(width)] for j in range(len(table))]


def _entry(value: flint.acb, size: float, bits: int, known_zero: bool) -> flint.acb | None:
    if known_zero or value.is_zero():
        return None
    if not value.contains(0):
        return value
    if value.abs_upper() < flint.arb(size) * flint.arb(2) ** (-bits // 2):
        return None
    raise Undecided(f"a Puiseux coefficient in {value} cannot be told from zero at {bits} bits")


def _trim(polynomial: flint.acb_poly, bits: int) -> flint.acb_poly:
    """The polynomial with the leading coefficients dropped that are 2^(-bits/2) of the largest; made monic."""
    entries = [c.mid() for c in polynomial.coeffs()]
    sizes = [_size(c).mid() for c in entries]
    least = max(sizes, default=flint.arb(0)) * flint.arb(2) ** (-bits // 2)
    while entries and sizes[len(entries) - 1] <= least:
        entries.pop()
    unit = 1 / entries[-1] if entries else 1
    return flint.acb_poly([(c * unit).mid() for c in entries])


def _common_divisor(a: flint.acb_poly, b: flint.acb_poly, bits: int) -> flint.acb_poly:
    """gcd by Euclid's algorithm; a remainder below 2^(-bits/2) (of monic arguments) is zero."""
    while b.degree() > 0:
        rest = a % b
        small = max((_size(c).upper() for c in rest.coeffs()), default=flint.arb(0))
        if small <= flint.arb(2) ** (-bits // 2):
            return b
        a, b = b, _trim(rest, bits)
    return flint.acb_poly([1])


def _by_multiplicity(polynomial: flint.acb_poly, bits: int) -> list[tuple[flint.acb_poly, int]]:
    """Squarefree factors with their multiplicities."""
    chain = [polynomial]
    while chain[-1].degree() > 0:
        chain.append(_common_divisor(chain[-1], _trim(chain[-1].derivative(), bits), bits))
    parts = [_trim(a // b, bits) for a, b in pairwise(chain)] + [flint.acb_poly([1])]
    found = [(_trim(a // b, bits), m) for m, (a, b) in enumerate(pairwise(parts), start=1)]
    return [(part, m) for part, m in found if part.degree() > 0]


def clusters(phi: Sequence[flint.acb], bits: int, least: int = 1) -> list[Cluster]:
    """The distinct non-zero roots of an edge polynomial with multiplicities >= `least`, to 12 digits; common divisors are decided at 2^(-bits/2).

    >>> found = clusters([flint.acb(1), flint.acb(-2), flint.acb(1)], 50)
    >>> len(found), found[0].multiplicity, abs(complex(found[0].centre) - 1) < 1e-15
    (1, 2, True)
    """
    phi = tuple(phi)
    found = []
    for part, multiplicity in [(flint.acb_poly(list(phi)), 1)] if len(phi) == 2 else _by_multiplicity(_trim(flint.acb_poly(list(phi)), bits), bits):
        if multiplicity < least:
            continue
        roots = part.roots(tol=1e-12, maxprec=4 * bits) if part.degree() > 1 else [-part[0] / part[1]]
        found += [Cluster(root, multiplicity, phi) for root in roots]
    return found


def polished(cluster: Cluster) -> Cluster:
    """The simple root of phi^(m - 1) in the cluster as a ball at the working precision; exactly real where the first ball reaches the real axis."""
    guess, multiplicity, phi = cluster
    if len(phi) == 2:
        return cluster
    function = flint.acb_poly(list(phi))
    for _ in range(multiplicity - 1):
        function = function.derivative()
    slope = function.derivative()
    exact = flint.acb_poly([c.mid() for c in phi])
    for _ in range(multiplicity - 1):
        exact = exact.derivative()
    exact_slope = exact.derivative()
    centre = guess.mid()
    for _ in range(12):
        step = exact(centre) / exact_slope(centre)
        centre = (centre - step).mid()
        if _size(step) <= _size(centre) * flint.arb(2) ** (-flint.ctx.prec // 2 - 8):
            break
    value = function(centre)
    for widening in (4, 64, 4096, 2**40):
        radius = (widening * value / slope(centre)).abs_upper() + abs(centre).upper() * flint.arb(2) ** (-flint.ctx.prec + 8)
        unit = flint.arb(0, 1)
        box = centre + radius * flint.acb(unit, unit)
        image = centre - value / slope(box)
        if box.contains_interior(image):
            return cluster._replace(centre=flint.acb(image.real) if image.imag.contains(0) and all(c.imag == 0 for c in phi) else image)
    raise Undecided(f"the {multiplicity}-fold limit near {complex(guess):.6g} is not isolated at this precision")
