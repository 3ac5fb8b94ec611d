"""The numeric engine of a law whose Cauchy transform is reached by continuation: laws with a closed S or R, free sums and products of any laws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple, Protocol, final

import mpmath
import numpy as np
import sympy
from numpy.typing import NDArray
from sympy import Expr, Float, Rational, oo

from freealg.errors import NoClosedForm, Undecided
from freealg.exact.context import cached_property, mp_precision
from freealg.numerics.arithmetic import DIGITS
from freealg.numerics.assembly import Break, pieces_of
from freealg.numerics.digits import as_mp, density_digits, guarded
from freealg.numerics.mapped_law import MappedLaw
from freealg.numerics.mapped_pieces import Piece
from freealg.numerics.mass_digits import MassRule
from freealg.numerics.sheet import Sheet

__all__ = ["Breaks", "ContinuedLaw"]

_CDF_AGREES = 1e-7
Array = NDArray[Any]
_DIGITS = 30
_ZERO = 1e-10
_BY_DIGITS = 64
_SAMPLED = 1e-250
_TINY = 1e-300
_AGREES = 1e-9
_FAR_EDGE = 3e4
_CORNER = (12, 9)
_CORNER_DIGITS = 55
_FLAT = 0.02
_FAR_IN, _RAMIFIED, _POWER = (200, 300, 400), 24, 1e-8


class Breaks(NamedTuple):
    """The real line cut for one sheet: the breaks by increasing u, whether density may be below the first and above the last, the scale of u."""

    inner: list[Break]
    below: bool
    above: bool
    size: float


class Outline(Protocol):
    """What is known of a law besides its sheet; `surveyed` where the breaks were looked for and not computed."""

    @property
    def surveyed(self) -> bool:
        """Whether a break could have been missed."""

    def breaks(self, sheet: Sheet) -> Breaks:
        """Every point at which the density is not analytic."""

    def zero_exponent(self) -> tuple[Expr, Expr] | None:
        """(exponent, coefficient) of the density at x = 0 where it is known in closed form."""

    def root_constant(self, end: Break) -> Expr | None:
        """The constant of a square root at a critical point, to 30 digits; None where doubles must do."""

    def mass_above(self, sheet: Sheet, u: Any) -> Any | None:
        """P(X > x) in mpmath at a point that is no atom; None without a closed form."""


@final
class ContinuedLaw:
    """Density, distribution and transforms of the law of a `Sheet`; `name` is for messages, `atoms` are (location, mass) pairs in SymPy."""

    def __init__(self, sheet: Sheet, outline: Outline, atoms: Sequence[tuple[Expr, Expr]], name: str) -> None:
        self.sheet, self.outline, self._atoms, self.name = sheet, outline, list(atoms), name

    # -- structure ------------------------------------------------------------------------------------------------------

    @cached_property
    def _breaks(self) -> Breaks:
        return self.outline.breaks(self.sheet)

    @cached_property
    def arcs(self) -> list[tuple[Break | None, Break | None]]:
        """Pairs of neighbouring breaks with density between them; None for an infinite end of u."""
        inner, below, above, _ = self._breaks
        ends: list[Break | None] = [*([None] if below else []), *inner, *([None] if above else [])]
        return [(a, b) for a, b in pairwise(ends) if self._positive(a, b)]

    def _positive(self, left: Break | None, right: Break | None) -> bool:
        size = self._breaks.size
        if left is None:
            points = [right.u - size * k for k in (0.1, 1.0, 3.0)] if right is not None else [-size, 0.0, size]
        elif right is None:
            points = [left.u + size * k for k in (0.1, 1.0, 3.0)]
        else:
            points = [left.u + (right.u - left.u) * k for k in (0.21, 0.5, 0.77)]
        found = self.sheet.points(np.array(points))
        scale = np.abs(found.v) if self.sheet.logarithmic else np.maximum(np.abs(found.v), 1 / self.sheet.size)
        return bool(np.any(found.found & (found.v.imag < -_ZERO * scale)))

    @cached_property
    def law(self) -> MappedLaw:
        """The pieces, and the atoms as numbers; refused where an edge lies so far from the rest that doubles lose the pieces between."""
        far = max((end.u for arc in self.arcs for end in arc if end is not None), key=abs, default=0.0) if self.sheet.logarithmic else 0.0
        if abs(far) > _FAR_EDGE:
            raise Undecided(f"an edge of {self.name} is exp({float(far):.6g}), too far from the rest for doubles; ask for pdf or cauchy with dps=30")
        pieces = [piece for left, right in self.arcs for piece in pieces_of(self.sheet, left, right, self._breaks.size)]
        return MappedLaw(pieces, [(float(a), float(p)) for a, p in self._atoms], self.name)

    def intervals(self) -> list[tuple[Expr, Expr]]:
        """The support of the absolutely continuous part; neighbours that touch are joined. Where it was surveyed the mass must add up to 1."""
        if self.outline.surveyed:
            _ = self.law
        out: list[tuple[Expr, Expr]] = []
        last: Break | None = None
        for left, right in self.arcs:
            low, high = self._place(left, -1), self._place(right, 1)
            if out and left is last:
                out[-1] = (out[-1][0], high)
            else:
                out.append((low, high))
            last = right
        return out

    def _place(self, end: Break | None, side: int) -> Expr:
        """x of a break as SymPy: the closed form, or a Float of 30 digits."""
        if end is None:
            return side * oo if side > 0 or not self.sheet.logarithmic else sympy.Integer(0)
        if end.exact is not None:
            return end.exact
        with mp_precision(_DIGITS + 20):
            u = mpmath.mpf(end.u) if end.edge is None else mpmath.re(self.sheet.refined(end.edge, _DIGITS + 5).u)
            return Float(mpmath.exp(u) if self.sheet.logarithmic else u, _DIGITS)

    def atoms(self) -> list[tuple[Expr, Expr]]:
        """(location, mass) pairs."""
        return list(self._atoms)

    def edge_exponents(self) -> dict[Expr, tuple[Expr, Expr]]:
        """{edge: (exponent, coefficient)}; at 0 the pair of `zero_exponent`, whose first part may be a named form in the symbol x."""
        found: dict[Expr, tuple[Expr, Expr]] = {}
        pieces = self.law.pieces
        for left, right in self.arcs:
            for end, side in ((left, 1), (right, -1)):
                entry = self._exponent(end, side, pieces)
                if entry is not None:
                    found[self._place(end, -side)] = entry
        return found

    def _exponent(self, end: Break | None, side: int, pieces: list[Piece]) -> tuple[Expr, Expr] | None:
        if end is None:
            return (self.outline.zero_exponent() or self._at_zero) if self.sheet.logarithmic and side > 0 else None
        x = end.position(self.sheet.logarithmic)
        for piece in pieces:
            if getattr(piece.map, "edge", None) == x and piece.map.side == side:  # type: ignore[attr-defined]
                exponent, constant = _leading(piece, x[0])
                finer = self.outline.root_constant(end) if exponent == sympy.S.Half else None
                return exponent, constant if finer is None else finer
        raise NoClosedForm(f"the density of {self.name} beside {x[0]:.10g} is not a power series, so it has no exponent; ask for pdf near it")

    @cached_property
    def _at_zero(self) -> tuple[Expr, Expr]:
        """The power of x, and its constant to as many digits as two places agree on, from densities far in; refused where no power shows."""
        with mp_precision(_DIGITS + 10):
            places = [mpmath.mpf(10) ** -k for k in _FAR_IN]
            values = [self.pdf_mp(x, _DIGITS) for x in places]
            rates = [mpmath.log(b / a) / mpmath.log(y / x) for (a, b), (x, y) in zip(pairwise(values), pairwise(places), strict=True)]
            exponent = Rational(Fraction(float(rates[-1])).limit_denominator(_RAMIFIED))
            constants = [value / x ** (mpmath.mpf(int(exponent.p)) / int(exponent.q)) for value, x in zip(values[1:], places[1:], strict=True)]
            settled = abs(constants[0] / constants[1] - 1)
            if abs(rates[-1] - rates[0]) > _POWER or abs(rates[-1] - float(exponent)) > _POWER or settled > _POWER:
                raise NoClosedForm(f"the density of {self.name} beside 0 is no power of x, so it has no exponent; ask for pdf near it")
            return exponent, Float(constants[1], min(_DIGITS, int(-mpmath.log10(settled)) if settled else _DIGITS))

    # -- doubles --------------------------------------------------------------------------------------------------------

    def pdf(self, x: Array) -> Array:
        """The density; by digits at the few points where the pieces carry the mass but not the density."""
        x = np.asarray(x, dtype=float)
        out = self.law.density(x)
        doubtful = np.nonzero(self.law.doubtful(x))[0]
        if len(doubtful):
            out[doubtful] = self._checked(x[doubtful])
        return out

    def _checked(self, x: Array) -> Array:
        """Densities off the pieces: in doubles where three values by digits agree with them (below 1e-300 they count as 0), else each by digits."""
        u = np.log(x) if self.sheet.logarithmic else x
        found = -self.sheet.thin_values(u.astype(complex)).imag / np.pi / (x if self.sheet.logarithmic else 1.0)
        order = np.nonzero(np.nan_to_num(found) > _SAMPLED)[0]
        sample = order[np.argsort(found[order])][[0, len(order) // 2, -1]] if len(order) else order
        todo = np.ones(len(x), dtype=bool)
        if len(x) > len(sample) > 0 and all(abs(self._rounded(float(x[k])) / found[k] - 1) < _AGREES for k in sample):
            todo, found = np.isnan(found), np.where(found > _TINY, found, 0.0)
        if todo.sum() > _BY_DIGITS:
            raise Undecided(
                f"the density of {self.name} at {todo.sum()} points, as {x[todo][0]:.6g}, needs more than doubles; "
                f"ask for at most {_BY_DIGITS} at once"
            )
        found[todo] = [self._rounded(point) for point in x[todo].tolist()]
        return found

    def _rounded(self, x: float) -> float:
        ends = [end for arc in self.arcs for end in arc if end is not None and end.position(self.sheet.logarithmic)[0] == x]
        return float(self._at_corner(ends[0], 17) if ends else self.pdf_mp(x, 17))

    def _at_corner(self, end: Break, dps: int) -> Any:
        """-Im G(x + i0)/pi at a point that is no edge, atoms left out: the mean of the limits from both sides, infinite where one is."""
        limits = [self._limit(end, side, dps) for side in (-1, 1)]
        with mp_precision(dps):
            return sum(limits) / 2

    def _limit(self, end: Break, side: int, dps: int) -> Any:
        """The density beside a point: 0 or infinite by the power of the distance that two distances show; else its value where it stands still."""
        size = self._breaks.size
        with mp_precision(_CORNER_DIGITS):
            near, far = (self._density_beside(end.exactly() + side * size * mpmath.mpf(10) ** -k, 15) for k in _CORNER)
            rate = float(-mpmath.log10(near / far) / (_CORNER[0] - _CORNER[1])) if near > 0 and far > 0 else 0.0
        if abs(rate) >= _FLAT:
            return mpmath.mpf(0 if rate > 0 else "inf")
        with mp_precision(3 * dps + _CORNER_DIGITS):
            near, far = (self._density_beside(end.exactly() + side * size * mpmath.mpf(10) ** (-dps - k), dps + 5) for k in _CORNER)
            if abs(near - far) <= mpmath.mpf(10) ** -(dps + 1) * abs(near):
                return near
        place = end.position(self.sheet.logarithmic)[0]
        raise Undecided(f"the density of {self.name} at {place:.10g}, where it is not analytic, is not known; ask for it beside that point")

    def _density_beside(self, u: Any, dps: int) -> Any:
        """The density at one u; 0 outside all arcs."""
        if not any((left is None or u > left.exactly()) and (right is None or u < right.exactly()) for left, right in self.arcs):
            return mpmath.mpf(0)
        return density_digits(lambda: self._over_x(mpmath.exp(u) if self.sheet.logarithmic else u), dps)

    def cdf(self, x: Array) -> Array:
        """P(X <= x)."""
        return self.law.cdf(np.asarray(x, dtype=float))

    def icdf(self, q: Array) -> Array:
        """inf{x: F(x) >= q}; 0.0 where that lies below the smallest double."""
        return self.law.icdf(np.asarray(q, dtype=float))

    def expect(self, function: Callable[[Array], Array], points: Sequence[float] = ()) -> float:
        """E f(X)."""
        return self.law.expect(function, points)

    def entropy(self) -> float:
        """-E log density, for a law without atoms."""
        return self.law.entropy()

    def cauchy(self, z: Array) -> Array:
        """G(z): real z is z + i0, Im z < 0 by conjugation; nan at a real point where G is infinite."""
        z = np.asarray(z, dtype=complex)
        below = z.imag < 0
        point = np.where(below, z.conj(), z)
        out = np.full(z.shape, np.nan, dtype=complex)
        todo = np.ones(z.shape, dtype=bool)
        if np.any(point.imag == 0):
            todo = self._on_axis(point, out)
        if todo.any():
            with np.errstate(all="ignore"):
                u = np.log(point[todo]) if self.sheet.logarithmic else point[todo]
            out[todo] = self._transform(point[todo], self.sheet.values(u))
        return np.where(below, out.conj(), out)

    def _on_axis(self, point: Array, out: Array) -> Array:
        """Fill in G at the real points inside pieces; True where it is still to be found."""
        todo = np.isfinite(point)
        for piece in self.law.pieces:
            low, high = piece.span
            inside = np.nonzero((point.imag == 0) & (point.real > low) & (point.real < high))[0]
            out[inside] = self._transform(point[inside], piece.at(point[inside].real))
            todo[inside] = False
        return todo

    def _transform(self, z: Array, v: Array) -> Array:
        if not self.sheet.logarithmic:
            return v
        with np.errstate(all="ignore"):
            return (v + float(1 + self.sheet.place)) / z  # type: ignore[operator]

    # -- any precision --------------------------------------------------------------------------------------------------

    def cauchy_mp(self, z: Any, dps: int) -> Any:
        """G(z) to `dps` digits; z an exact number or an mpmath one."""
        return guarded(lambda: self._cauchy_digits(z), dps)

    def _cauchy_digits(self, z: Any) -> Any:
        point = mpmath.mpc(as_mp(z))
        if point.imag < 0:
            return mpmath.conj(self._cauchy_digits(mpmath.conj(point)))
        if not self.sheet.logarithmic:
            return self.sheet.digits(point)[0]
        u = mpmath.log(point)
        return (self.sheet.digits(u)[0] + DIGITS.number(1 + (self.sheet.place or 0))) / point

    def pdf_mp(self, x: Any, dps: int) -> Any:
        """The density to `dps` significant digits, below the smallest double too; 0 outside the support, infinite at a hard edge."""
        with mp_precision(dps + 10):
            point = as_mp(x)
            if point <= 0 and self.sheet.logarithmic:
                return mpmath.mpf(float(self.pdf(np.array([float(point)]))[0]))
            u = mpmath.log(point) if self.sheet.logarithmic else point
            if not any((left is None or u > left.exactly()) and (right is None or u < right.exactly()) for left, right in self.arcs):
                ends = [end for arc in self.arcs for end in arc if end is not None and abs(u - end.exactly()) <= mpmath.mpf(10) ** -dps]
                if not ends:
                    return mpmath.mpf(0)
                if ends[0].edge is None and not self.sheet.logarithmic:
                    return self._at_corner(ends[0], dps)
                return mpmath.mpf(float(self.pdf(np.array([float(point)]))[0]))
        return density_digits(lambda: self._over_x(as_mp(x)), dps)

    def _over_x(self, x: Any) -> Any:
        """What the density is the imaginary part of, up to -pi."""
        return self.sheet.digits(mpmath.mpc(mpmath.log(x)))[0] / x if self.sheet.logarithmic else self.sheet.digits(mpmath.mpc(x))[0]

    def cdf_mp(self, x: Any, dps: int) -> Any:
        """P(X <= x) to `dps` digits after the point: closed for a hyperexponential S, else by quadrature; refused where the fast cdf disagrees."""
        found = guarded(lambda: self._mass_digits(as_mp(x)), dps)
        with mp_precision(20):
            point = float(as_mp(x))
        rough = float(self.cdf(np.array([point]))[0])
        at_jump = point == 0 or any(float(a) == point for a, _ in self._atoms)
        if not at_jump and abs(float(found) - rough) > _CDF_AGREES:
            raise Undecided(f"the cdf of {self.name} at {point:.6g} did not settle: quadrature gives {float(found):.6g}, the fast cdf {rough:.6g}")
        return found

    def _mass_digits(self, x: Any) -> Any:
        masses = [(DIGITS.number(a), DIGITS.number(p)) for a, p in self._atoms]
        if self.sheet.logarithmic and x <= 0:
            return sum((p for a, p in masses if a <= x), mpmath.mpf(0))
        top = mpmath.log(x) if self.sheet.logarithmic else x
        if all(right is not None and top >= right.u for _, right in self.arcs):
            return 1 - sum((p for a, p in masses if a > x), mpmath.mpf(0))
        above = None if any(a == x for a, _ in masses) else self.outline.mass_above(self.sheet, top)
        if above is not None:
            return 1 - above
        rule, total = MassRule(self._density_digits), sum((p for a, p in masses if a <= x), mpmath.mpf(0))
        for left, right in self.arcs:
            if left is None or top > left.u:
                total += self._arc_digits(rule, (left, right), top)
        return total

    def _arc_digits(self, rule: MassRule, ends: tuple[Break | None, Break | None], top: Any) -> Any:
        edges = [end.edge for end in ends if end is not None and end.edge is not None]
        if len(edges) == 2:
            low, high = (mpmath.re(self.sheet.refined(edge, mpmath.mp.dps - 15).u) for edge in edges)
            return rule.arc(low, high, top) if top > low else mpmath.mpf(0)
        below, above = (-mpmath.inf if ends[0] is None else ends[0].u), (mpmath.inf if ends[1] is None else ends[1].u)
        inside = [piece for piece in self.law.pieces if below <= piece.map.u(np.array([0.5 * (piece.first + piece.last)]))[0] <= above]
        return sum((rule.piece(piece, top) for piece in inside), mpmath.mpf(0))

    def _density_digits(self, us: list[Any]) -> list[Any]:
        """The mass density in u."""
        return [-mpmath.im(v) / mpmath.pi for v, _ in self.sheet.digits_at([mpmath.mpc(u) for u in us])]

    # -- certified ------------------------------------------------------------------------------------------------------

    def _refuse(self, *_: Any) -> Any:
        """Refused: balls need a polynomial equation."""
        reason = "certified balls are for laws with a polynomial equation"
        raise Undecided(f"{reason}, and {self.name} has none that is usable; ask with dps=30 for digits")

    pdf_ball = cauchy_ball = _refuse


def _leading(piece: Piece, edge: float) -> tuple[Expr, Expr]:
    """density ~ coefficient |x - edge|^exponent from the first visible coefficient of the series at the edge."""
    series: Any = piece.branch
    q, b = series.q, series.b
    scale = edge if piece.map.logarithmic else 1.0
    if series.inverted:
        value, order = -(b[0] ** -series.inverted).imag / np.pi, -series.inverted
    else:
        order = next(k for k in range(1, len(b) + 1) if abs(b[k - 1].imag) > 1e-9 * abs(b[0]))
        value = -b[order - 1].imag / np.pi
    exponent = sympy.Rational(order, q)
    return exponent, Float(value / (scale if piece.map.logarithmic else 1.0) * scale ** (-float(exponent)), 15)
