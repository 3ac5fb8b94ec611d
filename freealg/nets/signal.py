"""Signal propagation at infinite width (Poole et al. 2016, Schoenholz et al. 2017): lengths, correlations, depth scales, phases.

q_{l+1} = sigma_w^2 E f(sqrt(q_l) z)^2 + sigma_b^2;  chi = sigma_w^2 E f'(sqrt(q*) z)^2, the mean squared singular value of one layer;
C(c) = (sigma_w^2 E f(u1) f(u2) + sigma_b^2)/q* for a Gaussian pair of variance q* and correlation c;  a and b are the slopes of
the two maps at their stable fixed points q* and c*, and xi = -1/log|slope| the depths over which signals reach them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, final

import numpy as np
import sympy as sp
from sympy import Expr

from freealg.errors import InvalidInput, NoClosedForm, Undecided
from freealg.exact.coerce import exact
from freealg.nets.activations import DPS
from freealg.nets.activations import activation as as_activation
from freealg.nets.doubles import length_moments
from freealg.nets.hermite import hermite_squares
from freealg.nets.lengths import FixedPoint, Q, fixed_points, linear_lengths, slope_at_zero

__all__ = ["SignalPropagation"]

_MORE_DIGITS, _KEPT = (8, 60, 240, 960), 5


@final
@dataclass(frozen=True, repr=False)
class SignalPropagation:
    """The mean-field theory of a network with weights N(0, sigma_w2/N) and biases N(0, sigma_b2).

    Numbers come out exact where they are (ReLU family), else as SymPy Floats of `dps` digits; sigma_w2 and sigma_b2 may be symbols
    where the fixed point has a closed form.

    >>> net = SignalPropagation("relu", sp.Rational(3, 2), 0.1)
    >>> net.q_star(), net.chi(), net.c_star(), net.xi_q(), net.phase()
    (2/5, 3/4, 1, -1/log(3/4), 'ordered')
    """

    activation: Any
    sigma_w2: Any
    sigma_b2: Any

    def __post_init__(self) -> None:
        object.__setattr__(self, "activation", as_activation(self.activation))
        object.__setattr__(self, "sigma_w2", exact(self.sigma_w2, "sigma_w2"))
        object.__setattr__(self, "sigma_b2", exact(self.sigma_b2, "sigma_b2"))
        if self.sigma_w2.is_number and not (self.sigma_w2.is_real and self.sigma_w2 > 0):
            raise InvalidInput(f"sigma_w2 is the variance of the weights and must be > 0, not {self.sigma_w2}; change sigma_w2")
        if self.sigma_b2.is_number and not (self.sigma_b2.is_real and self.sigma_b2 >= 0):
            raise InvalidInput(f"sigma_b2 is the variance of the biases and must be >= 0, not {self.sigma_b2}; change sigma_b2")

    def __repr__(self) -> str:
        return f"SignalPropagation({self.activation}, sigma_w2={self.sigma_w2}, sigma_b2={self.sigma_b2})"

    def length_map(self, q: Any, dps: int = DPS) -> Any:
        """sigma_w2 E f(sqrt(q) z)^2 + sigma_b2; for a NumPy array, in doubles.

        >>> SignalPropagation("relu", 2, 1).length_map(sp.Symbol("q"))
        q + 1
        """
        if np.ndim(q):
            return float(self.sigma_w2) * length_moments(self.activation, q).value + float(self.sigma_b2)
        square = slope_at_zero(self.activation, 0) if q == 0 else self.activation.second_moment(q, dps)
        return self.sigma_w2 * square + self.sigma_b2

    def fixed_points(self, dps: int = DPS) -> tuple[FixedPoint, ...]:
        """Every fixed point of the length map in increasing order, with its slope and stability.

        >>> [(point.q, point.stable) for point in SignalPropagation("tanh", 1.5, 0).fixed_points(dps=10)]
        [(0, False), (0.2868942294, True)]
        """
        return fixed_points(self.activation, self.sigma_w2, self.sigma_b2, dps)

    def q_star(self, dps: int = DPS) -> Expr:
        """The stable fixed point of the length map; of several, the one that iteration from q = 1 reaches.

        >>> w, b = sp.symbols("w b")
        >>> SignalPropagation("relu", w, b).q_star(), SignalPropagation("tanh", 1.69, 0.0025).q_star(dps=20)
        (-2*b/(w - 2), 0.41569734205519422530)
        """
        stable = [point.q for point in self.fixed_points(dps) if point.stable]
        if not stable:
            raise InvalidInput(
                f"{self} has no stable fixed point: lengths grow without bound or never settle; lower sigma_w2 (for ReLU, sigma_w2 < 2) or sigma_b2"
            )
        return stable[0] if len(stable) == 1 else self._reached(stable, dps)

    def _reached(self, stable: list[Expr], dps: int) -> Expr:
        """The attractor of q = 1: the nearest fixed point in the direction in which the map moves 1."""
        up = bool(sp.N(self.length_map(1, dps)) > 1)
        ahead = [q for q in stable if (q >= 1) == up]
        if not ahead:
            raise InvalidInput(f"iteration of the length map of {self} from q = 1 runs off although {stable} are stable; see fixed_points()")
        return min(ahead) if up else max(ahead)

    def chi(self, dps: int = DPS) -> Expr:
        """sigma_w2 E f'(sqrt(q*) z)^2: below 1 gradients vanish (ordered), above 1 they explode (chaotic).

        >>> SignalPropagation("relu", sp.Symbol("w"), sp.Symbol("b")).chi()
        w/2
        """
        return self._at_length(lambda q: self.activation.mu(1, q, dps + 5), lambda: slope_at_zero(self.activation, 1), dps)

    def a(self, dps: int = DPS) -> Expr:
        """The slope of the length map at q*: chi + sigma_w2 E f'' f, with the Dirac masses of f''."""
        linear = linear_lengths(self.activation)
        if linear is not None:
            self._length(dps + 5)  # refused where lengths grow without bound
            return self.sigma_w2 * linear[1]
        return self._at_length(lambda q: self.activation.length_slope(q, dps + 5), lambda: slope_at_zero(self.activation, 1), dps)

    def _at_length(self, rule: Callable[[Expr], Expr], at_zero: Callable[[], Expr], dps: int) -> Expr:
        """sigma_w2 rule(q*), through a symbol where q* is symbolic, as a Float where q* is one."""
        q = self._length(dps + 5)
        if q == 0:
            return self.sigma_w2 * at_zero()
        found = rule(Q).xreplace({Q: q}) if q.free_symbols else rule(exact(q))
        return self._as_known(self.sigma_w2 * found, q, dps)

    def _as_known(self, value: Expr, q: Expr, dps: int) -> Expr:
        """Exact if q* is; else a Float of the digits that are known."""
        return sp.N(value, int(min(dps, self.activation.form.digits))) if q.has(sp.Float) or value.has(sp.Float) else value

    def _length(self, dps: int) -> Expr:
        """q*, or 1 where every q is a fixed point (ReLU at sigma_w2 = 2) and nothing depends on it."""
        linear = linear_lengths(self.activation)
        if linear is not None and sp.expand(self.sigma_w2 * linear[1] - 1) == 0 and sp.expand(self.sigma_b2 + self.sigma_w2 * linear[0]) == 0:
            return sp.S.One
        return self.q_star(dps)

    def correlation_length(self, dps: int = DPS) -> Expr:
        """The length at which correlations are followed: q*, or 1 where every q is a fixed point; refused at q* = 0."""
        q = self._length(dps)
        if q == 0:
            raise InvalidInput(
                f"in {self} every signal shrinks to q* = 0, where correlations are not defined; take sigma_b2 > 0 or a larger sigma_w2"
            )
        return q

    def correlation_map(self, c: Any, dps: int = DPS) -> Any:
        """C(c) = (sigma_w2 E f(u1) f(u2) + sigma_b2)/q*; closed in c for ReLU, erf, gelu, polynomials, exponentials, trigonometric.

        >>> SignalPropagation("relu", 2, 0).correlation_map(sp.Symbol("c"))
        -c*acos(c)/pi + c + sqrt(1 - c**2)/pi
        """
        if np.ndim(c):
            return np.array([float(self.correlation_map(value, 15)) for value in np.ravel(c)]).reshape(np.shape(c))
        q = self.correlation_length(dps + 5)
        scaled = self._pair(c, q, (0, dps + 5)) / Q
        found = self.sigma_w2 * sp.expand_mul(scaled).xreplace({Q: exact(q)}) + sp.cancel(self.sigma_b2 / exact(q))
        return self._as_known(sp.expand_mul(found), q, dps)

    def correlation_slope(self, c: Any, dps: int = DPS) -> Expr:
        """C'(c) = sigma_w2 E f'(u1) f'(u2); at |c| < 1 a jump of f counts as a Dirac mass of f'."""
        q = self.correlation_length(dps + 5)
        return self._as_known(sp.expand_mul(self.sigma_w2 * self._pair(c, q, (1, dps + 5)).xreplace({Q: exact(q)})), q, dps)

    def _pair(self, c: Any, q: Expr, order: tuple[int, int]) -> Expr:
        """E f(u1) f(u2) or E f'(u1) f'(u2), in `Q` where that is needed or costs nothing."""
        slope, dps = order
        return self.activation.correlation(c, Q if q.free_symbols else exact(q), dps, slope)

    def c_star(self, dps: int = DPS) -> Expr:
        """The stable fixed point of the correlation map on [0, 1]: 1 when chi <= 1, else the one below 1 (C is convex there).

        >>> SignalPropagation("tanh", 1.69, 0.0025).c_star(dps=20)
        0.17399897247647344950
        """
        return _c_star(self, int(min(dps, self.activation.form.pair_digits - 1)))

    def b(self, dps: int = DPS) -> Expr:
        """The slope of the correlation map at c*: sigma_w2 E f'(u1) f'(u2); chi when c* = 1."""
        c = self.c_star(dps)
        return self.chi(dps) if c == 1 else self._as_known(self.correlation_slope(exact(c), dps), c, dps)

    def xi_q(self, dps: int = DPS) -> Expr:
        """-1/log|a|, the depth over which lengths approach q*; oo at |a| = 1, 0 at a = 0."""
        return self._depth_scale(self.a, dps)

    def xi_c(self, dps: int = DPS) -> Expr:
        """-1/log|b|, the depth over which correlations approach c*; oo on the critical line.

        >>> SignalPropagation("relu", 2, 0).xi_c()
        oo
        """
        return sp.oo if self.phase(dps) == "critical" else self._depth_scale(self.b, dps)

    def _depth_scale(self, rule: Callable[[int], Expr], dps: int) -> Expr:
        """-1/log|slope|, the slope to as many digits more as its distance from 1 takes away."""
        for extra in _MORE_DIGITS:
            slope = rule(dps + extra)
            size = sp.Abs(slope) if slope.is_number else slope
            if not size.is_Float or abs(1 - size) > sp.Float(10) ** (_KEPT - extra):
                break
        if size == 0:
            return sp.S.Zero
        if size.is_Float and size == 1:
            raise Undecided(f"the slope of a map of {self} is 1 to {dps + _MORE_DIGITS[-1]} digits, which do not tell how far from 1 it is")
        return sp.oo if size == 1 else self._as_known(-1 / sp.log(size), size, dps)

    def phase(self, dps: int = DPS) -> str:
        """'ordered' (chi < 1), 'chaotic' (chi > 1) or 'critical' (chi = 1, to the digits it is known to); where f jumps, C'(1) = oo and so chaotic.

        >>> SignalPropagation("tanh", 1.69, 0.0025).phase()
        'chaotic'
        """
        if self.activation.form.jumps():
            return "chaotic"
        chi = self.chi(dps)
        if chi.free_symbols:
            raise NoClosedForm(f"whether {self} is ordered or chaotic depends on chi = {chi}; give numbers for sigma_w2 and sigma_b2")
        digits = min([dps, *(int(number._prec / 3.33) for number in chi.atoms(sp.Float))])
        gap = sp.N(chi - 1, dps)
        if abs(gap) < sp.Float(10, dps) ** (4 - digits):
            return "critical"
        return "ordered" if gap < 0 else "chaotic"


@lru_cache(maxsize=256)
def _c_star(net: SignalPropagation, dps: int) -> Expr:
    """c = C(c) below 1: a start from the Hermite series in doubles, then chord steps at full precision."""
    net.correlation_length(dps)
    if net.phase(dps) != "chaotic":
        if net.phase(dps) == "critical" and net.correlation_map(sp.S.Half, dps) == sp.S.Half:
            raise InvalidInput(f"every correlation is a fixed point of {net}: the map is C(c) = c")
        return sp.S.One
    if net.correlation_map(sp.S.Zero, dps) == 0:
        return sp.S.Zero
    c = exact(_rough_c_star(net))
    slope, step = net.correlation_slope(c, min(dps, 15)), sp.S.Zero
    for _ in range(40):
        slope = net.correlation_slope(c, min(dps, 15)) if abs(step) > (1 - c) / 10**8 else slope
        step = sp.N((net.correlation_map(c, dps + 2) - c) / (1 - slope), dps + 2)
        c = exact(sp.Float(c + step, dps + 5))
        if abs(step) <= sp.Float(10, dps) ** (-dps):
            return sp.Float(c, dps)
    raise InvalidInput(f"{net} is too close to critical to find c* to {dps} digits; ask for fewer digits")


def _rough_c_star(net: SignalPropagation) -> float:
    """The root below 1 of (sigma_w2 sum f_n^2 c^n + sigma_b2)/q* - c, convex on [0, 1], by bisection in doubles."""
    q = float(net.q_star(15))
    squares, _ = hermite_squares(net.activation.form, q)
    powers = np.arange(len(squares))
    low, high = 0.0, 1.0
    for _ in range(50):
        c = (low + high) / 2
        gap = (float(net.sigma_w2) * float(np.sum(squares * c**powers)) + float(net.sigma_b2)) / q - c
        low, high = (c, high) if gap > 0 else (low, c)
    return min(low, 1 - 1e-9)
