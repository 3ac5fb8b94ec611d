"""The relations of operations: free sums, products, powers, compressions, affine images and compound free Poisson laws.

Sum: z = w_1 + ... + w_n - (n-1)/g with all G_i(w_i) = g. Product: log z = log w_1 + ... + log w_n + (n-1)(log m - log(1+m)) with all M_i(w_i) = m.
The w_i are the subordination functions. Source: Belinschi and Bercovici (2007); Biane (1998).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, final

import mpmath
import numpy as np
from sympy import Expr

from freealg.numerics.arithmetic import DOUBLES, Arithmetic
from freealg.numerics.relations import Linear, Relation, State, TransformLeaf, upper, upper_log

__all__ = [
    "AffineNode",
    "AsAdditive",
    "AsMultiplicative",
    "CompoundPoissonNode",
    "FreePowerNode",
    "MultiplicativePowerNode",
    "ProductNode",
    "SumNode",
]


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


@final
class SumNode:
    """X_1 + ... + X_n, free."""

    def __init__(self, parts: Sequence[Relation]) -> None:
        self.parts = tuple(parts)
        self.kinds = ("plain",) * len(self.parts) + tuple(kind for part in self.parts for kind in part.kinds)
        self._closed = [k for k, part in enumerate(self.parts) if isinstance(part, TransformLeaf)] if len(self.parts) == 2 else []

    def settled(self, u: Any, v: Any, state: State, math: Arithmetic) -> tuple[Any, State]:
        """With two terms: g and one w from the other w, exactly; the term farther from a point mass is the one that keeps digits."""
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
        return v, fresh

    def linear(self, u: Any, v: Any, state: State, math: Arithmetic) -> Linear:
        inner, count = _inner(self.parts, state), len(self.parts)
        lines = [part.linear(w, v, below, math) for part, w, below in zip(self.parts, state, inner, strict=False)]
        a, b, r, weights = _eliminated(lines, [(abs(w), abs(v)) for w in state[:count]])
        defect = u + (count - 1) / v - sum(state[1:count], state[0])
        bend = (count - 1) / v**2

        def back(du: Any, dv: Any) -> State:
            moves = _shares(lines, weights, du - bend * dv + defect, dv, math)
            return moves + [x for line, move in zip(lines, moves, strict=True) for x in line.back(move, dv)]

        return Linear(a, b - a * bend, r - a * defect, back)

    def inside(self, u: Any, v: Any, state: State) -> Any:
        found = upper(u)
        for part, w, below in zip(self.parts, state, _inner(self.parts, state), strict=False):
            found = found & part.inside(w, v, below)
        return found

    def start(self, v: Any, math: Arithmetic) -> tuple[Any, State]:
        begun = [part.start(v, math) for part in self.parts]
        places = [place for place, _ in begun]
        return sum(places[1:], places[0]) - (len(places) - 1) / v, places + [x for _, below in begun for x in below]


@final
class ProductNode:
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
        other = state[1 - k] + math.wrapped(u - state[k] - _log_ratio(fresh, self.place, math)[0] - state[1 - k])
        near = (abs(fresh + math.number(self.place)) < _NEAR) | (abs(fresh) < _NEAR * abs(math.number(1 + self.place)))
        moved = list(state)
        if math is not DOUBLES:
            moved[1 - k] = other
            return (v, state) if near else (fresh, moved)
        moved[1 - k] = np.where(near, state[1 - k], other)
        return np.where(near, v, fresh), moved

    def linear(self, u: Any, v: Any, state: State, math: Arithmetic) -> Linear:
        inner, count = _inner(self.parts, state), len(self.parts)
        lines = [part.linear(w, v, below, math) for part, w, below in zip(self.parts, state, inner, strict=False)]
        a, b, r, weights = _eliminated(lines, [(1.0, abs(v))] * count)
        value, slope = _log_ratio(v, self.place, math)
        defect = u - (count - 1) * value - sum(state[1:count], state[0])
        defect = math.wrapped(defect) if self.two_sided else defect
        bend = (count - 1) * slope

        def back(du: Any, dv: Any) -> State:
            moves = _shares(lines, weights, du - bend * dv + defect, dv, math)
            return moves + [x for line, move in zip(lines, moves, strict=True) for x in line.back(move, dv)]

        return Linear(a, b - a * bend, r - a * defect, back)

    def inside(self, u: Any, v: Any, state: State) -> Any:
        found = upper_log(u)
        if self.two_sided:
            return found
        for part, w, below in zip(self.parts, state, _inner(self.parts, state), strict=False):
            found = found & part.inside(w, v, below)
        return found

    def start(self, v: Any, math: Arithmetic) -> tuple[Any, State]:
        begun = [part.start(v, math) for part in self.parts]
        places = [place for place, _ in begun]
        value, _ = _log_ratio(v, self.place, math)
        u = sum(places[1:], places[0]) + (len(places) - 1) * value
        return (math.wrapped(u) if self.two_sided else u), places + [x for _, below in begun for x in below]


def _log_ratio(v: Any, place: Expr, math: Arithmetic) -> tuple[Any, Any]:
    """log(m/(1 + m)) for m = place + v on the lower half plane, and its derivative in m."""
    m, above = v + math.number(place), v + math.number(1 + place)
    return math.log_below(m) - math.log_below(above), 1 / (m * above)


@final
class MultiplicativePowerNode:
    """S -> S^t: log z = t log w + (t-1) log(m/(1+m)), M(w) = m; w needs no unknown of its own."""

    def __init__(self, part: Relation, t: Expr, place: Expr) -> None:
        self.part, self.t, self.place = part, t, place
        self.kinds = part.kinds

    def linear(self, u: Any, v: Any, state: State, math: Arithmetic) -> Linear:
        t = math.number(self.t)
        value, slope = _log_ratio(v, self.place, math)
        a, b, r, below = self.part.linear((u - (t - 1) * value) / t, v, state, math)
        return Linear(a / t, b - a * (t - 1) * slope / t, r, lambda du, dv: below((du - (t - 1) * slope * dv) / t, dv))

    def inside(self, u: Any, v: Any, state: State) -> Any:
        t = float(self.t)
        return upper_log(u) & self.part.inside((u - (t - 1) * _log_ratio(v, self.place, DOUBLES)[0]) / t, v, state)

    def start(self, v: Any, math: Arithmetic) -> tuple[Any, State]:
        w, state = self.part.start(v, math)
        t = math.number(self.t)
        return t * w + (t - 1) * _log_ratio(v, self.place, math)[0], state


@final
class FreePowerNode:
    """z = p w + q/g with G(w) = s g: free power t is (p, q, s) = (t, 1 - t, 1), compression t is (1, 1 - 1/t, t)."""

    def __init__(self, part: Relation, constants: tuple[Expr, Expr, Expr]) -> None:
        self.part, self.constants = part, constants
        self.kinds = part.kinds

    def linear(self, u: Any, v: Any, state: State, math: Arithmetic) -> Linear:
        p, q, s = (math.number(c) for c in self.constants)
        a, b, r, below = self.part.linear((u - q / v) / p, s * v, state, math)
        slope = q / v**2
        return Linear(a / p, b * s + a * slope / p, r, lambda du, dv: below((du + slope * dv) / p, s * dv))

    def inside(self, u: Any, v: Any, state: State) -> Any:
        p, q, s = (float(c) for c in self.constants)
        return upper(u) & self.part.inside((u - q / v) / p, s * v, state)

    def start(self, v: Any, math: Arithmetic) -> tuple[Any, State]:
        p, q, s = (math.number(c) for c in self.constants)
        w, state = self.part.start(s * v, math)
        return p * w + q / v, state


@final
class AffineNode:
    """The law of a X + b: z = a w + b, g = G(w)/a."""

    def __init__(self, part: Relation, a: Expr, b: Expr) -> None:
        self.part, self.a, self.b = part, a, b
        self.kinds = part.kinds

    def linear(self, u: Any, v: Any, state: State, math: Arithmetic) -> Linear:
        a, b = math.number(self.a), math.number(self.b)
        line = self.part.linear((u - b) / a, a * v, state, math)
        return Linear(line.a / a, line.b * a, line.r, lambda du, dv: line.back(du / a, a * dv))

    def inside(self, u: Any, v: Any, state: State) -> Any:
        a, b = float(self.a), float(self.b)
        w = (u - b) / a
        if a < 0:
            return upper(u) & self.part.inside(np.conj(w), np.conj(a * v), [np.conj(x) for x in state])
        return upper(u) & self.part.inside(w, a * v, state)

    def start(self, v: Any, math: Arithmetic) -> tuple[Any, State]:
        w, state = self.part.start(math.number(self.a) * v, math)
        return math.number(self.a) * w + math.number(self.b), state


@final
class CompoundPoissonNode:
    """z = 1/g + rate (G(1/g)/g - 1)/g, G that of the jumps; the inner unknown is G(1/g)."""

    def __init__(self, part: Relation, rate: Expr) -> None:
        self.part, self.rate = part, rate
        self.kinds = ("plain", *part.kinds)

    def linear(self, u: Any, v: Any, state: State, math: Arithmetic) -> Linear:
        rate, inner = math.number(self.rate), state[0]
        a, b, r, below = self.part.linear(1 / v, inner, state[1:], math)
        defect = 1 / v + rate * (inner / v - 1) / v - u
        slope = -1 / v**2 - 2 * rate * inner / v**3 + rate / v**2
        turn = a / v**2
        weight = rate / v**2

        def back(du: Any, dv: Any) -> State:
            move = (r + turn * dv) / b
            return [move, *below(-dv / v**2, move)]

        return Linear(b, -(b * slope + weight * turn), b * defect + weight * r, back)

    def inside(self, u: Any, v: Any, state: State) -> Any:
        return upper(u) & self.part.inside(1 / v, state[0], state[1:])

    def start(self, v: Any, math: Arithmetic) -> tuple[Any, State]:
        inner, state = _value_at(self.part, 1 / v, math)
        rate = math.number(self.rate)
        return 1 / v + rate * (inner / v - 1) / v, [inner, *state]


def _value_at(part: Relation, w: Any, math: Arithmetic) -> tuple[Any, State]:
    """G(w) and the inner unknowns far from the support, by Newton's method from g = 1/w."""
    v = 1 / w
    u, state = part.start(v, math)
    for _ in range(60):
        line = part.linear(u, v, state, math)
        dv = (line.r - line.a * (w - u)) / line.b
        state = [x + dx for x, dx in zip(state, line.back(w - u, dv), strict=True)]
        u, v = w, v + dv
        if np.all(math.magnitude(dv) <= 1e-7 * math.magnitude(v)):
            break
    return v, state


