"""The positive square root of a variable: the law of the singular values of A from that of A A^T."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

from sympy import Abs, Expr, Integer, Mul, Piecewise, Rational, sqrt

from freealg.errors import NoClosedForm, NotALaw
from freealg.exact.coerce import exact
from freealg.exact.edge_forms import raised, stretched
from freealg.exact.signs import sign_under
from freealg.forms import AtomicPart, Atoms, Density, Moments, x
from freealg.forms.atomic import gathered
from freealg.law.law import Law
from freealg.law.operations.operation import UnaryOperation
from freealg.law.support import sign_of, support_intervals

__all__ = ["SquareRoot", "square_root"]


@final
@dataclass(frozen=True, repr=False)
class SquareRoot(UnaryOperation):
    """The law of sqrt(X), X >= 0: density 2 y rho(y^2).

    z G_X(z^2) is the Cauchy transform of the symmetrised law, (X^(1/2) and -X^(1/2) with equal chances); the law itself has, as a rule, no algebraic
    equation, and only its even moments are exact.
    """

    method: ClassVar[str] = "sqrt"

    def latex(self) -> str:
        """sqrt(mu)."""
        return rf"\sqrt{{{self.operand.latex()}}}"

    def lane_atoms(self, term: Atoms) -> Atoms:
        """x -> sqrt(x)"""
        return Atoms(gathered((sqrt(a), p) for a, p in term.masses))

    def lane_atomic_part(self, term: AtomicPart) -> AtomicPart:
        """x -> sqrt(x)"""
        return AtomicPart(gathered((sqrt(a), p) for a, p in term.masses))

    def lane_density(self, term: Density) -> Density:
        """2 x rho(x^2) for x > 0"""
        return Density(Piecewise((2 * x * term.expr.subs(x, x**2), x > 0), (0, True)))

    def lane_moments(self, term: Moments) -> Moments:
        """the odd moments E X^(n/2) are not those of X"""
        way_out = "even ones are law.moment(2*k), the others law.expect(lambda y: y**n)"
        raise NoClosedForm(f"the odd moments of the square root of {self.operand} are no moments of it; {way_out}")

    def moment(self, k: Any) -> Expr:
        """m_k = E X^(k/2): exact for even k."""
        order = exact(k, "the order of a moment")
        half = order / 2
        return self.operand.moment(half) if half.is_Integer and half.is_nonnegative else super().moment(k)

    def square(self) -> Law:
        """The operand itself."""
        return self.operand

    def known_intervals(self) -> list[tuple[Expr, Expr]]:
        """The roots of the ends."""
        return [(self._root(low), self._root(high)) for low, high in support_intervals(self.operand)]

    def known_edges(self) -> dict[Expr, tuple[Expr, Expr]]:
        """(alpha, c) at e > 0 becomes (alpha, c (2 sqrt e)^(alpha + 1)) at sqrt(e), at 0 it becomes (2 alpha + 1, 2 c)."""
        from freealg.law.symbolic_edges import symbolic_edges

        found = symbolic_edges(self.operand)
        return {self._root(x): raised(edge, Rational(1, 2)) if x == 0 else stretched(edge, 1 / (2 * self._root(x))) for x, edge in found.items()}

    def _root(self, x: Expr) -> Expr:
        """sqrt(x) for x >= 0, squares taken out."""
        squares = [part.base for part in Mul.make_args(x) if part.is_Pow and part.exp == 2]
        signs = [sign_under(base, self.positive_parameters()) for base in squares]
        sizes = [Abs(base) if sign is None else sign * base for base, sign in zip(squares, signs, strict=True)]
        return Mul(sqrt(x / Mul(*squares) ** 2), *sizes)

    def special_engine(self) -> Any:
        """The operand's engine seen through y = sqrt(x)."""
        from freealg.law.engine import engine_of
        from freealg.law.rooted import RootedSpectrum

        return RootedSpectrum(engine_of(self.operand), self.atoms(), self.known_intervals())

    def known_sign(self) -> int:
        return 1


def square_root(law: Law) -> Law:
    """The law of sqrt(X) for a law on [0, oo); raises `NotALaw` where X reaches below zero.

    >>> import freealg as fa
    >>> square_root(fa.MarchenkoPastur(ratio=4)).support_intervals()
    [(1, 3)]
    """
    sign = sign_of(law)
    if sign == 1 or (sign is None and law.free_symbols):
        return SquareRoot(law)
    low = law.support()[0]
    if low >= Integer(0):
        return SquareRoot(law)
    raise NotALaw(f"{law} has no square root: its support begins at {low} < 0; a positive law is there as law.square()")
