"""Threads that compute at different precisions get the answers they would get alone, never wait for each other in a ring, and leave no trace."""

from __future__ import annotations

import random
import subprocess
import sys
import threading

import flint
import mpmath
import numpy as np
import pytest
import sympy
from sympy import Rational

import freealg as fa
from freealg.exact.context import ball_precision, cached_property, exclusive, mp_precision, series_cap

HALF = Rational(1, 2)
s, phi = sympy.symbols("s phi")


def laws():
    return {
        "hessian": fa.boxplus(fa.MarchenkoPastur(HALF), fa.Semicircle(variance=Rational(1, 4))),
        "product": fa.boxtimes(fa.MarchenkoPastur(HALF), fa.MarchenkoPastur(2)),
        "uniform": fa.boxplus(fa.Semicircle(), fa.Uniform()),
        "gauss": fa.Gaussian(0, 1),
        "root": fa.Semicircle(variance=sympy.sqrt(2)),
        "erf": fa.Semicircle(variance=sympy.erf(1)),
        "atoms": fa.boxplus(fa.Discrete({-1: HALF, 1: HALF}), fa.Discrete({0: Rational(1, 3), 2: Rational(2, 3)})),
        "mobius": fa.MarchenkoPastur(HALF).mobius(1, 2, 1, 3),
        "symbols": fa.boxplus(fa.MarchenkoPastur(phi), fa.Semicircle(variance=s * sympy.sqrt(phi))),
    }


QUESTIONS = [
    ("hessian", lambda law: law.pdf(Rational(3, 4), dps=60)),
    ("hessian", lambda law: law.pdf(Rational(3, 4), dps=20)),
    ("hessian", lambda law: law.pdf(Rational(3, 4), certified=True, dps=40)),
    ("hessian", lambda law: law.cauchy(1 + 1j, dps=35)),
    ("hessian", lambda law: law.cdf(1, dps=25)),
    ("hessian", lambda law: law.moments(60)),
    ("hessian", lambda law: law.icdf([0.1, 0.5])),
    ("product", lambda law: law.moments(12)),
    ("product", lambda law: law.cauchy_equation()),
    ("product", lambda law: law.pdf(Rational(1, 10), dps=80)),
    ("gauss", lambda law: law.pdf(1, dps=50)),
    ("gauss", lambda law: law.cdf(1, dps=30)),
    ("root", lambda law: law.pdf(1, dps=45)),
    ("root", lambda law: law.edge_exponents()),
    ("erf", lambda law: law.pdf(HALF, dps=33)),
    ("atoms", lambda law: law.support_intervals()),
    ("atoms", lambda law: law.edge_exponents()),
    ("atoms", lambda law: law.gauss_quadrature(3, dps=25)),
    ("mobius", lambda law: law.pdf(Rational(3, 4), dps=30)),
    ("symbols", lambda law: law.cauchy_equation()),
    ("symbols", lambda law: law.free_cumulants(6)),
    ("uniform", lambda law: law.pdf(0.5)),
    ("uniform", lambda law: law.pdf(HALF, dps=20)),
]


def state():
    return flint.ctx.prec, flint.ctx.cap, mpmath.mp.prec, mpmath.mp.dps, mpmath.iv.prec, repr(np.random.get_state())


def answer(k, known):
    name, question = QUESTIONS[k]
    try:
        found = question(known[name])
    except Exception as error:  # compared with what the question gives alone
        return f"{type(error).__name__}: {error}"
    return exactly(found)


def exactly(value):
    """The value itself, whatever the precision at which it would be printed."""
    if isinstance(value, list | tuple):
        return str([exactly(part) for part in value])
    if isinstance(value, mpmath.mpf | mpmath.mpc):
        return str(getattr(value, "_mpf_", None) or value._mpc_)
    return value.mid().str(38) if isinstance(value, flint.arb) else repr(value)


