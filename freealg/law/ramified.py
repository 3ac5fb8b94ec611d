"""Which germ at infinity a law without power series there has: the one that fits a value of G far out.

The value comes from the operands by the rule of the operation, at one argument: G itself, or R at a small g in the lower half plane, where
z = R(g) + 1/g is far up (Bercovici and Voiculescu 1993, for laws without any moment), or S at an m just below 0, where z = (1 + m)/(m S(m)) is
far out on the negative axis.
"""

from __future__ import annotations

import cmath
from collections.abc import Callable, Iterator, Sequence
from inspect import signature
from typing import TYPE_CHECKING, Any

import flint
import sympy
from sympy import Expr, Function

from freealg.errors import NoClosedForm, Undecided
from freealg.forms import CauchyTransform, RTransform, STransform, g, m, z
from freealg.law.support import sign_of
from freealg.numerics.plane_curve import PlaneCurve
from freealg.numerics.puiseux_germs import PuiseuxGerm, puiseux_germs

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["factor_by_value", "ramified_curve"]

Coefficients = tuple[tuple[int, ...], ...]

_BITS = 200
_FIT = 0.1
_STEPS = 60
_FARTHEST = 9


def ramified_curve(law: Law, coeffs: Coefficients) -> PlaneCurve:
    """The equation of `law` with its Puiseux germ; raises `NoClosedForm` where nothing gives a value of G."""
    germs = puiseux_germs(coeffs, _BITS)
    chosen = germs[_fitting(germs, law)]

    def coefficients(count: int) -> list[Any]:
        again = [germ for germ in puiseux_germs(coeffs, max(flint.ctx.prec, _BITS)) if germ.ramification == chosen.ramification]
        return list(min(again, key=lambda germ: _distance(germ, chosen)).moments[:count])

    return PlaneCurve(coeffs, coefficients, chosen.ramification)


def factor_by_value(law: Law, factors: Sequence[Coefficients]) -> int:
    """Which of these factors of an equation of `law` has its germ."""
    germs = [(germ, k) for k, coeffs in enumerate(factors) for germ in puiseux_germs(coeffs, _BITS)]
    return germs[_fitting([germ for germ, _ in germs], law)][1]


def _distance(first: PuiseuxGerm, second: PuiseuxGerm) -> float:
    return max(abs(complex(a) - complex(b)) for a, b in zip(first.moments, second.moments, strict=False))


def _fitting(germs: list[PuiseuxGerm], law: Law) -> int:
    """The germ whose known terms come ten times as near to z G - 1 as those of any other, at two values running."""
    last = None
    for far, excess in _values(law) if len(germs) > 1 else ():
        gaps = sorted((abs(germ.excess(_root(far, germ.ramification)) - excess), k) for k, germ in enumerate(germs))
        clear = gaps[0][0] < _FIT * gaps[1][0]
        if clear and gaps[0][1] == last:
            return gaps[0][1]
        last = gaps[0][1] if clear else None
    if len(germs) == 1:
        return 0
    raise Undecided(f"values of G far out do not tell the {len(germs)} germs of the equation of {law} at infinity apart; ask for its exact queries")


def _root(far: complex, q: int) -> complex:
    """far^(-1/q), the principal root on the upper half plane and its limit on the negative axis."""
    return abs(far) ** (-1 / q) * cmath.exp(-1j * cmath.phase(complex(far.real, abs(far.imag))) / q)


def _values(law: Any) -> Iterator[tuple[complex, complex]]:
    """(z, z G(z) - 1) farther and farther out, by the first of the three rules that the law has."""
    direct = _opaque(law, CauchyTransform, z)
    if direct is not None:
        return _by_g(*direct)
    additive = _opaque(law, RTransform, g)
    if additive is not None:
        return _by_r(*additive)
    multiplicative = _opaque(law, STransform, m)
    if multiplicative is not None and all(sign_of(operand) in (1, -1) for operand in multiplicative[1].values()):
        return _by_s(*multiplicative)
    raise NoClosedForm(
        f"{law} has no power series at infinity, so its branch is not selected; give its first moments with from_cauchy_equation(..., moments=[...])"
    )


