"""The named activations, and the small grammar NAME or NAME(ARGUMENT, ...) that reads them. Nothing is ever evaluated as code."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import sympy as sp
from sympy import Expr, Rational

from freealg.errors import BudgetExceeded, InvalidInput, shown
from freealg.nets.pieces import X

__all__ = ["FAMILIES", "Family", "family_named", "is_call_of_a_family", "read_name"]

_LONGEST = 200
_HIGHEST = 200
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(/\d+)?")
_WORD = re.compile(r"[A-Za-z]\w*")
_CALL = re.compile(r"([A-Za-z]\w*)(?:\((.*)\))?")
_POWER = re.compile(r"[xXhH](?:\^|\*\*)(\d+)")
_HERMITE = re.compile(r"he_?(\d+)")


@final
@dataclass(frozen=True)
class Family:
    """A formula in x with named parameters; a default of None must be given by the caller."""

    rule: Callable[..., Expr]
    parameters: tuple[tuple[str, Expr | None], ...] = ()

    def member(self, name: str, values: tuple[Expr, ...]) -> Expr:
        """The formula at these parameters, defaults filled in."""
        if len(values) > len(self.parameters):
            raise InvalidInput(f"{name} takes {len(self.parameters)} parameters, not {len(values)}")
        rest = [default for _, default in self.parameters[len(values) :]]
        if None in rest:
            missing = self.parameters[len(values) + rest.index(None)][0]
            raise InvalidInput(f'{name} needs its parameter {missing}; write "{name}(1/2)" or activation("{name}", Rational(1, 2))')
        return self.rule(*values, *rest)


def _sided(left: Expr, right: Expr) -> Expr:
    return sp.Piecewise((right, X > 0), (left, True))


def _tilted(alpha: Expr) -> Expr:
    """([x]_+ + alpha [-x]_+ - mean)/deviation: eta = 1 and zeta = (1-alpha)^2/(2(1+alpha^2) - (2/pi)(1+alpha)^2) at sigma = 1."""
    mean = (1 + alpha) / sp.sqrt(2 * sp.pi)
    deviation = sp.sqrt((1 + alpha**2) / 2 - (1 + alpha) ** 2 / (2 * sp.pi))
    return _sided((-alpha * X - mean) / deviation, (X - mean) / deviation)


def _whole(n: Expr, what: str) -> int:
    if not (n.is_Integer and n.is_nonnegative):
        raise InvalidInput(f"{what} needs a whole number n >= 0, not {shown(n)}; for example hermite(3)")
    if n > _HIGHEST:
        raise BudgetExceeded(f"{what} is computed up to n = {_HIGHEST}, not {shown(n)}: its Gaussian moments have too many digits; take a smaller n")
    return int(n)


def _smoothed(s: Expr, b: Expr) -> Expr:
    """E max(x + b z, -s) minus its value at x = 0, z standard Gaussian: shifted ReLU smoothed over a width b; f' = Phi((x + s)/b)."""
    u, at_zero = (X + s) / _nonzero(b, "the width b of smoothed_relu"), s / b

    def mean(v: Expr) -> Expr:
        return b * v * (1 + sp.erf(v / sp.sqrt(2))) / 2 + b * sp.exp(-(v**2) / 2) / sp.sqrt(2 * sp.pi)

    return mean(u) - mean(at_zero)


def _nonzero(value: Expr, what: str) -> Expr:
    if value.is_zero:
        raise InvalidInput(f"{what} must not be 0")
    return value


_SELU = Rational("1.0507009873554804934193349852946"), Rational("1.6732632423543772848170429916717")
"""The scale and alpha = sqrt(2/pi)/(1 - sqrt(e) erfc(1/sqrt 2)) of Klambauer et al. (2017): E f(z) = 0 and E f(z)^2 = 1 to 31 digits."""

