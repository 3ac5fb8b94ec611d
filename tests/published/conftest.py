"""How a checked answer is compared: `same` exactly, `same_equation` up to a factor without z and G, `close` at a relative tolerance.

The tests in this folder keep their own copies of the answers; a test's name carries the id of its case.
"""

from collections.abc import Mapping

import mpmath
import pytest
import sympy as sp

G, z = sp.symbols("G z")


def _same(found, wanted):
    """Equal after simplification, inside lists, tuples and dictionaries too."""
    if isinstance(wanted, Mapping):
        return _same(sorted(found.items(), key=str), sorted(wanted.items(), key=str))
    if isinstance(wanted, list | tuple):
        return len(found) == len(wanted) and all(map(_same, found, wanted))
    difference = sp.sympify(found) - sp.sympify(wanted)
    return difference == 0 or sp.expand(difference) == 0 or sp.simplify(difference) == 0


def _same_equation(law, wanted):
    """The law's equation is the wanted polynomial up to a factor that contains neither z nor G."""
    ratio = sp.cancel(law.cauchy_equation(G, z).as_expr() / wanted)
    return ratio != 0 and not ratio.has(z, G)


def _close(found, wanted, rtol=1e-18):
    """A real number, or a pair (re, im), agrees with decimal digits; `found` is an mpmath number or exact."""
    with mpmath.workdps(40):
        digits = (wanted,) if isinstance(wanted, str) else wanted
        target = mpmath.mpc(*(mpmath.mpf(text) for text in digits))
        value = mpmath.mpmathify(sp.N(found, 35) if isinstance(found, sp.Expr) else found)
        return abs(value - target) <= rtol * abs(target)


@pytest.fixture(scope="session")
def same():
    return _same


@pytest.fixture(scope="session")
def same_equation():
    return _same_equation


@pytest.fixture(scope="session")
def close():
    return _close
