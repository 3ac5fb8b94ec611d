"""Series of a closed form around 0: any expression built from rational functions, rational and symbolic powers, exp, log, and functions of them."""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial
from typing import final

import sympy
from sympy import Expr, Pow, Symbol

from freealg.errors import NoClosedForm
from freealg.exact.fields import Element, Ring
from freealg.exact.series import Sequence, divide, multiply, power

__all__ = ["constants_of", "expansion", "sequence_of"]

_ROUNDS = 40
_BY_EXPONENTIALS = (sympy.functions.elementary.hyperbolic.HyperbolicFunction, sympy.functions.elementary.trigonometric.TrigonometricFunction)


@final
class _MissingError(Exception):
    """The ring lacks this constant; it is joined and the expansion starts again."""

    def __init__(self, constant: Expr) -> None:
        self.constant = constant


@final
@dataclass(frozen=True)
class _Laurent:
    """x**valuation * (a_0 + a_1 x + ...), a_0 != 0 unless all are zero."""

    valuation: int
    terms: list[Element]


def expansion(expr: Expr, x: Symbol, count: int, shift: int = 0) -> tuple[Ring, list[Element]]:
    """The coefficients of x**shift, ..., x**(shift + count - 1) of `expr` at x = 0, with the ring they live in.

    Raises `NoClosedForm` when `expr` is not a Laurent series in x there, or has a term below x**shift.

    >>> from sympy import sqrt
    >>> x = Symbol("x")
    >>> ring, terms = expansion((sqrt(1 + 4*x**2) - 1)/x, x, 4)
    >>> terms
    [0, 2, 0, -2]
    """
    rewritten = expr.replace(lambda e: isinstance(e, _BY_EXPONENTIALS) and e.has(x), lambda e: e.rewrite(sympy.exp))
    ring = Ring.of(*constants_of(rewritten, x))
    length = 4
    for _ in range(_ROUNDS):
        try:
            series = _Expander(x, ring, length)(rewritten)
        except _MissingError as missing:
            ring = ring.join(Ring.of(missing.constant))
            continue
        known = series.valuation + len(series.terms)
        if known >= shift + count:
            return ring, _window(series, shift, count, ring)
        length = max(length + shift + count - known, min(2 * length, length + count + shift + 2))
    raise NoClosedForm(f"{expr} could not be expanded around {x} = 0 to {count} terms; give its coefficients instead")


def sequence_of(expr: Expr, x: Symbol, shift: int = 0) -> Sequence:
    """The coefficients from x**shift on as a `Sequence`."""
    ring, _ = expansion(expr, x, 2, shift)
    return Sequence(ring, lambda n: [ring.lift(a, r) for r, terms in [expansion(expr, x, max(n, 2), shift)] for a in terms])


def _window(series: _Laurent, shift: int, count: int, ring: Ring) -> list[Element]:
    zero = ring.scalar(0)
    if series.terms and series.valuation < shift and not all(ring.is_zero(t) for t in series.terms[: shift - series.valuation]):
        raise NoClosedForm(f"the series starts at order {series.valuation}, below {shift}: there is a pole at 0")
    padded = [zero] * max(0, series.valuation - shift) + series.terms[max(0, shift - series.valuation) :]
    return padded[:count]


def constants_of(expr: Expr, x: Symbol) -> list[Expr]:
    """The parts of `expr` free of x, apart from exponents."""
    if not expr.has(x):
        return [expr]
    return [constant for part in ([expr.base] if expr.is_Pow else expr.args) for constant in constants_of(part, x)]


