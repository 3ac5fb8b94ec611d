"""The one locked door to FLINT's and mpmath's global precision, which all threads share.

Nothing else in freealg assigns to `flint.ctx` or to `mpmath.mp`. Inside a door the thread owns both; on the way out, whatever
happened, both are as they were found. The lock is the only one in the package, so two threads never wait for each other:
`functools.cached_property` has one of its own in Python 3.11, and a thread that held it and waited for this one stopped another that did
the reverse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any, Generic, TypeVar, final, overload

import flint
import mpmath

__all__ = ["ball_precision", "cached_property", "exclusive", "mp_precision", "series_cap"]

T = TypeVar("T")

_LOCK = RLock()


@contextmanager
def exclusive() -> Iterator[None]:
    """Run the body alone among the threads, and put back all of the global state at its end, Ctrl-C included.

    Public queries stand inside this door: SymPy's evaluation sets mpmath's precision by itself, and what a law remembers is made once.
    """
    with _LOCK:
        before = flint.ctx.prec, flint.ctx.cap, mpmath.mp.prec
        try:
            yield
        finally:
            flint.ctx.prec, flint.ctx.cap, mpmath.mp.prec = before


@final
class cached_property(Generic[T]):  # noqa: N801
    """An attribute computed on first use, alone among the threads, and kept in the instance."""

    def __init__(self, function: Callable[[Any], T]) -> None:
        self.function, self.name, self.__doc__ = function, function.__name__, function.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> cached_property[T]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: Any, owner: type) -> Any:
        if instance is None:
            return self
        with _LOCK:
            if self.name not in instance.__dict__:
                instance.__dict__[self.name] = self.function(instance)
            return instance.__dict__[self.name]


@contextmanager
def ball_precision(bits: int) -> Iterator[None]:
    """Run the body with `flint.ctx.prec = bits`, under the lock.

    >>> with ball_precision(200):
    ...     flint.arb(2).sqrt().rel_accuracy_bits() > 190
    True
    """
    with _LOCK:
        before = flint.ctx.prec
        try:
            flint.ctx.prec = int(bits)
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
        try:
            mpmath.mp.dps = int(dps)
            yield mpmath.mp
        finally:
            mpmath.mp.prec = before


@contextmanager
def series_cap(length: int) -> Iterator[None]:
    """Run the body with `flint.ctx.cap = length` (FLINT truncates series there silently), under the lock."""
    with _LOCK:
        before = flint.ctx.cap
        try:
            flint.ctx.cap = int(length)
            yield
        finally:
            flint.ctx.cap = before
