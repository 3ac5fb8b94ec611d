"""The Hessian of a loss surface, H = H_0 + H_1 with H_0 = J J^T/m Wishart and H_1 Wigner of variance 2 energy (Pennington and Bahri 2017)."""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy
from sympy import Expr, Integer, Symbol

from freealg.errors import InvalidInput
from freealg.exact.coerce import exact
from freealg.law.law import Law
from freealg.law.operations.free_sum import boxplus
from freealg.laws.marchenko_pastur import MarchenkoPastur
from freealg.laws.semicircle import Semicircle

__all__ = ["Hessian", "critical_energy", "hessian_index"]


def Hessian(ratio: Any, energy: Any) -> Law:
    """R(g) = 1/(1 - ratio*g) + 2*energy*g: MarchenkoPastur(ratio) [+] Semicircle(variance=2*energy).

    `ratio` is parameters over data points, `energy` the loss. At energy 0 the Marchenko–Pastur law alone. Raises `InvalidInput` for
    ratio <= 0 or energy < 0. Source: Pennington and Bahri (2017), section 3.

    >>> from sympy import symbols
    >>> Hessian(*symbols("phi epsilon")).moments(2)
    [1, 2*epsilon + phi + 1]
    """
    energy = exact(energy, "Hessian: energy")
    if energy.is_number and not energy >= 0:
        raise InvalidInput(f"Hessian needs energy >= 0, not {energy}; the energy is a loss")
    base = MarchenkoPastur(ratio=ratio)
    return base if energy == 0 else boxplus(base, Semicircle(variance=2 * energy))


def critical_energy(ratio: Any) -> Expr:
    """The energy at which the left edge reaches 0: (1 - 20 phi - 8 phi^2 + (1 + 8 phi)^(3/2))/16 for phi = ratio < 1, and 0 beyond.

    Found by the engine: the discriminant in G of the law's cubic at z = 0 vanishes there. A symbolic ratio is taken to be below 1.

    >>> critical_energy(Symbol("phi"))
    -phi**2/2 - 5*phi/4 + (8*phi + 1)**(3/2)/16 + 1/16
    """
    phi = exact(ratio, "critical_energy: ratio")
    if phi.is_number and not phi > 0:
        raise InvalidInput(f"critical_energy needs ratio > 0, not {phi}; ratio is parameters over data")
    if phi.is_number and phi >= 1:
        return Integer(0)
    return _root_of_discriminant().xreplace({_PHI: phi})


_PHI, _ENERGY = Symbol("phi", positive=True), Symbol("epsilon", positive=True)


@cache
def _root_of_discriminant() -> Expr:
    """The root in energy of disc_G P(0, G) that tends to 0 as phi tends to 1."""
    G, z = sympy.symbols("G z")
    at_zero = Hessian(_PHI, _ENERGY).cauchy_equation(G, z).as_expr().subs(z, 0)
    locus = sympy.Poly(sympy.discriminant(at_zero, G), _ENERGY)
    for factor, _ in locus.factor_list()[1]:
        if factor.degree() == 2:
            c, b, a = (factor.coeff_monomial(_ENERGY**k) for k in range(3))
            discriminant = sympy.factor(b**2 - 4 * a * c)
            roots = [(-b + sign * sympy.sqrt(discriminant)) / (2 * a) for sign in (1, -1)]
            root = next(r for r in roots if r.subs(_PHI, 1) == 0 and r.subs(_PHI, sympy.Rational(1, 4)) > 0)
            return sympy.expand(root, deep=False)
    raise InvalidInput("the discriminant of the Hessian's cubic at z = 0 has no quadratic factor in the energy")


def hessian_index(ratio: Any, energy: Any, dps: int = 30) -> Any:
    """P(X < 0) = [arg(-G_0) - arg(1 - phi G_0)/phi + energy Im G_0^2]/pi with G_0 the root of P(0, G) on the lower half plane; an `mpf`.

    0 up to the critical energy, beyond which P(0, G) has a pair of non-real roots.

    >>> from sympy import Rational
    >>> round(float(hessian_index(Rational(1, 2), Rational(1, 2))), 5)
    0.24895
    """
    from freealg.exact.context import mp_precision

    phi, eps = exact(ratio, "hessian_index: ratio"), exact(energy, "hessian_index: energy")
    with mp_precision(dps + 10) as mp:
        p, e = (mp.mpf(str(sympy.N(value, dps + 10))) for value in (phi, eps))
        if eps <= critical_energy(phi):
            return mp.mpf(0)
        G = min(mp.polyroots([2 * e * p, -2 * e, p - 1, -1], maxsteps=200, extraprec=4 * dps), key=lambda root: root.imag)
        return (mp.arg(-G) - mp.arg(1 - p * G) / p + e * (G**2).imag) / mp.pi
