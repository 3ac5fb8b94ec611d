"""Ensembles of spectra: the same on any number of workers, kept on disk, continued after an interruption."""

import json

import joblib
import numpy as np
import pytest
import sympy

import freealg as fa
from freealg.elements import stored_spectra
from freealg.errors import InvalidInput, UnboundParameters
from freealg.matrices.statistics import eigenvalues
from freealg.matrices.trials import one_spectrum, sample_spectra

T = sympy.Symbol("t")


def element() -> fa.Element:
    return fa.Wishart(ratio=sympy.Rational(1, 2)) @ fa.HaarProjection(sympy.Rational(1, 2)) + fa.Wigner(variance=T)


def test_workers_do_not_change_the_numbers():
    H = element()
    serial = H.spectra(30, rng=3, at={T: 2}, trials=5)
    with joblib.parallel_config(backend="loky"):
        spread = H.spectra(30, rng=3, at={T: 2}, trials=5, jobs=2)
    threads = joblib.parallel_config(backend="threading")
    with threads:
        assert np.array_equal(serial, H.spectra(30, rng=3, at={T: 2}, trials=5, jobs=2))
        report = H.verify(40, rng=3, at={T: 2}, trials=3, jobs=2)
    assert report == H.verify(40, rng=3, at={T: 2}, trials=3)
    assert np.array_equal(serial, spread)
    assert all(spectrum.shape == (30,) for spectrum in serial)
    assert len({float(spectrum[0]) for spectrum in serial}) == 5


def test_a_trial_does_not_depend_on_how_many_there_are():
    H = fa.Wigner()
    assert np.array_equal(H.spectra(12, rng=8, trials=2), H.spectra(12, rng=8, trials=7)[:2])
    stream = np.random.default_rng(8).spawn(1)[0]
    assert np.array_equal(H.spectra(12, rng=8, trials=1)[0], eigenvalues(H.sample(12, stream)))
    assert not np.array_equal(H.spectra(12, rng=9, trials=1), H.spectra(12, rng=8, trials=1))


def test_a_task_that_is_asked_again_gives_the_same():
    stream = np.random.default_rng(1)
    sampler = fa.Wigner().sample
    assert np.array_equal(one_spectrum(sampler, 9, stream), one_spectrum(sampler, 9, stream))


def test_plans_keep_their_sizes_on_two_workers():
    plan, sampler = {6: 2, 9: 3}, fa.Wigner().sample
    with joblib.parallel_config(backend="threading"):
        spread = sample_spectra(sampler, plan, rng=4, jobs=2)
    serial = sample_spectra(sampler, plan, rng=4)
    assert {size: [s.size for s in trials] for size, trials in spread.items()} == {6: [6, 6], 9: [9, 9, 9]}
    assert all(np.array_equal(spread[size], serial[size]) for size in plan)


def test_an_interrupted_ensemble_goes_on_from_its_folder(tmp_path, monkeypatch):
    H, drawn = element(), []

    def interrupted(sampler, size, stream):
        drawn.append(size)
        if len(drawn) == 4:
            raise KeyboardInterrupt
        return one_spectrum(sampler, size, stream)

    monkeypatch.setattr(stored_spectra, "one_spectrum", interrupted)
    with pytest.raises(KeyboardInterrupt):
        H.spectra(10, rng=2, at={T: 1}, trials=6, store=tmp_path)
    assert sorted(path.name for path in tmp_path.glob("*.npy")) == ["trial-000000.npy", "trial-000001.npy", "trial-000002.npy"]
    (tmp_path / "trial-000003.npy.part").write_bytes(b"\x93NUMPY cut sh")
    resumed = H.spectra(10, rng=2, at={T: 1}, trials=6, store=tmp_path)
    assert len(drawn) == 4 + 3
    assert np.array_equal(resumed, H.spectra(10, rng=2, at={T: 1}, trials=6))
    assert np.array_equal(H.spectra(10, rng=2, at={T: 1}, trials=2, store=tmp_path), resumed[:2])
    assert len(H.spectra(10, rng=2, at={T: 1}, trials=8, store=tmp_path)) == 8
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json"] + [".npy"] * 8


def test_a_folder_of_something_else_is_refused(tmp_path):
    X = fa.Wigner()
    X.spectra(8, rng=1, trials=2, store=tmp_path)
    title = json.loads((tmp_path / "ensemble.json").read_text())
    assert title["element"] == "Wigner()" and title["n"] == 8
    for other in (lambda: X.spectra(9, rng=1, store=tmp_path), lambda: X.spectra(8, rng=2, store=tmp_path), lambda: (X + 1).spectra(8, 1, store=tmp_path)):
        with pytest.raises(InvalidInput, match="name another folder"):
            other()
    assert np.array_equal(X.spectra(8, rng=np.random.default_rng(1), trials=2, store=tmp_path), X.spectra(8, rng=1, trials=2))


def test_refusals(tmp_path):
    with pytest.raises(InvalidInput, match="give rng="):
        fa.Wigner().spectra(8, store=tmp_path)
    with pytest.raises(InvalidInput, match="not self-adjoint"):
        fa.Circular().spectra(8, rng=1)
    with pytest.raises(InvalidInput, match="trials"):
        fa.Wigner().spectra(8, rng=1, trials=0)
    with pytest.raises(UnboundParameters, match="t"):
        element().spectra(8, rng=1)
    assert not list(tmp_path.iterdir())


def test_progress_counts_trials(capsys):
    fa.Wigner().spectra(5, rng=1, trials=3, progress=True)
    assert "3/3" in capsys.readouterr().err
