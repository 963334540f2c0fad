"""A crash report: whole for a developer, empty of secrets, and its owner's alone."""

import os
import stat
from pathlib import Path

import pytest

from hsmtui import __version__
from hsmtui.crash import report_crash
from hsmtui.model.redaction import MASK

SECRET = "Tr0ub4dor&3 and more"


def crash(message: str) -> BaseException:
    """An exception with a cause and a traceback in whose frames a secret is a local variable."""
    local_value = f"local {SECRET}"
    try:
        try:
            {}[message]
        except KeyError as cause:
            raise RuntimeError(f"crashed: {message}") from cause
    except RuntimeError as error:
        assert local_value
        return error


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "hsmtui"


def test_the_person_is_told_what_and_where(folder):
    told = report_crash(crash("the answer"), folder)
    (path,) = folder.iterdir()
    assert told.startswith("unexpected failure: RuntimeError: crashed: the answer\n")
    assert f"The full report is in {path}\n" in told
    assert len(told.splitlines()) == 4
    assert "Traceback" not in told


def test_the_report_has_what_a_developer_needs_and_no_secrets(folder, monkeypatch):
    monkeypatch.setenv("SOME_TOKEN", SECRET)
    monkeypatch.setenv("HARMLESS", "of the environment")
    told = report_crash(crash(f"refused {SECRET}"), folder)
    (path,) = folder.iterdir()
    report = path.read_text(encoding="utf-8")
    for words in (
        f"hsmtui {__version__} crashed at ",
        "Python 3.",
        "textual 8.",
        "botocore 1.",
        'raise RuntimeError(f"crashed: {message}") from cause',
        f"RuntimeError: crashed: refused {MASK}",
        "KeyError",
        "direct cause",
    ):
        assert words in report
    assert SECRET not in told + report
    assert "of the environment" not in report


def test_only_the_owner_may_read_it(folder):
    before = os.umask(0)
    try:
        report_crash(crash("x"), folder)
    finally:
        os.umask(before)
    (path,) = folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_each_crash_has_a_file_of_its_own(folder):
    for _ in range(3):
        report_crash(crash("x"), folder)
    assert len(list(folder.iterdir())) == 3


def test_where_it_cannot_be_written_it_is_told(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("SOME_SECRET", SECRET)
    told = report_crash(crash(SECRET), tmp_path / "file" / "hsmtui")
    assert "The report cannot be written to" in told
    assert "Traceback" in told
    assert SECRET not in told
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_without_a_home_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "there is no home folder" in report_crash(crash("x"), Path("~/.local/state/hsmtui"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["\x1b]0;pwned\x07", "a\x9b2Jb", "\u202e", "\ud800", "x" * 5000])
def test_hostile_messages_do_not_act(folder, text):
    told = report_crash(crash(text), folder)
    (path,) = folder.iterdir()
    for shown in (told, path.read_text(encoding="utf-8")):
        assert all(line.isprintable() for line in shown.splitlines())
    assert max(map(len, told.splitlines())) < 400


def test_an_empty_message(folder):
    assert report_crash(ValueError(), folder).startswith("unexpected failure: ValueError\n")
