"""Laws given by a sequence, a transform or an equation of the user's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Sequence as Listing
from dataclasses import dataclass, fields
from itertools import islice
from typing import Any, ClassVar, final

import sympy
from sympy import Expr, Poly, Symbol
from sympy.core.function import UndefinedFunction

from freealg.errors import FreeAlgError, InvalidInput, NoClosedForm, NotALaw, Undecided, shown
from freealg.exact.closed_forms import equation_in
from freealg.exact.coerce import exact
from freealg.exact.elimination import irreducible_factors, without_roots
from freealg.exact.expansion import sequence_of
from freealg.exact.fields import Ring
from freealg.exact.germs import curve_germ
from freealg.exact.radicals import factors_of
from freealg.exact.series import Sequence
from freealg.forms import CauchyEquation, FreeCumulants, Moments, RTransform, STransform
from freealg.forms import g as _g
from freealg.forms import m as _m
from freealg.law.conversions import trimmed
from freealg.law.latex import value_latex
from freealg.law.law import Law
from freealg.law.operations.free_sum import boxplus
from freealg.law.positivity import require_positive_moments
from freealg.law.presentation import parameter_text
from freealg.laws.cauchy import Cauchy

__all__ = [
    "FromCauchyEquation",
    "FromFreeCumulants",
    "FromMoments",
    "FromRTransform",
    "FromSTransform",
    "from_cauchy_equation",
    "from_free_cumulants",
    "from_moments",
    "from_r_transform",
    "from_s_transform",
]

_CHECKED = 12
_LONGEST = 100_000
Terms = tuple[Expr, ...] | Callable[[int], Any]


class GivenLaw(Law):
    """A law given by the user: of its parameters is known what a positive variance says."""

    stated: ClassVar[str]
    """The left side, in LaTeX, of what was given; the first field is the right one."""

    def latex(self) -> str:
        r"""law(R(g) = ...).

        >>> print(from_free_cumulants([0, 1, 0]).latex())
        \mathrm{law}\left(\kappa=\left(0, 1, 0\right)\right)
        """
        return rf"\mathrm{{law}}\left({self.stated}={value_latex(getattr(self, fields(self)[0].name))}\right)"  # type: ignore[arg-type]

    def positive_parameters(self) -> list[Expr]:
        """The variance, or its only factor of odd power."""
        if not self.free_symbols or self.why_no_moments() is not None:
            return []
        try:
            content, factors = factors_of(self.variance())
        except FreeAlgError:
            return []
        odd = [factor for factor, power in factors if power % 2]
        return [sympy.sign(content) * odd[0]] if len(odd) == 1 and content.is_real else []


def _terms(values: Any, what: str) -> Terms:
    if callable(values) and not isinstance(values, UndefinedFunction):
        return values
    listed = _listed(values, what)
    if not listed:
        raise InvalidInput(f"the list of {what} is empty; give at least the first one")
    return listed


def _listed(values: Any, what: str) -> tuple[Expr, ...]:
    """The exact numbers of a list; sets and dictionaries have no order, and text is no list of numbers."""
    ordered = isinstance(values, Listing | Iterator) or (hasattr(values, "tolist") and getattr(values, "ndim", 0) == 1)
    if not ordered or isinstance(values, str | bytes):
        raise InvalidInput(f"{what} must be a list or a function of n = 1, 2, ..., not {shown(values)}; for example [0, 1, 0, 2]")
    given = list(islice(values, _LONGEST + 1))
    if len(given) > _LONGEST:
        raise InvalidInput(f"more than {_LONGEST} {what} were given; give them as a function of n = 1, 2, ...")
    return tuple(exact(value, f"an entry of {what}") for value in given)


def _sequence(values: Terms, what: str) -> Sequence:
    """The sequence of a tuple or a function, in the ring of the terms seen so far at every call."""
    if callable(values):
        probe = [exact(values(k), f"{what}({k})") for k in range(1, _CHECKED + 1)]
        ring = Ring.of(*probe)
        return Sequence(ring, lambda n: [ring.convert(exact(values(k), f"{what}({k})")) for k in range(1, n + 1)])
    ring = Ring.of(*values)
    converted = [ring.convert(value) for value in values]

    def compute(count: int) -> list[Any]:
        if count > len(converted):
            raise InvalidInput(f"only {len(converted)} {what} were given, and {count} are needed; give more, or a function of n")
        return converted[:count]

    return Sequence(ring, compute)


def _replaced_terms(values: Terms, mapping: Mapping[Expr, Expr]) -> Any:
    return values if callable(values) else [value.xreplace(dict(mapping)) for value in values]


def _terms_text(values: Terms) -> str:
    return getattr(values, "__name__", type(values).__name__) if callable(values) else f"[{', '.join(map(parameter_text, values))}]"


def _require_positive(law: Any) -> None:
    count = _CHECKED
    if type(law.values) is tuple:
        count = min(count, len(law.values))
    moments = law.moments(count)
    if not any(value.free_symbols for value in moments):
        require_positive_moments(moments, "the sequence", "check its terms")


@final
@dataclass(frozen=True, repr=False)
class FromMoments(GivenLaw):
    """The law with the given moments; later ones are needed only when asked for."""

    values: Any
    stated: ClassVar[str] = "m"

    def state_moments(self) -> Moments:
        """given"""
        return Moments(_sequence(self.values, "moments"))

    def replaced(self, mapping: Mapping[Expr, Expr]) -> Law:
        """The law of the replaced moments, checked again: their Hankel determinants may have become negative."""
        return from_moments(_replaced_terms(self.values, mapping))

    def __repr__(self) -> str:
        return f"from_moments({_terms_text(self.values)})"


@final
@dataclass(frozen=True, repr=False)
class FromFreeCumulants(GivenLaw):
    """The law with the given free cumulants."""

    values: Any
    stated: ClassVar[str] = r"\kappa"

    def state_free_cumulants(self) -> FreeCumulants:
        """given"""
        return FreeCumulants(_sequence(self.values, "free cumulants"))

    def replaced(self, mapping: Mapping[Expr, Expr]) -> Law:
        """The law of the replaced cumulants, checked again."""
        return from_free_cumulants(_replaced_terms(self.values, mapping))

    def __repr__(self) -> str:
        return f"from_free_cumulants({_terms_text(self.values)})"


@final
@dataclass(frozen=True, repr=False)
class FromRTransform(GivenLaw):
    """The law with R(g) = `expr` (in the variable freealg.forms.g)."""

    expr: Expr
    stated: ClassVar[str] = "R(g)"

    def state_r_transform(self) -> RTransform:
        """given"""
        return RTransform(self.expr)

    def replaced(self, mapping: Mapping[Expr, Expr]) -> Law:
        """The law of the replaced R-transform, checked again."""
        return from_r_transform(self.expr.xreplace(dict(mapping)), _g)

    def __repr__(self) -> str:
        return f"from_r_transform({parameter_text(self.expr)}, g)"

    def bound_variables(self) -> set[Symbol]:
        return {_g}


@final
@dataclass(frozen=True, repr=False)
class FromSTransform(GivenLaw):
    """The law with S(m) = `expr` (in the variable freealg.forms.m)."""

    expr: Expr
    stated: ClassVar[str] = "S(m)"

    def state_s_transform(self) -> STransform:
        """given"""
        return STransform(self.expr)

    def replaced(self, mapping: Mapping[Expr, Expr]) -> Law:
        """The law of the replaced S-transform, checked again."""
        return from_s_transform(self.expr.xreplace(dict(mapping)), _m)

    def __repr__(self) -> str:
        return f"from_s_transform({parameter_text(self.expr)}, m)"

    def bound_variables(self) -> set[Symbol]:
        return {_m}

    def why_no_moments(self) -> str | None:
        value = self.expr.subs(_m, 0)
        return "S(0) = 0, so its mean is infinite" if value == 0 else None


@final
@dataclass(frozen=True, repr=False)
class FromCauchyEquation(GivenLaw):
    """The branch of P(z, G) = 0 with G = 1/z + m_1/z^2 + ...; `expr` in `G` and `z`, `start` its first moments where branches begin alike."""

    expr: Expr
    G: Symbol
    z: Symbol
    start: tuple[Expr, ...] = ()
    stated: ClassVar[str] = "0"

    def state_cauchy_equation(self) -> CauchyEquation:
        """given"""
        errors = []
        raw, ring = equation_in(self.expr, self.G, self.z)
        for curve in irreducible_factors(without_roots(raw, ring), ring):
            try:
                germ = curve_germ(trimmed(curve), list(self.start))
            except InvalidInput as error:
                errors.append(str(error))
            else:
                return CauchyEquation.with_germ(trimmed(curve), germ)
        raise InvalidInput("; ".join(dict.fromkeys(errors)) or f"{self.expr} does not contain {self.G}")

    def bound_variables(self) -> set[Symbol]:
        return {self.G, self.z}

    def replaced(self, mapping: Mapping[Expr, Expr]) -> Law:
        """The law of the replaced equation, checked again."""
        kept = {key: value for key, value in mapping.items() if key not in (self.G, self.z)}
        return from_cauchy_equation(self.expr.xreplace(kept), self.G, self.z, _replaced_terms(self.start, kept))

    def __repr__(self) -> str:
        start = f", moments={_terms_text(self.start)}" if self.start else ""
        return f"from_cauchy_equation({parameter_text(self.expr)}, {self.G}, {self.z}{start})"


def from_moments(values: Any) -> Law:
    """The law with moments m_1, m_2, ...: a list, or a function n -> m_n.

    Raises `NotALaw` with the first negative Hankel determinant (of the first 12 moments when a function is given).

    >>> from_moments([0, 1, 0, 2, 0, 5]).free_cumulants(6)
    [0, 1, 0, 0, 0, 0]
    """
    law = FromMoments(_terms(values, "moments"))
    _require_positive(law)
    return law


def from_free_cumulants(values: Any) -> Law:
    """The law with free cumulants kappa_1, kappa_2, ...: a list, or a function n -> kappa_n; a list is not continued by zeros.

    >>> from_free_cumulants(lambda n: 1).moments(5)
    [1, 2, 5, 14, 42]
    """
    law = FromFreeCumulants(_terms(values, "free cumulants"))
    _require_positive(law)
    return law


def _in_own_variable(expr: Any, variable: Any, own: Symbol, what: str) -> Expr:
    if not isinstance(variable, Symbol):
        raise InvalidInput(f"the variable of {what} must be a SymPy symbol, not {shown(variable)}; for example sympy.Symbol('g')")
    return exact(expr, what).xreplace({variable: own})


def from_r_transform(expr: Any, g: Symbol) -> Law:
    """The law with the R-transform `expr` in the symbol `g`, regular at 0; a constant -i c in it is a free Cauchy law of scale c.

    Raises `InvalidInput` when R has a pole at 0, `NotALaw` when the moments are not positive.

    >>> g = Symbol("g")
    >>> from_r_transform(1/(1 - g) + g, g).moments(3)
    [1, 3, 8]
    """
    own = _in_own_variable(expr, g, _g, "the R-transform")
    if own.has(sympy.I):
        return _with_cauchy_part(own)
    law = FromRTransform(own)
    if own.subs(_g, 0).has(sympy.zoo, sympy.nan, sympy.oo) and not _is_regular(own):
        raise InvalidInput(f"R = {shown(expr)} has a pole at {g} = 0, so it is no R-transform of a law; R(0) is the mean")
    _require_moments_positive(law)
    return law


def _with_cauchy_part(own: Expr) -> Law:
    """R(g) - i c, c > 0: G at z is that of R at z + i c."""
    terms = sympy.Add.make_args(own.expand())
    scale = sympy.Add(*(sympy.I * term for term in terms if term.has(sympy.I)))
    rest = sympy.Add(*(term for term in terms if not term.has(sympy.I)))
    if scale.has(sympy.I, _g) or scale.is_negative:
        raise InvalidInput(f"R = {shown(own)} is not real up to a constant -i c with c > 0, so G does not map the upper half plane to the lower one")
    if not rest.has(_g):
        return Cauchy(rest, scale)
    try:
        return boxplus(Cauchy(0, scale), from_r_transform(rest, _g))
    except NotALaw:
        raise Undecided(f"R = {shown(rest)} belongs to no law, and whether it does once a Cauchy law is added is not decided") from None


def _is_regular(r: Expr) -> bool:
    """Whether g R(g) is 0 at g = 0, by its Taylor series; SymPy's limits, which are wrong with symbols in coth, are asked where there is none."""
    try:
        sequence = sequence_of(_g * r, _g)
        return bool(sequence.ring.is_zero(sequence.first(1)[0]))
    except NoClosedForm:
        return bool(sympy.limit(_g * r, _g, 0) == 0)


