"""The sequences m_1, m_2, ... and kappa_1, kappa_2, ..., computed on demand in an exact ring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from sympy import Expr

from freealg.exact.series import Sequence
from freealg.forms.transforms import Form

__all__ = ["FreeCumulants", "Moments"]


@final
@dataclass(frozen=True, eq=False)
class Moments(Form):
    """m_n = E[X^n]."""

    name: ClassVar[str] = "moments"
    title: ClassVar[str] = "moments"
    sequence: Sequence

    def first(self, count: int) -> list[Expr]:
        """[m_1, ..., m_count] as SymPy expressions."""
        return [self.sequence.ring.to_sympy(value) for value in self.sequence.first(count)]


@final
@dataclass(frozen=True, eq=False)
class FreeCumulants(Form):
    """kappa_n, the coefficients of R(g) = sum kappa_{n+1} g^n."""

    name: ClassVar[str] = "free_cumulants"
    title: ClassVar[str] = "free cumulants"
    sequence: Sequence

    def first(self, count: int) -> list[Expr]:
        """[kappa_1, ..., kappa_count] as SymPy expressions."""
        return [self.sequence.ring.to_sympy(value) for value in self.sequence.first(count)]
