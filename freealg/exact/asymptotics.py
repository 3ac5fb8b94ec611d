"""Large-order asymptotics of moments from what a law does at the ends of its support.

A density c |x - e|^a near an end e of the support gives integral x^k c |x - e|^a dx ~ c Gamma(a + 1) sign(e)^k |e|^(k + a + 1) / k^(a + 1); an
atom of mass p at e gives p e^k, and c/(d log(d)^2) in the distance d from e gives c e^k/log k. Only the ends of largest modulus count, and among
them the least exponent.
"""

from __future__ import annotations

from collections.abc import Mapping

import sympy
from sympy import Expr, Symbol, gamma

from freealg.errors import InvalidInput, UnboundParameters
from freealg.exact.edge_forms import is_logarithmic

__all__ = ["edge_contribution", "moment_asymptotics"]


def edge_contribution(edge: Expr, exponent: Expr, coefficient: Expr, k: Symbol) -> Expr:
    """coefficient Gamma(exponent + 1) edge^k |edge|^(exponent + 1) / k^(exponent + 1), the leading term of one end; relative error O(1/k).

    From the Beta integral of (e - x)^a x^k over (0, e). The density must live on the inner side of the edge, and exponent > -1.

    >>> k = Symbol("k")
    >>> edge_contribution(sympy.Integer(2), sympy.Rational(1, 2), 1/sympy.pi, k)  # the semicircle, sqrt(2 - x)/pi
    2**(k + 1/2)/(sqrt(pi)*k**(3/2))
    """
    if is_logarithmic(exponent):
        return coefficient * edge**k / sympy.log(k)
    if exponent.is_number and not exponent > -1:
        raise InvalidInput(f"the density |x - {edge}|**({exponent}) is not integrable; an edge exponent is > -1")
    return sympy.powsimp(coefficient * gamma(exponent + 1) * edge**k * abs(edge) ** (exponent + 1) / k ** (exponent + 1))


def moment_asymptotics(edges: Mapping[Expr, tuple[Expr, Expr]], k: Symbol, atoms: Mapping[Expr, Expr] | None = None) -> Expr:
    """The leading term of m_k for k -> oo, from {edge: (exponent, coefficient)} of the ends of the support and {location: mass} of the atoms.

    Inner edges may be given too; those of smaller modulus do not count. With two ends of the same modulus and exponent both terms stand, so that even
    and odd k are right; where the leading terms cancel (odd k of a symmetric law) the value is 0.

    >>> k = Symbol("k")
    >>> marchenko_pastur = {sympy.S.Zero: (-sympy.S.Half, 1/sympy.pi), sympy.Integer(4): (sympy.S.Half, 1/(4*sympy.pi))}
    >>> moment_asymptotics(marchenko_pastur, k)
    4**k/(sqrt(pi)*k**(3/2))
    """
    masses = dict(atoms or {})
    ends = [*edges, *masses]
    if not ends:
        raise InvalidInput("no edge and no atom is given; the moments of a law need at least one of them")
    names = sorted({str(s) for end in ends for s in end.free_symbols})
    if names:
        raise UnboundParameters(f"which end is the largest in modulus needs values for {', '.join(names)}; use edge_contribution for one end")
    radius = max((abs(end) for end in ends), key=lambda value: value.evalf(50))
    outer = [end for end in ends if sympy.simplify(abs(end) - radius) == 0]
    heavy = [end for end in outer if end in masses]
    if heavy:
        return sympy.Add(*(masses[end] * end**k for end in heavy))
    least = min((edges[end][0] for end in outer), key=lambda value: sympy.S.NegativeOne if is_logarithmic(value) else value.evalf(50))
    return sympy.Add(*(edge_contribution(end, *edges[end], k) for end in outer if edges[end][0] == least))
