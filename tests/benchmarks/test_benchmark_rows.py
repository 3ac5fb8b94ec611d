"""The benchmark's rows are built and judged as they should be; how long anything takes is never asked here."""

import importlib
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def bench():
    """The benchmark's modules by name; the drivers run inside this process."""
    sys.path.insert(0, str(ROOT))
    try:
        yield lambda name: importlib.import_module(f"benchmarks.{name}")
    finally:
        sys.path.remove(str(ROOT))


@pytest.fixture(scope="module")
def drivers(bench):
    return [bench("outcomes").Driver(name, name, python=None) for name in ("ours", "plain")]


@pytest.fixture(scope="module")
def hessian(bench, drivers):
    """Reference and lines of the Hessian law, without peers."""
    side = bench("side_by_side")
    reference = side.reference_of(drivers[0], "hessian")
    return reference, list(side.lines_of("hessian", reference, *drivers, [], True))


@pytest.fixture(scope="module")
def targets(bench, drivers):
    return list(bench("targets").target_lines(*drivers, True))


def test_every_job_has_the_engine_first(hessian):
    _, lines = hessian
    firsts = {line.job: line for line in reversed(lines)}
    assert set(firsts) == {"elimination", "moments", "density", "support"}
    for line in firsts.values():
        assert line.who.startswith("freealg-symbolic")
        assert line.ratio == 1.0
        assert line.outcome.failure is None


def test_the_engine_is_exact_and_the_plain_tools_agree(hessian):
    _, lines = hessian
    for line in lines:
        assert line.outcome.seconds > 0
        if line.job in ("elimination", "moments"):
            assert line.verdict == "exact"
        if line.who == "freealg-symbolic" and line.job == "support":
            assert line.verdict == "exact"
        if line.who.startswith("freealg-symbolic") and line.job == "density":
            assert float(line.verdict.removeprefix("largest error ")) <= 1e-13


def test_the_60_digit_values_are_roots_of_an_equation_found_without_the_engine(bench, drivers, hessian):
    assert bench("side_by_side").confirmed(hessian[0], "hessian", drivers[1]) <= 1e-50


def test_cheap_targets_are_right(targets):
    assert len(targets) >= 4
    for line in targets:
        assert line.verdict == "right", line


def test_a_wrong_answer_is_shown_as_such(bench, hessian):
    judge, (reference, _) = bench("judge"), hessian
    doubled = [2 * float(value) for value in reference.densities]
    assert f"wrong (> 1 %) at {len(doubled)} of {len(doubled)}" in judge.density_verdict(doubled, reference)
    assert judge.density_verdict(doubled[:-1], reference).startswith("wrong")
    assert judge.moments_verdict([*reference.moments[:-1], "0"], reference) == "wrong"
    assert judge.support_verdict(reference.edges * 2, reference).startswith("wrong: 2 intervals instead of 1")
    assert judge.equation_verdict({**reference.equation, "0,0": "17"}, reference) == "wrong"
    spurious = {f"{int(i) + 1},{j}": value for (i, j), value in ((key.split(","), value) for key, value in reference.equation.items())}
    assert judge.equation_verdict(spurious, reference) == "right, times another factor"


def test_a_driver_that_fails_tells_why(bench):
    outcome = bench("outcomes").Driver("ours", "ours").call(job="moments", law="no such law", order=3)
    assert outcome.seconds is None
    assert "KeyError: 'no such law'" in outcome.failure


def test_a_peer_that_is_missing_has_rows_all_the_same(bench, drivers, hessian):
    absent = bench("outcomes").Driver("absent", "absent", missing="cannot be installed")
    lines = [line for line in bench("side_by_side").lines_of("hessian", hessian[0], *drivers, [absent], True) if line.who == "absent"]
    assert [line.verdict for line in lines] == ["cannot be installed"] * 4


def test_tables_hold_every_row(bench, hessian, targets):
    tables = bench("tables")
    page = tables.markdown({"machine": "this"}, hessian[1], targets, {"hessian": 1e-58})
    assert sum(line.startswith("|") for line in page.splitlines()) == len(hessian[1]) + len(targets) + 4
    data = json.loads(json.dumps(tables.plain_data({"machine": "this"}, hessian[1], targets, {"hessian": 1e-58})))
    assert {row["job"] for row in data["side_by_side"]} == {"elimination", "moments", "density", "support"}
    assert all(row["target"] and row["measured"] for row in data["targets"])


@pytest.mark.parametrize("seconds, text", [(0.00123, "1.23 ms"), (2.5, "2.5 s"), (4.2e-8, "42 ns")])
def test_durations(bench, seconds, text):
    assert bench("targets").duration(seconds) == text
