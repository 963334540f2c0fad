"""Files of ours are regular files: what else is in their place is refused, never waited for."""

import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hsmtui.changes.audit import Audit, AuditError, Who, read_audit
from hsmtui.command_line.log_file import start_log
from hsmtui.config.file import SettingsError, read_config
from hsmtui.config.private_file import (
    PrivateFileError,
    exposure,
    open_private,
    open_regular,
    read_regular,
    replace_private,
)
from hsmtui.config.state import State, StateError, load_state, save_state
from hsmtui.demo.control_plane import ControlPlane
from hsmtui.export.files import ExportError, overwrite, write_new
from hsmtui.fleet.first_seen import FirstSeenTimes, load_first_seen, save_first_seen

ODD = ("pipe", "socket", "folder", "device")


@pytest.fixture(params=ODD)
def odd(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """What is no regular file, and would be waited for if it was a pipe opened as one."""
    path = tmp_path / "odd"
    match request.param:
        case "pipe":
            os.mkfifo(path)
        case "socket":
            os.mknod(path, stat.S_IFSOCK | 0o600)
        case "folder":
            path.mkdir()
        case _:
            return Path("/dev/zero")
    return path


def audited(path: Path) -> None:
    Audit(path, lambda: datetime.now(UTC)).begin(Who(*"abcdef"), "DeleteCluster", "cluster-one")


RAISING: dict[str, tuple[Callable[[Path], object], type[Exception]]] = {
    "config": (lambda path: read_config(path, required=False, known_columns=()), SettingsError),
    "audit": (audited, AuditError),
    "audit read": (lambda path: list(read_audit(path, print)), OSError),
    "log": (lambda path: start_log(path, "info"), PrivateFileError),
    "log of the demo": (lambda path: ControlPlane(log=path), OSError),
    "state": (lambda path: save_state(path, State(theme="nord")), StateError),
    "seen": (lambda path: save_first_seen(path, FirstSeenTimes()), StateError),
    "export": (lambda path: write_new(path, "x"), FileExistsError),
    "export over it": (lambda path: overwrite(path, "x"), ExportError),
}


@pytest.mark.parametrize("name", RAISING)
def test_what_is_no_regular_file_is_refused(odd: Path, name: str) -> None:
    use, refusal = RAISING[name]
    before = odd.lstat()
    with pytest.raises(refusal):
        use(odd)
    assert (odd.lstat().st_mode, odd.lstat().st_ino) == (before.st_mode, before.st_ino)


def read_state(path: Path) -> tuple[object, str | None]:
    return load_state(path, known_columns=())


@pytest.mark.parametrize("load", [read_state, load_first_seen])
def test_what_is_remembered_in_no_regular_file_is_a_notice(
    odd: Path, load: Callable[[Path], tuple[object, str | None]]
) -> None:
    notice = load(odd)[1]
    assert notice is not None
    assert f"{odd} cannot be read: " in notice


def test_a_file_that_is_far_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(SettingsError, match="too large; expected 1,000,000 bytes at most"):
        read_config(path, required=True, known_columns=())
    for load in (read_state, load_first_seen):
        notice = load(path)[1]
        assert notice is not None
        assert "too large" in notice


class TestReadingAndReplacing:
    def test_what_is_below_no_home_is_not_there(self, tmp_path: Path) -> None:
        path = Path("state") / "file"
        with pytest.raises(FileNotFoundError, match="no home folder"):
            open_regular(path)
        with pytest.raises(PrivateFileError, match="no home folder"):
            open_private(path)

    def test_a_file_may_have_so_many_bytes_and_no_more(self, tmp_path: Path) -> None:
        path = tmp_path / "file"
        path.write_bytes(b"12345")
        assert read_regular(path, 5) == b"12345"
        with pytest.raises(OSError, match="expected 4 bytes at most"):
            read_regular(path, 4)

    @pytest.mark.parametrize("there", ["nothing", "file", "link"])
    def test_what_is_there_is_replaced_and_a_link_not_followed(
        self, tmp_path: Path, there: str
    ) -> None:
        path, other = tmp_path / "file", tmp_path / "other"
        other.write_bytes(b"another's")
        if there == "file":
            path.write_bytes(b"old")
        elif there == "link":
            path.symlink_to(other)
        replace_private(path, b"new")
        assert not path.is_symlink()
        assert path.read_bytes() == b"new"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert other.read_bytes() == b"another's"
        assert sorted(tmp_path.iterdir()) == [path, other]

    def test_a_file_that_is_moved_away_in_between_is_made_anew(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "file"
        path.touch(0o600)
        opened, flags = os.open, []

        def moved(name: Path, how: int, *mode: int) -> int:
            if flags and not how & os.O_CREAT:
                path.rename(tmp_path / "moved")  # by somebody else, after it was seen to be there
                flags.clear()
            elif how & os.O_CREAT:
                flags.append(how)
            return opened(name, how, *mode)

        monkeypatch.setattr(os, "open", moved)
        handle, is_new = open_private(path)
        os.close(handle)
        assert is_new
        assert (tmp_path / "moved").exists()


class TestExposure:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        path = tmp_path / "above" / "hsmtui" / "config.toml"
        path.parent.mkdir(parents=True, mode=0o700)
        path.touch(0o600)
        return path

    def test_what_is_ours_alone_is_not_exposed(self, path: Path) -> None:
        assert exposure(path) == ""
        path.chmod(0o644)
        path.unlink()
        assert exposure(path) == ""

    @pytest.mark.parametrize("mode", [0o777, 0o775, 0o702, 0o666])
    @pytest.mark.parametrize("above", [0, 1, 2])
    def test_what_others_can_write_is(self, path: Path, above: int, mode: int) -> None:
        weak = [path, *path.parents][above]
        weak.chmod(mode | 0o700)
        told = exposure(path)
        weak.chmod(0o700)
        assert told.startswith(f"others can change config.toml: {weak} has mode ")
        assert told.endswith(f"chmod go-w {weak}")

    def test_a_folder_in_which_each_has_their_own_is_not(self, path: Path) -> None:
        path.parent.parent.chmod(0o1777)
        assert exposure(path) == ""

    def test_a_file_that_may_be_written_is_in_such_a_folder_too(self, path: Path) -> None:
        path.chmod(0o1666)
        assert str(path) in exposure(path)

    def test_a_link_is_followed(self, path: Path, tmp_path: Path) -> None:
        link = tmp_path / "link"
        link.symlink_to(path)
        path.parent.chmod(0o777)
        assert str(path.parent) in exposure(link)

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
    @pytest.mark.parametrize("above", [0, 1])
    def test_what_is_somebody_elses_is(self, path: Path, above: int) -> None:
        os.chown([path, *path.parents][above], 12345, 12345)
        assert "belongs to uid 12345" in exposure(path)
