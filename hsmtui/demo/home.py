"""The demo's home folder: one for each run, which goes with it, or else with the next run.

A run holds a lock on its folder for as long as it lives, however it ends. A folder of ours that
nobody holds was left by a run that was killed.
"""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_NAME = re.compile(r"hsmtui-demo-[0-9a-f]{16}")
_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def new_home() -> Path:
    """Where a home may be made, in the temporary folder: a name that nobody else has."""
    return _temporary_folder() / f"hsmtui-demo-{os.urandom(8).hex()}"


def _temporary_folder() -> Path:
    """What `tempfile` would take. It tries each by a file, which a signal may leave there."""
    named = (os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP"))
    folders = [Path(folder).absolute() for folder in (*named, "/tmp", "/var/tmp") if folder]  # noqa: S108
    usable = (f for f in folders if f.is_dir() and os.access(f, os.W_OK | os.X_OK))
    return next(usable, Path.cwd())


@contextmanager
def held_home(path: Path) -> Iterator[None]:
    """Make the folder, for its owner alone, and hold it meanwhile; it is there at the end.

    Folders beside it that runs which were killed have left are removed before. Raises OSError.
    """
    with suppress(OSError):  # a folder that cannot be read may be written to
        for other in path.parent.iterdir():
            if _NAME.fullmatch(other.name):
                _remove_abandoned(other)
    handle = _make(path)
    try:
        yield
    finally:
        os.close(handle)


def _remove_abandoned(path: Path) -> None:
    """Remove a folder of the same user that no process holds; never what a link points to."""
    with suppress(OSError):
        handle = os.open(path, _FLAGS)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(handle).st_uid == os.geteuid() and _is_at(path, handle):
                shutil.rmtree(path)
        finally:
            os.close(handle)


def _make(path: Path) -> int:
    """Make a folder and hold it. A run that starts just now may remove it before it is held."""
    while True:
        path.mkdir(mode=0o700, exist_ok=True)
        with suppress(FileNotFoundError):
            handle = os.open(path, _FLAGS)
            with suppress(OSError):  # where a file system has no locks, nobody removes either
                fcntl.flock(handle, fcntl.LOCK_EX)
            if _is_at(path, handle):
                return handle
            os.close(handle)


def _is_at(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.lstat())
    except FileNotFoundError:
        return False
