"""Expressions cut into smooth branches: the same function on either side of every break."""

import pickle

import pytest
import sympy as sp

from freealg.nets.pieces import Pieces, UnsplitError, X, split

EXPRESSIONS = [
    sp.Max(X, 0),
    sp.Max(X, -1, sp.Min(1, X)),
    sp.Max(-1, sp.Min(1, X)),
    sp.Abs(sp.Abs(X) - 1),
    sp.Abs(X**3 - 2 * X),
    sp.exp(-sp.Abs(X)) * sp.sign(X),
    sp.Piecewise((X, X > 0), (sp.exp(X) - 1, True)),
    sp.Piecewise((1, sp.And(X > -1, X < sp.sqrt(2))), (X**2, sp.Or(X > 3, X < -3)), (0, True)),
    sp.Heaviside(X**2 - 2) * X,
    X / (1 + sp.Abs(X)),
    sp.Abs(sp.exp(X) - 2),
    sp.tanh(X) + sp.Max(X, sp.Min(2 * X, 3)),
]


@pytest.mark.parametrize("expr", EXPRESSIONS, ids=str)
def test_branches_agree_with_the_expression(expr):
    pieces = split(expr)
    for low, high, branch in pieces.intervals():
        left = max(low, -7) if low.is_finite is not False else sp.Integer(-7)
        right = high if high.is_finite is not False else sp.Integer(7)
        for share in (sp.Rational(1, 5), sp.Rational(2, 3)):
            point = left + share * (right - left)
            assert abs(sp.N(expr.subs(X, point) - branch.subs(X, point), 25)) < 1e-20


@pytest.mark.parametrize("expr", EXPRESSIONS, ids=str)
def test_breaks_are_real_breaks_and_the_round_trip_keeps_them(expr):
    pieces = split(expr)
    assert all(a != b for a, b in zip(pieces.branches, pieces.branches[1:], strict=False))
    assert all(sp.N(b - a) > 0 for a, b in zip(pieces.breaks, pieces.breaks[1:], strict=False))
    again = split(pieces.expression(X))
    assert again.breaks == pieces.breaks
    assert pickle.loads(pickle.dumps(pieces)) == pieces


def test_jumps_are_the_dirac_masses():
    assert split(sp.Heaviside(X**2 - 2) * X).jumps() == {-sp.sqrt(2): sp.sqrt(2), sp.sqrt(2): sp.sqrt(2)}
    assert split(sp.Max(-1, sp.Min(1, X))).derivative().jumps() == {sp.Integer(-1): 1, sp.Integer(1): -1}
    assert split(sp.sin(sp.Abs(X)) ** 2).jumps() == {}


def test_parity():
    assert [split(e).parity() for e in (sp.tanh(X), X**2, sp.Abs(X), X / (1 + sp.Abs(X)), sp.Max(X, 0), sp.exp(X))] == [-1, 1, 1, -1, 0, 0]


def test_symbolic_breaks():
    s, c = sp.Symbol("s", positive=True), sp.Symbol("c", real=True)
    assert split(sp.Max(-s, sp.Min(s, X))) == Pieces((-s, s), (-s, X, s))
    assert split(sp.Max(X, c)).breaks == (c,)


@pytest.mark.parametrize(
    "expr", [sp.Abs(sp.sin(X)), sp.floor(X), sp.Max(X, sp.Symbol("a") * X), sp.Max(sp.Symbol("a"), sp.Min(X, sp.Symbol("b")))], ids=str
)
def test_what_cannot_be_cut_says_so(expr):
    with pytest.raises(UnsplitError, match=r"zeros|breaks|sign|ordered"):
        split(expr)
