"""Activations and their Gaussian constants: eta = Var f(sigma z), zeta = (sigma E f'(sigma z))^2, f_n = E f He_n / sqrt(n!).

Derivatives are moved off f by Stein's identity, sigma E f'(sigma z) = E z f(sigma z), so jumps and kinks (Dirac masses in f'
and f'') are counted without special cases. sigma is a standard deviation, q a variance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatch
from typing import Any, ClassVar, final

import sympy as sp
from sympy import Expr

from freealg.errors import InvalidInput, shown
from freealg.exact.coerce import exact, whole
from freealg.law.law import Law
from freealg.nets.blackbox import BlackBox, Lambda, black_box
from freealg.nets.catalogue import family_named, read_name
from freealg.nets.formula import Formula, Integrand, tidied
from freealg.nets.formula_text import is_formula, read_formula
from freealg.nets.pieces import UnsplitError, X, split

__all__ = ["Activation", "activation"]

DPS = 30
_MOST_HERMITE, _MOST_MU = 100, 1_000
"""Digits of a mean that has no closed form, unless asked otherwise."""

_ESCAPED = {ord(sign): rf"\{sign}" for sign in "_%$#&{}"} | {ord("^"): r"\hat{}", ord("~"): r"\sim ", ord("\\"): r"\backslash "}
_UNTRACEABLE = (TypeError, AttributeError, ValueError, NotImplementedError)


@final
@dataclass(frozen=True, repr=False)
class Activation:
    """f with E f(sigma z), eta, zeta, Hermite coefficients and derivative moments; made by `activation`.

    >>> relu = activation("relu")
    >>> relu.eta(), relu.zeta(), relu.eta(sp.Symbol("s"))
    (1/2 - 1/(2*pi), 1/4, -s**2/(2*pi) + s**2/2)
    """

    name: str
    form: Formula | BlackBox
    JSON_FIELDS: ClassVar[tuple[str, ...]] = ("activation",)

    def json_fields(self) -> dict[str, Any]:
        """What `law.to_json()` writes: the name where it is in the catalogue, else the formula; `NoClosedForm` for a Python callable."""
        return {"activation": self.name if self.is_in_catalogue() else self.expression()}

    @classmethod
    def from_json_fields(cls, activation: Any) -> Activation:
        """The activation again; raises `InvalidInput` for what is no name or formula."""
        if not isinstance(activation, str | Expr):
            raise InvalidInput(f"an activation in JSON text is a name or a formula, not {shown(activation)}")
        return _made(activation, (), (), None)

    def is_in_catalogue(self) -> bool:
        """Whether the name alone gives the activation back."""
        try:
            return activation(self.name) == self
        except InvalidInput:
            return False

    def __repr__(self) -> str:
        return f'activation("{self.name}")'

    def latex(self) -> str:
        r"""The name, upright.

        >>> print(activation("hard_tanh").latex())
        \mathrm{hard\_tanh}
        """
        return r"\mathrm{" + self.name.translate(_ESCAPED) + "}"

    def _repr_latex_(self) -> str:
        return f"${self.latex()}$"

    def __call__(self, x: Any) -> Any:
        """f(x) in doubles, for a scalar or an array.

        >>> import numpy as np
        >>> activation("hard_tanh")(np.array([-3.0, 0.5, 2.0])).tolist()
        [-1.0, 0.5, 1.0]
        """
        return self.form.values(x)

    def derivative(self, x: Any) -> Any:
        """f'(x) in doubles, for a scalar or an array; right-continuous at kinks."""
        return self.form.slopes(x)

    def expression(self) -> Expr:
        """f as a SymPy expression in Symbol("x"); `NoClosedForm` for a Python callable."""
        return self.form.expression()

    def gaussian_mean(self, sigma: Any = 1, dps: int = DPS) -> Expr:
        """E f(sigma z): exact where closed, else a Float of `dps` digits.

        >>> activation("relu").gaussian_mean(2), activation("elu").gaussian_mean()
        (sqrt(2)/sqrt(pi), -1/2 + exp(1/2)*erfc(sqrt(2)/2)/2 + sqrt(2)/(2*sqrt(pi)))
        """
        scale, restore = _positive(sigma, "sigma")
        return restore(self._moment(Integrand(1), scale**2, dps))

    def eta(self, sigma: Any = 1, dps: int = DPS) -> Expr:
        """Var f(sigma z); a variance, so centring does not change it.

        >>> activation("sin").eta(), activation("softplus").eta(dps=20)
        (1/2 - exp(-2)/2, 0.27151450180055873184)
        """
        scale, restore = _positive(sigma, "sigma")
        square = self._moment(Integrand(2), scale**2, dps + 10)
        mean = self._moment(Integrand(1), scale**2, dps + 10)
        if not (square.has(sp.Float) or mean.has(sp.Float)):
            return restore(tidied(square - sp.expand_mul(sp.expand_multinomial(mean**2)), scale))
        centred = self.form.affine(sp.S.One, -exact(mean))
        return restore(_rounded(centred.moment(Integrand(2), scale**2, dps), dps))

    def zeta(self, sigma: Any = 1, dps: int = DPS) -> Expr:
        """(sigma E f'(sigma z))^2 = (E z f(sigma z))^2; a jump of f counts as a Dirac mass of f'.

        >>> activation("heaviside").zeta(), activation("tilted_relu(1)").zeta()
        (1/(2*pi), 0)
        """
        scale, restore = _positive(sigma, "sigma")
        first = self._moment(Integrand(1, weight=X / scale), scale**2, dps + 5)
        return restore(_rounded(tidied(sp.expand_mul(sp.expand_multinomial(first**2)), scale), dps))

    def hermite(self, n: int, sigma: Any = 1, dps: int = DPS) -> Expr:
        """f_n = E f(sigma z) He_n(z) / sqrt(n!), He_n the probabilists' Hermite polynomial.

        >>> [activation("relu").hermite(n) for n in range(4)]
        [sqrt(2)/(2*sqrt(pi)), 1/2, 1/(2*sqrt(pi)), 0]
        """
        order = whole(n, "the order n of a Hermite coefficient", most=_MOST_HERMITE)
        scale, restore = _positive(sigma, "sigma")
        weight = sp.expand(sp.hermite_prob(order, X / scale)) / sp.sqrt(sp.factorial(order))
        return restore(self._moment(Integrand(1, weight=weight), scale**2, dps))

    def second_moment(self, q: Any, dps: int = DPS) -> Expr:
        """E f(sqrt(q) z)^2.

        >>> activation("scaled_erf").second_moment(sp.Symbol("q"))
        2*asin(pi*q/(pi*q + 2))/pi
        """
        variance, restore = _positive(q, "q")
        return restore(self._moment(Integrand(2), variance, dps))

    def mu(self, k: Any, q: Any, dps: int = DPS) -> Expr:
        """E f'(sqrt(q) z)^(2k), k a whole number or, where that is closed, a symbol; refused where f jumps.

        >>> k, q = sp.symbols("k q")
        >>> activation("scaled_erf").mu(k, q), activation("hard_tanh").mu(k, q), activation("relu").mu(2, 1)
        (1/sqrt(pi*k*q + 1), erf(sqrt(2)/(2*sqrt(q))), 1/2)
        """
        order = exact(k, "k")
        if order.is_number:
            whole(order, "the order k of mu(k, q)", most=_MOST_MU)
        if order == 0:
            return sp.S.One
        variance, restore = _positive(q, "q")
        integers = {symbol: sp.Dummy(str(symbol), integer=True, positive=True) for symbol in order.free_symbols}
        found = self._moment(Integrand(slope=2 * order.xreplace(integers)), variance, dps)
        return restore(found).xreplace({dummy: symbol for symbol, dummy in integers.items()})

    def d2_law(self, q: Any = None) -> Law:
        """The law of f'(sqrt(q) z)^2, whose moments are mu(k, q): exact atoms where f is piecewise linear; q may be left out where it plays no part.

        >>> activation("leaky_relu(1/10)").d2_law()
        Discrete({1/100: 1/2, 1: 1/2})
        """
        from freealg.nets.derivatives import d2_law

        return d2_law(self, q)

    def length_slope(self, q: Any, dps: int = DPS) -> Expr:
        """d/dq E f(sqrt(q) z)^2 = E (z^2 - 1) f(sqrt(q) z)^2 / (2q) = E f'^2 + E f'' f, Dirac masses included.

        >>> activation("relu").length_slope(3)
        1/2
        """
        variance, restore = _positive(q, "q")
        weight = (X**2 / variance - 1) / (2 * variance)
        return restore(self._moment(Integrand(2, weight=weight), variance, dps))

    def curvature(self, q: Any, dps: int = DPS) -> Expr:
        """E f''(sqrt(q) z) f(sqrt(q) z) with the Dirac masses of f'': 0 for ReLU, -sqrt(2/(pi q)) e^(-1/(2q)) for hard tanh.

        >>> activation("relu").curvature(1), activation("hard_tanh").curvature(1)
        (0, -sqrt(2)*exp(-1/2)/sqrt(pi))
        """
        found = self.length_slope(q, dps + 5) - self.mu(1, q, dps + 5)
        return _rounded(tidied(sp.expand_mul(found), exact(q, "q")), dps)

    def correlation(self, c: Any, q: Any, dps: int = DPS, slope: int = 0) -> Expr:
        """E f(u1) f(u2), or E f'(u1) f'(u2) with slope=1, for a Gaussian pair of variance q and correlation c in [-1, 1].

        >>> activation("linear").correlation(sp.Rational(1, 3), 6), activation("scaled_erf").correlation(sp.Symbol("c"), 1)
        (2, 2*asin(pi*c/(2 + pi))/pi)
        """
        rho = exact(c, "the correlation")
        if rho.is_number and not (rho.is_real and abs(rho) <= 1):
            raise InvalidInput(f"a correlation lies in [-1, 1]; {c} does not")
        variance, restore = _positive(q, "q")
        return restore(self.form.pair(slope, rho, variance, dps))

    def centred(self, sigma: Any = 1, dps: int = DPS) -> Activation:
        """f - E f(sigma z).

        >>> activation("abs").centred().gaussian_mean()
        0
        """
        mean = exact(self.gaussian_mean(sigma, dps + 10))
        return self if mean == 0 else Activation(f"{self.name} centred", self.form.affine(sp.S.One, -mean))

    def normalised(self, sigma: Any = 1, dps: int = DPS) -> Activation:
        """(f - E f(sigma z))/sqrt(eta): mean 0 and variance 1 at that sigma.

        >>> activation("relu").normalised().eta()
        1
        """
        spread = self.eta(sigma, dps + 10)
        eta, loose = exact(spread), spread.has(sp.Float)
        if eta == 0:
            raise InvalidInput(f"{self} is constant (eta = 0) and cannot be normalised")
        mean, scale = exact(self.gaussian_mean(sigma, dps + 10)), exact(sp.N(1 / sp.sqrt(eta), dps + 10) if loose else 1 / sp.sqrt(eta))
        return Activation(f"{self.name} normalised", self.form.affine(scale, -mean * scale))

    def _moment(self, integrand: Integrand, variance: Expr, dps: int) -> Expr:
        return self.form.moment(integrand, variance, dps)


