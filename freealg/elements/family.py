"""Families of letters: what is free from everything else, and what every element is a polynomial in."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar, final
from uuid import UUID, uuid4

from numpy.random import Generator
from sympy import Expr, Symbol, latex

from freealg.combinatorics import JointCumulants, self_adjoint
from freealg.errors import InvalidInput, shown
from freealg.exact.coerce import exact
from freealg.exact.signs import real_sign
from freealg.matrices.ensembles import Matrix
from freealg.show.text import expression_latex

if TYPE_CHECKING:
    from freealg.elements.expression import Element
    from freealg.law.law import Law

__all__ = [
    "Birth",
    "Evaluate",
    "Family",
    "Letter",
    "SelfAdjointFamily",
    "Show",
    "Word",
    "checked",
    "new_birth",
    "shared_leaf",
]

Evaluate = Callable[["Element", int], Matrix]
"""The sampled matrix of an operand at a size."""
Show = Callable[["Element"], str]
"""The text of an operand, in brackets where it needs them."""

_LOCK = Lock()
_LAST = 0


@final
@dataclass(frozen=True, order=True)
class Birth:
    """The identity of what was made by one call of a constructor: a uuid, kept by pickling, and the time, so that births have an order.

    Two births are different whatever the process they happened in; later ones of one process are larger.
    """

    nanoseconds: int
    key: UUID


def new_birth() -> Birth:
    """The identity of something made now.

    >>> first, second = new_birth(), new_birth()
    >>> first < second
    True
    """
    global _LAST  # noqa: PLW0603
    with _LOCK:
        _LAST = max(time.time_ns(), _LAST + 1)
        return Birth(_LAST, uuid4())


class Family(ABC):
    """Letters that are sampled together and are free from every other family.

    Subclasses are frozen dataclasses: what a constructor call makes has a `birth` and names its SymPy fields in `parameters`.
    """

    birth: Birth | None = None
    parameters: ClassVar[tuple[str, ...]] = ()
    field: str = "real"
    rigid: ClassVar[bool] = False
    """Whether the eigenvalues of one sample are prescribed."""

    @property
    def count(self) -> int:
        """The number of letters."""
        return 1

    # -- algebra ------------------------------------------------------------------------------------------------------

    def adjoint(self, index: int) -> int:
        """The letter that is the adjoint of this one."""
        return index

    def collapse(self, first: int, second: int) -> tuple[int, ...] | None:
        """The product of two letters as a shorter word, None when it is none (P P = P, u u* = 1)."""
        return None

    def leaves(self) -> dict[Birth, Family]:
        """What the family depends on, by identity; two families are free when they share none."""
        return {self.birth: self} if self.birth else {}

    # -- distribution -------------------------------------------------------------------------------------------------

    @abstractmethod
    def linear_law(self, coefficients: Mapping[int, Expr]) -> Law:
        """The law of the self-adjoint combination sum c_i x_i of the letters, c not zero."""

    @abstractmethod
    def cumulant_values(self, order: int) -> list[Expr]:
        """The numbers that the joint free cumulants up to this order are made of."""

    @abstractmethod
    def joint_cumulants(self, names: Sequence[str], values: Sequence[Any]) -> JointCumulants:
        """The joint free cumulants of the letters under these names, `values` being `cumulant_values` in some ring."""

    def covariance(self, first: int, second: int) -> Expr | None:
        """kappa(a, b) when no other cumulants are non-zero (a jointly semicircular family), None otherwise."""
        return None

    # -- parameters ---------------------------------------------------------------------------------------------------

    @property
    def free_symbols(self) -> set[Symbol]:
        """The symbols in the parameters."""
        return {symbol for name in self.parameters for symbol in getattr(self, name).free_symbols}

    def replaced(self, mapping: Mapping[Expr, Expr]) -> Family:
        """The same family, identity kept, with parameters replaced."""
        return replace(self, **{name: getattr(self, name).xreplace(dict(mapping)) for name in self.parameters})  # type: ignore[type-var]

    # -- matrices -----------------------------------------------------------------------------------------------------

    @abstractmethod
    def draw(self, n: int, rng: Generator | None, evaluate: Evaluate) -> tuple[Matrix, ...]:
        """One n x n matrix a letter, in their order."""

    def quotas(self) -> tuple[Expr, ...]:
        """The q for which a sample of size n rounds q n to an integer."""
        return ()

    def fourth_cumulant(self) -> float:
        """The fourth cumulant of the normalised matrix entries; 0 when they are Gaussian."""
        return 0.0

    def operands(self) -> tuple[Element, ...]:
        """The elements that the family is made from."""
        return ()

    def operand_size(self, n: int) -> int:
        """The size at which a sample of size n evaluates the operands."""
        return n

    # -- print --------------------------------------------------------------------------------------------------------

    infix: ClassVar[bool] = False
    """Whether the text is an operation that needs brackets inside a product."""
    maker: ClassVar[str] = ""
    """The public function that makes the family."""
    defaults: ClassVar[Mapping[str, Any]] = {}
    """The arguments of `maker` in their order, each the name of a field, with their default values."""

    def _told(self) -> dict[str, Any]:
        """The arguments that differ from their defaults."""
        return {name: getattr(self, name) for name, default in self.defaults.items() if getattr(self, name) != default}

    def text(self, show: Show) -> str:
        """The family as it would be typed; `show` prints an operand."""
        parts = (f"{name}={value!r}" if isinstance(value, str) else f"{name}={value}" for name, value in self._told().items())
        return f"{self.maker}({', '.join(parts)})"

    def latex(self, show: Show) -> str:
        """An upright name, with the parameters that were given; `show` prints an operand."""
        parts = [f"{expression_latex(Symbol(name))}={latex(value)}" for name, value in self._told().items() if name in self.parameters]
        return rf"\mathrm{{{self.maker}}}" + (rf"\left({', '.join(parts)}\right)" if parts else "")

    def suffix(self, index: int) -> str:
        """What picks the letter out of the family, `.H` or `[2]`."""
        return ""

    def latex_suffix(self, index: int) -> str:
        """The same in LaTeX."""
        return ""


class SelfAdjointFamily(Family):
    """One self-adjoint letter, known by its law."""

    @abstractmethod
    def law(self) -> Law:
        """The law of the letter."""

    def linear_law(self, coefficients: Mapping[int, Expr]) -> Law:
        return self.law().affine(coefficients[0], 0)

    def cumulant_values(self, order: int) -> list[Expr]:
        return self.law().free_cumulants(order)

    def joint_cumulants(self, names: Sequence[str], values: Sequence[Any]) -> JointCumulants:
        return self_adjoint(names[0], values)


@final
@dataclass(frozen=True)
class Letter:
    """One letter of a family."""

    family: Family
    index: int = 0

    def adjoint(self) -> Letter:
        """The adjoint letter."""
        return Letter(self.family, self.family.adjoint(self.index))


Word = tuple[Letter, ...]


def shared_leaf(first: Mapping[Birth, Family], second: Mapping[Birth, Family]) -> Family | None:
    """The first ingredient that stands in both `leaves()`, None when what they are of is free from each other."""
    return next((leaf for birth, leaf in first.items() if birth in second), None)


def checked(what: str, name: str, value: Any, condition: str = "> 0") -> Expr:
    """`value` as an exact number; a number that breaks the condition ("> 0" or "in [0, 1]") raises `InvalidInput`, symbols pass.

    >>> checked("Wigner", "variance", -1)
    Traceback (most recent call last):
    ...
    freealg.errors.InvalidInput: Wigner needs variance > 0, not -1; change variance
    """
    number = exact(value, f"{what}: {name}")
    if number.is_number:
        real = number.is_real is not False
        positive = real and real_sign(number, name) >= (1 if condition == "> 0" else 0)
        if not positive or (condition != "> 0" and real_sign(1 - number, f"1 - {name}") < 0):
            raise InvalidInput(f"{what} needs {name} {condition}, not {shown(number)}; change {name}")
    return number
