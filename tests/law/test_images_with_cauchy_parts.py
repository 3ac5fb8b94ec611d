"""a X + b with a < 0 turns the half planes: laws with a Cauchy part have complex moments at infinity, which are conjugated and not multiplied by a^n."""

import numpy as np
import pytest
from sympy import Rational, Symbol

import freealg as fa

HALF = Rational(1, 2)
LAWS = {
    "sum": lambda: fa.boxplus(fa.Cauchy(1, 1), fa.Rademacher()),
    "sum without an equation": lambda: fa.boxplus(fa.Cauchy(1, 1), fa.Uniform(0, 1)),
    "product": lambda: fa.boxtimes(fa.Cauchy(0, 1), fa.MarchenkoPastur()),
    "mixture": lambda: fa.mixture({fa.Cauchy(1, 1): HALF, fa.MarchenkoPastur(ratio=HALF): HALF}),
    "compound": lambda: fa.CompoundFreePoisson(2, fa.Cauchy(1, 1)),
}


@pytest.mark.parametrize("name", LAWS)
def test_a_negative_image_is_the_reflected_law(name):
    law, x = LAWS[name](), np.array([-2.2, 0.3, 1.7])
    image = -2 * law + Rational(1, 3)
    assert image.pdf(x) == pytest.approx(law.pdf((x - 1 / 3) / -2) / 2, rel=1e-10)
    z = x + 0.5j
    assert np.allclose(image.cauchy(z), law.cauchy((z - 1 / 3) / -2) / -2, rtol=1e-10)
    if name != "sum without an equation":
        assert image.cauchy_equation(Symbol("G"), Symbol("z")).degree(0) > 0


@pytest.mark.parametrize("name", ["sum", "sum without an equation", "mixture"])
def test_a_negative_image_in_a_sum(name):
    """-X + s and -(X + s) have one law for a symmetric s; at (0.4, 1) the sum of the first kind by subordination in floats."""
    law = LAWS[name]()
    image, whole = fa.boxplus(-law, fa.Semicircle()), fa.boxplus(law, fa.Semicircle())
    assert image.pdf(0.4) == pytest.approx(whole.pdf(-0.4), rel=1e-10)
    g, z = -0.5j, 0.4 + 1j
    for _ in range(400):  # G(z) = G_{-X}(z - G), a contraction in the half plane
        g = -complex(law.cauchy(-(z - g)))
    assert complex(image.cauchy(z)) == pytest.approx(g, rel=1e-9)
    assert complex(image.cauchy(z, dps=25)) == pytest.approx(g, rel=1e-9)
