"""Large-order moments from edge data against exact moments at large k."""

import pytest
import sympy
from sympy import Integer, Rational, Symbol, binomial, catalan, pi, sqrt

from freealg.errors import InvalidInput, UnboundParameters
from freealg.exact.asymptotics import edge_contribution, moment_asymptotics

k = Symbol("k")
HALF = Rational(1, 2)

LAWS = {
    "semicircle": ({Integer(-2): (HALF, 1 / pi), Integer(2): (HALF, 1 / pi)}, None, lambda n: catalan(n // 2) * (1 - n % 2)),
    "Marchenko-Pastur": ({Integer(0): (-HALF, 1 / pi), Integer(4): (HALF, 1 / (4 * pi))}, None, catalan),
    "arcsine": ({Integer(e): (-HALF, 1 / (2 * pi)) for e in (-2, 2)}, None, lambda n: binomial(n, n // 2) * (1 - n % 2)),
    # z = (1 + m)^3/m has z = 27/4, z'' = 18 at m = 1/2, so G = (1 + m)/z has the jump sqrt(2 (27/4 - x)/18)/(27/4)
    "Fuss-Catalan": ({Rational(27, 4): (HALF, 4 / (81 * pi))}, None, lambda n: binomial(3 * n, n) / (2 * n + 1)),
    "uniform on (-3, 1)": (
        {Integer(-3): (Integer(0), Rational(1, 4)), Integer(1): (Integer(0), Rational(1, 4))},
        None,
        lambda n: (1 - Integer(-3) ** (n + 1)) / (4 * (n + 1)),
    ),
    "mixture with an atom": (
        {Integer(-1): (Integer(0), Rational(1, 3)), Integer(1): (Integer(0), Rational(1, 3))},
        {Integer(-2): Rational(1, 3)},
        lambda n: Rational(1, 3) * Integer(-2) ** n + Rational(2, 3) * Rational(1 - n % 2, n + 1),
    ),
}


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("order", [400, 401])
def test_leading_term_against_exact_moments(name, order):
    edges, atoms, exact = LAWS[name]
    leading = moment_asymptotics(edges, k, atoms).subs(k, order)
    value = exact(order)
    if value == 0:
        assert sympy.simplify(leading) == 0
    else:
        assert abs(sympy.N(leading / value, 20) - 1) < 4 / order


def test_the_error_falls_like_one_over_k():
    leading = moment_asymptotics(*LAWS["Marchenko-Pastur"][:1], k)
    errors = [float(sympy.N(leading.subs(k, n) / catalan(n) - 1, 20)) * n for n in (250, 1000)]
    assert errors == pytest.approx([9 / 8, 9 / 8], rel=0.01)


def test_one_end_with_symbols():
    variance = Symbol("s", positive=True)
    assert edge_contribution(2 * sqrt(variance), HALF, 1 / (pi * variance ** Rational(3, 4)), k).subs({variance: 1, k: 100}) == sympy.simplify(
        edge_contribution(Integer(2), HALF, 1 / pi, k).subs(k, 100)
    )


def test_bad_input_is_named():
    with pytest.raises(InvalidInput, match="not integrable"):
        edge_contribution(Integer(1), Integer(-1), Integer(1), k)
    with pytest.raises(InvalidInput, match="no edge and no atom"):
        moment_asymptotics({}, k)
    with pytest.raises(UnboundParameters, match="values for a"):
        moment_asymptotics({Symbol("a"): (HALF, Integer(1))}, k)
