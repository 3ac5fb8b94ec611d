"""Exact algebra without probability: coefficient rings, truncated series, plane curves and elimination."""
