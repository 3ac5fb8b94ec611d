"""`law.plot` and `law.compare` draw the law's own numbers."""

import numpy as np
import pytest
from scipy.stats import kstest
from sympy import Rational, Symbol

import freealg as fa
from freealg.law.pictures import compare_law, plot_law
from freealg.show.plot import new_axes


def curve(axes):
    return next(line.get_data() for line in axes.lines if len(line.get_xdata()) > 10)


def test_the_curve_is_the_density():
    law = fa.boxplus(fa.MarchenkoPastur(ratio=Rational(1, 2)), fa.Semicircle(variance=Rational(1, 4)))
    x, y = curve(plot_law(law, new_axes(detached=True), 100))
    assert np.allclose(y, law.pdf(x), rtol=1e-12)
    assert x[0] == float(law.support()[0])
    assert abs(np.trapezoid(y, x) - 1) < 1e-3


def test_two_intervals_and_no_line_between():
    law = fa.boxplus(fa.Semicircle(variance=Rational(1, 4)), fa.Rademacher())
    x, y = curve(plot_law(law, new_axes(detached=True), 60))
    assert np.isnan(y).sum() == 1
    assert not np.any((x > -0.3) & (x < 0.3))


def test_atoms_and_histogram_leave_room_for_each_other():
    law = fa.MarchenkoPastur(ratio=3)
    rng = np.random.default_rng(0)
    tall = rng.standard_normal((300, 100))
    axes = compare_law(law, tall @ tall.T / 100, new_axes(detached=True), "auto")
    assert sum(bar.get_width() * bar.get_height() for bar in axes.patches) == pytest.approx(1 / 3, abs=1e-12)
    assert [text.get_text() for text in axes.texts] == ["0.6667"]
    assert axes.get_legend_handles_labels()[1] == ["density", "300 eigenvalues"]


def test_an_unbounded_support_is_cut_at_quantiles_and_not_too_far_out():
    x, y = curve(plot_law(fa.Gaussian(variance=4), new_axes(detached=True), 50))
    assert (x[0], x[-1]) == pytest.approx((-6.180465, 6.180465), abs=1e-5)  # 3.0902 standard deviations
    assert np.allclose(y, np.exp(-(x**2) / 8) / np.sqrt(8 * np.pi))
    axes = plot_law(fa.Cauchy(location=1, scale=2), new_axes(detached=True), 50)
    x, y = curve(axes)
    assert (x[0], x[-1]) == pytest.approx((-19, 21), abs=1e-6)
    assert axes.get_ylim()[1] > y.max() > 0.99 / (2 * np.pi)  # the peak is the law, not a hard edge


def test_a_cusp_and_a_pole_inside_the_support_are_drawn_as_such():
    cusp = fa.boxplus(fa.Semicircle(), fa.Rademacher())
    x, y = curve(plot_law(cusp, new_axes(detached=True), 60))
    assert y[x == 0] == 0
    poles = fa.mixture({fa.Semicircle(): Rational(1, 2), fa.Arcsine(radius=1): Rational(1, 2)})
    x, y = curve(plot_law(poles, new_axes(detached=True), 60))
    assert np.isnan(y[np.isin(x, [-1, 1])]).all()
    assert y == pytest.approx(y[::-1], nan_ok=True)


def test_a_jump_at_an_edge_goes_down_to_the_axis():
    x, y = curve(plot_law(fa.Uniform(-1, 1), new_axes(detached=True), 20))
    assert (y[0], y[-1]) == (0, 0)
    assert np.allclose(y[1:-1], 0.5)


def test_a_family_of_atoms_has_names_and_an_axis_of_masses():
    p = Symbol("p")
    axes = fa.plot_family(fa.Projection(p), p, [Rational(1, 4), Rational(1, 2)], new_axes(detached=True))
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["$p = 1/4$", "$p = 1/2$"]
    assert axes.get_ylim() == (0.0, 1 / 0.9)  # a stem of mass m has the height 0.9 m of the picture, and reads m
    assert axes.get_ylabel() == "mass"


def test_an_atom_that_all_members_share_is_named_once():
    depth = Symbol("L")
    axes = fa.plot_family(fa.nets.Jacobian("relu", depth=depth), depth, [1, 2], new_axes(detached=True), points=50)
    assert [text.get_text() for text in axes.texts] == ["0.5"]


def test_a_family_has_a_curve_and_a_name_for_each_value():
    phi = Symbol("phi")
    axes = fa.plot_family(fa.MarchenkoPastur(ratio=phi), phi, [Rational(1, 4), 1, 4.0], new_axes(detached=True), points=50)
    curves = [line for line in axes.lines if len(line.get_xdata()) > 10]
    assert [line.get_label() for line in curves] == [r"$\phi = 1/4$", r"$\phi = 1$", r"$\phi = 4$"]
    for line, ratio in zip(curves, (Rational(1, 4), 1, 4), strict=True):
        assert np.allclose(line.get_ydata()[1:], fa.MarchenkoPastur(ratio=ratio).pdf(line.get_xdata()[1:]), rtol=1e-12)
    assert [text.get_text() for text in axes.texts] == ["0.75"]


def test_a_family_refuses_what_it_cannot_draw():
    law = fa.MarchenkoPastur(ratio=Symbol("phi"), variance=Symbol("s"))
    with pytest.raises(fa.InvalidInput, match="at least one value of phi"):
        fa.plot_family(law, "phi", [])
    with pytest.raises(fa.UnboundParameters, match="s"):
        fa.plot_family(law, "phi", [1], new_axes(detached=True))


def test_symbols_are_refused():
    with pytest.raises(fa.UnboundParameters):
        plot_law(fa.MarchenkoPastur(ratio=Symbol("phi")), None, 10)


def test_a_comparison_tells_its_distance_and_moments():
    """The distance by SciPy's own test, the moments by hand."""
    law = fa.MarchenkoPastur(ratio=Rational(1, 2))
    spectrum = law.sample(500, 3)
    title = compare_law(law, spectrum, new_axes(detached=True), "auto").get_title()
    distance = kstest(spectrum, law.cdf).statistic
    assert title == f"KS distance {distance:.2g},  $m_1$ {spectrum.mean():.4g} (1),  $m_2$ {np.mean(spectrum**2):.4g} (1.5)"
    named = new_axes("mine", detached=True)
    assert compare_law(law, spectrum, named, "auto").get_title() == "mine"


def test_outliers_of_heavy_tails_do_not_set_the_scale():
    """Ten quartile distances are seen; the bars show the share of the eigenvalues that lies there."""
    law = fa.boxplus(fa.Cauchy(), fa.Rademacher())
    spectrum = law.sample(2000, 1)
    axes = compare_law(law, spectrum, new_axes(detached=True), "auto")
    low, high = axes.get_xlim()
    assert -25 < low < high < 25 and np.abs(spectrum).max() > 100
    area = sum(bar.get_width() * bar.get_height() for bar in axes.patches)
    assert area == pytest.approx(np.mean((spectrum > low) & (spectrum < high)), abs=0.01)
