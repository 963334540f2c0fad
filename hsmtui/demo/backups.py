"""The backups of a cluster, derived from its id whenever they are asked for."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from random import Random

from msgspec.structs import replace

from hsmtui.demo.place import Place, new_id
from hsmtui.demo.plan import BackupPlan
from hsmtui.demo.records import Backup, Cluster

DAY = 86_400.0
HOUR = 3_600.0
DAYS_TO_RESTORE = 7
"""For how long the deletion of a backup can be taken back."""

UNCLAIMED = {"CREATE_IN_PROGRESS", "UNINITIALIZED", "INITIALIZE_IN_PROGRESS", "INITIALIZED"}
"""States in which a cluster has never been backed up."""


def backups(
    place: Place, partition: str, now: datetime, of_clusters: set[str] | None
) -> list[Backup]:
    """The backups of the place, or of some clusters, newest first, those that are gone included."""
    clusters = [
        cluster
        for cluster in (*place.clusters, *place.departed)
        if of_clusters is None or cluster.cluster_id in of_clusters
        if cluster.state not in UNCLAIMED
    ]
    if of_clusters is None:
        made = _all_of(clusters, place, partition)
    else:
        made = _made(clusters, place, partition)
    added = [
        backup
        for backup in place.added_backups
        if of_clusters is None or backup.cluster_id in of_clusters
    ]
    if added:
        made = sorted((*made, *added), key=newest_first)
    return [_at_present(backup, place, now) for backup in made]


def newest_first(backup: Backup) -> str:
    """Where a backup stands in a listing that begins with the newest."""
    return f"{10**15 - int(backup.create_timestamp * 1000):016d}{backup.backup_id}"


def _all_of(clusters: list[Cluster], place: Place, partition: str) -> list[Backup]:
    """Those of all clusters, made anew only when one of these is not as it was: a listing of some
    ten thousand has hundreds of pages."""
    facts = [(c.cluster_id, c.create_timestamp, c.hsm_type, c.mode) for c in clusters]
    basis = (partition, facts, dict(place.backup_plans))
    if place.made_backups is None or place.made_backups[0] != basis:
        place.made_backups = basis, _made(clusters, place, partition)
    return place.made_backups[1]


def _made(clusters: Iterable[Cluster], place: Place, partition: str) -> list[Backup]:
    made = (backup for cluster in clusters for backup in _backups_of(cluster, place, partition))
    return sorted(made, key=newest_first)


def _at_present(backup: Backup, place: Place, now: datetime) -> Backup:
    """The backup as requests, or the end of its time, have left it."""
    backup = place.changed_backups.get(backup.backup_id, backup)
    tags = place.backup_tags.get(backup.backup_id)
    if tags is not None:
        backup = replace(backup, tag_list=tags)
    if backup.delete_timestamp is not None and backup.delete_timestamp <= now.timestamp():
        return replace(backup, backup_state="DELETED")
    return backup


def _backups_of(cluster: Cluster, place: Place, partition: str) -> Iterator[Backup]:
    """About one a day, none from before the cluster was there."""
    random = Random(cluster.cluster_id)  # noqa: S311 - a demo's ids, not secrets
    planned = place.backup_plans.get(cluster.cluster_id)
    plan = planned or _random_plan(random)
    start = place.start.timestamp()
    arn = f"arn:{partition}:cloudhsm:{place.region}:{place.account}:backup/"
    for age in range(plan.count):
        backup_id = new_id(random, "backup")
        made = start - plan.newest * HOUR - age * DAY - random.uniform(0, 900)
        backup = Backup(
            backup_id=backup_id,
            backup_state="READY",
            cluster_id=cluster.cluster_id,
            create_timestamp=round(made, 3),
            backup_arn=arn + backup_id,
            never_expires=random.random() < 0.1,
            tag_list=[],
            hsm_type=cluster.hsm_type,
            mode=cluster.mode,
        )
        older = plan.count - 1 - age
        if planned is None:
            _vary(backup, random, start)
        elif older < len(plan.pending):
            _schedule_deletion(backup, start + plan.pending[older] * HOUR)
        elif older < len(plan.pending) + plan.copies:
            _copied(backup, random)
        if made > (cluster.create_timestamp or 0.0):
            yield backup


def _random_plan(random: Random) -> BackupPlan:
    """The newest is up to a day old; with one cluster in ten it is late."""
    newest = random.uniform(0.05, 0.95) * 24
    late = 72 if random.random() < 0.1 else 0
    return BackupPlan(random.randint(2, 5), newest + late)


def _vary(backup: Backup, random: Random, start: float) -> None:
    """Make a few backups copies from another region, or due for deletion."""
    chance = random.random()
    if chance < 0.06:
        _schedule_deletion(backup, start + random.uniform(0.1, DAYS_TO_RESTORE) * DAY)
    elif chance < 0.12:
        _copied(backup, random)


def _schedule_deletion(backup: Backup, gone: float) -> None:
    backup.backup_state = "PENDING_DELETION"
    backup.delete_timestamp = round(gone, 3)


def _copied(backup: Backup, random: Random) -> None:
    backup.source_region = "us-east-2"
    backup.source_backup = new_id(random, "backup")
    backup.source_cluster = new_id(random, "cluster")
    backup.copy_timestamp = round(backup.create_timestamp + random.uniform(600, 7200), 3)
