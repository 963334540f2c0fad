"""Offering to create clusters from backups, and following those that the service is creating."""

from collections.abc import Callable, Sequence
from functools import partial

from hsmtui.aws.backups import read_backups_in
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.threads import offload
from hsmtui.changes.create_cluster import IN_CREATION, CreateCluster, created_in
from hsmtui.fleet.listing import Row
from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Cluster
from hsmtui.model.new_cluster import DUALSTACK, NewCluster, cluster_from, network_types_for
from hsmtui.model.times import age
from hsmtui.ui.commands.keymap import key_of
from hsmtui.ui.dialogs.create_cluster import CreateClusterDialog
from hsmtui.ui.dialogs.pick import Choice, PickDialog
from hsmtui.ui.dialogs.subnets import SubnetsDialog
from hsmtui.ui.flows.changes import Changes
from hsmtui.ui.host import ListHost, start

_NONE_READY = "No backup of this cluster is READY: no cluster can be created from it."


class CreateClusterFlow:
    """The creations of clusters that are begun from a screen; `renew` is called with each backup
    that was read."""

    def __init__(
        self, host: ListHost, changes: Changes, renew: Callable[[Connection, Backup], object]
    ) -> None:
        self._host = host
        self._app = host.hsmtui
        self._changes = changes
        self._renew = renew

    def open(self, row: Row) -> None:
        """Ask for a backup of the cluster and for subnets, and open the dialog."""
        self._app.hold_keys()
        start(self._host, partial(self._choose, row), group="create", exclusive=True)

    async def _choose(self, row: Row) -> None:
        connection, cluster = row.connection, row.cluster
        backups = await self._ready_backups(connection, cluster.cluster_id)
        if not backups:
            self._app.drop_keys()
            return
        backup = backups[0] if len(backups) == 1 else await self._pick(backups)
        if backup is None:
            return
        self._app.hold_keys()
        creation = self._changes.pending.find(CreateCluster, connection, backup.backup_id)
        if creation is None:
            new = await self._ask(backup, cluster)
            if new is None:
                return
            self._app.hold_keys()
            creation = self._begin(connection, backup, new)
        self._app.push_screen(CreateClusterDialog(creation, self._changes.confirm, cluster))

    async def _ready_backups(self, connection: Connection, cluster_id: str) -> Sequence[Backup]:
        """Those that a cluster can be created from, newest first; where none can, it says why."""
        try:
            listed = await offload(read_backups_in, connection, cluster_id, "READY")
        except HsmtuiError as error:
            self._app.record(error, tell=True)
            return ()
        backups = [backup for backup in listed if backup.has_id]
        if not backups:
            words = "What was listed cannot be read." if listed else _NONE_READY
            self._app.notify(words, markup=False)
        return backups if self._host.shows(connection) else ()

    async def _pick(self, backups: Sequence[Backup]) -> Backup | None:
        choices = [
            Choice(str(number), backup.backup_id, self._remarks(backup))
            for number, backup in enumerate(backups)
        ]
        answer: str | None = await self._app.push_screen_wait(
            PickDialog("Create a cluster from which backup?", choices, exact=True)
        )
        return None if answer is None else backups[int(answer)]

    def _remarks(self, backup: Backup) -> str:
        made, now = backup.create_timestamp, self._app.clock()
        told = (
            f"{age(made, now)} old" if made else "of unknown age",
            f"from {backup.source_region or 'another backup'}" if backup.is_copy else "",
            backup.hsm_type or "",
            backup.mode or "",
        )
        return ", ".join(filter(None, told))

    async def _ask(self, backup: Backup, source: Cluster) -> NewCluster | None:
        """In which subnets, and with which kind of network where that is not clear."""
        known = source.subnet_mapping or {}
        subnet_ids = await self._app.push_screen_wait(SubnetsDialog(known))
        if subnet_ids is None:
            return None
        types: Sequence[str] = network_types_for(source, subnet_ids)
        chosen: str | None = types[0]
        if len(types) > 1:
            self._app.hold_keys()
            chosen = await self._app.push_screen_wait(
                PickDialog("Which network type?", list(map(_network_type, types)), exact=True)
            )
        return None if chosen is None else cluster_from(backup, source, subnet_ids, chosen)

    def _begin(self, connection: Connection, backup: Backup, new: NewCluster) -> CreateCluster:
        def follow() -> None:
            if (created := creation.created) is None:
                return
            self._host.add_created(connection, created)
            if creation.is_watched:
                self._host.go_to(connection, created.cluster_id)
            watch = partial(self._watch, connection, created.cluster_id)
            start(self._host, watch, group="follow")

        context = self._changes.context(connection, partial(self._renew, connection), follow)
        creation = CreateCluster(context, backup.backup_id, backup.cluster_id, new)
        return creation

    async def _watch(self, connection: Connection, cluster_id: str) -> None:
        """Read the cluster until it is created, or is listed no longer."""
        was_listed = False

        def take(listed: tuple[Cluster, ...]) -> bool:
            nonlocal was_listed
            cluster = created_in(cluster_id, listed)
            if cluster is None:
                if was_listed:
                    self._changes.tell(f"{cluster_id} is not listed any more.", severity="warning")
                return was_listed
            was_listed = True
            self._host.add_created(connection, cluster)
            if cluster.state in IN_CREATION:
                return False
            self._tell(cluster)
            return True

        await self._changes.pause()  # the answer has just shown the cluster
        await self._changes.follow(connection, cluster_id, take)

    def _tell(self, cluster: Cluster) -> None:
        if cluster.state == "ACTIVE":
            key = key_of("cluster.add_hsm", self._app.remapped)
            words = f"{cluster.cluster_id} is ACTIVE, without an HSM: {key} adds the first one."
            self._changes.tell(words)
            return
        why = f": {cluster.state_message}" if cluster.state_message else "."
        words = f"{cluster.cluster_id} is {cluster.state or 'without a state'}{why}"
        self._changes.tell(words, severity="error")


def _network_type(name: str) -> Choice:
    remark = "every subnet needs IPv6, too" if name == DUALSTACK else ""
    return Choice(name, name, remark)
