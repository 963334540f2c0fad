"""What each operation does to a place, and what it answers."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import msgspec

from hsmtui.demo.backups import backups, newest_first
from hsmtui.demo.errors import ServiceError, invalid_request, not_found
from hsmtui.demo.identity import Caller
from hsmtui.demo.paging import page
from hsmtui.demo.place import DELETE_SECONDS, Place, new_id
from hsmtui.demo.records import Backup, Certificates, Cluster, Hsm, Tag, listing_position

MOST_HSMS = 28
"""HSMs that a cluster can have."""

MOST_TAGS = 50
CLUSTERS_PAGE = 25
BACKUPS_PAGE = 50
TAGS_PAGE = 100


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks, at what time, and where certificates come from."""

    caller: Caller
    now: datetime
    certificates: Callable[[Place, Cluster], Certificates]


Input: TypeAlias = Mapping[str, Any]
"""The parameters of a request by the API's names, as the model of the service has them."""

Output: TypeAlias = dict[str, Any]
Operations: TypeAlias = Mapping[str, Callable[[Place, Input, Context], Output]]
"""By their names in the API: what each does to a place, and what it answers."""

CLUSTER_FILTERS: dict[str, Callable[[Cluster], str | None]] = {
    "clusterIds": lambda cluster: cluster.cluster_id,
    "vpcIds": lambda cluster: cluster.vpc_id,
    "states": lambda cluster: cluster.state,
}

BACKUP_FILTERS: dict[str, Callable[[Backup], str | None]] = {
    "backupIds": lambda backup: backup.backup_id,
    "sourceBackupIds": lambda backup: backup.source_backup,
    "clusterIds": lambda backup: backup.cluster_id,
    "states": lambda backup: backup.backup_state,
    "neverExpires": lambda backup: str(bool(backup.never_expires)).lower(),
}


def describe_clusters(place: Place, asked: Input, context: Context) -> Output:
    """One page of the clusters that pass every filter."""
    filters = asked.get("Filters", {})
    chosen = _filtered(place.listed(), CLUSTER_FILTERS, filters)
    clusters, token = page(
        chosen,
        lambda cluster: listing_position(cluster.cluster_id),
        asked.get("MaxResults", CLUSTERS_PAGE),
        asked.get("NextToken"),
        _listing("clusters", context.caller, filters),
    )
    return _with_token({"Clusters": [_answered(place, row, context) for row in clusters]}, token)


def describe_backups(place: Place, asked: Input, context: Context) -> Output:
    """One page of the backups that pass every filter, newest first unless asked otherwise."""
    filters, ascending = asked.get("Filters", {}), asked.get("SortAscending", False)
    ids = filters.get("clusterIds")
    made = _backups(place, context, None if ids is None else set(ids))
    chosen = _filtered([] if asked.get("Shared") else made, BACKUP_FILTERS, filters)

    if ascending:
        chosen.sort(key=_oldest_first)
    rows, token = page(
        chosen,
        _oldest_first if ascending else newest_first,
        asked.get("MaxResults", BACKUPS_PAGE),
        asked.get("NextToken"),
        _listing(f"backups {ascending}", context.caller, filters),
    )
    return _with_token({"Backups": rows}, token)


