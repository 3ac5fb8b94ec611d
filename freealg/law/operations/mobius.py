"""Möbius images, the inverse among them."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import Any, ClassVar, final

from sympy import Abs, Eq, Expr, I, Integer, Piecewise, Pow, Rational, sqrt

from freealg.errors import FreeAlgError, InvalidInput, NoClosedForm, Undecided, shown
from freealg.exact.coerce import exact
from freealg.exact.curve_operations import mobius as mobius_curve
from freealg.exact.elimination import irreducible_factors, without_roots
from freealg.exact.expansion import sequence_of
from freealg.exact.fields import Ring
from freealg.exact.germs import curve_germ, expansion_at
from freealg.exact.lagrange import moments_by_s_side
from freealg.exact.series import Sequence
from freealg.exact.signs import sign_under
from freealg.forms import AtomicPart, Atoms, CauchyEquation, CauchyTransform, Density, Moments, STransform, m, x, z
from freealg.forms.atomic import gathered
from freealg.law.conversions import finished_curve, trimmed
from freealg.law.express import express, possible
from freealg.law.latex import grouped_latex
from freealg.law.law import Law
from freealg.law.operations.operation import UnaryOperation
from freealg.law.spectral import value_outside
from freealg.law.support import sign_of
from freealg.show.text import expression_latex

__all__ = ["Mobius", "mobius"]


@final
@dataclass(frozen=True, repr=False)
class Mobius(UnaryOperation):
    """The law of (aX + b)/(cX + d), c != 0."""

    a: Expr
    b: Expr
    c: Expr
    d: Expr
    method: ClassVar[str] = "mobius"
    loose_latex: ClassVar[bool] = True

    @property
    def is_inverse(self) -> bool:
        """Whether this is the law of 1/X."""
        return self.arguments == (0, 1, 1, 0)

    def operation_text(self, show: Any) -> str:
        """mu.inverse(), mu.mobius(a, b, c, d)."""
        return f"{show(self.operand)}.inverse()" if self.is_inverse else super().operation_text(show)

    def latex(self) -> str:
        """mu^-1; mobius with its entries below."""
        if self.is_inverse:
            return f"{grouped_latex(self.operand)}^{{-1}}"
        return rf"\mathrm{{mobius}}_{{{', '.join(map(expression_latex, self.arguments))}}}\left({self.operand.latex()}\right)"

    def lane_atoms(self, term: Atoms) -> Atoms:
        """x -> (a x + b)/(c x + d)"""
        return Atoms(self._moved(term.masses))

    def lane_atomic_part(self, term: AtomicPart) -> AtomicPart:
        """x -> (a x + b)/(c x + d)"""
        return AtomicPart(self._moved(term.masses))

    def lane_cauchy_transform(self, term: CauchyTransform) -> CauchyTransform:
        """G(z) = c/(c z - a) + (a d - b c) G((b - d z)/(c z - a))/(c z - a)^2"""
        self.defer_transform_to_atoms()
        if term.expr.has(I):
            raise NoClosedForm("the closed form of G holds on the upper half plane only")
        pole = self.c * z - self.a
        moved = term.expr.xreplace({z: (self.b - self.d * z) / pole})
        return CauchyTransform(self.c / pole + (self.a * self.d - self.b * self.c) * moved / pole**2)

    def lane_density(self, term: Density) -> Density:
        """rho(y) = |a d - b c| rho((b - d y)/(c y - a))/(c y - a)^2"""
        self.defer_density_to_short_equation()
        pole = self.c * x - self.a
        moved = Abs(self.a * self.d - self.b * self.c) * term.expr.xreplace({x: (self.b - self.d * x) / pole}) / pole**2
        try:
            spectrum = None if self.free_symbols else self.special_engine()
            limit = None if spectrum is None else spectrum.at_image_of_infinity
        except Undecided:
            limit = None
        return Density(moved if limit is None else Piecewise((limit, Eq(x, self.a / self.c)), (moved, True)))

    def lane_s_transform(self, term: STransform) -> STransform:
        """S of 1/X is 1/S(-1 - m)"""
        if (self.a, self.d) != (0, 0) or not term.expr.is_rational_function(m) or sign_of(self.operand) == 0:
            raise NoClosedForm("the rule 1/S(-1 - m) is for the inverse of a law of constant sign whose S is rational")
        return STransform((self.b / self.c) ** -1 / term.expr.xreplace({m: -1 - m}))

    def lane_moments(self) -> Moments:
        """Y = a/c + (bc - ad)/c^2 U, U = 1/(X - x_0): E U^n is minus the coefficient of w^(n-1) in G(x_0 + w), x_0 the pole"""
        if self.free_symbols or self._pole_inside():
            raise NoClosedForm("inverse moments are read off G at a numeric pole outside the support")
        inverse = self._at_the_pole()
        ring = inverse.ring.join(Ring.of(self.a / self.c, (self.b * self.c - self.a * self.d) / self.c**2))
        shift, scale = ring.convert(self.a / self.c), ring.convert((self.b * self.c - self.a * self.d) / self.c**2)

        def compute(count: int) -> list[Any]:
            powers = [ring.scalar(1), *(-scale ** (k + 1) * x for k, x in enumerate(inverse.over(ring).first(count)))]
            rows = (sum((shift ** (n - k) * powers[k] * comb(n, k) for k in range(n + 1)), ring.scalar(0)) for n in range(1, count + 1))
            return [ring.reduce(row) for row in rows]

        return Moments(Sequence(ring, compute))

    def _at_the_pole(self) -> Sequence:
        """The coefficients of G(x_0 + w), from its closed form or from the equation and its exact value at x_0."""
        pole = -self.d / self.c
        transform = possible(self.operand, CauchyTransform)
        through_complex = transform is not None and transform.expr.xreplace({z: pole}).has(I)  # sqrt(z), of a square
        if transform is not None and not transform.expr.has(I) and not (through_complex and possible(self.operand, CauchyEquation)):
            return sequence_of(_joined_roots(transform.expr, pole).xreplace({z: z + pole}), z)
        curve = express(self.operand, CauchyEquation).curve
        value = value_outside(self.operand, curve, pole)
        try:
            rest = expansion_at(curve, pole, value)
        except InvalidInput:
            raise NoClosedForm(f"two branches of the equation of {self.operand} meet at the pole {pole}") from None
        ring = rest.ring
        return Sequence(ring, lambda n: [ring.convert(value), *rest.first(n)][:n])

    def lane_cauchy_equation(self, term: CauchyEquation) -> CauchyEquation:
        """substitute in the equation: z = (a x + b)/(c x + d)"""
        raw, ring = mobius_curve(term.curve, self.a, self.b, self.c, self.d)
        if self.why_no_moments() is None:
            moments = self._first_moments()
            if moments is not None:
                return finished_curve(self, raw, ring, lambda: moments)
        candidates = [trimmed(curve) for curve in irreducible_factors(without_roots(raw, ring), ring)]
        if len(candidates) != 1:
            raise NoClosedForm(f"the equation of {self} has {len(candidates)} factors and no moments at infinity to choose by")
        return CauchyEquation.with_germ(candidates[0], self._germ(candidates[0]))

    def _first_moments(self) -> Sequence | None:
        """The moments by the first rule that leads to them."""
        for rule in (self._moments_from_s, lambda: self.lane_moments().sequence):
            try:
                return rule()
            except NoClosedForm:
                continue
        return None

    def _moments_from_s(self) -> Sequence:
        sequence = moments_by_s_side(express(self, STransform).expr, m)
        if sequence is None:
            raise NoClosedForm("(1 + m)/S(m) is not hyperexponential")
        return sequence

    def _germ(self, curve: Any) -> Any:
        try:
            return curve_germ(curve)
        except FreeAlgError:
            return None

    def why_no_moments(self) -> str | None:
        """1/X has moments where X stays away from the pole."""
        s = possible(self.operand, STransform, conversions=False)
        if s is not None and (self.a, self.d) == (0, 0) and s.expr.is_rational_function(m):
            value = (1 / s.expr.xreplace({m: -1 - m})).subs(m, 0).cancel()
            return f"S(0) = {value}, so its mean is infinite" if value == 0 else None
        if self.free_symbols:
            return None
        return self._pole_inside()

    def _pole_inside(self) -> str | None:
        from freealg.law.support import support_intervals

        pole = -self.d / self.c
        for low, high in support_intervals(self.operand):
            if low <= pole <= high:
                return f"the pole at {pole} lies in the support [{low}, {high}] of {self.operand}"
        return None

    def special_engine(self) -> Any:
        """The operand's engine, its answers mapped; none where the image has moments and an equation, in whose variable edges are sharper."""
        from freealg.law.engine import engine_of
        from freealg.law.mapped import MobiusSpectrum
        from freealg.law.spectral import AlgebraicSpectrum

        if not all(entry.is_Rational for entry in (self.a, self.b, self.c, self.d)):
            return None
        engine = engine_of(self.operand)
        if type(engine) is AlgebraicSpectrum and self.operand.why_no_moments() is None and self.why_no_moments() is None:
            return None
        return MobiusSpectrum(engine, (self.a, self.b, self.c, self.d), self.operand.atoms())

    def known_sign(self) -> int | None:
        sign = self.operand.known_sign()
        if (self.a, self.d) == (0, 0) and sign in (1, -1) and (self.b / self.c).is_number:
            return sign if self.b / self.c > 0 else -sign
        return None

    def known_intervals(self) -> list[tuple[Expr, Expr]] | None:
        """The images of the operand's with symbols, where the pole is known to lie outside and the map to rise or to fall."""
        rising = self._rises_beside_the_pole() if self.free_symbols else None
        if rising is None:
            return None
        from freealg.law.support import support_intervals

        found = support_intervals(self.operand)
        if any(end.is_infinite or (self.c * end + self.d).expand() == 0 for interval in found for end in interval):
            return None
        return [(self._image(low), self._image(high)) for low, high in (ends[::rising] for ends in found[::rising])]

    def known_edges(self) -> dict[Expr, tuple[Expr, Expr]] | None:
        """(alpha, c) at e becomes (alpha, c |de/dy|^(alpha + 1)) at the image of e."""
        if self.known_intervals() is None:
            return None
        from freealg.law.symbolic_edges import moved_edges

        size = Abs((self.a * self.d - self.b * self.c).expand())
        return moved_edges(self.operand, self._image, lambda x: size / (self.c * x + self.d) ** 2)

    def _image(self, x: Expr) -> Expr:
        if self.a == 0:
            return self.b / (self.c * x + self.d)
        return (self.a * x + self.b) / (self.c * x + self.d)

    def _rises_beside_the_pole(self) -> int | None:
        """The sign of ad - bc where the operand is known to lie on one side of the pole -d/c; None where one of the two is open."""
        positive = self.positive_parameters()
        side = self.operand.known_sign()
        ahead = sign_under((self.d / self.c).expand(), positive)
        return sign_under((self.a * self.d - self.b * self.c).expand(), positive) if side in (1, -1) and ahead in (0, side) else None

    def _moved(self, masses: Any) -> Any:
        """The images of the atoms; one at the pole has no mass wherever the law exists."""
        moved = ((self.a * x + self.b, self.c * x + self.d, p) for x, p in masses)
        return gathered((above / below, p) for above, below, p in moved if below.expand() != 0)


