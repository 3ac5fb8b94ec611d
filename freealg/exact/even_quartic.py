"""Zeros of quartics in (x - h)^2 whose coefficients are rational functions of parameters: four real zeros, and which of them is which.

With y = x - h the quartic is y^4 + P y^2 + Q. Its zeros are ±sqrt(A) ± sqrt(B), A = (q - P/2)/2 and B = (-q - P/2)/2, where Q = q^2; they are
±sqrt(A) and ±sqrt(B), A and B = (-P ± d)/2, where P^2 - 4 Q = d^2; and nested square roots otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import sympy
from sympy import Abs, Expr, Integer, Max, Min, Mul, Pow, sqrt

from freealg.errors import NoClosedForm
from freealg.exact.radicals import factors_of, root_of_square

__all__ = ["EvenQuartic", "surd"]

Sign = Callable[[Expr], int | None]


@final
@dataclass(frozen=True)
class EvenQuartic:
    """The zeros centre ± outer and centre ± inner, made as `split` tells of the pairs (u, r) of `parts`, r a principal square root.

    "sum": outer and inner are u_1 r_1 ± u_2 r_2; "apart": they are u_1 r_1 and u_2 r_2, none known to be the larger; "nested": they are
    sqrt(base ± u r). `order` has the sign of |u_1 r_1| - |u_2 r_2|.

    >>> p, q, x = sympy.symbols("p q x")
    >>> y = (x - 1) ** 2
    >>> quartic = EvenQuartic.of(sympy.Poly(y**2 - 2 * (p + q - 2 * p * q) * y + (p - q) ** 2, x).all_coeffs()[::-1])
    >>> quartic.zeros()[3]
    sqrt(p*(1 - q)) + sqrt(q*(1 - p)) + 1
    """

    centre: Expr
    split: str
    parts: tuple[tuple[Expr, Expr], ...]
    order: Expr = sympy.S.One
    base: Expr = sympy.S.Zero

    @classmethod
    def of(cls, coefficients: list[Expr]) -> EvenQuartic:
        """Read the coefficients, constant term first; `NoClosedForm` where the quartic is not even about the mean of its zeros."""
        e, d, c, b, a = coefficients
        h = sympy.cancel(-b / (4 * a))
        P = sympy.factor(c / a - 6 * h**2)
        if sympy.cancel(d / a + 2 * h * P + 4 * h**3) != 0:
            raise NoClosedForm("a branch point satisfies an irreducible equation of degree 4")
        Q = sympy.factor(e / a - h**4 - P * h**2)
        radicand = sympy.factor(P**2 - 4 * Q)
        width, product = root_of_square(radicand), root_of_square(Q)
        if width is not None:
            return cls(h, "apart", tuple(surd(sympy.factor((-P + side * width) / 2)) for side in (1, -1)), width)
        if product is not None:
            return cls(h, "sum", tuple(surd(sympy.factor((side * 2 * product - P) / 4)) for side in (1, -1)), product)
        outer, root = surd(radicand)
        return cls(h, "nested", ((sympy.factor(outer / 2), root),), base=sympy.factor(-P / 2))

    def zeros(self) -> list[Expr]:
        """The four zeros, in increasing order where the parameters happen to allow it."""
        values = [outer * root for outer, root in self.parts]
        return self._around(*self._widths(values, values[0] - values[-1]))

    def ordered(self, sign: Sign) -> list[Expr]:
        """The zeros in increasing order wherever all of them are real; `sign` tells the sign of an expression in the parameters."""
        values = [_size(outer, sign) * root for outer, root in self.parts]
        order = sign(self.order)
        if order is None and self.split == "apart":
            return self._around(Max(*values), Min(*values))
        values = values[::-1] if order == -1 else values
        difference = values[0] - values[-1]
        return self._around(*self._widths(values, Abs(difference) if order is None else difference))

    def gap(self, sign: Sign) -> Expr:
        """|outer^2 - inner^2|, so that the product of the distances of centre + y from the other zeros is 2 |y| gap."""
        if self.split == "apart":
            return _size(self.order, sign)
        values = [_size(outer, sign) * root for outer, root in self.parts]
        return 4 * Mul(*values) if self.split == "sum" else 2 * values[0]

    def _widths(self, values: list[Expr], difference: Expr) -> tuple[Expr, Expr]:
        if self.split == "nested":
            return sqrt(self.base + values[0]), sqrt(self.base - values[0])
        return (values[0] + values[1], difference) if self.split == "sum" else (values[0], values[1])

    def _around(self, outer: Expr, inner: Expr) -> list[Expr]:
        return [self.centre - outer, self.centre - inner, self.centre + inner, self.centre + outer]


def _size(x: Expr, sign: Sign) -> Expr:
    known = sign(x)
    return Abs(x) if known is None else known * x


def surd(expr: Expr) -> tuple[Expr, Expr]:
    """(outer, root) with expr = outer^2 root^2, root the principal square root of what is left without squares.

    >>> p, q = sympy.symbols("p q")
    >>> surd(4 * p**2 * (1 - q))
    (2*p, sqrt(1 - q))
    """
    if any(not power.exp.is_Integer for power in expr.atoms(Pow)):
        return Integer(1), sqrt(expr)
    content, factors = factors_of(expr)
    number, rest = sqrt(abs(content)).as_coeff_Mul()
    outer = Mul(number, *(Pow(factor, power // 2) for factor, power in factors))
    inner = [factor for factor, power in factors if power % 2]
    sums = [k for k, factor in enumerate(inner) if factor.is_Add]
    turned = -1 if content < 0 else 1
    if turned == -1 and sums:
        inner[sums[-1]], turned = -inner[sums[-1]], 1
    return outer, sqrt(Mul(turned, rest**2, *inner))
