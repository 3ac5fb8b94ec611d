"""Sectors that a root of P(z, G) = 0 never leaves: the number of roots G with Im T < 0, T = G or sqrt(z) G, is one number on the upper half plane.

That number can change only where some T is real (or infinite, next to which T is real somewhere). So it is constant when no z of the upper half plane
has a real T, which is decided exactly: between the finitely many real T at which a root z may enter the region, one T is tried.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import flint

from freealg.exact.coerce import fmpq_of_ball
from freealg.exact.context import ball_precision
from freealg.exact.curve import Curve

__all__ = ["never_real"]

Rows = dict[tuple[int, ...], int]


def never_real(curve: Curve, rooted: bool) -> bool:
    """Whether no z with Im z > 0 has a root G with T real: T = G, or T = sqrt(z) G when `rooted` (sqrt(z) then runs over the first quadrant).

    >>> from freealg.exact.curve import context_over
    >>> from freealg.exact.fields import Ring
    >>> G, z = context_over(Ring.of()).gens()
    >>> [never_real(Curve(Ring.of(), z**2*G**3 - z*G + 1), rooted) for rooted in (False, True)]          # MP [x] MP
    [False, True]
    """
    terms = _terms(curve, rooted)
    special = _special(terms, rooted)
    if any(poly.degree() < 0 for poly in special):
        return False
    return all(_no_root_inside(terms, t, rooted) for t in _between([poly for poly in special if poly.degree() > 0]))


def _terms(curve: Curve, rooted: bool) -> Rows:
    """{(power of s, power of T): coefficient}, s = z or sqrt(z)."""
    rows = curve.integer_rows()
    terms: Rows = {(i, j): c for j, row in enumerate(rows) for i, c in enumerate(row) if c}
    if not rooted:
        return terms
    moved = {(2 * i - j, j): c for (i, j), c in terms.items()}
    low = min(i for i, _ in moved)
    return {(i - low, j): c for (i, j), c in moved.items()}


def _special(terms: Rows, rooted: bool) -> list[flint.fmpz_poly]:
    """Polynomials in T whose real roots part the line: two roots s meet, one is infinite or 0, or one is on the imaginary axis.

    One that is 0 says nothing, and then nothing is proved.
    """
    context = flint.fmpz_mpoly_ctx.get(("s", "T"), "lex")
    poly = context.from_dict(terms)
    top = max(i for i, _ in terms)
    found = [_in_t({m: c for m, c in terms.items() if m[0] == top}), _in_t({m: c for m, c in terms.items() if m[0] == 0})]
    if top > 1:
        found.append(_in_t({(0, int(m[1])): int(c) for m, c in poly.discriminant("s").to_dict().items()}))
    if rooted:  # s = i y: even and odd powers of s apart, in y^2
        even = context.from_dict({(i // 2, j): c * (-1) ** (i // 2) for (i, j), c in terms.items() if i % 2 == 0})
        odd = context.from_dict({(i // 2, j): c * (-1) ** (i // 2) for (i, j), c in terms.items() if i % 2})
        if not (even.is_zero() or odd.is_zero()):
            found.append(_in_t({(0, int(m[1])): int(c) for m, c in even.resultant(odd, "s").to_dict().items()}))
    return found


def _in_t(terms: Rows) -> flint.fmpz_poly:
    values: dict[int, int] = {}
    for (_, j), c in terms.items():
        values[j] = values.get(j, 0) + c
    return flint.fmpz_poly([values.get(j, 0) for j in range(max(values, default=0) + 1)])


def _between(polys: list[flint.fmpz_poly]) -> list[flint.fmpq]:
    """One rational point in every interval between the real roots, and one on either side."""
    factors = {tuple(int(c) for c in f.coeffs()): f for poly in polys for f, _ in poly.factor()[1]}
    with ball_precision(256):
        found: list[Any] = [f.complex_roots() for f in factors.values()]
        roots = sorted((root.real for pairs in found for root, _ in pairs if root.imag == 0), key=lambda root: root.mid())
        points = [fmpq_of_ball(root) for root in roots]
    if not points:
        return [flint.fmpq(1)]
    inner = [(a + b) / 2 for a, b in pairwise(points)]
    return [points[0] - 1, *inner, points[-1] + 1]


def _no_root_inside(terms: Rows, t: flint.fmpq, rooted: bool) -> bool:
    """Whether no root s at this T lies in the open upper half plane, or in the open first quadrant when `rooted`."""
    values: dict[int, flint.fmpq] = {}
    for (i, j), c in terms.items():
        values[i] = values.get(i, flint.fmpq(0)) + c * t**j
    poly = flint.fmpq_poly([values.get(i, 0) for i in range(max(values) + 1)]).numer()
    if poly.degree() <= 0:
        return True
    with ball_precision(128):
        pairs: list[Any] = [factor.complex_roots() for factor, _ in poly.factor()[1]]
    roots = [root for found in pairs for root, _ in found]
    return not any(root.imag > 0 and (not rooted or not root.real <= 0) for root in roots)
