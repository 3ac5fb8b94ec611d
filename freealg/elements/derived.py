"""Letters made from elements: X @ Y and free compressions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np
import sympy
from numpy.random import Generator
from sympy import Expr, Symbol

from freealg.elements.family import Birth, Evaluate, Family, Letter, SelfAdjointFamily, Show, checked, new_birth, shared_leaf
from freealg.errors import FreeAlgError, InvalidInput, NoClosedForm, NotALaw, NotFree, shown
from freealg.exact.fields import Ring
from freealg.exact.series import cumulants_from_moments
from freealg.law.law import Law
from freealg.law.operations.free_product import boxtimes
from freealg.law.support import sign_of
from freealg.matrices.ensembles import Matrix
from freealg.matrices.haar import haar_frame, hermitian_part, positive_root
from freealg.matrices.randomness import round_half_up

if TYPE_CHECKING:
    from freealg.elements.expression import Element

__all__ = ["CompressionFamily", "ProductFamily", "free_cumulants_of", "law_or_none", "without_rootless_products"]

ROUNDING = 1e-10


@final
@dataclass(frozen=True)
class ProductFamily(SelfAdjointFamily):
    """X^(1/2) Y X^(1/2), rooted at the non-negative operand; `X @ Y` makes it.

    It is what its operands are: made twice of the same X and Y it is the same. Its moments are tau((X Y)^n), dependent operands included.
    """

    left: Element
    right: Element

    infix: ClassVar[bool] = True

    def __post_init__(self) -> None:
        for operand in (self.left, self.right):
            if not operand.is_self_adjoint:
                raise InvalidInput(f"X @ Y stands for X^(1/2) Y X^(1/2) with self-adjoint X and Y, and {operand} is not; use the ordinary product *")

    @property
    def field(self) -> str:  # type: ignore[override]
        return "complex" if "complex" in (self.left.field, self.right.field) else "real"

    def leaves(self) -> dict[Birth, Family]:
        return self.left.leaves() | self.right.leaves()

    def law(self) -> Law:
        shared = shared_leaf(self.left.leaves(), self.right.leaves())
        if shared is not None:
            raise NotFree(f"{self.text(repr)}: both factors contain {shared.text(repr)}, so they are not free; (X*Y).moments(n) is exact still")
        return boxtimes(self.left.law(), self.right.law())

    def cumulant_values(self, order: int) -> list[Expr]:
        """From the law where there is one, from the words tau((X Y)^n) otherwise."""
        try:
            return self.law().free_cumulants(order)
        except (NotFree, NoClosedForm, NotALaw):
            return free_cumulants_of((self.left * self.right).moments(order))

    @property
    def free_symbols(self) -> set[Symbol]:
        return self.left.free_symbols | self.right.free_symbols

    def replaced(self, mapping: Mapping[Expr, Expr]) -> Family:
        return ProductFamily(self.left.replaced(mapping), self.right.replaced(mapping))

    def quotas(self) -> tuple[Expr, ...]:
        return self.left.quotas() + self.right.quotas()

    def operands(self) -> tuple[Element, ...]:
        return (self.left, self.right)

    def draw(self, n: int, rng: Generator | None, evaluate: Evaluate) -> tuple[Matrix, ...]:
        left, right = evaluate(self.left, n), evaluate(self.right, n)
        for find_sign in (known_sign, definite_sign, law_sign):
            for rooted, x, other in ((self.left, left, right), (self.right, right, left)):
                sign = find_sign(rooted, x)
                if sign:
                    root = positive_root(sign * x)
                    return (sign * hermitian_part(root @ other @ root),)
        raise InvalidInput(f"{self.text(repr)}: both factors reach below and above zero, X^(1/2) Y X^(1/2) needs one of constant sign; sample X*Y")

    def text(self, show: Show) -> str:
        return f"{show(self.left)} @ {show(self.right)}"

    def latex(self, show: Show) -> str:
        rooted, other = (self.right, self.left) if known_sign(self.right) and not known_sign(self.left) else (self.left, self.right)
        return rf"{{{show(rooted)}}}^{{1/2}} {show(other)} {{{show(rooted)}}}^{{1/2}}"


def without_rootless_products(element: Element) -> Element:
    """The element with its letters X @ Y written as X Y where both X and Y are known to reach below and above 0."""
    total = 0 * element
    for word, c in element.terms:
        product = total**0 * c
        for letter in word:
            product = product * _spelled_out(letter)
        total = total + product
    return total


def _spelled_out(letter: Letter) -> Element:
    from freealg.elements.expression import letter_of

    family = letter.family
    if type(family) is not ProductFamily or any(_may_have_root(operand) for operand in family.operands()):
        return letter_of(family, letter.index)
    return without_rootless_products(family.left) * without_rootless_products(family.right)


def _may_have_root(element: Element) -> bool:
    if not without_rootless_products(element).is_self_adjoint:
        return False
    law = law_or_none(element)
    return law is None or ((law.why_no_moments() is not None or law.mean() != 0) and sign_of(law) != 0)


def definite_sign(element: Element, x: Matrix) -> int:
    """1 or -1 when the eigenvalues of its Hermitian matrix have that sign (or are 0), 0 otherwise."""
    values = np.linalg.eigvalsh(x)
    slack = ROUNDING * max(abs(values[0]), abs(values[-1]))
    return int(values[0] >= -slack) or -int(values[-1] <= slack)


def known_sign(element: Element, x: Matrix | None = None) -> int:
    """The sign that the law of an element is known to have without work; 0 when there is none."""
    law = law_or_none(element)
    return 0 if law is None else law.known_sign() or 0


def law_sign(element: Element, x: Matrix) -> int:
    """The sign of the support of an element's law; 0 when it has none or it is not to be found."""
    law = law_or_none(element)
    return 0 if law is None else sign_of(law) or 0


