"""Paths as they are typed: what they mean, and what they may become."""

from pathlib import Path

import pytest

from hsmtui.config.typed_path import (
    PathCompletion,
    completed_path,
    current_folder,
    typed_path,
    user_home,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("certs", "certs-old", "other"):
        (tmp_path / name).mkdir()
    for name in ("certs/a.crt", "certs/b.crt", "certs/.hidden", "certs/über.crt", "certs/x\x1b[1m"):
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a.crt", "HERE/a.crt"),
        ("  a.crt ", "HERE/a.crt"),
        ("/etc/a.crt", "/etc/a.crt"),
        ("file://" + "/etc/a.crt", "/etc/a.crt"),
        ("file://a.crt", "HERE/a.crt"),
        ("~", "HOME"),
        ("~/a.crt", "HOME/a.crt"),
        ("a~/b.crt", "HERE/a~/b.crt"),
        ("~nobody-has-this/a.crt", "HERE/~nobody-has-this/a.crt"),
        ("..", "HERE/.."),
    ],
)
def test_what_a_path_means(text, meant, tmp_path):
    wanted = meant.replace("HERE", str(tmp_path)).replace("HOME", str(user_home()))
    assert str(typed_path(text, tmp_path)) == wanted


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("o", PathCompletion("other/", ("other/",))),
        ("certs", PathCompletion("certs", ("certs-old/", "certs/"))),
        ("certs/", PathCompletion("certs/", ("a.crt", "b.crt", "über.crt"))),
        ("certs/.", PathCompletion("certs/.hidden", (".hidden",))),
        ("certs/a", PathCompletion("certs/a.crt", ("a.crt",))),
        ("certs/a.crt", PathCompletion("certs/a.crt", ("a.crt",))),
        ("certs/q", PathCompletion("certs/q")),
        ("nowhere/q", PathCompletion("nowhere/q")),
        ("certs/a.crt/", PathCompletion("certs/a.crt/")),
        ("a\0b/", PathCompletion("a\0b/")),
        ("~", PathCompletion("~/")),
    ],
)
def test_what_a_path_may_become(text, becomes, folder):
    assert completed_path(text, folder) == becomes


def test_an_absolute_path_is_completed_as_it_was_begun(folder):
    assert completed_path(f"{folder}/oth", Path("/")).text == f"{folder}/other/"


def test_where_the_current_folder_is_gone_there_is_the_home(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    assert current_folder() == gone
    gone.rmdir()
    assert current_folder() == user_home()
