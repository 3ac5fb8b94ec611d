"""Networks whose layers differ: their activations, weights and widths; the Jacobian of such a network (Pennington, Schoenholz and Ganguli 2017)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

from sympy import Expr, Function, Integer, Max, Mul, NumberSymbol

from freealg.errors import InvalidInput, NoClosedForm, shown
from freealg.exact.closed_forms import equation_of_s_transform
from freealg.exact.coerce import exact
from freealg.exact.s_series import product_moments
from freealg.exact.series import Sequence
from freealg.exact.signs import real_sign, sign_under
from freealg.forms import AtomicPart, CauchyEquation, Moments, STransform, m
from freealg.forms.atomic import gathered
from freealg.law.conversions import finished_curve
from freealg.law.express import express, known
from freealg.law.law import Law
from freealg.law.operations.free_product import boxtimes
from freealg.law.operations.operation import Operation
from freealg.law.presentation import parameter_text
from freealg.law.support import sign_of
from freealg.laws.discrete import Discrete
from freealg.laws.marchenko_pastur import MarchenkoPastur
from freealg.nets.derivatives import d2_law

__all__ = ["Layer", "LayeredJacobian", "layers_of"]

_WEIGHTS = ("gaussian", "orthogonal")
_DEEP = 8
_ONE = Integer(1)


@final
@dataclass(frozen=True)
class Layer:
    """One layer D W: W has `ratio` times as many rows as columns, ratio = N_l/N_{l-1}, and entries of mean square sigma_w2/N_{l-1}.

    Gaussian, or sigma_w sqrt(max(1, ratio)) times a Haar-distributed (partial) isometry; D = diag f'(h), h ~ N(0, q). sigma_w2 None means critical,
    1/E f'(h)^2; q may be left out where the law of f'(h)^2 does not depend on it.
    A law on [0, oo) in place of the activation is that of D^2 [x] W W^T itself.

    >>> Layer("relu", ratio=2).law().moments(2)
    [1, 4]
    """

    activation: Any
    weights: str = "gaussian"
    q: Any = None
    sigma_w2: Any = None
    ratio: Any = 1

    def law(self) -> Law:
        """D^2 [x] W W^T, with the normalised trace of the N_l rows; raises `InvalidInput` for q, sigma_w2 or ratio <= 0 and for unknown weights."""
        if isinstance(self.activation, Law):
            return self._given()
        if not isinstance(self.weights, str) or self.weights not in _WEIGHTS:
            raise InvalidInput(f"the weights of a Jacobian must be 'gaussian' or 'orthogonal', not {shown(self.weights)}; give one of the two")
        squared = self.squared_derivative()
        if self.sigma_w2 is None and squared.mean() == 0:
            raise InvalidInput(f"{self.activation} is constant: E f'^2 = 0 and no network of it is critical; give sigma_w2")
        scale = 1 / express(squared, Moments).first(1)[0] if self.sigma_w2 is None else exact(self.sigma_w2, "Jacobian: sigma_w2")
        if scale.is_number and real_sign(scale, "the sigma_w2 of a Jacobian") <= 0:
            raise InvalidInput(f"a Jacobian needs sigma_w2 > 0, not {shown(scale)}; leave it out for critical weights, 1/E f'(h)^2")
        squared, scale = _cancelled(squared, scale)
        if self.weights == "gaussian":
            gaussian = MarchenkoPastur(ratio=self.shape(), variance=scale)
            return gaussian if squared == Discrete({1: 1}) else boxtimes(squared, gaussian)
        return self._isometric(squared.affine(scale, 0))

    def _given(self) -> Law:
        """The law given as the layer's own: its weights, q and sigma_w2 are in it already."""
        law: Law = self.activation
        if (self.weights, self.q, self.sigma_w2) != ("gaussian", None, None):
            raise InvalidInput(f"a layer given by its law {law} has its weights, q and sigma_w2 already; leave them out, or give an activation")
        if sign_of(law) in (-1, 0):
            raise InvalidInput(f"the law of a layer D^2 [x] W W^T lies on [0, oo), and {law} does not; give an activation, or a law of squares")
        self._require_rank(law)
        return law

    def _require_rank(self, law: Law) -> None:
        """W of more rows than columns has a null space of share 1 - 1/ratio; with symbols the atom must say so itself."""
        ratio = self.shape()
        if ratio.is_number and ratio <= 1:
            return
        missing = 1 - 1 / ratio
        at_zero = sum((mass for place, mass in express(law, AtomicPart).masses if place == 0), Integer(0))
        if Max(at_zero, missing) != at_zero:
            text = f"a layer of ratio {ratio} has an atom at 0 of mass 1 - 1/ratio = {missing} or more, where ratio > 1, and {law} has {at_zero}"
            raise InvalidInput(f"{text}; give the law of D^2 [x] W W^T with the trace of its rows, or another ratio")

    def squared_derivative(self) -> Law:
        """The law of f'(sqrt(q) z)^2, z standard Gaussian."""
        from freealg.nets.activations import activation

        return d2_law(activation(self.activation), None if self.q is None else exact(self.q, "q"))

    def shape(self) -> Expr:
        """N_l/N_{l-1}, checked."""
        ratio = exact(self.ratio, "the ratio of a layer's widths")
        if ratio.is_number and real_sign(ratio, "the ratio of a layer") <= 0:
            raise InvalidInput(f"a layer needs ratio = rows/columns > 0, not {shown(ratio)}; give a positive number or a symbol")
        return ratio

    def _isometric(self, squared: Law) -> Law:
        """W W^T/sigma_w^2 is 1 for ratio <= 1, and `ratio` times a projection of trace 1/ratio beyond."""
        ratio = self.shape()
        if not ratio.is_number:
            raise InvalidInput(f"an orthogonal layer needs a number for its ratio, not {shown(ratio)}: below and above 1 it has different laws")
        return squared if ratio <= 1 else boxtimes(squared, Discrete({0: 1 - 1 / ratio, ratio: 1 / ratio}))