def activation(name_or_expr: Any, *parameters: Any, kinks: tuple[Any, ...] = (), derivative: Callable[[Any], Any] | None = None) -> Activation:
    """The activation of a name ("relu", "leaky_relu(1/10)", "x^3", "He_4"), a formula as text ("tanh(2*x) + x^3"), a SymPy
    expression of one variable, or a callable.

    `parameters` fill the family's parameters; an expression with further symbols takes Symbol("x") as its variable and keeps the
    others as parameters. A callable is first called on a symbol; if that fails it is a black box, whose `kinks` and `derivative`
    may be given and whose answers carry 11 digits, or any number if it computes in mpmath numbers.

    >>> activation("tilted_relu", sp.Rational(1, 2)).zeta(), activation(sp.Symbol("t") ** 3).eta(), activation(lambda x: x * abs(x)).eta()
    (pi/(2*(-9 + 5*pi)), 15, 3)
    """
    return _made(name_or_expr, parameters, tuple(exact(kink, "a kink") for kink in kinks), derivative)


@singledispatch
def _made(source: Any, parameters: tuple[Any, ...], kinks: tuple[Expr, ...], derivative: Callable[[Any], Any] | None) -> Activation:
    """A callable, or a number."""
    _no_parameters(parameters)
    if not callable(source):
        return _from_expression(exact(source, "an activation"), str(source))
    name = getattr(source, "__name__", "callable")
    try:
        traced = source(X)
        return _from_expression(exact(traced, "the value of the callable"), str(traced))
    except _UNTRACEABLE:
        return Activation(name, black_box(source, derivative, kinks))


