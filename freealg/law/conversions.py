"""The conversions that join two forms of one law, in the order in which they are tried.

A conversion takes a law and gives the target form, or raises `NoClosedForm`. Sequences come from closed forms first, then from each other,
and from the curve last; a closed form is read off a curve of degree two.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sympy import Add, Integer

from freealg.errors import InvalidInput, NoClosedForm
from freealg.exact.closed_forms import equation_of_cauchy_transform, equation_of_r_transform, equation_of_s_transform
from freealg.exact.curve import Curve, context_over
from freealg.exact.elimination import Choice, choose_factor, irreducible_factors, without_roots
from freealg.exact.expansion import sequence_of
from freealg.exact.fields import Poly, Ring
from freealg.exact.germs import curve_germ
from freealg.exact.lagrange import moments_by_r_side, moments_by_s_side
from freealg.exact.quadratic import cauchy_root, moments_of_s, r_root, s_root
from freealg.exact.series import Sequence, cumulants_from_moments, moments_from_cumulants
from freealg.forms import AtomicPart, Atoms, CauchyEquation, CauchyTransform, Density, FreeCumulants, Moments, RTransform, STransform, g, m, z
from freealg.law.express import apart, direct, express, possible
from freealg.law.lambert import (
    cauchy_transform_by_lambert_w,
    cauchy_transform_by_lambert_w_of_s,
    density_by_lambert_w,
    r_transform_by_lambert_w,
    s_transform_by_logarithm,
)

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["CONVERSIONS", "finished_curve", "germ_of", "trimmed"]

_START = 6


# -- sequences ------------------------------------------------------------------------------------------------------------


def moments_from_r_transform(law: Law) -> Moments:
    """m_n = [g^n] (1 + g R(g))^(n+1) / (n+1), Lagrange inversion of the R-transform"""
    r = direct(law, RTransform).expr
    sequence = moments_by_r_side(r, g)
    if sequence is None:
        raise NoClosedForm("1 + g R(g) is not hyperexponential")
    return Moments(sequence)


def moments_from_s_transform(law: Law) -> Moments:
    """m_n = [m^(n-1)] ((1 + m)/S(m))^n / n, Lagrange inversion of the S-transform"""
    s = direct(law, STransform).expr
    sequence = moments_by_s_side(s, m)
    if sequence is None:
        raise NoClosedForm("(1 + m)/S(m) is not hyperexponential")
    return Moments(sequence)


def moments_from_atoms(law: Law) -> Moments:
    """m_n = sum of mass * location^n"""
    masses = direct(law, Atoms).masses
    ring = Ring.of(*(part for pair in masses for part in pair))
    pairs = [(ring.convert(a), ring.convert(p)) for a, p in masses]

    def compute(count: int) -> list[Any]:
        rows, powers = [], [p for _, p in pairs]
        for _ in range(count):
            powers = [power * a for power, (a, _) in zip(powers, pairs, strict=True)]
            rows.append(sum(powers, ring.scalar(0)))
        return [ring.reduce(row) for row in rows]

    return Moments(Sequence(ring, compute))


def moments_from_cauchy_transform(law: Law) -> Moments:
    """the expansion of G at infinity"""
    expr = direct(law, CauchyTransform).expr
    return Moments(sequence_of(expr.subs(z, 1 / z), z, 2))


def moments_from_free_cumulants(law: Law) -> Moments:
    """the moment-cumulant relation C(w M(w)) = M(w)"""
    cumulants = express(law, FreeCumulants).sequence
    return Moments(Sequence(cumulants.ring, lambda n: moments_from_cumulants(cumulants.first(n))))


def moments_from_series_of_s(law: Law) -> Moments:
    """m_n = [m^(n-1)] ((1 + m)/S(m))^n / n, powers of the series of S"""
    expr = direct(law, STransform).expr
    return Moments(Sequence(moments_of_s(expr, m, 1)[0], lambda n: moments_of_s(expr, m, n)[1]))


def moments_from_curve(law: Law) -> Moments:
    """the germ of the algebraic equation at infinity"""
    equation = express(law, CauchyEquation)
    if equation.germ is None:
        raise NoClosedForm("the branch at infinity is not a power series in 1/z")
    return Moments(equation.germ)


def cumulants_from_r_transform(law: Law) -> FreeCumulants:
    """R(g) = sum kappa_(n+1) g^n"""
    return FreeCumulants(sequence_of(direct(law, RTransform).expr, g))


def cumulants_from_moments_form(law: Law) -> FreeCumulants:
    """the moment-cumulant relation C(w M(w)) = M(w)"""
    moments = express(law, Moments).sequence
    return FreeCumulants(Sequence(moments.ring, lambda n: cumulants_from_moments(moments.first(n))))


# -- the curve ------------------------------------------------------------------------------------------------------------


def finished_curve(law: Law, raw: Poly, ring: Ring, moments: Callable[[], Sequence | None] | None = None) -> CauchyEquation:
    """The raw polynomial with its radicals eliminated, factored, and the factor of the germ chosen; `moments` finds it, by default the law's."""
    poly = without_roots(raw, ring)
    candidates = [trimmed(curve) for curve in irreducible_factors(poly, ring)]
    found = moments or (lambda: germ_of(law))
    if len(candidates) == 1:
        (curve,) = candidates
        return CauchyEquation(curve, lambda: _without_idle_roots(curve, apart(found)), Choice(curve, ()))
    germ = found()
    if germ is None:
        return CauchyEquation.with_germ(_by_value(law, candidates), None)
    choice = choose_factor(candidates, germ)
    return CauchyEquation(choice.curve, lambda: _without_idle_roots(choice.curve, germ), choice)


