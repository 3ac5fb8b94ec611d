"""Transforms and densities that Lambert's function W solves: exponential S-transforms and exponential 1 + g R(g).

W_0 is analytic off (-oo, -1/e] and W(0) = 0, so it is the germ at 0, and right on the whole upper half plane where its argument is c/z.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy
from sympy import Abs, Dummy, Expr, Integer, LambertW, Piecewise, im, log, pi

from freealg.errors import NoClosedForm
from freealg.exact.lagrange import exponential_of
from freealg.exact.signs import sign_under
from freealg.forms import CauchyTransform, Density, RTransform, STransform, g, m, x, z
from freealg.law.express import direct, express

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = [
    "cauchy_transform_by_lambert_w",
    "cauchy_transform_by_lambert_w_of_s",
    "density_by_lambert_w",
    "r_transform_by_lambert_w",
    "s_transform_by_logarithm",
]


def cauchy_transform_by_lambert_w(law: Law) -> CauchyTransform:
    """G exp(-c G) = 1/z for 1 + g R(g) = exp(c g), solved by Lambert's W; its argument is not real on the upper half plane, so the branch is W_0"""
    c = _exponent_of_r(law)
    return CauchyTransform(-LambertW(-c / z) / c)


def cauchy_transform_by_lambert_w_of_s(law: Law) -> CauchyTransform:
    """v exp(-t v) = 1/(a z) at v = M/(1 + M) for S(m) = a exp(-t m/(1 + m)), solved by Lambert's W; its argument is never real: the branch is W_0"""
    v = Dummy("v")
    exponential = exponential_of(direct(law, STransform).expr.xreplace({m: v / (1 - v)}), v)
    if exponential is None:
        raise NoClosedForm("S is no exponential of m/(1 + m)")
    a, t = exponential[0], -exponential[1]
    return CauchyTransform(t / (z * (t + LambertW(-t / (a * z)))))


def r_transform_by_lambert_w(law: Law) -> RTransform:
    """w S(w) = g at w = g R(g) for S(m) = a exp(-t m), so w = -W(-t g/a)/t; W_0 is the branch with w(0) = 0"""
    exponential = exponential_of(direct(law, STransform).expr, m)
    if exponential is None:
        raise NoClosedForm("S is no exponential")
    a, t = exponential[0], -exponential[1]
    return RTransform(-LambertW(-t * g / a) / (t * g))


def s_transform_by_logarithm(law: Law) -> STransform:
    """1 + m = exp(c g) at m = g R(g) for 1 + g R(g) = exp(c g), and S(m) = g/m"""
    return STransform(log(1 + m) / (_exponent_of_r(law) * m))


def density_by_lambert_w(law: Law) -> Density:
    """|Im G(x + i0)|/pi where the argument c/x of W_0 is below -1/e, its branch point"""
    transform = express(law, CauchyTransform).expr
    found = transform.atoms(LambertW)
    scale = sympy.cancel(z * next(iter(found)).args[0]) if len(found) == 1 else z
    if scale.has(z) or transform.has(sympy.I):
        raise NoClosedForm("G is not a function of z and W(c/z)")
    sign = sign_under(scale, law.positive_parameters())
    value = transform.xreplace({z: x})
    low, high = sorted((Integer(0), -sympy.E * scale), key=lambda end: end == 0, reverse=sign != 1)
    inside = (x > low) & (x < high) if sign else (-x / scale > 0) & (-x / scale < sympy.E)
    return Density(Piecewise((_height(value, sign) / pi, inside), (Integer(0), True)))


def _height(value: Expr, sign: int | None) -> Expr:
    """|Im G|: for c < 0 W_0 is continued from above, as z -> x + i0 does; for c > 0 the value is the conjugate one."""
    return Abs(im(value)) if sign is None else sign * im(value)


def _exponent_of_r(law: Law) -> Expr:
    exponential = exponential_of(1 + g * direct(law, RTransform).expr, g)
    if exponential is None or exponential[0] != 1:
        raise NoClosedForm("1 + g R(g) is no exponential")
    return exponential[1]
