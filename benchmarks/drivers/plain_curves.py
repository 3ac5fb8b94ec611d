"""Equations of G by SymPy alone: two curves, a resultant, its factors, the one the germ at infinity selects."""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy import Rational

HALF = Rational(1, 2)
G, Z, Y, M = sp.symbols("G z y m")


def marchenko_pastur(ratio: Any) -> Any:
    return ratio * Z * G**2 + (1 - ratio - Z) * G + 1


def semicircle(variance: Any) -> Any:
    return variance * G**2 - Z * G + 1


def atoms(masses: dict[int, Any]) -> Any:
    return sp.numer(sp.together(G - sum(w / (Z - a) for a, w in masses.items())))


def free_sum(one: Any, two: Any, germ: list[Any]) -> Any:
    """z = y_1 + y_2 - 1/G: resultant, factor, the factor nearest to zero on the germ at infinity."""
    shifted = sp.numer(sp.together(two.subs(Z, Z - Y + 1 / G)))
    return physical(sp.resultant(one.subs(Z, Y), shifted, Y), germ)


def free_product(one: Any, two: Any, germ: list[Any]) -> Any:
    """z = y_1 y_2 m/(1 + m), m = y_i G_i - 1."""
    first = sp.numer(sp.together(one.subs({Z: Y, G: (1 + M) / Y}, simultaneous=True)))
    inverse = Z * (1 + M) / (M * Y)
    second = sp.numer(sp.together(two.subs({Z: inverse, G: (1 + M) / inverse}, simultaneous=True)))
    return physical(sp.expand(sp.resultant(first, second, Y).subs(M, Z * G - 1)), germ)


def physical(eliminated: Any, germ: list[Any]) -> Any:
    z = Rational(10**6)
    at = {Z: z, G: sum((m / z ** (k + 1) for k, m in enumerate([1, *germ])), sp.Integer(0))}
    factors = [factor for factor, _ in sp.factor_list(eliminated)[1] if factor.has(G)]
    return min(factors, key=lambda f: abs(f.subs(at)) / sum(abs(t.subs(at)) for t in sp.Add.make_args(sp.expand(f))))


def moments_from_cumulants(kappa: list[Any]) -> list[Any]:
    """m_n = [g^n] C(g)^(n+1)/(n+1), a few terms."""
    g = sp.Dummy("g")
    C = 1 + sum(k * g ** (n + 1) for n, k in enumerate(kappa))
    return [sp.Poly(C ** (n + 1), g).coeff_monomial(g**n) / (n + 1) for n in range(1, len(kappa) + 1)]


def eliminated(name: str) -> Any:
    if name == "hessian":
        return free_sum(
            marchenko_pastur(HALF), semicircle(Rational(1, 4)), moments_from_cumulants([1, Rational(3, 4), Rational(1, 4), Rational(1, 8)])
        )
    if name == "product":  # kappa of MP (1/2) [x] (delta_1 + delta_3)/2: (1/2)^(n-1) E a^n
        kappa = [HALF ** (n - 1) * (1 + 3**n) / 2 for n in range(1, 5)]
        return free_product(marchenko_pastur(HALF), atoms({1: HALF, 3: HALF}), moments_from_cumulants(kappa))
    if name == "degree9":
        kappa = moments_from_cumulants([Rational(2, 5) ** (n - 1) for n in range(1, 5)])  # the free cumulants of MP(1) [x] mu are mu's moments
        product = free_product(marchenko_pastur(1), marchenko_pastur(Rational(2, 5)), moments_from_cumulants(kappa))
        two = free_sum(atoms({-2: HALF, 2: HALF}), semicircle(1), moments_from_cumulants([0, 5, 0, -16]))
        return free_sum(two, product, moments_from_cumulants([k + e for k, e in zip(kappa, [0, 5, 0, -16], strict=True)]))
    raise KeyError(name)


def polynomial(task: dict[str, Any]) -> dict[tuple[int, int], Rational]:
    return {tuple(map(int, key.split(","))): Rational(value) for key, value in task["equation"].items()}
