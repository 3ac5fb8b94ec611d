"""The exact questions a law answers: moments, free cumulants, transforms, the algebraic equation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy
from sympy import Expr, Symbol

from freealg.errors import InvalidInput, NoClosedForm, UndefinedMoments, shown
from freealg.exact.coerce import exact
from freealg.exact.elimination import elimination_budget
from freealg.forms import AtomicPart, CauchyEquation, CauchyTransform, Density, RTransform, STransform
from freealg.forms import g as _g
from freealg.forms import m as _m
from freealg.forms import x as _x
from freealg.forms import z as _z
from freealg.law.express import express

if TYPE_CHECKING:
    from freealg.show.derivation import Derivation
    from freealg.show.tables import MomentTable

__all__ = ["ExactQueries"]

_MOST_BITS = 1_000


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

    def r_transform(self: Any, g: Symbol | None = None) -> Expr:
        """R(g) with R(G) + 1/G = z, the germ at g = 0.

        >>> import freealg as fa
        >>> g = sympy.Symbol("g")
        >>> fa.Semicircle(variance=2).r_transform(g)
        2*g
        """
        return _in_variable(express(self, RTransform).expr, _g, g, "g")

    def s_transform(self: Any, m: Symbol | None = None) -> Expr:
        """S(m) = (1 + m)/(m M^{-1}(m)), the germ at m = 0, S(0) = 1/m_1.

        >>> import freealg as fa
        >>> fa.MarchenkoPastur().s_transform(sympy.Symbol("m"))
        1/(m + 1)
        """
        self.require_moments()
        try:
            return _in_variable(express(self, STransform).expr, _m, m, "m")
        except NoClosedForm:
            if self.mean() != 0:
                raise
        raise NoClosedForm(f"{self} has mean 0, so S(0) = 1/m_1 is infinite and there is no S-transform; free cumulants and boxtimes do without it")

    def cauchy_transform(self: Any, z: Symbol | None = None) -> Expr:
        """G(z) = E[1/(z - X)] on the upper half plane; a proved Piecewise over the roots of an equation of degree 3 or 4 without symbols.

        >>> import freealg as fa
        >>> fa.Semicircle().cauchy_transform(sympy.Symbol("z"))
        z/2 - sqrt(z - 2)*sqrt(z + 2)/2
        """
        transform, own = self._closed_cauchy(z)
        return _in_variable(transform, own, z, "z")

    def _closed_cauchy(self: Any, wanted: Any) -> tuple[Expr, Symbol]:
        """G and its variable: that of forms, or one of the caller's where roots in radicals are written in it at once."""
        try:
            return express(self, CauchyTransform).expr, _z
        except NoClosedForm as error:
            from freealg.law.closed_cauchy import piecewise_cauchy_transform

            own = wanted if isinstance(wanted, Symbol) else Symbol("z")
            try:
                return piecewise_cauchy_transform(self, own), own
            except NoClosedForm as reason:
                raise NoClosedForm(f"{error}; {reason}", (*error.reasons, *reason.reasons)) from None

    def density(self: Any, x: Any = None) -> Expr:
        """The density of the absolutely continuous part in closed form, a Piecewise on the support; `NoClosedForm` above degree 3.

        >>> import freealg as fa
        >>> fa.Semicircle().density(sympy.Symbol("x")).args[0].expr
        sqrt((2 - x)*(x + 2))/(2*pi)
        """
        return _in_variable(express(self, Density).expr, _x, x if x is None or isinstance(x, str) else _real(x), "x")

    def moment_transform(self: Any, z: Symbol | None = None) -> Expr:
        """M(z) = z G(z) - 1 = sum m_k z^-k on the upper half plane."""
        transform, own = self._closed_cauchy(z)
        whole = own * transform - 1
        return _in_variable(whole if transform.has(sympy.Piecewise) else whole.expand(), own, z, "z")

    def cauchy_equation(self: Any, G: Symbol | None = None, z: Symbol | None = None, *, budget: int | None = None) -> sympy.Poly:
        """P(z, G) = 0 as a `sympy.Poly` in (G, z): primitive, irreducible over Q(parameters).

        `budget` bounds the predicted number of terms of an elimination; `BudgetExceeded` is raised before it starts.

        >>> import freealg as fa
        >>> G, z = sympy.symbols("G z")
        >>> fa.Semicircle().cauchy_equation(G, z).as_expr()
        G**2 - G*z + 1
        """
        names = _symbol(G, "G"), _symbol(z, "z")
        with elimination_budget(budget):
            curve = express(self, CauchyEquation).curve
        clash = {str(s) for s in curve.ring.free_symbols()} & set(map(str, names))
        if clash:
            raise InvalidInput(f"{', '.join(sorted(clash))} is a parameter of {self}; choose other symbols for the equation's variables")
        return curve.to_sympy(*names)

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
        return _in_variable((_z * express(self, CauchyTransform).expr - 1).expand(), _z, w, "w", lambda value: 1 / value)

    def eta_transform(self: Any, w: Symbol | None = None) -> Expr:
        """eta(w) = psi(w)/(1 + psi(w))."""
        psi = self.psi_transform(w)
        return psi / (1 + psi)

    def voiculescu_transform(self: Any, z: Symbol | None = None) -> Expr:
        """phi(z) = R(1/z)."""
        return _in_variable(express(self, RTransform).expr, _g, z, "z", lambda value: 1 / value)

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


def _real(point: Any) -> Expr:
    value = exact(point, "the point x")
    if value.is_real is False:
        raise InvalidInput(f"the density is a function of a real x, not of {shown(value)}; G at complex z is law.cauchy_transform(z)")
    return value


def _symbol(given: Symbol | None, name: str) -> Symbol:
    if given is None:
        return Symbol(name)
    if not (isinstance(given, Symbol) and given.is_commutative):
        raise InvalidInput(f"the variable {name} must be a SymPy symbol, not {shown(given)}; for example sympy.Symbol({name!r})")
    return given


def _in_variable(expr: Expr, own: Symbol, wanted: Any, name: str, image: Any = None) -> Expr:
    """`expr` with its variable `own` replaced by `wanted`, or by image(wanted): a symbol, or an exact number."""
    if isinstance(wanted, str):
        raise InvalidInput(
            f"the variable {name} must be a SymPy symbol or number, not the string {shown(wanted)}; for example sympy.Symbol({name!r})"
        )
    value = Symbol(name) if wanted is None else _number_or_symbol(wanted, name)
    if image is not None:
        if value == 0:
            raise InvalidInput(f"the transform is a function of 1/{name}, and {name} = 0 was given; take the limit with sympy.limit")
        value = image(value)
    if value == own:
        return expr
    return expr.xreplace({own: value}) if value.free_symbols else expr.subs(own, value)


def _number_or_symbol(wanted: Any, name: str) -> Expr:
    is_complex = isinstance(wanted, complex) or getattr(getattr(wanted, "dtype", None), "kind", "") == "c"
    parts = (wanted.real, wanted.imag) if is_complex and getattr(wanted, "ndim", 0) == 0 else (wanted,)
    real, *imaginary = [exact(part, f"the variable {name}") for part in parts]
    value: Expr = real + sympy.I * imaginary[0] if imaginary else real
    if any(max(abs(number.p).bit_length(), number.q.bit_length()) > _MOST_BITS for number in value.atoms(sympy.Rational)):
        raise InvalidInput(f"the variable {name} = {shown(value)} has more than {_MOST_BITS} bits; numbers so long are for law.cauchy(z, dps=...)")
    return value


