"""One-line rules, written in ASCII where they are used, as LaTeX text with their formulas in dollars."""

from __future__ import annotations

import re

__all__ = ["prose_latex"]

_GREEK = ("alpha", "beta", "chi", "delta", "epsilon", "eta", "gamma", "kappa", "mu", "nu", "phi", "pi", "psi", "sigma", "zeta")
_WORD = re.compile(r"\(?[A-Za-z][a-z]*(-[A-Za-z]+)*\)?[,:;.]?$")
_END = re.compile(r"[,:;.]$")
_BEFORE_VARIABLE = ("at", "to", "eliminate", "in", "of", "is")


def prose_latex(words: str) -> str:
    """Words stay words; everything that reads as a formula is set in mathematics.

    >>> prose_latex("an atom at a goes to t a with mass t mu{a} - (t - 1)")
    'an atom at $a$ goes to $t a$ with mass $t \\\\mu\\\\{a\\\\} - (t - 1)$'
    >>> prose_latex("kappa_n -> a^n kappa_n, and b is added to the first")
    '$\\\\kappa_n \\\\to a^n \\\\kappa_n$, and $b$ is added to the first'
    """
    tokens = words.split()
    flags: list[bool] = []
    for place in range(len(tokens)):
        flags.append(_is_formula(tokens, place, flags))
    pieces: list[str] = []
    run: list[str] = []
    for place, (token, formula) in enumerate(zip(tokens, flags, strict=True)):
        if not formula:
            pieces.append(_escaped(token))
            continue
        run.append(token)
        last = place + 1 == len(tokens) or not flags[place + 1] or _END.search(token) is not None
        if last:
            pieces.append(_dollars(" ".join(run)))
            run = []
    return " ".join(pieces)


def _is_formula(tokens: list[str], place: int, before: list[bool]) -> bool:
    token = tokens[place]
    bare = token.strip("(),:;.")
    if not _WORD.match(token):
        return True
    if token == "a":  # the article, unless it stands where only a variable can
        after = tokens[place + 1] if place + 1 < len(tokens) else "."
        inside = bool(before) and before[-1] and not _END.search(tokens[place - 1])
        return inside or tokens[place - 1] in _BEFORE_VARIABLE or not _WORD.match(after)
    return len(bare) == 1 or bare in _GREEK


def _dollars(formula: str) -> str:
    end = formula[-1] if _END.search(formula) else ""
    body = formula.removesuffix(end) if end else formula
    for old, new in (("{", r"\{"), ("}", r"\}"), ("[+]", r"\boxplus "), ("[x]", r"\boxtimes "), ("->", r"\to"), ("**", "^"), ("* ", ""), ("*", " ")):
        body = body.replace(old, new)
    body = re.sub(r"([_^])\(([^()]*)\)", r"\1{\2}", body)
    body = re.sub(r"([_^])(-?\d{2,}|-\d)", r"\1{\2}", body)
    body = re.sub(r"sqrt\(([^()]*)\)", r"\\sqrt{\1}", body)
    body = re.sub(rf"(?<![A-Za-z\\])({'|'.join(_GREEK)})(?![A-Za-z])", r"\\\1", body)
    body = re.sub(r"(?<![A-Za-z\\])([A-Za-z][a-z]{2,})(?![A-Za-z{])", r"\\mathrm{\1}", body)
    return f"${body}${end}"


def _escaped(word: str) -> str:
    return re.sub(r"([_%&#$])", r"\\\1", word)
