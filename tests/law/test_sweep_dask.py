"""Sweeps and sample ensembles on a dask cluster of two processes on this machine, one of which is killed in the middle."""

import json
import logging
import os
import signal
import threading
import time
from functools import partial
from pathlib import Path

import joblib
import numpy as np
import pytest
import sympy
from dask.distributed import Client, LocalCluster
from sympy import Rational

import freealg as fa

LAW = fa.MarchenkoPastur(ratio=sympy.Symbol("r"))
GRID = {"r": [Rational(k, 5) for k in range(1, 13)]}

pytestmark = pytest.mark.filterwarnings("ignore")


def slow_third_moment(log: Path, law: fa.Law) -> float:
    """The third moment after a while; who begins is written down first."""
    (log / f"{time.monotonic_ns()}-{os.getpid()}").touch()
    time.sleep(0.25)
    return float(law.moments(3)[2])


def kill_the_first_at_work(log: Path, killed: list[int]) -> None:
    """SIGKILL to the process that began the third task, while it is at it."""
    while len(begun := sorted(log.iterdir())) < 3:
        time.sleep(0.01)
    killed.append(int(begun[-1].name.split("-")[1]))
    os.kill(killed[0], signal.SIGKILL)


@pytest.fixture(scope="module")
def cluster():
    quiet = {"host": "127.0.0.1", "dashboard_address": None, "silence_logs": logging.CRITICAL}
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, **quiet) as two, Client(two) as client:
        yield client


def test_an_ensemble_is_the_same_on_a_cluster(cluster, tmp_path):
    element = fa.Wigner() @ fa.HaarProjection(Rational(1, 2)) + fa.Deterministic(fa.Rademacher())
    serial = element.spectra(40, rng=5, trials=6)
    with joblib.parallel_config(backend="dask"):
        spread = element.spectra(40, rng=5, trials=6, store=tmp_path)
        report = element.verify(40, rng=5, trials=3)
    assert np.array_equal(serial, spread)
    assert len(list(tmp_path.glob("trial-*.npy"))) == 6
    assert report == element.verify(40, rng=5, trials=3)


def test_a_sweep_outlives_one_of_its_workers(cluster, tmp_path):
    log, store, killed = tmp_path / "log", tmp_path / "sweep.jsonl", []
    log.mkdir()
    killer = threading.Thread(target=kill_the_first_at_work, args=(log, killed), daemon=True)
    killer.start()
    with joblib.parallel_config(backend="dask"):
        result = fa.sweep(LAW, GRID, partial(slow_third_moment, log), store=store)
    killer.join(timeout=10)
    begun = [int(path.name.split("-")[1]) for path in log.iterdir()]
    assert killed and os.getpid() not in begun
    assert len(begun) > len(GRID["r"]), "what the killed worker was at is asked again"
    assert len(set(begun)) >= 2
    assert list(result.values) == [float(LAW.subs(point).moments(3)[2]) for point in result.points]
    assert [json.loads(line)["value"] for line in store.read_text().splitlines()] == list(result.values)
