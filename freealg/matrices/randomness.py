"""Seeds, independent streams and the memory of a sample: what every sampler asks before it draws."""

from __future__ import annotations

import math
from numbers import Integral
from typing import Any

import numpy as np
from numpy.random import BitGenerator, Generator, SeedSequence

from freealg.errors import BudgetExceeded, InvalidInput, shown

__all__ = ["DEFAULT_BUDGET", "Seed", "ensure_memory", "generator", "round_half_up", "sample_bytes", "shape_of", "spawn"]

Seed = int | SeedSequence | Generator | None

DEFAULT_BUDGET = 8 * 2**30
"""Bytes a sampler may take unless told otherwise: 8 GiB."""

MOST_AXES, MOST_SEED_BITS = 32, 10_000
ITEM_BYTES = {"real": 8, "complex": 16}


def generator(rng: Seed) -> Generator:
    """The generator of a seed; a generator is its own, and `None` draws fresh entropy.

    >>> bool(generator(7).standard_normal() == generator(7).standard_normal())
    True
    """
    entropy: list[Any] = list(rng) if isinstance(rng, list | tuple) else [rng]
    seed = all(isinstance(part, Integral) and not isinstance(part, bool) and 0 <= int(part) < 2**MOST_SEED_BITS for part in entropy)
    if not (seed or rng is None or isinstance(rng, SeedSequence | BitGenerator | Generator)):
        raise InvalidInput(f"rng is an integer seed >= 0 or a numpy.random.Generator, not {shown(rng)}; leave it out for fresh entropy")
    if not seed:
        return np.random.default_rng(rng)
    words = [int(part) for part in entropy]
    return np.random.default_rng(words if isinstance(rng, list | tuple) else words[0])


def shape_of(shape: object) -> tuple[int, ...] | None:
    """The shape of a sample: None for one number, n, or (n, m, ...); its memory is bounded.

    >>> shape_of(3), shape_of((2, 3)), shape_of(None)
    ((3,), (2, 3), None)
    """
    if shape is None:
        return None
    given: list[Any] = list(shape) if isinstance(shape, tuple | list) else [shape]
    if not all(isinstance(n, Integral) and not isinstance(n, bool) and int(n) >= 0 for n in given) or len(given) > MOST_AXES:
        raise InvalidInput(
            f"the shape of a sample is a number >= 0 or a tuple of up to {MOST_AXES} of them, not {shown(shape)}; for example 1000 or (10, 10)"
        )
    ensure_memory("a sample of this shape", 64 * math.prod(int(n) for n in given))
    return tuple(int(n) for n in given)


def spawn(rng: Seed, k: int) -> list[Generator]:
    """k independent streams, the i-th the same whatever the number of streams and the order in which they are used.

    An integer seed or a fresh generator of that seed gives the same children; a generator remembers how often it was asked
    (not what it drew), so asking twice gives new children.

    >>> [int(child.integers(100)) for child in spawn(5, 3)] == [int(child.integers(100)) for child in spawn(5, 8)[:3]]
    True
    """
    if k < 0:
        raise InvalidInput(f"spawn asked for {k} streams: the number must be >= 0")
    return generator(rng).spawn(k)


def round_half_up(x: float) -> int:
    """The nearest integer, halves upwards (Python's `round` takes them to the even neighbour).

    >>> round_half_up(2.5), round_half_up(3.5), round(2.5)
    (3, 4, 2)
    """
    return math.floor(x + 0.5)


def sample_bytes(n: int, copies: float = 1, field: str = "real") -> int:
    """copies * n^2 * (8 real, 16 complex): the bytes of `copies` dense n x n matrices.

    >>> sample_bytes(1000, copies=3), sample_bytes(1000, copies=3, field="complex")
    (24000000, 48000000)
    """
    return math.ceil(copies * n * n * item_bytes(field))


def item_bytes(field: str) -> int:
    """8 for "real", 16 for "complex"; anything else is refused."""
    if field not in ITEM_BYTES:
        raise InvalidInput(f'field {shown(field)} is unknown: it is "real" or "complex"')
    return ITEM_BYTES[field]


def ensure_memory(what: str, needed: int, budget: int = DEFAULT_BUDGET) -> None:
    """Raise `BudgetExceeded`, naming both sizes, if `needed` bytes are over the budget; nothing has been drawn yet.

    >>> ensure_memory("a matrix of size 100000", sample_bytes(100000))
    Traceback (most recent call last):
    ...
    freealg.errors.BudgetExceeded: a matrix of size 100000 needs about 74.5 GiB, over the budget of 8.0 GiB; take a smaller n, or raise budget=
    """
    if needed > budget:
        needed = min(needed, 2**80)
        raise BudgetExceeded(f"{what} needs about {gibibytes(needed)}, over the budget of {gibibytes(budget)}; take a smaller n, or raise budget=")


def gibibytes(count: float) -> str:
    """A number of bytes as text: `8.0 GiB`, `3.8 MiB`."""
    unit, name = (2**30, "GiB") if count >= 2**30 else (2**20, "MiB")
    return f"{count / unit:.1f} {name}"
