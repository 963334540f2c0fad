"""state.toml: written whole, read with forgiveness."""

import os
import stat
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.config.state import (
    FILTERS_AT_MOST,
    LONGEST_KEPT,
    RECENT_AT_MOST,
    SavedSort,
    State,
    StateError,
    load_state,
    save_state,
)
from hsmtui.model.columns import COLUMN_IDS

NAMES = st.text(st.characters(codec="utf-8"))
STATES = st.builds(
    State,
    recent_profiles=st.lists(NAMES, max_size=12).map(tuple),
    recent_regions=st.lists(NAMES, max_size=12).map(tuple),
    sort=st.none() | st.builds(SavedSort, NAMES, st.booleans()),
    theme=st.none() | NAMES,
    columns=st.none() | st.permutations(COLUMN_IDS).map(lambda ids: tuple(ids[:4])),
    recent_filters=st.lists(NAMES, max_size=25).map(tuple),
)
FULL = State(("prod", "dev"), ("eu-west-1",), SavedSort("age", descending=True), "nord")


def loaded(path):
    return load_state(path, known_columns=COLUMN_IDS)


@given(STATES)
def test_what_is_saved_is_loaded(state):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "state.toml"
        save_state(path, state)
        assert loaded(path) == (state, None)


@given(st.lists(st.sampled_from("abcdefghijklmnop"), max_size=30))
def test_recent_names_are_distinct_bounded_and_the_latest_first(visits):
    state = State()
    for name in visits:
        state = state.with_profile(name).with_region(f"{name}-1")
    latest = sorted(set(visits), key=lambda name: visits[::-1].index(name))[:RECENT_AT_MOST]
    assert state.recent_profiles == tuple(latest)
    assert state.recent_regions == tuple(f"{name}-1" for name in latest)


@given(st.lists(st.integers(0, 30), max_size=60))
def test_filters_are_distinct_bounded_and_the_latest_first(used):
    state = State()
    for number in used:
        state = state.with_filter(f"name:{number}")
    latest = sorted(set(used), key=lambda number: used[::-1].index(number))[:FILTERS_AT_MOST]
    assert state.recent_filters == tuple(f"name:{number}" for number in latest)


@pytest.mark.parametrize("text", ["x" * (LONGEST_KEPT + 1), "\ud800"])
def test_a_line_that_would_spoil_the_file_is_not_kept(text):
    assert FULL.with_filter(text) == FULL
    assert FULL.with_command(text) == FULL


def test_a_visit_keeps_the_rest():
    assert FULL.with_profile("dev") == State(("dev", "prod"), ("eu-west-1",), FULL.sort, "nord")


def test_no_file_is_an_empty_state(tmp_path):
    assert loaded(tmp_path / "none" / "state.toml") == (State(), None)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "content",
    [
        b"theme = ",
        b"theme = 3",
        b"columns = 3",
        b"columns = [3]",
        b"recent_profiles = 'prod'",
        b"recent_regions = [1]",
        b"[sort]\ndescending = true",
        b"sort = 'age'",
        b"theme = '\xff'",
        b"\x00\x1b",
        b"a = " + b"[" * 100_000,
    ],
)
@pytest.mark.usefixtures("no_collection")
def test_a_broken_file_is_a_notice(tmp_path, content):
    path = tmp_path / "state.toml"
    path.write_bytes(content)
    state, notice = loaded(path)
    assert state == State()
    assert notice is not None
    assert notice.startswith(f"{path} is not a state file: ")
    assert notice.isprintable()
    assert path.read_bytes() == content


def test_a_file_that_cannot_be_read_is_a_notice(tmp_path):
    state, notice = loaded(tmp_path)
    assert state == State()
    assert notice is not None
    assert notice.startswith(f"{tmp_path} cannot be read: Is a directory. ")


def test_keys_of_a_newer_version_are_passed_over(tmp_path):
    path = tmp_path / "state.toml"
    path.write_text('theme = "nord"\nwindow = 3\n[sort]\ncolumn = "age"\nthen = "name"\n')
    assert loaded(path) == (State(sort=SavedSort("age"), theme="nord"), None)


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ('["age", "moon"]', 'there is no column "moon"'),
        ("[]", "the list is empty"),
        ('["age", "name", "age"]', "a column is there twice"),
        ('["\\u001b[31m"]', "there is no column"),
    ],
)
def test_columns_that_cannot_be_shown_are_passed_over_with_a_notice(tmp_path, columns, problem):
    path = tmp_path / "state.toml"
    path.write_text(f'columns = {columns}\ntheme = "nord"\n')
    state, notice = loaded(path)
    assert state == State(theme="nord")
    assert notice.startswith(f"{path}: columns: {problem}")
    assert notice.endswith("Showing the columns of the settings.")
    assert notice.isprintable()


def test_only_the_owner_may_read_it(tmp_path):
    path = tmp_path / "state" / "hsmtui" / "state.toml"
    before = os.umask(0)
    try:
        save_state(path, FULL)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_that_others_could_read_becomes_private(tmp_path):
    path = tmp_path / "state.toml"
    path.write_text("")
    path.chmod(0o644)
    save_state(path, FULL)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_failure_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "state.toml"
    save_state(path, FULL)

    def full_disk(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(StateError) as caught:
        save_state(path, State())
    assert str(caught.value) == f"{path} cannot be written: No space left on device"
    assert loaded(path) == (FULL, None)
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_made_is_a_state_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StateError, match=r"cannot be written: (Not a directory|File exists)$"):
        save_state(tmp_path / "file" / "state.toml", FULL)


def test_a_name_that_is_not_text_is_a_state_error(tmp_path):
    path = tmp_path / "state.toml"
    with pytest.raises(StateError, match="cannot be written: a name in it is not UTF-8"):
        save_state(path, FULL.with_profile(os.fsdecode(b"\xff")))
    assert not list(tmp_path.iterdir())


def test_without_a_home_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StateError, match="set HOME or XDG_STATE_HOME"):
        save_state(Path("~/.local/state/hsmtui/state.toml"), FULL)
    assert not list(tmp_path.iterdir())
