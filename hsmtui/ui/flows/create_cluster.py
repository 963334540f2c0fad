"""Offering to create clusters from backups, and following those that the service is creating."""

from functools import partial

from hsmtui.aws.connection import Connection
from hsmtui.changes.create_cluster import IN_CREATION, CreateCluster, created_in
from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Cluster
from hsmtui.model.new_cluster import DUALSTACK, NewCluster, cluster_from, network_types_for
from hsmtui.ui.commands.keymap import key_of
from hsmtui.ui.dialogs.create_cluster import CreateClusterDialog
from hsmtui.ui.dialogs.pick import Choice, only_or_picked
from hsmtui.ui.dialogs.subnets import SubnetsDialog
from hsmtui.ui.flows.changes import ChangeFlow
from hsmtui.ui.flows.source_backup import SourceBackups
from hsmtui.ui.host import start


class CreateClusterFlow(ChangeFlow):
    """The creations of clusters that are begun from a screen."""

    def open(self, connection: Connection, cluster: Cluster | None) -> None:
        """Ask for a backup, of this cluster if there is one, and for subnets; open the dialog."""
        self._ask(partial(self._choose, connection, cluster), "create")

    async def _choose(self, connection: Connection, cluster: Cluster | None) -> None:
        offered = SourceBackups(self._host, connection)
        backup = await offered.pick(cluster.cluster_id if cluster else None)
        if backup is None:
            return
        self._app.hold_keys()
        is_of = cluster is not None and cluster.cluster_id == backup.cluster_id
        source = cluster if is_of else None
        creation = self._changes.pending.find(CreateCluster, connection, backup.backup_id)
        if creation is None:
            new = await self._new_cluster(backup, source)
            if new is None:
                return
            self._app.hold_keys()
            creation = self._begin(connection, backup, new, source)
        self._app.push_screen(CreateClusterDialog(creation, self._changes.confirm, source))

    async def _new_cluster(self, backup: Backup, source: Cluster | None) -> NewCluster | None:
        """In which subnets, and with which kind of network where that is not clear."""
        known = (source.subnet_mapping if source else None) or {}
        subnet_ids = await self._app.push_screen_wait(SubnetsDialog(known))
        if subnet_ids is None:
            return None
        self._app.hold_keys()
        choices = [_network_type(name) for name in network_types_for(source, subnet_ids)]
        chosen = await only_or_picked(self._app, "Which network type?", choices)
        return None if chosen is None else cluster_from(backup, source, subnet_ids, chosen)

    def _begin(
        self, connection: Connection, backup: Backup, new: NewCluster, source: Cluster | None
    ) -> CreateCluster:
        def follow() -> None:
            if (created := creation.created) is None:
                return
            self._host.add_created(connection, created)
            if creation.is_watched:
                self._host.go_to(connection, created.cluster_id)
            watch = partial(self._watch, connection, created.cluster_id)
            start(self._host, watch, group="follow")

        context = self._of_backup(connection, follow)
        creation = CreateCluster(context, backup.backup_id, backup.cluster_id, new, source)
        return creation

    async def _watch(self, connection: Connection, cluster_id: str) -> None:
        """Read the cluster until it is created, or is listed no longer."""
        was_listed = False

        def take(listed: tuple[Cluster, ...]) -> bool:
            nonlocal was_listed
            cluster = created_in(cluster_id, listed)
            if cluster is None:
                if was_listed:
                    self._changes.tell_unlisted(cluster_id)
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