@final
class _Expander:
    """Evaluates an expression on truncated Laurent series with `length` known terms."""

    def __init__(self, x: Symbol, ring: Ring, length: int) -> None:
        self.x, self.ring, self.length = x, ring, length
        self.zero, self.one = ring.scalar(0), ring.scalar(1)

    def __call__(self, expr: Expr) -> _Laurent:
        if not expr.has(self.x):
            return self._constant(self._element(expr))
        if expr == self.x:
            return _Laurent(1, [self.one] + [self.zero] * (self.length - 1))
        if expr.is_Add:
            return self._add([self(part) for part in expr.args])
        if expr.is_Mul:
            return self._product([self(part) for part in expr.args])
        if isinstance(expr, sympy.log):
            return self._integrated_log(self(expr.args[0]))
        if isinstance(expr, sympy.LambertW) and len(expr.args) == 1:
            return self._lambert_w(self(expr.args[0]))
        base, exponent = expr.as_base_exp()
        if exponent.has(self.x):
            return self._exponential(base, self(exponent))
        if base == expr:
            raise NoClosedForm(f"no series of {expr} in {self.x} is known; give its coefficients instead")
        return self._power(self(base), exponent)

    def _element(self, expr: Expr) -> Element:
        if self.ring.join(Ring.of(expr)) is not self.ring:
            raise _MissingError(expr)
        return self.ring.convert(expr)

    def _constant(self, value: Element) -> _Laurent:
        return _Laurent(0, [value] + [self.zero] * (self.length - 1))

    def _trim(self, valuation: int, terms: list[Element]) -> _Laurent:
        skip = 0
        while skip < len(terms) and self.ring.is_zero(terms[skip]):
            skip += 1
        return _Laurent(valuation + skip, terms[skip:])

    def _add(self, parts: list[_Laurent]) -> _Laurent:
        low = min(part.valuation for part in parts)
        end = min(part.valuation + len(part.terms) for part in parts)
        total = [self.zero] * (end - low)
        for part in parts:
            for i in range(part.valuation, end):
                total[i - low] = total[i - low] + part.terms[i - part.valuation]
        return self._trim(low, total)

    def _product(self, parts: list[_Laurent]) -> _Laurent:
        result = parts[0]
        for part in parts[1:]:
            length = min(len(result.terms), len(part.terms))
            result = _Laurent(result.valuation + part.valuation, multiply(result.terms, part.terms, length, self.zero))
        return self._trim(result.valuation, result.terms)

    def _power(self, part: _Laurent, exponent: Expr) -> _Laurent:
        valuation = part.valuation * exponent
        if not part.terms:
            raise NoClosedForm(f"a power of a series that vanishes to order {self.length}")
        if not valuation.is_Integer:
            raise NoClosedForm(f"a term {self.x}**({valuation}) appears: the germ at 0 is not a power series")
        constant = self.ring.to_sympy(part.terms[0])
        inverse = self._element(1 / constant)
        if exponent == -1:
            return _Laurent(int(valuation), divide([self.one], part.terms, len(part.terms), inverse))
        leading, factor = self._element(Pow(constant, exponent)), self._element(exponent)
        return _Laurent(int(valuation), power(part.terms, factor, len(part.terms), leading, inverse))

    def _regular(self, part: _Laurent) -> list[Element]:
        if part.valuation < 0:
            raise NoClosedForm(f"an essential singularity at {self.x} = 0")
        return [self.zero] * part.valuation + part.terms

    def _exponential(self, base: Expr, part: _Laurent) -> _Laurent:
        terms = self._regular(part)
        constant = terms[0] if terms else self.zero
        if base != sympy.E:
            rate = self._element(sympy.log(base))
            terms = [rate * t for t in terms]
        leading = self._element(Pow(base, self.ring.to_sympy(constant)))
        result = [leading]
        for k in range(1, len(terms)):
            total = self.zero
            for j in range(1, k + 1):
                if terms[j] != 0:
                    total = total + terms[j] * j * result[k - j]
            result.append(total / k)
        return self._trim(0, result)

    def _integrated_log(self, part: _Laurent) -> _Laurent:
        if part.valuation != 0:
            raise NoClosedForm(f"a logarithm of {self.x}")
        inverse = self._element(1 / self.ring.to_sympy(part.terms[0]))
        slope = [t * k for k, t in enumerate(part.terms)][1:]
        quotient = divide(slope, part.terms, len(slope), inverse)
        constant = self._element(sympy.log(self.ring.to_sympy(part.terms[0])))
        return self._trim(0, [constant] + [t / (k + 1) for k, t in enumerate(quotient)])

    def _lambert_w(self, part: _Laurent) -> _Laurent:
        """W_0(u) = sum (-n)^(n-1) u^n/n! at u = 0."""
        if part.valuation < 1:
            raise NoClosedForm(f"Lambert's function of a series in {self.x} that is not 0 at 0")
        terms = self._regular(part)
        result = [self.zero] * len(terms)
        for n in range(len(terms) - 1, 0, -1):
            result[0] = result[0] + self.one * (-n) ** (n - 1) / factorial(n)
            result = multiply(result, terms, len(terms), self.zero)
        return self._trim(0, result)
