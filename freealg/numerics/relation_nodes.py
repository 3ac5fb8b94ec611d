"""The relations of operations on one law: powers, compressions, affine images, compound free Poisson laws; each kind of relation as the other."""

from __future__ import annotations

from typing import Any, final

import numpy as np
from sympy import Expr

from freealg.numerics.arithmetic import DOUBLES, Arithmetic
from freealg.numerics.relations import Linear, Relation, State, TransformLeaf, still, upper, upper_log

__all__ = [
    "AffineNode",
    "AsAdditive",
    "AsMultiplicative",
    "CompoundPoissonLeaf",
    "CompoundPoissonNode",
    "CompoundPoissonProductNode",
    "FreePowerNode",
    "MultiplicativePowerNode",
    "log_ratio",
]


def log_ratio(v: Any, place: Expr, math: Arithmetic) -> tuple[Any, Any]:
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
        value, slope = log_ratio(v, self.place, math)
        a, b, r, below = self.part.linear((u - (t - 1) * value) / t, v, state, math)
        return Linear(a / t, b - a * (t - 1) * slope / t, r, lambda du, dv: below((du - (t - 1) * slope * dv) / t, dv))

    def inside(self, u: Any, v: Any, state: State) -> Any:
        t = float(self.t)
        return upper_log(u) & self.part.inside((u - (t - 1) * log_ratio(v, self.place, DOUBLES)[0]) / t, v, state)

    def start(self, v: Any, math: Arithmetic) -> tuple[Any, State]:
        w, state = self.part.start(v, math)
        t = math.number(self.t)
        return t * w + (t - 1) * log_ratio(v, self.place, math)[0], state


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
    """The law of a X + b: z = a w + b, g = G(w)/a; for a < 0 all is conjugated on the way in and out, so that w is in the upper half plane too."""

    def __init__(self, part: Relation, a: Expr, b: Expr) -> None:
        self.part, self.a, self.b = part, a, b
        self.kinds = part.kinds
        self._turned = _conjugate if float(a) < 0 else _same

    def linear(self, u: Any, v: Any, state: State, math: Arithmetic) -> Linear:
        a, b, turned = math.number(self.a), math.number(self.b), self._turned
        line = self.part.linear(turned((u - b) / a), turned(a * v), [turned(x) for x in state], math)

        def back(du: Any, dv: Any) -> State:
            return [turned(x) for x in line.back(turned(du / a), turned(a * dv))]

        return Linear(turned(line.a) / a, turned(line.b) * a, turned(line.r), back)

    def inside(self, u: Any, v: Any, state: State) -> Any:
        a, b, turned = float(self.a), float(self.b), self._turned
        return upper(u) & self.part.inside(turned((u - b) / a), turned(a * v), [turned(x) for x in state])

    def start(self, v: Any, math: Arithmetic) -> tuple[Any, State]:
        w, state = self.part.start(self._turned(math.number(self.a) * v), math)
        return math.number(self.a) * self._turned(w) + math.number(self.b), [self._turned(x) for x in state]


def _same(x: Any) -> Any:
    return x


def _conjugate(x: Any) -> Any:
    return x.conjugate()


@final
class CompoundPoissonLeaf:
    """z = (1 - rate)/g + rate G(1/g)/g^2, G that of the jumps in closed form: z is a function of g, and no other unknown is needed."""

    kinds: tuple[str, ...] = ()

    def __init__(self, jumps: TransformLeaf, rate: Expr) -> None:
        self.jumps, self.rate = jumps, rate

    def direct(self, v: Any, math: Arithmetic) -> Any:
        """z at v, which needs no equation."""
        rate = math.number(self.rate)
        return (1 - rate + rate * self.jumps.at(1 / v, math) / v) / v

    def linear(self, u: Any, v: Any, state: State, math: Arithmetic) -> Linear:
        rate, w = math.number(self.rate), 1 / v
        value, slope = self.jumps.at(w, math), self.jumps.slope_at(w, math)
        z = (1 - rate + rate * value * w) * w
        return Linear(1.0, w * (z + rate * w**2 * (value + slope * w)), z - u, still)

    def inside(self, u: Any, v: Any, state: State) -> Any:
        return upper(u) & upper(1 / v)

    def start(self, v: Any, math: Arithmetic) -> tuple[Any, State]:
        return self.direct(v, math), []


@final
class CompoundPoissonNode:
    """z = 1/g + rate M(1/g)/g, M that of the jumps; the inner unknown is M(1/g), which keeps its digits near infinity where G(1/g) is nearly g."""

    def __init__(self, part: Relation, rate: Expr) -> None:
        self.part, self.rate = part, rate
        self.kinds = ("plain", *part.kinds)

    def linear(self, u: Any, v: Any, state: State, math: Arithmetic) -> Linear:
        rate, inner = math.number(self.rate), state[0]
        a, b, r, below = self.part.linear(1 / v, v * (1 + inner), state[1:], math)
        defect = (1 + rate * inner) / v - u
        slope = -(1 + rate * inner) / v**2
        turn = a / v**2 - b * (1 + inner)
        weight = rate / v**2

        def back(du: Any, dv: Any) -> State:
            move = (r + turn * dv) / (b * v)
            return [move, *below(-dv / v**2, (1 + inner) * dv + v * move)]

        return Linear(b, -(b * slope + weight * turn), b * defect + weight * r, back)

    def inside(self, u: Any, v: Any, state: State) -> Any:
        return upper(u) & self.part.inside(1 / v, v * (1 + state[0]), state[1:])

    def start(self, v: Any, math: Arithmetic) -> tuple[Any, State]:
        value, state = _value_at(self.part, 1 / v, math)
        inner = value / v - 1
        return (1 + math.number(self.rate) * inner) / v, [inner, *state]


@final
class CompoundPoissonProductNode:
    """M(w) = m/rate at log w = log z - log(1 + m), M that of jumps >= 0 with the place `place`/rate: v keeps relative accuracy at an atom at 0."""

    def __init__(self, part: Relation, rate: Expr, place: Expr) -> None:
        self.part, self.rate, self.place = part, rate, place
        self.kinds = part.kinds

    def linear(self, u: Any, v: Any, state: State, math: Arithmetic) -> Linear:
        rate, above = math.number(self.rate), v + math.number(1 + self.place)
        a, b, r, below = self.part.linear(u - math.log_below(above), v / rate, state, math)
        return Linear(a, b / rate - a / above, r, lambda du, dv: below(du - dv / above, dv / rate))

    def inside(self, u: Any, v: Any, state: State) -> Any:
        w = u - DOUBLES.log_below(v + float(1 + self.place))
        return upper_log(u) & self.part.inside(w, v / float(self.rate), state)

    def start(self, v: Any, math: Arithmetic) -> tuple[Any, State]:
        w, state = self.part.start(v / math.number(self.rate), math)
        return w + math.log_below(v + math.number(1 + self.place)), state


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
