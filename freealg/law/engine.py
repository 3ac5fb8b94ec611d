"""The density engine of a law with numeric parameters, made once and remembered on the law."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import flint
import sympy
from sympy import Expr, Rational

from freealg.errors import BudgetExceeded, InvalidInput, NoClosedForm, shown
from freealg.exact.context import exclusive
from freealg.exact.series import Sequence
from freealg.forms import Atoms, CauchyEquation
from freealg.law.atomic_law import AtomicLaw
from freealg.law.express import express, possible
from freealg.law.ramified import ramified_curve
from freealg.law.spectral import AlgebraicSpectrum
from freealg.numerics.plane_curve import PlaneCurve

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["constants_to", "engine_of", "rationalised"]

_FIRST_DIGITS, _GUARD = 80, 40
_RANGE_BITS = 500
_MOST_WORK = 1e11  # half a minute
_DIGITS: ContextVar[int] = ContextVar("digits of transcendental constants", default=_FIRST_DIGITS)


@contextmanager
def constants_to(dps: int | None) -> Iterator[None]:
    """Within, engines round transcendental constants (pi, erf(1)) to 80 digits, or to 160, 320, ... where `dps` and a guard of 40 are more."""
    digits = _DIGITS.get()
    while dps is not None and digits < dps + _GUARD:
        digits *= 2
    token = _DIGITS.set(digits)
    try:
        yield
    finally:
        _DIGITS.reset(token)


def engine_of(law: Law) -> Any:
    """What answers numeric questions about `law`: an engine on its algebraic equation, or one on its transforms where there is none."""
    law.require_numbers("a number")
    if "engine" not in law.memo:
        _require_range(law)
    with exclusive():
        name = "engine" if _DIGITS.get() == _FIRST_DIGITS or not _has_constants(law) else f"engine, constants to {_DIGITS.get()} digits"
        engine = law.memo.get(name)
        if engine is None:
            engine = law.memo[name] = _make(law)
        return engine


def _require_range(law: Law) -> None:
    """Doubles must hold the parameters and their squares; an equation of the user's own is no parameter, and its coefficients may be of any size."""
    for value in law.expressions():
        if value.is_number and abs(_binary_exponent(value)) > _RANGE_BITS:
            raise InvalidInput(
                f"a number of {shown(law)} is out of reach of double precision: its parameter {shown(value)} is not between 10**-150 and 10**150 "
                "in size; rescale the law, a*law + b is exact; its exact queries take any size"
            )


def _binary_exponent(value: Expr) -> int:
    """About log2 |value|; 0 for 0."""
    if value.is_Rational:
        return int(abs(value.p)).bit_length() - int(value.q).bit_length() if value else 0
    number = sympy.Abs(value).evalf(15)
    return int(number._mpf_[2]) + int(number._mpf_[3]) if number.is_Float and number else 0


def _make(law: Law) -> Any:
    atoms = possible(law, Atoms, conversions=False)
    if atoms is not None and atoms.masses:
        return AtomicLaw(atoms)
    special = law.special_engine()
    if special is not None:
        return special
    exactly = rationalised(law)
    if law.transform_first():
        from freealg.law.transcendental import transcendental_engine

        return transcendental_engine(exactly, NoClosedForm(f"the equation of {law} is of too high a degree for the algebraic engine"))
    try:
        equation = express(exactly, CauchyEquation)
        germ, rows = equation.germ, equation.curve.integer_rows()
        _require_discriminant(rows)
    except (NoClosedForm, BudgetExceeded) as error:
        from freealg.law.transcendental import transcendental_engine

        return transcendental_engine(exactly, error)
    curve = ramified_curve(exactly, rows) if germ is None else PlaneCurve(rows, _numbers(germ))
    return AlgebraicSpectrum(curve, exact=exactly is law)


def _require_discriminant(rows: tuple[tuple[int, ...], ...]) -> None:
    """The discriminant takes FLINT about 3e-10 seconds times degree^5 * (terms a row)^2 * bits, as measured, and cannot be interrupted."""
    degree, terms = len(rows) - 1, [c for row in rows for c in row if c]
    work = degree**5 * (len(terms) / len(rows)) ** 2 * max(abs(c).bit_length() for c in terms)
    if work > _MOST_WORK:
        raise BudgetExceeded(
            f"the discriminant of an equation of degree {degree} in G with {len(terms)} terms needs about {3e-10 * work:.0f} seconds that cannot be "
            "interrupted; its exact queries other than the support and the edges are there"
        )


def rationalised(law: Law) -> Law:
    """The law itself when its numbers are algebraic; else each transcendental constant is replaced by as many digits as `constants_to` says."""
    return law.replaced({value: _rounded(value) for value in law.expressions()}) if _has_constants(law) else law


def _has_constants(law: Law) -> bool:
    found = law.memo.get("constants")
    if found is None:
        found = law.memo["constants"] = any(_rounded(value) != value for value in law.expressions())
    return bool(found)


def _rounded(value: Expr) -> Expr:
    """`value` with digits for what is not algebraic; sums, products and whole powers stay, so that relations between parameters do."""
    if not value.is_number or value.is_Add:
        return value.func(*map(_rounded, value.args)) if value.args else value
    if value.is_algebraic:
        return value
    if value.is_Mul and all(part.is_Rational or not part.is_algebraic for part in value.args):
        return value.func(*map(_rounded, value.args))
    if value.is_Pow and value.exp.is_Integer:
        return _rounded(value.base) ** value.exp
    coefficient, rest = value.as_coeff_Mul()
    return coefficient * Rational(str(sympy.N(rest, _DIGITS.get())))


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
