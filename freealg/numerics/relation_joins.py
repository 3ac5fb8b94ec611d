"""The relations of free sums and products.

Sum: z = w_1 + ... + w_n - (n-1)/g with all G_i(w_i) = g. Product: log z = log w_1 + ... + log w_n + (n-1)(log m - log(1+m)) with all M_i(w_i) = m.
The w_i are the subordination functions. Source: Belinschi and Bercovici (2007); Biane (1998).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, NamedTuple, final

import mpmath
import numpy as np
from sympy import Expr

from freealg.numerics.arithmetic import DOUBLES, Arithmetic
from freealg.numerics.relation_nodes import AsMultiplicative, log_ratio
from freealg.numerics.relations import Linear, Relation, State, TransformLeaf, upper, upper_log

__all__ = ["ProductNode", "SumNode"]

_NEAR = 0.02


def _inner(parts: Sequence[Relation], state: State) -> list[State]:
    """The unknowns below each part; `state` holds one unknown for every part first."""
    out, at = [], len(parts)
    for part in parts:
        out.append(state[at : at + len(part.kinds)])
        at += len(part.kinds)
    return out


def _eliminated(lines: list[Linear], sizes: list[Any]) -> tuple[Any, Any, Any, list[Any]]:
    """(A, B, R) with A sum du_i + B dv = R, without a division, and how well each du_i is given by its own line."""
    a, b, r = 1.0, 0.0, 0.0
    weights = []
    for line, size in zip(lines, sizes, strict=True):
        norm = 1 / (abs(line.a) * size[0] + abs(line.b) * size[1])
        la, lb, lr = line.a * norm, line.b * norm, line.r * norm
        a, b, r = a * la, b * la + lb * a, r * la + lr * a
        weights.append(abs(la) * size[0])
    return a, b, r, weights


def _shares(lines: list[Linear], weights: list[Any], total: Any, dv: Any, math: Arithmetic) -> list[Any]:
    """The du_i: each from its own line, the worst determined one from the total."""
    if math is DOUBLES:
        worst = np.argmin(np.array(np.broadcast_arrays(*weights)), axis=0)
        with np.errstate(all="ignore"):
            own = [np.where(worst == k, 0.0, (line.r - line.b * dv) / line.a) for k, line in enumerate(lines)]
        rest = total - sum(own)
        return [np.where(worst == k, rest, value) for k, value in enumerate(own)]
    worst = min(range(len(lines)), key=lambda k: weights[k])
    own = [mpmath.mpf(0) if k == worst else (line.r - line.b * dv) / line.a for k, line in enumerate(lines)]
    own[worst] = total - sum(own)
    return own


class _Balance(NamedTuple):
    """What the parts' places make of u: `total`(v), its slope in v, and the sizes of (du_i, dv) for the elimination."""

    sizes: list[tuple[Any, Any]]
    total: Any
    slope: Any


class _Join(ABC):
    """u as a function of the places u_i of the parts and of v, which they share."""

    parts: tuple[Relation, ...]

    @abstractmethod
    def _balanced(self, v: Any, places: State, math: Arithmetic) -> _Balance:
        """The balance at v and the places of the parts."""

    def _settle(self, difference: Any, math: Arithmetic) -> Any:
        """A difference of two u, up to what u is determined to."""
        return difference

    def linear(self, u: Any, v: Any, state: State, math: Arithmetic) -> Linear:
        lines = [part.linear(w, v, below, math) for part, w, below in zip(self.parts, state, _inner(self.parts, state), strict=False)]
        sizes, total, slope = self._balanced(v, state[: len(lines)], math)
        a, b, r, weights = _eliminated(lines, sizes)
        defect = self._settle(u - total, math)

        def back(du: Any, dv: Any) -> State:
            moves = _shares(lines, weights, du - slope * dv + defect, dv, math)
            return moves + [x for line, move in zip(lines, moves, strict=True) for x in line.back(move, dv)]

        return Linear(a, b - a * slope, r - a * defect, back)

    def _parts_inside(self, v: Any, state: State) -> Any:
        found = True
        for part, w, below in zip(self.parts, state, _inner(self.parts, state), strict=False):
            found = found & part.inside(w, v, below)
        return found

    def start(self, v: Any, math: Arithmetic) -> tuple[Any, State]:
        begun = [part.start(v, math) for part in self.parts]
        places = [place for place, _ in begun]
        return self._settle(self._balanced(v, places, math).total, math), places + [x for _, below in begun for x in below]


