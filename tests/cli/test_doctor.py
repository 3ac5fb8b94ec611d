"""`freealg doctor` passes here, and says which check fails when one does."""

import json

from freealg.cli import doctor, main


def test_every_check_passes(capsys):
    assert main(["doctor", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["checks"] == dict.fromkeys(data["checks"], True) and len(data["checks"]) == 6
    assert data["versions"]["sympy"] and data["conventions"]["S"].endswith("1/m_1")


def test_a_failed_check_is_named_and_the_exit_status_is_2(capsys, monkeypatch):
    monkeypatch.setitem(doctor._CHECKS, "the density integrates to the exact moments", lambda: False)
    assert main(["doctor"]) == 2
    captured = capsys.readouterr()
    assert "FAILED  the density integrates" in captured.out
    assert captured.err.count("\n") == 1 and "failed at: the density integrates to the exact moments;" in captured.err


def test_the_other_package_of_that_name_is_seen(capsys, monkeypatch):
    monkeypatch.setattr(doctor, "_version", lambda name: "0.7.0")
    assert main(["doctor"]) == 2
    assert "another project" in capsys.readouterr().err


def test_a_wrong_moment_fails_its_check(monkeypatch):
    right = doctor._hessian()
    monkeypatch.setattr(doctor, "_hessian", lambda: right + 1 / 10**9)
    assert doctor._moments_solve_the_equation()
    monkeypatch.setattr(type(right), "moments", lambda self, n: [1] * n)
    monkeypatch.setattr(doctor, "_hessian", lambda: right)
    assert not doctor._moments_solve_the_equation()
