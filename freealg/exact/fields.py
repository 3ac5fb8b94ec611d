"""The one place where SymPy and FLINT meet: rings Q[generators, inverses] with SymPy meaning and FLINT speed.

A `Ring` is Q[g_1, ..., g_r, 1/d_1, ..., 1/d_s]. A generator is a base together with the root taken of it (`s**(1/2)` when square roots
of s occur), so that s and sqrt(s) never pass for independent; anything that is not a polynomial, `erf(1/sqrt(2*q))` or `p**L`, is a
generator of its own. A root of something known keeps its relation (t**2 = 2). The d_k are irreducible polynomials that were seen in a denominator.
Elements are `fmpq` when there are no generators and `fmpq_mpoly` otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from math import comb, lcm
from typing import Any, ClassVar, final

import flint
import sympy
from sympy import Add, CRootOf, Expr, Integer, Mul, Pow, Rational, Symbol, default_sort_key

from freealg.errors import BudgetExceeded, InvalidInput, shown
from freealg.exact.canonical_sums import canonical_sum
from freealg.exact.coerce import fmpq_of, rational_from_fmpq
from freealg.exact.factoring import factored
from freealg.exact.generators import collect, power_parts, prime_powers, split_power

__all__ = ["Element", "Fraction", "Poly", "Ring", "univariate"]

Element = Any  # flint.fmpq | flint.fmpq_mpoly: FLINT ships no types
Poly = Any  # flint.fmpz_mpoly in a ring's base context
Fraction = tuple[Any, Any]
Base = tuple[Expr, int]

_NAMES: dict[Any, str] = {}
_MOST_EXPONENT, _MOST_TERMS = 1_000_000, 1_000_000
_FRESH = count()  # one name is never given twice, even to two threads that ask at once


def _name(key: Any) -> str:
    """A context variable's name: the same key has the same name in every ring, so FLINT can move elements by name."""
    return _NAMES.get(key) or _NAMES.setdefault(key, f"p{next(_FRESH)}")


def _key(poly: Poly) -> tuple[Any, ...]:
    return tuple((monomial, int(coefficient)) for monomial, coefficient in sorted(poly.to_dict().items()))