def _joined_roots(transform: Expr, pole: Expr) -> Expr:
    """sqrt(z - a) sqrt(z - b) as one root near a real point on one side of both a and b: -sqrt((z - a)(z - b)) to the left of them."""
    roots = [root for root in transform.atoms(Pow) if root.exp == Rational(1, 2) and root.base.has(z)]
    ends = [z - root.base for root in roots]
    sides = {bool(pole > end) for end in ends if end.is_number}
    if len(roots) != 2 or len(sides) != 1 or any(end.has(z) for end in ends):
        return transform
    joined = sqrt((roots[0].base * roots[1].base).expand())
    return transform.xreplace({roots[0]: joined if sides == {True} else -joined, roots[1]: Integer(1)})


def mobius(law: Law, a: Any, b: Any, c: Any, d: Any) -> Law:
    """The law of (aX + b)/(cX + d); ad - bc != 0, and no atom at the pole; nested images are joined."""
    a, b, c, d = (exact(value, f"the entry {name} of a Möbius map") for name, value in zip("abcd", (a, b, c, d), strict=True))
    if any(value.is_real is False or (value.is_number and not value.is_real) for value in (a, b, c, d)):
        raise InvalidInput(f"the entries of a Möbius map must be real, not {', '.join(map(shown, (a, b, c, d)))}; a law lives on the real line")
    if (a * d - b * c).expand() == 0:
        entries = tuple(map(shown, (a, b, c, d)))
        raise InvalidInput("the Möbius map ({} x + {})/({} x + {}) has determinant 0 and is constant; give ad - bc != 0".format(*entries))
    if isinstance(law, Mobius):
        p, q, r, s = law.arguments
        joined = (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s)
        return mobius(law.operand, *(entry.expand() for entry in joined))
    if c == 0:
        return law.affine(a / d, b / d)
    masses = possible(law, AtomicPart)
    for place, p in () if masses is None else masses.masses:
        if (c * place + d).expand() == 0 and p.is_positive:
            raise InvalidInput(f"{law} has an atom of mass {p} at the pole {place}, where (aX + b)/(cX + d) is not defined; remove the atom first")
    return Mobius(law, a, b, c, d)


