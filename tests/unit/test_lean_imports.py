"""Libraries without the parts that are not used: which those are, and what if they are used."""

import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from hsmtui.process import lean_imports
from hsmtui.process.lean_imports import UNUSED, import_lean

PART = "class Shelf:\n    depth = 3\n\ndef lend(): return 'lent'\n"


@pytest.mark.parametrize("library", UNUSED)
def test_a_library_takes_nothing_else_from_its_unused_parts(library: str) -> None:
    """A part would be imported for a name that is not listed, and with it when it is imported
    whole."""
    code = (
        "import sys; from hsmtui.process.lean_imports import UNUSED, import_lean; "
        f"import_lean({library!r}); "
        f"print({library!r} in sys.modules, sorted(set(UNUSED[{library!r}]) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True []\n"


@pytest.mark.parametrize("part", [part for parts in UNUSED.values() for part in parts])
def test_a_part_can_be_had_by_whoever_wants_it(part: str) -> None:
    names = next(parts[part] for parts in UNUSED.values() if part in parts)
    assert [name for name in names if not hasattr(import_module(part), name)] == []


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The source of a library that has an unused part."""
    monkeypatch.syspath_prepend(tmp_path)
    unused = {"library": {"library_part.shelves": ("Shelf",)}}
    monkeypatch.setattr(lean_imports, "UNUSED", unused)
    part = tmp_path / "library_part"
    part.mkdir()
    (part / "__init__.py").write_text("", "utf-8")
    (part / "shelves.py").write_text(PART, "utf-8")
    yield tmp_path / "library.py"
    for name in ("library", "library_part", "library_part.shelves"):
        sys.modules.pop(name, None)


class TestALibrary:
    def test_has_stand_ins_that_do_nothing(self, library):
        library.write_text(
            "from library_part.shelves import Shelf\n"
            "class Wide(Shelf): pass\n"
            "made = Shelf(1, of='oak'), Wide()\n"
        )
        import_lean("library")
        assert "library_part.shelves" not in sys.modules
        assert not hasattr(sys.modules["library"].Shelf, "depth")
        assert import_module("library_part.shelves").Shelf.depth == 3

    def test_gets_the_part_for_a_name_that_is_not_known(self, library):
        library.write_text("from library_part.shelves import Shelf, lend\nlent = lend()\n")
        import_lean("library")
        assert sys.modules["library"].lent == "lent"
        assert import_module("library_part.shelves").Shelf.depth == 3

    def test_is_whole_where_it_does_more_with_the_part(self, library):
        library.write_text("from library_part.shelves import Shelf\ndepth = Shelf.depth\n")
        import_lean("library")
        assert sys.modules["library"].depth == 3
        assert sys.modules["library"].Shelf is import_module("library_part.shelves").Shelf

    def test_says_what_is_wrong_with_it(self, library):
        library.write_text("raise ValueError('broken')\n")
        with pytest.raises(ValueError, match="broken"):
            import_lean("library")
        assert not {"library", "library_part.shelves"} & set(sys.modules)

    def test_that_is_imported_stays(self, library):
        library.write_text("from library_part.shelves import Shelf\n")
        whole = import_module("library")
        import_lean("library")
        assert sys.modules["library"] is whole
        assert whole.Shelf.depth == 3
