"""Ctrl-C at any time leaves a usable session: every precision as it was, the lock free, and the same question answered right."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import random, signal, sys, threading, time
import flint, mpmath, sympy
import freealg as fa
from sympy import Rational as R

LAWS = {
    "hessian": lambda: fa.boxplus(fa.MarchenkoPastur(R(1, 2)), fa.Semicircle(variance=R(1, 4))),
    "three": lambda: fa.boxplus(fa.Rademacher(), fa.Discrete({0: R(1, 3), 2: R(2, 3)}), fa.Semicircle(variance=R(1, 9))),
    "uniform": lambda: fa.boxplus(fa.Semicircle(), fa.Uniform()),
    "product": lambda: fa.boxtimes(fa.MarchenkoPastur(R(1, 2)), fa.MarchenkoPastur(2), fa.Projection(R(1, 3))),
    "mobius": lambda: fa.MarchenkoPastur(R(1, 2)).mobius(1, 2, 1, 3),
}
QUESTIONS = [
    ("hessian", lambda law: law.pdf(R(3, 4), dps=60)), ("hessian", lambda law: law.pdf(0.75)), ("hessian", lambda law: law.cdf(1, dps=25)),
    ("hessian", lambda law: law.moments(400)[-1]), ("hessian", lambda law: law.cauchy(1 + 1j, dps=30)),
    ("hessian", lambda law: law.pdf(R(1, 2), certified=True).mid().str(20)), ("three", lambda law: law.support_intervals()),
    ("three", lambda law: law.edge_exponents()), ("three", lambda law: law.pdf([0.1, 0.5])), ("three", lambda law: law.moments(60)[-1]),
    ("uniform", lambda law: law.pdf(0.5)), ("uniform", lambda law: law.pdf(R(1, 2), dps=20)), ("product", lambda law: law.cauchy_equation()),
    ("product", lambda law: law.pdf(0.1)), ("product", lambda law: law.moments(30)[-1]), ("mobius", lambda law: law.pdf(0.75, dps=20)),
    ("mobius", lambda law: law.moments(20)[-1]),
]

def state():
    return flint.ctx.prec, flint.ctx.cap, mpmath.mp.prec

def lock_is_free():
    found = []
    thread = threading.Thread(target=lambda: found.append(fa.Semicircle().pdf(0.1, dps=20)), daemon=True)
    thread.start()
    thread.join(20)
    return bool(found)

wanted, length = [], []
for name, question in QUESTIONS:
    law, start = LAWS[name](), time.perf_counter()
    wanted.append(str(question(law)))
    length.append(time.perf_counter() - start)
before, hits, trouble = state(), 0, []
signal.signal(signal.SIGALRM, signal.default_int_handler)
generator, end = random.Random(int(sys.argv[1])), time.monotonic() + float(sys.argv[2])
while time.monotonic() < end:
    k = generator.randrange(len(QUESTIONS))
    name, question = QUESTIONS[k]
    law = LAWS[name]()
    try:
        signal.setitimer(signal.ITIMER_REAL, max(1e-4, generator.random() * length[k]))
        question(law)
        signal.setitimer(signal.ITIMER_REAL, 0)
    except KeyboardInterrupt:
        hits += 1
    signal.setitimer(signal.ITIMER_REAL, 0)
    if state() != before:
        trouble.append(("state", k, state()))
        break
    if str(question(law)) != wanted[k]:
        trouble.append(("answer", k))
    if not lock_is_free():
        trouble.append(("lock", k))
        break
print(hits > 0, trouble)
"""


def interrupted(seed, seconds):
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(seed), str(seconds)], capture_output=True, text=True, check=False, timeout=seconds + 100)
    assert done.stderr == ""
    return done.stdout.strip()


def test_an_interrupted_session_goes_on_as_if_nothing_had_happened():
    assert interrupted(1, 2) == "True []"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 6))
def test_hundreds_of_interruptions(seed):
    assert interrupted(seed, 60) == "True []"
