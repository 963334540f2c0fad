"""Proving what an HSM is: the roots of the settings, and the certificates as files."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from hsmtui.aws.threads import offload
from hsmtui.config.private_file import create_private
from hsmtui.config.settings import Settings
from hsmtui.config.trust import read_roots
from hsmtui.model.certificates.openssl import files, stem
from hsmtui.model.certificates.roots import Roots
from hsmtui.model.cluster import Cluster
from hsmtui.model.text import visible
from hsmtui.ui.working import start

if TYPE_CHECKING:
    from hsmtui.ui.main.screen import ClusterScreen

MOST_FOLDERS = 100
"""Folders for one cluster in one place, after which something else is wrong."""


class Proving:
    """The roots are read each time that the tab on certificates is opened, never before."""

    def __init__(self, screen: "ClusterScreen", on_read: Callable[[], None]) -> None:
        self._screen = screen
        self._settings: Settings = screen.hsmtui.settings
        self._on_read = on_read
        self.roots: Roots | None = None

    def opened(self, tab_id: str) -> None:
        """A tab was opened."""
        if tab_id == "certificates":
            start(self._screen, self._read, group="roots", exclusive=True)

    async def _read(self) -> None:
        roots = await offload(self._read_roots)
        if roots != self.roots:
            self.roots = roots
            self._on_read()

    def _read_roots(self) -> Roots:
        return read_roots(self._settings.trust, self._settings.paths.config_file.parent)

    def save(self, cluster: Cluster) -> None:
        """Write the certificates and the roots into a new folder below the current one."""
        start(self._screen, partial(self._save, cluster), group="save")

    async def _save(self, cluster: Cluster) -> None:
        tell = partial(self._screen.notify, markup=False, timeout=20)
        try:
            written = await offload(self._write, cluster)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            reason = f"{where}{error.strerror or error}"
            tell(visible(f"The certificates were not saved: {reason}"), severity="error")
            return
        if not written:
            tell("This cluster has no certificates to save.")
            return
        tell(visible(f"Saved {len(written)} files in {written[0].parent}"))

    def _write(self, cluster: Cluster) -> list[Path]:
        return save_certificates(cluster, self._read_roots(), Path.cwd())


def save_certificates(cluster: Cluster, roots: Roots, beside: Path) -> list[Path]:
    """Write the user guide's files, mode 0600, into a new folder named after the cluster.

    Where there is one of that name already, the new one gets a number: nothing is overwritten.
    Without certificates no folder is made. Raises OSError, after which what was written stays.
    """
    texts = files(cluster, roots)
    if not texts:
        return []
    folder = _new_folder(beside.absolute() / stem(cluster.cluster_id))
    for name, text in texts.items():
        with os.fdopen(create_private(folder / name), "wb") as file:
            file.write(text.encode("utf-8", "replace"))
    return [folder / name for name in texts]


def _new_folder(wanted: Path) -> Path:
    """Make the folder, or one with the first number that is free. Raises OSError."""
    numbered = (wanted.with_name(f"{wanted.name}-{number}") for number in range(2, MOST_FOLDERS))
    for folder in (wanted, *numbered):
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            continue
        return folder
    raise FileExistsError(f"{wanted} is there already, and {MOST_FOLDERS - 2} more like it")
