"""The families of one self-adjoint letter: Wigner, Wishart, Haar projection, deterministic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any, ClassVar, final

import numpy as np
from numpy.random import Generator
from sympy import Expr, Symbol

from freealg.elements.family import Birth, Evaluate, SelfAdjointFamily, Show, checked, new_birth
from freealg.errors import InvalidInput, shown
from freealg.forms import Atoms
from freealg.law.express import possible
from freealg.law.law import Law
from freealg.laws.discrete import Projection
from freealg.laws.marchenko_pastur import MarchenkoPastur
from freealg.laws.semicircle import Semicircle
from freealg.matrices.deterministic import atom_spectrum, quantile_spectrum
from freealg.matrices.ensembles import ENTRY_LAWS, Matrix, wigner, wishart
from freealg.matrices.haar import projection, rotate
from freealg.matrices.randomness import item_bytes

__all__ = ["DeterministicFamily", "Entries", "ProjectionFamily", "WignerFamily", "WishartFamily"]

Entries = str | Callable[..., Any]

FOURTH_CUMULANTS = {"gaussian": 0.0, "rademacher": -2.0, "uniform": -1.2, "laplace": 3.0, "exponential": 6.0}
"""E x^4 - 3 of the named real entry laws."""


@final
@dataclass(frozen=True)
class WignerFamily(SelfAdjointFamily):
    """A Wigner matrix; `freealg.Wigner` makes it."""

    variance: Expr
    field: str = "real"
    entries: Entries = "gaussian"
    birth: Birth = made(default_factory=new_birth)

    parameters: ClassVar[tuple[str, ...]] = ("variance",)
    maker: ClassVar[str] = "Wigner"
    defaults: ClassVar[Mapping[str, Any]] = {"variance": 1, "field": "real", "entries": "gaussian"}

    def __post_init__(self) -> None:
        object.__setattr__(self, "variance", checked("Wigner", "variance", self.variance))
        item_bytes(self.field)
        if not callable(self.entries) and self.entries not in ENTRY_LAWS:
            known = ", ".join(ENTRY_LAWS)
            raise InvalidInput(f"entry law {shown(self.entries)} is unknown: take one of {known}, or a callable (rng, shape) -> standardised array")

    def law(self) -> Law:
        return Semicircle(variance=self.variance)

    def covariance(self, first: int, second: int) -> Expr:
        return self.variance

    def draw(self, n: int, rng: Generator | None, evaluate: Evaluate) -> tuple[Matrix, ...]:
        return (wigner(n, rng, variance=float(self.variance), field=self.field, entries=self.entries),)

    def fourth_cumulant(self) -> float:
        """E x^4 - 3 of the entries, E |x|^4 - 2 over the complex numbers; that of a callable is not known and counts as 0"""
        real = 0.0 if callable(self.entries) else FOURTH_CUMULANTS[self.entries]
        return real / 2 if self.field == "complex" else real


@final
@dataclass(frozen=True)
class WishartFamily(SelfAdjointFamily):
    """A Wishart matrix X X*/m; `freealg.Wishart` makes it."""

    ratio: Expr
    variance: Expr
    field: str = "real"
    birth: Birth = made(default_factory=new_birth)

    parameters: ClassVar[tuple[str, ...]] = ("ratio", "variance")
    maker: ClassVar[str] = "Wishart"
    defaults: ClassVar[Mapping[str, Any]] = {"ratio": 1, "variance": 1, "field": "real"}

    def __post_init__(self) -> None:
        object.__setattr__(self, "ratio", checked("Wishart", "ratio", self.ratio))
        object.__setattr__(self, "variance", checked("Wishart", "variance", self.variance))
        item_bytes(self.field)

    def law(self) -> Law:
        return MarchenkoPastur(ratio=self.ratio, variance=self.variance)

    def draw(self, n: int, rng: Generator | None, evaluate: Evaluate) -> tuple[Matrix, ...]:
        return (wishart(n, rng, ratio=float(self.ratio), variance=float(self.variance), field=self.field),)

    def quotas(self) -> tuple[Expr, ...]:
        return (1 / self.ratio,)


@final
@dataclass(frozen=True)
class ProjectionFamily(SelfAdjointFamily):
    """A projection of trace p in general position, P P = P; `freealg.HaarProjection` makes it."""

    p: Expr
    field: str = "real"
    birth: Birth = made(default_factory=new_birth)

    parameters: ClassVar[tuple[str, ...]] = ("p",)
    maker: ClassVar[str] = "HaarProjection"
    defaults: ClassVar[Mapping[str, Any]] = {"p": None, "field": "real"}
    rigid: ClassVar[bool] = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "p", checked("HaarProjection", "p", self.p, "in [0, 1]"))
        item_bytes(self.field)

    def collapse(self, first: int, second: int) -> tuple[int, ...]:
        return (0,)

    def law(self) -> Law:
        return Projection(self.p)

    def draw(self, n: int, rng: Generator | None, evaluate: Evaluate) -> tuple[Matrix, ...]:
        return (projection(n, float(self.p), rng, field=self.field),)

    def quotas(self) -> tuple[Expr, ...]:
        return (self.p,)


@final
@dataclass(frozen=True)
class DeterministicFamily(SelfAdjointFamily):
    """A matrix whose eigenvalues are the quantiles of a law, in general position; `freealg.Deterministic` makes it."""

    distribution: Law
    field: str = "real"
    birth: Birth = made(default_factory=new_birth)

    rigid: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not isinstance(self.distribution, Law):
            raise InvalidInput(f"Deterministic takes a law, not {shown(self.distribution)}; a spectrum is Deterministic(Discrete({{value: mass}}))")
        item_bytes(self.field)

    def law(self) -> Law:
        return self.distribution

    @property
    def free_symbols(self) -> set[Symbol]:
        return self.distribution.free_symbols

    def replaced(self, mapping: Any) -> SelfAdjointFamily:
        return DeterministicFamily(self.distribution.replaced(mapping), self.field, self.birth)

    def draw(self, n: int, rng: Generator | None, evaluate: Evaluate) -> tuple[Matrix, ...]:
        atoms = possible(self.distribution, Atoms, conversions=False)
        if atoms is None:
            spectrum = quantile_spectrum(n, self.distribution.icdf, rng, dither=True)
        else:
            spectrum = atom_spectrum(n, {float(a): float(p) for a, p in atoms.masses})
        return (rotate(np.diag(spectrum), rng, field=self.field),)

    def quotas(self) -> tuple[Expr, ...]:
        atoms = possible(self.distribution, Atoms, conversions=False)
        return () if atoms is None else tuple(p for _, p in atoms.masses)

    def text(self, show: Show) -> str:
        tail = "" if self.field == "real" else f", field={self.field!r}"
        return f"Deterministic({self.distribution!r}{tail})"

    def latex(self, show: Show) -> str:
        return rf"\mathrm{{Deterministic}}\left({self.distribution.latex()}\right)"
