"""The screens that the README shows, cell by cell, each at 80 by 24 and at 160 by 45."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[2] / "screenshots" / "make.py"


def load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("screenshots_make", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


make = load_script()


@pytest.mark.parametrize("size", [make.SMALL, make.LARGE], ids=["small", "large"])
@pytest.mark.parametrize("name", make.SCENES)
def test_scene(name, size, snap_compare):
    scene = make.SCENES[name]
    with make.demo_app(scene.places) as app:
        assert snap_compare(app, terminal_size=size, run_before=scene.go)
