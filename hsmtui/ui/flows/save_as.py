"""Asking where a file is to go, where it cannot go where it was meant to."""

import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from hsmtui.aws.threads import offload
from hsmtui.config.typed_path import current_folder, typed_path, user_home
from hsmtui.export.files import ExportError, overwrite, write_new
from hsmtui.model.text import visible
from hsmtui.ui.dialogs.pick import Choice, picked
from hsmtui.ui.host import AppHost

PATH_SECONDS = 10
"""Seconds that the path of a file, or what is wrong with it, is shown."""

INSTEAD = "write there instead"
"""The remark on another folder."""

_Target: TypeAlias = tuple[Callable[[Path, str], None], Path]


async def write(app: AppHost, name: str, text: str) -> Path | None:
    """Write into the current folder, or where else the person says; the path, None for nowhere.

    To be called in a worker, which may hold the keys: they are released.
    """
    target: _Target | None = (write_new, current_folder() / name)
    while target is not None:
        put, path = target
        try:
            await offload(put, path, text)
        except FileExistsError:
            target = await _ask_about(app, path)
        except ExportError as error:
            target = await _ask_elsewhere(app, path, error)
        else:
            await app.release_keys()
            return path
    return None


def tell(app: AppHost, words: str) -> None:
    """Say where a file is, or why there is none, for as long as that takes to be read."""
    app.notify(visible(words), markup=False, timeout=PATH_SECONDS)


def for_names(moment: datetime) -> str:
    """A moment for the name of a file: ``20261121T170930Z``."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


async def _ask_about(app: AppHost, path: Path) -> _Target | None:
    """What is there is overwritten only if the person says so."""
    other = _free(path)
    choices = [
        Choice("other", "take another name", other.name),
        Choice("overwrite", "overwrite it"),
    ]
    chosen = await picked(app, visible(f"{path.name} exists"), choices)
    if chosen is None:
        app.notify("Nothing was written.", markup=False)
    return {"other": (write_new, other), "overwrite": (overwrite, path)}.get(chosen or "")


async def _ask_elsewhere(app: AppHost, path: Path, error: ExportError) -> _Target | None:
    folders = {str(user_home()), tempfile.gettempdir()} - {str(path.parent)}
    choices = [Choice(folder, folder, INSTEAD) for folder in sorted(folders)]
    heading = visible(f"{error.reason}: {path.parent}")
    chosen = await picked(app, heading, choices, free=INSTEAD, exact=False)
    if chosen is None:
        words = f"{error} {error.remedy}"
        app.notify(words, severity="error", markup=False, timeout=PATH_SECONDS)
        return None
    return write_new, typed_path(chosen, path.parent) / path.name


def _free(path: Path) -> Path:
    """The first name after this one that nothing has."""
    number = 2
    while os.path.lexists(other := path.with_stem(f"{path.stem}-{number}")):
        number += 1
    return other
