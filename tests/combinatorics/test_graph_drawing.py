"""The picture of an admissible graph: what is on the axes."""

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot

from freealg.combinatorics import AdmissibleGraph, admissible_graphs, draw_admissible_graph


def test_the_axes_carry_one_curve_an_edge_and_one_label_a_vertex():
    figure, ax = pyplot.subplots()
    for graph in admissible_graphs(3):
        ax.clear()
        assert draw_admissible_graph(graph, ax) is ax
        assert len(ax.patches) == 6
        assert len(ax.texts) == graph.graph.number_of_nodes()
        figure.canvas.draw()
    pyplot.close(figure)


def test_without_axes_a_new_figure_is_made():
    ax = draw_admissible_graph(AdmissibleGraph((1, 1), (1, 2)))
    assert ax.get_title() == r"$\eta^{2} \psi$"
    assert sorted(text.get_text() for text in ax.texts) == ["$\\mu_{1}$", "$\\mu_{2}$", "$i_{1}$"]
    ax.figure.canvas.draw()
    pyplot.close(ax.figure)
