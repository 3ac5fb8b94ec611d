"""Laws as values: equality, hashing, pickling into a fresh process, substitution by name, printing."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys

import pytest
import sympy
from sympy import Rational, Symbol, symbols

import freealg as fa

phi, eps = symbols("phi epsilon")
HALF = Rational(1, 2)

LAWS = [
    fa.Semicircle(1, 2),
    fa.MarchenkoPastur(ratio=phi),
    fa.FreePoisson(rate=3, jump=phi),
    fa.Discrete({-1: HALF, 1: HALF}),
    fa.Arcsine(3),
    fa.Cauchy(1, 2),
    fa.Uniform(-1, 2),
    fa.Gaussian(0, 3),
    fa.KestenMcKay(4),
    fa.FussCatalan(phi),
    fa.FreeBessel(2, 3),
    fa.CompoundFreePoisson(phi, fa.Rademacher()),
    fa.from_moments([0, 1, 0, 2]),
    fa.from_free_cumulants([1, phi]),
    fa.from_r_transform(1 / (1 - phi * Symbol("g")), Symbol("g")),
    fa.from_s_transform(1 / (1 + phi * Symbol("m")), Symbol("m")),
    fa.from_cauchy_equation(Symbol("G") ** 2 - Symbol("z") * Symbol("G") + 1, Symbol("G"), Symbol("z")),
    fa.boxplus(fa.MarchenkoPastur(ratio=phi), fa.Semicircle(variance=2 * eps)),
    fa.boxtimes(fa.MarchenkoPastur(), fa.Projection(phi)),
    fa.Rademacher().boxplus_power(phi),
    fa.MarchenkoPastur().boxtimes_power(phi),
    fa.Arcsine().compress(phi),
    2 * fa.MarchenkoPastur() + 1,
    fa.MarchenkoPastur(ratio=HALF).inverse(),
    fa.Semicircle().square(),
    fa.mixture({fa.Semicircle(): phi, fa.Rademacher(): 1 - phi}),
    fa.nets.NonlinearGram(eta=1, zeta=HALF, phi=phi, psi=1),
    fa.nets.Jacobian("relu", depth=phi),
    fa.nets.universal_jacobian("smooth", phi),
]


@pytest.mark.parametrize("law", LAWS, ids=repr)
def test_a_copy_is_equal_and_hashes_alike(law: fa.Law) -> None:
    law.memo["engine"] = object()
    copy = pickle.loads(pickle.dumps(law))
    assert copy == law and hash(copy) == hash(law)
    assert copy.memo == {}
    del law.memo["engine"]
    assert law != fa.Semicircle(7, 7)


@pytest.mark.parametrize("law", LAWS, ids=repr)
def test_substitution_by_name_leaves_no_symbol(law: fa.Law) -> None:
    values = {symbol.name: HALF if symbol.name == "phi" else 1 for symbol in law.free_symbols}
    values = {name: 2 if type(law).__name__ in ("FreePower", "MultiplicativePower", "JacobianLaw") else value for name, value in values.items()}
    bound = law.subs(values)
    assert not bound.free_symbols
    assert type(bound) is type(law)
    with pytest.raises(fa.InvalidInput, match="no parameter named 'nothing'"):
        law.subs({"nothing": 1})


@pytest.mark.parametrize("law", LAWS, ids=repr)
def test_printing(law: fa.Law) -> None:
    assert repr(law) and "object at" not in repr(law)
    assert law.latex().count("{") == law.latex().count("}")
    assert law._repr_latex_().startswith("$")


def test_fresh_process_answers_a_queried_and_pickled_law() -> None:
    law = fa.boxplus(fa.MarchenkoPastur(ratio=HALF), fa.Semicircle(variance=Rational(1, 4)), fa.from_r_transform(Symbol("g"), Symbol("g")))
    moments, density = law.moments(6), law.pdf(0.7)
    program = "import pickle, sys; law = pickle.loads(sys.stdin.buffer.read()); print(law.moments(6)); print(law.pdf(0.7))"
    done = subprocess.run([sys.executable, "-c", program], input=pickle.dumps(law), capture_output=True, check=True, timeout=120)
    lines = done.stdout.decode().splitlines()
    assert lines == [str(moments), str(density)]


def test_importing_freealg_loads_the_standard_library_only() -> None:
    program = "import sys, freealg; print([n for n in ('sympy', 'numpy', 'mpmath', 'flint', 'networkx', 'lark') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, timeout=60)
    assert done.stdout.decode().strip() == "[]"


def test_symbols_match_by_name_whatever_their_assumptions() -> None:
    law = fa.MarchenkoPastur(ratio=Symbol("phi", positive=True))
    assert law.subs({Symbol("phi"): 2}) == fa.MarchenkoPastur(ratio=2)
    assert law.subs({"phi": 0.5}) == fa.MarchenkoPastur(ratio=HALF)


@pytest.mark.parametrize("law", LAWS, ids=repr)
def test_json_round_trip(law: fa.Law) -> None:
    assert fa.from_json(law.to_json()) == law


@pytest.mark.parametrize(
    "text",
    ["", "[1]", "{", '{"type": "os.system"}', '{"type": "laws.semicircle.Any"}', '{"type": "laws.nothing.Nothing"}', '{"type": "laws.semicircle.Semicircle"}', '{"type": "laws.semicircle.Semicircle", "mean": "0", "variance": "1/0"}', '"3"', "null",
     '{"type": "laws.semicircle.Semicircle", "mean": {"head": "eval", "args": []}, "variance": "1"}', '{"type": "laws.discrete.Discrete", "masses": "1"}', "[" * 5000],
)  # fmt: skip
def test_json_of_no_law(text: str) -> None:
    with pytest.raises(fa.InvalidInput):
        fa.from_json(text)


def test_a_function_has_no_json() -> None:
    with pytest.raises(fa.InvalidInput, match="as a list"):
        fa.from_free_cumulants(lambda n: 1).to_json()


@pytest.mark.parametrize(
    ("law", "latex"),
    [
        (fa.Discrete({-1: HALF, 2: HALF}), r"\frac{1}{2} \delta_{-1} + \frac{1}{2} \delta_{2}"),
        (fa.Projection(phi), r"\left(1 - \phi\right) \delta_{0} + \phi \delta_{1}"),
        (fa.Discrete({3: 1}), r"\delta_{3}"),
        (fa.nets.NonlinearGram(eta=Symbol("eta"), zeta=HALF), r"\mathrm{NonlinearGram}\left(\eta, \zeta=\frac{1}{2}\right)"),
        (fa.boxplus(fa.Semicircle(), fa.Rademacher()), r"\mathrm{Semicircle} \boxplus \left(\frac{1}{2} \delta_{-1} + \frac{1}{2} \delta_{1}\right)"),
        (HALF - fa.MarchenkoPastur(), r"-\mathrm{MarchenkoPastur} + \frac{1}{2}"),
        ((2 * fa.MarchenkoPastur() - 1).boxplus_power(3), r"\left(2 \cdot \mathrm{MarchenkoPastur} - 1\right)^{\boxplus 3}"),
        (fa.Semicircle().square(), r"\mathrm{Semicircle}^{2}"),
        (fa.MarchenkoPastur(ratio=HALF).inverse().square(), r"\left(\mathrm{MarchenkoPastur}\left(\mathrm{ratio}=\frac{1}{2}\right)^{-1}\right)^{2}"),
        (fa.MarchenkoPastur().mobius(1, 0, 1, 1), r"\mathrm{mobius}_{1, 0, 1, 1}\left(\mathrm{MarchenkoPastur}\right)"),
        (fa.Arcsine(1).compress(phi), r"\mathrm{compress}_{\phi}\left(\mathrm{Arcsine}\left(\mathrm{radius}=1\right)\right)"),
        (fa.mixture({fa.Semicircle(): phi, fa.Cauchy(): 1 - phi}), r"\mathrm{mixture}\left(\mathrm{Semicircle}\colon \phi,\ \mathrm{Cauchy}\colon 1 - \phi\right)"),
        (fa.nets.universal_jacobian("smooth", 2), r"\mathrm{universal~jacobian}\left(\mathrm{kind}=\mathrm{smooth}, \mathrm{variance}=2\right)"),
        (fa.from_moments([0, 1, 0, 2, 0, 5, 0, 14]), r"\mathrm{law}\left(m=\left(0, 1, 0, 2, 0, 5, \dots\right)\right)"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_latex_tells_every_parameter(law: fa.Law, latex: str) -> None:
    assert law.latex() == latex


@pytest.mark.parametrize(
    "law",
    [
        fa.nets.Jacobian("relu", depth=3),
        fa.nets.Jacobian("linear", depth=1),
        fa.nets.Jacobian("leaky_relu(1/2)", depth=phi, weights="orthogonal"),
        fa.nets.Jacobian("tanh", depth=2, q=1),
        fa.nets.Jacobian(["relu", fa.nets.Layer("linear", ratio=2), fa.nets.Layer("relu", ratio=phi)]),
        fa.nets.universal_jacobian("smooth", phi),
        fa.nets.Layer("erf", q=phi).squared_derivative(),
        fa.nets.NonlinearGram("tanh", phi=phi, psi=HALF, sigma=HALF),
        fa.nets.NonlinearGram("softplus(2)"),
        fa.nets.NonlinearGram("relu", psi=2),
    ],
    ids=repr,
)
def test_laws_of_networks_print_as_they_can_be_typed(law: fa.Law) -> None:
    names = {name: getattr(room, name) for room in (fa, fa.nets) for name in room.__all__}
    exact = re.sub(r"\b(\d+)/(\d+)", r"Rational(\1, \2)", repr(law))
    assert eval(exact, names | {"phi": phi, "pi": sympy.pi, "Rational": sympy.Rational}) == law  # the text is our own


def test_an_operation_without_a_text_of_its_own_prints_as_its_constructor_is_called() -> None:
    law = fa.CompoundFreePoisson(phi, fa.Rademacher())
    assert repr(law) == "CompoundFreePoisson(rate=phi, law=Discrete({-1: 1/2, 1: 1/2}))"
    assert fa.CompoundFreePoisson(rate=phi, law=fa.Discrete({-1: HALF, 1: HALF})) == law
