"""The index of the Hessian H_0 + H_1 with a Wigner H_1, the share of directions of descent: in closed form, over arrays, and at large energy."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray
from sympy import Expr, Integer, Piecewise, Symbol, atan2, pi, sqrt

from freealg.errors import InvalidInput
from freealg.exact.coerce import exact
from freealg.nets.hessian import critical_energy

__all__ = ["hessian_index", "hessian_index_series"]

Array = NDArray[Any]
_THIRD = sympy.Rational(1, 3)


def hessian_index(ratio: Any, energy: Any, dps: int = 30) -> Any:
    """P(X < 0) = [arg(-G_0) - arg(1 - phi G_0)/phi + energy Im G_0^2]/pi with G_0 the root of P(0, G) on the lower half plane; an `mpf`.

    0 up to the critical energy, beyond which P(0, G) has a pair of non-real roots. Arrays broadcast and give doubles; symbols give the closed form
    with G_0 = (2 - u - v - i sqrt(3) (u - v))/(6 phi) by Cardano's formula.

    >>> from sympy import Rational, symbols
    >>> round(float(hessian_index(Rational(1, 2), Rational(1, 2))), 5), hessian_index([[0.5], [2.0]], [0.01, 0.5]).round(5).tolist()
    (0.24895, [[0.0, 0.24895], [0.26576, 0.3381]])
    >>> hessian_index(*symbols("phi epsilon")).subs({"phi": 2, "epsilon": Rational(1, 2)}).n(15)
    0.338101244418882
    """
    if np.ndim(ratio) or np.ndim(energy):
        return _index_in_doubles(np.asarray(ratio, dtype=float), np.asarray(energy, dtype=float))
    from freealg.exact.context import mp_precision

    phi, eps = exact(ratio, "hessian_index: ratio"), exact(energy, "hessian_index: energy")
    if eps.is_number and not eps >= 0:
        raise InvalidInput(f"hessian_index needs energy >= 0, not {eps}; the energy is a loss")
    critical = critical_energy(phi)
    if phi.free_symbols or eps.free_symbols:
        return Piecewise((Integer(0), eps <= critical), (_closed(phi, eps), True))
    with mp_precision(dps + 10) as mp:
        p, e = (mp.mpf(str(sympy.N(value, dps + 10))) for value in (phi, eps))
        if eps <= critical:
            return mp.mpf(0)
        G = min(mp.polyroots([2 * e * p, -2 * e, p - 1, -1], maxsteps=200, extraprec=4 * dps), key=lambda root: root.imag)
        return (mp.arg(-G) - mp.arg(1 - p * G) / p + e * (G**2).imag) / mp.pi


def _closed(phi: Expr, eps: Expr) -> Expr:
    """The index above the critical energy, where u > 0 and u > v: u^3 = a + sqrt(a^2 - b^3), v = b/u."""
    a, b = 1 + 9 * phi * (2 * phi + 1) / (4 * eps), 1 - 3 * phi * (phi - 1) / (2 * eps)
    u = (a + sqrt(a**2 - b**3)) ** _THIRD
    total, gap = u + b / u, sqrt(3) * (u - b / u)
    return (atan2(gap, total - 2) - sympy.atan(gap / (total + 4)) / phi + eps * gap * (total - 2) / (18 * phi**2)) / pi


def hessian_index_series(ratio: Any, order: int, energy: Any = None) -> Expr:
    """The index through energy^(-order/2) for energy -> oo: 1/2 - 1/(pi sqrt(2 energy)) + ...

    With G_0 = sum of g_n energy^(-n/2), 2 g_1^2 = -1, d index/d energy = Im G_0^2/pi: by parts, since z(G_0) = 0 is stationary along the branch.

    >>> hessian_index_series(Symbol("phi"), 3)
    1/2 - sqrt(2)/(2*pi*sqrt(epsilon)) + sqrt(2)*(8*phi**2 + 12*phi + 1)/(96*pi*epsilon**(3/2))
    """
    phi, symbol = exact(ratio, "hessian_index_series: ratio"), Symbol("epsilon") if energy is None else energy
    if order != int(order) or order < 0:
        raise InvalidInput(f"hessian_index_series needs an order >= 0, a whole number, not {order}")
    if phi.is_number and not phi > 0:
        raise InvalidInput(f"hessian_index_series needs ratio > 0, not {phi}; ratio is parameters over data")
    real = {name: sympy.Dummy(str(name), positive=True) for name in phi.free_symbols}
    square = [c.xreplace({dummy: name for name, dummy in real.items()}) for c in _squared_root_series(phi.xreplace(real), int(order) + 2)]
    terms = [sympy.factor(-2 * square[n] / ((n - 2) * pi)) * symbol ** sympy.Rational(2 - n, 2) for n in range(3, int(order) + 3)]
    return sympy.Rational(1, 2) + sympy.Add(*terms)


def _squared_root_series(phi: Expr, last: int) -> list[Expr]:
    """[Im of the coefficient of s^n in G_0^2, n = 0, ..., last], s = energy^(-1/2): 2 phi G^3 - 2 G^2 + s^2 ((phi - 1) G - 1) = 0."""
    g: list[Expr] = [Integer(0), -sympy.I / sqrt(2)]
    for n in range(3, last + 1):  # the coefficient of s^n, which is linear in g_(n-1)
        squares = [sum(g[i] * g[k - i] for i in range(1, k) if i < len(g) and k - i < len(g)) for k in range(n + 1)]
        cubes = sum(squares[k] * g[n - k] for k in range(2, n) if n - k < len(g))
        rest = 2 * phi * cubes - 2 * squares[n] + (phi - 1) * (g[n - 2] if n - 2 < len(g) else 0)
        g.append(sympy.expand(rest / (4 * g[1])))
    return [sympy.im(sympy.expand(sum((g[i] * g[n - i] for i in range(1, n) if i < len(g) and n - i < len(g)), Integer(0)))) for n in range(last + 1)]


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
