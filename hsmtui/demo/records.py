"""What the demo knows of a cluster: records that encode to the API's own JSON, mostly mutable.

A member whose value is None is left out of an answer, as the service does. Times are epoch seconds.
"""

import zlib
from functools import cache

from msgspec import Struct


class Tag(Struct, rename="pascal"):
    """A key and its value."""

    key: str
    value: str


class RetentionPolicy(Struct, rename="pascal"):
    """For how many days backups are kept; the API gives the number as text."""

    type: str
    value: str


class Certificates(Struct, rename="pascal", omit_defaults=True):
    """The certificates that a cluster has in its present state, as PEM."""

    cluster_csr: str | None = None
    hsm_certificate: str | None = None
    aws_hardware_certificate: str | None = None
    manufacturer_hardware_certificate: str | None = None
    cluster_certificate: str | None = None


class Hsm(Struct, rename="pascal", omit_defaults=True):
    """One HSM of a cluster."""

    hsm_id: str
    availability_zone: str | None = None
    cluster_id: str | None = None
    subnet_id: str | None = None
    eni_id: str | None = None
    eni_ip: str | None = None
    eni_ip_v6: str | None = None
    hsm_type: str | None = None
    state: str = ""
    state_message: str | None = None


class Cluster(Struct, rename="pascal", omit_defaults=True):
    """One cluster. Certificates set here are answered as they are, in place of the demo's own."""

    cluster_id: str
    hsms: list[Hsm]
    state: str
    backup_policy: str | None = None
    backup_retention_policy: RetentionPolicy | None = None
    create_timestamp: float | None = None
    hsm_type: str | None = None
    hsm_type_rollback_expiration: float | None = None
    pre_co_password: str | None = None
    security_group: str | None = None
    source_backup_id: str | None = None
    state_message: str | None = None
    subnet_mapping: dict[str, str] | None = None
    vpc_id: str | None = None
    network_type: str | None = None
    certificates: Certificates | None = None
    tag_list: list[Tag] | None = None
    mode: str | None = None

    @property
    def name(self) -> str | None:
        """The value of the tag Name."""
        return next((tag.value for tag in self.tag_list or () if tag.key == "Name"), None)


class Backup(Struct, rename="pascal", omit_defaults=True):
    """One backup of a cluster."""

    backup_id: str
    backup_state: str
    cluster_id: str
    create_timestamp: float
    backup_arn: str | None = None
    copy_timestamp: float | None = None
    never_expires: bool | None = None
    source_region: str | None = None
    source_backup: str | None = None
    source_cluster: str | None = None
    delete_timestamp: float | None = None
    tag_list: list[Tag] | None = None
    hsm_type: str | None = None
    mode: str | None = None


class KeyStore(Struct, frozen=True, rename="pascal", omit_defaults=True):
    """A custom key store of KMS, never changed; one that is outside AWS has no cluster."""

    custom_key_store_id: str
    custom_key_store_name: str
    custom_key_store_type: str
    cloud_hsm_cluster_id: str | None = None
    connection_state: str | None = None
    connection_error_code: str | None = None
    creation_date: float | None = None


class TrailEvent(Struct, frozen=True, rename="pascal"):
    """An event of CloudTrail; the whole record is in it as a JSON text."""

    event_id: str
    event_name: str
    read_only: str
    event_time: float
    event_source: str
    username: str
    access_key_id: str
    resources: list[dict[str, str]]
    cloud_trail_event: str


@cache
def listing_position(cluster_id: str) -> str:
    """Where a cluster stands in a listing: stable, and in no order that a person would notice."""
    return f"{zlib.crc32(cluster_id.encode()):08x}{cluster_id}"
