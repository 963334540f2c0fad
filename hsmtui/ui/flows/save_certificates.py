"""Saving the certificates of a cluster, and the roots of the settings, as files."""

import os
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

from hsmtui.aws.threads import offload
from hsmtui.config.private_file import create_private
from hsmtui.config.trust import read_roots
from hsmtui.model.certificates.openssl import files, stem
from hsmtui.model.certificates.roots import Roots
from hsmtui.model.cluster import Cluster
from hsmtui.model.text import visible
from hsmtui.ui.host import AppHost
from hsmtui.ui.widgets.notices import unbroken

MOST_FOLDERS = 100
"""Folders for one cluster in one place, after which something else is wrong."""

_NOTHING: Mapping[str, str] = MappingProxyType({})


async def save_certificates(
    app: AppHost, cluster: Cluster, besides: Mapping[str, str] = _NOTHING
) -> Path | None:
    """Write the certificates and the roots into a new folder below the current one, with other
    files besides, given by their names, and say so; the folder, None where there is none."""
    tell = partial(app.notify, markup=False, timeout=20)
    settings = app.settings

    def write() -> list[Path]:
        roots = read_roots(settings.trust, settings.paths.config_file.parent)
        return write_certificates(cluster, roots, Path.cwd(), besides)

    try:
        written = await offload(write)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        reason = f"{where}{error.strerror or error}"
        tell(visible(f"The certificates were not saved: {reason}"), severity="error")
        return None
    if not written:
        tell("This cluster has no certificates to save.")
        return None
    folder = written[0].parent
    tell(visible(f"Saved {len(written)} files in {unbroken(folder)}"))
    return folder


def latest_folder(cluster_id: str, parent: Path) -> Path | None:
    """The folder that was made last for a cluster; None where there is none. Blocks as long as the
    file system does."""
    latest = None
    for folder in _numbered(parent.absolute() / stem(cluster_id)):
        if not os.path.lexists(folder):
            break
        latest = folder if folder.is_dir() else latest
    return latest


def write_certificates(
    cluster: Cluster, roots: Roots, parent: Path, besides: Mapping[str, str] = _NOTHING
) -> list[Path]:
    """Write the user guide's files, mode 0600, into a new folder named after the cluster.

    Where there is one of that name already, the new one gets a number: nothing is overwritten.
    Without certificates no folder is made. Raises OSError, after which what was written stays.
    """
    texts = files(cluster, roots)
    if not texts:
        return []
    texts |= besides
    folder = _new_folder(parent.absolute() / stem(cluster.cluster_id))
    for name, text in texts.items():
        with os.fdopen(create_private(folder / name), "wb") as file:
            file.write(text.encode("utf-8", "replace"))
    return [folder / name for name in texts]


def _new_folder(wanted: Path) -> Path:
    """Make the folder, or one with the first number that is free. Raises OSError."""
    for folder in _numbered(wanted):
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            continue
        return folder
    raise FileExistsError(f"{wanted} exists already, and so do {MOST_FOLDERS - 2} more like it")


def _numbered(wanted: Path) -> Iterator[Path]:
    """The folder, and those that are taken one after the other where it is there already."""
    yield wanted
    yield from (wanted.with_name(f"{wanted.name}-{number}") for number in range(2, MOST_FOLDERS))
