"""One account in one region: its clusters, and what will become of them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from random import Random

from hsmtui.demo.clock import Schedule
from hsmtui.demo.errors import not_found
from hsmtui.demo.plan import HSM1, INITIALIZING, BackupPlan
from hsmtui.demo.records import (
    Backup,
    Certificates,
    Cluster,
    Hsm,
    KeyStore,
    Tag,
    TrailEvent,
    listing_position,
)

CREATE_SECONDS = 40.0
"""A new HSM is ACTIVE after this time; with AWS it takes about 25 minutes."""

DELETE_SECONDS = 15.0
"""An HSM or a cluster is being deleted for this long; with AWS 10 to 15 minutes."""

DELETED_SECONDS = 60.0
"""A deleted cluster is listed as DELETED for this long before it is absent."""

INITIALIZE_SECONDS = 20.0
"""A cluster is being initialized for this long; with AWS some minutes."""

ACTIVATE_SECONDS = 60.0
"""So long after a cluster is INITIALIZED the demo's owner sets the password of the administrator,
which AWS has no request for; then it is ACTIVE."""

MIGRATE_SECONDS = 20.0
"""It takes this long an HSM to change the type; with AWS about 30 minutes."""

ROLLBACK_TIME = timedelta(hours=24)
"""For how long after it began a change of the type can be taken back."""

BACKUP_SECONDS = 30.0
"""A backup is READY so long after it was begun, be it made here or copied from another region."""

ID_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
HEX = "0123456789abcdef"


class Place:
    """The clusters of one account in one region, in no particular order."""

    def __init__(self, account: str, region: str, start: datetime, random: Random) -> None:
        self.account = account
        self.region = region
        self.start = start
        self.random = random
        self.clusters: list[Cluster] = []
        self.departed: list[Cluster] = []
        """Clusters that are gone; their backups are not."""
        self.certificate_ends: dict[str, float] = {}
        """When the cluster certificate of a cluster ends, in epoch seconds."""
        self.certificate_flaws: dict[str, str] = {}
        """What is wrong with the certificates of the HSM of a cluster, where something is."""
        self.backup_tags: dict[str, list[Tag]] = {}
        self.changed_backups: dict[str, Backup] = {}
        """Those that a request has changed, by their ids, as they are since."""
        self.added_backups: list[Backup] = []
        """Those that a request has made here, or copied from another region."""
        self.resource_policies: dict[str, str] = {}
        """By the ARN of what is shared."""
        self.backup_plans: dict[str, BackupPlan] = {}
        """The backups of the clusters for which they are not left to chance."""
        self.made_backups: tuple[object, list[Backup]] | None = None
        """All backups as they were made last, and what they were made from."""
        self.key_stores: list[KeyStore] = []
        self.created_hsms: set[str] = set()
        """Ids of the HSMs that a request has created."""
        self.events: list[TrailEvent] = []
        """What CloudTrail knows of requests, in order."""
        self.history: list[TrailEvent] | None = None
        """What it knows of before, once somebody has asked."""
        self.lookups: list[float] = []
        """When CloudTrail was asked in the last second."""
        self.schedule = Schedule()

    def listed(self) -> list[Cluster]:
        """The clusters in the order of every listing."""
        return sorted(self.clusters, key=lambda cluster: listing_position(cluster.cluster_id))

    def cluster(self, cluster_id: str) -> Cluster:
        """The cluster with this id; raise the service's error if there is none."""
        for cluster in self.clusters:
            if cluster.cluster_id == cluster_id:
                return cluster
        raise not_found("cluster", cluster_id)

    def create_cluster(self, cluster: Cluster, now: datetime) -> None:
        """Have the cluster created: a new one is then UNINITIALIZED, one from a backup ACTIVE."""
        cluster.state = "CREATE_IN_PROGRESS"
        self.clusters.append(cluster)
        state = "ACTIVE" if cluster.source_backup_id else "UNINITIALIZED"
        group = new_id(self.random, "sg")
        ready = now + timedelta(seconds=CREATE_SECONDS)
        self.schedule.at(ready, partial(_cluster_ready, cluster, state, group))

    def initialize_cluster(self, cluster: Cluster, certificate: str, now: datetime) -> None:
        """Have the cluster claimed with this certificate, and then activated."""
        cluster.state, cluster.state_message = "INITIALIZE_IN_PROGRESS", INITIALIZING
        claimed = now + timedelta(seconds=INITIALIZE_SECONDS)
        activated = claimed + timedelta(seconds=ACTIVATE_SECONDS)
        self.schedule.at(claimed, partial(_claimed, cluster, certificate))
        self.schedule.at(activated, partial(_activated, cluster))

    def change_hsm_type(self, cluster: Cluster, hsm_type: str, now: datetime) -> None:
        """Have one HSM after the other replaced by one of the type. It can be taken back for a
        while, and that cannot."""
        is_rollback = hsm_type == HSM1
        state = "ROLLBACK_IN_PROGRESS" if is_rollback else "MODIFY_IN_PROGRESS"
        cluster.state = state
        ends = (now + ROLLBACK_TIME).timestamp()
        cluster.hsm_type_rollback_expiration = None if is_rollback else ends
        ready = now
        for hsm in cluster.hsms:
            if hsm.hsm_type == hsm_type:
                continue
            ready += timedelta(seconds=MIGRATE_SECONDS)
            renewed = partial(_renewed, hsm, new_id(self.random, "hsm"), hsm_type)
            self.schedule.at(ready, partial(_while, cluster, state, renewed))
        changed = partial(_type_changed, cluster, hsm_type)
        self.schedule.at(ready, partial(_while, cluster, state, changed))

    def add_backup(self, backup: Backup, now: datetime) -> None:
        """Have a backup made here, or copied to here."""
        backup.backup_state = "CREATE_IN_PROGRESS"
        self.added_backups.append(backup)
        ready = now + timedelta(seconds=BACKUP_SECONDS)
        self.schedule.at(ready, partial(setattr, backup, "backup_state", "READY"))

    def delete_cluster(self, cluster: Cluster, now: datetime) -> None:
        """Have the cluster deleted, then listed as DELETED, then absent."""
        cluster.state = "DELETE_IN_PROGRESS"
        cluster.state_message = "The cluster is being deleted."
        deleted = now + timedelta(seconds=DELETE_SECONDS)
        self.schedule.at(deleted, partial(_deleted, cluster))
        self.schedule.at(
            deleted + timedelta(seconds=DELETED_SECONDS), partial(self._depart, cluster)
        )

    def delete_hsm(self, cluster: Cluster, hsm: Hsm, gone: datetime) -> None:
        """Have the HSM deleted; at `gone` it drops out of its cluster."""
        hsm.state = "DELETE_IN_PROGRESS"
        hsm.state_message = None
        self.schedule.at(gone, partial(_drop_hsm, cluster, hsm))

    def create_hsm(self, cluster: Cluster, hsm: Hsm, address: str, now: datetime) -> None:
        """Have the HSM created. Its network interface appears when it is ACTIVE."""
        hsm.state = "CREATE_IN_PROGRESS"
        cluster.hsms.append(hsm)
        self.created_hsms.add(hsm.hsm_id)
        interface = {"eni_id": new_id(self.random, "eni"), "eni_ip": address}
        if cluster.network_type == "DUALSTACK":
            group = "".join(self.random.choices(HEX, k=4))
            interface["eni_ip_v6"] = f"2600:1f18:{group}::{len(cluster.hsms):x}"
        ready = now + timedelta(seconds=CREATE_SECONDS)
        self.schedule.at(ready, partial(_hsm_ready, hsm, interface))

    def _depart(self, cluster: Cluster) -> None:
        self.clusters[:] = [other for other in self.clusters if other is not cluster]
        self.departed.append(cluster)


