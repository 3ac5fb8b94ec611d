"""A function known by its formula: exact means where they exist, certified ones elsewhere, and NumPy values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import erf, erfc, inf
from typing import Any, final

import mpmath
import numpy as np
import sympy as sp
from sympy import Expr

from freealg.errors import InvalidInput, NoClosedForm, UnboundParameters
from freealg.nets.bivariate import exact_pair, numeric_pair
from freealg.nets.gaussian import exact_mean
from freealg.nets.pieces import Pieces, X, split
from freealg.nets.quadrature import numeric_mean

__all__ = ["ERROR_FUNCTIONS", "Formula", "Integrand", "tidied"]

_WAY_OUT = "give numbers for a value to `dps` digits"


@final
@dataclass(frozen=True)
class Integrand:
    """f(x)^power * f'(x)^slope * weight(x): everything whose Gaussian mean is asked of an activation."""

    power: int = 0
    slope: Expr = sp.S.Zero
    weight: Expr = sp.S.One


@final
@dataclass(frozen=True)
class Formula:
    """f given by smooth branches; every answer to as many digits as are asked for."""

    pieces: Pieces

    @property
    def breaks(self) -> tuple[float, ...]:
        """Where f is not smooth, as doubles."""
        self._bound("a numerical value")
        return tuple(float(b) for b in self.pieces.breaks)

    @property
    def digits(self) -> float:
        """How many digits a one-dimensional mean can have: any number."""
        return inf

    @property
    def pair_digits(self) -> float:
        """How many digits a correlation can have: any number."""
        return inf

    def moment(self, integrand: Integrand, variance: Expr, dps: int) -> Expr:
        """E f^power f'^slope weight for x ~ N(0, variance): exact where closed, else a Float of `dps` digits."""
        product = self._integrand(integrand)
        exact = None if self._in_decimals(variance) else exact_mean(product, variance)
        if exact is not None:
            return tidied(exact, variance)
        if variance.free_symbols:
            raise NoClosedForm(f"this Gaussian mean of {self.expression()} has no closed form in {_names(variance.free_symbols)}; {_WAY_OUT}")
        if sp.sympify(integrand.slope).free_symbols:
            raise NoClosedForm(f"this Gaussian mean of {self.expression()} has no closed form in {_names(integrand.slope.free_symbols)}; {_WAY_OUT}")
        self._bound("a Gaussian mean that has no closed form")
        try:
            return numeric_mean(product, variance, dps)
        except InvalidInput as reason:
            raise InvalidInput(f"{self.expression()} at variance {variance}: {reason}") from None

    def pair(self, slope: int, c: Expr, variance: Expr, dps: int) -> Expr:
        """E f(u1) f(u2) (slope 0) or E f'(u1) f'(u2) (slope 1) for correlation c: exact where closed, else a Float."""
        if slope and self.pieces.jumps() and not (c.is_number and abs(c) == 1):
            return self._with_masses(c, variance, dps)
        pieces = self._smooth_derivative() if slope else self.pieces
        if abs(c) == 1:
            return self._collinear(pieces, c, variance, dps)
        if c == 0:
            return sp.expand_mul(Formula(pieces).moment(Integrand(1), variance, dps) ** 2)
        exact = exact_pair(pieces, c, variance)
        if exact is not None:
            return exact
        symbols = c.free_symbols | variance.free_symbols
        if symbols:
            raise NoClosedForm(f"E f(u1) f(u2) of {self.expression()} has no closed form in {_names(symbols)}; {_WAY_OUT}")
        self._bound("a correlation that has no closed form")
        return numeric_pair(pieces, c, variance, dps)

    def _with_masses(self, c: Expr, variance: Expr, dps: int) -> Expr:
        """E f'(u1) f'(u2) = E g g + 2 sum J_i p(b_i) E[g(u2) | u1 = b_i] + sum J_i J_j p(b_i, b_j), g = f' between the jumps J_i at b_i."""
        smooth, jumps = Formula(self.pieces.derivative()), self.pieces.jumps()
        total = smooth.pair(0, c, variance, dps)
        for b, step in jumps.items():
            bell = sp.exp(-(b**2) / (2 * variance)) / sp.sqrt(2 * sp.pi * variance)
            total += 2 * step * bell * smooth.shifted(c * b).moment(Integrand(1), variance * (1 - c**2), dps)
            for other, height in jumps.items():
                quadratic = (b**2 - 2 * c * b * other + other**2) / (2 * variance * (1 - c**2))
                total += step * height * sp.exp(-quadratic) / (2 * sp.pi * variance * sp.sqrt(1 - c**2))
        return total

    def shifted(self, by: Expr) -> Formula:
        """f(x + by)."""
        return Formula(Pieces(tuple(b - by for b in self.pieces.breaks), tuple(branch.subs(X, X + by) for branch in self.pieces.branches)))

    def _collinear(self, pieces: Pieces, c: Expr, variance: Expr, dps: int) -> Expr:
        mirrored = pieces if c == 1 else Pieces(tuple(-b for b in reversed(pieces.breaks)), tuple(b.subs(X, -X) for b in reversed(pieces.branches)))
        if c == -1 and mirrored.breaks != pieces.breaks:
            symbol = sp.Dummy(real=True)
            expr = pieces.expression(symbol) * pieces.expression(-symbol)
            return Formula(split(expr.subs(symbol, X))).moment(Integrand(1), variance, dps)
        product = Pieces(pieces.breaks, tuple(a * b for a, b in zip(pieces.branches, mirrored.branches, strict=True)))
        return Formula(product).moment(Integrand(1), variance, dps)

    def jumps(self) -> dict[Expr, Expr]:
        """{place: step} of f."""
        return self.pieces.jumps()

    def affine(self, scale: Expr, shift: Expr) -> Formula:
        """scale * f + shift."""
        return Formula(self.pieces.map(lambda branch: scale * branch + shift))

    def sides(self, slope: int) -> tuple[Expr, Expr]:
        """The limits of f (slope 0) or f' (slope 1) at 0 from the left and from the right."""
        left, right = (sp.diff(branch, X) if slope else branch for branch in self.branches_at_zero())
        return left.subs(X, 0), right.subs(X, 0)

    def branches_at_zero(self) -> tuple[Expr, Expr]:
        """The branches that hold just left and just right of x = 0."""
        left = next(branch for _, high, branch in self.pieces.intervals() if high is sp.oo or high.is_nonnegative)
        right = next(branch for low, _, branch in reversed(self.pieces.intervals()) if low is -sp.oo or low.is_nonpositive)
        return left, right

    def expression(self) -> Expr:
        """f(x) as one SymPy expression in Symbol("x")."""
        return self.pieces.expression(sp.Symbol("x"))

    def values(self, x: Any) -> Any:
        """f at doubles, right-continuous at jumps."""
        return _evaluate(self.pieces.branches, self.breaks, x)

    def slopes(self, x: Any) -> Any:
        """f' at doubles, right-continuous at kinks."""
        return _evaluate(self.pieces.derivative().branches, self.breaks, x)

    def _integrand(self, integrand: Integrand) -> Pieces:
        slopes = self._smooth_derivative() if integrand.slope != 0 else self.pieces
        branches = [
            branch**integrand.power * (slope**integrand.slope if integrand.slope != 0 else 1) * integrand.weight
            for branch, slope in zip(self.pieces.branches, slopes.branches, strict=True)
        ]
        return Pieces(self.pieces.breaks, tuple(branches))

    def _smooth_derivative(self) -> Pieces:
        jumps = self.pieces.jumps()
        if jumps:
            place, step = next(iter(jumps.items()))
            raise InvalidInput(
                f"{self.expression()} jumps by {step} at x = {place}: its derivative has a Dirac mass there and is not square-integrable; "
                "only its mean, eta, zeta and Hermite coefficients are defined"
            )
        return self.pieces.derivative()

    def _in_decimals(self, variance: Expr) -> bool:
        """Whether some number is a long decimal, and no symbol asks for a closed form."""
        if variance.free_symbols or self.pieces.parameters():
            return False
        return any(_is_long(value) for value in (variance, *(r for branch in self.pieces.branches for r in branch.atoms(sp.Rational))))

    def _bound(self, what: str) -> None:
        loose = self.pieces.parameters()
        if loose:
            raise UnboundParameters(f"{what} of {self.expression()} needs values for {_names(loose)}")


