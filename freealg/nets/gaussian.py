"""Exact Gaussian means: E g(x) for x ~ N(mean, variance) and g piecewise in the class closed under Stein's identity.

A term is c x^n exp(alpha x^2 + beta x + gamma) erf(a_1 x + b_1) ... erf(a_k x + b_k). The exponential is absorbed in the
Gaussian; then E[(x - m) F(x)] = v E F'(x) takes n down to 0 and each derivative of an error function is again such an
exponential. What is left is 1 (error functions of the ends), E erf, or E erf erf (an arcsine, Price 1958). Terms outside the class give None.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from itertools import product
from typing import Any, final

import sympy as sp
from sympy import Expr

from freealg.nets.pieces import Pieces, X
from freealg.nets.truncated import centred_moments

__all__ = ["COSINE", "SINE", "exact_mean"]

COSINE = sp.Dummy("c", positive=True)
SINE = sp.Dummy("s", positive=True)
"""A correlation c in (0, 1) and sqrt(1 - c^2): closed forms found there are analytic and hold on (-1, 1)."""

_PI = sp.Dummy("pi", positive=True)

_BY_EXPONENTIALS: dict[Any, Callable[[Expr], Expr]] = {
    sp.sin: lambda u: (sp.exp(sp.I * u) - sp.exp(-sp.I * u)) / (2 * sp.I),
    sp.cos: lambda u: (sp.exp(sp.I * u) + sp.exp(-sp.I * u)) / 2,
    sp.sinh: lambda u: (sp.exp(u) - sp.exp(-u)) / 2,
    sp.cosh: lambda u: (sp.exp(u) + sp.exp(-u)) / 2,
    sp.erfc: lambda u: 1 - sp.erf(u),
}


@final
class _OutsideError(Exception):
    """A term is not in the class."""


@final
@dataclass(frozen=True)
class _Term:
    """factor * x^power * exp(quad x^2 + lin x) * product of erf(a x + b) over `erfs`."""

    factor: Expr = sp.S.One
    power: int = 0
    quad: Expr = sp.S.Zero
    lin: Expr = sp.S.Zero
    erfs: tuple[tuple[Expr, Expr], ...] = ()


@final
@dataclass(frozen=True)
class _Window:
    """N(mean, variance) seen on (low, high); tilted if an exponential moved it (a tail then has a large factor in front)."""

    mean: Expr
    variance: Expr
    low: Expr
    high: Expr
    tilted: bool = False

    @property
    def whole(self) -> bool:
        """The whole line."""
        return self.low is -sp.oo and self.high is sp.oo

    @property
    def half(self) -> bool:
        """One side of the centre of symmetry."""
        return self.mean == 0 and ((self.low == 0 and self.high is sp.oo) or (self.high == 0 and self.low is -sp.oo))


@lru_cache(maxsize=512)
def exact_mean(g: Pieces, variance: Expr, mean: Expr = sp.S.Zero) -> Expr | None:
    """E g(x), x ~ N(mean, variance), as a SymPy expression, or None where no closed form of this class exists.

    `variance` is a positive number or an expression in positive symbols; for symbolic variance the formula holds wherever
    the integral converges. A divergent term gives None (the numerical route names the divergence).

    >>> from freealg.nets.pieces import split
    >>> q = sp.Symbol("q", positive=True)
    >>> exact_mean(split(sp.Max(X, 0) ** 2), q), exact_mean(split(sp.erf(X) ** 2), q)
    (q/2, 2*asin(2*q/(2*q + 1))/pi)
    >>> exact_mean(split(sp.tanh(X) ** 2), q) is None
    True
    """
    if mean == 0 and g.parity() == -1:
        return sp.S.Zero
    try:
        parts = [_over(branch, _Window(mean, variance, low, high)) for low, high, branch in g.intervals() if branch != 0]
    except _OutsideError:
        return None
    total = _spread(_reduced(_spread(sp.Add(*parts))))
    if not total.has(sp.exp):
        return total
    return sp.powsimp(total, combine="exp").replace(sp.exp, lambda exponent: sp.exp(_spread(_reduced(_spread(exponent)))))


def _over(branch: Expr, window: _Window) -> Expr:
    rewritten = branch
    for function, rule in _BY_EXPONENTIALS.items():
        rewritten = rewritten.replace(function, rule)
    return sp.Add(*(_term_mean(term, window) for term in _read(rewritten)))


def _read(expr: Expr) -> list[_Term]:
    """The expression as a sum of terms; `_OutsideError` if it is not one."""
    if X not in expr.free_symbols:
        return [_Term(expr)]
    if expr == X:
        return [_Term(power=1)]
    if expr.func is sp.Add:
        return _collected([term for arg in expr.args for term in _read(arg)])
    if expr.func is sp.Mul:
        return reduce(_product, (_read(arg) for arg in expr.args))
    if expr.func is sp.erf:
        slope, shift = _coefficients(expr.args[0], 1)
        return [_Term(erfs=((slope, shift),))]
    if expr.func not in (sp.exp, sp.Pow):
        raise _OutsideError
    base, exponent = expr.as_base_exp()
    if expr.func is sp.exp or X not in base.free_symbols:
        quad, lin, const = _coefficients(expr.exp if expr.func is sp.exp else exponent * sp.log(base), 2)
        return [_Term(sp.exp(const), 0, quad, lin)]
    if not (exponent.is_integer and exponent.is_positive):
        raise _OutsideError
    return reduce(_product, [_read(base)] * int(exponent)) if exponent.is_Integer else _symbolic_power(_read(base), exponent)


def _symbolic_power(terms: list[_Term], exponent: Expr) -> list[_Term]:
    """(c exp(...))^k for a symbol k."""
    if len(terms) != 1 or terms[0].power or terms[0].erfs:
        raise _OutsideError
    term = terms[0]
    return [_Term(term.factor**exponent, 0, term.quad * exponent, term.lin * exponent)]


def _product(left: list[_Term], right: list[_Term]) -> list[_Term]:
    return _collected([_Term(a.factor * b.factor, a.power + b.power, a.quad + b.quad, a.lin + b.lin, a.erfs + b.erfs) for a in left for b in right])


def _collected(terms: list[_Term]) -> list[_Term]:
    """Like terms added."""
    sums: dict[_Term, Expr] = {}
    for term in terms:
        key = replace(term, factor=sp.S.One, quad=_tidy(term.quad), lin=_tidy(term.lin), erfs=tuple(sorted(term.erfs, key=str)))
        sums[key] = sums.get(key, sp.S.Zero) + term.factor
    return [replace(key, factor=factor) for key, factor in sums.items() if factor != 0]


def _coefficients(expr: Expr, degree: int) -> list[Expr]:
    """The coefficients of a polynomial in x of at most that degree, the highest first."""
    if not expr.is_polynomial(X):
        raise _OutsideError
    coefficients = sp.Poly(expr, X).all_coeffs()
    if len(coefficients) > degree + 1:
        raise _OutsideError
    return [sp.S.Zero] * (degree + 1 - len(coefficients)) + coefficients


def _term_mean(term: _Term, window: _Window) -> Expr:
    return term.factor * _absorbed(term, window)


def _absorbed(term: _Term, window: _Window) -> Expr:
    """E x^n exp(quad x^2 + lin x) erfs: the exponential changes N(mu, q) into N(m, v), v = q/r, r = 1 - 2 quad q, m = (mu + lin q)/r."""
    q, mu = window.variance, window.mean
    if term.quad == 0 and term.lin == 0:
        return _moment(term.power, term.erfs, window)
    shrink = sp.expand(1 - 2 * term.quad * q)
    if shrink.is_number and not shrink.is_positive:
        raise _OutsideError
    shrink = _tidy(shrink)
    centre = sp.cancel((mu + term.lin * q) / shrink)
    if not window.whole and centre.has(sp.I):
        raise _OutsideError
    exponent = sp.expand(sp.cancel(_reduced(((mu + term.lin * q) ** 2 / shrink - mu**2) / (2 * q))))
    moved = _Window(centre, _tidy(q / shrink), window.low, window.high, tilted=term.lin != 0)
    return sp.exp(exponent) / sp.sqrt(shrink) * _moment(term.power, term.erfs, moved)


def _moment(power: int, erfs: tuple[tuple[Expr, Expr], ...], window: _Window) -> Expr:
    """E x^n erf(a_1 x + b_1) ... 1_(low, high) under the window's Gaussian, by Stein's identity in n."""
    if not erfs:
        return _truncated(power, window)
    if not (window.whole or (window.half and all(shift == 0 for _, shift in erfs))):
        raise _OutsideError
    if power == 0:
        return _only_erfs(erfs, window)
    m, v = window.mean, window.variance
    total = m * _moment(power - 1, erfs, window) if m != 0 else sp.S.Zero
    if power > 1:
        total += v * (power - 1) * _moment(power - 2, erfs, window)
    for i, (slope, shift) in enumerate(erfs):
        others = erfs[:i] + erfs[i + 1 :]
        bell = _Term(2 * slope * sp.exp(-(shift**2)) / sp.sqrt(sp.pi), power - 1, -(slope**2), -2 * slope * shift, others)
        total += v * _term_mean(bell, window)
    return total


def _only_erfs(erfs: tuple[tuple[Expr, Expr], ...], window: _Window) -> Expr:
    """E erf(a x + b) = erf((a m + b)/sqrt(1 + 2 a^2 v)); E erf(a x) erf(b x) = (2/pi) asin of the correlation; odd products vanish."""
    m, v = window.mean, window.variance
    shifts = [sp.expand(slope * m + shift) for slope, shift in erfs]
    centred = all(shift == 0 for shift in shifts)
    if window.whole and len(erfs) == 1:
        return sp.erf(shifts[0] / sp.sqrt(_tidy(1 + 2 * erfs[0][0] ** 2 * v)))
    if window.whole and centred and len(erfs) % 2:
        return sp.S.Zero
    if centred and len(erfs) == 2:
        (a, _), (b, _) = erfs
        squared = 4 * a**2 * b**2 * v**2 / ((1 + 2 * a**2 * v) * (1 + 2 * b**2 * v))
        return (1 if window.whole else sp.S.Half) * 2 * _sign(a) * _sign(b) * sp.asin(_root(squared)) / sp.pi
    if window.half and len(erfs) == 1:
        slope = erfs[0][0] if window.high is sp.oo else -erfs[0][0]
        sine = _root(2 * slope**2 * v / (1 + 2 * slope**2 * v))
        angle = sp.pi / 2 - sp.acos(sine) if sine == COSINE else sp.asin(sine)
        return _sign(slope) * angle / sp.pi
    raise _OutsideError


def _truncated(power: int, window: _Window) -> Expr:
    """E x^n 1_(low, high) = sum over j of binomial(n, j) m^(n-j) E y^j 1, y = x - m."""
    m = window.mean
    low, high = (end if end.is_infinite else end - m for end in (window.low, window.high))
    parts = centred_moments(power, window.variance, (low, high), window.tilted)
    if m == 0:
        return parts[power]
    return sp.Add(*(sp.binomial(power, j) * m ** (power - j) * part for j, part in enumerate(parts)))


def _spread(expr: Expr) -> Expr:
    """Products distributed over sums; denominators are left factored, as `sympy.expand` would not."""
    if expr.func is sp.Add:
        return sp.Add(*(_spread(arg) for arg in expr.args))
    if expr.func is not sp.Mul:
        return expr
    choices = [sp.Add.make_args(_spread(arg)) for arg in expr.args]
    return sp.Add(*(sp.Mul(*choice) for choice in product(*choices)))


def _reduced(expr: Expr) -> Expr:
    """c^2 written as 1 - s^2, which keeps the positivity of what follows in sight."""
    if COSINE not in expr.free_symbols:
        return expr
    return expr.replace(
        lambda e: e.is_Pow and e.base == COSINE and e.exp.is_Integer,
        lambda e: COSINE ** (e.exp % 2) * (1 - SINE**2) ** (e.exp // 2),
    )


def _tidy(expr: Expr) -> Expr:
    """A rational function of the symbols, or of pi, factored."""
    if expr.free_symbols:
        return sp.factor(sp.cancel(sp.together(_reduced(expr))))
    return sp.factor(sp.cancel(sp.together(expr.xreplace({sp.pi: _PI})))).xreplace({_PI: sp.pi}) if expr.has(sp.pi) else expr


def _root(square: Expr) -> Expr:
    """The positive square root of a square that is rational in the symbols."""
    plain = sp.cancel(sp.together(square)) if COSINE in square.free_symbols else square
    even = min(monom[0] for monom in sp.Poly(sp.numer(plain), COSINE).monoms()) if COSINE in plain.free_symbols else 0
    return COSINE ** (even // 2) * sp.sqrt(_tidy(plain / COSINE**even))


def _sign(slope: Expr) -> int:
    if slope.is_positive:
        return 1
    if slope.is_negative:
        return -1
    raise _OutsideError