def new_id(random: Random, kind: str) -> str:
    """An identifier as the service makes them: base32 for its own things, hex for those of EC2."""
    if kind in {"cluster", "hsm", "backup"}:
        return f"{kind}-{''.join(random.choices(ID_ALPHABET, k=11))}"
    return f"{kind}-0{''.join(random.choices(HEX, k=16))}"


def _cluster_ready(cluster: Cluster, state: str, security_group: str) -> None:
    if cluster.state == "CREATE_IN_PROGRESS":
        cluster.state, cluster.security_group = state, security_group


def _claimed(cluster: Cluster, certificate: str) -> None:
    if cluster.state == "INITIALIZE_IN_PROGRESS":
        cluster.state, cluster.state_message = "INITIALIZED", None
        cluster.certificates = Certificates(cluster_certificate=certificate)


def _activated(cluster: Cluster) -> None:
    if cluster.state == "INITIALIZED":
        cluster.state, cluster.pre_co_password = "ACTIVE", None


def _renewed(hsm: Hsm, hsm_id: str, hsm_type: str) -> None:
    """It keeps its network interface."""
    if hsm.state == "ACTIVE":
        hsm.hsm_id, hsm.hsm_type = hsm_id, hsm_type


def _type_changed(cluster: Cluster, hsm_type: str) -> None:
    cluster.state, cluster.hsm_type = "ACTIVE", hsm_type


def _while(cluster: Cluster, state: str, do: Callable[[], object]) -> None:
    """Do it unless the cluster has left that state."""
    if cluster.state == state:
        do()


def _deleted(cluster: Cluster) -> None:
    cluster.state = "DELETED"
    cluster.state_message = None


def _drop_hsm(cluster: Cluster, hsm: Hsm) -> None:
    cluster.hsms[:] = [other for other in cluster.hsms if other is not hsm]
    if cluster.state == "DEGRADED" and all(left.state != "DEGRADED" for left in cluster.hsms):
        cluster.state = "ACTIVE"


def _hsm_ready(hsm: Hsm, interface: dict[str, str]) -> None:
    if hsm.state == "CREATE_IN_PROGRESS":
        hsm.state = "ACTIVE"
        for member, value in interface.items():
            setattr(hsm, member, value)
