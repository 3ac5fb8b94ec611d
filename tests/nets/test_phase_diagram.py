"""Phase diagrams in doubles against the exact route, point by point."""

import numpy as np
import pytest
import sympy as sp

from freealg.errors import InvalidInput
from freealg.nets.activations import activation
from freealg.nets.critical import critical_line
from freealg.nets.doubles import length_moments, slope_moments
from freealg.nets.phase import phase_diagram
from freealg.nets.signal import SignalPropagation


@pytest.mark.parametrize("name", ["tanh", "hard_tanh", "softplus", "elu", "gelu", "exp", "x^3"])
def test_moments_in_doubles(name):
    f, grid = activation(name), np.array([1e-6, 0.03, 0.7, 2.5])
    moments, slopes = length_moments(f, grid), slope_moments(f, grid)
    for i, q in enumerate(grid):
        assert moments.value[i] == pytest.approx(float(f.second_moment(q)), rel=3e-13)
        assert moments.slope[i] == pytest.approx(float(f.length_slope(q)), rel=3e-11)
        assert slopes[i] == pytest.approx(float(f.mu(1, q)), rel=3e-13)


@pytest.mark.parametrize("name", ["tanh", "scaled_erf", "hard_tanh", "elu"])
def test_agrees_with_the_exact_route(name):
    weights, biases = [0.6, 1.2, 2.0], [0.0, 0.05, 0.3]
    diagram = phase_diagram(name, weights, biases)
    assert diagram.q_star.shape == diagram.chi.shape == (3, 3)
    for i, b in enumerate(biases):
        for j, w in enumerate(weights):
            if np.isfinite(diagram.q_star[i, j]):
                net = SignalPropagation(name, w, b)
                assert diagram.q_star[i, j] == pytest.approx(float(net.q_star(15)), rel=1e-12, abs=1e-14)
                assert diagram.chi[i, j] == pytest.approx(float(net.chi(15)), rel=1e-12)


def test_the_level_curve_is_the_critical_line():
    for q in (0.1, 0.5, 2.0):
        w, b = (float(x) for x in critical_line("tanh", q))
        diagram = phase_diagram("tanh", [w * (1 - 1e-7), w * (1 + 1e-7)], [b])
        assert diagram.chi[0, 0] < 1 < diagram.chi[0, 1]


def test_runaway_lengths_are_marked():
    diagram = phase_diagram("relu", [1.0, 2.5], [0.0, 0.1])
    assert diagram.q_star.tolist()[0] == [0.0, np.inf] and np.isnan(diagram.chi[1, 1])
    assert diagram.q_star[1, 0] == pytest.approx(0.2)


def test_a_callable_gives_the_same_picture():
    grid = (np.linspace(0.5, 3, 4), np.linspace(0, 0.3, 3))
    assert np.allclose(phase_diagram(np.tanh, *grid).chi, phase_diagram("tanh", *grid).chi, rtol=1e-9)


def test_a_fine_tanh_diagram_is_monotone():
    diagram = phase_diagram("tanh", np.linspace(0.1, 4, 80), np.linspace(0, 0.5, 80))
    assert (np.diff(diagram.q_star, axis=0) > -1e-12).all() and (np.diff(diagram.q_star, axis=1) > -1e-12).all()
    assert (np.diff(diagram.chi, axis=0) < 1e-12).all() and (np.diff(diagram.chi, axis=1) > -1e-12).all()


@pytest.mark.parametrize(("w", "b"), [([0.0, 1.0], [0.1]), ([1.0], [-0.1]), ([], [0.1]), ([[1.0]], [0.1]), ([float("nan")], [0.1])])
def test_bad_grids(w, b):
    with pytest.raises(InvalidInput, match="sigma_"):
        phase_diagram("tanh", w, b)


def test_floats_that_sympy_gives_are_fine():
    assert phase_diagram("tanh", [sp.Float(2)], [sp.Rational(1, 10)]).q_star.shape == (1, 1)


def test_the_picture_shows_lengths_and_the_critical_line():
    """The drawn curve chi = 1 is the critical line, point by point."""
    from matplotlib.figure import Figure

    diagram = phase_diagram("tanh", np.linspace(0.5, 3.5, 60), np.linspace(0.0, 0.4, 60))
    axes = diagram.plot(Figure().subplots(), levels=(0.5, 1.0, 9.0))
    mesh, curves = axes.collections[:2]
    assert mesh.get_array().size == 3600 and curves.get_paths()
    line = curves.get_paths()[1].vertices
    for w, b in line[10:-10:12]:
        assert phase_diagram("tanh", [w], [b]).chi[0, 0] == pytest.approx(1, abs=3e-3)
    assert diagram.chaotic.tolist() == (diagram.chi > 1).tolist()


def test_runaway_lengths_are_left_white():
    from matplotlib.figure import Figure

    axes = phase_diagram("relu", [1.0, 2.5], [0.0, 0.1]).plot(Figure().subplots())
    assert np.isnan(np.asarray(axes.collections[0].get_array().filled(np.nan), dtype=float)).sum() == 2