@_made.register
def _(source: Activation, parameters: tuple[Any, ...], kinks: tuple[Expr, ...], derivative: Callable[[Any], Any] | None) -> Activation:
    _no_parameters(parameters)
    return source


@_made.register
def _(source: str, parameters: tuple[Any, ...], kinks: tuple[Expr, ...], derivative: Callable[[Any], Any] | None) -> Activation:
    if is_formula(source):
        _no_parameters(parameters)
        return _from_expression(read_formula(source), source.strip())
    name, given = read_name(source)
    values = (*given, *(exact(value, f"a parameter of {name}") for value in parameters))
    label = f"{name}({', '.join(_shown(value) for value in values)})" if values else name
    return Activation(label, Formula(split(family_named(name).member(name, values))))


@_made.register
def _(source: Expr, parameters: tuple[Any, ...], kinks: tuple[Expr, ...], derivative: Callable[[Any], Any] | None) -> Activation:
    _no_parameters(parameters)
    expr = exact(source, "an activation")
    return _from_expression(expr.subs(_variable(expr), X), str(expr))


def _shown(value: Expr) -> str:
    """Short rationals as they are, long ones by their first digits."""
    return str(sp.N(value, 15)) if value.is_Rational and value.q > 10**9 else str(value)


def _no_parameters(parameters: tuple[Any, ...]) -> None:
    if parameters:
        raise InvalidInput("parameters belong to a named family; an expression or a callable takes none")