def _cancelled(squared: Law, scale: Expr) -> tuple[Law, Expr]:
    """D^2 sigma_w^2 and 1 where constants, such as the pi of a normalised ReLU, leave the product for piecewise linear f; else D^2 and sigma_w^2."""
    if type(squared) is not Discrete or not _has_constants(scale):
        return squared, scale
    moved = [((place * scale).cancel(), mass) for place, mass in squared.masses]
    return (squared, scale) if any(map(_has_constants, (place for place, _ in moved))) else (Discrete(tuple(moved)), _ONE)


def _has_constants(value: Expr) -> bool:
    return bool(value.atoms(NumberSymbol, Function))


@final
@dataclass(frozen=True, repr=False, init=False)
class LayeredJacobian(Operation):
    """S(m) = prod of S_l(r_l m), r_l = N_L/N_l: the law of J J^T, J = D_L W_L ... D_1 W_1, with the trace of the N_L outputs.

    `layers` are the laws of D_l^2 [x] W_l W_l^T, l = 1, ..., L, and ratios their N_l/N_{l-1}. Since A A^T and A^T A share their non-zero
    eigenvalues, S_{W A A^T W^T}(m) = S_{W W^T}(m) S_{A A^T}(r m) for W with r times as many rows as columns.
    """

    layers: tuple[Law, ...]
    ratios: tuple[Expr, ...]
    maker: ClassVar[str] = "Jacobian"

    def __init__(self, layers: tuple[Law, ...], ratios: tuple[Any, ...]) -> None:
        if not layers or len(layers) != len(ratios):
            raise InvalidInput(f"LayeredJacobian needs at least one layer and a ratio for each, not {len(layers)} and {len(ratios)}")
        object.__setattr__(self, "layers", tuple(layers))
        object.__setattr__(self, "ratios", tuple(exact(ratio, "the ratio of a layer's widths") for ratio in ratios))

    @property
    def operands(self) -> tuple[Law, ...]:
        return self.layers

    def operation_text(self, show: Any) -> str:
        entries = ((show(layer), ratio) for layer, ratio in zip(self.layers, self.ratios, strict=True))
        return f"Jacobian([{', '.join(text if ratio == 1 else f'Layer({text}, ratio={parameter_text(ratio)})' for text, ratio in entries)}])"

    def scales(self) -> list[Expr]:
        """[N_L/N_1, ..., N_L/N_L]."""
        return [Mul(*self.ratios[place + 1 :]) for place in range(len(self.ratios))]

    def lane_s_transform(self, *layers: STransform) -> STransform:
        """S-transforms multiply, each at m N_L/N_l"""
        return STransform(Mul(*(layer.expr.xreplace({m: scale * m}) for layer, scale in zip(layers, self.scales(), strict=True))))

    def lane_moments(self, *layers: Moments) -> Moments:
        """the product of the series of the S-transforms"""
        ring, compute = product_moments([layer.sequence for layer in layers], self.scales())
        return Moments(Sequence(ring, compute))

    def lane_cauchy_equation(self) -> CauchyEquation:
        """z m S(m) = 1 + m at m = z G - 1"""
        raw, ring = equation_of_s_transform(known(self, STransform, conversions=True).form.expr, m)
        return finished_curve(self, raw, ring)

    def lane_atomic_part(self, *layers: AtomicPart) -> AtomicPart:
        """an eigenspace of the product is the intersection of those of the layers, one dimension formula a step; the rank is the smallest"""
        shares = [1 / scale for scale in self.scales()]
        found: list[tuple[Expr, Expr]] = [(_ONE, 1 / (self.ratios[0] * self.scales()[0]))]
        rank = found[0][1]
        for layer, share, ratio in zip(layers, shares, self.ratios, strict=True):
            before = share / ratio
            moved = [(a, share * p) for a, p in layer.masses if a != 0]
            found = [(a * b, d + e - before) for a, d in found for b, e in moved if not (d + e - before).is_nonpositive]
            rank = self._least(rank, share * (1 - sum((p for a, p in layer.masses if a == 0), Integer(0))))
        return AtomicPart(gathered([(Integer(0), 1 - rank), *((a, Max(0, d)) for a, d in found)]))

    def _least(self, one: Expr, two: Expr) -> Expr:
        sign = sign_under(two - one, self.positive_parameters())
        if sign is None:
            raise NoClosedForm(f"whether {one} or {two} of the {len(self.layers)} layers' ranks is smaller is open; give numbers for the ratios")
        return one if sign >= 0 else two

    def positive_parameters(self) -> list[Expr]:
        return [*super().positive_parameters(), *self.ratios]

    def special_engine(self) -> Any:
        """None where S is closed; layers without a closed S of D^2 have moments only."""
        try:
            express(self, STransform)
        except NoClosedForm as error:
            way_out = "its moments are exact, and square layers that are all alike have a density"
            raise NoClosedForm(f"the density of {self} needs the closed S-transforms of its layers; {way_out}") from error
        return None

    def transform_first(self) -> bool:
        """Beyond a few layers the equation is out of reach, while S is one line."""
        return len(self.layers) > _DEEP

    def known_sign(self) -> int:
        return 1

    def singular_values(self) -> Law:
        """The law of the singular values of J, min(N_L, N_0) of them and zeros up to N_L."""
        return self.sqrt()


def layers_of(entries: Any, weights: str, q: Any, sigma_w2: Any) -> list[Layer]:
    """The layers of a list of layers and activations, the latter with the weights, q and sigma_w2 given for all."""
    listed = [entry if type(entry) is Layer else Layer(entry, weights, q, sigma_w2) for entry in entries]
    if not listed:
        raise InvalidInput("Jacobian needs at least one layer")
    return listed
