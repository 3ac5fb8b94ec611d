"""The Hessian of a loss surface, H = H_0 + H_1 with H_0 = J J^T/m Wishart, H_1 Wigner or that of a ReLU network (Pennington and Bahri 2017)."""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy
from sympy import Expr, Integer, Rational, Symbol

from freealg.errors import InvalidInput, shown
from freealg.exact.coerce import exact
from freealg.exact.signs import real_sign
from freealg.law.law import Law
from freealg.law.operations.free_sum import boxplus
from freealg.laws.compound_free_poisson import CompoundFreePoisson
from freealg.laws.discrete import Discrete
from freealg.laws.marchenko_pastur import MarchenkoPastur
from freealg.laws.semicircle import Semicircle

__all__ = ["Hessian", "critical_energy", "critical_scaling"]


def Hessian(ratio: Any, energy: Any, curvature: str = "wigner") -> Law:
    """R(g) = 1/(1 - ratio*g) + 2*energy*g: MarchenkoPastur(ratio) [+] Semicircle(variance=2*energy).

    `ratio` is parameters over data points, `energy` the loss. At energy 0 the Marchenko–Pastur law alone. With curvature "relu" H_1 is that of a ReLU
    network with one hidden layer, R(g) = energy*ratio*g/(2 - energy*ratio^2*g^2): jumps ± ratio*sqrt(energy/2) at the rate 1/ratio. `hessian_index`
    has the index for symbols. Raises `InvalidInput` for ratio <= 0 or energy < 0. Source: Pennington and Bahri (2017), sections 3 and 4.

    >>> from sympy import symbols
    >>> phi, epsilon = symbols("phi epsilon")
    >>> Hessian(phi, epsilon).moments(2), Hessian(phi, epsilon, curvature="relu").moments(2)
    ([1, 2*epsilon + phi + 1], [1, epsilon*phi/2 + phi + 1])
    """
    energy, phi = exact(energy, "Hessian: energy"), exact(ratio, "Hessian: ratio")
    if energy.is_number and real_sign(energy, "the energy of a Hessian") < 0:
        raise InvalidInput(f"Hessian needs energy >= 0, not {shown(energy)}; the energy is a loss")
    base = MarchenkoPastur(ratio=phi)
    return base if energy == 0 else boxplus(base, _curvature(phi, energy, curvature))


def _curvature(phi: Expr, energy: Expr, kind: str) -> Law:
    """H_1."""
    if kind not in ("wigner", "relu"):
        raise InvalidInput(f"Hessian: curvature must be 'wigner' or 'relu', not {shown(kind)}")
    if kind == "wigner":
        return Semicircle(variance=2 * energy)
    jump = phi * sympy.sqrt(energy / 2)
    return CompoundFreePoisson(1 / phi, Discrete({-jump: Rational(1, 2), jump: Rational(1, 2)}))


def critical_energy(ratio: Any, curvature: str = "wigner") -> Expr:
    """The energy at which the left edge reaches 0: (1 - 20 phi - 8 phi^2 + (1 + 8 phi)^(3/2))/16 for phi = ratio < 1, and 0 beyond.

    Found by the engine: the discriminant in G of the law's equation at z = 0 vanishes there. A symbolic ratio is taken to be below 1.

    >>> critical_energy(Symbol("phi")), critical_energy(1 - Symbol("delta")).series(Symbol("delta"), 0, 5)
    (-phi**2/2 - 5*phi/4 + (8*phi + 1)**(3/2)/16 + 1/16, 2*delta**3/27 + 2*delta**4/81 + O(delta**5))
    >>> round(float(critical_energy(Rational(1, 2), curvature="relu")), 6)
    0.081037
    """
    phi = exact(ratio, "critical_energy: ratio")
    if phi.is_number and real_sign(phi, "the ratio of critical_energy") <= 0:
        raise InvalidInput(f"critical_energy needs ratio > 0, not {shown(phi)}; ratio is parameters over data")
    if phi.is_number and phi >= 1:
        return Integer(0)
    return _root_of_discriminant(curvature).xreplace({_PHI: phi})