@final
class AsMultiplicative:
    """An additive relation in (log z, m - place): z = exp(u), g = (1 + m)/z; `moments` are the first two, roughly, for the start."""

    def __init__(self, part: Relation, place: Expr, moments: tuple[float, float] = (1.0, 2.0)) -> None:
        self.part, self.place, self.moments = part, place, moments
        self.kinds = part.kinds

    def linear(self, u: Any, v: Any, state: State, math: Arithmetic) -> Linear:
        z = math.exp(u)
        g = (v + math.number(1 + self.place)) / z
        a, b, r, below = self.part.linear(z, g, state, math)
        return Linear(a * z - b * g, b / z, r, lambda du, dv: below(z * du, dv / z - g * du))

    def inside(self, u: Any, v: Any, state: State) -> Any:
        z = np.exp(u)
        return upper_log(u) & self.part.inside(z, (v + float(1 + self.place)) / z, state)

    def start(self, v: Any, math: Arithmetic) -> tuple[Any, State]:
        """m = place + v is given and z sought: g = (1 + m)/z, by Newton's method along the relation."""
        m = v + math.number(self.place)
        first, second = self.moments
        root = (first**2 + 4 * second * m) ** 0.5
        g = 2 * m / (first + (root if first >= 0 else -root))
        for _ in range(80):
            z, state = self.part.start(g, math)
            line = self.part.linear(z, g, state, math)
            slope = -line.b / line.a
            gap = (z * g - 1 - m) / (z + g * slope)
            g = g - gap
            if np.all(math.magnitude(gap) <= 1e-7 * math.magnitude(g)):
                break
        z, state = self.part.start(g, math)
        return math.log_above(z), state


