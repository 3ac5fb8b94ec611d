"""What the grammar refuses: in one line, at once, with the place, and without running anything."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import freealg as fa
from freealg.parsing import parse_numbers, parse_values

ATTACKS = [
    "__import__('os').system('echo hacked')",
    "().__class__.__bases__[0].__subclasses__()",
    "mp(1).__class__",
    "eval('1')",
    "exec(\"import os\")",
    "lambda: 1",
    "[x for x in (1,)]",
    "open('/etc/passwd')",
    "f'{1}'",
    "mp(1);mp(2)",
    "mp(1) if 1 else mp(2)",
    "mp(0x10)",
    "mp(1\x00)",
    "mp(a.b)",
    "mp(S('1'))",
    "Symbol('x')",
    "print(mp(1))",
    "mp(\u202e1)",
]
HEAVY = [
    "9**9**9",
    "mp(9**9**9)",
    "mp(9^(9^(9^9)))",
    "mp(2^1000000)",
    "mp((1/3)^99999999)",
    "mp(x^999999)",
    "mp((x+y+z+w)^64)",
    "mp(((x+y)^99)^99)",
    "mp(" + "9" * 1500 + ")",
    "mp(1e999999999)",
    "mp(sqrt(10^40 + 1))",
    "mp(10^60^(1/2))",
    "mp(" + "sqrt(" * 40 + "2" + ")" * 41,
    "mp(2^sqrt(2))",
    "mp(" + "a^" * 900 + "a)",
    "wigner()^999999",
    "(" * 10_000 + ")" * 10_000,
    "(" * 10_000,
    "(" * 60 + "mp(1)" + ")" * 60,
    "mp(" * 60 + "1" + ")" * 60,
    "x" * 10_000,
    "mp(1)" + "[+]mp(1)" * 3_000,
]
MISTAKES = {
    "boxtimes(variance=1)": (10, "takes laws without names"),
    "boxplus(mp(1), law=sc())": (16, "takes laws without names"),
    "mp(1/2": (7, "')', ',' or an operator"),
    "mp(1/2))": (8, "found ')'"),
    "mp(1) +": (8, "a number, a name or '('"),
    "2eps": (2, "an operator"),
    "mp(1) mp(2)": (7, "found 'mp'"),
    "mp(1/0)": (5, "a division by zero"),
    "mp(0^-1)": (5, "a division by zero"),
    "wihsart(2)": (1, "did you mean wishart?"),
    "foo(2)": (1, "the functions are arcsine"),
    "phi(2)": (1, "there is no function phi"),
    "wigner + mp(1)": (1, "write wigner(variance)"),
    "mp(3, 4, 5)": (1, "takes 2 arguments, not 3"),
    "mp(rato=2)": (4, "rato is unknown; the call is mp(ratio, variance)"),
    "mp(2, ratio=3)": (7, "ratio is given twice"),
    "projection()": (1, "projection(p) needs p"),
    "sc(mp(1))": (1, "a number or a symbol for mean, not a law"),
    "discrete(3)": (1, "masses {location: mass, ...}, not a number"),
    "discrete({mp(1): 1})": (1, "masses {location: mass, ...}"),
    "mixture({1: 1})": (1, "weights {law: weight, ...}"),
    "compress(1/2, 1/2)": (1, "a law, not a number"),
    "mp(phi)*mp(2)": (8, "a [x] b"),
    "mp(1)^2": (6, "^[+](t)"),
    "mp(1) [+] 2": (7, "a shift by a number is written law + number"),
    "2 @ mp(1)": (3, "with *"),
    "1/mp(1)": (2, "inverse(law)"),
    "mp(1)/mp(2)": (6, "inverse(law)"),
    "2^[+]3": (3, "law^[+](number)"),
    "mp(1)^[x]1/2": (11, "write ^[x](1/2)"),
    "sc() [x": (6, "the character '['"),
}


def refusal(text):
    start = time.perf_counter()
    with pytest.raises(fa.ParseError) as caught:
        fa.parse(text)
    assert time.perf_counter() - start < 2.0
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 900
    return message


@pytest.mark.parametrize("text", ATTACKS)
def test_attacks(text, monkeypatch):
    monkeypatch.setattr("os.system", lambda _: pytest.fail("a command was run"))
    monkeypatch.setattr("sympy.sympify", lambda *_, **__: pytest.fail("sympify was called"))
    assert refusal(text)


@pytest.mark.parametrize("text", HEAVY, ids=lambda text: text[:24])
def test_heavy_expressions_are_refused_before_they_are_computed(text):
    assert refusal(text)


@pytest.mark.parametrize("text", MISTAKES)
def test_mistakes_name_the_place_and_the_way_out(text):
    place, hint = MISTAKES[text]
    message = refusal(text)
    assert f"at character {place}:" in message
    assert hint in message


def test_a_number_is_no_law():
    assert "is a number, and a law or an element was expected" in refusal("1 + 2*phi")


@pytest.mark.parametrize("value", [None, 3, b"mp(1)", fa.Semicircle()])
def test_only_text_is_read(value):
    with pytest.raises(fa.ParseError, match="parse reads text"):
        fa.parse(value)


NO_LAWS = ["mp(-1)", "discrete({0: 1/2})", "sc(0, -1)", "projection(2)", "rademacher()^[+](1/2)", "sc() [x] sc()", "mp(1)^[x](-1)"]


@pytest.mark.parametrize("text", NO_LAWS)
def test_what_is_no_law_is_refused_by_the_laws(text):
    with pytest.raises((fa.InvalidInput, fa.NotALaw)):
        fa.parse(text)


@pytest.mark.parametrize("text", ["phi", "phi=", "phi=mp(1)", "phi=1,phi=2", "phi=1,", "1=2", "phi=1 eps=2", "=1"])
def test_values_are_refused(text):
    with pytest.raises(fa.ParseError):
        parse_values(text)


def test_numbers_are_refused_when_one_is_a_law():
    with pytest.raises(fa.ParseError, match="numbers separated by commas"):
        parse_numbers("1, mp(1)")


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet="mpsc(){}[]+x*/^@,=:-.0123456789 e_'\"\\φ⊞⊠", max_size=40))
def test_any_text_gives_a_value_or_a_refusal_of_the_family(text):
    try:
        fa.parse(text)
    except fa.FreeAlgError as error:
        assert str(error)


def test_reading_leaves_no_trace_between_texts():
    with pytest.raises(fa.ParseError):
        fa.parse("mp(1")
    assert fa.parse("mp(1)") == fa.MarchenkoPastur()


@pytest.mark.parametrize("text", ["jacobian(3, 3)", "jacobian(mp(1), 2)", "jacobian(relu + 1, 2)", "universal_jacobian(1/2, 1)", "jacobian(relu, 2, weights=2)"])
def test_words_are_words(text):
    with pytest.raises(fa.ParseError, match="needs a name for (activation|kind|weights), such as relu or orthogonal, not a"):
        fa.parse(text)


def test_words_are_looked_up_and_never_run():
    with pytest.raises(fa.InvalidInput, match='no activation is called "system"'):
        fa.parse("jacobian(system, 2)")


@pytest.mark.parametrize("text", ["", " ", "\n\t "])
def test_an_empty_text_is_told_what_to_hold(text):
    assert refusal(text).startswith("the text is empty; an expression reads like wishart(phi) + wigner(2*eps)")
