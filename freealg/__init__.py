"""freealg: a symbolic engine for free probability.

Names are loaded on first use (PEP 562), so `import freealg` costs the standard library only.
"""

from __future__ import annotations

from freealg.lazily import loaded_on_use

__version__ = "0.1.0"

_HOMES = {
    "errors": (
        "BudgetExceeded", "FreeAlgError", "InvalidInput", "NoClosedForm", "NotALaw", "NotFree", "ParseError", "StatisticalMismatch",
        "UnboundParameters", "Undecided", "UndefinedMoments",
    ),
    "law.law": ("Law",),
    "law.pictures": ("plot_family",),
    "law.sweep": ("SweepResult", "sweep"),
    "law.operations.free_difference": ("boxminus",),
    "law.operations.free_quotient": ("boxdivide",),
    "law.operations.free_sum": ("boxplus",),
    "law.operations.free_product": ("boxtimes",),
    "law.operations.mixture": ("mixture",),
    "law.persistence": ("from_json",),
    "laws.semicircle": ("Semicircle",),
    "laws.marchenko_pastur": ("MarchenkoPastur",),
    "laws.free_poisson": ("FreePoisson",),
    "laws.discrete": ("Discrete", "Projection", "Rademacher"),
    "laws.arcsine": ("Arcsine",),
    "laws.cauchy": ("Cauchy",),
    "laws.uniform": ("Uniform",),
    "laws.gaussian": ("Gaussian",),
    "laws.kesten_mckay": ("KestenMcKay",),
    "laws.fuss_catalan": ("FreeBessel", "FussCatalan"),
    "laws.compound_free_poisson": ("CompoundFreePoisson",),
    "laws.equilibrium": ("Equilibrium",),
    "elements.expression": ("Element",),
    "elements.generators": (
        "Circular", "Deterministic", "HaarProjection", "HaarUnitary", "Identity", "SemicircularFamily", "Wigner", "Wishart",
    ),
    "parsing": ("parse",),
    "laws.given": ("from_cauchy_equation", "from_free_cumulants", "from_moments", "from_r_transform", "from_s_transform"),
}  # fmt: skip
_ROOMS = ("combinatorics", "elements", "exact", "forms", "laws", "matrices", "nets", "numerics", "parsing", "show", "testing")

__all__, __getattr__, __dir__ = loaded_on_use(__name__, _HOMES, _ROOMS)
