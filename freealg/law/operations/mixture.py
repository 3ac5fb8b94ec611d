"""Mixtures: G = sum of weights times G's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, final

from sympy import Add, Expr, Integer

from freealg.errors import InvalidInput, shown
from freealg.exact.coerce import exact
from freealg.exact.curve_operations import mixed
from freealg.exact.fields import Ring
from freealg.exact.series import Sequence
from freealg.exact.signs import real_sign
from freealg.forms import AtomicPart, Atoms, CauchyEquation, CauchyTransform, Density, Moments
from freealg.forms.atomic import gathered
from freealg.law.conversions import finished_curve
from freealg.law.law import Law
from freealg.law.operations.operation import Operation, require_laws
from freealg.law.presentation import parameter_text
from freealg.law.scale import Hull
from freealg.numerics.mixed import MixedLaw
from freealg.show.text import expression_latex

__all__ = ["Mixture", "mixture"]


@final
@dataclass(frozen=True, repr=False)
class Mixture(Operation):
    """The law that is operand i with probability weight i."""

    weights: tuple[Expr, ...]
    operands: tuple[Law, ...]

    def operation_text(self, show: Any) -> str:
        return "mixture({" + ", ".join(f"{show(law)}: {parameter_text(w)}" for law, w in zip(self.operands, self.weights, strict=True)) + "})"

    def latex(self) -> str:
        """mixture(mu: 1/2, nu: 1/2)."""
        parts = (rf"{operand.latex()}\colon {expression_latex(weight)}" for operand, weight in zip(self.operands, self.weights, strict=True))
        return r"\mathrm{mixture}\left(" + r",\ ".join(parts) + r"\right)"

    def lane_atoms(self, *terms: Atoms) -> Atoms:
        """masses are weighted"""
        return Atoms(self._weighted(terms))

    def lane_atomic_part(self, *terms: AtomicPart) -> AtomicPart:
        """masses are weighted"""
        return AtomicPart(self._weighted(terms))

    def lane_cauchy_transform(self, *terms: CauchyTransform) -> CauchyTransform:
        """Cauchy transforms are weighted"""
        return CauchyTransform(Add(*(w * term.expr for w, term in zip(self.weights, terms, strict=True))))

    def lane_density(self, *terms: Density) -> Density:
        """densities are weighted"""
        self.defer_density_to_short_equation()
        return Density(Add(*(w * term.expr for w, term in zip(self.weights, terms, strict=True))))

    def lane_moments(self, *terms: Moments) -> Moments:
        """moments are weighted"""
        ring = reduce(lambda a, b: a.join(b), (term.sequence.ring for term in terms)).join(Ring.of(*self.weights))
        weights = [ring.convert(w) for w in self.weights]
        lifted = [term.sequence.over(ring) for term in terms]

        def compute(count: int) -> list[Any]:
            rows = zip(*(s.first(count) for s in lifted), strict=True)
            return [sum((w * x for w, x in zip(weights, row, strict=True)), ring.scalar(0)) for row in rows]

        return Moments(Sequence(ring, compute))

    def lane_cauchy_equation(self, *terms: CauchyEquation) -> CauchyEquation:
        """eliminate between the equations: G = w G_1 + (1 - w) G_2"""
        equation, total = terms[0], self.weights[0]
        for k in range(1, len(terms)):
            total = total + self.weights[k]
            share = (total - self.weights[k]) / total
            weights = tuple((w / total).cancel() for w in self.weights[: k + 1])
            partial = self if k + 1 == len(terms) else Mixture(weights, self.operands[: k + 1])
            equation = finished_curve(partial, *mixed(equation.curve, terms[k].curve, share.cancel()))
        return equation

    def lane_hull(self, *parts: Hull) -> Hull:
        """the hull of all hulls"""
        return min(low for low, _ in parts), max(high for _, high in parts)

    def lane_engine(self, *parts: Any) -> Any:
        """the operands' engines, their answers weighted"""
        return MixedLaw(self.weights, list(parts))

    def replaced(self, mapping: Mapping[Expr, Expr]) -> Law:
        """The mixture of the replaced laws, checked again; laws that have become equal share their weights."""
        weights: dict[Law, Expr] = {}
        for law, w in zip(self.operands, self.weights, strict=True):
            made = law.replaced(mapping)
            weights[made] = weights.get(made, Integer(0)) + w.xreplace(dict(mapping))
        return mixture(weights)

    def known_sign(self) -> int | None:
        signs = {operand.known_sign() for operand in self.operands}
        return signs.pop() if len(signs) == 1 else None

    def _weighted(self, terms: Any) -> Any:
        return gathered((a, w * p) for w, term in zip(self.weights, terms, strict=True) for a, p in term.masses)


def mixture(weights: Mapping[Law, Any]) -> Law:
    """The mixture sum w_i mu_i of laws, weights positive and summing to 1.

    >>> import freealg as fa
    >>> fa.mixture({fa.Semicircle(): 0.5, fa.Rademacher(): 0.5}).moments(4)
    [0, 1, 0, 3/2]
    """
    if not isinstance(weights, Mapping):
        raise InvalidInput(
            f"mixture takes a dictionary {{law: weight}}, not {type(weights).__name__}; for example {{Semicircle(): 0.5, Rademacher(): 0.5}}"
        )
    laws = require_laws("mixture", tuple(weights))
    values = tuple(exact(w, "a weight of a mixture") for w in weights.values())
    total = Add(*values).expand()
    if (total - 1).cancel() != 0:
        raise InvalidInput(f"the weights of a mixture must sum to 1, not {shown(total)}; divide them by their sum")
    for law, w in zip(laws, values, strict=True):
        if w.is_number and real_sign(w, "a weight of a mixture") < 0:
            raise InvalidInput(f"the weight of {law} in a mixture must be >= 0, not {shown(w)}; weights are probabilities")
    kept = [(law, w) for law, w in zip(laws, values, strict=True) if w != 0]
    if len(kept) == 1:
        return kept[0][0]
    return Mixture(tuple(w for _, w in kept), tuple(law for law, _ in kept))


