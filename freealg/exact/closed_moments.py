"""Moments and free cumulants with a symbolic index k, by Lagrange inversion.

m_k = [g^k] C(g)^(k+1) / (k+1) with C = 1 + g R, m_k = [m^(k-1)] F(m)^k / k with F = (1 + m)/S, kappa_k = [m^(k-1)] S(m)^-k / k and
kappa_k = -[w^k] M(w)^-(k-1) / (k-1): closed forms wherever C, F, S or M is a product of powers of short polynomials and an exponential. Catalan,
Narayana, Fuss-Catalan and Laguerre come out by themselves.
"""

from __future__ import annotations

import sympy
from sympy import Eq, Expr, Integer, KroneckerDelta, Mod, Piecewise, RisingFactorial, Symbol, binomial

from freealg.errors import NoClosedForm
from freealg.exact.recurrence import Recurrence
from freealg.exact.series_products import PowerProduct, coefficient_closed_form, integer_power, power_product

__all__ = [
    "cumulant_by_r_side",
    "cumulant_by_s_side",
    "cumulant_by_series",
    "moment_by_r_side",
    "moment_by_recurrence",
    "moment_by_s_side",
    "moment_by_series",
]


def moment_by_r_side(r_transform: Expr, g: Symbol, k: Symbol) -> Expr:
    """m_k = [g^k] (1 + g R(g))^(k+1) / (k+1), for every integer k >= 1.

    Raises `NoClosedForm` when 1 + g R(g) is no product of powers.

    >>> g, k = sympy.symbols("g k")
    >>> moment_by_r_side(1/(1 - g), g, k)
    binomial(2*k, k)/(k + 1)
    """
    c = _explained(1 + g * r_transform, g, f"1 + {g} R({g})")
    return _rationals_out(c.power(k + 1).coefficient(k), k + 1)


def moment_by_s_side(s_transform: Expr, m: Symbol, k: Symbol) -> Expr:
    """m_k = [m^(k-1)] ((1 + m)/S(m))^k / k, for every integer k >= 1.

    Raises `NoClosedForm` when (1 + m)/S(m) is no product of powers.

    >>> m, k, s = sympy.symbols("m k s")
    >>> moment_by_s_side((1 + m)**(-s), m, k)
    binomial(k*(s + 1), k)/(k*s + 1)
    >>> moment_by_s_side(sympy.exp(-s*m), m, k)
    assoc_laguerre(k - 1, 1, -k*s)/k
    """
    return _inverted((1 + m) / s_transform, m, k, f"(1 + {m})/S({m})")


def cumulant_by_s_side(s_transform: Expr, m: Symbol, k: Symbol) -> Expr:
    """kappa_k = [m^(k-1)] S(m)^-k / k, for every integer k >= 1: m S(m) and g R(g) are inverse to each other.

    Raises `NoClosedForm` when S(m) is no product of powers.

    >>> m, k, s = sympy.symbols("m k s")
    >>> cumulant_by_s_side((1 + m)**(-s), m, k)
    binomial(k*s, k)/(k*(s - 1) + 1)
    """
    return _inverted(1 / s_transform, m, k, f"1/S({m})")


def moment_by_series(series: Expr, w: Symbol, k: Symbol) -> Expr:
    """m_k = [w^k] M(w) for a closed M(w) = 1 + sum m_n w^n = G(1/w)/w, a sum of products of powers; for every integer k >= 1.

    >>> w, k = sympy.symbols("w k")
    >>> moment_by_series(1/(1 - 2*w)/3 + sympy.Rational(2, 3), w, k)
    2**k/3
    """
    return _for_positive(coefficient_closed_form(series, w, k), k)


def moment_by_recurrence(recurrence: Recurrence, k: Symbol) -> Expr:
    """m_k = m_{step j0} times the product of -p_1/p_0 over the steps from j0 to j = k/step: a recurrence of two terms is hypergeometric.

    Raises `NoClosedForm` when the recurrence has more terms, or a coefficient has roots that are not rational.

    >>> two_terms = Recurrence(((Integer(1), Integer(1)), (Integer(2), Integer(-4))), 1, 1, (Integer(1),), "given")
    >>> moment_by_recurrence(two_terms, Symbol("k")).subs(Symbol("k"), 5)
    42
    """
    if len(recurrence.rows) != 2:
        raise NoClosedForm(f"the recurrence of the moments has {len(recurrence.rows)} terms; two give a hypergeometric closed form")
    step, known = recurrence.step, len(recurrence.start) - 1
    below, above = recurrence.coefficients
    j = k / step
    count = j - known
    value = recurrence.start[known] * (-above.LC() / below.LC() * Integer(step) ** (above.degree() - below.degree())) ** count
    for poly, power in ((above, 1), (below, -1)):
        for root, times in _rational_roots(poly):
            value *= RisingFactorial(known + 1 - root / step, count) ** (power * times)
    if any(value.subs(k, step * i) != recurrence.start[i] for i in range(1, known)):
        raise NoClosedForm("the first moments do not follow the two-term recurrence of the others")
    return value if step == 1 else Piecewise((value, Eq(Mod(k, step), 0)), (Integer(0), True))


