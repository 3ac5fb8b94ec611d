"""The ways to write a law down: values only. Each form has a `name`; a law states it as `state_<name>`, an operation carries it by `lane_<name>`."""

from freealg.forms.atomic import AtomicPart, Atoms
from freealg.forms.cauchy_equation import CauchyEquation
from freealg.forms.density import Density
from freealg.forms.sequences import FreeCumulants, Moments
from freealg.forms.transforms import CauchyTransform, Form, RTransform, STransform
from freealg.forms.variables import g, m, x, z

__all__ = [
    "AtomicPart",
    "Atoms",
    "CauchyEquation",
    "CauchyTransform",
    "Density",
    "Form",
    "FreeCumulants",
    "Moments",
    "RTransform",
    "STransform",
    "g",
    "m",
    "x",
    "z",
]