def law_or_none(element: Element) -> Law | None:
    """The law, None where no rule gives it."""
    try:
        return element.law()
    except FreeAlgError:
        return None


def free_cumulants_of(moments: list[Expr]) -> list[Expr]:
    """[kappa_1, ..., kappa_n] of [m_1, ..., m_n].

    >>> from sympy import Integer
    >>> free_cumulants_of([Integer(m) for m in (1, 2, 5, 14)])
    [1, 1, 1, 1]
    """
    ring = Ring.of(*moments)
    return [ring.to_sympy(ring.scalar(0) + kappa) for kappa in cumulants_from_moments([ring.convert(m) for m in moments])]


@final
@dataclass(frozen=True)
class CompressionFamily(SelfAdjointFamily):
    """The corner p X p of a new free projection p of trace t, with its own normalised trace; `X.compress(t)` makes it."""

    operand: Element
    t: Expr
    birth: Birth = made(default_factory=new_birth)

    def __post_init__(self) -> None:
        object.__setattr__(self, "t", checked("compress", "t", self.t))
        if not self.operand.is_self_adjoint:
            raise InvalidInput(f"{self.operand} is not self-adjoint, and compress(t) needs that; multiply by a HaarProjection(t) instead")
        if self.t.is_number and self.t > 1:
            raise InvalidInput(f"compress needs t in (0, 1], not {shown(self.t)}; change t")

    @property
    def field(self) -> str:  # type: ignore[override]
        return self.operand.field

    def leaves(self) -> dict[Birth, Family]:
        return {**self.operand.leaves(), self.birth: self}

    def law(self) -> Law:
        return self.operand.law().compress(self.t)

    def cumulant_values(self, order: int) -> list[Expr]:
        """kappa_n -> t^(n-1) kappa_n"""
        return [self.t ** (n - 1) * kappa for n, kappa in enumerate(self.operand.free_cumulants(order), 1)]

    @property
    def free_symbols(self) -> set[Symbol]:
        return self.operand.free_symbols | self.t.free_symbols

    def replaced(self, mapping: Mapping[Expr, Expr]) -> Family:
        return CompressionFamily(self.operand.replaced(mapping), self.t.xreplace(dict(mapping)), self.birth)

    def quotas(self) -> tuple[Expr, ...]:
        return (1 / self.t, *(q / self.t for q in self.operand.quotas()))

    def operands(self) -> tuple[Element, ...]:
        return (self.operand,)

    def operand_size(self, n: int) -> int:
        return round_half_up(n / float(self.t))

    def draw(self, n: int, rng: Generator | None, evaluate: Evaluate) -> tuple[Matrix, ...]:
        size = self.operand_size(n)
        frame = haar_frame(size, n, rng, field=self.field)
        return (hermitian_part(frame.conj().T @ evaluate(self.operand, size) @ frame),)

    def text(self, show: Show) -> str:
        return f"{show(self.operand)}.compress({self.t})"

    def latex(self, show: Show) -> str:
        return rf"\mathrm{{compress}}_{{{sympy.latex(self.t)}}}\left({show(self.operand)}\right)"


