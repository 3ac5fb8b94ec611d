"""Derivations say what the queries say, name every law, and print in three ways."""

import re

import pytest
import sympy
from sympy import Rational, Symbol, symbols

import freealg as fa
from freealg.forms import CauchyEquation, RTransform
from freealg.law.explain import explain
from freealg.parsing import parse_numbers

phi, eps, p, q, G, z = symbols("phi eps p q G z")
HESSIAN = fa.boxplus(fa.MarchenkoPastur(ratio=phi), fa.Semicircle(variance=2 * eps))
LAWS = {
    "hessian": HESSIAN,
    "affine": 2 * fa.MarchenkoPastur(ratio=phi) + 1,
    "projections": fa.boxtimes(fa.Projection(p), fa.Projection(q)),
    "power": fa.MarchenkoPastur().boxtimes_power(2),
    "three points": fa.boxplus(fa.Discrete({-1: Rational(1, 3), 0: Rational(1, 3), 1: Rational(1, 3)}), fa.Semicircle(variance=Rational(1, 3))),
    "compression": fa.Rademacher().compress(Rational(1, 2)),
}


def last_formulas(derivation):
    return [formula.text for formula in derivation.steps[-1].formulas]


@pytest.mark.parametrize("name", LAWS)
def test_the_last_step_is_the_equation(name):
    law = LAWS[name]
    (formula,) = last_formulas(explain(law, "cauchy_equation"))
    (read,) = parse_numbers(formula.removesuffix(" = 0"))
    assert (read - law.cauchy_equation(G, z).as_expr()).expand() == 0


@pytest.mark.parametrize("name", LAWS)
def test_the_last_step_is_the_sequence(name):
    law = LAWS[name]
    for what, values in (("moments", law.moments(6)), ("free_cumulants", law.free_cumulants(6))):
        shown = [parse_numbers(formula.split(" = ")[1])[0] for formula in last_formulas(explain(law, what))]
        assert [(a - b).cancel() for a, b in zip(shown, values, strict=True)] == [0] * 6


TRANSFORMS = [("hessian", "r_transform"), ("affine", "r_transform"), ("projections", "s_transform"), ("power", "s_transform")]


@pytest.mark.parametrize(("name", "what"), TRANSFORMS)
def test_the_last_step_is_the_transform(name, what):
    law = LAWS[name]
    (formula,) = last_formulas(explain(law, what))
    (read,) = parse_numbers(formula.split(" = ")[1])
    assert sympy.simplify(read - getattr(law, what)()) == 0


def test_order_bounds_the_sequences():
    assert len(last_formulas(explain(HESSIAN, "moments", order=3))) == 3


def test_each_intermediate_result_stands_once_and_every_law_has_a_name():
    derivation = explain(fa.boxplus(fa.Rademacher(), fa.Rademacher(), fa.Projection(p)), "cauchy_equation")
    headings = [(step.what, step.subject.text) for step in derivation.steps]
    assert len(set(headings)) == len(headings)
    named = {name.text.split(" = ")[0] for name in derivation.names}
    assert {subject for _, subject in headings} <= named
    assert derivation.steps[-1].subject.text == "mu"


def test_the_route_is_the_same_when_the_law_was_asked_before():
    warm = fa.boxplus(fa.MarchenkoPastur(ratio=phi), fa.Semicircle(variance=2 * eps))
    warm.moments(8)
    warm.cauchy_equation()
    assert str(explain(warm, "r_transform")) == str(explain(HESSIAN, "r_transform"))


def test_dropped_factors_are_shown_with_the_order_at_which_they_fail():
    law = fa.MarchenkoPastur().boxtimes_power(Rational(1, 2))
    choice = explain(law, "cauchy_equation").steps[-1]
    twin = [law.cauchy_equation(G, z).as_expr()]
    for remark in choice.remarks:
        text = remark.text
        (factor,) = parse_numbers(re.search(r"the factor (.*), which", text)[1])
        order = int(re.search(r"order w\^(\d+)", text)[1])
        w = Symbol("w")
        moments = law.moments(order + 2)
        germ = w + sum(m * w ** (k + 1) for k, m in enumerate(moments, 1))
        series = sympy.Poly((factor.subs({z: 1 / w, G: germ}) * w ** sympy.degree(factor, z)).expand(), w)
        assert [series.coeff_monomial(w**k) for k in range(order)] == [0] * order
        assert series.coeff_monomial(w**order) != 0
        twin.append(factor)
    assert len(twin) == len(choice.remarks) + 1


