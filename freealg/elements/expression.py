"""`Element`: a noncommutative polynomial in the letters of free families, with ordinary algebra."""

from __future__ import annotations

import numbers
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, final

from sympy import Expr, I, Integer, Symbol

from freealg.elements.canonical import Terms, canonical_terms, conjugated
from freealg.elements.family import Birth, Family, Letter, Word
from freealg.elements.questions import Questions
from freealg.errors import InvalidInput, shown
from freealg.exact.coerce import bindings, exact, whole_number
from freealg.law.law import Law

__all__ = ["Element"]

_MOST_POWER = 1_000


@final
@dataclass(frozen=True, eq=False, repr=False)
class Element(Questions):
    """sum of coefficient * word: a random variable in a noncommutative probability space, the large-N limit of a random matrix.

    `+ - * **` are ordinary algebra, numbers and SymPy expressions stand for multiples of the identity, and two separately made elements are
    free. `X @ Y` of self-adjoint X and Y is X^(1/2) Y X^(1/2), rooted at the non-negative factor; of others, and X @ X, the ordinary product.
    Equal polynomials are equal and hash alike; pickling keeps the identity.
    Symbols and roots of them are taken as real.

    >>> import freealg as fa
    >>> X, Y = fa.Wigner(), fa.Wigner()
    >>> X + X == 2*X, X*Y == Y*X, (X + Y)**2 == X**2 + X*Y + Y*X + Y**2, X == Y
    (True, False, True, False)
    """

    terms: Terms
    __array_ufunc__ = None  # so that NumPy scalars leave arithmetic to us

    def __eq__(self, other: object) -> bool:
        return dict(self.terms) == dict(other.terms) if type(other) is Element else NotImplemented

    def __hash__(self) -> int:
        return hash(frozenset(self.terms))

    # -- what it is made of -------------------------------------------------------------------------------------------

    def families(self) -> tuple[Family, ...]:
        """The families of the letters, in the order of their first appearance."""
        return tuple(dict.fromkeys(letter.family for word, _ in self.terms for letter in word))

    def leaves(self) -> dict[Birth, Family]:
        """What the element depends on, by identity, operands of @ and compressions included."""
        return {birth: leaf for family in self.families() for birth, leaf in family.leaves().items()}

    def quotas(self) -> tuple[Expr, ...]:
        """The q for which a sample of size n rounds q n to an integer."""
        return tuple(q for family in self.families() for q in family.quotas())

    @property
    def degree(self) -> int:
        """The length of the longest word."""
        return max((len(word) for word, _ in self.terms), default=0)

    @property
    def field(self) -> str:
        """Whether a sample is "real" or "complex"."""
        complex_family = any(family.field == "complex" for family in self.families())
        return "complex" if complex_family or any(c.has(I) for _, c in self.terms) else "real"

    @property
    def free_symbols(self) -> set[Symbol]:
        """The symbols in the coefficients and in the parameters of the families."""
        own = {symbol for _, c in self.terms for symbol in c.free_symbols}
        return own.union(*(family.free_symbols for family in self.families()))

    def subs(self, values: Mapping[Any, Any]) -> Element:
        """The element with symbols replaced, matched by name; its families stay the same. Raises `InvalidInput` on a name it does not have.

        >>> import freealg as fa
        >>> fa.Wishart(ratio=Symbol("phi")).subs({"phi": 0.5})
        Wishart(ratio=1/2)
        """
        mapping = bindings(self, values)
        return self.replaced(mapping) if mapping else self

    def replaced(self, mapping: Mapping[Expr, Expr]) -> Element:
        """The element with subexpressions of its parameters replaced exactly as they stand."""
        known, moved = dict(mapping), {family: family.replaced(mapping) for family in self.families()}
        return polynomial((tuple(Letter(moved[a.family], a.index) for a in word), c.xreplace(known)) for word, c in self.terms)

    # -- algebra ------------------------------------------------------------------------------------------------------

    def adjoint(self) -> Element:
        """Words reversed, letters and coefficients conjugated; `X.H` for short.

        >>> import freealg as fa
        >>> c = fa.Circular()
        >>> (I*c).H == -I*c.H, (c*c.H).is_self_adjoint
        (True, True)
        """
        return polynomial((tuple(letter.adjoint() for letter in reversed(word)), conjugated(c)) for word, c in self.terms)

    @property
    def H(self) -> Element:
        """The adjoint."""
        return self.adjoint()

    @property
    def is_self_adjoint(self) -> bool:
        """Whether the element equals its adjoint."""
        return self == self.adjoint()

    def compress(self, t: Any) -> Element:
        """The corner p X p by a new free projection p of trace t, 0 < t <= 1, with its own normalised trace: kappa_n -> t^(n-1) kappa_n.

        A sample of size n is the corner of an X of size n/t.

        >>> import freealg as fa
        >>> fa.Wishart().compress(0.5).law().free_cumulants(3)
        [1, 1/2, 1/4]
        """
        from freealg.elements.derived import CompressionFamily

        return letter_of(CompressionFamily(self, exact(t, "the trace t of a compression")))

    def __add__(self, other: Any) -> Element:
        right = as_element(other)
        return NotImplemented if right is None else polynomial((*self.terms, *right.terms))

    __radd__ = __add__

    def __neg__(self) -> Element:
        return Element(tuple((word, -c) for word, c in self.terms))

    def __sub__(self, other: Any) -> Element:
        right = as_element(other)
        return NotImplemented if right is None else self + (-right)

    def __rsub__(self, other: Any) -> Element:
        left = as_element(other)
        return NotImplemented if left is None else left - self

    def __mul__(self, other: Any) -> Element:
        right = as_element(other)
        if right is None:
            return NotImplemented
        return polynomial((v + w, a * b) for v, a in self.terms for w, b in right.terms)

    def __rmul__(self, other: Any) -> Element:
        left = as_element(other)
        return NotImplemented if left is None else left * self

    def __truediv__(self, other: Any) -> Element:
        divisor = as_element(other)
        if divisor is None or divisor.degree or not divisor.terms:
            raise InvalidInput(f"{self} can be divided by a number other than 0, not by {shown(other)}; the law of an inverse is X.law().inverse()")
        return self * (1 / divisor.terms[0][1])

    def __pow__(self, exponent: Any) -> Element:
        power = whole_number(exponent)
        if power is None or not 0 <= power <= _MOST_POWER:
            given = f"an integer >= 0, not {shown(exponent)}, and at most {_MOST_POWER}"
            raise InvalidInput(f"the power of an element must be {given}; the law of an inverse is X.law().inverse()")
        result = constant(Integer(1))
        for _ in range(power):
            result = result * self
        return result

    def __matmul__(self, other: Any) -> Element:
        right = as_element(other)
        if right is None:
            return NotImplemented
        if not (self.degree and right.degree and self.is_self_adjoint and right.is_self_adjoint) or self == right:
            return self * right
        from freealg.elements.derived import ProductFamily

        return letter_of(ProductFamily(self, right))

    def __rmatmul__(self, other: Any) -> Element:
        left = as_element(other)
        return NotImplemented if left is None else left @ self

    # -- print --------------------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        from freealg.elements.printing import element_text

        return element_text(self)

    def latex(self) -> str:
        """The polynomial in LaTeX."""
        from freealg.elements.printing import element_latex

        return element_latex(self)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


def polynomial(pairs: Iterable[tuple[Word, Expr]]) -> Element:
    """The element sum of coefficient * word: see `canonical_terms`."""
    return Element(canonical_terms(pairs))


def constant(value: Expr) -> Element:
    """value times the identity."""
    return polynomial([((), value)])


def letter_of(family: Family, index: int = 0) -> Element:
    """One letter as an element."""
    return Element((((Letter(family, index),), Integer(1)),))


def as_element(value: Any) -> Element | None:
    """An element, or a number or SymPy expression as a multiple of the identity; None for what is neither. A law raises `InvalidInput`."""
    if type(value) is Element:
        return value
    if isinstance(value, Law):
        raise InvalidInput(f"{value} is a law, not an element; lift it with freealg.Deterministic({value})")
    if isinstance(value, complex):
        return constant(exact(value.real, "the real part") + I * exact(value.imag, "the imaginary part"))
    if isinstance(value, Expr | numbers.Number):
        return constant(exact(value, "a coefficient"))
    return None
