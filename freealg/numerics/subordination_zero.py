"""A proof that a free power below 1 is no law: a critical point of its subordination function that the upper half plane would have to reach.

If nu = mu^([+] t) is a law, 0 < t < 1, then w(z) = (z - (1 - t)/G_nu(z))/t is analytic for Im z > 0 and H(w(z)) = z with
H(w) = t w + (1 - t)/G(w), G that of mu. Near infinity w is the inverse of H. Let a path lead from infinity in the upper half plane, perhaps on
across the support of mu, where G is continued, and let Im H > 0 along it: then w(H(p)) = p at its points, and w'(z) H'(w) = 1 forbids H'(p) = 0.
The paths here come down vertically; above the axis Im H > 0 by itself, below it balls prove it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flint
import numpy as np
import sympy
from numpy.typing import NDArray
from sympy import Expr, Symbol

from freealg.errors import NoClosedForm
from freealg.exact.coerce import fmpq_of
from freealg.exact.context import ball_precision
from freealg.numerics.formula import Formula

__all__ = ["across_the_axis", "ball_value", "critical_point"]

_BITS = 160
_RAYS, _CIRCLES = 16, 46
_NEWTON = 40
_PIECES = 4096
_FUNCTIONS: dict[Any, Callable[[flint.acb], flint.acb]] = {
    sympy.log: flint.acb.log,
    sympy.exp: flint.acb.exp,
    sympy.erfc: flint.acb.erfc,
}


def ball_value(expr: Expr, x: Symbol, at: flint.acb) -> flint.acb:
    """A ball with the values of `expr` for all x in the ball `at`, principal branches; `NoClosedForm` names a function without a rule.

    >>> x = Symbol("x")
    >>> ball_value(sympy.log(x) / 2, x, flint.acb(1)).contains(0)
    True
    """
    if expr == x:
        return at
    if expr.is_Rational:
        return flint.acb(flint.arb(fmpq_of(expr)))
    if expr == sympy.I:
        return flint.acb(0, 1)
    if expr == sympy.pi:
        return flint.acb(flint.arb.pi())
    parts = [ball_value(part, x, at) for part in expr.args]
    if expr.is_Add:
        return sum(parts[1:], parts[0])
    if expr.is_Mul:
        product = parts[0]
        for part in parts[1:]:
            product = product * part
        return product
    if expr.is_Pow:
        return parts[0] ** int(expr.exp) if expr.exp.is_Integer else parts[0] ** parts[1]
    rule = _FUNCTIONS.get(expr.func)
    if rule is None:
        raise NoClosedForm(f"{expr.func} has no rule for balls; rewrite it in exp, log and powers")
    return rule(parts[0])


def across_the_axis(expr: Expr, x: Symbol) -> Expr | None:
    """`expr` as it goes on from the upper half plane across the real axis, cut straight down from its branch points; None where no rule is known.

    >>> across_the_axis(sympy.log(Symbol("x") - 1), Symbol("x"))
    log(-I*(x - 1)) + I*pi/2
    """
    if not expr.has(x) or expr == x:
        return expr
    parts = [across_the_axis(part, x) for part in expr.args]
    if any(part is None for part in parts):
        return None
    if expr.is_Add or expr.is_Mul or isinstance(expr, sympy.exp | sympy.erfc) or (expr.is_Pow and expr.exp.is_Integer):
        return expr.func(*parts)
    base = expr.args[0]
    if base.diff(x).is_positive is not True:
        return None
    turned = -sympy.I * base
    if isinstance(expr, sympy.log):
        return sympy.log(turned) + sympy.I * sympy.pi / 2
    return sympy.exp(sympy.I * sympy.pi * expr.exp / 2) * turned**expr.exp if expr.is_Pow and expr.exp.is_Rational else None


def critical_point(transform: Expr, z: Symbol, t: Expr, places: list[float], size: float) -> tuple[complex, complex] | None:
    """(w, H(w)), w a proved critical point of H(w) = t w + (1 - t)/G(w) at the lower end of a path as above, near one of `places`, or None.

    >>> z = Symbol("z")
    >>> uniform = (sympy.log(z + 1) - sympy.log(z - 1)) / 2
    >>> w, branch_point = critical_point(uniform, z, sympy.Rational(99, 100), [-1.0], 2.0)
    >>> print(f"{w:.5f} {branch_point:.5f}")
    -0.99986-0.00015j -0.99170+0.00064j
    """
    G = across_the_axis(transform, z)
    if G is None:
        return None
    inverse = t * z + (1 - t) / G
    derivative = t * G**2 - (1 - t) * G.diff(z)
    slope = derivative.diff(z)
    try:
        for start in _candidates(Formula(derivative, z), Formula(slope, z), places, size):
            box = _proved(derivative, slope, z, start)
            if box is not None and _path_rises(inverse, z, box):
                return complex(box), complex(ball_value(inverse, z, box))
    except NoClosedForm:
        return None
    return None


def _candidates(value: Formula, slope: Formula, places: list[float], size: float) -> list[complex]:
    """Where Newton's method from circles around the places comes to rest, each point once, those near the axis last."""
    angles = np.exp(2j * np.pi * (np.arange(_RAYS) + 0.5) / _RAYS)
    radii = size * np.geomspace(1e-9, 1, _CIRCLES)
    at: NDArray[Any] = (np.array(places)[:, None, None] + radii[None, :, None] * angles[None, None, :]).ravel()
    with np.errstate(all="ignore"):
        for _ in range(_NEWTON):
            step = value(at) / slope(at)
            at = np.where(np.isfinite(step) & (np.abs(step) < size), at - step, at)
        at = np.unique(at[np.isfinite(at)])
        at = at[(np.abs(value(at) / slope(at)) < 1e-8 * np.abs(at.imag)) & (np.abs(at.imag) < size)]
    found: list[complex] = []
    for point in sorted(at.tolist(), key=lambda point: -point.imag):
        if all(abs(point - other) > 1e-9 * size for other in found):
            found.append(point)
    return found


def _proved(expr: Expr, slope: Expr, x: Symbol, start: complex) -> flint.acb | None:
    """A ball with exactly one zero, by interval Newton."""
    with ball_precision(_BITS):
        guess = flint.acb(start)
        for _ in range(4):
            guess = (guess - ball_value(expr, x, guess) / ball_value(slope, x, guess)).mid()
        radius = flint.arb(0, 2.0**-50 * abs(start.imag))
        box = guess + flint.acb(radius, radius)
        image = guess - ball_value(expr, x, guess) / ball_value(slope, x, box)
        return image if box.contains_interior(image) else None


def _path_rises(inverse: Expr, x: Symbol, box: flint.acb) -> bool:
    """Whether Im H > 0 in the box and on the segment from it straight up to the real axis."""
    with ball_precision(_BITS):
        if not ball_value(inverse, x, box).imag > 0:
            return False
        height = float(box.imag)
        pending = [(height, 0.0)] if height < 0 else []
        for _ in range(_PIECES):
            if not pending:
                return True
            low, high = pending.pop()
            middle, half = 0.5 * (low + high), 0.51 * (high - low)
            piece = flint.acb(box.real, flint.arb(middle, half))
            if not ball_value(inverse, x, piece).imag > 0:
                pending += [(low, middle), (middle, high)]
    return False