@final
class AsAdditive:
    """A multiplicative relation in (z, g): u = log z; the first inner unknown is y = z g = 1 + m, whose changes count beside 0 and 1.

    `moments` are the first two, roughly, for the start.
    """

    def __init__(self, part: Relation, place: Expr, moments: tuple[float, float] = (1.0, 2.0)) -> None:
        self.part, self.place, self.moments = part, place, moments
        self.kinds = ("share", *part.kinds)

    def linear(self, u: Any, v: Any, state: State, math: Arithmetic) -> Linear:
        y = state[0]
        a, b, r, below = self.part.linear(math.log_above(u), y - math.number(1 + self.place), state[1:], math)
        defect = u * v - y

        def back(du: Any, dv: Any) -> State:
            move = u * dv + v * du + defect
            return [move, *below(du / u, move)]

        return Linear(a / u + b * v, b * u, r - b * defect, back)

    def inside(self, u: Any, v: Any, state: State) -> Any:
        return upper(u) & self.part.inside(DOUBLES.log_above(u), state[0] - float(1 + self.place), state[1:])

    def start(self, v: Any, math: Arithmetic) -> tuple[Any, State]:
        """g = v is given and z sought: m = z g - 1, by Newton's method on log z = log K(m) in log m, in which it is nearly linear."""
        place = math.number(self.place)
        m = self.moments[0] * v + self.moments[1] * v**2
        for _ in range(80):
            log_z, state = self.part.start(m - place, math)
            line = self.part.linear(log_z, m - place, state, math)
            rest = math.log_below(1 / (math.exp(log_z) * v / (1 + m)))
            gap = -rest / (-line.b / line.a - 1 / (1 + m))
            m = m * math.exp(-gap / m)
            if np.all(math.magnitude(gap) <= 1e-7 * math.magnitude(m)):
                break
        log_z, state = self.part.start(m - place, math)
        return math.exp(log_z), [1 + m, *state]
