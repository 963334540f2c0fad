"""Unpacks the packages of the one file, and removes what is not used any more.

A folder is made beside its place and moved there when it is whole: a run that is killed meanwhile,
or another that starts at the same time, does no harm.
"""

import fcntl
import io
import os
import shutil
import tarfile
import tempfile
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from held import FLAGS, hold, is_whole


class DamagedError(Exception):
    """The file is not the one that was built."""


def unpack(archive: str, place: Path, sizes: Mapping[str, int]) -> None:
    """Unpack to a place, and hold it. Raises DamagedError, OSError."""
    packed = _packed(archive)
    fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=place.parent))
    try:
        hold(fresh)
        with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
            tar.extraction_filter = getattr(tarfile, "data_filter", None)  # since 3.11.4
            tar.extractall(fresh)  # noqa: S202 - it is a part of this program
        _move(fresh, place, sizes)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _packed(archive: str) -> bytes:
    """The packages as they are in the file, read whole: their sum is compared at the end."""
    try:
        with zipfile.ZipFile(archive) as file:
            return file.read("packages.tar.gz")
    except zipfile.BadZipFile as error:
        raise DamagedError from error


def _move(fresh: Path, place: Path, sizes: Mapping[str, int]) -> None:
    """Move a whole folder to its place, unless another process was sooner. What is there and not
    whole goes aside first."""
    with suppress(OSError):
        fresh.rename(place)
        return
    if is_whole(place, sizes):
        hold(place)
        return
    place.rename(fresh.with_name(f"{fresh.name}-instead-of"))
    fresh.rename(place)


def remove_others(place: Path) -> None:
    """Remove what other versions and runs that were killed have left, if no process holds it.

    An empty folder stays: it may be one that was made just now, and is held next.
    """
    for other in place.parent.iterdir():
        with suppress(OSError):
            if other != place and any(other.iterdir()):
                handle = os.open(other, FLAGS)
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(other)
                finally:
                    os.close(handle)
