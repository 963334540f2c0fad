"""Offering to copy backups to other regions, and following the copies where that can be seen."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from hsmtui.aws.backups import read_copies
from hsmtui.aws.connection import Connection
from hsmtui.aws.regions import region_city
from hsmtui.aws.threads import offload
from hsmtui.changes.copy_backup import CopyBackup, other_regions
from hsmtui.changes.follow import look_until
from hsmtui.fleet.listing import Row
from hsmtui.model.backup import Backup
from hsmtui.ui.dialogs.copy_backup import CopyBackupDialog
from hsmtui.ui.dialogs.pick import Choice, picked
from hsmtui.ui.flows.changes import ChangeFlow
from hsmtui.ui.flows.pick_backup import pick_backup
from hsmtui.ui.host import start


class CopyBackupFlow(ChangeFlow):
    """The copies of backups that are begun from a screen."""

    async def open(self, row: Row, backup: Backup | None) -> None:
        """Let a region be chosen for this backup, or for one that is picked, and open the
        dialog."""
        chosen = backup or await pick_backup(self._host, row, "READY", "Copy which backup?")
        if chosen is None:
            return
        self._app.hold_keys()
        region = await self._choose_region(row.connection)
        if region is not None:
            self._show_dialog(row, chosen.backup_id, region)

    async def _choose_region(self, connection: Connection) -> str | None:
        cities = await offload(_cities_of_others, connection.region)
        if not cities:
            self._app.drop_keys()
            words = f"No other region of {connection.partition} is known to have CloudHSM."
            self._app.notify(words, markup=False)
            return None
        choices = self._region_choices(connection, cities)
        return await picked(self._app, "Copy it to which region?", choices)

    def _region_choices(self, connection: Connection, cities: Mapping[str, str]) -> list[Choice]:
        """Those that are listed come first, then those that somebody went to lately."""
        recent = self._app.remembered.state.recent_regions
        known = dict.fromkeys(recent, "recent")
        known |= {region: "listed" for region in cities if self._host.beside(connection, region)}
        ranks = ["listed", "recent", ""]
        ordered = sorted(cities, key=lambda region: ranks.index(known.get(region, "")))
        return [
            Choice(region, region, ", ".join(filter(None, (cities[region], known.get(region, "")))))
            for region in ordered
        ]

    def _show_dialog(self, row: Row, backup_id: str, region: str) -> None:
        self._app.hold_keys()
        pending = self._changes.pending.find(
            CopyBackup, row.connection, backup_id, lambda change: change.region == region
        )
        copying = pending or self._begin(row, backup_id, region)
        self._app.push_screen(CopyBackupDialog(copying, self._changes.confirm, row.cluster))

    def _begin(self, row: Row, backup_id: str, region: str) -> CopyBackup:
        def follow() -> None:
            if there is not None:
                before = {copy.backup_id for copy in copying.copies.latest.entries or ()}
                watch = partial(self._watch, there, backup_id, before)
                start(self._host, watch, group="follow")

        there = self._host.beside(row.connection, region)
        context = self._of_backup(row.connection, follow)
        copying = CopyBackup(context, backup_id, row.cluster.cluster_id, region, there)
        return copying

    async def _watch(self, there: Connection, backup_id: str, before: set[str]) -> None:
        """Read the copies until one that was not there before is READY."""

        def take(copies: Sequence[Backup]) -> bool:
            ready = list(_ready_and_new(copies, before))
            for copy in ready:
                self._changes.tell(f"{copy.backup_id}, the copy in {there.region}, is READY.")
            return bool(ready)

        await look_until(
            partial(read_copies, there, backup_id),
            take,
            is_shown=partial(self._host.shows, there),
            pause=self._changes.pause,
            on_error=self._app.record,
        )


def _ready_and_new(copies: Sequence[Backup], before: set[str]) -> Iterator[Backup]:
    for copy in copies:
        if copy.backup_state == "READY" and copy.backup_id not in before:
            yield copy


def _cities_of_others(region: str) -> dict[str, str]:
    """The regions that a backup of this one can be copied to, and where they are."""
    return {each: region_city(each) for each in other_regions(region)}
