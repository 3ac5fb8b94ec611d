"""The plane curve P(z, G) = 0 with the germ at infinity that says which branch is the law."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, final

from freealg.exact.context import cached_property
from freealg.exact.curve import Curve
from freealg.exact.elimination import Choice
from freealg.exact.series import Sequence
from freealg.forms.transforms import Form

__all__ = ["CauchyEquation"]


@final
@dataclass(frozen=True, eq=False)
class CauchyEquation(Form):
    """P(z, G) = 0, irreducible over Q(parameters), with G = 1/z + m_1/z^2 + ...; `moments` finds the germ when it is asked for.

    `choice` remembers the factors that were dropped.
    """

    name: ClassVar[str] = "cauchy_equation"
    title: ClassVar[str] = "algebraic equation"
    curve: Curve
    moments: Callable[[], Sequence | None]
    choice: Choice | None = None

    @classmethod
    def with_germ(cls, curve: Curve, germ: Sequence | None) -> CauchyEquation:
        """The form where the germ is known beforehand."""
        return cls(curve, lambda: germ)

    @cached_property
    def germ(self) -> Sequence | None:
        """m_1, m_2, ...; None for laws without formal moments at infinity (a Puiseux germ, as for 1/MarchenkoPastur(1))."""
        return self.moments()
