"""Fleets: for each account and region the clusters that a seed gives, made when first asked for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from hsmtui.demo.estate import WELL_FILLED, plans_of
from hsmtui.demo.place import HEX, Place, new_id
from hsmtui.demo.plan import (
    CLASSES,
    FAILED,
    HSM2,
    MIGRATING,
    OWNERS,
    TEAMS,
    Plan,
    random_plan,
)
from hsmtui.demo.records import (
    Certificates,
    Cluster,
    Hsm,
    KeyStore,
    RetentionPolicy,
    Tag,
    listing_position,
)
from hsmtui.demo.showcase import EXTERNAL_KEY_STORE, SHOWCASE

CLUSTERS_PER_NETWORK = 12
DAY = 86_400.0
PASSWORD_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"  # noqa: S105
PASSWORD_STATES = {"UNINITIALIZED", "INITIALIZE_IN_PROGRESS", "INITIALIZED"}


@dataclass(frozen=True, slots=True)
class Network:
    """A VPC: its address prefixes, and a subnet in each zone."""

    vpc_id: str
    prefix: str
    prefix_v6: str
    subnets: tuple[tuple[str, str], ...]


def make_place(
    seed: int, account: str, region: str, start: datetime, clusters: int | None = None
) -> Place:
    """The account's fleet in the region; `clusters` is the size of the well-filled one."""
    random = Random(f"{seed}/{account}/{region}")  # noqa: S311 - a demo's ids, not secrets
    place = Place(account, region, start, random)
    size, plans = plans_of(seed, account, region)
    if (account, region) == WELL_FILLED:
        plans, size = SHOWCASE, size if clusters is None else clusters
        place.key_stores.append(EXTERNAL_KEY_STORE)
    ids = sorted((new_id(random, "cluster") for _ in range(size)), key=listing_position)
    networks = [_network(random, region) for _ in range(1 + size // CLUSTERS_PER_NETWORK)]
    for number, cluster_id in enumerate(ids):
        plan = plans.get(number) or random_plan(random)
        _Builder(place, plan, random.choice(networks), cluster_id).build()
    return place


class _Builder:
    """Makes one cluster after its plan."""

    def __init__(self, place: Place, plan: Plan, network: Network, cluster_id: str) -> None:
        self._place = place
        self._random = place.random
        self._plan = plan
        self._network = network
        self._cluster_id = cluster_id
        self._subnets = network.subnets[: plan.zones]

    def build(self) -> None:
        """Add the cluster to the place, and what is to happen to it to the schedule."""
        plan, start = self._plan, self._place.start
        cluster = self._cluster()
        self._place.clusters.append(cluster)
        self._place.certificate_ends[self._cluster_id] = self._certificate_ends()
        if plan.backups is not None:
            self._place.backup_plans[self._cluster_id] = plan.backups
        if plan.key_store is not None:
            self._place.key_stores.append(_key_store(cluster, plan.key_store))
        if plan.flaw:
            self._place.certificate_flaws[self._cluster_id] = plan.flaw
        for hsm, seconds in zip(cluster.hsms, plan.retires, strict=False):
            self._place.delete_hsm(cluster, hsm, start + timedelta(seconds=seconds))

    def _certificate_ends(self) -> float:
        plan, now = self._plan, self._place.start.timestamp()
        if plan.certificate_days is not None:
            return now + plan.certificate_days * DAY
        years = self._random.choices((3, 5, 10), (1, 3, 6))[0]
        return now + (years * 365 - plan.age_days) * DAY

    def _cluster(self) -> Cluster:
        plan, random = self._plan, self._random
        now = self._place.start.timestamp()
        creating = plan.state == "CREATE_IN_PROGRESS"
        return Cluster(
            cluster_id=self._cluster_id,
            hsms=[self._hsm(number, state) for number, state in enumerate(plan.hsms)],
            state=plan.state,
            state_message=plan.message,
            backup_policy="DEFAULT",
            backup_retention_policy=RetentionPolicy("DAYS", plan.retention)
            if plan.retention
            else None,
            create_timestamp=round(now - plan.age_days * DAY, 3),
            hsm_type=plan.hsm_type,
            hsm_type_rollback_expiration=round(now + random.uniform(0.5, 0.95) * DAY, 3)
            if plan.state == "MODIFY_IN_PROGRESS"
            else None,
            pre_co_password="".join(random.choices(PASSWORD_ALPHABET, k=12))
            if plan.state in PASSWORD_STATES
            else None,
            security_group=None if creating else new_id(random, "sg"),
            source_backup_id=new_id(random, "backup") if plan.restored else None,
            subnet_mapping=dict(self._subnets),
            vpc_id=self._network.vpc_id,
            network_type=plan.network_type,
            tag_list=self._tags(),
            mode=plan.mode,
            certificates=Certificates(cluster_certificate=plan.certificate)
            if plan.certificate
            else None,
        )

    def _hsm(self, number: int, state: str) -> Hsm:
        random, plan = self._random, self._plan
        zone, subnet = self._subnets[number % len(self._subnets)]
        host = random.randint(10, 250)
        hsm = Hsm(
            hsm_id=new_id(random, "hsm"),
            availability_zone=zone,
            cluster_id=self._cluster_id,
            subnet_id=subnet,
            hsm_type=HSM2 if plan.state in MIGRATING and number == 0 else plan.hsm_type,
            state=state,
            state_message=FAILED if state == "DEGRADED" else None,
        )
        if state != "CREATE_IN_PROGRESS":
            hsm.eni_id = new_id(random, "eni")
            hsm.eni_ip = f"{self._network.prefix}.{random.randint(0, 15) * 16}.{host}"
            if plan.network_type == "DUALSTACK":
                hsm.eni_ip_v6 = f"{self._network.prefix_v6}:{number:x}::{host:x}"
        return hsm

    def _tags(self) -> list[Tag]:
        plan, random = self._plan, self._random
        if plan.name is None:
            return []
        tags = {
            "Name": plan.name,
            "Environment": plan.environment,
            "Team": plan.team,
            "CostCenter": TEAMS[plan.team],
            "DataClassification": random.choice(CLASSES),
            "Owner": f"{random.choice(OWNERS)}@example.com",
            **plan.tags,
        }
        return [Tag(key, value) for key, value in tags.items()]


def _key_store(cluster: Cluster, state: str) -> KeyStore:
    """A custom key store that uses the cluster; with an id of its own from that of the cluster."""
    random = Random(f"key store {cluster.cluster_id}")  # noqa: S311 - a demo's ids, not secrets
    created = cluster.create_timestamp or 0.0
    return KeyStore(
        custom_key_store_id=new_id(random, "cks"),
        custom_key_store_name=f"{cluster.name}-keys"[:256],
        custom_key_store_type="AWS_CLOUDHSM",
        cloud_hsm_cluster_id=cluster.cluster_id,
        connection_state=state,
        connection_error_code="CLUSTER_NOT_FOUND" if state == "FAILED" else None,
        creation_date=round(created + random.uniform(1, 5) * DAY, 3),
    )


def _network(random: Random, region: str) -> Network:
    zones = "abcd" if region == "us-east-1" else "abc"
    first = random.randrange(len(zones))
    rotated = zones[first:] + zones[:first]
    return Network(
        vpc_id=new_id(random, "vpc"),
        prefix=f"10.{random.randint(0, 250)}",
        prefix_v6=f"2600:1f18:{''.join(random.choices(HEX, k=4))}",
        subnets=tuple((f"{region}{zone}", new_id(random, "subnet")) for zone in rotated[:3]),
    )
