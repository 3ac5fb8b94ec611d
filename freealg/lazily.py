"""Names of a package that are loaded on first use (PEP 562), so that importing the package loads nothing that is not asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any

__all__ = ["loaded_on_use"]


def loaded_on_use(
    package: str, homes: Mapping[str, Iterable[str]], submodules: Iterable[str] = ()
) -> tuple[list[str], Callable[[str], Any], Callable[[], list[str]]]:
    """`__all__`, `__getattr__` and `__dir__` of a package with the names {module: its names} and these submodules."""
    where = {name: f"{package}.{module}" for module, names in homes.items() for name in names}
    public = [*submodules, *where]

    def load(name: str) -> Any:
        if name not in public:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(where[name]), name) if name in where else import_module(f"{package}.{name}")
        setattr(sys.modules[package], name, value)
        return value

    return public, load, lambda: sorted(public)
