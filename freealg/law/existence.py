"""Whether a formal answer is a law: powers below 1 and deconvolutions give moments and equations whether or not a measure has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from freealg.errors import BudgetExceeded, InvalidInput, NoClosedForm, NotALaw, Undecided
from freealg.exact.levy import is_free_levy
from freealg.forms import CauchyEquation, Moments, RTransform, g
from freealg.law.express import express, possible
from freealg.law.positivity import require_positive_moments

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["is_freely_divisible", "require_existence"]

_FIRST, _ORDER = 4, 12
_MOST = 600


def is_freely_divisible(law: Law) -> bool:
    """Whether the law is freely infinitely divisible, by its structure or by its rational R-transform; False where that is not known."""
    if law.infinitely_divisible():
        return True
    r = possible(law, RTransform, conversions=False)
    return r is not None and is_free_levy(r.expr, g)


def require_existence(law: Law, title: str, way_out: str) -> None:
    """Return when a measure with these moments is proved to exist; `NotALaw` with the proof when there is none, `Undecided` when neither is found.

    Proofs for: a rational R-transform of a freely infinitely divisible law; a branch of the equation that is analytic with Im G <= 0 on the upper
    half plane (`numerics.upper_sheet`). Against: a negative Hankel determinant; a branch point or pole of that branch; what the operation knows
    (`refutation`). A law with symbols is taken formally until they are bound.
    """
    if law.free_symbols or law.memo.get("exists"):
        return
    if not is_freely_divisible(law):
        _require_moments(law, title, way_out)
        missing = _by_equation(law, title, way_out)
        if missing is not None:
            _by_operation(law, title, way_out)
            raise Undecided(
                f"whether {title} is a law is open: its Hankel determinants to order {_ORDER + 1} are >= 0, which proves nothing by itself, "
                f"and {missing}; {way_out}"
            )
    law.memo["exists"] = True


def _require_moments(law: Law, title: str, way_out: str) -> None:
    if law.why_no_moments() is None and possible(law, Moments) is not None:
        for count in (_FIRST, 2 * _ORDER):  # few moments tell most refusals, and whether more would be too long
            require_positive_moments(express(law, Moments).first(count), title, way_out)


def _by_equation(law: Law, title: str, way_out: str) -> str | None:
    """None when the equation proves that the law exists; otherwise why it says nothing."""
    from freealg.law.engine import engine_of, rationalised
    from freealg.numerics.upper_sheet import require_cauchy_transform

    if rationalised(law) is not law:
        return "its parameters are not algebraic numbers"
    try:
        equation = express(law, CauchyEquation)
    except (NoClosedForm, BudgetExceeded) as error:
        return f"its equation is not at hand ({error})"
    degrees = equation.curve.degree_G, equation.curve.degree_z
    if degrees[0] * degrees[1] > _MOST:
        return f"its equation of degrees {degrees[0]} in G and {degrees[1]} in z is too large to follow around every branch point"
    if equation.germ is None:
        return "its branch at infinity is no power series"
    try:
        require_cauchy_transform(engine_of(law).density.spectrum)
    except NotALaw as error:
        raise NotALaw(f"{title} is no law: {error}; {way_out}") from None
    except (Undecided, InvalidInput) as error:
        return f"its branch on the upper half plane was not certified ({error})"
    return None


def _by_operation(law: Any, title: str, way_out: str) -> None:
    refutation = getattr(law, "refutation", None)
    reason = None if refutation is None else refutation()
    if reason is not None:
        raise NotALaw(f"{title} is no law: {reason}; {way_out}")
