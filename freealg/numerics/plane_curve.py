"""P(z, G) = 0 with the germ at infinity that selects the branch: what the density engine works on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import comb
from typing import Any, final

import flint

from freealg.errors import InvalidInput, shown
from freealg.exact.context import ball_precision, cached_property

__all__ = ["PlaneCurve", "as_acb"]


def as_acb(value: Any) -> flint.acb:
    """The ball of an exact or ball number; a pair (re, im) is re + i im.

    >>> as_acb((flint.fmpq(1, 2), flint.fmpq(-1)))
    0.500000000000000 - 1.00000000000000j
    """
    if isinstance(value, tuple):
        re, im = value
        return flint.acb(flint.arb(re), flint.arb(im))
    return flint.acb(value)


@final
@dataclass(frozen=True)
class PlaneCurve:
    """P(z, G) = sum_ij coeffs[j][i] z^i G^j with G(z) = z^-1 (1 + sum_k m_k z^(-k/ramification)), k = 1, 2, ...

    `coeffs[j][i]` is the integer coefficient of G^j z^i; P must be irreducible over Q and of positive degree in G.
    `moments(n)` gives [m_1, ..., m_n]: integers or `flint.fmpq` for a law of compact support; pairs (re, im), or balls at
    the current `flint.ctx.prec`, for laws without moments, whose germ holds on the upper half plane only (Cauchy(a, c):
    m_1 = a - ic). With `ramification` q > 1 the germ is a Puiseux series in z^(-1/q), the principal root on the upper half plane.

    >>> catalan = PlaneCurve(((1,), (0, -1), (1,)), lambda n: [flint.fmpq(k % 2 == 0 and (2, 5)[k // 4]) for k in range(1, n + 1)])
    >>> catalan.degree, catalan.z_degree
    (2, 1)
    """

    coeffs: tuple[tuple[int, ...], ...]
    moments: Callable[[int], Sequence[Any]]
    ramification: int = 1

    def __post_init__(self) -> None:
        if len(self.coeffs) < 2 or not any(self.coeffs[-1]):
            raise InvalidInput(f"the curve {self} needs a positive degree in G with a non-zero leading coefficient; drop trailing zero rows")
        if self.ramification < 1:
            raise InvalidInput(f"ramification = {self.ramification} must be a positive integer: the germ is a series in z^(-1/ramification)")

    def __str__(self) -> str:
        """P(z, G) = 0 in words of the user: z*G^2 - z*G + 1 = 0."""
        terms = [(c, i, j) for j, row in reversed(list(enumerate(self.coeffs))) for i, c in reversed(list(enumerate(row))) if c]
        parts = [f"{'-' if c < 0 else '+'} {'*'.join(_factors(abs(c), i, j))}" for c, i, j in terms]
        return f"{' '.join(parts).removeprefix('+ ') or '0'} = 0"

    @property
    def degree(self) -> int:
        """deg_G P, the number of sheets."""
        return len(self.coeffs) - 1

    @cached_property
    def z_degree(self) -> int:
        """deg_z P."""
        return max(i for row in self.coeffs for i, c in enumerate(row) if c)

    @cached_property
    def rows(self) -> tuple[flint.fmpz_poly, ...]:
        """c_0(z), ..., c_d(z) with P = sum c_j(z) G^j."""
        return tuple(flint.fmpz_poly(list(row)) for row in self.coeffs)

    @cached_property
    def ball_rows(self) -> tuple[flint.acb_poly, ...]:
        """The same rows as `acb_poly`, exactly, for evaluation."""
        with ball_precision(max(abs(c).bit_length() for row in self.coeffs for c in row) + 2):
            return tuple(flint.acb_poly(row) for row in self.rows)

    @cached_property
    def real_germ(self) -> bool:
        """Whether the germ is real and unramified: then the support is compact (G is real near infinity)."""
        return self.ramification == 1 and not any(isinstance(m, tuple | flint.acb) for m in self.moments(2))

    @cached_property
    def discriminant(self) -> flint.fmpz_poly:
        """disc_G(P) in Z[z]; 1 for a curve of degree 1.

        >>> PlaneCurve(((1,), (0, -1), (1,)), lambda n: [0] * n).discriminant
        x^2 + (-4)
        """
        if self.degree == 1:
            return flint.fmpz_poly([1])
        ring = flint.fmpz_mpoly_ctx.get(("z", "G"), "lex")
        terms: dict[tuple[int, ...], int | flint.fmpz] = {(i, j): c for j, row in enumerate(self.coeffs) for i, c in enumerate(row) if c}
        found = ring.from_dict(terms).discriminant("G")
        out = [0] * (max((int(i) for i, _ in found.to_dict()), default=0) + 1)
        for (i, _), c in found.to_dict().items():
            out[int(i)] = int(c)
        return flint.fmpz_poly(out)

    def at(self, z: Any) -> flint.acb_poly:
        """P(z, .) as a polynomial in G at the current ball precision."""
        return flint.acb_poly([row(z) for row in self.ball_rows])

    def reversed_rows(self) -> tuple[flint.fmpz_poly, ...]:
        """The rows of t^deg_z P(1/t, G): the curve seen from infinity.

        >>> PlaneCurve(((1,), (0, -1), (1,)), lambda n: [0] * n).reversed_rows()
        (x, (-1), x)
        """
        width = self.z_degree + 1
        return tuple(flint.fmpz_poly(list(reversed((list(row) + [0] * width)[:width]))) for row in self.coeffs)

    def taylor(self, row: flint.fmpz_poly, order: int) -> flint.fmpz_poly:
        """c^(order)/order! in Z[z]: the exact Taylor coefficient of a row as a polynomial in the centre."""
        return flint.fmpz_poly([comb(k, order) * c for k, c in enumerate(row.coeffs()) if k >= order])


def _factors(c: int, i: int, j: int) -> list[str]:
    """The factors of |c| z^i G^j as text, without those that are 1."""
    powers = [name if n == 1 else f"{name}^{n}" for name, n in (("z", i), ("G", j)) if n]
    return powers if c == 1 and powers else [shown(c), *powers]