def _variable(expr: Expr) -> Expr:
    """The one symbol, or the one called x."""
    symbols = expr.free_symbols
    named = {symbol for symbol in symbols if symbol.name == "x"} or symbols
    if len(named) > 1:
        names = ", ".join(sorted(symbol.name for symbol in symbols))
        raise InvalidInput(f"{expr} has the symbols {names}; call the variable x, or bind all but one")
    return next(iter(named), X)


def _from_expression(expr: Expr, name: str) -> Activation:
    if expr.has(sp.I) or expr.is_real is False:
        raise InvalidInput(f"an activation is a real function of a real variable; {expr} is not real")
    try:
        pieces = split(expr)
        for low, high, branch in pieces.intervals():
            place = -1 if low is -sp.oo and high is sp.oo else high - 1 if low is -sp.oo else low + 1 if high is sp.oo else (low + high) / 2
            if branch.subs(X, place).is_real is False:
                raise InvalidInput(f"an activation is a real function on the whole line; {expr} is not real at x = {place}, use Abs(x) or Piecewise")
        return Activation(name, Formula(pieces))
    except UnsplitError as reason:
        if expr.free_symbols - {X}:
            raise InvalidInput(f"{expr} cannot be cut into smooth branches: {reason}") from reason
        return Activation(name, black_box(Lambda(expr), None, ()))


def _positive(value: Any, name: str) -> tuple[Expr, Callable[[Expr], Expr]]:
    """A positive number, or an expression whose symbols are taken positive; with the map back to the caller's symbols."""
    given = exact(value, name)
    number = sp.N(given) if given.is_number and given.is_real is None else given  # SymPy does not know that erfinv(1/2) is real
    if number.is_number and not (number.is_real and number.is_positive):
        raise InvalidInput(f"{name} must be > 0, not {shown(value)}; give a positive number or a symbol")
    dummies = {symbol: sp.Dummy(str(symbol), positive=True) for symbol in given.free_symbols}
    back = {dummy: symbol for symbol, dummy in dummies.items()}
    return given.xreplace(dummies), lambda expr: expr.xreplace(back)


def _rounded(expr: Expr, dps: int) -> Expr:
    """Working digits dropped from a Float."""
    return sp.Float(expr, dps) if expr.is_Float and expr._prec > sp.Float(1, dps)._prec else expr
