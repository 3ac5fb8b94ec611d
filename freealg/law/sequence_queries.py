"""What a law's moments answer: any number of them, closed forms in the order, recurrences, orthogonal polynomials, asymptotics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy
from sympy import Expr, Integer, Pow, Symbol

from freealg.errors import BudgetExceeded, InvalidInput, NoClosedForm, shown
from freealg.exact.coerce import exact, whole_number
from freealg.exact.context import exclusive
from freealg.forms import Atoms, CauchyEquation, CauchyTransform, FreeCumulants, Moments, RTransform, STransform, g, m, z
from freealg.law.arguments import digits_of
from freealg.law.express import affordable, direct, express

if TYPE_CHECKING:
    from freealg.exact.moment_routes import MomentRoutes
    from freealg.exact.recurrence import Recurrence

__all__ = ["SequenceQueries"]

_LOST = 4  # digits that sums and quotients of moments may lose
_SHORT, _MANY, _MOST_TERMS, _FARTHEST, _MOST_LEVELS = 6, 30, 50_000, 2_000_000, 1_000


class SequenceQueries:
    """Methods of `Law` on its moments and free cumulants."""

    def moments(self: Any, n: int) -> list[Expr]:
        """[m_1, ..., m_n], m_k = E[X^k]; long lists of a numeric algebraic law come from its recurrence or from Newton's method on its curve.

        >>> import freealg as fa
        >>> fa.MarchenkoPastur(ratio=sympy.Symbol("r")).moments(3)
        [1, r + 1, r**2 + 3*r + 1]
        """
        count = _count(n)
        self.require_moments()
        if count > _MANY:
            routes = self.moment_routes()
            if routes is not None:
                with exclusive():
                    return list(routes.expressions(count))
        return self._as_known(express(self, Moments).first(count)) if count else []

    def moment(self: Any, k: Any) -> Expr:
        """m_k: a number for an integer k, a closed form in k for a symbol.

        Raises `NoClosedForm` for a symbol where neither 1 + g R(g) nor (1 + m)/S(m) is a product of powers of linear factors.

        >>> import freealg as fa
        >>> fa.FussCatalan(2).moment(sympy.Symbol("k")), fa.Semicircle().moment(100_000) > 0
        (binomial(3*k, k)/(2*k + 1), True)
        """
        self.require_moments()
        order = exact(k, "the order of a moment")
        if order.is_number:
            count = _count(order, _FARTHEST)
            if count == 0:
                return Integer(1)
            routes = self.moment_routes() if count > _MANY else None
            if routes is None:
                return self.moments(count)[-1]
            with exclusive():
                return routes.single(count)
        return _closed(self, order, _moment_rules)

    def free_cumulants(self: Any, n: int) -> list[Expr]:
        """[kappa_1, ..., kappa_n], R(g) = sum kappa_{k+1} g^k.

        >>> import freealg as fa
        >>> fa.Rademacher().free_cumulants(6)
        [0, 1, 0, -1, 0, 2]
        """
        count = _count(n)
        self.require_moments()
        return self._as_known(express(self, FreeCumulants).first(count)) if count else []

    def _as_known(self: Any, values: list[Expr]) -> list[Expr]:
        """Floats of the digits that are known, for a law whose moments come from quadrature."""
        digits = self.moment_digits()
        return values if digits is None else [value if value.is_Integer else sympy.N(value, digits - _LOST) for value in values]

    def _require_exact_moments(self: Any, what: str) -> None:
        digits = self.moment_digits()
        if digits is not None:
            raise NoClosedForm(f"the {what} of {self} need exact moments, and quadrature gives these to {digits} digits; moments(n) lists them")

    def free_cumulant(self: Any, k: Any) -> Expr:
        """kappa_k: a number for an integer k >= 1, a closed form in k for a symbol.

        >>> import freealg as fa
        >>> fa.FreePoisson(rate=3, jump=2).free_cumulant(sympy.Symbol("k"))
        3*2**k
        """
        self.require_moments()
        order = exact(k, "the order of a free cumulant")
        if order.is_number:
            count = _count(order)
            if count == 0:
                raise InvalidInput("free cumulants begin with kappa_1; ask for k >= 1")
            return self.free_cumulants(count)[-1]
        return _closed(self, order, _cumulant_rules)

    def moment_routes(self: Any) -> MomentRoutes | None:
        """The fast routes to many moments of an algebraic law without parameters; None for any other law."""
        from freealg.exact.moment_routes import MomentRoutes

        with exclusive():
            if "routes" not in self.memo:
                equation = None if self.free_symbols else affordable(self, CauchyEquation)
                germ = None if equation is None else equation.germ
                plain = equation is not None and germ is not None and germ.ring.context is None and not equation.curve.ring.bases
                self.memo["routes"] = MomentRoutes(equation.curve, germ) if plain else None  # type: ignore[union-attr, arg-type]
            found: MomentRoutes | None = self.memo["routes"]
            return found

    def recurrence(self: Any) -> Recurrence:
        """A P-recursive recurrence of the moments with its proof status: algebraic equation -> differential equation -> recurrence.

        >>> import freealg as fa
        >>> print(fa.MarchenkoPastur().recurrence())  # doctest: +ELLIPSIS
        (n + 1)*m[n] - 2*(2*n - 1)*m[n - 1] = 0 for n >= 1
        m[0] = 1
        ...
        """
        from freealg.exact.moment_routes import MomentRoutes

        self.require_moments()
        known: Recurrence | None = self.known_recurrence()
        if known is not None:
            return known
        equation = express(self, CauchyEquation)
        if equation.germ is None:
            raise NoClosedForm(f"{self} has no moments to recur; its equation and its density are there")
        routes = self.moment_routes() or MomentRoutes(equation.curve, equation.germ)
        return routes.recurrence()

    def jacobi_coefficients(self: Any, n: int) -> tuple[list[Expr], list[Expr]]:
        """([a_0, ..., a_{n-1}], [b_1, ..., b_{n-1}]) of x p_k = p_{k+1} + a_k p_k + b_k p_{k-1}, the monic orthogonal polynomials; exact.

        >>> import freealg as fa
        >>> fa.Semicircle(variance=2).jacobi_coefficients(3)
        ([0, 0, 0], [2, 2])
        """
        from freealg.exact.orthogonal import jacobi_coefficients

        self._require_exact_moments("Jacobi coefficients")
        return jacobi_coefficients(self.moments(2 * _count(n, _MOST_LEVELS)), int(n))

    def continued_fraction(self: Any, n: int, z_: Symbol | None = None) -> Expr:
        """G(z) = 1/(z - a_0 - b_1/(z - a_1 - ...)), cut after n levels.

        >>> import freealg as fa
        >>> fa.Semicircle().continued_fraction(2, Symbol("z"))
        1/(z - 1/z)
        """
        from freealg.exact.orthogonal import continued_fraction

        a, b = self.jacobi_coefficients(n)
        return continued_fraction(a, b, Symbol("z") if z_ is None else exact(z_, "the variable z"))

    def gauss_quadrature(self: Any, n: int, dps: int | None = None) -> tuple[Any, Any]:
        """(nodes, weights) of the n-point Gauss rule of this law: exact for polynomials of degree below 2n."""
        from freealg.exact.orthogonal import gauss_quadrature

        self.require_numbers("a quadrature rule")
        a, b = self.jacobi_coefficients(n)
        return gauss_quadrature(a, b, digits_of(dps))

    def hankel_determinants(self: Any, n: int) -> list[Expr]:
        """[D_1, ..., D_n], D_k = det (m_{i+j}) for i, j < k; all positive when the law has more than n points.

        >>> import freealg as fa
        >>> fa.Rademacher().hankel_determinants(3)
        [1, 1, 0]
        """
        from freealg.exact.hankel import hankel_determinants

        self._require_exact_moments("Hankel determinants")
        return hankel_determinants(self.moments(2 * _count(n, _MOST_LEVELS)), int(n))

    def moment_asymptotics(self: Any, k: Symbol) -> Expr:
        """The leading term of m_k as k -> oo, from the exponents and constants of the outer edges."""
        from freealg.exact.asymptotics import moment_asymptotics

        self.require_numbers("the asymptotics of the moments")
        if not isinstance(k, Symbol):
            raise InvalidInput(f"the order k of the asymptotics must be a SymPy symbol, not {shown(k)}; numbers are law.moment(k)")
        return moment_asymptotics(self.edge_exponents(), k, self.atoms())


def _count(n: Any, most: int = _MOST_TERMS) -> int:
    """A number of terms, from 0 to `most`: what a list of more would take is not started."""
    count = whole_number(n)
    if count is None or count < 0:
        raise InvalidInput(f"the number of terms must be an integer >= 0, not {shown(n)}; for example law.moments(6)")
    if count > most:
        raise BudgetExceeded(f"{shown(n)} terms are over the budget of {most}; one moment alone, law.moment(k), goes up to k = {_FARTHEST}")
    return count


def _closed(law: Any, k: Expr, rules: Any) -> Expr:
    """The first rule that gives a closed form in k; the reasons of all when none does."""
    if not isinstance(k, Symbol):
        raise InvalidInput(f"the order must be an integer or a symbol, not {shown(k)}; for example law.moment(sympy.Symbol('k'))")
    reasons: list[str] = []
    for rule in rules(law, k):
        try:
            found: Expr = rule()
        except NoClosedForm as error:
            reasons += error.reasons
        else:
            return found
    raise NoClosedForm(f"no closed form in {k} is known for {law}: {'; '.join(dict.fromkeys(reasons))}; ask for numbers k", tuple(reasons))


def _moment_rules(law: Any, k: Symbol) -> list[Any]:
    from freealg.exact.closed_moments import moment_by_r_side, moment_by_s_side, moment_by_series

    w = sympy.Dummy("w")
    return [
        lambda: law.moment_formula(k),
        lambda: sympy.Add(*(p * Pow(a, k) for a, p in direct(law, Atoms).masses)),
        lambda: moment_by_s_side(direct(law, STransform).expr, m, k),
        lambda: moment_by_r_side(direct(law, RTransform).expr, g, k),
        lambda: moment_by_s_side(express(law, STransform).expr, m, k),
        lambda: moment_by_series((express(law, CauchyTransform).expr.xreplace({z: 1 / w}) / w).expand(), w, k),
        lambda: _by_recurrence(law, k),
    ]


def _by_recurrence(law: Any, k: Symbol) -> Expr:
    from freealg.exact.closed_moments import moment_by_recurrence

    equation = None if law.free_symbols else affordable(law, CauchyEquation)
    if equation is None or equation.germ is None or equation.curve.degree_G > _SHORT:
        raise NoClosedForm(f"a recurrence is tried for laws without symbols whose equation has a degree up to {_SHORT} in G")
    return moment_by_recurrence(law.recurrence(), k)


def _cumulant_rules(law: Any, k: Symbol) -> list[Any]:
    from freealg.exact.closed_moments import cumulant_by_r_side, cumulant_by_s_side, cumulant_by_series

    w = sympy.Dummy("w")
    return [
        lambda: cumulant_by_r_side(express(law, RTransform).expr, g, k),
        lambda: cumulant_by_s_side(direct(law, STransform).expr, m, k),
        lambda: cumulant_by_series((express(law, CauchyTransform).expr.xreplace({z: 1 / w}) / w).expand(), w, k),
    ]
