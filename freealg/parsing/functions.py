"""The functions of the grammar: their names, their parameters and what they make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, final

import freealg

__all__ = ["FUNCTIONS", "Function", "key_of"]


@final
@dataclass(frozen=True)
class Function:
    """`make` takes the arguments by keyword; the first `required` of `parameters` must be given. `repeats` takes any number of laws instead.

    Parameters among `words` are names such as relu or orthogonal.
    """

    name: str
    parameters: tuple[str, ...]
    required: int
    make: Callable[..., Any]
    repeats: bool = False
    words: tuple[str, ...] = ()

    def usage(self) -> str:
        """How the call is written: compress(law, t)."""
        if self.repeats:
            return f"{self.name}(law, law, ...)"
        return f"{self.name}({', '.join(self.parameters)})"


def key_of(name: str) -> str:
    """`MarchenkoPastur`, `marchenko_pastur` and `marchenkopastur` are one name."""
    return name.lower().replace("_", "")


def _public(name: str) -> Callable[..., Any]:
    """The public name, looked up when it is called, so that reading loads no law that is not used."""

    def make(*laws: Any, **values: Any) -> Any:
        """Call it."""
        return getattr(freealg, name)(*laws, **values)

    return make


def _made(public: str, parameters: str, required: int, *names: str) -> list[Function]:
    listed = tuple(parameters.split())
    return [Function(name, listed, required, _public(public)) for name in names]


def _method(name: str, parameters: str) -> Function:
    """A method of laws, its law as the first parameter."""
    listed = ("law", *parameters.split())
    return Function(name, listed, len(listed), lambda law, **values: getattr(law, name)(**values))


def _network(public: str, parameters: str, required: int, name: str) -> Function:
    """A law of `freealg.nets`; activations, ensembles of weights and universality classes are words."""

    def make(**values: Any) -> Any:
        """Call it."""
        return getattr(freealg.nets, public)(**values)

    return Function(name, tuple(parameters.split()), required, make, words=("activation", "weights", "kind"))


_ALL = [
    *_made("Wigner", "variance", 0, "wigner"),
    *_made("Wishart", "ratio variance", 0, "wishart"),
    *_made("HaarProjection", "p", 1, "haar_projection"),
    *_made("Identity", "", 0, "identity"),
    *_made("Deterministic", "law", 1, "deterministic"),
    *_made("Semicircle", "mean variance", 0, "semicircle", "sc"),
    *_made("MarchenkoPastur", "ratio variance", 0, "marchenko_pastur", "mp"),
    *_made("FreePoisson", "rate jump", 0, "free_poisson", "fp"),
    *_made("Projection", "p", 1, "projection", "proj"),
    *_made("Rademacher", "", 0, "rademacher"),
    *_made("Arcsine", "radius", 0, "arcsine"),
    *_made("Cauchy", "location scale", 0, "cauchy"),
    *_made("Uniform", "a b", 0, "uniform"),
    *_made("Gaussian", "mean variance", 0, "gaussian"),
    *_made("KestenMcKay", "degree", 1, "kesten_mckay"),
    *_made("FussCatalan", "order", 1, "fuss_catalan"),
    *_made("FreeBessel", "order rate", 2, "free_bessel"),
    *_made("CompoundFreePoisson", "rate law", 2, "compound_free_poisson"),
    *_made("Discrete", "masses", 1, "discrete"),
    *_made("mixture", "weights", 1, "mixture"),
    *_made("boxminus", "whole part", 2, "boxminus"),
    *_made("boxdivide", "whole part", 2, "boxdivide"),
    _method("compress", "t"),
    _method("square", ""),
    _method("inverse", ""),
    _method("mobius", "a b c d"),
    _method("boxplus_power", "t"),
    _method("boxtimes_power", "t"),
    _network("Hessian", "ratio energy", 2, "hessian"),
    _network("Jacobian", "activation depth weights q sigma_w2", 2, "jacobian"),
    _network("NonlinearGram", "activation phi psi eta zeta sigma", 0, "nonlinear_gram"),
    _network("universal_jacobian", "kind variance", 2, "universal_jacobian"),
    Function("boxplus", (), 1, _public("boxplus"), repeats=True),
    Function("boxtimes", (), 1, _public("boxtimes"), repeats=True),
]

FUNCTIONS: dict[str, Function] = {key_of(function.name): function for function in _ALL}
"""{key_of(name): function}."""
