"""A folder of unpacked packages: held while it is used, and whole."""

import fcntl
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
"""How a folder is opened to be held."""


def hold(folder: Path) -> int:
    """Keep a folder from being removed until the handle is closed, or this process ends."""
    handle = os.open(folder, FLAGS)
    with suppress(OSError):  # where a file system has no locks, nobody removes either
        fcntl.flock(handle, fcntl.LOCK_SH)
    return handle


def is_whole(folder: Path, sizes: Mapping[str, int]) -> bool:
    """Whether every file is there in its size, in bytes."""
    try:
        return all(os.lstat(f"{folder}/{name}").st_size == sizes[name] for name in sizes)
    except OSError:
        return False
