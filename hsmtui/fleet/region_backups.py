"""The backups of a region, read page by page, by the id of the cluster that each is of."""

from collections import defaultdict
from collections.abc import Callable
from typing import TypeAlias

from hsmtui.aws.answer import odd_entry
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import Page, Position
from hsmtui.model.backup import Backup

_Keep: TypeAlias = Callable[[tuple[Backup, ...]], tuple[Backup, ...]]
"""Says which of the backups of a cluster are kept."""


class RegionBackups:
    """What has come so far of all backups of a region.

    `number` is how many there are. `of_cluster` has them by cluster, or those that `keep` keeps of
    each. `next` is where the next page starts, None where there is no more. `problem` says why it
    cannot become whole.
    """

    def __init__(self, keep: _Keep = tuple) -> None:
        self.of_cluster: dict[str, tuple[Backup, ...]] = {}
        self.number = 0
        self.next: Position | None = Position()
        self.problem: HsmtuiError | None = None
        self._keep = keep

    @property
    def is_whole(self) -> bool:
        """Whether all have come, and of each that is odd it is known of which cluster it is."""
        return self.next is None and self.problem is None

    def of(self, cluster_id: str) -> tuple[Backup, ...]:
        """The backups of a cluster."""
        return self.of_cluster.get(cluster_id, ())

    def take(self, page: Page[Backup]) -> None:
        """Take a page in."""
        whose: dict[str, list[Backup]] = defaultdict(list)
        for backup in page.entries:
            whose[backup.cluster_id or ""].append(backup)
        for cluster_id, fresh in whose.items():
            self.of_cluster[cluster_id] = self._keep((*self.of(cluster_id), *fresh))
        self.number += len(page.entries)
        self.next = page.next
        odd = next((backup for backup in whose.get("", ()) if backup.odd), None)
        if odd is not None:
            self.problem = self.problem or odd_entry(odd, page.operation, page.request_id)
        self.problem = self.problem or page.problem

    def renew(self, backup: Backup) -> bool:
        """A backup was read afresh; False where one that is not kept may take its place."""
        cluster_id = backup.cluster_id or ""
        before = self.of(cluster_id)
        others = tuple(each for each in before if each.backup_id != backup.backup_id)
        kept = self._keep((*others, backup))
        if len(others) < len(before) and all(each.backup_id != backup.backup_id for each in kept):
            return False
        self.of_cluster[cluster_id] = kept
        return True
