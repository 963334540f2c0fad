"""The screens that the pages show, cell by cell; some of them also with more room."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from tests.parts import part_of

SCRIPT = Path(__file__).parents[2] / "screenshots" / "make.py"


def load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("screenshots_make", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


make = load_script()


WITH_ROOM = ("certificates", "delete-blocked")
"""Those that are laid out differently where there is room, and not shown so in the pages."""


def drawn():
    sizes = {name: [scene.size] for name, scene in make.SCENES.items()}
    for name in WITH_ROOM:
        sizes[name].append(make.LARGE)
    for name, each in sizes.items():
        for width, height in each:
            yield pytest.param(name, (width, height), id=f"{name}-{width}x{height}")


@pytest.mark.in_parts
@pytest.mark.parametrize(("name", "size"), part_of(drawn(), parts=3))
def test_scene(name, size, snap_compare):
    scene = make.SCENES[name]
    with make.demo_app(scene.places) as app:
        assert snap_compare(app, terminal_size=size, run_before=scene.go)
