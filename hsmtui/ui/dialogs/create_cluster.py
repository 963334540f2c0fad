"""The dialog that creates a cluster from a backup."""

from collections.abc import Iterator
from typing import ClassVar

from textual.content import Content

from hsmtui.changes.create_cluster import CreateCluster
from hsmtui.model.advice import Advice, Step
from hsmtui.model.backup import Backup
from hsmtui.model.new_cluster import CLUSTERS_BY_DEFAULT, NewCluster
from hsmtui.model.text import shortened, visible
from hsmtui.model.times import age, stamp
from hsmtui.ui.dialogs.change import ChangeDialog
from hsmtui.ui.dialogs.consequences import unsure, warning
from hsmtui.ui.theme import state_content

_MOST_NAMED, _SHOWN = 4, 24
"""Of the tags so many are named, each key in so many characters."""

_THEN = Advice(
    "It then is ACTIVE without an HSM, and needs no initializing: ",
    Step("{} on its row adds the first HSM", "cluster.add_hsm", "CreateHsm adds the first HSM"),
    ", with the users and keys of the backup.",
)


class CreateClusterDialog(ChangeDialog[CreateCluster]):
    """It says what the cluster is to be, and what it then is. Without a typed id: a cluster that
    nobody wants costs nothing and can be deleted."""

    PREFIX: ClassVar = "create"
    VERB: ClassVar = "Create"
    NOUN: ClassVar = "cluster"
    ASKS: ClassVar = False

    @property
    def heading(self) -> str:
        return "Create a cluster from a backup"

    def what(self) -> Content:
        backup, cluster = self._change.gate.backup, self._cluster
        state = state_content(backup.backup_state) if backup else Content("")
        of = visible(f"of {cluster.cluster_id}   {cluster.name or 'no Name'}")
        return Content.assemble((visible(self.target), "bold"), "   ", state, "\n", of)

    def gate_open(self) -> list[Content]:
        backup, new = self._change.gate.backup, self._change.new
        if backup is None:  # an open gate has one
            return []
        return [
            Content(visible(f"New: {new.hsm_type}, {new.mode}, {new.network_type}, {_kept(new)}")),
            *self._subnets(),
            Content(f"Tags: {_tags(new)}; no Name."),
            *self._age_of(backup),
            warning("It makes a cluster and a security group. AWS bills HSMs by the hour."),
            Content(visible(self.spelt(_THEN))),
            Content(
                f"By default an account has {CLUSTERS_BY_DEFAULT} clusters in a region; AWS can "
                "raise that."
            ),
        ]

    def _subnets(self) -> Iterator[Content]:
        mapping = self._cluster.subnet_mapping or {}
        zones = {subnet: zone for zone, subnet in mapping.items()}
        ids = self._change.new.subnet_ids
        named = (f"{each} ({zones[each]})" if each in zones else each for each in ids)
        yield Content(visible(f"In {', '.join(named)}."))
        if not zones.keys() >= set(ids):
            yield unsure("Not checked: whether these are in one VPC, one in a zone.")

    def _age_of(self, backup: Backup) -> Iterator[Content]:
        made, now = backup.create_timestamp, self._change.context.clock()
        if made is not None:
            when = f"{stamp(made)}, {age(made, now)} ago"
            yield Content(f"Made on {when}: newer keys are not in it.")


def _kept(new: NewCluster) -> str:
    days = new.retention_days
    return f"backups kept {days} days" if days else "backups kept as the service does by default"


def _tags(new: NewCluster) -> str:
    keys = ", ".join(shortened(visible(tag.key), _SHOWN) for tag in new.tags[:_MOST_NAMED])
    more = len(new.tags) - _MOST_NAMED
    named = f"{keys} and {more} more" if more > 0 else keys
    return f"as its cluster has, {named}" if named else "none"
