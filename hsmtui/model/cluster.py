"""A CloudHSM cluster as DescribeClusters and DeleteCluster return it, every field of it."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec.structs import force_setattr

from hsmtui.model.redaction import MASK, remember

_MOST_DIGITS = 9
"""Of a number of days; Python does not convert texts of thousands of digits."""


class UnreadableAnswerError(ValueError):
    """An answer of the service that does not have the shape of a cluster."""


class Secret:
    """A value that no text form of it shows; `reveal` is the one way to see it.

    Texts that are redacted do not show it either.
    """

    __slots__ = ("_value",)

    MASK = MASK

    def __init__(self, value: str) -> None:
        self._value = value
        remember(value)

    def reveal(self) -> str:
        """The value itself, for a screen that was asked to show it."""
        return self._value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return self.MASK


class Part(msgspec.Struct, frozen=True, rename="pascal", omit_defaults=True, gc=False):
    """A part of the API's answer: fields in the API's order, absent ones are None."""


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
    hsm_id: str = ""
    hsm_type: str | None = None
    state: str | None = None
    state_message: str | None = None


class Cluster(Part, frozen=True):
    """One cluster; everything but its id may be missing.

    `hsms` is None where the answer had no HSM list, which is not the same as an empty one.
    Times are aware and in UTC.
    """

    backup_policy: str | None = None
    backup_retention_policy: BackupRetentionPolicy | None = None
    cluster_id: str = ""
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

    def __post_init__(self) -> None:
        for field in ("create_timestamp", "hsm_type_rollback_expiration"):
            moment: datetime | None = getattr(self, field)
            if moment is not None:
                force_setattr(self, field, in_utc(moment))

    @property
    def name(self) -> str | None:
        """The value of the tag `Name`."""
        return next((tag.value for tag in self.tag_list or () if tag.key == "Name"), None)

    @property
    def retention_days(self) -> int | None:
        """Days that backups are kept, where the policy says so in days."""
        policy = self.backup_retention_policy
        value = (policy.value if policy and policy.type == "DAYS" else None) or ""
        return int(value) if value.isdecimal() and len(value) <= _MOST_DIGITS else None


def decode_cluster(answer: object) -> Cluster:
    """The cluster that boto3 returned as a dictionary.

    Raises UnreadableAnswerError where it has another shape or no ClusterId.
    """
    try:
        cluster = msgspec.convert(answer, Cluster, dec_hook=_decode_secret)
    except msgspec.ValidationError as error:
        raise UnreadableAnswerError(f"Not a cluster: {error}") from error
    if not cluster.cluster_id:
        raise UnreadableAnswerError("Not a cluster: it has no ClusterId")
    return cluster


def as_document(cluster: Cluster, *, reveal: bool = False) -> dict[str, Any]:
    """The cluster as boto3 returned it, times in UTC; PreCoPassword masked unless revealed."""

    def encode(value: object) -> str:
        if isinstance(value, Secret):
            return value.reveal() if reveal else value.MASK
        raise TypeError(f"{type(value).__name__} has no JSON form")

    document: dict[str, Any] = msgspec.to_builtins(cluster, enc_hook=encode)
    return document


def in_utc(moment: datetime) -> datetime:
    """Stand-in servers send times without a zone; they mean UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _decode_secret(kind: type, value: object) -> object:
    if kind is Secret and isinstance(value, str):
        return Secret(value)
    raise TypeError(f"expected {kind.__name__}")