def from_s_transform(expr: Any, m: Symbol) -> Law:
    """The law with the S-transform `expr` in the symbol `m`; S(0) = 1/m_1.

    Raises `InvalidInput` when S has a pole at 0, `NotALaw` when the moments are not positive; S(0) = 0 means an infinite mean.

    >>> m = Symbol("m")
    >>> from_s_transform(1/(1 + m)**2, m).moments(4)
    [1, 3, 12, 55]
    """
    own = _in_own_variable(expr, m, _m, "the S-transform")
    law = FromSTransform(own)
    if own.subs(_m, 0).has(sympy.zoo, sympy.oo):
        raise InvalidInput(f"S = {shown(expr)} has a pole at {m} = 0: its mean would be 0, and then there is no S-transform; give free cumulants")
    if law.why_no_moments() is None:
        _require_moments_positive(law)
    return law


def _require_moments_positive(law: Law) -> None:
    if law.free_symbols:
        law.moments(2)
        return
    require_positive_moments(law.moments(_CHECKED), f"{law}", "check the expression")


def from_cauchy_equation(poly: Any, G: Symbol, z: Symbol, moments: Iterable[Any] = ()) -> Law:
    """The law whose Cauchy transform is the branch G = 1/z + m_1/z^2 + ... of poly(G, z) = 0.

    `moments` gives the first moments where several branches begin like 1/z. Raises `InvalidInput` when no branch does.

    >>> G, z = sympy.symbols("G z")
    >>> from_cauchy_equation(G**2 - z*G + 1, G, z).moments(4)
    [0, 1, 0, 2]
    """
    if isinstance(poly, Poly):
        poly = poly.as_expr()
    if not isinstance(G, Symbol) or not isinstance(z, Symbol):
        raise InvalidInput(
            f"the variables of a Cauchy equation must be SymPy symbols, not {shown(G)} and {shown(z)}; for example sympy.symbols('G z')"
        )
    law = FromCauchyEquation(exact(poly, "the Cauchy equation"), G, z, _listed(moments, "moments"))
    if law.free_symbols:
        law.state_cauchy_equation()
    else:
        _require_moments_positive(law)
    return law
