"""The Gram matrix Y Y^T/m of one random layer Y = f(W X) (Pennington and Worah 2017)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, final

from sympy import Expr, Float, Integer, Max, Symbol

from freealg.combinatorics import admissible_counts
from freealg.errors import InvalidInput, NoClosedForm, shown
from freealg.exact.closed_forms import equation_in
from freealg.exact.coerce import exact, whole_number
from freealg.exact.fields import Element, Ring
from freealg.exact.series import Sequence
from freealg.forms import AtomicPart, CauchyEquation, Moments
from freealg.forms.atomic import gathered
from freealg.law.conversions import finished_curve
from freealg.law.law import Law
from freealg.law.operations.free_product import boxtimes
from freealg.law.presentation import parameter_text
from freealg.laws.conditions import set_exact
from freealg.laws.marchenko_pastur import MarchenkoPastur
from freealg.nets.activations import Activation, activation
from freealg.nets.gaussian_constant import constant, layer_of
from freealg.nets.information_plus_noise import InformationPlusNoise

if TYPE_CHECKING:
    from freealg.show.derivation import Derivation

__all__ = ["NonlinearGram", "gram_series"]


def gram_series(K: int, eta: Any, zeta: Any, phi: Any, psi: Any) -> list[Expr]:
    """[P(0), ..., P(K)] of P = 1 + (eta - zeta) t P_phi P_psi + t zeta P_phi P_psi/(1 - t zeta P_phi P_psi), P_phi = 1 + (P - 1) phi.

    P(k) is the sum over admissible graphs of the 2k-cycle of eta^b zeta^(k-b) phi^nu_mu psi^nu_i, counted in closed form by Lagrange inversion.
    Raises `InvalidInput` when K < 0. Source: Pennington and Worah (2017), Theorem 1 and equation (14).

    >>> from sympy import symbols
    >>> gram_series(2, *symbols("eta zeta phi psi"))
    [1, eta, eta**2*phi + eta**2*psi + zeta**2]
    """
    order = whole_number(K)
    if order is None or order < 0:
        raise InvalidInput(f"gram_series needs an integer order K >= 0, not {shown(K)}; K counts the terms after P(0)")
    values = [exact(value, f"gram_series: {name}") for name, value in zip(("eta", "zeta", "phi", "psi"), (eta, zeta, phi, psi), strict=True)]
    ring, terms = _series(order, values)
    return [Integer(1), *(ring.to_sympy(term) for term in terms)]


def _series(count: int, values: list[Expr]) -> tuple[Ring, list[Element]]:
    """P(1), ..., P(count); built term by term where the four are different symbols, by substitution otherwise."""
    ring = Ring.of(*values)
    generic = Ring.of(*_SYMBOLS)
    places = [generic.generators.index(symbol) for symbol in _SYMBOLS]
    rows = []
    for k in range(1, count + 1):
        terms = {}
        for (nu_i, nu_mu, b), number in admissible_counts(k).items():
            powers = [0] * 4
            for place, power in zip(places, (b, k - b, nu_mu, nu_i), strict=True):
                powers[place] = power
            terms[tuple(powers)] = number
        rows.append(generic.context.from_dict(terms))
    if tuple(values) == _SYMBOLS:
        return generic, rows
    images = [ring.convert(values[_SYMBOLS.index(symbol)]) for symbol in generic.generators]
    if ring.context is None:
        return ring, [row(*images) for row in rows]
    return ring, [ring.reduce(row.compose(*images, ctx=ring.context)) for row in rows]


_SYMBOLS = tuple(Symbol(name) for name in ("eta", "zeta", "phi", "psi"))
_G, _Z, _X = Symbol("G_"), Symbol("z_"), Symbol("x")
_ROUNDING = 1e-9  # of constants known to eleven digits


@final
@dataclass(frozen=True, repr=False, init=False)
class NonlinearGram(Law):
    """The law of M = Y Y^T/m, Y = f(W X) of n_1 rows and m columns, phi = n_0/m, psi = n_0/n_1: m_k = psi^(1-k) P(k).

    eta = Var f(sigma z), zeta = (sigma E f'(sigma z))^2 with sigma = sigma_w sigma_x. Give the two, or an activation and its `sigma`: the law
    depends on them through eta and zeta alone, which are closed forms or numbers such as eta(tanh), known to any precision. The activation is
    kept for `sample_matrix`, less its mean E f(sigma z) (which would add one eigenvalue of the order of n, and nothing to the law).
    zeta = 0 is MarchenkoPastur(phi/psi, variance=eta); zeta = eta is eta times MarchenkoPastur(1/psi) [x] MarchenkoPastur(phi/psi).
    Raises `InvalidInput` unless 0 <= zeta <= eta, phi > 0 and psi > 0. Source: Pennington and Worah (2017), Theorem 1.

    >>> from sympy import symbols
    >>> NonlinearGram(eta=1, zeta=0, phi=symbols("phi"), psi=1).moments(3)
    [1, phi + 1, phi**2 + 3*phi + 1]
    >>> NonlinearGram("tilted_relu(1)").zeta, NonlinearGram("sin", sigma=2).zeta
    (0, 4*exp(-4))
    """

    eta: Expr
    zeta: Expr
    phi: Expr
    psi: Expr
    _layer: ClassVar[tuple[Activation, Expr] | None] = None

    def __init__(self, activation: Any = None, eta: Any = None, zeta: Any = None, phi: Any = 1, psi: Any = 1, *, sigma: Any = 1) -> None:
        layer = None
        if activation is not None:
            if eta is not None or zeta is not None:
                raise InvalidInput("NonlinearGram takes an activation or the pair eta, zeta, not both; eta and zeta are computed from the activation")
            layer, eta, zeta = _constants(activation, sigma)
        elif sigma != 1:
            raise InvalidInput(f"NonlinearGram takes sigma = {sigma} together with an activation; eta and zeta are those of f(sigma z) already")
        if eta is None or zeta is None:
            raise InvalidInput("NonlinearGram needs an activation, or both eta and zeta; for example activation='relu', phi=1, psi=1")
        set_exact(self, {"eta": eta, "zeta": zeta, "phi": phi, "psi": psi}, eta="> 0", zeta=">= 0", phi="> 0", psi="> 0")
        gap = self.eta - self.zeta
        if gap.is_number and not gap >= 0:
            raise InvalidInput(f"NonlinearGram needs zeta <= eta (Cauchy-Schwarz), not zeta = {self.zeta} and eta = {self.eta}")
        object.__setattr__(self, "_layer", layer)

    def __repr__(self) -> str:
        layer = layer_of(self.eta, self.zeta)
        if layer is None:
            return Law.__repr__(self)
        name, sigma = layer
        given = {"phi": self.phi, "psi": self.psi, "sigma": sigma}
        return f"NonlinearGram({', '.join([repr(name), *(f'{key}={parameter_text(value)}' for key, value in given.items() if value != 1)])})"

    @property
    def activation(self) -> Activation | None:
        """The activation the law was made from; no part of its value (equality and JSON know eta and zeta only)."""
        return self._layer[0] if self._layer else None

    def replaced(self, mapping: Mapping[Expr, Expr]) -> Law:
        """The law with subexpressions replaced, in its activation too."""
        law = Law.replaced(self, mapping)
        if self._layer:
            object.__setattr__(law, "_layer", _replaced_layer(*self._layer, dict(mapping)))
        return law

    def state_moments(self) -> Moments:
        """m_k = psi^(1-k) P(k), P(k) the sum over admissible graphs"""
        values = [self.eta, self.zeta, self.phi, self.psi]
        ring = Ring.of(*values, 1 / self.psi)
        inverse = ring.convert(1 / self.psi)

        def compute(count: int) -> list[Any]:
            source, rows = _series(count, values)
            return [ring.lift(row, source) * inverse**k for k, row in enumerate(rows)]

        return Moments(Sequence(ring, compute))

    def state_cauchy_equation(self) -> CauchyEquation:
        """X = eta u + zeta^2 u^2/(1 - zeta u), u = G (1 + phi X)/psi, X = P - 1 = (z G - 1)/psi"""
        X = (_Z * _G - 1) / self.psi
        u = (1 + self.phi * X) * _G / self.psi
        raw, ring = equation_in(X - self.eta * u - self.zeta**2 * u**2 / (1 - self.zeta * u), _G, _Z)
        return finished_curve(self, raw, ring, lambda: self.state_moments().sequence)

    def state_atomic_part(self) -> AtomicPart:
        """the rank is min(n_1, m), or min(n_1, n_0, m) when f is linear"""
        gaps = [1 - self.psi / self.phi] + ([1 - self.psi] if self.eta == self.zeta else [])
        return AtomicPart(gathered([(Integer(0), Max(0, *gaps))]))

    def positive_parameters(self) -> list[Expr]:
        return [self.eta, self.phi, self.psi]

    def known_sign(self) -> int:
        return 1

    def explain(self, what: Any = "cauchy_equation", order: int = 6) -> Derivation:
        """The derivation; that of the equation goes from the functional equation of P over the substitution to the limits zeta = 0 and zeta = eta."""
        from freealg.nets.gram_derivation import with_functional_equation

        derivation = Law.explain(self, what, order)
        return with_functional_equation(self, derivation) if what in ("cauchy_equation", "equation", CauchyEquation) else derivation

    def companion(self) -> Law:
        """The law of Y^T Y/m, of m rows: phi/psi times the law with phi and psi exchanged, because P is symmetric in them.

        >>> NonlinearGram(eta=1, zeta=0, phi=1, psi=2).companion()
        NonlinearGram(eta=1, zeta=0, phi=2).affine(1/2, 0)
        """
        return (self.phi / self.psi) * NonlinearGram(eta=self.eta, zeta=self.zeta, phi=self.psi, psi=self.phi)

    def layers(self, count: int) -> Law:
        """The law of Y_L Y_L^T/m after L = `count` layers Y_(l+1) = f(W_l Y_l) of one width, each rescaled to variance 1 before the next.

        For zeta = 0 the layers keep the law of white noise, MarchenkoPastur(phi/psi, variance=eta). For zeta > 0 the input of the second layer is
        not white and the theorem does not cover it: `InvalidInput`, unless L = 1. Source: Pennington and Worah (2017), where it is observed.

        >>> NonlinearGram("tilted_relu(1)", phi=1, psi=2).layers(5)
        MarchenkoPastur(ratio=1/2)
        """
        number = whole_number(count)
        if number is None or number < 1:
            raise InvalidInput(f"layers needs a number of layers L >= 1, not {shown(count)}; one layer is the law itself")
        if self.zeta == 0:
            return MarchenkoPastur(ratio=self.phi / self.psi, variance=self.eta)
        if number == 1:
            return self
        raise InvalidInput(
            f"{self} has zeta = {self.zeta}, not 0: the output of its first layer is not white, so the theorem does not cover {count} layers; "
            "take an activation with zeta = 0 (freealg.nets.find_activation), or sample with freealg.nets.sample_gram(..., layers=L)"
        )

    def linear_plus_noise(self) -> Law:
        """The law of Y Y^T/m for Y = sqrt(zeta) W X/sqrt(n_0) + sqrt(eta - zeta) N with Gaussian N: the same law, found without the graphs.

        >>> law = NonlinearGram(eta=1, zeta=0.5, phi=2, psi=3)
        >>> law.linear_plus_noise().moments(4) == law.moments(4)
        True
        """
        ratio, noise = self.phi / self.psi, self.eta - self.zeta
        if self.zeta == 0:
            return MarchenkoPastur(ratio=ratio, variance=self.eta)
        signal = self.zeta * boxtimes(MarchenkoPastur(ratio=1 / self.psi), MarchenkoPastur(ratio=ratio))
        return signal if noise == 0 else InformationPlusNoise(signal, ratio=ratio, variance=noise)

    def sample_matrix(self, n: int, rng: Any = None) -> Any:
        """f(W X) f(W X)^T/m of n rows, f the activation given; where eta and zeta were given, of the Gaussian linear-plus-noise model.

        >>> NonlinearGram("tanh", phi=2, psi=3).sample_matrix(4, rng=0).shape
        (4, 4)
        """
        from freealg.nets.samples import sample_gram, sample_linear_plus_noise

        self.require_numbers("a sampled matrix")
        shape = float(self.phi), float(self.psi)
        if not self._layer:
            return sample_linear_plus_noise(float(self.eta), float(self.zeta), n, *shape, rng=rng)
        f, sigma = self._layer
        return sample_gram(f, n, *shape, rng=rng, sigma=float(sigma))


def _constants(given: Any, sigma: Any) -> tuple[tuple[Activation, Expr], Expr, Expr]:
    """The layer (activation, sigma) with the activation centred, and its eta and zeta."""
    scale = exact(sigma, "NonlinearGram: sigma")
    f = activation(given)
    eta, zeta = constant("eta", f, scale), constant("zeta", f, scale)
    rounded = eta.has(Float) and zeta.has(Float) and 0 < zeta - eta < _ROUNDING
    return (f.centred(scale), scale), eta, eta if rounded else zeta


def _replaced_layer(f: Activation, sigma: Expr, mapping: dict[Expr, Expr]) -> tuple[Activation, Expr]:
    """The parameters of the activation bound; its variable is left alone, whatever the law's parameters are called."""
    own = {symbol: value for symbol, value in mapping.items() if symbol != _X}
    try:
        expr = f.expression()
    except NoClosedForm:
        return f, sigma.xreplace(mapping)
    return (activation(expr.xreplace(own)) if expr.free_symbols & set(own) else f), sigma.xreplace(mapping)