def tidied(expr: Expr, variance: Expr) -> Expr:
    """Brought over one denominator if a sum without the variance stands in one (normalising constants, family parameters).

    Transcendental parts are symbols meanwhile: `factor` would read exp(n/10^30) as the n-th power of exp(1/10^30).
    """
    sums = [power.base for power in expr.atoms(sp.Pow) if power.base.is_Add and power.exp.could_extract_minus_sign()]
    if expr.has(sp.Float) or all(base.free_symbols & variance.free_symbols for base in sums):
        return expr
    masks = {sp.pi: sp.Dummy("pi", positive=True)} | {part: sp.Dummy(real=True) for part in expr.atoms(sp.Function)}
    ratio = sp.factor(sp.cancel(sp.together(expr.xreplace(masks))))
    return ratio.xreplace({mask: part for part, mask in masks.items()})


def _is_long(variance: Expr) -> bool:
    """A rational of so many digits that it stands for a decimal, and closed forms in it are no use."""
    return bool(variance.is_Rational) and abs(variance.p) > 10**20 < variance.q


def _names(symbols: set[Expr]) -> str:
    return ", ".join(sorted(symbol.name for symbol in symbols))


def _evaluate(branches: tuple[Expr, ...], breaks: tuple[float, ...], x: Any) -> Any:
    points = np.asarray(x, dtype=float)
    flat = np.atleast_1d(points)
    place = np.searchsorted(np.array(breaks), flat, side="right")
    out = np.where(np.isnan(flat), np.nan, 0.0)
    for i, branch in enumerate(branches):
        here = (place == i) & ~np.isnan(flat)
        out[here] = _branch_values(branch, flat[here])
    return out.reshape(points.shape) if points.shape else float(out[0])


