"""The path of a file as a person types it: what it means, and what it may become."""

import os
import pwd
import re
import tempfile
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from hsmtui.model.text import visible

MOST_ENTRIES = 10_000
"""Entries of a folder that are looked at."""


class PathCompletion(NamedTuple):
    """The text as far as it is certain, and the names that may follow, folders with a stroke."""

    text: str
    names: tuple[str, ...] = ()


def typed_path(text: str, folder: Path) -> Path:
    """The path that a text means; one that is not absolute is below the folder.

    `~` is the user's home folder. Blanks around it, and the ``file://`` that the aws command wants,
    are no part of it.
    """
    return folder / _expanded(text.strip().removeprefix("file://"))


def current_folder() -> Path:
    """The current folder; the home folder where that is gone."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return user_home()


def user_home() -> Path:
    """The user's own folder, whatever HOME says: in the demo that is a folder which goes away."""
    try:
        return Path(pwd.getpwuid(os.geteuid()).pw_dir)
    except KeyError:  # a container's user without a name
        return Path(tempfile.gettempdir())


def completed_path(text: str, folder: Path) -> PathCompletion:
    """What a text may become; itself without names where nothing there begins so.

    Names that begin with a dot are offered where one was typed, those that cannot be drawn never.
    Blocks as long as the file system does.
    """
    before, typed = text[: text.rfind("/") + 1], text[text.rfind("/") + 1 :]
    if text == "~":
        return PathCompletion("~/", ())
    try:
        with os.scandir(typed_path(before or ".", folder)) as entries:
            names = sorted(
                f"{entry.name}/" if entry.is_dir() else entry.name
                for entry in islice(entries, MOST_ENTRIES)
                if entry.name.startswith(typed)
                and (typed or not entry.name.startswith("."))
                and visible(entry.name) == entry.name
            )
    except (OSError, ValueError):
        return PathCompletion(text)
    if not names:
        return PathCompletion(text)
    certain = os.path.commonprefix(names)  # noqa: RUF071 - letters, not parts of a path
    return PathCompletion(before + certain, tuple(names))


def _expanded(text: str) -> str:
    own = re.sub(r"^~(?=/|$)", lambda _: str(user_home()), text)
    return os.path.expanduser(own)  # noqa: PTH111 - Path's raises where no home is known
