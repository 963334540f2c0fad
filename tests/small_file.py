"""The one file with small packages in it: made in a moment, started as the real one is."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

FOLDER = Path(__file__).parents[1] / ".ci" / "one-file"
START = FOLDER / "start"

HSMTUI = """\
import sys
def enter():
    print(__file__)
    if sys.argv[1:] == ["wait"]:
        sys.stdin.read()
    return 3 if sys.argv[1:] == ["3"] else 0
"""


def module(name: str) -> ModuleType:
    """A module of the folder of the one file, which is in no package."""
    spec = spec_from_file_location(f"one_file_{name}", FOLDER / f"{name}.py")
    assert spec
    assert spec.loader
    found = module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


build = module("build")


def pack_small(folder: Path, name: str = "hsmtui-1", **files: str) -> Path:
    """The file of that name in a folder, with these texts by their names beside hsmtui's."""
    packages = folder / f"packages of {name}"
    texts = {"hsmtui/__init__.py": "", "hsmtui/__main__.py": HSMTUI, **files}
    for path, text in texts.items():
        (packages / path).parent.mkdir(parents=True, exist_ok=True)
        (packages / path).write_text(text, encoding="utf-8")
    file: Path = build.pack(packages, folder / f"{name}.pyz", ["3.11", "3.14"])
    return file