ERROR_FUNCTIONS = {"erf": np.vectorize(erf, otypes=[float]), "erfc": np.vectorize(erfc, otypes=[float])}
"""What NumPy lacks, for `lambdify`."""

_KNOWN = (sp.exp, sp.log, sp.sin, sp.cos, sp.tan, sp.sinh, sp.cosh, sp.tanh, sp.atan, sp.asinh, sp.erf, sp.erfc)


def _branch_values(branch: Expr, points: Any) -> Any:
    """NumPy first; what overflows there (e^x/(1 + e^x)^2 far out) or is unknown to NumPy goes through mpmath."""
    quick, careful = _compiled(branch)
    if quick is None:
        return careful(points)
    with np.errstate(all="ignore"):
        out = np.broadcast_to(np.asarray(quick(points), dtype=float), points.shape).copy()
    lost = ~np.isfinite(out)
    if lost.any():
        out[lost] = careful(points[lost])
    return out


@lru_cache(maxsize=512)
def _compiled(branch: Expr) -> tuple[Callable[[Any], Any] | None, Callable[[Any], Any]]:
    slow = sp.lambdify(X, branch, "mpmath")
    careful = np.vectorize(lambda point: float(slow(mpmath.mpf(point))), otypes=[float])
    known = all(function.func in _KNOWN for function in branch.atoms(sp.Function))
    return (sp.lambdify(X, _stable(branch), [ERROR_FUNCTIONS, "numpy"]) if known else None), careful


def _stable(branch: Expr) -> Expr:
    """log(1 + e^u) in the form that does not overflow."""
    u = sp.Wild("u")
    return branch.replace(sp.log(1 + sp.exp(u)), sp.Max(u, 0) + sp.log(1 + sp.exp(-sp.Abs(u))))
