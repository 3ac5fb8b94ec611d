"""The exact questions a law answers: moments, free cumulants, transforms, the algebraic equation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy
from sympy import Expr, Symbol

from freealg.errors import InvalidInput, NoClosedForm, UndefinedMoments
from freealg.exact.elimination import elimination_budget
from freealg.forms import AtomicPart, CauchyEquation, CauchyTransform, Density, RTransform, STransform, g, m, x, z
from freealg.law.express import express

if TYPE_CHECKING:
    from freealg.show.derivation import Derivation
    from freealg.show.tables import MomentTable

__all__ = ["ExactQueries"]


class ExactQueries:
    """Methods of `Law`; exact in, exact out."""

    def moment_table(self: Any, n: int) -> MomentTable:
        """m_1 ... m_n and kappa_1 ... kappa_n side by side; prints, and exports LaTeX, CSV and HTML."""
        from freealg.show.tables import MomentTable

        return MomentTable(str(self), tuple(self.moments(n)), tuple(self.free_cumulants(n)))

    def mean(self: Any) -> Expr:
        """m_1."""
        return self.moments(1)[0]

    def variance(self: Any) -> Expr:
        """m_2 - m_1^2 = kappa_2."""
        return self.free_cumulants(2)[1]

    def require_moments(self: Any) -> None:
        """Raise `UndefinedMoments` with the reason when the law has none."""
        reason = self.why_no_moments()
        if reason:
            raise UndefinedMoments(f"{self} has no moments: {reason}; its Cauchy transform, density and equation are there")

    # -- transforms ---------------------------------------------------------------------------------------------------

    def r_transform(self: Any, g_: Symbol | None = None) -> Expr:
        """R(g) with R(G) + 1/G = z, the germ at g = 0.

        >>> import freealg as fa
        >>> g = sympy.Symbol("g")
        >>> fa.Semicircle(variance=2).r_transform(g)
        2*g
        """
        return _in_variable(express(self, RTransform).expr, g, g_, "g")

    def s_transform(self: Any, m_: Symbol | None = None) -> Expr:
        """S(m) = (1 + m)/(m M^{-1}(m)), the germ at m = 0, S(0) = 1/m_1.

        >>> import freealg as fa
        >>> fa.MarchenkoPastur().s_transform(sympy.Symbol("m"))
        1/(m + 1)
        """
        self.require_moments()
        return _in_variable(express(self, STransform).expr, m, m_, "m")

    def cauchy_transform(self: Any, z_: Symbol | None = None) -> Expr:
        """G(z) = E[1/(z - X)] on the upper half plane; a proved Piecewise over the roots of an equation of degree 3 or 4 without symbols.

        >>> import freealg as fa
        >>> fa.Semicircle().cauchy_transform(sympy.Symbol("z"))
        z/2 - sqrt(z - 2)*sqrt(z + 2)/2
        """
        transform, own = self._closed_cauchy(z_)
        return _in_variable(transform, own, z_, "z")

    def _closed_cauchy(self: Any, wanted: Any) -> tuple[Expr, Symbol]:
        """G and its variable: that of forms, or one of the caller's where roots in radicals are written in it at once."""
        try:
            return express(self, CauchyTransform).expr, z
        except NoClosedForm as error:
            from freealg.law.closed_cauchy import piecewise_cauchy_transform

            own = wanted if isinstance(wanted, Symbol) else Symbol("z")
            try:
                return piecewise_cauchy_transform(self, own), own
            except NoClosedForm as reason:
                raise NoClosedForm(f"{error}; {reason}", (*error.reasons, *reason.reasons)) from None

    def density(self: Any, x_: Any = None) -> Expr:
        """The density of the absolutely continuous part in closed form, a Piecewise on the support; `NoClosedForm` above degree 3.

        >>> import freealg as fa
        >>> fa.Semicircle().density(sympy.Symbol("x")).args[0].expr
        sqrt((2 - x)*(x + 2))/(2*pi)
        """
        return _in_variable(express(self, Density).expr, x, x_, "x")

    def moment_transform(self: Any, z_: Symbol | None = None) -> Expr:
        """M(z) = z G(z) - 1 = sum m_k z^-k on the upper half plane."""
        transform, own = self._closed_cauchy(z_)
        whole = own * transform - 1
        return _in_variable(whole if transform.has(sympy.Piecewise) else whole.expand(), own, z_, "z")

    def cauchy_equation(self: Any, G: Symbol | None = None, z_: Symbol | None = None, *, budget: int | None = None) -> sympy.Poly:
        """P(z, G) = 0 as a `sympy.Poly` in (G, z): primitive, irreducible over Q(parameters).

        `budget` bounds the predicted number of terms of an elimination; `BudgetExceeded` is raised before it starts.

        >>> import freealg as fa
        >>> G, z = sympy.symbols("G z")
        >>> fa.Semicircle().cauchy_equation(G, z).as_expr()
        G**2 - G*z + 1
        """
        with elimination_budget(budget):
            curve = express(self, CauchyEquation).curve
        clash = {str(s) for s in curve.ring.free_symbols()} & {str(G or "G"), str(z_ or "z")}
        if clash:
            raise InvalidInput(f"{', '.join(sorted(clash))} is a parameter of {self}; choose other symbols for the equation's variables")
        return curve.to_sympy(_symbol(G, "G"), _symbol(z_, "z"))

    def explain(self: Any, what: Any = "cauchy_equation", order: int = 6) -> Derivation:
        """The derivation of a form of this law, as text, Markdown and LaTeX: every step with its rule and its result.

        `what` is the name of an exact query, "r_transform", "cauchy_equation", "moments", "density", "recurrence", "support", ..., or a form.
        """
        from freealg.law.explain import explain

        return explain(self, what, order)

    def critical_values(self: Any, symbol: Any, point: Any = None) -> list[Expr]:
        """Values of a parameter at which the number of support intervals changes (may change, where other symbols are left).

        With a `point`, the values at which that becomes a branch point of the equation instead, on whatever sheet.

        >>> import freealg as fa
        >>> s = sympy.Symbol("s")
        >>> fa.boxplus(fa.Semicircle(variance=s), fa.Rademacher()).critical_values(s)
        [1]
        """
        if point is None:
            from freealg.law.transitions import critical_values

            return critical_values(self, symbol)
        from freealg.law.critical import critical_values as values_at

        return values_at(self, symbol, point)

    def psi_transform(self: Any, w: Symbol | None = None) -> Expr:
        """psi(w) = sum m_n w^n = M(1/w)."""
        variable = Symbol("w") if w is None else w
        return self.moment_transform(variable).subs(variable, 1 / variable)

    def eta_transform(self: Any, w: Symbol | None = None) -> Expr:
        """eta(w) = psi(w)/(1 + psi(w))."""
        psi = self.psi_transform(w)
        return psi / (1 + psi)

    def voiculescu_transform(self: Any, z_: Symbol | None = None) -> Expr:
        """phi(z) = R(1/z)."""
        variable = Symbol("z") if z_ is None else z_
        return self.r_transform(variable).subs(variable, 1 / variable)

    def atoms(self: Any) -> dict[Expr, Expr]:
        """{location: mass}, exact; with symbols a mass may read Max(0, ...).

        >>> import freealg as fa
        >>> fa.MarchenkoPastur(ratio=3).atoms()
        {0: 2/3}
        """
        from freealg.law.support import atomic_part

        masses: AtomicPart = atomic_part(self)
        return dict(masses.masses)

    def support_intervals(self: Any) -> list[tuple[Expr, Expr]]:
        """[(a, b), ...]: the support of the absolutely continuous part, with exact ends.

        >>> import freealg as fa
        >>> fa.MarchenkoPastur(ratio=4).support_intervals()
        [(1, 9)]
        """
        from freealg.law.support import support_intervals

        return support_intervals(self)

    def support(self: Any) -> tuple[Expr, Expr]:
        """(a, b), the convex hull of the support, atoms included."""
        from freealg.law.support import hull

        return hull(self)


def _symbol(given: Symbol | None, name: str) -> Symbol:
    if given is None:
        return Symbol(name)
    if not isinstance(given, Symbol):
        raise InvalidInput(f"the variable {name} must be a SymPy symbol, not {given!r}")
    return given


def _in_variable(expr: Expr, own: Symbol, wanted: Any, name: str) -> Expr:
    if wanted is None:
        wanted = Symbol(name)
    if wanted == own:
        return expr
    value = sympy.sympify(wanted) if not isinstance(wanted, str) else None
    if value is None:
        raise InvalidInput(f"the variable {name} must be a SymPy symbol or number, not the string {wanted!r}")
    return expr.subs(own, value) if not isinstance(value, Symbol) else expr.xreplace({own: value})


