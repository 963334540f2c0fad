"""A cluster that is to be created from a backup: what is asked for.

Facts: "Creating AWS CloudHSM clusters from backups", "AWS CloudHSM cluster modes" and "Quotas" in
the user guide.
"""

from collections.abc import Sequence
from typing import NamedTuple

from hsmtui.model.backup import RETENTION_DAYS, Backup
from hsmtui.model.cluster import Cluster, Tag
from hsmtui.model.gates.tag_rules import is_reserved
from hsmtui.model.hsm_types import HSM1, HSM2
from hsmtui.model.redaction import MASK

CLUSTERS_BY_DEFAULT = 4
"""Clusters that an account can have in a region, unless AWS raises that."""

DAYS_BY_DEFAULT = 90
"""For which the service keeps backups where nothing is said."""

IPV4, DUALSTACK = "IPV4", "DUALSTACK"
"""Network types: IPv4 alone, and IPv6 beside it."""


class NewCluster(NamedTuple):
    """What CreateCluster is asked for beside the backup; None is not sent."""

    subnet_ids: tuple[str, ...]
    mode: str | None
    network_type: str
    hsm_type: str = HSM2
    """The service creates clusters of no other type any more."""
    retention_days: int | None = None
    tags: tuple[Tag, ...] = ()

    def like(self, source: Cluster | None) -> "NewCluster":
        """With the retention and the tags of the backup's cluster, as far as that is known."""
        days = source.retention_days if source else None
        kept = days if days in RETENTION_DAYS else None
        return self._replace(retention_days=kept, tags=_tags_of(source))

    @property
    def retention_words(self) -> str:
        """For how long backups are kept."""
        return "by default" if self.retention_days is None else f"{self.retention_days} days"

    @property
    def words(self) -> str:
        """All of it, for the record of the request."""
        what = f"{self.hsm_type}, {self.mode}, {self.network_type}, in {', '.join(self.subnet_ids)}"
        tags = ", ".join(f"{tag.key}={tag.value}" for tag in self.tags)
        return (
            f"{what}; backups kept {self.retention_words}; {f'tags {tags}' if tags else 'no tags'}"
        )


def cluster_from(
    backup: Backup, source: Cluster | None, subnet_ids: Sequence[str], network_type: str
) -> NewCluster:
    """What a backup is restored to: as it was, and like its cluster where that is known."""
    return NewCluster(tuple(subnet_ids), mode_of(backup, source), network_type).like(source)


def mode_of(backup: Backup, source: Cluster | None) -> str | None:
    """The mode of a backup, else of its cluster; hsm1.medium has FIPS alone. None: not known."""
    told = backup.mode or (source.mode if source else None)
    return told or ("FIPS" if type_of(backup, source) == HSM1 else None)


def type_of(backup: Backup, source: Cluster | None) -> str | None:
    """The HSM type of a backup, else of its cluster; None where neither tells it."""
    return backup.hsm_type or (source.hsm_type if source else None)


def network_types_for(source: Cluster | None, subnet_ids: Sequence[str]) -> tuple[str, ...]:
    """Which network types there are to choose from: that of the cluster in its own subnets, also
    IPv4 alone where others are to be used, that may have no IPv6."""
    if source is None or source.network_type in {None, IPV4}:
        return (IPV4,)
    own = set((source.subnet_mapping or {}).values())
    told = str(source.network_type)
    return (told,) if own.issuperset(subnet_ids) else (IPV4, told)


def _tags_of(source: Cluster | None) -> tuple[Tag, ...]:
    """Those of the cluster, to which permissions may be tied; not its Name, by which the two would
    be confused, nor AWS's own, nor what is masked."""
    return tuple(
        tag
        for tag in (source.tag_list or () if source else ())
        if tag.key != "Name" and not is_reserved(tag.key) and MASK not in tag.key + tag.value
    )