_PHI, _ENERGY = Symbol("phi", positive=True), Symbol("epsilon", positive=True)


@cache
def _root_of_discriminant(curvature: str) -> Expr:
    """The root in energy of disc_G P(0, G) that tends to 0 as phi tends to 1."""
    G, z = sympy.symbols("G z")
    at_zero = Hessian(_PHI, _ENERGY, curvature).cauchy_equation(G, z).as_expr().subs(z, 0)
    locus = sympy.Poly(sympy.discriminant(at_zero, G), _ENERGY)
    near, half = {_PHI: Rational(999, 1000)}, {_PHI: Rational(1, 2)}
    for factor, _ in locus.factor_list()[1]:
        if factor.degree() == 2:
            c, b, a = (factor.coeff_monomial(_ENERGY**k) for k in range(3))
            discriminant = sympy.factor(b**2 - 4 * a * c)
            roots = [(-b + sign * sympy.sqrt(discriminant)) / (2 * a) for sign in (1, -1)]
            root = next(r for r in roots if 0 < r.subs(near).n(30) < Rational(1, 1000) and r.subs(half).n(30) > 0)
            return sympy.expand(root, deep=False) if a.is_number else root
    raise InvalidInput("the discriminant of the Hessian's equation at z = 0 has no quadratic factor in the energy")


def critical_scaling(ratio: Any) -> tuple[Expr, Expr]:
    """(exponent, coefficient) of the index just above the critical energy: index ~ coefficient * (energy - critical energy)^exponent.

    Below ratio 1 the edge x_- moves by dx_-/d energy = 2 G_c, G_c the double root of P(0, G), and the density beside it is
    sqrt(2 (x - x_-)/|z''(G_c)|)/pi with z(G) = 1/G + 1/(1 - phi G) + 2 energy G; together 3/2. At ratio 1 the roots run off as (2 energy)^(-1/3),
    which makes 1/3; beyond, a share (1 - 1/ratio)/2 is negative at any energy.

    >>> critical_scaling(1), critical_scaling(2), critical_scaling(Rational(3, 8))
    ((1/3, 3*2**(1/3)*sqrt(3)/(4*pi)), (0, 1/4), (3/2, 2048*sqrt(3)/(81*pi)))
    """
    phi = exact(ratio, "critical_scaling: ratio")
    critical_energy(phi)  # refuses a ratio that is not positive
    if phi.is_number and phi > 1:
        return Integer(0), (1 - 1 / phi) / 2
    if phi == 1:
        G = 2 ** Rational(-1, 3) * sympy.exp(-2 * sympy.pi * sympy.I / 3)  # 2 G^3 = 1 after G -> energy^(-1/3) G
        return Rational(1, 3), sympy.simplify((sympy.im(1 / G) + sympy.im(G**2)) / sympy.pi)
    s = sympy.sqrt(1 + 8 * phi)
    return Rational(3, 2), sympy.simplify(_root_constant().xreplace({_S: s})) if phi.is_number else _root_constant().xreplace({_S: s})


_S = Symbol("s", positive=True)


@cache
def _root_constant() -> Expr:
    """The constant in s = sqrt(1 + 8 phi), in which the critical energy and G_c are rational."""
    phi = (_S**2 - 1) / 8
    energy = sympy.factor(_root_of_discriminant("wigner").xreplace({_PHI: phi}).expand())
    G = sympy.factor(_double_root(phi, energy))
    bend = sympy.factor(2 / G**3 + 2 * phi**2 / (1 - phi * G) ** 3)
    return Rational(2, 3) * sympy.sqrt(-2 / bend) * (-2 * G) ** Rational(3, 2) / sympy.pi


def _double_root(phi: Expr, energy: Expr) -> Expr:
    """G_c: the common root of P(0, G) and its derivative, as the remainder of their division."""
    P = sympy.Poly([2 * energy * phi, -2 * energy, phi - 1, -1], Symbol("G"))
    slope, constant = P.rem(P.diff()).all_coeffs()
    return -constant / slope
