"""Files of ours: how they are read, and written so that only their owner can read or change them.

None is anything but a regular file: a pipe would be waited for, a device never end.
"""

import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from hsmtui.model.text import visible
from hsmtui.process.ending import temporary

NO_HOME = "there is no home folder: set HOME or XDG_STATE_HOME"
NOT_REGULAR = "it is not a regular file"

_FLAGS = os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


class PrivateFileError(Exception):
    """A file cannot be used; the message says which, why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(visible(message))


def open_regular(path: Path) -> int:
    """Open a file for reading, or raise OSError at once where it is no regular one.

    A path that is not absolute is below a home folder that there is not: nothing is there.
    """
    if not path.is_absolute():
        raise FileNotFoundError(errno.ENOENT, NO_HOME)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise _explained(error) from error
    try:
        _check_kind(os.fstat(handle).st_mode)
    except OSError:
        os.close(handle)
        raise
    return handle


def read_regular(path: Path, largest: int) -> bytes:
    """What a regular file holds. Raises OSError, also where it has more bytes than it may."""
    with os.fdopen(open_regular(path), "rb") as file:
        content = file.read(largest + 1)
    if len(content) > largest:
        raise OSError(errno.EFBIG, f"it is too large; expected {largest:,} bytes at most")
    return content


def exposure(path: Path) -> str:
    """How others can change a file, by itself or by a folder above it; "" where they cannot.

    What they can change they can take away, too: a file need not be there.
    """
    real = Path(os.path.realpath(path))
    for each in (real, *real.parents):
        try:
            status = each.lstat()
        except OSError:
            continue
        mode = stat.S_IMODE(status.st_mode)
        sticky = stat.S_ISDIR(status.st_mode) and mode & stat.S_ISVTX  # each may change their own
        if status.st_uid not in {0, os.geteuid()}:
            return f"{each} belongs to uid {status.st_uid}, who can change {path.name}"
        if mode & 0o022 and not sticky:
            return f"others can change {path.name}: {each} has mode {mode:03o}. chmod go-w {each}"
    return ""


def check_replaceable(path: Path) -> None:
    """Raise OSError where something is there that is no regular file and no link."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISLNK(mode):
        _check_kind(mode)


def _check_kind(mode: int) -> None:
    """Raise OSError unless it is the mode of a regular file."""
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, NOT_REGULAR)


def _explained(error: OSError) -> OSError:
    """A socket cannot be opened, for which the system has no plain words."""
    return OSError(errno.EINVAL, NOT_REGULAR) if error.errno == errno.ENXIO else error


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


def write_private(path: Path, content: bytes | Iterable[bytes]) -> None:
    """Make a file with this content, or with these parts of it. Nothing is left of one that could
    not be written whole.

    Raises OSError; FileExistsError for a link, too.
    """
    handle = create_private(path)
    try:
        with os.fdopen(handle, "wb") as file:  # closing may be what says that the disk is full
            file.writelines([content] if isinstance(content, bytes) else content)
            file.flush()
            os.fsync(handle)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def replace_private(path: Path, content: bytes | Iterable[bytes]) -> None:
    """Put a file with this content in the place of what is there, in one step. Raises OSError."""
    check_replaceable(path)
    with temporary(path.with_name(f".{path.name[:200]}.{os.urandom(4).hex()}")) as beside:
        write_private(beside, content)
        beside.replace(path)


def _make_folder(path: Path) -> None:
    if not path.is_absolute():
        raise OSError(NO_HOME)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def unusable(path: Path, error: OSError) -> PrivateFileError:
    """What to say of a file that could not be opened or written."""
    if path.is_symlink():
        reason = "it is a symbolic link; expected a file of your own. Remove the link"
    else:
        reason = _explained(error).strerror or str(error)
    return PrivateFileError(f"{path} cannot be written: {reason}")


def _check(path: Path, status: os.stat_result) -> None:
    mode = stat.S_IMODE(status.st_mode)
    if not stat.S_ISREG(status.st_mode):
        raise PrivateFileError(f"{path} is not a regular file. Move it away")
    if status.st_uid != os.geteuid():
        raise PrivateFileError(
            f"{path} belongs to uid {status.st_uid}; expected your own, {os.geteuid()}. "
            "Move it away, or choose another place for it"
        )
    if mode & 0o077:
        raise PrivateFileError(
            f"{path} is open to others (mode {mode:03o}); expected 600. "
            f"See who can have read or written it, then chmod 600 {path}"
        )
    if status.st_nlink != 1:
        raise PrivateFileError(
            f"{path} has {status.st_nlink} hard links; expected one. Move it away"
        )
