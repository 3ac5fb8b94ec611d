"""Table 1 of Pennington, Schoenholz and Ganguli (2017), derived; and whether an activation can reach dynamical isometry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, final

import sympy
from sympy import Expr, Symbol

from freealg.errors import FreeAlgError, UnboundParameters
from freealg.exact.coerce import exact
from freealg.laws.discrete import Discrete
from freealg.nets.activations import Activation, activation
from freealg.nets.derivatives import d2_law, summed_moments

__all__ = ["IsometryReport", "JacobianRow", "JacobianTable", "isometry_report", "jacobian_table", "jacobian_variance"]

_HEADS = ["f", "M_D2(z)", "mu_k", "sigma_w^2", "sigma_JJT^2"]
_SMALL = sympy.Rational(1, 10**8)


@final
@dataclass(frozen=True, repr=False)
class JacobianRow:
    """One activation: M of D^2, mu_k = E f'(sqrt(q) z)^(2k), the critical sigma_w^2 = 1/mu_1, and sigma_JJT^2 = L (mu_2/mu_1^2 - 1 - s_1)."""

    activation: Activation
    moment_transform: Expr
    mu: Expr
    critical_sigma_w2: Expr
    variance: Expr

    def entries(self) -> tuple[Expr, Expr, Expr, Expr]:
        """What stands in the table."""
        return self.moment_transform, self.mu, self.critical_sigma_w2, self.variance

    def __repr__(self) -> str:
        return (
            f"{self.activation.name}: M_D2(z) = {self.moment_transform}, mu_k = {self.mu}, "
            f"critical sigma_w^2 = {self.critical_sigma_w2}, sigma_JJT^2 = {self.variance}"
        )


def jacobian_variance(name: Any, depth: Any = None, q: Any = None, s_1: Any = None) -> Expr:
    """sigma_JJT^2 = L (mu_2/mu_1^2 - 1 - s_1) at criticality, s_1 = -1 for Gaussian and 0 for orthogonal weights.

    >>> jacobian_variance("relu")
    L*(1 - s_1)
    """
    f = activation(name)
    L, variance, s = (Symbol(default) if given is None else exact(given, default) for given, default in ((depth, "L"), (q, "q"), (s_1, "s_1")))
    ratio = sympy.simplify(f.mu(2, variance) / f.mu(1, variance) ** 2)
    return L * (ratio - 1 - s)


@final
@dataclass(frozen=True, repr=False)
class JacobianTable:
    """Rows of activations; prints as text, and as LaTeX in a notebook."""

    rows: tuple[JacobianRow, ...]

    def __iter__(self) -> Iterator[JacobianRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, place: int) -> JacobianRow:
        return self.rows[place]

    def __repr__(self) -> str:
        lines = [_HEADS, *([row.activation.name, *map(str, row.entries())] for row in self.rows)]
        widths = [max(len(line[k]) for line in lines) for k in range(len(_HEADS))]
        return "\n".join("  ".join(part.ljust(width) for part, width in zip(line, widths, strict=True)).rstrip() for line in lines)

    def latex(self) -> str:
        """An array with a head line."""
        heads = r"f & M_{D^2}(z) & \mu_k & \sigma_w^2 & \sigma_{JJ^T}^2"
        lines = [" & ".join([row.activation.latex(), *map(sympy.latex, row.entries())]) for row in self.rows]
        return rf"\begin{{array}}{{lllll}} {heads} \\ \hline " + r" \\[6pt] ".join(lines) + r" \end{array}"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


def jacobian_table(names: tuple[Any, ...] = ("linear", "relu", "hard_tanh", "scaled_erf")) -> JacobianTable:
    """The table for activations whose mu_k has a closed form in k and q.

    >>> print(jacobian_table(("linear", "relu")))
    f       M_D2(z)        mu_k  sigma_w^2  sigma_JJT^2
    linear  1/(z - 1)      1     1          -L*s_1
    relu    1/(2*(z - 1))  1/2   2          L*(1 - s_1)
    """
    q, k = Symbol("q"), Symbol("k")
    rows = []
    for name in names:
        f = activation(name)
        mu = f.mu(k, q)
        rows.append(JacobianRow(f, _moment_transform(f, mu, k, q), mu, sympy.simplify(1 / mu.subs(k, 1)), jacobian_variance(f)))
    return JacobianTable(tuple(rows))


def _moment_transform(f: Activation, mu: Expr, k: Symbol, q: Symbol) -> Expr:
    """M(z) of D^2: a sum over the atoms of a piecewise linear f, else the sum over k >= 1 of mu_k z^-k."""
    z, law = Symbol("z"), d2_law(f, q)
    if type(law) is not Discrete:
        return summed_moments(mu, k, z)
    terms = [(sympy.factor(p * a / (z - a)) if p.is_Rational else p * a / (z - a)) for a, p in law.masses if a != 0]
    return sympy.Add(*terms)


@final
@dataclass(frozen=True, repr=False)
class IsometryReport:
    """Whether all singular values of the Jacobian can be brought close to 1, and how.

    `ratio_at_zero` is mu_2/mu_1^2 as q -> 0; with orthogonal weights sigma_JJT^2 = L (mu_2/mu_1^2 - 1), with Gaussian ones L mu_2/mu_1^2 >= L.
    """

    activation: Activation
    ratio_at_zero: Expr
    orthogonal: bool
    gaussian: bool = False

    def __repr__(self) -> str:
        first = f"Gaussian weights: never, because sigma_JJT^2 = L mu_2/mu_1^2 >= L for every activation ({self.activation.name} too)."
        if self.orthogonal:
            second = (
                "Orthogonal weights: yes, by q* -> 0 on the critical line: mu_2/mu_1^2 -> 1, "
                "so sigma_JJT^2 = L (mu_2/mu_1^2 - 1) can be kept fixed as L grows."
            )
        else:
            ratio = self.ratio_at_zero
            growth = sympy.Symbol("L") * (ratio - 1)
            second = f"Orthogonal weights: no: mu_2/mu_1^2 = {ratio} however small q* is, so sigma_JJT^2 = {growth} grows with depth."
        return f"{first}\n{second}"


def isometry_report(name: Any) -> IsometryReport:
    """Dynamical isometry of an activation, from mu_2/mu_1^2 in the limit q -> 0.

    >>> isometry_report("relu").orthogonal, isometry_report("hard_tanh").orthogonal, isometry_report("scaled_erf").orthogonal
    (False, True, True)
    """
    f = activation(name)
    if f.form.jumps():
        f.mu(1, 1)  # refused there: f' is not square-integrable
    ratio = _ratio_at_zero(f)
    if ratio.free_symbols:
        names = ", ".join(sorted(map(str, ratio.free_symbols)))
        raise UnboundParameters(f"whether mu_2/mu_1^2 -> {ratio} of {f} is 1 depends on {names}; give numbers")
    return IsometryReport(f, ratio, bool(abs(ratio - 1) < sympy.Float("1e-6")))


def _ratio_at_zero(f: Activation) -> Expr:
    """(s_-^4 + s_+^4)/2 over the square of (s_-^2 + s_+^2)/2 with the slopes s beside 0; a limit where both are 0."""
    q = Symbol("q", positive=True)
    below, above = f.form.sides(1)
    if below != 0 or above != 0:
        return sympy.simplify(2 * (below**4 + above**4) / (below**2 + above**2) ** 2)
    try:
        return sympy.limit(f.mu(2, q) / f.mu(1, q) ** 2, q, 0, "+")
    except (FreeAlgError, NotImplementedError):
        return sympy.sympify(f.mu(2, _SMALL) / f.mu(1, _SMALL) ** 2)