def _by_value(law: Law, candidates: list[Curve]) -> Curve:
    from freealg.law.ramified import factor_by_value

    if law.free_symbols or any(curve.ring.bases for curve in candidates):
        raise NoClosedForm(f"the equation of {law} has {len(candidates)} factors and no moments at infinity to choose by; bind its parameters")
    return candidates[factor_by_value(law, [curve.integer_rows() for curve in candidates])]


def _without_idle_roots(curve: Curve, germ: Sequence | None) -> Sequence | None:
    """The germ over Q, where it was found with roots that cancel: R of Projection(1/3) has sqrt(3) in it, its moments have not."""
    if germ is None or germ.ring.context is None or curve.ring.bases or germ.ring.free_symbols():
        return germ
    start = [germ.ring.to_sympy(value) for value in germ.first(_START)]
    if not all(value.is_Rational for value in start):
        return germ
    try:
        return curve_germ(curve, start)
    except InvalidInput:
        return germ


def trimmed(curve: Curve) -> Curve:
    """The curve over the ring of the generators it really contains."""
    degrees = [int(d) for d in curve.poly.degrees()[2:]]
    small = Ring.make(pair for pair, degree in zip(curve.ring.bases, degrees, strict=True) if degree)
    if small is curve.ring:
        return curve
    return Curve(small, curve.poly.project_to_context(context_over(small)))


def germ_of(law: Law) -> Sequence | None:
    """The formal moments of the law, None when the branch at infinity is no power series."""
    found = possible(law, Moments)
    return None if found is None else found.sequence


def curve_from_atoms(law: Law) -> CauchyEquation:
    """G = sum of mass/(z - location)"""
    masses = direct(law, Atoms).masses
    raw, ring = equation_of_cauchy_transform(Add(*(p / (z - a) for a, p in masses)), z)
    return finished_curve(law, raw, ring)


def curve_from_r_transform(law: Law) -> CauchyEquation:
    """R(G) + 1/G = z"""
    raw, ring = equation_of_r_transform(direct(law, RTransform).expr, g)
    return finished_curve(law, raw, ring)


def curve_from_s_transform(law: Law) -> CauchyEquation:
    """z m S(m) = 1 + m at m = z G - 1"""
    raw, ring = equation_of_s_transform(direct(law, STransform).expr, m)
    return finished_curve(law, raw, ring)