def test_atoms_and_support():
    projections = LAWS["projections"].subs({p: Rational(2, 3), q: Rational(3, 4)})
    assert "mu{1} = 5/12" in str(explain(projections, "atoms"))
    intervals = explain(LAWS["projections"], "support").steps[-1].formulas[0].text
    low, high = parse_numbers(intervals.strip("[]"))
    assert sympy.simplify(low * high - (p - q) ** 2) == 0
    s = Symbol("s")
    cusp = explain(fa.MarchenkoPastur().boxtimes_power(s), "support")
    assert [step.what for step in cusp.steps][-2:] == ["inverse of the moment transform", "support of the absolutely continuous part"]
    low, high = parse_numbers(cusp.steps[-1].formulas[0].text.strip("[]"))
    assert low == 0
    assert sympy.simplify(high - (s + 1) ** (s + 1) / s**s) == 0
    assert explain(fa.Semicircle(), "support").steps[-1].formulas[0].text == "[-2, 2]"
    assert explain(fa.Rademacher(), "support").steps[-1].formulas[0].text == "empty"


def test_markdown_and_latex_are_well_formed():
    derivation = explain(HESSIAN, "moments", order=8)
    latex, markdown = derivation.latex(), derivation.markdown()
    assert latex.count(r"\item") == len(derivation.steps)
    assert latex.count(r"\[") == latex.count(r"\]") == sum(len(step.formulas) for step in derivation.steps)
    assert latex.count("{") == latex.count("}")
    assert markdown.count("$") % 2 == 0
    assert r"R(g) = 2 \varepsilon g + \frac{1}{1 - g \phi}" in latex
    assert r"$$ R(g) = 2 \varepsilon g + \frac{1}{1 - g \phi} $$" in markdown
    assert derivation._repr_markdown_() == markdown


def test_a_parameter_named_like_a_variable_stays_apart():
    law = fa.boxplus(fa.Semicircle(variance=Symbol("g")), fa.MarchenkoPastur(ratio=Symbol("z")))
    assert last_formulas(explain(law, "r_transform")) == ["R(g') = g*g' + 1/(1 - g'*z)"]


def test_forms_name_themselves():
    assert str(explain(HESSIAN, RTransform)) == str(explain(HESSIAN, "r_transform"))
    assert str(explain(HESSIAN, CauchyEquation)) == str(explain(HESSIAN)) == str(explain(HESSIAN, "equation"))


@pytest.mark.parametrize("what", ["R", "__class__", None, 3, int, ["moments"]])
def test_unknown_names_are_refused(what):
    with pytest.raises(fa.InvalidInput, match="explain knows"):
        explain(HESSIAN, what)


def test_what_does_not_exist_is_refused_as_by_the_query():
    with pytest.raises(fa.UndefinedMoments):
        explain(fa.Cauchy(), "moments")
    with pytest.raises(fa.NoClosedForm):
        explain(fa.Uniform(-1, 1), "cauchy_equation")
    with pytest.raises(fa.NoClosedForm, match="the equation has degree 3"):
        explain(HESSIAN, "support")


@pytest.mark.parametrize(("query", "last"), [
    ("mean", "m_1 = 1"),
    ("variance", "kappa_2 = 2"),
    ("moment_transform", "M(z) = z/4 - sqrt(z - 3 - 2*sqrt(2))*sqrt(z - 3 + 2*sqrt(2))/4 - 3/4"),
    ("voiculescu_transform", "phi(z) = 1/(1 - 2/z)"),
    ("jacobi_coefficients", "b_2 = 2"),
    ("hankel_determinants", "D_3 = 8"),
    ("support_intervals", "[(1 - sqrt(2))**2, (1 + sqrt(2))**2]"),
])  # fmt: skip
def test_every_exact_query_is_explained(query: str, last: str) -> None:
    law = fa.MarchenkoPastur(ratio=2)
    derivation = law.explain(query)
    assert str(derivation).splitlines()[-1].strip() == last
    assert derivation.markdown().count("$") % 2 == 0
    assert derivation.latex().endswith(r"\end{enumerate}")


@pytest.mark.parametrize("query", ["density", "edge_exponents", "recurrence", "psi_transform", "eta_transform"])
def test_the_last_step_is_what_the_query_answers(query: str) -> None:
    law = fa.Semicircle(variance=2)
    steps = law.explain(query).steps
    shown = " ".join(formula.text for formula in steps[-1].formulas)
    wanted = {
        "density": "sqrt((2*sqrt(2) - x)*(x + 2*sqrt(2)))/(4*pi)",
        "edge_exponents": "|x - (-2*sqrt(2))|^(1/2)",
        "recurrence": str(law.recurrence()).splitlines()[0],
        "psi_transform": "psi(w) = ",
        "eta_transform": "eta(w) = psi(w)/(1 + psi(w)) = ",
    }
    assert wanted[query] in shown


def test_a_derivation_shows_as_markdown_in_notebooks() -> None:
    derivation = fa.Semicircle().explain("moments")
    assert derivation._repr_markdown_().startswith("**")
    assert not hasattr(derivation, "_repr_latex_")
