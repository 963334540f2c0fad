"""Files that are asked for: for the owner alone, whole or not at all, never over another one."""

import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hsmtui.export.files import ExportError, overwrite, write_new

TEXT = "clusters\n" * 1000


@contextmanager
def full_disk(room: int) -> Iterator[None]:
    """No file can become longer than this."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("umask", [0o000, 0o277])
def test_a_new_file_is_for_its_owner_alone(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        write_new(tmp_path / "é.md", "本番\n")
    finally:
        os.umask(before)
    assert (tmp_path / "é.md").read_bytes() == "本番\n".encode()
    assert stat.S_IMODE((tmp_path / "é.md").stat().st_mode) == 0o600


@pytest.mark.parametrize("there", ["file", "link", "dangling link", "folder"])
def test_what_is_there_stays(tmp_path: Path, there: str) -> None:
    path, other = tmp_path / "a.csv", tmp_path / "other"
    other.write_text("precious")
    match there:
        case "file":
            path.write_text("precious")
        case "link":
            path.symlink_to(other)
        case "dangling link":
            path.symlink_to(tmp_path / "none")
        case _:
            path.mkdir()
    with pytest.raises(FileExistsError):
        write_new(path, TEXT)
    assert other.read_text() == "precious"
    assert not (tmp_path / "none").exists()
    assert not path.is_file() or path.read_text() == "precious"


def test_it_is_replaced_only_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("precious")
    path.chmod(0o644)
    with full_disk(100), pytest.raises(ExportError):
        overwrite(path, TEXT)
    assert path.read_text() == "precious"
    assert list(tmp_path.iterdir()) == [path]
    overwrite(path, TEXT)
    assert path.read_text() == TEXT
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    path, other = tmp_path / "a.csv", tmp_path / "other"
    other.write_text("precious")
    path.symlink_to(other)
    overwrite(path, TEXT)
    assert (path.read_text(), path.is_symlink(), other.read_text()) == (TEXT, False, "precious")


def test_nothing_is_left_where_there_was_no_room(tmp_path: Path) -> None:
    with (
        full_disk(100),
        pytest.raises(ExportError, match=r"a\.csv was not written: File too large"),
    ):
        write_new(tmp_path / "a.csv", TEXT)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="There is no such folder") as caught:
        write_new(tmp_path / "none" / "a.csv", TEXT)
    assert caught.value.remedy == "Choose a folder that exists."
    assert list(tmp_path.iterdir()) == []


def test_a_folder_cannot_be_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a\x1b.csv").mkdir()
    with pytest.raises(ExportError, match=r"a\\x1b\.csv was not written: Is a directory"):
        overwrite(tmp_path / "a\x1b.csv", TEXT)
    assert [path.name for path in tmp_path.iterdir()] == ["a\x1b.csv"]
