"""Edges, in the parameters, of laws with a G^2 + b G + c = 0: the branch points of G, their order, and the density beside them.

G = (-b + sqrt(D))/(2a), D = b^2 - 4ac, has its branch points at the odd zeros of D. They are real, since G is analytic on both half planes, and the
density sqrt(-D)/(2 pi |a|) is there where D < 0. As D changes its sign at each of them, their order and the sign of D at infinity tell the support.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cmp_to_key
from math import prod
from typing import TYPE_CHECKING, final

import sympy
from sympy import Abs, Add, Dummy, Expr, Max, Min, Mul, Poly, Pow, Rational, oo, pi, sqrt

from freealg.errors import NoClosedForm
from freealg.exact.context import cached_property
from freealg.exact.curve import Curve
from freealg.exact.even_quartic import EvenQuartic
from freealg.exact.factoring import factored
from freealg.exact.fields import Poly as Polynomial
from freealg.exact.quadratic import centre_and_width, coefficients_in, quadratic_roots
from freealg.exact.signs import sign_under

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["density_of_quadratic", "edges_of_quadratic", "intervals_of_quadratic"]

_Z = 1
Intervals = list[tuple[Expr, Expr]]


def intervals_of_quadratic(law: Law, curve: Curve) -> Intervals:
    """The support of the absolutely continuous part, its ends increasing wherever the law exists.

    Raises `UnboundParameters` where the order of the branch points or the sign of D at infinity depends on the parameters.
    """
    return [] if curve.degree_G == 1 else _Quadratic(law, curve).intervals()


def edges_of_quadratic(law: Law, curve: Curve) -> dict[Expr, tuple[Expr, Expr]]:
    """{edge: (exponent, constant)} for generic parameters: where a constant is 0 or infinite, edges or other zeros meet there."""
    return {} if curve.degree_G == 1 else _Quadratic(law, curve).edges()


def density_of_quadratic(law: Law, curve: Curve, x: Expr) -> Expr:
    """sqrt(-D)/(2 pi |a|) at a point of the support."""
    return _Quadratic(law, curve).density(x)


@final
@dataclass(frozen=True)
class _BranchPoint:
    """An odd zero of D and the product of its distances from the others."""

    place: Expr
    spread: Expr


@final
class _Quadratic:
    """A quadratic curve with the signs of its coefficients."""

    def __init__(self, law: Law, curve: Curve) -> None:
        self.law, self.curve, self.show = law, curve, curve.show_parameters
        content, factors = factored(curve.poly.discriminant("G"))
        self.even = [(factor, power // 2) for factor, power in factors if power > 1]
        self.odd = [factor for factor, power in factors if power % 2 and int(factor.degrees()[_Z]) > 0]
        constants = [factor for factor, power in factors if power % 2 and int(factor.degrees()[_Z]) == 0]
        self.constant = self.show(prod(constants, start=curve.poly.context().constant(int(content))))
        self.odd_lead = Mul(*(self.show(coefficients_in(factor, _Z)[-1]) for factor in self.odd))

    def sign(self, expr: Expr) -> int | None:
        """The sign of an expression in the parameters."""
        return sign_under(expr, self.law.positive_parameters())

    @property
    def lead(self) -> Expr:
        """The leading coefficient of D up to squares."""
        return self.constant * self.odd_lead

    def intervals(self) -> Intervals:
        """The intervals on which D < 0, from the right to the left and turned around."""
        positive = self._sign_at_infinity() == 1
        ends = [point.place for point in self.points]
        marks = [*([] if positive else [oo]), *reversed(ends)]
        if len(marks) % 2:
            marks.append(-oo)
        return [(low, high) for high, low in zip(marks[::2], marks[1::2], strict=True)][::-1]

    def _sign_at_infinity(self) -> int:
        sign = self.sign(self.lead)
        if sign is None:
            self.law.require_numbers(f"whether the support reaches infinity, which the sign of {self.lead} tells,")
        return 1 if sign is None else sign

    @cached_property
    def points(self) -> list[_BranchPoint]:
        """The branch points, increasing."""
        degrees = self._degrees()
        if degrees == [2]:
            return self._pair()
        if sum(degrees) == 4:
            try:
                return self._even_quartic()
            except NoClosedForm:
                pass
        return self._sorted()

    def _pair(self) -> list[_BranchPoint]:
        centre, width = centre_and_width(self.odd[0], self.show, _Z)
        roots = [part for part in Mul.make_args(width) if part.is_Pow and part.exp == Rational(1, 2)]
        sign = self.sign(width / Mul(*roots))
        size = sign * width if sign else Abs(width)  # principal roots are positive wherever they are real
        ends = (centre - size).expand(deep=False), (centre + size).expand(deep=False)
        return [_BranchPoint(end, 2 * size) for end in ends]

    def _even_quartic(self) -> list[_BranchPoint]:
        whole = self.curve.poly.context().constant(1)
        for factor in self.odd:
            whole = whole * factor
        quartic = EvenQuartic.of([self.show(c) for c in coefficients_in(whole, _Z)])
        ends, gap = quartic.ordered(self.sign), quartic.gap(self.sign)
        sizes = [ends[k] - quartic.centre for k in (3, 2, 2, 3)]
        return [_BranchPoint(end, 2 * size * gap) for end, size in zip(ends, sizes, strict=True)]

    def _sorted(self) -> list[_BranchPoint]:
        """Zeros whose differences have known signs; of two the order may be left open."""
        zeros = [zero for factor in self.odd for zero in quadratic_roots(factor, self.show, _Z)]
        signs = {(a, b): self.sign(a - b) for a in zeros for b in zeros}
        if None in signs.values():
            if len(zeros) == 2:
                middle, size = (zeros[0] + zeros[1]) / 2, Abs((zeros[1] - zeros[0]) / 2)
                return [_BranchPoint(end.expand(deep=False), 2 * size) for end in (middle - size, middle + size)]
            self.law.require_numbers("the order of the edges")
        zeros.sort(key=cmp_to_key(lambda a, b: signs[a, b] or 0))
        spreads = [Mul(*((signs[zero, other] or 0) * (zero - other) for other in zeros if other != zero)) for zero in zeros]
        return [_BranchPoint(zero, spread) for zero, spread in zip(zeros, spreads, strict=True)]

    # -- beside the edges -----------------------------------------------------------------------------------------------

    @cached_property
    def quotient(self) -> list[tuple[Polynomial, int]]:
        """The factors of E/a with their powers, D = constant * odd factors * E^2."""
        poly = self.curve.poly
        content, below = factored(poly.derivative("G").derivative("G") / 2)
        every = [*(factor for factor, _ in below), *(factor for factor, _ in self.even if _power_of(factor, below) == 0)]
        powers = [(factor, _power_of(factor, self.even) - _power_of(factor, below)) for factor in every]
        return [(poly.context().constant(int(content)), -1), *(pair for pair in powers if pair[1])]

    def density(self, x: Expr) -> Expr:
        """sqrt(-D)/(2 pi |a|), right where D < 0."""
        odd = [self._at(factor, x) for factor in self.odd]
        inside = [-self.constant, *odd] if len(odd) == 0 else [self.constant, *odd[:-1], (-odd[-1]).expand()]
        sizes = [Pow(self._at(factor, x) if power % 2 == 0 else self._size(self._at(factor, x)), power) for factor, power in self.quotient]
        return sqrt(Mul(*inside)) * Mul(*sizes) / (2 * pi)

    def edges(self) -> dict[Expr, tuple[Expr, Expr]]:
        """The exponent 1/2 and sqrt(|lead| spread) |E/a|/(2 pi), powers of x - e taken out of E/a; powers of 1/x at infinity."""
        found = {point.place: self._beside(point) for point in self.points}
        for end in {end for interval in self.intervals() for end in interval if end.is_infinite}:
            degree = sum((power * int(factor.degrees()[_Z]) for factor, power in self.quotient), Rational(sum(self._degrees()), 2))
            size = Mul(*(self._size(self.show(coefficients_in(factor, _Z)[-1])) ** power for factor, power in self.quotient))
            found[end] = (-degree, sqrt(self._size(self.lead)) * size / (2 * pi))
        return found

    def _beside(self, point: _BranchPoint) -> tuple[Expr, Expr]:
        groups: dict[int, Polynomial] = {}
        for factor in self.odd:
            order = _power_of(factor, self.quotient)
            groups[order] = groups.get(order, factor**0) * factor
        slope = self._size(self.odd_lead) * point.spread
        if len(groups) == 1:
            own, sizes = next(iter(groups)), [slope ** next(iter(groups))]
        else:
            own = self._own_order(groups, point.place)
            sizes = [self._size_at(group.derivative("z") if order == own else group, point.place) ** order for order, group in groups.items()]
        sizes += [self._size_at(factor, point.place) ** power for factor, power in self.quotient if factor not in self.odd]
        root = sqrt(_tidy(self._size(self.constant) * slope))
        return Rational(1, 2) + own, root * Mul(*sizes) / (2 * pi)

    def _own_order(self, groups: dict[int, Polynomial], place: Expr) -> int:
        """The order of the factors of D one of which vanishes at the place."""
        for order, group in groups.items():
            if _tidy(self._at(group, place)) == 0:
                return order
        raise NoClosedForm(f"which of the edges of {self.law} is a hard one depends on its parameters")

    def _degrees(self) -> list[int]:
        return [int(factor.degrees()[_Z]) for factor in self.odd]

    def _at(self, poly: Polynomial, x: Expr) -> Expr:
        return Add(*(self.show(c) * x**k for k, c in enumerate(coefficients_in(poly, _Z))))

    def _size_at(self, poly: Polynomial, place: Expr) -> Expr:
        return self._size(_tidy(self._at(poly, place)))

    def _size(self, expr: Expr) -> Expr:
        """|expr|; the known sign of a factor is taken out."""
        parts = [(part, self.sign(part)) for part in Mul.make_args(expr)]
        return Mul(*(Abs(part) if sign is None else sign * part for part, sign in parts))


def _power_of(factor: Polynomial, pairs: list[tuple[Polynomial, int]]) -> int:
    return next((power for other, power in pairs if other == factor), 0)


def _tidy(expr: Expr) -> Expr:
    """Factored, the square roots and absolute values in it being taken for generators whose squares are known."""
    cases = {part: Dummy() for part in expr.atoms(Max, Min, sympy.Function) if part.func is not Abs}
    expr = expr.xreplace(cases)
    inner = [part for part in expr.atoms(Pow, Abs) if part.func is Abs or part.exp == Rational(1, 2)]
    inner.sort(key=lambda part: part.count_ops(), reverse=True)
    names = {part: Dummy(f"t{k}", positive=True) for k, part in enumerate(inner)}
    expanded = expr.xreplace(names).expand()
    for part, name in names.items():
        square = (part.args[0] ** 2 if part.func is Abs else part.base).xreplace(names)
        if square.is_Symbol:
            expanded = expanded.xreplace({square: name**2}).expand()
        else:
            expanded = Add(*(c * square ** (k // 2) * name ** (k % 2) for (k,), c in Poly(expanded, name).terms())).expand()
    found = sympy.factor(expanded)
    for part, name in reversed(names.items()):
        found = found.xreplace({name: part})
    return found.xreplace({name: part for part, name in cases.items()})