def curve_from_cauchy_transform(law: Law) -> CauchyEquation:
    """the polynomial equation of the closed form of G"""
    raw, ring = equation_of_cauchy_transform(direct(law, CauchyTransform).expr, z)
    return finished_curve(law, raw, ring)


# -- closed forms ---------------------------------------------------------------------------------------------------------


def r_transform_from_curve(law: Law) -> RTransform:
    """the root of P(R + 1/g, g) = 0 with R(0) = kappa_1"""
    equation = express(law, CauchyEquation)
    return RTransform(r_root(equation.curve, express(law, FreeCumulants).sequence, g))


def s_transform_from_curve(law: Law) -> STransform:
    """the root of z m S = 1 + m on the curve with S(0) = 1/m_1"""
    equation = express(law, CauchyEquation)
    return STransform(s_root(equation.curve, express(law, Moments).sequence, m))


def cauchy_transform_from_atoms(law: Law) -> CauchyTransform:
    """G = sum of mass/(z - location)"""
    return CauchyTransform(Add(*(p / (z - a) for a, p in direct(law, Atoms).masses)))


def cauchy_transform_from_curve(law: Law) -> CauchyTransform:
    """the root of P(z, G) = 0 with G = 1/z + m_1/z^2 + ..."""
    equation = express(law, CauchyEquation)
    if equation.germ is None:
        raise NoClosedForm("the branch at infinity is not a power series in 1/z")
    return CauchyTransform(cauchy_root(equation.curve, equation.germ, z))


def atomic_part_from_atoms(law: Law) -> AtomicPart:
    """every atom of a purely atomic law"""
    return AtomicPart(direct(law, Atoms).masses)


def atomic_part_from_poles(law: Law) -> AtomicPart:
    """the poles of G in closed form off its branch points, with their residues"""
    from freealg.law.quadratic_atoms import atoms_of_quadratic

    if not law.free_symbols:
        raise NoClosedForm("atoms of laws without symbols are found by the density's engine")
    return AtomicPart(atoms_of_quadratic(law))


def atomic_part_from_s_transform(law: Law) -> AtomicPart:
    """the zero of K(m) = (1 + m)/(m S(m)) nearest to 0, and K(infinity)"""
    from freealg.law.edges import closed_atoms

    if not law.free_symbols:
        raise NoClosedForm("atoms of laws without symbols are found by the density's engine")
    return AtomicPart(closed_atoms(law))


def density_from_atoms(law: Law) -> Density:
    """a purely atomic law has no absolutely continuous part"""
    if not direct(law, Atoms).masses:
        raise NoClosedForm("there are no atoms")
    return Density(Integer(0))


def density_from_curve(law: Law) -> Density:
    """-Im G(x + i0)/pi on the support, from the equation of degree 2 to 4"""
    from freealg.law.closed_density import density_on_support

    return Density(density_on_support(law))


CONVERSIONS: dict[str, tuple[Callable[[Law], Any], ...]] = {
    Moments.name: (
        moments_from_r_transform,
        moments_from_s_transform,
        moments_from_atoms,
        moments_from_cauchy_transform,
        moments_from_free_cumulants,
        moments_from_series_of_s,
        moments_from_curve,
    ),
    FreeCumulants.name: (cumulants_from_r_transform, cumulants_from_moments_form),
    CauchyEquation.name: (curve_from_atoms, curve_from_r_transform, curve_from_s_transform, curve_from_cauchy_transform),
    RTransform.name: (r_transform_by_lambert_w, r_transform_from_curve),
    STransform.name: (s_transform_by_logarithm, s_transform_from_curve),
    CauchyTransform.name: (
        cauchy_transform_from_atoms,
        cauchy_transform_by_lambert_w,
        cauchy_transform_by_lambert_w_of_s,
        cauchy_transform_from_curve,
    ),
    AtomicPart.name: (atomic_part_from_atoms, atomic_part_from_poles, atomic_part_from_s_transform),
    Density.name: (density_from_atoms, density_by_lambert_w, density_from_curve),
}

