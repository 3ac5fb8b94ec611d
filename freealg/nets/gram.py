"""The Gram matrix Y Y^T/m of one random layer Y = f(W X) (Pennington and Worah 2017)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from sympy import Expr, Integer, Max, Symbol

from freealg.combinatorics import admissible_counts
from freealg.errors import InvalidInput
from freealg.exact.closed_forms import equation_in
from freealg.exact.coerce import exact
from freealg.exact.fields import Element, Ring
from freealg.exact.series import Sequence
from freealg.forms import AtomicPart, CauchyEquation, Moments
from freealg.forms.atomic import gathered
from freealg.law.conversions import finished_curve
from freealg.law.law import Law
from freealg.laws.conditions import set_exact

__all__ = ["NonlinearGram", "gram_series"]


def gram_series(K: int, eta: Any, zeta: Any, phi: Any, psi: Any) -> list[Expr]:
    """[P(0), ..., P(K)] of P = 1 + (eta - zeta) t P_phi P_psi + t zeta P_phi P_psi/(1 - t zeta P_phi P_psi), P_phi = 1 + (P - 1) phi.

    P(k) is the sum over admissible graphs of the 2k-cycle of eta^b zeta^(k-b) phi^nu_mu psi^nu_i, counted in closed form by Lagrange inversion.
    Raises `InvalidInput` when K < 0. Source: Pennington and Worah (2017), Theorem 1 and equation (14).

    >>> from sympy import symbols
    >>> gram_series(2, *symbols("eta zeta phi psi"))
    [1, eta, eta**2*phi + eta**2*psi + zeta**2]
    """
    if isinstance(K, bool) or not isinstance(K, int) or K < 0:
        raise InvalidInput(f"gram_series needs an integer order K >= 0, not {K!r}")
    values = [exact(value, f"gram_series: {name}") for name, value in zip(("eta", "zeta", "phi", "psi"), (eta, zeta, phi, psi), strict=True)]
    ring, terms = _series(K, values)
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
_G, _Z = Symbol("G_"), Symbol("z_")


@final
@dataclass(frozen=True, repr=False, init=False)
class NonlinearGram(Law):
    """The law of M = Y Y^T/m, Y = f(W X) of n_1 rows and m columns, phi = n_0/m, psi = n_0/n_1: m_k = psi^(1-k) P(k).

    eta = Var f(s z), zeta = (s E f'(s z))^2 with s = sigma_w sigma_x; f centred. Give them, or an activation (read at s = 1). zeta = 0 is
    Marchenko–Pastur of ratio phi/psi; zeta = eta is eta times MarchenkoPastur(1/psi) [x] MarchenkoPastur(phi/psi). Raises `InvalidInput` unless
    0 <= zeta <= eta, phi > 0, psi > 0. Source: Pennington and Worah (2017), Theorem 1.

    >>> from sympy import symbols
    >>> NonlinearGram(eta=1, zeta=0, phi=symbols("phi"), psi=1).moments(3)
    [1, phi + 1, phi**2 + 3*phi + 1]
    """

    eta: Expr
    zeta: Expr
    phi: Expr
    psi: Expr

    def __init__(self, activation: Any = None, eta: Any = None, zeta: Any = None, phi: Any = 1, psi: Any = 1) -> None:
        if activation is not None:
            if eta is not None or zeta is not None:
                raise InvalidInput("NonlinearGram takes an activation or the pair eta, zeta, not both")
            eta, zeta = _constants(activation)
        if eta is None or zeta is None:
            raise InvalidInput("NonlinearGram needs an activation, or both eta and zeta")
        set_exact(self, {"eta": eta, "zeta": zeta, "phi": phi, "psi": psi}, eta="> 0", zeta=">= 0", phi="> 0", psi="> 0")
        gap = self.eta - self.zeta
        if gap.is_number and not gap >= 0:
            raise InvalidInput(f"NonlinearGram needs zeta <= eta (Cauchy-Schwarz), not zeta = {self.zeta} and eta = {self.eta}")

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
        return finished_curve(self, raw, ring, self.state_moments().sequence)

    def state_atomic_part(self) -> AtomicPart:
        """the rank is min(n_1, m), or min(n_1, n_0, m) when f is linear"""
        gaps = [1 - self.psi / self.phi] + ([1 - self.psi] if self.eta == self.zeta else [])
        return AtomicPart(gathered([(Integer(0), Max(0, *gaps))]))

    def positive_parameters(self) -> list[Expr]:
        return [self.eta, self.phi, self.psi]

    def known_sign(self) -> int:
        return 1

    def companion(self) -> Law:
        """The law of Y^T Y/m, of m rows: the same non-zero spectrum, P(X != 0) scaled by n_1/m = phi/psi."""
        from freealg.law.operations.mixture import mixture
        from freealg.laws.discrete import Discrete

        share = self.phi / self.psi
        if share.is_number and share <= 1:
            return mixture({self: share, Discrete({0: 1}): 1 - share})
        raise InvalidInput(f"the companion of {self} needs n_1/m = phi/psi <= 1 as a number, not {share}; take the law itself when n_1 > m")

    def sample_matrix(self, n: int, rng: Any = None) -> Any:
        """An n x n Gram matrix of the Gaussian linear-plus-noise model with these eta, zeta, phi, psi."""
        import numpy as np

        self.require_numbers("a sampled matrix")
        generator = np.random.default_rng(rng)
        n0 = max(1, round(n * float(self.psi)))
        m = max(1, round(n0 / float(self.phi)))
        signal = generator.standard_normal((n, n0)) @ generator.standard_normal((n0, m)) / np.sqrt(n0)
        y = float(self.zeta) ** 0.5 * signal + float(self.eta - self.zeta) ** 0.5 * generator.standard_normal((n, m))
        return y @ y.T / m


def _constants(given: Any) -> tuple[Expr, Expr]:
    """eta and zeta of a centred activation."""
    from freealg.nets.activations import activation

    f = activation(given)
    mean = f.gaussian_mean(1)
    if abs(float(mean)) > 1e-12:
        raise InvalidInput(f"NonlinearGram needs a centred activation, and E f(z) = {mean} for {f}; use activation({given!r}).centred()")
    return f.eta(1), f.zeta(1)
