"""Files that only their owner can read or change: what was done, logs, crash reports."""

import os
import stat
from pathlib import Path

from hsmtui.ending import temporary
from hsmtui.model.text import visible

_FLAGS = os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC


class PrivateFileError(Exception):
    """A file cannot be used; the message says which, why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(visible(message))


def open_private(path: Path) -> tuple[int, bool]:
    """Open a file for appending, and whether it was made; folders are made where there are none.

    Raises PrivateFileError where it cannot be opened, or where the file that is there is a link,
    of somebody else or open to others: tightening it would not take it from who reads it already.
    """
    try:
        while True:
            try:
                return create_private(path), True
            except FileExistsError:
                pass
            try:
                handle = os.open(path, _FLAGS)
            except FileNotFoundError:  # moved away in between
                continue
            break
    except OSError as error:
        raise unusable(path, error) from error
    try:
        _check(path, os.fstat(handle))
    except PrivateFileError:
        os.close(handle)
        raise
    return handle, False


def create_private(path: Path) -> int:
    """Make a file and open it for appending. Raises OSError; FileExistsError for a link, too."""
    _make_folder(path)
    handle = os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600)
    os.fchmod(handle, 0o600)  # whatever the umask took
    return handle


def replace_private(path: Path, content: bytes) -> None:
    """Put a file with this content in the place of what is there, in one step. Raises OSError."""
    with temporary(path.with_name(f".{path.name}.{os.urandom(4).hex()}")) as beside:
        with os.fdopen(create_private(beside), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)


def _make_folder(path: Path) -> None:
    if not path.is_absolute():
        raise OSError("there is no home folder: set HOME or XDG_STATE_HOME")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def unusable(path: Path, error: OSError) -> PrivateFileError:
    """What to say of a file that could not be opened or written."""
    if path.is_symlink():
        reason = "it is a symbolic link; expected a file of your own. Remove the link"
    else:
        reason = error.strerror or str(error)
    return PrivateFileError(f"{path} cannot be written: {reason}")


def _check(path: Path, found: os.stat_result) -> None:
    mode = stat.S_IMODE(found.st_mode)
    if not stat.S_ISREG(found.st_mode):
        raise PrivateFileError(f"{path} is no regular file. Move it away")
    if found.st_uid != os.geteuid():
        raise PrivateFileError(
            f"{path} belongs to uid {found.st_uid}; expected your own, {os.geteuid()}. "
            "Move it away, or choose another place for it"
        )
    if mode & 0o077:
        raise PrivateFileError(
            f"{path} is open to others (mode {mode:03o}); expected 600. "
            f"See who can have read or written it, then chmod 600 {path}"
        )
    if found.st_nlink != 1:
        raise PrivateFileError(
            f"{path} has {found.st_nlink} hard links; expected one. Move it away"
        )
