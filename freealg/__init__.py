"""freealg: a symbolic engine for free probability.

Names are loaded on first use (PEP 562), so `import freealg` costs the standard library only.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "freealg.errors": (
        "BudgetExceeded", "FreeAlgError", "InvalidInput", "NoClosedForm", "NotALaw", "NotFree", "ParseError", "StatisticalMismatch",
        "UnboundParameters", "Undecided", "UndefinedMoments",
    ),
    "freealg.law.law": ("Law",),
    "freealg.law.pictures": ("plot_family",),
    "freealg.law.sweep": ("SweepResult", "sweep"),
    "freealg.law.operations.free_difference": ("boxminus",),
    "freealg.law.operations.free_quotient": ("boxdivide",),
    "freealg.law.operations.free_sum": ("boxplus",),
    "freealg.law.operations.free_product": ("boxtimes",),
    "freealg.law.operations.mixture": ("mixture",),
    "freealg.law.persistence": ("from_json",),
    "freealg.laws.semicircle": ("Semicircle",),
    "freealg.laws.marchenko_pastur": ("MarchenkoPastur",),
    "freealg.laws.free_poisson": ("FreePoisson",),
    "freealg.laws.discrete": ("Discrete", "Projection", "Rademacher"),
    "freealg.laws.arcsine": ("Arcsine",),
    "freealg.laws.cauchy": ("Cauchy",),
    "freealg.laws.uniform": ("Uniform",),
    "freealg.laws.gaussian": ("Gaussian",),
    "freealg.laws.kesten_mckay": ("KestenMcKay",),
    "freealg.laws.fuss_catalan": ("FreeBessel", "FussCatalan"),
    "freealg.laws.compound_free_poisson": ("CompoundFreePoisson",),
    "freealg.elements.expression": ("Element",),
    "freealg.elements.generators": (
        "Circular", "Deterministic", "HaarProjection", "HaarUnitary", "Identity", "SemicircularFamily", "Wigner", "Wishart",
    ),
    "freealg.parsing": ("parse",),
    "freealg.laws.given": ("from_cauchy_equation", "from_free_cumulants", "from_moments", "from_r_transform", "from_s_transform"),
}  # fmt: skip
_ROOMS = ("combinatorics", "elements", "exact", "forms", "laws", "matrices", "nets", "numerics", "parsing", "show", "testing")
_WHERE = {name: home for home, names in _HOMES.items() for name in names}

__all__ = ["__version__", *_ROOMS, *_WHERE]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        value = getattr(import_module(_WHERE[name]), name)
    elif name in _ROOMS:
        value = import_module(f"freealg.{name}")
    else:
        raise AttributeError(f"module 'freealg' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
