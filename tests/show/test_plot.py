"""Pictures from values: what is on the axes is what was given."""

import sys

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot

from freealg.errors import InvalidInput
from freealg.show.plot import new_axes, plot_density, plot_histogram, save_figure, spectral_grid

X = spectral_grid([(-2, 2)], 200)
Y = np.sqrt(np.maximum(4 - X**2, 0)) / (2 * np.pi)


@pytest.fixture
def ax():
    return new_axes(detached=True)


def test_the_curve_is_the_density(ax):
    assert plot_density(X, Y, ax, edges=(-2, 2)) is ax
    x, y = ax.lines[0].get_data()
    assert np.array_equal(x, X)
    assert np.array_equal(y, Y)
    assert ax.get_ylim()[0] == 0
    assert ax.get_ylim()[1] > Y.max()
    assert sorted(line.get_xdata()[0] for line in ax.lines[1:]) == [-2, 2]


def test_no_line_crosses_a_gap(ax):
    x = spectral_grid([(-2, -1), (1, 2)], 50)
    plot_density(x, np.ones_like(x), ax, edges=(-2, -1, 1, 2))
    drawn, heights = ax.lines[0].get_data()
    inside = (drawn > -1) & (drawn < 1)
    assert not inside.any()
    cut = np.flatnonzero(np.isnan(heights))
    assert cut.size == 1
    assert drawn[cut[0] - 1] == -1
    assert drawn[cut[0] + 1] == 1


def test_a_hard_edge_leaves_the_picture(ax):
    x = spectral_grid([(0, 4)], 400)
    with np.errstate(divide="ignore"):
        y = np.sqrt((4 - x) / x) / (2 * np.pi)
    plot_density(x, y, ax)
    assert np.isinf(y[0])
    assert 0.3 < ax.get_ylim()[1] < 10


def test_atoms_are_stems_of_their_mass(ax):
    plot_density([], [], ax, atoms={0.0: 0.25, 1.0: 0.75})
    stems = [line for line in ax.lines if len(line.get_xdata()) == 2]
    assert [(line.get_xdata()[0], line.get_ydata()[1]) for line in stems] == [(0.0, pytest.approx(0.225)), (1.0, pytest.approx(0.675))]
    assert [text.get_text() for text in ax.texts] == ["0.25", "0.75"]


def test_the_histogram_has_the_area_of_what_is_on_no_atom(ax):
    rng = np.random.default_rng(3)
    values = np.concatenate([np.zeros(250), rng.uniform(1, 2, 750)])
    plot_histogram(values, ax, atoms=[0])
    area = sum(bar.get_width() * bar.get_height() for bar in ax.patches)
    assert area == pytest.approx(0.75)
    assert min(bar.get_x() for bar in ax.patches) >= 1


def test_histogram_and_density_share_their_scale(ax):
    quantiles = np.sin(np.pi * (np.arange(4000) + 0.5) / 4000 - np.pi / 2)  # the arcsine law on [-1, 1]
    plot_histogram(quantiles, ax, bins=20)
    middle = [bar for bar in ax.patches if abs(bar.get_x() + bar.get_width() / 2) < 0.1]
    assert all(bar.get_height() == pytest.approx(1 / np.pi, rel=0.02) for bar in middle)


def test_grids():
    grid = spectral_grid([(0, 1), (3, 5)], 11)
    assert grid.size == 22
    assert np.all(np.diff(grid) > 0)
    assert grid[1] - grid[0] < grid[5] - grid[4]
    assert spectral_grid([]).size == 0


@pytest.mark.parametrize(
    "call",
    [
        lambda: spectral_grid([(0, np.inf)]),
        lambda: spectral_grid([(0, 1)], 1),
        lambda: plot_density([1, 2], [1], new_axes(detached=True)),
        lambda: plot_histogram([], new_axes(detached=True)),
        lambda: plot_histogram([1, np.nan], new_axes(detached=True)),
        lambda: save_figure(new_axes(detached=True), "/nowhere/at/all.png"),
        lambda: save_figure(new_axes(detached=True), "picture.unknown"),
    ],
)
def test_bad_values_are_refused(call):
    with pytest.raises(InvalidInput):
        call()


def test_files(ax, tmp_path):
    plot_density(X, Y, ax, label="density")
    for ending in ("png", "pdf", "svg"):
        path = tmp_path / f"picture.{ending}"
        save_figure(ax, str(path))
        assert path.stat().st_size > 2_000
    assert ax.get_legend().get_texts()[0].get_text() == "density"


def test_detached_axes_leave_nothing_open_and_the_style_alone():
    before = dict(matplotlib.rcParams)
    new_axes(detached=True)
    assert not pyplot.get_fignums()
    assert dict(matplotlib.rcParams) == before


def test_pyplot_axes_are_displayed_by_notebooks():
    axes = plot_density(X, Y)
    assert pyplot.get_fignums() == [axes.figure.number]
    pyplot.close(axes.figure)


def test_a_missing_matplotlib_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(InvalidInput, match=r"pip install 'freealg-symbolic\[plot\]'"):
        new_axes()
