"""The Jacobian J = D_L W_L ... D_1 W_1 of a deep network, and its limits at infinite depth (Pennington, Schoenholz and Ganguli 2017, 2018)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

import sympy
from sympy import Expr, Integer, Max, Pow, exp

from freealg.errors import InvalidInput, NoClosedForm, shown
from freealg.exact.coerce import exact
from freealg.exact.curve_operations import multiplicative_power
from freealg.exact.s_series import power_moments
from freealg.exact.series import Sequence
from freealg.forms import AtomicPart, Atoms, CauchyEquation, CauchyTransform, Moments, STransform, m, z
from freealg.forms.atomic import gathered
from freealg.law.conversions import finished_curve
from freealg.law.edges import closed_interval
from freealg.law.engine import engine_of
from freealg.law.express import known, possible
from freealg.law.law import Law
from freealg.law.operations.operation import Operation
from freealg.law.presentation import parameter_text
from freealg.law.relation import k_product
from freealg.laws.conditions import set_exact
from freealg.laws.marchenko_pastur import MarchenkoPastur
from freealg.nets.derivatives import SquaredDerivative
from freealg.nets.layers import Layer, LayeredJacobian, layers_of
from freealg.numerics.moved import MovedLaw

__all__ = ["Jacobian", "JacobianLaw", "UniversalJacobian", "universal_jacobian"]

_DEEP, _DEEP_IN_DIGITS = 8, 2


@final
@dataclass(frozen=True, repr=False, init=False)
class JacobianLaw(Operation):
    """S = (S_{D^2} S_{W W^T})^depth: the law of J J^T for `depth` layers D W, `layer` the law of one D^2 [x] W W^T.

    m_1 = (sigma_w^2 mu_1)^L. Source: Pennington, Schoenholz and Ganguli (2017), equation (13).
    """

    layer: Law
    depth: Expr
    maker: ClassVar[str] = "Jacobian"

    def __init__(self, layer: Law, depth: Any) -> None:
        set_exact(self, {"depth": depth}, depth=">= 1")
        if self.depth.is_number and not self.depth.is_integer:
            raise InvalidInput(
                f"the depth of a Jacobian is a number of layers, not {shown(self.depth)}; give an integer or a symbol, and take free powers "
                "between them of the law of one layer: Jacobian(..., depth=1).boxtimes_power(t)"
            )
        object.__setattr__(self, "layer", layer)

    @property
    def operands(self) -> tuple[Law, ...]:
        return (self.layer,)

    def operation_text(self, show: Any) -> str:
        return f"Jacobian({show(self.layer)}, depth={parameter_text(self.depth)})"

    def lane_s_transform(self, layer: STransform) -> STransform:
        """S-transforms multiply over the layers"""
        return STransform(_power_of_ratio(layer.expr, self.depth))

    def lane_moments(self, layer: Moments) -> Moments:
        """the series of S to the power of the depth"""
        found = known(self.layer, STransform, conversions=False) if _has_s(self.layer) else None
        if found is not None:
            from freealg.exact.lagrange import moments_by_s_side

            sequence = moments_by_s_side(self.lane_s_transform(found.form).expr, m)
            if sequence is not None:
                return Moments(sequence)
        ring, compute = power_moments(layer.sequence, self.depth)
        return Moments(Sequence(ring, compute))

    def lane_cauchy_equation(self, layer: CauchyEquation) -> CauchyEquation:
        """z^b = y^a (m/(1 + m))^(a - b) with y = K(m) of one layer, depth = a/b"""
        if not self.depth.is_Rational:
            raise NoClosedForm(f"the depth {self.depth} is not a rational number, so there is no polynomial equation")
        return finished_curve(self, *multiplicative_power(layer.curve, self.depth))

    def lane_atomic_part(self, layer: AtomicPart) -> AtomicPart:
        """the atom at 0 keeps its mass, one at a goes to a^L with mass L mu{a} - (L - 1)"""
        moved = [(a, p) if a == 0 else (Pow(a, self.depth), Max(0, self.depth * p - self.depth + 1)) for a, p in layer.masses]
        return AtomicPart(gathered(moved))

    def known_intervals(self) -> list[tuple[Expr, Expr]] | None:
        """The two edges in closed form, whatever the depth; with symbols that is the last of several routes."""
        if self.free_symbols:
            return None
        try:
            return [closed_interval(self)]
        except NoClosedForm:
            return None

    def positive_parameters(self) -> list[Expr]:
        atoms = possible(self.layer, Atoms, conversions=False)
        locations = [] if atoms is None else [a for a, _ in atoms.masses if a != 0]
        return [*self.layer.positive_parameters(), *locations, self.depth - 1]

    def special_engine(self) -> Any:
        """None where S is closed, in deep networks for a product of powers only; for a smooth activation the curve z > 0 in the plane of M."""
        if _has_s(self.layer):
            return engine_of(self.layer.boxtimes_power(self.depth)) if self.transform_first() and k_product(self) is None else None
        found = _smooth_parts(self.layer)
        if found is None:
            text = f"the density of {self} needs a closed S-transform of D^2, which is not known; its moments are exact"
            raise NoClosedForm(f"{text}, and mu.boxtimes_power(depth) of the layer's law mu may have a density")
        squared, scale, gaussian = found
        if not gaussian and self.depth == 1:
            return MovedLaw(squared.engine, scale, Integer(0))
        from freealg.nets.smooth_jacobian import SmoothJacobianSpectrum

        return SmoothJacobianSpectrum(squared.transform(), squared.formula(), (self.depth, scale, gaussian), str(self))

    def transform_first(self) -> bool:
        """Above some depth the equation is out of reach, while S is one line; with transcendental constants (80 digits each) that comes earlier."""
        plain = all(value.is_algebraic for value in self.expressions())
        return bool(self.depth.is_number and self.depth > (_DEEP if plain else _DEEP_IN_DIGITS))

    def known_sign(self) -> int:
        return 1

    def singular_values(self) -> Law:
        """The law of the singular values of J."""
        return self.sqrt()


def _has_s(law: Law) -> bool:
    try:
        known(law, STransform, conversions=True)
    except NoClosedForm:
        return False
    return True


def _smooth_parts(layer: Law) -> tuple[SquaredDerivative, Expr, bool] | None:
    """(law of f'(h)^2, sigma_w^2, whether the weights are Gaussian) of one square layer; None for any other law."""
    inner, other = (*layer.operands, None)[:2] if layer.operands else (layer, None)
    if type(inner) is not SquaredDerivative or len(layer.operands) > 2:
        return None
    if type(other) is MarchenkoPastur:
        return (inner, other.variance_, True) if other.ratio == 1 else None
    return inner, getattr(layer, "a", Integer(1)), False


def _power_of_ratio(expr: Expr, depth: Expr) -> Expr:
    """expr**depth with the power taken of each factor, so that products of linear factors stay visible."""
    numerator, denominator = sympy.fraction(sympy.cancel(expr) if expr.is_rational_function(m) else expr)
    content_n, factors_n = sympy.factor_list(numerator, m) if numerator.is_polynomial(m) else (Integer(1), [(numerator, 1)])
    content_d, factors_d = sympy.factor_list(denominator, m) if denominator.is_polynomial(m) else (Integer(1), [(denominator, 1)])
    top, bottom = sympy.fraction(sympy.together(content_n / content_d))
    parts = [Pow(top, depth), Pow(bottom, -depth)]
    parts += [Pow(factor, power * depth) for factor, power in factors_n]
    parts += [Pow(factor, -power * depth) for factor, power in factors_d]
    return sympy.Mul(*parts)


def Jacobian(activation: Any, depth: Any = None, weights: str = "gaussian", q: Any = None, sigma_w2: Any = None) -> Law:
    """The law of J J^T, J = prod of D_l W_l, D_l = diag f'(h) with h ~ N(0, q), W_l of entry variance sigma_w2/N or sigma_w times orthogonal.

    sigma_w2 None means critical: sigma_w2 = 1/mu_1 with mu_1 = E f'(h)^2. `q` may be left out where the law of f'(h)^2 does not depend on it (linear,
    ReLU and its kin). A list of activations or of `Layer`s, the first layer first, in place of one activation and a depth makes layers that differ,
    in their widths too; a law in place of an activation is that of one layer, D^2 [x] W W^T. Raises `InvalidInput` for depth < 1, q <= 0 or an
    unknown kind of weights.
    Source: Pennington, Schoenholz and Ganguli (2017).

    >>> Jacobian("relu", depth=3).moments(2), Jacobian(["relu", Layer("linear", ratio=2)]).moments(2)
    ([1, 7], [1, 7])
    """
    if isinstance(activation, list | tuple):
        return _of_layers(layers_of(activation, weights, q, sigma_w2), depth)
    if depth is None:
        raise InvalidInput("Jacobian needs depth=, the number of layers, or a list of layers")
    return JacobianLaw(Layer(activation, weights, q, sigma_w2).law(), depth)


def _of_layers(layers: list[Layer], depth: Any) -> Law:
    """One after the other; a power where they are square and alike."""
    if depth is not None and exact(depth, "the depth of a Jacobian") != len(layers):
        raise InvalidInput(f"Jacobian was given {len(layers)} layers and depth={shown(depth)}; leave the depth out")
    laws, ratios = [layer.law() for layer in layers], [layer.shape() for layer in layers]
    if all(law == laws[0] for law in laws) and all(ratio == 1 for ratio in ratios):
        return JacobianLaw(laws[0], len(laws))
    return LayeredJacobian(tuple(laws), tuple(ratios))


@final
@dataclass(frozen=True, repr=False, init=False)
class UniversalJacobian(Law):
    """S = exp(-t m/(1+m)) (kind "bernoulli") or exp(-t m) (kind "smooth"), t = variance: J J^T at criticality as depth -> oo with variance fixed.

    Source: Pennington, Schoenholz and Ganguli (2018), section 4.
    """

    kind: str
    variance_: Expr
    maker: ClassVar[str] = "universal_jacobian"

    def __init__(self, kind: str, variance: Any) -> None:
        if not isinstance(kind, str) or kind not in ("bernoulli", "smooth"):
            raise InvalidInput(f"universal_jacobian knows the classes 'bernoulli' and 'smooth', not {shown(kind)}; write kind as one of the two")
        object.__setattr__(self, "kind", kind)
        set_exact(self, {"variance_": variance}, variance="> 0")

    def state_s_transform(self) -> STransform:
        """stated"""
        return STransform(exp(-self.variance_ * (m / (1 + m) if self.kind == "bernoulli" else m)))

    def state_cauchy_transform(self) -> CauchyTransform:
        """t/(z (t + W(-t/z))), W the Lambert function"""
        if self.kind == "smooth":
            raise NoClosedForm("(1 + m) exp(t m) = z m has no solution by the Lambert function")
        t = self.variance_
        return CauchyTransform(t / (z * (t + sympy.LambertW(-t / z))))

    def state_atomic_part(self) -> AtomicPart:
        """the layers that pass a signal unchanged"""
        if self.kind == "smooth":
            return AtomicPart(())
        return AtomicPart(gathered([(exp(self.variance_), Max(0, 1 - self.variance_))]))

    def known_intervals(self) -> list[tuple[Expr, Expr]]:
        t = self.variance_
        if self.kind == "bernoulli":
            return [(Integer(0), sympy.E * t)]
        ends = [(-1 + sign * sympy.sqrt(1 + 4 / t)) / 2 for sign in (-1, 1)]
        return [tuple(((1 + end) / end * exp(t * end)).simplify() for end in ends)]

    def positive_parameters(self) -> list[Expr]:
        return [self.variance_]

    def known_sign(self) -> int:
        return 1

    def singular_values(self) -> Law:
        """The law of the singular values of J."""
        return self.sqrt()


def universal_jacobian(kind: str, variance: Any) -> Law:
    """The universal law of J J^T as depth -> oo at fixed variance sigma_0^2: kind "bernoulli" or "smooth".

    >>> from sympy import symbols
    >>> universal_jacobian("smooth", symbols("t")).moments(3)
    [1, t + 1, 3*t**2/2 + 3*t + 1]
    """
    return UniversalJacobian(kind, variance)
