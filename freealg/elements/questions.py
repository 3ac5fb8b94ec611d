"""What an element answers: exact moments and law, sampled matrices, the two compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sympy import Expr

from freealg.matrices.ensembles import Matrix
from freealg.matrices.randomness import DEFAULT_BUDGET, Seed

if TYPE_CHECKING:
    from freealg.law.law import Law
    from freealg.matrices.report import SpectralReport
    from freealg.matrices.statistics import Spectrum

__all__ = ["Questions"]


class Questions:
    """Methods of `Element`."""

    def trace(self: Any) -> Expr:
        """tau of the element, exact.

        >>> import freealg as fa
        >>> X, Y = fa.Wigner(), fa.Wishart()
        >>> (X*Y*X*Y).trace(), (X*X*Y*Y).trace()
        (1, 2)
        """
        return self.moments(1)[0]

    def moments(self: Any, n: int) -> list[Expr]:
        """[tau(p), ..., tau(p^n)], exact, self-adjoint or not, by the words of p in the joint free cumulants.

        >>> import freealg as fa
        >>> x, y = fa.Wigner(), fa.Wigner()
        >>> (x*y + y*x).moments(6)
        [0, 2, 0, 10, 0, 66]
        """
        from freealg.elements.words import word_moments

        return word_moments(self, n)

    def free_cumulants(self: Any, n: int) -> list[Expr]:
        """[kappa_1, ..., kappa_n] of the moments."""
        from freealg.elements.derived import free_cumulants_of

        return free_cumulants_of(self.moments(n)) if n else []

    def law(self: Any) -> Law:
        """The exact law of a self-adjoint element; `NotFree` names the factor that stands in the way of one.

        >>> import freealg as fa
        >>> (fa.Wishart(ratio=2) + fa.Wigner()).law()
        boxplus(MarchenkoPastur(ratio=2), Semicircle())
        """
        from freealg.elements.law_of import law_of

        return law_of(self)

    def sample_bytes(self: Any, n: int, at: Mapping[Any, Any] | None = None) -> int:
        """The memory that `sample(n)` takes at its largest, in bytes (an estimate from above)."""
        from freealg.elements.sampling import sample_memory

        return sample_memory(self.subs(at or {}), n)

    def sample(self: Any, n: int, rng: Seed = None, at: Mapping[Any, Any] | None = None, *, budget: int = DEFAULT_BUDGET) -> Matrix:
        """An n x n random matrix of this element: each generator drawn once, from a stream of its own, in the order in which they were made.

        `at` binds symbols, `rng` is a seed or a generator. Raises `UnboundParameters` when symbols are left, `BudgetExceeded` before more than
        `budget` bytes would be taken.

        >>> import freealg as fa
        >>> from sympy import Symbol
        >>> X = fa.Wigner(variance=Symbol("s"))
        >>> matrix = (X + 3).sample(200, rng=1, at={"s": 2})
        >>> matrix.shape, round(float(matrix.trace()) / 200)
        ((200, 200), 3)
        """
        from freealg.elements.sampling import sample

        return sample(self.subs(at or {}), n, rng, budget)

    def spectra(
        self: Any,
        n: int,
        rng: Seed = None,
        at: Mapping[Any, Any] | None = None,
        *,
        trials: int = 20,
        jobs: int | None = None,
        store: Any = None,
        progress: bool = False,
    ) -> list[Spectrum]:
        """The eigenvalues of `trials` independent n x n samples, each from a stream of its own: the i-th is the same whatever `trials` and `jobs`.

        Samples go through `joblib.Parallel(n_jobs=jobs)`, so that `with joblib.parallel_config(backend="dask")` spreads them over a cluster; each
        worker takes `sample_bytes(n)`. `store` names a folder: each spectrum is written there as it arrives (`trial-000003.npy`), and a run that was
        interrupted goes on from it. Raises `InvalidInput` when the folder holds another element, size or seed.

        >>> import freealg as fa
        >>> first, second = fa.Wigner().spectra(100, rng=1, trials=2)
        >>> first.shape, bool((first == second).any())
        ((100,), False)
        """
        from freealg.elements.stored_spectra import spectra

        return spectra(self.subs(at or {}), n, rng, trials, jobs=jobs, store=store, progress=progress)

    def verify(
        self: Any, n: int, rng: Seed = None, at: Mapping[Any, Any] | None = None, *, trials: int = 20, jobs: int | None = None
    ) -> SpectralReport:
        """Evidence from sampled matrices of sizes n, n/2, n/4 that law and moments are right; prints as a table with error bars and p-values.

        The report has `passed(alpha)` and `require(alpha)`; the sizes are adjusted a little so that dimensions and ranks come out even.
        `jobs` matrices are drawn at a time (joblib); the report is the same however many.
        """
        from freealg.elements.verify import verify

        return verify(self.subs(at or {}), n, rng, trials, jobs)
