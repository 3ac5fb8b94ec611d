"""The closed form of degrees 2 and 3 against the panels and against certified balls, and where it steps back."""

from __future__ import annotations

import numpy as np
import pytest

from freealg.numerics.low_degree import closed_density

CLOSED = ["semicircle", "mp half", "mp one", "mp three", "arcsine", "hessian", "hessian two", "two cuts", "mp product", "fuss-catalan 2", "kesten-mckay 3"]
STEPS_BACK = {
    "cusp": "a triple point at 0",
    "mp plus signs": "sums that cancel in A and B",
    "embedded atom": "a pole of the physical branch inside the support",
    "degree nine": "degree 9",
}


@pytest.mark.parametrize("name", CLOSED)
def test_it_agrees_with_the_panels_up_to_the_edges(density, name):
    law = density(name)
    formula = law._closed
    assert formula is not None
    for low, high in law.support():
        a, b = float(low), float(high)
        inside = np.random.default_rng(5).uniform(a, b, 2000)
        near = (b - a) * 10.0 ** -np.linspace(1, 12, 40)
        x = np.concatenate([inside, a + near, b - near])
        assert np.abs(formula(x) / law._by_panels(x) - 1).max() < 4e-15


@pytest.mark.parametrize("name", CLOSED)
def test_edges_and_the_outside(density, name):
    law = density(name)
    ends = np.array([float(end) for interval in law.support() for end in interval])
    assert np.allclose(law.pdf(ends), law._by_panels(ends), rtol=4e-15, atol=0)
    assert np.array_equal(law.pdf([ends[0] - 1e-9, ends[-1] + 1e-9, np.inf, -np.inf]), np.zeros(4))
    assert np.isnan(law.pdf(np.nan))


@pytest.mark.parametrize("name", STEPS_BACK, ids=STEPS_BACK.get)
def test_it_steps_back(density, name):
    law = density(name)
    assert closed_density(law.curve, law.support()) is None


def test_the_condition_tells_what_rounding_costs(density):
    """The largest error against certified values stays below the promised growth of a rounding error."""
    for name in ("hessian", "two cuts", "mp product"):
        law = density(name)
        formula = law._closed
        for low, high in law.support():
            x = formula.hardest(float(low), float(high))[::7]
            exact = np.array([float(law.pdf_ball(float(point), 25)) for point in x])
            assert np.abs(formula(x) / exact - 1).max() < 2.3e-16 * (8 + formula.condition(x))


def test_pieces_make_no_difference(density):
    law = density("hessian")
    x = np.linspace(-1, 4, 20_001)
    assert np.array_equal(law.pdf(x), np.concatenate([law.pdf(part) for part in np.array_split(x, 7)]))
    assert law.pdf(x.reshape(3, -1)).shape == (3, 6667)
