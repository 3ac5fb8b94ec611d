"""Plane curves P(z, G) = 0 over Q(parameters), and substitution in them.

A polynomial lives in Z[G, z, generators of a ring]; helpers may put further variables in front. A curve alone does not say which branch is meant:
the form `CauchyEquation` joins it with the germ at infinity.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, final

import flint
import sympy
from sympy import Symbol

from freealg.errors import UnboundParameters
from freealg.exact.fields import Poly, Ring

__all__ = ["Curve", "context_over", "leading", "linear_root", "strip", "substitute"]

Ratio = tuple[Poly, Poly]
_G, _Z = 0, 1


def context_over(ring: Ring, *extra: str) -> Any:
    """The FLINT context Z[extra..., G, z, generators]."""
    return flint.fmpz_mpoly_ctx.get((*extra, "G", "z", *ring.names), "lex")


@final
@dataclass(frozen=True)
class Curve:
    """P(z, G) = 0, primitive; `ring` carries the meaning of the parameters."""

    ring: Ring
    poly: Poly

    @property
    def degree_G(self) -> int:
        """The degree in G."""
        return int(self.poly.degrees()[_G])

    @property
    def degree_z(self) -> int:
        """The degree in z."""
        return int(self.poly.degrees()[_Z])

    def over(self, ring: Ring) -> Curve:
        """The same curve with its parameters read in a larger ring."""
        if ring is self.ring:
            return self
        context = context_over(ring)
        images = [context.gen(0), context.gen(1)]
        images += [ring.lift_poly(self.ring.base_context.gen(i), self.ring).project_to_context(context) for i in range(len(self.ring.bases))]
        return Curve(ring, self.poly.compose(*images, ctx=context))

    def coefficient_table(self) -> dict[tuple[int, int], Poly]:
        """{(power of z, power of G): coefficient in Z[generators]}."""
        groups: dict[tuple[int, int], dict[Any, Any]] = {}
        for monomial, coefficient in self.poly.to_dict().items():
            groups.setdefault((monomial[_Z], monomial[_G]), {})[monomial[2:]] = coefficient
        return {key: self.ring.base_context.from_dict(terms) for key, terms in groups.items()}

    def integer_rows(self) -> tuple[tuple[int, ...], ...]:
        """rows[j][i] is the integer coefficient of G**j z**i; raises `UnboundParameters` when symbols are left."""
        used = {i for m in self.poly.to_dict() for i, e in enumerate(m[2:]) if e}
        if used:
            names = ", ".join(str(self.ring.generators[i]) for i in sorted(used))
            raise UnboundParameters(f"the curve still has the parameters {names}; bind them with law.subs({{symbol: value}})")
        rows = [[0] * (self.degree_z + 1) for _ in range(self.degree_G + 1)]
        for monomial, coefficient in self.poly.to_dict().items():
            rows[monomial[_G]][monomial[_Z]] = int(coefficient)
        return tuple(tuple(row) for row in rows)

    def to_sympy(self, G: Symbol, z: Symbol) -> sympy.Poly:
        """P as a `sympy.Poly` in (G, z), primitive."""
        if all(root == 1 and base.is_Symbol for base, root in self.ring.bases):
            return self._over_symbols(G, z)
        terms = {(j, i): self.ring.poly_to_sympy(c) for (i, j), c in self.coefficient_table().items()}
        return sympy.Poly.from_dict(terms, G, z)

    def _over_symbols(self, G: Symbol, z: Symbol) -> sympy.Poly:
        """The same with the coefficient domain made directly, which is much faster than letting SymPy find it."""
        symbols = self.ring.generators
        if not symbols:
            return sympy.Poly.from_dict({m[:2]: sympy.ZZ(int(c)) for m, c in self.poly.to_dict().items()}, G, z, domain=sympy.ZZ)
        domain = sympy.ZZ[symbols]
        new = domain.ring.from_dict
        table: dict[tuple[int, int], dict[Any, Any]] = {}
        for monomial, coefficient in self.poly.to_dict().items():
            table.setdefault(monomial[:2], {})[monomial[2:]] = sympy.ZZ(int(coefficient))
        return sympy.Poly.from_dict({key: new(terms) for key, terms in table.items()}, G, z, domain=domain)

    def show_parameters(self, poly: Poly) -> sympy.Expr:
        """A polynomial without G and z, in the curve's context, as a SymPy expression."""
        terms = {monomial[2:]: coefficient for monomial, coefficient in poly.to_dict().items()}
        return self.ring.poly_to_sympy(self.ring.base_context.from_dict(terms))


def substitute(poly: Poly, images: dict[int, Ratio]) -> Poly:
    """The numerator of `poly` with variable number k replaced by images[k] = (numerator, denominator), all at once and in poly's own context."""
    places = tuple(images)
    groups: dict[tuple[int, ...], dict[Any, Any]] = {}
    for monomial, coefficient in poly.to_dict().items():
        rest = list(monomial)
        for place in places:
            rest[place] = 0
        groups.setdefault(tuple(monomial[place] for place in places), {})[tuple(rest)] = coefficient
    context = poly.context()
    tops = [max((key[k] for key in groups), default=0) for k in range(len(places))]
    tables = [
        ([_power_table(images[place][0], top), _power_table(images[place][1], top)], top) for place, top in zip(places, tops, strict=True)
    ]
    result = context.constant(0)
    for key, terms in groups.items():
        part = context.from_dict(terms)
        for (powers, top), k in zip(tables, key, strict=True):
            part = part * powers[0][k] * powers[1][top - k]
        result = result + part
    return result


def _power_table(base: Poly, top: int) -> list[Poly]:
    table = [base**0]
    for _ in range(top):
        table.append(table[-1] * base)
    return table


def strip(poly: Poly, *variables: Poly) -> Poly:
    """The primitive part of `poly` without any power of the given polynomials."""
    for variable in variables:
        while True:
            quotient, remainder = divmod(poly, variable)
            if not remainder.is_zero() or poly.is_zero():
                break
            poly = quotient
    return poly.primitive()[1]


def leading(poly: Poly, place: int) -> Poly:
    """The leading coefficient in variable number `place`."""
    degree = int(poly.degrees()[place])
    terms = {(*m[:place], 0, *m[place + 1 :]): c for m, c in poly.to_dict().items() if m[place] == degree}
    return poly.context().from_dict(terms)


def linear_root(poly: Poly, place: int) -> Ratio | None:
    """The root -c_0/c_1 of a polynomial that is linear in variable number `place`, as (numerator, denominator)."""
    if int(poly.degrees()[place]) != 1:
        return None
    slope = poly.derivative(place)
    context = poly.context()
    rest = poly - slope * context.gen(place)
    return -rest, slope


def join_rings(curves: Iterable[Curve]) -> tuple[Ring, list[Curve]]:
    """The curves over one ring."""
    listed = list(curves)
    ring = listed[0].ring
    for curve in listed[1:]:
        ring = ring.join(curve.ring)
    ring = Ring.make(ring.bases)
    return ring, [curve.over(ring) for curve in listed]
