"""One-line rules, written in ASCII where they are used, as LaTeX text with their formulas in dollars."""

from __future__ import annotations

import re

__all__ = ["prose_latex"]

_GREEK = ("alpha", "beta", "chi", "delta", "epsilon", "eta", "gamma", "kappa", "mu", "nu", "phi", "pi", "psi", "sigma", "zeta")
_FUNCTIONS = {"min": r"\min", "max": r"\max", "sum": r"\sum", "log": r"\log", "exp": r"\exp", "Im": r"\operatorname{Im}", "Re": r"\operatorname{Re}"}
_WORD = re.compile(r"\(?[A-Za-z][a-z]*(-[A-Za-z]+)*('s?)?\)?[,:;.]?$")
_END = re.compile(r"(?<!\.)[,:;.]$")
_OPERATORS = ("=", "+", "-", "*", "/", "->")
_SIGNS = (
    ("{", r"\{"), ("}", r"\}"), ("[+]", r"\boxplus "), ("[x]", r"\boxtimes "), ("->", r"\to"), ("**", "^"), ("* ", ""), ("*", " "), ("...", r"\dots"),
)  # fmt: skip
_SHAPES = (
    (r"_K\(pi\)", "_{K(pi)}"),
    (r"([_^])\(([^()]*)\)", r"\1{\2}"),
    (r"([_^])(-?\d{2,}|-\d|\d+[a-z](?![a-z]))", r"\1{\2}"),
    (r"sqrt\(([^()]*)\)", r"\\sqrt{\1}"),
    (r"sqrt ([A-Za-z])", r"\\sqrt{\1}"),
    (r"binomial\(([^(),]*), ([^(),]*)\)", r"\\binom{\1}{\2}"),
    (rf"(?<![A-Za-z\\])({'|'.join(_GREEK)})(?![A-Za-z])", r"\\\1"),
)


def prose_latex(words: str) -> str:
    """Words stay words; everything that reads as a formula is set in mathematics, a bracket with what it holds.

    >>> prose_latex("an atom at a goes to t a with mass t mu{a} - (t - 1)")
    'an atom at $a$ goes to $t a$ with mass $t \\\\mu\\\\{a\\\\} - (t - 1)$'
    >>> prose_latex("kappa_n -> a^n kappa_n, and b is added to the first")
    '$\\\\kappa_n \\\\to a^n \\\\kappa_n$, and $b$ is added to the first'
    >>> prose_latex("the root of P(z, G) = 0 (Voiculescu and others)")
    'the root of $P(z, G) = 0$ (Voiculescu and others)'
    """
    tokens = words.split()
    pieces: list[str] = []
    run: list[str] = []
    for place, token in enumerate(tokens):
        if not _is_formula(tokens, place, run):
            pieces += [*_closed(run), re.sub(r"([_%&#$])", r"\\\1", token)]
            run = []
            continue
        run.append(token)
        if _END.search(token) and not _depth(run):
            pieces += _closed(run)
            run = []
    return " ".join([*pieces, *_closed(run)])


def _depth(run: list[str]) -> int:
    """How many brackets of the formula are still open."""
    text = " ".join(run)
    return text.count("(") - text.count(")")


def _is_formula(tokens: list[str], place: int, run: list[str]) -> bool:
    """`run` is the formula that the token would go on with, empty after words."""
    token, after = tokens[place], tokens[place + 1 : place + 2]
    if not _WORD.match(token) or _depth(run) > 0:
        return True
    if token.startswith("(") and not token.rstrip(",:;.").endswith(")"):
        return _opens_formula(tokens[place:])
    bare = token.strip("(),:;.")
    if token == "a":  # the article, unless it stands where only a variable can
        return bool(run) or tokens[place - 1] in ("at", "eliminate") or not after or not _WORD.match(after[0])
    if len(bare) == 1 or bare in _GREEK:
        return True
    return bool(run) and run[-1] in _OPERATORS and not (after and _WORD.match(after[0]))


def _opens_formula(tokens: list[str]) -> bool:
    """Whether anything in the bracket that opens with the first token is no word."""
    inside: list[str] = []
    for token in tokens:
        inside.append(token)
        if _depth(inside) <= 0:
            break
    return not all(_WORD.match(token) for token in inside)


def _closed(run: list[str]) -> list[str]:
    """The formula in dollars, the sign of the sentence behind them; nothing for no formula."""
    if not run:
        return []
    formula = " ".join(run)
    end = formula[-1] if _END.search(formula) else ""
    body = formula.removesuffix(end) if end else formula
    for old, new in _SIGNS:
        body = body.replace(old, new)
    for pattern, shape in _SHAPES:
        body = re.sub(pattern, shape, body)
    for name, command in _FUNCTIONS.items():
        body = re.sub(rf"(?<![A-Za-z\\]){name}(?![A-Za-z])", command.replace("\\", r"\\"), body)
    body = re.sub(r"(?<![A-Za-z\\{])([A-Za-z][a-z]{2,})(?![A-Za-z{])( ?)", lambda found: rf"\mathrm{{{found[1]}}}" + "~" * len(found[2]), body)
    return [f"${body}${end}"]
