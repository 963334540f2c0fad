"""Runs hsmtui from a folder to which the one file was unpacked, once for each user.

A compiled module cannot be loaded from an archive. A folder of a version is used as long as every
file is there in its size. Who runs from it holds a lock on it.
"""

import json
import os
import shutil
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import NamedTuple, NoReturn

from held import hold, is_whole

BAD_USAGE = 2
INTERRUPTED = 130


class Contents(NamedTuple):
    """What contents.json says: the name of the folder, the Pythons, the ends of the names of
    compiled modules (none where nothing is compiled), and the size of each file in bytes."""

    name: str
    pythons: list[str]
    compiled: list[str]
    sizes: Mapping[str, int]


class UnusableError(Exception):
    """A folder cannot be unpacked to; the text says why."""


def main() -> NoReturn:
    """Run hsmtui with the arguments of the command."""
    archive = sys.path[0]
    contents = _contents(archive)
    if problem := _of_python(contents):
        _end(problem)
    try:
        packages = _packages(archive, contents)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    sys.path[0] = packages
    from hsmtui.__main__ import enter  # type: ignore[import-untyped,unused-ignore]

    sys.exit(enter())


def _end(words: str) -> NoReturn:
    sys.stderr.write(f"hsmtui: {words}\n")
    sys.exit(BAD_USAGE)


def _contents(archive: str) -> Contents:
    loader = globals()["__loader__"]
    data: bytes = loader.get_data(os.path.join(archive, "contents.json"))  # noqa: PTH118 - its form
    return Contents(**json.loads(data))


def _of_python(contents: Contents) -> str | None:
    """Why this Python cannot load the compiled modules; None where it can."""
    end = EXTENSION_SUFFIXES[0].removeprefix(".")
    if not contents.compiled or end in contents.compiled:
        return None
    ours, this = _platform(contents.compiled[0]), _platform(end)
    if ours != this:
        return (
            f"this file is for {ours}, and this Python is for {this}: "
            "take the file for that, if there is one"
        )
    found = (shutil.which(f"python{version}") for version in contents.pythons)
    others = [path for path in found if path and not Path(path).samefile(sys.executable)]
    return (
        f"this file is for CPython {', '.join(contents.pythons)}, and this is "
        f"{sys.implementation.name} {sys.version.split()[0]} ({end}). "
        f"Start it with {others[-1] if others else 'one of those'}."
    )


def _platform(end: str) -> str:
    """What the name of a compiled module says after the Python, such as x86_64-linux-gnu."""
    return end.split("-", 2)[-1].removesuffix(".so")


def _packages(archive: str, contents: Contents) -> str:
    """The folder with all packages, unpacked if need be; the command ends if there is none."""
    problems = []
    for root in _roots():
        try:
            _prepare(root)
            return _unpacked(root, archive, contents)
        except (UnusableError, OSError) as error:
            reason = getattr(error, "strerror", None) or error
            problems.append(f"\n  {root}: {reason}")
    _end(
        "this file has to unpack itself once, and there is no folder for it. Set XDG_CACHE_HOME to "
        f"a folder of yours on a disk with room from which programs may run.{''.join(problems)}"
    )


def _roots() -> Iterator[Path]:
    """Where to unpack to, the best first. What lies in a folder of all users has the user's id."""
    cache = os.environ.get("XDG_CACHE_HOME", "")
    home = Path(cache if cache.startswith("/") else os.path.expanduser("~/.cache"))  # noqa: PTH111
    if home.is_absolute():
        yield home / "hsmtui" / "one-file"
    for folder in (os.environ.get(name, "") for name in ("XDG_RUNTIME_DIR", "TMPDIR")):
        if folder.startswith("/"):
            yield Path(folder) / f"hsmtui-{os.geteuid()}"
    yield Path("/var/tmp") / f"hsmtui-{os.geteuid()}"  # noqa: S108 - only where it is the user's


def _prepare(root: Path) -> None:
    """Make the folder for its user alone. Raises UnusableError, OSError.

    What another user could change is not run, and root runs nothing from below another's folder.
    """
    root.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        root.mkdir(mode=0o700)
    found = root.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise UnusableError("it is no folder")
    above = [path.stat().st_uid for path in root.resolve().parents] if os.geteuid() == 0 else []
    if found.st_uid != os.geteuid() or any(above):
        raise UnusableError("it belongs to another user, or lies in a folder of another user")
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise UnusableError("other users may write to it")
    if os.statvfs(root).f_flag & os.ST_NOEXEC:
        raise UnusableError("programs may not run from there (it is mounted noexec)")


def _unpacked(root: Path, archive: str, contents: Contents) -> str:
    place = root / contents.name
    with suppress(OSError):
        handle = hold(place)
        if is_whole(place, contents.sizes):
            return str(place)
        os.close(handle)
    from unpacking import DamagedError, remove_others, unpack

    if sys.stderr and sys.stderr.isatty():
        sys.stderr.write(f"hsmtui: unpacking to {root}, once for this version ...\n")
    try:
        unpack(archive, place, contents.sizes)
    except DamagedError:
        _end(f"{archive} is damaged. Get it again, and compare its sha256 sum with SHA256SUMS.")
    remove_others(place)
    return str(place)