@final
class Ring:
    """Q[bases, 1/denominators]; interned, so two rings over the same things are one object.

    >>> from sympy import symbols
    >>> phi, eps = symbols("phi eps")
    >>> ring = Ring.of(phi, 2*eps)
    >>> ring.to_sympy(ring.convert(phi + 2*eps)**2)
    4*eps**2 + 4*eps*phi + phi**2
    """

    _interned: ClassVar[dict[Any, Ring]] = {}

    def __init__(self, bases: tuple[Base, ...], denominators: tuple[Poly, ...]) -> None:
        self.bases = bases
        self.generators = tuple(Pow(base, Rational(1, root)) for base, root in bases)
        self.names = tuple(_name(base) for base in bases)
        self.base_context = flint.fmpz_mpoly_ctx.get(self.names, "lex")
        self.denominators = denominators
        inverse_names = tuple(_name(("inverse", self.names, _key(d))) for d in denominators)
        self.context: Any = flint.fmpq_mpoly_ctx.get(self.names + inverse_names, "lex") if bases else None
        self._index = {base: i for i, (base, _) in enumerate(bases)}
        self._lifts: dict[int, tuple[Any, ...]] = {}
        self.relations = self._find_relations()

    @classmethod
    def make(cls, bases: Iterable[Base], denominators: Iterable[Poly] = ()) -> Ring:
        """The ring over these bases (any order) with these irreducible denominators inverted."""
        ordered = tuple(sorted(bases, key=lambda pair: default_sort_key(pair[0])))
        unique = {_key(d): d for d in denominators}
        key = (ordered, tuple(sorted(unique)))
        ring = cls._interned.get(key)
        if ring is None:
            ring = cls._interned.setdefault(key, cls(ordered, tuple(unique[k] for k in sorted(unique))))
        return ring

    @classmethod
    def of(cls, *expressions: Expr) -> Ring:
        """The smallest ring in which all the expressions can be written."""
        found: dict[Expr, int] = {}
        for expr in expressions:
            collect(expr, found)
        plain = cls.make(found.items())
        denominators = [plain.fraction(expr)[1] for expr in expressions]
        return plain.inverting(*denominators)

    def inverting(self, *polys: Poly) -> Ring:
        """This ring with the irreducible factors of the base polynomials inverted as well."""
        wanted = {_key(d): d for d in self.denominators}
        for poly in polys:
            for factor, _ in factored(poly)[1]:
                if self._field_inverse(factor) is None:
                    wanted.setdefault(_key(_positive(factor)), _positive(factor))
        return Ring.make(self.bases, wanted.values())

    def join(self, other: Ring) -> Ring:
        """The smallest ring that contains both."""
        if self is other:
            return self
        merged = dict(self.bases)
        for base, root in other.bases:
            merged[base] = lcm(merged.get(base, 1), root)
        plain = Ring.make(merged.items())
        polys = [plain.lift_poly(d, ring) for ring in (self, other) for d in ring.denominators]
        return plain.inverting(*polys)

    # -- into the ring ------------------------------------------------------------------------------------------------

    def fraction(self, expr: Expr) -> Fraction:
        """`expr` as numerator and denominator in Z[generators], without common factors."""
        if expr.is_Rational:
            return self.base_context.constant(int(expr.p)), self.base_context.constant(int(expr.q))
        if expr.is_Add:
            return self._sum([self.fraction(part) for part in expr.args])
        if expr.is_Mul:
            return self._product([self.fraction(part) for part in expr.args])
        if expr is sympy.I:
            return self._generator_power(Integer(-1), Rational(1, 2))
        parts = power_parts(expr)
        if parts:
            return self._product([self.fraction(part) for part in parts])
        base, exponent = split_power(expr)
        if exponent.is_Integer and base != expr:
            return self._power(self.fraction(base), int(exponent))
        if base.is_Rational:
            factors = [self._generator_power(prime, exponent * power) for prime, power in prime_powers(base)]
            return self._product(factors)
        return self._generator_power(base, exponent)

    def convert(self, expr: Expr) -> Element:
        """The element of this ring equal to `expr`."""
        if expr.is_Rational:
            return self.scalar(fmpq_of(expr))
        numerator, denominator = self.fraction(expr)
        return self.reduce(self.embed(numerator) * self.inverse_of_poly(denominator))

    def scalar(self, value: Any) -> Element:
        """The rational number `value` as an element."""
        return flint.fmpq(value) if self.context is None else self.context.constant(flint.fmpq(value))

    def embed(self, poly: Poly) -> Element:
        """A polynomial of Z[generators] as an element."""
        if self.context is None:
            return flint.fmpq(_constant(poly))
        padding = (0,) * len(self.denominators)
        return self.context.from_dict({(*m, *padding): flint.fmpq(c) for m, c in poly.to_dict().items()})

    def inverse_of_poly(self, poly: Poly) -> Element:
        """1/poly; every irreducible factor must be an inverted one."""
        if poly.is_zero():
            raise InvalidInput("a denominator is identically zero; change the parameters")
        content, factors = factored(poly)
        result = self.scalar(flint.fmpq(1) / flint.fmpq(content))
        keys = {_key(d): i for i, d in enumerate(self.denominators)}
        for factor, power in factors:
            inverse = self._field_inverse(factor)
            if inverse is not None:
                result = self.reduce(result * inverse**power)
                continue
            sign = 1 if factor.leading_coefficient() > 0 else -1
            generator = self.context.gen(len(self.bases) + keys[_key(_positive(factor))])
            result = result * generator**power * sign**power
        return result

    def lift_poly(self, poly: Poly, source: Ring) -> Poly:
        """A base polynomial of `source` as a base polynomial of this larger ring."""
        images = [self._generator_power(base, Rational(1, root))[0] for base, root in source.bases]
        return poly.compose(*images, ctx=self.base_context) if images else self.base_context.constant(_constant(poly))

    def lift(self, element: Element, source: Ring) -> Element:
        """An element of `source` as an element of this larger ring."""
        if source is self:
            return element
        if source.context is None:
            return self.scalar(element)
        images = self._lifts.get(id(source))
        if images is None:
            bases = [self.embed(self._generator_power(base, Rational(1, root))[0]) for base, root in source.bases]
            inverses = [self.inverse_of_poly(self.lift_poly(d, source)) for d in source.denominators]
            images = self._lifts.setdefault(id(source), tuple(bases + inverses))
        return element.compose(*images, ctx=self.context)

    # -- out of the ring ----------------------------------------------------------------------------------------------

    def over_common_denominator(self, element: Element) -> Fraction:
        """The element as numerator and denominator in Z[generators], the known denominators divided out."""
        element = self.reduce(element)
        if self.context is None:
            return self.base_context.constant(int(element.p)), self.base_context.constant(int(element.q))
        scale = _common_denominator(element.coeffs())
        size = len(self.bases)
        groups: dict[tuple[int, ...], dict[Any, Any]] = {}
        for monomial, coefficient in element.to_dict().items():
            groups.setdefault(monomial[size:], {})[monomial[:size]] = int((coefficient * scale).p)
        powers = [max((tail[k] for tail in groups), default=0) for k in range(len(self.denominators))]
        numerator = self.base_context.constant(0)
        for tail, terms in groups.items():
            part = self.base_context.from_dict(terms)
            for d, power, used in zip(self.denominators, powers, tail, strict=True):
                part = part * d ** (power - used)
            numerator = numerator + part
        return self._cancel(numerator, powers, scale)

    def to_sympy(self, element: Element) -> Expr:
        """The SymPy expression of an element: expanded, over the product of its denominators where there are any."""
        if self.context is None:
            return rational_from_fmpq(element)
        if not self.denominators:
            return self.sum_to_sympy(self.reduce(element).to_dict())
        numerator, denominator = self.over_common_denominator(element)
        content, factors = factored(denominator)
        laurent = [0] * len(self.bases)
        below: list[Expr] = []
        for factor, power in factors:
            if len(factor.to_dict()) == 1:
                laurent = [a + power * b for a, b in zip(laurent, factor.monomial(0), strict=True)]
            else:
                below.append(Pow(self.poly_to_sympy(factor), -power))
        terms = {tuple(a - b for a, b in zip(m, laurent, strict=True)): flint.fmpq(c) / content for m, c in numerator.to_dict().items()}
        return Mul(self.sum_to_sympy(terms), *below)

    def poly_to_sympy(self, poly: Poly) -> Expr:
        """The SymPy expression of a polynomial of Z[generators]."""
        return self.sum_to_sympy({m: flint.fmpq(c) for m, c in poly.to_dict().items()})

    def sum_to_sympy(self, terms: dict[tuple[int, ...], flint.fmpq]) -> Expr:
        """A sum of monomials in the generators; canonical SymPy built in one go where the generators are plain symbols."""
        numbers = {monomial: rational_from_fmpq(c) for monomial, c in terms.items()}
        if all(root == 1 and base.is_Symbol for base, root in self.bases):
            return canonical_sum(numbers, self.generators)
        return Add(*(_evaluated_term(c, self.generators, monomial) for monomial, c in numbers.items()))

    def reduce(self, element: Element) -> Element:
        """The element with every root's relation used: no power of t beyond t**(n-1) where t**n is known."""
        if not self.relations or self.context is None:
            return element
        while True:
            powers = element.to_dict()
            high = [i for i, (degree, _) in self.relations.items() if any(m[i] >= degree for m in powers)]
            if not high:
                return element
            for index in high:  # reducing a nested root may raise the power of an inner one
                element = self._reduce_one(element, index, *self.relations[index])

    def is_zero(self, element: Element) -> bool:
        """Whether the element is 0; a denominator times its inverse is 1 only after this look."""
        if element == 0:
            return True
        return bool(self.denominators or self.relations) and self.over_common_denominator(element)[0].is_zero()

    def free_symbols(self) -> set[Symbol]:
        """The symbols in the generators."""
        return set().union(*(base.free_symbols for base, _ in self.bases)) if self.bases else set()

    # -- inside -------------------------------------------------------------------------------------------------------

    def _find_relations(self) -> dict[int, tuple[int, Any]]:
        """Generator index -> (n, b) with t**n = b, b a polynomial in the other generators, or in t below t**n where t is a `CRootOf`."""
        relations = {}
        for index, (base, root) in enumerate(self.bases):
            if isinstance(base, CRootOf):
                relations[index] = self._minimal_relation(index, base.poly.all_coeffs())
                continue
            if root == 1 or not (base.is_Integer or base.is_Add or base.is_Mul):
                continue
            numerator, denominator = self.fraction(base)
            if denominator.is_one():
                relations[index] = (root, numerator)
        return relations

    def _minimal_relation(self, index: int, coefficients: list[Expr]) -> tuple[int, Any]:
        """t**n = -(c_0 + ... + c_(n-1) t**(n-1)) for a monic minimal polynomial."""
        if coefficients[0] != 1:
            raise InvalidInput(f"{self.generators[index]} is not an algebraic integer; write it as one divided by an integer")
        t, tail = self.base_context.gen(index), self.base_context.constant(0)
        for c in coefficients[1:]:
            tail = tail * t - int(c)
        return len(coefficients) - 1, tail

    def _field_inverse(self, factor: Poly) -> Element | None:
        """1/factor as a polynomial in the one generator that occurs, where that is a `CRootOf`; None otherwise."""
        used = {i for monomial in factor.to_dict() for i, e in enumerate(monomial) if e}
        if len(used) != 1 or not isinstance(self.bases[min(used)][0], CRootOf):
            return None
        index = used.pop()
        degree, tail = self.relations[index]
        modulus, value = flint.fmpq_poly([0] * degree + [1]) - univariate(tail, index), univariate(factor, index)
        common, inverse, _ = value.xgcd(modulus)
        if common.degree() != 0:
            raise InvalidInput(f"a denominator is zero at {self.generators[index]}; change the parameters")
        t = self.context.gen(index)
        return sum((t**k * c for k, c in enumerate(inverse.coeffs())), self.context.constant(0))

    def _reduce_one(self, element: Element, index: int, degree: int, tail: Poly) -> Element:
        groups: dict[int, dict[Any, Any]] = {}
        for monomial, coefficient in element.to_dict().items():
            quotient, remainder = divmod(monomial[index], degree)
            groups.setdefault(quotient, {})[(*monomial[:index], remainder, *monomial[index + 1 :])] = coefficient
        known = self.embed(tail)
        result = self.context.constant(0)
        for quotient, terms in groups.items():
            result = result + self.context.from_dict(terms) * known**quotient
        return result

    def _generator_power(self, base: Expr, exponent: Rational) -> Fraction:
        index = self._index.get(base)
        if index is None:
            raise InvalidInput(f"{base} is not in the ring over {', '.join(map(str, self.generators)) or 'Q'}")
        power = exponent * self.bases[index][1]
        generator, one = self.base_context.gen(index), self.base_context.constant(1)
        return (generator ** int(power), one) if power >= 0 else (one, generator ** int(-power))

    def _sum(self, parts: Sequence[Fraction]) -> Fraction:
        numerator, denominator = parts[0]
        for n, d in parts[1:]:
            common = denominator.gcd(d)
            numerator = numerator * (d / common) + n * (denominator / common)
            denominator = denominator * (d / common)
        return self._lowest(numerator, denominator)

    def _product(self, parts: Sequence[Fraction]) -> Fraction:
        numerator = denominator = self.base_context.constant(1)
        for n, d in parts:
            numerator, denominator = numerator * n, denominator * d
        return self._lowest(numerator, denominator)

    def _power(self, part: Fraction, exponent: int) -> Fraction:
        numerator, denominator = part if exponent >= 0 else part[::-1]
        if denominator.is_zero():
            raise InvalidInput("a denominator is identically zero; change the parameters")
        _require_small(numerator, abs(exponent))
        _require_small(denominator, abs(exponent))
        return self._lowest(numerator ** abs(exponent), denominator ** abs(exponent))

    def _lowest(self, numerator: Poly, denominator: Poly) -> Fraction:
        if denominator.is_one():
            return numerator, denominator
        common = numerator.gcd(denominator)
        if denominator.leading_coefficient() < 0:
            common = -common
        return numerator / common, denominator / common

    def _cancel(self, numerator: Poly, powers: list[int], scale: int) -> Fraction:
        denominator = self.base_context.constant(scale)
        for d, power in zip(self.denominators, powers, strict=True):
            for _ in range(power):
                quotient, remainder = divmod(numerator, d)
                if remainder.is_zero():
                    numerator = quotient
                else:
                    denominator = denominator * d
        return numerator, denominator


