"""The Hessian of a loss surface, H = H_0 + H_1 with H_0 = J J^T/m Wishart and H_1 Wigner of variance 2 energy (Pennington and Bahri 2017)."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray
from sympy import Expr, Integer, Symbol

from freealg.errors import InvalidInput
from freealg.exact.coerce import exact
from freealg.law.law import Law
from freealg.law.operations.free_sum import boxplus
from freealg.laws.marchenko_pastur import MarchenkoPastur
from freealg.laws.semicircle import Semicircle

__all__ = ["Hessian", "critical_energy", "critical_scaling", "hessian_index"]

Array = NDArray[Any]


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
        raise InvalidInput(f"critical_energy needs ratio > 0, not {phi}")
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

    0 up to the critical energy, beyond which P(0, G) has a pair of non-real roots. Arrays broadcast and give doubles.

    >>> from sympy import Rational
    >>> round(float(hessian_index(Rational(1, 2), Rational(1, 2))), 5), hessian_index([[0.5], [2.0]], [0.01, 0.5]).round(5).tolist()
    (0.24895, [[0.0, 0.24895], [0.26576, 0.3381]])
    """
    if np.ndim(ratio) or np.ndim(energy):
        return _index_in_doubles(np.asarray(ratio, dtype=float), np.asarray(energy, dtype=float))
    from freealg.exact.context import mp_precision

    phi, eps = exact(ratio, "hessian_index: ratio"), exact(energy, "hessian_index: energy")
    with mp_precision(dps + 10) as mp:
        p, e = (mp.mpf(str(sympy.N(value, dps + 10))) for value in (phi, eps))
        if eps <= critical_energy(phi):
            return mp.mpf(0)
        G = min(mp.polyroots([2 * e * p, -2 * e, p - 1, -1], maxsteps=200, extraprec=4 * dps), key=lambda root: root.imag)
        return (mp.arg(-G) - mp.arg(1 - p * G) / p + e * (G**2).imag) / mp.pi


def _index_in_doubles(ratio: Array, energy: Array) -> Array:
    """The same over arrays, by Cardano's formula."""
    if np.any(ratio <= 0) or np.any(energy < 0) or not (np.isfinite(ratio).all() and np.isfinite(energy).all()):
        raise InvalidInput("hessian_index needs ratio > 0 and energy >= 0 all over the arrays")
    phi, eps = np.broadcast_arrays(ratio, energy)
    above = eps > 0
    p, e = phi[above], eps[above]
    G = _lower_root(p, e)
    share = np.maximum(np.angle(-G) - np.angle(1 - p * G) / p + e * (G**2).imag, 0.0) / np.pi
    out = np.zeros(phi.shape)
    out[above] = np.where(G.imag < 0, share, 0.0)
    return out


def _lower_root(phi: Array, energy: Array) -> Array:
    """The root with Im < 0 (real where there is none) of G^3 - G^2/phi + (phi - 1)/(2 energy phi) G - 1/(2 energy phi).

    Its real root r > 0 first, then |G|^2 = 1/(2 energy phi r).
    """
    b, c, d = -1 / phi, (phi - 1) / (2 * energy * phi), -1 / (2 * energy * phi)
    shift = -b / 3
    p, q = c - b**2 / 3, 2 * b**3 / 27 - b * c / 3 + d
    discriminant = q**2 / 4 + p**3 / 27
    root = np.sqrt(np.maximum(discriminant, 0.0))
    large = np.cbrt(-q / 2 + np.where(q > 0, -root, root))
    r = shift + large - np.where(large == 0, 0.0, p / (3 * np.where(large == 0, 1.0, large)))
    for _ in range(3):
        r = r - (((r + b) * r + c) * r + d) / ((3 * r + 2 * b) * r + c)
    real, size = (-b - r) / 2, -d / r
    return real - 1j * np.where(discriminant > 0, np.sqrt(np.maximum(size - real**2, 0.0)), 0.0)


def critical_scaling(ratio: Any) -> tuple[Expr, Expr]:
    """(exponent, coefficient) of the index just above the critical energy: index ~ coefficient * (energy - critical energy)^exponent.

    Below ratio 1 the edge x_- moves by dx_-/d energy = 2 G_c, G_c the double root of P(0, G), and the density beside it is
    sqrt(2 (x - x_-)/|z''(G_c)|)/pi with z(G) = 1/G + 1/(1 - phi G) + 2 energy G; together 3/2. At ratio 1 the roots run off as (2 energy)^(-1/3),
    which makes 1/3; beyond, a share (1 - 1/ratio)/2 is negative at any energy.

    >>> critical_scaling(1), critical_scaling(2), critical_scaling(sympy.Rational(3, 8))
    ((1/3, 3*2**(1/3)*sqrt(3)/(4*pi)), (0, 1/4), (3/2, 2048*sqrt(3)/(81*pi)))
    """
    phi = exact(ratio, "critical_scaling: ratio")
    energy = critical_energy(phi)
    if phi.is_number and phi > 1:
        return Integer(0), (1 - 1 / phi) / 2
    if phi == 1:
        G = 2 ** sympy.Rational(-1, 3) * sympy.exp(-2 * sympy.pi * sympy.I / 3)  # 2 G^3 = 1 after G -> energy^(-1/3) G
        return sympy.Rational(1, 3), sympy.simplify((sympy.im(1 / G) + sympy.im(G**2)) / sympy.pi)
    G = _double_root(phi, energy)
    bend = 2 / G**3 + 2 * phi**2 / (1 - phi * G) ** 3
    return sympy.Rational(3, 2), sympy.simplify(sympy.Rational(2, 3) * sympy.sqrt(-2 / bend) * (-2 * G) ** sympy.Rational(3, 2) / sympy.pi)


def _double_root(phi: Expr, energy: Expr) -> Expr:
    """G_c: the common root of P(0, G) and its derivative, as the remainder of their division."""
    P = sympy.Poly([2 * energy * phi, -2 * energy, phi - 1, -1], Symbol("G"))
    slope, constant = P.rem(P.diff()).all_coeffs()
    return sympy.radsimp(sympy.simplify(-constant / slope))
