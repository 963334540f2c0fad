"""Pages of clusters, one cluster afresh, and the requests that change one or its HSMs."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

from hsmtui.aws.answer import answered_object
from hsmtui.aws.connection import Connection
from hsmtui.aws.pages import ListOperation, Page, Position, fetch, read_one
from hsmtui.aws.request import Accepted, accepted, writing
from hsmtui.model.cluster import Cluster, Hsm, Tag, decode_cluster
from hsmtui.model.entry import UnreadableAnswerError
from hsmtui.model.new_cluster import NewCluster

LISTING = "DescribeClusters"
"""The operation that lists clusters."""

_PAGE_LIMIT = 25
"""The largest MaxResults that DescribeClusters takes."""


def fetch_page(
    connection: Connection, position: Position, size: int = _PAGE_LIMIT
) -> Page[Cluster]:
    """The next page that is not empty. Raises HsmtuiError, after which it may be asked again."""
    limit = max(1, min(size, _PAGE_LIMIT))
    operation = ListOperation(
        LISTING,
        "Clusters",
        lambda at: connection.client.describe_clusters(**at.parameters(limit)),
        decode_cluster,
    )
    return fetch(connection, operation, position)


def read_cluster(connection: Connection, cluster_id: str) -> tuple[Cluster, ...]:
    """What the service lists for one id, read afresh: no, one or too many clusters.

    Raises HsmtuiError.
    """
    return read_one(partial(fetch_page, connection), Position({"clusterIds": (cluster_id,)}))


def delete_cluster(connection: Connection, cluster_id: str) -> Accepted[Cluster]:
    """Send DeleteCluster once, never again.

    Raises HsmtuiError; unless that is `unsent` or `refused`, the outcome is unknown.
    """
    with writing(connection, "DeleteCluster") as client:
        answer = client.delete_cluster(ClusterId=cluster_id)
        return accepted(answer, _of_cluster(answer, cluster_id))


def modify_retention(connection: Connection, cluster_id: str, days: int) -> Accepted[Cluster]:
    """Send ModifyCluster once for how long backups are kept. Raises HsmtuiError as
    `delete_cluster` does."""
    with writing(connection, "ModifyCluster") as client:
        answer = client.modify_cluster(
            ClusterId=cluster_id, BackupRetentionPolicy={"Type": "DAYS", "Value": str(days)}
        )
        return accepted(answer, _of_cluster(answer, cluster_id))


def modify_hsm_type(connection: Connection, cluster_id: str, hsm_type: str) -> Accepted[Cluster]:
    """Send ModifyCluster once for the type of the HSMs. Raises HsmtuiError as `delete_cluster`
    does."""
    with writing(connection, "ModifyCluster") as client:
        answer = client.modify_cluster(ClusterId=cluster_id, HsmType=hsm_type)
        return accepted(answer, _of_cluster(answer, cluster_id))


def initialize_cluster(
    connection: Connection, cluster_id: str, signed: str, anchor: str
) -> Accepted[str]:
    """Send InitializeCluster once, with both certificates as PEM; the state that is answered.
    Raises HsmtuiError as `delete_cluster` does."""
    with writing(connection, "InitializeCluster") as client:
        answer = client.initialize_cluster(
            ClusterId=cluster_id, SignedCert=signed, TrustAnchor=anchor
        )
        state = answered_object(answer).get("State")
        if not isinstance(state, str | None):
            raise UnreadableAnswerError("Its State is no text")
        return accepted(answer, state or "")


def create_cluster(
    connection: Connection, backup_id: str, source_id: str | None, new: NewCluster
) -> Accepted[Cluster]:
    """Send CreateCluster once for a cluster from this backup; `source_id` is of which cluster that
    is. Raises HsmtuiError as `delete_cluster` does."""
    asked: dict[str, Any] = {
        "SourceBackupId": backup_id,
        "HsmType": new.hsm_type,
        "SubnetIds": list(new.subnet_ids),
        "NetworkType": new.network_type,
        "Mode": new.mode,
    }
    if new.retention_days is not None:
        asked["BackupRetentionPolicy"] = {"Type": "DAYS", "Value": str(new.retention_days)}
    if new.tags:
        asked["TagList"] = [{"Key": tag.key, "Value": tag.value} for tag in new.tags]
    with writing(connection, "CreateCluster") as client:
        answer = client.create_cluster(**asked)
        cluster = decode_cluster(answered_object(answer).get("Cluster"))
        if not cluster.has_id:
            raise UnreadableAnswerError("It names no cluster.")
        if cluster.cluster_id == source_id:
            raise UnreadableAnswerError(f"It is about the cluster of the backup: {source_id}")
        if cluster.source_backup_id not in {None, backup_id}:
            raise UnreadableAnswerError(f"It is from another backup: {cluster.source_backup_id}")
        return accepted(answer, cluster)


def create_hsm(
    connection: Connection, cluster_id: str, zone: str, others: Collection[str]
) -> Accepted[Hsm]:
    """Send CreateHsm once, never again; `others` are the ids of the HSMs that are there already.
    Raises HsmtuiError as `delete_cluster` does."""
    with writing(connection, "CreateHsm") as client:
        answer = client.create_hsm(ClusterId=cluster_id, AvailabilityZone=zone)
        told = {"ClusterId": cluster_id, "Hsms": [answered_object(answer).get("Hsm")]}
        hsms = decode_cluster(told).hsms
        if not hsms or not hsms[0].hsm_id:
            raise UnreadableAnswerError("It names no HSM.")
        if hsms[0].cluster_id not in {None, cluster_id}:
            raise UnreadableAnswerError(f"It is about another cluster: {hsms[0].cluster_id}")
        if hsms[0].availability_zone not in {None, zone}:
            raise UnreadableAnswerError(f"It is about another zone: {hsms[0].availability_zone}")
        if hsms[0].hsm_id in others:
            raise UnreadableAnswerError(f"It is about an HSM of before: {hsms[0].hsm_id}")
        return accepted(answer, hsms[0])


def delete_hsm(connection: Connection, cluster_id: str, hsm_id: str) -> Accepted[None]:
    """Send DeleteHsm once, never again. Raises HsmtuiError as `delete_cluster` does."""
    with writing(connection, "DeleteHsm") as client:
        answer = client.delete_hsm(ClusterId=cluster_id, HsmId=hsm_id)
        answered = answered_object(answer).get("HsmId")
        if answered != hsm_id:
            raise UnreadableAnswerError(f"It is about another HSM: {answered}")
        return accepted(answer, None)


def tag_resource(connection: Connection, resource_id: str, tag: Tag) -> Accepted[None]:
    """Send TagResource once, which adds the tag or gives it a new value. Raises HsmtuiError as
    `delete_cluster` does."""
    with writing(connection, "TagResource") as client:
        answer = client.tag_resource(
            ResourceId=resource_id, TagList=[{"Key": tag.key, "Value": tag.value}]
        )
        return accepted(answer, None)


def untag_resource(connection: Connection, resource_id: str, keys: Sequence[str]) -> Accepted[None]:
    """Send UntagResource once. Raises HsmtuiError as `delete_cluster` does."""
    with writing(connection, "UntagResource") as client:
        answer = client.untag_resource(ResourceId=resource_id, TagKeyList=list(keys))
        return accepted(answer, None)


def _of_cluster(answer: Mapping[str, Any], cluster_id: str) -> Cluster:
    """The cluster of an answer, which must be this one."""
    cluster = decode_cluster(answered_object(answer).get("Cluster"))
    if cluster.cluster_id != cluster_id:
        raise UnreadableAnswerError(f"It is about another cluster: {cluster.cluster_id}")
    return cluster
