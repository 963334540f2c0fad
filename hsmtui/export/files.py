"""Files that a person asks for: for the owner alone, and none is overwritten unless they say so."""

import errno
from collections.abc import Callable
from pathlib import Path

from hsmtui.config.private_file import replace_private, write_private
from hsmtui.model.text import visible

_REMEDIES = {
    errno.EACCES: "Choose a folder that you may write in.",
    errno.EPERM: "Choose a folder that you may write in.",
    errno.EROFS: "Choose a folder that can be written to.",
    errno.ENOENT: "Choose a folder that exists.",
    errno.EISDIR: "Name a file.",
    errno.EINVAL: "Name a file.",
    errno.ENAMETOOLONG: "Choose a shorter name.",
    errno.ELOOP: "Name the file itself.",
    errno.ENOTDIR: "Choose a folder that exists.",
    errno.ENOSPC: "Make room on the disk, or choose another folder.",
    errno.EDQUOT: "Make room within your quota, or choose another folder.",
}


class ExportError(Exception):
    """A file was not written; the message says which and why, `remedy` what to do."""

    def __init__(self, path: Path, error: OSError) -> None:
        self.reason = visible(error.strerror or str(error))
        self.remedy = _REMEDIES.get(error.errno or 0, "Choose another folder.")
        super().__init__(visible(f"{path} was not written: {self.reason}."))


def write_new(path: Path, text: str) -> None:
    """Write a new file, mode 0600. Nothing is left of one that could not be written whole.

    Raises FileExistsError where a file, a folder or a link is there already, else ExportError.
    """
    _write(path, text, write_private)


def overwrite(path: Path, text: str) -> None:
    """Put a new file, mode 0600, in the place of what is there; a link is replaced, not followed.

    What is there stays whole until the new one is. Raises ExportError, also where that is neither
    a file nor a link.
    """
    _write(path, text, replace_private)


def _write(path: Path, text: str, write: Callable[[Path, bytes], None]) -> None:
    """Write by one of the two ways. No folder is made: a name that is mistyped is to be seen."""
    try:
        if not path.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, "There is no such folder")
        write(path, text.encode("utf-8"))
    except FileExistsError:
        raise
    except OSError as error:
        raise ExportError(path, error) from error
