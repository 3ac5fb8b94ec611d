"""The one locked door to FLINT's and mpmath's global precision, which all threads share.

Nothing else in freealg assigns to `flint.ctx` or to `mpmath.mp`. Inside a door the thread owns both; on the way out, whatever
happened, both are as they were found.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any

import flint
import mpmath

__all__ = ["ball_precision", "mp_precision", "series_cap"]

_LOCK = RLock()


@contextmanager
def ball_precision(bits: int) -> Iterator[None]:
    """Run the body with `flint.ctx.prec = bits`, under the lock.

    >>> with ball_precision(200):
    ...     flint.arb(2).sqrt().rel_accuracy_bits() > 190
    True
    """
    with _LOCK:
        before = flint.ctx.prec
        flint.ctx.prec = int(bits)
        try:
            yield
        finally:
            flint.ctx.prec = before


@contextmanager
def mp_precision(dps: int) -> Iterator[Any]:
    """Run the body with `mpmath.mp.dps = dps`, under the lock; gives the mpmath context.

    >>> with mp_precision(30) as mp:
    ...     print(mp.sqrt(2))
    1.41421356237309504880168872421
    """
    with _LOCK:
        before = mpmath.mp.prec
        mpmath.mp.dps = int(dps)
        try:
            yield mpmath.mp
        finally:
            mpmath.mp.prec = before


@contextmanager
def series_cap(length: int) -> Iterator[None]:
    """Run the body with `flint.ctx.cap = length` (FLINT truncates series there silently), under the lock."""
    with _LOCK:
        before = flint.ctx.cap
        flint.ctx.cap = int(length)
        try:
            yield
        finally:
            flint.ctx.cap = before
