"""Point masses: all of a law, or the atomic part of one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, final

from sympy import Expr, Integer

from freealg.forms.transforms import Form

__all__ = ["AtomicPart", "Atoms", "gathered"]

Masses = tuple[tuple[Expr, Expr], ...]


def gathered(pairs: Iterable[tuple[Expr, Expr]]) -> Masses:
    """Equal locations joined, zero masses dropped."""
    total: dict[Expr, Expr] = {}
    for location, mass in pairs:
        total[location] = total.get(location, Integer(0)) + mass
    return tuple((location, mass) for location, mass in total.items() if mass != 0)


@final
@dataclass(frozen=True)
class Atoms(Form):
    """A purely atomic law with finitely many atoms: (location, mass) pairs whose masses sum to 1."""

    name: ClassVar[str] = "atoms"
    title: ClassVar[str] = "atoms"
    masses: Masses


@final
@dataclass(frozen=True)
class AtomicPart(Form):
    """The atoms of a law of any kind, as (location, mass) pairs; a symbolic mass may be a Max(0, ...)."""

    name: ClassVar[str] = "atomic_part"
    title: ClassVar[str] = "atoms"
    masses: Masses
