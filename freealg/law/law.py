"""`Law`: the distribution of one self-adjoint element. Immutable, hashable, picklable; its parameters are SymPy expressions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import sympy
from sympy import Expr, Symbol

from freealg.errors import InvalidInput, NoClosedForm, UnboundParameters
from freealg.exact.coerce import bindings, exact
from freealg.law.exact_queries import ExactQueries
from freealg.law.numeric_queries import NumericQueries
from freealg.law.presentation import Presentation
from freealg.law.sequence_queries import SequenceQueries

if TYPE_CHECKING:
    from freealg.exact.recurrence import Recurrence

__all__ = ["Law"]


class Law(SequenceQueries, ExactQueries, NumericQueries, Presentation):
    """A probability measure on the real line, with the transforms of free probability.

    Subclasses are frozen dataclasses: a leaf states one form (`state_r_transform`, ...), an operation has lanes through forms (`lane_r_transform`,
    ...). Everything else is derived by `freealg.law.express`. A parameter that is named like a query (`variance`) is kept in a field with a trailing
    underscore (`variance_`).
    """

    operands: Any = ()

    @property
    def memo(self) -> dict[str, Any]:
        """What is known about this instance; outside equality, hashing and pickling."""
        return self.__dict__.setdefault("_memo", {})

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "_memo"}

    # -- parameters ---------------------------------------------------------------------------------------------------

    @property
    def free_symbols(self) -> set[Symbol]:
        """The symbols in the parameters, those of the operands included."""
        return _symbols(tuple(getattr(self, f.name) for f in fields(self))) - self.bound_variables()  # type: ignore[arg-type]

    def bound_variables(self) -> set[Symbol]:
        """The symbols in the fields that are variables of a formula, not parameters."""
        return set()

    def expressions(self) -> list[Expr]:
        """Every SymPy expression among the parameters, those of the operands included."""
        return list(_expressions(self))

    def subs(self, values: Mapping[Any, Any]) -> Law:
        """The law with symbols replaced, matched by name; raises `InvalidInput` on a name the law does not have.

        >>> import freealg as fa
        >>> from sympy import Symbol, Rational
        >>> fa.MarchenkoPastur(ratio=Symbol("phi")).subs({"phi": Rational(1, 2)})
        MarchenkoPastur(ratio=1/2)
        """
        return self.replaced(bindings(self, values))

    def replaced(self, mapping: Mapping[Expr, Expr]) -> Law:
        """The law with subexpressions of its parameters replaced exactly as they stand."""
        return type(self)(**{f.name.rstrip("_"): _replaced(getattr(self, f.name), mapping) for f in fields(self)})  # type: ignore[arg-type]

    def require_numbers(self, what: str) -> None:
        """Raise `UnboundParameters` when symbols are left."""
        symbols = sorted(symbol.name for symbol in self.free_symbols)
        if symbols:
            example = "{" + ", ".join(f"{name!r}: value" for name in symbols) + "}"
            raise UnboundParameters(f"{what} of {self} needs numbers for {', '.join(symbols)}; bind them with .subs({example})")

    def to_json(self) -> str:
        """The law as JSON text, read back by `freealg.from_json` without running code."""
        from freealg.law.persistence import to_json

        return to_json(self)

    # -- what is known beforehand -------------------------------------------------------------------------------------

    def why_no_moments(self) -> str | None:
        """The reason why the law has no moments, None when it has them."""
        return next((reason for reason in (operand.why_no_moments() for operand in self.operands) if reason), None)

    def known_sign(self) -> int | None:
        """1 when the law is known to live on [0, oo), -1 on (-oo, 0], 0 when it is known to reach both sides, None when that takes work."""
        return None

    def known_intervals(self) -> list[tuple[Expr, Expr]] | None:
        """The support of the absolutely continuous part where the law states it."""
        return None

    def known_edges(self) -> dict[Expr, tuple[Expr, Expr]] | None:
        """The exponents and constants at the edges, with symbols, where the law has a rule of its own for them."""
        return None

    def positive_parameters(self) -> list[Expr]:
        """Expressions in the parameters that are positive wherever the law exists."""
        return [value for operand in self.operands for value in operand.positive_parameters()]

    def moment_digits(self) -> int | None:
        """The number of digits to which the moments are known where quadrature gives them; None where they are exact."""
        return min((digits for law in _laws(self) if (digits := law.moment_digits()) is not None), default=None)

    def moment_formula(self, k: Symbol) -> Expr:
        """m_k in closed form where the law states it."""
        raise NoClosedForm(f"{self} states no formula for its moments", ())

    def known_recurrence(self) -> Recurrence | None:
        """The recurrence of the moments where the law states it."""
        return None

    def special_engine(self) -> Any:
        """A numeric engine of the law's own, for laws whose density is stated; None for the engines derived from equations and transforms."""
        return None

    def transform_first(self) -> bool:
        """Whether numbers should come from the closed S-transform, because the equation would be of a hopeless degree."""
        return any(operand.transform_first() for operand in self.operands)

    def infinitely_divisible(self) -> bool:
        """Whether the law is known to be freely infinitely divisible, so that every free power t > 0 exists."""
        return False

    def multiplicatively_divisible(self) -> bool:
        """Whether every free multiplicative power t > 0 is known to exist."""
        return False

    # -- operations ---------------------------------------------------------------------------------------------------

    def boxplus_power(self, t: Any) -> Law:
        """R -> t R, the t-th free additive power; exists for t >= 1, and below where the law allows it."""
        from freealg.law.operations.free_power import boxplus_power

        return boxplus_power(self, t)

    def boxtimes_power(self, t: Any) -> Law:
        """S -> S**t, the t-th free multiplicative power of a law on [0, oo); exists for t >= 1."""
        from freealg.law.operations.multiplicative_power import boxtimes_power

        return boxtimes_power(self, t)

    def compress(self, t: Any) -> Law:
        """kappa_n -> t^(n-1) kappa_n: the law of p X p in the corner of a free projection p of trace t, with its own normalised trace."""
        from freealg.law.operations.compression import compress

        return compress(self, t)

    def inverse(self) -> Law:
        """The law of 1/X."""
        return self.mobius(0, 1, 1, 0)

    def square(self) -> Law:
        """The law of X^2."""
        from freealg.law.operations.square import Square

        return Square(self)

    def sqrt(self) -> Law:
        """The law of X^(1/2) for a law on [0, oo): that of the singular values of A when this is the law of A A^T."""
        from freealg.law.operations.square_root import square_root

        return square_root(self)

    def mobius(self, a: Any, b: Any, c: Any, d: Any) -> Law:
        """The law of (aX + b)/(cX + d)."""
        from freealg.law.operations.mobius import mobius

        return mobius(self, a, b, c, d)

    def affine(self, a: Any, b: Any) -> Law:
        """The law of aX + b."""
        from freealg.law.operations.affine import affine

        return affine(self, a, b)

    def __mul__(self, a: Any) -> Law:
        return self._affine_or_explain(a, 0, "*")

    __rmul__ = __mul__

    def __add__(self, b: Any) -> Law:
        return self._affine_or_explain(1, b, "+")

    __radd__ = __add__

    def __sub__(self, b: Any) -> Law:
        if hasattr(b, "free_cumulants"):
            raise InvalidInput(_not_joined("-"))
        return self.affine(1, -exact(b, "the shift"))

    def __rsub__(self, b: Any) -> Law:
        return self._affine_or_explain(-1, b, "-")

    def __neg__(self) -> Law:
        return self.affine(-1, 0)

    def __truediv__(self, a: Any) -> Law:
        divisor = exact(a, "the divisor")
        if divisor == 0:
            raise InvalidInput(f"{self} cannot be divided by 0; the law of 1/X is law.inverse()")
        return self.affine(1 / divisor, 0)

    def __matmul__(self, other: Any) -> Law:
        raise InvalidInput(_not_joined("@"))

    def __rtruediv__(self, a: Any) -> Law:
        raise InvalidInput(f"a number over {self} is no affine image; the law of 1/X is law.inverse(), and that of a/X law.mobius(0, a, 1, 0)")

    def __pow__(self, exponent: Any) -> Law:
        raise InvalidInput(f"{self} has no power '**': free powers are boxplus_power(t) and boxtimes_power(t), the law of X^2 is law.square()")

    def _affine_or_explain(self, a: Any, b: Any, sign: str) -> Law:
        if any(hasattr(value, "free_cumulants") for value in (a, b)):  # a law or an element
            raise InvalidInput(_not_joined(sign))
        return self.affine(a, b)