def univariate(poly: Any, index: int = 0) -> flint.fmpq_poly:
    """A polynomial, or an element of a ring, in which one variable occurs alone."""
    terms = {monomial[index]: flint.fmpq(c) for monomial, c in poly.to_dict().items()}
    return flint.fmpq_poly([terms.get(k, 0) for k in range(max(terms, default=0) + 1)])


def _positive(poly: Poly) -> Poly:
    return poly if poly.leading_coefficient() > 0 else -poly


def _constant(poly: Poly) -> int:
    return int(poly.leading_coefficient()) if not poly.is_zero() else 0


def _common_denominator(coefficients: Iterable[flint.fmpq]) -> int:
    return lcm(1, *(int(c.q) for c in coefficients))


def _evaluated_term(coefficient: Rational, generators: tuple[Expr, ...], monomial: tuple[int, ...]) -> Expr:
    return Mul(coefficient, *(Pow(g, e) for g, e in zip(generators, monomial, strict=True) if e))


def _require_small(poly: Poly, exponent: int) -> None:
    """A sum of k terms to the power e has up to binomial(e + k - 1, e) terms."""
    terms = len(poly)
    if exponent > _MOST_EXPONENT or comb(exponent + terms - 1, min(exponent, max(terms - 1, 0))) > _MOST_TERMS:
        raise BudgetExceeded(
            f"the power {shown(exponent)} of {terms} terms is over the budget of {_MOST_TERMS} terms and the exponent {_MOST_EXPONENT}; "
            "give the parameters numbers first"
        )
