"""The law of f'(sqrt(q) z)^2 for an activation f: atoms for piecewise linear f, a push-forward of the Gaussian otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import sympy
from mpmath.libmp import prec_to_dps
from sympy import Expr, Integer, Symbol, erf, lerchphi, sqrt

from freealg.errors import FreeAlgError, InvalidInput, NoClosedForm, shown
from freealg.exact.coerce import exact
from freealg.exact.fields import Ring
from freealg.exact.series import Sequence
from freealg.exact.signs import real_sign
from freealg.forms import AtomicPart, CauchyTransform, Moments, z
from freealg.forms.atomic import gathered
from freealg.law.law import Law
from freealg.law.presentation import parameter_text
from freealg.laws.discrete import Discrete
from freealg.nets.activations import Activation
from freealg.nets.pieces import X
from freealg.show.text import expression_latex

if TYPE_CHECKING:
    from freealg.nets.slope_transform import SlopeTransform

__all__ = ["SquaredDerivative", "d2_law", "summed_moments"]

_MOST, _DIGITS = 20, 30
_VARIABLE = Symbol("x")
_Q = Symbol("q", positive=True)


def d2_law(activation: Activation, q: Any = None) -> Law:
    """The law of f'(sqrt(q) z)^2, z standard Gaussian; q may be None where the law does not depend on it.

    Exact atoms where f is piecewise linear. Raises `InvalidInput` for q <= 0 and where q is needed and missing.

    >>> from freealg.nets.activations import activation
    >>> d2_law(activation("relu"))
    Discrete({0: 1/2, 1: 1/2})
    """
    if q is not None:
        q = exact(q, "q")
        if q.is_number and real_sign(q, "the variance q of the pre-activations") <= 0:
            raise InvalidInput(f"the variance q of the pre-activations must be > 0, not {shown(q)}; give a positive number or a symbol")
    masses = _slope_masses(activation, _Q if q is None else q)
    if masses is not None:
        activation.mu(1, _Q if q is None else q)  # a jump of f is a Dirac mass of f', which is refused there
    if masses is None:
        if q is None:
            raise InvalidInput(f"the derivative of {activation} depends on q, the variance of the pre-activations; give q=")
        return SquaredDerivative(activation, q)
    if any(mass.has(_Q) for mass in masses.values()) and q is None:
        raise InvalidInput(f"the derivative of {activation} depends on q, the variance of the pre-activations; give q=")
    return Discrete(masses)


def _slope_masses(activation: Activation, q: Expr) -> dict[Expr, Expr] | None:
    """{slope^2: probability} of a piecewise linear f; None for any other."""
    parts, whole = _linear_parts(activation, q)
    masses: dict[Expr, Expr] = {}
    for location, mass in parts:
        masses[location] = masses.get(location, Integer(0)) + mass
    return {location: mass.expand() for location, mass in masses.items()} if whole else None


def _linear_parts(activation: Activation, q: Expr) -> tuple[list[tuple[Expr, Expr]], bool]:
    """[(slope^2, probability), ...] of the intervals on which f is linear, and whether there are no others."""
    pieces = getattr(activation.form, "pieces", None)
    intervals = [] if pieces is None else pieces.intervals()
    slopes = [sympy.diff(branch, X).expand() for _, _, branch in intervals]
    found = [
        (slope**2, (_erf_at(high, q) - _erf_at(low, q)) / 2) for (low, high, _), slope in zip(intervals, slopes, strict=True) if not slope.has(X)
    ]
    return found, 0 < len(found) == len(intervals)


def _erf_at(end: Expr, q: Expr) -> Expr:
    """erf(end/sqrt(2 q)), ±1 at the infinite ends."""
    return sympy.sign(end) if end.is_infinite else erf(end / sqrt(2 * q))


def summed_moments(mu: Expr, k: Symbol, z: Expr) -> Expr:
    """M(z) = sum over k >= 1 of mu_k z^-k: Lerch's function for mu_k = c b^k (1 + a k)^(-1/2), a geometric series at a = 0.

    >>> k, w = Symbol("k", positive=True, integer=True), Symbol("w")
    >>> summed_moments(3**k/sqrt(1 + 2*k), k, w)
    3*sqrt(2)*lerchphi(3/w, 1/2, 3/2)/(2*w)
    """
    base, slope, constant = sympy.S.One, sympy.S.Zero, sympy.S.One
    for factor in sympy.Mul.make_args(mu):
        inner, power = factor.as_base_exp()
        if not factor.has(k):
            constant *= factor
        elif not inner.has(k) and not sympy.cancel(power / k).has(k):
            base *= inner ** sympy.cancel(power / k)
        elif power == -sympy.S.Half and slope == 0 and inner.is_polynomial(k) and sympy.degree(inner, k) == 1:
            slope, constant = sympy.cancel(inner.coeff(k, 1) / inner.coeff(k, 0)), constant / sqrt(inner.coeff(k, 0))
        else:
            raise NoClosedForm(f"the moments mu_k = {mu} sum to no known function")
    if slope == 0:
        return constant * base / (z - base)
    return constant * base * lerchphi(base / z, sympy.S.Half, 1 + 1 / slope) / (sqrt(slope) * z)


@final
@dataclass(frozen=True, repr=False)
class SquaredDerivative(Law):
    """The law of f'(sqrt(q) z)^2: m_k = mu_k = E f'(sqrt(q) z)^(2k)."""

    activation: Activation
    q: Expr

    def __repr__(self) -> str:
        return f"Layer({self.activation.name!r}, q={parameter_text(self.q)}).squared_derivative()"

    def replaced(self, mapping: Mapping[Expr, Expr]) -> Law:
        """The law at the new q, checked as `d2_law` checks it."""
        if not isinstance(self.activation, Activation):
            raise InvalidInput(f"a law of f'^2 needs an activation, not {shown(self.activation)}; it is made by activation(...).d2_law(q)")
        return d2_law(self.activation, self.q.xreplace(dict(mapping)))

    def latex(self) -> str:
        """f'(sqrt(q) z)^2, f by its name."""
        return rf"{self.activation.latex()}^{{\prime}}\left({expression_latex(sqrt(self.q) * z)}\right)^{{2}}"

    def state_moments(self) -> Moments:
        """m_k = E f'(sqrt(q) z)^(2k)"""
        if self.moment_digits() is not None:
            return self._numeric_moments()
        listed: list[Expr] = []
        for k in range(1, _MOST + 1):
            try:
                listed.append(exact(self.activation.mu(k, self.q), f"mu_{k}"))
            except FreeAlgError:
                if not listed:
                    raise
                break
        ring = Ring.of(*listed)

        def compute(count: int) -> list[Any]:
            if count > len(listed):
                raise NoClosedForm(f"the first {len(listed)} moments of {self} are exact, and {count} were asked for")
            return [ring.convert(value) for value in listed[:count]]

        return Moments(Sequence(ring, compute))

    def moment_digits(self) -> int | None:
        known = [value.atoms(sympy.Float) for value in (self.activation.mu(k, self.q) for k in (1, 2))]
        return min((prec_to_dps(number._prec) for numbers in known for number in numbers), default=None)

    def _numeric_moments(self) -> Moments:
        """Numbers of 30 digits, as many as are asked for."""
        ring, known = Ring.of(), [sympy.S.One]

        def compute(count: int) -> list[Any]:
            for k in range(len(known), count + 1):
                known.append(exact(sympy.N(self.activation.mu(k, self.q), _DIGITS), f"mu_{k}"))
            return [ring.convert(value) for value in known[1 : count + 1]]

        return Moments(Sequence(ring, compute))

    def state_cauchy_transform(self) -> CauchyTransform:
        """G(z) = (1 + M(z))/z, M by Lerch's function where mu_k = b^k (1 + a k)^(-1/2)"""
        k = Symbol("k", positive=True, integer=True)
        if self.activation.mu(1, self.q).has(sympy.Float):
            raise NoClosedForm(f"the moments of {self} are numbers without a closed form")
        return CauchyTransform((1 + summed_moments(self.activation.mu(k, self.q), k, z)) / z)

    def special_engine(self) -> Any:
        """Preimages and quadrature."""
        from freealg.nets.pushforward import PushForwardSpectrum

        if _linear_parts(self.activation, self.q)[0]:
            raise NoClosedForm(f"the derivative of {self.activation} is constant on an interval and varies elsewhere; moments and atoms are there")
        return PushForwardSpectrum(*self.formula())

    def formula(self) -> tuple[Expr, Symbol]:
        """f'(sqrt(q) x)^2 and x, for an f given by one formula."""
        slope = sympy.diff(self.activation.expression(), _VARIABLE)
        return slope.subs(_VARIABLE, sqrt(self.q) * _VARIABLE) ** 2, _VARIABLE

    def transform(self) -> SlopeTransform:
        """M at complex arguments; `NoClosedForm` unless f is given by one analytic formula on the whole line."""
        from freealg.nets.slope_transform import SlopeTransform, without_cancellation

        pieces = getattr(self.activation.form, "pieces", None)
        if pieces is None or pieces.breaks:
            raise NoClosedForm(f"a density needs one analytic formula of f on the whole line, which {self.activation} has not; its moments are there")
        slope = without_cancellation(sympy.diff(self.activation.expression(), _VARIABLE))
        least, most = (float(end) for end in self.support_intervals()[0])
        return SlopeTransform(slope.subs(_VARIABLE, sympy.N(sqrt(self.q), 20) * _VARIABLE) ** 2, _VARIABLE, (least, most))

    def state_atomic_part(self) -> AtomicPart:
        """the slopes of the intervals on which f is linear"""
        return AtomicPart(gathered(_linear_parts(self.activation, self.q)[0]))

    def known_sign(self) -> int:
        return 1
