"""The dialog that creates a cluster from a backup."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import ClassVar

from textual.content import Content

from hsmtui.changes.create_cluster import SOURCE_GONE, CreateCluster
from hsmtui.model.advice import Advice, Step
from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Cluster
from hsmtui.model.new_cluster import CLUSTERS_BY_DEFAULT, DAYS_BY_DEFAULT, NewCluster
from hsmtui.model.text import visible
from hsmtui.model.times import age
from hsmtui.ui.dialogs.change_backup import BackupDialog
from hsmtui.ui.dialogs.consequences import quota, unsure, warning

_THEN = Advice(
    "Then: ACTIVE without HSMs",
    Step("; {} on its row adds the first", "cluster.add_hsm"),
    ".",
)


class CreateClusterDialog(BackupDialog[CreateCluster]):
    """It says what the cluster is to be, and what it then is. Without a typed id: a cluster that
    nobody wants costs nothing and can be deleted."""

    VERB: ClassVar = "Create"
    HEADING: ClassVar = "Create a cluster from a backup"
    ASKS: ClassVar = False

    def __init__(
        self,
        change: CreateCluster,
        confirm: Callable[[CreateCluster, str], None],
        source: Cluster | None,
    ) -> None:
        """`source` is the cluster of the backup, where that is known."""
        super().__init__(change, confirm, source or Cluster(cluster_id=change.cluster_id or ""))
        self._source = source

    @property
    def owner(self) -> str:
        source = self._source
        name = (source.name or "no Name") if source else "which is not read here"
        return f"{self._change.cluster_id or 'no cluster'}   {name}"

    def lines(self, backup: Backup, now: datetime) -> list[Content]:
        new, made = self._change.new, backup.create_timestamp
        old = f"The backup is {age(made, now)} old: newer keys are not in it." if made else ""
        return [
            Content(visible(f"New: {new.hsm_type}, {new.mode}, {new.network_type}.")),
            *self._subnets(),
            Content(_tags_and_retention(new)),
            *([warning(SOURCE_GONE)] if self._change.gate.is_source_gone else []),
            *([Content(old)] if old else []),
            warning("It makes a security group, too. AWS bills only HSMs."),
            Content(visible(self.spelt(_THEN))),
            quota(CLUSTERS_BY_DEFAULT, "clusters"),
        ]

    def _subnets(self) -> Iterator[Content]:
        mapping = self._cluster.subnet_mapping or {}
        zones = {subnet: zone for zone, subnet in mapping.items()}
        ids = self._change.new.subnet_ids
        if zones.keys() >= set(ids):
            yield Content(
                visible(f"In the same subnets: {', '.join(zones[each] for each in ids)}.")
            )
        else:
            yield Content(visible(f"In {', '.join(ids)}."))
            yield unsure("Not checked: all in one VPC, one in a zone.")


def _tags_and_retention(new: NewCluster) -> str:
    tags = f"The same tags ({len(new.tags)}), but no Name" if new.tags else "No tags"
    if new.retention_days is None:
        return f"{tags}; backups kept by default {DAYS_BY_DEFAULT} days."
    return f"{tags}; backups kept {new.retention_days} days."
