"""Where a document goes: standard output, or a file that is replaced when all of it is written."""

import errno
import os
from collections.abc import Iterable
from pathlib import Path

from hsmtui.config.private_file import check_replaceable, replace_private
from hsmtui.export.files import ExportError
from hsmtui.process.standard_streams import OutputError

STANDARD_OUTPUT = Path("-")


def check_output(path: Path) -> None:
    """Raise ExportError where a file cannot be written there, as far as that can be known before.

    A link is not followed, nor replaced: it may be the standard output of others.
    """
    try:
        _check(path)
    except OSError as error:
        raise ExportError(path, error) from error


def write_output(path: Path, parts: Iterable[str]) -> None:
    """Put a file, mode 0600, in the place of what is there, which stays until all is written.

    Raises OutputError.
    """
    try:
        _check(path)
        data = (part.encode("utf-8", "backslashreplace") for part in parts)
        replace_private(path.absolute(), data)
    except OSError as error:
        lost = ExportError(path, error)
        raise OutputError(f"{lost} {lost.remedy}") from error


def _check(path: Path) -> None:
    if path.is_symlink():
        raise OSError(errno.ELOOP, "It is a symbolic link")
    check_replaceable(path)
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "There is no such folder")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
