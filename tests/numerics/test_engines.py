"""Every class that answers numeric questions of a law answers all of them, if only by a refusal."""

import pytest

import freealg as fa
from freealg.numerics.engines import Engine

METHODS = [name for name in vars(Engine) if not name.startswith("_")]
LAWS = {
    "AlgebraicSpectrum": lambda: fa.Semicircle(),
    "AtomicLaw": lambda: fa.Discrete({0: 0.5, 1: 0.5}),
    "CauchySum": lambda: fa.boxplus(fa.Cauchy(), fa.Uniform()),
    "ClosedLaw": lambda: fa.Uniform(),
    "ContinuedLaw": lambda: fa.FussCatalan(40),
    "MixedLaw": lambda: fa.mixture({fa.Uniform(): 0.5, fa.Semicircle(): 0.5}),
    "MobiusSpectrum": lambda: fa.Uniform(1, 2).inverse(),
    "MovedLaw": lambda: fa.boxplus(fa.Uniform(), fa.Semicircle()).affine(2, 1),
    "PushForwardSpectrum": lambda: fa.nets.activation("tanh").d2_law(1),
    "RootedSpectrum": lambda: fa.MarchenkoPastur().sqrt(),
    "SmoothJacobianSpectrum": lambda: fa.nets.Jacobian("tanh", depth=2, q=1),
    "SquaredLaw": lambda: fa.Cauchy().square(),
}


@pytest.mark.parametrize("name", LAWS)
def test_an_engine_has_every_method_of_the_protocol(name):
    engine = LAWS[name]().engine
    assert type(engine).__name__ == name
    assert [method for method in METHODS if not callable(getattr(engine, method, None))] == []
