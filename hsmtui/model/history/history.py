"""What was last known of the clusters of one place, and what each reading has changed."""

from collections.abc import Callable, Container, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from hsmtui.model.cluster import Cluster
from hsmtui.model.history.diff import Difference, DifferenceKind, differences, state_of


class ClusterDiff(NamedTuple):
    """What was seen of one cluster in one reading, in its last record."""

    cluster: Cluster
    differences: tuple[Difference, ...]
    time: datetime


class Reading(NamedTuple):
    """A list of clusters in the service's order, as far as it was read.

    `whole` says that the service has no more; `states` are those that it was asked to list, none
    for all.
    """

    clusters: Mapping[str, Cluster]
    whole: bool
    states: Sequence[str] = ()


class History:
    """The last record of each cluster; `on_change` gets a ClusterDiff for every change.

    The first record of a cluster is no change. Lists of the same place share one history, so that
    each change is reported once.
    """

    def __init__(self, on_change: Callable[[ClusterDiff], object]) -> None:
        self._known: dict[str, Cluster] = {}
        self._on_change = on_change

    def saw(self, cluster: Cluster, now: datetime) -> bool:
        """Take a record that was read; whether the cluster had changed. An odd one is left out."""
        if cluster.odd:
            return False
        before = self._known.get(cluster.cluster_id)
        self._known[cluster.cluster_id] = cluster
        changed = differences(before, cluster) if before is not None else ()
        if changed:
            self._on_change(ClusterDiff(cluster, changed, now))
        return bool(changed)

    def lost(self, cluster_id: str, now: datetime) -> None:
        """The service no longer lists a cluster: report it as gone."""
        before = self._known.pop(cluster_id, None)
        if before is not None:
            self._on_change(
                ClusterDiff(before, (state_of(DifferenceKind.GONE, before, None),), now)
            )

    def reread(self, before: Reading, after: Reading, now: datetime) -> None:
        """Report what came and went between two reads of a list; `saw` had the records of both.

        A cluster that left a list of some states is still known: it is in another state now.
        """
        for cluster_id in missing(after.clusters, before.clusters, whole=before.whole):
            self._came(after.clusters[cluster_id], bool(after.states), now)
        for cluster_id, cluster in after.clusters.items():
            if cluster_id not in before.clusters:
                self.saw(cluster, now)
        for cluster_id in missing(before.clusters, after.clusters, whole=after.whole):
            if not after.states:
                self.lost(cluster_id, now)
            elif (known := self._known.get(cluster_id)) and known.state in after.states:
                self._on_change(
                    ClusterDiff(known, (state_of(DifferenceKind.LEFT, known, None),), now)
                )

    def _came(self, cluster: Cluster, under_filter: bool, now: datetime) -> None:
        is_known = cluster.cluster_id in self._known
        if self.saw(cluster, now) or (is_known and not under_filter):
            return
        kind = DifferenceKind.ENTERED if under_filter else DifferenceKind.APPEARED
        self._on_change(ClusterDiff(cluster, (state_of(kind, None, cluster),), now))


def missing(
    ids: Sequence[str] | Mapping[str, object], others: Container[str], *, whole: bool
) -> list[str]:
    """Those ids that `others` does not have although it reaches as far: it is whole, or has one
    that comes later in the service's order, which stays."""
    ordered = list(ids)
    reach = len(ordered)
    while not whole and reach and ordered[reach - 1] not in others:
        reach -= 1
    return [cluster_id for cluster_id in ordered[:reach] if cluster_id not in others]
