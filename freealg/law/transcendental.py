"""The numeric engine of a law without a usable polynomial equation: which route its forms allow.

In this order: affine images, mixtures and squares through the engines of their operands; a hyperexponential S; a closed G with a known support; a
product with a symmetric factor through its square; a meromorphic R; and for the other operations the subordination of the operands, each by whatever
is known of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sympy import Expr, Integer, Piecewise, Rational

from freealg.errors import BudgetExceeded, FreeAlgError, NoClosedForm, Undecided
from freealg.forms import AtomicPart, CauchyEquation, CauchyTransform, x, z
from freealg.law.relation import additive_relation, form_of, has_relation, k_product, multiplicative_relation, multiplies
from freealg.law.scale import hull_of, scale_of
from freealg.numerics.closed_law import ClosedLaw
from freealg.numerics.continued import ContinuedLaw
from freealg.numerics.outlines import PowerProductOutline, SurveyOutline
from freealg.numerics.relations import SLeaf
from freealg.numerics.sheet import START, Sheet
from freealg.numerics.symmetric import SymmetricRoot

if TYPE_CHECKING:
    from freealg.law.law import Law

__all__ = ["transcendental_engine"]


def transcendental_engine(law: Law, error: FreeAlgError) -> Any:
    """The engine of `law`, whose equation raised `error`; raises an error of the same kind that says what was tried when no route applies."""
    for rule in (_from_operands, _from_s, _from_transform, _from_equivalent, _from_square, _from_relation):
        engine = rule(law)
        if engine is not None:
            return engine
    missing = "its S is not hyperexponential, its R not meromorphic, its G not known in closed form, and it is no sum or product"
    text = f"{law} has no numeric engine: {error}; {missing}"
    raise BudgetExceeded(text) if isinstance(error, BudgetExceeded) else NoClosedForm(text)


def _from_operands(law: Any) -> Any:
    from freealg.law.engine import engine_of

    lane = getattr(law, "lane_engine", None)
    return None if lane is None else lane(*(engine_of(operand) for operand in law.operands))


def _masses(law: Law) -> list[tuple[Expr, Expr]]:
    found = form_of(law, AtomicPart, conversions=True)
    return [] if found is None else [(a, p) for a, p in found.masses if p != 0]


def _from_s(law: Law) -> Any:
    product = k_product(law)
    if product is None:
        return None
    end, limit = product.end, product.at_infinity
    atoms = [(Integer(0), end.atom)] if end.atom != 0 else []
    if limit is not None and limit[1].is_positive:
        atoms.append(limit)
    sizes = [abs(complex(point)) for point in (*product.critical, *(a for a, _ in product.factors))]
    leaf = SLeaf(product, end.place)
    return ContinuedLaw(Sheet(leaf, 1e-3 * min(sizes), end.place), PowerProductOutline(leaf), atoms, str(law))


def _from_transform(law: Law) -> Any:
    intervals = law.known_intervals()
    stated = getattr(law, "state_cauchy_transform", None)
    if intervals is None or stated is None or _masses(law):
        return None
    transform = form_of(law, CauchyTransform)
    if transform is None:
        return None
    density = getattr(law, "state_density", None)
    closed = None if density is None else density().expr
    usable = closed is not None and closed.free_symbols == {x} and not closed.has(Piecewise)
    return ClosedLaw(transform.expr, z, intervals, *reversed(scale_of(law)), density=closed if usable else None)


def _from_equivalent(law: Any) -> Any:
    from freealg.law.engine import engine_of

    return engine_of(law.numeric_equivalent()) if hasattr(law, "numeric_equivalent") else None


def _from_square(law: Any) -> Any:
    """A product with one symmetric factor X is +-sqrt(X^2 [x] Y [x] Y) with half the mass each, and the square lies on [0, oo)."""
    from freealg.law.engine import engine_of
    from freealg.law.operations.free_product import FreeProduct, boxtimes
    from freealg.law.operations.mixture import mixture

    two_sided = [part for part in law.operands if part.known_sign() != 1] if type(law) is FreeProduct else []
    if len(two_sided) != 1 or not _is_symmetric(two_sided[0]):
        return None
    others = [part for part in law.operands if part is not two_sided[0]]
    square = boxtimes(two_sided[0].square(), *others, *others)
    root = square.sqrt()
    return SymmetricRoot(engine_of(mixture({root: Rational(1, 2), -root: Rational(1, 2)})), engine_of(root), engine_of(square))


def _is_symmetric(law: Law) -> bool:
    """Whether P(-z, -G) = +-P(z, G) and odd moments are 0, up to the order at which two branches of P have parted; False without an equation."""
    form = form_of(law, CauchyEquation, conversions=True)
    if form is None or law.why_no_moments() is not None:
        return False
    table = form.curve.coefficient_table()
    order = 2 * max(int(i) for i, _ in table) * max(int(j) for _, j in table)
    return len({int(i + j) % 2 for i, j in table}) == 1 and not any(law.moments(order + 1)[::2])


def _from_relation(law: Law) -> Any:
    if not has_relation(law):
        return None
    mean, size = scale_of(law)
    atoms = _masses(law)
    low, high = hull_of(law) if law.operands else (-np.inf, np.inf)
    places = tuple(float(a) for a, _ in atoms)
    if low >= 0 and mean == 0:
        raise NoClosedForm(f"{law} is the point mass at 0, because one of its factors is; write freealg.Discrete({{0: 1}})")
    if low >= 0 and multiplies(law):
        reason = law.why_no_moments()
        if reason is not None:
            raise Undecided(f"the branch of {law} is started from its mean, and it has none: {reason}; its exact queries are there")
        zero = sum((p for a, p in atoms if a == 0), Integer(0))
        small = 1e-3 / (1 + (size / mean) ** 2)
        sheet = Sheet(multiplicative_relation(law, zero - 1), small, zero - 1)
        return ContinuedLaw(sheet, SurveyOutline((low, high), places), atoms, str(law))
    outline = SurveyOutline((low, high), (*places, 0.0) if multiplies(law) else places)
    return ContinuedLaw(Sheet(additive_relation(law), START / (size + abs(mean))), outline, atoms, str(law))