def _rational_roots(poly: sympy.Poly) -> list[tuple[Expr, int]]:
    roots = list(sympy.roots(poly, filter="Q").items())
    if sum(times for _, times in roots) != poly.degree():
        raise NoClosedForm(f"the coefficient {poly.as_expr()} of the recurrence has roots that are not rational")
    return roots


def cumulant_by_r_side(r_transform: Expr, g: Symbol, k: Symbol) -> Expr:
    """kappa_k = [g^(k-1)] R(g) for R a sum of products of powers; for every integer k >= 1.

    >>> g, k, rate, jump = sympy.symbols("g k rate jump")
    >>> cumulant_by_r_side(rate*jump/(1 - jump*g), g, k)
    jump**k*rate
    """
    return _for_positive(coefficient_closed_form(r_transform, g, k - 1), k)


def cumulant_by_series(series: Expr, w: Symbol, k: Symbol) -> Expr:
    """kappa_k = -[w^k] M(w)^-(k-1) / (k-1) for k >= 2, kappa_1 = m_1, for a closed M(w) = 1 + sum m_n w^n that is a product of powers.

    >>> w, k = sympy.symbols("w k")
    >>> cumulant_by_series(1/(1 - w), w, k).subs(k, 5)
    0
    """
    product = _explained(series, w, f"M({w})")
    mean = sympy.diff(series, w).subs(w, 0)
    general = -_rationals_out(product.power(1 - k).coefficient(k), k - 1)
    return Piecewise((mean, Eq(k, 1)), (general, True))


def _inverted(expr: Expr, m: Symbol, k: Symbol, name: str) -> Expr:
    """[m^(k-1)] F(m)^k / k."""
    f = _explained(expr, m, name)
    if f.shift:
        raise NoClosedForm(f"{name} vanishes or has a pole at 0, so the mean is 0 or infinite; use the R-transform")
    single = _single_binomial(f, k)
    return single if single is not None else _rationals_out(f.power(k).coefficient(k - 1), k)


def _explained(expr: Expr, x: Symbol, name: str) -> PowerProduct:
    try:
        return power_product(expr, x)
    except NoClosedForm as error:
        raise NoClosedForm(f"{name} is not a product of powers of short polynomials and an exponential ({error})") from None


def _single_binomial(f: PowerProduct, k: Symbol) -> Expr | None:
    """A^k c^(k-1) binomial(e k, k)/((e-1) k + 1) for F = A (1 + c m)^e, e not a number below 1: the Fuss-Catalan form."""
    if f.rate != 0 or len(f.factors) != 1:
        return None if f.rate != 0 or f.factors else Piecewise((f.constant, Eq(k, 1)), (Integer(0), True))
    terms, e = f.factors[0]
    if len(terms) != 1 or terms[0][0] != 1 or (e.is_number and not e >= 1):
        return None
    c = terms[0][1]
    numerator = binomial(sympy.factor(e * k), k) if e != 1 else Integer(1)
    value = integer_power(f.constant, k) * integer_power(c, k - 1) * numerator / (sympy.factor((e - 1) * k) + 1)
    return sympy.powsimp(value, combine="exp")


def _rationals_out(value: Expr, divisor: Expr) -> Expr:
    """value / divisor, inside the pieces of a `Piecewise`."""
    if isinstance(value, Piecewise):
        return Piecewise(*((piece / divisor, condition) for piece, condition in value.args))
    return value / divisor


def _for_positive(value: Expr, k: Symbol) -> Expr:
    """The value without what only shows at k <= 0."""
    return value.xreplace({KroneckerDelta(k, 0): Integer(0), KroneckerDelta(k + 1, 0): Integer(0)})
