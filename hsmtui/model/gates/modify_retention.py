"""Whether it may be changed now for how long the backups of a cluster are kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from hsmtui.model.backup import RETENTION_DAYS, RETENTION_WORDS, Backup, ends_at, newest_ready
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.gate import Gate, Reason
from hsmtui.model.gates.listed import why_no_cluster

_MOST_DIGITS = 3
"""Of a number of days, as the service takes it."""


def days_problem(typed: str, before: int | None) -> str:
    """Why what was typed is no number of days that can be asked for; "" where it is one.

    `before` is for how many they are kept now.
    """
    if not (typed.isascii() and typed.isdecimal()):
        return f"Type a number: backups are kept for {RETENTION_WORDS} days."
    if len(typed) > _MOST_DIGITS or int(typed) not in RETENTION_DAYS:
        return f"Backups are kept for {RETENTION_WORDS} days."
    return f"They are kept for {before} days already." if int(typed) == before else ""


def outlived(backups: Iterable[Backup], days: int, now: datetime) -> list[Backup]:
    """Those that are older than these days and not exempt, but for the newest, which stays."""
    every = list(backups)
    newest = newest_ready(every)
    ends = [(backup, ends_at(backup, days)) for backup in every if backup is not newest]
    return [backup for backup, end in ends if end is not None and end <= now]


@dataclass(frozen=True)
class ModifyRetentionGate(Gate):
    """What the last read of a cluster allows; `days` are those that backups are to be kept."""

    WORDS: ClassVar[Mapping[Reason, str]] = {
        Reason.UNCHECKED: "the cluster could not be checked",
        Reason.STATE: "the cluster cannot be modified in its state",
    }

    days: int = 0
    cluster: Cluster | None = None

    @property
    def shortens(self) -> bool:
        """Whether backups are kept for less time than now, or it is not known for how long."""
        before = self.cluster.retention_days if self.cluster else None
        return before is None or before > self.days

    @property
    def warnings(self) -> frozenset[str]:
        """What becomes of backups, in sentences."""
        if self.cluster is None:
            return frozenset()
        before = self.cluster.retention_days
        now = "it is not known for how long now" if before is None else f"now for {before}"
        said = {f"Backups are kept for {self.days} days, {now}."}
        if self.shortens:
            said.add("The service deletes older ones, but for those that never expire.")
        return frozenset(said)


def judge_modify_retention(
    cluster_id: str, days: int, listed: Sequence[Cluster], *, why_read_only: str
) -> ModifyRetentionGate:
    """The gate after a read that listed these clusters for the id."""
    if why := why_no_cluster(cluster_id, listed):
        return ModifyRetentionGate(cluster_id, *why, days=days)
    cluster = listed[0]
    gate = ModifyRetentionGate(cluster_id, days=days, cluster=cluster)
    if cluster.state == "CREATE_IN_PROGRESS":
        return gate.shut(Reason.STATE, cluster.state)
    if days not in RETENTION_DAYS:
        return gate.shut(Reason.RULES, f"backups are kept for {RETENTION_WORDS} days")
    if days == cluster.retention_days:
        return gate.shut(Reason.RULES, f"backups are kept for {days} days already")
    return gate.opened(why_read_only)