def _not_joined(sign: str) -> str:
    return (
        f"'{sign}' between a law and another law or element is not defined, because a law does not say how it stands to another: "
        "use freealg.boxplus or freealg.boxtimes for free variables, or freealg.Deterministic(law) to work with elements"
    )


def _expressions(law: Any) -> list[Expr]:
    found: list[Expr] = []
    for field in fields(law):
        found += _inside(getattr(law, field.name))
    return found


def _laws(value: Any) -> list[Law]:
    """The laws among the fields."""
    parts = [getattr(value, field.name) for field in fields(value)] if isinstance(value, Law) else list(value)  # type: ignore[arg-type]
    return [law for part in parts for law in ([part] if isinstance(part, Law) else _laws(part) if isinstance(part, tuple) else [])]


def _symbols(value: Any) -> set[Symbol]:
    if isinstance(value, tuple):
        return set().union(*(_symbols(part) for part in value))
    return set(value.free_symbols) if isinstance(value, sympy.Basic | Law) else set()


def _inside(value: Any) -> list[Expr]:
    if isinstance(value, sympy.Basic):
        return [value]
    if isinstance(value, tuple):
        return [expr for part in value for expr in _inside(part)]
    return _expressions(value) if isinstance(value, Law) else []


def _replaced(value: Any, mapping: Mapping[Expr, Expr]) -> Any:
    if isinstance(value, Expr):
        return value.xreplace(dict(mapping))
    if isinstance(value, tuple):
        return tuple(_replaced(part, mapping) for part in value)
    return value.replaced(mapping) if isinstance(value, Law) else value