@final
class SumNode(_Join):
    """X_1 + ... + X_n, free."""

    def __init__(self, parts: Sequence[Relation]) -> None:
        self.parts = tuple(parts)
        self.kinds = ("plain",) * len(self.parts) + tuple(kind for part in self.parts for kind in part.kinds)
        self._closed = [k for k, part in enumerate(self.parts) if isinstance(part, TransformLeaf)] if len(self.parts) == 2 else []

    def settled(self, u: Any, v: Any, state: State, math: Arithmetic) -> tuple[Any, State]:
        """With two terms: g and one w from the other w, exactly; the term farther from a point mass is the one that keeps digits.

        By digits the other w is the one with that g where its term is nearly a point mass: taken from the sum it would bend Newton's method by 1/g^2.
        """
        if not self._closed:
            return v, state
        first = self._closed[0]
        if len(self._closed) == 1:
            return self._from_one(first, (u, state), math)
        far = abs(state[0] * v - 1) >= abs(state[1] * v - 1)
        if math is not DOUBLES or far.all() or not far.any():
            return self._from_one(0 if np.all(far) else 1, (u, state), math)
        (v0, s0), (v1, s1) = (self._from_one(k, (u, state), math) for k in (0, 1))
        return np.where(far, v0, v1), [np.where(far, x, y) for x, y in zip(s0, s1, strict=True)]

    def _from_one(self, k: int, known: tuple[Any, State], math: Arithmetic) -> tuple[Any, State]:
        u, state = known
        fresh = list(state)
        fresh[k] = math.lifted(state[k])
        v = self.parts[k].at(fresh[k], math)  # type: ignore[attr-defined]
        fresh[1 - k] = u + 1 / v - fresh[k]
        other = self.parts[1 - k]
        if math is not DOUBLES and isinstance(other, TransformLeaf) and abs(fresh[1 - k] * v - 1) < _NEAR:
            fresh[1 - k] = other.place_of(v, fresh[1 - k], math)
        return v, fresh

    def _balanced(self, v: Any, places: State, math: Arithmetic) -> _Balance:
        more = len(places) - 1
        return _Balance([(abs(w), abs(v)) for w in places], sum(places[1:], places[0]) - more / v, more / v**2)

    def inside(self, u: Any, v: Any, state: State) -> Any:
        return upper(u) & self._parts_inside(v, state)


@final
class ProductNode(_Join):
    """X_1^(1/2) ... X_n ... X_1^(1/2), free, X_i >= 0; parts are multiplicative with the same `place`.

    On the lower half plane, where m lives for laws on [0, oo), the logarithms are single-valued; `two_sided` takes them modulo 2 pi i.
    """

    def __init__(self, parts: Sequence[Relation], place: Expr, two_sided: bool = False) -> None:
        self.parts, self.place, self.two_sided = tuple(parts), place, two_sided
        self.kinds = ("log",) * len(self.parts) + tuple(kind for part in self.parts for kind in part.kinds)
        closed = [k for k, part in enumerate(self.parts) if isinstance(part, AsMultiplicative) and isinstance(part.part, TransformLeaf)]
        self._closed = closed[0] if closed and len(self.parts) == 2 else None

    def settled(self, u: Any, v: Any, state: State, math: Arithmetic) -> tuple[Any, State]:
        """With two factors: m and one log w from the other, exactly; not near infinity or an atom at 0, where m would lose digits."""
        if self._closed is None:
            return v, state
        k = self._closed
        z = math.exp(state[k])
        fresh = z * self.parts[k].part.at(z, math) - math.number(1 + self.place)  # type: ignore[attr-defined]
        other = state[1 - k] + math.wrapped(u - state[k] - log_ratio(fresh, self.place, math)[0] - state[1 - k])
        near = (abs(fresh + math.number(self.place)) < _NEAR) | (abs(fresh) < _NEAR * abs(math.number(1 + self.place)))
        moved = list(state)
        if math is not DOUBLES:
            moved[1 - k] = other
            return (v, state) if near else (fresh, moved)
        moved[1 - k] = np.where(near, state[1 - k], other)
        return np.where(near, v, fresh), moved

    def _balanced(self, v: Any, places: State, math: Arithmetic) -> _Balance:
        more = len(places) - 1
        value, slope = log_ratio(v, self.place, math)
        return _Balance([(1.0, abs(v))] * len(places), sum(places[1:], places[0]) + more * value, more * slope)

    def _settle(self, difference: Any, math: Arithmetic) -> Any:
        return math.wrapped(difference) if self.two_sided else difference

    def inside(self, u: Any, v: Any, state: State) -> Any:
        return upper_log(u) if self.two_sided else upper_log(u) & self._parts_inside(v, state)
