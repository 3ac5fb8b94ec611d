"""The density engine of a law with numeric parameters, made once and remembered on the law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flint
import sympy
from sympy import Expr, Rational

from freealg.errors import BudgetExceeded, NoClosedForm
from freealg.exact.context import exclusive
from freealg.exact.fields import Ring
from freealg.exact.series import Sequence
from freealg.forms import CauchyEquation
from freealg.law.express import express
from freealg.law.ramified import ramified_curve
from freealg.law.spectral import AlgebraicSpectrum
from freealg.numerics.plane_curve import PlaneCurve

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["engine_of", "rationalised"]

_DIGITS = 80


def engine_of(law: Law) -> Any:
    """What answers numeric questions about `law`: an engine on its algebraic equation, or one on its transforms where there is none."""
    law.require_numbers("a number")
    with exclusive():
        engine = law.memo.get("engine")
        if engine is None:
            engine = law.memo["engine"] = _make(law)
        return engine


def _make(law: Law) -> Any:
    special = law.special_engine()
    if special is not None:
        return special
    exactly = rationalised(law)
    if law.transform_first():
        from freealg.law.transcendental import transcendental_engine

        return transcendental_engine(exactly, NoClosedForm(f"the equation of {law} is of too high a degree for the algebraic engine"))
    try:
        equation = express(exactly, CauchyEquation)
    except (NoClosedForm, BudgetExceeded) as error:
        from freealg.law.transcendental import transcendental_engine

        return transcendental_engine(exactly, error)
    rows = equation.curve.integer_rows()
    curve = ramified_curve(exactly, rows) if equation.germ is None else PlaneCurve(rows, _numbers(equation.germ))
    return AlgebraicSpectrum(curve, exact=exactly is law)


def rationalised(law: Law) -> Law:
    """The law itself when its numbers are algebraic; otherwise with each transcendental constant replaced by its first 80 digits."""
    constants = [base for base, _ in Ring.of(*law.expressions()).bases if base.is_number and not base.is_Rational and not base.is_algebraic]
    return law.replaced({c: _digits(c) for c in constants}) if constants else law


def _digits(constant: Expr) -> Rational:
    value = sympy.N(constant, _DIGITS)
    return Rational(str(value))


def _numbers(germ: Sequence) -> Any:
    """The germ's moments as `fmpq`, or as balls when its ring has algebraic generators."""
    ring = germ.ring
    if ring.context is None:
        return germ.first

    def balls(count: int) -> list[Any]:
        digits = int(flint.ctx.prec * 0.302) + 10
        return [_ball(ring.to_sympy(value), digits) for value in germ.first(count)]

    return balls


def _ball(value: Expr, digits: int) -> Any:
    if value.is_Rational:
        return flint.fmpq(int(value.p), int(value.q))
    real, imaginary = (str(sympy.N(part, digits)) for part in value.as_real_imag())
    return flint.acb(flint.arb(real), flint.arb(imaginary))