def _opaque(law: Any, form: Any, variable: Expr) -> tuple[Expr, dict[str, Law]] | None:
    """The law's transform in those of its operands, which stay names; or its own closed form."""
    lane, stated = getattr(law, f"lane_{form.name}", None), getattr(law, f"state_{form.name}", None)
    if lane is None or not signature(lane).parameters:
        return None if stated is None else (stated().expr, {})
    names = {f"T{k}": operand for k, operand in enumerate(law.operands)}
    try:
        return lane(*(form(Function(name)(variable)) for name in names)).expr, names
    except NoClosedForm:
        return None


def _by_g(expr: Expr, operands: dict[str, Law]) -> Iterator[tuple[complex, complex]]:
    """(z, z G(z) - 1) at z = i y for larger and larger y."""
    function = sympy.lambdify(z, expr, [{name: law.cauchy for name, law in operands.items()}, "numpy"])
    for k in range(2, _FARTHEST):
        far = 1j * 10.0**k
        yield far, far * complex(function(far)) - 1


def _by_r(expr: Expr, operands: dict[str, Law]) -> Iterator[tuple[complex, complex]]:
    """z = R(g) + 1/g and z G(z) - 1 = g R(g), at g = -i/y for larger and larger y."""
    function = sympy.lambdify(g, expr, [{name: _r_of(law) for name, law in operands.items()}, "numpy"])
    for k in range(2, _FARTHEST):
        small = -1j * 10.0**-k
        value = complex(function(small))
        yield value + 1 / small, small * value


def _r_of(law: Law) -> Callable[[complex], complex]:
    """R(g) = z - 1/g at the root of G(z) = g that Newton's method reaches from 1/g."""

    def value(at: complex) -> complex:
        def gap(point: complex) -> complex:
            return 1 / complex(law.cauchy(point)) - 1 / at

        return _newton(gap, 1 / at) - 1 / at

    return value


def _by_s(expr: Expr, operands: dict[str, Law]) -> Iterator[tuple[complex, complex]]:
    """z = (1 + m)/(m S(m)) < 0 and z G(z) - 1 = m, at m < 0 nearer and nearer to 0."""
    function = sympy.lambdify(m, expr, [{name: _s_of(law) for name, law in operands.items()}, "numpy"])
    for k in range(2, _FARTHEST):
        small = -(10.0**-k)
        yield complex((1 + small) / (small * complex(function(small)).real)), complex(small)


def _s_of(law: Law) -> Callable[[float], float]:
    """S(m) = (1 + m)/(m z) where z G(z) - 1 = m, for z on the side of 0 without mass: from 0 outwards z G(z) - 1 rises to 0."""
    side = -(sign_of(law) or 0)

    def value(at: float) -> float:
        def short(log: float) -> bool:
            point = side * 2.0**log
            return bool((point * complex(law.cauchy(point)) - 1).real < at)

        low, high = -1.0, 1.0
        while short(high):
            low, high = high, 2 * high
        while not short(low):
            low, high = 2 * low, low
        for _ in range(_STEPS):
            middle = (low + high) / 2
            low, high = (middle, high) if short(middle) else (low, middle)
        return (1 + at) / (at * side * 2.0**low)

    return value


def _newton(gap: Callable[[complex], complex], start: complex) -> complex:
    point = start
    for _ in range(_STEPS):
        step = 1e-6 * abs(point)
        change = gap(point) * 2 * step / (gap(point + step) - gap(point - step))
        point -= change
        if abs(change) < 1e-13 * abs(point):
            return point
    raise Undecided(f"G(z) = {1 / start} was not solved near z = {start}")
