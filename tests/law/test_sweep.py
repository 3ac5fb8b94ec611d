"""Sweeps: the same numbers on any number of workers, a store that survives an interruption, and refusals before any work."""

import json
from functools import partial
from pathlib import Path

import joblib
import numpy as np
import pytest
import sympy
from sympy import Rational

import freealg as fa

R = sympy.Symbol("r")
LAW = fa.MarchenkoPastur(ratio=R)
RATIOS = [Rational(1, 4), Rational(1, 2), 2, 3, 4]


def third_moment(law: fa.Law) -> float:
    return float(law.moments(3)[2])


def logged(log: Path, limit: int, law: fa.Law) -> float:
    """The third moment, with a line a call in a file; interrupted at call number `limit`."""
    with log.open("a") as stream:
        stream.write(f"{law!r}\n")
    if len(log.read_text().splitlines()) == limit:
        raise KeyboardInterrupt
    return third_moment(law)


def test_two_processes_give_what_one_gives():
    grid = {"r": RATIOS}
    serial = fa.sweep(LAW, grid, ("pdf", 0.7))
    with joblib.parallel_config(backend="loky"):
        spread = fa.sweep(LAW, grid, ("pdf", 0.7), jobs=2)
        local = fa.sweep(LAW, grid, lambda law: float(law.pdf(0.7)), jobs=2)
    assert serial.points == spread.points == local.points
    assert (serial.to_numpy() == spread.to_numpy()).all()
    assert (serial.to_numpy() == local.to_numpy()).all()
    assert serial.values[0] == pytest.approx(fa.MarchenkoPastur(ratio=Rational(1, 4)).pdf(0.7), rel=0, abs=0)
    assert len(set(serial.values)) == len(RATIOS)


def test_all_combinations_last_name_fastest():
    law = fa.MarchenkoPastur(ratio=R, variance=sympy.Symbol("v"))
    result = fa.sweep(law, {R: [1, 2], "v": [1, 3]}, "moments" and third_moment)
    assert [tuple(point.values()) for point, _ in result] == [(1, 1), (1, 3), (2, 1), (2, 3)]
    assert result.values == (5.0, 135.0, 11.0, 297.0)
    assert fa.sweep(law, [{"r": 2, "v": 3}, {"r": 1, "v": 1}], third_moment).values == (297.0, 5.0)


def test_a_backend_without_generators_answers_too(tmp_path):
    """Threads of the multiprocessing kind hand over lists only; the store still grows slice by slice."""
    grid = {"r": [Rational(k, 7) for k in range(1, 21)]}
    with joblib.parallel_config(backend=OnlyLists(), n_jobs=2):
        listed = fa.sweep(LAW, grid, third_moment, store=tmp_path / "a.jsonl")
    assert listed == fa.sweep(LAW, grid, third_moment)
    log = tmp_path / "log"
    with joblib.parallel_config(backend=OnlyLists(), n_jobs=1), pytest.raises(KeyboardInterrupt):
        fa.sweep(LAW, grid, partial(logged, log, 10), store=tmp_path / "b.jsonl")
    assert len((tmp_path / "b.jsonl").read_text().splitlines()) == 8


class OnlyLists(joblib.parallel.ThreadingBackend):
    supports_return_generator = False


@pytest.mark.parametrize("at", [1, 3, 5])
def test_an_interrupted_sweep_goes_on_from_its_store(tmp_path, at):
    store, log = tmp_path / "sweep.jsonl", tmp_path / "log"
    grid = {"r": RATIOS}
    with pytest.raises(KeyboardInterrupt):
        fa.sweep(LAW, grid, partial(logged, log, at), store=store)
    kept = store.read_text().splitlines() if store.exists() else []
    assert [json.loads(line)["at"] for line in kept] == [{"r": str(r)} for r in RATIOS[: at - 1]]
    result = fa.sweep(LAW, grid, partial(logged, log, 0), store=store)
    asked = log.read_text().splitlines()
    assert asked[at:] == [repr(LAW.subs({R: r})) for r in RATIOS[at - 1 :]]
    assert result == fa.sweep(LAW, grid, third_moment)
    assert fa.sweep(LAW, grid, partial(logged, log, len(asked) + 1), store=store) == result


def test_a_line_cut_short_is_asked_again(tmp_path):
    store = tmp_path / "sweep.jsonl"
    whole = fa.sweep(LAW, {"r": RATIOS[:3]}, third_moment, store=store)
    store.write_text(store.read_text()[:-9])
    assert fa.sweep(LAW, {"r": RATIOS[:3]}, third_moment, store=store) == whole
    kept = [json.loads(line) for line in store.read_text().splitlines() if line.endswith("}")]
    assert len(kept) == 3


def test_a_larger_grid_asks_only_what_is_new(tmp_path):
    store, log = tmp_path / "sweep.jsonl", tmp_path / "log"
    fa.sweep(LAW, {"r": RATIOS[1:3]}, partial(logged, log, 0), store=store)
    result = fa.sweep(LAW, {"r": RATIOS}, partial(logged, log, 0), store=store)
    assert len(log.read_text().splitlines()) == len(RATIOS)
    assert result == fa.sweep(LAW, {"r": RATIOS}, third_moment)


def test_arrays_are_stored_as_lists(tmp_path):
    store = tmp_path / "sweep.jsonl"
    first = fa.sweep(LAW, {"r": [1, 2]}, ("pdf", np.array([0.5, 1.0])), store=store)
    again = fa.sweep(LAW, {"r": [1, 2]}, ("pdf", np.array([0.5, 1.0])), store=store)
    assert (first.to_numpy() == again.to_numpy()).all()
    assert first.to_numpy().shape == (2, 2)


def test_progress_is_shown_when_asked(capsys):
    fa.sweep(LAW, {"r": [1, 2]}, third_moment)
    assert capsys.readouterr().err == ""
    fa.sweep(LAW, {"r": [1, 2]}, third_moment, progress=True)
    assert "2/2" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("grid", "what", "message"),
    [
        ({"q": [1, 2]}, "mean", "q"),
        ({}, "mean", "r"),
        ({"r": []}, "mean", "no points"),
        ([], "mean", "no points"),
        ({"r": [1]}, "_repr_parts", "by name"),
        ({"r": [1]}, "no_such_query", "no_such_query"),
        ({"r": [1]}, 3, "by name"),
        ({"r": ["import os"]}, "mean", "the value of r"),
        ({"r": [-1]}, "mean", "ratio"),
    ],
)
def test_bad_input_is_refused_before_any_work(tmp_path, grid, what, message):
    with pytest.raises(fa.FreeAlgError, match=message):
        fa.sweep(LAW, grid, what, store=tmp_path / "never.jsonl")
    assert not (tmp_path / "never.jsonl").exists()


def test_what_cannot_be_stored_is_said(tmp_path):
    with pytest.raises(fa.InvalidInput, match="leave out store="):
        fa.sweep(LAW, {"r": [1, 2]}, "support", store=tmp_path / "sweep.jsonl")
