"""Text and LaTeX of expressions: what is printed can be read back, at any length."""

import sys

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Add, Integer, Mul, Poly, Pow, Rational, Symbol, symbols

from freealg.law.conversions import CONVERSIONS
from freealg.law.operations import affine, compression, free_power, free_product, free_sum, mixture, mobius, multiplicative_power, square
from freealg.parsing import parse_numbers
from freealg.show.prose import prose_latex
from freealg.show.text import collected, collected_latex, digits, expression_latex, expression_text, long_latex, wrapped

phi, eps, G, z = symbols("phi eps G z")


@pytest.fixture
def unlimited():
    """Python's own conversion of long integers, for comparison."""
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    yield
    sys.set_int_max_str_digits(before)


@pytest.mark.parametrize(("base", "exponent"), [(0, 1), (-1, 1), (10, 4299), (10, 4300), (-7, 30_001), (3, 200_000)])
def test_digits_of_integers_of_any_length(base, exponent, unlimited):
    assert digits(base**exponent) == str(base**exponent)


def test_long_integers_inside_expressions(unlimited):
    n = 7**6_000
    expr = Integer(n) * phi**2 / 3 - Rational(1, n) + Pow(Integer(n) + phi, -3)
    assert expression_text(expr).count(str(n)) == 3
    assert expression_latex(expr).count(str(n)) == 3
    assert expression_latex(Rational(-n, 3)) == rf"- \frac{{{n}}}{{3}}"


def expressions():
    atoms = st.sampled_from([phi, eps, Symbol("s")]) | st.fractions(max_denominator=50).map(lambda q: Rational(q.numerator, q.denominator))
    grow = lambda inner: (  # noqa: E731
        st.builds(Add, inner, inner)
        | st.builds(Mul, inner, inner)
        | st.builds(lambda a, k: a**k if a != 0 else a, inner, st.sampled_from([2, 3, -1, -2]))
    )
    return st.recursive(atoms, grow, max_leaves=10)


@settings(deadline=None, max_examples=80)
@given(expressions())
def test_text_can_be_read_back_by_the_grammar(expr):
    (read,) = parse_numbers(expression_text(expr))
    assert (read - expr).expand() == 0 or (read - expr).cancel() == 0


@settings(deadline=None, max_examples=30)
@given(st.dictionaries(st.tuples(st.integers(0, 3), st.integers(0, 3)), expressions().filter(lambda e: e.is_polynomial()), min_size=1, max_size=6))
def test_collected_polynomials_can_be_read_back(table):
    poly = Poly.from_dict({key: value.expand() for key, value in table.items()}, G, z)
    if poly.is_zero:
        return
    (read,) = parse_numbers(collected(poly))
    assert (read - poly.as_expr()).expand() == 0
    assert collected_latex(poly).count("{") == collected_latex(poly).count("}")


def test_a_sum_begins_with_a_positive_term():
    assert expression_text(1 - phi) == "1 - phi"
    assert expression_latex(1 / (1 - phi * z)) == r"\frac{1}{1 - \phi z}"
    assert expression_text(-phi - 1) == "-phi - 1"


def test_latex_names():
    assert expression_latex(2 * eps * Symbol("rate")) == r"2 \varepsilon \mathrm{rate}"


def test_wrapped_lines_keep_all_terms():
    expr = (1 + phi + eps) ** 8
    text = expression_text(expr.expand())
    lines = wrapped(text, 60, "    ")
    assert " ".join(line.strip() for line in lines) == text
    assert all(len(line) <= 60 for line in lines)
    assert all(line.strip()[0] in "+-" for line in lines[1:])


def test_long_latex_is_broken_at_signs():
    broken = long_latex(((1 - phi + eps) ** 7).expand())
    assert broken.startswith(r"\begin{aligned}[t]")
    assert broken.endswith(r"\end{aligned}")
    flat = broken.removeprefix(r"\begin{aligned}[t] & ").removesuffix(r" \end{aligned}").replace(r" \\ & {}", " ")
    assert flat == expression_latex(((1 - phi + eps) ** 7).expand())


def rules():
    """Every rule that `explain` may quote."""
    lanes = [
        getattr(operation, name).__doc__
        for module in (affine, compression, free_power, free_product, free_sum, mixture, mobius, multiplicative_power, square)
        for operation in vars(module).values()
        if isinstance(operation, type) and operation.__module__ == module.__name__
        for name in vars(operation)
        if name.startswith("lane_")
    ]
    return sorted({" ".join(rule.split()) for rule in [*lanes, *(c.__doc__ for group in CONVERSIONS.values() for c in group)]})


@pytest.mark.parametrize("rule", rules())
def test_rules_become_latex_with_balanced_signs(rule):
    latex = prose_latex(rule)
    assert latex.count("$") % 2 == 0
    formulas = latex.split("$")[1::2]
    words = latex.split("$")[0::2]
    assert all(part.count("{") == part.count("}") for part in formulas)
    assert not any(sign in part.replace("\\_", "").replace("\\^", "") for part in words for sign in "_^{}=")
    assert not any("**" in part or "->" in part for part in formulas)


@pytest.mark.parametrize(
    ("words", "latex"),
    [
        ("m_n(X^2) = m_2n(X)", "$m_n(X^2) = m_{2n}(X)$"),
        ("G(z) = (G(sqrt z) - G(-sqrt z))/(2 sqrt z)", r"$G(z) = (G(\sqrt{z}) - G(-\sqrt{z}))/(2 \sqrt{z})$"),
        ("P((z - b)/a, a G) = 0, at a", "$P((z - b)/a, a G) = 0$, at $a$"),
        ("kappa_n = rate * m_n(law), n = 1, 2, ...", r"$\kappa_n = \mathrm{rate}~m_n(\mathrm{law})$, $n = 1$, $2$, $\dots$"),
        ("the jumps' G (Speicher and others)", "the jumps' $G$ (Speicher and others)"),
        ("X = eta u, R(g) = sum kappa_(n+1) g^n", r"$X = \eta u$, $R(g) = \sum \kappa_{n+1} g^n$"),
        ("every atom of a law, sum of mass * location^n", r"every atom of a law, sum of mass $\mathrm{location}^n$"),
    ],
)
def test_prose_as_it_is_typeset(words, latex):
    assert prose_latex(words) == latex


def test_sympy_prints_what_we_print_where_it_can():
    expr = sympy.sqrt(phi) / 3 + phi**2
    assert expression_text(expr) == str(expr)
    assert expression_latex(expr) == sympy.latex(expr)
