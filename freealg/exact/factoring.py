"""Factors of FLINT polynomials in several variables, whatever the size of their coefficients."""

from __future__ import annotations

from typing import Any

import flint

__all__ = ["factored"]

Poly = Any  # flint.fmpz_mpoly: FLINT ships no types


def factored(poly: Poly) -> tuple[Any, list[tuple[Poly, int]]]:
    """(content, [(irreducible factor, power), ...]) of an `fmpz_mpoly`.

    `fmpz_mpoly.factor()` sorts its factors by coefficients read as machine integers and raises OverflowError beyond 2^63 (python-flint 0.9); the
    rational polynomials do not.

    >>> x, y = flint.fmpz_mpoly_ctx.get(("x", "y"), "lex").gens()
    >>> factored((2**70 * x + y) * (2**70 * x + 3 * y))[1]
    [(1180591620717411303424*x + y, 1), (1180591620717411303424*x + 3*y, 1)]
    """
    try:
        content, factors = poly.factor()
    except OverflowError:
        return _by_rationals(poly)
    return content, factors


def _by_rationals(poly: Poly) -> tuple[Any, list[tuple[Poly, int]]]:
    context = poly.context()
    rational = flint.fmpq_mpoly_ctx.get(context.names(), context.ordering())
    content, factors = rational.from_dict({m: flint.fmpq(c) for m, c in poly.to_dict().items()}).factor()
    found, scale = [], flint.fmpq(content)
    for factor, power in factors:
        denominator = flint.fmpz(1)
        for coefficient in factor.coeffs():
            denominator = denominator.lcm(coefficient.q)
        integral = context.from_dict({m: (c * denominator).p for m, c in factor.to_dict().items()})
        common, part = integral.primitive()
        found.append((part, power))
        scale *= (flint.fmpq(common) / denominator) ** int(power)
    return scale.p, found
