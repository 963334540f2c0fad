"""The demo's home: whose it is, and who removes it."""

import os
from pathlib import Path

import pytest

from hsmtui.demo import home as homes
from hsmtui.demo.home import held_home, new_home


@pytest.fixture
def left(tmp_path: Path) -> Path:
    """A home as a run that was killed leaves it, with a link in it to what is not ours."""
    folder = new_home()
    with held_home(folder):
        (folder / "config").touch()
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").touch()
    (folder / "link").symlink_to(outside, target_is_directory=True)
    return folder


def test_it_is_for_its_owner_alone() -> None:
    folder = new_home()
    with held_home(folder):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_one_that_nobody_holds_is_removed_by_the_next(left: Path, tmp_path: Path) -> None:
    with held_home(new_home()):
        assert not left.exists()
    assert (tmp_path / "outside" / "file").exists()


def test_one_that_is_held_stays() -> None:
    first = new_home()
    with held_home(first), held_home(new_home()):
        assert first.exists()


def test_one_of_somebody_else_stays(left: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uid = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: uid + 1)
    with held_home(new_home()):
        assert left.exists()


def test_one_that_is_removed_before_it_is_held_is_made_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = new_home()
    lock, told = homes.fcntl.flock, list[int]()

    def late(handle: int, how: int) -> None:
        if not told:
            told.append(handle)
            made.rmdir()
        lock(handle, how)

    monkeypatch.setattr(homes.fcntl, "flock", late)
    with held_home(made):
        assert made.is_dir()
    assert told
