"""What the dialogs of changes of a backup say of it."""

from datetime import datetime

from textual.content import Content

from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Cluster
from hsmtui.model.text import visible
from hsmtui.model.times import age, stamp
from hsmtui.ui.theme import state_content


def backup_and_cluster(backup_id: str, backup: Backup | None, cluster: Cluster) -> Content:
    """The backup with its state, and whose it is."""
    state = state_content(backup.backup_state) if backup else Content("")
    of = visible(f"of {cluster.cluster_id}   {cluster.name or 'no Name'}")
    return Content.assemble((visible(backup_id), "bold"), "   ", state, "\n", of)


def made_line(backup: Backup, now: datetime, words: str) -> Content:
    """When it was made, where that is known, and what else is said of it."""
    made = backup.create_timestamp
    when = f"Made on {stamp(made)}, {age(made, now)} ago. " if made else ""
    return Content(f"{when}{words}")
