"""The outcome of a calibrated comparison: one row a statistic, a joint test, the distance of the cdfs, one p-value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from freealg.errors import StatisticalMismatch

__all__ = ["DEFAULT_ALPHA", "Row", "SpectralReport"]

DEFAULT_ALPHA = 1e-4
"""The significance at which a comparison fails unless told otherwise: one false alarm in 10,000 by design, fewer than 1 in 2,000 measured."""


@final
@dataclass(frozen=True, repr=False)
class Row:
    """One statistic: |observed - theory| beyond `allowance` (a bound of the bias) is z error bars, an event of probability p.

    `observed` has the fitted bias taken off; `error` is the standard error, with `dof` degrees of freedom (inf when declared).
    """

    name: str
    theory: float
    observed: float
    error: float
    allowance: float
    dof: float
    z: float
    p: float

    def __repr__(self) -> str:
        numbers = f"{self.theory:>14.7g}{self.observed:>14.7g}{self.error:>12.2g}{self.allowance:>12.2g}{self.z:>8.2f}{self.p:>10.2g}"
        return f"{self.name:<18}{numbers}"


@final
@dataclass(frozen=True, repr=False)
class SpectralReport:
    """The evidence of sampled spectra about a law; `p_value` is the smallest p times the number of looks (Bonferroni).

    `rows` share one p (their smallest times their number), the joint test of the first `joint_rank` rows and the distance of the cdfs have one
    each; None where there was nothing to compare or too few trials. `basis` says where the error bars come from, `plan` lists (size, trials).
    """

    rows: tuple[Row, ...]
    p_joint: float | None
    joint_rank: int
    ks: float | None
    p_ks: float | None
    ensemble: str
    basis: str
    plan: tuple[tuple[int, int], ...]

    @property
    def p_rows(self) -> float | None:
        """The smallest p of a row, times the number of rows."""
        return min(1.0, min(row.p for row in self.rows) * len(self.rows)) if self.rows else None

    @property
    def p_value(self) -> float:
        """The overall p-value: the smallest of the rows', the joint test's and the cdf's, times how many of the three there are."""
        looks = [p for p in (self.p_rows, self.p_joint, self.p_ks) if p is not None]
        return min(1.0, min(looks) * len(looks))

    @property
    def worst(self) -> Row | None:
        """The row with the smallest p."""
        return min(self.rows, key=lambda row: (row.p, -row.z)) if self.rows else None

    def passed(self, alpha: float = DEFAULT_ALPHA) -> bool:
        """Whether p_value >= alpha: the spectra do not contradict the law at this significance."""
        return self.p_value >= alpha

    def require(self, alpha: float = DEFAULT_ALPHA, what: str = "the law") -> None:
        """Raise `StatisticalMismatch`, with the whole table, unless the comparison passed."""
        if not self.passed(alpha):
            raise StatisticalMismatch(
                f'sampled matrices of declared ensemble "{self.ensemble}" contradict {what}: p = {self.p_value:.3g} < alpha = {alpha:g}; '
                f"if the law is right, check the ensemble, the normalisation and the rounding of dimensions\n{self}"
            )

    def __repr__(self) -> str:
        sampled = ", ".join(f"{size} ({trials} {'trial' if trials == 1 else 'trials'})" for size, trials in self.plan)
        header = f"{'statistic':<18}{'theory':>14}{'observed':>14}{'error bar':>12}{'allowance':>12}{'z':>8}{'p':>10}"
        lines = [f'spectra of size {sampled}; declared ensemble "{self.ensemble}"', f"error bars: {self.basis}", header]
        lines += [str(row) for row in self.rows]
        if self.p_joint is not None:
            lines.append(f"{f'jointly, in {self.joint_rank} directions':<78}{self.p_joint:>10.2g}")
        if self.ks is not None and self.p_ks is not None:
            lines.append(f"{f'cdf: largest distance {self.ks:.3g} at size {self.plan[0][0]}':<78}{self.p_ks:>10.2g}")
        return "\n".join([*lines, f"p-value {self.p_value:.3g} (the smallest above, times the number of looks)"])
