"""The bound variables of closed forms: g of R, m of S, z of G and M, x of densities.

They are dummies, so that a user's own symbol g, m or z stays a parameter; their indices are fixed, so that a pickled law means the same in a
fresh process.
"""

from __future__ import annotations

from sympy import Dummy

__all__ = ["g", "m", "x", "z"]

g = Dummy("g", dummy_index=7_000_001)
m = Dummy("m", dummy_index=7_000_002)
z = Dummy("z", dummy_index=7_000_003)
x = Dummy("x", dummy_index=7_000_004, real=True)