def delete_cluster(place: Place, asked: Input, context: Context) -> Output:
    """Delete a cluster that has no HSM."""
    cluster = place.cluster(asked["ClusterId"])
    if cluster.hsms:
        raise invalid_request(
            f"Cluster '{cluster.cluster_id}' contains {len(cluster.hsms)} HSM(s). "
            "Delete its HSMs before you delete the cluster."
        )
    if cluster.state in {"CREATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "DELETED"}:
        raise _wrong_state(cluster, "deleted")
    place.delete_cluster(cluster, context.now)
    return {"Cluster": _answered(place, cluster, context)}


def delete_hsm(place: Place, asked: Input, context: Context) -> Output:
    """Delete the HSM that has the id, network interface or address that is given."""
    cluster = place.cluster(asked["ClusterId"])
    wanted = asked.get("HsmId") or asked.get("EniId") or asked.get("EniIp")
    if wanted is None:
        raise invalid_request("Give one of HsmId, EniId and EniIp.")
    for hsm in cluster.hsms:
        if wanted in {hsm.hsm_id, hsm.eni_id, hsm.eni_ip}:
            break
    else:
        raise not_found("HSM", wanted)
    if hsm.state in {"DELETE_IN_PROGRESS", "DELETED"}:
        raise invalid_request(f"HSM '{hsm.hsm_id}' cannot be deleted: its state is {hsm.state}.")
    place.delete_hsm(cluster, hsm, context.now + timedelta(seconds=DELETE_SECONDS))
    return {"HsmId": hsm.hsm_id}


def create_hsm(place: Place, asked: Input, context: Context) -> Output:
    """Create an HSM in a zone of the cluster."""
    cluster = place.cluster(asked["ClusterId"])
    zone, address = asked["AvailabilityZone"], asked.get("IpAddress")
    subnet = (cluster.subnet_mapping or {}).get(zone)
    if subnet is None:
        raise invalid_request(f"Cluster '{cluster.cluster_id}' has no subnet in {zone}.")
    if cluster.state in {"CREATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "DELETED"}:
        raise _wrong_state(cluster, "given an HSM")
    if cluster.hsms and cluster.state in {"UNINITIALIZED", "INITIALIZED", "INITIALIZE_IN_PROGRESS"}:
        raise invalid_request(
            f"Cluster '{cluster.cluster_id}' already contains an HSM but has not yet been "
            "fully activated"
        )
    if len(cluster.hsms) >= MOST_HSMS:
        raise invalid_request(f"Cluster '{cluster.cluster_id}' already contains {MOST_HSMS} HSMs.")
    taken = {hsm.eni_ip for hsm in cluster.hsms}
    if address in taken - {None}:
        raise invalid_request(f"The address {address} is in use.")
    hsm = Hsm(
        hsm_id=new_id(place.random, "hsm"),
        availability_zone=zone,
        cluster_id=cluster.cluster_id,
        subnet_id=subnet,
        hsm_type=cluster.hsm_type,
    )
    place.create_hsm(cluster, hsm, address or _free_address(place, taken), context.now)
    return {"Hsm": hsm}


def restore_backup(place: Place, asked: Input, context: Context) -> Output:
    """Take back the deletion of a backup whose time has not run out."""
    backup = _backup(place, asked["BackupId"], context)
    if backup.backup_state != "PENDING_DELETION":
        raise invalid_request(
            f"Backup '{backup.backup_id}' cannot be restored: its state is {backup.backup_state}."
        )
    place.restored_backups.add(backup.backup_id)
    return {"Backup": _backup(place, backup.backup_id, context)}


def list_tags(place: Place, asked: Input, context: Context) -> Output:
    """One page of the tags of a cluster or backup."""
    tags, token = page(
        sorted(_tags(place, asked["ResourceId"], context), key=lambda tag: tag.key),
        lambda tag: tag.key,
        asked.get("MaxResults", TAGS_PAGE),
        asked.get("NextToken"),
        _listing(f"tags {asked['ResourceId']}", context.caller, {}),
    )
    return _with_token({"TagList": tags}, token)


def tag_resource(place: Place, asked: Input, context: Context) -> Output:
    """Add tags, or give those that exist new values."""
    tags = _tags(place, asked["ResourceId"], context)
    given = [Tag(tag["Key"], tag["Value"]) for tag in asked["TagList"]]
    _refuse_reserved(tag.key for tag in given)
    merged = {tag.key: tag for tag in (*tags, *given)}
    if sum(not _is_reserved(key) for key in merged) > MOST_TAGS:
        raise ServiceError(
            "CloudHsmResourceLimitExceededException", f"A resource has at most {MOST_TAGS} tags."
        )
    tags[:] = merged.values()
    return {}


def untag_resource(place: Place, asked: Input, context: Context) -> Output:
    """Remove tags by their keys; a key that is not there is no error."""
    tags, keys = _tags(place, asked["ResourceId"], context), asked["TagKeyList"]
    _refuse_reserved(keys)
    tags[:] = [tag for tag in tags if tag.key not in keys]
    return {}


def _is_reserved(key: str) -> bool:
    return key.lower().startswith("aws:")


def _refuse_reserved(keys: Iterable[str]) -> None:
    """AWS's own tags are not for others to change; they do not count among those that are."""
    for key in filter(_is_reserved, keys):
        raise ServiceError(
            "CloudHsmTagException", f"The prefix aws: is reserved; tag key '{key}' has it."
        )


def _tags(place: Place, resource_id: str, context: Context) -> list[Tag]:
    """The tags of a resource, to be changed in place."""
    if resource_id.startswith("cluster-"):
        cluster = place.cluster(resource_id)
        if cluster.tag_list is None:
            cluster.tag_list = []
        return cluster.tag_list
    _backup(place, resource_id, context)
    return place.backup_tags.setdefault(resource_id, [])


def _backups(place: Place, context: Context, of_clusters: set[str] | None) -> list[Backup]:
    return backups(place, context.caller.partition, context.now, of_clusters)


def _oldest_first(backup: Backup) -> str:
    """Where a backup stands in a listing that begins with the oldest."""
    return f"{int(backup.create_timestamp * 1000):016d}{backup.backup_id}"


def _backup(place: Place, backup_id: str, context: Context) -> Backup:
    """The backup with this id; raise the service's error if there is none."""
    for backup in _backups(place, context, None):
        if backup.backup_id == backup_id:
            return backup
    raise not_found("backup", backup_id)


def _filtered(
    rows: list[Any], known: dict[str, Callable[[Any], str | None]], filters: dict[str, list[str]]
) -> list[Any]:
    for name, values in filters.items():
        if name not in known:
            raise invalid_request(
                f"'{name}' is not a valid filter. Valid filters are: {', '.join(known)}."
            )
        member, wanted = known[name], frozenset(values)
        rows = [row for row in rows if member(row) in wanted]
    return rows


def _listing(what: str, caller: Caller, filters: dict[str, list[str]]) -> str:
    """A text that is the same for two requests exactly if they list the same rows in one order."""
    canonical = {name: sorted(set(values)) for name, values in filters.items()}
    return f"{what} {caller.account} {caller.region} {json.dumps(canonical, sort_keys=True)}"


def _with_token(answer: Output, token: str | None) -> Output:
    return answer if token is None else {**answer, "NextToken": token}


def _answered(place: Place, cluster: Cluster, context: Context) -> Cluster:
    """The cluster with the certificates of its state."""
    if cluster.certificates is not None:
        return cluster
    return msgspec.structs.replace(cluster, certificates=context.certificates(place, cluster))


def _wrong_state(cluster: Cluster, change: str) -> ServiceError:
    return invalid_request(
        f"Cluster '{cluster.cluster_id}' cannot be {change}: its state is {cluster.state}."
    )


def _free_address(place: Place, taken: set[str | None]) -> str:
    while True:
        address = f"10.0.{place.random.randint(0, 15)}.{place.random.randint(10, 250)}"
        if address not in taken:
            return address


OPERATIONS: Operations = {
    "DescribeClusters": describe_clusters,
    "DescribeBackups": describe_backups,
    "DeleteCluster": delete_cluster,
    "DeleteHsm": delete_hsm,
    "RestoreBackup": restore_backup,
    "CreateHsm": create_hsm,
    "ListTags": list_tags,
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
}
"""The operations of the demo."""
