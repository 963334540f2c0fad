"""Asking which backup a cluster is to be created from."""

from collections.abc import Callable, Sequence
from functools import partial

from hsmtui.aws.backups import read_all_ready, read_ready
from hsmtui.aws.connection import Connection
from hsmtui.model.backup import Backup
from hsmtui.model.times import age
from hsmtui.ui.dialogs.pick import Choice, picked
from hsmtui.ui.flows.pick_backup import listed_backups
from hsmtui.ui.host import ListHost

_WHICH = "Create a cluster from which backup?"
_NONE = "No backup of this cluster is READY"
_OTHER = Choice("other", "a backup of another cluster", "also of deleted ones")


class SourceBackups:
    """The READY backups of one place. Those of one cluster are offered first: others are not read
    before somebody asks for them."""

    def __init__(self, host: ListHost, connection: Connection) -> None:
        self._host = host
        self._app = host.hsmtui
        self._connection = connection

    async def pick(self, cluster_id: str | None) -> Backup | None:
        """One of this cluster, or of another; None where there is none, which is said, or where
        the person does not say."""
        if cluster_id is None:
            return await self._pick_of_others("")
        own = await self._read(partial(read_ready, self._connection, cluster_id))
        if own is None:
            return None
        choices = [*self._choices(own), _OTHER]
        answer = await picked(self._app, _WHICH if own else _NONE, choices)
        if answer == _OTHER.value:
            self._app.hold_keys()
            return await self._pick_of_others(cluster_id)
        return None if answer is None else own[int(answer)]

    async def _pick_of_others(self, cluster_id: str) -> Backup | None:
        listed = await self._read(partial(read_all_ready, self._connection))
        if listed is None:
            return None
        others = [backup for backup in listed if backup.cluster_id != cluster_id]
        if not others:
            self._app.drop_keys()
            self._app.notify("No other backup in this region is READY.", markup=False)
            return None
        answer = await picked(self._app, _WHICH, self._choices(others, of="of "))
        return None if answer is None else others[int(answer)]

    async def _read(self, ask: Callable[[], Sequence[Backup]]) -> list[Backup] | None:
        return await listed_backups(self._host, self._connection, ask)

    def _choices(self, backups: Sequence[Backup], of: str = "") -> list[Choice]:
        """Each with its place in the list; with `of`, of which cluster it is."""
        return [
            Choice(str(number), backup.backup_id, ", ".join(self._remarks(backup, of)))
            for number, backup in enumerate(backups)
        ]

    def _remarks(self, backup: Backup, of: str) -> Sequence[str]:
        made, now = backup.create_timestamp, self._app.clock()
        told = (
            f"{of}{backup.cluster_id or 'no cluster'}" if of else "",
            f"{age(made, now)} old" if made else "of unknown age",
            f"from {backup.source_region or 'another backup'}" if backup.is_copy else "",
            backup.hsm_type or "",
            backup.mode or "",
        )
        return list(filter(None, told))