@pytest.fixture(scope="module")
def alone():
    """The answers to compare with; every question is seen to leave the global state as it was."""
    before, found = state(), []
    for k in range(len(QUESTIONS)):
        found.append(answer(k, laws()))
        assert state() == before, QUESTIONS[k][0]
    return found


@pytest.fixture
def hurried():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    yield
    sys.setswitchinterval(before)


def at_once(count, shared, alone, seed):
    known, wrong = laws(), []

    def work(number):
        own = known if shared else laws()
        order = list(range(len(QUESTIONS)))
        random.Random(seed + number).shuffle(order)
        wrong.extend((QUESTIONS[k][0], found, alone[k]) for k in order if (found := answer(k, own)) != alone[k])

    threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads), "the threads wait for each other"
    return wrong


@pytest.mark.parametrize(("count", "shared"), [(2, True)])
def test_two_threads_get_the_answers_they_would_get_alone(count, shared, alone, hurried):
    before = state()
    assert at_once(count, shared, alone, 0) == []
    assert state() == before


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_four_threads_get_the_answers_they_would_get_alone(seed, alone, hurried):
    before = state()
    sys.setswitchinterval(1e-5 if seed % 2 else 1e-3)
    assert at_once(4, bool(seed % 3), alone, seed) == []
    assert state() == before


def test_the_first_questions_of_a_session_may_come_from_four_threads():
    program = (
        "import threading, freealg as fa\n"
        "found = []\n"
        "def ask(): found.append(repr(fa.boxplus(fa.MarchenkoPastur(), fa.Semicircle()).pdf(0.5, dps=20)))\n"
        "threads = [threading.Thread(target=ask) for _ in range(4)]\n"
        "for thread in threads: thread.start()\n"
        "for thread in threads: thread.join()\n"
        "print(len(found), len(set(found)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=100)
    assert (done.stdout.split(), done.stderr) == (["4", "1"], "")


REFUSALS = [
    lambda: fa.Semicircle().pdf(float("nan")),
    lambda: fa.Semicircle().pdf(flint.arb("nan"), dps=20),
    lambda: fa.boxplus(*[fa.Discrete({0: HALF, k: Rational(1, 4), -k: Rational(1, 4)}) for k in (1, 2, 3, 5)]).cauchy_equation(),
    lambda: fa.Rademacher().boxplus_power(HALF),
    lambda: fa.Semicircle().cdf(sympy.I, dps=20),
    lambda: fa.Semicircle().pdf(1, dps=10**9),
]


@pytest.mark.parametrize("refused", REFUSALS)
def test_a_refusal_leaves_the_global_state_alone(refused):
    before = state()
    with pytest.raises(fa.FreeAlgError):
        refused()
    assert state() == before


def test_a_user_s_own_precision_is_kept_and_does_not_change_the_answers(alone):
    with mpmath.workdps(7):
        for k in (0, 2, 3, 10, 13, 14, 17):
            assert answer(k, laws()) == alone[k]
        assert mpmath.mp.dps == 7


def test_the_doors_nest_and_put_everything_back_after_an_error():
    before = state()
    with exclusive(), ball_precision(300), mp_precision(40), series_cap(77), pytest.raises(ZeroDivisionError), ball_precision(100):
        assert (flint.ctx.prec, flint.ctx.cap, mpmath.mp.dps) == (100, 77, 40)
        _ = 1 / 0
    assert state() == before


def test_a_door_that_was_left_open_does_not_put_things_back_late():
    before = state()
    door = ball_precision(200)
    with exclusive():
        door.__enter__()
    assert state() == before
    flint.ctx.prec = 64
    del door
    assert flint.ctx.prec == 64
    flint.ctx.prec = before[0]


def test_an_attribute_is_computed_once_whatever_the_number_of_threads(hurried):
    class Owner:
        count = 0

        @cached_property
        def value(self):
            Owner.count += 1
            return sum(range(20_000))

    owner, found = Owner(), []
    threads = [threading.Thread(target=lambda: found.append(owner.value)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(set(found)), Owner.count) == (1, 1)
