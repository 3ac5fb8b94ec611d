"""The families with several letters: semicircular families with a covariance, circular elements, Haar unitaries."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any, ClassVar, final

import numpy as np
import sympy
from numpy.random import Generator
from sympy import Abs, Expr, Integer, Symbol

from freealg.combinatorics.families import haar_unitary, semicircular_family
from freealg.combinatorics.words import JointCumulants
from freealg.elements.family import Birth, Evaluate, Family, Show, checked, new_birth
from freealg.errors import InvalidInput
from freealg.exact.coerce import exact
from freealg.law.law import Law
from freealg.laws.arcsine import Arcsine
from freealg.laws.discrete import Discrete
from freealg.laws.semicircle import Semicircle
from freealg.matrices.ensembles import Matrix, ginibre, wigner
from freealg.matrices.haar import haar
from freealg.matrices.randomness import item_bytes

__all__ = ["CircularFamily", "GaussianFamily", "HaarFamily", "SemicircularFamily", "centred_semicircle"]

Rows = tuple[tuple[Expr, ...], ...]


def centred_semicircle(variance: Expr) -> Law:
    """The semicircle of this variance, the point mass at 0 when it is 0."""
    return Discrete({0: 1}) if variance == 0 else Semicircle(variance=variance)


class GaussianFamily(Family):
    """Several letters whose only non-zero joint cumulants are kappa(a, b) = `covariance(a, b)`."""

    @abstractmethod
    def covariance(self, first: int, second: int) -> Expr:
        """kappa(a, b)."""

    def linear_law(self, coefficients: Mapping[int, Expr]) -> Law:
        """The semicircle whose variance is the quadratic form of the covariance."""
        total = sum((a * b * self.covariance(i, j) for i, a in coefficients.items() for j, b in coefficients.items()), Integer(0))
        return centred_semicircle(total.expand())

    def cumulant_values(self, order: int) -> list[Expr]:
        return [self.covariance(i, j) for i in range(self.count) for j in range(self.count)]

    def joint_cumulants(self, names: Sequence[str], values: Sequence[Any]) -> JointCumulants:
        pairs = [(a, b) for a in names for b in names]
        return semicircular_family(dict(zip(pairs, values, strict=True)))


class StarFamily(Family):
    """A letter and its adjoint."""

    @property
    def count(self) -> int:
        """Two."""
        return 2

    def adjoint(self, index: int) -> int:
        """The other letter."""
        return 1 - index

    def suffix(self, index: int) -> str:
        """`.H` for the adjoint."""
        return ".H" if index else ""

    def latex_suffix(self, index: int) -> str:
        """A star for the adjoint."""
        return "^{*}" if index else ""


@final
@dataclass(frozen=True)
class SemicircularFamily(GaussianFamily):
    """Self-adjoint letters with tau(x_i x_j) = rows[i][j]; `freealg.SemicircularFamily` makes it."""

    rows: Rows
    field: str = "real"
    birth: Birth = made(default_factory=new_birth)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", covariance_checked(self.rows))
        item_bytes(self.field)

    @property
    def count(self) -> int:
        return len(self.rows)

    def covariance(self, first: int, second: int) -> Expr:
        return self.rows[first][second]

    @property
    def free_symbols(self) -> set[Symbol]:
        return {symbol for row in self.rows for entry in row for symbol in entry.free_symbols}

    def replaced(self, mapping: Mapping[Expr, Expr]) -> Family:
        known = dict(mapping)
        return SemicircularFamily(tuple(tuple(entry.xreplace(known) for entry in row) for row in self.rows), self.field, self.birth)

    def draw(self, n: int, rng: Generator | None, evaluate: Evaluate) -> tuple[Matrix, ...]:
        values, vectors = np.linalg.eigh(np.array(self.rows, dtype=np.float64))
        mix = vectors * np.sqrt(np.clip(values, 0, None))
        independent = [wigner(n, rng, field=self.field) for _ in self.rows]
        return tuple(sum((c * x for c, x in zip(row, independent, strict=True)), np.zeros((n, n))) for row in mix)

    def text(self, show: Show) -> str:
        tail = "" if self.field == "real" else f", field={self.field!r}"
        return f"SemicircularFamily({[list(row) for row in self.rows]}{tail})"

    def latex(self, show: Show) -> str:
        return rf"\mathrm{{SemicircularFamily}}\left({sympy.latex(sympy.Matrix(self.rows))}\right)"

    def suffix(self, index: int) -> str:
        return f"[{index}]"

    def latex_suffix(self, index: int) -> str:
        return f"_{{{index}}}"


def covariance_checked(rows: Any) -> Rows:
    """A symmetric matrix of exact entries; with numbers only it must be positive semidefinite."""
    table = tuple(tuple(exact(entry, "an entry of the covariance") for entry in row) for row in rows)
    if not table or any(len(row) != len(table) for row in table):
        raise InvalidInput(f"the covariance of a SemicircularFamily must be a square matrix, not rows of lengths {[len(row) for row in table]}")
    matrix = sympy.Matrix(table)
    if any(entry.expand() != 0 for entry in matrix - matrix.T):
        raise InvalidInput(f"the covariance {matrix.tolist()} must be symmetric: tau(x y) = tau(y x); give entry (i, j) the value of entry (j, i)")
    if not matrix.free_symbols and not matrix.is_positive_semidefinite:
        lowest = min(np.linalg.eigvalsh(np.array(table, dtype=np.float64)))
        raise InvalidInput(f"the covariance {matrix.tolist()} must be positive semidefinite; its smallest eigenvalue is {lowest:.6g}")
    return table


@final
@dataclass(frozen=True)
class CircularFamily(StarFamily, GaussianFamily):
    """c and c* with kappa(c, c*) = kappa(c*, c) = variance; `freealg.Circular` makes it."""

    variance: Expr
    field: str = "complex"
    birth: Birth = made(default_factory=new_birth)

    parameters: ClassVar[tuple[str, ...]] = ("variance",)
    maker: ClassVar[str] = "Circular"
    defaults: ClassVar[Mapping[str, Any]] = {"variance": 1, "field": "complex"}

    def __post_init__(self) -> None:
        object.__setattr__(self, "variance", checked("Circular", "variance", self.variance))
        item_bytes(self.field)

    def covariance(self, first: int, second: int) -> Expr:
        return self.variance if first != second else Integer(0)

    def draw(self, n: int, rng: Generator | None, evaluate: Evaluate) -> tuple[Matrix, ...]:
        c = ginibre(n, rng, variance=float(self.variance), field=self.field)
        return c, c.conj().T


@final
@dataclass(frozen=True)
class HaarFamily(StarFamily):
    """u and u* with u u* = u* u = 1 and tau(u^k) = 0; `freealg.HaarUnitary` makes it."""

    field: str = "complex"
    birth: Birth = made(default_factory=new_birth)

    maker: ClassVar[str] = "HaarUnitary"
    defaults: ClassVar[Mapping[str, Any]] = {"field": "complex"}

    def __post_init__(self) -> None:
        item_bytes(self.field)

    def collapse(self, first: int, second: int) -> tuple[int, ...] | None:
        return () if first != second else None

    def linear_law(self, coefficients: Mapping[int, Expr]) -> Law:
        """a u + conj(a) u* has the arcsine law of radius 2 |a|"""
        return Arcsine(radius=2 * Abs(coefficients[0]))

    def cumulant_values(self, order: int) -> list[Expr]:
        return []

    def joint_cumulants(self, names: Sequence[str], values: Sequence[Any]) -> JointCumulants:
        return haar_unitary(names[0])

    def draw(self, n: int, rng: Generator | None, evaluate: Evaluate) -> tuple[Matrix, ...]:
        u = haar(n, rng, field=self.field)
        return u, u.conj().T
