"""What is asked and changed of clusters and of their HSMs."""

from collections.abc import Callable
from datetime import timedelta
from string import ascii_lowercase

import msgspec

from hsmtui.demo.backup_operations import back_up, find_backup
from hsmtui.demo.errors import ServiceError, invalid_request, not_found
from hsmtui.demo.operation import (
    Context,
    Input,
    Operations,
    Output,
    filtered,
    listing,
    with_token,
)
from hsmtui.demo.paging import page
from hsmtui.demo.place import DELETE_SECONDS, Place, new_id
from hsmtui.demo.plan import HSM1, HSM2, MIGRATING
from hsmtui.demo.records import (
    Backup,
    Certificates,
    Cluster,
    Hsm,
    RetentionPolicy,
    listing_position,
)
from hsmtui.demo.tag_rules import checked_tags

MOST_HSMS = 28
"""HSMs that a cluster can have."""

_TAKES_NO_HSM = {*MIGRATING, "CREATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "DELETED"}

CLUSTERS_PAGE = 25
RETENTION_DAYS = range(7, 380)
"""For how long backups can be kept."""

CLUSTER_FILTERS: dict[str, Callable[[Cluster], str | None]] = {
    "clusterIds": lambda cluster: cluster.cluster_id,
    "vpcIds": lambda cluster: cluster.vpc_id,
    "states": lambda cluster: cluster.state,
}


def describe_clusters(place: Place, asked: Input, context: Context) -> Output:
    """One page of the clusters that pass every filter."""
    filters = asked.get("Filters", {})
    chosen = filtered(place.listed(), CLUSTER_FILTERS, filters)
    clusters, token = page(
        chosen,
        lambda cluster: listing_position(cluster.cluster_id),
        asked.get("MaxResults", CLUSTERS_PAGE),
        asked.get("NextToken"),
        listing("clusters", context.caller, filters),
    )
    return with_token({"Clusters": [_answered(place, row, context) for row in clusters]}, token)


def create_cluster(place: Place, asked: Input, context: Context) -> Output:
    """Create a cluster in subnets that the demo knows, empty or from a backup."""
    backup = None
    if asked.get("SourceBackupId"):
        backup = find_backup(place, asked["SourceBackupId"].rpartition("/")[2], context)
        if backup.backup_state != "READY":
            raise invalid_request(
                f"Backup '{backup.backup_id}' cannot be restored from: its state is "
                f"{backup.backup_state}."
            )
    if asked["HsmType"] != HSM2:
        raise invalid_request("Provided HsmType is not supported.")
    mode = asked.get("Mode", "FIPS")
    if backup is not None and backup.mode not in {None, mode}:
        raise invalid_request(f"The mode must be that of the backup, {backup.mode}.")
    vpc_id, subnets = _network_of(place, asked["SubnetIds"])
    cluster = Cluster(
        cluster_id=new_id(place.random, "cluster"),
        hsms=[],
        state="",
        backup_policy="DEFAULT",
        backup_retention_policy=_retention(asked) or RetentionPolicy("DAYS", "90"),
        create_timestamp=round(context.now.timestamp(), 3),
        hsm_type=asked["HsmType"],
        source_backup_id=None if backup is None else backup.backup_id,
        subnet_mapping=subnets,
        vpc_id=vpc_id,
        network_type=asked.get("NetworkType", "IPV4"),
        tag_list=checked_tags(asked.get("TagList", ())),
        mode=mode,
        pre_co_password=None if backup is not None else f"{place.random.getrandbits(48):012x}",
        certificates=None if backup is None else _certificate_in(place, backup, context),
    )
    place.create_cluster(cluster, context.now)
    return {"Cluster": _answered(place, cluster, context)}


def initialize_cluster(place: Place, asked: Input, context: Context) -> Output:
    """Claim a cluster with a certificate for its CSR, and the root that has signed it."""
    from hsmtui.demo.claim import check_claim  # its library is not needed by the first page

    cluster = place.cluster(asked["ClusterId"])
    request = context.certificates(place, cluster).cluster_csr
    if cluster.state != "UNINITIALIZED":
        raise _wrong_state(cluster, "initialized")
    if request is None:
        raise invalid_request(f"Cluster '{cluster.cluster_id}' has no HSM that is ACTIVE.")
    check_claim(request, asked["SignedCert"], asked["TrustAnchor"], context.now)
    place.initialize_cluster(cluster, asked["SignedCert"], context.now)
    return {"State": cluster.state, "StateMessage": cluster.state_message}


def modify_cluster(place: Place, asked: Input, context: Context) -> Output:
    """Change for how long backups are kept, or the type of the HSMs."""
    cluster = place.cluster(asked["ClusterId"])
    retention, hsm_type = _retention(asked), asked.get("HsmType")
    if retention is None and hsm_type is None:
        raise invalid_request("Give HsmType or BackupRetentionPolicy.")
    if cluster.state in {"CREATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "DELETED"}:
        raise _wrong_state(cluster, "modified")
    if hsm_type is not None:
        _check_new_type(cluster, hsm_type, context)
        place.change_hsm_type(cluster, hsm_type, context.now)
    if retention is not None:
        cluster.backup_retention_policy = retention
    return {"Cluster": _answered(place, cluster, context)}


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
    """Create an HSM in a zone of the cluster, which is backed up for it if it is active."""
    cluster = place.cluster(asked["ClusterId"])
    zone, address = asked["AvailabilityZone"], asked.get("IpAddress")
    subnet = (cluster.subnet_mapping or {}).get(zone)
    if subnet is None:
        raise invalid_request(f"Cluster '{cluster.cluster_id}' has no subnet in {zone}.")
    if cluster.state in _TAKES_NO_HSM:
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
    if cluster.state == "ACTIVE" and any(other.state == "ACTIVE" for other in cluster.hsms):
        back_up(place, cluster, context)
    place.create_hsm(cluster, hsm, address or _free_address(place, taken), context.now)
    return {"Hsm": hsm}


def _retention(asked: Input) -> RetentionPolicy | None:
    policy = asked.get("BackupRetentionPolicy")
    if policy is None:
        return None
    kind, value = policy.get("Type"), policy.get("Value")
    if kind is None or value is None or int(value) not in RETENTION_DAYS:
        raise invalid_request("The backup retention must be of type DAYS and from 7 to 379.")
    return RetentionPolicy(kind, value)


def _certificate_in(place: Place, backup: Backup, context: Context) -> Certificates | None:
    """The cluster certificate that a backup brings with it, where its cluster is known."""
    places = [place]
    if backup.source_region is not None:
        places.append(context.place_in(backup.source_region))
    for where in places:
        for source in (*where.clusters, *where.departed):
            if source.cluster_id == backup.cluster_id:
                return context.certificates(where, source)
    return None


def _network_of(place: Place, subnet_ids: list[str]) -> tuple[str, dict[str, str]]:
    """The VPC of the subnets, and each by its zone. Only those that a cluster is or was in are
    known; where none ever was, any will do."""
    known = {
        subnet: (cluster.vpc_id or "", zone)
        for cluster in (*place.clusters, *place.departed)
        for zone, subnet in (cluster.subnet_mapping or {}).items()
    }
    if not known:
        names = (f"{place.region}{letter}" for letter in ascii_lowercase)
        return new_id(place.random, "vpc"), dict(zip(names, subnet_ids, strict=False))
    unknown = next((subnet for subnet in subnet_ids if subnet not in known), None)
    if unknown is not None:
        raise invalid_request(f"The subnet '{unknown}' does not exist.")
    vpcs = {known[subnet][0] for subnet in subnet_ids}
    zones = {known[subnet][1]: subnet for subnet in subnet_ids}
    if len(vpcs) > 1:
        raise invalid_request("All subnets must be in the same VPC.")
    if len(zones) < len(subnet_ids):
        raise invalid_request("There can be one subnet per Availability Zone only.")
    return vpcs.pop(), zones


def _check_new_type(cluster: Cluster, hsm_type: str, context: Context) -> None:
    """From hsm1.medium to hsm2m.medium, and back while that can be taken back."""
    ends = cluster.hsm_type_rollback_expiration
    can_go_back = ends is not None and ends > context.now.timestamp()
    if (cluster.state, hsm_type) == ("MODIFY_IN_PROGRESS", HSM1) and can_go_back:
        return
    if cluster.state != "ACTIVE" or any(hsm.state != "ACTIVE" for hsm in cluster.hsms):
        raise invalid_request("The cluster and all its HSMs must be ACTIVE to change the HSM type.")
    if not cluster.hsms:
        raise invalid_request("The cluster must have an HSM to change the HSM type.")
    forward = (cluster.hsm_type, hsm_type) == (HSM1, HSM2)
    back = (cluster.hsm_type, hsm_type) == (HSM2, HSM1)
    if not forward and not (back and can_go_back):
        raise invalid_request(
            f"The HSM type cannot be changed from {cluster.hsm_type} to {hsm_type}."
        )


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
    "CreateCluster": create_cluster,
    "DeleteCluster": delete_cluster,
    "InitializeCluster": initialize_cluster,
    "ModifyCluster": modify_cluster,
    "CreateHsm": create_hsm,
    "DeleteHsm": delete_hsm,
}
"""The operations of clusters."""