FAMILIES: dict[str, Family] = {
    "linear": Family(lambda: X),
    "relu": Family(lambda: _sided(sp.S.Zero, X)),
    "leaky_relu": Family(lambda a: _sided(a * X, X), (("a", Rational(1, 100)),)),
    "tilted_relu": Family(_tilted, (("alpha", None),)),
    "shifted_relu": Family(lambda s: sp.Max(X, -s), (("s", Rational(1, 2)),)),
    "smoothed_relu": Family(_smoothed, (("s", Rational(1, 2)), ("b", Rational(1, 2)))),
    "hard_tanh": Family(lambda: sp.Max(-1, sp.Min(1, X))),
    "relu6": Family(lambda: sp.Max(0, sp.Min(6, X))),
    "hard_sigmoid": Family(lambda: sp.Max(0, sp.Min(1, X / 6 + Rational(1, 2)))),
    "hard_swish": Family(lambda: X * sp.Max(0, sp.Min(1, X / 6 + Rational(1, 2)))),
    "tanh": Family(lambda: sp.tanh(X)),
    "erf": Family(lambda: sp.erf(X)),
    "scaled_erf": Family(lambda: sp.erf(sp.sqrt(sp.pi) / 2 * X)),
    "heaviside": Family(lambda: _sided(sp.S.Zero, sp.S.One)),
    "sign": Family(lambda: _sided(sp.S.NegativeOne, sp.S.One)),
    "arctan": Family(lambda: sp.atan(X)),
    "softsign": Family(lambda: _sided(X / (1 - X), X / (1 + X))),
    "sigmoid": Family(lambda: (1 + sp.tanh(X / 2)) / 2),
    "softplus": Family(lambda b: sp.log(1 + sp.exp(b * X)) / _nonzero(b, "the sharpness of softplus"), (("sharpness", sp.S.One),)),
    "gelu": Family(lambda: X * (1 + sp.erf(X / sp.sqrt(2))) / 2),
    "silu": Family(lambda b: X * (1 + sp.tanh(b * X / 2)) / 2, (("beta", sp.S.One),)),
    "mish": Family(lambda: X * (1 - 2 / (1 + (1 + sp.exp(X)) ** 2))),
    "elu": Family(lambda a: _sided(a * (sp.exp(X) - 1), X), (("a", sp.S.One),)),
    "celu": Family(lambda a: _sided(a * (sp.exp(X / _nonzero(a, "the parameter of celu")) - 1), X), (("a", sp.S.One),)),
    "selu": Family(lambda: _sided(_SELU[0] * _SELU[1] * (sp.exp(X) - 1), _SELU[0] * X)),
    "exp": Family(lambda: sp.exp(X)),
    "sin": Family(lambda: sp.sin(X)),
    "cos": Family(lambda: sp.cos(X)),
    "abs": Family(lambda: _sided(-X, X)),
    "rectified_power": Family(lambda n: _sided(sp.S.Zero, X ** _whole(n, "rectified_power(n)")), (("n", None),)),
    "power": Family(lambda n: X ** _whole(n, "power(n)"), (("n", None),)),
    "hermite": Family(lambda n: sp.expand(sp.hermite_prob(_whole(n, "hermite(n)"), X)), (("n", None),)),
}

_ALIASES = {
    "identity": "linear",
    "x": "linear",
    "sgn": "sign",
    "step": "heaviside",
    "atan": "arctan",
    "logistic": "sigmoid",
    "swish": "silu",
    "erf(sqrt(pi)/2*h)": "scaled_erf",
    "erf(sqrt(pi)/2*x)": "scaled_erf",
    "erf(sqrt(pi)*x/2)": "scaled_erf",
}


_PLAIN = {name.replace("_", ""): name for name in FAMILIES}
"""Leaky ReLU, leakyrelu and leaky_relu are one name."""


def family_named(name: str) -> Family:
    """The family of that name; an unknown name lists the known ones."""
    if name not in FAMILIES:
        known = ", ".join(FAMILIES)
        raise InvalidInput(f'no activation is called "{name[:60]}"; known: {known}; anything else can be given as a SymPy expression or a callable')
    return FAMILIES[name]


def read_name(text: str) -> tuple[str, tuple[Expr, ...]]:
    """(family name, parameters) of "relu", "leaky_relu(1/10)", "tilted_relu(alpha)", "x^3", "He_4".

    >>> read_name("leaky_relu(1/10)"), read_name("x^3"), read_name("He_4")
    (('leaky_relu', (1/10,)), ('power', (3,)), ('hermite', (4,)))
    """
    if len(text) > _LONGEST:
        raise InvalidInput(f"an activation name has at most {_LONGEST} characters, not {len(text)}; give a formula as a SymPy expression")
    squeezed = "".join(text.split())
    word = _ALIASES.get(squeezed.lower(), squeezed)
    power, hermite = _POWER.fullmatch(word), _HERMITE.fullmatch(word.lower())
    if power or hermite:
        found = power or hermite
        return "power" if power else "hermite", (sp.Integer(found.group(1)),) if found else ()
    call = _CALL.fullmatch(word)
    if call is None:
        raise InvalidInput(f'"{text[:60]}" is not NAME or NAME(ARGUMENT, ...), and no formula in x')
    plain = call.group(1).lower().replace("_", "")
    name = _ALIASES.get(plain) or _PLAIN.get(plain, call.group(1).lower())
    family_named(name)
    return name, tuple(_argument(part) for part in call.group(2).split(",")) if call.group(2) else ()


def is_call_of_a_family(text: str, variables: tuple[str, ...]) -> bool:
    """Whether the text is a name, or NAME(NUMBER OR PARAMETER, ...) with no variable in it."""
    squeezed = "".join(text.split())
    call = _CALL.fullmatch(_ALIASES.get(squeezed.lower(), squeezed))
    if call is None or not call.group(2):
        return bool(call) or bool(_POWER.fullmatch(squeezed))
    parts = call.group(2).split(",")
    return all(_NUMBER.fullmatch(part) or (_WORD.fullmatch(part) and part not in variables) for part in parts)


def _argument(text: str) -> Expr:
    """A rational (3, -1/2, 0.1) or a symbol."""
    if _NUMBER.fullmatch(text):
        top, _, bottom = text.partition("/")
        if bottom and int(bottom) == 0:
            raise InvalidInput(f"{text} divides by zero")
        return Rational(top) / int(bottom or 1)
    if _WORD.fullmatch(text):
        return sp.Symbol(text)
    raise InvalidInput(f'"{text[:60]}" is neither a rational number nor a name')
