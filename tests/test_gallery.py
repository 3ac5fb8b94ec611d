"""docs/gallery.md is what the library gives today, and shows every law and every operation."""

import importlib.util
import pkgutil
import sys
from pathlib import Path

import pytest

import freealg.law.operations
import freealg.laws
from freealg.law.law import Law

DOCS = Path(__file__).parents[1] / "docs"
WAY_OUT = "run python docs/make_gallery.py and look at what changed"


@pytest.fixture(scope="module")
def maker():
    sys.path.insert(0, str(DOCS))
    spec = importlib.util.spec_from_file_location("make_gallery", DOCS / "make_gallery.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.path.remove(str(DOCS))


def entries(maker):
    return [entry for _, _, group in maker.SECTIONS for entry in group]


def test_the_text_is_current(maker):
    kept = (DOCS / "gallery.md").read_text(encoding="utf-8").splitlines()
    given = maker.gallery_text().splitlines()
    assert kept == given, WAY_OUT


def test_every_law_and_operation_is_shown(maker):
    shown = {type(entry.make()) for entry in entries(maker)}
    kinds = set()
    for room in (freealg.laws, freealg.law.operations):
        for info in pkgutil.iter_modules(room.__path__):
            module = importlib.import_module(f"{room.__name__}.{info.name}")
            kinds |= {kind for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, Law) and kind.__module__ == module.__name__}
    kinds = {kind for kind in kinds if getattr(kind, "__final__", False)}
    assert not {kind.__name__ for kind in kinds - shown}, "add an entry to docs/gallery_entries.py"


def test_pictures_are_there_and_small(maker):
    names = {entry.slug for entry in entries(maker) if entry.picture}
    files = {path.stem: path.stat().st_size for path in (DOCS / "gallery").glob("*.png")}
    assert names == set(files), WAY_OUT
    assert max(files.values()) <= 40_000
