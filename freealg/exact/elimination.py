"""Elimination: a resultant, its spurious factors stripped, and the factor that the germ at infinity annihilates, with the proof.

The germ g(w) = w + m_1 w^2 + m_2 w^3 + ... (w = 1/z) is a root of the resultant by construction, so exactly one irreducible factor
annihilates it. A factor is out as soon as one coefficient of w^deg_z(Q) Q(1/w, g(w)) is not zero; that is checked modulo a prime
at a random point of the parameters, where a non-zero value is a proof. When one factor is left it is the right one.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from math import comb, prod
from typing import Any, final

import flint

from freealg.errors import BudgetExceeded, InvalidInput, shown
from freealg.exact.coerce import whole_number
from freealg.exact.curve import Curve
from freealg.exact.factoring import factored
from freealg.exact.fields import Element, Poly, Ring
from freealg.exact.series import Sequence

__all__ = [
    "DEFAULT_BUDGET",
    "Choice",
    "choose_factor",
    "elimination_budget",
    "irreducible_factors",
    "power",
    "require_size",
    "resultant",
    "without_roots",
]

DEFAULT_BUDGET = 120_000
_BUDGET: ContextVar[int] = ContextVar("elimination_budget", default=DEFAULT_BUDGET)
_TRIES = 4_000
_MOST_TERMS = 512
_FEW = 50


@final
@dataclass(frozen=True)
class Choice:
    """The chosen irreducible curve, and the rejected factors with the order at which each failed."""

    curve: Curve
    rejected: tuple[tuple[Curve, int], ...]


@contextmanager
def elimination_budget(limit: int | None) -> Iterator[None]:
    """Run the body with another bound on the predicted number of terms of an elimination; None leaves it as it is."""
    terms = _BUDGET.get() if limit is None else whole_number(limit)
    if terms is None or terms < 1:
        raise InvalidInput(f"the budget of an elimination is a number of terms >= 1, not {shown(limit)}; the default is {_BUDGET.get()}")
    token = _BUDGET.set(terms)
    try:
        yield
    finally:
        _BUDGET.reset(token)


def resultant(a: Poly, b: Poly, place: int) -> Poly:
    """Res of a and b in variable number `place`; the size is predicted first and `BudgetExceeded` raised before any work."""
    da, db = int(a.degrees()[place]), int(b.degrees()[place])
    require_size(predicted_size(a, b, place), f"an elimination of degrees {shown(da)} and {shown(db)}")
    return a.resultant(b, place)


def power(poly: Poly, exponent: int) -> Poly:
    """poly**exponent; terms and degrees are bounded first, for FLINT ends the process when memory runs out and cannot be interrupted in factoring."""
    degrees = [int(degree) * exponent for degree in poly.degrees()]
    terms, dense = len(poly), prod(1 + degree for degree in degrees)
    sparse = comb(exponent + terms - 1, terms - 1) if 0 < terms < _FEW else dense
    require_size(max(min(dense, sparse), *degrees), f"the power {shown(exponent)} of a polynomial of {terms} terms")
    return poly**exponent


def require_size(size: int, what: str) -> None:
    """Raise `BudgetExceeded` when a polynomial may have more terms than the budget allows; nothing was started."""
    budget = _BUDGET.get()
    if size > budget:
        raise BudgetExceeded(
            f"{what} may have {shown(size)} terms, over the budget of {budget}; "
            "moments and free cumulants do not need it, and `cauchy_equation(..., budget=...)` raises the limit"
        )


def predicted_size(a: Poly, b: Poly, place: int) -> int:
    """The number of monomials the resultant may have, from the degrees alone."""
    da, db = [int(d) for d in a.degrees()], [int(d) for d in b.degrees()]
    size = 1
    for k, (ka, kb) in enumerate(zip(da, db, strict=True)):
        if k != place:
            size *= 1 + ka * db[place] + kb * da[place]
    return size * max(1, da[place] + db[place])


def irreducible_factors(poly: Poly, ring: Ring) -> list[Curve]:
    """The distinct irreducible factors over Q(parameters) that involve G and are not G itself."""
    curves = []
    for factor, _ in factored(poly)[1]:
        degrees = factor.degrees()
        if int(degrees[0]) > 0 and len(factor.to_dict()) != 1:
            sign = 1 if factor.leading_coefficient() > 0 else -1
            curves.append(Curve(ring, factor * sign))
    return curves


def without_roots(poly: Poly, ring: Ring) -> Poly:
    """The norm of `poly`: every generator with a relation t**n = b that occurs in it is eliminated, so that the result is over Q(free parameters)."""
    for index, (degree, tail) in sorted(ring.relations.items(), reverse=True):
        place = poly.context().nvars() - len(ring.bases) + index
        if int(poly.degrees()[place]) > 0:
            t = poly.context().gen(place)
            relation = t**degree - tail.project_to_context(poly.context())
            poly = resultant(poly, relation, place)
    return poly


def choose_factor(candidates: list[Curve], germ: Sequence) -> Choice:
    """The candidate that annihilates the germ with moments `germ`, proved by the failure of all others."""
    rejected: list[tuple[Curve, int]] = []
    alive = list(candidates)
    count = 4
    while len(alive) > 1:
        orders = _first_failures(alive, germ, count)
        rejected += [(curve, order) for curve, order in zip(alive, orders, strict=True) if order is not None]
        alive = [curve for curve, order in zip(alive, orders, strict=True) if order is None]
        count *= 2
        if count > _MOST_TERMS:
            raise BudgetExceeded(f"{len(alive)} factors agree with the germ to order {count}; give more exact moments")
    if not alive or _first_failures(alive, germ, 6)[0] is not None:
        raise InvalidInput(
            "no branch of the curve has the moments given: G = 1/z + m_1/z**2 + ... annihilates no factor; check the equation and the moments"
        )
    return Choice(alive[0], tuple(rejected))


def _first_failures(curves: list[Curve], germ: Sequence, count: int) -> list[int | None]:
    """For each curve the first order at which the germ is not a root, None where it is one up to what `count` moments can tell."""
    ring = germ.ring
    for curve in curves:
        ring = ring.join(curve.ring)
    point = ModularPoint.of(ring)
    prime = point.prime
    length = count + 2
    w = flint.nmod_poly([0, 1], prime)
    series = flint.nmod_poly([0, 1, *(point(m) for m in germ.over(ring).first(count))], prime)
    powers = [flint.nmod_poly([1], prime)]
    failures: list[int | None] = []
    for curve in curves:
        while len(powers) <= curve.degree_G:
            powers.append(flint.nmod_poly([int(c) for c in (powers[-1] * series).coeffs()[:length]], prime))
        total = flint.nmod_poly([0], prime)
        for (i, j), coefficient in curve.coefficient_table().items():
            value = point(ring.embed(ring.lift_poly(coefficient, curve.ring)))
            total = total + powers[j] * value * w ** (curve.degree_z - i)
        failures.append(next((k for k, c in enumerate(total.coeffs()[:length]) if int(c)), None))
    return failures


@final
@dataclass(frozen=True)
class ModularPoint:
    """A homomorphism from a ring to Z/p: random values for the free generators, roots of their relations for the others."""

    prime: int
    values: tuple[int, ...]

    @classmethod
    def of(cls, ring: Ring) -> ModularPoint:
        """A point at which every relation holds and no denominator vanishes; primes = 1 mod 840 have many roots of unity."""
        source = random.Random(len(ring.bases))
        for _ in range(_TRIES):
            prime = _random_prime(source)
            values = _solve_relations(ring, source, prime)
            if values is not None:
                inverses = [_value(d.to_dict(), values, prime) for d in ring.denominators]
                if all(inverses):
                    return cls(prime, (*values, *(pow(v, -1, prime) for v in inverses)))
        raise BudgetExceeded(f"no prime was found at which {', '.join(map(str, ring.generators))} all have values; replace some of them by symbols")

    def __call__(self, element: Element) -> int:
        """The value of an element."""
        if hasattr(element, "to_dict"):
            return _value(element.to_dict(), self.values, self.prime)
        return int(element.p) * pow(int(element.q), -1, self.prime) % self.prime


def _random_prime(source: random.Random) -> int:
    while True:
        candidate = 840 * source.randrange(2**51, 2**52) + 1
        if flint.fmpz(candidate).is_prime():
            return candidate


def _solve_relations(ring: Ring, source: random.Random, prime: int) -> list[int] | None:
    values = [source.randrange(2, prime) for _ in ring.bases]
    for _ in range(len(ring.relations) and len(ring.relations) + 1):
        for index, (degree, tail) in ring.relations.items():
            factors = _relation_at(index, degree, tail.to_dict(), values, prime).factor()[1]
            linear = [f for f, _ in factors if f.degree() == 1]
            if not linear:
                return None
            values[index] = -int(linear[0][0]) * pow(int(linear[0][1]), -1, prime) % prime
    return values


def _relation_at(index: int, degree: int, tail: dict[tuple[int, ...], Any], values: list[int], prime: int) -> Any:
    """t**degree - tail modulo the prime, a polynomial in t = generator number `index`, the other generators at their values."""
    rest = [*values[:index], 1, *values[index + 1 :]]
    below = [0] * degree
    for monomial, coefficient in tail.items():
        below[monomial[index]] += _value({monomial: coefficient}, rest, prime)
    return flint.nmod_poly([-c % prime for c in below] + [1], prime)


def _value(terms: dict[tuple[int, ...], Any], values: Iterable[int], prime: int) -> int:
    total = 0
    for monomial, coefficient in terms.items():
        q = flint.fmpq(coefficient)
        term = int(q.p) * pow(int(q.q), -1, prime) % prime
        for value, exponent in zip(values, monomial, strict=False):
            if exponent:
                term = term * pow(value, exponent, prime) % prime
        total += term
    return total % prime
