"""The backups of a cluster, derived from its id whenever they are asked for."""

from collections.abc import Iterable, Iterator
from random import Random

from hsmtui.demo.place import Place, new_id
from hsmtui.demo.records import Backup, Cluster

DAY = 86_400.0
UNCLAIMED = {"CREATE_IN_PROGRESS", "UNINITIALIZED", "INITIALIZE_IN_PROGRESS", "INITIALIZED"}
"""States in which a cluster has never been backed up."""


def backups(place: Place, partition: str, of_clusters: set[str] | None) -> list[Backup]:
    """The backups of the place, or of some clusters in it, those that are gone included."""
    return [
        backup
        for cluster in _clusters(place, of_clusters)
        if cluster.state not in UNCLAIMED
        for backup in _backups_of(cluster, place, partition)
    ]


def _clusters(place: Place, chosen: set[str] | None) -> Iterable[Cluster]:
    everything = (*place.clusters, *place.departed)
    if chosen is None:
        return everything
    return (cluster for cluster in everything if cluster.cluster_id in chosen)


def _backups_of(cluster: Cluster, place: Place, partition: str) -> Iterator[Backup]:
    """About one a day, the newest up to a day old; with one cluster in ten it is late."""
    random = Random(cluster.cluster_id)  # noqa: S311 - a demo's ids, not secrets
    created = cluster.create_timestamp or 0.0
    newest = place.start.timestamp() - random.uniform(0.05, 0.95) * DAY
    if random.random() < 0.1:
        newest -= 3 * DAY
    arn = f"arn:{partition}:cloudhsm:{place.region}:{place.account}:backup/"
    for age in range(random.randint(2, 5)):
        backup_id = new_id(random, "backup")
        made = round(newest - age * DAY - random.uniform(0, 900), 3)
        backup = Backup(
            backup_id=backup_id,
            backup_state="READY",
            cluster_id=cluster.cluster_id,
            create_timestamp=made,
            backup_arn=arn + backup_id,
            never_expires=random.random() < 0.1,
            tag_list=place.backup_tags.get(backup_id, []),
            hsm_type=cluster.hsm_type,
            mode=cluster.mode,
        )
        _vary(backup, random)
        if made > created:
            yield backup


def _vary(backup: Backup, random: Random) -> None:
    """Make a few backups copies from another region, or due for deletion."""
    chance = random.random()
    if chance < 0.06:
        backup.backup_state = "PENDING_DELETION"
        backup.delete_timestamp = backup.create_timestamp + 7 * DAY
    elif chance < 0.12:
        backup.source_region = "us-east-2"
        backup.source_backup = new_id(random, "backup")
        backup.source_cluster = new_id(random, "cluster")
        backup.copy_timestamp = round(backup.create_timestamp + random.uniform(600, 7200), 3)
