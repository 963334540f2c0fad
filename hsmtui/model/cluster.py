"""A CloudHSM cluster as DescribeClusters and DeleteCluster return it, every field of it."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec.structs import force_setattr

from hsmtui.model.entry import Entry, Part, read_entry
from hsmtui.model.one_of_equal import OneOfEqual
from hsmtui.model.redaction import Secret

_MOST_DIGITS = 9
"""Of a number of days; Python does not convert texts of thousands of digits."""


_MOST_SHARED = 10_000
"""Of tags, of subnet mappings, and of ids in a network."""


Id = Annotated[str, msgspec.Meta(min_length=1)]
"""An id, which has to be what came."""


class Tag(Part, frozen=True, omit_defaults=False):
    """One tag of a cluster; an empty value is a value."""

    key: str = ""
    value: str = ""


class BackupRetentionPolicy(Part, frozen=True):
    """How long backups are kept; for the type DAYS the value is a number of days, as a string."""

    type: str | None = None
    value: str | None = None


class Certificates(Part, frozen=True):
    """The PEM texts of a cluster; which exist depends on its state."""

    cluster_csr: str | None = None
    hsm_certificate: str | None = None
    aws_hardware_certificate: str | None = None
    manufacturer_hardware_certificate: str | None = None
    cluster_certificate: str | None = None


class Hsm(Part, frozen=True):
    """One hardware security module; everything but its id may be missing."""

    availability_zone: str | None = None
    cluster_id: str | None = None
    subnet_id: str | None = None
    eni_id: str | None = None
    eni_ip: str | None = None
    eni_ip_v6: str | None = None
    hsm_id: Id = ""
    hsm_type: str | None = None
    state: str | None = None
    state_message: str | None = None


class Cluster(Entry, frozen=True):
    """One cluster; everything but its id may be missing.

    `hsms` is None where the answer had no HSM list, which is not the same as an empty one.
    Times are aware and in UTC.
    """

    ID: ClassVar = "cluster_id"

    backup_policy: str | None = None
    backup_retention_policy: BackupRetentionPolicy | None = None
    cluster_id: Id = ""
    create_timestamp: datetime | None = None
    hsms: tuple[Hsm, ...] | None = None
    hsm_type: str | None = None
    hsm_type_rollback_expiration: datetime | None = None
    pre_co_password: Secret | None = None
    security_group: str | None = None
    source_backup_id: str | None = None
    state: str | None = None
    state_message: str | None = None
    subnet_mapping: dict[str, str] | None = None
    vpc_id: str | None = None
    network_type: str | None = None
    certificates: Certificates | None = None
    tag_list: tuple[Tag, ...] | None = None
    mode: str | None = None

    @property
    def name(self) -> str | None:
        """The value of the tag `Name`."""
        return next((tag.value for tag in self.tag_list or () if tag.key == "Name"), None)

    @property
    def live_hsms(self) -> tuple[Hsm, ...]:
        """The HSMs that are not DELETED; none where the answer had no HSM list."""
        return tuple([hsm for hsm in self.hsms or () if hsm.state != "DELETED"])

    @property
    def active_hsms(self) -> tuple[Hsm, ...]:
        """The HSMs that are ACTIVE; none where the answer had no HSM list."""
        return tuple([hsm for hsm in self.hsms or () if hsm.state == "ACTIVE"])

    @property
    def zones_in_use(self) -> int | None:
        """In how many availability zones it has live HSMs; None where it is not known of all."""
        if self.hsms is None:
            return None
        zones = {hsm.availability_zone for hsm in self.live_hsms}
        return None if None in zones else len(zones)

    @property
    def zones_possible(self) -> int | None:
        """In how many zones it has a subnet, which cannot be changed; None where none is named."""
        return len(self.subnet_mapping) if self.subnet_mapping else None

    @property
    def retention_days(self) -> int | None:
        """Days that backups are kept, where the policy says so in days."""
        policy = self.backup_retention_policy
        value = (policy.value if policy and policy.type == "DAYS" else None) or ""
        return int(value) if value.isdecimal() and len(value) <= _MOST_DIGITS else None


_tags: OneOfEqual[Tag] = OneOfEqual(_MOST_SHARED)
_subnet_mappings: OneOfEqual[dict[str, str]] = OneOfEqual(_MOST_SHARED)
_texts: OneOfEqual[str] = OneOfEqual(_MOST_SHARED)


def decode_cluster(answer: object, place: str = "no id") -> Cluster:
    """The cluster that came as JSON; what it says of itself where it is odd is in `odd`.

    `place` is where it stood, in words. Its password is masked where it is repeated.
    """
    password = answer.get("PreCoPassword") if isinstance(answer, dict) else None
    secrets = [password] if isinstance(password, str) else []
    return _with_shared_parts(read_entry(Cluster, answer, place, *secrets))


def _with_shared_parts(cluster: Cluster) -> Cluster:
    """The cluster, just made, with those parts that other clusters of its network and its owner
    have as well: thousands of them have a few hundred."""
    share = partial(force_setattr, cluster)
    if cluster.tag_list:
        share("tag_list", tuple([_tags.of(tag, tag) for tag in cluster.tag_list]))
    if (subnets := cluster.subnet_mapping) is not None:
        share("subnet_mapping", _subnet_mappings.of(tuple(subnets.items()), subnets))
    for name in ("vpc_id", "security_group"):
        if text := getattr(cluster, name):
            share(name, _texts.of(text, text))
    for hsm in cluster.hsms or ():
        if subnet := hsm.subnet_id:
            force_setattr(hsm, "subnet_id", _texts.of(subnet, subnet))
    return cluster


def as_document(cluster: Cluster, *, reveal: bool = False) -> Any:
    """The cluster as the service answered it, times in UTC; PreCoPassword masked unless revealed.

    Of one that is odd it is what came, whatever that is.
    """

    def encode(value: object) -> str:
        if isinstance(value, Secret):
            return value.reveal() if reveal else value.MASK
        raise TypeError(f"{type(value).__name__} has no JSON form")

    return msgspec.to_builtins(cluster.answered if cluster.odd else cluster, enc_hook=encode)
