"""Moments of a curve by Newton's method modulo many primes, lifted to the integers with a proof.

With u_k = c^k h_k the integers found by Chinese remaindering modulo N satisfy F(c w, u) = 0 modulo N. If |u_k| <= 2^(a + b k), every coefficient
of F(c w, u) is at most sum |F_ij| c^i 2^(b (t - i) + a j) (t + j)^(j-1) in size; once that is below N/2 the coefficients are zero, not only zero
modulo N, and the root with the given start is unique. So neither a bound on the moments nor a proof that c clears all denominators is needed
beforehand.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil, log2, prod
from typing import final

import flint

from freealg.errors import BudgetExceeded
from freealg.exact.germ_equation import GermEquation, denominator_base

__all__ = ["ScaledGerm"]

_FIRST_STAGE = 48
_MOST_ROUNDS = 12


@final
class ScaledGerm:
    """The integers u_k = base^k h_k of a germ, exact, extended on demand.

    >>> equation = GermEquation(((1,), (-1,), (0, 1)), 1, (flint.fmpq(1), flint.fmpq(1)), 0, flint.fmpq(-1))
    >>> [int(u) for u in ScaledGerm(equation).first(8)]
    [1, 1, 2, 5, 14, 42, 132, 429]
    """

    def __init__(self, equation: GermEquation) -> None:
        self.equation = equation
        self.base = denominator_base(list(equation.start))
        self._known = self._scaled_start(self.base)

    def first(self, length: int) -> list[flint.fmpz]:
        """u_0, ..., u_{length-1}."""
        if length > len(self._known):
            if length > 2 * _FIRST_STAGE > 2 * len(self._known):
                self.first(_FIRST_STAGE)
            self._known = self._lifted(length)
        return self._known[:length]

    def modular(self, length: int, prime: int) -> list[int] | None:
        """u_0, ..., u_{length-1} modulo a prime."""
        return self.equation.modular_root(self.base, length, prime)

    def _lifted(self, length: int) -> list[flint.fmpz]:
        residues: list[list[int]] = []
        primes: list[int] = []
        bits, supply = self._predicted_bits(length), 0
        for round_number in range(_MOST_ROUNDS):
            while 61 * len(primes) < bits:
                prime = _prime(supply)
                supply += 1
                found = self.modular(length, prime) if self.base % prime else None
                if found is not None:
                    primes.append(prime)
                    residues.append(found)
            lifted = _combined(residues, primes)
            if self._proved(lifted, primes):
                return lifted
            if round_number == _MOST_ROUNDS // 2:  # more primes do not help, so c does not clear the denominators
                self._widen_base()
                residues, primes, supply = [], [], 0
            bits = max(bits * 5 // 4, bits + 61)
        raise BudgetExceeded(f"{length} moments could not be lifted from {len(primes)} primes; the denominators grow faster than {self.base}^k")

    def growth(self) -> float:
        """Bits that u_k gains per step of k, as far as the known terms tell."""
        sizes = [u.bit_length() for u in self._known]
        half = len(sizes) // 2
        rate = max((size / k for k, size in enumerate(sizes) if k and k >= half), default=1.0)
        return max(rate, (sizes[-1] - sizes[half]) / max(1, len(sizes) - 1 - half))

    def _predicted_bits(self, length: int) -> int:
        return ceil(length * self.growth() * 1.01) + 48 + 12 * self.equation.degree_y

    def _proved(self, lifted: list[flint.fmpz], primes: list[int]) -> bool:
        if lifted[: len(self._known)] != self._known:
            return False
        sizes = [u.bit_length() for u in lifted]
        length, v = len(lifted), self.equation.valuation
        rate = max(s / k for k, s in enumerate(sizes) if 2 * k >= length)
        offset = max(s - rate * k for k, s in enumerate(sizes))
        top = length + v
        logs = [
            log2(abs(c)) - rate * i + offset * j + max(0, j - 1) * log2(top + j)
            for j, row in enumerate(self.equation.scaled_rows(self.base))
            for i, c in enumerate(row)
            if c
        ]
        bound = rate * top + max(logs) + log2(len(logs)) + 2
        return bound < sum(log2(p) for p in primes)

    def _widen_base(self) -> None:
        """Only primes of the leading coefficient of F_y on the germ can stand in denominators: one more power of each."""
        lead = abs(self.equation.lead.p)
        base = self.base * (prod(int(p) for p, _ in lead.factor()) if lead > 1 else 2)
        self.base, self._known = base, self._scaled_start(base)  # together: an interruption must not part them

    def _scaled_start(self, base: int) -> list[flint.fmpz]:
        return [h.p * (flint.fmpz(base) ** k // h.q) for k, h in enumerate(self.equation.start)]


def _combined(residues: list[list[int]], primes: list[int]) -> list[flint.fmpz]:
    """The integers of least absolute value with the given residues."""
    modulus = flint.fmpz(1)
    for p in primes:
        modulus *= p
    weights = []
    for p in primes:
        cofactor = modulus // p
        weights.append(cofactor * pow(int(cofactor % p), -1, p))
    table = flint.fmpz_mat([list(row) for row in zip(*residues, strict=True)]) * flint.fmpz_mat([[w] for w in weights])
    half = modulus // 2
    return [(x + half) % modulus - half for x in table.entries()]


@lru_cache(maxsize=8192)
def _prime(index: int) -> int:
    """The primes below 2^62, from the largest down."""
    candidate = flint.fmpz(2**62 if index == 0 else _prime(index - 1)) - 1
    while not candidate.is_prime():
        candidate -= 1
    return int(candidate)
