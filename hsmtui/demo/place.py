"""One account in one region: its clusters, and what will become of them."""

from datetime import datetime, timedelta
from functools import partial
from random import Random

from hsmtui.demo.clock import Schedule
from hsmtui.demo.errors import not_found
from hsmtui.demo.plan import BackupPlan
from hsmtui.demo.records import Backup, Cluster, Hsm, KeyStore, Tag, listing_position

CREATE_SECONDS = 40.0
"""A new HSM is ACTIVE after this time; with AWS it takes about 25 minutes."""

DELETE_SECONDS = 15.0
"""An HSM or a cluster is being deleted for this long; with AWS 10 to 15 minutes."""

DELETED_SECONDS = 60.0
"""A deleted cluster is listed as DELETED for this long before it is absent."""

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
        self.restored_backups: set[str] = set()
        """Ids of the backups of which the deletion was taken back."""
        self.backup_plans: dict[str, BackupPlan] = {}
        """The backups of the clusters for which they are not left to chance."""
        self.made_backups: tuple[object, list[Backup]] | None = None
        """All backups as they were made last, and what they were made from."""
        self.key_stores: list[KeyStore] = []
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
