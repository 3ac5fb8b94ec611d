"""What generates a ring over Q: the bases of powers, with the root taken of each, and the primes of numbers under roots."""

from __future__ import annotations

from functools import lru_cache
from math import lcm

import flint
import sympy
from sympy import Expr, Integer, Piecewise, Pow, Rational

from freealg.errors import BudgetExceeded, NoClosedForm, shown

__all__ = ["collect", "power_parts", "prime_powers", "split_power"]

_BITS = 160


def split_power(expr: Expr) -> tuple[Expr, Rational]:
    """`b**(c*rest)` as the pair (base, rational exponent): p**(-2*L) gives (p**L, -2), sqrt(s) gives (s, 1/2), exp(3*x) gives (exp(x), 3)."""
    base, exponent = expr.as_base_exp()
    if exponent.is_Rational:
        return base, exponent
    coefficient, rest = exponent.as_coeff_Mul()
    if not coefficient.is_Rational or coefficient == 1:
        return expr, Integer(1)
    return Pow(base, rest), coefficient


def power_parts(expr: Expr) -> tuple[Expr, ...]:
    """The factors b**u, b**v of `b**(u + v)`; empty when the exponent is no sum."""
    base, exponent = expr.as_base_exp()
    return tuple(Pow(base, part) for part in exponent.args) if exponent.is_Add else ()


def collect(expr: Expr, found: dict[Expr, int]) -> None:
    """Add the generators of `expr` to {base: root}: the roots that occur of one base are joined by their least common multiple."""
    if expr.is_Rational:
        return
    if isinstance(expr, Piecewise):
        raise NoClosedForm(f"{shown(expr)} distinguishes cases, and exact algebra takes one formula; ask with one case at a time")
    if expr.is_Add or expr.is_Mul:
        for part in expr.args:
            collect(part, found)
        return
    if expr is sympy.I:
        found[Integer(-1)] = lcm(found.get(Integer(-1), 1), 2)
        return
    parts = power_parts(expr)
    if parts:
        for part in parts:
            collect(part, found)
        return
    base, exponent = split_power(expr)
    if exponent.is_Integer and base != expr:
        collect(base, found)
        return
    _collect_root(base, exponent, found)


def _collect_root(base: Expr, exponent: Rational, found: dict[Expr, int]) -> None:
    if base.is_Rational:
        for prime, _ in prime_powers(base):
            found[prime] = lcm(found.get(prime, 1), exponent.q)
        return
    if base.is_Add or base.is_Mul:
        collect(base, found)
    found[base] = lcm(found.get(base, 1), exponent.q)


@lru_cache(maxsize=4096)
def prime_powers(number: Rational) -> list[tuple[Integer, int]]:
    """[(p, k), ...] with number = product of p**k, -1 among the p of a negative one.

    Raises `BudgetExceeded` where a factor of more than 160 bits without small primes is left, since the time to split it has no useful bound.

    >>> prime_powers(Rational(-12, 5))
    [(-1, 1), (2, 2), (3, 1), (5, -1)]
    """
    powers = [(p, k) for p, k in _factors(abs(int(number.p)))] + [(p, -k) for p, k in _factors(int(number.q))]
    return powers if number > 0 else [(Integer(-1), 1), *powers]


def _factors(number: int) -> list[tuple[Integer, int]]:
    found = []
    for p, k in flint.fmpz(number).factor_smooth() if number > 1 else []:
        if p.is_prime():
            found.append((p, int(k)))
        elif p.bit_length() <= _BITS:
            found += [(q, int(k * j)) for q, j in p.factor()]
        else:
            raise BudgetExceeded(f"a root of a number with a factor of {p.bit_length()} bits needs its primes; write that number as a symbol")
    return sorted((Integer(int(p)), k) for p, k in found)
