"""The numeric questions a law answers: scalar in, scalar out; arrays broadcast; `dps` and `certified` where precision is asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import fmpq
from sympy import Expr, Integer, Rational

from freealg.errors import InvalidInput, NoClosedForm, Undecided, shown
from freealg.exact.context import exclusive, mp_precision
from freealg.law.arguments import at_precision, digits_of, nearest, over_array, point_of
from freealg.law.integrands import function_on_arrays, points_of
from freealg.numerics.digits import mp_number, relative
from freealg.numerics.engines import entropy_of

__all__ = ["NumericQueries"]

_CERTIFIED_DPS, _MOST_CDF_DIGITS = 30, 1_000
_DOUBLE_DPS, _MOST_BY_DIGITS = 17, 64


class NumericQueries:
    """Methods of `Law` that need numbers for all parameters; `UnboundParameters` names what is missing."""

    @property
    def engine(self: Any) -> Any:
        """The numeric engine of this law, made on first use."""
        from freealg.law.engine import engine_of

        return engine_of(self)

    def _to_digits(self: Any, digits: int, answer: Any) -> Any:
        """answer(engine), the constants of the law being known to more than `digits`."""
        from freealg.law.engine import constants_to

        with constants_to(digits):
            return answer(self.engine)

    def pdf(self: Any, x: Any, dps: int | None = None, certified: bool = False) -> Any:
        """The density of the absolutely continuous part: -Im G(x + i0)/pi.

        0 at soft edges, +oo at hard edges and poles, the mean of both sides at a jump; at an atom it is that of the rest.
        With `dps` an `mpmath.mpf` of that relative precision; with `certified` a `flint.arb` that contains the value.

        >>> import freealg as fa
        >>> round(fa.Semicircle().pdf(0), 12)
        0.318309886184
        """
        digits = digits_of(dps)
        if certified:
            return at_precision(x, lambda point: self.engine.pdf_ball(point, digits or _CERTIFIED_DPS))
        if digits is not None:
            return at_precision(x, lambda point: self._to_digits(digits, lambda engine: engine.pdf_mp(nearest(point, digits), digits)))
        return over_array(x, self.engine.pdf, float)

    def cdf(self: Any, x: Any, dps: int | None = None) -> Any:
        """F(x) = P(X <= x), right-continuous, atoms included; among doubles an atom sits at the one nearest to it.

        With `dps` an `mpmath.mpf` of that relative precision, at the exact x.
        """
        digits = digits_of(dps, _MOST_CDF_DIGITS)
        if digits is not None:
            return at_precision(x, lambda point: relative(lambda d: self._to_digits(d, lambda engine: engine.cdf_mp(nearest(point, d), d)), digits))
        return over_array(x, lambda points: np.where(np.isinf(points), points > 0, self.engine.cdf(points)), float)

    def icdf(self: Any, q: Any, dps: int | None = None) -> Any:
        """inf{x: F(x) >= q} for 0 <= q <= 1; a point between 0 and the smallest double comes back as 0.0, and F(0.0) may then be above q.

        With `dps` an `mpmath.mpf` of that relative precision, at the exact q; a share that agrees with F on a gap to dps + 20 digits is taken
        for it.

        >>> import freealg as fa
        >>> from sympy import Rational
        >>> print(fa.MarchenkoPastur().icdf(Rational(1, 2), dps=20))
        0.65277594163357
        """
        digits = digits_of(dps, _MOST_CDF_DIGITS)
        if digits is not None:
            from freealg.law.quantile_digits import quantile_to_digits

            return at_precision(q, lambda point: quantile_to_digits(self, nearest(point, digits), digits))

        def quantiles(values: Any) -> Any:
            if not (np.all(values >= 0) and np.all(values <= 1)):
                raise InvalidInput(f"icdf needs probabilities in [0, 1], not {shown(q)}; the inverse of a distribution function takes shares")
            return self.engine.icdf(values)

        return over_array(q, quantiles, float)

    def cauchy(self: Any, z: Any, dps: int | None = None, certified: bool = False) -> Any:
        """G(z) = E[1/(z - X)] on the upper half plane and, by conjugation, on the lower one; a real z means z + i0."""
        digits = digits_of(dps)
        if certified:
            return at_precision(z, lambda point: self.engine.cauchy_ball(point, digits or _CERTIFIED_DPS), complex_too=True)
        if digits is not None:

            def to_digits(point: Any) -> Any:
                return self._to_digits(digits, lambda engine: engine.cauchy_mp(nearest(point, digits), digits))

            return at_precision(z, to_digits, complex_too=True)
        return over_array(z, lambda points: _transform_values(self, points), complex)

    def pmf(self: Any, x: Any) -> Any:
        """The mass at x: exact for an exact number, floats for floats.

        >>> import freealg as fa
        >>> fa.MarchenkoPastur(ratio=3).pmf(0)
        2/3
        """
        masses = self.atoms()
        if isinstance(x, Expr | int):
            return masses.get(point_of(x), Integer(0))
        self.require_numbers("the mass at a float")
        table = {float(location): float(mass) for location, mass in masses.items()}
        return over_array(x, lambda points: np.array([table.get(float(p), 0.0) for p in points]), float)

    def index(self: Any, dps: int | None = None) -> Any:
        """P(X < 0) = F(0-), the share of negative eigenvalues.

        >>> import freealg as fa
        >>> fa.MarchenkoPastur().index()
        0.0
        """
        self.require_numbers("the index")
        digits = digits_of(dps, _MOST_CDF_DIGITS)
        if self.support()[0] >= 0:
            return _nothing(digits)
        at_zero = sum((mass for location, mass in self.atoms().items() if location == 0), Integer(0))
        if digits is None:
            return max(0.0, float(self.cdf(0.0)) - float(at_zero))

        def below(dps: int) -> Any:
            with mp_precision(dps + 10):
                return self._to_digits(dps, lambda engine: engine.cdf_mp(fmpq(0), dps)) - mp_number(at_zero, dps)

        with exclusive():
            return relative(below, digits)

    def edge_exponents(self: Any) -> dict[Expr, tuple[Expr, Expr]]:
        """{edge: (exponent, coefficient)}: the density is ~ coefficient * |x - edge|**exponent beside the edge.

        In place of an exponent stands 1/(x*log(x)**2) where the density is ~ coefficient/(d log(d)**2) in the distance d = |x - edge|; at infinity
        d is 1/|x|. With symbols, for parameters in general position: where a coefficient is 0 or infinite, edges meet each other or other zeros.

        >>> import freealg as fa
        >>> from sympy import Symbol
        >>> fa.Semicircle(variance=Symbol("s")).edge_exponents()
        {-2*sqrt(s): (1/2, 1/(pi*s**(3/4))), 2*sqrt(s): (1/2, 1/(pi*s**(3/4)))}
        """
        from freealg.law.symbolic_edges import in_closed_form, symbolic_edges

        if self.free_symbols:
            return symbolic_edges(self)
        with exclusive():
            return in_closed_form(self, self.engine.edge_exponents)

    def singular_points(self: Any) -> list[Expr]:
        """The points of the support at which the density is not analytic, increasing: edges, cusps, poles and kinks.

        Exact algebraic numbers, for laws with a polynomial equation; `NoClosedForm` for others, whose edges are `support_intervals()`.

        >>> import freealg as fa
        >>> fa.Semicircle(mean=1).square().singular_points()
        [0, 1, 9]
        """
        with exclusive():
            engine = self.engine
            if not hasattr(engine, "singular_points"):
                raise NoClosedForm(f"the singular points of {self} are known from polynomial equations only; its edges are support_intervals()")
            return list(engine.singular_points())

    def expect(self: Any, f: Any, points: Any = None) -> float:
        """E[f(X)], atoms included, in doubles; f a function of NumPy arrays or of numbers, or SymPy's, an expression too.

        It may be singular at the edges, and jump or bend inside: where it does so is found from SymPy's Abs, Max, Piecewise and the like, else by
        halving down to neighbouring doubles, which `points` saves. To 1e-13 of E|f(X)| by the agreement of two rules; refused otherwise.

        >>> import freealg as fa
        >>> import sympy
        >>> round(fa.MarchenkoPastur().expect(np.log), 12), round(fa.MarchenkoPastur().expect(sympy.exp), 12)
        (-1.0, 5.090678729317)
        >>> round(fa.Semicircle().expect(abs) * 3 * np.pi, 12)
        8.0
        """
        return float(self.engine.expect(function_on_arrays(f), points_of(f, points)))

    def sample(self: Any, shape: Any = None, rng: Any = None) -> Any:
        """Independent draws X = icdf(U); `shape` None gives one float."""
        from freealg.matrices.randomness import generator, shape_of

        return self.icdf(generator(rng).random(shape_of(shape)))

    def median(self: Any, dps: int | None = None) -> Any:
        """icdf(1/2)."""
        return self.icdf(Rational(1, 2), dps)

    def entropy(self: Any) -> float:
        """-E[log pdf(X)], the differential entropy; minus infinity when the law has atoms."""
        self.require_numbers("the entropy")
        if self.atoms():
            return float("-inf")
        with exclusive():
            return entropy_of(self.engine)

    def hilbert(self: Any, x: Any) -> Any:
        """Re G(x + i0): pi times the Hilbert transform of the density, plus the atoms' poles."""

        def values(points: Any) -> Any:
            finite = np.isfinite(points)
            return np.where(finite, np.real(self.engine.cauchy(np.where(finite, points, 0.0).astype(complex))), 0.0)

        return over_array(x, values, float)

    def log_potential(self: Any, x: Any) -> Any:
        """E[log|x - X|], the logarithmic potential.

        >>> import freealg as fa
        >>> round(fa.Semicircle().log_potential(0.0), 9)
        -0.5
        """
        from freealg.law.potential import log_potential

        return log_potential(self, x)

    def mode(self: Any) -> float:
        """A point where the density is largest; an edge where it is infinite."""
        from freealg.law.potential import mode

        return mode(self)

    def to_scipy(self: Any) -> Any:
        """A `scipy.stats.rv_continuous` with this density; refused when the law has atoms."""
        from freealg.law.scipy_bridge import to_scipy

        return to_scipy(self)

    def plot(self: Any, ax: Any = None, points: int = 1000) -> Any:
        """The density with its edges marked and atoms as stems; gives the matplotlib axes."""
        from freealg.law.pictures import plot_law

        return plot_law(self, ax, points)

    def compare(self: Any, eigenvalues_or_matrix: Any, ax: Any = None, bins: int | str = "auto") -> Any:
        """The density over the histogram of eigenvalues (or of a Hermitian matrix); gives the matplotlib axes."""
        from freealg.law.pictures import compare_law

        return compare_law(self, eigenvalues_or_matrix, ax, bins)


def _nothing(dps: int | None) -> Any:
    """0 in the type that was asked for."""
    import mpmath

    return 0.0 if dps is None else mpmath.mpf(0)


def _transform_values(law: Any, z: Any) -> Any:
    """G in doubles; by digits at the few points off the axis at which doubles lose the branch."""
    found = np.array(law.engine.cauchy(z))
    lost = np.nonzero(np.isnan(found) & (z.imag != 0))
    points = z[lost].tolist()
    if len(points) > _MOST_BY_DIGITS:
        raise Undecided(f"G of {law} at {len(points)} points, as {points[0]:.6g}, needs more than doubles; ask for at most {_MOST_BY_DIGITS} at once")
    found[lost] = [complex(law.cauchy(point, dps=_DOUBLE_DPS)) for point in points]
    return found
